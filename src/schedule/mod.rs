//! Which N to measure next, in what order, and when to stop: pure, without clock or process.
//!
//! A sweep is taken in rounds. A round holds every N once (or the few N that tell most), in an
//! order drawn from the seed, so that a machine that warms up or slows down over time does not
//! look like one that scales. [`Schedule::next`] depends on what has been measured alone: a
//! sweep that was broken off goes on where it stopped.
//!
//! # References
//! G. Box, J. Hunter, W. Hunter, *Statistics for Experimenters*, 2nd ed. 2005, chapters 3 and 4
//! (randomization and blocks); Atkinson & Donev, *Optimum Experimental Designs*, 1992.

mod drift;
mod goal;
mod order;
mod sizes;

pub use drift::{Drift, drift};
pub use goal::Goal;
pub use sizes::Sizes;

use crate::error::Error;
use crate::fit::{self, Fit, FitOptions, Grade};
use crate::sweep::levels::{Fold, Levels};

/// Rounds over all sizes of a list before single sizes are chosen.
const WHOLE_ROUNDS: u32 = 2;
/// Runs in a round whose sizes are chosen one by one: enough to shuffle, few enough to learn
/// from the round before.
const CHOSEN: usize = 4;
/// An N that failed this often without a success is left alone.
const HOPELESS: usize = 3;

/// One run that has been made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// Size of the system or load on it.
    pub n: f64,
    /// Throughput, 1/s; `None` for a run that failed.
    pub throughput: Option<f64>,
    /// Mean latency, seconds, where it was read.
    pub latency: Option<f64>,
    /// The round it belongs to, from 1.
    pub round: u32,
    /// Its place in the round, from 1.
    pub order: u32,
    /// How long it took with everything around it, seconds.
    pub took: f64,
}

/// The order of N within a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Order {
    /// Drawn from the seed, another one each round.
    #[default]
    Random,
    /// By rising N: whatever drifts over time will look like scaling.
    Rising,
}

/// Where to stop, whatever has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Limits {
    /// Rounds.
    pub rounds: Option<u32>,
    /// Runs, failed ones included.
    pub runs: Option<usize>,
    /// Seconds from the start.
    pub seconds: Option<f64>,
}

impl Limits {
    /// Stops after so many rounds.
    #[must_use]
    pub fn with_rounds(self, rounds: u32) -> Self {
        Self {
            rounds: Some(rounds),
            ..self
        }
    }

    /// Stops after so many runs, failed ones included.
    #[must_use]
    pub fn with_runs(self, runs: usize) -> Self {
        Self {
            runs: Some(runs),
            ..self
        }
    }

    /// Stops so many seconds after the start.
    #[must_use]
    pub fn with_seconds(self, seconds: f64) -> Self {
        Self {
            seconds: Some(seconds),
            ..self
        }
    }
}

/// What a sweep is to be.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The N.
    pub sizes: Sizes,
    /// Their order within a round.
    pub order: Order,
    /// Seed of the order.
    pub seed: u64,
    /// What is to be known, and how closely.
    pub goal: Option<Goal>,
    /// Where to stop without it.
    pub limits: Limits,
    /// How the measurements are fitted.
    pub fit: FitOptions,
}

impl Options {
    /// A sweep of these N, in an order that changes each round, without a goal or an end.
    pub fn new(sizes: Sizes) -> Self {
        Self {
            sizes,
            order: Order::Random,
            seed: 1,
            goal: None,
            limits: Limits::default(),
            fit: FitOptions::default(),
        }
    }

    /// The order of N within a round.
    #[must_use]
    pub fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Seed of the order.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// What is to be known, and how closely.
    #[must_use]
    pub fn with_goal(self, goal: impl Into<Option<Goal>>) -> Self {
        Self {
            goal: goal.into(),
            ..self
        }
    }

    /// Where to stop without it.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How the measurements are fitted.
    #[must_use]
    pub fn with_fit(self, fit: FitOptions) -> Self {
        Self { fit, ..self }
    }
}

/// The next run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Size to measure.
    pub n: f64,
    /// Its round, from 1.
    pub round: u32,
    /// Its place in the round, from 1.
    pub order: u32,
    /// Runs in this round.
    pub of: u32,
}

/// Why a sweep is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// Every round has been made.
    Rounds,
    /// What was asked for is known closely enough.
    Goal,
    /// The runs are used up.
    Runs,
    /// The time is used up.
    Time,
    /// A peak, if there is one, lies far beyond the largest N that may be measured.
    OutOfReach,
    /// Every N that may be measured fails.
    Failing,
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Measure this.
    Run(Place),
    /// Nothing more.
    Stop(Stop),
}

