//! `scalecalc risk`: what breaks first, one subject at a time.

mod affinity;
mod all;
mod blame;
mod ceiling;
mod concurrency;
mod deadlock;
mod events;
mod fan_out;
mod flow;
mod herd;

use super::queue::{class, positive_duration};
use super::{Failure, Outcome, Terminal, value};
use crate::queueing::{Load, PriorityClass};
use crate::report::{Report, risk as report};
use crate::risk::{Batching, JobKind, Mixture};
use crate::sim::beside;
use clap::{Args, Subcommand};

/// Arguments of `risk`.
#[derive(Debug, Args)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true)]
pub(super) struct RiskArgs {
    #[command(subcommand)]
    subject: Option<Subject>,
    /// Rank everything that applies to a station or a saved document, the worst first
    #[arg(long)]
    all: bool,
    /// A document that usl or health wrote with --json, for --all
    #[arg(value_name = "DOCUMENT", requires = "all")]
    document: Option<String>,
    /// Arrivals at the station
    #[arg(long, value_name = "RATE", value_parser = value::rate, requires_all = ["all", "service", "servers"])]
    arrivals: Option<f64>,
    /// Its mean service time
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "arrivals")]
    service: Option<f64>,
    /// Its servers
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "arrivals")]
    servers: Option<f64>,
    /// Coefficient of variation of its service times
    #[arg(long, value_name = "NUM", value_parser = value::number, requires = "arrivals", default_value = "1")]
    cv_service: f64,
    /// Retries of its clients after the first attempt
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "arrivals", default_value = "3")]
    retries: f64,
    /// Outage after which its clients come back at once
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "arrivals", default_value = "10s")]
    outage: f64,
    /// Calls of this station that an answer needs
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "arrivals", default_value = "1")]
    calls: f64,
}

const HELP: &str = "\
Limits of --all: 80 % busy; all retries together at the capacity; 10 attempts a client after an
outage; services so uneven that waits are 5 times as long; pinned queues 5 times as slow as one;
low priorities 10 times as long; half of the answers with a call beyond its p99.

Examples:
  scalecalc risk --all --arrivals 200/s --service 50ms --servers 15
  scalecalc risk --all usl.json
  scalecalc risk herd --clients 10k --places 100 --service 50ms
  scalecalc risk retry --arrivals 200/s --service 50ms --servers 15 --retries 3 --timeout 1s --blip 10s
  scalecalc risk ceiling --think 10ms --service 20us --workers 10k
  scalecalc risk deadlock --threads 8 --connections 3 --pool 16";

#[derive(Debug, Subcommand)]
enum Subject {
    /// Clients come back at once: how long, how many attempts, which backoff and window?
    Herd(herd::HerdArgs),
    /// Do retries tip it over, and does it come back by itself?
    Retry(flow::RetryArgs),
    /// Who starves under priorities, and how much may the important ones take?
    Starvation(StarvationArgs),
    /// What do the few long jobs do to the many short ones?
    HeadOfLine(HeadOfLineArgs),
    /// What do a hot key and pinned users cost?
    Affinity(affinity::AffinityArgs),
    /// How often do locks deadlock, and which pool or queue cannot?
    Deadlock(deadlock::DeadlockArgs),
    /// How many workers does a shared store carry?
    Ceiling(ceiling::CeilingArgs),
    /// Which batch size?
    Batch(BatchArgs),
    /// How many at once, and how many may wait?
    Concurrency(concurrency::ConcurrencyArgs),
    /// How does the tail grow with fan-out, and what does hedging buy?
    FanOut(fan_out::FanOutArgs),
}

#[derive(Debug, Args)]
struct StarvationArgs {
    /// Priority classes on one server, highest first: RATE:SERVICE or RATE:SERVICE:CV
    #[arg(long, value_name = "LIST", value_parser = class, value_delimiter = ',', required = true)]
    priority: Vec<PriorityClass>,
    /// Longest mean wait that the lowest class is promised
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    longest_wait: Option<f64>,
    #[command(flatten)]
    events: events::Events,
}

#[derive(Debug, Args)]
struct HeadOfLineArgs {
    /// Arrivals of all kinds together
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    arrivals: f64,
    /// Kinds of jobs: SHARE:SERVICE or SHARE:SERVICE:CV, such as 99%:1ms:0,1%:100ms:0
    #[arg(long, value_name = "LIST", value_parser = kind, value_delimiter = ',', required = true)]
    jobs: Vec<JobKind>,
    #[command(flatten)]
    events: events::Events,
}

