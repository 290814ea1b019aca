//! How many at once, and how many may wait: rules of thumb beside the exact.

use super::{Exactness, RiskDocument, SafeSetting, Shown, count, percent, rate, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::{Load, Mmc};
use crate::report::columns::{plural, show, table};
use crate::report::{Quantity, Report, Table};
use crate::risk::concurrency::{Admission, Bounded, impatient_loss, threads_for_cores};
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ConcurrencyQuestion {
    /// The station.
    pub admission: Admission,
    /// Longest wait that is still of use, in seconds.
    pub deadline: f64,
    /// Share that may be turned away.
    pub loss: f64,
    /// Places in all to look at besides those that are found.
    pub capacities: Vec<f64>,
    /// Cores, and the part of a service that computes, in seconds.
    pub cores: Option<(f64, f64)>,
}

/// Numbers of admission control.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ConcurrencyNumbers {
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// At work at once.
    pub servers: f64,
    /// Offered load over servers.
    pub offered_utilization: f64,
    /// Longest wait that is still of use, in seconds.
    pub deadline_s: f64,
    /// Places in all by the rule c + ⌊c·t/S⌋.
    pub deadline_rule: f64,
    /// The most places with which 99 % of the admitted keep the deadline; null where any do.
    pub largest_capacity: Option<f64>,
    /// Share that may be turned away.
    pub loss_limit: f64,
    /// The fewest servers that keep deadline and loss.
    pub fewest_servers: f64,
    /// Share lost where callers give up at the deadline instead, for one server; null for more.
    pub impatient_loss: Option<f64>,
    /// Bounds side by side.
    pub rows: Vec<BoundRow>,
    /// How many at once, by rules.
    pub rules: Vec<RuleRow>,
}

/// One bound on the places.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BoundRow {
    /// What it follows from.
    pub rule: String,
    /// Places in all; null for no bound.
    pub capacity: Option<f64>,
    /// Share turned away.
    pub loss: f64,
    /// Mean wait of the admitted in seconds; null without a steady state.
    pub mean_wait_s: Option<f64>,
    /// 99th percentile of that wait in seconds; null without a steady state.
    pub p99_wait_s: Option<f64>,
    /// Share of the admitted that wait longer than the deadline; null without a steady state.
    pub late: Option<f64>,
    /// Completions a second.
    pub throughput_per_s: f64,
    /// Exact or approximate.
    pub basis: Exactness,
}

/// How many at once by one rule.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RuleRow {
    /// The rule.
    pub rule: &'static str,
    /// Its number.
    pub servers: f64,
    /// Share turned away with it, under the deadline rule for places.
    pub loss: f64,
    /// 99th percentile of the wait in seconds.
    pub p99_wait_s: f64,
    /// Whether deadline and loss are kept.
    pub keeps: bool,
}

/// Bounds and rules side by side.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the functions of [`crate::risk::concurrency`].
pub(crate) fn report(
    question: &ConcurrencyQuestion,
    beside: Option<&Beside>,
) -> Result<Report, Error> {
    let station = question.admission;
    let load = station.load.checked()?;
    let rule = station.by_deadline(question.deadline)?;
    let largest = station.largest_capacity(question.deadline)?;
    let fewest = station.fewest_servers(question.deadline, question.loss)?;
    let numbers = ConcurrencyNumbers {
        arrival_rate_per_s: load.arrival_rate,
        mean_service_s: load.mean_service,
        servers: station.servers,
        offered_utilization: load.offered() / station.servers,
        deadline_s: question.deadline,
        deadline_rule: rule,
        largest_capacity: largest,
        loss_limit: question.loss,
        fewest_servers: fewest,
        impatient_loss: if station.servers > 1.0 {
            None
        } else {
            Some(impatient_loss(load, question.deadline)?)
        },
        rows: bounds(question, rule, largest)?,
        rules: rules(question, fewest)?,
    };
    let mut notes = Vec::new();
    if numbers.offered_utilization >= 1.0 {
        notes.push(Note::new(
            NoteCode::Saturated,
            format!(
                "more arrives than is served: {} are lost whatever the bound; a longer queue buys only waiting",
                percent(1.0 - 1.0 / numbers.offered_utilization)
            ),
        ));
    }
    let tables = tables(&numbers);
    let scene = super::pictures::places(question, &numbers);
    let safe_setting = Some(match largest {
        Some(places) => SafeSetting {
            name: "places",
            value: places,
            unit: "places",
            guarantees: format!(
                "99 % of the admitted wait at most {}",
                seconds(question.deadline)
            ),
        },
        None => SafeSetting {
            name: "servers",
            value: fewest,
            unit: "servers",
            guarantees: format!(
                "at most {} refused, nobody admitted waits much beyond {}",
                percent(question.loss),
                seconds(question.deadline)
            ),
        },
    });
    let document = RiskDocument {
        simulation: None,
        question: "How many at once, and how many may wait?".to_owned(),
        answer: headline(&numbers),
        safe_setting,
        assumptions: vec![
            "Assumes Poisson arrivals, exponential services, first come first served; exact. Waits are those of the admitted."
                .to_owned(),
        ],
        notes,
        numbers,
    };
    let shown = Shown {
        scene,
        ..Shown::tables("risk-concurrency", tables)
    };
    Ok(document.report(shown, beside))
}

