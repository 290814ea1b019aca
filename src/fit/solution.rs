//! One law fitted to one set of levels under one noise: the optimum and what it is worth.

use super::least_squares::{Local, Until, inverse};
use super::options::{Anchor, LawChoice};
use super::problem::{A_ZERO, B_ZERO, C_ZERO, Face, Noise, Optimum, Problem, Theta};
use crate::advice::{Advice, Setting};
use crate::error::Error;
use crate::sweep::levels::Levels;

/// The laws that can be fitted, from simple to general.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FittedLaw {
    /// X = γN.
    Linear,
    /// Contention alone.
    Amdahl,
    /// Contention and coherency.
    Usl,
    /// In proportion to N until something is full; fitted beside the USL, which stays known.
    Ceiling,
}

impl FittedLaw {
    /// The word for it, as in `--law`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Amdahl => "amdahl",
            Self::Usl => "usl",
            Self::Ceiling => "ceiling",
        }
    }

    /// Parameters with γ: 1, 2 or 3, and 4 with the sharpness of a ceiling's corner.
    pub fn parameters(self) -> usize {
        match self {
            Self::Linear => 1,
            Self::Amdahl => 2,
            Self::Usl => 3,
            Self::Ceiling => 4,
        }
    }

    /// What the law holds at 0 by its definition.
    pub(crate) fn face(self) -> Face {
        match self {
            Self::Linear => B_ZERO | C_ZERO,
            Self::Amdahl => C_ZERO,
            Self::Usl | Self::Ceiling => 0,
        }
    }

    /// The choice that names this law.
    pub(crate) fn choice(self) -> LawChoice {
        match self {
            Self::Linear => LawChoice::Linear,
            Self::Amdahl => LawChoice::Amdahl,
            Self::Usl => LawChoice::Usl,
            Self::Ceiling => LawChoice::Ceiling,
        }
    }

    /// The law that a choice names, where it names one: the USL beside a ceiling.
    pub(crate) fn chosen(choice: LawChoice) -> Option<Self> {
        match choice {
            LawChoice::Linear => Some(Self::Linear),
            LawChoice::Amdahl => Some(Self::Amdahl),
            LawChoice::Usl | LawChoice::Ceiling => Some(Self::Usl),
            LawChoice::Auto => None,
        }
    }
}

/// A law at its optimum.
#[derive(Debug, Clone)]
pub(crate) struct Solution {
    pub(crate) problem: Problem,
    pub(crate) law: FittedLaw,
    pub(crate) optimum: Optimum,
    /// Value and derivatives of half the misfit there.
    pub(crate) local: Option<Local<3>>,
    /// Parameters that the data determine: neither fixed nor on a bound.
    pub(crate) free: usize,
    /// Sum of squares with the scatter inside levels, scaled.
    pub(crate) sum_of_squares: f64,
    /// The fit leaves nothing but rounding.
    pub(crate) exact: bool,
}

impl Solution {
    /// Finds the optimum.
    ///
    /// # Errors
    /// [`Error::TooFewLevels`] with fewer distinct N than parameters, [`Error::NoSolution`]
    /// where nothing was measured above 0, γ runs off to infinity, N = 1 is missing for an
    /// anchor, or a run of 0 meets relative noise.
    pub(crate) fn find(
        levels: &Levels,
        law: FittedLaw,
        noise: Noise,
        anchor: Anchor,
        superlinear: bool,
    ) -> Result<Self, Error> {
        let problem = Self::problem_of(levels, law, noise, anchor, superlinear)?;
        Self::best(problem, law)
    }

