//! Amdahl's law: a serial part that no unit can share.

use super::{Inverse, ScalingLaw, positive};
use crate::domain;
use crate::error::Error;

/// What Amdahl's law needs to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AmdahlParams {
    /// Serial fraction s of the work, 0 to 1: the USL's α.
    pub serial: f64,
    /// Throughput of one unit γ, 1/s.
    pub gamma: f64,
}

/// Amdahl's law, X(N) = γ / (s + (1−s)/N): the USL with α = s and β = 0.
///
/// It has no peak; γ/s is the ceiling. s = 0 is the linear law, s = 1 stays at γ whatever N.
/// Do not use it where throughput falls again: it cannot.
///
/// # References
/// G. Amdahl, "Validity of the single processor approach to achieving large scale computing
/// capabilities", AFIPS 1967.
///
/// # Examples
/// ```
/// use scalecalc::law::{Amdahl, AmdahlParams, ScalingLaw};
/// let law = Amdahl::new(AmdahlParams { serial: 0.1, gamma: 1.0 })?;
/// assert!((law.speedup(10.0) - 5.263).abs() < 5e-4);
/// assert_eq!(law.limit(), Some(10.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amdahl {
    params: AmdahlParams,
}

impl Amdahl {
    /// A law from its parameters.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 ≤ s ≤ 1 and γ is finite and above 0.
    pub fn new(params: AmdahlParams) -> Result<Self, Error> {
        domain::fraction("serial fraction", params.serial)?;
        domain::positive("gamma", params.gamma)?;
        Ok(Self { params })
    }

    /// The parameters it was made from.
    pub fn params(&self) -> AmdahlParams {
        self.params
    }
}

impl ScalingLaw for Amdahl {
    fn gamma(&self) -> f64 {
        self.params.gamma
    }

    fn latency_ratio(&self, n: f64) -> f64 {
        let s = self.params.serial;
        (1.0 - s) + s * n
    }

    fn marginal(&self, n: f64) -> f64 {
        let AmdahlParams { serial: s, gamma } = self.params;
        gamma * ((1.0 - s) / self.latency_ratio(n) / self.latency_ratio(n + 1.0))
    }

    fn limit(&self) -> Option<f64> {
        let AmdahlParams { serial, gamma } = self.params;
        (serial > 0.0).then_some(gamma / serial)
    }

    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse> {
        // γ/x = s + (1−s)/N, solved for N.
        let AmdahlParams { serial: s, gamma } = self.params;
        let parallel_latency = gamma / positive(x)? - s;
        Some(Inverse {
            up: positive((1.0 - s) / parallel_latency)?,
            retrograde: None,
        })
    }

    fn concurrency_at_latency(&self, r: f64) -> Option<f64> {
        // γr = 1 + s(N−1), solved for N; with s = 0 every N has the same latency.
        let AmdahlParams { serial: s, gamma } = self.params;
        positive((gamma * positive(r)? - (1.0 - s)) / s)
    }
}

/// The serial fraction that a measured speed-up on `n` units implies (Karp–Flatt metric).
///
/// e = (1/ψ − 1/n) / (1 − 1/n) with ψ the speed-up. A serial fraction that grows with n is
/// overhead that Amdahl's law does not have (coherency); a negative one is a speed-up above n.
///
/// # Errors
/// [`Error::OutOfRange`] unless ψ is finite and above 0, and n finite and above 1.
///
/// # References
/// A. Karp and H. Flatt, "Measuring parallel processor performance", CACM 33(5), 1990.
///
/// # Examples
/// ```
/// let serial = scalecalc::law::karp_flatt(7.25, 8.0)?;
/// assert!((serial - 0.0148).abs() < 5e-5);
/// # Ok::<(), scalecalc::Error>(())
/// ```
pub fn karp_flatt(speedup: f64, n: f64) -> Result<f64, Error> {
    domain::positive("speedup", speedup)?;
    if !(n > 1.0 && n.is_finite()) {
        return Err(Error::OutOfRange {
            name: "n",
            value: n,
            allowed: "a finite number above 1",
        });
    }
    Ok((n - speedup) / speedup / (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(serial: f64) -> Amdahl {
        Amdahl::new(AmdahlParams { serial, gamma: 2.0 }).unwrap()
    }

    #[test]
    fn nothing_serial_is_linear_and_all_serial_is_flat() {
        assert!((law(0.0).throughput(1e9) - 2e9).abs() < 1.0);
        assert_eq!(law(0.0).limit(), None);
        assert_eq!(law(0.0).concurrency_at_latency(0.5), None);
        assert!((law(1.0).throughput(1e9) - 2.0).abs() < 1e-15);
        assert!(law(1.0).marginal(3.0).abs() < 1e-300);
        assert_eq!(law(1.0).knee(0.9, 64.0), Some(1.0));
    }

    #[test]
    fn a_throughput_at_or_above_the_ceiling_has_no_n() {
        assert_eq!(law(0.1).concurrency_at_throughput(20.0), None);
        assert_eq!(law(0.1).concurrency_at_throughput(21.0), None);
        assert!(law(0.1).concurrency_at_throughput(19.99).is_some());
        assert_eq!(law(0.1).concurrency_at_latency(0.1), None);
    }

    #[test]
    fn karp_flatt_needs_more_than_one_unit_and_may_be_negative() {
        assert!(karp_flatt(1.0, 1.0).is_err() && karp_flatt(0.0, 8.0).is_err());
        assert!(karp_flatt(9.0, 8.0).unwrap() < 0.0);
    }
}
