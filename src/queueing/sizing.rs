//! The queue turned around: servers for a promise, or the load that keeps it.

use super::erlang;
use super::load::{Load, MOST_SERVERS, count};
use super::mmc::Mmc;
use crate::domain;
use crate::error::Error;
use crate::numeric::root::last_that_holds;

/// What a promise is about. All fall as servers are added and rise with the load.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Promised {
    /// Probability of waiting, M/M/c.
    WaitProbability,
    /// Mean wait in seconds, M/M/c.
    MeanWait,
    /// Mean response in seconds, M/M/c.
    MeanResponse,
    /// Wait in seconds that this share stays within, M/M/c.
    WaitQuantile(f64),
    /// Response in seconds that this share stays within, M/M/c.
    ResponseQuantile(f64),
    /// Probability of being turned away by a loss system without a queue, M/M/c/c.
    BlockingProbability,
}

/// A promise: the measure is at most the limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// What is promised.
    pub measure: Promised,
    /// At most this much, in seconds or as a probability.
    pub limit: f64,
}

impl Promise {
    /// The measure for this load on c servers; `None` where there is no steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for arguments outside their ranges.
    pub fn value(&self, load: Load, servers: f64) -> Result<Option<f64>, Error> {
        let value = match self.measure {
            Promised::WaitProbability => erlang::waiting(load, servers),
            Promised::BlockingProbability => erlang::blocking(load, servers),
            Promised::MeanWait => {
                Mmc::new(load, servers).map(|queue| queue.performance().mean_wait)
            }
            Promised::MeanResponse => {
                Mmc::new(load, servers).map(|queue| queue.performance().mean_response)
            }
            Promised::WaitQuantile(p) => {
                Mmc::new(load, servers).and_then(|queue| queue.wait_quantile(p))
            }
            Promised::ResponseQuantile(p) => {
                Mmc::new(load, servers).and_then(|queue| queue.response_quantile(p))
            }
        };
        match value {
            Ok(value) => Ok(Some(value)),
            Err(Error::Saturated { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the promise is kept.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for arguments outside their ranges.
    pub fn is_kept(&self, load: Load, servers: f64) -> Result<bool, Error> {
        Ok(self
            .value(load, servers)?
            .is_some_and(|value| value <= self.limit))
    }

    /// What the measure tends to with ever more servers or ever less load.
    fn floor(&self, mean_service: f64) -> f64 {
        match self.measure {
            Promised::MeanResponse => mean_service,
            Promised::ResponseQuantile(p) => -mean_service * (1.0 - p).ln(),
            _ => 0.0,
        }
    }

    /// Whether an idle system would keep the promise, and so enough servers can.
    fn check(&self, mean_service: f64) -> Result<(), Error> {
        domain::non_negative("limit", self.limit)?;
        if let Promised::WaitQuantile(p) | Promised::ResponseQuantile(p) = self.measure {
            domain::open_fraction("percentile", p)?;
        }
        let floor = self.floor(mean_service);
        // Only a share of the waits can be exactly 0; the other measures come close.
        let reachable = match self.measure {
            Promised::WaitQuantile(_) => true,
            _ => self.limit > floor,
        };
        if reachable {
            return Ok(());
        }
        let (limit, floor) = (rounded(self.limit), rounded(floor));
        Err(Error::NoSolution {
            reason: if floor > 0.0 {
                format!(
                    "the limit of {limit} s is not above the {floor} s that service takes without any waiting"
                )
            } else {
                format!("a limit of {limit} cannot be kept by any number of servers")
            },
            hint: match self.measure {
                Promised::ResponseQuantile(_) => {
                    "shorten the service time, make it less variable, or raise the limit".into()
                }
                _ => "shorten the service time or raise the limit".into(),
            },
        })
    }
}

/// Four significant digits, for a sentence.
fn rounded(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Fewest servers that keep the promise: one fewer breaks it.
///
/// The search starts at ⌊a⌋ + 1 (at 1 for a loss system), doubles its step and halves it:
/// O(log c) evaluations.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges; [`Error::NoSolution`] where no
/// number of servers up to 10¹⁰ keeps it, such as a response below the bare service.
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, sizing::{Promise, Promised, servers}};
/// let load = Load { arrival_rate: 1000.0, mean_service: 0.05 };
/// let goal = Promise { measure: Promised::MeanWait, limit: 0.0002 };
/// assert_eq!(servers(load, goal)?, 63.0);
/// # Ok::<(), scalecalc::Error>(())
/// ```
pub fn servers(load: Load, goal: Promise) -> Result<f64, Error> {
    let load = load.checked()?;
    goal.check(load.mean_service)?;
    let least = match goal.measure {
        Promised::BlockingProbability => 1.0,
        _ => load.offered().floor() + 1.0,
    };
    count("servers that the load needs", least)?;
    if goal.is_kept(load, least)? {
        return Ok(least);
    }
    let (mut broken, mut step) = (least, 1.0);
    let mut kept = loop {
        let next = (broken + step).min(MOST_SERVERS);
        if goal.is_kept(load, next)? {
            break next;
        }
        if next >= MOST_SERVERS {
            return Err(Error::NoSolution {
                reason: format!("not even {MOST_SERVERS:e} servers keep the limit"),
                hint: "raise the limit".into(),
            });
        }
        (broken, step) = (next, 2.0 * step);
    };
    while kept - broken > 1.0 {
        let middle = f64::midpoint(broken, kept).floor();
        if goal.is_kept(load, middle)? {
            kept = middle;
        } else {
            broken = middle;
        }
    }
    Ok(kept)
}

/// Most arrivals a second for which c servers with service time S keep the promise.
///
/// The next larger float breaks it, or (loss systems aside) has no steady state.
///
/// # Errors
/// [`Error::OutOfRange`] for arguments outside their ranges; [`Error::NoSolution`] where
/// even an idle system breaks it.
pub fn arrivals(mean_service: f64, servers: f64, goal: Promise) -> Result<f64, Error> {
    let at = |arrival_rate| Load {
        arrival_rate,
        mean_service,
    };
    at(0.0).checked()?;
    count("servers", servers)?;
    goal.check(mean_service)?;
    if let Promised::BlockingProbability | Promised::WaitProbability = goal.measure {
        domain::open_fraction("limit", goal.limit)?;
    }
    let holds = |arrival_rate| goal.is_kept(at(arrival_rate), servers).unwrap_or(false);
    let mut high = servers / mean_service;
    domain::finite("capacity of the servers", high)?;
    while holds(high) {
        high *= 2.0;
    }
    Ok(last_that_holds(0.0, high, holds))
}

/// Highest utilization λS/c for which c servers with service time S keep the promise.
///
/// # Errors
/// As [`arrivals`].
pub fn utilization(mean_service: f64, servers: f64, goal: Promise) -> Result<f64, Error> {
    Ok(arrivals(mean_service, servers, goal)? * mean_service / servers)
}
