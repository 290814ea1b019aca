//! Value parsers for clap: each flag is read once, by the grammar of [`crate::units`].

use crate::cli::spelling;
use crate::units;

fn told<T>(result: Result<T, crate::Error>) -> Result<T, String> {
    result.map_err(|error| spelling::told(&error))
}

/// A plain number.
///
/// # Errors
/// The message that clap shows.
pub(super) fn number(text: &str) -> Result<f64, String> {
    told(units::number(text))
}

/// A duration in seconds.
///
/// # Errors
/// The message that clap shows.
pub(super) fn duration(text: &str) -> Result<f64, String> {
    told(units::duration(text))
}

/// A rate per second.
///
/// # Errors
/// The message that clap shows.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    told(units::rate(text))
}

/// A share from 0 to 1.
///
/// # Errors
/// The message that clap shows.
pub(super) fn ratio(text: &str) -> Result<f64, String> {
    told(units::ratio(text))
}

/// A count such as `10k`.
///
/// # Errors
/// The message that clap shows.
pub(super) fn quantity(text: &str) -> Result<f64, String> {
    told(units::quantity(text))
}

/// How exact: digits that are shown, or the relative half-width of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Precision {
    /// So many significant digits for people.
    Digits(u8),
    /// An interval of this half-width, relative to its value.
    Share(f64),
}

impl Precision {
    /// Digits to show: 3 where a share was given.
    pub(super) fn digits(self) -> usize {
        match self {
            Self::Digits(digits) => usize::from(digits),
            Self::Share(_) => crate::report::number::DIGITS,
        }
    }

    /// The relative half-width, if that was given.
    pub(super) fn share(self) -> Option<f64> {
        match self {
            Self::Digits(_) => None,
            Self::Share(share) => Some(share),
        }
    }
}

/// Reads a [`Precision`]: `4`, or `1%`.
///
/// # Errors
/// The message that clap shows.
pub(super) fn precision(text: &str) -> Result<Precision, String> {
    if text.trim().ends_with('%') {
        let share = told(units::ratio(text))?;
        return told(crate::domain::open_fraction("precision", share)).map(Precision::Share);
    }
    match text.parse::<u8>() {
        Ok(digits) if (1..=17).contains(&digits) => Ok(Precision::Digits(digits)),
        _ => Err("write a number of digits from 1 to 17, or for simulate a share: 1%".to_owned()),
    }
}

/// A list of values of N, each above 0. In one argument: `1,2,4`, `1..64:x2`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sizes(pub Vec<f64>);

/// Reads [`Sizes`].
///
/// # Errors
/// The message that clap shows.
pub(super) fn sizes(text: &str) -> Result<Sizes, String> {
    let has_thousands = text.split(',').skip(1).any(|part| {
        part.len() == 3 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit())
    });
    if has_thousands {
        return Err(format!(
            "a comma separates sizes: write {} for one size",
            text.replace(',', "")
        ));
    }
    let list = told(units::list_of(text, units::quantity))?;
    for &n in &list {
        told(crate::domain::positive("N", n))?;
    }
    Ok(Sizes(list))
}
