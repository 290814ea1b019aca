//! What a command measured with: sweeps, where they came from, and how they were read.

use crate::note::Note;
use crate::sweep::levels::Levels;
use serde::Serialize;

/// One input and what was taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The file as the user named it; `-` for standard input.
    pub path: String,
    /// Format it was read as, such as `csv`.
    pub format: &'static str,
    /// Data rows seen.
    pub rows_read: u64,
    /// Rows that became measurements.
    pub rows_used: u64,
}

/// Measurements of one system over N.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sweep {
    /// Name of the series; empty where there is only one.
    pub name: String,
    /// The measurements, by rising N.
    pub levels: Levels,
}

/// Everything read from the inputs of one command.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sweeps {
    /// The series in order of appearance; at least one, each with at least one level.
    pub sweeps: Vec<Sweep>,
    /// The inputs in the order they were named.
    pub sources: Vec<Source>,
    /// What N counts, such as `threads`; `units` where nothing says it.
    pub n_unit: String,
    /// Column that N was read from.
    pub n_column: Option<String>,
    /// Column that throughput was read from.
    pub throughput_column: Option<String>,
    /// Column that latency was read from.
    pub latency_column: Option<String>,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
    /// How each input was read, a line each, for `--verbose`.
    pub reading: Vec<String>,
}
