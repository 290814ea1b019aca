//! Intervals of parameters and of what derives from them: by profile, or by Wald.

use super::problem::{self, Problem, Theta, form};
use super::profile::{self, Ends};
use super::quantity::Quantity;
use super::{Fit, FitOptions, IntervalKind, Noise, NoiseChoice};
use crate::estimate::Estimate;
use crate::law::{Usl, UslParams};

/// AICc by which relative noise must describe single runs better before the other is ruled out.
const DECIDED: f64 = 4.0;
/// Single runs up to which both are looked at.
const MOST: usize = 512;

impl Fit {
    /// The wider of two intervals where nothing tells how noise grows with throughput: nothing
    /// repeats, and AICc does not rule constant noise out. Few single runs cannot tell the two
    /// apart, and an interval that picks one of them by the data holds less than it says.
    pub(super) fn whatever_the_noise(
        &self,
        own: Estimate,
        of: impl Fn(&Self) -> Estimate,
    ) -> Estimate {
        let Some(other) = self.under_constant_noise().map(of) else {
            return own;
        };
        let wider = |a: Option<f64>, b: Option<f64>, of: fn(f64, f64) -> f64| Some(of(a?, b?));
        Estimate {
            low: wider(own.low, other.low, f64::min),
            high: wider(own.high, other.high, f64::max),
            ..own
        }
    }

    /// The same law under constant noise, where the noise could not be decided.
    fn under_constant_noise(&self) -> Option<&Self> {
        let open = self.options.noise == NoiseChoice::Auto
            && self.noise() == Noise::Relative
            && self.levels.runs() == self.levels.len() as u64
            && !self.worth.exact
            && self.levels.len() <= MOST
            && self.noise_advantage().is_none_or(|better| better < DECIDED);
        if !open {
            return None;
        }
        let compute = || {
            let options = FitOptions {
                noise: NoiseChoice::Constant,
                law: self.solution.law.choice(),
                ..self.options
            };
            super::fit(&self.levels, &options).ok().map(Box::new)
        };
        self.asked.constant.get_or_init(compute).as_deref()
    }

    /// SSE above the minimum that an interval allows, scaled; `None` without degrees of
    /// freedom.
    pub(super) fn allowance(&self) -> Option<f64> {
        if self.worth.exact && self.scatter.is_some() {
            return Some(0.0);
        }
        Some(self.scatter?.variance * self.t? * self.t?)
    }

    pub(crate) fn ends(&self, quantity: Quantity, allowance: f64) -> Ends {
        profile::interval(&self.solution, allowance, quantity)
    }

    /// A parameter with its interval; held ones have none.
    pub(super) fn parameter(
        &self,
        quantity: Quantity,
        value: f64,
        unscale: impl Fn(f64) -> f64,
        index: usize,
    ) -> Estimate {
        let held = match quantity {
            Quantity::Alpha => self.solution.problem.lowest_face & problem::B_ZERO != 0,
            Quantity::Beta => self.solution.problem.lowest_face & problem::C_ZERO != 0,
            _ => self.solution.problem.anchor.is_some(),
        };
        if held {
            return Estimate::exact(value);
        }
        let mut slope = [0.0; 3];
        slope[index] = 1.0;
        self.derived(quantity, value, unscale, &slope)
    }

    /// Anything with a profile: `slope` is its derivative by (α, β, γ), for Wald intervals.
    pub(super) fn derived(
        &self,
        quantity: Quantity,
        value: f64,
        unscale: impl Fn(f64) -> f64,
        slope: &Theta,
    ) -> Estimate {
        let Some(allowance) = self.allowance() else {
            return Estimate::exact(value);
        };
        if self.options.interval == IntervalKind::Wald {
            return self.wald(value, slope);
        }
        let Ends { low, high } = self.ends(quantity, allowance);
        let finite = |end: Option<f64>| end.map(&unscale).filter(|end| end.is_finite());
        let (low, high) = (finite(low), finite(high));
        // Reciprocal quantities (γ of a, X of N/X) turn the ends around.
        let turned = matches!(
            quantity,
            Quantity::A | Quantity::PerThroughput(_) | Quantity::Ratio(..)
        );
        let (low, high) = if turned { (high, low) } else { (low, high) };
        Estimate {
            value: Some(value).filter(|v| v.is_finite()),
            low,
            high,
            level: Some(self.options.confidence),
        }
    }

    /// Estimate ± t × standard error, for a quantity with this derivative by (α, β, γ).
    pub(super) fn wald(&self, value: f64, slope: &Theta) -> Estimate {
        let half = self
            .parameter_covariance()
            .zip(self.t)
            .map(|(covariance, t)| t * form(slope, &covariance, slope).sqrt())
            .filter(|half| half.is_finite());
        Estimate {
            value: Some(value),
            low: half.map(|half| value - half),
            high: half.map(|half| value + half),
            level: half.map(|_| self.options.confidence),
        }
    }

