//! Failure modes event by event: what the formulas of [`crate::risk`] say, beside what runs say.

mod balance;
mod batch;
mod calls;
mod deadlock;
mod herd;
mod jobs;
mod retry;
mod station;

pub(crate) use balance::balance;
pub(crate) use batch::batch;
pub(crate) use calls::fan_out;
pub(crate) use deadlock::{pool, self_feeding};
pub(crate) use herd::{Herds, herd};
pub(crate) use jobs::{head_of_line, starvation};
pub(crate) use retry::retry;
pub(crate) use station::{ceiling, concurrency};

use super::confidence::Sample;
use super::replicate::{Plan, simulate};
use super::results::{Measure, Results};
use super::scenario::Scenario;
use crate::error::Error;
use crate::estimate::Estimate;

/// Requests, attempts or items of all runs of one case that are taken on: a few seconds.
const MOST: f64 = 4e7;

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Repeats {
    /// Seed: the same one gives the same numbers on any number of threads.
    pub seed: u64,
    /// Independent runs of each case.
    pub runs: u32,
    /// Confidence level of the intervals.
    pub level: f64,
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Seconds.
    Seconds,
    /// A share, 0 to 1.
    Share,
    /// A rate, 1/s.
    Rate,
    /// A number without unit.
    Number,
}

/// One number of theory and the same of the runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compared {
    /// What was done, such as `wait in one queue`.
    pub case: &'static str,
    /// Its setting; `None` without one.
    pub setting: Option<(f64, Unit)>,
    /// What was measured, such as `attempts each`.
    pub measure: &'static str,
    /// What the number is.
    pub unit: Unit,
    /// What the formula says; `None` where there is none.
    pub theory: Option<f64>,
    /// Whether the formula is exact for what was simulated.
    pub exact: bool,
    /// What the runs say.
    pub simulated: Estimate,
    /// Runs.
    pub runs: u32,
}

/// Backlog over time of one case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    /// What was done.
    pub case: &'static str,
    /// Its setting.
    pub setting: Option<(f64, Unit)>,
    /// What the runs say, with their series.
    pub results: Results,
}

/// A failure mode event by event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Beside {
    /// How much was simulated.
    pub runs: Repeats,
    /// The numbers.
    pub rows: Vec<Compared>,
    /// What was not simulated and why.
    pub left_out: Vec<String>,
    /// Backlog over time, where that says something.
    pub shown: Vec<Shown>,
    /// What happens when: seconds and a word.
    pub events: Vec<(f64, &'static str)>,
}

/// What a case is.
#[derive(Debug, Clone, Copy)]
struct Case {
    name: &'static str,
    setting: Option<(f64, Unit)>,
    exact: bool,
}

impl Case {
    fn exact(name: &'static str) -> Self {
        Self {
            name,
            setting: None,
            exact: true,
        }
    }

    fn approximate(name: &'static str) -> Self {
        Self {
            exact: false,
            ..Self::exact(name)
        }
    }

    fn at(self, setting: f64, unit: Unit) -> Self {
        Self {
            setting: Some((setting, unit)),
            ..self
        }
    }
}

impl Beside {
    /// Nothing yet.
    pub(crate) fn new(runs: Repeats) -> Self {
        Self {
            runs,
            rows: Vec::new(),
            left_out: Vec::new(),
            shown: Vec::new(),
            events: Vec::new(),
        }
    }

    /// A plan of so many requests a run.
    fn plan(&self, requests: u64) -> Plan {
        Plan {
            seed: self.runs.seed,
            runs: self.runs.runs,
            requests,
            level: self.runs.level,
            points: 0,
            ..Plan::default()
        }
    }

    /// Notes one number.
    fn row(
        &mut self,
        case: Case,
        (measure, unit): (&'static str, Unit),
        theory: Option<f64>,
        simulated: Estimate,
        runs: u32,
    ) {
        self.rows.push(Compared {
            case: case.name,
            setting: case.setting,
            measure,
            unit,
            theory,
            exact: case.exact,
            simulated,
            runs,
        });
    }

    /// Notes the mean of a value a run.
    fn values(
        &mut self,
        case: Case,
        what: (&'static str, Unit),
        theory: Option<f64>,
        values: &[f64],
    ) -> Result<(), Error> {
        if let Some(sample) = Sample::of(values) {
            let runs = u32::try_from(sample.runs).unwrap_or(u32::MAX);
            self.row(case, what, theory, sample.interval(self.runs.level)?, runs);
        }
        Ok(())
    }

    /// Repeats a scenario and notes some measures of it.
    fn scenario(
        &mut self,
        case: Case,
        scenario: &Scenario,
        plan: &Plan,
        measures: &[(Measure, &'static str, Unit, Option<f64>)],
    ) -> Result<Results, Error> {
        let results = simulate(scenario, plan, &|| {})?;
        for (measure, name, unit, theory) in measures {
            self.values(case, (name, *unit), *theory, results.values(*measure))?;
        }
        Ok(results)
    }
}

/// A count that the simulation can hold.
fn count(name: &'static str, value: f64) -> Result<u32, Error> {
    let fits = value.fract() == 0.0 && (0.0..=f64::from(super::scenario::MOST)).contains(&value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number up to 10⁷"
    )]
    fits.then_some(value as u32).ok_or(Error::OutOfRange {
        name,
        value,
        allowed: "a whole number up to 10 million in a simulation",
    })
}

/// Requests of a run in a steady state: more where the station is busier.
fn steady(utilization: f64) -> u64 {
    if utilization > 0.85 { 60_000 } else { 20_000 }
}
