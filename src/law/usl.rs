//! The Universal Scalability Law: contention and coherency.

use super::{Inverse, Peak, ScalingLaw, positive};
use crate::domain;
use crate::error::Error;

/// What the USL needs to know.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UslParams {
    /// Contention α: the share of work that queues for something shared.
    #[doc(alias = "sigma")]
    pub alpha: f64,
    /// Coherency β: the cost of each pair of units keeping in step.
    #[doc(alias = "kappa")]
    pub beta: f64,
    /// Throughput of one unit γ, 1/s.
    #[doc(alias = "lambda")]
    pub gamma: f64,
}

/// Where the time of one piece of work goes at N, as parts of 1/C(N) = X(1)/X(N).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overhead {
    /// What linear scaling would need: 1/N.
    pub ideal: f64,
    /// What contention adds: α(N−1)/N.
    pub contention: f64,
    /// What coherency adds: β(N−1).
    pub coherency: f64,
}

impl Overhead {
    /// The sum of the three parts, 1/C(N).
    pub fn total(&self) -> f64 {
        self.ideal + self.contention + self.coherency
    }
}

/// The Universal Scalability Law, X(N) = γN / (1 + α(N−1) + βN(N−1)).
///
/// With β > 0 throughput peaks at N* = √((1−α)/β) and falls towards 0 after it; with β = 0
/// the law is Amdahl's with s = α, with α = 0 too the linear law. α = 1 has a throughput of
/// at most γ, and α > 1 one that falls from the first unit on: the peak is then N = 1.
///
/// Where h(N) = 1 + α(N−1) + βN(N−1) is not positive the law has no value
/// ([`Usl::holds_at`]) and its functions give NaN. With α, β ≥ 0 that can only happen below
/// N = 1, for α > 1 or β > 1.
///
/// # References
/// N. Gunther, *Guerrilla Capacity Planning*, Springer 2007; "The USL with three
/// parameters", 2018. B. Schwartz, *Practical Scalability Analysis with the Universal
/// Scalability Law*, 2015.
///
/// # Examples
/// ```
/// use scalecalc::law::{ScalingLaw, Usl, UslParams};
/// let law = Usl::new(UslParams { alpha: 0.05, beta: 0.001, gamma: 1.0 })?;
/// assert!((law.throughput(10.0) - 6.494).abs() < 5e-4);
/// assert_eq!(law.peak().map(|peak| peak.n_integer), Some(31.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usl {
    params: UslParams,
}

impl Usl {
    /// A law from its parameters.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless α and β are finite and at least 0, and γ finite and
    /// above 0.
    pub fn new(params: UslParams) -> Result<Self, Error> {
        domain::non_negative("alpha", params.alpha)?;
        domain::non_negative("beta", params.beta)?;
        Self::superlinear(params)
    }

    /// A law that may have α or β below 0: units that make each other faster, for a while.
    ///
    /// Such a law can grow without bound at a finite N; see [`Usl::holds_at`].
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless α and β are finite, and γ finite and above 0.
    pub fn superlinear(params: UslParams) -> Result<Self, Error> {
        domain::finite("alpha", params.alpha)?;
        domain::finite("beta", params.beta)?;
        domain::positive("gamma", params.gamma)?;
        Ok(Self { params })
    }

    /// The parameters it was made from.
    pub fn params(&self) -> UslParams {
        self.params
    }

    /// Whether the law has a value at N: 1 + α(N−1) + βN(N−1) > 0.
    pub fn holds_at(&self, n: f64) -> bool {
        self.denominator(n) > 0.0
    }

    /// What a piece of work costs at N over linear scaling, by cause.
    ///
    /// # References
    /// N. Gunther, 2007; the same three parts as `overhead` of the R package `usl`.
    pub fn overhead(&self, n: f64) -> Overhead {
        let UslParams { alpha, beta, .. } = self.params;
        Overhead {
            ideal: n.recip(),
            contention: alpha * ((n - 1.0) / n),
            coherency: beta * (n - 1.0),
        }
    }

    fn denominator(&self, n: f64) -> f64 {
        let UslParams { alpha, beta, .. } = self.params;
        1.0 + (n - 1.0) * (alpha + beta * n)
    }

    /// N* of the formula, also below 1; `None` where throughput does not fall after it.
    fn summit(&self) -> Option<f64> {
        let UslParams { alpha, beta, .. } = self.params;
        if beta > 0.0 && alpha < 1.0 {
            // Two roots, not one of the quotient: that overflows for the smallest β.
            let n = (1.0 - alpha).sqrt() / beta.sqrt();
            // A superlinear law may reach infinity before: h(N)/N is smallest at N*.
            self.holds_at(n).then_some(n)
        } else if alpha >= 1.0 && beta >= 0.0 && alpha - 1.0 + beta > 0.0 {
            Some(0.0)
        } else {
            None
        }
    }
}

impl ScalingLaw for Usl {
    fn gamma(&self) -> f64 {
        self.params.gamma
    }

