//! Deadlocks: of locks in a database, of pools that are exhausted, of a queue that feeds itself.

use super::herd::count;
use crate::domain;
use crate::error::Error;

/// Transactions that lock what they touch, on n nodes that all update the same objects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LockedTransactions {
    /// D: objects in the database, at least 1.
    pub objects: f64,
    /// A: locks a transaction takes, at least 1.
    pub actions: f64,
    /// Time between two of its locks in seconds.
    pub action_time: f64,
    /// Transactions a second that start on each node.
    pub rate_per_node: f64,
    /// n, a whole number from 1.
    pub nodes: f64,
}

/// How often transactions wait and deadlock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LockRates {
    /// Transactions under way, T = TPS·A·tₐ·n².
    pub concurrent: f64,
    /// P(a transaction waits) by Gray et al., T·A²/(2D).
    pub p_wait: f64,
    /// P(a transaction deadlocks) by Gray et al., T·A⁴/(4D²): an upper estimate.
    pub p_deadlock: f64,
    /// Deadlocks a second by Gray et al., TPS²·tₐ·A⁵·n³/(4D²).
    pub eager_rate: f64,
    /// Reconciliations a second with lazy group replication, TPS²·tₐ·(A·n)³/(2D).
    pub lazy_group_rate: f64,
    /// Deadlocks a second with lazy master replication, (TPS·n)²·tₐ·A⁵/(4D²).
    pub lazy_master_rate: f64,
    /// P(a transaction waits), T·A(A+1)/(2D).
    pub refined_p_wait: f64,
    /// P(a transaction deadlocks), cycles of two counted exactly: T·A(A+1)(A−1)²/(12D²).
    pub refined_p_deadlock: f64,
    /// Deadlocks a second by the refined count, p·TPS·n.
    pub refined_rate: f64,
}

impl LockedTransactions {
    /// The rates; estimates for rare waits: a P(wait) above 0.3 says that the system no longer
    /// works as assumed.
    ///
    /// The refined count is one third of Gray's for large A; in simulation (two-phase locking,
    /// 1 to 4 nodes) it was 3 % to 33 % low and Gray's 2.6 to 3.4 times too high.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range or a rate that overflows.
    ///
    /// # References
    /// J. Gray, P. Helland, P. O'Neil, D. Shasha, SIGMOD (1996); refined constant derived here.
    pub fn rates(&self) -> Result<LockRates, Error> {
        let Self {
            objects: d,
            actions: a,
            action_time,
            rate_per_node: tps,
            nodes: n,
        } = *self;
        count("nodes", n)?;
        domain::count("locks a transaction", a)?;
        domain::positive("action time", action_time)?;
        domain::non_negative("transaction rate", tps)?;
        domain::count("objects", d)?;
        let concurrent = tps * a * action_time * n * n;
        let p_deadlock = concurrent * (a * a / d) * (a * a / d) / 4.0;
        let refined = concurrent * (a / d) * ((a + 1.0) / d) * (a - 1.0) * (a - 1.0) / 12.0;
        let rates = LockRates {
            concurrent,
            p_wait: concurrent * a * a / (2.0 * d),
            p_deadlock,
            eager_rate: p_deadlock * tps * n,
            lazy_group_rate: tps * tps * action_time * (a * n) * (a * n) * (a * n / d) / 2.0,
            lazy_master_rate: p_deadlock * tps,
            refined_p_wait: concurrent * a * (a + 1.0) / (2.0 * d),
            refined_p_deadlock: refined,
            refined_rate: refined * tps * n,
        };
        domain::finite("deadlock rate", rates.eager_rate)?;
        domain::finite("reconciliation rate", rates.lazy_group_rate)?;
        Ok(rates)
    }
}

/// The smallest pool that cannot deadlock when each of T threads holds up to m connections at
/// once: T(m − 1) + 1. One fewer can: every thread holds m − 1 and waits for one more.
///
/// # Errors
/// [`Error::OutOfRange`] for counts that are not whole numbers from 1.
///
/// # References
/// `HikariCP`, About Pool Sizing.
pub fn smallest_pool(threads: f64, held_at_once: f64) -> Result<f64, Error> {
    Ok(count("threads", threads)? * (count("connections a thread", held_at_once)? - 1.0) + 1.0)
}

/// The most threads that a pool of P connections serves without deadlock when each holds up to
/// m at once: ⌊(P − 1)/(m − 1)⌋; `None` where one connection is enough for each.
///
/// # Errors
/// [`Error::OutOfRange`] for counts that are not whole numbers from 1.
pub fn most_threads(pool: f64, held_at_once: f64) -> Result<Option<f64>, Error> {
    let (pool, held) = (
        count("pool", pool)?,
        count("connections a thread", held_at_once)?,
    );
    Ok((held > 1.0).then(|| ((pool - 1.0) / (held - 1.0)).floor()))
}

