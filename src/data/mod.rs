//! Bytes from any [`Read`](std::io::Read) to measurements; opens no file.
//!
//! Every reader hands its rows to a sink, one at a time, and returns a [`Reading`]: what
//! it took the input for. Rows are never collected here.

pub(crate) mod columns;
mod detect;
mod markdown;
pub(crate) mod named_table;
mod options;
mod packed;
pub(crate) mod table;
mod tools;

pub use detect::{formats, is_tool, read};
pub use options::{HeaderRow, ReadOptions, Value};
pub(crate) use tools::emitter::Emitter;

use crate::error::Error;
use crate::note::Note;

/// One row of measurements: a single run, or several folded into count, mean and M2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Size of the system or load N; `None` where the output does not hold it.
    pub n: Option<f64>,
    /// Throughput X in operations per second (the mean, where runs are folded).
    pub throughput: f64,
    /// Mean latency R in seconds, where known.
    pub latency: Option<f64>,
    /// How many runs this row stands for; 1 unless folded.
    pub runs: u64,
    /// Sum of squared deviations of the folded runs from their mean; 0 for one run.
    pub m2: f64,
    /// Mean and M2 of ln X of the folded runs, where the input holds them.
    pub log_moments: Option<(f64, f64)>,
    /// Sum of squared differences from each folded run to the next, where the input holds it.
    pub successive: Option<f64>,
    /// Index into [`Reading::series`].
    pub series: usize,
    /// Number of the repeat, where the input says it.
    pub replicate: Option<u64>,
    /// Line of the input, counted from 1; 0 where lines mean nothing.
    pub line: u64,
}

impl Row {
    /// A single run.
    pub fn run(n: Option<f64>, throughput: f64) -> Self {
        Self {
            n,
            throughput,
            latency: None,
            runs: 1,
            m2: 0.0,
            log_moments: None,
            successive: None,
            series: 0,
            replicate: None,
            line: 0,
        }
    }
}

/// What told the series of an input apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeriesBy {
    /// The input itself, or the user.
    #[default]
    Input,
    /// A column that only its name marks as such.
    ColumnName,
    /// A column of words that no name explains.
    Words,
    /// Such a column with so many words that they name rows and not series.
    TooManyWords,
}

/// What the input was taken for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Name of the format, such as `csv` or `pgbench`.
    pub format: &'static str,
    /// Names of the series in order of appearance; one empty name where there is only one.
    pub series: Vec<String>,
    /// What told the series apart.
    pub series_by: SeriesBy,
    /// What N counts, such as `threads`, where the input says it.
    pub n_unit: Option<String>,
    /// Column or field that N was read from.
    pub n_column: Option<String>,
    /// Column or field that throughput was read from.
    pub throughput_column: Option<String>,
    /// Column or field that latency was read from.
    pub latency_column: Option<String>,
    /// The input is known and holds no measurements, such as a list of errors.
    pub no_measurements: bool,
    /// Data rows seen.
    pub rows_read: u64,
    /// Rows handed on.
    pub rows_used: u64,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
    /// How the input was read, a sentence each, for people who ask.
    pub remarks: Vec<String>,
}

/// A reader's way to hand on a row.
pub type Sink<'a> = dyn FnMut(&Row) -> Result<(), Error> + 'a;
