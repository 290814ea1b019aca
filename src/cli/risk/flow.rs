//! `risk retry`: retries in the steady state and after a blip.

use super::events::Events;
use super::load;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::retry::{RetryQuestion, report};
use crate::risk::{Blip, Retries};
use crate::sim::beside;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    /// Requests, retries not counted
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    arrivals: f64,
    /// Mean service time of one attempt
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    service: f64,
    /// Servers
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    servers: f64,
    /// Retries after the first attempt
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    retries: f64,
    /// Layers of callers that each retry
    #[arg(long, value_name = "NUM", value_parser = value::quantity, default_value = "1")]
    layers: f64,
    /// Retries allowed as a share of requests
    #[arg(long, value_name = "RATIO", value_parser = value::ratio)]
    budget: Option<f64>,
    /// Time after which a client gives up on an attempt
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "blip")]
    timeout: Option<f64>,
    /// Length of a blip: does it end by itself?
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "timeout")]
    blip: Option<f64>,
    /// Share of the capacity that is left during the blip
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, requires = "blip", default_value = "0")]
    capacity_left: f64,
    /// What arrivals are multiplied by during the blip
    #[arg(long, value_name = "NUM", value_parser = value::number, requires = "blip", default_value = "1")]
    load_factor: f64,
    #[command(flatten)]
    events: Events,
}

pub(super) fn retry(args: &RetryArgs) -> Result<Report, Failure> {
    let blip = args.blip.zip(args.timeout).map(|(duration, timeout)| {
        let blip = Blip {
            duration,
            capacity_left: args.capacity_left,
            load_factor: args.load_factor,
        };
        (blip, timeout)
    });
    let question = RetryQuestion {
        retries: Retries {
            load: load(args.arrivals, args.service),
            servers: args.servers,
            retries: args.retries,
        },
        layers: args.layers,
        budget: args.budget,
        blip,
    };
    if args.events.asked() {
        // What cannot be answered is not simulated first.
        report(&question, None)?;
    }
    let beside = (args.events)
        .beside(|runs| beside::retry(&question.retries, question.budget, question.blip, runs))?;
    Ok(report(&question, beside.as_ref())?)
}
