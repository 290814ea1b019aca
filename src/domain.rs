//! The range checks that every constructor uses. NaN and infinity never pass.

use crate::error::Error;

/// A finite number greater than 0.
///
/// # Errors
/// [`Error::OutOfRange`] for zero, negative, infinite values and NaN.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<f64, Error> {
    check(name, value, "a finite number above 0", value > 0.0)
}

/// A finite number, 0 or greater.
///
/// # Errors
/// [`Error::OutOfRange`] for negative, infinite values and NaN.
pub(crate) fn non_negative(name: &'static str, value: f64) -> Result<f64, Error> {
    check(name, value, "a finite number, 0 or above", value >= 0.0)
}

/// A finite number.
///
/// # Errors
/// [`Error::OutOfRange`] for infinite values and NaN.
pub(crate) fn finite(name: &'static str, value: f64) -> Result<f64, Error> {
    check(name, value, "a finite number", true)
}

/// A share from 0 to 1, both included.
///
/// # Errors
/// [`Error::OutOfRange`] outside 0..=1 and for NaN.
pub(crate) fn fraction(name: &'static str, value: f64) -> Result<f64, Error> {
    check(name, value, "between 0 and 1", (0.0..=1.0).contains(&value))
}

/// A probability or confidence level strictly between 0 and 1.
///
/// # Errors
/// [`Error::OutOfRange`] for 0, 1, anything outside, and NaN.
pub(crate) fn open_fraction(name: &'static str, value: f64) -> Result<f64, Error> {
    check(
        name,
        value,
        "above 0 and below 1",
        value > 0.0 && value < 1.0,
    )
}

/// A whole number of at least 1, small enough to be exact as a float (2⁵³).
///
/// # Errors
/// [`Error::OutOfRange`] for 0, fractions, negative and huge values, and NaN.
pub(crate) fn count(name: &'static str, value: f64) -> Result<f64, Error> {
    check(
        name,
        value,
        "a whole number of at least 1",
        (1.0..=9_007_199_254_740_992.0).contains(&value) && value.fract() == 0.0,
    )
}

fn check(name: &'static str, value: f64, allowed: &'static str, ok: bool) -> Result<f64, Error> {
    if ok && value.is_finite() {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name,
            value,
            allowed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_not_finite_passes() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for check in [
                positive,
                non_negative,
                finite,
                fraction,
                open_fraction,
                count,
            ] {
                assert!(check("x", value).is_err());
            }
        }
    }

    #[test]
    fn edges_belong_where_the_names_say() {
        assert!(positive("x", 0.0).is_err() && non_negative("x", 0.0).is_ok());
        assert!(fraction("x", 1.0).is_ok() && open_fraction("x", 1.0).is_err());
        assert!(count("x", 1.5).is_err() && count("x", 0.0).is_err() && count("x", 3.0).is_ok());
    }
}
