//! Items that are worked off in batches: full ones, or what is there when a timer runs out.

use super::histogram::Histogram;
use super::streams::{Purpose, Stream};
use crate::domain;
use crate::error::Error;
use crate::risk::Batching;
use std::collections::VecDeque;

/// Poisson items, one server, batches in the order in which they close.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batches {
    /// Arrivals and costs.
    pub work: Batching,
    /// Items that close a batch, 1 or more.
    pub size: u32,
    /// Seconds after its first item at which a batch closes in any case; `None` for never.
    pub flush: Option<f64>,
}

/// What one run found.
#[derive(Debug, Clone)]
pub struct BatchRun {
    /// Mean seconds from the arrival of an item to the end of its batch.
    pub latency: f64,
    /// Every such time.
    pub latencies: Histogram,
    /// Share of time the server works.
    pub utilization: f64,
    /// Mean items a batch.
    pub items: f64,
}

impl Batches {
    /// One run of `items` items, of which the first tenth does not count.
    ///
    /// # Errors
    /// As [`Batching::checked`]; [`Error::OutOfRange`] for no items, a size of 0 or a timer
    /// that is not above 0.
    pub fn run(&self, seed: u64, run: u64, items: u32) -> Result<BatchRun, Error> {
        let work = self.work.checked()?;
        domain::positive("items", f64::from(items))?;
        domain::positive("batch size", f64::from(self.size))?;
        let flush = match self.flush {
            Some(flush) => domain::positive("flush timer", flush)?,
            None => f64::INFINITY,
        };
        let mut arrivals = Stream::new(seed, run, Purpose::Arrivals);
        let mut server = Server::new(&work, items);
        let mut open: VecDeque<f64> = VecDeque::new();
        let mut now = 0.0;
        for _ in 0..items {
            now += arrivals.exponential() / work.arrival_rate;
            if let Some(first) = open.front().copied()
                && first + flush <= now
            {
                server.close(first + flush, &mut open);
            }
            open.push_back(now);
            if open.len() >= self.size as usize {
                server.close(now, &mut open);
            }
        }
        Ok(server.end())
    }
}

/// The server and what it counts.
struct Server {
    fixed: f64,
    per_item: f64,
    free: f64,
    skip: u64,
    seen: u64,
    counted: u64,
    batches: u64,
    sum: f64,
    busy: f64,
    from: Option<f64>,
    latencies: Histogram,
}

impl Server {
    fn new(work: &Batching, items: u32) -> Self {
        let unit = work.fixed_cost + work.per_item;
        Self {
            fixed: work.fixed_cost,
            per_item: work.per_item,
            free: 0.0,
            skip: u64::from(items / 10),
            seen: 0,
            counted: 0,
            batches: 0,
            sum: 0.0,
            busy: 0.0,
            from: None,
            latencies: Histogram::new(if unit > 0.0 { unit } else { 1.0 }),
        }
    }

    /// A batch is ready.
    fn close(&mut self, ready: f64, open: &mut VecDeque<f64>) {
        let items = open.len() as f64;
        let service = self.per_item.mul_add(items, self.fixed);
        let done = self.free.max(ready) + service;
        let before = std::mem::replace(&mut self.free, done);
        if self.seen < self.skip {
            self.seen += open.len() as u64;
            open.clear();
            return;
        }
        self.from.get_or_insert(before);
        self.busy += service;
        self.batches += 1;
        for arrived in open.drain(..) {
            self.counted += 1;
            self.sum += done - arrived;
            self.latencies.add(done - arrived);
        }
    }

    fn end(self) -> BatchRun {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        BatchRun {
            latency: share(self.sum, self.counted as f64),
            utilization: share(self.busy, self.free - self.from.unwrap_or(0.0)).min(1.0),
            items: share(self.counted as f64, self.batches as f64),
            latencies: self.latencies,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::confidence::Sample;

    fn mean(batches: &Batches, of: fn(&BatchRun) -> f64) -> Sample {
        let runs: Vec<f64> = (0..10)
            .map(|run| of(&batches.run(2, run, 40_000).unwrap()))
            .collect();
        Sample::of(&runs).unwrap()
    }

    const WORK: Batching = Batching {
        arrival_rate: 0.8,
        fixed_cost: 1.0,
        per_item: 0.0,
    };

    /// Batches of one are M/D/1: S + ρS/(2(1 − ρ)) = 3 at 80 %.
    #[test]
    fn batches_of_one_are_a_queue_of_constant_services() {
        let one = Batches {
            work: WORK,
            size: 1,
            flush: None,
        };
        let found = mean(&one, |run| run.latency);
        assert!(
            found.error < 0.05 && (found.mean - 3.0).abs() < 4.0 * found.error,
            "{found:?}"
        );
        let busy = mean(&one, |run| run.utilization);
        assert!((busy.mean - 0.8).abs() < 4.0 * busy.error, "{busy:?}");
    }

    /// A timer so short that it always runs out first, with a server that is never busy: the
    /// first item waits for it, the others that come meanwhile less; a batch holds 1 + λT.
    #[test]
    fn a_timer_closes_what_is_there() {
        let timed = Batches {
            work: Batching {
                arrival_rate: 1.0,
                fixed_cost: 1e-9,
                per_item: 0.0,
            },
            size: 1000,
            flush: Some(2.0),
        };
        let items = mean(&timed, |run| run.items);
        assert!((items.mean - 3.0).abs() < 4.0 * items.error, "{items:?}");
        // The first waits T, the λT others T/2 on average: (T + λT·T/2)/(1 + λT) = 4/3.
        let latency = mean(&timed, |run| run.latency);
        assert!(
            latency.error < 0.01 && (latency.mean - 4.0 / 3.0).abs() < 4.0 * latency.error,
            "{latency:?}"
        );
        assert!(
            Batches { size: 0, ..timed }.run(1, 0, 10).is_err()
                && Batches {
                    flush: Some(0.0),
                    ..timed
                }
                .run(1, 0, 10)
                .is_err()
        );
    }
}
