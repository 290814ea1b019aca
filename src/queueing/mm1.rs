//! One server, Poisson arrivals, exponential service: M/M/1.

use super::delay::Delay;
use super::load::Load;
use super::performance::Performance;
use crate::error::Error;

/// One server with an unlimited queue.
///
/// Wq = Sρ/(1 − ρ), W = S/(1 − ρ), P(W > t) = e^(−(μ−λ)t). λ = 0 is allowed: no wait.
///
/// # References
/// L. Kleinrock, Queueing Systems, volume 1 (1975).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Mm1};
/// let queue = Mm1::new(Load { arrival_rate: 160.0, mean_service: 0.005 })?;
/// assert!((queue.performance().mean_wait - 0.020).abs() < 1e-15);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mm1 {
    load: Load,
    delay: Delay,
}

impl Mm1 {
    /// A queue in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load outside its range, [`Error::Saturated`] for λS ≥ 1.
    pub fn new(load: Load) -> Result<Self, Error> {
        let load = load.checked()?;
        let delay = Delay {
            p_wait: load.offered(),
            spare: load.spare(1.0)?,
            mean_service: load.mean_service,
        };
        Ok(Self { load, delay })
    }

    /// The steady-state means.
    pub fn performance(&self) -> Performance {
        let Delay {
            p_wait: rho,
            spare,
            mean_service,
        } = self.delay;
        Performance {
            utilization: rho,
            throughput: self.load.arrival_rate,
            p_block: 0.0,
            p_wait: Some(rho),
            mean_queue: rho * rho / spare,
            mean_in_system: rho / spare,
            mean_wait: mean_service * rho / spare,
            mean_response: mean_service / spare,
        }
    }

    /// P(Wq > t), the share of arrivals that wait longer than `time` ≥ 0 seconds.
    pub fn wait_survival(&self, time: f64) -> f64 {
        self.delay.wait_survival(time)
    }

    /// P(W > t), the share of arrivals whose response takes longer than `time` ≥ 0 seconds.
    pub fn response_survival(&self, time: f64) -> f64 {
        (-self.delay.spare * time / self.delay.mean_service).exp()
    }

    /// Wait in seconds that a share `p` stays within: max(0, ln(ρ/(1−p))/(μ−λ)).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        self.delay.wait_quantile(p)
    }

    /// Response time in seconds that a share `p` stays within: −ln(1−p)/(μ−λ).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - crate::domain::open_fraction("percentile", p)?;
        Ok(-beyond.ln() * self.delay.mean_service / self.delay.spare)
    }
}
