//! How scatter grows with throughput, told by repeats.
//!
//! Repeats at one N give a variance s² there. Where scatter is in proportion to throughput,
//! ln s² grows by 2 for each unit of ln X; where it is constant, by 0. ln s² of m runs has
//! itself the variance ψ′((m − 1)/2), so that a weighted line tells the two apart.
//!
//! # References
//! Bartlett & Kendall, "The statistical analysis of variance-heterogeneity and the
//! logarithmic transformation", JRSS Supplement 8 (1946), for the variance of ln s².

use super::problem::Noise;
use crate::sweep::levels::Levels;

/// Levels with this many runs …
const LEAST_RUNS: u64 = 3;
/// … of which this many must be there.
const LEAST_LEVELS: usize = 4;
/// Normal quantile of the one-sided 5 % test that refuses proportional scatter.
const REFUSED: f64 = 1.645;

/// Constant where the repeats refuse scatter in proportion to throughput at the 5 % level
/// and are nearer to constant scatter; else relative.
pub(super) fn by_repeats(levels: &Levels) -> Noise {
    let points: Vec<[f64; 3]> = levels
        .as_slice()
        .iter()
        .filter(|level| level.runs >= LEAST_RUNS && level.mean > 0.0 && level.relative_m2 > 0.0)
        .map(|level| {
            let degrees = (level.runs - 1) as f64;
            let x = level.mean.ln();
            let log_variance = (level.relative_m2 / degrees).ln() + 2.0 * x;
            [x, log_variance, 1.0 / trigamma(0.5 * degrees)]
        })
        .collect();
    if points.len() < LEAST_LEVELS {
        return Noise::Relative;
    }
    let weights: f64 = points.iter().map(|[_, _, w]| w).sum();
    let mean = |k: usize| points.iter().map(|p| p[2] * p[k]).sum::<f64>() / weights;
    let (x_mean, y_mean) = (mean(0), mean(1));
    let spread: f64 = points
        .iter()
        .map(|[x, _, w]| w * (x - x_mean).powi(2))
        .sum();
    let shared: f64 = points
        .iter()
        .map(|[x, y, w]| w * (x - x_mean) * (y - y_mean))
        .sum();
    let slope = shared / spread;
    let error = spread.sqrt().recip();
    if slope < 1.0 && (2.0 - slope) / error > REFUSED {
        Noise::Constant
    } else {
        Noise::Relative
    }
}

/// ψ′(x), the derivative of the digamma function, for x > 0.
///
/// # References
/// Abramowitz & Stegun (1964), 6.4.6 and 6.4.12.
fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 8.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let z = 1.0 / (x * x);
    let series = 1.0 / 6.0 - z * (1.0 / 30.0 - z * (1.0 / 42.0 - z / 30.0));
    sum + 1.0 / x + 0.5 * z + series * z / x
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn trigamma_at_one_and_a_half() {
        // ψ′(1) = π²/6 and ψ′(½) = π²/2.
        assert!((trigamma(1.0) - PI * PI / 6.0).abs() < 1e-9);
        assert!((trigamma(0.5) - PI * PI / 2.0).abs() < 1e-9);
    }

    #[test]
    fn repeats_that_scatter_alike_are_constant_and_undecided_ones_relative() {
        let sweep = |runs: &[f64], of: fn(f64, f64) -> f64| {
            let pairs = (0..6).flat_map(|k| {
                let x = 100.0 * 2.0_f64.powi(k);
                runs.iter().map(move |e| (2.0_f64.powi(k), of(x, *e)))
            });
            by_repeats(&Levels::from_pairs(pairs).unwrap())
        };
        let three = [-1.0, 0.2, 0.8];
        assert_eq!(sweep(&three, |x, e| x + 3.0 * e), Noise::Constant);
        assert_eq!(sweep(&three, |x, e| x * (1.0 + 0.03 * e)), Noise::Relative);
        assert_eq!(sweep(&three[..2], |x, e| x + 3.0 * e), Noise::Relative);
        assert_eq!(sweep(&three, |x, _| x), Noise::Relative);
    }
}
