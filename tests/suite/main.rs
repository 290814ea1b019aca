//! Everything that is not a unit test: one binary, one link.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test that cannot go on says so by panicking, and reads from top to bottom"
)]

mod action;
mod architecture;
mod autoscaling;
mod bad_input;
mod bands;
mod browser;
mod ceiling;
mod cells;
mod check;
mod cmd;
mod design;
mod documents;
mod estimate;
mod first_sentence;
mod fold_elsewhere;
mod forecast;
mod fuzz_corpus;
mod gate_simulation;
mod health;
mod hostile;
mod import;
mod importers;
mod laws;
mod measure;
mod measure_simulated;
mod measure_tools;
mod never_green;
mod newcomer;
mod odd_settings;
mod open_metrics;
mod pages;
mod pictures;
mod plan;
mod prometheus;
mod queueing;
mod queueing_cli;
mod queueing_identities;
mod random;
mod reading;
mod real;
mod reference;
mod risk;
mod risk_cli;
mod saved;
mod series;
mod simulated;
mod simulation;
mod simulation_cli;
mod support;
mod sweep_words;
