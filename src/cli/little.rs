//! `scalecalc little`: Little's law for the missing one, or a check of all three.

use super::value;
use super::{Failure, Outcome};
use crate::report::little::{self, Known};
use clap::Args;

const HELP: &str = "\
N = X(R + Z): in flight = rate × (latency + think time), for any stable system. Two give the third,
three are checked against each other.";

/// Arguments of `little`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct LittleArgs {
    /// Operations a second: 1000/s
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    rate: Option<f64>,
    /// Mean time of one operation: 100ms
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    latency: Option<f64>,
    /// Mean number of operations (or clients) at the same time
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    in_flight: Option<f64>,
    /// Mean pause of a client between an answer and its next request
    #[arg(long, value_name = "TIME", value_parser = value::duration, default_value = "0s")]
    think: f64,
}

/// Solves for what is missing.
pub(super) fn run(args: &LittleArgs) -> Result<Outcome, Failure> {
    let known = Known {
        rate: args.rate,
        latency: args.latency,
        in_flight: args.in_flight,
        think_time: args.think,
    };
    little::report(known)?.map(Outcome::done).ok_or_else(|| {
        Failure::usage(
            "little needs two of --rate, --latency and --in-flight",
            "scalecalc little --rate 1000/s --latency 100ms",
        )
    })
}
