//! Where a fitted law peaks, and how sure that is.

use super::problem::{Problem, Theta, dot};
use super::profile::{self, Side};
use super::quantity::Quantity;
use super::thresholds::TRUSTED_REACH;
use super::{Fit, FittedLaw, IntervalKind};
use crate::estimate::Estimate;
use crate::law::{ScalingLaw, UslParams};

/// Where a fitted law peaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedPeak {
    /// The data show that there is a peak, no further out than twice the largest N.
    pub established: bool,
    /// N*, at least 1; no value where the law has no peak, no upper end where β = 0 fits.
    pub n_real: Estimate,
    /// The integer N with the highest throughput.
    pub n: Option<f64>,
    /// Throughput at the peak, 1/s.
    pub throughput: Estimate,
}

impl std::fmt::Display for FittedPeak {
    /// `N = 36 (32.0 to 40.0)`, with a word where the data do not show it; or `no peak`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(n) = self.n else {
            return f.write_str("no peak");
        };
        write!(f, "N = {n}")?;
        let ends = Estimate {
            value: None,
            ..self.n_real
        };
        f.write_str(ends.to_string().trim_start_matches("none"))?;
        if self.established {
            Ok(())
        } else {
            f.write_str(", not established by the data")
        }
    }
}

impl Fit {
    /// Where the law peaks.
    pub fn peak(&self) -> FittedPeak {
        *self.asked.peak.get_or_init(|| self.find_peak())
    }

    fn find_peak(&self) -> FittedPeak {
        if let Some(full) = &self.full {
            let peak = full.fitted.law.peak();
            let at = |value: Option<f64>| Estimate::exact(value.unwrap_or(f64::NAN));
            return FittedPeak {
                established: false,
                n: peak.as_ref().map(|peak| peak.n_integer),
                n_real: at(peak.as_ref().map(|peak| peak.n)),
                throughput: at(peak.map(|peak| peak.throughput)),
            };
        }
        let n_real = self.whatever_the_noise(self.peak_n(), |other| other.peak().n_real);
        let peak = self.law.peak();
        let shows_decline = self.beta().low.is_some_and(|low| low > 0.0);
        let reach = TRUSTED_REACH * self.levels.n_max();
        FittedPeak {
            established: shows_decline
                && peak.as_ref().is_some_and(|peak| peak.n <= reach)
                && n_real.high.is_some(),
            n: peak.as_ref().map(|peak| peak.n_integer),
            throughput: self.peak_throughput(peak.map(|peak| peak.throughput), shows_decline),
            n_real,
        }
    }

    fn peak_n(&self) -> Estimate {
        let problem = &self.solution.problem;
        let UslParams { alpha, beta, .. } = self.law.params();
        let value = self.law.peak().map(|peak| peak.n);
        let level = self.t.map(|_| self.options.confidence);
        let nothing = Estimate {
            value,
            low: None,
            high: None,
            level,
        };
        let Some(allowance) = self.allowance() else {
            return Estimate {
                level: None,
                ..nothing
            };
        };
        if self.options.interval == IntervalKind::Wald {
            let slope = [
                -0.5 / (beta * (1.0 - alpha)).sqrt(),
                -0.5 * (1.0 - alpha).sqrt() * beta.powf(-1.5),
                0.0,
            ];
            return match value.filter(|_| beta > 0.0 && alpha < 1.0) {
                Some(value) => self.wald(value, &slope),
                None => nothing,
            };
        }
        if self.solution.law != FittedLaw::Usl {
            return nothing;
        }
        let of_square = |square: f64| problem.n_unit * square.max(0.0).sqrt();
        let (low, high) = if alpha < 1.0 {
            let ends = self.ends(Quantity::PeakCurvature, allowance);
            (
                // An exact fit without a peak has none anywhere.
                Some(ends.high.map_or(1.0, |w| of_square(1.0 / w))).filter(|n| n.is_finite()),
                ends.low.filter(|w| *w > 0.0).map(|w| of_square(1.0 / w)),
            )
        } else if beta > 0.0 {
            let ends = self.ends(Quantity::PeakSquare, allowance);
            (
                Some(ends.low.map_or(1.0, of_square)),
                ends.high.map(of_square),
            )
        } else {
            let falls = self.alpha().low.is_some_and(|low| low >= 1.0);
            (Some(1.0), falls.then_some(1.0))
        };
        Estimate {
            value,
            low: low.map(|n| n.max(1.0)),
            high: high.map(|n| n.max(1.0)),
            level,
        }
    }

