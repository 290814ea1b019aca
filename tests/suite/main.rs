//! Everything that is not a unit test: one binary, one link.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

mod architecture;
mod bad_input;
mod check;
mod cmd;
mod documents;
mod forecast;
mod health;
mod import;
mod importers;
mod laws;
mod plan;
mod queueing;
mod queueing_cli;
mod queueing_identities;
mod reading;
mod reference;
mod simulated;
