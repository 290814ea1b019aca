//! Batches that close when they are full, or when a timer runs out.

use super::{Beside, Case, MOST, Repeats, Unit, count};
use crate::error::Error;
use crate::risk::Batching;
use crate::sim::batches::{BatchRun, Batches};
use crate::sim::confidence::quantile;
use crate::sim::histogram::Histogram;
use rayon::prelude::*;

/// Batches of the fastest size, of the smallest that leaves the server at most `busy` busy, and
/// of each of these sizes; with a flush timer the same as well.
///
/// # Errors
/// As [`Batching::at`] and [`Batches::run`].
pub(crate) fn batch(
    work: &Batching,
    (sizes, busy): (&[f64], f64),
    flush: Option<f64>,
    runs: Repeats,
) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let mut sizes = sizes.to_vec();
    sizes.extend(work.fastest()?.map(|batch| batch.size));
    sizes.extend(work.with_headroom(busy)?);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    for size in sizes {
        let said = work.at(size)?;
        if said.latency.is_some() {
            let case = Case::approximate("batches of").at(size, Unit::Number);
            one(&mut beside, work, size, None, (case, said.latency))?;
        }
        if let Some(flush) = flush {
            let case = Case::approximate("timer, batches up to").at(size, Unit::Number);
            one(&mut beside, work, size, Some(flush), (case, None))?;
        }
    }
    Ok(beside)
}

fn one(
    beside: &mut Beside,
    work: &Batching,
    size: f64,
    flush: Option<f64>,
    (case, latency): (Case, Option<f64>),
) -> Result<(), Error> {
    let items = (300.0 * size).max(20_000.0);
    if items * f64::from(beside.runs.runs) > MOST {
        beside
            .left_out
            .push(format!("batches of {size} (too long)"));
        return Ok(());
    }
    let batches = Batches {
        work: *work,
        size: count("batch size", size)?,
        flush,
    };
    let items = count("items", items.round())?;
    let all: Vec<BatchRun> = (0..u64::from(beside.runs.runs))
        .into_par_iter()
        .map(|run| batches.run(beside.runs.seed, run, items))
        .collect::<Result<_, _>>()?;
    let of = |pick: fn(&BatchRun) -> f64| all.iter().map(pick).collect::<Vec<f64>>();
    let busy = of(|run| run.utilization);
    if busy.iter().sum::<f64>() > 0.999 * busy.len() as f64 {
        beside.left_out.push(format!(
            "batches up to {size} with the timer (they cannot keep up)"
        ));
        return Ok(());
    }
    beside.values(
        case,
        ("latency", Unit::Seconds),
        latency,
        &of(|run| run.latency),
    )?;
    if flush.is_some() {
        let groups: Vec<Histogram> = all.iter().map(|run| run.latencies.clone()).collect();
        let mut together = Histogram::new(work.fixed_cost + work.per_item);
        for group in &groups {
            together.merge(group);
        }
        let p99 = quantile(&together, &groups, 0.99, beside.runs.level)?;
        let runs = beside.runs.runs;
        beside.row(case, ("p99", Unit::Seconds), None, p99, runs);
        beside.values(
            case,
            ("items a batch", Unit::Number),
            None,
            &of(|run| run.items),
        )?;
        beside.values(case, ("busy", Unit::Share), None, &busy)?;
    }
    Ok(())
}
