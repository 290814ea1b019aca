//! N among the parameters of a command or test, and N inside its name.

use super::emitter::Emitter;
use super::text::number;
use crate::advice::Setting;
use crate::data::columns::{Role, understand};
use crate::error::Error;

/// Whether a parameter of this name is N beyond doubt.
fn is_size(name: &str) -> bool {
    let meaning = understand(name);
    meaning.role == Role::Size && meaning.certain
}

/// One command of a scan: its N, and what its other parameters are.
pub(crate) struct Scanned {
    pub(crate) n: Option<f64>,
    pub(crate) series: String,
}

/// Splits the parameters of a command into N and a name for the rest. N is the one that the
/// user names, the only number, or the only one whose name means N.
///
/// # Errors
/// [`Error::Data`] where several numbers may be N.
pub(crate) fn scanned(
    parameters: &[(&str, &str)],
    throughput: &str,
    rows: &mut Emitter<'_, '_>,
) -> Result<Scanned, Error> {
    let asked = rows.options().n.as_deref();
    let numeric: Vec<usize> = (0..parameters.len())
        .filter(|at| number(parameters[*at].1).is_some())
        .collect();
    let n_at = match asked {
        Some(name) => parameters.iter().position(|(key, _)| *key == name),
        None => match numeric.as_slice() {
            [only] => Some(*only),
            several => {
                let mut known = several.iter().filter(|at| is_size(parameters[**at].0));
                known.next().copied().filter(|_| known.next().is_none())
            }
        },
    };
    if n_at.is_none() && numeric.len() > 1 {
        let names: Vec<String> = numeric
            .iter()
            .map(|at| parameters[*at].0.to_owned())
            .collect();
        return Err(Error::data(
            format!("N may be any of the parameters {}", names.join(", ")),
            Setting::N.to(names[0].as_str()),
        ));
    }
    if let Some(at) = n_at {
        rows.columns(Some(parameters[at].0), throughput, None);
        if let Some(unit) = understand(parameters[at].0).counted {
            rows.unit(&unit);
        }
    }
    let rest: Vec<String> = parameters
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at) != n_at)
        .map(|(_, (key, value))| format!("{key}={value}"))
        .collect();
    Ok(Scanned {
        n: n_at.and_then(|at| number(parameters[at].1)),
        series: rest.join(" "),
    })
}

/// A name cut at its numbers: the texts around them, and the numbers.
fn cut(name: &str) -> (Vec<&str>, Vec<f64>) {
    let (mut texts, mut numbers) = (Vec::new(), Vec::new());
    let mut rest = name;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[at..];
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        texts.push(&rest[..at]);
        numbers.push(digits[..end].parse().unwrap_or(f64::NAN));
        rest = &digits[end..];
    }
    texts.push(rest);
    (texts, numbers)
}

/// The N that stands in each of these names: the only number in which names that are alike
/// otherwise differ, such as `run --threads=4 --events=100`. `None` where there is no such one.
pub(crate) fn in_names(names: &[&str]) -> Option<Vec<f64>> {
    let cuts: Vec<_> = names.iter().map(|name| cut(name)).collect();
    let (first, rest) = cuts.split_first()?;
    if rest.is_empty() || rest.iter().any(|other| other.0 != first.0) {
        return None;
    }
    let varies = |at: &usize| {
        rest.iter()
            .any(|other| other.1[*at].to_bits() != first.1[*at].to_bits())
    };
    let varying: Vec<usize> = (0..first.1.len()).filter(varies).collect();
    let [at] = varying[..] else { return None };
    let values: Vec<f64> = cuts.iter().map(|cut| cut.1[at]).collect();
    values.iter().all(|n| *n >= 1.0).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::in_names;

    #[test]
    fn the_only_number_that_differs_is_n() {
        let names = ["run -t 1 -n 100", "run -t 2 -n 100", "run -t 16 -n 100"];
        assert_eq!(in_names(&names), Some(vec![1.0, 2.0, 16.0]));
        for names in [
            &["run -t 1"][..],
            &["run -t 1 -n 5", "run -t 2 -n 6"],
            &["sleep 1", "dream 2"],
            &["a", "a"],
            &["t0", "t1"],
        ] {
            assert_eq!(in_names(names), None, "{names:?}");
        }
    }
}
