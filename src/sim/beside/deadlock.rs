//! Pools that stand still, and queues that feed themselves.

use super::{Beside, Case, Unit, count};
use crate::error::Error;
use crate::risk::deadlock::{SelfFeedingQueue, smallest_pool};
use crate::sim::confidence::proportion;
use crate::sim::pool::Pool;
use crate::sim::results::Measure;
use crate::sim::scenario::Scenario;
use rayon::prelude::*;

/// Uses after which a pool that still works is believed to.
const USES: u64 = 100_000;
/// Requests of one run of a queue that feeds itself.
const REQUESTS: f64 = 2e6;

/// Threads at the pool there is, at the smallest safe one and at one connection fewer.
///
/// # Errors
/// As [`smallest_pool`] and [`Pool::checked`].
pub(crate) fn pool(
    threads: f64,
    held: f64,
    given: Option<f64>,
    beside: &mut Beside,
) -> Result<(), Error> {
    let safe = smallest_pool(threads, held)?;
    let mut sizes: Vec<f64> = given.into_iter().collect();
    sizes.extend([safe - 1.0, safe]);
    sizes.retain(|size| *size >= held);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let (threads, held) = (count("threads", threads)?, count("connections", held)?);
    for size in sizes {
        let pool = Pool {
            threads,
            held,
            connections: count("pool", size)?,
        };
        let runs: Vec<_> = (0..u64::from(beside.runs.runs))
            .into_par_iter()
            .map(|run| pool.run(beside.runs.seed, run, USES))
            .collect::<Result<_, _>>()?;
        let stuck = runs.iter().filter(|run| run.stuck).count();
        let case = Case::exact("a pool of").at(size, Unit::Number);
        let happened = proportion(stuck as u64, runs.len() as u64, beside.runs.level)?;
        let never = (size >= safe).then_some(0.0);
        beside.row(
            case,
            ("stands still within 100,000 uses", Unit::Share),
            never,
            happened,
            beside.runs.runs,
        );
        if stuck == runs.len() {
            let uses: Vec<f64> = runs.iter().map(|run| run.uses as f64).collect();
            beside.values(case, ("uses until then", Unit::Number), None, &uses)?;
        }
    }
    Ok(())
}

/// A queue whose server puts items back, until it blocks itself.
///
/// # Errors
/// As [`SelfFeedingQueue::mean_time_to_deadlock`].
pub(crate) fn self_feeding(queue: &SelfFeedingQueue, beside: &mut Beside) -> Result<(), Error> {
    let said = queue.mean_time_to_deadlock()?;
    let each = said.map(|time| time * queue.arrival_rate);
    if each.is_none_or(|requests| requests > REQUESTS) {
        beside
            .left_out
            .push("the queue (it blocks itself too rarely)".to_owned());
        return Ok(());
    }
    let mut scenario = Scenario::mmc(queue.arrival_rate, queue.mean_service, 1)?;
    scenario.places = Some(count("places to wait", queue.places)?.saturating_add(1));
    scenario.rejoin = queue.back;
    let case = Case::exact("places to wait:").at(queue.places, Unit::Number);
    // The time until it happens is nearly exponential: 20 runs alone say little.
    let mut plan = beside.plan(1);
    plan.runs = plan.runs.saturating_mul(20);
    beside.scenario(
        case,
        &scenario,
        &plan,
        &[(
            Measure::Duration,
            "blocks itself after",
            Unit::Seconds,
            said,
        )],
    )?;
    Ok(())
}
