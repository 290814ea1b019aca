//! Any arrivals, any service times, c servers: G/G/c, approximately.

use super::load::Load;
use super::mg1::Mg1;
use super::mmc::Mmc;
use super::performance::Performance;
use crate::domain;
use crate::error::Error;

/// How uneven arrivals and services are: squared coefficients of variation, variance over
/// mean squared. 1 is exponential, 0 is clockwork.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variability {
    /// cv² of the times between arrivals.
    pub arrivals: f64,
    /// cv² of the service times.
    pub service: f64,
}

/// c servers on one queue, with the variability of arrivals and services.
///
/// Allen–Cunneen: Wq ≈ Wq(M/M/c)·(cv²ₐ + cv²ₛ)/2, with the exact Erlang C. Exact where
/// it is another formula in disguise (see [`Ggc::is_exact`]); elsewhere approximate, and
/// far off outside heavy traffic: see [`Ggc::wait_band`].
///
/// # References
/// A. O. Allen, Probability, Statistics and Queueing Theory (1978).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Ggc, Load, Variability};
/// let load = Load { arrival_rate: 0.8, mean_service: 1.0 };
/// let queue = Ggc::new(load, 1.0, Variability { arrivals: 0.5, service: 0.5 })?;
/// assert!((queue.performance().mean_wait - 2.0).abs() < 1e-14);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ggc {
    performance: Performance,
    exact: bool,
}

/// What the formula gave over what simulation gave, from eight cases with c = 1 … 100,
/// ρ = 0.7 … 0.9 and cv² = 0 … 9: smallest and largest, where at least half the arrivals wait.
const BUSY_BAND: (f64, f64) = (0.91, 1.14);
/// The same where fewer wait.
const QUIET_BAND: (f64, f64) = (0.91, 1.72);

impl Ggc {
    /// A queue in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an argument outside its range, [`Error::Saturated`] for λS ≥ c.
    pub fn new(load: Load, servers: f64, variability: Variability) -> Result<Self, Error> {
        let Variability { arrivals, service } = variability;
        domain::non_negative("squared variation of arrivals", arrivals)?;
        domain::non_negative("squared variation of service", service)?;
        let is_one = |value: f64| (value - 1.0).abs() < f64::EPSILON;
        let exponential = is_one(arrivals) && is_one(service);
        let one_server = is_one(arrivals) && is_one(servers);
        if one_server && !exponential {
            return Ok(Self {
                performance: Mg1::new(load, service)?.performance(),
                exact: true,
            });
        }
        let base = Mmc::new(load, servers)?.performance();
        let factor = arrivals.midpoint(service);
        let mean_wait = domain::finite("mean wait", base.mean_wait * factor)?;
        let mean_queue = base.mean_queue * factor;
        Ok(Self {
            performance: Performance {
                mean_queue,
                mean_in_system: mean_queue + load.offered(),
                mean_wait,
                mean_response: mean_wait + load.mean_service,
                ..base
            },
            exact: exponential || load.arrival_rate == 0.0,
        })
    }

    /// The steady-state means. P(wait) is Erlang's, which is exact for exponential times alone.
    pub fn performance(&self) -> Performance {
        self.performance
    }

    /// Whether the mean wait is exact: M/M/c, M/G/1 (Poisson arrivals, one server), or no arrivals.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Between what mean waits, in seconds, the truth lay in the simulated cases; both ends
    /// are the mean wait itself where that is exact.
    pub fn wait_band(&self) -> (f64, f64) {
        let Performance {
            mean_wait, p_wait, ..
        } = self.performance;
        if self.exact {
            return (mean_wait, mean_wait);
        }
        let (least, most) = if p_wait.is_some_and(|p| p >= 0.5) {
            BUSY_BAND
        } else {
            QUIET_BAND
        };
        (mean_wait / most, mean_wait / least)
    }
}
