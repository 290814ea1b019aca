//! How well the law describes the sweep: good, fair or poor.

use super::Fit;

/// How well a law describes a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// Misfit from which a significant lack of fit is no longer harmless.
const FAIR: f64 = 0.03;
/// Misfit from which the law no longer describes the data.
const POOR: f64 = 0.08;

impl Fit {
    /// How well the law describes the sweep.
    pub fn quality(&self) -> Quality {
        let noise = self.noise_of_repeats();
        let misfit = self.misfit_beyond(noise.unwrap_or(0.0));
        let p = self.lack_of_fit().map(|test| test.p);
        let shows = p.is_none_or(|p| p < super::dispersion::SIGNIFICANT);
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
        for level in self.levels().as_slice().iter().filter(|l| l.runs > 1) {
            squares += level.log_moments.map_or(level.relative_m2, |(_, m2)| m2);
            degrees += (level.runs - 1) as f64;
        }
        (degrees > 0.0).then(|| (squares / degrees).sqrt())
    }

    /// Root mean square of ln(mean/law) beyond a noise of single runs.
    fn misfit_beyond(&self, noise: f64) -> f64 {
        let (mut sum, mut expected, mut count) = (0.0, 0.0, 0.0);
        for level in self.levels().as_slice() {
            let miss = (level.mean / self.law_value(level.n)).ln();
            if miss.is_finite() {
                sum += miss * miss;
                expected += noise * noise / level.runs as f64;
                count += 1.0;
            }
        }
        if count > 0.0 {
            ((sum - expected) / count).max(0.0).sqrt()
        } else {
            0.0
        }
    }
}
