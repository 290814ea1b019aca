//! Very many sizes as fewer: neighbouring sizes become one node, their weighted mean at their
//! weighted mean of ln N.
//!
//! A law has three or four parameters; beyond some thousand sizes more of them add runs, not
//! knowledge of its shape. Each node carries the runs of its sizes, their mean, and how far
//! they scatter about a line through that mean with the slope between the nodes beside it, so
//! that neither the sum of squares nor the degrees of freedom change: what is lost is the bend
//! of the law inside a node, below 10⁻⁵ of X for a range of 10⁶ in N. Runs at nearly the same N
//! then also show how they scatter, as repeats do.
//!
//! # References
//! Draper & Smith, *Applied Regression Analysis*, 1998, chapter 2.2: approximate repeats.

use crate::sweep::levels::{Level, Levels};

/// Distinct N up to which every one is a node of its own.
pub(super) const ALL: usize = 8192;
/// Nodes at most, where there are more.
const NODES: usize = 4096;

/// The levels themselves, or nodes that stand for them.
pub(super) fn nodes(levels: &Levels) -> Levels {
    if levels.len() <= ALL {
        return levels.clone();
    }
    let cells: Vec<&[Level]> = cells(levels.as_slice());
    let middles: Vec<Middle> = cells.iter().map(|cell| Middle::of(cell)).collect();
    let nodes = cells.iter().enumerate().map(|(k, cell)| {
        if let [only] = cell {
            return *only;
        }
        let before = &middles[k.saturating_sub(1)];
        let after = &middles[(k + 1).min(middles.len() - 1)];
        middles[k].node(cell, before, after)
    });
    Levels::from_rising(nodes.collect())
}

/// Levels that go together: half of the measure is ln N and half is rank, so that neither a
/// far outlier in N nor a dense part makes nodes wide. N = 1, which γ may be taken from, stays
/// alone.
fn cells(levels: &[Level]) -> Vec<&[Level]> {
    let (Some(first), Some(last)) = (levels.first(), levels.last()) else {
        return Vec::new();
    };
    let range = last.n.ln() - first.n.ln();
    // Two cells more are cut around N = 1, and one holds the end.
    let count = (NODES - 3) as f64;
    let place = |index: usize| {
        let by_rank = index as f64 / (levels.len() - 1) as f64;
        let by_size = if range > 0.0 {
            (levels[index].n.ln() - first.n.ln()) / range
        } else {
            by_rank
        };
        (f64::midpoint(by_size, by_rank) * count).floor()
    };
    let is_one = |index: usize| levels[index].n.to_bits() == 1.0_f64.to_bits();
    let mut cells = Vec::with_capacity(NODES);
    let mut start = 0;
    let mut at = place(0);
    for index in 1..levels.len() {
        let next = place(index);
        if next > at || is_one(index) || is_one(index - 1) {
            cells.push(&levels[start..index]);
            start = index;
            at = next;
        }
    }
    cells.push(&levels[start..]);
    cells
}

/// Weighted means of the levels of one cell.
#[derive(Debug, Clone, Copy)]
struct Middle {
    runs: u64,
    /// First N of the cell, which `offset` counts from.
    origin: f64,
    /// Mean of ln(N/origin).
    offset: f64,
    /// Mean of ln N: to compare cells with.
    log_n: f64,
    /// Mean throughput, 1/s.
    mean: f64,
    /// Mean of ln X, where every level knows it.
    log_mean: Option<f64>,
}

impl Middle {
    fn of(cell: &[Level]) -> Self {
        let origin = cell.first().map_or(1.0, |level| level.n);
        let base = cell.first().map_or(0.0, |level| level.mean);
        let log_base = cell.first().and_then(Level::log_mean);
        let (mut runs, mut offset, mut above) = (0, 0.0, 0.0);
        let mut log_above = log_base.map(|_| 0.0);
        for level in cell {
            let weight = level.runs as f64;
            runs += level.runs;
            offset += weight * offset_of(level, origin);
            above += weight * (level.mean - base);
            log_above = (log_above.zip(level.log_mean()).zip(log_base))
                .map(|((sum, mean), base)| sum + weight * (mean - base));
        }
        let total = runs as f64;
        Self {
            runs,
            origin,
            offset: offset / total,
            log_n: origin.ln() + offset / total,
            mean: base + above / total,
            log_mean: log_above
                .zip(log_base)
                .map(|(sum, base)| base + sum / total),
        }
    }

