//! How often locks deadlock, which pool cannot, and when a queue that feeds itself stops.

use super::{RiskDocument, SafeSetting, Shown, count, fact, percent, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::report::columns::{Show, plural, show, table};
use crate::report::{Fact, Quantity, Report};
use crate::risk::deadlock::{LockedTransactions, SelfFeedingQueue, most_threads, smallest_pool};
use crate::sim::beside::Beside;
use serde::Serialize;

/// Seconds a day.
const DAY: f64 = 86_400.0;

/// Numbers of deadlocks; the two parts that were not asked for are null.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DeadlockNumbers {
    /// Transactions that lock.
    pub locks: Option<LockNumbers>,
    /// A pool of which each thread holds several at once.
    pub pool: Option<PoolNumbers>,
    /// A queue that its own server fills.
    pub queue: Option<FeedbackNumbers>,
}

/// Transactions that lock objects on nodes that all update the same data.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LockNumbers {
    /// Objects in the database.
    pub objects: f64,
    /// Locks a transaction takes.
    pub actions: f64,
    /// Time between two locks in seconds.
    pub action_time_s: f64,
    /// Transactions a second on each node.
    pub rate_per_node_per_s: f64,
    /// Nodes.
    pub nodes: f64,
    /// Transactions under way.
    pub concurrent_transactions: f64,
    /// P(a transaction waits), Gray et al.
    pub p_wait: f64,
    /// P(a transaction deadlocks), Gray et al.: an upper estimate.
    pub p_deadlock: f64,
    /// Deadlocks a second, eager replication, Gray et al.
    pub eager_rate_per_s: f64,
    /// Reconciliations a second, lazy group replication.
    pub lazy_group_reconciliation_rate_per_s: f64,
    /// Deadlocks a second, lazy master replication.
    pub lazy_master_rate_per_s: f64,
    /// P(a transaction waits), refined.
    pub refined_p_wait: f64,
    /// P(a transaction deadlocks), refined: the best estimate.
    pub refined_p_deadlock: f64,
    /// Deadlocks a second, refined.
    pub refined_rate_per_s: f64,
    /// Remedies side by side.
    pub remedies: Vec<LockRow>,
}

/// One change to the transactions.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LockRow {
    /// The change in words.
    pub change: &'static str,
    /// Deadlocks a second, refined.
    pub refined_rate_per_s: f64,
    /// Deadlocks a second, Gray et al.
    pub upper_rate_per_s: f64,
    /// P(a transaction waits), refined.
    pub p_wait: f64,
    /// What it costs.
    pub cost: &'static str,
}

/// A pool.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PoolNumbers {
    /// Threads.
    pub threads: f64,
    /// Connections a thread holds at once.
    pub held_at_once: f64,
    /// The smallest pool that cannot deadlock.
    pub smallest_safe_pool: f64,
    /// The pool there is; null where not given.
    pub pool: Option<f64>,
    /// Whether that one can deadlock; null where not given.
    pub can_deadlock: Option<bool>,
    /// The most threads that pool serves without deadlock; null where any or not given.
    pub most_threads: Option<f64>,
}

/// A queue that its own server fills.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FeedbackNumbers {
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// Share put back.
    pub put_back: f64,
    /// Places to wait.
    pub places: f64,
    /// Mean seconds until it deadlocks; null where practically never.
    pub mean_time_to_deadlock_s: Option<f64>,
    /// Mean time asked for in seconds; null where not asked.
    pub target_s: Option<f64>,
    /// The fewest places for that; null where none are enough or not asked.
    pub smallest_queue: Option<f64>,
}

/// What was asked: one or more of three.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct DeadlockQuestion {
    /// Transactions that lock.
    pub locks: Option<LockedTransactions>,
    /// Threads, connections each holds at once, and the pool there is.
    pub pool: Option<(f64, f64, Option<f64>)>,
    /// A queue that feeds itself, and the mean time it should last in seconds.
    pub queue: Option<(SelfFeedingQueue, Option<f64>)>,
}

