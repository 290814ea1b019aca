//! A value with its interval: the one shape every estimate has, in the library and in JSON.

use serde::{Deserialize, Serialize};

/// A best value and the interval that holds the truth with the given confidence.
///
/// An end that does not exist is `None`: at a bound with no limit (N* has no upper end
/// while β = 0 is possible), or where there are no degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Estimate {
    /// The best value; `None` where it does not exist (a peak while β = 0).
    pub value: Option<f64>,
    /// Lower end of the interval, `None` where open or unknown.
    pub low: Option<f64>,
    /// Upper end of the interval, `None` where open or unknown.
    pub high: Option<f64>,
    /// Confidence level of the interval, such as 0.95; `None` where there is no interval.
    pub level: Option<f64>,
}

impl Estimate {
    /// A value known without uncertainty, or whose uncertainty is not known.
    pub fn exact(value: f64) -> Self {
        Self {
            value: finite(value),
            low: None,
            high: None,
            level: None,
        }
    }

    /// A value with both ends.
    pub fn between(value: f64, low: f64, high: f64, level: f64) -> Self {
        Self {
            value: finite(value),
            low: finite(low),
            high: finite(high),
            level: Some(level),
        }
    }

    /// The same estimate with value and ends multiplied by a factor above 0.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let times = |end: Option<f64>| end.and_then(|value| finite(value * factor));
        Self {
            value: times(self.value),
            low: times(self.low),
            high: times(self.high),
            level: self.level,
        }
    }

    /// The same estimate through a decreasing or increasing function: ends are put in order.
    #[must_use]
    pub fn map_monotone(self, f: impl Fn(f64) -> f64) -> Self {
        let through = |end: Option<f64>| end.and_then(|value| finite(f(value)));
        let (low, high) = (through(self.low), through(self.high));
        let swapped = match (self.low, self.high) {
            (Some(a), Some(b)) => f(a) > f(b),
            (Some(a), None) => self.value.is_some_and(|v| f(a) > f(v)),
            (None, Some(b)) => self.value.is_some_and(|v| f(b) < f(v)),
            (None, None) => false,
        };
        let (low, high) = if swapped { (high, low) } else { (low, high) };
        Self {
            value: through(self.value),
            low,
            high,
            level: self.level,
        }
    }

    /// Whether both ends are known.
    pub fn is_bounded(&self) -> bool {
        self.low.is_some() && self.high.is_some()
    }
}

impl std::fmt::Display for Estimate {
    /// `36 (32 to 40)`, `36 (32 or more)`, `36`, or `none`, with as many significant digits as
    /// the precision says, three unless it says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = f.precision().unwrap_or(3);
        let shown = |value: f64| significant(value, digits);
        match self.value {
            Some(value) => f.write_str(&shown(value))?,
            None => f.write_str("none")?,
        }
        match (self.low, self.high) {
            (Some(low), Some(high)) => write!(f, " ({} to {})", shown(low), shown(high)),
            (Some(low), None) => write!(f, " ({} or more)", shown(low)),
            (None, Some(high)) => write!(f, " ({} or less)", shown(high)),
            (None, None) => Ok(()),
        }
    }
}

/// So many significant digits, whole numbers whole: `0.0267`, `996`, `12345`, `1.2e-9`.
fn significant(value: f64, digits: usize) -> String {
    let digits = digits.clamp(1, 17);
    let scientific = format!("{value:.*e}", digits - 1);
    let exponent = scientific
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok());
    match exponent {
        Some(exponent @ -5..=15) => {
            let places = usize::try_from(i32::try_from(digits).unwrap_or(17) - 1 - exponent);
            format!("{value:.*}", places.unwrap_or(0))
        }
        _ => scientific,
    }
}

/// What an answer about throughput at one N rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Basis {
    /// The fitted law, inside the data.
    Law,
    /// The mean that was measured at this N.
    Measured,
    /// The law with the misfit of the two neighbouring levels.
    Between,
    /// Beyond the data.
    Forecast,
}

impl Basis {
    /// The word for it, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Measured => "measured",
            Self::Between => "between",
            Self::Forecast => "forecast",
        }
    }
}

impl std::fmt::Display for PointEstimate {
    /// `12300 (11900 to 12700), measured`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let estimate = Estimate {
            value: Some(self.value),
            low: self.low,
            high: self.high,
            level: self.level,
        };
        estimate.fmt(f)?;
        write!(f, ", {}", self.basis.name())
    }
}

/// The one answer to "what is the throughput at N": value, interval and what they rest on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointEstimate {
    /// The N asked for.
    pub n: f64,
    /// Mean throughput to expect there, 1/s.
    pub value: f64,
    /// Lower end of the interval of the mean, 1/s; `None` where it is not known.
    pub low: Option<f64>,
    /// Upper end of the interval of the mean, 1/s; `None` where it is not known.
    pub high: Option<f64>,
    /// How often such an interval holds the mean, such as 0.95; 0.9 beyond the data.
    /// `None` without an interval.
    pub level: Option<f64>,
    /// What it rests on.
    pub basis: Basis,
}

impl PointEstimate {
    /// The throughput as an [`Estimate`], 1/s.
    pub fn throughput(&self) -> Estimate {
        Estimate {
            value: finite(self.value),
            low: self.low,
            high: self.high,
            level: self.level,
        }
    }

    /// Mean latency N/X in a closed loop without think time, in seconds.
    pub fn latency(&self) -> Estimate {
        self.throughput().map_monotone(|x| self.n / x)
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_reads_as_words() {
        let shown = |value, low, high| {
            Estimate {
                value,
                low,
                high,
                level: Some(0.95),
            }
            .to_string()
        };
        for (value, low, high, text) in [
            (Some(36.0), Some(32.0), Some(40.0), "36.0 (32.0 to 40.0)"),
            (
                Some(0.026_716),
                Some(0.0175),
                None,
                "0.0267 (0.0175 or more)",
            ),
            (
                Some(12_345.6),
                None,
                Some(1.2e-9),
                "12346 (1.20e-9 or less)",
            ),
            (None, None, None, "none"),
        ] {
            assert_eq!(shown(value, low, high), text);
        }
        assert_eq!(format!("{:.1}", Estimate::exact(36.2)), "36");
    }

    #[test]
    fn a_decreasing_map_swaps_the_ends_also_when_one_is_open() {
        let both = Estimate::between(2.0, 1.0, 4.0, 0.95).map_monotone(|x| 1.0 / x);
        assert_eq!((both.low, both.high), (Some(0.25), Some(1.0)));
        let open = Estimate {
            value: Some(2.0),
            low: Some(1.0),
            high: None,
            level: Some(0.95),
        };
        let open = open.map_monotone(|x| 1.0 / x);
        assert_eq!((open.low, open.high), (None, Some(1.0)));
    }
}
