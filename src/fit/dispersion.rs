//! How far single runs scatter about the law, and with how many degrees of freedom.
//!
//! Repeats taken together are not independent runs: they share the state of the machine, so
//! that they agree with each other better than sizes agree with any curve. Where that shows,
//! the scatter of the level means about the law is what intervals rest on, with as many
//! degrees of freedom as there are levels to spare.
//!
//! # References
//! Draper & Smith, *Applied Regression Analysis*, 1998, chapter 2, for pure error and lack
//! of fit.

use super::problem::Problem;
use super::solution::Solution;
use super::thresholds::SIGNIFICANT;
use crate::stats::distribution::f_upper;

/// Scatter of one run about the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dispersion {
    /// Variance of one run: (1/s)² for constant noise, of ln X for relative noise. Infinite
    /// values do not occur; a fit that passes through every run has 0.
    pub variance: f64,
    /// Degrees of freedom behind it, at least 1.
    pub degrees: f64,
    /// The level means scatter more than their repeats do, and decide.
    pub between_levels: bool,
}

/// What a fitted law leaves, in scaled units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    /// Parameters that the data determine.
    pub(super) free: usize,
    /// Sum of squares of the runs about the law.
    pub(super) sum_of_squares: f64,
    /// The part of it that is level means about the law.
    pub(super) misfit: f64,
    /// Nothing but rounding is left.
    pub(super) exact: bool,
}

impl From<&Solution> for Worth {
    fn from(solution: &Solution) -> Self {
        Self {
            free: solution.free,
            sum_of_squares: solution.sum_of_squares,
            misfit: solution.optimum.misfit,
            exact: solution.exact,
        }
    }
}

/// In scaled units. `None` without degrees of freedom.
pub(super) fn of(worth: &Worth, problem: &Problem, independent: bool) -> Option<Dispersion> {
    let degrees = problem.runs - worth.free as f64;
    if degrees < 1.0 {
        return None;
    }
    let all = Dispersion {
        variance: worth.sum_of_squares / degrees,
        degrees,
        between_levels: false,
    };
    if independent || worth.exact {
        return Some(all);
    }
    let levels = problem.levels() as f64;
    let of_misfit = levels - worth.free as f64;
    let of_repeats = problem.runs - levels;
    if of_misfit < 1.0 || of_repeats < 1.0 {
        return Some(all);
    }
    let between = worth.misfit / of_misfit;
    let within = problem.pure / of_repeats;
    let p = if within > 0.0 {
        f_upper(between / within, of_misfit, of_repeats).ok()?
    } else {
        0.0
    };
    Some(if p < SIGNIFICANT && between > all.variance {
        Dispersion {
            variance: between,
            degrees: of_misfit,
            between_levels: true,
        }
    } else {
        all
    })
}
