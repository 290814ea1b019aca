//! Threads that each need several connections of one pool at once.

use super::streams::{Purpose, Stream};
use crate::domain;
use crate::error::Error;

/// Threads that take the connections of a pool one by one, keep what they have until they have
/// all they need, work, and give all back. Whoever finds none waits in line. The times between
/// two steps of a thread are exponential with one mean, so that who is next is drawn evenly
/// among those that do not wait.
///
/// # References
/// E. Coffman, M. Elphick, A. Shoshani, System deadlocks, Computing Surveys 3 (1971), for the
/// conditions; the bound that cannot deadlock is [`crate::risk::deadlock::smallest_pool`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Threads, 1 to 10,000.
    pub threads: u32,
    /// Connections a thread holds at once, 1 to 10,000.
    pub held: u32,
    /// Connections of the pool, at least as many as one thread holds.
    pub connections: u32,
}

/// What one run found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolRun {
    /// Pieces of work that were finished.
    pub uses: u64,
    /// Whether everything stood still after them.
    pub stuck: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Thread {
    has: u32,
}

impl Pool {
    /// The same, if it can be.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for counts outside their ranges.
    pub fn checked(self) -> Result<Self, Error> {
        domain::positive("threads", f64::from(self.threads))?;
        domain::positive("connections held at once", f64::from(self.held))?;
        for (name, value) in [
            ("threads", self.threads),
            ("connections held at once", self.held),
        ] {
            if value > 10_000 {
                return Err(Error::OutOfRange {
                    name,
                    value: f64::from(value),
                    allowed: "from 1 to 10,000 in a simulation",
                });
            }
        }
        if self.connections < self.held {
            return Err(Error::OutOfRange {
                name: "pool",
                value: f64::from(self.connections),
                allowed: "at least what one thread holds",
            });
        }
        Ok(self)
    }

    /// One run, until everything stands still or so many uses are done.
    ///
    /// # Errors
    /// As [`Pool::checked`].
    pub fn run(self, seed: u64, run: u64, most_uses: u64) -> Result<PoolRun, Error> {
        let Self {
            threads,
            held,
            connections,
        } = self.checked()?;
        let mut choice = Stream::new(seed, run, Purpose::Choice);
        let mut all = vec![Thread::default(); threads as usize];
        let mut active: Vec<u32> = (0..threads).collect();
        let mut line: std::collections::VecDeque<u32> = std::collections::VecDeque::new();
        let (mut free, mut uses) = (connections, 0);
        while uses < most_uses {
            let many = u32::try_from(active.len()).unwrap_or(0);
            if many == 0 {
                return Ok(PoolRun { uses, stuck: true });
            }
            let slot = choice.below(many) as usize;
            let Some(&at) = active.get(slot) else { break };
            let Some(thread) = all.get_mut(at as usize) else {
                break;
            };
            if thread.has < held {
                if free > 0 {
                    free -= 1;
                    thread.has += 1;
                } else {
                    active.swap_remove(slot);
                    line.push_back(at);
                }
                continue;
            }
            free += thread.has;
            thread.has = 0;
            uses += 1;
            while free > 0
                && let Some(next) = line.pop_front()
            {
                free -= 1;
                if let Some(thread) = all.get_mut(next as usize) {
                    thread.has += 1;
                }
                active.push(next);
            }
        }
        Ok(PoolRun { uses, stuck: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::confidence::Sample;

    fn pool(threads: u32, held: u32, connections: u32) -> Pool {
        Pool {
            threads,
            held,
            connections,
        }
    }

    /// Two threads of two connections at a pool of two. From one held and one idle, half of the
    /// steps complete the first thread and lead back there after one use, half are the end: one
    /// use on average.
    #[test]
    fn two_threads_stand_still_after_one_use_on_average() {
        let uses: Vec<f64> = (0..4000)
            .map(|run| pool(2, 2, 2).run(5, run, 1_000_000).unwrap())
            .map(|found| {
                assert!(found.stuck);
                found.uses as f64
            })
            .collect();
        let found = Sample::of(&uses).unwrap();
        assert!(found.error < 0.03, "{found:?}");
        assert!((found.mean - 1.0).abs() < 4.0 * found.error, "{found:?}");
    }

    /// `HikariCP`, About Pool Sizing: T(m − 1) + 1 never, one fewer can.
    #[test]
    fn one_connection_fewer_than_enough_stands_still() {
        for (threads, held, enough) in [(3, 4, 10), (8, 3, 17)] {
            assert!(
                (0..5).all(|run| {
                    let found = pool(threads, held, enough).run(1, run, 20_000).unwrap();
                    !found.stuck && found.uses == 20_000
                }),
                "{threads} {held}"
            );
            let fewer = pool(threads, held, enough - 1);
            let stuck = (0..5).filter(|run| fewer.run(1, *run, 1_000_000).unwrap().stuck);
            assert!(stuck.count() > 0, "{threads} {held}");
        }
        assert!(pool(3, 4, 3).checked().is_err() && pool(0, 1, 1).checked().is_err());
    }
}
