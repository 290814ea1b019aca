//! Gustafson's law: the work grows with the machine.

use super::{Inverse, ScalingLaw, positive};
use crate::domain;
use crate::error::Error;

/// What Gustafson's law needs to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GustafsonParams {
    /// Serial fraction s of the time **on the N units**, 0 to 1.
    pub serial: f64,
    /// Throughput of one unit γ, 1/s.
    pub gamma: f64,
}

/// Gustafson's law, X(N) = γ (N − s(N−1)): scaled work, no peak and no ceiling for s < 1.
///
/// Its s is a share of the time measured on the large machine, Amdahl's one of the time on
/// a single unit: the same number means different programs.
///
/// # References
/// J. Gustafson, "Reevaluating Amdahl's law", CACM 31(5), 1988.
///
/// # Examples
/// ```
/// use scalecalc::law::{Gustafson, GustafsonParams, ScalingLaw};
/// let law = Gustafson::new(GustafsonParams { serial: 0.1, gamma: 1.0 })?;
/// assert!((law.speedup(10.0) - 9.1).abs() < 1e-12);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gustafson {
    params: GustafsonParams,
}

impl Gustafson {
    /// A law from its parameters.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 ≤ s ≤ 1 and γ is finite and above 0.
    pub fn new(params: GustafsonParams) -> Result<Self, Error> {
        domain::fraction("serial fraction", params.serial)?;
        domain::positive("gamma", params.gamma)?;
        Ok(Self { params })
    }

    /// The parameters it was made from.
    pub fn params(&self) -> GustafsonParams {
        self.params
    }
}

impl ScalingLaw for Gustafson {
    fn gamma(&self) -> f64 {
        self.params.gamma
    }

    fn latency_ratio(&self, n: f64) -> f64 {
        n / self.speedup(n)
    }

    fn speedup(&self, n: f64) -> f64 {
        let s = self.params.serial;
        s + (1.0 - s) * n
    }

    fn marginal(&self, _n: f64) -> f64 {
        let GustafsonParams { serial, gamma } = self.params;
        gamma * (1.0 - serial)
    }

    fn limit(&self) -> Option<f64> {
        let GustafsonParams { serial, gamma } = self.params;
        (serial >= 1.0).then_some(gamma)
    }

    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse> {
        let GustafsonParams { serial: s, gamma } = self.params;
        Some(Inverse {
            up: positive((positive(x)? / gamma - s) / (1.0 - s))?,
            retrograde: None,
        })
    }

    fn concurrency_at_latency(&self, r: f64) -> Option<f64> {
        // N = γr (s + (1−s)N), solved for N; latency stays below 1/(γ(1−s)).
        let GustafsonParams { serial: s, gamma } = self.params;
        let ratio = gamma * positive(r)?;
        positive(s * ratio / (1.0 - (1.0 - s) * ratio))
    }
}
