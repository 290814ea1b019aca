//! Independent runs of a scenario, in parallel, and what they say together.

use super::confidence;
use super::engine::{Engine, Length, OneRun};
use super::histogram::Histogram;
use super::recursion::{self, Line};
use super::results::{ClassResult, Measure, Results, Start, value};
use super::scenario::{Arrivals, Discipline, Scenario};
use super::stationary::Stationary;
use crate::domain;
use crate::error::Error;
use crate::estimate::Estimate;
use rayon::prelude::*;

/// Percentiles that are shown of waits and responses.
pub const PERCENTILES: [f64; 4] = [0.5, 0.95, 0.99, 0.999];

/// Groups of runs whose histograms are kept, so that memory does not grow with the runs.
const GROUPS: u64 = 64;

/// How much is simulated.
#[derive(Debug, Clone, PartialEq)]
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
    /// Points of the time series of a run with a horizon.
    pub points: u32,
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
        self.gathered.results(self.replication.start, self.level)
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
        let transient =
            matches!(scenario.arrivals, Arrivals::Burst { .. }) || scenario.rejoin > 0.0;
        let horizon = plan.horizon.unwrap_or(f64::INFINITY);
        let mut length = Length {
            warm: 0,
            requests: plan.requests,
            horizon,
            points: if plan.horizon.is_some() {
                plan.points
            } else {
                0
            },
        };
        if plan.horizon.is_some() || transient {
            length.requests = u64::MAX;
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

/// Finds the warm-up in pilot runs, whose numbers are used for nothing else.
fn pilot(scenario: &Scenario, plan: &Plan) -> Start {
    const RUNS: u64 = 8;
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
        points: 0,
    };
    // Seeds of pilots and results never meet: the runs are numbered from the other end.
    let traces: Vec<Vec<f64>> = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            Engine::new(&calm, plan.seed, u64::MAX - run, true)
                .run(&length)
                .trace
        })
        .collect();
    let shortest = traces.iter().map(Vec::len).min().unwrap_or(0);
    let mean: Vec<f64> = (0..shortest)
        .map(|k| traces.iter().filter_map(|trace| trace.get(k)).sum::<f64>() / RUNS as f64)
        .collect();
    match confidence::mser5(&mean) {
        Some(cut) => Start::Removed(cut as u64),
        None => Start::NotSteady(requests),
    }
}

/// What has been gathered so far.
#[derive(Debug)]
struct Gathered {
    values: Vec<Vec<f64>>,
    waits: Vec<Histogram>,
    responses: Vec<Histogram>,
    classes: Vec<ClassResult>,
    class_responses: Vec<Vec<Histogram>>,
    runs: usize,
    results: Results,
}

impl Gathered {
    fn new(scenario: &Scenario) -> Self {
        let unit = scenario.mean_service();
        let classes = scenario.services().len();
        let groups = usize::try_from(GROUPS).unwrap_or(1);
        let empty = ClassResult {
            waits: Vec::new(),
            responses: Vec::new(),
            response_quantiles: Vec::new(),
            goodput: Vec::new(),
            sent: Vec::new(),
        };
        let histograms = || vec![Histogram::new(unit); groups];
        Self {
            values: vec![Vec::new(); Measure::ALL.len()],
            waits: histograms(),
            responses: histograms(),
            class_responses: if classes > 1 {
                (0..classes).map(|_| histograms()).collect()
            } else {
                Vec::new()
            },
            classes: vec![empty; classes],
            runs: 0,
            results: Results {
                values: Vec::new(),
                wait_quantiles: Vec::new(),
                response_quantiles: Vec::new(),
                classes: Vec::new(),
                backlog: Vec::new(),
                goodput: Vec::new(),
                recovered: Vec::new(),
                deadlocks: Vec::new(),
                start: Start::Empty,
                requests: 0,
                open: 0,
                events: 0,
                level: 0.0,
            },
        }
    }

    fn add(&mut self, outcome: OneRun) {
        let group = self.runs % self.waits.len().max(1);
        self.runs += 1;
        for (measure, into) in Measure::ALL.into_iter().zip(&mut self.values) {
            if let Some(value) = value(&outcome, measure).filter(|value| value.is_finite()) {
                into.push(value);
            }
        }
        let seconds = outcome.tally.until - outcome.tally.from;
        for (index, class) in outcome.tally.classes.iter().enumerate() {
            if let Some(waits) = self.waits.get_mut(group) {
                waits.merge(&class.waits);
            }
            if let Some(responses) = self.responses.get_mut(group) {
                responses.merge(&class.responses);
            }
            let own = self.class_responses.get_mut(index);
            if let Some(responses) = own.and_then(|groups| groups.get_mut(group)) {
                responses.merge(&class.responses);
            }
            let Some(into) = self.classes.get_mut(index) else {
                continue;
            };
            let answered = class.answered as f64;
            if class.answered > 0 {
                into.waits.push(class.wait / answered);
                into.responses.push(class.response / answered);
            }
            if seconds > 0.0 {
                into.goodput.push(answered / seconds);
                into.sent.push(class.sent as f64 / seconds);
            }
        }
        let results = &mut self.results;
        results.requests += outcome.tally.settled();
        results.open += outcome.open;
        results.events += outcome.events;
        results.recovered.push(outcome.recovered);
        results.deadlocks.push(outcome.deadlock);
        if !outcome.backlog.is_empty() {
            results.backlog.push(outcome.backlog);
            results.goodput.push(outcome.goodput);
        }
    }

    fn results(&self, start: Start, level: f64) -> Result<Results, Error> {
        let mut results = self.results.clone();
        results.start = start;
        results.level = level;
        results.values.clone_from(&self.values);
        results.wait_quantiles = quantiles(&self.waits, level)?;
        results.response_quantiles = quantiles(&self.responses, level)?;
        results.classes.clone_from(&self.classes);
        for (class, groups) in results.classes.iter_mut().zip(&self.class_responses) {
            class.response_quantiles = quantiles(groups, level)?;
        }
        if let [only] = results.classes.as_mut_slice() {
            (only.response_quantiles).clone_from(&results.response_quantiles);
        }
        Ok(results)
    }
}

fn quantiles(groups: &[Histogram], level: f64) -> Result<Vec<Estimate>, Error> {
    let mut all = match groups.first() {
        Some(first) => first.clone(),
        None => return Ok(Vec::new()),
    };
    for group in groups.iter().skip(1) {
        all.merge(group);
    }
    PERCENTILES
        .iter()
        .map(|&p| confidence::quantile(&all, groups, p, level))
        .collect()
}