/// Answers each part that was asked.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the functions of [`crate::risk::deadlock`].
pub(crate) fn report(
    question: &DeadlockQuestion,
    beside: Option<&Beside>,
) -> Result<Report, Error> {
    let mut numbers = DeadlockNumbers::default();
    let (mut answer, mut facts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut assumptions, mut tables, mut safe) = (Vec::new(), Vec::new(), None);
    let mut scene = None;
    if let Some(transactions) = &question.locks {
        let got = lock_numbers(transactions)?;
        answer.extend(lock_words(&got));
        tables.push(table("", lock_columns(), &got.remedies));
        notes.push(Note::new(
            NoteCode::Approximation,
            "best: cycles of two, 3 % to 33 % below simulated two-phase locking; at most: Gray et al., 2.6 to 3.4 times too high there",
        ));
        if got.refined_p_wait > 0.3 {
            notes.push(Note::new(
                NoteCode::Approximation,
                "more than 30 % of transactions would wait: waits lengthen the holding of locks and the truth is worse than both",
            ));
        }
        assumptions.push(
            "Locks: taken one by one, uniformly over the objects, held to the end; every node updates all replicas."
                .to_owned(),
        );
        scene = super::pictures::locks(transactions, &got);
        numbers.locks = Some(got);
    }
    if let Some((threads, held, pool)) = question.pool {
        let got = pool_numbers(threads, held, pool)?;
        answer.extend(pool_words(&got));
        facts.extend(pool_facts(&got));
        safe = Some(SafeSetting {
            name: "pool",
            value: got.smallest_safe_pool,
            unit: "connections",
            guarantees: "some thread always gets all it needs".to_owned(),
        });
        assumptions.push("Pool: each thread holds all it has until it gets the rest.".to_owned());
        numbers.pool = Some(got);
    }
    if let Some((queue, target)) = question.queue {
        let got = feedback_numbers(&queue, target)?;
        answer.push(feedback_words(&got));
        if let (Some(places), Some(target)) = (got.smallest_queue, target) {
            safe = Some(SafeSetting {
                name: "places-to-wait",
                value: places,
                unit: "places",
                guarantees: format!("{} to a deadlock on average", seconds(target)),
            });
        }
        facts.extend(feedback_facts(&got));
        assumptions.push(
            "Queue: one server, Poisson arrivals, exponential services, exact; arrivals at a full queue are lost."
                .to_owned(),
        );
        numbers.queue = Some(got);
    }
    let document = RiskDocument {
        simulation: None,
        question: "How often does it deadlock, and which setting cannot?".to_owned(),
        answer,
        safe_setting: safe,
        assumptions,
        notes,
        numbers,
    };
    let shown = Shown {
        facts,
        scene,
        ..Shown::tables("risk-deadlock", tables)
    };
    Ok(document.report(shown, beside))
}

/// What a remedy against deadlocks is shown by.
fn lock_columns() -> Vec<Show<LockRow>> {
    vec![
        show("change", "change", Quantity::Text, |row: &LockRow| {
            row.change.into()
        }),
        show(
            "refined_rate_per_day",
            "best, a day",
            Quantity::Number,
            |row| (row.refined_rate_per_s * DAY).into(),
        ),
        show(
            "upper_rate_per_day",
            "at most, a day",
            Quantity::Number,
            |row| (row.upper_rate_per_s * DAY).into(),
        ),
        show("p_wait", "must wait", Quantity::Ratio, |row| {
            row.p_wait.into()
        }),
        show("cost", "cost", Quantity::Text, |row| row.cost.into()),
    ]
}

fn lock_numbers(transactions: &LockedTransactions) -> Result<LockNumbers, Error> {
    let got = transactions.rates()?;
    let half = (transactions.actions / 2.0).ceil();
    let changes = [
        (*transactions, "as it is", ""),
        (
            LockedTransactions {
                actions: half,
                ..*transactions
            },
            "half as many locks each",
            "smaller transactions",
        ),
        (
            LockedTransactions {
                action_time: transactions.action_time / 2.0,
                ..*transactions
            },
            "locks held half as long",
            "faster steps",
        ),
        (
            LockedTransactions {
                nodes: 1.0,
                rate_per_node: transactions.rate_per_node * transactions.nodes,
                ..*transactions
            },
            "one node for all updates",
            "one machine carries all writes",
        ),
    ];
    let mut remedies = Vec::new();
    for (changed, change, cost) in changes {
        let rates = changed.rates()?;
        remedies.push(LockRow {
            change,
            refined_rate_per_s: rates.refined_rate,
            upper_rate_per_s: rates.eager_rate,
            p_wait: rates.refined_p_wait,
            cost,
        });
    }
    remedies.push(LockRow {
        change: "locks in one global order",
        refined_rate_per_s: 0.0,
        upper_rate_per_s: 0.0,
        p_wait: got.refined_p_wait,
        cost: "every lock known beforehand",
    });
    Ok(LockNumbers {
        objects: transactions.objects,
        actions: transactions.actions,
        action_time_s: transactions.action_time,
        rate_per_node_per_s: transactions.rate_per_node,
        nodes: transactions.nodes,
        concurrent_transactions: got.concurrent,
        p_wait: got.p_wait,
        p_deadlock: got.p_deadlock,
        eager_rate_per_s: got.eager_rate,
        lazy_group_reconciliation_rate_per_s: got.lazy_group_rate,
        lazy_master_rate_per_s: got.lazy_master_rate,
        refined_p_wait: got.refined_p_wait,
        refined_p_deadlock: got.refined_p_deadlock,
        refined_rate_per_s: got.refined_rate,
        remedies,
    })
}

