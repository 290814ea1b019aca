//! The flags of a fit, shared by every command that fits measurements.

use super::failure::Failure;
use super::value::{self, Sizes};
use crate::fit::{
    self, Anchor, Fit, FitOptions, ForecastKind, IntervalKind, LawChoice, NoiseChoice,
};
use crate::sweep::Sweep;
use crate::sweep::levels::Levels;
use crate::sweep::saved::FittedAs;
use clap::{Args, ValueEnum};

/// `--law`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LawArg {
    /// Contention and coherency
    Usl,
    /// Contention alone
    Amdahl,
    /// Neither
    Linear,
    /// In proportion to N until something is full
    Ceiling,
    /// The one with the smallest AICc
    Auto,
}

/// `--noise`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum NoiseArg {
    /// The same scatter at every N, all runs independent: as in the literature
    Constant,
    /// Scatter in proportion to throughput
    Relative,
    /// What repeats show; relative where there are too few to tell
    Auto,
}

/// `--anchor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AnchorArg {
    /// γ is fitted
    Fit,
    /// γ is the measured mean at N = 1
    N1,
}

/// `--interval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum IntervalArg {
    /// From the profile likelihood: respects bounds, may be open
    Profile,
    /// Estimate ± t × standard error
    Wald,
}

/// `--forecast`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ForecastArg {
    /// The USL and Amdahl's law, riding on from the last measured level
    #[value(alias = "blend")]
    Ride,
    /// The fitted law alone
    Law,
}

/// Flags of a fit.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Fit")]
pub(super) struct FitArgs {
    /// Law to fit [default: usl, or that of a saved document]
    #[arg(long, value_enum)]
    law: Option<LawArg>,
    /// How the scatter of throughput behaves [default: auto, or that of a saved document]
    #[arg(long, value_enum)]
    noise: Option<NoiseArg>,
    /// Where γ, the throughput of one unit, comes from [default: fit]
    #[arg(long, value_enum)]
    anchor: Option<AnchorArg>,
    /// Confidence of the intervals [default: 95%]
    #[arg(long, value_name = "RATIO", value_parser = value::ratio)]
    confidence: Option<f64>,
    /// Kind of the intervals [default: profile]
    #[arg(long, value_enum)]
    interval: Option<IntervalArg>,
    /// Let α and β be negative
    #[arg(long)]
    allow_superlinear: bool,
    /// Use only measurements up to this N
    #[arg(long, value_name = "N", value_parser = value::quantity)]
    fit_up_to: Option<f64>,
    /// Leave out the measurements at these N
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    exclude: Option<Sizes>,
    /// What to show beyond the data
    #[arg(long, value_enum, default_value = "ride")]
    forecast: ForecastArg,
}

impl FitArgs {
    /// The options they stand for: a flag wins over what a saved document says of its fit,
    /// and that over the defaults.
    pub(super) fn options(&self, saved: Option<&FittedAs>) -> FitOptions {
        let mut options = FitOptions::default();
        if let Some(saved) = saved {
            options = options.like(saved);
        }
        if let Some(law) = self.law {
            options.law = match law {
                LawArg::Usl => LawChoice::Usl,
                LawArg::Amdahl => LawChoice::Amdahl,
                LawArg::Linear => LawChoice::Linear,
                LawArg::Ceiling => LawChoice::Ceiling,
                LawArg::Auto => LawChoice::Auto,
            };
        }
        if let Some(noise) = self.noise {
            options.noise = match noise {
                NoiseArg::Constant => NoiseChoice::Constant,
                NoiseArg::Relative => NoiseChoice::Relative,
                NoiseArg::Auto => NoiseChoice::Auto,
            };
        }
        if let Some(anchor) = self.anchor {
            options.anchor = match anchor {
                AnchorArg::Fit => Anchor::Fit,
                AnchorArg::N1 => Anchor::N1,
            };
        }
        if let Some(confidence) = self.confidence {
            options.confidence = confidence;
        }
        if let Some(interval) = self.interval {
            options.interval = match interval {
                IntervalArg::Profile => IntervalKind::Profile,
                IntervalArg::Wald => IntervalKind::Wald,
            };
        }
        options.allow_superlinear |= self.allow_superlinear;
        options.forecast = match self.forecast {
            ForecastArg::Ride => ForecastKind::Ride,
            ForecastArg::Law => ForecastKind::Law,
        };
        options
    }

    /// The levels that the flags leave.
    pub(super) fn levels(&self, levels: &Levels) -> Levels {
        levels.filtered(|level| {
            self.fit_up_to.is_none_or(|most| level.n <= most)
                && self
                    .exclude
                    .as_ref()
                    .is_none_or(|Sizes(out)| out.iter().all(|n| n.to_bits() != level.n.to_bits()))
        })
    }

    /// Fits what the flags leave of a sweep.
    ///
    /// # Errors
    /// As [`fit::fit`], and where nothing is left.
    pub(super) fn fit(&self, sweep: &Sweep) -> Result<Fit, Failure> {
        self.fit_with(sweep, self.options(sweep.fitted.as_ref()))
    }

    /// The same with these options.
    ///
    /// # Errors
    /// As [`FitArgs::fit`].
    pub(super) fn fit_with(&self, sweep: &Sweep, options: FitOptions) -> Result<Fit, Failure> {
        let left = self.levels(&sweep.levels);
        if left.is_empty() {
            return Err(Failure::input(
                "no measurements are left",
                "check --fit-up-to and --exclude",
            ));
        }
        Ok(fit::fit(&left, &options)?)
    }
}
