//! Ends of profile intervals by Newton's method.
//!
//! An end of an interval is where its quantity is extreme on the contour SSE(θ) = limit. With
//! the quantity written as q(v)·θ = r(v), that is where the gradient of half the SSE is λ·q and
//! the limit is met. Each step solves both to second order from the gradient and Hessian at
//! hand, so that one evaluation of the data a step doubles the digits, instead of a whole
//! constrained fit for each value tried. On a bound the multiplier of the parameter held there
//! tells whether the best law for that value is held there too. What is not found here (no
//! curvature, another valley, an open end) is left to the search of [`super::profile`].
//!
//! # References
//! D. J. Venzon & S. H. Moolgavkar, "A method for computing profile-likelihood-based confidence
//! intervals", Applied Statistics 37 (1988).

use super::least_squares::{Local, factored};
use super::problem::{A_ZERO, B_ZERO, C_ZERO, Face, Problem, Theta, dot, form};
use super::quantity::Quantity;

/// Steps from the optimum before the search by tries takes over.
const MOST_STEPS: usize = 14;
/// A step this much shorter than the way from the optimum is the last: its square is below
/// what tells two ends apart.
const LAST: f64 = 1e-7;

/// What one end is searched from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contour<'a> {
    pub(super) problem: &'a Problem,
    pub(super) optimum: &'a Theta,
    /// What holds the optimum.
    pub(super) face: Face,
    /// Value and derivatives at the optimum.
    pub(super) local: &'a Local<3>,
    /// What the SSE may exceed the optimum's by.
    pub(super) allowance: f64,
}

/// Where a search on one face ended.
struct Found {
    theta: Theta,
    local: Local<3>,
    /// Gradient over q.
    lambda: f64,
    q: Theta,
}

impl Contour<'_> {
    /// The point where the quantity is least (−1) or greatest (+1); `None` where Newton's
    /// method does not get there.
    pub(super) fn extreme(&self, quantity: Quantity, direction: f64) -> Option<Theta> {
        let first = self.on_face(quantity, direction, self.face)?;
        if self.is_best(&first, self.face) {
            return Some(first.theta);
        }
        if direction < 0.0 && quantity.is_past_zero(&first.theta) {
            return None; // 0 is within
        }
        if self.problem.superlinear {
            return None;
        }
        [0, B_ZERO, C_ZERO, B_ZERO | C_ZERO]
            .into_iter()
            .map(|face| face | self.problem.lowest_face)
            .filter(|face| *face != self.face)
            .find_map(|face| {
                let found = self.on_face(quantity, direction, face)?;
                self.is_best(&found, face).then_some(found.theta)
            })
    }

    /// Whether the law is one, and nothing held at 0 would fit better above it.
    fn is_best(&self, found: &Found, face: Face) -> bool {
        let Found {
            theta,
            local,
            lambda,
            q,
        } = found;
        self.problem.keeps_bounds(theta)
            && (1..3).all(|k| {
                let by_law = self.problem.lowest_face & (1 << k) != 0;
                let held = face & (1 << k) != 0;
                by_law || !held || local.gradient[k] >= lambda * q[k]
            })
    }

    fn on_face(&self, quantity: Quantity, direction: f64, face: Face) -> Option<Found> {
        if face & A_ZERO != 0 {
            return None;
        }
        let free: [bool; 3] = std::array::from_fn(|k| {
            face & (1 << k) == 0 && (k > 0 || self.problem.anchor.is_none())
        });
        let mut theta = *self.optimum;
        let mut local = *self.local;
        if face & !self.face != 0 {
            for k in 1..3 {
                if face & (1 << k) != 0 {
                    theta[k] = 0.0;
                }
            }
            local = self.problem.local(&theta)?;
        }
        let limit = self.local.value + 0.5 * self.allowance;
        let mut lambda = None;
        for _ in 0..MOST_STEPS {
            let bend = quantity.bend(self.problem, &theta)?;
            let step = Step::new(&local, &bend, free)?;
            // Towards greater values the gradient points along the quantity's own.
            let sign = direction * -bend.along.signum();
            let start = match lambda {
                Some(lambda) => lambda,
                None => step.to(limit, 0.0, sign)?.1,
            };
            let (by, next_lambda) = step.to(limit, start, sign)?;
            lambda = Some(next_lambda);
            let length = form(&by, &local.hessian, &by).max(0.0).sqrt();
            let last = length <= LAST * self.allowance.sqrt();
            let (next, next_local) = self.moved(&theta, &by, last, &local)?;
            (theta, local) = (next, next_local);
            if last {
                let q = bend.q;
                return Some(Found {
                    theta,
                    local,
                    lambda: next_lambda,
                    q,
                });
            }
        }
        None
    }

    /// The point after a step, halved where it leaves the domain; the last one is not looked at.
    fn moved(
        &self,
        theta: &Theta,
        by: &Theta,
        last: bool,
        local: &Local<3>,
    ) -> Option<(Theta, Local<3>)> {
        let mut share = 1.0;
        for _ in 0..6 {
            let next: Theta = std::array::from_fn(|k| theta[k] + share * by[k]);
            if last {
                return Some((next, *local));
            }
            if let Some(local) = self.problem.local(&next) {
                return Some((next, local));
            }
            share *= 0.5;
        }
        None
    }
}

