//! `risk deadlock`: locks, pools, queues that feed themselves.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, value};
use crate::report::Report;
use crate::report::risk::deadlock::{DeadlockQuestion, report};
use crate::risk::deadlock::{LockedTransactions, SelfFeedingQueue};
use crate::sim::beside::{self, Beside};
use clap::Args;

const HELP: &str = "\
Examples:
  scalecalc risk deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s --nodes 10
  scalecalc risk deadlock --threads 8 --connections 3 --pool 16
  scalecalc risk deadlock --arrivals 1/s --service 500ms --put-back 25% --waiting 2 --last 24h";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct DeadlockArgs {
    /// Objects that can be locked
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires_all = ["locks", "lock_time", "rate"])]
    objects: Option<f64>,
    /// Locks a transaction takes, one after the other
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "objects")]
    locks: Option<f64>,
    /// Time between two of its locks
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "objects")]
    lock_time: Option<f64>,
    /// Transactions of each node
    #[arg(long, value_name = "RATE", value_parser = value::rate, requires = "objects")]
    rate: Option<f64>,
    /// Nodes that all update the same objects
    #[arg(long, value_name = "NUM", value_parser = value::quantity, default_value = "1")]
    nodes: f64,
    /// Threads that share a pool
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "connections")]
    threads: Option<f64>,
    /// Connections that a thread holds at once
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "threads")]
    connections: Option<f64>,
    /// Connections of the pool there is
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "threads")]
    pool: Option<f64>,
    /// Arrivals at a queue whose server puts items back into it
    #[arg(long, value_name = "RATE", value_parser = value::rate, requires_all = ["service", "put_back", "waiting"])]
    arrivals: Option<f64>,
    /// Its mean service time
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "arrivals")]
    service: Option<f64>,
    /// Share of the items that it puts back
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, requires = "arrivals")]
    put_back: Option<f64>,
    /// Places to wait
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires = "arrivals")]
    waiting: Option<f64>,
    /// How long it should last on average: finds the smallest queue
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "arrivals")]
    last: Option<f64>,
    #[command(flatten)]
    events: Events,
}

pub(super) fn run(args: &DeadlockArgs) -> Result<Report, Failure> {
    let locks = match (args.objects, args.locks, args.lock_time, args.rate) {
        (Some(objects), Some(actions), Some(action_time), Some(rate_per_node)) => {
            Some(LockedTransactions {
                objects,
                actions,
                action_time,
                rate_per_node,
                nodes: args.nodes,
            })
        }
        _ => None,
    };
    let pool =
        (args.threads.zip(args.connections)).map(|(threads, held)| (threads, held, args.pool));
    let queue = match (args.arrivals, args.service, args.put_back, args.waiting) {
        (Some(arrival_rate), Some(mean_service), Some(back), Some(places)) => Some((
            SelfFeedingQueue {
                arrival_rate,
                mean_service,
                back,
                places,
            },
            args.last,
        )),
        _ => None,
    };
    if locks.is_none() && pool.is_none() && queue.is_none() {
        return Err(Failure::usage(
            "risk deadlock needs locks, a pool or a queue",
            "scalecalc risk deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s\nscalecalc risk deadlock --threads 8 --connections 3",
        ));
    }
    let beside = args.events.beside(|runs| {
        let mut beside = Beside::new(runs);
        if let Some((threads, held, given)) = pool {
            beside::pool(threads, held, given, &mut beside)?;
        }
        if let Some((queue, _)) = queue {
            beside::self_feeding(&queue, &mut beside)?;
        }
        if locks.is_some() {
            let told = "deadlocks of locks (too rare; the band is stated)";
            beside.left_out.push(told.to_owned());
        }
        Ok(beside)
    })?;
    Ok(report(
        &DeadlockQuestion { locks, pool, queue },
        beside.as_ref(),
    )?)
}