    /// The problem that a law poses, with what it holds.
    ///
    /// # Errors
    /// As [`Solution::find`].
    pub(crate) fn problem_of(
        levels: &Levels,
        law: FittedLaw,
        noise: Noise,
        anchor: Anchor,
        superlinear: bool,
    ) -> Result<Problem, Error> {
        if levels.len() < law.parameters() {
            return Err(Error::TooFewLevels {
                law: law.name(),
                levels: levels.len(),
                parameters: law.parameters(),
            });
        }
        if levels.as_slice().iter().all(|level| level.mean <= 0.0) {
            return Err(Error::NoSolution {
                reason: "every throughput is 0".to_owned(),
                hint: Advice::from("check the column that throughput is read from (")
                    .set(Setting::X, "COL")
                    .words(")"),
            });
        }
        let Some(mut problem) = Problem::new(levels, noise, superlinear) else {
            return Err(Error::NoSolution {
                reason: "relative noise needs every throughput above 0, and for folded rows their log moments"
                    .to_owned(),
                hint: Advice::from("use ").set(Setting::Noise, "constant").words(", or leave the failed runs out"),
            });
        };
        if anchor == Anchor::N1 {
            let Some(one) = levels.at(1.0).filter(|level| level.mean > 0.0) else {
                return Err(Error::NoSolution {
                    reason: "no measurement at N = 1 to take γ from".to_owned(),
                    hint: Advice::from("measure N = 1, or use ").set(Setting::Anchor, "fit"),
                });
            };
            problem.anchor = Some(problem.a_of(one.mean));
        }
        problem.lowest_face = law.face();
        Ok(problem)
    }

    /// The same law on nearly the same levels, searched from the solution at hand; `None`
    /// where it has no solution there.
    pub(crate) fn near(levels: &Levels, like: &Self) -> Option<Self> {
        let anchor = if like.problem.anchor.is_some() {
            Anchor::N1
        } else {
            Anchor::Fit
        };
        let problem = Self::problem_of(
            levels,
            like.law,
            like.problem.noise,
            anchor,
            like.problem.superlinear,
        )
        .ok()?;
        let start = problem.theta_of(like.problem.parameters(&like.optimum.theta));
        let nearest = Self::faces(&problem)
            .into_iter()
            .filter_map(|face| problem.on_face_near(face, &start))
            .filter(|found| found.theta[0] > 0.0 && problem.keeps_bounds(&found.theta))
            .min_by(|a, b| a.misfit.total_cmp(&b.misfit))
            .filter(|found| !problem.is_exact(found.misfit) && !problem.grid_beats(found));
        match nearest {
            Some(optimum) => Some(Self::at(problem, like.law, optimum)),
            None => Self::best(problem, like.law).ok(),
        }
    }

    /// The faces that bounds may hold the law to.
    fn faces(problem: &Problem) -> Vec<Face> {
        let faces: &[Face] = if problem.superlinear {
            &[0]
        } else {
            &[0, B_ZERO, C_ZERO, B_ZERO | C_ZERO]
        };
        let mut faces: Vec<Face> = faces
            .iter()
            .map(|face| face | problem.lowest_face)
            .collect();
        faces.sort_unstable();
        faces.dedup();
        faces
    }

    fn best(problem: Problem, law: FittedLaw) -> Result<Self, Error> {
        let faces = Self::faces(&problem);
        let is_law = |found: &Optimum| found.theta[0] > 0.0 && problem.keeps_bounds(&found.theta);
        // Of exact ones the simplest counts.
        let enough = |found: &Optimum| is_law(found) && !problem.is_exact(found.misfit);
        let grid = problem.grid(problem.lowest_face);
        let mut found = problem.on_faces(&faces, &grid, Until::LastDigit, enough);
        found.retain(is_law);
        let least = found.iter().map(|o| o.misfit).fold(f64::INFINITY, f64::min);
        let runs_off = problem.anchor.is_none() && Self::runs_off(&problem, &faces, &grid, least);
        let exact = |optimum: &Optimum| problem.is_exact(optimum.misfit);
        // Of several exact fits the simplest is the truth.
        let best = found
            .iter()
            .filter(|optimum| exact(optimum))
            .max_by_key(|optimum| optimum.face.count_ones())
            .or_else(|| found.iter().min_by(|a, b| a.misfit.total_cmp(&b.misfit)))
            .copied()
            .filter(|_| !runs_off);
        let Some(optimum) = best else {
            return Err(Error::NoSolution {
                reason: format!(
                    "the {} law has no best γ for these data: throughput falls so fast that it grows without end",
                    law.name()
                ),
                hint: Advice::from("measure smaller N, most of all N = 1, or fix γ there with ")
                    .set(Setting::Anchor, "n1"),
            });
        };
        Ok(Self::at(problem, law, optimum))
    }