#[derive(Debug, Args)]
struct BatchArgs {
    /// Items that arrive
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    arrivals: f64,
    /// Time a batch costs whatever its size
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    fixed: f64,
    /// Time that an item adds
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    per_item: f64,
    /// Sizes to look at besides
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    size: Option<value::Sizes>,
    /// Utilization that leaves enough headroom
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "90%")]
    busy: f64,
    /// A timer that closes a batch this long after its first item
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "simulate")]
    flush: Option<f64>,
    #[command(flatten)]
    events: events::Events,
}

/// SHARE:SERVICE or SHARE:SERVICE:CV.
fn kind(text: &str) -> Result<JobKind, String> {
    let mut parts = text.split(':');
    let (Some(share), Some(service), cv, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(
            "write a kind as SHARE:SERVICE or SHARE:SERVICE:CV, such as 99%:1ms:0".to_owned(),
        );
    };
    let cv = match cv {
        Some(text) => value::number(text)?,
        None => 1.0,
    };
    if cv < 0.0 {
        return Err(format!("a cv is 0 or above, not {cv}"));
    }
    Ok(JobKind {
        fraction: value::ratio(share)?,
        mean_service: positive_duration(service)?,
        variability: cv * cv,
    })
}

/// The load of a station.
fn load(arrivals: f64, service: f64) -> Load {
    Load {
        arrival_rate: arrivals,
        mean_service: service,
    }
}

/// Answers the subject that was asked for.
pub(super) fn run(args: &RiskArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let Some(subject) = &args.subject else {
        if args.all {
            let ranking = all::run(args).map_err(|failure| failure.naming(blame::usual_flags))?;
            return Ok(Outcome::done(ranking));
        }
        return Err(Failure::usage(
            "risk needs a subject, or --all",
            "scalecalc risk herd --clients 10k --places 100 --service 50ms\nscalecalc risk --all --arrivals 200/s --service 50ms --servers 15",
        ));
    };
    let report = answer(subject, terminal)
        .map_err(|failure| failure.naming(|number| blame::flags(subject, number)))?;
    Ok(Outcome::done(report))
}

fn answer(subject: &Subject, terminal: &Terminal) -> Result<Report, Failure> {
    Ok(match subject {
        Subject::Herd(args) => herd::run(args)?,
        Subject::Retry(args) => flow::retry(args)?,
        Subject::Starvation(args) => starvation(args)?,
        Subject::HeadOfLine(args) => {
            let mixture = Mixture::new(args.arrivals, &args.jobs)?;
            let beside = (args.events).beside(|runs| beside::head_of_line(&mixture, runs))?;
            report::head_of_line::report(&mixture, beside.as_ref())?
        }
        Subject::Affinity(args) => affinity::run(args, terminal)?,
        Subject::Deadlock(args) => deadlock::run(args)?,
        Subject::Ceiling(args) => ceiling::run(args)?,
        Subject::Batch(args) => batch(args)?,
        Subject::Concurrency(args) => concurrency::run(args)?,
        Subject::FanOut(args) => fan_out::run(args)?,
    })
}

fn starvation(args: &StarvationArgs) -> Result<Report, Failure> {
    let StarvationArgs {
        priority,
        longest_wait,
        events,
    } = args;
    let beside = events.beside(|runs| beside::starvation(priority, *longest_wait, runs))?;
    Ok(report::starvation::report(
        priority,
        *longest_wait,
        beside.as_ref(),
    )?)
}

fn batch(args: &BatchArgs) -> Result<Report, Failure> {
    let sizes = args.size.as_ref();
    let question = report::batch::BatchQuestion {
        work: Batching {
            arrival_rate: args.arrivals,
            fixed_cost: args.fixed,
            per_item: args.per_item,
        },
        sizes: sizes.map(|sizes| sizes.0.clone()).unwrap_or_default(),
        busy: args.busy,
    };
    let beside = args.events.beside(|runs| {
        let sizes = (question.sizes.as_slice(), question.busy);
        beside::batch(&question.work, sizes, args.flush, runs)
    })?;
    Ok(report::batch::report(&question, beside.as_ref())?)
}
