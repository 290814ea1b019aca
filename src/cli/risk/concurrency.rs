//! `risk concurrency`: bounds on what is at work and what waits.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::concurrency::{ConcurrencyQuestion, report};
use crate::risk::concurrency::Admission;
use crate::sim::beside;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct ConcurrencyArgs {
    /// Arrivals
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    arrivals: f64,
    /// Mean service time
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    service: f64,
    /// At work at once
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    servers: f64,
    /// Longest wait that is still of use
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    deadline: f64,
    /// Share that may be refused
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "0.1%")]
    refused: f64,
    /// Places in all to look at besides
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    capacity: Option<value::Sizes>,
    /// Cores, for the rules of thumb
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "compute")]
    cores: Option<f64>,
    /// The part of the service time that computes
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "cores")]
    compute: Option<f64>,
    #[command(flatten)]
    events: Events,
}

pub(super) fn run(args: &ConcurrencyArgs) -> Result<Report, Failure> {
    let question = ConcurrencyQuestion {
        admission: Admission {
            load: super::load(args.arrivals, args.service),
            servers: args.servers,
        },
        deadline: args.deadline,
        loss: args.refused,
        capacities: args
            .capacity
            .as_ref()
            .map(|list| list.0.clone())
            .unwrap_or_default(),
        cores: args.cores.zip(args.compute),
    };
    let beside = args.events.beside(|runs| {
        let ConcurrencyQuestion {
            admission,
            deadline,
            capacities,
            ..
        } = &question;
        beside::concurrency(admission, *deadline, capacities, runs)
    })?;
    Ok(report(&question, beside.as_ref())?)
}
