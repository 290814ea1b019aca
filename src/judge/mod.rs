//! Verdicts: rules on a sweep, a sweep against its baseline, sweeps side by side, workers.

pub mod baseline;
pub mod compare;
pub mod gate;
mod scatter;
pub mod slip;
pub mod workers;
