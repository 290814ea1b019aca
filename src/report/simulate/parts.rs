//! The parts of the document, from the results.

use super::document::{
    ClassRow, DeadlockPart, MeasureRow, PlanPart, RecoveryPart, RemedyRow, SeriesPart, VersusPart,
    VersusRow,
};
use super::{Question, Simulated};
use crate::estimate::Estimate;
use crate::sim::confidence::{Sample, proportion};
use crate::sim::remedies::all_end;
use crate::sim::{Discipline, Measure, Remedy, Results, Start, Theory, Tried};

/// Names of the percentiles of waits and responses.
const WAITS: [&str; 4] = ["wait_p50_s", "wait_p95_s", "wait_p99_s", "wait_p999_s"];
const RESPONSES: [&str; 4] = [
    "response_p50_s",
    "response_p95_s",
    "response_p99_s",
    "response_p999_s",
];

/// No value at all.
pub(super) const NOTHING: Estimate = Estimate {
    value: None,
    low: None,
    high: None,
    level: None,
};

/// Name of a measure with its unit.
fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Wait => "wait_mean_s",
        Measure::Response => "response_mean_s",
        Measure::Waiting => "waiting",
        Measure::Present => "in_system",
        Measure::Pausing => "pausing",
        Measure::Utilization => "utilization",
        Measure::Servers => "servers",
        Measure::Throughput => "throughput_per_s",
        Measure::Goodput => "goodput_per_s",
        Measure::Lost => "lost",
        Measure::Attempts => "attempts",
        Measure::Wasted => "wasted",
        Measure::Growth => "backlog_growth_per_s",
        _ => "duration_s",
    }
}

pub(super) fn plan(simulated: &Simulated<'_>) -> PlanPart {
    let Simulated { results, plan, .. } = simulated;
    let (start, left_out) = match results.start {
        Start::Stationary => ("stationary", 0),
        Start::Removed(n) => ("removed", n),
        Start::Given(n) => ("given", n),
        Start::Empty => ("empty", 0),
        Start::NotSteady(n) => ("not-steady", n),
    };
    PlanPart {
        seed: plan.seed,
        runs: results.recovered.len(),
        requests: results.requests,
        open: results.open,
        horizon_s: plan.horizon,
        start,
        left_out,
        events: results.events,
        precision_asked: simulated.precision,
        precision_reached: results
            .relative_half_width()
            .filter(|_| simulated.scenario.has_means()),
    }
}

/// Simulated less theory, in half-widths on the side of the theory.
pub(in crate::report) fn half_widths_off(theory: Option<f64>, found: &Estimate) -> Option<f64> {
    let (theory, value) = (theory?, found.value?);
    let half = if value >= theory {
        value - found.low?
    } else {
        found.high? - value
    };
    (half > 0.0).then(|| (value - theory) / half)
}

