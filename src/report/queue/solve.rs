//! Servers for a promise, or the load that keeps it.

use super::station::{self, wait_columns};
use super::{PromiseAnswer, QueueDocument, QueueInput, StationRow, plural, show, table};
use crate::error::Error;
use crate::queueing::sizing::{self, Promise, Promised};
use crate::queueing::{Load, Open, square_root_rule};
use crate::report::number::alone;
use crate::report::{Quantity, Report, Table};

/// A promise as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slo {
    /// The text, such as `p99<=50ms`.
    pub text: String,
    /// What it means.
    pub goal: Promise,
}

/// What is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// The fewest servers for a load.
    Servers,
    /// The most arrivals for some servers.
    Arrivals,
    /// The same as a utilization.
    Utilization,
}

/// A question with what is given: arrivals for servers, servers for the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Question {
    /// What is sought.
    pub unknown: Unknown,
    /// Mean service time in seconds.
    pub mean_service: f64,
    /// Arrivals a second, where servers are sought.
    pub arrival_rate: f64,
    /// Servers, where the load is sought.
    pub servers: f64,
}

/// The answer, and whether there is one: an unreachable promise is a document too.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges.
pub(crate) fn report(question: Question, slo: &Slo) -> Result<(Report, bool), Error> {
    let Question {
        mean_service,
        unknown,
        ..
    } = question;
    let sizing = unknown == Unknown::Servers;
    let mut document = QueueDocument::new(
        "solve",
        QueueInput {
            arrival_rate_per_s: sizing.then_some(question.arrival_rate),
            offered_load: sizing.then_some(question.arrival_rate * mean_service),
            mean_service_s: Some(mean_service),
            cv_arrivals: Some(1.0),
            cv_service: Some(1.0),
            think_s: None,
        },
    );
    let found = match unknown {
        Unknown::Servers => sizing::servers(at(question, question.arrival_rate), slo.goal)
            .map(|servers| (servers, question.arrival_rate)),
        _ => sizing::arrivals(mean_service, question.servers, slo.goal)
            .map(|arrivals| (question.servers, arrivals)),
    };
    let (solution, headline) = match found {
        Ok((servers, arrival_rate)) => {
            let load = at(question, arrival_rate);
            document.rows = around(load, servers, slo.goal, sizing)?;
            let solution = reached(question, slo, load, servers)?;
            let headline = headline(&solution, unknown);
            (solution, headline)
        }
        Err(Error::NoSolution { reason, hint }) => {
            let headline = vec![
                format!("Nothing keeps {}: {reason}.", slo.text),
                format!("Try: {hint}."),
            ];
            (
                PromiseAnswer {
                    reason: Some(reason),
                    ..unreached(question, slo)
                },
                headline,
            )
        }
        Err(error) => return Err(error),
    };
    let reachable = solution.reachable;
    document.solution = Some(solution);
    document.assumptions = vec![
        match slo.goal.measure {
            Promised::BlockingProbability => {
                "Assumes Poisson arrivals and no queue: whoever finds all servers busy is lost. Rule of thumb: a + q√a."
            }
            _ => {
                "Assumes Poisson arrivals, exponential service times, first come first served, steady state. Rule of thumb: a + q√a."
            }
        }
        .to_owned(),
    ];
    let tables = tables(&document.rows, slo);
    let scene = document.solution.as_ref().and_then(|solution| {
        super::promised::picture(
            question,
            slo,
            solution,
            headline.first().map_or("", String::as_str),
        )
    });
    Ok((
        document.report(headline, tables).with_scene(scene),
        reachable,
    ))
}

/// What is on either side of the answer.
fn tables(rows: &[StationRow], slo: &Slo) -> Vec<Table> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut columns = vec![
        show("servers", "servers", Quantity::Count, |s: &StationRow| {
            s.servers.into()
        }),
        show("arrival_rate_per_s", "arrivals", Quantity::Rate, |s| {
            s.arrival_rate_per_s.into()
        }),
        show("utilization", "busy", Quantity::Ratio, |s| {
            s.utilization.into()
        }),
        show("p_wait", "must wait", Quantity::Ratio, |s| s.p_wait.into()),
    ];
    if slo.goal.measure == Promised::BlockingProbability {
        columns.push(show("p_block", "lost", Quantity::Ratio, |s| {
            s.p_block.into()
        }));
    }
    let mut waits = wait_columns(true);
    waits.remove(0);
    waits.retain(|show| show.column.key != "p50_wait_s");
    columns.extend(waits);
    vec![table("", columns, rows)]
}

fn at(question: Question, arrival_rate: f64) -> Load {
    Load {
        arrival_rate,
        mean_service: question.mean_service,
    }
}