/// A number in the unit of time a person would say.
fn how_often(per_second: f64, noun: &str) -> String {
    let in_unit =
        |unit: f64, name: &str| format!("{}{noun} {name}", super::number(per_second * unit));
    if per_second >= 1.0 {
        in_unit(1.0, "a second")
    } else if per_second * DAY >= 0.1 {
        in_unit(DAY, "a day")
    } else {
        in_unit(365.0 * DAY, "a year")
    }
}

fn lock_words(got: &LockNumbers) -> Vec<String> {
    vec![
        format!(
            "About {} ({} at most, by Gray); {} of transactions wait for a lock.",
            how_often(got.refined_rate_per_s, " deadlocks"),
            how_often(got.eager_rate_per_s, ""),
            percent(got.refined_p_wait)
        ),
        format!(
            "Twice the nodes on the same data: 8 times as many ({}).",
            how_often(8.0 * got.refined_rate_per_s, "")
        ),
    ]
}

fn pool_numbers(threads: f64, held: f64, pool: Option<f64>) -> Result<PoolNumbers, Error> {
    let smallest = smallest_pool(threads, held)?;
    let most = match pool {
        Some(pool) => most_threads(pool, held)?,
        None => None,
    };
    Ok(PoolNumbers {
        threads,
        held_at_once: held,
        smallest_safe_pool: smallest,
        pool,
        can_deadlock: pool.map(|pool| pool < smallest),
        most_threads: most,
    })
}

fn pool_words(got: &PoolNumbers) -> Vec<String> {
    let mut lines = vec![format!(
        "A pool of {} cannot deadlock: {} hold {} each at once; one fewer can.",
        count(got.smallest_safe_pool),
        plural(got.threads, "thread"),
        count(got.held_at_once)
    )];
    if let (Some(pool), Some(can)) = (got.pool, got.can_deadlock) {
        lines.push(match (can, got.most_threads) {
            (true, Some(most)) => format!(
                "A pool of {} can: it is safe for {} at most.",
                count(pool),
                plural(most, "thread")
            ),
            _ => format!("A pool of {} is safe.", count(pool)),
        });
    }
    lines
}

fn pool_facts(got: &PoolNumbers) -> Vec<Fact> {
    vec![
        fact("threads", "threads", Quantity::Count, got.threads),
        fact(
            "held_at_once",
            "held at once",
            Quantity::Count,
            got.held_at_once,
        ),
        fact(
            "smallest_safe_pool",
            "smallest safe pool",
            Quantity::Count,
            got.smallest_safe_pool,
        ),
    ]
}

fn feedback_numbers(
    queue: &SelfFeedingQueue,
    target: Option<f64>,
) -> Result<FeedbackNumbers, Error> {
    Ok(FeedbackNumbers {
        arrival_rate_per_s: queue.arrival_rate,
        mean_service_s: queue.mean_service,
        put_back: queue.back,
        places: queue.places,
        mean_time_to_deadlock_s: queue.mean_time_to_deadlock()?,
        target_s: target,
        smallest_queue: match target {
            Some(target) => queue.smallest_queue(target)?,
            None => None,
        },
    })
}

fn feedback_words(got: &FeedbackNumbers) -> String {
    let now = match got.mean_time_to_deadlock_s {
        Some(time) => format!(
            "With {} to wait the queue blocks itself after {} on average",
            plural(got.places, "place"),
            seconds(time)
        ),
        None => format!(
            "With {} to wait the queue practically never blocks itself",
            plural(got.places, "place")
        ),
    };
    match (got.target_s, got.smallest_queue) {
        (Some(target), Some(places)) => {
            format!(
                "{now}; {} it takes {}.",
                format_args!("for {}", seconds(target)),
                plural(places, "place")
            )
        }
        (Some(target), None) => format!("{now}; no number of places makes it {}.", seconds(target)),
        (None, _) => format!("{now}; a queue of its own for what goes back never does."),
    }
}

fn feedback_facts(got: &FeedbackNumbers) -> Vec<Fact> {
    vec![
        fact("places", "places to wait", Quantity::Count, got.places),
        fact("put_back", "put back", Quantity::Ratio, got.put_back),
        fact(
            "mean_time_to_deadlock_s",
            "mean time to deadlock",
            Quantity::Seconds,
            got.mean_time_to_deadlock_s,
        ),
    ]
}