    fn latency_ratio(&self, n: f64) -> f64 {
        let ratio = self.denominator(n);
        if ratio > 0.0 { ratio } else { f64::NAN }
    }

    fn marginal(&self, n: f64) -> f64 {
        let UslParams { alpha, beta, gamma } = self.params;
        let gain = (1.0 - alpha) - beta * n * (n + 1.0);
        gamma * (gain / self.latency_ratio(n) / self.latency_ratio(n + 1.0))
    }

    fn peak(&self) -> Option<Peak> {
        let UslParams { alpha, beta, .. } = self.params;
        let n = self.summit()?.max(1.0);
        let floor = n.floor();
        // The sign of the marginal gain decides, and a tie goes to the smaller system.
        let climbs = (1.0 - alpha) - beta * floor * (floor + 1.0) > 0.0;
        let n_integer = if climbs { floor + 1.0 } else { floor };
        Some(Peak {
            n,
            n_integer,
            throughput: self.throughput(n),
            throughput_integer: self.throughput(n_integer),
        })
    }

    fn limit(&self) -> Option<f64> {
        let UslParams { alpha, beta, gamma } = self.params;
        if beta > 0.0 {
            Some(0.0)
        } else {
            (beta == 0.0 && alpha > 0.0).then_some(gamma / alpha)
        }
    }

    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse> {
        // x·h(N) = γN is βN² − bN + q = 0 with b = γ/x + β − α and q = 1 − α. Of the two
        // forms of each root the one without a difference of near-equals is taken.
        let UslParams { alpha, beta, gamma } = self.params;
        let (q, b) = (1.0 - alpha, gamma / positive(x)? + beta - alpha);
        let only = |n: f64| {
            Some(Inverse {
                up: positive(n)?,
                retrograde: None,
            })
        };
        if beta == 0.0 {
            // α = 1 and x = γ: every N, of which the first is the answer.
            return only(if q == 0.0 && b == 0.0 { 1.0 } else { q / b });
        }
        if beta > 0.0 && q > 0.0 {
            // b² − 4βq in factors; at the peak itself rounding may put it below 0.
            let least = 2.0 * (beta.sqrt() * q.sqrt());
            let slack = 4.0 * f64::EPSILON * (gamma / x + alpha.abs() + beta);
            let excess = if (b - least).abs() <= slack {
                0.0
            } else {
                b - least
            };
            if excess < 0.0 {
                return None;
            }
            let sum = b + excess.sqrt() * (b + least).sqrt();
            let up = positive(2.0 * q / sum)?;
            return Some(Inverse {
                up,
                retrograde: self.summit().and(positive(sum / (2.0 * beta))),
            });
        }
        // Falling from the start (q ≤ 0 < β), or superlinear (β < 0).
        let root = (b * b - 4.0 * beta * q).sqrt();
        let sum = if b >= 0.0 { b + root } else { b - root };
        let (near, far) = (2.0 * q / sum, sum / (2.0 * beta));
        match (near > 0.0, far > 0.0) {
            (true, true) => only(near.min(far)),
            (true, false) => only(near),
            (false, _) => only(far),
        }
    }

    fn concurrency_at_latency(&self, r: f64) -> Option<f64> {
        // γr = h(N). In M = N − 1 it is βM² + (α+β)M = γr − 1, which has no cancellation
        // above N = 1; below, βN² + (α−β)N = γr − (1−α) has none where α ≤ 1.
        let UslParams { alpha, beta, gamma } = self.params;
        let ratio = gamma * positive(r)?;
        if ratio >= 1.0 {
            positive_root(beta, alpha + beta, ratio - 1.0).and_then(|m| positive(1.0 + m))
        } else {
            positive_root(beta, alpha - beta, ratio - (1.0 - alpha)).and_then(positive)
        }
    }
}

