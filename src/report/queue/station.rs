//! One queue in steady state, or without one: the record that tables and JSON share.

use super::show;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::{Load, Open, Performance, Waits};
use crate::report::Quantity;
use crate::report::columns::Show;
use crate::report::number::alone;
use serde::Serialize;

/// One queue. Times in seconds; null where there is no steady state or no formula.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct StationRow {
    /// The formula: `M/M/1`, `M/M/c`, `M/M/c/K`, `M/G/1`, `M/D/1`, `G/G/c`, `M/M/∞`, `closed`.
    pub model: &'static str,
    /// Whether the mean wait is exact for the assumptions; otherwise approximate.
    pub exact: bool,
    /// Servers; null for as many as needed.
    pub servers: Option<f64>,
    /// Places, those in service included; null where unlimited.
    pub capacity: Option<f64>,
    /// Clients of a closed loop; null for an open queue.
    pub clients: Option<f64>,
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Mean service time in seconds.
    pub mean_service_s: f64,
    /// Load a server if nothing were turned away, λS/c.
    pub offered_utilization: f64,
    /// Whether the queue grows without end.
    pub saturated: bool,
    /// Jobs a second by which the backlog grows; 0 in steady state.
    pub backlog_growth_per_s: f64,
    /// Share of time a server is busy, 0 to 1.
    pub utilization: f64,
    /// Completions a second.
    pub throughput_per_s: f64,
    /// Probability of being turned away.
    pub p_block: f64,
    /// Probability of waiting, of those admitted.
    pub p_wait: Option<f64>,
    /// Mean number waiting.
    pub mean_queue: Option<f64>,
    /// Mean number waiting or in service.
    pub mean_in_system: Option<f64>,
    /// Mean wait before service.
    pub mean_wait_s: Option<f64>,
    /// Lower end of the band around an approximate mean wait.
    pub mean_wait_low_s: Option<f64>,
    /// Upper end of the band around an approximate mean wait.
    pub mean_wait_high_s: Option<f64>,
    /// Mean response, wait and service.
    pub mean_response_s: Option<f64>,
    /// Wait that half stay within.
    pub p50_wait_s: Option<f64>,
    /// Wait that 95 % stay within.
    pub p95_wait_s: Option<f64>,
    /// Wait that 99 % stay within.
    pub p99_wait_s: Option<f64>,
    /// Response that half stay within.
    pub p50_response_s: Option<f64>,
    /// Response that 95 % stay within.
    pub p95_response_s: Option<f64>,
    /// Response that 99 % stay within.
    pub p99_response_s: Option<f64>,
    /// Most completions a second that a closed loop allows; null for an open queue.
    pub max_throughput_per_s: Option<f64>,
    /// Clients from which somebody must wait; null for an open queue.
    pub saturation_clients: Option<f64>,
}

/// The queue in steady state; without one, a record that says how fast it grows.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges.
pub(in crate::report) fn station(
    open: &Open,
    load: Load,
    servers: f64,
) -> Result<StationRow, Error> {
    match steady(open, load, servers) {
        Err(Error::Saturated { .. }) => Ok(StationRow::growing(open, load, servers)),
        other => other,
    }
}

/// The queue in steady state.
///
/// # Errors
/// As [`Open::steady`].
pub(super) fn steady(open: &Open, load: Load, servers: f64) -> Result<StationRow, Error> {
    let answer = open.steady(load, servers)?;
    let name = answer.model.name();
    Ok(StationRow {
        exact: answer.exact,
        capacity: open.capacity.filter(|_| servers.is_finite()),
        mean_wait_low_s: answer.band.map(|(low, _)| low),
        mean_wait_high_s: answer.band.map(|(_, high)| high),
        ..StationRow::new(name, load, servers, answer.performance, answer.waits)
    })
}

/// What the numbers take for granted.
pub(in crate::report) fn assumption(open: &Open) -> String {
    let arrivals = match open.cv_arrivals {
        cv if (cv - 1.0).abs() < f64::EPSILON => "Poisson arrivals".to_owned(),
        cv => format!("arrivals with cv {cv}"),
    };
    let service = match open.cv_service {
        cv if (cv - 1.0).abs() < f64::EPSILON => "exponential service times".to_owned(),
        0.0 => "services of equal length".to_owned(),
        cv => format!("service times with cv {cv}"),
    };
    format!("Assumes {arrivals}, {service}, first come first served, steady state.")
}

