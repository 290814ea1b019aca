//! Which N to measure next: the one that narrows the interval of the peak most.
//!
//! One more run at N adds jjᵀ to `JᵀJ`, with j the slope of the fitted value there; the
//! variance of a quantity with gradient g falls by (gᵀCj)²/(1 + jᵀCj).
//!
//! # References
//! Atkinson & Donev, *Optimum Experimental Designs*, 1992 (c-optimality).

use super::Fit;
use super::problem::{Theta, form};
use super::thresholds::TRUSTED_REACH;

/// Proposals lie at least this factor apart: a second size next to the first says little
/// about a law, whatever the linearised variance promises.
const APART: f64 = 1.15;

/// What a measurement is meant to narrow.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// The N of the peak; β while the data show no peak.
    Peak,
    /// Coherency β.
    Beta,
    /// Throughput at this N.
    ThroughputAt(f64),
}

/// A proposal and what it would bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NextMeasurement {
    /// The N to measure.
    pub n: f64,
    /// What gets narrower: `peak.n_real`, `beta` or `throughput`.
    pub shrinks: &'static str,
    /// Width of its interval afterwards, as a share of today's.
    pub to: f64,
}

/// What is known of (a, b, c) and what one wants to know of them.
struct Design<'a> {
    fit: &'a Fit,
    covariance: [Theta; 3],
    gradient: Theta,
    shrinks: &'static str,
}

impl<'a> Design<'a> {
    /// `None` without degrees of freedom, after an exact fit, or where the target cannot move.
    fn new(fit: &'a Fit, target: Target) -> Option<Self> {
        if fit.full.is_some() {
            return None;
        }
        let solution = fit.solution();
        solution.variance()?;
        let covariance = solution.covariance(true)?;
        if solution.exact {
            return None;
        }
        let theta = solution.optimum.theta;
        let [a, b, c] = theta;
        let unit = solution.problem.n_unit;
        let head = a - b / unit;
        let peaked = c > 0.0 && head > 0.0;
        let (shrinks, gradient): (_, Theta) = match target {
            // ln N*² = ln(a − b/n) − ln c
            Target::Peak if peaked => ("peak.n_real", [1.0 / head, -1.0 / unit / head, -1.0 / c]),
            // β ∝ c/a
            Target::Peak | Target::Beta => ("beta", [-c / a / a, 0.0, 1.0 / a]),
            Target::ThroughputAt(n) => ("throughput", solution.problem.slope_at(&theta, n)),
        };
        let design = Self {
            fit,
            covariance,
            gradient,
            shrinks,
        };
        let today = design.variance();
        (today.is_finite() && today > 0.0).then_some(design)
    }

    /// Variance of the target, up to the variance of one run.
    fn variance(&self) -> f64 {
        form(&self.gradient, &self.covariance, &self.gradient)
    }

    fn slope(&self, n: f64) -> Theta {
        let solution = self.fit.solution();
        solution.problem.slope_at(&solution.optimum.theta, n)
    }

    /// The same after one more run at N.
    fn variance_after(&self, n: f64) -> f64 {
        let slope = self.slope(n);
        let shared = form(&self.gradient, &self.covariance, &slope);
        self.variance() - shared * shared / (1.0 + form(&slope, &self.covariance, &slope))
    }

    /// Takes one more run at N as measured.
    fn add(&mut self, n: f64) {
        let slope = self.slope(n);
        let along = self.covariance.map(|row| super::problem::dot(&row, &slope));
        let scale = 1.0 + super::problem::dot(&along, &slope);
        for i in 0..3 {
            for j in 0..3 {
                self.covariance[i][j] -= along[i] * along[j] / scale;
            }
        }
    }

    /// Up to `count` of the candidates, each the best after those before it; `apart` keeps
    /// proposals from each other.
    fn best(&mut self, candidates: &[f64], count: usize, apart: f64) -> Vec<NextMeasurement> {
        let today = self.variance();
        let mut proposals: Vec<NextMeasurement> = Vec::new();
        for _ in 0..count {
            let best = candidates
                .iter()
                .filter(|n| {
                    apart <= 1.0 || proposals.iter().all(|p| (p.n / **n).max(**n / p.n) > apart)
                })
                .map(|n| (*n, self.variance_after(*n)))
                .filter(|(_, variance)| variance.is_finite() && *variance > 0.0)
                .min_by(|x, y| x.1.total_cmp(&y.1));
            let Some((n, variance)) = best else { break };
            proposals.push(NextMeasurement {
                n,
                shrinks: self.shrinks,
                to: (variance / today).sqrt(),
            });
            self.add(n);
        }
        proposals
    }
}

impl Fit {
    /// Up to `count` proposals for the peak among N not measured yet, each assuming that those
    /// before it have been measured. Empty without degrees of freedom, after an exact fit, or
    /// with too few levels.
    pub fn next_measurements(&self, count: usize) -> Vec<NextMeasurement> {
        Design::new(self, Target::Peak).map_or(Vec::new(), |mut design| {
            design.best(&self.measurable(), count, APART)
        })
    }

    /// Up to `count` runs among these N, measured already or not and any of them more than
    /// once, that narrow the interval of the target most. Empty as for
    /// [`Fit::next_measurements`].
    pub fn most_telling(
        &self,
        target: Target,
        candidates: &[f64],
        count: usize,
    ) -> Vec<NextMeasurement> {
        Design::new(self, target)
            .map_or(Vec::new(), |mut design| design.best(candidates, count, 1.0))
    }

    /// N that can be proposed: not measured yet, up to twice the largest; whole numbers,
    /// except where the data themselves are all below a few units.
    fn measurable(&self) -> Vec<f64> {
        const MOST: usize = 200;
        let levels = self.levels();
        let (low, high) = (
            levels.as_slice().first().map_or(1.0, |l| l.n),
            TRUSTED_REACH * levels.n_max(),
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
