//! Coordination paths side by side: how many, what share of all effort, what they cost.

use super::number::alone;
use super::{Cell, Column, Quantity, Report, Section, Table};
use crate::error::Error;
use crate::law::cells::CellSplit;
use crate::law::paths::{PathCost, Paths, Topology};
use crate::law::{ScalingLaw, Usl, UslParams};
use crate::note::Note;
use serde::Serialize;

/// Body of a document of kind `paths`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PathsDocument {
    /// Time of one path in seconds; null where not given: then it costs as much as the work.
    pub path_cost_s: Option<f64>,
    /// Time of a worker's own work in seconds; null where not given.
    pub work_s: Option<f64>,
    /// One entry a topology and N.
    pub rows: Vec<PathsRow>,
    /// For each N the cell size with the fewest paths.
    pub best_cells: Vec<BestCells>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// A topology at one N.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PathsRow {
    /// Number of workers.
    pub n: f64,
    /// Name of the topology.
    pub topology: &'static str,
    /// Number of paths.
    pub paths: f64,
    /// Share of all effort that goes into the paths, 0 to 1.
    pub coordination_share: f64,
    /// Time that goes into the paths, seconds; null without costs.
    pub coordination_s: Option<f64>,
    /// β of a USL in which every piece of work waits for each path once; null without costs
    /// and at N = 1.
    pub beta: Option<f64>,
    /// Paths one after another until one round is complete.
    pub hops: f64,
    /// Mean time of one round, seconds; null without costs.
    pub round_latency_s: Option<f64>,
    /// Number of cells; null for other topologies.
    pub cells: Option<f64>,
    /// Workers in the largest cell; null for other topologies.
    pub cell_size: Option<f64>,
}

/// The cell size with the fewest paths.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BestCells {
    /// Number of workers.
    pub n: f64,
    /// Number of cells.
    pub cells: f64,
    /// Workers in the largest cell.
    pub cell_size: f64,
    /// Number of paths, inside the cells and between them.
    pub paths: f64,
    /// Share of all effort that goes into the paths, 0 to 1.
    pub coordination_share: f64,
}

/// Topologies side by side at each N; with a cost in seconds also their time.
///
/// # Errors
/// [`Error::OutOfRange`] where an N or a topology is out of range, see [`Paths::new`].
pub(crate) fn report(
    sizes: &[f64],
    topologies: &[Topology],
    cost: Option<PathCost>,
) -> Result<Report, Error> {
    let mut rows = Vec::new();
    let mut best_cells = Vec::new();
    for &n in sizes {
        for &topology in topologies {
            rows.push(row(&Paths::new(topology, n)?, cost));
        }
        best_cells.push(best(n, cost.unwrap_or_default())?);
    }
    let headline = headline(&rows, topologies, best_cells.last(), cost);
    let table = table(&rows, cost.is_some());
    let title = headline.first().map_or("", String::as_str);
    Ok(Report {
        scene: super::scene::paths::scene(title, sizes, topologies),
        kind: "paths",
        headline,
        sections: vec![Section::Table(table)],
        notes: Vec::new(),
        document: super::document(
            "paths",
            PathsDocument {
                path_cost_s: cost.map(|cost| cost.path),
                work_s: cost.map(|cost| cost.work),
                rows,
                best_cells,
                notes: Vec::new(),
            },
        ),
    })
}

fn row(paths: &Paths, cost: Option<PathCost>) -> PathsRow {
    let cells = paths.cells();
    PathsRow {
        n: paths.n(),
        topology: paths.topology().name(),
        paths: paths.count(),
        coordination_share: paths.share(cost.unwrap_or_default()),
        coordination_s: cost.map(|cost| paths.coordination(cost)),
        beta: cost.and_then(|cost| paths.beta(cost)),
        hops: paths.hops(),
        round_latency_s: cost.map(|cost| cost.path * paths.hops()),
        cells: cells.map(|cells| cells.count),
        cell_size: cells.map(|cells| cells.size),
    }
}

fn best(n: f64, cost: PathCost) -> Result<BestCells, Error> {
    let split = CellSplit::best(n)?;
    let paths = Paths::new(Topology::Cells { size: None }, n)?;
    Ok(BestCells {
        n,
        cells: split.count,
        cell_size: split.size,
        paths: split.paths(),
        coordination_share: paths.share(cost),
    })
}