/// The answer's queue, behind the one with a server fewer that breaks the promise.
fn around(load: Load, servers: f64, goal: Promise, sizing: bool) -> Result<Vec<StationRow>, Error> {
    let station = |servers: f64| {
        let open = Open {
            capacity: (goal.measure == Promised::BlockingProbability).then_some(servers),
            cv_arrivals: 1.0,
            cv_service: 1.0,
        };
        station::station(&open, load, servers)
    };
    let mut rows = vec![station(servers)?];
    if sizing && servers > 1.0 {
        rows.push(station(servers - 1.0)?);
    }
    Ok(rows)
}

fn reached(
    question: Question,
    slo: &Slo,
    load: Load,
    servers: f64,
) -> Result<PromiseAnswer, Error> {
    let sizing = question.unknown == Unknown::Servers;
    let fewer = if sizing && servers > 1.0 {
        slo.goal.value(load, servers - 1.0)?
    } else {
        None
    };
    let rule = if sizing {
        square_root_rule(load, slo.goal)?
    } else {
        None
    };
    let blocking = slo.goal.measure == Promised::BlockingProbability;
    let carried = if blocking {
        1.0 - slo.goal.value(load, servers)?.unwrap_or(0.0)
    } else {
        1.0
    };
    Ok(PromiseAnswer {
        reachable: true,
        servers: Some(servers),
        arrival_rate_per_s: Some(load.arrival_rate),
        utilization: Some(load.offered() * carried / servers),
        achieved: slo.goal.value(load, servers)?,
        achieved_with_one_fewer: fewer,
        square_root_servers: rule.map(|rule| rule.servers),
        square_root_factor: rule.map(|rule| rule.factor),
        ..unreached(question, slo)
    })
}

fn unreached(question: Question, slo: &Slo) -> PromiseAnswer {
    PromiseAnswer {
        solve: match question.unknown {
            Unknown::Servers => "servers",
            Unknown::Arrivals => "arrivals",
            Unknown::Utilization => "utilization",
        },
        slo: slo.text.clone(),
        of: match slo.goal.measure {
            Promised::WaitProbability => "waiting",
            Promised::BlockingProbability => "blocked",
            Promised::MeanWait | Promised::WaitQuantile(_) => "wait",
            Promised::MeanResponse | Promised::ResponseQuantile(_) => "response",
        },
        limit: slo.goal.limit,
        reachable: false,
        reason: None,
        servers: None,
        arrival_rate_per_s: None,
        utilization: None,
        achieved: None,
        achieved_with_one_fewer: None,
        square_root_servers: None,
        square_root_factor: None,
    }
}

fn headline(solution: &PromiseAnswer, unknown: Unknown) -> Vec<String> {
    let one = solution.servers.is_some_and(|servers| servers <= 1.0);
    let servers = plural(solution.servers.unwrap_or(0.0), "server");
    let keep = if one { "keeps" } else { "keep" };
    let rate = alone(
        Quantity::Rate,
        solution.arrival_rate_per_s.unwrap_or(0.0),
        3,
    );
    let busy = alone(Quantity::Ratio, solution.utilization.unwrap_or(0.0), 3);
    let measure = |value: Option<f64>| match value {
        Some(value) if matches!(solution.of, "waiting" | "blocked") => {
            alone(Quantity::Ratio, value, 3)
        }
        Some(value) => alone(Quantity::Seconds, value, 3),
        None => "no steady state".to_owned(),
    };
    let promise = match solution.of {
        "waiting" | "blocked" => solution.slo.clone(),
        of => format!("{} {}", of, solution.slo),
    };
    let mut lines = vec![match unknown {
        Unknown::Servers => format!(
            "{servers} {keep} {promise} at {rate}: {} at {busy} utilization.",
            measure(solution.achieved)
        ),
        Unknown::Arrivals => {
            format!("{servers} {keep} {promise} up to {rate}, {busy} utilization.")
        }
        Unknown::Utilization => {
            format!("{servers} {keep} {promise} up to {busy} utilization, {rate}.")
        }
    }];
    if unknown == Unknown::Servers && solution.servers.is_some_and(|servers| servers > 1.0) {
        lines.push(format!(
            "One fewer misses it: {}.",
            measure(solution.achieved_with_one_fewer)
        ));
    }
    if let (Some(rule), Some(factor)) = (solution.square_root_servers, solution.square_root_factor)
    {
        lines.push(format!(
            "The square-root rule a + q√a with q = {} says {}.",
            alone(Quantity::Number, factor, 3),
            alone(Quantity::Count, rule, 3)
        ));
    }
    lines
}
