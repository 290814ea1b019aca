//! Independent runs of a scenario, in parallel, and what they say together.

use super::confidence;
use super::engine::{Engine, Length, OneRun};
use super::gather::{GROUPS, Gathered};
use super::recursion::{self, Line};
use super::results::{Results, Start};
use super::scenario::{Arrivals, Change, Discipline, Scenario};
use super::stationary::Stationary;
use crate::domain;
use crate::error::Error;
use rayon::prelude::*;

/// Percentiles that are shown of waits and responses.
pub const PERCENTILES: [f64; 4] = [0.5, 0.95, 0.99, 0.999];

/// How much is simulated: begun with [`Plan::default`], changed field by field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// Seed: the same one gives the same result on any number of threads.
    pub seed: u64,
    /// Independent runs.
    pub runs: u32,
    /// Requests of a run that count.
    pub requests: u64,
    /// Seconds of a run that count; `None` for as many as the requests take.
    pub horizon: Option<f64>,
    /// Requests of a run that are left out at its beginning; `None` to find out.
    pub warm_up: Option<u64>,
    /// Confidence level of the intervals.
    pub level: f64,
    /// Points of the time series of a run with a horizon or a burst; 0 for none.
    pub points: u32,
}

impl Plan {
    /// So many runs of so many requests each.
    #[must_use]
    pub fn with_runs(self, runs: u32, requests: u64) -> Self {
        Self {
            runs,
            requests,
            ..self
        }
    }

    /// A seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Seconds of a run that count, and points of its time series.
    #[must_use]
    pub fn with_horizon(self, horizon: f64, points: u32) -> Self {
        Self {
            horizon: Some(horizon),
            points,
            ..self
        }
    }

    /// Requests of a run that are left out at its beginning.
    #[must_use]
    pub fn with_warm_up(self, requests: u64) -> Self {
        Self {
            warm_up: Some(requests),
            ..self
        }
    }
}

impl Default for Plan {
    /// 20 runs of 50,000 requests, 95 % intervals.
    fn default() -> Self {
        Self {
            seed: 1,
            runs: 20,
            requests: 50_000,
            horizon: None,
            warm_up: None,
            level: 0.95,
            points: 60,
        }
    }
}

/// Runs a scenario as often as the plan says. `tick` is called after every run.
///
/// # Errors
/// What [`Scenario::checked`] refuses; [`Error::OutOfRange`] for a plan without runs or
/// requests.
pub fn simulate(
    scenario: &Scenario,
    plan: &Plan,
    tick: &(dyn Fn() + Sync),
) -> Result<Results, Error> {
    let mut simulation = Simulation::new(scenario, plan)?;
    simulation.run(plan.runs, tick);
    simulation.results()
}

/// Runs that can be added to: the same seed gives the same runs, however they are split.
#[derive(Debug)]
pub struct Simulation {
    replication: Replication,
    gathered: Gathered,
    level: f64,
    done: u64,
}

impl Simulation {
    /// A simulation without runs yet; its warm-up is known.
    ///
    /// # Errors
    /// As [`simulate`].
    pub fn new(scenario: &Scenario, plan: &Plan) -> Result<Self, Error> {
        let scenario = scenario.clone().checked()?;
        domain::positive("runs", f64::from(plan.runs))?;
        domain::positive("requests", plan.requests as f64)?;
        if let Some(horizon) = plan.horizon {
            domain::positive("horizon", horizon)?;
        }
        Ok(Self {
            level: domain::open_fraction("confidence level", plan.level)?,
            gathered: Gathered::new(&scenario),
            replication: Replication::new(scenario, plan),
            done: 0,
        })
    }

    /// Adds so many runs.
    pub fn run(&mut self, more: u32, tick: &(dyn Fn() + Sync)) {
        let end = self.done + u64::from(more);
        while self.done < end {
            let next = (self.done + GROUPS).min(end);
            let replication = &self.replication;
            let outcomes: Vec<OneRun> = (self.done..next)
                .into_par_iter()
                .map(|run| {
                    let outcome = replication.run(run);
                    tick();
                    outcome
                })
                .collect();
            for outcome in outcomes {
                self.gathered.add(outcome);
            }
            self.done = next;
        }
    }

