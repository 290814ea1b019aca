//! Which law the data want, and how well it describes them.

use super::Fit;
use super::inside::law_miss;
use super::options::FitOptions;
use super::problem::{Noise, Problem};
use super::solution::{FittedLaw, Solution};
use super::thresholds::LINEAR_EFFICIENCY;
use crate::stats::distribution::f_upper;
use crate::sweep::levels::Levels;

/// One law of the comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The law.
    pub law: FittedLaw,
    /// Parameters that the data determine.
    pub parameters: usize,
    /// Residual sum of squares on the fitted scale; `None` where it overflows.
    pub rss: Option<f64>,
    /// AICc on the scale of X; `None` with too few runs or an exact fit.
    pub aicc: Option<f64>,
}

/// F test of a law against the next simpler one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NestedTest {
    /// The simpler law.
    pub simpler: FittedLaw,
    /// The more general law.
    pub general: FittedLaw,
    /// F with 1 and M − p degrees of freedom.
    pub f: f64,
    /// Probability of such an F if the simpler law is true.
    pub p: f64,
}

/// Does the curve miss the level means by more than repeats scatter?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LackOfFit {
    /// Mean square of the misfit over mean square of the repeats.
    pub f: f64,
    /// Degrees of freedom of the misfit: levels − parameters.
    pub df_misfit: f64,
    /// Degrees of freedom of the repeats: runs − levels.
    pub df_repeats: f64,
    /// Probability of such an F if the law is true.
    pub p: f64,
}

/// The verdict in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scaling {
    /// Neither contention nor coherency shows.
    Linear,
    /// Contention shows, coherency does not.
    ContentionLimited,
    /// Coherency shows: there is a peak.
    CoherencyLimited,
    /// A ceiling shows inside the data: something is full.
    CeilingLimited,
    /// The data cannot tell.
    NotEnoughEvidence,
}

impl Scaling {
    /// The word for it, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::ContentionLimited => "contention-limited",
            Self::CoherencyLimited => "coherency-limited",
            Self::CeilingLimited => "ceiling-limited",
            Self::NotEnoughEvidence => "not-enough-evidence",
        }
    }
}

/// AICc on the scale of X of a law with so many free parameters, γ and its kin counted and the
/// noise beside them; `None` with too few runs.
pub(super) fn aicc_of(
    problem: &Problem,
    free: usize,
    sum_of_squares: f64,
    sum_of_logs: Option<f64>,
) -> Option<f64> {
    let runs = problem.runs;
    let k = (free + 1) as f64;
    let left = runs - k - 1.0;
    if left <= 0.0 || problem.is_exact(sum_of_squares) {
        return None;
    }
    let jacobian = match problem.noise {
        // ln of the unit that the residuals are counted in
        Noise::Constant => 2.0 * runs * problem.x_unit.ln(),
        Noise::Relative => 2.0 * sum_of_logs?,
    };
    let deviance = runs * ((2.0 * std::f64::consts::PI * sum_of_squares / runs).ln() + 1.0);
    Some(deviance + jacobian + 2.0 * k + 2.0 * k * (k + 1.0) / left)
}

/// Σ ln X over all runs; `None` where a run was 0 or its logarithm is unknown.
pub(super) fn sum_of_logs(levels: &Levels) -> Option<f64> {
    levels
        .as_slice()
        .iter()
        .map(|level| level.log_moments.map(|(mean, _)| mean * level.runs as f64))
        .sum()
}

fn candidates(levels: &Levels, all: &[Solution]) -> Vec<Candidate> {
    let logs = sum_of_logs(levels);
    all.iter()
        .map(|solution| {
            let unit = match solution.problem.noise {
                Noise::Constant => solution.problem.x_unit,
                Noise::Relative => 1.0,
            };
            Candidate {
                law: solution.law,
                parameters: solution.free,
                rss: Some(solution.sum_of_squares * unit * unit).filter(|rss| rss.is_finite()),
                aicc: solution.aicc(logs),
            }
        })
        .collect()
}

pub(super) fn best_by_aicc(levels: &Levels, all: &[Solution]) -> Option<usize> {
    let logs = sum_of_logs(levels);
    let exact = all.iter().position(|solution| solution.exact);
    exact.or_else(|| {
        let score = |s: &Solution| s.aicc(logs);
        (0..all.len())
            .filter(|i| score(&all[*i]).is_some())
            .min_by(|i, j| {
                let score = |i: usize| score(&all[i]).unwrap_or(f64::INFINITY);
                score(*i).total_cmp(&score(*j))
            })
    })
}

/// Whether a law of several has no AICc for want of runs, and sizes can be left out instead.
pub(super) fn too_few_for_aicc(levels: &Levels, all: &[Solution]) -> bool {
    let logs = sum_of_logs(levels);
    levels.len() >= 4 && all.iter().all(|s| !s.exact) && all.iter().any(|s| s.aicc(logs).is_none())
}

