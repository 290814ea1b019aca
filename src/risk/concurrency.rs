//! Controlled concurrency: how many at once, how many may wait, and what each rule buys.

use super::herd::count;
use crate::domain;
use crate::error::Error;
use crate::queueing::{Load, MOST_SERVERS, Mmck, deadline_capacity};

/// A station that turns arrivals away once it is full: c at once, K in all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Admission {
    /// Arrivals and mean service.
    pub load: Load,
    /// c.
    pub servers: f64,
}

/// One bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// K: places in all, those in service included.
    pub capacity: f64,
    /// Share of arrivals turned away.
    pub loss: f64,
    /// Mean wait of the admitted in seconds.
    pub mean_wait: f64,
    /// 99th percentile of the wait of the admitted in seconds.
    pub p99_wait: f64,
    /// Completions a second.
    pub throughput: f64,
    /// Share of admitted arrivals that wait longer than the deadline; `None` without one.
    pub late: Option<f64>,
}

impl Admission {
    /// With K places in all (M/M/c/K).
    ///
    /// # Errors
    /// As [`Mmck::new`].
    pub fn with(&self, capacity: f64, deadline: Option<f64>) -> Result<Bounded, Error> {
        let queue = Mmck::new(self.load, self.servers, capacity)?;
        let means = queue.performance();
        Ok(Bounded {
            capacity,
            loss: means.p_block,
            mean_wait: means.mean_wait,
            p99_wait: queue.wait_quantile(0.99)?,
            throughput: means.throughput,
            late: deadline.map(|time| queue.wait_survival(time)),
        })
    }

    /// The rule K = c + ⌊c·t/S⌋: who is admitted waits about the deadline at most.
    ///
    /// # Errors
    /// As [`deadline_capacity`].
    pub fn by_deadline(&self, deadline: f64) -> Result<f64, Error> {
        deadline_capacity(self.servers, self.load.mean_service, deadline)
    }

    /// The most places with which 99 % of the admitted wait at most `deadline` seconds, by
    /// galloping and bisection; c itself where nobody may wait.
    ///
    /// `None` where an unlimited queue (up to 10⁷ places) keeps the deadline.
    ///
    /// # Errors
    /// As [`Mmck::new`]; [`Error::OutOfRange`] for a negative deadline.
    pub fn largest_capacity(&self, deadline: f64) -> Result<Option<f64>, Error> {
        domain::non_negative("deadline", deadline)?;
        let kept = |capacity: f64| -> Result<bool, Error> {
            Ok(self.with(capacity, None)?.p99_wait <= deadline)
        };
        let most = self.servers + 1e7;
        let (mut low, mut step) = (self.servers, 1.0);
        loop {
            let next = low + step;
            if next > most.min(MOST_SERVERS) {
                return Ok(None);
            }
            if !kept(next)? {
                break;
            }
            (low, step) = (next, 2.0 * step);
        }
        let mut high = low + step;
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if kept(middle)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(Some(low))
    }

