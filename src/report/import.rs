//! Measurements as rows: one a run, or folded into one a level.

use super::json::Json;
use super::{Cell, Column, Quantity, Report, Section, Table};
use crate::data::columns::size_column;
use crate::note::Note;
use crate::sweep::{Source, Sweeps};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Body of a document of kind `import`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ImportDocument {
    /// What was read.
    pub input: Input,
    /// One entry a run, in order of series and N.
    pub rows: Vec<Run>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// Body of a document of kind `import-fold`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FoldDocument {
    /// What was read.
    pub input: Input,
    /// One entry a series and N.
    pub levels: Vec<FoldedRow>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// What was read.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Input {
    /// The inputs in order.
    pub sources: Vec<Source>,
    /// What N counts.
    pub n_unit: String,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Run {
    /// Size of the system or load.
    pub n: f64,
    /// Operations per second.
    pub throughput: f64,
    /// Mean latency in seconds; null where the input holds none.
    pub latency_mean_s: Option<f64>,
    /// Name of the series; empty where it has none.
    pub series: String,
    /// Number of the run among those of its series and N, from 1.
    pub replicate: u64,
    /// The input it came from.
    pub source: String,
}

/// All runs of one series at one N.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FoldedRow {
    /// Size of the system or load.
    pub n: f64,
    /// Number of runs.
    pub runs: u64,
    /// Their mean throughput, operations per second.
    pub throughput_mean: f64,
    /// Their standard deviation, over runs − 1; null for a single run.
    pub throughput_stddev: Option<f64>,
    /// Mean of the natural logarithm of throughput; null where a throughput was 0.
    pub log_throughput_mean: Option<f64>,
    /// Standard deviation of the logarithm; null for a single run or a throughput of 0.
    pub log_throughput_stddev: Option<f64>,
    /// Standard deviation of throughput from the differences of each run to the next; null for
    /// a single run and where their order is not known.
    pub throughput_step_stddev: Option<f64>,
    /// Name of the series; empty where it has none.
    pub series: String,
}

/// Puts the runs in order of series (as they first appear) and N, and numbers those of each
/// series and N in the order they were read.
pub(crate) fn number_runs(rows: &mut [Run]) {
    let mut places: HashMap<String, usize> = HashMap::new();
    for row in rows.iter() {
        let next = places.len();
        places.entry(row.series.clone()).or_insert(next);
    }
    rows.sort_by(|a, b| {
        let place = |row: &Run| places.get(&row.series).copied();
        place(a).cmp(&place(b)).then(a.n.total_cmp(&b.n))
    });
    let mut counts: HashMap<(String, u64), u64> = HashMap::new();
    for row in rows {
        let count = counts
            .entry((row.series.clone(), row.n.to_bits()))
            .or_default();
        *count += 1;
        row.replicate = *count;
    }
}

/// The rows of every input.
pub(crate) fn runs(read: Sweeps, rows: Vec<Run>) -> Report {
    let rate = Quantity::Rate;
    let table = Table {
        title: String::new(),
        columns: vec![
            Column::new(
                size_column(&read.n_unit),
                read.n_unit.clone(),
                Quantity::Count,
            ),
            Column::new("throughput", "throughput", rate),
            Column::new("latency_mean_s", "latency", Quantity::Seconds),
            Column::new("series", "series", Quantity::Text),
            Column::new("replicate", "replicate", Quantity::Count),
            Column::new("source", "source", Quantity::Text),
        ],
        rows: rows.iter().map(Run::cells).collect(),
    };
    let headline = format!("{} runs from {} inputs.", rows.len(), read.sources.len());
    report("import", headline, table, read, |input, notes| {
        super::document("import", ImportDocument { input, rows, notes })
    })
}

impl Run {
    fn cells(&self) -> Vec<Cell> {
        vec![
            self.n.into(),
            self.throughput.into(),
            self.latency_mean_s.into(),
            self.series.as_str().into(),
            (self.replicate as f64).into(),
            self.source.as_str().into(),
        ]
    }
}

/// One row a series and N, from which a fit has the same result as from the runs.
pub(crate) fn folded(mut read: Sweeps) -> Report {
    let mut levels = Vec::new();
    for sweep in std::mem::take(&mut read.sweeps) {
        for level in sweep.levels.as_slice() {
            levels.push(FoldedRow {
                n: level.n,
                runs: level.runs,
                throughput_mean: level.mean,
                throughput_stddev: level.stddev(),
                log_throughput_mean: level.log_mean(),
                log_throughput_stddev: level.log_stddev(),
                throughput_step_stddev: level.step_stddev(),
                series: sweep.name.clone(),
            });
        }
    }
    let number = Quantity::Number;
    let table = Table {
        title: String::new(),
        columns: vec![
            Column::new(
                size_column(&read.n_unit),
                read.n_unit.clone(),
                Quantity::Count,
            ),
            Column::new("runs", "runs", Quantity::Count),
            Column::new("throughput_mean", "throughput", Quantity::Rate),
            Column::new("throughput_stddev", "± stddev", Quantity::Rate),
            Column::new("log_throughput_mean", "ln mean", number),
            Column::new("log_throughput_stddev", "ln stddev", number),
            Column::new("throughput_step_stddev", "± step", Quantity::Rate),
            Column::new("series", "series", Quantity::Text),
        ],
        rows: levels.iter().map(FoldedRow::cells).collect(),
    };
    let runs: u64 = levels.iter().map(|level| level.runs).sum();
    let headline = format!("{runs} runs folded into {} levels.", levels.len());
    report("import-fold", headline, table, read, |input, notes| {
        super::document(
            "import-fold",
            FoldDocument {
                input,
                levels,
                notes,
            },
        )
    })
}

impl FoldedRow {
    fn cells(&self) -> Vec<Cell> {
        vec![
            self.n.into(),
            (self.runs as f64).into(),
            self.throughput_mean.into(),
            self.throughput_stddev.into(),
            self.log_throughput_mean.into(),
            self.log_throughput_stddev.into(),
            self.throughput_step_stddev.into(),
            self.series.as_str().into(),
        ]
    }
}

fn report(
    kind: &'static str,
    headline: String,
    table: Table,
    read: Sweeps,
    document: impl FnOnce(Input, Vec<Note>) -> Json,
) -> Report {
    let input = Input {
        sources: read.sources,
        n_unit: read.n_unit,
    };
    Report {
        scene: None,
        kind,
        headline: vec![headline],
        sections: vec![Section::Table(table)],
        notes: read.notes.clone(),
        document: document(input, read.notes),
    }
}
