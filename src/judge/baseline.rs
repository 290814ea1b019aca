//! A sweep against an earlier one, size by size: has throughput fallen by more than is
//! tolerated?
//!
//! Each size in both sweeps gives the change X/X₀ − 1 with an interval, and all of them
//! together give one more. The intervals are simultaneous: the whole is wrong on either side
//! with at most 0.4 (1 − c), where a fifth of what the confidence c leaves is kept back for
//! noise that no interval knows; half of it goes to the change over all sizes, and half is
//! shared by the sizes, so that many sizes raise no more alarms than one.

use super::gate::{Limit, Verdict};
use super::scatter::{self, Common, Step};
use super::slip::{self, Slip};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::Noise;
use crate::stats::distribution::{f_upper, t_quantile};
use crate::sweep::levels::{Level, Levels};
use std::cell::Cell;

pub use super::scatter::Scatter;

/// What is compared and how strictly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Share of throughput that may be lost, 0 to 1.
    pub tolerance: f64,
    /// Confidence that all intervals hold at once.
    pub confidence: f64,
    /// Scatter around both fitted curves, for single runs at too few sizes to tell.
    pub around_fits: Option<Scatter>,
}

/// Throughput at one size in both sweeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeChange {
    /// The size.
    pub n: f64,
    /// Mean throughput in the baseline, 1/s.
    pub before: f64,
    /// Mean throughput now, 1/s.
    pub now: f64,
    /// X/X₀ − 1 with its simultaneous interval.
    pub change: Estimate,
    /// Held against −tolerance.
    pub verdict: Verdict,
    /// The best value is past the tolerance, whether conclusively or not.
    pub suspect: bool,
}

/// What the intervals of a comparison rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Repeated runs: sizes move by no more than these show.
    Repeats,
    /// How unevenly the sizes changed: nothing repeats, or repeats at one size agree better
    /// with each other than sizes do.
    Sizes,
    /// The scatter around both fitted curves: too few sizes in common for the others.
    Fits,
    /// Nothing: there are no intervals.
    Nothing,
}

/// Two sweeps of the same system, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Sizes in both sweeps, rising.
    pub sizes: Vec<SizeChange>,
    /// Change over all those sizes together; `None` where there are none.
    pub overall: Option<(Estimate, Verdict)>,
    /// What the intervals rest on.
    pub evidence: Evidence,
    /// Sizes of the baseline that were not measured now, rising.
    pub missing: Vec<f64>,
    /// Sizes measured now that the baseline lacks, rising.
    pub added: Vec<f64>,
    /// The unit that throughput seems to have changed by.
    pub slip: Option<Slip>,
}

impl Changes {
    /// The verdict on the whole: throughput over all sizes together is held against the
    /// tolerance, and no size may be suspect. One that conclusively lost too much fails the
    /// whole; one that only looks so leaves it open. A size that shows no such loss needs
    /// no proof of its own: a few runs at one size cannot give it. A change of unit, and a
    /// size that only one of the sweeps has, leave it open.
    pub fn verdict(&self) -> Verdict {
        if self.slip.is_some() {
            return Verdict::Inconclusive;
        }
        let suspects = self.sizes.iter().filter(|size| size.suspect);
        let overall = self.overall.iter().map(|(_, verdict)| *verdict);
        let partly = !(self.missing.is_empty() && self.added.is_empty());
        let partly = partly.then_some(Verdict::Inconclusive);
        Verdict::of_all(
            overall
                .chain(suspects.map(|size| size.verdict))
                .chain(partly),
        )
    }

    /// Sizes that only one of the sweeps has, rising.
    pub fn unmatched(&self) -> Vec<f64> {
        let mut all = [self.missing.as_slice(), self.added.as_slice()].concat();
        all.sort_by(f64::total_cmp);
        all
    }
}

/// The share of 1 − c that the change over all sizes gets, and that all sizes share.
const SHARE: f64 = 0.4;

/// Unevenness with a probability below this is taken for real.
const UNEVEN: f64 = 0.3;

/// The same once sizes have been set aside: the worst of them are gone then.
const EVEN_REST: f64 = 0.5;

