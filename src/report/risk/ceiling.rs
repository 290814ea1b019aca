//! The shared ceiling: how many workers one store carries.

use super::{Exactness, RiskDocument, SafeSetting, Shown, count, fact, percent, rate, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::report::columns::{Show, plural, show, table};
use crate::report::{Quantity, Report};
use crate::risk::SharedStore;
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CeilingQuestion {
    /// The store; from points where there are any.
    pub store: SharedStore,
    /// Numbers of workers to look at; N* and its half and double where empty.
    pub workers: Vec<f64>,
    /// Workers and throughput in 1/s that were measured; empty where the store was given.
    pub points: Vec<(f64, f64)>,
    /// Share of a lone worker's rate that each must still get.
    pub share: f64,
}

/// Numbers of a shared store.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CeilingNumbers {
    /// Pause of a worker between an answer and its next request, in seconds.
    pub think_s: f64,
    /// Mean service of the store in seconds.
    pub mean_service_s: f64,
    /// Servers of the store.
    pub servers: f64,
    /// Root mean square of the relative misses at the measured points; null without points.
    pub misfit: Option<f64>,
    /// N*: from this many workers somebody must wait.
    pub saturation_workers: f64,
    /// The most requests a second.
    pub max_throughput_per_s: f64,
    /// Share of a lone worker's rate that was asked for.
    pub share: f64,
    /// The most workers of which each still gets that share.
    pub most_workers: f64,
    /// One entry a number of workers.
    pub rows: Vec<CeilingRow>,
    /// Remedies at the largest number of workers, side by side.
    pub remedies: Vec<CeilingRemedy>,
}

/// One number of workers, exact.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CeilingRow {
    /// Workers.
    pub workers: f64,
    /// Requests a second.
    pub throughput_per_s: f64,
    /// Of each worker.
    pub throughput_per_worker_per_s: f64,
    /// Share of what a lone worker gets.
    pub share_of_lone: f64,
    /// Mean response of the store in seconds.
    pub mean_response_s: f64,
    /// Utilization of the store.
    pub utilization: f64,
    /// No response can be shorter, in seconds.
    pub min_response_s: f64,
    /// No throughput can be higher, in 1/s.
    pub throughput_bound_per_s: f64,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CeilingRemedy {
    /// The change in words.
    pub change: String,
    /// Workers it then carries before somebody must wait.
    pub saturation_workers: f64,
    /// Mean response in seconds.
    pub mean_response_s: f64,
    /// Items of work a second of each worker.
    pub items_per_worker_per_s: f64,
    /// Exact or approximate.
    pub basis: Exactness,
    /// What it costs.
    pub cost: &'static str,
}

/// How many workers the store carries.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the methods of [`SharedStore`].
pub(crate) fn report(question: &CeilingQuestion, beside: Option<&Beside>) -> Result<Report, Error> {
    let store = question.store;
    let star = store.saturation();
    let misfit = if question.points.is_empty() {
        None
    } else {
        Some(store.misfit(&question.points)?)
    };
    let workers = if question.workers.is_empty() {
        [0.5, 1.0, 2.0]
            .map(|part| (part * star).round().max(1.0))
            .to_vec()
    } else {
        question.workers.clone()
    };
    let alone = store.with(1.0)?.0.throughput;
    let mut rows = Vec::new();
    for &workers in &workers {
        let (means, bounds) = store.with(workers)?;
        rows.push(CeilingRow {
            workers,
            throughput_per_s: means.throughput,
            throughput_per_worker_per_s: means.throughput / workers,
            share_of_lone: means.throughput / workers / alone,
            mean_response_s: means.mean_response,
            utilization: means.utilization,
            min_response_s: bounds.min_response,
            throughput_bound_per_s: bounds.max_throughput,
        });
    }
    let largest = workers.iter().copied().fold(1.0, f64::max);
    let most = store.most_workers(question.share)?;
    let numbers = CeilingNumbers {
        think_s: store.think_time,
        mean_service_s: store.mean_service,
        servers: store.servers,
        misfit,
        saturation_workers: star,
        max_throughput_per_s: store.servers / store.mean_service,
        share: question.share,
        most_workers: most,
        remedies: remedies(&store, largest)?,
        rows,
    };
    Ok(finish(numbers, beside))
}

