//! Inside the data: whether the law may speak, or the law corrected by what was measured.
//!
//! Each inner level in turn is left out and the law fitted to the rest. Its own value there
//! competes with that value times exp(misfit), the misfit ln(measured mean/law) of the two
//! neighbours taken along a line in ln N. Where the second misses clearly less, the law does
//! not describe the sweep between its levels, and the correction speaks.

use super::problem::{Problem, Theta};
use super::{Fit, ceiling};
use crate::stats::distribution::t_quantile;
use crate::sweep::levels::Level;

/// Inner levels that are left out at most, evenly taken.
const MOST_LEFT_OUT: usize = 14;

/// What leaving out inner levels showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Inside {
    /// ln(measured mean/law) of each level with a mean above 0, with ln N.
    pub(super) misfits: Vec<(f64, f64)>,
    /// Each level left out.
    pub(super) left_out: Vec<LeftOut>,
    /// The law speaks inside the data.
    pub(super) by_law: bool,
    /// Doubt about the law from 0 to 1: how far its left-out misses exceed what noise does.
    pub(super) doubt: f64,
}

/// One level left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct LeftOut {
    /// ln(measured mean/law of the others).
    pub(super) law: f64,
    /// The same against the corrected law.
    pub(super) between: f64,
}

impl Inside {
    /// Root mean square of the left-out misses of one of the two.
    pub(super) fn spread(&self, of: fn(&LeftOut) -> f64) -> Option<f64> {
        let count = self.left_out.len() as f64;
        let squares: f64 = self.left_out.iter().map(|l| of(l).powi(2)).sum();
        (count > 0.0).then(|| (squares / count).sqrt())
    }

    /// Half width in ln X that holds a left-out level with a confidence: t times their
    /// spread.
    pub(super) fn half_width(&self, of: fn(&LeftOut) -> f64, confidence: f64) -> Option<f64> {
        let t = t_quantile(0.5 + 0.5 * confidence, self.left_out.len() as f64).ok()?;
        Some(t * self.spread(of)?)
    }

    /// Root mean square of the misfits.
    pub(super) fn root_mean_square(&self) -> f64 {
        let count = (self.misfits.len() as f64).max(1.0);
        let squares: f64 = self.misfits.iter().map(|(_, misfit)| misfit * misfit).sum();
        (squares / count).sqrt()
    }

    /// Mean |miss| of the law and of the corrected law.
    pub(super) fn mean_misses(&self) -> Option<(f64, f64)> {
        let count = self.left_out.len() as f64;
        (count > 0.0).then(|| {
            let law: f64 = self.left_out.iter().map(|l| l.law.abs()).sum();
            let between: f64 = self.left_out.iter().map(|l| l.between.abs()).sum();
            (law / count, between / count)
        })
    }

    /// The misfit at ln N, along a line between the two levels around it.
    pub(super) fn misfit_at(&self, log_n: f64) -> f64 {
        let after = self.misfits.partition_point(|(at, _)| *at < log_n);
        let point = |k: usize| self.misfits.get(k).copied();
        match (after.checked_sub(1).and_then(point), point(after)) {
            (Some(low), Some(high)) => {
                low.1 + (high.1 - low.1) * (log_n - low.0) / (high.0 - low.0)
            }
            (None, Some((_, misfit))) | (Some((_, misfit)), None) => misfit,
            (None, None) => 0.0,
        }
    }
}

impl Fit {
    /// What leaving out inner levels shows.
    pub(super) fn inside(&self) -> &Inside {
        self.asked.inside.get_or_init(|| self.look_inside())
    }

