//! Queue depth against utilization, and for a list of servers.

use super::station::{assumption, notes, station, steady, wait_columns};
use super::{DepthRow, QueueDocument, QueueInput, StationRow, plural, show, table};
use crate::domain;
use crate::error::Error;
use crate::queueing::{Load, Open};
use crate::report::number::alone;
use crate::report::scene::queue::{Over, Waits};
use crate::report::scene::{self, Scene};
use crate::report::{Quantity, Report, Table};

fn seconds(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| alone(Quantity::Seconds, value, 3))
}

fn number(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| alone(Quantity::Number, value, 3))
}

fn input(load: Load, open: &Open) -> QueueInput {
    QueueInput {
        arrival_rate_per_s: Some(load.arrival_rate),
        mean_service_s: Some(load.mean_service),
        offered_load: Some(load.offered()),
        cv_arrivals: Some(open.cv_arrivals),
        cv_service: Some(open.cv_service),
        think_s: None,
    }
}

/// The load on just enough servers for each utilization: every server with its own queue,
/// beside as many servers (rounded up) behind one shared queue.
///
/// # Errors
/// [`Error::OutOfRange`] for a load of 0 or outside its range, or a utilization that is
/// not above 0; [`Error::Saturated`] for a utilization of 1 or more.
pub(crate) fn report(load: Load, utilizations: &[f64], open: &Open) -> Result<Report, Error> {
    domain::positive("arrival rate", load.arrival_rate)?;
    let offered = load.checked()?.offered();
    let mut document = QueueDocument::new("depth", input(load, open));
    for &utilization in utilizations {
        domain::positive("utilization", utilization)?;
        let servers = offered / utilization;
        let each = Load {
            arrival_rate: utilization / load.mean_service,
            ..load
        };
        if utilization >= 1.0 {
            return Err(Error::Saturated {
                arrival_rate: load.arrival_rate,
                offered,
                servers,
            });
        }
        let one = steady(open, each, 1.0)?;
        // Little: all queues together hold λ times the wait of one.
        let all = |each: Option<f64>| each.map(|time| load.arrival_rate * time);
        let separate = StationRow {
            servers: Some(servers),
            arrival_rate_per_s: load.arrival_rate,
            throughput_per_s: load.arrival_rate,
            mean_queue: all(one.mean_wait_s),
            mean_in_system: all(one.mean_response_s),
            ..one
        };
        // 1000 × 0.1 / 0.8 may land a rounding above 125.
        let whole = (servers * (1.0 - 4.0 * f64::EPSILON)).ceil().max(1.0);
        document.depth.push(DepthRow {
            utilization,
            servers,
            separate,
            shared: station(open, load, whole)?,
        });
    }
    let stations: Vec<&StationRow> = (document.depth.iter())
        .flat_map(|row| [&row.separate, &row.shared])
        .collect();
    document.notes = notes(&stations);
    document.assumptions = vec![
        assumption(open),
        "Separate queues: arrivals split evenly and at random. One queue: servers rounded up."
            .to_owned(),
    ];
    let separate: Vec<StationRow> = document
        .depth
        .iter()
        .map(|row| row.separate.clone())
        .collect();
    let shared: Vec<StationRow> = document
        .depth
        .iter()
        .map(|row| row.shared.clone())
        .collect();
    let tables = vec![
        stations_table("each server with its own queue", &separate),
        stations_table("the same servers behind one queue", &shared),
    ];
    let headline = depth_headline(&document.depth);
    let scene = depth_picture(load, open, &document.depth, &headline);
    Ok(document.report(headline, tables).with_scene(scene))
}

/// Mean waits against utilization, of separate queues and of the shared one, with the 99th
/// percentile of the separate ones where the model has it.
fn depth_picture(load: Load, open: &Open, rows: &[DepthRow], headline: &[String]) -> Option<Scene> {
    let busiest = rows.iter().map(|row| row.utilization).fold(0.0, f64::max);
    let least = rows.iter().map(|row| row.utilization).fold(0.5, f64::min);
    // Evenly in ln(1 − ρ): the last percents are where the waits are.
    let (from, to) = ((1.0 - least).ln(), (1.0 - busiest).ln());
    let at = |step: u32| 1.0 - (from + (to - from) * f64::from(step) / 40.0).exp();
    let mut separate = Vec::new();
    let mut shared = Vec::new();
    for utilization in (0..=40).map(at) {
        let each = Load {
            arrival_rate: utilization / load.mean_service,
            ..load
        };
        if let Some(wait) = open
            .steady(each, 1.0)
            .ok()
            .map(|answer| answer.performance.mean_wait)
        {
            separate.push([utilization, wait]);
        }
    }
    let mut asked = [Vec::new(), Vec::new()];
    for row in rows {
        if let Some(wait) = row.separate.mean_wait_s {
            asked[0].push([row.utilization, wait]);
        }
        if let Some(wait) = row.shared.mean_wait_s {
            asked[1].push([row.shared.utilization, wait]);
            shared.push([row.shared.utilization, wait]);
        }
    }
    let [of_separate, of_shared] = asked;
    let waits = [
        Waits {
            label: "mean wait, each server with its own queue".to_owned(),
            line: separate,
            asked: of_separate,
        },
        Waits {
            label: "mean wait, one queue for all".to_owned(),
            line: shared,
            asked: of_shared,
        },
    ];
    let title = headline.first().map_or("", String::as_str);
    scene::queue::scene(title, Over::Utilization, &waits, None)
}

