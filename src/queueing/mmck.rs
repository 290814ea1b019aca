//! Several servers with room for K: M/M/c/K, which turns arrivals away when it is full.

use super::admitted::Admitted;
use super::erlang::passing_odds;
use super::geometric::Powers;
use super::load::{Load, count};
use super::performance::Performance;
use crate::domain;
use crate::error::Error;

/// c servers and K places in all, those in service included. K = c is Erlang's loss system.
///
/// pₙ ∝ Πᵢ₌₁..n a/min(i, c). Every load has a steady state: ρ = 1 and overload are
/// ordinary. Waits and responses are those of admitted arrivals.
///
/// The states up to c come from Erlang B's sum and those above from geometric sums, all
/// of positive terms counted from the heavier end, so nothing overflows or cancels; the
/// means cost O(√c + log K).
///
/// # References
/// D. Gross, C. M. Harris, Fundamentals of Queueing Theory.
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Mmck};
/// let queue = Mmck::new(Load { arrival_rate: 0.5, mean_service: 1.0 }, 1.0, 5.0)?;
/// assert!((queue.performance().p_block - 1.0 / 63.0).abs() < 1e-16);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mmck {
    load: Load,
    /// P(full).
    p_full: f64,
    /// P(not full): the share of arrivals that is admitted.
    share_admitted: f64,
    mean_queue: f64,
    admitted: Admitted,
}

/// Unnormalised weights of the states, counted from the heaviest.
struct Weights {
    /// Fewer than c present.
    below: f64,
    /// c to K − 1 present.
    waiting: f64,
    /// K present.
    full: f64,
    /// Σ (number waiting × weight).
    queue: f64,
    /// c present, and K − 1 present.
    first: f64,
    last: f64,
}

impl Weights {
    fn new(offered: f64, servers: f64, places: f64) -> Self {
        let rho = offered / servers;
        let odds = passing_odds(offered, servers);
        if odds.is_infinite() {
            return Self {
                below: 1.0,
                waiting: 0.0,
                full: 0.0,
                queue: 0.0,
                first: 0.0,
                last: 0.0,
            };
        }
        if rho <= 1.0 {
            let up = Powers::new(rho, places);
            Self {
                below: odds,
                waiting: up.sum,
                full: up.next,
                queue: up.rising + places * up.next,
                first: 1.0,
                last: rho.powf(places - 1.0),
            }
        } else {
            let down = Powers::new(1.0 / rho, places);
            Self {
                below: odds * down.next,
                waiting: down.sum / rho,
                full: 1.0,
                queue: down.falling,
                first: down.next,
                last: 1.0 / rho,
            }
        }
    }
}

impl Mmck {
    /// A system in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load outside its range, servers or places that are not
    /// whole numbers from 1 to 10¹⁰, or fewer places than servers.
    pub fn new(load: Load, servers: f64, capacity: f64) -> Result<Self, Error> {
        let load = load.checked()?;
        let servers = count("servers", servers)?;
        let capacity = count("capacity", capacity)?;
        if capacity < servers {
            return Err(Error::OutOfRange {
                name: "capacity",
                value: capacity,
                allowed: "at least the number of servers: it counts those in service too",
            });
        }
        let places = capacity - servers;
        let offered = load.offered();
        let weights = Weights::new(offered, servers, places);
        let admitted = weights.below + weights.waiting;
        let total = admitted + weights.full;
        let share = |weight: f64| if places > 0.0 { weight / admitted } else { 0.0 };
        Ok(Self {
            load,
            p_full: weights.full / total,
            share_admitted: admitted / total,
            mean_queue: weights.queue / total,
            admitted: Admitted {
                servers,
                places,
                rho: offered / servers,
                mean_service: load.mean_service,
                p_no_wait: weights.below / admitted,
                p_wait: share(weights.waiting),
                first: share(weights.first),
                last: share(weights.last),
            },
        })
    }

    /// The steady-state means; waits and responses of admitted arrivals.
    pub fn performance(&self) -> Performance {
        let busy = self.load.offered() * self.share_admitted;
        let throughput = self.load.arrival_rate * self.share_admitted;
        let mean_wait = if throughput > 0.0 {
            self.mean_queue / throughput
        } else {
            0.0
        };
        Performance {
            utilization: busy / self.admitted.servers,
            throughput,
            p_block: self.p_full,
            p_wait: Some(self.admitted.p_wait),
            mean_queue: self.mean_queue,
            mean_in_system: self.mean_queue + busy,
            mean_wait,
            mean_response: mean_wait + self.load.mean_service,
        }
    }

    /// P(Wq > t), the share of admitted arrivals that wait longer than `time` ≥ 0 seconds.
    pub fn wait_survival(&self, time: f64) -> f64 {
        self.admitted.wait_survival(time)
    }

    /// P(W > t), the share of admitted arrivals whose response takes longer than `time` ≥ 0 seconds.
    pub fn response_survival(&self, time: f64) -> f64 {
        self.admitted.response_survival(time)
    }

    /// Wait in seconds that a share `p` of the admitted stays within.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        self.admitted.wait_quantile(p)
    }

    /// Response time in seconds that a share `p` of the admitted stays within.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        self.admitted.response_quantile(p)
    }
}

/// Places to allow so that nobody who is admitted waits longer than `longest_wait` on
/// average: K = c + ⌊c·t/S⌋. Whoever would wait longer is better turned away at once.
///
/// # Errors
/// [`Error::OutOfRange`] for S ≤ 0, t < 0, servers that are not a whole number, or a
/// result above 10¹⁰.
pub fn deadline_capacity(servers: f64, mean_service: f64, longest_wait: f64) -> Result<f64, Error> {
    // Decimals such as 0.25/0.02 may land a rounding below their whole number.
    const SLACK: f64 = 1.0 + 4.0 * f64::EPSILON;
    let servers = count("servers", servers)?;
    domain::positive("mean service time", mean_service)?;
    domain::non_negative("longest wait", longest_wait)?;
    count(
        "capacity",
        servers + (servers * longest_wait / mean_service * SLACK).floor(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_rule_counts_whole_services() {
        for (servers, service, wait, expected) in [
            (64.0, 0.02, 0.25, 864.0),
            (10.0, 0.02, 0.1, 60.0),
            (1.0, 1.0, 0.0, 1.0),
            (3.0, 0.1, 0.3, 12.0),
        ] {
            let got = deadline_capacity(servers, service, wait).unwrap();
            assert!((got - expected).abs() < 0.5, "{got}");
        }
        assert!(deadline_capacity(1.0, 1e-300, 1.0).is_err());
    }
}
