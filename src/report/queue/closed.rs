//! Closed loops: N clients that think, ask and wait.

use super::{QueueDocument, QueueInput, StationRow, plural, show, table};
use crate::error::Error;
use crate::queueing::{Closed, ClosedParams, Load, Waits};
use crate::report::number::alone;
use crate::report::{Quantity, Report};

/// The loop at each number of clients.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges.
pub(crate) fn report(
    clients: &[f64],
    think_time: f64,
    mean_service: f64,
    servers: f64,
) -> Result<Report, Error> {
    let mut document = QueueDocument::new(
        "closed",
        QueueInput {
            mean_service_s: Some(mean_service),
            think_s: Some(think_time),
            cv_service: Some(1.0),
            ..QueueInput::default()
        },
    );
    for &clients in clients {
        document.rows.push(station(ClosedParams {
            clients,
            think_time,
            mean_service,
            servers,
        })?);
    }
    document.assumptions = vec![
        "Assumes exponential service times; think times may have any distribution. No client asks again before its answer."
            .to_owned(),
    ];
    let columns = vec![
        show("clients", "clients", Quantity::Count, |s: &StationRow| {
            s.clients.into()
        }),
        show("throughput_per_s", "throughput", Quantity::Rate, |s| {
            s.throughput_per_s.into()
        }),
        show("max_throughput_per_s", "at most", Quantity::Rate, |s| {
            s.max_throughput_per_s.into()
        }),
        show("utilization", "busy", Quantity::Ratio, |s| {
            s.utilization.into()
        }),
        show("mean_queue", "waiting", Quantity::Number, |s| {
            s.mean_queue.into()
        }),
        show("mean_wait_s", "wait", Quantity::Seconds, |s| {
            s.mean_wait_s.into()
        }),
        show("mean_response_s", "response", Quantity::Seconds, |s| {
            s.mean_response_s.into()
        }),
    ];
    let tables = vec![table("", columns, &document.rows)];
    let headline = document.rows.last().map_or_else(Vec::new, headline);
    Ok(document.report(headline, tables))
}

fn station(params: ClosedParams) -> Result<StationRow, Error> {
    let closed = Closed::new(params)?;
    let (performance, bounds) = (closed.performance(), closed.bounds());
    let load = Load {
        arrival_rate: performance.throughput,
        mean_service: params.mean_service,
    };
    Ok(StationRow {
        clients: Some(params.clients),
        max_throughput_per_s: Some(bounds.max_throughput),
        saturation_clients: Some(bounds.saturation_clients),
        ..StationRow::new(
            "closed",
            load,
            params.servers,
            performance,
            Waits::default(),
        )
    })
}

fn headline(row: &StationRow) -> Vec<String> {
    let seconds = |value: Option<f64>| {
        value.map_or("–".to_owned(), |value| alone(Quantity::Seconds, value, 3))
    };
    vec![format!(
        "{} get {} and wait {} for an answer; above {} clients somebody must queue.",
        plural(row.clients.unwrap_or(0.0), "client"),
        alone(Quantity::Rate, row.throughput_per_s, 3),
        seconds(row.mean_response_s),
        alone(Quantity::Count, row.saturation_clients.unwrap_or(0.0), 3),
    )]
}
