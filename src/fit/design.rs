//! Which N to measure next: the one that narrows the interval of the peak most.
//!
//! One more run at N adds jjᵀ to `JᵀJ`, with j the slope of the fitted value there; the
//! variance of a quantity with gradient g falls by (gᵀCj)²/(1 + jᵀCj).
//!
//! # References
//! Atkinson & Donev, *Optimum Experimental Designs*, 1992 (c-optimality).

use super::Fit;
use super::problem::{Theta, form};

/// Proposals lie at least this factor apart: a second size next to the first says little
/// about a law, whatever the linearised variance promises.
const APART: f64 = 1.15;

/// A proposal and what it would bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextMeasurement {
    /// The N to measure.
    pub n: f64,
    /// What gets narrower: `peak.n_real` or `beta`.
    pub shrinks: &'static str,
    /// Width of its interval afterwards, as a share of today's.
    pub to: f64,
}

impl Fit {
    /// Up to `count` proposals, each assuming that those before it have been measured.
    /// Empty without degrees of freedom, after an exact fit, or with too few levels.
    pub fn next_measurements(&self, count: usize) -> Vec<NextMeasurement> {
        let solution = self.solution();
        let (Some(mut covariance), Some(_), false) = (
            solution.covariance(true),
            solution.variance(),
            solution.exact,
        ) else {
            return Vec::new();
        };
        let theta = solution.optimum.theta;
        let [a, b, c] = theta;
        let head = a - b / solution.problem.n_unit;
        let peaked = c > 0.0 && head > 0.0;
        // ln N*² = ln(a − b/n) − ln c, or β ∝ c/a.
        let (shrinks, gradient): (_, Theta) = if peaked {
            (
                "peak.n_real",
                [1.0 / head, -1.0 / solution.problem.n_unit / head, -1.0 / c],
            )
        } else {
            ("beta", [-c / a / a, 0.0, 1.0 / a])
        };
        let today = form(&gradient, &covariance, &gradient);
        if today.is_nan() || today <= 0.0 {
            return Vec::new();
        }
        let mut proposals = Vec::new();
        let candidates = self.measurable();
        for _ in 0..count {
            let after = |n: f64| {
                let slope = solution.problem.slope_at(&theta, n);
                let shared = form(&gradient, &covariance, &slope);
                form(&gradient, &covariance, &gradient)
                    - shared * shared / (1.0 + form(&slope, &covariance, &slope))
            };
            let best = candidates
                .iter()
                .filter(|n| {
                    proposals
                        .iter()
                        .all(|p: &NextMeasurement| (p.n / **n).max(**n / p.n) > APART)
                })
                .map(|n| (*n, after(*n)))
                .filter(|(_, variance)| variance.is_finite() && *variance > 0.0)
                .min_by(|x, y| x.1.total_cmp(&y.1));
            let Some((n, variance)) = best else { break };
            proposals.push(NextMeasurement {
                n,
                shrinks,
                to: (variance / today).sqrt(),
            });
            let slope = solution.problem.slope_at(&theta, n);
            let along = covariance.map(|row| super::problem::dot(&row, &slope));
            let scale = 1.0 + super::problem::dot(&along, &slope);
            for i in 0..3 {
                for j in 0..3 {
                    covariance[i][j] -= along[i] * along[j] / scale;
                }
            }
        }
        proposals
    }

    /// N that can be proposed: not measured yet, up to twice the largest; whole numbers,
    /// except where the data themselves are all below a few units.
    fn measurable(&self) -> Vec<f64> {
        const MOST: usize = 200;
        let levels = self.levels();
        let (low, high) = (
            levels.as_slice().first().map_or(1.0, |l| l.n),
            2.0 * levels.n_max(),
        );
        let step: f64 = if high >= 6.0 { 1.0 } else { high / 20.0 };
        let count = ((high - low) / step).floor();
        let mut all: Vec<f64> = if count <= MOST as f64 {
            let first = (low / step).ceil();
            (0..=MOST)
                .map(|k| (first + k as f64) * step)
                .take_while(|n| *n <= high)
                .collect()
        } else {
            let ratio = (high / low).ln() / MOST as f64;
            (0..=MOST)
                .map(|k| two_digits(low * (ratio * k as f64).exp()))
                .collect()
        };
        all.dedup();
        all.retain(|n| *n > 0.0 && levels.at(*n).is_none());
        all
    }
}

/// Rounded to two digits, so that a proposal is a number one would choose.
fn two_digits(n: f64) -> f64 {
    let unit = 10.0_f64.powf(n.log10().floor() - 1.0).max(1.0);
    (n / unit).round() * unit
}
