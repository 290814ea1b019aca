//! A sweep against an earlier one, size by size: has throughput fallen by more than is
//! tolerated?
//!
//! Each size in both sweeps gives the change X/X₀ − 1 with an interval, and all of them
//! together give one more. The intervals are simultaneous: the whole is wrong on either side
//! with at most 0.32 (1 − c), for what the confidence c leaves is kept back in good part for
//! noise that no interval knows; about half of it goes to the change over all sizes, and half
//! is shared by the sizes, so that many sizes raise no more alarms than one.
//!
//! An alarm rests on the upper end, and that is the wider one: it also holds against what
//! runs may have in common and do not show. Over all sizes it is never surer than the sizes
//! are even; where the order of the runs shows that each is like the one before it, it grows
//! with that correlation; and one run a size is taken to be as correlated as a few sizes
//! cannot rule out.

use super::gate::{Limit, Verdict};
use super::order::Chain;
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
#[non_exhaustive]
pub struct Terms {
    /// Share of throughput that may be lost, 0 to 1.
    pub tolerance: f64,
    /// Confidence that all intervals hold at once.
    pub confidence: f64,
    /// Scatter around both fitted curves, for single runs at too few sizes to tell.
    pub around_fits: Option<Scatter>,
}

impl Terms {
    /// A tolerance, at a confidence of 0.95.
    pub fn new(tolerance: f64) -> Self {
        Self {
            tolerance,
            confidence: 0.95,
            around_fits: None,
        }
    }

    /// Confidence that all intervals hold at once.
    #[must_use]
    pub fn with_confidence(self, confidence: f64) -> Self {
        Self { confidence, ..self }
    }

    /// Scatter around both fitted curves, where it is known.
    #[must_use]
    pub fn with_scatter(self, around_fits: Option<Scatter>) -> Self {
        Self {
            around_fits,
            ..self
        }
    }
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

/// The share of 1 − c that the change over all sizes gets.
const SHARE: f64 = 0.34;

/// The share that all sizes have together.
const SHARE_OF_SIZES: f64 = 0.3;

/// Standard deviation of ln X by which a size moves as a whole, at most, while nothing changes:
/// the layout of memory, the state of the machine, the order of the runs make a few per cent
/// (T. Mytkowicz, A. Diwan, M. Hauswirth & P. Sweeney, "Producing wrong data without doing
/// anything obviously wrong!", ASPLOS 2009).
const MOST_MOVED: f64 = 0.05;

/// Unevenness with a probability below this is taken for real.
const EVEN: f64 = 0.3;

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
    /// What an alarm has to hold against.
    alarm: Alarm,
    confidence: f64,
    /// The last quantile with what it was for: most sizes ask for the same.
    quantile: Cell<Option<([u64; 2], f64)>>,
}

/// What sizes and runs may have in common, unseen: a loss has to be clear of it too.
#[derive(Clone, Copy)]
struct Alarm {
    /// How runs follow each other.
    chain: Chain,
    /// Variance of the mean change over all sizes, and degrees of freedom, by how evenly
    /// the sizes moved.
    by_sizes: Option<(f64, f64)>,
    /// How much the variance over all sizes grows where only runs tell it.
    by_runs: f64,
    /// Variance that all sizes share and none shows.
    shared: f64,
}

