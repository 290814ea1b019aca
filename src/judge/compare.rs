//! Two fitted systems side by side: what differs, by how much, and where their curves cross.

use super::gate::Limit;
use crate::domain;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::{Fit, Grade};
use crate::law::{ScalingLaw, Usl};
use crate::units;
use serde::{Deserialize, Serialize};

/// b − a with an interval from the intervals of both, which may be lopsided or open.
///
/// `low = b − a − √((b − b_low)² + (a_high − a)²)`, high likewise; both estimates must be
/// independent and of the same level.
///
/// # References
/// Zou & Donner, "Construction of confidence limits about effect measures: a general
/// approach", Statistics in Medicine 27 (2008) (MOVER).
pub fn difference(a: &Estimate, b: &Estimate) -> Estimate {
    let (Some(from), Some(to)) = (a.value, b.value) else {
        return unknown();
    };
    let reach = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => Some((to - one).hypot(other - from)),
        _ => None,
    };
    let step = to - from;
    Estimate {
        value: Some(step),
        low: reach(b.low, a.high).map(|reach| step - reach),
        high: reach(b.high, a.low).map(|reach| step + reach),
        level: a.level.or(b.level),
    }
}

/// b / a for values above 0, by [`difference`] of their logarithms. A lower end at or below 0
/// is an open one; no value where either is not above 0.
pub fn ratio(a: &Estimate, b: &Estimate) -> Estimate {
    let logarithm = |e: &Estimate| {
        let ln = |v: Option<f64>| v.filter(|v| *v > 0.0).map(f64::ln);
        Estimate {
            value: ln(e.value),
            low: ln(e.low),
            high: ln(e.high),
            level: e.level,
        }
    };
    difference(&logarithm(a), &logarithm(b)).map_monotone(f64::exp)
}

fn unknown() -> Estimate {
    Estimate {
        value: None,
        low: None,
        high: None,
        level: None,
    }
}

/// Every N > 0 where two laws give the same throughput, rising; none for equal laws.
///
/// With the denominators D = 1 + α(N−1) + βN(N−1) it is γ of a times D of b = γ of b times D
/// of a: a quadratic in N with at most two roots. Solved around N = 1, in the form that
/// loses no digits where the quadratic term is small.
pub fn crossings(a: &Usl, b: &Usl) -> Vec<f64> {
    let (a, b) = (a.params(), b.params());
    // In m = N − 1: 1 + (α + β)m + βm².
    let constant = a.gamma - b.gamma;
    let linear = a.gamma * (b.alpha + b.beta) - b.gamma * (a.alpha + a.beta);
    let square = a.gamma * b.beta - b.gamma * a.beta;
    let mut roots = quadratic(square, linear, constant);
    roots.retain(|m| m.is_finite() && *m > -1.0);
    roots.sort_by(f64::total_cmp);
    roots.into_iter().map(|m| 1.0 + m).collect()
}

/// Real roots of ax² + bx + c where the sign changes.
fn quadratic(a: f64, b: f64, c: f64) -> Vec<f64> {
    let scale = a.abs().max(b.abs()).max(c.abs());
    if scale == 0.0 {
        return Vec::new();
    }
    let (a, b, c) = (a / scale, b / scale, c / scale);
    if a == 0.0 {
        return if b == 0.0 { Vec::new() } else { vec![-c / b] };
    }
    let discriminant = b * b - 4.0 * a * c;
    if discriminant <= 0.0 {
        return Vec::new();
    }
    let half = -0.5 * (b + b.signum() * discriminant.sqrt());
    if half == 0.0 {
        return Vec::new();
    }
    // b = 0 has signum 1, so that half is never the difference of equal terms.
    vec![half / a, c / half]
}

/// Which of two laws is ahead at N: below 0 for the first, above 0 for the second.
pub fn lead(a: &Usl, b: &Usl, n: f64) -> f64 {
    (b.throughput(n) / a.throughput(n)).ln()
}

