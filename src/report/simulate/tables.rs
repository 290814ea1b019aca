//! Tables for people and for CSV.

use super::document::{MeasureRow, SimulateDocument, VersusPart};
use crate::estimate::Estimate;
use crate::report::{Cell, Column, Quantity, Table};

/// What a measure is and what people call it.
fn shown(measure: &str) -> (Quantity, &'static str) {
    match measure {
        "wait_mean_s" => (Quantity::Seconds, "wait, mean"),
        "wait_p50_s" => (Quantity::Seconds, "wait p50"),
        "wait_p95_s" => (Quantity::Seconds, "wait p95"),
        "wait_p99_s" => (Quantity::Seconds, "wait p99"),
        "wait_p999_s" => (Quantity::Seconds, "wait p99.9"),
        "response_mean_s" => (Quantity::Seconds, "response, mean"),
        "response_p50_s" => (Quantity::Seconds, "response p50"),
        "response_p95_s" => (Quantity::Seconds, "response p95"),
        "response_p99_s" => (Quantity::Seconds, "response p99"),
        "response_p999_s" => (Quantity::Seconds, "response p99.9"),
        "waiting" => (Quantity::Number, "waiting"),
        "in_system" => (Quantity::Number, "waiting or served"),
        "pausing" => (Quantity::Number, "pausing before a retry"),
        "utilization" => (Quantity::Ratio, "busy"),
        "servers" => (Quantity::Number, "servers"),
        "throughput_per_s" => (Quantity::Rate, "services done"),
        "goodput_per_s" => (Quantity::Rate, "answered in time"),
        "lost" => (Quantity::Ratio, "lost"),
        "attempts" => (Quantity::Number, "attempts a request"),
        "wasted" => (Quantity::Ratio, "services in vain"),
        "backlog_growth_per_s" => (Quantity::RateChange, "backlog grows by"),
        _ => (Quantity::Seconds, "lasts"),
    }
}

/// A number of half-widths: finer than a tenth says nothing.
fn one_decimal(off: f64) -> Cell {
    let text = format!("{off:.1}");
    Cell::Text(if text == "-0.0" {
        "0.0".to_owned()
    } else {
        text
    })
}

/// What says something of a whole run with a trigger in its midst.
const ACROSS_A_TRIGGER: [&str; 8] = [
    "response_mean_s",
    "response_p99_s",
    "in_system",
    "throughput_per_s",
    "goodput_per_s",
    "lost",
    "attempts",
    "wasted",
];

/// Whether a row tells people something.
fn says_something(row: &MeasureRow, body: &SimulateDocument) -> bool {
    if body.recovery.is_some() && !ACROSS_A_TRIGGER.contains(&row.measure) {
        return false;
    }
    let value = row.simulated.value.or(row.theory);
    let differs = |from: f64| value.is_some_and(|value| (value - from).abs() > 1e-9);
    let never_waits = || {
        let wait = body
            .measures
            .iter()
            .find(|row| row.measure == "wait_mean_s");
        wait.is_some_and(|wait| wait.simulated.value == Some(0.0))
    };
    match row.measure {
        measure if measure.starts_with("wait") && measure.ends_with("_s") => {
            value.is_some() && !never_waits()
        }
        "pausing" | "lost" | "wasted" | "waiting" => differs(0.0),
        "attempts" => differs(1.0),
        "servers" => body.scenario.contains_key("autoscale"),
        "throughput_per_s" => {
            let goodput = body
                .measures
                .iter()
                .find(|row| row.measure == "goodput_per_s");
            goodput.is_some_and(|goodput| {
                let goodput = goodput.simulated.value.unwrap_or(0.0);
                value.is_some_and(|value| (value - goodput).abs() > 0.01 * value)
            })
        }
        _ => value.is_some(),
    }
}

fn ends(quantity: Quantity, found: &Estimate) -> [Cell; 2] {
    [found.low, found.high].map(|end| Cell::measured(quantity, end))
}

fn column(key: &str, title: &str, quantity: Quantity) -> Column {
    Column::new(key, title, quantity)
}

/// Columns of what theory says, where it says something, and of what runs say with its interval.
pub(in crate::report) fn beside_columns(with_theory: bool) -> Vec<Column> {
    let mut columns = vec![
        column("theory", "theory", Quantity::Number),
        column("simulated", "simulated", Quantity::Number),
        column("low", "from", Quantity::Number),
        column("high", "to", Quantity::Number),
    ];
    if !with_theory {
        columns.remove(0);
    }
    columns
}

/// The cells of those columns.
pub(in crate::report) fn beside_cells(
    quantity: Quantity,
    with_theory: bool,
    theory: Option<f64>,
    found: &Estimate,
) -> Vec<Cell> {
    let mut cells = Vec::new();
    if with_theory {
        cells.push(Cell::measured(quantity, theory));
    }
    cells.push(Cell::measured(quantity, found.value));
    cells.extend(ends(quantity, found));
    cells
}

