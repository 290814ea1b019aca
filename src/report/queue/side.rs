//! Three small questions: how long a backlog lasts, how long a queue may be, and what a
//! closed loop cannot exceed.

use crate::error::Error;
use crate::note::Note;
use crate::queueing::{AsymptoticBounds, Backlog, deadline_capacity};
use crate::report::number::alone;
use crate::report::{Cell, Fact, Quantity, Report, Section, document};
use serde::Serialize;

/// Body of a document of kind `queue-drain`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DrainDocument {
    /// Jobs waiting now.
    pub backlog: f64,
    /// Jobs a second that are completed.
    pub capacity_per_s: f64,
    /// Jobs a second that keep arriving.
    pub arrival_rate_per_s: f64,
    /// Jobs a second by which the backlog grows; negative while it shrinks.
    pub growth_per_s: f64,
    /// Seconds until it is gone; null if never.
    pub drain_s: Option<f64>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// Body of a document of kind `queue-bound`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BoundDocument {
    /// The longest queue worth allowing; null where not asked.
    pub deadline_rule: Option<DeadlineRule>,
    /// What a closed loop cannot exceed; null where not asked.
    pub closed_loop: Option<LoopBounds>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// K = c + ⌊c·t/S⌋.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DeadlineRule {
    /// Servers.
    pub servers: f64,
    /// Mean service time in seconds.
    pub mean_service_s: f64,
    /// Longest wait that is still of use, in seconds.
    pub deadline_s: f64,
    /// Places in all, those in service included.
    pub capacity: f64,
    /// Places to wait.
    pub waiting_places: f64,
}

/// Asymptotic bounds of a closed loop.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LoopBounds {
    /// Clients.
    pub clients: f64,
    /// Mean think time in seconds.
    pub think_s: f64,
    /// Service demand at each station in seconds.
    pub demands_s: Vec<f64>,
    /// Most completions a second.
    pub max_throughput_per_s: f64,
    /// Least mean response in seconds.
    pub min_response_s: f64,
    /// Clients from which somebody must wait.
    pub saturation_clients: f64,
}

fn seconds(value: f64) -> String {
    alone(Quantity::Seconds, value, 3)
}

fn fact(key: &'static str, label: &str, quantity: Quantity, value: impl Into<Cell>) -> Fact {
    Fact {
        key,
        label: label.to_owned(),
        value: value.into(),
        quantity,
        interval: None,
        remark: String::new(),
    }
}

/// How long a backlog lasts. The second value is false where it never drains.
///
/// # Errors
/// [`Error::OutOfRange`] for a field that is negative or not finite.
pub(crate) fn drain(backlog: Backlog) -> Result<(Report, bool), Error> {
    let time = backlog.drain_time()?;
    let growth = backlog.growth();
    let rate = |value: f64| alone(Quantity::Rate, value, 3);
    let headline = if let Some(time) = time {
        format!(
            "The backlog of {} is gone after {}: it shrinks by {}.",
            alone(Quantity::Count, backlog.jobs, 3),
            seconds(time),
            rate(-growth),
        )
    } else {
        let change = if growth > 0.0 {
            format!("it grows by {}", rate(growth))
        } else {
            "it stays the same".to_owned()
        };
        format!(
            "The backlog never drains: {} arrive and {} are completed, so {change}.",
            rate(backlog.arrival_rate),
            rate(backlog.capacity),
        )
    };
    let report = Report {
        scene: None,
        kind: "queue-drain",
        headline: vec![headline],
        sections: vec![
            Section::Facts(vec![
                fact("backlog", "backlog", Quantity::Count, backlog.jobs),
                fact(
                    "capacity_per_s",
                    "capacity",
                    Quantity::Rate,
                    backlog.capacity,
                ),
                fact(
                    "arrival_rate_per_s",
                    "arrivals",
                    Quantity::Rate,
                    backlog.arrival_rate,
                ),
                fact("growth_per_s", "growth", Quantity::RateChange, growth),
                fact("drain_s", "drained after", Quantity::Seconds, time),
            ]),
            Section::Text("Means only: chance makes it longer or shorter.".to_owned()),
        ],
        notes: Vec::new(),
        document: document(
            "queue-drain",
            DrainDocument {
                backlog: backlog.jobs,
                capacity_per_s: backlog.capacity,
                arrival_rate_per_s: backlog.arrival_rate,
                growth_per_s: growth,
                drain_s: time,
                notes: Vec::new(),
            },
        ),
    };
    Ok((report, time.is_some()))
}

/// Places to allow so that no wait exceeds the deadline.
///
/// # Errors
/// As [`deadline_capacity`].
pub(crate) fn deadline(
    servers: f64,
    mean_service: f64,
    longest_wait: f64,
) -> Result<Report, Error> {
    let capacity = deadline_capacity(servers, mean_service, longest_wait)?;
    let waiting = capacity - servers;
    let count = |value: f64| alone(Quantity::Count, value, 3);
    Ok(Report {
        scene: None,
        kind: "queue-bound",
        headline: vec![format!(
            "Allow {} in the system, {} of them waiting: the next arrival would wait longer than {}.",
            count(capacity),
            count(waiting),
            seconds(longest_wait),
        )],
        sections: vec![
            Section::Facts(vec![
                fact("capacity", "places in all", Quantity::Count, capacity),
                fact("waiting_places", "places to wait", Quantity::Count, waiting),
            ]),
            Section::Text(format!(
                "K = c + ⌊c·t/S⌋. The deadline is on the wait; where it includes the service, ask for {} instead.",
                seconds((longest_wait - mean_service).max(0.0)).replace(' ', ""),
            )),
        ],
        notes: Vec::new(),
        document: document(
            "queue-bound",
            BoundDocument {
                deadline_rule: Some(DeadlineRule {
                    servers,
                    mean_service_s: mean_service,
                    deadline_s: longest_wait,
                    capacity,
                    waiting_places: waiting,
                }),
                closed_loop: None,
                notes: Vec::new(),
            },
        ),
    })
}

/// What a closed loop cannot exceed, whatever the distributions.
///
/// # Errors
/// As [`AsymptoticBounds::new`].
pub(crate) fn loop_bounds(clients: f64, think_time: f64, demands: &[f64]) -> Result<Report, Error> {
    let bounds = AsymptoticBounds::new(clients, think_time, demands)?;
    Ok(Report {
        scene: None,
        kind: "queue-bound",
        headline: vec![format!(
            "At most {} and at least {} a response; from {} clients on somebody must wait.",
            alone(Quantity::Rate, bounds.max_throughput, 3),
            seconds(bounds.min_response),
            alone(Quantity::Count, bounds.saturation_clients, 3),
        )],
        sections: vec![Section::Facts(vec![
            fact("clients", "clients", Quantity::Count, clients),
            fact(
                "max_throughput_per_s",
                "throughput at most",
                Quantity::Rate,
                bounds.max_throughput,
            ),
            fact(
                "min_response_s",
                "response at least",
                Quantity::Seconds,
                bounds.min_response,
            ),
            fact(
                "saturation_clients",
                "saturation N*",
                Quantity::Count,
                bounds.saturation_clients,
            ),
        ])],
        notes: Vec::new(),
        document: document(
            "queue-bound",
            BoundDocument {
                deadline_rule: None,
                closed_loop: Some(LoopBounds {
                    clients,
                    think_s: think_time,
                    demands_s: demands.to_vec(),
                    max_throughput_per_s: bounds.max_throughput,
                    min_response_s: bounds.min_response,
                    saturation_clients: bounds.saturation_clients,
                }),
                notes: Vec::new(),
            },
        ),
    })
}