/// A queue whose server puts part of what it has served back into the same queue: once the
/// queue is full the server waits for itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelfFeedingQueue {
    /// λ in 1/s, above 0; who finds the queue full is lost.
    pub arrival_rate: f64,
    /// Mean service time in seconds, above 0.
    pub mean_service: f64,
    /// Share of services that put an item back, 0 to 1.
    pub back: f64,
    /// Places to wait, a whole number from 1 to 10⁷.
    pub places: f64,
}

impl SelfFeedingQueue {
    /// Mean time in seconds from empty until it deadlocks; `None` where nothing goes back or
    /// it is longer than a float can say.
    ///
    /// Birth–death steps: hᵢ, the mean time from i to i + 1 present, is 1/λ + (d/λ)hᵢ₋₁ with
    /// d = (1 − r)μ; from full, (S + (1 − r)hₙ)/r more. All terms are positive. Exact for
    /// Poisson arrivals and exponential services.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range.
    ///
    /// # References
    /// G. Palmer, P. Harper, V. Knight, Modelling deadlock in open restricted queueing
    /// networks, European Journal of Operational Research 266 (2018).
    pub fn mean_time_to_deadlock(&self) -> Result<Option<f64>, Error> {
        const MOST_PLACES: f64 = 1e7;
        domain::positive("arrival rate", self.arrival_rate)?;
        domain::positive("mean service time", self.mean_service)?;
        domain::fraction("share put back", self.back)?;
        let places = count("places to wait", self.places)?;
        if places > MOST_PLACES {
            return Err(Error::OutOfRange {
                name: "places to wait",
                value: places,
                allowed: "a whole number from 1 to 1e7",
            });
        }
        if self.back == 0.0 {
            return Ok(None);
        }
        let ratio = (1.0 - self.back) / self.mean_service / self.arrival_rate;
        let (mut step, mut total, mut i) = (0.0, 0.0, 0.0);
        while i <= places && total < f64::MAX / 4.0 {
            step = 1.0 / self.arrival_rate + ratio * step;
            total += step;
            i += 1.0;
        }
        let time = total + (self.mean_service + (1.0 - self.back) * step) / self.back;
        Ok(time.is_finite().then_some(time))
    }

    /// The fewest places to wait for a mean time to deadlock of at least `target` seconds;
    /// `None` where 10⁷ places are not enough.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range.
    pub fn smallest_queue(&self, target: f64) -> Result<Option<f64>, Error> {
        domain::positive("mean time to deadlock", target)?;
        let lasts = |places: f64| -> Result<bool, Error> {
            let time = Self { places, ..*self }.mean_time_to_deadlock()?;
            Ok(time.is_none_or(|time| time >= target))
        };
        let (mut low, mut high) = (0.0, 1.0);
        while !lasts(high)? {
            if high >= 8_388_608.0 {
                return Ok(None);
            }
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if lasts(middle)? {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Some(high))
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_one_connection_more_than_all_but_one_each() {
        // HikariCP, About Pool Sizing
        for (threads, held, pool) in [(3.0, 4.0, 10.0), (8.0, 3.0, 17.0), (20.0, 2.0, 21.0)] {
            assert_eq!(smallest_pool(threads, held).unwrap(), pool);
            assert_eq!(most_threads(pool, held).unwrap(), Some(threads));
            assert_eq!(most_threads(pool - 1.0, held).unwrap(), Some(threads - 1.0));
        }
        assert_eq!(smallest_pool(50.0, 1.0).unwrap(), 1.0);
        assert_eq!(most_threads(1.0, 1.0).unwrap(), None);
    }

    #[test]
    fn a_queue_that_feeds_itself_published() {
        // absorbing chains solved by an independent program, (λ, μ, r, places)
        for (lambda, mu, back, places, expected) in [
            (1.0, 2.0, 0.25, 2.0, 24.5),
            (1.0, 2.0, 0.25, 3.0, 42.75),
            (5.0, 10.0, 0.5, 5.0, 5.6),
            (0.9, 2.0, 0.5, 10.0, 131.529_91),
        ] {
            let queue = SelfFeedingQueue {
                arrival_rate: lambda,
                mean_service: 1.0 / mu,
                back,
                places,
            };
            let got = queue.mean_time_to_deadlock().unwrap().unwrap();
            assert!((got / expected - 1.0).abs() < 1e-9, "{got}");
            let smallest = queue.smallest_queue(expected * 0.999_999).unwrap();
            assert_eq!(smallest, Some(places));
        }
    }

    #[test]
    fn a_queue_that_practically_never_fills_has_no_time() {
        let queue = SelfFeedingQueue {
            arrival_rate: 1.0,
            mean_service: 0.01,
            back: 0.1,
            places: 1000.0,
        };
        assert_eq!(queue.mean_time_to_deadlock().unwrap(), None);
        let never = SelfFeedingQueue { back: 0.0, ..queue };
        assert_eq!(never.mean_time_to_deadlock().unwrap(), None);
    }
}