/// Compares throughput at the sizes that both sweeps have.
///
/// The uncertainty of a change comes from repeated runs at the same size, pooled over both
/// sweeps. Where sizes changed more unevenly than these explain (around a line in ln N,
/// whatever one size or the largest sizes did), and where nothing repeats, it comes from the
/// sizes: each moves by a variance of its own on top of its runs. A size whose own runs
/// scatter clearly more than the others' (F test at 5 %) is judged by them, so that one
/// disturbed size raises no alarm.
///
/// # Errors
/// [`Error::OutOfRange`] for a confidence so near to 1 that it has no quantile.
///
/// # References
/// R. Miller, *Simultaneous Statistical Inference*, 1981, for the Bonferroni intervals;
/// A. Whitehead & J. Whitehead, "A general parametric approach to the meta-analysis of
/// randomized clinical trials", Statistics in Medicine 10 (1991), for sizes as studies.
pub fn changes(before: &Levels, now: &Levels, terms: &Terms) -> Result<Changes, Error> {
    let pairs: Vec<(&Level, &Level)> = (before.as_slice().iter())
        .filter_map(|level| Some((level, now.at(level.n)?)))
        .collect();
    let single = |a: &Levels, b: &Levels| {
        let alone = a.as_slice().iter().map(|level| level.n);
        alone.filter(|n| b.at(*n).is_none()).collect::<Vec<f64>>()
    };
    let limit = Limit::AtLeast(-terms.tolerance);
    // What has no logarithm has no scatter either; it is judged by itself below.
    let common = pairs.len();
    let (positive, zero): (Vec<_>, Vec<_>) =
        (pairs.into_iter()).partition(|(was, is)| was.mean > 0.0 && is.mean > 0.0);
    let judge = Judge::of(&positive, terms)?;
    let mut sizes = Vec::with_capacity(common);
    for (index, &(was, is)) in positive.iter().enumerate() {
        let change = judge.at(index, was, is)?;
        sizes.push(size_change(was, is, change, limit));
    }
    for (was, is) in zero {
        sizes.push(size_change(
            was,
            is,
            to_nothing(was, terms.confidence),
            limit,
        ));
    }
    sizes.sort_unstable_by(|a, b| a.n.total_cmp(&b.n));
    let overall = judge
        .overall()?
        .map(|change| (change, limit.judge(&change)));
    Ok(Changes {
        slip: slip::of(&positive),
        sizes,
        overall,
        evidence: judge.evidence,
        missing: single(before, now),
        added: single(now, before),
    })
}

fn size_change(was: &Level, is: &Level, change: Estimate, limit: Limit) -> SizeChange {
    SizeChange {
        n: was.n,
        before: was.mean,
        now: is.mean,
        verdict: limit.judge(&change),
        suspect: change.value.is_none_or(|value| value < limit.value()),
        change,
    }
}

/// All work is gone, whatever runs scatter by; from nothing there is no change to speak of.
fn to_nothing(was: &Level, confidence: f64) -> Estimate {
    if was.mean > 0.0 {
        Estimate::between(-1.0, -1.0, -1.0, confidence)
    } else {
        Estimate::exact(f64::NAN)
    }
}

/// How the changes at some sizes are judged.
struct Judge {
    steps: Vec<Step>,
    evidence: Evidence,
    runs: Option<Scatter>,
    /// Variance by which sizes move as a whole, and degrees of freedom.
    between: f64,
    degrees: f64,
    confidence: f64,
    /// The last quantile with what it was for: most sizes ask for the same.
    quantile: Cell<Option<([u64; 2], f64)>>,
}

impl Judge {
    fn of(pairs: &[(&Level, &Level)], terms: &Terms) -> Result<Self, Error> {
        let repeats = Scatter::of_repeats(pairs);
        let step = |scatter: Option<Scatter>| {
            let variance = move |level: &Level| scatter.map_or(0.0, |s| s.of_mean(level));
            move |(was, is): &(&Level, &Level)| Step {
                place: was.n.ln(),
                change: is.mean.ln() - was.mean.ln(),
                variance: variance(was) + variance(is),
            }
        };
        let steps: Vec<Step> = pairs.iter().map(step(repeats)).collect();
        let judge = |evidence, steps, runs: Option<Scatter>, between, degrees| Self {
            steps,
            evidence,
            runs,
            between,
            degrees,
            confidence: terms.confidence,
            quantile: Cell::new(None),
        };
        if let Some(runs) = repeats
            && explained(&steps, runs.degrees)?
        {
            return Ok(judge(Evidence::Repeats, steps, repeats, 0.0, runs.degrees));
        }
        let least = if repeats.is_some() { 1.0 } else { 3.0 };
        if let Some(common) = scatter::common(&steps).filter(|common| common.degrees >= least) {
            let Common {
                between, degrees, ..
            } = common;
            return Ok(judge(Evidence::Sizes, steps, repeats, between, degrees));
        }
        Ok(match terms.around_fits {
            Some(fits) => {
                let steps = pairs.iter().map(step(Some(fits))).collect();
                judge(Evidence::Fits, steps, None, 0.0, fits.degrees)
            }
            None => judge(Evidence::Nothing, steps, None, 0.0, 0.0),
        })
    }