fn tables(numbers: &ConcurrencyNumbers) -> Vec<Table> {
    let bound_columns = vec![
        show("rule", "places", Quantity::Text, |row: &BoundRow| {
            row.rule.clone().into()
        }),
        show("capacity", "in all", Quantity::Count, |row| {
            row.capacity.into()
        }),
        show("loss", "refused", Quantity::Ratio, |row| row.loss.into()),
        show("mean_wait_s", "wait", Quantity::Seconds, |row| {
            row.mean_wait_s.into()
        }),
        show("p99_wait_s", "p99", Quantity::Seconds, |row| {
            row.p99_wait_s.into()
        }),
        show("late", "too late", Quantity::Ratio, |row| row.late.into()),
        show("throughput_per_s", "done", Quantity::Rate, |row| {
            row.throughput_per_s.into()
        }),
    ];
    let rule_columns = vec![
        show("rule", "at once", Quantity::Text, |row: &RuleRow| {
            row.rule.into()
        }),
        show("servers", "number", Quantity::Count, |row| {
            row.servers.into()
        }),
        show("loss", "refused", Quantity::Ratio, |row| row.loss.into()),
        show("p99_wait_s", "p99 wait", Quantity::Seconds, |row| {
            row.p99_wait_s.into()
        }),
        show("keeps", "", Quantity::Text, |row| {
            if row.keeps { "keeps both" } else { "too few" }.into()
        }),
    ];
    vec![
        table("", bound_columns, &numbers.rows),
        table("", rule_columns, &numbers.rules),
    ]
}

fn bounds(
    question: &ConcurrencyQuestion,
    rule: f64,
    largest: Option<f64>,
) -> Result<Vec<BoundRow>, Error> {
    let station = question.admission;
    let row = |rule: String, got: Bounded| BoundRow {
        rule,
        capacity: Some(got.capacity),
        loss: got.loss,
        mean_wait_s: Some(got.mean_wait),
        p99_wait_s: Some(got.p99_wait),
        late: got.late,
        throughput_per_s: got.throughput,
        basis: Exactness::Exact,
    };
    let deadline = Some(question.deadline);
    let mut rows = vec![row(
        "no queue".to_owned(),
        station.with(station.servers, deadline)?,
    )];
    if let Some(largest) = largest {
        rows.push(row(
            "p99 keeps the deadline".to_owned(),
            station.with(largest, deadline)?,
        ));
    }
    rows.push(row("c + c·t/S".to_owned(), station.with(rule, deadline)?));
    for capacity in &question.capacities {
        rows.push(row(
            format!("{} as asked", count(*capacity)),
            station.with(*capacity, deadline)?,
        ));
    }
    let unbounded = match Mmc::new(station.load, station.servers) {
        Ok(queue) => Some(queue),
        Err(Error::Saturated { .. }) => None,
        Err(error) => return Err(error),
    };
    let p99 = match &unbounded {
        Some(queue) => Some(queue.wait_quantile(0.99)?),
        None => None,
    };
    rows.push(BoundRow {
        rule: "no bound".to_owned(),
        capacity: None,
        loss: 0.0,
        mean_wait_s: unbounded
            .as_ref()
            .map(|queue| queue.performance().mean_wait),
        p99_wait_s: p99,
        late: unbounded
            .as_ref()
            .map(|queue| queue.wait_survival(question.deadline)),
        throughput_per_s: station
            .load
            .arrival_rate
            .min(station.servers / station.load.mean_service),
        basis: Exactness::Exact,
    });
    Ok(rows)
}

fn rules(question: &ConcurrencyQuestion, fewest: f64) -> Result<Vec<RuleRow>, Error> {
    let Load {
        arrival_rate,
        mean_service,
    } = question.admission.load;
    let mut candidates = vec![
        ("as asked", question.admission.servers),
        (
            "load, rounded up",
            (arrival_rate * mean_service).ceil().max(1.0),
        ),
        ("exact: deadline and loss", fewest),
    ];
    if let Some((cores, compute)) = question.cores {
        candidates.push(("2 × cores", 2.0 * cores));
        candidates.push((
            "cores × (1 + waiting/computing)",
            threads_for_cores(cores, compute, mean_service)?
                .floor()
                .max(1.0),
        ));
    }
    candidates
        .into_iter()
        .map(|(rule, servers)| {
            let station = Admission {
                servers,
                ..question.admission
            };
            let got = station.with(station.by_deadline(question.deadline)?, None)?;
            Ok(RuleRow {
                rule,
                servers,
                loss: got.loss,
                p99_wait_s: got.p99_wait,
                keeps: got.loss <= question.loss,
            })
        })
        .collect()
}

fn headline(numbers: &ConcurrencyNumbers) -> Vec<String> {
    let deadline = seconds(numbers.deadline_s);
    let mut lines = vec![match numbers.largest_capacity {
        Some(places) => {
            let got = numbers.rows.get(1);
            format!(
                "Allow {} in all, {} of them waiting: p99 wait within {deadline}, {} refused.",
                count(places),
                count(places - numbers.servers),
                got.map_or_else(String::new, |row| percent(row.loss))
            )
        }
        None => format!(
            "{} at {} keep {deadline} for 99 % without any bound.",
            plural(numbers.servers, "server"),
            percent(numbers.offered_utilization)
        ),
    }];
    lines.push(format!(
        "For at most {} refused within {deadline} it takes {} at once for {}.",
        percent(numbers.loss_limit),
        count(numbers.fewest_servers),
        rate(numbers.arrival_rate_per_s)
    ));
    lines
}
