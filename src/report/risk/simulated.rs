//! What event-by-event runs say beside the formulas of a failure mode.

use crate::estimate::Estimate;
use crate::report::columns::plural;
use crate::report::number::alone;
use crate::report::scene::Scene;
use crate::report::scene::backlog::{Course, Events, scene};
use crate::report::{Cell, Column, Quantity, Table, simulate};
use crate::sim::beside::{Beside, Compared, Shown, Unit};
use serde::Serialize;

/// What the runs say; null in a document unless a simulation was asked for.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SimulationPart {
    /// Seed: the same one gives the same bytes.
    pub seed: u64,
    /// Independent runs of each case, unless a row says otherwise.
    pub runs: u32,
    /// One entry a number, in the order of the cases.
    pub rows: Vec<SimulatedRow>,
    /// What was not simulated and why.
    pub left_out: Vec<String>,
}

/// One number of theory and the same of the runs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SimulatedRow {
    /// What was done, with its setting.
    pub case: String,
    /// What was measured.
    pub measure: &'static str,
    /// Its unit: `s`, `1/s`, or `1` for a share or a number.
    pub unit: &'static str,
    /// What the formula says; null where there is none.
    pub theory: Option<f64>,
    /// Whether the formula is exact for what was simulated.
    pub exact: bool,
    /// What the runs say, with the interval.
    pub simulated: Estimate,
    /// Simulated less theory, in half-widths of the interval; null without both.
    pub half_widths_off: Option<f64>,
    /// Runs behind it.
    pub runs: u32,
}

fn quantity(unit: Unit) -> Quantity {
    match unit {
        Unit::Seconds => Quantity::Seconds,
        Unit::Share => Quantity::Ratio,
        Unit::Rate => Quantity::Rate,
        Unit::Number => Quantity::Number,
    }
}

/// `retry every 50.0 ms`.
fn named(case: &str, setting: Option<(f64, Unit)>) -> String {
    match setting {
        Some((value, Unit::Number)) => format!("{case} {}", alone(Quantity::Count, value, 3)),
        Some((value, unit)) => format!("{case} {}", alone(quantity(unit), value, 3)),
        None => case.to_owned(),
    }
}

pub(super) fn part(beside: &Beside) -> SimulationPart {
    let row = |found: &Compared| SimulatedRow {
        case: named(found.case, found.setting),
        measure: found.measure,
        unit: match found.unit {
            Unit::Seconds => "s",
            Unit::Rate => "1/s",
            Unit::Share | Unit::Number => "1",
        },
        theory: found.theory,
        exact: found.exact,
        simulated: found.simulated,
        half_widths_off: simulate::half_widths_off(found.theory, &found.simulated),
        runs: found.runs,
    };
    SimulationPart {
        seed: beside.runs.seed,
        runs: beside.runs.runs,
        rows: beside.rows.iter().map(row).collect(),
        left_out: {
            let mut left_out = beside.left_out.clone();
            left_out.dedup();
            left_out
        },
    }
}

/// Simulated over theory less 1, where that means something.
fn apart(row: &Compared) -> Option<f64> {
    let (theory, value) = (row.theory?, row.simulated.value?);
    (theory > 0.0).then(|| (value / theory - 1.0).abs())
}

/// Whether theory lies inside the interval, or is what every run says.
fn is_inside(row: &Compared) -> Option<bool> {
    let (theory, value) = (row.theory?, row.simulated.value?);
    let off = simulate::half_widths_off(row.theory, &row.simulated);
    Some(off.is_some_and(|off| off.abs() <= 1.0) || (value - theory).abs() <= 1e-9 * theory.abs())
}

/// One sentence: how far theory and simulation are apart.
pub(super) fn agreement(beside: &Beside) -> Option<String> {
    let exact = beside.rows.iter().filter(|row| row.exact);
    let known: Vec<bool> = exact.filter_map(is_inside).collect();
    let inside = known.iter().filter(|inside| **inside).count();
    let worst = (beside.rows.iter().filter(|row| !row.exact))
        .filter_map(|row| Some((row, apart(row)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let mut said = Vec::new();
    if !known.is_empty() {
        said.push(format!(
            "{inside} of {} as simulated",
            plural(known.len() as f64, "exact value")
        ));
    }
    if let Some((row, off)) = worst {
        said.push(format!(
            "approximations within {} ({}, {})",
            alone(Quantity::Ratio, off, 2),
            row.measure,
            named(row.case, row.setting)
        ));
    }
    (!said.is_empty()).then(|| format!("Event by event: {}.", said.join("; ")))
}

/// The table of theory and runs; `None` where nothing was simulated.
pub(super) fn table(beside: &Beside) -> Option<Table> {
    if beside.rows.is_empty() {
        return None;
    }
    let mut before = String::new();
    let rows = beside.rows.iter().map(|row| {
        let name = named(row.case, row.setting);
        let shown = if name == before {
            String::new()
        } else {
            name.clone()
        };
        before = name;
        let mut cells = vec![Cell::from(shown), Cell::from(row.measure)];
        let unit = quantity(row.unit);
        cells.extend(simulate::beside_cells(
            unit,
            true,
            row.theory,
            &row.simulated,
        ));
        cells.push(Cell::from(match (row.theory, row.exact) {
            (None, _) => "",
            (Some(_), true) => "exact",
            (Some(_), false) => "approx.",
        }));
        cells
    });
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let mut columns = vec![
        column("case", "event by event", Quantity::Text),
        column("measure", "", Quantity::Text),
    ];
    columns.extend(simulate::beside_columns(true));
    columns.push(column("basis", "", Quantity::Text));
    Some(Table {
        title: String::new(),
        rows: rows.collect(),
        columns,
    })
}

/// What the numbers of the runs take for granted.
pub(super) fn assumption(beside: &Beside) -> String {
    let mut text = Vec::new();
    if !beside.rows.is_empty() {
        text.push(format!(
            "Event by event: {} a case unless all are the same, seed {}; 95 % intervals.",
            plural(f64::from(beside.runs.runs), "run"),
            beside.runs.seed
        ));
    }
    let mut left_out = beside.left_out.clone();
    left_out.dedup();
    if !left_out.is_empty() {
        text.push(format!("Not simulated: {}.", left_out.join("; ")));
    }
    text.join(" ")
}

/// Backlog over time of all that was done; `None` where there is nothing to see.
pub(super) fn picture(title: &str, beside: &Beside) -> Option<Scene> {
    let courses: Vec<Course> = beside.shown.iter().map(course).collect();
    let events = Events {
        at: (beside.events.iter())
            .map(|(at, word)| (*at, (*word).to_owned()))
            .collect(),
        arrivals: Vec::new(),
    };
    scene(title, &courses, &events)
}

fn course(shown: &Shown) -> Course {
    let series = simulate::series(&shown.results);
    Course {
        answered: Vec::new(),
        ..simulate::course(&named(shown.case, shown.setting), &series)
    }
}
