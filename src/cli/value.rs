//! Value parsers for clap: each flag is read once, by the grammar of [`crate::units`].

use crate::units;

fn told<T>(result: Result<T, crate::Error>) -> Result<T, String> {
    result.map_err(|error| {
        let hint = error.hint();
        if hint.is_empty() {
            error.to_string()
        } else {
            format!("{error}: {hint}")
        }
    })
}

/// A plain number.
///
/// # Errors
/// The message that clap shows.
pub fn number(text: &str) -> Result<f64, String> {
    told(units::number(text))
}

/// A duration in seconds.
///
/// # Errors
/// The message that clap shows.
pub fn duration(text: &str) -> Result<f64, String> {
    told(units::duration(text))
}

/// A rate per second.
///
/// # Errors
/// The message that clap shows.
pub fn rate(text: &str) -> Result<f64, String> {
    told(units::rate(text))
}

/// A share from 0 to 1.
///
/// # Errors
/// The message that clap shows.
pub fn ratio(text: &str) -> Result<f64, String> {
    told(units::ratio(text))
}

/// A count such as `10k`.
///
/// # Errors
/// The message that clap shows.
pub fn quantity(text: &str) -> Result<f64, String> {
    told(units::quantity(text))
}

/// A list of values of N, each above 0. In one argument: `1,2,4`, `1..64:x2`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizes(pub Vec<f64>);

/// Reads [`Sizes`].
///
/// # Errors
/// The message that clap shows.
pub fn sizes(text: &str) -> Result<Sizes, String> {
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