    /// What the runs so far say.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a confidence level so close to 1 that t has no quantile.
    pub fn results(&self) -> Result<Results, Error> {
        let mut results = self.gathered.results(self.replication.start, self.level)?;
        let length = &self.replication.length;
        results.span = (length.points > 0).then_some(length.span);
        Ok(results)
    }
}

/// One scenario with what all its runs have in common.
#[derive(Debug)]
struct Replication {
    scenario: Scenario,
    seed: u64,
    length: Length,
    start: Start,
    stationary: Option<Stationary>,
}

impl Replication {
    fn new(scenario: Scenario, plan: &Plan) -> Self {
        // Until everything is served, or stands still.
        let blocks = scenario.rejoin > 0.0 && scenario.places.is_some();
        let transient = matches!(scenario.arrivals, Arrivals::Burst { .. }) || blocks;
        let horizon = plan.horizon.unwrap_or(f64::INFINITY);
        let mut length = Length {
            warm: 0,
            requests: plan.requests,
            horizon,
            events: most_events(&scenario, plan, plan.warm_up.unwrap_or(0)),
            open: most_open(&scenario, plan.horizon),
            points: 0,
            span: 0.0,
        };
        if plan.horizon.is_some() || transient {
            length.requests = u64::MAX;
        }
        let span = plan.horizon.or_else(|| {
            let drains = !blocks && transient && plan.points > 0;
            drains.then(|| drain(&scenario, plan, &length))
        });
        if let Some(span) = span {
            length.points = plan.points;
            length.span = span;
        }
        let mut stationary = None;
        let start = match plan.warm_up {
            Some(given) => Start::Given(given),
            None if transient => Start::Empty,
            None => {
                stationary = Stationary::of(&scenario);
                if stationary.is_some() {
                    Start::Stationary
                } else if is_overloaded(&scenario) {
                    Start::Empty
                } else {
                    pilot(&scenario, plan)
                }
            }
        };
        length.warm = match start {
            Start::Removed(n) | Start::Given(n) | Start::NotSteady(n) => n,
            _ => 0,
        };
        length.events = most_events(&scenario, plan, length.warm);
        Self {
            scenario,
            seed: plan.seed,
            length,
            start,
            stationary,
        }
    }

    fn run(&self, run: u64) -> OneRun {
        let Self {
            scenario,
            seed,
            length,
            ..
        } = self;
        let present = |stream: &mut _| self.stationary.as_ref().map_or(0, |law| law.draw(stream));
        if let Some(line) = by_recursion(scenario)
            && length.points == 0
            && !is_overloaded(scenario)
        {
            return recursion::run(&line, *seed, run, length, present);
        }
        let mut engine = Engine::new(scenario, *seed, run, false);
        engine.fill(present);
        engine.run(length)
    }
}

/// Whether work comes faster than it can be done and nothing limits it.
pub fn is_overloaded(scenario: &Scenario) -> bool {
    scenario.is_unlimited() && scenario.offered() >= f64::from(scenario.servers)
}

/// The scenario as one queue for the recursion, where it is nothing else.
pub(super) fn by_recursion(scenario: &Scenario) -> Option<Line<'_>> {
    let Arrivals::Open { classes, batch } = &scenario.arrivals else {
        return None;
    };
    let [class] = classes.as_slice() else {
        return None;
    };
    let plain = !scenario.is_separate()
        && scenario.discipline == Discipline::Fifo
        && scenario.places.is_none()
        && scenario.patience.is_none()
        && !scenario.has_policy()
        && scenario.setup.is_none()
        && scenario.rejoin == 0.0
        && scenario.triggers.is_empty()
        && scenario.autoscale.is_none();
    plain.then_some(Line {
        servers: scenario.servers,
        gap: &class.gap,
        service: &class.service,
        batch: *batch,
    })
}

/// Requests that all bursts bring together.
fn all_bursts(scenario: &Scenario) -> u64 {
    let bursts = scenario
        .triggers
        .iter()
        .map(|trigger| match trigger.change {
            Change::Burst(many) => u64::from(many),
            _ => 0,
        });
    bursts.sum()
}

