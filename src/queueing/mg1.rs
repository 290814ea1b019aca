//! One server, Poisson arrivals, any service times: M/G/1.

use super::load::Load;
use super::performance::Performance;
use crate::domain;
use crate::error::Error;

/// One server whose service times have the squared coefficient of variation cv².
///
/// Pollaczek–Khinchine: Wq = ρS(1 + cv²)/(2(1 − ρ)), exact for every distribution with
/// that mean and variance. Percentiles depend on more than cv² and are not given.
///
/// # References
/// F. Pollaczek (1930); A. Y. Khinchine (1932); L. Kleinrock, Queueing Systems, volume 1 (1975).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Mg1};
/// let load = Load { arrival_rate: 0.5, mean_service: 1.0 };
/// assert_eq!(Mg1::new(load, 0.25)?.performance().mean_wait, 0.625);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mg1 {
    load: Load,
    spare: f64,
    service_variability: f64,
}

impl Mg1 {
    /// A queue in steady state; `service_variability` is cv² ≥ 0: variance over mean squared.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an argument outside its range, [`Error::Saturated`] for λS ≥ 1.
    pub fn new(load: Load, service_variability: f64) -> Result<Self, Error> {
        let load = load.checked()?;
        let spare = load.spare(1.0)?;
        domain::non_negative("squared variation of service", service_variability)?;
        let queue = Self {
            load,
            spare,
            service_variability,
        };
        domain::finite("mean wait", queue.performance().mean_wait)?;
        Ok(queue)
    }

    /// The steady-state means.
    pub fn performance(&self) -> Performance {
        let rho = self.load.offered();
        let waiting_times = rho * (1.0 + self.service_variability) / (2.0 * self.spare);
        Performance {
            utilization: rho,
            throughput: self.load.arrival_rate,
            p_block: 0.0,
            p_wait: Some(rho),
            mean_queue: rho * waiting_times,
            mean_in_system: rho * waiting_times + rho,
            mean_wait: self.load.mean_service * waiting_times,
            mean_response: self.load.mean_service * waiting_times + self.load.mean_service,
        }
    }
}