impl Alarm {
    fn of(pairs: &[(&Level, &Level)], steps: &[Step], repeats: Option<Scatter>) -> Self {
        let levels = pairs.iter().flat_map(|(was, is)| [*was, *is]);
        let runs: f64 = levels.clone().map(|level| level.runs as f64).sum();
        let count = pairs.len().max(1) as f64;
        let a_size = 0.5 * runs / count;
        let chain = if repeats.is_some() {
            Chain::of(levels)
        } else {
            Chain::of_single_runs(scatter::successive_ratio(steps), steps.len())
        };
        let places: Vec<f64> = steps.iter().map(|step| step.place).collect();
        let common = scatter::common(steps).filter(|common| common.degrees >= 3.0);
        let factor = chain.of_sizes(&places, a_size, steps.len() >= scatter::LINE_FROM);
        let by_sizes = common.map(|common| {
            let seen = common.variance * common.ratio.min(1.0);
            (seen * factor, common.degrees)
        });
        Self {
            chain,
            by_sizes,
            by_runs: chain.of_runs(0.5 * runs),
            shared: by_sizes.map_or(0.0, |(variance, _)| variance * (1.0 - 1.0 / factor)),
        }
    }
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
        let alarm = Alarm::of(pairs, &steps, repeats);
        let judge = |evidence, steps, runs: Option<Scatter>, between, degrees| Self {
            steps,
            evidence,
            runs,
            between,
            degrees,
            alarm,
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

    /// Change at one size: by its runs where the other sizes show that nothing else moves
    /// them, else by how evenly the others moved, for what this size did must not widen its
    /// own interval.
    fn at(&self, index: usize, was: &Level, is: &Level) -> Result<Estimate, Error> {
        let step = self.steps[index];
        let share = SHARE_OF_SIZES / self.steps.len().max(1) as f64;
        let by_runs = self.by_runs(index)?;
        let (mut variance, mut degrees) = match (by_runs, self.runs) {
            (Some(runs), _) => (step.variance, runs.degrees),
            (None, Some(_)) if self.steps.len() <= MOST_TRIED => {
                (self.by_others(index)).unwrap_or((step.variance + self.between, self.degrees))
            }
            _ => (step.variance + self.between, self.degrees),
        };
        let mut of_runs = step.variance;
        if let Some(runs) = self.runs
            && let Some((own, own_degrees)) = wilder(was, is, runs)?
        {
            let own = own.of_mean(was) + own.of_mean(is);
            of_runs = of_runs.max(own);
            if own > variance {
                (variance, degrees) = (own, own_degrees);
            }
        }
        let runs = 0.5 * (was.runs + is.runs) as f64;
        let chained = self.alarm.chain.of_runs(runs).max(1.0);
        let cautious = match by_runs {
            Some(_) => variance * chained,
            None => variance + self.alarm.shared,
        };
        let estimate = self.change(step.change, variance, degrees, share)?;
        let cautious = self.change(step.change, cautious, degrees, share)?;
        let by_sizes = self.alarmed(estimate, cautious);
        let at_most = of_runs * chained + MOST_MOVED * MOST_MOVED;
        self.bounded(by_sizes, step.change, at_most, share)
    }

    /// The narrower of an estimate by how unevenly the sizes moved and one by their runs and
    /// by the most that a size moves without a change of the system: where several sizes lost
    /// much, their loss is not taken for noise of the others.
    fn bounded(
        &self,
        by_sizes: Estimate,
        step: f64,
        variance: f64,
        share: f64,
    ) -> Result<Estimate, Error> {
        let (Some(runs), Evidence::Sizes) = (self.runs, self.evidence) else {
            return Ok(by_sizes);
        };
        let bounded = self.change(step, variance, runs.degrees, share)?;
        let width = |estimate: &Estimate| Some(estimate.high? - estimate.low?);
        Ok(match (width(&bounded), width(&by_sizes)) {
            (Some(new), Some(old)) if new < old => bounded,
            _ => by_sizes,
        })
    }

    /// The scatter of runs where it alone judges one size: all others, or the smaller ones,
    /// are so even that nothing else moves them.
    fn by_runs(&self, index: usize) -> Result<Option<Scatter>, Error> {
        let Some(runs) = self.runs else {
            return Ok(None);
        };
        let count = self.steps.len();
        if !(scatter::LINE_FROM..=MOST_TRIED).contains(&count) {
            return Ok((self.evidence == Evidence::Repeats).then_some(runs));
        }
        let even = |steps: &[Step]| scatter::even(steps, runs.degrees);
        if even(&self.others(index))? >= even_of(count - 1) {
            return Ok(Some(runs));
        }
        for kept in least_kept(count)..=index {
            if even(&self.steps[..kept])? >= EVEN_REST {
                return Ok(Some(runs));
            }
        }
        Ok(None)
    }

    fn others(&self, index: usize) -> Vec<Step> {
        let all = self.steps.iter().enumerate();
        let others = all.filter(|(other, _)| *other != index);
        others.map(|(_, step)| *step).collect()
    }

    /// Variance of the change at one size by how evenly the others moved, and degrees of
    /// freedom.
    fn by_others(&self, index: usize) -> Option<(f64, f64)> {
        let common = scatter::common(&self.others(index))?;
        let variance = self.steps[index].variance + common.between;
        Some((variance, common.degrees))
    }

    /// Change over all sizes.
    fn overall(&self) -> Result<Option<Estimate>, Error> {
        if self.steps.is_empty() {
            return Ok(None);
        }
        let (change, variance) = scatter::mean(&self.steps, self.between);
        let estimate = self.change(change, variance, self.degrees, SHARE)?;
        let (cautious, degrees) = match (self.alarm.by_sizes, self.evidence) {
            (Some(by_sizes), _) => by_sizes,
            (None, Evidence::Repeats) => (variance * self.alarm.by_runs, self.degrees),
            (None, _) => (variance, self.degrees),
        };
        let cautious = self.change(change, cautious, degrees, SHARE)?;
        let (_, at_most) = scatter::mean(&self.steps, MOST_MOVED * MOST_MOVED);
        let at_most = at_most * self.alarm.by_runs.max(1.0);
        let by_sizes = self.alarmed(estimate, cautious);
        Ok(Some(self.bounded(by_sizes, change, at_most, SHARE)?))
    }

    /// An estimate whose upper end, which an alarm rests on, is no less cautious than
    /// another's; so is its lower end where runs clearly follow each other.
    fn alarmed(&self, estimate: Estimate, cautious: Estimate) -> Estimate {
        let wider =
            |a: Option<f64>, b: Option<f64>, choose: fn(f64, f64) -> f64| Some(choose(a?, b?));
        Estimate {
            low: if self.alarm.chain.is_clear {
                wider(estimate.low, cautious.low, f64::min)
            } else {
                estimate.low
            },
            high: wider(estimate.high, cautious.high, f64::max),
            ..estimate
        }
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
    if even(steps, EVEN)? {
        return Ok(true);
    }
    // With fewer left there is nothing to be uneven.
    if steps.len() < 5 || steps.len() > MOST_TRIED {
        return Ok(false);
    }
    for index in 0..steps.len() {
        let mut others = steps.to_vec();
        others.remove(index);
        if even(&others, EVEN_REST)? {
            return Ok(true);
        }
    }
    for kept in (least_kept(steps.len())..steps.len()).rev() {
        if even(&steps[..kept], EVEN_REST)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The probability below which the others' unevenness is taken for real when one size is
/// judged by its runs: few sizes are soon even by luck, and have to be more so.
fn even_of(sizes: usize) -> f64 {
    let degrees = scatter::degrees_around_line(sizes);
    (0.8 * 5.0 / degrees).min(0.85)
}

/// The fewest of the smaller sizes that show what all do.
fn least_kept(sizes: usize) -> usize {
    sizes.div_ceil(2).max(6)
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

#[cfg(test)]
mod tests;
