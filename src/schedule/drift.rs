//! Whether throughput changed over the time of a sweep, whatever the N.

use super::Taken;
use crate::stats::distribution::{t_quantile, t_two_sided};
use std::collections::BTreeMap;

/// How throughput at one N changed from the first run to the last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Last over first, less 1.
    pub change: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
    /// Probability of so large a change without drift.
    pub p: f64,
}

impl Drift {
    /// A change with a smaller p-value is told.
    pub const SIGNIFICANT: f64 = 0.01;

    /// Whether chance hardly brings it about (p < 0.01).
    pub fn is_significant(&self) -> bool {
        self.p < Self::SIGNIFICANT
    }
}

/// The drift over runs in the order they were made: ln X = level of its N + slope × position,
/// by least squares. `None` where no N was measured at two times, and for equal values.
///
/// # References
/// R. A. Fisher, *Statistical Methods for Research Workers*, 4th ed. 1932, §49.1 (analysis of
/// covariance).
pub fn drift(runs: &[Taken]) -> Option<Drift> {
    let mut levels: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    let mut count = 0.0;
    for (at, run) in runs.iter().enumerate() {
        if let Some(x) = run.throughput.filter(|x| *x > 0.0) {
            levels
                .entry(run.n.to_bits())
                .or_default()
                .push((at as f64, x.ln()));
            count += 1.0;
        }
    }
    let (mut tt, mut ty, mut yy) = (0.0, 0.0, 0.0);
    for level in levels.values() {
        let size = level.len() as f64;
        // From the first on: equal values then leave no dust.
        let [(_, first), ..] = level.as_slice() else {
            continue;
        };
        let (t_mean, more) = level.iter().fold((0.0, 0.0), |(t, y), (at, x)| {
            (t + at / size, y + (x - first) / size)
        });
        let y_mean = first + more;
        for (at, x) in level {
            tt += (at - t_mean).powi(2);
            ty += (at - t_mean) * (x - y_mean);
            yy += (x - y_mean).powi(2);
        }
    }
    let degrees = count - levels.len() as f64 - 1.0;
    if degrees < 1.0 || tt <= 0.0 || yy <= 0.0 {
        return None;
    }
    let slope = ty / tt;
    let variance = ((yy - slope * ty) / degrees).max(f64::MIN_POSITIVE);
    let error = (variance / tt).sqrt();
    let span = runs.len().saturating_sub(1) as f64;
    let half = t_quantile(0.975, degrees).ok()? * error;
    let over = |slope: f64| (slope * span).exp_m1();
    let drift = Drift {
        change: over(slope),
        low: over(slope - half),
        high: over(slope + half),
        p: t_two_sided(slope / error, degrees).ok()?,
    };
    [drift.change, drift.low, drift.high, drift.p]
        .iter()
        .all(|value| value.is_finite())
        .then_some(drift)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[(f64, f64)]) -> Vec<Taken> {
        let run = |(n, throughput): &(f64, f64)| Taken {
            n: *n,
            throughput: Some(*throughput),
            latency: None,
            round: 1,
            order: 1,
            took: 1.0,
        };
        values.iter().map(run).collect()
    }

    /// Expected values from `tests/oracle/drift.py`.
    #[test]
    fn a_drift_has_the_size_that_least_squares_gives() {
        let found = drift(&runs(&[
            (4.0, 342.5),
            (1.0, 101.8),
            (2.0, 186.4),
            (1.0, 99.3),
            (4.0, 335.0),
            (2.0, 183.1),
            (2.0, 181.9),
            (4.0, 330.2),
            (1.0, 97.9),
        ]))
        .unwrap();
        for (got, expected) in [
            (found.change, -0.041_365_293_8),
            (found.low, -0.054_124_912_9),
            (found.high, -0.028_433_533_9),
            (found.p, 4.638_310_19e-4),
        ] {
            assert!((got - expected).abs() < 1e-5 * expected.abs(), "{found:?}");
        }
        assert!(found.is_significant());
    }

    #[test]
    fn without_repeats_or_scatter_there_is_none_to_tell() {
        assert_eq!(drift(&runs(&[(1.0, 5.0), (2.0, 9.0), (4.0, 16.0)])), None);
        assert_eq!(drift(&runs(&[(1.0, 5.0), (1.0, 5.0), (1.0, 5.0)])), None);
        assert_eq!(drift(&[]), None);
    }
}
