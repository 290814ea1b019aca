//! Throughput of two sweeps at one size: by the fits, or by the runs that both have there.
//!
//! Where a law misses the sizes by more than repeats scatter, its band is as wide as the miss,
//! and hides what runs at the same size show. There the means of the runs are compared, with the
//! scatter of repeats pooled over the sizes of each sweep. Where the law describes the sizes, the
//! fits are compared: they also allow for what all runs of a size have in common.

use super::Side;
use crate::estimate::Estimate;
use crate::fit::Grade;
use crate::fit::thresholds::SIGNIFICANT;
use crate::judge::compare::{Compared, ratio};
use crate::stats::distribution::t_quantile;

/// Throughput of a side at N, as it is compared with the other, 1/s.
pub(super) fn throughput(n: f64, side: &Side, other: &Side) -> Estimate {
    of_runs(n, side, other).unwrap_or_else(|| Compared::Throughput(n).of(&side.fit))
}

/// Change of throughput at N, X/X₀ − 1.
pub(super) fn change(n: f64, reference: &Side, other: &Side) -> Estimate {
    let (a, b) = (
        throughput(n, reference, other),
        throughput(n, other, reference),
    );
    ratio(&a, &b).map_monotone(|share| share - 1.0)
}

/// What the runs say, where both repeat this size and a law misses what they show.
fn of_runs(n: f64, side: &Side, other: &Side) -> Option<Estimate> {
    let both = [side, other].map(|side| side.fit.levels());
    let repeats = |n: f64| {
        both.iter()
            .all(|levels| levels.at(n).is_some_and(|l| l.runs > 1))
    };
    if !repeats(n) || !(is_missed(side) || is_missed(other)) {
        return None;
    }
    let sizes = both[0].as_slice().iter().filter(|l| repeats(l.n)).count();
    mean_of_runs(n, side, sizes)
}

/// Whether the law misses the sizes by more than repeats scatter, and by enough to matter.
fn is_missed(side: &Side) -> bool {
    let shows = (side.fit.lack_of_fit()).is_some_and(|test| test.p < SIGNIFICANT);
    shows && side.fit.quality().grade != Grade::Good
}

/// Mean of the runs at N with its interval in ln X: t·s/√runs, s² pooled over the sizes and no
/// less than what the runs at N scatter by themselves. The intervals of so many `sizes` hold all
/// at once (Bonferroni), as those of a curve do nearly, so that many sizes name no more
/// differences than one where there is none.
fn mean_of_runs(n: f64, side: &Side, sizes: usize) -> Option<Estimate> {
    let levels = side.fit.levels();
    let level = levels.at(n).filter(|l| l.runs > 1 && l.mean > 0.0)?;
    let repeated = || levels.as_slice().iter().filter(|l| l.runs > 1);
    let degrees: f64 = repeated().map(|l| (l.runs - 1) as f64).sum();
    let pooled = repeated().map(|l| l.relative_m2).sum::<f64>() / degrees;
    let own = level.relative_m2 / (level.runs - 1) as f64;
    let confidence = side.fit.options().confidence;
    let beyond = 0.5 * (1.0 - confidence) / sizes as f64;
    let t = t_quantile(1.0 - beyond, degrees).ok()?;
    let reach = (t * (pooled.max(own) / level.runs as f64).sqrt()).exp();
    let (low, high) = (level.mean / reach, level.mean * reach);
    Some(Estimate::between(level.mean, low, high, confidence))
}
