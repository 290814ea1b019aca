//! Profile-likelihood intervals, for parameters and for what derives from them.
//!
//! The interval of a quantity v is where the best fit that keeps v stays within what the
//! noise allows: SSE(v) − SSE(v̂) ≤ s²·F(level; 1, M−p). Every quantity here is a linear
//! equation in (a, b, c), so the fit that keeps it is the same solver on a plane. Unlike
//! estimate ± error the interval knows the bounds and may be open.
//!
//! # References
//! Bates & Watts, *Nonlinear Regression Analysis*, 1988, chapter 6.

use super::contour::Contour;
use super::problem::{Optimum, Problem, Theta};
use super::quantity::Quantity;
use super::solution::Solution;

/// The two ends; `None` is open: the fit stays within the limit as far as the search goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ends {
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

/// The interval of a quantity around an optimum: all v whose best fit exceeds the
/// optimum's sum of squares by at most `allowance` (scaled).
pub(crate) fn interval(solution: &Solution, allowance: f64, quantity: Quantity) -> Ends {
    let at = |side| end(solution, allowance, quantity, side).map(|end| end.v);
    Ends {
        low: at(Side::Low),
        high: at(Side::High),
    }
}

/// Which end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct End {
    /// The quantity there.
    pub(crate) v: f64,
    /// The law that has it.
    pub(crate) theta: Theta,
}

/// One end of [`interval`].
pub(crate) fn end(
    solution: &Solution,
    allowance: f64,
    quantity: Quantity,
    side: Side,
) -> Option<End> {
    let (problem, optimum) = (&solution.problem, &solution.optimum);
    let best = quantity.value(problem, &optimum.theta);
    if !best.is_finite() {
        return None;
    }
    let here = End {
        v: best,
        theta: optimum.theta,
    };
    if allowance <= 0.0 {
        return Some(here);
    }
    let direction = match side {
        Side::Low => -1.0,
        Side::High => 1.0,
    };
    if side == Side::Low && best <= 0.0 && !quantity.is_signed(problem) {
        return Some(End { v: 0.0, ..here }); // the domain ends there
    }
    let contour = solution.local.as_ref().map(|local| Contour {
        problem,
        optimum: &optimum.theta,
        face: optimum.face,
        local,
        allowance,
    });
    let found = contour.and_then(|contour| contour.extreme(quantity, direction));
    if let Some(theta) = found {
        let v = quantity.value(problem, &theta);
        let exists = v > 0.0 || quantity.is_signed(problem);
        if exists && v.is_finite() && direction * (v - best) > 0.0 {
            return Some(End { v, theta });
        }
    }
    let search = Search {
        problem,
        optimum,
        allowance,
        quantity,
        best,
    };
    search.end(direction)
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

impl Tried {
    fn end(self) -> End {
        End {
            v: self.v,
            theta: self.theta,
        }
    }
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

    fn end(&self, direction: f64) -> Option<End> {
        let limit = self.allowance.sqrt();
        let signed = self.quantity.is_signed(self.problem);
        let mut inside = self.start();
        if direction < 0.0 && !signed {
            // The domain ends at 0; if 0 itself is within, that is the end.
            let zero = (self.quantity.reaches_zero())
                .then(|| self.try_at(0.0, &self.optimum.theta))
                .filter(|zero| zero.above <= 0.0);
            if let Some(zero) = zero {
                return Some(zero.end());
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
    fn root(&self, mut inside: Tried, mut outside: Tried) -> End {
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
                return tried.end();
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
        End {
            v: 0.5 * (inside.v + outside.v),
            theta: inside.theta,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::options::Anchor;
    use crate::fit::problem::Noise;
    use crate::fit::solution::FittedLaw;
    use crate::law::{ScalingLaw, Usl, UslParams};
    use crate::sweep::levels::Levels;

    /// Newton's method and the search by tries, each on its own, meet at the same ends.
    #[test]
    fn two_ways_to_an_end() {
        let rough = [0.02, -0.03, 0.01, 0.03, -0.02, -0.01, 0.02, -0.025];
        let mut met = 0;
        for (alpha, beta) in [
            (0.05, 1e-3),
            (0.2, 1e-5),
            (0.0, 2e-3),
            (0.01, 0.0),
            (1.5, 0.01),
        ] {
            let params = UslParams {
                alpha,
                beta,
                gamma: 120.0,
            };
            let law = Usl::new(params).unwrap();
            let sizes = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0];
            let pairs = sizes.iter().zip(rough);
            let pairs = pairs.map(|(n, noise): (&f64, f64)| (*n, law.throughput(*n) * noise.exp()));
            let levels = Levels::from_pairs(pairs).unwrap();
            for noise in [Noise::Relative, Noise::Constant] {
                let solution =
                    Solution::find(&levels, FittedLaw::Usl, noise, Anchor::Fit, false).unwrap();
                let allowance = 6.0 * solution.variance().unwrap();
                met += [
                    Quantity::A,
                    Quantity::Alpha,
                    Quantity::Beta,
                    Quantity::PeakCurvature,
                    Quantity::PeakSquare,
                    Quantity::PerThroughput(20.0),
                    Quantity::PerThroughput(100.0),
                    Quantity::Ratio(32.0, 1.0),
                    Quantity::NAtLatency(0.3),
                ]
                .into_iter()
                .map(|quantity| meet(&solution, allowance, quantity))
                .sum::<usize>();
            }
        }
        assert!(met > 120, "{met}");
    }

    /// How many ends of a quantity Newton's method finds.
    fn meet(solution: &Solution, allowance: f64, quantity: Quantity) -> usize {
        let (problem, optimum) = (&solution.problem, &solution.optimum);
        let best = quantity.value(problem, &optimum.theta);
        if !best.is_finite() || best <= 0.0 && quantity != Quantity::PeakSquare {
            return 0;
        }
        let search = Search {
            problem,
            optimum,
            allowance,
            quantity,
            best,
        };
        let contour = Contour {
            problem,
            optimum: &optimum.theta,
            face: optimum.face,
            local: solution.local.as_ref().unwrap(),
            allowance,
        };
        let found = [-1.0, 1.0].map(|direction| {
            let theta = contour.extreme(quantity, direction)?;
            let by_newton = quantity.value(problem, &theta);
            let by_tries = search.end(direction).unwrap().v;
            let apart = (by_newton - by_tries).abs() / (by_tries - best).abs();
            assert!(
                apart < 1e-8,
                "{quantity:?} {direction}: {by_newton} {by_tries}"
            );
            Some(theta)
        });
        found.iter().flatten().count()
    }
}
