//! Fan-out: how the tail grows when an answer needs n others, and what hedging buys.

use super::herd::count;
use crate::domain;
use crate::error::Error;
use crate::numeric::root::root;

/// P(at least one of n is slow), 1 − (1 − p)ⁿ.
///
/// # Errors
/// [`Error::OutOfRange`] unless p is a share and n a whole number from 1.
pub fn any_slow(p_slow: f64, calls: f64) -> Result<f64, Error> {
    domain::fraction("share of slow calls", p_slow)?;
    let n = count("calls", calls)?;
    Ok(-(n * (-p_slow).ln_1p()).exp_m1())
}

/// The quantile each of n calls has to keep so that a share `p` of answers is in time:
/// p^(1/n), given as the share 1 − p^(1/n) that may be late.
///
/// # Errors
/// [`Error::OutOfRange`] unless 0 < p < 1 and n is a whole number from 1.
pub fn allowed_slow(p: f64, calls: f64) -> Result<f64, Error> {
    let p = domain::open_fraction("percentile", p)?;
    Ok(-(p.ln() / count("calls", calls)?).exp_m1())
}

/// What one call takes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Latency {
    /// Exponential with this mean in seconds.
    Exponential {
        /// Mean, above 0.
        mean: f64,
    },
    /// Log-normal with this median and spread.
    LogNormal {
        /// Median in seconds, above 0.
        median: f64,
        /// Standard deviation of its logarithm, above 0.
        sigma: f64,
    },
}

impl Latency {
    /// A log-normal law with this median and this p-quantile.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < median < quantile and ½ < p < 1.
    pub fn through(median: f64, p: f64, quantile: f64) -> Result<Self, Error> {
        domain::positive("median", median)?;
        domain::positive("quantile", quantile)?;
        if !(p > 0.5 && p < 1.0) {
            return Err(Error::OutOfRange {
                name: "percentile",
                value: p,
                allowed: "above 0.5 and below 1",
            });
        }
        if quantile <= median {
            return Err(Error::OutOfRange {
                name: "quantile",
                value: quantile,
                allowed: "above the median",
            });
        }
        Ok(Self::LogNormal {
            median,
            sigma: (quantile / median).ln() / normal_quantile(1.0 - p),
        })
    }

    /// P(a call takes longer than `time` seconds).
    pub fn survival(&self, time: f64) -> f64 {
        if time <= 0.0 {
            return 1.0;
        }
        match *self {
            Self::Exponential { mean } => (-time / mean).exp(),
            Self::LogNormal { median, sigma } => {
                let z = (time / median).ln() / sigma;
                statrs::function::erf::erfc(z / std::f64::consts::SQRT_2) / 2.0
            }
        }
    }

    /// Time in seconds that a share `beyond` of calls exceeds, 0 < beyond < 1.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] outside that.
    pub fn exceeded_by(&self, beyond: f64) -> Result<f64, Error> {
        let beyond = domain::open_fraction("share of slow calls", beyond)?;
        let time = match *self {
            Self::Exponential { mean } => -mean * beyond.ln(),
            Self::LogNormal { median, sigma } => median * (sigma * normal_quantile(beyond)).exp(),
        };
        domain::finite("quantile", time)
    }

    /// The same where each call is sent a second time after `delay` seconds without answer:
    /// P(T > t) = F̄(t)·F̄(t − delay), the two being independent.
    ///
    /// # Errors
    /// As [`Latency::exceeded_by`]; [`Error::OutOfRange`] for a negative delay.
    pub fn hedged_exceeded_by(&self, beyond: f64, delay: f64) -> Result<f64, Error> {
        domain::non_negative("hedging delay", delay)?;
        let plain = self.exceeded_by(beyond)?;
        let target = beyond.ln();
        let gap = |time: f64| (self.survival(time) * self.survival(time - delay)).ln() - target;
        Ok(root(gap, 0.0, plain))
    }
}

/// z with P(Z > z) = beyond for a standard normal Z.
fn normal_quantile(beyond: f64) -> f64 {
    std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * beyond)
}

/// Mean response of n tasks that fork to n servers and join, each M/M/1 with S = 1: exact for
/// n = 2, (12 − ρ)/8/(1 − ρ); above approximate,
/// (h + 4/11·(1 − h)·ρ)·R₂ with h = Hₙ/H₂, within 5 % of simulation.
///
/// # Errors
/// [`Error::OutOfRange`] unless 0 ≤ ρ < 1 and n is a whole number from 1.
///
/// # References
/// L. Flatto, S. Hahn (1984); R. Nelson, A. N. Tantawi, IEEE Transactions on Computers 37 (1988).
pub fn fork_join(utilization: f64, tasks: f64) -> Result<f64, Error> {
    let n = count("tasks", tasks)?;
    if !(0.0..1.0).contains(&utilization) {
        return Err(Error::OutOfRange {
            name: "utilization",
            value: utilization,
            allowed: "0 or above and below 1",
        });
    }
    let spare = 1.0 - utilization;
    if n <= 1.0 {
        return Ok(1.0 / spare);
    }
    let two = (12.0 - utilization) / 8.0 / spare;
    let ratio = super::herd::harmonic(n) / 1.5;
    Ok((ratio + 4.0 / 11.0 * (1.0 - ratio) * utilization) * two)
}

