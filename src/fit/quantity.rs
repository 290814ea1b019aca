//! What an interval can be asked of, as linear equations in (a, b, c).

use super::contour::Bend;
use super::problem::{Constraint, Problem, Theta, dot};

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

    pub(super) fn constraint(self, problem: &Problem, v: f64) -> Constraint {
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

    /// The equation at a law with how it turns by v; `None` where the quantity does not exist or
    /// does not tell laws apart.
    pub(super) fn bend(self, problem: &Problem, theta: &Theta) -> Option<Bend> {
        let v = Some(self.value(problem, theta)).filter(|v| v.is_finite())?;
        let per_n = 1.0 / problem.n_unit;
        let turn = match self {
            Self::A | Self::PerThroughput(_) => [0.0; 3],
            Self::Alpha | Self::Beta => [-1.0, 0.0, 0.0],
            Self::PeakCurvature => [-1.0, per_n, 0.0],
            Self::PeakSquare => [0.0, 0.0, -1.0],
            Self::Ratio(_, base) => problem.u(base).map(|part| -part),
            Self::NAtLatency(_) => [0.0, per_n, (2.0 * v - 1.0) * per_n * per_n],
        };
        let along = match self {
            Self::A | Self::PerThroughput(_) => -1.0,
            _ => dot(&turn, theta),
        };
        (along != 0.0 && along.is_finite()).then(|| Bend {
            q: self.constraint(problem, v).q,
            turn,
            along,
        })
    }

    /// Whether a law is past the bound at which the quantity is 0.
    pub(super) fn is_past_zero(self, theta: &Theta) -> bool {
        match self {
            Self::Alpha => theta[1] < 0.0,
            Self::Beta | Self::PeakCurvature => theta[2] < 0.0,
            _ => false,
        }
    }

    /// Whether a law with α, β ≥ 0 can bring it to 0: N/X at N > 1 is 0 for none.
    pub(super) fn reaches_zero(self) -> bool {
        match self {
            Self::PerThroughput(n) | Self::Ratio(n, _) => n <= 1.0,
            _ => true,
        }
    }

    /// Whether the quantity may be negative.
    pub(super) fn is_signed(self, problem: &Problem) -> bool {
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