pub(super) fn measures(
    simulated: &Simulated<'_>,
    question: Question,
    theory: Option<&Theory>,
) -> Vec<MeasureRow> {
    let results = simulated.results;
    let mean = |measure| {
        let withheld = match measure {
            Measure::Wait | Measure::Response | Measure::Waiting | Measure::Present => {
                matches!(question, Question::Saturated | Question::Deadlock)
            }
            Measure::Growth => question != Question::Saturated,
            Measure::Duration => !matches!(question, Question::Burst | Question::Deadlock),
            _ => false,
        };
        let mut found = results
            .estimate(measure)
            .filter(|_| !withheld)
            .unwrap_or(NOTHING);
        let heavy = matches!(
            measure,
            Measure::Wait | Measure::Response | Measure::Waiting | Measure::Present
        );
        if heavy && !simulated.scenario.has_means() {
            // A mean of what was seen, without an interval: the mean it estimates is infinite
            // or has no standard error.
            found = found.value.map_or(NOTHING, Estimate::exact);
        }
        let theory = theory.and_then(|theory| theory.mean(measure));
        MeasureRow {
            measure: name(measure),
            theory,
            half_widths_off: half_widths_off(theory, &found),
            simulated: found,
        }
    };
    let shown = !matches!(question, Question::Saturated | Question::Deadlock);
    let percentiles = |names: [&'static str; 4], found: &[Estimate], theory: [Option<f64>; 4]| {
        let rows = names.into_iter().zip(theory).enumerate();
        rows.map(|(index, (measure, theory))| {
            let found = found
                .get(index)
                .copied()
                .filter(|_| shown)
                .unwrap_or(NOTHING);
            MeasureRow {
                measure,
                theory,
                half_widths_off: half_widths_off(theory, &found),
                simulated: found,
            }
        })
        .collect::<Vec<_>>()
    };
    let (wait, response) = theory.map_or(([None; 4], [None; 4]), |theory| {
        (theory.wait_quantiles, theory.response_quantiles)
    });
    let mut rows = vec![mean(Measure::Wait)];
    rows.extend(percentiles(WAITS, &results.wait_quantiles, wait));
    rows.push(mean(Measure::Response));
    rows.extend(percentiles(
        RESPONSES,
        &results.response_quantiles,
        response,
    ));
    let rest = Measure::ALL.into_iter().skip(2);
    rows.extend(rest.map(mean));
    rows
}

pub(super) fn classes(simulated: &Simulated<'_>, theory: Option<&Theory>) -> Vec<ClassRow> {
    let (scenario, results) = (simulated.scenario, simulated.results);
    if results.classes.len() < 2 {
        return Vec::new();
    }
    let level = results.level;
    let estimate = |values: &[f64]| {
        let sample = Sample::of(values);
        sample
            .and_then(|sample| sample.interval(level).ok())
            .unwrap_or(NOTHING)
    };
    let crate::sim::Arrivals::Open { classes, batch } = &scenario.arrivals else {
        return Vec::new();
    };
    let limited = !scenario.is_unlimited();
    let strict = scenario.discipline == (Discipline::Priority { ageing: None });
    let total: f64 = scenario.offered();
    let mut offered = 0.0;
    let rows = results.classes.iter().zip(classes).enumerate();
    rows.map(|(index, (class, given))| {
        offered += given.service.mean() / given.gap.mean() * f64::from(*batch);
        let load = if strict { offered } else { total };
        let starved = !limited && load >= f64::from(scenario.servers);
        let unless = |found: Estimate| if starved { NOTHING } else { found };
        let theory = theory.and_then(|theory| theory.classes.get(index)?.0);
        ClassRow {
            class: index + 1,
            sent_per_s: estimate(&class.sent),
            goodput_per_s: estimate(&class.goodput),
            starved,
            wait_mean_theory_s: theory,
            wait_mean_s: unless(estimate(&class.waits)),
            response_mean_s: unless(estimate(&class.responses)),
            response_p99_s: unless(class.response_quantiles.get(2).copied().unwrap_or(NOTHING)),
        }
    })
    .collect()
}

/// Seconds from the end of the last trigger that ends to the end of a run.
fn left_after_triggers(simulated: &Simulated<'_>) -> Option<f64> {
    let ends = simulated.scenario.triggers.iter();
    let last = ends
        .map(|trigger| trigger.at + trigger.lasts.unwrap_or(0.0))
        .fold(0.0, f64::max);
    simulated.plan.horizon.map(|horizon| horizon - last)
}

pub(super) fn recovery(simulated: &Simulated<'_>, question: Question) -> Option<RecoveryPart> {
    if question != Question::Trigger || !all_end(simulated.scenario) {
        return None;
    }
    let results = simulated.results;
    let mut times: Vec<f64> = results.recovered.iter().copied().flatten().collect();
    times.sort_by(f64::total_cmp);
    Some(RecoveryPart {
        runs: results.recovered.len(),
        within_s: left_after_triggers(simulated)?,
        not_recovered: results.not_recovered()?,
        recovery_p50_s: at_rank(&times, 0.5),
        recovery_p95_s: at_rank(&times, 0.95),
    })
}