/// Mean response where each job is sent to d of k servers at random and the first answer
/// cancels the rest: Σᵢ₌d..k 1/(k·C(k−1, d−1)/C(i−1, d−1) − kλ) with μ = 1 and load λ a
/// server. Exact for exponential services that are independent between copies, which real
/// slow jobs are not: an upper estimate of what copies gain.
///
/// # Errors
/// [`Error::OutOfRange`] unless 1 ≤ d ≤ k ≤ 10⁷ are whole and 0 ≤ λ < 1.
///
/// # References
/// K. Gardner et al., Redundancy-d, Operations Research 65 (2017).
pub fn redundancy(servers: f64, copies: f64, utilization: f64) -> Result<f64, Error> {
    let (k, d) = (count("servers", servers)?, count("copies", copies)?);
    if k > 1e7 || d > k {
        return Err(Error::OutOfRange {
            name: "copies",
            value: d,
            allowed: "at most the number of servers, which is at most 1e7",
        });
    }
    if !(0.0..1.0).contains(&utilization) {
        return Err(Error::OutOfRange {
            name: "utilization",
            value: utilization,
            allowed: "0 or above and below 1",
        });
    }
    // From i = k down: C(k−1, d−1)/C(i−1, d−1) starts at 1 and grows by (i−1)/(i−d).
    let (mut sum, mut ratio, mut i) = (0.0, 1.0, k);
    while i >= d {
        let term = 1.0 / (k * (ratio - utilization));
        sum += term;
        if !ratio.is_finite() || term < 1e-18 * sum {
            break;
        }
        ratio *= (i - 1.0) / (i - d);
        i -= 1.0;
    }
    Ok(sum)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_many_calls_published() {
        // Dean & Barroso 2013: 1 % slow, 100 calls: 63 %
        for (p, n, expected) in [
            (0.01, 10.0, 0.0956),
            (0.01, 100.0, 0.634),
            (0.01, 200.0, 0.866),
            (0.0001, 2000.0, 0.181),
        ] {
            assert!((any_slow(p, n).unwrap() - expected).abs() < 5e-4);
        }
        let each = allowed_slow(0.99, 100.0).unwrap();
        assert!((any_slow(each, 100.0).unwrap() - 0.01).abs() < 1e-15);
        assert_eq!(any_slow(1.0, 3.0).unwrap(), 1.0);
    }

    #[test]
    fn hedging_after_the_95th_percentile() {
        let call = Latency::Exponential { mean: 1.0 };
        let delay = call.exceeded_by(0.05).unwrap();
        assert!((delay - 2.9957).abs() < 1e-4);
        assert!((call.exceeded_by(0.001).unwrap() - 6.9078).abs() < 1e-4);
        assert!((call.hedged_exceeded_by(0.001, delay).unwrap() - 4.9517).abs() < 1e-4);
    }

    #[test]
    fn a_lognormal_law_goes_through_its_points() {
        let call = Latency::through(0.01, 0.99, 0.1).unwrap();
        assert!((call.exceeded_by(0.01).unwrap() - 0.1).abs() < 1e-9);
        assert!((call.survival(0.1) - 0.01).abs() < 1e-9);
        assert!((call.survival(0.01) - 0.5).abs() < 1e-12);
        let hedged = call.hedged_exceeded_by(0.001, 0.1).unwrap();
        assert!((call.survival(hedged) * call.survival(hedged - 0.1) - 0.001).abs() < 1e-9);
        assert!(Latency::through(0.1, 0.99, 0.1).is_err());
    }

    #[test]
    fn fork_join_published() {
        for (rho, expected) in [(0.5, 2.875), (0.8, 7.0), (0.9, 13.875)] {
            assert!((fork_join(rho, 2.0).unwrap() - expected).abs() < 1e-12);
        }
        for (n, expected) in [(4.0, 8.930), (10.0, 11.729), (100.0, 19.202)] {
            assert!((fork_join(0.8, n).unwrap() - expected).abs() < 5e-4);
        }
    }

    #[test]
    fn redundancy_published() {
        for (k, d, load, expected) in [
            (2.0, 2.0, 0.7, 1.666_666_7),
            (10.0, 1.0, 0.7, 3.333_333_3),
            (10.0, 2.0, 0.7, 1.101_626_6),
            (100.0, 2.0, 0.9, 1.765_103_3),
        ] {
            let got = redundancy(k, d, load).unwrap();
            assert!((got - expected).abs() < 1e-7, "{got}");
        }
        assert!(redundancy(2.0, 3.0, 0.5).is_err());
    }
}