    /// The cell as one level, with its neighbours for the slope.
    fn node(&self, cell: &[Level], before: &Self, after: &Self) -> Level {
        let gap = after.log_n - before.log_n;
        let slope = |rise: f64| Some(rise / gap).filter(|s| s.is_finite()).unwrap_or(0.0);
        let along = slope((after.mean - before.mean) / self.mean);
        let log_along = (after.log_mean.zip(before.log_mean)).map(|(a, b)| slope(a - b));
        let (mut m2, mut log_m2) = (0.0, 0.0);
        for level in cell {
            let weight = level.runs as f64;
            let by = offset_of(level, self.origin) - self.offset;
            let share = level.mean / self.mean;
            m2 += weight * (share - 1.0 - along * by).powi(2) + level.relative_m2 * share * share;
            if let (Some((mean, own)), Some(middle)) = (level.log_moments, self.log_mean) {
                let line = middle + log_along.unwrap_or(0.0) * by;
                log_m2 += weight * (mean - line).powi(2) + own;
            }
        }
        let last = cell.last().map_or(self.origin, |level| level.n);
        let n = self.origin + self.origin * self.offset.exp_m1();
        Level {
            n: n.clamp(self.origin, last),
            runs: self.runs,
            mean: self.mean,
            relative_m2: if self.mean > 0.0 { m2 } else { 0.0 },
            log_moments: self.log_mean.map(|mean| (mean, log_m2)),
            successive: None,
            latency: None,
        }
    }
}

/// ln(N/origin), exact to the last digit where they are close.
fn offset_of(level: &Level, origin: f64) -> f64 {
    let by = (level.n - origin) / origin;
    if by < 0.5 {
        by.ln_1p()
    } else {
        level.n.ln() - origin.ln()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{FitOptions, fit, fit_nodes};
    use crate::law::{ScalingLaw, Usl, UslParams};

    /// Sizes with 3 % scatter about a law whose peak is the middle of them.
    fn sweep(count: u32, unit: f64) -> Levels {
        let law = Usl::new(UslParams {
            alpha: 0.01,
            beta: 1.0 / (0.5 * f64::from(count)).powi(2),
            gamma: 100.0,
        })
        .unwrap();
        let pairs = (1..=count).map(|k| {
            let n = f64::from(k);
            let noise = (f64::from(k) * 0.618_033_988_749_895).fract() - 0.5;
            (n * unit, law.throughput(n) * (0.1 * noise).exp())
        });
        Levels::from_pairs(pairs).unwrap()
    }

    #[test]
    fn nodes_keep_runs_sums_and_order() {
        for unit in [1.0, 1e-300, 1e290, 0.37] {
            let levels = sweep(9_000, unit);
            let nodes = nodes(&levels);
            assert!(nodes.len() <= NODES, "{}", nodes.len());
            assert_eq!(nodes.runs(), levels.runs());
            let all = nodes.as_slice();
            assert!(all.windows(2).all(|pair| pair[0].n < pair[1].n));
            let sum = |levels: &Levels| {
                let levels = levels.as_slice().iter();
                levels.map(|l| l.runs as f64 * l.mean).sum::<f64>()
            };
            assert!((sum(&nodes) / sum(&levels) - 1.0).abs() < 1e-12);
        }
        let few = sweep(8_192, 1.0);
        assert_eq!(nodes(&few), few);
    }

    /// Coefficients within a twentieth of their standard error of those of the full fit, the
    /// standard errors within 3 %.
    #[test]
    fn a_fit_to_nodes_is_the_fit_to_all_sizes() {
        let levels = sweep(8_193, 1.0);
        let options = FitOptions::default();
        let condensed = fit(&levels, &options).unwrap();
        let full = fit_nodes(&levels, levels.clone(), &options).unwrap();
        assert!(condensed.condensed().is_some() && full.condensed().is_none());
        let [ours, theirs] = [&condensed, &full].map(|fit| {
            [
                fit.law().params().alpha,
                fit.law().params().beta,
                fit.law().params().gamma,
            ]
        });
        let errors = [&condensed, &full].map(|fit| fit.standard_errors().map(Option::unwrap));
        for k in 0..3 {
            assert!((ours[k] - theirs[k]).abs() < 0.05 * errors[1][k], "{k}");
            assert!((errors[0][k] / errors[1][k] - 1.0).abs() < 0.03, "{k}");
        }
        assert_eq!(condensed.shape().name(), full.shape().name());
        let at = condensed.levels().as_slice()[5_000];
        assert_eq!(condensed.levels().at(at.n), Some(&at));
    }
}