pub(super) fn measures(body: &SimulateDocument) -> Table {
    let with_theory = body.measures.iter().any(|row| row.theory.is_some());
    let mut columns = vec![column("measure", "", Quantity::Text)];
    columns.extend(beside_columns(with_theory));
    if with_theory {
        columns.push(column(
            "half_widths_off",
            "off by half-widths",
            Quantity::Number,
        ));
    }
    let rows = body
        .measures
        .iter()
        .filter(|row| says_something(row, body))
        .map(|row| {
            let (quantity, title) = shown(row.measure);
            let mut cells = vec![Cell::from(title)];
            let found = &row.simulated;
            cells.extend(beside_cells(quantity, with_theory, row.theory, found));
            if with_theory {
                cells.push(row.half_widths_off.map_or(Cell::Absent, one_decimal));
            }
            cells
        })
        .collect();
    Table {
        title: String::new(),
        columns,
        rows,
    }
}

pub(super) fn classes(body: &SimulateDocument) -> Table {
    let rows = body.classes.iter().map(|row| {
        let seconds = |found: &Estimate| Cell::measured(Quantity::Seconds, found.value);
        let [low, high] = ends(Quantity::Seconds, &row.wait_mean_s);
        vec![
            Cell::from(row.class as f64),
            row.sent_per_s.value.into(),
            row.goodput_per_s.value.into(),
            Cell::measured(Quantity::Seconds, row.wait_mean_theory_s),
            seconds(&row.wait_mean_s),
            low,
            high,
            seconds(&row.response_mean_s),
            seconds(&row.response_p99_s),
            Cell::from(if row.starved { "starves" } else { "" }),
        ]
    });
    Table {
        title: "by class, highest priority first".to_owned(),
        rows: rows.collect(),
        columns: vec![
            column("class", "class", Quantity::Count),
            column("sent_per_s", "sent", Quantity::Rate),
            column("goodput_per_s", "answered", Quantity::Rate),
            column("wait_mean_theory_s", "wait theory", Quantity::Number),
            column("wait_mean_s", "simulated", Quantity::Number),
            column("wait_mean_low_s", "from", Quantity::Number),
            column("wait_mean_high_s", "to", Quantity::Number),
            column("response_mean_s", "response", Quantity::Number),
            column("response_p99_s", "p99", Quantity::Number),
            column("starved", "", Quantity::Text),
        ],
    }
}

pub(super) fn remedies(body: &SimulateDocument) -> Table {
    let rows = body.remedies.iter().map(|row| {
        let setting = match (row.remedy, row.setting) {
            ("budget", setting) => Cell::measured(Quantity::Ratio, setting),
            (_, setting) => Cell::measured(Quantity::Seconds, setting),
        };
        let name = match (row.remedy, row.found) {
            ("as-given", _) => "as given",
            ("cancel", _) => "given-up work taken back",
            ("budget", true) => "retry budget, of the answers at most",
            ("budget", false) => "retry budget, even",
            ("full-jitter", true) => "full jitter, pauses up to at least",
            ("full-jitter", false) => "full jitter, even up to",
            _ => "no retries",
        };
        vec![
            Cell::from(name),
            setting,
            row.not_recovered.value.into(),
            row.not_recovered.low.into(),
            row.not_recovered.high.into(),
            Cell::from(f64::from(row.runs)),
        ]
    });
    Table {
        title: "does not come back".to_owned(),
        rows: rows.collect(),
        columns: vec![
            column("remedy", "", Quantity::Text),
            column("setting", "setting", Quantity::Number),
            column("not_recovered", "of the runs", Quantity::Ratio),
            column("low", "from", Quantity::Ratio),
            column("high", "to", Quantity::Ratio),
            column("runs", "runs", Quantity::Count),
        ],
    }
}

pub(super) fn versus(versus: &VersusPart) -> Table {
    let change: Vec<String> = (versus.change.iter())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let rows = versus.measures.iter().map(|row| {
        let (quantity, title) = shown(row.measure);
        let [low, high] = ends(quantity, &row.difference);
        vec![
            Cell::from(title),
            Cell::measured(quantity, row.given),
            Cell::measured(quantity, row.changed),
            Cell::measured(quantity, row.difference.value),
            low,
            high,
        ]
    });
    Table {
        title: format!("with {}, on the same random numbers", change.join(", ")),
        rows: rows.collect(),
        columns: vec![
            column("measure", "", Quantity::Text),
            column("given", "as given", Quantity::Number),
            column("changed", "changed", Quantity::Number),
            column("difference", "difference", Quantity::Number),
            column("low", "from", Quantity::Number),
            column("high", "to", Quantity::Number),
        ],
    }
}
