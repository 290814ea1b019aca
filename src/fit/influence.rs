//! What each level does to the fit: residuals, leverage, outliers, the fit without it.
//!
//! # References
//! Cook & Weisberg, *Residuals and Influence in Regression*, 1982.

use super::Fit;
use super::problem::form;
use super::solution::Solution;
use crate::stats::distribution::t_two_sided;

/// One level against the fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Influence {
    /// Fitted throughput, 1/s.
    pub fitted: f64,
    /// Mean measured less fitted throughput, 1/s.
    pub residual: f64,
    /// Residual of the level mean over its own standard error; `None` without degrees of
    /// freedom or where the level alone determines the fit.
    pub standardized: Option<f64>,
    /// Share of its own weight in its fitted value, 0 to 1.
    pub leverage: Option<f64>,
    /// Two-sided p-value of the externally studentised residual, times the number of
    /// levels (Bonferroni).
    pub outlier_p: Option<f64>,
    /// (α, β, N*) of the fit without this level; `None` where there are too few others.
    pub without: Option<Without>,
}

impl Influence {
    /// Whether the level lies off the curve that the others give.
    pub fn is_outlier(&self) -> bool {
        self.outlier_p.is_some_and(|p| p < 0.05)
    }
}

/// What the fit becomes without a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Without {
    /// Contention α.
    pub alpha: f64,
    /// Coherency β.
    pub beta: f64,
    /// N*, where there is a peak.
    pub peak_n: Option<f64>,
}

/// With more levels than this one level hardly matters, and leaving each out costs time.
const MOST_LEFT_OUT: usize = 128;

impl Fit {
    /// Every level against the fit, by rising N.
    pub fn influence(&self) -> &[Influence] {
        self.asked.influence.get_or_init(|| self.each_level())
    }

    fn each_level(&self) -> Vec<Influence> {
        if self.full.is_some() {
            return self.beside_the_ceiling();
        }
        let solution = self.solution();
        let problem = &solution.problem;
        let theta = &solution.optimum.theta;
        let residuals = problem.residuals(theta);
        let covariance = solution.covariance(false);
        let variance = solution.variance().filter(|_| !solution.exact);
        let degrees = solution.degrees();
        let levels = self.levels().as_slice();
        let count = levels.len() as f64;
        levels
            .iter()
            .zip(residuals)
            .enumerate()
            .map(|(index, (level, residual))| {
                let weight = level.runs as f64;
                let fitted = problem.throughput(theta, level.n);
                let slope = problem.slope_at(theta, level.n);
                let leverage = covariance
                    .as_ref()
                    .map(|c| (weight * form(&slope, c, &slope)).clamp(0.0, 1.0));
                let standardized = variance
                    .zip(leverage)
                    .filter(|(_, leverage)| *leverage < 1.0 - 1e-9)
                    .map(|(s2, leverage)| residual / (s2 * (1.0 - leverage) / weight).sqrt());
                let outlier_p = standardized.filter(|_| degrees >= 2.0).and_then(|r| {
                    let left = degrees - r * r;
                    let t = if left > 0.0 {
                        r * ((degrees - 1.0) / left).sqrt()
                    } else {
                        f64::INFINITY
                    };
                    t_two_sided(t, degrees - 1.0)
                        .ok()
                        .map(|p| (p * count).min(1.0))
                });
                Influence {
                    fitted,
                    residual: level.mean - fitted,
                    standardized,
                    leverage,
                    outlier_p,
                    without: self.without(index),
                }
            })
            .collect()
    }

    /// Levels against a law with a ceiling: misses only.
    fn beside_the_ceiling(&self) -> Vec<Influence> {
        let levels = self.levels().as_slice().iter();
        levels
            .map(|level| {
                let fitted = self.law_value(level.n);
                Influence {
                    fitted,
                    residual: level.mean - fitted,
                    standardized: None,
                    leverage: None,
                    outlier_p: None,
                    without: None,
                }
            })
            .collect()
    }

    fn without(&self, index: usize) -> Option<Without> {
        let levels = self.levels();
        let solution = self.solution();
        if levels.len() > MOST_LEFT_OUT || levels.len() <= solution.law.parameters() {
            return None;
        }
        let dropped = levels.as_slice().get(index)?.n;
        let rest = levels.filtered(|level| level.n.to_bits() != dropped.to_bits());
        let Solution {
            problem, optimum, ..
        } = Solution::near(&rest, solution)?;
        let [alpha, beta, _] = problem.parameters(&optimum.theta);
        Some(Without {
            alpha,
            beta,
            peak_n: (beta > 0.0 && alpha < 1.0).then(|| ((1.0 - alpha) / beta).sqrt().max(1.0)),
        })
    }
}