/// A quantity v as an equation q(v)·θ = r(v), at one point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    pub(super) q: Theta,
    /// dq/dv.
    pub(super) turn: Theta,
    /// d(q·θ − r)/dv.
    pub(super) along: f64,
}

/// The Newton step from one point, as a function of λ.
struct Step<'a> {
    local: &'a Local<3>,
    bend: &'a Bend,
    /// Inverse Hessian times −gradient, q and dq/dv.
    down: Theta,
    out: Theta,
    turned: Theta,
}

impl<'a> Step<'a> {
    /// `None` without positive curvature.
    fn new(local: &'a Local<3>, bend: &'a Bend, free: [bool; 3]) -> Option<Self> {
        let mut hessian = local.hessian;
        for k in (0..3).filter(|k| !free[*k]) {
            for j in 0..3 {
                hessian[k][j] = 0.0;
                hessian[j][k] = 0.0;
            }
            hessian[k][k] = 1.0;
        }
        let only = |v: &Theta| std::array::from_fn(|k| if free[k] { v[k] } else { 0.0 });
        let inverse = factored(&hessian)?;
        Some(Self {
            local,
            bend,
            down: inverse(&only(&local.gradient.map(|g| -g))),
            out: inverse(&only(&bend.q)),
            turned: inverse(&only(&bend.turn)),
        })
    }

    /// The step that meets a limit of half the SSE, with its λ of this sign; `lambda` is the
    /// one at hand, for the turn of q along the step.
    fn to(&self, limit: f64, lambda: f64, sign: f64) -> Option<(Theta, f64)> {
        // (H + λ q'qᵀ/along)⁻¹ x from H⁻¹ x (Sherman & Morrison).
        let scale = lambda / self.bend.along;
        let whole = 1.0 + scale * dot(&self.bend.q, &self.turned);
        let bent = |x: &Theta| -> Theta {
            let share = scale * dot(&self.bend.q, x) / whole;
            std::array::from_fn(|k| x[k] - share * self.turned[k])
        };
        let (down, out) = (bent(&self.down), bent(&self.out));
        let Local {
            value,
            gradient,
            hessian,
            ..
        } = self.local;
        // Half the SSE after the step, to second order, less the limit: a quadratic in λ.
        let square = 0.5 * form(&out, hessian, &out);
        let linear = dot(gradient, &out) + form(&down, hessian, &out);
        let rest = value + dot(gradient, &down) + 0.5 * form(&down, hessian, &down) - limit;
        let root = (linear * linear - 4.0 * square * rest).sqrt();
        let lambda = (sign * root - linear) / (2.0 * square);
        let step: Theta = std::array::from_fn(|k| down[k] + lambda * out[k]);
        (lambda.is_finite() && lambda * sign > 0.0 && step.iter().all(|s| s.is_finite()))
            .then_some((step, lambda))
    }
}