/// What two systems are compared in.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Compared {
    /// Contention α.
    Alpha,
    /// Coherency β.
    Beta,
    /// Throughput of one unit γ, 1/s.
    Gamma,
    /// The N where throughput peaks.
    Peak,
    /// Throughput at the peak, 1/s.
    PeakThroughput,
    /// Throughput at N, 1/s.
    Throughput(f64),
    /// Efficiency at N, 0 to 1.
    Efficiency(f64),
    /// Mean latency N/X at N, seconds.
    Latency(f64),
}

impl Compared {
    /// What a fit says about it: throughput, and what follows from it, is the estimate at
    /// that N; peak and coefficients are unknown where the law does not describe the data.
    pub fn of(self, fit: &Fit) -> Estimate {
        let known = |estimate: Estimate| match fit.quality().grade {
            Grade::Poor => unknown(),
            _ => estimate,
        };
        match self {
            Self::Alpha => known(fit.alpha()),
            Self::Beta => known(fit.beta()),
            Self::Gamma => known(fit.gamma()),
            Self::Peak => known(fit.peak().n_real),
            Self::PeakThroughput => known(fit.peak().throughput),
            Self::Throughput(n) => fit.estimate(n).throughput(),
            Self::Efficiency(n) => super::gate::speedup(fit, n).scaled(1.0 / n),
            Self::Latency(n) => fit.estimate(n).latency(),
        }
    }
}

/// How one value stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Conclusively higher.
    Higher,
    /// Conclusively lower.
    Lower,
    /// The interval of the difference holds 0, or is not known.
    CannotTell,
}

impl Standing {
    /// From the interval of a difference.
    pub fn of(difference: &Estimate) -> Self {
        match (difference.low, difference.high) {
            (Some(low), _) if low > 0.0 => Self::Higher,
            (_, Some(high)) if high < 0.0 => Self::Lower,
            _ => Self::CannotTell,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::CannotTell => "cannot tell",
        }
    }
}

/// A condition on a later sweep as a share of the first: `throughput@8<95%`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub text: String,
    /// What is compared.
    pub measure: Compared,
    /// What the share must keep for the condition not to be met.
    pub limit: Limit,
}