    /// Covariance of (α, β, γ): s² times the inverse of `JᵀJ`, carried over from (a, b, c).
    pub(super) fn parameter_covariance(&self) -> Option<[Theta; 3]> {
        if self.solution.exact {
            return None;
        }
        let variance = self.scatter?.variance;
        let inner = self.solution.covariance(false)?;
        let Problem { n_unit, x_unit, .. } = self.solution.problem;
        let [a, b, c] = self.solution.optimum.theta;
        // Derivatives of α = b/(a·n), β = c/(a·n²), γ = x/(a·n) by scaled (a, b, c).
        let rows = [
            [-b / a / a / n_unit, 1.0 / a / n_unit, 0.0],
            [-c / a / a / n_unit / n_unit, 0.0, 1.0 / a / n_unit / n_unit],
            [-x_unit / n_unit / a / a, 0.0, 0.0],
        ];
        Some(std::array::from_fn(|i| {
            std::array::from_fn(|j| variance * form(&rows[i], &inner, &rows[j]))
        }))
    }

    /// Derivatives of X(N) by (α, β, γ).
    pub(super) fn throughput_slope(&self, n: f64) -> Theta {
        let UslParams { alpha, beta, gamma } = self.law.params();
        let whole = 1.0 + alpha * (n - 1.0) + beta * n * (n - 1.0);
        let x = gamma * n / whole;
        [
            -x * (n - 1.0) / whole,
            -x * n * (n - 1.0) / whole,
            x / gamma,
        ]
    }

    /// Derivatives of anything by (α, β, γ), by central differences: only for Wald
    /// intervals of derived quantities, where six digits are more than enough.
    pub(super) fn numeric_slope(&self, of: impl Fn(&Usl) -> f64) -> Theta {
        let params = self.law.params();
        let at = |k: usize, sign: f64| {
            let mut values = [params.alpha, params.beta, params.gamma];
            let step = 1e-6 * values[k].abs().max(1e-12);
            values[k] += sign * step;
            let [alpha, beta, gamma] = values;
            Usl::superlinear(UslParams { alpha, beta, gamma }).map_or(f64::NAN, |law| of(&law))
                / (2.0 * step)
        };
        std::array::from_fn(|k| at(k, 1.0) - at(k, -1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{FitOptions, NoiseChoice, fit};
    use crate::law::ScalingLaw;
    use crate::sweep::levels::Levels;

    /// A sweep that no scale of N or X makes simple: two runs a size, 2 % off in turn.
    fn uneven() -> Fit {
        let law = Usl::new(UslParams {
            alpha: 0.04,
            beta: 7e-4,
            gamma: 730.0,
        })
        .unwrap();
        let sizes = [1.5, 3.0, 7.0, 13.0, 24.0, 48.0];
        let signs = [1.0, -1.0, -1.0, 1.0, 1.0, -1.0];
        let pairs = sizes.iter().zip(signs).flat_map(|(n, sign)| {
            let x = law.throughput(*n);
            [(*n, x * (1.0 + 0.02 * sign)), (*n, x * (1.0 + 0.01 * sign))]
        });
        let levels = Levels::from_pairs(pairs).unwrap();
        let options = FitOptions::default().with_noise(NoiseChoice::Constant);
        fit(&levels, &options).unwrap()
    }

    #[test]
    fn derivatives_are_those_of_the_law() {
        let fit = uneven();
        for n in [1.5, 2.0, 24.0, 90.0] {
            let expected = fit.numeric_slope(|law| law.throughput(n));
            for (got, expected) in fit.throughput_slope(n).into_iter().zip(expected) {
                assert!(
                    (got - expected).abs() < 1e-5 * expected.abs(),
                    "{n}: {got} {expected}"
                );
            }
        }
    }

    /// s² = C·`JᵀJ`, with the derivatives of X by the coefficients themselves and the squares of
    /// the runs about the curve, over 12 runs less 3 coefficients.
    #[test]
    fn covariance_is_the_inverse_of_the_information() {
        let fit = uneven();
        assert!((fit.degrees_of_freedom() - 9.0).abs() < 1e-12);
        let error = fit.residual_standard_error().unwrap();
        let covariance = fit.parameter_covariance().unwrap();
        let mut information = [[0.0; 3]; 3];
        for level in fit.levels().as_slice() {
            let slope = fit.numeric_slope(|law| law.throughput(level.n));
            for i in 0..3 {
                for j in 0..3 {
                    information[i][j] += level.runs as f64 * slope[i] * slope[j] / error / error;
                }
            }
        }
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| covariance[i][k] * information[k][j]).sum();
                let scale = (covariance[i][i] * information[j][j]).sqrt();
                let expected = f64::from(u8::from(i == j));
                assert!(
                    (product - expected).abs() < 1e-4 * scale.max(1.0),
                    "{i} {j}: {product}"
                );
            }
        }
    }
}
