//! Student's t and Fisher's F, guarded: the only place that names `statrs`.
//!
//! Its t quantile loses digits from about 10⁴ degrees of freedom and does not return from
//! 10⁸ on; beyond `SERIES_FROM` a Cornish–Fisher series around the normal quantile is
//! exact to the last digits instead.

use crate::domain;
use crate::error::Error;
use statrs::distribution::{ContinuousCDF, FisherSnedecor, Normal, StudentsT};

/// Degrees of freedom from which the t quantile is computed by its series.
const SERIES_FROM: f64 = 1000.0;

/// Quantile of the standard normal distribution.
///
/// # Errors
/// [`Error::OutOfRange`] unless 1e-9 ≤ p ≤ 1 − 1e-9.
pub(crate) fn normal_quantile(p: f64) -> Result<f64, Error> {
    Ok(Normal::standard().inverse_cdf(probability(p)?))
}

/// Quantile of Student's t distribution.
///
/// # Errors
/// [`Error::OutOfRange`] unless 1e-9 ≤ p ≤ 1 − 1e-9 and the degrees of freedom are at
/// least 1.
///
/// # References
/// Hill, "Algorithm 396: Student's t-quantiles", CACM 13 (1970), for the series; Abramowitz
/// & Stegun (1964), 26.7.5.
pub(crate) fn t_quantile(p: f64, degrees: f64) -> Result<f64, Error> {
    let p = probability(p)?;
    let v = at_least_one("degrees of freedom", degrees)?;
    if v <= SERIES_FROM {
        let t = StudentsT::new(0.0, 1.0, v).map_err(|_| Error::OutOfRange {
            name: "degrees of freedom",
            value: v,
            allowed: "at least 1",
        })?;
        return Ok(t.inverse_cdf(p));
    }
    let z = normal_quantile(p)?;
    let z2 = z * z;
    let g1 = z * (z2 + 1.0) / 4.0;
    let g2 = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let g3 = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    let g4 = z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0;
    Ok(z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v)
}

/// Probability that |t| exceeds `t`: the two-sided p-value.
///
/// # Errors
/// [`Error::OutOfRange`] unless the degrees of freedom are at least 1.
pub(crate) fn t_two_sided(t: f64, degrees: f64) -> Result<f64, Error> {
    f_upper(t * t, 1.0, degrees)
}

/// Probability that F exceeds `f`: the p-value of an F test.
///
/// # Errors
/// [`Error::OutOfRange`] unless both degrees of freedom are at least 1.
pub(crate) fn f_upper(f: f64, numerator: f64, denominator: f64) -> Result<f64, Error> {
    let numerator = at_least_one("degrees of freedom", numerator)?;
    let denominator = at_least_one("degrees of freedom", denominator)?;
    if f.is_nan() || f <= 0.0 {
        return Ok(1.0);
    }
    if f == f64::INFINITY {
        return Ok(0.0);
    }
    let law = FisherSnedecor::new(numerator, denominator).map_err(|_| Error::OutOfRange {
        name: "degrees of freedom",
        value: denominator,
        allowed: "at least 1",
    })?;
    Ok(law.sf(f).clamp(0.0, 1.0))
}

fn probability(p: f64) -> Result<f64, Error> {
    if (1e-9..=1.0 - 1e-9).contains(&p) {
        Ok(p)
    } else {
        Err(Error::OutOfRange {
            name: "probability",
            value: p,
            allowed: "between 1e-9 and 1 - 1e-9",
        })
    }
}

fn at_least_one(name: &'static str, value: f64) -> Result<f64, Error> {
    if domain::positive(name, value)? >= 1.0 {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name,
            value,
            allowed: "at least 1",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values by mpmath at 40 digits (`betainc` inverted by bisection).
    #[test]
    fn t_quantiles_agree_with_forty_digit_values() {
        for (p, degrees, expected, tolerance) in [
            (0.975, 1.0, 12.706_204_736_174_704, 1e-11),
            (0.975, 4.0, 2.776_445_105_197_793_5, 1e-11),
            (0.975, 29.0, 2.045_229_642_132_704_3, 1e-11),
            (0.975, 1000.0, 1.962_339_080_826_408_5, 1e-11),
            (0.975, 1e8, 1.959_964_008_262_766_8, 1e-13),
        ] {
            let got = t_quantile(p, degrees).unwrap();
            assert!((got / expected - 1.0).abs() < tolerance, "{degrees}: {got}");
        }
    }

    #[test]
    fn the_series_takes_over_without_a_step() {
        for p in [0.6, 0.9, 0.975, 0.999, 0.999_999] {
            let below = t_quantile(p, 1000.0).unwrap();
            let above = t_quantile(p, 1_000.000_001).unwrap();
            assert!((above / below - 1.0).abs() < 1e-8, "{p}: {below} {above}");
        }
    }

    #[test]
    fn tails_and_edges() {
        // F(1, v) is t squared: the two-sided 5 % point.
        let p = f_upper(2.776_445_105_197_793_5_f64.powi(2), 1.0, 4.0).unwrap();
        assert!((p - 0.05).abs() < 1e-10);
        assert!((f_upper(0.0, 2.0, 3.0).unwrap() - 1.0).abs() < 1e-15);
        assert!(t_quantile(1.0, 4.0).is_err() && t_quantile(0.975, 0.5).is_err());
        assert!(f_upper(1.0, 1.0, 1e9).unwrap() > 0.3);
    }
}
