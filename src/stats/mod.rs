//! Quantiles and tests; knows nothing of scaling.
