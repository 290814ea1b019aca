//! `scalecalc health`: how evenly and how busily the workers work, from their metrics.

use super::next_command::{self, Fleet};
use super::{Failure, Outcome, Terminal, input, value};
use crate::cli::spelling;
use crate::data::named_table::{NamedColumn, NamedTable};
use crate::error::Error;
use crate::judge::workers::{HealthGrade, Metric, WorkerSample, Workers, worker_health};
use crate::report::health::{Checkup, report};
use crate::units;
use clap::{Args, ValueEnum};
use std::borrow::Cow;

/// Exit code where the workers are as unwell as --fail-on says; the document is complete.
const FAILED: u8 = 1;

const HELP: &str = "\
A table with a row for each worker, or several samples of each, and the columns worker, utilization
(or cpu), lock_wait, work (without the waiting), queue_depth, throughput; any may be absent.

  utilization-spread     standard deviation / mean of utilization   good < 0.1    bad > 0.3
  coordination-overhead  sum of lock wait / sum of work             good < 0.05   bad > 0.2
  queue-depth-ratio      largest / mean queue depth                 good < 2      bad > 10
  real-speedup           throughput / (--single-worker × N)         good > 0.8    bad < 0.5

  scalecalc health workers.csv --single-worker 100/s --fail-on bad";

/// Arguments of `health`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct HealthArgs {
    /// Tables of workers; "-" is standard input
    #[arg(value_name = "INPUT")]
    input: Vec<String>,
    /// A table of workers, the same as naming it alone
    #[arg(long, value_name = "FILE")]
    csv: Vec<String>,
    /// Throughput of a worker that works alone, for the real speedup
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    single_worker: Option<f64>,
    /// Threshold of good for a metric, such as utilization-spread=0.15
    #[arg(long, value_name = "METRIC=NUM", value_parser = threshold)]
    good: Vec<(Metric, f64)>,
    /// Threshold of bad for a metric
    #[arg(long, value_name = "METRIC=NUM", value_parser = threshold)]
    bad: Vec<(Metric, f64)>,
    /// How many workers to name for each metric
    #[arg(long, value_name = "NUM", default_value_t = 3)]
    worst: usize,
    /// End with exit code 1 where a metric is bad, or not even good
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A metric is bad
    Bad,
    /// A metric is bad or between good and bad
    Between,
}

fn threshold(text: &str) -> Result<(Metric, f64), String> {
    let names = || Metric::ALL.map(Metric::name).join(", ");
    let (name, limit) = text
        .split_once('=')
        .ok_or("write METRIC=NUM, such as queue-depth-ratio=4")?;
    let metric = Metric::ALL
        .into_iter()
        .find(|metric| metric.name() == name.trim())
        .ok_or_else(|| format!("no metric \"{name}\": {}", names()))?;
    let limit = match units::number(limit) {
        Ok(limit) if limit >= 0.0 => limit,
        _ => {
            return Err(format!(
                "cannot read \"{limit}\" as a threshold, 0 or above"
            ));
        }
    };
    Ok((metric, limit))
}

/// Reads the workers and judges them.
pub(super) fn run(args: &HealthArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let mut paths: Vec<String> = args.csv.iter().chain(&args.input).cloned().collect();
    if paths.is_empty() {
        if terminal.stdin {
            return Err(Failure::usage(
                "no input: name a table of workers, or pipe one in",
                "scalecalc health workers.csv\nscalecalc health --help",
            ));
        }
        paths.push("-".to_owned());
    }
    let mut workers = Workers::default();
    let mut samples = 0;
    for path in &paths {
        samples += read(path, terminal, &mut workers)?;
    }
    let single = args
        .single_worker
        .map(|rate| crate::domain::positive("--single-worker", rate))
        .transpose()?;
    let fleet = Fleet {
        workers: workers.len() as f64,
        single,
        speedup: worker_health(Metric::RealSpeedup, &workers, single, 0)
            .map(|reading| reading.value),
    };
    let commands = Metric::ALL.map(|metric| (metric, next_command::look_closer(metric, fleet)));
    let (report, verdict) = report(&Checkup {
        look_closer: commands.to_vec(),
        paths,
        samples,
        workers,
        single,
        limits: Metric::ALL
            .into_iter()
            .map(|metric| args.limits(metric).map(|limits| (metric, limits)))
            .collect::<Result<_, _>>()?,
        worst: args.worst,
        spelling: spelling::flags(),
    });
    let failed = match args.fail_on {
        None => false,
        // Nothing read is never green where a verdict was asked for.
        Some(_) if verdict.is_none() => {
            return Err(Failure::input(
                "--fail-on: no metric could be read",
                "name the columns worker,utilization,lock_wait,work,queue_depth,throughput",
            ));
        }
        Some(FailOn::Bad) => verdict == Some(HealthGrade::Bad),
        Some(FailOn::Between) => verdict > Some(HealthGrade::Good),
    };
    Ok(Outcome {
        report,
        code: if failed { FAILED } else { 0 },
    })
}

