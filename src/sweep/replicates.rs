//! Repeated runs at one N: all of them count, or they become one.

use super::levels::{Fold, Folded, Levels};
use crate::data::Row;
use crate::error::Error;
use std::collections::BTreeMap;

/// How the repeated runs at one N become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replicates {
    /// Their mean.
    Mean,
    /// Their median.
    Median,
    /// The largest.
    Max,
}

/// What runs of one series become while they are read.
#[derive(Debug, Clone)]
pub(super) enum Collector {
    /// All runs count.
    All(Fold),
    /// Every value is kept, because a median needs them.
    Each(BTreeMap<u64, Vec<f64>>),
}

impl Collector {
    pub(super) fn new(replicates: Option<Replicates>) -> Self {
        match replicates {
            None | Some(Replicates::Mean) => Self::All(Fold::default()),
            Some(Replicates::Median | Replicates::Max) => Self::Each(BTreeMap::new()),
        }
    }

    /// # Errors
    /// [`Error::Data`] for a row without N, and for several runs in one where each is needed.
    pub(super) fn add(&mut self, row: &Row) -> Result<(), Error> {
        let Some(n) = row.n else {
            return Err(Error::data(
                "the input does not say its N",
                "write N in front of the file, such as 8=c8.json, or name files after it: c8.json",
            ));
        };
        match self {
            Self::All(fold) if row.runs == 1 => fold.add(n, row.throughput, row.latency),
            Self::All(fold) => fold.add_folded(
                n,
                &Folded {
                    runs: row.runs,
                    mean: row.throughput,
                    m2: row.m2,
                    log_moments: row.log_moments,
                    successive: row.successive,
                    latency: row.latency,
                },
            ),
            Self::Each(_) if row.runs > 1 => Err(Error::data(
                format!(
                    "a row stands for {} runs, which cannot be told apart",
                    row.runs
                ),
                "give the runs themselves, or let all of them count",
            )),
            Self::Each(values) => {
                // Positive floats have bits in the order of their values.
                values.entry(n.to_bits()).or_default().push(row.throughput);
                Ok(())
            }
        }
    }

    /// The distinct N, by their bits, in any order.
    pub(super) fn sizes(&self) -> Vec<u64> {
        match self {
            Self::All(fold) => fold.sizes().map(f64::to_bits).collect(),
            Self::Each(values) => values.keys().copied().collect(),
        }
    }

    /// Number of distinct N.
    pub(super) fn levels(&self) -> usize {
        match self {
            Self::All(fold) => fold.len(),
            Self::Each(values) => values.len(),
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::All(fold), Self::All(other)) => fold.merge(&other),
            (Self::Each(values), Self::Each(other)) => {
                for (n, more) in other {
                    values.entry(n).or_default().extend(more);
                }
            }
            // One gathering has one way to collect.
            (Self::All(_), Self::Each(_)) | (Self::Each(_), Self::All(_)) => {}
        }
    }

    pub(super) fn finish(self, replicates: Option<Replicates>) -> Result<Levels, Error> {
        match self {
            Self::All(fold) if replicates.is_none() => Ok(fold.finish()),
            Self::All(fold) => {
                let levels = fold.finish();
                Levels::from_pairs(levels.as_slice().iter().map(|level| (level.n, level.mean)))
            }
            Self::Each(values) => Levels::from_pairs(
                values
                    .into_iter()
                    .map(|(n, runs)| (f64::from_bits(n), one_of(runs, replicates))),
            ),
        }
    }
}

/// The median of several runs or the largest of them; there is at least one.
fn one_of(mut runs: Vec<f64>, replicates: Option<Replicates>) -> f64 {
    runs.sort_by(f64::total_cmp);
    let middle = runs.len() / 2;
    match replicates {
        Some(Replicates::Max) => runs[runs.len() - 1],
        _ if runs.len() % 2 == 1 => runs[middle],
        _ => f64::midpoint(runs[middle - 1], runs[middle]),
    }
}
