//! How far the throughput of a size moves without a change of the system.
//!
//! Repeated runs show one part of it. What they share (the state of the machine, the order
//! of the runs, the layout of memory) they do not show: a size can move as a whole. The
//! changes at the sizes of two sweeps show both, by how unevenly they lie around a line in
//! ln N.

use crate::error::Error;
use crate::fit::Noise;
use crate::numeric::root::root;
use crate::stats::distribution::f_upper;
use crate::sweep::levels::Level;

/// How single runs scatter around their level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scatter {
    /// Whether the variance is one of X or of ln X.
    pub noise: Noise,
    /// Variance of one run.
    pub variance: f64,
    /// Degrees of freedom it was estimated with.
    pub degrees: f64,
}

impl Scatter {
    /// Joins what two sweeps say about the same noise, weighted by degrees of freedom;
    /// `None` where they assume different noise or know nothing.
    #[must_use]
    pub fn pooled(self, other: Self) -> Option<Self> {
        let degrees = self.degrees + other.degrees;
        let variance = self.variance * self.degrees + other.variance * other.degrees;
        (self.noise == other.noise && degrees >= 1.0).then(|| Self {
            noise: self.noise,
            variance: variance / degrees,
            degrees,
        })
    }

    /// What repeated runs show, pooled over all levels of both sweeps: a variance of X or
    /// of ln X, whichever makes the runs likelier. `None` with no more of them than sizes.
    pub(super) fn of_repeats(pairs: &[(&Level, &Level)]) -> Option<Self> {
        let levels = || pairs.iter().flat_map(|(a, b)| [*a, *b]);
        let degrees: f64 = levels().map(|level| (level.runs - 1) as f64).sum();
        if degrees < (pairs.len() as f64).max(1.0) {
            return None;
        }
        let runs: f64 = levels().map(|level| level.runs as f64).sum();
        // Relative to the largest mean: throughputs of 1e±300 have no square.
        let unit = levels().map(|level| level.mean).fold(0.0, f64::max);
        let squares: f64 = levels()
            .map(|level| level.relative_m2 * (level.mean / unit).powi(2))
            .sum();
        let relative: f64 = levels().map(|level| level.relative_m2).sum();
        // −2 ln likelihood with a mean a level; ln X has the density of X times X.
        let logs: f64 = levels()
            .map(|level| level.runs as f64 * (level.mean / unit).ln())
            .sum();
        let of_constant = runs * (squares / runs).ln();
        let of_relative = runs * (relative / runs).ln() + 2.0 * logs;
        Some(if of_constant < of_relative {
            Self {
                noise: Noise::Constant,
                variance: squares / degrees * unit * unit,
                degrees,
            }
        } else {
            Self {
                noise: Noise::Relative,
                variance: relative / degrees,
                degrees,
            }
        })
    }

    /// Variance of ln of the mean of a level.
    pub(super) fn of_mean(&self, level: &Level) -> f64 {
        let of_run = match self.noise {
            Noise::Relative => self.variance,
            Noise::Constant => self.variance / level.mean / level.mean,
        };
        of_run / level.runs as f64
    }
}

/// A change of throughput at one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// ln N.
    pub(super) place: f64,
    /// ln(X/X₀).
    pub(super) change: f64,
    /// Its variance by the scatter of single runs; 0 where nothing repeats.
    pub(super) variance: f64,
}

/// Mean change of some steps and how uncertain a change is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Common {
    /// Mean of the changes, weighted by what is known of each.
    pub(super) change: f64,
    /// Variance of the mean.
    pub(super) variance: f64,
    /// Variance by which a size moves as a whole, on top of its runs.
    pub(super) between: f64,
    /// Degrees of freedom of the sizes around their line.
    pub(super) degrees: f64,
    /// How large the weighted squares came out against what was expected: below 1 where
    /// sizes are even by luck, and `between` is 0.
    pub(super) ratio: f64,
}

