//! Retries in the steady state: how much load they add, and what a budget leaves of it.

use crate::domain;
use crate::error::Error;
use crate::numeric::root::root;
use crate::queueing::{Load, erlang};

/// Most retries a request that are accepted.
pub const MOST_RETRIES: f64 = 1e6;

/// c servers without a queue; a request that finds all busy is tried again, at most R times.
///
/// x = λ·Σₖ₌₀..R B(c, xS)ᵏ attempts a second, failing for good with B^(R+1). Assumes that a
/// retry comes long after what rejected it (delay ≫ S): with a delay of one service time the
/// failures are several times as many.
///
/// # References
/// J. W. Cohen, Philips Telecommunication Review 18 (1957), the Erlang-B fixed point.
///
/// # Examples
/// ```
/// use scalecalc::{queueing::Load, risk::Retries};
/// let load = Load { arrival_rate: 8.0, mean_service: 1.0 };
/// let steady = Retries { load, servers: 10.0, retries: 3.0 }.steady()?;
/// assert!((steady.amplification - 1.299).abs() < 1e-3);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retries {
    /// First attempts and service.
    pub load: Load,
    /// c.
    pub servers: f64,
    /// R ≥ 0, whole: retries after the first attempt.
    pub retries: f64,
}

/// The steady state with retries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SteadyRetries {
    /// Attempts a second, x.
    pub attempt_rate: f64,
    /// Attempts a request, x/λ; 1 where nothing arrives.
    pub amplification: f64,
    /// P(an attempt is turned away), B.
    pub p_block: f64,
    /// P(a request fails for good), B^(R+1).
    pub p_fail: f64,
    /// Requests a second that succeed.
    pub goodput: f64,
}

impl Retries {
    /// The fixed point.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load or servers outside their range, or retries that are not
    /// a whole number from 0 to 10⁶.
    pub fn steady(&self) -> Result<SteadyRetries, Error> {
        let lambda = self.load.checked()?.arrival_rate;
        let tries = whole_retries(self.retries)? + 1.0;
        let block = |rate: f64| {
            erlang::blocking(
                Load {
                    arrival_rate: rate,
                    ..self.load
                },
                self.servers,
            )
        };
        // Checks the servers once; below, a failure cannot occur.
        block(lambda)?;
        domain::finite("attempts a second", lambda * tries * self.load.mean_service)?;
        let gap = |rate: f64| rate - lambda * tries_made(block(rate).unwrap_or(1.0), tries);
        let rate = root(gap, lambda, lambda * tries);
        Ok(self.state(rate, block(rate)?, tries))
    }

    /// The same with retries limited to a share `budget` ≥ 0 of first attempts: at most
    /// (1 + budget)·λ attempts a second.
    ///
    /// # Errors
    /// As [`Retries::steady`], and for a negative budget.
    pub fn with_budget(&self, budget: f64) -> Result<SteadyRetries, Error> {
        domain::non_negative("retry budget", budget)?;
        let free = self.steady()?;
        if free.amplification <= 1.0 + budget {
            return Ok(free);
        }
        let lambda = self.load.arrival_rate;
        let rate = lambda * (1.0 + budget);
        let load = Load {
            arrival_rate: rate,
            ..self.load
        };
        let p_block = erlang::blocking(load, self.servers)?;
        let goodput = rate * (1.0 - p_block);
        Ok(SteadyRetries {
            attempt_rate: rate,
            amplification: 1.0 + budget,
            p_block,
            p_fail: (1.0 - goodput / lambda).max(0.0),
            goodput,
        })
    }

    fn state(&self, attempt_rate: f64, p_block: f64, tries: f64) -> SteadyRetries {
        let lambda = self.load.arrival_rate;
        let p_fail = p_block.powf(tries);
        SteadyRetries {
            attempt_rate,
            amplification: if lambda > 0.0 {
                attempt_rate / lambda
            } else {
                1.0
            },
            p_block,
            p_fail,
            goodput: lambda * (1.0 - p_fail),
        }
    }
}

/// Σₖ₌₀..n−1 xᵏ: attempts a request makes when each fails with probability x and it has n
/// tries.
pub fn tries_made(p_block: f64, tries: f64) -> f64 {
    if p_block <= 0.0 {
        return 1.0;
    }
    if p_block >= 1.0 {
        return tries;
    }
    -(tries * p_block.ln()).exp_m1() / (1.0 - p_block)
}