    fn look_inside(&self) -> Inside {
        let levels = self.nodes().as_slice();
        let misfits: Vec<(f64, f64)> = levels
            .iter()
            .map(|level| (level.n.ln(), (level.mean / self.law_value(level.n)).ln()))
            .filter(|(_, misfit)| misfit.is_finite())
            .collect();
        let solution = self.solution();
        let mut inside = Inside {
            misfits,
            left_out: Vec::new(),
            by_law: true,
            doubt: 0.0,
        };
        if self.is_exact() || levels.len() <= self.fitted_law().parameters() {
            return inside;
        }
        inside.left_out = match &self.full {
            Some(full) => ceiling::left_out(&solution.problem, levels, &full.fitted),
            None => inner(levels.len())
                .filter_map(|index| {
                    left_out(&solution.problem, &solution.optimum.theta, levels, index)
                })
                .collect(),
        };
        inside.doubt = doubt(&inside.left_out, self.noise_of_means().unwrap_or(0.0));
        inside.by_law = law_keeps_its_place(&inside.left_out, inside.doubt);
        inside
    }
}

/// Mean |ln miss| of the law of a problem at inner levels left out in turn.
pub(super) fn law_miss(problem: &Problem, near: &Theta, levels: &[Level]) -> Option<f64> {
    let misses: Vec<f64> = inner(levels.len())
        .filter_map(|index| Some(left_out(problem, near, levels, index)?.law.abs()))
        .collect();
    (!misses.is_empty()).then(|| misses.iter().sum::<f64>() / misses.len() as f64)
}

/// Indices of the inner levels to leave out.
pub(super) fn inner(levels: usize) -> impl Iterator<Item = usize> {
    let inner = levels.saturating_sub(2);
    let count = inner.min(MOST_LEFT_OUT);
    (0..count).map(move |k| {
        if inner <= MOST_LEFT_OUT {
            1 + k
        } else {
            1 + (2 * k + 1) * inner / (2 * count)
        }
    })
}

/// The misses at one level left out; `None` where the rest has no law.
fn left_out(problem: &Problem, near: &Theta, levels: &[Level], index: usize) -> Option<LeftOut> {
    let theta = problem.without(index).shape(Some(near))?.theta;
    miss_at(levels, index, |n| problem.throughput(&theta, n))
}

/// The misses at a level of a law that was fitted without it.
pub(super) fn miss_at(levels: &[Level], index: usize, law: impl Fn(f64) -> f64) -> Option<LeftOut> {
    let misfit = |k: usize| {
        let level = levels.get(k)?;
        Some((level.mean / law(level.n)).ln()).filter(|m| m.is_finite())
    };
    let (before, at, after) = (misfit(index - 1)?, misfit(index)?, misfit(index + 1)?);
    let gap = (levels[index + 1].n / levels[index - 1].n).ln();
    let share = (levels[index].n / levels[index - 1].n).ln() / gap;
    Some(LeftOut {
        law: at,
        between: at - (before + (after - before) * share),
    })
}

/// A median left-out miss beyond noise up to this says nothing against the law …
const NO_DOUBT: f64 = 0.04;
/// … and from this on everything.
const FULL_DOUBT: f64 = 0.09;
/// The corrected law takes over where its mean miss is below this share of the law's …
const CLEARLY: f64 = 0.65;
/// … and under full doubt, where neither is near, below this.
const DOUBTED: f64 = 1.4;

/// How far the median miss of the law exceeds what the noise of a level mean explains, from
/// 0 to 1. Sweeps of the developers' data that follow the law within noise have a doubt of 0.
fn doubt(left_out: &[LeftOut], noise: f64) -> f64 {
    let mut misses: Vec<f64> = left_out.iter().map(|l| l.law.abs()).collect();
    misses.sort_by(f64::total_cmp);
    let median = misses
        .get(misses.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0.0);
    let excess = (median * median - noise * noise).max(0.0).sqrt();
    ((excess - NO_DOUBT) / (FULL_DOUBT - NO_DOUBT)).clamp(0.0, 1.0)
}

/// Whether the corrected law is not clearly better.
fn law_keeps_its_place(left_out: &[LeftOut], doubt: f64) -> bool {
    let share = CLEARLY + (DOUBTED - CLEARLY) * doubt;
    let sum = |of: fn(&LeftOut) -> f64| left_out.iter().map(|l| of(l).abs()).sum::<f64>();
    left_out.is_empty() || sum(|l| l.between) >= share * sum(|l| l.law)
}
