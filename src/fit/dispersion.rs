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

use super::solution::Solution;
use crate::stats::distribution::f_upper;

/// Lack of fit with a probability below this is taken for real.
pub(super) const SIGNIFICANT: f64 = 0.05;

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

/// In scaled units. `None` without degrees of freedom.
pub(super) fn of(solution: &Solution, independent: bool) -> Option<Dispersion> {
    let degrees = solution.degrees();
    if degrees < 1.0 {
        return None;
    }
    let all = Dispersion {
        variance: solution.sum_of_squares / degrees,
        degrees,
        between_levels: false,
    };
    if independent || solution.exact {
        return Some(all);
    }
    let levels = solution.problem.levels() as f64;
    let of_misfit = levels - solution.free as f64;
    let of_repeats = solution.problem.runs - levels;
    if of_misfit < 1.0 || of_repeats < 1.0 {
        return Some(all);
    }
    let between = solution.optimum.misfit / of_misfit;
    let within = solution.problem.pure / of_repeats;
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