/// Steps around a line in ln N, each size moving by a variance of its own on top of what
/// its runs show: that variance is the one with which the weighted squares come out as
/// large as expected.
///
/// `None` with no more steps than the line has coefficients.
///
/// # References
/// R. Paule & J. Mandel, "Consensus values and weighting factors", Journal of Research of
/// the National Bureau of Standards 87 (1982).
pub(super) fn common(steps: &[Step]) -> Option<Common> {
    let degrees = degrees_around_line(steps.len());
    if degrees < 1.0 {
        return None;
    }
    let between = if squares(steps, 0.0) <= degrees {
        0.0
    } else {
        // With the sum of all squares as variance the weighted ones come out at most at 1.
        let most = steps.iter().map(|step| step.change.powi(2)).sum();
        root(|between| squares(steps, between) - degrees, 0.0, most)
    };
    let weighted = mean(steps, between);
    let left = squares(steps, between);
    Some(Common {
        ratio: if left > 0.0 { left / degrees } else { 0.0 },
        change: weighted.0,
        variance: weighted.1,
        between,
        degrees,
    })
}

/// Weighted mean change and its variance.
pub(super) fn mean(steps: &[Step], between: f64) -> (f64, f64) {
    let least = steps
        .iter()
        .map(|step| step.variance + between)
        .fold(f64::INFINITY, f64::min);
    if least <= 0.0 {
        // Nothing scatters: every size counts alike.
        let count = steps.len() as f64;
        return (
            steps.iter().map(|step| step.change).sum::<f64>() / count,
            0.0,
        );
    }
    let weight = |step: &Step| least / (step.variance + between);
    let weights: f64 = steps.iter().map(weight).sum();
    let sum: f64 = steps.iter().map(|step| weight(step) * step.change).sum();
    (sum / weights, least / weights)
}

/// Probability that changes are at least as uneven if sizes move by no more than their runs
/// show, which were seen with `degrees` degrees of freedom.
pub(super) fn even(steps: &[Step], degrees: f64) -> Result<f64, Error> {
    let around = degrees_around_line(steps.len());
    if around < 1.0 {
        return Ok(1.0);
    }
    f_upper(squares(steps, 0.0) / around, around, degrees)
}

/// Steps less the coefficients of their line; of fewer than five, of their mean.
pub(super) fn degrees_around_line(count: usize) -> f64 {
    count as f64 - if count >= LINE_FROM { 2.0 } else { 1.0 }
}

/// Squared distances of successive sizes, against the squares about the mean.
pub(super) fn successive_ratio(steps: &[Step]) -> f64 {
    let mean = steps.iter().map(|step| step.change).sum::<f64>() / steps.len() as f64;
    let about: f64 = steps.iter().map(|step| (step.change - mean).powi(2)).sum();
    let along: f64 = (steps.windows(2))
        .map(|pair| (pair[1].change - pair[0].change).powi(2))
        .sum();
    along / about
}

/// Number of steps from which they lie around a line and not around one value.
pub(super) const LINE_FROM: usize = 5;

/// Weighted squared distances from the weighted line (or mean); infinite where a step
/// without variance is off it.
fn squares(steps: &[Step], between: f64) -> f64 {
    let weight = |step: &Step| 1.0 / (step.variance + between).max(f64::MIN_POSITIVE);
    let weights: f64 = steps.iter().map(weight).sum();
    let of = |value: &dyn Fn(&Step) -> f64| {
        steps
            .iter()
            .map(|step| weight(step) / weights * value(step))
            .sum::<f64>()
    };
    let (place, change) = (of(&|s| s.place), of(&|s| s.change));
    let slope = if steps.len() >= LINE_FROM {
        let wide = of(&|s| (s.place - place).powi(2));
        let along = of(&|s| (s.place - place) * (s.change - change));
        if wide > 0.0 { along / wide } else { 0.0 }
    } else {
        0.0
    };
    steps
        .iter()
        .map(|step| {
            let off = step.change - change - slope * (step.place - place);
            // Rounding of a logarithm is no scatter.
            if off.abs() < 1e-12 {
                0.0
            } else {
                weight(step) * off * off
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_two_sweeps_is_weighted_by_degrees_of_freedom() {
        let of = |variance, degrees, noise| Scatter {
            noise,
            variance,
            degrees,
        };
        let one = of(1.0, 2.0, Noise::Relative);
        let pooled = one.pooled(of(4.0, 6.0, Noise::Relative)).unwrap();
        // (2·1 + 6·4)/8.
        assert!((pooled.variance - 3.25).abs() < 1e-15);
        assert!((pooled.degrees - 8.0).abs() < 1e-15);
        assert_eq!(one.pooled(of(4.0, 6.0, Noise::Constant)), None);
        let none = of(0.0, 0.0, Noise::Relative);
        assert_eq!(none.pooled(none), None);
    }
}