impl HealthArgs {
    /// The thresholds of a metric, with what the flags say; the last one counts.
    fn limits(&self, metric: Metric) -> Result<crate::judge::workers::Thresholds, Failure> {
        let said = |list: &[(Metric, f64)]| {
            let of_metric = |(known, _): &&(Metric, f64)| *known == metric;
            list.iter().rev().find(of_metric).map(|(_, limit)| *limit)
        };
        let mut limits = metric.thresholds();
        limits.good = said(&self.good).unwrap_or(limits.good);
        limits.bad = said(&self.bad).unwrap_or(limits.bad);
        let crossed = if metric.higher_is_better() {
            limits.good < limits.bad
        } else {
            limits.good > limits.bad
        };
        if crossed {
            return Err(Failure::usage(
                format!(
                    "{}: good ends at {} on the wrong side of bad at {}",
                    metric.name(),
                    units::plain(limits.good),
                    units::plain(limits.bad)
                ),
                "give both: --good METRIC=NUM --bad METRIC=NUM",
            ));
        }
        Ok(limits)
    }
}

/// Reads one table into the workers and returns the number of its samples.
fn read(path: &str, terminal: &Terminal, workers: &mut Workers) -> Result<u64, Failure> {
    let told = |error: Error| Failure::from(error.in_file(path));
    let mut bytes = input::bytes(path, terminal)?;
    let mut records = NamedTable::new(&mut bytes).map_err(told)?;
    let name = records.column(&["worker", "worker_id", "name", "id", "node", "host", "pod"]);
    let fields: [Option<NamedColumn>; 5] = [
        &[
            "utilization",
            "utilisation",
            "cpu",
            "cpu_utilization",
            "cpu_usage",
            "busy",
        ][..],
        &["lock_wait", "lock_wait_time", "wait"],
        &["work", "work_time"],
        &["queue_depth", "queue", "queue_length", "backlog"],
        &["throughput", "rate", "rps", "ops"],
    ]
    .map(|names| records.column(names));
    if fields.iter().all(Option::is_none) {
        let found: Vec<&str> = records.names().collect();
        return Err(told(Error::data(
            format!("no column of worker metrics among {}", found.join(", ")),
            "name the columns worker,utilization,lock_wait,work,queue_depth,throughput",
        )));
    }
    let mut samples = 0;
    while records.advance().map_err(told)? {
        samples += 1;
        let number = |column: Option<NamedColumn>| match column {
            Some(column) => records.number(column).map_err(told),
            None => Ok(None),
        };
        let sample = WorkerSample {
            utilization: number(fields[0])?,
            lock_wait: number(fields[1])?,
            work: number(fields[2])?,
            queue_depth: number(fields[3])?,
            throughput: number(fields[4])?,
        };
        let line = samples.to_string();
        // Without names every row is a worker of its own.
        let name = name.map_or(Cow::Borrowed(line.as_str()), |name| records.text(name));
        workers.add(&name, &sample).map_err(|error| {
            told(Error::data(error.to_string(), "metrics are 0 or above").at(records.line(), None))
        })?;
    }
    if samples == 0 {
        return Err(told(Error::data("0 data rows", "give each worker a row")));
    }
    Ok(samples)
}
