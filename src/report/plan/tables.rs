//! The tables of a plan.

use super::document::{PlanCell, PlanDocument, PlanMachine, PlanRow};
use crate::report::{Cell, Column, Quantity, Section, Table};

/// The sizes around the answer.
pub(super) fn around(body: &PlanDocument) -> Table {
    let with_interval = body.rows.iter().any(|row| row.throughput.low.is_some());
    let with_trust = body.law.n_max.is_some();
    let with_chance = body.rows.iter().any(|row| row.chance.is_some());
    let with_price = body.demand.price_per_h.is_some();
    let with_latency = body.demand.latency_mean_limit_s.is_some();
    let mut columns = vec![
        Column::new("n", body.law.n_unit.clone(), Quantity::Count),
        Column::new("throughput_per_s", "throughput", Quantity::Rate),
    ];
    if with_interval {
        columns.extend([
            Column::new("throughput_low_per_s", "low", Quantity::Rate),
            Column::new("throughput_high_per_s", "high", Quantity::Rate),
        ]);
    }
    columns.extend([
        Column::new("utilization", "utilization", Quantity::Ratio),
        Column::new("efficiency", "efficiency", Quantity::Ratio).spare(),
    ]);
    if with_latency {
        columns.push(Column::new("latency_mean_s", "latency", Quantity::Seconds));
    }
    if with_price {
        columns.extend([
            Column::new("price_per_h", "price/h", Quantity::Money),
            Column::new("price_next_1000_per_h", "next 1,000/s", Quantity::Money).spare(),
            Column::new("price_per_million", "per million", Quantity::Money).spare(),
        ]);
    }
    if with_chance {
        columns.push(Column::new("chance", "carries in", Quantity::Ratio));
    }
    if with_trust {
        columns.push(Column::new("trust", "trust", Quantity::Text));
    }
    columns.push(Column::new("verdict", "", Quantity::Text));
    let cells = |row: &PlanRow| -> Vec<Cell> {
        let mut cells = vec![row.n.into(), row.throughput.value.into()];
        if with_interval {
            cells.extend([row.throughput.low.into(), row.throughput.high.into()]);
        }
        cells.extend([shown(row.utilization.value).into(), row.efficiency.into()]);
        if with_latency {
            cells.push(row.latency_mean_s.into());
        }
        if with_price {
            cells.extend([
                row.price_per_h.into(),
                row.price_next_1000_per_h.into(),
                row.price_per_million.into(),
            ]);
        }
        if with_chance {
            cells.push(row.chance.into());
        }
        if with_trust {
            cells.push(row.trust.into());
        }
        cells.push(verdict(body, row).into());
        cells
    };
    Table {
        title: String::new(),
        columns,
        rows: body.rows.iter().map(cells).collect(),
    }
}

/// A utilization, unless so far above all measure that it says nothing.
fn shown(utilization: Option<f64>) -> Option<f64> {
    utilization.filter(|share| *share < 1e4)
}

/// What a row is in the plan, in a word or two.
fn verdict(body: &PlanDocument, row: &PlanRow) -> &'static str {
    let is = |n: Option<f64>| n.is_some_and(|n| n.total_cmp(&row.n).is_eq());
    let size = body.size.as_ref();
    if is(size.map(|size| size.carrying)) {
        if is(size.map(|size| size.units)) {
            "the answer"
        } else {
            "carries it"
        }
    } else if is(size.map(|size| size.units)) {
        "with spares"
    } else if is(body.shortfall.as_ref().and_then(|short| short.peak_n)) {
        "the most"
    } else if row.carries {
        "more than enough"
    } else {
        "too little"
    }
}

/// The curve of cell sizes, where cells were asked for.
pub(super) fn cells(body: &PlanDocument) -> Option<Section> {
    let plan = body.cells.as_ref()?;
    let with_price = body.demand.price_per_h.is_some();
    let mut columns = vec![
        Column::new("cell_size", "cell size", Quantity::Count),
        Column::new("cells", "cells", Quantity::Count),
        Column::new("cell_throughput_per_s", "cell throughput", Quantity::Rate),
        Column::new("units", "units in all", Quantity::Count),
        Column::new("units_per_1000", "units per 1,000/s", Quantity::Number),
    ];
    if with_price {
        columns.push(Column::new("price_per_h", "price/h", Quantity::Money));
    }
    columns.push(Column::new("verdict", "", Quantity::Text));
    let peak = body.shortfall.as_ref().and_then(|short| short.peak_n);
    let row = |cell: &PlanCell| -> Vec<Cell> {
        let is = |n: f64| n.total_cmp(&cell.size).is_eq();
        let mut row: Vec<Cell> = vec![
            cell.size.into(),
            cell.cells.into(),
            cell.cell_throughput_per_s.into(),
            cell.units.into(),
            cell.units_per_1000.into(),
        ];
        if with_price {
            row.push(cell.price_per_h.into());
        }
        row.push(
            if is(plan.cheapest.size) {
                "cheapest size"
            } else if is(plan.fewest.size) && plan.fewest.units < plan.cheapest.units {
                "fewest for this load"
            } else if peak.is_some_and(is) {
                "the peak"
            } else {
                ""
            }
            .into(),
        );
        row
    };
    Some(Section::Table(Table {
        title: "In cells".to_owned(),
        columns,
        rows: plan.rows.iter().map(row).collect(),
    }))
}

/// Up or out, where machines were given.
pub(super) fn machines(body: &PlanDocument) -> Option<Section> {
    if body.machines.is_empty() {
        return None;
    }
    let row = |machine: &PlanMachine| -> Vec<Cell> {
        vec![
            machine.name.clone().into(),
            machine.speed.into(),
            machine.price_each_per_h.into(),
            machine.units.into(),
            machine.throughput_per_s.into(),
            machine.coordination_share.into(),
            machine.price_per_h.into(),
        ]
    };
    Some(Section::Table(Table {
        title: "Up or out".to_owned(),
        columns: vec![
            Column::new("machine", "machine", Quantity::Text),
            Column::new("speed", "speed", Quantity::Number),
            Column::new("price_each_per_h", "each/h", Quantity::Money),
            Column::new("units", "needed", Quantity::Count),
            Column::new("throughput_per_s", "throughput", Quantity::Rate),
            Column::new(
                "coordination_share",
                "lost to coordination",
                Quantity::Ratio,
            ),
            Column::new("price_per_h", "price/h", Quantity::Money),
        ],
        rows: body.machines.iter().map(row).collect(),
    }))
}

/// Why a machine does not do it, a line each.
pub(super) fn rejected(body: &PlanDocument) -> Option<Section> {
    let line = |machine: &PlanMachine| {
        let reason = machine.reason.as_ref()?;
        Some(format!("{}: {reason}.", machine.name))
    };
    let lines: Vec<String> = body.machines.iter().filter_map(line).collect();
    (!lines.is_empty()).then(|| Section::Text(lines.join("\n")))
}