fn finish(numbers: CeilingNumbers, beside: Option<&Beside>) -> Report {
    let mut notes = Vec::new();
    if let Some(misfit) = numbers.misfit {
        notes.push(Note::new(
            NoteCode::Approximation,
            format!(
                "service and pause are fitted to the measured points, missing them by {} on average; points on both sides of N* tell them apart",
                percent(misfit)
            ),
        ));
    }
    let tables = vec![
        table("", row_columns(), &numbers.rows),
        table("", remedy_columns(), &numbers.remedies),
    ];
    let facts = vec![
        fact("think_s", "pause", Quantity::Seconds, numbers.think_s),
        fact(
            "mean_service_s",
            "service",
            Quantity::Seconds,
            numbers.mean_service_s,
        ),
        fact(
            "saturation_workers",
            "N*",
            Quantity::Count,
            numbers.saturation_workers,
        ),
        fact(
            "most_workers",
            "safe workers",
            Quantity::Count,
            numbers.most_workers,
        ),
    ];
    let document = RiskDocument {
        simulation: None,
        question: "How many workers does a shared store carry?".to_owned(),
        answer: headline(&numbers),
        safe_setting: Some(SafeSetting {
            name: "workers",
            value: numbers.most_workers,
            unit: "workers",
            guarantees: format!("each gets {} of what a lone one gets", percent(numbers.share)),
        }),
        assumptions: vec![
            "Exact for exponential services of the store and any pauses; each worker waits for its answer."
                .to_owned(),
        ],
        notes,
        numbers,
    };
    let shown = Shown {
        facts,
        ..Shown::tables("risk-ceiling", tables)
    };
    document.report(shown, beside)
}

/// What a remedy is shown by.
fn remedy_columns() -> Vec<Show<CeilingRemedy>> {
    vec![
        show("change", "change", Quantity::Text, |row: &CeilingRemedy| {
            row.change.clone().into()
        }),
        show("saturation_workers", "carries", Quantity::Count, |row| {
            whole(row.saturation_workers).into()
        }),
        show("mean_response_s", "response", Quantity::Seconds, |row| {
            row.mean_response_s.into()
        }),
        show("items_per_worker_per_s", "each", Quantity::Rate, |row| {
            row.items_per_worker_per_s.into()
        }),
        show("cost", "cost", Quantity::Text, |row| row.cost.into()),
    ]
}

/// What a number of workers is shown by.
fn row_columns() -> Vec<Show<CeilingRow>> {
    vec![
        show("workers", "workers", Quantity::Count, |row: &CeilingRow| {
            row.workers.into()
        }),
        show("throughput_per_s", "throughput", Quantity::Rate, |row| {
            row.throughput_per_s.into()
        }),
        show("throughput_bound_per_s", "at most", Quantity::Rate, |row| {
            row.throughput_bound_per_s.into()
        }),
        show(
            "throughput_per_worker_per_s",
            "each",
            Quantity::Rate,
            |row| row.throughput_per_worker_per_s.into(),
        ),
        show("share_of_lone", "of a lone one", Quantity::Ratio, |row| {
            row.share_of_lone.into()
        }),
        show("mean_response_s", "response", Quantity::Seconds, |row| {
            row.mean_response_s.into()
        }),
        show("utilization", "store busy", Quantity::Ratio, |row| {
            row.utilization.into()
        }),
    ]
}

fn remedies(store: &SharedStore, workers: f64) -> Result<Vec<CeilingRemedy>, Error> {
    const ITEMS: f64 = 10.0;
    let double = SharedStore {
        servers: 2.0 * store.servers,
        ..*store
    };
    let faster = SharedStore {
        mean_service: store.mean_service / 2.0,
        ..*store
    };
    // Ten items a request: ten times the pause, the store works as long as for one.
    let batched = SharedStore {
        think_time: ITEMS * store.think_time,
        ..*store
    };
    let changes = [
        (*store, "as it is".to_owned(), 1.0, ""),
        (
            faster,
            "a store twice as fast".to_owned(),
            1.0,
            "a larger machine, or half the work",
        ),
        (
            double,
            "two stores behind one queue".to_owned(),
            1.0,
            "twice the store",
        ),
        (
            batched,
            format!("{} items a request", count(ITEMS)),
            ITEMS,
            "each item waits for its batch",
        ),
    ];
    changes
        .into_iter()
        .map(|(store, change, items, cost)| {
            let (means, _) = store.with(workers)?;
            Ok(CeilingRemedy {
                change,
                saturation_workers: store.saturation(),
                mean_response_s: means.mean_response,
                items_per_worker_per_s: items * means.throughput / workers,
                basis: Exactness::Exact,
                cost,
            })
        })
        .collect()
}

/// Whole workers: 501 stays 501 where rounding left it a bit below.
fn whole(workers: f64) -> f64 {
    (workers * (1.0 + 4.0 * f64::EPSILON)).floor()
}

fn headline(numbers: &CeilingNumbers) -> Vec<String> {
    let mut lines = vec![format!(
        "The store carries {} ({} at most); with more, somebody must wait. With {} each still gets {}.",
        plural(whole(numbers.saturation_workers), "worker"),
        rate(numbers.max_throughput_per_s),
        count(numbers.most_workers),
        percent(numbers.share)
    )];
    if let Some(row) = numbers.rows.last() {
        lines.push(format!(
            "{} get {} each, {} of what a lone one gets; a response takes {}.",
            plural(row.workers, "worker"),
            rate(row.throughput_per_worker_per_s),
            percent(row.share_of_lone),
            seconds(row.mean_response_s)
        ));
    }
    lines
}
