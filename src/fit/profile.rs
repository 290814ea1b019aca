//! Profile-likelihood intervals, for parameters and for what derives from them.
//!
//! The interval of a quantity v is where the best fit that keeps v stays within what the
//! noise allows: SSE(v) − SSE(v̂) ≤ s²·F(level; 1, M−p). Every quantity here is a linear
//! equation in (a, b, c), so the fit that keeps it is the same solver on a plane. Unlike
//! estimate ± error the interval knows the bounds and may be open.
//!
//! # References
//! Bates & Watts, *Nonlinear Regression Analysis*, 1988, chapter 6.

use super::problem::{Constraint, Optimum, Problem, Theta, dot};

/// A quantity that can be held fixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Quantity {
    /// Scaled a, the reciprocal of γ.
    A,
    /// α, in units of 1/largest N.
    Alpha,
    /// β, in units of 1/(largest N)².
    Beta,
    /// 1/N*² in the same unit, for α < 1: 0 where there is no peak.
    PeakCurvature,
    /// N*² in units of (largest N)², through 0 to negative where α > 1; for β > 0.
    PeakSquare,
    /// N/X at this N, scaled.
    PerThroughput(f64),
    /// (N/X at the first N) / (N/X at the second).
    Ratio(f64, f64),
    /// N at which the latency N/X has this scaled value.
    NAtLatency(f64),
}

impl Quantity {
    /// Its value at a point; not finite where it does not exist.
    pub(crate) fn value(self, problem: &Problem, theta: &Theta) -> f64 {
        let [a, b, c] = *theta;
        let head = a - b / problem.n_unit;
        match self {
            Self::A => a,
            Self::Alpha => b / a,
            Self::Beta => c / a,
            Self::PeakCurvature => c / head,
            Self::PeakSquare => head / c,
            Self::PerThroughput(n) => dot(theta, &problem.u(n)),
            Self::Ratio(n, base) => dot(theta, &problem.u(n)) / dot(theta, &problem.u(base)),
            Self::NAtLatency(latency) => n_at(problem, theta, latency),
        }
    }

    fn constraint(self, problem: &Problem, v: f64) -> Constraint {
        let per_n = 1.0 / problem.n_unit;
        match self {
            Self::A => Constraint {
                q: [1.0, 0.0, 0.0],
                r: v,
            },
            Self::Alpha => Constraint {
                q: [-v, 1.0, 0.0],
                r: 0.0,
            },
            Self::Beta => Constraint {
                q: [-v, 0.0, 1.0],
                r: 0.0,
            },
            Self::PeakCurvature => Constraint {
                q: [-v, v * per_n, 1.0],
                r: 0.0,
            },
            Self::PeakSquare => Constraint {
                q: [1.0, -per_n, -v],
                r: 0.0,
            },
            Self::PerThroughput(n) => Constraint {
                q: problem.u(n),
                r: v,
            },
            Self::Ratio(n, base) => {
                let (top, bottom) = (problem.u(n), problem.u(base));
                Constraint {
                    q: std::array::from_fn(|k| top[k] - v * bottom[k]),
                    r: 0.0,
                }
            }
            Self::NAtLatency(latency) => Constraint {
                q: problem.u(v),
                r: latency,
            },
        }
    }

    /// Whether a law with α, β ≥ 0 can bring it to 0: N/X at N > 1 is 0 for none.
    fn reaches_zero(self) -> bool {
        match self {
            Self::PerThroughput(n) | Self::Ratio(n, _) => n <= 1.0,
            _ => true,
        }
    }

    /// Whether the quantity may be negative.
    fn is_signed(self, problem: &Problem) -> bool {
        match self {
            Self::PeakSquare => true,
            Self::Alpha | Self::Beta | Self::PeakCurvature => problem.superlinear,
            _ => false,
        }
    }
}

/// The N at which a + b(N−1) + cN(N−1) has a value: the root on the way up.
fn n_at(problem: &Problem, theta: &Theta, latency: f64) -> f64 {
    // In units of the largest N: c x² + (b − c/s) x + (a − b/s − latency) = 0.
    let [a, b, c] = *theta;
    let s = problem.n_unit;
    let middle = b - c / s;
    let last = a - b / s - latency;
    if last >= 0.0 {
        return f64::NAN;
    }
    let root = (middle * middle - 4.0 * c * last).sqrt();
    let x = if middle >= 0.0 {
        -2.0 * last / (middle + root)
    } else {
        (root - middle) / (2.0 * c)
    };
    x * s
}

/// The two ends; `None` is open: the fit stays within the limit as far as the search goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ends {
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

/// The interval of a quantity around an optimum: all v whose best fit exceeds the
/// optimum's sum of squares by at most `allowance` (scaled).
pub(crate) fn interval(
    problem: &Problem,
    optimum: &Optimum,
    allowance: f64,
    quantity: Quantity,
) -> Ends {
    Ends {
        low: end(problem, optimum, allowance, quantity, Side::Low),
        high: end(problem, optimum, allowance, quantity, Side::High),
    }
}

/// Which end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

