//! What arrives and how long it takes: the input of every open queue.

use crate::domain;
use crate::error::Error;

/// Most servers, places or clients a formula accepts: beyond it the sums, which are
/// O(√c), take too long.
pub const MOST_SERVERS: f64 = 1e10;

/// Arrivals and service of an open queue.
///
/// # Examples
/// ```
/// use scalecalc::queueing::Load;
/// let load = Load { arrival_rate: 1000.0, mean_service: 0.1 };
/// assert_eq!(load.offered(), 100.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Arrivals a second, λ ≥ 0.
    pub arrival_rate: f64,
    /// Mean service time S > 0 in seconds.
    pub mean_service: f64,
}

impl Load {
    /// Offered load a = λS: servers busy on average if nobody is turned away.
    pub fn offered(&self) -> f64 {
        self.arrival_rate * self.mean_service
    }

    /// The same load with its fields checked.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless λ ≥ 0, S > 0 and λS are finite.
    pub fn checked(self) -> Result<Self, Error> {
        domain::non_negative("arrival rate", self.arrival_rate)?;
        domain::positive("mean service time", self.mean_service)?;
        domain::non_negative("offered load", self.offered())?;
        Ok(self)
    }

    /// Servers left over on average, c − a, with one rounding only.
    ///
    /// A remainder below the rounding of the inputs counts as none: 10/s × 0.7 s on 7
    /// servers is saturated, whatever the last bit of the product says.
    pub(super) fn spare(&self, servers: f64) -> Result<f64, Error> {
        let spare = (-self.arrival_rate).mul_add(self.mean_service, servers);
        if spare > 4.0 * f64::EPSILON * servers {
            Ok(spare)
        } else {
            Err(Error::Saturated {
                arrival_rate: self.arrival_rate,
                offered: self.offered(),
                servers,
            })
        }
    }
}

/// A number of servers, places or clients.
pub(super) fn count(name: &'static str, value: f64) -> Result<f64, Error> {
    let value = domain::count(name, value)?;
    if value <= MOST_SERVERS {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name,
            value,
            allowed: "a whole number from 1 to 1e10",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remainder_of_rounding_is_saturation() {
        // 0.1 + 0.2 style products: exactly 7 in decimals, not in binary
        let load = Load {
            arrival_rate: 10.0,
            mean_service: 0.7,
        };
        assert!(matches!(load.spare(7.0), Err(Error::Saturated { .. })));
        assert!(load.spare(8.0).is_ok());
    }

    #[test]
    fn an_offered_load_that_overflows_is_refused() {
        let load = Load {
            arrival_rate: 1e200,
            mean_service: 1e200,
        };
        assert!(load.checked().is_err());
    }
}
