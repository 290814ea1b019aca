//! A law with a ceiling: in proportion to N until something is full.

use super::{Inverse, Peak, ScalingLaw, positive};
use crate::domain;
use crate::error::Error;

/// What the law needs to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CeilingParams {
    /// Slope γ: throughput that each unit brings while nothing is full, 1/s.
    pub gamma: f64,
    /// Ceiling K: throughput that no N exceeds, 1/s.
    pub ceiling: f64,
    /// Sharpness p of the corner at K/γ, at least 1; infinite for a sharp one.
    pub sharpness: f64,
    /// Coherency β, at least 0.
    pub beta: f64,
}

/// The law with a ceiling, X(N) = γN / ((1 + (γN/K)^p)^(1/p) + βN(N−1)).
///
/// With p = 1 and β = 0 it is Amdahl's law written with its limit K; with p infinite the
/// asymptotic bounds min(γN, K) of operational analysis; β > 0 adds the USL's coherency. Its
/// corner K/γ is the N at which a resource is full.
///
/// # References
/// P. Denning & J. Buzen, "The operational analysis of queueing network models", ACM
/// Computing Surveys 10 (1978); N. Gunther, *Guerrilla Capacity Planning*, 2007.
///
/// # Examples
/// ```
/// use scalecalc::law::{Ceiling, CeilingParams, ScalingLaw};
/// let law = Ceiling::new(CeilingParams {
///     gamma: 4500.0, ceiling: 9000.0, sharpness: f64::INFINITY, beta: 0.0,
/// })?;
/// assert_eq!((law.corner(), law.throughput(1.0), law.throughput(8.0)), (2.0, 4500.0, 9000.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ceiling {
    params: CeilingParams,
}

impl Ceiling {
    /// A law from its parameters.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless γ and K are finite and above 0, p at least 1 and β finite
    /// and at least 0.
    pub fn new(params: CeilingParams) -> Result<Self, Error> {
        domain::positive("gamma", params.gamma)?;
        domain::positive("ceiling", params.ceiling)?;
        domain::non_negative("beta", params.beta)?;
        if params.sharpness.is_nan() || params.sharpness < 1.0 {
            return Err(Error::OutOfRange {
                name: "sharpness",
                value: params.sharpness,
                allowed: "at least 1",
            });
        }
        Ok(Self { params })
    }

    /// The parameters it was made from.
    pub fn params(&self) -> CeilingParams {
        self.params
    }

    /// K/γ: the N at which what is full would be full at full efficiency.
    pub fn corner(&self) -> f64 {
        self.params.ceiling / self.params.gamma
    }
}

/// (1 + z^p)^(1/p), the smooth larger of 1 and z; without overflow.
pub(crate) fn smooth_maximum(z: f64, sharpness: f64) -> f64 {
    let (large, small) = if z > 1.0 { (z, 1.0 / z) } else { (1.0, z) };
    if sharpness.is_infinite() {
        large
    } else {
        large * (small.powf(sharpness).ln_1p() / sharpness).exp()
    }
}

impl ScalingLaw for Ceiling {
    /// X(1), which is below the slope γ where the corner is near.
    fn gamma(&self) -> f64 {
        self.throughput(1.0)
    }

    fn latency_ratio(&self, n: f64) -> f64 {
        n * self.throughput(1.0) / self.throughput(n)
    }

    fn throughput(&self, n: f64) -> f64 {
        let CeilingParams {
            gamma,
            ceiling,
            sharpness,
            beta,
        } = self.params;
        let full = smooth_maximum(gamma / ceiling * n, sharpness);
        gamma * (n / (full + beta * n * (n - 1.0)))
    }

    fn speedup(&self, n: f64) -> f64 {
        self.throughput(n) / self.throughput(1.0)
    }

    fn marginal(&self, n: f64) -> f64 {
        self.throughput(n + 1.0) - self.throughput(n)
    }

    fn limit(&self) -> Option<f64> {
        Some(if self.params.beta > 0.0 {
            0.0
        } else {
            self.params.ceiling
        })
    }