/// The most attempts that one request can cause at the bottom of d layers which each retry R
/// times: (R + 1)^d.
///
/// # Errors
/// [`Error::OutOfRange`] unless both are whole and the result is finite.
pub fn worst_amplification(retries: f64, layers: f64) -> Result<f64, Error> {
    let tries = whole_retries(retries)? + 1.0;
    domain::finite(
        "attempts through all layers",
        tries.powf(domain::count("layers", layers)?),
    )
}

/// Probability with which a client should drop a request itself after `requests` in its
/// window of which `accepts` were accepted: max(0, (requests − K·accepts)/(requests + 1)).
///
/// Count a request when it is sent: counted at its end, requests under way are not seen and
/// the throttle opens too late.
///
/// # Errors
/// [`Error::OutOfRange`] for negative counts or K below 1.
///
/// # References
/// B. Beyer et al., Site Reliability Engineering (2016), Handling Overload.
pub fn client_throttle(requests: f64, accepts: f64, multiplier: f64) -> Result<f64, Error> {
    domain::non_negative("requests", requests)?;
    domain::non_negative("accepts", accepts)?;
    if !(multiplier >= 1.0 && multiplier.is_finite()) {
        return Err(Error::OutOfRange {
            name: "multiplier",
            value: multiplier,
            allowed: "a finite number, 1 or above",
        });
    }
    Ok(((requests - multiplier * accepts) / (requests + 1.0)).max(0.0))
}

pub(super) fn whole_retries(value: f64) -> Result<f64, Error> {
    if value.fract() == 0.0 && (0.0..=MOST_RETRIES).contains(&value) {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name: "retries",
            value,
            allowed: "a whole number from 0 to 1e6",
        })
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    fn retries(lambda: f64, servers: f64, retries: f64) -> Retries {
        Retries {
            load: Load {
                arrival_rate: lambda,
                mean_service: 1.0,
            },
            servers,
            retries,
        }
    }

    #[test]
    fn what_is_attempted_and_not_lost_is_served() {
        // Two sides: goodput from failures, and from attempts that are let in.
        for (lambda, servers, tries) in [
            (8.0, 10.0, 3.0),
            (12.0, 10.0, 3.0),
            (0.1, 1.0, 1.0),
            (5000.0, 100.0, 7.0),
            (99.0, 100.0, 1e6),
            (9.9e5, 1e6, 50.0),
        ] {
            let got = retries(lambda, servers, tries).steady().unwrap();
            let served = got.attempt_rate * (1.0 - got.p_block);
            assert!(
                (served / got.goodput - 1.0).abs() < 1e-9,
                "{lambda} {servers} {tries}: {got:?}"
            );
        }
        let idle = retries(0.0, 10.0, 3.0).steady().unwrap();
        assert_eq!((idle.amplification, idle.goodput), (1.0, 0.0));
    }

    #[test]
    fn a_budget_holds_the_load_and_never_adds_to_it() {
        let tight = retries(12.0, 10.0, 3.0).with_budget(0.1).unwrap();
        assert!((tight.amplification - 1.1).abs() < 1e-15);
        let free = retries(8.0, 10.0, 3.0);
        assert_eq!(free.with_budget(10.0).unwrap(), free.steady().unwrap());
        // In overload the servers are full with or without: retries buy nearly nothing.
        let none = retries(12.0, 10.0, 0.0).steady().unwrap();
        assert!(none.goodput < tight.goodput && tight.goodput < 10.0);
    }

    #[test]
    fn layers_multiply_and_a_throttle_opens_at_twice_the_accepts() {
        assert_eq!(worst_amplification(3.0, 3.0).unwrap(), 64.0);
        assert_eq!(client_throttle(100.0, 60.0, 2.0).unwrap(), 0.0);
        assert!((client_throttle(99.0, 24.5, 2.0).unwrap() - 0.5).abs() < 1e-15);
        assert!((tries_made(0.1, 3.0) - 1.11).abs() < 1e-14);
        assert!(retries(1.0, 1.0, 1.5).steady().is_err());
    }
}