/// The smallest of sorted values that a share `p` of them stays within.
fn at_rank(sorted: &[f64], p: f64) -> Option<f64> {
    let rank = (p * sorted.len() as f64).ceil().max(1.0);
    sorted
        .iter()
        .enumerate()
        .find(|(index, _)| *index as f64 + 1.0 >= rank)
        .map(|(_, value)| *value)
}

pub(super) fn remedies(tried: &[Tried]) -> Vec<RemedyRow> {
    tried
        .iter()
        .map(|tried| {
            let (remedy, setting) = match tried.remedy {
                Remedy::Budget(share) => ("budget", Some(share)),
                Remedy::FullJitter(window) => ("full-jitter", Some(window.cap)),
                Remedy::Cancel => ("cancel", None),
                Remedy::NoRetries => ("no-retries", None),
                _ => ("as-given", None),
            };
            RemedyRow {
                remedy,
                setting,
                found: tried.searched,
                runs: tried.runs,
                not_recovered: tried.not_recovered,
            }
        })
        .collect()
}

pub(super) fn deadlock(simulated: &Simulated<'_>, question: Question) -> Option<DeadlockPart> {
    if question != Question::Deadlock {
        return None;
    }
    let results = simulated.results;
    let times: Vec<f64> = results.deadlocks.iter().copied().flatten().collect();
    let (happened, runs) = (times.len(), results.deadlocks.len());
    let mean = Sample::of(&times)
        .filter(|_| happened == runs)
        .and_then(|sample| sample.interval(results.level).ok());
    Some(DeadlockPart {
        runs,
        happened: proportion(happened as u64, runs as u64, results.level).ok()?,
        mean_s: mean.unwrap_or(NOTHING),
    })
}

pub(super) fn versus(simulated: &Simulated<'_>) -> Option<VersusPart> {
    let (change, changed) = simulated.versus.as_ref()?;
    let given = simulated.results;
    let rows = Measure::ALL.into_iter().filter_map(|measure| {
        let (before, after) = (given.values(measure), changed.values(measure));
        let known = given.sample(measure)?.mean != 0.0 || changed.sample(measure)?.mean != 0.0;
        let paired = before.len() == after.len() && known;
        let differences: Vec<f64> = before.iter().zip(after).map(|(a, b)| b - a).collect();
        let differs = differences.iter().any(|difference| *difference != 0.0);
        let sample = Sample::of(&differences).filter(|_| paired && differs)?;
        Some(VersusRow {
            measure: name(measure),
            given: given.sample(measure).map(|sample| sample.mean),
            changed: changed.sample(measure).map(|sample| sample.mean),
            difference: sample.interval(given.level).ok()?,
        })
    });
    Some(VersusPart {
        change: change.clone(),
        measures: rows
            .filter(|row| {
                !matches!(
                    row.measure,
                    "backlog_growth_per_s" | "duration_s" | "servers"
                )
            })
            .collect(),
    })
}

pub(in crate::report) fn series(results: &Results) -> SeriesPart {
    let (Some(span), Some(points)) = (results.span, results.backlog.first().map(Vec::len)) else {
        return SeriesPart::default();
    };
    let mut series = SeriesPart::default();
    for point in 0..points {
        let at = |runs: &[Vec<f64>]| -> Vec<f64> {
            runs.iter()
                .filter_map(|run| run.get(point).copied())
                .collect()
        };
        let mut backlog = at(&results.backlog);
        backlog.sort_by(f64::total_cmp);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        series
            .time_s
            .push(span * (point + 1) as f64 / points as f64);
        series.backlog_mean.push(mean(&backlog));
        series.backlog_p05.extend(at_rank(&backlog, 0.05));
        series.backlog_p50.extend(at_rank(&backlog, 0.5));
        series.backlog_p95.extend(at_rank(&backlog, 0.95));
        series.goodput_mean_per_s.push(mean(&at(&results.goodput)));
    }
    series
}