    /// The fewest servers with which, under the deadline rule for K, at most `loss` of the
    /// arrivals are turned away.
    ///
    /// # Errors
    /// As [`Mmck::new`]; [`Error::OutOfRange`] unless 0 < loss < 1.
    pub fn fewest_servers(&self, deadline: f64, loss: f64) -> Result<f64, Error> {
        domain::open_fraction("share turned away", loss)?;
        let kept = |servers: f64| -> Result<bool, Error> {
            let station = Self { servers, ..*self };
            let capacity = station.by_deadline(deadline)?;
            let means = Mmck::new(self.load, servers, capacity)?.performance();
            Ok(means.p_block <= loss)
        };
        let (mut low, mut high) = (0.0, 1.0);
        while !kept(high)? {
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if kept(middle)? {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(high)
    }
}

/// Threads for tasks that compute for `compute` seconds and otherwise wait, on this many
/// cores: cores × (1 + waiting/computing).
///
/// # Errors
/// [`Error::OutOfRange`] unless cores is a whole number from 1 and
/// 0 < compute ≤ service.
///
/// # References
/// B. Goetz et al., Java Concurrency in Practice (2006).
pub fn threads_for_cores(cores: f64, compute: f64, service: f64) -> Result<f64, Error> {
    count("cores", cores)?;
    domain::positive("time to compute", compute)?;
    if !(service >= compute && service.is_finite()) {
        return Err(Error::OutOfRange {
            name: "time to compute",
            value: compute,
            allowed: "at most the whole service time",
        });
    }
    Ok(cores * (service / compute))
}

/// Customers that leave unserved after waiting τ (M/M/1 with deterministic patience): their
/// share, p = ρe^(−(μ−λ)τ)/(1 + λI + ρe^(−(μ−λ)τ)), I = (1 − e^(−(μ−λ)τ))/(μ−λ).
///
/// # Errors
/// [`Error::OutOfRange`] for a load outside its range or a negative patience.
///
/// # References
/// D. Y. Barrer, Operations Research 5 (1957).
pub fn impatient_loss(load: Load, patience: f64) -> Result<f64, Error> {
    let load = load.checked()?;
    domain::non_negative("patience", patience)?;
    let rho = load.offered();
    // Times in units of S; (1 − e^(−xτ))/x by expm1, τ at x = 0.
    let (spare, time) = (1.0 - rho, patience / load.mean_service);
    domain::finite("patience in services", time)?;
    let decay = (-spare * time).exp();
    let busy = if spare == 0.0 {
        time
    } else {
        -(-spare * time).exp_m1() / spare
    };
    if !decay.is_finite() {
        return Ok(1.0 - 1.0 / rho);
    }
    let stay = rho * decay;
    let loss = stay / (1.0 + rho * busy + stay);
    Ok(if loss.is_nan() { 1.0 - 1.0 / rho } else { loss })
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    const OVERLOADED: Admission = Admission {
        load: Load {
            arrival_rate: 600.0,
            mean_service: 0.02,
        },
        servers: 10.0,
    };

    #[test]
    fn a_longer_queue_buys_no_throughput_in_overload() {
        // c = 10, ρ = 1.2: K = 20 17.97 %, 12.7 ms; K = 60 16.67 %, 90 ms; limit 1 − 1/1.2
        let short = OVERLOADED.with(20.0, None).unwrap();
        let long = OVERLOADED.with(60.0, None).unwrap();
        assert!((short.loss - 0.1797).abs() < 5e-5 && (short.mean_wait - 0.0127).abs() < 5e-5);
        assert!((long.loss - 0.1667).abs() < 5e-5 && (long.mean_wait - 0.090).abs() < 5e-4);
        assert!((short.p99_wait - 0.033).abs() < 5e-4 && (long.p99_wait - 0.130).abs() < 5e-4);
    }

    #[test]
    fn the_largest_capacity_keeps_the_deadline_and_one_more_does_not() {
        let most = OVERLOADED.largest_capacity(0.05).unwrap().unwrap();
        assert!(OVERLOADED.with(most, None).unwrap().p99_wait <= 0.05);
        assert!(OVERLOADED.with(most + 1.0, None).unwrap().p99_wait > 0.05);
        assert_eq!(OVERLOADED.largest_capacity(0.0).unwrap(), Some(10.0));
        let servers = OVERLOADED.fewest_servers(0.05, 0.001).unwrap();
        assert!(servers > 12.0 && servers < 20.0, "{servers}");
    }

    #[test]
    fn impatience_published() {
        // computed independently; simulated .21886 and .31167 for the second and fourth
        for (lambda, patience, expected) in [
            (0.8, 1.0, 0.275_196_49),
            (0.9, 2.0, 0.218_763_73),
            (1.0, 2.0, 0.25),
            (1.2, 2.0, 0.311_817_92),
            (2.0, 5.0, 0.500_843_66),
        ] {
            let load = Load {
                arrival_rate: lambda,
                mean_service: 1.0,
            };
            let got = impatient_loss(load, patience).unwrap();
            assert!((got - expected).abs() < 1e-8, "{lambda} {patience}: {got}");
        }
        let load = Load {
            arrival_rate: 2.0,
            mean_service: 1.0,
        };
        assert!((impatient_loss(load, 1e6).unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn threads_follow_the_time_spent_waiting() {
        assert!((threads_for_cores(8.0, 0.005, 0.02).unwrap() - 32.0).abs() < 1e-12);
        assert!(threads_for_cores(8.0, 0.03, 0.02).is_err());
    }
}
