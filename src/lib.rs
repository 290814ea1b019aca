//! The arithmetic of scaling: what the `scalecalc` command computes, as a library.

pub mod data;
pub mod domain;
pub mod error;
pub mod estimate;
pub mod fit;
pub mod judge;
pub mod law;
pub mod note;
mod numeric;
pub mod plan;
pub mod queueing;
pub mod render;
pub mod report;
pub mod risk;
pub mod stats;
pub mod sweep;
pub mod text;
pub mod units;

#[cfg(feature = "cli")]
pub mod cli;

pub use error::Error;
pub use estimate::{Basis, Estimate, PointEstimate};
pub use note::{Note, Severity};
