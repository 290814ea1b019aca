//! What a sweep is: throughput measured at several N, folded to one level a size.
//!
//! [`Sweep::read`] takes one from any reader, [`Sweeps::read`] several, and
//! [`Inputs`] with [`Gather`] takes them from many inputs, where it decides
//! what belongs together. A document that this program wrote ([`saved`]) is an input like any
//! other, and brings along how it was fitted.

pub(crate) mod falling;
pub(crate) mod gather;
pub(crate) mod job;
pub(crate) mod levels;
pub(crate) mod live;
pub(crate) mod names;
pub(crate) mod replicates;
pub mod saved;

pub use gather::{Gather, Inputs, Together};
pub use levels::{Fold, Folded, Level, Levels, RUNS_KEPT};
pub use replicates::Replicates;

use crate::data::ReadOptions;
use crate::error::Error;
use crate::note::Note;
use saved::FittedAs;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::Read;

/// One input and what was taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Source {
    /// The file as the user named it; `-` for standard input.
    pub path: String,
    /// Format it was read as, such as `csv`.
    pub format: Cow<'static, str>,
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
    /// How a saved document had fitted them; `None` for measurements as such.
    pub fitted: Option<FittedAs>,
}

impl Sweep {
    /// Reads one sweep: any format that [`data::formats`](crate::data::formats) names.
    ///
    /// # Errors
    /// [`Error::Data`] as for [`Sweeps::read`], and where the input holds several series.
    ///
    /// # Examples
    /// ```
    /// use scalecalc::data::ReadOptions;
    /// use scalecalc::sweep::Sweep;
    /// let table = "threads,throughput\n1,955\n2,1878\n4,3548\n";
    /// let sweep = Sweep::read(table.as_bytes(), &ReadOptions::default())?;
    /// assert_eq!(sweep.levels.len(), 3);
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    pub fn read(input: impl Read, options: &ReadOptions) -> Result<Self, Error> {
        let mut all = Sweeps::read(input, options)?.sweeps;
        match all.pop() {
            Some(only) if all.is_empty() => Ok(only),
            last => {
                let names: Vec<String> = all.into_iter().chain(last).map(|s| s.name).collect();
                Err(Error::data(
                    format!("{} series, not one: {}", names.len(), names.join(", ")),
                    "select one of them by name",
                ))
            }
        }
    }
}

impl From<Levels> for Sweep {
    /// A sweep without a name.
    fn from(levels: Levels) -> Self {
        Self {
            levels,
            ..Self::default()
        }
    }
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
    /// What was read is the run time of a fixed amount of work, at every N: X is jobs per
    /// second, one at a time on all of N, so that a job takes 1/X and not N/X.
    pub fixed_job: bool,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
    /// How each input was read, a line each, for people who ask.
    pub reading: Vec<String>,
}

impl Sweeps {
    /// Reads every series of one input.
    ///
    /// # Errors
    /// [`Error::Data`] with line and column for what cannot be read, and for an input without
    /// a data row.
    pub fn read(mut input: impl Read, options: &ReadOptions) -> Result<Self, Error> {
        let mut gather = gather::Gather::default();
        gather.read(&mut input, "-", options)?;
        gather.finish()
    }
}