    /// With γ fitted, the best law may be one whose γ runs off to infinity: whether one of those
    /// fits better than the least misfit of the others.
    fn runs_off(problem: &Problem, faces: &[Face], grid: &[(Theta, f64)], least: f64) -> bool {
        let edge = |face: Face| {
            problem
                .on_faces(&[face | A_ZERO], grid, Until::ValueSettled, |_| false)
                .pop()
                .filter(|edge| edge.misfit < least)
        };
        // What holds more fits no better.
        let Some(free) = faces.first().map(|face| edge(*face)) else {
            return false;
        };
        free.is_some_and(|free| {
            problem.keeps_bounds(&free.theta)
                || faces
                    .iter()
                    .skip(1)
                    .filter_map(|face| edge(*face))
                    .any(|edge| problem.keeps_bounds(&edge.theta))
        })
    }

    fn at(problem: Problem, law: FittedLaw, optimum: Optimum) -> Self {
        let held = optimum.face.count_ones() as usize + usize::from(problem.anchor.is_some());
        let sum_of_squares = problem.sum_of_squares(&optimum);
        Self {
            free: 3 - held,
            exact: problem.is_exact(sum_of_squares),
            sum_of_squares,
            local: problem.local(&optimum.theta),
            optimum,
            law,
            problem,
        }
    }

    /// M − p.
    pub(crate) fn degrees(&self) -> f64 {
        self.problem.runs - self.free as f64
    }

    /// Residual variance s², scaled; `None` without degrees of freedom.
    pub(crate) fn variance(&self) -> Option<f64> {
        (self.degrees() >= 1.0).then(|| self.sum_of_squares / self.degrees())
    }

    /// Which of (a, b, c) the data determine.
    pub(crate) fn is_free(&self, k: usize) -> bool {
        self.optimum.face & (1 << k) == 0 && (k > 0 || self.problem.anchor.is_none())
    }

    /// Inverse of `JᵀJ` by scaled (a, b, c), zero where a parameter is held. With `all`, as if
    /// nothing but the anchor were held. `None` where the data cannot tell them apart.
    pub(crate) fn covariance(&self, all: bool) -> Option<[Theta; 3]> {
        let mut information = self.local.as_ref()?.gauss_newton;
        for k in 0..3 {
            let held = !self.is_free(k) && !(all && (k > 0 || self.problem.anchor.is_none()));
            if held {
                for j in 0..3 {
                    information[k][j] = 0.0;
                    information[j][k] = 0.0;
                }
                information[k][k] = 1.0;
            }
        }
        let mut covariance = inverse(&information)?;
        for (k, row) in covariance.iter_mut().enumerate() {
            if !self.is_free(k) && !(all && (k > 0 || self.problem.anchor.is_none())) {
                *row = [0.0; 3];
            }
        }
        for k in 0..3 {
            for j in 0..3 {
                covariance[j][k] = covariance[k][j];
            }
        }
        Some(covariance)
    }

    /// Akaike's criterion with its small-sample correction, on the scale of X; γ, α, β
    /// that are free and the noise count as parameters. `None` with too few runs.
    ///
    /// # References
    /// Hurvich & Tsai, "Regression and time series model selection in small samples",
    /// Biometrika 76 (1989).
    pub(crate) fn aicc(&self, sum_of_logs: Option<f64>) -> Option<f64> {
        if self.exact {
            return None;
        }
        super::select::aicc_of(&self.problem, self.free, self.sum_of_squares, sum_of_logs)
    }
}