/// The positive root of a·y² + b·y = c: the larger for a > 0, the first for a ≤ 0.
fn positive_root(a: f64, b: f64, c: f64) -> Option<f64> {
    let root = (b * b + 4.0 * a * c).sqrt();
    let y = if b >= 0.0 {
        2.0 * c / (b + root)
    } else if a > 0.0 {
        (root - b) / (2.0 * a)
    } else {
        2.0 * c / (b - root)
    };
    y.is_finite().then_some(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(alpha: f64, beta: f64, gamma: f64) -> Usl {
        Usl::new(UslParams { alpha, beta, gamma }).unwrap()
    }

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(
            (got - expected).abs() <= relative * expected.abs(),
            "{got} is not {expected}"
        );
    }

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        for (alpha, beta, gamma, name) in [
            (-0.1, 0.0, 1.0, "alpha"),
            (0.1, -1e-9, 1.0, "beta"),
            (0.1, 0.0, 0.0, "gamma"),
            (f64::NAN, 0.0, 1.0, "alpha"),
            (0.1, f64::INFINITY, 1.0, "beta"),
        ] {
            let error = Usl::new(UslParams { alpha, beta, gamma }).unwrap_err();
            assert!(error.to_string().starts_with(name), "{error}");
        }
    }

    #[test]
    fn no_coherency_has_no_peak_and_amdahls_ceiling() {
        assert_eq!(law(0.1, 0.0, 5.0).peak(), None);
        close(law(0.1, 0.0, 5.0).limit().unwrap(), 50.0, 1e-15);
        assert_eq!(law(0.0, 0.0, 5.0).limit(), None);
        assert_eq!(law(0.0, 0.1, 5.0).limit(), Some(0.0));
        assert_eq!(law(0.1, 0.0, 5.0).concurrency_at_throughput(50.0), None);
        assert_eq!(law(0.0, 0.0, 5.0).concurrency_at_latency(0.2), None);
    }

    #[test]
    fn a_law_that_falls_from_the_start_peaks_at_one() {
        for (alpha, beta) in [(1.0, 0.1), (1.5, 0.0), (1.5, 0.1), (0.5, 2.0)] {
            let law = law(alpha, beta, 4.0);
            let peak = law.peak().unwrap();
            assert_eq!((peak.n, peak.n_integer), (1.0, 1.0));
            close(peak.throughput, 4.0, 1e-15);
            assert!(law.marginal(1.0) < 0.0);
            assert_eq!(law.knee(0.9, 64.0), Some(1.0));
            let at = law.concurrency_at_throughput(law.throughput(3.0)).unwrap();
            close(at.retrograde.unwrap_or(at.up), 3.0, 1e-13);
        }
    }

    #[test]
    fn full_contention_without_coherency_is_flat() {
        let law = law(1.0, 0.0, 4.0);
        assert_eq!(law.peak(), None);
        close(law.throughput(1e6), 4.0, 1e-15);
        assert_eq!(law.knee(0.9, 64.0), Some(1.0));
        close(law.concurrency_at_throughput(4.0).unwrap().up, 1.0, 1e-15);
        assert_eq!(law.concurrency_at_throughput(3.0), None);
        close(law.concurrency_at_latency(2.0).unwrap(), 8.0, 1e-15);
    }

    #[test]
    fn fractional_n_and_the_pole_below_one() {
        close(law(0.1, 0.01, 2.0).throughput(0.5), 1.0 / 0.9475, 1e-15);
        assert!(!law(1.5, 0.0, 1.0).holds_at(0.2));
        assert!(law(1.5, 0.0, 1.0).throughput(0.2).is_nan());
        let n = law(0.1, 0.01, 2.0).concurrency_at_latency(0.9475 / 2.0);
        close(n.unwrap(), 0.5, 1e-14);
    }

    #[test]
    fn a_superlinear_law_peaks_only_where_it_stays_finite() {
        let boosted = |alpha, beta| {
            Usl::superlinear(UslParams {
                alpha,
                beta,
                gamma: 1.0,
            })
            .unwrap()
        };
        let peak = boosted(-0.05, 0.002).peak().unwrap();
        close(peak.n, 525_f64.sqrt(), 1e-15);
        assert!(peak.throughput > peak.n, "more than linear");
        let n = boosted(-0.05, 0.0).concurrency_at_latency(0.5).unwrap();
        close(n, 11.0, 1e-15);
        assert_eq!(boosted(-0.5, 0.001).peak(), None);
        assert_eq!(boosted(0.1, -1e-4).peak(), None);
        let n = boosted(0.1, -1e-4).concurrency_at_throughput(6.0).unwrap();
        close(boosted(0.1, -1e-4).throughput(n.up), 6.0, 1e-14);
    }

    #[test]
    fn both_roots_meet_at_the_peak_and_vanish_above() {
        let law = law(0.026_715_91, 7.690_945e-4, 995.648_6);
        let peak = law.peak().unwrap();
        let at = law.concurrency_at_throughput(peak.throughput).unwrap();
        close(at.up, peak.n, 1e-6);
        close(at.retrograde.unwrap(), peak.n, 1e-6);
        let above = peak.throughput * (1.0 + 1e-12);
        assert_eq!(law.concurrency_at_throughput(above), None);
    }

    #[test]
    fn the_unit_of_throughput_does_not_matter() {
        for gamma in [1e-300, 1.0, 1e299] {
            let law = law(0.03, 1e-16, gamma);
            let at = law.concurrency_at_throughput(law.throughput(1e6)).unwrap();
            close(at.up, 1e6, 1e-9);
            close(at.retrograde.unwrap(), 0.97e16 / 1e6, 1e-9);
            close(law.peak().unwrap().n, 0.97_f64.sqrt() * 1e8, 1e-14);
            close(
                law.concurrency_at_latency(law.latency(1e9)).unwrap(),
                1e9,
                1e-12,
            );
            let parts = law.overhead(1e9);
            close(parts.total() * law.speedup(1e9), 1.0, 1e-14);
        }
    }
}
