//! What a sweep is to find out, and how closely.

use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::fit::design::Target;
use crate::units;
use std::fmt;

/// A quantity and half the width of the interval it is to have, as a share of its value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Goal {
    /// N of the peak.
    Peak {
        /// Half the interval over the value.
        within: f64,
    },
    /// Coherency β.
    Beta {
        /// Half the interval over the value.
        within: f64,
    },
    /// Throughput at one N.
    ThroughputAt {
        /// That N.
        n: f64,
        /// Half the interval over the value.
        within: f64,
    },
}

impl Goal {
    /// Reads `peak±10%`, `beta±20%` or `at 64±5%`; `+-` and `+/-` may stand for `±`.
    ///
    /// # Errors
    /// [`Error::Parse`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || Error::Parse {
            what: "what is to be known",
            text: text.to_owned(),
            hint: "write peak±10%, beta±20% or \"at 64±5%\"".into(),
        };
        let (what, within) = ["±", "+/-", "+-"]
            .iter()
            .find_map(|mark| text.split_once(mark))
            .ok_or_else(refuse)?;
        let within = units::ratio(within.trim())?;
        if within <= 0.0 {
            return Err(refuse());
        }
        match what.trim().to_ascii_lowercase().as_str() {
            "peak" => Ok(Self::Peak { within }),
            "beta" | "β" | "kappa" => Ok(Self::Beta { within }),
            other => {
                let n = other.strip_prefix("at").ok_or_else(refuse)?;
                let n = units::quantity(n.trim())?;
                if n <= 0.0 {
                    return Err(refuse());
                }
                Ok(Self::ThroughputAt { n, within })
            }
        }
    }

    /// How closely it is to be known.
    pub fn within(&self) -> f64 {
        match self {
            Self::Peak { within } | Self::Beta { within } | Self::ThroughputAt { within, .. } => {
                *within
            }
        }
    }

    /// What measurements are chosen for.
    pub(super) fn target(self) -> Target {
        match self {
            Self::Peak { .. } => Target::Peak,
            Self::Beta { .. } => Target::Beta,
            Self::ThroughputAt { n, .. } => Target::ThroughputAt(n),
        }
    }

    /// The quantity as the measurements have it so far.
    pub fn estimate(&self, fit: &Fit) -> Estimate {
        match self {
            Self::Peak { .. } => fit.peak().n_real,
            Self::Beta { .. } => fit.beta(),
            Self::ThroughputAt { n, .. } => {
                let found = fit.estimate(*n);
                Estimate {
                    value: Some(found.value),
                    low: found.low,
                    high: found.high,
                    level: found.level,
                }
            }
        }
    }

    /// Half the width of its interval as a share of its value; `None` while an end is open.
    pub fn half_width(&self, fit: &Fit) -> Option<f64> {
        let Estimate {
            value, low, high, ..
        } = self.estimate(fit);
        let (value, low, high) = (value?, low?, high?);
        (value > 0.0).then(|| 0.5 * (high - low) / value)
    }

    /// Whether it is known closely enough; a peak must be established.
    pub fn is_reached(&self, fit: &Fit) -> bool {
        let shown = match self {
            Self::Peak { .. } => fit.peak().established,
            Self::Beta { .. } | Self::ThroughputAt { .. } => true,
        };
        shown
            && self
                .half_width(fit)
                .is_some_and(|half| half <= self.within())
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Peak { .. } => f.write_str("peak")?,
            Self::Beta { .. } => f.write_str("beta")?,
            Self::ThroughputAt { n, .. } => write!(f, "at {}", units::plain(*n))?,
        }
        let percent = (self.within() * 1e6).round() / 1e4;
        write!(f, "±{}%", units::plain(percent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_as_people_write_them() {
        for (text, expected) in [
            ("peak±10%", Goal::Peak { within: 0.1 }),
            ("peak +- 0.1", Goal::Peak { within: 0.1 }),
            ("beta+/-20%", Goal::Beta { within: 0.2 }),
            (
                "at 64±5%",
                Goal::ThroughputAt {
                    n: 64.0,
                    within: 0.05,
                },
            ),
        ] {
            let goal = Goal::parse(text).unwrap();
            assert_eq!(goal, expected, "{text}");
            assert_eq!(Goal::parse(&goal.to_string()).unwrap(), goal);
        }
        for bad in ["peak", "peak±0%", "peak±10", "at ±5%", "at 0±5%", "x±1%"] {
            assert!(Goal::parse(bad).is_err(), "{bad}");
        }
    }
}
