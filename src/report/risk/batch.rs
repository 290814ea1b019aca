//! Which batch size: the smallest that keeps up, the fastest, and its headroom.

use super::{Exactness, RiskDocument, SafeSetting, Shown, count, percent, seconds_or};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::report::columns::{Show, show, table};
use crate::report::{Quantity, Report};
use crate::risk::{BatchSize, Batching};
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BatchQuestion {
    /// The work.
    pub work: Batching,
    /// Sizes to look at besides those that are found.
    pub sizes: Vec<f64>,
    /// Utilization that leaves enough headroom.
    pub busy: f64,
}

/// Numbers of batching.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BatchNumbers {
    /// Items a second.
    pub arrival_rate_per_s: f64,
    /// Seconds a batch costs whatever its size.
    pub fixed_cost_s: f64,
    /// Seconds an item adds.
    pub per_item_s: f64,
    /// The smallest size that keeps up; null where none does.
    pub smallest_stable: Option<f64>,
    /// The size with the least mean latency; null where none keeps up.
    pub fastest: Option<f64>,
    /// Utilization that leaves enough headroom.
    pub busy_limit: f64,
    /// The smallest size within it; null where none is.
    pub with_headroom: Option<f64>,
    /// One entry a size, in order.
    pub rows: Vec<BatchRow>,
}

/// One size. Times in seconds; null where batches come faster than they are done.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BatchRow {
    /// Items a batch.
    pub size: f64,
    /// Utilization of the server.
    pub utilization: f64,
    /// Mean time an item waits for its batch to fill.
    pub mean_fill_s: f64,
    /// Time the first item waits.
    pub max_fill_s: f64,
    /// Time a batch takes.
    pub service_s: f64,
    /// Mean wait of a full batch, Kingman: an upper estimate.
    pub wait_kingman_s: Option<f64>,
    /// Mean wait of a full batch, Kraemer and Langenbach-Belz.
    pub wait_s: Option<f64>,
    /// Mean latency of an item.
    pub mean_latency_s: Option<f64>,
    /// The most items a second.
    pub max_throughput_per_s: f64,
    /// Always approximate.
    pub basis: Exactness,
}

fn row(got: BatchSize) -> BatchRow {
    BatchRow {
        size: got.size,
        utilization: got.utilization,
        mean_fill_s: got.mean_fill,
        max_fill_s: got.max_fill,
        service_s: got.service,
        wait_kingman_s: got.wait_kingman,
        wait_s: got.wait,
        mean_latency_s: got.latency,
        max_throughput_per_s: got.max_throughput,
        basis: Exactness::Approximate,
    }
}

/// The sizes that matter, side by side.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the methods of [`Batching`].
pub(crate) fn report(question: &BatchQuestion, beside: Option<&Beside>) -> Result<Report, Error> {
    let work = question.work;
    let smallest = work.smallest_stable()?;
    let fastest = work.fastest()?;
    let headroom = work.with_headroom(question.busy)?;
    let mut sizes: Vec<f64> = question.sizes.clone();
    sizes.extend(
        [smallest, fastest.map(|batch| batch.size), headroom]
            .into_iter()
            .flatten(),
    );
    sizes.push(1.0);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let rows = (sizes.iter())
        .map(|size| work.at(*size).map(row))
        .collect::<Result<Vec<_>, Error>>()?;
    let numbers = BatchNumbers {
        arrival_rate_per_s: work.arrival_rate,
        fixed_cost_s: work.fixed_cost,
        per_item_s: work.per_item,
        smallest_stable: smallest,
        fastest: fastest.map(|batch| batch.size),
        busy_limit: question.busy,
        with_headroom: headroom,
        rows,
    };
    let mut notes = vec![Note::new(
        NoteCode::Approximation,
        "latency: 4 % too low at worst in simulation; with Kingman's wait 0 % to 6 % too high",
    )];
    if smallest.is_none() {
        notes.push(Note::new(
            NoteCode::Saturated,
            "the items alone take longer than they arrive: no batch size keeps up",
        ));
    }
    let tables = vec![table("", columns(), &numbers.rows)];
    let scene = super::pictures::batch(question, &numbers);
    let safe_setting = headroom.map(|size| SafeSetting {
        name: "batch-size",
        value: size,
        unit: "items",
        guarantees: format!("at most {} busy", percent(question.busy)),
    });
    let document = RiskDocument {
        simulation: None,
        question: "Which batch size?".to_owned(),
        answer: headline(&numbers, fastest),
        safe_setting,
        assumptions: vec![
            "Assumes Poisson arrivals, a batch sent when it is full, constant time for a size. A flush timer bounds the fill when few arrive."
                .to_owned(),
        ],
        notes,
        numbers,
    };
    let shown = Shown {
        scene,
        ..Shown::tables("risk-batch", tables)
    };
    Ok(document.report(shown, beside))
}

/// What a batch size is shown by.
fn columns() -> Vec<Show<BatchRow>> {
    vec![
        show("size", "batch", Quantity::Count, |row: &BatchRow| {
            row.size.into()
        }),
        show("utilization", "busy", Quantity::Ratio, |row| {
            row.utilization.into()
        }),
        show("mean_fill_s", "fill", Quantity::Seconds, |row| {
            row.mean_fill_s.into()
        }),
        show("wait_s", "wait", Quantity::Seconds, |row| {
            // Next to nothing is nothing on a screen; the document has its digits.
            let shown = |wait: f64| {
                if wait < 1e-6 * row.service_s {
                    0.0
                } else {
                    wait
                }
            };
            row.wait_s.map(shown).into()
        }),
        show("service_s", "work", Quantity::Seconds, |row| {
            row.service_s.into()
        }),
        show("mean_latency_s", "latency", Quantity::Seconds, |row| {
            row.mean_latency_s.into()
        }),
        show("max_throughput_per_s", "at most", Quantity::Rate, |row| {
            row.max_throughput_per_s.into()
        }),
        show("verdict", "", Quantity::Text, |row| {
            if row.mean_latency_s.is_none() {
                "cannot keep up"
            } else {
                ""
            }
            .into()
        }),
    ]
}

fn headline(numbers: &BatchNumbers, fastest: Option<BatchSize>) -> Vec<String> {
    let (Some(smallest), Some(fastest)) = (numbers.smallest_stable, fastest) else {
        return vec![format!(
            "No batch size keeps up: the items alone need {} of the server.",
            percent(numbers.arrival_rate_per_s * numbers.per_item_s)
        )];
    };
    let mut lines = vec![format!(
        "Fastest: batches of {}, mean latency about {}, {} busy. Below {} the backlog grows.",
        count(fastest.size),
        seconds_or(fastest.latency, "–"),
        percent(fastest.utilization),
        count(smallest)
    )];
    if let Some(size) = numbers.with_headroom {
        let latency = (numbers.rows.iter()).find(|row| (row.size - size).abs() < 0.5);
        lines.push(format!(
            "With headroom (at most {} busy): {}, {}.",
            percent(numbers.busy_limit),
            count(size),
            seconds_or(latency.and_then(|row| row.mean_latency_s), "–")
        ));
    }
    lines
}
