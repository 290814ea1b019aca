//! Quantiles and tail probabilities; knows nothing of scaling.

pub mod distribution;
pub mod modes;
pub mod runs_test;
