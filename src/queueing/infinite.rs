//! A server for everyone: M/M/∞.

use super::load::Load;
use super::performance::Performance;
use crate::error::Error;

/// As many servers as arrivals need: nobody waits, L = λS, W = S.
///
/// The number in the system is Poisson with mean λS for any service distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MmInfinite {
    load: Load,
}

impl MmInfinite {
    /// A system in steady state, which it always has.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load outside its range.
    pub fn new(load: Load) -> Result<Self, Error> {
        Ok(Self {
            load: load.checked()?,
        })
    }

    /// The steady-state means; utilization is 0, as the idle servers are without number.
    pub fn performance(&self) -> Performance {
        Performance {
            utilization: 0.0,
            throughput: self.load.arrival_rate,
            p_block: 0.0,
            p_wait: Some(0.0),
            mean_queue: 0.0,
            mean_in_system: self.load.offered(),
            mean_wait: 0.0,
            mean_response: self.load.mean_service,
        }
    }
}