/// Events that a run may take: hundreds for each request, more than patient clients need; where
/// more comes than can be served, tens. With a horizon the time is the limit.
fn most_events(scenario: &Scenario, plan: &Plan, warm: u64) -> u64 {
    if plan.horizon.is_some() {
        return u64::MAX;
    }
    let (each, least) = if is_overloaded(scenario) {
        (20, 200_000)
    } else {
        (400, 2_000_000)
    };
    (2000 * all_bursts(scenario))
        .saturating_add(plan.requests.saturating_add(warm).saturating_mul(each))
        .max(least)
}

/// Requests that may be open at once, besides those in service and what bursts and clients
/// bring: in a steady state, and while an outage lasts.
const MOST_OPEN: u64 = 2_000_000;
const MOST_OPEN_FOR_A_TIME: u64 = 10_000_000;

fn most_open(scenario: &Scenario, horizon: Option<f64>) -> u32 {
    let clients = match scenario.arrivals {
        Arrivals::Closed { clients, .. } => u64::from(clients),
        _ => 0,
    };
    let copies = u64::from(scenario.client.copies);
    let known = all_bursts(scenario) + clients + u64::from(scenario.servers);
    let more = horizon.map_or(MOST_OPEN, |_| MOST_OPEN_FOR_A_TIME);
    let most = known.saturating_mul(copies).saturating_add(more);
    u32::try_from(most).unwrap_or(u32::MAX)
}

/// Seconds until a burst has drained in a pilot run, and a little more.
fn drain(scenario: &Scenario, plan: &Plan, length: &Length) -> f64 {
    let tally = Engine::new(scenario, plan.seed, u64::MAX, false)
        .run(length)
        .tally;
    1.05 * (tally.until - tally.from)
}

/// Finds the warm-up in pilot runs, whose numbers are used for nothing else.
fn pilot(scenario: &Scenario, plan: &Plan) -> Start {
    const RUNS: u64 = 8;
    /// Times that all that are there must have been replaced.
    const REPLACED: f64 = 10.0;
    let mut calm = scenario.clone();
    calm.triggers.clear();
    let busy = (scenario.offered() / f64::from(scenario.servers)).min(0.99);
    let sources = match scenario.arrivals {
        Arrivals::Closed { clients, .. } => clients.max(scenario.servers),
        _ => scenario.servers,
    };
    let length = (100.0 / (1.0 - busy).powi(2))
        .max(2000.0)
        .max(20.0 * f64::from(sources));
    let most = plan.requests.max(2000) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of requests, at most 200,000"
    )]
    let requests = length.min(most).min(200_000.0) as u64;
    let length = Length {
        warm: 0,
        requests,
        horizon: f64::INFINITY,
        events: 100 * (requests + 1000),
        open: most_open(&calm, None),
        points: 0,
        span: 0.0,
    };
    // Seeds of pilots and results never meet: the runs are numbered from the other end.
    let (traces, levels): (Vec<Vec<f64>>, Vec<f64>) = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            let outcome = Engine::new(&calm, plan.seed, u64::MAX - run, true).run(&length);
            let seconds = (outcome.tally.until - outcome.tally.from).max(f64::MIN_POSITIVE);
            let areas = outcome.tally.areas;
            (outcome.trace, (areas.present + areas.pausing) / seconds)
        })
        .unzip();
    let shortest = traces.iter().map(Vec::len).min().unwrap_or(0);
    let mean: Vec<f64> = (0..shortest)
        .map(|k| traces.iter().filter_map(|trace| trace.get(k)).sum::<f64>() / RUNS as f64)
        .collect();
    // MSER-5 looks at answers, of which the first are the short ones where many are served at
    // once: all that are there at a time must have been replaced several times.
    let level = levels.iter().sum::<f64>() / levels.len().max(1) as f64;
    let sources = match scenario.arrivals {
        Arrivals::Closed { clients, .. } => f64::from(clients),
        _ => level,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most half of the requests of a pilot"
    )]
    let replaced = (REPLACED * level.max(sources)).min(0.5 * requests as f64) as u64;
    match confidence::mser5(&mean) {
        Some(cut) => Start::Removed((cut as u64).max(replaced)),
        None => Start::NotSteady(requests),
    }
}