/// Decides run by run what a sweep needs.
///
/// # Examples
/// ```
/// use scalecalc::schedule::{Limits, Options, Order, Schedule, Sizes, Step};
/// let options = Options::new(Sizes::Listed(vec![1.0, 2.0, 4.0]))
///     .with_order(Order::Rising)
///     .with_limits(Limits::default().with_rounds(3));
/// let mut schedule = Schedule::new(options)?;
/// assert!(matches!(schedule.next(&[], 0.0), Step::Run(place) if place.n == 1.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug)]
pub struct Schedule {
    options: Options,
    /// The round that was planned last: a plan costs a fit.
    planned: Option<(u32, Result<Vec<f64>, Stop>)>,
}

impl Schedule {
    /// A schedule.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for no sizes at all, or sizes that are not above 0.
    pub fn new(options: Options) -> Result<Self, Error> {
        options.sizes.check()?;
        Ok(Self {
            options,
            planned: None,
        })
    }

    /// What it was made from.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What to do after the runs `past`, in the order they were made, `elapsed` seconds after
    /// the start.
    pub fn next(&mut self, past: &[Taken], elapsed: f64) -> Step {
        let limits = self.options.limits;
        if limits.runs.is_some_and(|most| past.len() >= most) {
            return Step::Stop(Stop::Runs);
        }
        let current = past.iter().map(|run| run.round).max().unwrap_or(1);
        let done = past.iter().filter(|run| run.round == current).count();
        let mut at = (current, done);
        let mut plan = self.plan(current, past);
        if plan.as_ref().is_ok_and(|sizes| done >= sizes.len()) {
            at = (current + 1, 0);
            plan = self.plan(current + 1, past);
        }
        let sizes = match plan {
            Ok(sizes) => sizes,
            Err(stop) => return Step::Stop(stop),
        };
        if self.is_chosen(at.0)
            && let Some(goal) = self.options.goal
            && fitted(past, &self.options.fit).is_some_and(|fit| self.is_reached(goal, &fit, past))
        {
            return Step::Stop(Stop::Goal);
        }
        let Some(n) = sizes.get(at.1).copied() else {
            return Step::Stop(Stop::Failing);
        };
        if let (Some(most), Some(typical)) = (limits.seconds, typical(past, n))
            && elapsed + typical > most
        {
            return Step::Stop(Stop::Time);
        }
        Step::Run(Place {
            n,
            round: at.0,
            order: small(at.1 + 1),
            of: small(sizes.len()),
        })
    }

    /// The sizes of a round in their order, from the runs of the rounds before it.
    fn plan(&mut self, round: u32, past: &[Taken]) -> Result<Vec<f64>, Stop> {
        if let Some((planned, sizes)) = &self.planned
            && *planned == round
        {
            return sizes.clone();
        }
        let before: Vec<Taken> = past
            .iter()
            .filter(|run| run.round < round)
            .copied()
            .collect();
        let sizes = self.sizes(round, &before).map(|mut sizes| {
            order::arrange(&mut sizes, self.options.order, self.options.seed, round);
            sizes
        });
        self.planned = Some((round, sizes.clone()));
        sizes
    }

    fn sizes(&self, round: u32, before: &[Taken]) -> Result<Vec<f64>, Stop> {
        let Options {
            sizes,
            goal,
            limits,
            fit: options,
            ..
        } = &self.options;
        if limits.rounds.is_some_and(|most| round > most) {
            return Err(Stop::Rounds);
        }
        let hopeful = |n: &f64| !is_hopeless(before, *n);
        let whole: Vec<f64> = sizes.first().iter().copied().filter(hopeful).collect();
        let Some(goal) = goal else {
            return if whole.is_empty() {
                Err(Stop::Failing)
            } else {
                Ok(whole)
            };
        };
        let fit = fitted(before, options);
        if let Some(fit) = &fit {
            if round > 1 && self.is_reached(*goal, fit, before) {
                return Err(Stop::Goal);
            }
            if round > 1 && sizes.is_out_of_reach(*goal, fit) {
                return Err(Stop::OutOfReach);
            }
        }
        let chosen = fit
            .filter(|_| self.is_chosen(round))
            .map_or(Vec::new(), |fit| self.chosen(*goal, &fit, before));
        match (chosen.is_empty(), whole.is_empty()) {
            (false, _) => Ok(chosen),
            (true, false) => Ok(whole),
            (true, true) => Err(Stop::Failing),
        }
    }

