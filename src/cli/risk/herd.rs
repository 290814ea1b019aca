//! `risk herd`: clients that come back at once.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::herd::{HerdQuestion, report};
use crate::risk::Herd;
use crate::sim::beside::{Herds, herd};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct HerdArgs {
    /// Clients that come back at the same moment
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    clients: f64,
    /// Clients that are served at once: places of the pool
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    places: f64,
    /// Time a client is served
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    service: f64,
    /// Retry after this time, always the same (the service time unless given)
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    retry_every: Option<f64>,
    /// First step of a backoff (the service time unless given)
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    base: Option<f64>,
    /// Longest step of a backoff (64 times the first unless given)
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    cap: Option<f64>,
    /// A jitter window to look at
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    window: Option<f64>,
    /// Attempts a client that are acceptable: finds the smallest window
    #[arg(long, value_name = "NUM", value_parser = value::number, default_value = "2.5")]
    attempts: f64,
    /// The herd comes back every so often
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    every: Option<f64>,
    #[command(flatten)]
    events: Events,
}

pub(super) fn run(args: &HerdArgs) -> Result<Report, Failure> {
    let base = args.base.unwrap_or(args.service);
    let question = HerdQuestion {
        herd: Herd {
            clients: args.clients,
            places: args.places,
            mean_service: args.service,
        },
        interval: args.retry_every.unwrap_or(args.service),
        base,
        cap: args.cap.unwrap_or(64.0 * base),
        window: args.window,
        attempts: args.attempts,
        every: args.every,
    };
    let beside = args.events.beside(|runs| {
        let herds = Herds {
            herd: question.herd,
            interval: question.interval,
            base: question.base,
            cap: question.cap,
            window: question.window,
            attempts: question.attempts,
        };
        herd(&herds, runs)
    })?;
    Ok(report(&question, beside.as_ref())?)
}