impl StationRow {
    pub(super) fn new(
        model: &'static str,
        load: Load,
        servers: f64,
        performance: Performance,
        waits: Waits,
    ) -> Self {
        let Performance {
            utilization,
            throughput,
            p_block,
            p_wait,
            mean_queue,
            mean_in_system,
            mean_wait,
            mean_response,
        } = performance;
        let [p50_wait_s, p95_wait_s, p99_wait_s] = waits.wait;
        let [p50_response_s, p95_response_s, p99_response_s] = waits.response;
        Self {
            model,
            exact: true,
            servers: servers.is_finite().then_some(servers),
            capacity: None,
            clients: None,
            arrival_rate_per_s: load.arrival_rate,
            mean_service_s: load.mean_service,
            offered_utilization: load.offered() / servers,
            saturated: false,
            backlog_growth_per_s: 0.0,
            utilization,
            throughput_per_s: throughput,
            p_block,
            p_wait,
            mean_queue: Some(mean_queue),
            mean_in_system: Some(mean_in_system),
            mean_wait_s: Some(mean_wait),
            mean_wait_low_s: None,
            mean_wait_high_s: None,
            mean_response_s: Some(mean_response),
            p50_wait_s,
            p95_wait_s,
            p99_wait_s,
            p50_response_s,
            p95_response_s,
            p99_response_s,
            max_throughput_per_s: None,
            saturation_clients: None,
        }
    }

    /// A queue without a steady state.
    fn growing(open: &Open, load: Load, servers: f64) -> Self {
        let model = open.model(servers);
        let capacity = servers / load.mean_service;
        let full = Performance {
            utilization: 1.0,
            throughput: capacity,
            p_block: 0.0,
            p_wait: Some(1.0),
            mean_queue: 0.0,
            mean_in_system: 0.0,
            mean_wait: 0.0,
            mean_response: 0.0,
        };
        Self {
            saturated: true,
            backlog_growth_per_s: (load.arrival_rate - capacity).max(0.0),
            mean_queue: None,
            mean_in_system: None,
            mean_wait_s: None,
            mean_response_s: None,
            exact: model.is_exact(),
            ..Self::new(model.name(), load, servers, full, Waits::default())
        }
    }
}

/// The columns that every table of queues ends with.
pub(super) fn wait_columns(with_percentiles: bool) -> Vec<Show<StationRow>> {
    let mut columns = vec![
        show(
            "mean_queue",
            "waiting",
            Quantity::Number,
            |s: &StationRow| s.mean_queue.into(),
        ),
        show("mean_wait_s", "wait", Quantity::Seconds, |s| {
            s.mean_wait_s.into()
        }),
    ];
    if with_percentiles {
        columns.extend([
            show(
                "p50_wait_s",
                "wait p50",
                Quantity::Seconds,
                |s: &StationRow| s.p50_wait_s.into(),
            ),
            show("p95_wait_s", "p95", Quantity::Seconds, |s: &StationRow| {
                s.p95_wait_s.into()
            })
            .spare(),
            show("p99_wait_s", "p99", Quantity::Seconds, |s| {
                s.p99_wait_s.into()
            }),
            show("p50_response_s", "resp. p50", Quantity::Seconds, |s| {
                s.p50_response_s.into()
            }),
            show(
                "p95_response_s",
                "p95",
                Quantity::Seconds,
                |s: &StationRow| s.p95_response_s.into(),
            )
            .spare(),
            show("p99_response_s", "p99", Quantity::Seconds, |s| {
                s.p99_response_s.into()
            }),
        ]);
    } else {
        columns.extend([
            show(
                "mean_wait_low_s",
                "from",
                Quantity::Seconds,
                |s: &StationRow| s.mean_wait_low_s.into(),
            ),
            show("mean_wait_high_s", "to", Quantity::Seconds, |s| {
                s.mean_wait_high_s.into()
            }),
            show("mean_response_s", "response", Quantity::Seconds, |s| {
                s.mean_response_s.into()
            }),
        ]);
    }
    columns
}

/// What to know about these queues: approximate, saturated.
pub(super) fn notes(stations: &[&StationRow]) -> Vec<Note> {
    let mut notes = Vec::new();
    if stations.iter().any(|s| !s.exact && !s.saturated) {
        notes.push(Note::new(
            NoteCode::Approximation,
            "mean waits are approximate (Allen–Cunneen); in simulated cases the truth lay between \"from\" and \"to\", which is widest where few wait; measure or simulate before you rely on them",
        ));
    }
    if let Some(station) = stations.iter().find(|s| s.saturated) {
        notes.push(Note::new(
            NoteCode::Saturated,
            format!(
                "{} cannot keep up: the backlog grows by {} until something gives",
                super::plural(station.servers.unwrap_or(0.0), "server"),
                alone(Quantity::Rate, station.backlog_growth_per_s, 3),
            ),
        ));
    }
    notes
}