    /// Whether the goal is reached and seen: a search for a peak goes on until the throughput
    /// falls behind it, or until nothing larger can be measured. Before that the curve alone
    /// says that there is a peak, and an answer from what was measured cannot.
    fn is_reached(&self, goal: Goal, fit: &Fit, past: &[Taken]) -> bool {
        goal.is_reached(fit)
            && (!matches!(goal, Goal::Peak { .. })
                || fit.shows_peak()
                || self.farther(fit, past).is_none())
    }

    /// The size that would show what lies behind a peak: twice the peak, if that has not been
    /// measured, or else the largest there can be; `None` where that has been.
    fn farther(&self, fit: &Fit, past: &[Taken]) -> Option<f64> {
        let measured = fit.levels().n_max();
        let enough = fit.peak().n_real.value.map_or(0.0, |peak| 2.0 * peak);
        let beyond = self.candidates(fit, past);
        let mut beyond = beyond.into_iter().filter(|n| *n > measured).peekable();
        let nearest = beyond.peek().copied();
        let last = beyond
            .take_while(|n| measured >= enough || *n <= enough)
            .last();
        last.or(nearest)
    }

    /// The sizes of which one may be chosen.
    fn candidates(&self, fit: &Fit, past: &[Taken]) -> Vec<f64> {
        let mut all = self.options.sizes.candidates(fit);
        all.retain(|n| !is_hopeless(past, *n));
        all
    }

    /// Whether the sizes of a round are chosen one by one, as far as the runs before carry a fit.
    fn is_chosen(&self, round: u32) -> bool {
        self.options.goal.is_some()
            && match self.options.sizes {
                Sizes::Listed(_) => round > WHOLE_ROUNDS,
                Sizes::Searched { .. } => round > 1,
            }
    }

    /// The few runs that tell most, one of them beside a bend that the law does not follow.
    fn chosen(&self, goal: Goal, fit: &Fit, before: &[Taken]) -> Vec<f64> {
        if matches!(goal, Goal::Peak { .. })
            && goal.is_reached(fit)
            && let Some(n) = self.farther(fit, before)
        {
            // Twice, so that what is seen there is more than noise.
            return vec![n; 2];
        }
        let candidates = self.candidates(fit, before);
        let mut chosen: Vec<f64> = fit
            .most_telling(goal.target(), &candidates, CHOSEN)
            .iter()
            .map(|next| next.n)
            .collect();
        if let Goal::ThroughputAt { n, .. } = goal
            && fit.quality().grade == Grade::Poor
            && candidates.contains(&n)
        {
            // What the law says there means nothing; runs there do.
            chosen = vec![n; CHOSEN];
        }
        if let Some(n) = sizes::beside_bend(fit, &candidates)
            && let Some(last) = chosen.last_mut()
        {
            *last = n;
        }
        chosen
    }
}

/// The fit to runs that succeeded; `None` while they carry none.
pub fn fitted(past: &[Taken], options: &FitOptions) -> Option<Fit> {
    fit::fit(&levels(past).ok()?, options).ok()
}

/// Runs that succeeded, folded by N.
///
/// # Errors
/// [`Error::OutOfRange`] for an N or a throughput that cannot be one.
pub fn levels(past: &[Taken]) -> Result<Levels, Error> {
    let mut fold = Fold::default();
    for run in past {
        if let Some(throughput) = run.throughput {
            fold.add(run.n, throughput, run.latency)?;
        }
    }
    Ok(fold.finish())
}

/// How long a run at N takes, from the runs at it, or else from all.
fn typical(past: &[Taken], n: f64) -> Option<f64> {
    let mean = |runs: &mut dyn Iterator<Item = &Taken>| {
        let (count, sum) = runs.fold((0.0, 0.0), |(count, sum), run| {
            (count + 1.0, sum + run.took)
        });
        (count > 0.0).then(|| sum / count)
    };
    mean(&mut past.iter().filter(|run| run.n.to_bits() == n.to_bits()))
        .or_else(|| mean(&mut past.iter()))
}

/// Whether an N failed too often without a success, or one below it and nothing above that ever
/// succeeded: a limit of the system, beyond which no size needs to be tried.
fn is_hopeless(past: &[Taken], n: f64) -> bool {
    let last_good = past
        .iter()
        .filter(|run| run.throughput.is_some())
        .map(|run| run.n)
        .fold(0.0, f64::max);
    let failures = |at: f64| {
        let here = || {
            past.iter()
                .filter(move |run| run.n.to_bits() == at.to_bits())
        };
        here().count() >= HOPELESS && here().all(|run| run.throughput.is_none())
    };
    failures(n)
        || past
            .iter()
            .any(|run| run.n > last_good && run.n <= n && failures(run.n))
}

/// A place in a round: no round has more than four thousand million runs.
fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