    fn peak(&self) -> Option<Peak> {
        let CeilingParams { beta, .. } = self.params;
        if beta <= 0.0 {
            return None;
        }
        // X has one hump: h(N)/N falls to its smallest value and rises from there.
        let (mut low, mut high) = (1.0_f64, (self.corner() + 1.0 / beta.sqrt()).max(2.0) * 4.0);
        for _ in 0..200 {
            let third = (high / low).cbrt();
            if self.throughput(low * third) < self.throughput(high / third) {
                low *= third;
            } else {
                high /= third;
            }
        }
        let n = f64::midpoint(low, high).max(1.0);
        let whole = if self.throughput(n.ceil()) > self.throughput(n.floor()) {
            n.ceil()
        } else {
            n.floor()
        };
        Some(Peak {
            n,
            n_integer: whole,
            throughput: self.throughput(n),
            throughput_integer: self.throughput(whole),
        })
    }

    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse> {
        let x = positive(x)?;
        let top = self.peak().map(|peak| (peak.n, peak.throughput));
        if x > top.map_or(self.params.ceiling, |(_, most)| most) {
            return None;
        }
        let root = |mut low: f64, mut high: f64, rises: bool| {
            for _ in 0..200 {
                let middle = (low * high).sqrt();
                if (self.throughput(middle) < x) == rises {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            (low * high).sqrt()
        };
        let least = x / self.params.gamma;
        let (end, past) = match top {
            Some((n, _)) => (n, Some(root(n, n * 1e9, false))),
            None => (least * 1e12, None),
        };
        Some(Inverse {
            up: positive(root(least * (1.0 - 1e-12), end, true))?,
            retrograde: past,
        })
    }

    fn concurrency_at_latency(&self, r: f64) -> Option<f64> {
        let r = positive(r)?;
        let (mut low, mut high) = (1e-9 * self.corner(), 1e12 * self.corner());
        if self.latency(low) > r || self.latency(high) <= r {
            return None;
        }
        for _ in 0..200 {
            let middle = (low * high).sqrt();
            if self.latency(middle) <= r {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    }

    fn latency(&self, n: f64) -> f64 {
        n / self.throughput(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Amdahl, AmdahlParams, Usl, UslParams};

    fn law(sharpness: f64, beta: f64) -> Ceiling {
        Ceiling::new(CeilingParams {
            gamma: 100.0,
            ceiling: 2000.0,
            sharpness,
            beta,
        })
        .unwrap()
    }

    /// p = 1: γN/(1 + γN/K + βN(N−1)) is the USL with X(1) = γK/(K + γ).
    #[test]
    fn sharpness_one_is_amdahls_law_and_with_coherency_the_usl() {
        let first = 100.0 * 2000.0 / 2100.0;
        let amdahl = Amdahl::new(AmdahlParams {
            serial: first / 2000.0,
            gamma: first,
        })
        .unwrap();
        let usl = Usl::new(UslParams {
            alpha: first / 2000.0,
            beta: 0.001 * first / 100.0,
            gamma: first,
        })
        .unwrap();
        for n in [0.5, 1.0, 7.0, 100.0, 1e6] {
            let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-12, "{a} {b} at {n}");
            close(law(1.0, 0.0).throughput(n), amdahl.throughput(n));
            close(law(1.0, 0.001).throughput(n), usl.throughput(n));
        }
        let (found, known) = (law(1.0, 0.001).peak().unwrap(), usl.peak().unwrap());
        assert!((found.n / known.n - 1.0).abs() < 1e-6);
        assert_eq!(law(1.0, 0.0).peak(), None);
    }

    #[test]
    fn infinite_sharpness_is_the_asymptotic_bound_and_inverses_return() {
        let bound = law(f64::INFINITY, 0.0);
        let same = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-12, "{a} {b}");
        same(bound.corner(), 20.0);
        for n in [1.0, 20.0, 300.0] {
            same(bound.throughput(n), (100.0 * n).min(2000.0));
        }
        let soft = law(4.0, 0.0);
        let n = soft.concurrency_at_throughput(1500.0).unwrap().up;
        assert!((soft.throughput(n) - 1500.0).abs() < 1e-6);
        let n = soft.concurrency_at_latency(0.05).unwrap();
        assert!((soft.latency(n) - 0.05).abs() < 1e-9);
        assert_eq!(soft.concurrency_at_throughput(2001.0), None);
        same(smooth_maximum(1e300, 16.0), 1e300);
    }
}
