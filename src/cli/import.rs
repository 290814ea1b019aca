//! `scalecalc import`: what a benchmark tool wrote, as rows.

use super::input::InputArgs;
use super::{Failure, Outcome, Terminal};
use crate::report::import::{self, Run};
use clap::Args;

const HELP: &str = "\
Writes CSV unless --format or --json says otherwise: N (the column is called after what N counts,
such as threads, or n), throughput (operations per second), latency_mean_s, series, replicate,
source. With --fold a row a level: N, runs, throughput_mean, throughput_stddev,
log_throughput_mean, log_throughput_stddev, throughput_step_stddev (from the differences of each
run to the next), series; every command fits and judges it like the runs themselves.";

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct ImportArgs {
    #[command(flatten)]
    input: InputArgs,
    /// One row a level instead of one a run
    #[arg(long)]
    fold: bool,
}

pub(super) fn run(args: &ImportArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    if args.fold {
        return Ok(Outcome::done(import::folded(args.input.sweeps(terminal)?)));
    }
    let (read, inputs) = args.input.rows(terminal)?;
    let mut runs = Vec::with_capacity(inputs.iter().map(|input| input.rows.len()).sum());
    for input in inputs {
        for row in input.rows {
            if row.runs != 1 {
                return Err(Failure::usage(
                    format!(
                        "{} holds folded rows: one stands for {} runs",
                        input.path, row.runs
                    ),
                    "scalecalc import --fold",
                ));
            }
            let Some(n) = row.n else { continue };
            runs.push(Run {
                n,
                throughput: row.throughput,
                latency_mean_s: row.latency,
                series: input.series.get(row.series).cloned().unwrap_or_default(),
                replicate: 0,
                source: input.path.clone(),
            });
        }
    }
    import::number_runs(&mut runs);
    Ok(Outcome::done(import::runs(read, runs)))
}
