//! What independent runs say together, in memory that does not grow with them.

use super::confidence;
use super::engine::OneRun;
use super::histogram::Histogram;
use super::replicate::PERCENTILES;
use super::results::{ClassResult, Measure, Results, Start, value};
use super::scenario::Scenario;
use crate::error::Error;
use crate::estimate::Estimate;

/// Groups of runs whose histograms are kept.
pub(super) const GROUPS: u64 = 64;

/// What has been gathered so far.
#[derive(Debug)]
pub(super) struct Gathered {
    values: Vec<Vec<f64>>,
    waits: Vec<Histogram>,
    responses: Vec<Histogram>,
    classes: Vec<ClassResult>,
    class_responses: Vec<Vec<Histogram>>,
    runs: usize,
    results: Results,
}

impl Gathered {
    pub(super) fn new(scenario: &Scenario) -> Self {
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
                span: None,
                backlog: Vec::new(),
                goodput: Vec::new(),
                recovered: Vec::new(),
                deadlocks: Vec::new(),
                stopped: 0,
                start: Start::Empty,
                requests: 0,
                open: 0,
                events: 0,
                level: 0.0,
            },
        }
    }

    pub(super) fn add(&mut self, outcome: OneRun) {
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
        results.stopped += usize::from(outcome.stopped);
        if !outcome.backlog.is_empty() {
            results.backlog.push(outcome.backlog);
            results.goodput.push(outcome.goodput);
        }
    }

    pub(super) fn results(&self, start: Start, level: f64) -> Result<Results, Error> {
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
