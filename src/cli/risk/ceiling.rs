//! `risk ceiling`: workers on a shared store.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::ceiling::{CeilingQuestion, report};
use crate::risk::SharedStore;
use crate::sim::beside;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct CeilingArgs {
    /// Time the store works on a request
    #[arg(long, value_name = "TIME", value_parser = positive_duration, required_unless_present = "measured")]
    service: Option<f64>,
    /// Pause of a worker between an answer and its next request
    #[arg(long, value_name = "TIME", value_parser = value::duration, conflicts_with = "measured")]
    think: Option<f64>,
    /// Servers of the store
    #[arg(long, value_name = "NUM", value_parser = value::quantity, default_value = "1", conflicts_with = "measured")]
    servers: f64,
    /// Numbers of workers to look at
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    workers: Option<value::Sizes>,
    /// Measured instead: WORKERS=THROUGHPUT, such as 100=9.9k/s,450=43k/s,800=50k/s
    #[arg(long, value_name = "LIST", value_parser = point, value_delimiter = ',', conflicts_with = "service")]
    measured: Vec<(f64, f64)>,
    /// Share of the rate of a lone worker that each must still get
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "90%")]
    share: f64,
    #[command(flatten)]
    events: Events,
}

fn point(text: &str) -> Result<(f64, f64), String> {
    let (workers, rate) = text
        .split_once('=')
        .ok_or("write a point as WORKERS=THROUGHPUT, such as 100=9.9k/s")?;
    Ok((value::quantity(workers)?, value::rate(rate)?))
}

pub(super) fn run(args: &CeilingArgs) -> Result<Report, Failure> {
    let store = match args.service {
        Some(mean_service) => SharedStore {
            think_time: args.think.unwrap_or(0.0),
            mean_service,
            servers: args.servers,
        },
        None => SharedStore::from_points(&args.measured)?,
    };
    let question = CeilingQuestion {
        store,
        workers: args
            .workers
            .as_ref()
            .map(|list| list.0.clone())
            .unwrap_or_default(),
        points: args.measured.clone(),
        share: args.share,
    };
    let beside =
        (args.events).beside(|runs| beside::ceiling(&question.store, &question.workers, runs))?;
    Ok(report(&question, beside.as_ref())?)
}