/// The simplest law that misses inner sizes left out in turn by no more than a quarter more
/// than the best does.
pub(super) fn best_by_left_out(levels: &Levels, all: &[Solution]) -> Option<usize> {
    const AS_GOOD: f64 = 1.25;
    let miss = |s: &Solution| {
        law_miss(&s.problem, &s.optimum.theta, levels.as_slice()).unwrap_or(f64::INFINITY)
    };
    let misses: Vec<f64> = all.iter().map(miss).collect();
    let best = misses.iter().copied().fold(f64::INFINITY, f64::min);
    misses.iter().position(|miss| *miss <= AS_GOOD * best)
}

fn nested(all: &[Solution]) -> Vec<NestedTest> {
    all.windows(2)
        .filter_map(|pair| {
            let [simpler, general] = pair else {
                return None;
            };
            let degrees = general.problem.runs
                - (general.law.parameters() - usize::from(general.problem.anchor.is_some())) as f64;
            if degrees < 1.0 || general.exact {
                return None;
            }
            let gained = (simpler.sum_of_squares - general.sum_of_squares).max(0.0);
            let f = gained / (general.sum_of_squares / degrees);
            Some(NestedTest {
                simpler: simpler.law,
                general: general.law,
                f,
                p: f_upper(f, 1.0, degrees).ok()?,
            })
        })
        .collect()
}

/// AICc of constant noise less that of relative noise, both on the scale of X.
pub(super) fn noise_advantage(
    levels: &Levels,
    constant: &Solution,
    relative: &Solution,
) -> Option<f64> {
    let logs = sum_of_logs(levels);
    Some(constant.aicc(logs)? - relative.aicc(logs)?)
}

/// The laws on the same data and scale, from simple to general.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    pub(super) candidates: Vec<Candidate>,
    pub(super) nested: Vec<NestedTest>,
    pub(super) amdahl: Option<Solution>,
}

impl Beside {
    pub(super) fn of(levels: &Levels, options: &FitOptions, chosen: &Solution) -> Self {
        let all: Vec<Solution> = [FittedLaw::Linear, FittedLaw::Amdahl, FittedLaw::Usl]
            .into_iter()
            .filter_map(|law| {
                if law == chosen.law {
                    return Some(chosen.clone());
                }
                let noise = chosen.problem.noise;
                let (anchor, superlinear) = (options.anchor, options.allow_superlinear);
                Solution::find(levels, law, noise, anchor, superlinear).ok()
            })
            .collect();
        Self {
            candidates: candidates(levels, &all),
            nested: nested(&all),
            amdahl: all.into_iter().find(|one| one.law == FittedLaw::Amdahl),
        }
    }
}

impl Fit {
    /// The lack-of-fit test, where levels repeat and more levels than parameters exist.
    ///
    /// # References
    /// Draper & Smith, *Applied Regression Analysis*, chapter 2.
    pub fn lack_of_fit(&self) -> Option<LackOfFit> {
        let solution = self.solution();
        let levels = self.nodes().len() as f64;
        let df_misfit = levels - self.worth.free as f64;
        let df_repeats = solution.problem.runs - levels;
        if df_misfit < 1.0 || df_repeats < 1.0 || solution.problem.pure <= 0.0 {
            return None;
        }
        let f = self.worth.misfit / df_misfit / (solution.problem.pure / df_repeats);
        Some(LackOfFit {
            f,
            df_misfit,
            df_repeats,
            p: f_upper(f, df_misfit, df_repeats).ok()?,
        })
    }

    /// 1 − RSS/TSS about the mean, on the fitted scale. Not a measure of a nonlinear fit's
    /// worth; `None` where throughput does not vary.
    pub fn r_squared(&self) -> Option<f64> {
        let solution = self.solution();
        let weights = solution.problem.weights();
        let fitted: Vec<(f64, f64)> = weights.zip(solution.problem.values()).collect();
        let runs: f64 = fitted.iter().map(|(w, _)| w).sum();
        let mean = fitted.iter().map(|(w, y)| w * y).sum::<f64>() / runs;
        let total = fitted
            .iter()
            .map(|(w, y)| w * (y - mean).powi(2))
            .sum::<f64>()
            + solution.problem.pure;
        (total > 1e-24 * solution.problem.square_sum)
            .then(|| 1.0 - self.worth.sum_of_squares / total)
    }

    /// The verdict.
    pub fn verdict(&self) -> Scaling {
        let shows = |low: Option<f64>| low.is_some_and(|low| low > 0.0);
        let (alpha, beta) = (self.alpha(), self.beta());
        if self.degrees_of_freedom() < 1.0 {
            Scaling::NotEnoughEvidence
        } else if self.corner_is_inside() {
            Scaling::CeilingLimited
        } else if shows(beta.low) {
            Scaling::CoherencyLimited
        } else if shows(alpha.low) {
            Scaling::ContentionLimited
        } else if self
            .efficiency(self.levels().n_max())
            .low
            .is_some_and(|low| low >= LINEAR_EFFICIENCY)
        {
            Scaling::Linear
        } else {
            Scaling::NotEnoughEvidence
        }
    }
}
