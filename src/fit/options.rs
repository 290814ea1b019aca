//! What a user may say about a fit.

use crate::sweep::saved::FittedAs;

/// The law to fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LawChoice {
    /// X = γN.
    Linear,
    /// Contention alone.
    Amdahl,
    /// Contention and coherency.
    #[default]
    Usl,
    /// In proportion to N until something is full; β ≥ 0.
    Ceiling,
    /// The one with the smallest AICc.
    Auto,
}

/// The noise to assume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NoiseChoice {
    /// The same scatter at every N, all runs independent: what reproduces the literature.
    Constant,
    /// Scatter in proportion to throughput.
    Relative,
    /// What the repeats show; relative where there are too few to tell.
    #[default]
    Auto,
}

/// Where γ comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Anchor {
    /// γ is fitted like the other parameters.
    #[default]
    Fit,
    /// γ is the measured mean at N = 1.
    N1,
}

/// How intervals are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum IntervalKind {
    /// From the profile likelihood: respects bounds, may be open.
    #[default]
    Profile,
    /// Estimate ± t × standard error: symmetric, ignores bounds.
    Wald,
}

/// What to expect beyond the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ForecastKind {
    /// The USL and Amdahl's law, each riding on from the last measured level.
    #[default]
    Ride,
    /// The fitted law alone.
    Law,
}

/// Everything about a fit that is not data.
///
/// # Examples
/// ```
/// use scalecalc::fit::{FitOptions, LawChoice, NoiseChoice};
///
/// let options = FitOptions::default()
///     .with_law(LawChoice::Amdahl)
///     .with_noise(NoiseChoice::Relative)
///     .with_confidence(0.9);
/// assert_eq!(options.confidence, 0.9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FitOptions {
    /// The law.
    pub law: LawChoice,
    /// The noise.
    pub noise: NoiseChoice,
    /// Where γ comes from.
    pub anchor: Anchor,
    /// Confidence of every interval, above 0 and below 1.
    pub confidence: f64,
    /// How intervals are computed.
    pub interval: IntervalKind,
    /// α and β may be negative.
    pub allow_superlinear: bool,
    /// What to expect beyond the data.
    pub forecast: ForecastKind,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            law: LawChoice::default(),
            noise: NoiseChoice::default(),
            anchor: Anchor::default(),
            confidence: 0.95,
            interval: IntervalKind::default(),
            allow_superlinear: false,
            forecast: ForecastKind::default(),
        }
    }
}

impl FitOptions {
    /// The law.
    #[must_use]
    pub fn with_law(self, law: LawChoice) -> Self {
        Self { law, ..self }
    }

    /// The noise.
    #[must_use]
    pub fn with_noise(self, noise: NoiseChoice) -> Self {
        Self { noise, ..self }
    }

    /// Where γ comes from.
    #[must_use]
    pub fn with_anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// Confidence of every interval, above 0 and below 1; [`fit`](super::fit()) refuses any other.
    #[must_use]
    pub fn with_confidence(self, confidence: f64) -> Self {
        Self { confidence, ..self }
    }

    /// How intervals are computed.
    #[must_use]
    pub fn with_interval(self, interval: IntervalKind) -> Self {
        Self { interval, ..self }
    }

    /// Whether α and β may be negative.
    #[must_use]
    pub fn with_allow_superlinear(self, allow_superlinear: bool) -> Self {
        Self {
            allow_superlinear,
            ..self
        }
    }

    /// What to expect beyond the data.
    #[must_use]
    pub fn with_forecast(self, forecast: ForecastKind) -> Self {
        Self { forecast, ..self }
    }

    /// These options, with what a saved document says of its own fit instead.
    #[must_use]
    pub fn like(self, saved: &FittedAs) -> Self {
        Self {
            law: match saved.law.as_str() {
                "linear" => LawChoice::Linear,
                "amdahl" => LawChoice::Amdahl,
                "usl" => LawChoice::Usl,
                "ceiling" => LawChoice::Ceiling,
                _ => self.law,
            },
            noise: match saved.noise.as_str() {
                "constant" => NoiseChoice::Constant,
                "relative" => NoiseChoice::Relative,
                _ => self.noise,
            },
            anchor: match saved.anchor.as_str() {
                "fit" => Anchor::Fit,
                "n1" => Anchor::N1,
                _ => self.anchor,
            },
            confidence: saved.confidence.unwrap_or(self.confidence),
            interval: match saved.interval.as_deref() {
                Some("profile") => IntervalKind::Profile,
                Some("wald") => IntervalKind::Wald,
                _ => self.interval,
            },
            allow_superlinear: saved.allow_superlinear || self.allow_superlinear,
            ..self
        }
    }
}
