//! Several servers on one queue, Poisson arrivals, exponential service: M/M/c.

use super::delay::Delay;
use super::erlang;
use super::load::{Load, count};
use super::performance::Performance;
use crate::error::Error;

/// c servers that share one unlimited queue.
///
/// With Erlang's C = P(wait): Wq = C·S/(c − a), P(Wq > t) = C·e^(−(cμ−λ)t). λ = 0 is
/// allowed: no wait, W = S. O(√c), accurate to about 1e-13 at c = 10⁷.
///
/// # References
/// A. K. Erlang (1917); D. Gross, C. M. Harris, Fundamentals of Queueing Theory.
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Mmc};
/// let queue = Mmc::new(Load { arrival_rate: 2.4, mean_service: 1.0 }, 3.0)?;
/// assert!((queue.performance().mean_queue - 2.588_764_044_943_82).abs() < 1e-13);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mmc {
    load: Load,
    servers: f64,
    delay: Delay,
}

impl Mmc {
    /// A queue in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load outside its range or servers that are not a whole
    /// number from 1 to 10¹⁰; [`Error::Saturated`] for λS ≥ c.
    pub fn new(load: Load, servers: f64) -> Result<Self, Error> {
        let load = load.checked()?;
        let servers = count("servers", servers)?;
        let delay = Delay {
            p_wait: erlang::waiting(load, servers)?,
            spare: load.spare(servers)?,
            mean_service: load.mean_service,
        };
        Ok(Self {
            load,
            servers,
            delay,
        })
    }

    /// The steady-state means.
    pub fn performance(&self) -> Performance {
        let Delay {
            p_wait,
            spare,
            mean_service,
        } = self.delay;
        let offered = self.load.offered();
        let in_service_times = p_wait / spare;
        Performance {
            utilization: offered / self.servers,
            throughput: self.load.arrival_rate,
            p_block: 0.0,
            p_wait: Some(p_wait),
            mean_queue: offered * in_service_times,
            mean_in_system: offered * in_service_times + offered,
            mean_wait: mean_service * in_service_times,
            mean_response: mean_service * in_service_times + mean_service,
        }
    }

    /// P(Wq > t), the share of arrivals that wait longer than `time` ≥ 0 seconds.
    pub fn wait_survival(&self, time: f64) -> f64 {
        self.delay.wait_survival(time)
    }

    /// P(W > t), the share of arrivals whose response takes longer than `time` ≥ 0 seconds.
    pub fn response_survival(&self, time: f64) -> f64 {
        self.delay.response_survival(time)
    }

    /// Wait in seconds that a share `p` stays within: max(0, ln(C/(1−p))/(cμ−λ)).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        self.delay.wait_quantile(p)
    }

    /// Response time in seconds that a share `p` stays within: the root of P(W > t) = 1 − p.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        self.delay.response_quantile(p)
    }
}