    /// Change at one size.
    fn at(&self, index: usize, was: &Level, is: &Level) -> Result<Estimate, Error> {
        let step = self.steps[index];
        let (mut variance, mut degrees) = (step.variance + self.between, self.degrees);
        let few = self.steps.len() <= MOST_TRIED;
        if self.evidence == Evidence::Sizes && self.runs.is_some() && few {
            // What this size did must not widen its own interval.
            let others: Vec<Step> = (self.steps.iter().enumerate())
                .filter(|(other, _)| *other != index)
                .map(|(_, step)| *step)
                .collect();
            if let Some(common) = scatter::common(&others) {
                variance = step.variance + common.between;
                degrees = common.degrees;
            }
        }
        if let Some(runs) = self.runs
            && let Some((own, own_degrees)) = wilder(was, is, runs)?
        {
            let own = own.of_mean(was) + own.of_mean(is);
            if own > variance {
                (variance, degrees) = (own, own_degrees);
            }
        }
        let share = SHARE / self.steps.len().max(1) as f64;
        self.change(step.change, variance, degrees, share)
    }

    /// Change over all sizes.
    fn overall(&self) -> Result<Option<Estimate>, Error> {
        if self.steps.is_empty() {
            return Ok(None);
        }
        let (change, variance) = scatter::mean(&self.steps, self.between);
        self.change(change, variance, self.degrees, SHARE).map(Some)
    }

    /// A step as X/X₀ − 1, with an interval that is wrong on either side in a share of what
    /// the confidence leaves.
    fn change(
        &self,
        step: f64,
        variance: f64,
        degrees: f64,
        share: f64,
    ) -> Result<Estimate, Error> {
        if self.evidence == Evidence::Nothing || !variance.is_finite() {
            return Ok(Estimate::exact(step.exp_m1()));
        }
        let level = 1.0 - share * (1.0 - self.confidence);
        let reach = variance.sqrt() * self.t(0.5 + 0.5 * level, degrees.max(1.0))?;
        Ok(Estimate::between(
            step.exp_m1(),
            (step - reach).exp_m1(),
            (step + reach).exp_m1(),
            level,
        ))
    }

    fn t(&self, p: f64, degrees: f64) -> Result<f64, Error> {
        let key = [p.to_bits(), degrees.to_bits()];
        match self.quantile.get() {
            Some((asked, t)) if asked == key => Ok(t),
            _ => {
                let t = t_quantile(p, degrees)?;
                self.quantile.set(Some((key, t)));
                Ok(t)
            }
        }
    }
}

/// Whether the changes are even enough to rest on repeated runs alone: all of them, or all
/// but one size, or but the largest sizes (up to half), where a real loss often begins.
fn explained(steps: &[Step], degrees: f64) -> Result<bool, Error> {
    let even = |steps: &[Step], least: f64| Ok::<_, Error>(scatter::even(steps, degrees)? >= least);
    if even(steps, UNEVEN)? {
        return Ok(true);
    }
    // With fewer left there is nothing to be uneven.
    if steps.len() < 5 || steps.len() > MOST_TRIED {
        return Ok(false);
    }
    let least = EVEN_REST;
    for index in 0..steps.len() {
        let mut others = steps.to_vec();
        others.remove(index);
        if even(&others, least)? {
            return Ok(true);
        }
    }
    for kept in (steps.len().div_ceil(2).max(6)..steps.len()).rev() {
        if even(&steps[..kept], EVEN_REST)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sizes up to which one is set aside to see the others: the time grows with their square,
/// and of more sizes one is too small a part to matter.
const MOST_TRIED: usize = 200;

/// Scatter of the runs at one size, where it is clearly larger than that of all.
fn wilder(was: &Level, is: &Level, all: Scatter) -> Result<Option<(Scatter, f64)>, Error> {
    let degrees = (was.runs + is.runs).saturating_sub(2) as f64;
    let square = |level: &Level| match all.noise {
        Noise::Relative => level.relative_m2,
        Noise::Constant => level.relative_m2 * level.mean * level.mean,
    };
    let variance = (square(was) + square(is)) / degrees.max(1.0);
    if degrees < 1.0 || variance <= all.variance {
        return Ok(None);
    }
    let clearly =
        all.variance <= 0.0 || f_upper(variance / all.variance, degrees, all.degrees)? < 0.05;
    Ok(clearly.then_some((
        Scatter {
            variance,
            degrees,
            ..all
        },
        degrees,
    )))
}