impl Condition {
    /// Reads `QUANTITY[@N]<RATIO` or `>RATIO`; quantities are alpha, beta, gamma, peak,
    /// throughput@N, efficiency@N and latency@N.
    ///
    /// # Errors
    /// [`Error::Parse`] for anything else, [`Error::OutOfRange`] for N not above 0.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || {
            Error::Parse {
            what: "a condition",
            text: text.to_owned(),
            hint: "write quantity<share or quantity>share of the first sweep: throughput@8<95%, peak<90%, latency@8>110%, alpha>120%".into(),
        }
        };
        let at = text.find(['<', '>']).ok_or_else(refuse)?;
        let (what, limit) = (text[..at].trim(), text[at + 1..].trim());
        let limit = units::ratio(limit)?;
        let limit = if text[at..].starts_with('<') {
            Limit::AtLeast(limit)
        } else {
            Limit::AtMost(limit)
        };
        let measure = match what.split_once('@') {
            Some((what, n)) => {
                let n = domain::positive("N", units::quantity(n)?)?;
                match what.trim() {
                    "throughput" => Compared::Throughput(n),
                    "efficiency" => Compared::Efficiency(n),
                    "latency" => Compared::Latency(n),
                    _ => return Err(refuse()),
                }
            }
            None => match what {
                "alpha" => Compared::Alpha,
                "beta" => Compared::Beta,
                "gamma" => Compared::Gamma,
                "peak" => Compared::Peak,
                _ => return Err(refuse()),
            },
        };
        Ok(Self {
            text: text.to_owned(),
            measure,
            limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::UslParams;

    fn law(alpha: f64, beta: f64, gamma: f64) -> Usl {
        Usl::new(UslParams { alpha, beta, gamma }).unwrap()
    }

    #[test]
    fn only_a_difference_clear_of_zero_is_one() {
        for (low, high, standing) in [
            (0.1, 0.3, Standing::Higher),
            (-0.3, -0.1, Standing::Lower),
            (-0.1, 0.3, Standing::CannotTell),
            (0.0, 0.3, Standing::CannotTell),
            (-0.3, 0.0, Standing::CannotTell),
        ] {
            let found = Estimate::between(f64::midpoint(low, high), low, high, 0.95);
            assert_eq!(Standing::of(&found), standing, "{low} {high}");
        }
        assert_eq!(Standing::of(&Estimate::exact(1.0)), Standing::CannotTell);
    }

    #[test]
    fn curves_are_equal_where_they_cross_and_swap_the_lead() {
        for (a, b) in [
            (law(0.05, 0.001, 1000.0), law(0.02, 0.0004, 800.0)),
            (law(0.1, 0.0, 1000.0), law(0.02, 0.0, 700.0)),
            (law(0.02, 0.002, 1000.0), law(0.2, 0.0, 1500.0)),
            (law(0.0, 1e-9, 1.0), law(0.0, 2e-9, 1.1)),
        ] {
            let roots = crossings(&a, &b);
            assert!(!roots.is_empty());
            for n in roots {
                let (x, y) = (a.throughput(n), b.throughput(n));
                assert!((x - y).abs() < 1e-12 * x, "{n}: {x} {y}");
                assert!(lead(&a, &b, n * 0.999) * lead(&a, &b, n * 1.001) < 0.0);
            }
        }
    }

    #[test]
    fn a_lead_everywhere_crosses_nowhere() {
        let a = law(0.05, 0.001, 1000.0);
        assert!(crossings(&a, &a).is_empty());
        assert!(crossings(&a, &law(0.05, 0.001, 900.0)).is_empty());
        assert!(crossings(&law(0.0, 0.0, 1.0), &law(0.0, 0.0, 2.0)).is_empty());
    }

    #[test]
    fn symmetric_intervals_give_the_classical_difference() {
        // Independent normal estimates: variances add.
        let a = Estimate::between(10.0, 7.0, 13.0, 0.95);
        let b = Estimate::between(20.0, 16.0, 24.0, 0.95);
        let d = difference(&a, &b);
        assert_eq!(
            (d.value, d.low, d.high),
            (Some(10.0), Some(5.0), Some(15.0))
        );
        assert_eq!(difference(&b, &a).low, Some(-15.0));
    }

    #[test]
    fn an_open_end_stays_open_on_the_side_it_belongs_to() {
        let open = Estimate {
            value: Some(4.0),
            low: Some(2.0),
            high: None,
            level: Some(0.95),
        };
        let closed = Estimate::between(2.0, 1.0, 3.0, 0.95);
        let d = difference(&closed, &open);
        assert!(d.low.is_some() && d.high.is_none());
        let r = ratio(&open, &closed);
        assert!(r.low.is_none() && r.high.is_some());
        assert_eq!(ratio(&Estimate::exact(0.0), &closed).value, None);
    }

    #[test]
    fn conditions_name_a_quantity_a_side_and_a_share() {
        let condition = Condition::parse("throughput@8<95%").unwrap();
        assert_eq!(condition.measure, Compared::Throughput(8.0));
        assert_eq!(condition.limit, Limit::AtLeast(0.95));
        let condition = Condition::parse("latency@16 > 110%").unwrap();
        assert_eq!(condition.limit, Limit::AtMost(1.1));
        for bad in [
            "throughput<95%",
            "peak",
            "peak@8<90%",
            "speed@8<95%",
            "throughput@0<95%",
            "peak<90",
        ] {
            assert!(Condition::parse(bad).is_err(), "{bad}");
        }
    }
}
