//! The sizes that may be measured.

use super::Goal;
use crate::domain;
use crate::error::Error;
use crate::fit::Fit;
use crate::fit::thresholds::TRUSTED_REACH;

/// Whole numbers up to here are all candidates; beyond they are spread evenly over ln N.
const EVERY: f64 = 128.0;
/// A size between two levels lies at least this factor from both.
const APART: f64 = 1.15;
/// A misfit with a smaller p-value is one.
const MISFIT: f64 = 0.01;

/// Which N a sweep may use.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Sizes {
    /// These and no others.
    Listed(Vec<f64>),
    /// The first round takes `first`; what follows is any whole N up to `most`.
    Searched {
        /// Sizes of the first round.
        first: Vec<f64>,
        /// Largest N.
        most: f64,
    },
}

impl Sizes {
    /// A search that starts at 1, 2, 4 … up to `cores` (twice that `beyond` them) and may go up
    /// to `most`. It starts with at least four sizes, as a curve of three coefficients needs.
    pub fn search(cores: f64, beyond: bool, most: Option<f64>) -> Self {
        let top = if beyond { 2.0 * cores } else { cores };
        let most = most.unwrap_or(top.max(4.0)).max(1.0).floor();
        let top = top.min(most);
        let mut first = vec![1.0];
        while let Some(last) = first.last().copied()
            && last * 2.0 < top
        {
            first.push(last * 2.0);
        }
        if top > 1.0 {
            first.push(top.floor());
        }
        let mut next = 2.0;
        while first.len() < 4 && next <= most {
            if !first.contains(&next) {
                first.push(next);
            }
            next += 1.0;
        }
        first.sort_by(f64::total_cmp);
        Self::Searched { first, most }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let first = self.first();
        domain::positive("number of sizes", first.len() as f64)?;
        for n in first {
            domain::positive("N", *n)?;
        }
        Ok(())
    }

    /// The sizes of a whole round.
    pub fn first(&self) -> &[f64] {
        match self {
            Self::Listed(sizes) => sizes,
            Self::Searched { first, .. } => first,
        }
    }

    /// The largest N there can be.
    pub fn most(&self) -> f64 {
        match self {
            Self::Listed(sizes) => sizes.iter().copied().fold(0.0, f64::max),
            Self::Searched { most, .. } => *most,
        }
    }

    /// The N to choose among: those listed, or whole numbers up to twice the largest measured.
    pub(super) fn candidates(&self, fit: &Fit) -> Vec<f64> {
        match self {
            Self::Listed(sizes) => sizes.clone(),
            Self::Searched { most, .. } => {
                let top = most.min(TRUSTED_REACH * fit.levels().n_max());
                let mut all: Vec<f64> = fit.levels().as_slice().iter().map(|l| l.n).collect();
                let mut n = 1.0;
                while n <= top {
                    all.push(n);
                    // Steps of 1 up to 128, of 1/128 of N from there.
                    n = (n + (n / EVERY).max(1.0)).floor();
                }
                all.push(top.floor());
                all.retain(|n| *n >= 1.0 && *n <= top);
                all.sort_by(f64::total_cmp);
                all.dedup();
                all
            }
        }
    }

    /// Whether a peak cannot be had: everything up to the largest N has been measured, and the
    /// peak lies above twice that, if there is one.
    pub(super) fn is_out_of_reach(&self, goal: Goal, fit: &Fit) -> bool {
        let measured = fit.levels().n_max();
        matches!(goal, Goal::Peak { .. })
            && measured >= self.most()
            && fit
                .peak()
                .n_real
                .low
                .is_some_and(|low| low > 2.0 * measured)
    }
}

/// The size that shows more of a bend: between the level that the law misses most and its
/// farther neighbour. `None` where the law describes the levels.
pub(super) fn beside_bend(fit: &Fit, candidates: &[f64]) -> Option<f64> {
    fit.lack_of_fit().filter(|test| test.p < MISFIT)?;
    let levels = fit.levels().as_slice();
    let miss = |index: &usize| {
        let level = levels[*index];
        (level.mean / fit.throughput(level.n).value.unwrap_or(level.mean))
            .ln()
            .abs()
    };
    let worst = (0..levels.len())
        .filter(|index| miss(index).is_finite())
        .max_by(|a, b| miss(a).total_cmp(&miss(b)))?;
    let here = levels[worst].n;
    let sides = [worst.checked_sub(1), Some(worst + 1)];
    let neighbour = sides
        .into_iter()
        .flatten()
        .filter_map(|side| levels.get(side))
        .map(|level| level.n)
        .max_by(|a, b| (a / here).ln().abs().total_cmp(&(b / here).ln().abs()))?;
    let middle = (here * neighbour).sqrt();
    candidates
        .iter()
        .copied()
        .filter(|n| {
            [here, neighbour]
                .iter()
                .all(|end| (n / end).max(end / n) > APART)
                && *n > here.min(neighbour)
                && *n < here.max(neighbour)
        })
        .min_by(|a, b| (a / middle).ln().abs().total_cmp(&(b / middle).ln().abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_starts_with_doublings_up_to_the_cores() {
        for (cores, beyond, most, expected) in [
            (16.0, false, None, vec![1.0, 2.0, 4.0, 8.0, 16.0]),
            (12.0, false, None, vec![1.0, 2.0, 4.0, 8.0, 12.0]),
            (12.0, true, None, vec![1.0, 2.0, 4.0, 8.0, 16.0, 24.0]),
            (2.0, false, None, vec![1.0, 2.0, 3.0, 4.0]),
            (64.0, false, Some(10.0), vec![1.0, 2.0, 4.0, 8.0, 10.0]),
            (4.0, false, Some(256.0), vec![1.0, 2.0, 3.0, 4.0]),
            (8.0, false, Some(2.0), vec![1.0, 2.0]),
        ] {
            let sizes = Sizes::search(cores, beyond, most);
            assert_eq!(sizes.first(), expected, "{cores} {beyond} {most:?}");
        }
    }
}
