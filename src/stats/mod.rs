//! Quantiles and tail probabilities; knows nothing of scaling.

pub(crate) mod distribution;
pub(crate) mod modes;
pub(crate) mod runs_test;