    /// max over N of the ends of X(N): the upper end exactly, the lower one by exchanging
    /// the order of min and max, which can only widen it.
    fn peak_throughput(&self, value: Option<f64>, bounded: bool) -> Estimate {
        let Some(value) = value else {
            return Estimate {
                value: None,
                low: None,
                high: None,
                level: None,
            };
        };
        let Some(peak) = self.law.peak().filter(|_| self.t.is_some()) else {
            return Estimate::exact(value);
        };
        if self.options.interval == IntervalKind::Wald {
            let slope =
                self.numeric_slope(|law| law.peak().map_or(f64::NAN, |peak| peak.throughput));
            return self.wald(value, &slope);
        }
        let allowance = self.allowance().unwrap_or(0.0);
        let scale = self.solution.problem.x_unit / self.solution.problem.n_unit;
        // An upper end of N/X is a lower one of X.
        let highest = |side: Side| {
            highest(&self.solution.problem, peak.n, |n| {
                let end =
                    profile::end(&self.solution, allowance, Quantity::PerThroughput(n), side)?;
                Some((n * scale / end.v, end.theta))
            })
        };
        Estimate {
            value: Some(value),
            low: highest(Side::High)
                .filter(|x| x.is_finite())
                .map(|x| x.min(value)),
            high: bounded
                .then(|| highest(Side::Low))
                .flatten()
                .filter(|x| x.is_finite())
                .map(|x| x.max(value)),
            level: Some(self.options.confidence),
        }
    }
}

/// Largest over N of an end of X(N), within a factor of four of the law's peak. An end belongs to
/// a law, and where that law itself turns around, the end does too: the slope of the one is the
/// slope of the other (Danskin), and a root of it is bracketed and closed in on by secants.
///
/// # References
/// J. M. Danskin, "The theory of max-min, with applications", SIAM J. Appl. Math. 14 (1966).
fn highest(problem: &Problem, peak: f64, end: impl Fn(f64) -> Option<(f64, Theta)>) -> Option<f64> {
    const CLOSE: f64 = 1e-6; // in ln N; flat there: its square of the value
    let (mut low, mut high) = ((peak / 4.0_f64.min(peak)).ln(), (peak * 4.0).ln());
    // X with its slope d ln X/d ln N and the slope of that.
    let at = |x: f64| {
        let n = x.exp();
        let (value, theta) = end(n)?;
        let [slope, bend] = slope_of(problem, &theta, n);
        Some((x, value, slope, bend))
    };
    let mut now = at(peak.ln())?;
    let mut best = now.1;
    let mut bend = now.3;
    for _ in 0..60 {
        let (x, _, slope, _) = now;
        if slope > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - slope / bend;
        let next = if newton > low && newton < high {
            newton
        } else {
            f64::midpoint(low, high)
        };
        if (next - x).abs() <= CLOSE || !slope.is_finite() {
            break;
        }
        let Some(found) = at(next) else { break };
        let secant = (found.2 - slope) / (next - x);
        bend = if secant < 0.0 { secant } else { found.3 };
        best = best.max(found.1);
        now = found;
    }
    Some(best)
}

/// d ln X/d ln N of a law at N, and the derivative of that by ln N.
fn slope_of(problem: &Problem, theta: &Theta, n: f64) -> [f64; 2] {
    let unit = problem.n_unit;
    let d = dot(theta, &problem.u(n));
    // N d'(N) and N² d''(N) of N/X.
    let first = n / unit * (theta[1] + theta[2] * (2.0 * n - 1.0) / unit);
    let second = 2.0 * theta[2] * (n / unit) * (n / unit);
    let share = first / d;
    [1.0 - share, share * share - (first + second) / d]
}
