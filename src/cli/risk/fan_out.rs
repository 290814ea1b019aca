//! `risk fan-out`: the tail of many calls, and hedging.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::fan_out::{FanOutQuestion, report};
use crate::risk::fan_out::Latency;
use crate::sim::beside;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct FanOutArgs {
    /// Calls that an answer needs, all of them
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    calls: f64,
    /// Share of calls that are slow
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "1%")]
    slow: f64,
    /// Share of answers that should be in time
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "99%")]
    in_time: f64,
    /// Mean latency of a call, exponential
    #[arg(long, value_name = "TIME", value_parser = positive_duration, conflicts_with_all = ["p50", "p99"])]
    mean: Option<f64>,
    /// Median latency of a call, log-normal together with the p99
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "p99")]
    p50: Option<f64>,
    /// 99th percentile of the latency of a call
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "p50")]
    p99: Option<f64>,
    /// Percentiles of a call after which it is sent again (0: two copies at once)
    #[arg(long, value_name = "LIST", value_parser = value::ratio, value_delimiter = ',', default_value = "95%,99%,0")]
    hedge_after: Vec<f64>,
    /// Utilization of each server, for queues that fork and join
    #[arg(long, value_name = "RATIO", value_parser = value::ratio)]
    utilization: Option<f64>,
    #[command(flatten)]
    events: Events,
}

pub(super) fn run(args: &FanOutArgs) -> Result<Report, Failure> {
    let latency = match (args.mean, args.p50, args.p99) {
        (Some(mean), _, _) => Some(Latency::Exponential { mean }),
        (None, Some(median), Some(p99)) => Some(Latency::through(median, 0.99, p99)?),
        _ => None,
    };
    if args.hedge_after.iter().any(|share| *share >= 1.0) {
        return Err(Failure::usage(
            "after 100 % of calls there is nothing left to send again",
            "--hedge-after 95%,99%",
        ));
    }
    let question = FanOutQuestion {
        calls: args.calls,
        slow: args.slow,
        percentile: args.in_time,
        latency,
        hedges: args.hedge_after.iter().map(|share| 1.0 - share).collect(),
        utilization: args.utilization,
    };
    if args.events.asked() && question.latency.is_none() && question.utilization.is_none() {
        return Err(Failure::usage(
            "shares alone leave nothing to simulate",
            "--p50 5ms --p99 80ms, --mean 10ms or --utilization 80%",
        ));
    }
    let beside = args.events.beside(|runs| {
        let FanOutQuestion {
            calls,
            percentile,
            latency,
            hedges,
            utilization,
            ..
        } = &question;
        let hedged = (*latency, hedges.as_slice());
        beside::fan_out(*calls, *percentile, hedged, *utilization, runs)
    })?;
    Ok(report(&question, beside.as_ref())?)
}