/// Mean wait and 99th percentile of the response of several rows.
fn servers_picture(rows: &[StationRow], headline: &[String]) -> Option<Scene> {
    let steady: Vec<&StationRow> = rows.iter().filter(|row| !row.saturated).collect();
    let servers: Vec<f64> = steady.iter().filter_map(|row| row.servers).collect();
    let differ = servers
        .windows(2)
        .any(|pair| pair[0].to_bits() != pair[1].to_bits());
    let (over, place): (Over, fn(&StationRow) -> Option<f64>) = if differ {
        (Over::Servers, |row| row.servers)
    } else {
        (Over::Utilization, |row| Some(row.utilization))
    };
    if steady.len() < 2 {
        return None;
    }
    let of = |label: &str, value: fn(&StationRow) -> Option<f64>| {
        let rows = steady.iter();
        let line: Vec<[f64; 2]> = rows
            .filter_map(|row| Some([place(row)?, value(row)?]))
            .collect();
        (!line.is_empty()).then(|| Waits {
            label: label.to_owned(),
            asked: line.clone(),
            line,
        })
    };
    let waits: Vec<Waits> = [
        of("mean wait", |row| row.mean_wait_s),
        of("mean response", |row| row.mean_response_s),
        of("99 % of responses are below", |row| row.p99_response_s),
    ]
    .into_iter()
    .flatten()
    .collect();
    let title = headline.first().map_or("", String::as_str);
    scene::queue::scene(title, over, &waits, None)
}

fn depth_headline(rows: &[DepthRow]) -> Vec<String> {
    let Some(last) = rows.last() else {
        return Vec::new();
    };
    let busy = |row: &DepthRow| alone(Quantity::Ratio, row.utilization, 3);
    let mut lines = Vec::new();
    if let (Some(first), true) = (rows.first(), rows.len() > 1) {
        lines.push(format!(
            "From {} to {} busy, the mean wait goes from {} to {}, and {} wait instead of {}.",
            busy(first),
            busy(last),
            seconds(first.separate.mean_wait_s),
            seconds(last.separate.mean_wait_s),
            number(last.separate.mean_queue),
            number(first.separate.mean_queue),
        ));
    } else {
        lines.push(format!(
            "At {} utilization {} wait, {} each.",
            busy(last),
            number(last.separate.mean_queue),
            seconds(last.separate.mean_wait_s),
        ));
    }
    lines.push(format!(
        "The same load on {} behind one queue ({} utilization): {} wait, {} each.",
        plural(last.shared.servers.unwrap_or(0.0), "server"),
        alone(Quantity::Ratio, last.shared.utilization, 3),
        number(last.shared.mean_queue),
        seconds(last.shared.mean_wait_s),
    ));
    lines
}

fn stations_table(title: &str, stations: &[StationRow]) -> Table {
    let percentiles = stations.iter().any(|s| s.p99_response_s.is_some());
    let mut columns = vec![
        show("utilization", "busy", Quantity::Ratio, |s: &StationRow| {
            s.utilization.into()
        }),
        show("servers", "servers", Quantity::Count, |s| {
            s.servers.unwrap_or(f64::INFINITY).into()
        }),
    ];
    if stations.iter().any(|s| s.capacity.is_some()) {
        columns.push(show("p_block", "lost", Quantity::Ratio, |s| {
            s.p_block.into()
        }));
    }
    columns.extend(wait_columns(percentiles));
    table(title, columns, stations)
}

/// One load on each of several numbers of servers, or each utilization of them.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges; [`Error::Saturated`] where none
/// of them has a steady state.
pub(crate) fn servers(loads: &[(Load, f64)], open: &Open) -> Result<Report, Error> {
    let mut rows = Vec::new();
    for &(load, servers) in loads {
        rows.push(station(open, load, servers)?);
    }
    if let Some(&(load, servers)) = loads.last()
        && rows.iter().all(|row| row.saturated)
    {
        steady(open, load, servers)?;
    }
    let mut given = loads
        .first()
        .map_or_else(QueueInput::default, |(load, _)| input(*load, open));
    if loads.windows(2).any(|pair| pair[0].0 != pair[1].0) {
        (given.arrival_rate_per_s, given.offered_load) = (None, None);
    }
    let mut document = QueueDocument::new("servers", given);
    document.notes = notes(&rows.iter().collect::<Vec<_>>());
    document.assumptions = vec![assumption(open)];
    if open.capacity.is_some() {
        document.assumptions.push(
            "Waits are those of the admitted; whoever finds the system full is lost.".to_owned(),
        );
    }
    let headline = rows
        .iter()
        .find(|row| !row.saturated)
        .map_or_else(Vec::new, servers_headline);
    let tables = vec![stations_table("", &rows)];
    let scene = servers_picture(&rows, &headline);
    document.rows = rows;
    Ok(document.report(headline, tables).with_scene(scene))
}

fn servers_headline(row: &StationRow) -> Vec<String> {
    let approximate = if row.exact { "" } else { "approximate " };
    let Some(servers) = row.servers else {
        return vec![format!(
            "A server for everyone: nobody waits, {} are in service.",
            number(row.mean_in_system)
        )];
    };
    let mut line = format!(
        "{} at {} utilization: {approximate}mean wait {}, {} waiting",
        plural(servers, "server"),
        alone(Quantity::Ratio, row.utilization, 3),
        seconds(row.mean_wait_s),
        number(row.mean_queue),
    );
    if row.p99_response_s.is_some() {
        line.push_str(&format!(", p99 response {}", seconds(row.p99_response_s)));
    }
    if row.capacity.is_some() {
        line.push_str(&format!(
            "; {} are turned away",
            alone(Quantity::Ratio, row.p_block, 3)
        ));
    }
    line.push('.');
    vec![line]
}
