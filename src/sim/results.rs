//! What runs say together.

use super::confidence::{self, Sample};
use super::engine::OneRun;
use super::tally::ClassTally;
use crate::estimate::Estimate;

/// How runs begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Start {
    /// In a state drawn from the steady state, which is known.
    Stationary,
    /// So many requests are left out, as MSER-5 finds in pilot runs.
    Removed(u64),
    /// So many requests are left out, as was asked for.
    Given(u64),
    /// Empty, and that is part of the question.
    Empty,
    /// Half of each run is left out: the pilot runs found no steady part.
    NotSteady(u64),
}

/// What is measured in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Measure {
    /// Mean wait of answered requests, in seconds.
    Wait,
    /// Mean response of answered requests, from first sending to the answer, in seconds.
    Response,
    /// Mean number waiting.
    Waiting,
    /// Mean number waiting or in service.
    Present,
    /// Mean number in a pause before a retry.
    Pausing,
    /// Share of time a server works.
    Utilization,
    /// Mean number of servers.
    Servers,
    /// Services completed a second, in vain or not.
    Throughput,
    /// Answers in time a second.
    Goodput,
    /// Share of settled requests that got no answer.
    Lost,
    /// Attempts a request.
    Attempts,
    /// Share of completed services nobody waited for.
    Wasted,
    /// Growth of the backlog a second.
    Growth,
    /// Seconds a run took: until all was settled, or the horizon.
    Duration,
}

impl Measure {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 14] = [
        Self::Wait,
        Self::Response,
        Self::Waiting,
        Self::Present,
        Self::Pausing,
        Self::Utilization,
        Self::Servers,
        Self::Throughput,
        Self::Goodput,
        Self::Lost,
        Self::Attempts,
        Self::Wasted,
        Self::Growth,
        Self::Duration,
    ];
}

/// What the runs say of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassResult {
    /// Mean wait in seconds, run by run.
    pub waits: Vec<f64>,
    /// Mean response in seconds, run by run.
    pub responses: Vec<f64>,
    /// Percentiles of the response, at `PERCENTILES`.
    pub response_quantiles: Vec<Estimate>,
    /// Answers in time a second, run by run.
    pub goodput: Vec<f64>,
    /// Requests sent a second, run by run.
    pub sent: Vec<f64>,
}

/// Everything the runs say.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Values run by run, in the order of [`Measure::ALL`]; runs without a value are left out.
    pub(super) values: Vec<Vec<f64>>,
    /// Percentiles of the wait, at `PERCENTILES`.
    pub wait_quantiles: Vec<Estimate>,
    /// Percentiles of the response, at `PERCENTILES`.
    pub response_quantiles: Vec<Estimate>,
    /// By class, highest priority first.
    pub classes: Vec<ClassResult>,
    /// Seconds that the series take; `None` without series.
    pub span: Option<f64>,
    /// Backlog over time, a series a run.
    pub backlog: Vec<Vec<f64>>,
    /// Answers in time a second over time, a series a run.
    pub goodput: Vec<Vec<f64>>,
    /// Seconds from the end of the last trigger until the backlog was back, a run; `None` for
    /// runs in which it never was.
    pub recovered: Vec<Option<f64>>,
    /// Seconds until everything stood still, a run; `None` where it never did.
    pub deadlocks: Vec<Option<f64>>,
    /// Runs that were stopped after very many events with requests still open.
    pub stopped: usize,
    /// How the runs began.
    pub start: Start,
    /// Requests that were counted, all runs together.
    pub requests: u64,
    /// Requests that were neither answered nor lost at the end, all runs together.
    pub open: u64,
    /// Events, all runs together; 0 by recursion.
    pub events: u64,
    /// Confidence level of the intervals.
    pub level: f64,
}

impl Results {
    /// The values of a measure, run by run.
    pub fn values(&self, measure: Measure) -> &[f64] {
        self.values.get(measure as usize).map_or(&[], Vec::as_slice)
    }

    /// Mean and standard error of a measure; `None` where no run has a value.
    pub fn sample(&self, measure: Measure) -> Option<Sample> {
        Sample::of(self.values(measure))
    }

    /// A measure with its interval.
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        self.sample(measure)?.interval(self.level).ok()
    }

    /// Half the interval of the mean response, relative to it; `None` without one.
    pub fn relative_half_width(&self) -> Option<f64> {
        let found = self.estimate(Measure::Response)?;
        let width = found.high? - found.low?;
        found
            .value
            .filter(|mean| *mean > 0.0)
            .map(|mean| 0.5 * width / mean)
    }

    /// Runs that are still missing for a relative half-width of the mean response; `None`
    /// where it is reached or there is no interval. At most three times as many as there are.
    pub fn runs_missing(&self, precision: f64) -> Option<u32> {
        let reached = self.relative_half_width()?;
        if reached <= precision {
            return None;
        }
        let runs = self.recovered.len() as f64;
        let more = (1.05 * runs * (reached / precision).powi(2)).ceil() - runs;
        let more = more.clamp(4.0, 3.0 * runs.max(2.0));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most three times the runs, which are a count"
        )]
        Some(more as u32)
    }

    /// Probability that the backlog was not back at the end of a run, with its interval.
    pub fn not_recovered(&self) -> Option<Estimate> {
        let lost = self.recovered.iter().filter(|run| run.is_none()).count();
        confidence::proportion(lost as u64, self.recovered.len() as u64, self.level).ok()
    }
}

/// What one run says of a measure; `None` where it cannot say.
pub(super) fn value(outcome: &OneRun, measure: Measure) -> Option<f64> {
    let tally = &outcome.tally;
    let seconds = tally.until - tally.from;
    let over_time = |area: f64| (seconds > 0.0).then(|| area / seconds);
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let sum = |of: fn(&ClassTally) -> f64| tally.classes.iter().map(of).sum::<f64>();
    let answered = sum(|class| class.answered as f64);
    let lost = sum(|class| class.lost as f64);
    match measure {
        Measure::Wait => share(sum(|class| class.wait), answered),
        Measure::Response => share(sum(|class| class.response), answered),
        Measure::Waiting => over_time(tally.areas.waiting),
        Measure::Present => over_time(tally.areas.present),
        Measure::Pausing => over_time(tally.areas.pausing),
        Measure::Utilization => share(tally.areas.busy, tally.areas.servers),
        Measure::Servers => over_time(tally.areas.servers),
        Measure::Throughput => over_time(tally.done as f64),
        Measure::Goodput => over_time(answered),
        Measure::Lost => share(lost, answered + lost),
        Measure::Attempts => share(tally.attempts as f64, sum(|class| class.sent as f64)),
        Measure::Wasted => share(tally.wasted as f64, tally.done as f64),
        Measure::Growth => over_time(outcome.ends.1 - outcome.ends.0),
        Measure::Duration => Some(seconds),
    }
}