/// One end of [`interval`].
pub(crate) fn end(
    problem: &Problem,
    optimum: &Optimum,
    allowance: f64,
    quantity: Quantity,
    side: Side,
) -> Option<f64> {
    let best = quantity.value(problem, &optimum.theta);
    if !best.is_finite() {
        return None;
    }
    if allowance <= 0.0 {
        return Some(best);
    }
    let search = Search {
        problem,
        optimum,
        allowance,
        quantity,
        best,
    };
    search.end(match side {
        Side::Low => -1.0,
        Side::High => 1.0,
    })
}

struct Search<'a> {
    problem: &'a Problem,
    optimum: &'a Optimum,
    allowance: f64,
    quantity: Quantity,
    best: f64,
}

/// A tried value: how far above the limit, as a signed root that is nearly linear in v.
#[derive(Clone, Copy)]
struct Tried {
    v: f64,
    above: f64,
    theta: Theta,
}

impl Search<'_> {
    /// √(SSE(v) − SSE(v̂)) − √allowance; infinite where no law keeps v.
    fn try_at(&self, v: f64, near: &Theta) -> Tried {
        let constraint = self.quantity.constraint(self.problem, v);
        match self.problem.bounded(&constraint, near) {
            Some(found) => Tried {
                v,
                above: (found.misfit - self.optimum.misfit).max(0.0).sqrt() - self.allowance.sqrt(),
                theta: found.theta,
            },
            None => Tried {
                v,
                above: f64::INFINITY,
                theta: *near,
            },
        }
    }

    /// The optimum itself.
    fn start(&self) -> Tried {
        Tried {
            v: self.best,
            above: -self.allowance.sqrt(),
            theta: self.optimum.theta,
        }
    }

    fn end(&self, direction: f64) -> Option<f64> {
        let limit = self.allowance.sqrt();
        let signed = self.quantity.is_signed(self.problem);
        let mut inside = self.start();
        if direction < 0.0 && !signed {
            // The domain ends at 0; if 0 itself is within, that is the end.
            if self.best <= 0.0 {
                return Some(0.0);
            }
            if self.quantity.reaches_zero() && self.try_at(0.0, &self.optimum.theta).above <= 0.0 {
                return Some(0.0);
            }
        }
        let mut step = if self.best == 0.0 {
            1e-3
        } else {
            0.05 * self.best.abs()
        };
        let mut outside = None;
        for _ in 0..60 {
            let mut v = self.best + direction * step;
            if direction < 0.0 && !signed && v <= 0.0 {
                v = 0.5 * inside.v;
            }
            let near = between(&self.start(), &inside, v);
            let tried = self.try_at(v, &near);
            if tried.above > 0.0 {
                outside = Some(tried);
                break;
            }
            // Nearly linear: aim a little past the limit.
            let reached = (tried.above + limit) / limit;
            let factor = if reached > 0.0 {
                (1.2 / reached).clamp(1.5, 20.0)
            } else {
                20.0
            };
            inside = tried;
            step = (v - self.best).abs() * factor;
            if !step.is_finite() || step > 1e15 * self.best.abs().max(1.0) {
                break;
            }
        }
        Some(self.root(inside, outside?))
    }

    /// Illinois regula falsi between a value inside and one outside; bisection while the
    /// outside has no law.
    fn root(&self, mut inside: Tried, mut outside: Tried) -> f64 {
        let limit = self.allowance.sqrt();
        // Which end was replaced last: an end that stays put twice counts half.
        let mut kept_inside = 0;
        let mut kept_outside = 0;
        let (mut at_inside, mut at_outside) = (inside.above, outside.above);
        for tries in 0..200 {
            let width = outside.v - inside.v;
            if width.abs() <= 1e-12 * outside.v.abs().max(inside.v.abs()) {
                break;
            }
            let v = if at_outside.is_finite() && tries < 40 {
                let share = at_inside / (at_inside - at_outside);
                inside.v + width * share.clamp(1e-6, 1.0 - 1e-6)
            } else {
                inside.v + 0.5 * width
            };
            let tried = self.try_at(v, &between(&inside, &outside, v));
            if tried.above.abs() <= 1e-11 * limit {
                return tried.v;
            }
            if tried.above > 0.0 {
                (outside, at_outside) = (tried, tried.above);
                (kept_inside, kept_outside) = (kept_inside + 1, 0);
                if kept_inside > 1 {
                    at_inside *= 0.5;
                }
            } else {
                (inside, at_inside) = (tried, tried.above);
                (kept_outside, kept_inside) = (kept_outside + 1, 0);
                if kept_outside > 1 {
                    at_outside *= 0.5;
                }
            }
        }
        0.5 * (inside.v + outside.v)
    }
}

/// A start for v on the line through the laws of two values already tried.
fn between(one: &Tried, other: &Tried, v: f64) -> Theta {
    let share = (v - one.v) / (other.v - one.v);
    let start: Theta =
        std::array::from_fn(|k| one.theta[k] + share * (other.theta[k] - one.theta[k]));
    if other.above.is_finite() && start.iter().all(|value| value.is_finite()) {
        start
    } else {
        one.theta
    }
}
