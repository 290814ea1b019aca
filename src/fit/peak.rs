//! Where a fitted law peaks, and how sure that is.

use super::profile::{self, Quantity, Side};
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
        let n_real = self.peak_n();
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
            maximum(peak.n / 4.0_f64.min(peak.n), peak.n, peak.n * 4.0, |n| {
                profile::end(
                    &self.solution.problem,
                    &self.solution.optimum,
                    allowance,
                    Quantity::PerThroughput(n),
                    side,
                )
                .map_or(f64::NEG_INFINITY, |d| n * scale / d)
            })
        };
        Estimate {
            value: Some(value),
            low: Some(highest(Side::High))
                .filter(|x| x.is_finite())
                .map(|x| x.min(value)),
            high: bounded
                .then(|| highest(Side::Low))
                .filter(|x| x.is_finite())
                .map(|x| x.max(value)),
            level: Some(self.options.confidence),
        }
    }
}

/// Largest value of a function with one hump, searched over the logarithm from a point near
/// it: parabolas through the three best points, golden section where those fail.
///
/// # References
/// R. Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 5.
fn maximum(low: f64, near: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.381_966_011_250_105_1;
    const CLOSE: f64 = 1e-4; // in ln N; flat there: 1e-8 of the value
    let (mut low, mut high) = (low.ln(), high.ln());
    let at = |x: f64| (x, f(x.exp()));
    let mut best = at(near.ln().clamp(low, high));
    let (mut second, mut third) = (best, best);
    let (mut step, mut before) = (0.0_f64, 0.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if (best.0 - middle).abs() + 0.5 * (high - low) <= 2.0 * CLOSE {
            break;
        }
        let r = (best.0 - second.0) * (best.1 - third.1);
        let q = (best.0 - third.0) * (best.1 - second.1);
        let p = (best.0 - third.0) * q - (best.0 - second.0) * r;
        let parabola = -p / (2.0 * (q - r));
        let target = best.0 + parabola;
        let usable = parabola.is_finite()
            && parabola.abs() < 0.5 * before.abs()
            && target > low
            && target < high;
        (before, step) = if usable {
            (step, parabola)
        } else {
            let side = if best.0 < middle { high } else { low };
            (side - best.0, GOLDEN * (side - best.0))
        };
        let next = at(best.0 + step.abs().max(CLOSE).copysign(step));
        if next.1 >= best.1 {
            if next.0 < best.0 {
                high = best.0;
            } else {
                low = best.0;
            }
            (third, second, best) = (second, best, next);
        } else {
            if next.0 < best.0 {
                low = next.0;
            } else {
                high = next.0;
            }
            if next.1 >= second.1 || second.0.to_bits() == best.0.to_bits() {
                (third, second) = (second, next);
            } else if next.1 >= third.1 {
                third = next;
            }
        }
    }
    best.1
}