/// What the largest N needs, in words.
fn headline(
    rows: &[PathsRow],
    topologies: &[Topology],
    best: Option<&BestCells>,
    cost: Option<PathCost>,
) -> Vec<String> {
    let count = |value: f64| alone(Quantity::Count, value, 3);
    let share = |value: f64| alone(Quantity::Ratio, value, 3);
    let last = &rows[rows.len().saturating_sub(topologies.len())..];
    let condition = match cost {
        Some(cost) => format!(
            "at {} a path and {} of work each",
            alone(Quantity::Seconds, cost.path, 3),
            alone(Quantity::Seconds, cost.work, 3),
        ),
        None => "if a path costs a worker's work".to_owned(),
    };
    let (Some(fewest), Some(most)) = (
        last.iter().min_by(|a, b| a.paths.total_cmp(&b.paths)),
        last.iter().max_by(|a, b| a.paths.total_cmp(&b.paths)),
    ) else {
        return Vec::new();
    };
    let mut lines = if topologies.len() > 1 {
        vec![format!(
            "At N = {}: {} {} ({} of all effort), {} {} ({}).",
            count(most.n),
            count(most.paths),
            described(most),
            share(most.coordination_share),
            count(fewest.paths),
            described(fewest),
            share(fewest.coordination_share),
        )]
    } else {
        vec![format!(
            "At N = {}: {} {}, {} of all effort {condition}.",
            count(most.n),
            count(most.paths),
            described(most),
            share(most.coordination_share),
        )]
    };
    if let (Some(PathCost { path, work }), [Topology::Mesh]) = (cost, topologies)
        && let Some(peak) = Usl::new(UslParams {
            alpha: 0.0,
            beta: path / work / 2.0,
            gamma: work.recip(),
        })
        .ok()
        .and_then(|law| law.peak())
    {
        lines.push(format!(
            "Where every piece of work waits for all paths, that is β = {}: a peak at N = {}.",
            alone(Quantity::Number, path / work / 2.0, 3),
            count(peak.n_integer),
        ));
    }
    if let Some(best) = best
        && most.topology == "mesh"
        && best.paths < most.paths
        && last.iter().all(|row| row.cells.is_none())
    {
        lines.push(format!(
            "Fewest in cells: {} of up to {} need {} paths ({}).",
            count(best.cells),
            count(best.cell_size),
            count(best.paths),
            share(best.coordination_share),
        ));
    }
    lines
}

/// `paths in a mesh`, `paths in 78 cells of up to 13`.
fn described(row: &PathsRow) -> String {
    match (row.cells, row.cell_size) {
        (Some(cells), Some(size)) => format!(
            "paths in {} cells of up to {}",
            alone(Quantity::Count, cells, 3),
            alone(Quantity::Count, size, 3)
        ),
        _ => format!("paths in a {}", row.topology),
    }
}

fn table(rows: &[PathsRow], with_costs: bool) -> Table {
    let with_cells = rows.iter().any(|row| row.cells.is_some());
    let mut columns = vec![
        Column::new("n", "N", Quantity::Count),
        Column::new("topology", "topology", Quantity::Text),
        Column::new("paths", "paths", Quantity::Count),
        Column::new("coordination_share", "share", Quantity::Ratio),
        Column::new("hops", "hops", Quantity::Count),
    ];
    if with_costs {
        columns.extend([
            Column::new("coordination_s", "coordination", Quantity::Seconds),
            Column::new("round_latency_s", "round", Quantity::Seconds),
            Column::new("beta", "β", Quantity::Number),
        ]);
    }
    if with_cells {
        columns.extend([
            Column::new("cells", "cells", Quantity::Count),
            Column::new("cell_size", "size", Quantity::Count),
        ]);
    }
    let cells = |row: &PathsRow| -> Vec<Cell> {
        let mut cells = vec![
            row.n.into(),
            row.topology.into(),
            row.paths.into(),
            row.coordination_share.into(),
            row.hops.into(),
        ];
        if with_costs {
            cells.extend([
                row.coordination_s.into(),
                row.round_latency_s.into(),
                row.beta.into(),
            ]);
        }
        if with_cells {
            cells.extend([row.cells.into(), row.cell_size.into()]);
        }
        cells
    };
    Table {
        title: String::new(),
        columns,
        rows: rows.iter().map(cells).collect(),
    }
}
