//! The linear law: every unit adds as much as the first.

use super::{Inverse, ScalingLaw, positive};
use crate::domain;
use crate::error::Error;

/// Linear scaling, X(N) = γN.
///
/// No peak, no limit; latency is 1/γ at every N, so no latency determines an N.
///
/// # Examples
/// ```
/// use scalecalc::law::{Linear, ScalingLaw};
/// let law = Linear::new(250.0)?;
/// assert_eq!(law.throughput(4.0), 1000.0);
/// assert_eq!(law.peak(), None);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linear {
    gamma: f64,
}

impl Linear {
    /// A law from the throughput of one unit γ > 0, 1/s.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless γ is finite and above 0.
    pub fn new(gamma: f64) -> Result<Self, Error> {
        Ok(Self {
            gamma: domain::positive("gamma", gamma)?,
        })
    }
}

impl ScalingLaw for Linear {
    fn gamma(&self) -> f64 {
        self.gamma
    }

    fn latency_ratio(&self, _n: f64) -> f64 {
        1.0
    }

    fn marginal(&self, _n: f64) -> f64 {
        self.gamma
    }

    fn limit(&self) -> Option<f64> {
        None
    }

    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse> {
        Some(Inverse {
            up: positive(positive(x)? / self.gamma)?,
            retrograde: None,
        })
    }

    fn concurrency_at_latency(&self, _r: f64) -> Option<f64> {
        None
    }
}
