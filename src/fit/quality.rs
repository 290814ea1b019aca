//! How well the law describes the sweep: good, fair or poor.

use super::Fit;
use super::inside::law_miss;
use super::shape::roughness;
use super::solution::FittedLaw;
use super::thresholds::{FAIR, POOR, ROUGHEST, SIGNIFICANT};

/// How well a law describes a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Grade {
    /// The law describes the levels as well as their noise allows, or nearly.
    Good,
    /// The law misses some levels, but its shape is that of the data.
    Fair,
    /// The law does not describe the data; its peak, limit and coefficients say nothing.
    Poor,
}

impl Grade {
    /// The word for it, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// How well the law describes the sweep, and by what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The grade.
    pub grade: Grade,
    /// Root mean square over levels of ln(measured mean/law), beyond what repeats explain.
    pub misfit: f64,
    /// Standard deviation of ln X of one run, from repeats; `None` where nothing repeats.
    pub noise: Option<f64>,
    /// Probability of such a misfit if the law is true; `None` where nothing repeats.
    pub p: Option<f64>,
}

impl Fit {
    /// Mean |ln miss| at inner levels left out in turn: of the law, and of the law with the
    /// misfit of its neighbours. `None` where nothing can be left out.
    pub fn left_out_misses(&self) -> Option<(f64, f64)> {
        self.inside().mean_misses()
    }

    /// Mean |ln miss| of each law at inner sizes left out in turn; `None` where the rest has no
    /// such law.
    pub fn left_out_miss_of(&self, law: FittedLaw) -> Option<f64> {
        if self.nodes().len() <= law.parameters() {
            return None;
        }
        let mut problem = self.solution().problem.clone();
        problem.lowest_face = law.face();
        law_miss(
            &problem,
            &self.solution().optimum.theta,
            self.nodes().as_slice(),
        )
    }

    /// How well the law describes the sweep.
    pub fn quality(&self) -> Quality {
        *self.asked.quality.get_or_init(|| self.find_quality())
    }

    fn find_quality(&self) -> Quality {
        let noise = self.noise_of_repeats();
        // Without repeats the roughness of the levels stands in for noise, as far as it can be
        // noise and no corner.
        let of_means = self
            .noise_of_means()
            .unwrap_or_else(|| roughness(self.nodes()).min(ROUGHEST));
        let misfit = self.misfit_beyond(of_means);
        let p = self.lack_of_fit().map(|test| test.p);
        let shows = p.is_none_or(|p| p < SIGNIFICANT);
        let grade = if misfit >= POOR && shows {
            Grade::Poor
        } else if misfit >= FAIR && shows {
            Grade::Fair
        } else {
            Grade::Good
        };
        Quality {
            grade,
            misfit,
            noise,
            p,
        }
    }

    /// Pooled standard deviation of ln X over repeats.
    pub(super) fn noise_of_repeats(&self) -> Option<f64> {
        let (mut squares, mut degrees) = (0.0, 0.0);
        for level in self.nodes().as_slice().iter().filter(|l| l.runs > 1) {
            squares += level.log_moments.map_or(level.relative_m2, |(_, m2)| m2);
            degrees += (level.runs - 1) as f64;
        }
        (degrees > 0.0).then(|| (squares / degrees).sqrt())
    }

    /// Standard deviation of ln of a level mean, from repeats: root mean square over levels.
    pub(super) fn noise_of_means(&self) -> Option<f64> {
        let noise = self.noise_of_repeats()?;
        let levels = self.nodes().as_slice();
        let shares: f64 = levels.iter().map(|l| 1.0 / l.runs as f64).sum();
        Some(noise * (shares / levels.len() as f64).sqrt())
    }

    /// Standard deviation of ln(mean/law) over the levels; `None` with fewer than two degrees
    /// of freedom, where a law passes by its levels by chance.
    pub(super) fn scatter_about_law(&self) -> Option<f64> {
        let misfits = &self.inside().misfits;
        let degrees = misfits.len() as f64 - self.fitted_law().parameters() as f64;
        let sum: f64 = misfits.iter().map(|(_, misfit)| misfit * misfit).sum();
        (degrees >= 2.0).then(|| (sum / degrees).sqrt())
    }

    /// Root mean square of ln(mean/law) beyond a noise of level means.
    fn misfit_beyond(&self, noise: f64) -> f64 {
        let misfits = &self.inside().misfits;
        let count = misfits.len() as f64;
        if count == 0.0 {
            return 0.0;
        }
        let sum: f64 = misfits.iter().map(|(_, misfit)| misfit * misfit).sum();
        (sum / count - noise * noise).max(0.0).sqrt()
    }
}
