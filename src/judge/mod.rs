//! Verdicts: rules on a sweep, a sweep against its baseline, sweeps side by side, workers.

pub mod baseline;
pub mod compare;
pub mod gate;
mod order;
mod scatter;
pub(crate) mod slip;
pub mod workers;
