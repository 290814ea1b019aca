//! What each level does to the fit: residuals, leverage, outliers, the fit without it.
//!
//! # References
//! Cook & Weisberg, *Residuals and Influence in Regression*, 1982.

use super::problem::{Theta, form};
use super::solution::Solution;
use super::thresholds::{FAIR, SIGNIFICANT, VISIBLE};
use super::{Fit, Grade};
use crate::stats::distribution::{t_quantile, t_two_sided};
use crate::sweep::levels::Level;

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
    /// Whether the level lies off the curve that the others give, by more than chance and by
    /// more than 1 %.
    pub fn is_outlier(&self) -> bool {
        self.outlier_p.is_some_and(|p| p < SIGNIFICANT)
            && is_visible(self.fitted, self.residual, self.leverage)
    }
}

/// Whether a level misses by enough to matter. Its miss from the curve of the others is its
/// residual over 1 − h, where h is its leverage (Cook & Weisberg, section 2.2).
fn is_visible(fitted: f64, residual: f64, leverage: Option<f64>) -> bool {
    let rest = 1.0 - leverage.unwrap_or(0.0);
    residual.abs() > VISIBLE * fitted.abs() * rest
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

/// Levels from which one of them may be to blame: the others must show a law without it.
const LEAST_WITH_CULPRIT: usize = 6;

/// How many times smaller the misfit is without the one to blame.
const SEVERAL: f64 = 4.0;

impl Fit {
    /// Every level against the fit, by rising N, each worked out when it is asked for.
    pub fn influence(&self) -> impl Iterator<Item = Influence> + '_ {
        let spots = Spots::of(self);
        let levels = self.levels().as_slice().iter().enumerate();
        levels.map(move |(index, level)| match &spots {
            Some(spots) => spots.at(self, index, level),
            None => self.beside_the_ceiling(level),
        })
    }

    /// The N of the levels that lie off the curve of the others.
    pub(super) fn outliers(&self) -> Vec<f64> {
        let Some(spots) = Spots::of(self) else {
            return Vec::new();
        };
        // Beyond this a p-value is worth computing.
        let few = SIGNIFICANT / self.levels().len() as f64;
        let Ok(far) = t_quantile(1.0 - 0.5 * few, (spots.degrees - 1.0).max(1.0)) else {
            return Vec::new();
        };
        let is_off = |level: &Level| {
            let (fitted, leverage, standardized) = spots.standing(level);
            let t = standardized.and_then(|r| spots.studentised(r));
            is_visible(fitted, level.mean - fitted, leverage)
                && t.is_some_and(|t| {
                    t.abs() >= 0.9 * far && spots.p(t).is_some_and(|p| p < SIGNIFICANT)
                })
        };
        let levels = self.levels().as_slice().iter();
        levels.filter(|l| is_off(l)).map(|l| l.n).collect()
    }

    /// The N of the one level without which a law that describes nothing describes the rest. The
    /// largest N is none: past it may be what the system does.
    pub(super) fn culprit(&self) -> Option<f64> {
        let levels = self.levels();
        let misfit = self.quality().misfit;
        if levels.len() < LEAST_WITH_CULPRIT || levels.len() > MOST_LEFT_OUT {
            return None;
        }
        let explains = |n: f64| {
            let rest = levels.filtered(|level| level.n.to_bits() != n.to_bits());
            super::fit(&rest, self.options()).is_ok_and(|fit| {
                let left = fit.quality();
                left.grade != Grade::Poor && left.misfit < FAIR && left.misfit * SEVERAL < misfit
            })
        };
        let inner = self.outliers().into_iter();
        let mut found = inner.filter(|n| *n < levels.n_max() && explains(*n));
        match (found.next(), found.next()) {
            (Some(n), None) => Some(n),
            _ => None,
        }
    }

    /// Mean measured less fitted throughput along the sweep, 1/s.
    pub(super) fn residuals(&self) -> impl Iterator<Item = f64> + '_ {
        let nodes = self.nodes().as_slice().iter();
        nodes.map(|node| node.mean - self.law_value(node.n))
    }

    /// A level against a law with a ceiling: its miss only.
    fn beside_the_ceiling(&self, level: &Level) -> Influence {
        let fitted = self.law_value(level.n);
        Influence {
            fitted,
            residual: level.mean - fitted,
            standardized: None,
            leverage: None,
            outlier_p: None,
            without: None,
        }
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

/// What every level is held against.
struct Spots<'a> {
    solution: &'a Solution,
    covariance: Option<[Theta; 3]>,
    variance: Option<f64>,
    degrees: f64,
    count: f64,
}

impl<'a> Spots<'a> {
    /// `None` where the law has a ceiling.
    fn of(fit: &'a Fit) -> Option<Self> {
        let solution = fit.solution();
        fit.full.is_none().then(|| Self {
            solution,
            covariance: solution.covariance(false),
            variance: solution.variance().filter(|_| !solution.exact),
            degrees: solution.degrees(),
            count: fit.levels().len() as f64,
        })
    }

    /// Fitted throughput, leverage and standardised residual of a level.
    fn standing(&self, level: &Level) -> (f64, Option<f64>, Option<f64>) {
        let problem = &self.solution.problem;
        let theta = &self.solution.optimum.theta;
        let weight = level.runs as f64;
        let fitted = problem.throughput(theta, level.n);
        let slope = problem.slope_at(theta, level.n);
        let leverage =
            (self.covariance.as_ref()).map(|c| (weight * form(&slope, c, &slope)).clamp(0.0, 1.0));
        let residual = problem.residual(theta, level);
        let standardized = (self.variance.zip(leverage).zip(residual))
            .filter(|((_, leverage), _)| *leverage < 1.0 - 1e-9)
            .map(|((s2, leverage), residual)| residual / (s2 * (1.0 - leverage) / weight).sqrt());
        (fitted, leverage, standardized)
    }

    /// The externally studentised residual of a standardised one.
    fn studentised(&self, r: f64) -> Option<f64> {
        (self.degrees >= 2.0).then(|| {
            let left = self.degrees - r * r;
            if left > 0.0 {
                r * ((self.degrees - 1.0) / left).sqrt()
            } else {
                f64::INFINITY
            }
        })
    }

    /// Its two-sided p-value, times the number of levels (Bonferroni).
    fn p(&self, t: f64) -> Option<f64> {
        let p = t_two_sided(t, self.degrees - 1.0).ok()?;
        Some((p * self.count).min(1.0))
    }

    fn at(&self, fit: &Fit, index: usize, level: &Level) -> Influence {
        let (fitted, leverage, standardized) = self.standing(level);
        Influence {
            fitted,
            residual: level.mean - fitted,
            standardized,
            leverage,
            outlier_p: standardized
                .and_then(|r| self.studentised(r))
                .and_then(|t| self.p(t)),
            without: fit.without(index),
        }
    }
}
