//! Answers that need many calls, sent again after a delay; queues that fork and join.

use super::{Beside, Case, Repeats, Unit, count};
use crate::error::Error;
use crate::risk::fan_out::{Latency, allowed_slow, fork_join};
use crate::sim::answers::{Answers, AnswersRun};
use crate::sim::confidence::quantile;
use crate::sim::histogram::Histogram;
use crate::sim::results::Measure;
use crate::sim::scenario::{Client, Routing, Scenario};
use rayon::prelude::*;

/// Calls of one run.
const CALLS: f64 = 400_000.0;

/// Answers of `calls` calls: the time that a share `percentile` of them keeps, without and with
/// a second call for the slow; queues of `calls` servers that fork and join at a utilization.
///
/// # Errors
/// As the functions of [`crate::risk::fan_out`].
pub(crate) fn fan_out(
    calls: f64,
    percentile: f64,
    (latency, hedges): (Option<Latency>, &[f64]),
    utilization: Option<f64>,
    runs: Repeats,
) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let many = count("calls", calls)?;
    if let Some(latency) = latency {
        let allowed = allowed_slow(percentile, calls)?;
        let plain = latency.exceeded_by(allowed)?;
        let answers = Answers {
            calls: many,
            latency,
            hedge: None,
        };
        let case = Case::exact("no hedging");
        hedged(&mut beside, case, &answers, percentile, (plain, None))?;
        for &open in hedges {
            let delay = if open >= 1.0 {
                0.0
            } else {
                latency.exceeded_by(open)?
            };
            let said = latency.hedged_exceeded_by(allowed, delay)?;
            let answers = Answers {
                hedge: Some(delay),
                ..answers
            };
            let case = if open >= 1.0 {
                Case::exact("two copies at once")
            } else {
                Case::exact("again after").at(delay, Unit::Seconds)
            };
            hedged(&mut beside, case, &answers, percentile, (said, Some(open)))?;
        }
    }
    if let Some(utilization) = utilization {
        fork(&mut beside, many, utilization)?;
    }
    Ok(beside)
}

fn hedged(
    beside: &mut Beside,
    case: Case,
    answers: &Answers,
    percentile: f64,
    (said, more): (f64, Option<f64>),
) -> Result<(), Error> {
    let each = (CALLS / f64::from(answers.calls))
        .clamp(200.0, 40_000.0)
        .round();
    let each = count("answers", each)?;
    if f64::from(each) * f64::from(answers.calls) > 50.0 * CALLS {
        beside.left_out.push("so many calls (too long)".to_owned());
        return Ok(());
    }
    let all: Vec<AnswersRun> = (0..u64::from(beside.runs.runs))
        .into_par_iter()
        .map(|run| answers.run(beside.runs.seed, run, each))
        .collect();
    let groups: Vec<Histogram> = all.iter().map(|run| run.answers.clone()).collect();
    let Some(mut together) = groups.first().cloned() else {
        return Ok(());
    };
    for group in groups.iter().skip(1) {
        together.merge(group);
    }
    let found = quantile(&together, &groups, percentile, beside.runs.level)?;
    let runs = beside.runs.runs;
    beside.row(
        case,
        ("answer in time", Unit::Seconds),
        Some(said),
        found,
        runs,
    );
    if let Some(more) = more.filter(|more| *more < 1.0) {
        let twice: Vec<f64> = all.iter().map(|run| run.twice).collect();
        beside.values(case, ("more calls", Unit::Share), Some(more), &twice)?;
    }
    Ok(())
}

fn fork(beside: &mut Beside, servers: u32, utilization: f64) -> Result<(), Error> {
    if servers > 1000 {
        beside
            .left_out
            .push("so many queues that join (too long)".to_owned());
        return Ok(());
    }
    let said = fork_join(utilization, f64::from(servers))?;
    let scenario = Scenario {
        routing: Routing::Random,
        client: Client {
            copies: servers,
            need: servers,
            ..Client::default()
        },
        ..Scenario::mmc(utilization, 1.0, servers)?
    };
    let case = if servers <= 2 {
        Case::exact("fork and join")
    } else {
        Case::approximate("fork and join")
    };
    let requests = (1_000_000 / u64::from(servers)).clamp(5_000, 30_000);
    let plan = beside.plan(requests);
    beside.scenario(
        case,
        &scenario,
        &plan,
        &[(Measure::Response, "services", Unit::Number, Some(said))],
    )?;
    Ok(())
}
