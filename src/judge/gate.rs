//! The gate: a limit against an interval. It never fails on what it cannot tell.

use super::compare::ratio;
use crate::domain;
use crate::error::Error;
use crate::estimate::{Basis, Estimate};
use crate::fit::{Fit, FittedLaw, Grade, Trust};
use crate::units;
use serde::{Deserialize, Serialize};

/// How a limit and an interval stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole interval is on the right side.
    Pass,
    /// The whole interval is on the wrong side.
    Fail,
    /// The limit lies inside the interval, or there is no interval.
    Inconclusive,
}

impl std::fmt::Display for Verdict {
    /// Its word, as in JSON.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

impl Verdict {
    /// The word of the documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The verdict of several: one failure fails all, one doubt leaves a doubt. Nothing at
    /// all is a doubt too.
    pub fn of_all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = None;
        for verdict in verdicts {
            all = Some(match (all, verdict) {
                (Some(Self::Fail), _) | (_, Self::Fail) => Self::Fail,
                (Some(Self::Inconclusive), _) | (_, Self::Inconclusive) => Self::Inconclusive,
                _ => Self::Pass,
            });
        }
        all.unwrap_or(Self::Inconclusive)
    }
}

/// A limit and the side of it that is right; the limit itself is right.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Limit {
    /// The number.
    pub fn value(self) -> f64 {
        match self {
            Self::AtLeast(value) | Self::AtMost(value) => value,
        }
    }

    /// Holds an interval against the limit. An open end reaches without bound, so that an
    /// estimate without an interval passes and fails nothing.
    ///
    /// # Examples
    /// ```
    /// use scalecalc::Estimate;
    /// use scalecalc::judge::gate::{Limit, Verdict};
    /// let efficiency = Estimate::between(0.55, 0.52, 0.58, 0.95);
    /// assert_eq!(Limit::AtLeast(0.60).judge(&efficiency), Verdict::Fail);
    /// assert_eq!(Limit::AtLeast(0.57).judge(&efficiency), Verdict::Inconclusive);
    /// assert_eq!(Limit::AtLeast(0.50).judge(&efficiency), Verdict::Pass);
    /// ```
    pub fn judge(self, found: &Estimate) -> Verdict {
        let (right, wrong) = match self {
            Self::AtLeast(limit) => (
                found.low.is_some_and(|low| low >= limit),
                found.high.is_some_and(|high| high < limit),
            ),
            Self::AtMost(limit) => (
                found.high.is_some_and(|high| high <= limit),
                found.low.is_some_and(|low| low > limit),
            ),
        };
        match (right, wrong) {
            (true, false) => Verdict::Pass,
            (false, true) => Verdict::Fail,
            _ => Verdict::Inconclusive,
        }
    }

    /// How far the best value is inside the limit, in the unit of the limit; below 0 outside.
    pub fn margin(self, found: &Estimate) -> Option<f64> {
        found.value.map(|value| match self {
            Self::AtLeast(limit) => value - limit,
            Self::AtMost(limit) => limit - value,
        })
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Subject {
    /// Efficiency at N, 0 to 1.
    Efficiency(f64),
    /// Throughput at N, 1/s.
    Throughput(f64),
    /// Speedup at N.
    Speedup(f64),
    /// Mean latency N/X at N, seconds.
    Latency(f64),
    /// The N where throughput peaks.
    Peak,
    /// Contention α.
    Alpha,
    /// Coherency β.
    Beta,
    /// Share of the capacity that a load of so many operations a second leaves free.
    Headroom(f64),
}

/// The kinds of rules, by the word that flags and policy files use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleKind {
    /// `60%@8`.
    MinEfficiency,
    /// `5k/s@8`.
    MinThroughput,
    /// `4@8`.
    MinSpeedup,
    /// `2ms@8`.
    MaxLatency,
    /// `16`.
    MinPeak,
    /// `0.05`.
    MaxAlpha,
    /// `0.001`.
    MaxBeta,
    /// `30%@9k/s`.
    Headroom,
}

impl RuleKind {
    /// Every kind, in the order they are documented.
    pub const ALL: [Self; 8] = [
        Self::MinEfficiency,
        Self::MinThroughput,
        Self::MinSpeedup,
        Self::MaxLatency,
        Self::MinPeak,
        Self::MaxAlpha,
        Self::MaxBeta,
        Self::Headroom,
    ];

    /// Its word, such as `min-efficiency`.
    pub fn word(self) -> &'static str {
        match self {
            Self::MinEfficiency => "min-efficiency",
            Self::MinThroughput => "min-throughput",
            Self::MinSpeedup => "min-speedup",
            Self::MaxLatency => "max-latency",
            Self::MinPeak => "min-peak",
            Self::MaxAlpha => "max-alpha",
            Self::MaxBeta => "max-beta",
            Self::Headroom => "headroom",
        }
    }

    /// How its value is written.
    pub fn example(self) -> &'static str {
        match self {
            Self::MinEfficiency => "60%@8",
            Self::MinThroughput => "5k/s@8",
            Self::MinSpeedup => "4@8",
            Self::MaxLatency => "2ms@8",
            Self::MinPeak => "16",
            Self::MaxAlpha => "0.05",
            Self::MaxBeta => "0.001",
            Self::Headroom => "30%@9k/s",
        }
    }
}

/// One rule: what it looks at and the limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Its kind.
    pub kind: RuleKind,
    /// What it looks at.
    pub subject: Subject,
    /// The limit, in the unit of the subject.
    pub limit: Limit,
}

impl Rule {
    /// Reads the value of a rule, such as `60%@8`.
    ///
    /// # Errors
    /// [`Error::Parse`] for what is not written like [`RuleKind::example`];
    /// [`Error::OutOfRange`] for N or a load that is not above 0, and a headroom of 1.
    pub fn parse(kind: RuleKind, text: &str) -> Result<Self, Error> {
        let (limit, at) = match text.split_once('@') {
            Some((limit, at)) => (limit.trim(), Some(at.trim())),
            None => (text.trim(), None),
        };
        let at = match (kind, at) {
            (RuleKind::MinPeak | RuleKind::MaxAlpha | RuleKind::MaxBeta, None) => 0.0,
            (RuleKind::Headroom, Some(load)) => domain::positive("load", units::rate(load)?)?,
            (RuleKind::MinPeak | RuleKind::MaxAlpha | RuleKind::MaxBeta, Some(_)) | (_, None) => {
                return Err(Error::Parse {
                    what: "a rule",
                    text: text.to_owned(),
                    hint: kind.example().into(),
                });
            }
            (_, Some(n)) => domain::positive("N", units::quantity(n)?)?,
        };
        let (subject, limit) = match kind {
            RuleKind::MinEfficiency => (
                Subject::Efficiency(at),
                Limit::AtLeast(units::ratio(limit)?),
            ),
            RuleKind::MinThroughput => {
                (Subject::Throughput(at), Limit::AtLeast(units::rate(limit)?))
            }
            RuleKind::MinSpeedup => (
                Subject::Speedup(at),
                Limit::AtLeast(domain::non_negative("speedup", units::number(limit)?)?),
            ),
            RuleKind::MaxLatency => (Subject::Latency(at), Limit::AtMost(units::duration(limit)?)),
            RuleKind::MinPeak => (
                Subject::Peak,
                Limit::AtLeast(domain::positive("N", units::quantity(limit)?)?),
            ),
            RuleKind::MaxAlpha => (Subject::Alpha, Limit::AtMost(units::ratio(limit)?)),
            RuleKind::MaxBeta => (Subject::Beta, Limit::AtMost(units::ratio(limit)?)),
            RuleKind::Headroom => (Subject::Headroom(at), Limit::AtLeast(headroom(limit)?)),
        };
        Ok(Self {
            kind,
            subject,
            limit,
        })
    }

    /// Holds the rule against a fit.
    ///
    /// Throughput, and what follows from it, is the estimate at that N: what was measured
    /// there outranks a law that misses it, beyond the data it is the forecast, and past
    /// twice the largest N nothing is decided. Headroom is 1 − load/capacity, and the
    /// capacity is the highest throughput inside the data: a promise is made of what was
    /// seen. Peak and coefficients say nothing where the law does not describe the data.
    pub fn judge(&self, fit: &Fit) -> Finding {
        let found = match self.subject {
            Subject::Peak => fit.peak().n_real,
            Subject::Alpha => fit.alpha(),
            Subject::Beta => fit.beta(),
            Subject::Headroom(load) => (fit.estimate(capacity_at(fit)).throughput())
                .map_monotone(|capacity| 1.0 - load / capacity),
            Subject::Efficiency(n) => speedup(fit, n).scaled(1.0 / n),
            Subject::Speedup(n) => speedup(fit, n),
            Subject::Throughput(n) => fit.estimate(n).throughput(),
            Subject::Latency(n) => fit.estimate(n).latency(),
        };
        let verdict = self.limit.judge(&found);
        let reason = match self.doubt(fit, verdict) {
            Some(doubt) => doubt,
            None if found.low.is_none() && found.high.is_none() => Reason::NoInterval,
            None if verdict == Verdict::Inconclusive => Reason::Across,
            None => Reason::Clear,
        };
        Finding {
            found,
            verdict: if reason == Reason::Clear {
                verdict
            } else {
                Verdict::Inconclusive
            },
            reason,
            margin: self.limit.margin(&found),
        }
    }

    /// Why the rule is not to be decided, whatever its interval says.
    fn doubt(&self, fit: &Fit, verdict: Verdict) -> Option<Reason> {
        match self.subject {
            Subject::Alpha | Subject::Beta if fit.fitted_law() == FittedLaw::Ceiling => {
                Some(Reason::NoCoefficient)
            }
            Subject::Peak | Subject::Alpha | Subject::Beta => {
                (fit.quality().grade == Grade::Poor).then_some(Reason::PoorLaw)
            }
            Subject::Efficiency(n)
            | Subject::Speedup(n)
            | Subject::Throughput(n)
            | Subject::Latency(n)
                if fit.trust(n) == Trust::Untrusted =>
            {
                Some(Reason::TooFar)
            }
            Subject::Latency(n) => {
                let measured = fit.levels().at(n)?.latency?;
                let seen = self
                    .limit
                    .judge(&Estimate::between(measured, measured, measured, 1.0));
                (seen != verdict && verdict != Verdict::Inconclusive)
                    .then_some(Reason::OtherLatency(measured))
            }
            _ => None,
        }
    }
}

/// A share that leaves something to carry the load with.
fn headroom(text: &str) -> Result<f64, Error> {
    let value = units::ratio(text)?;
    if value < 1.0 {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name: "headroom",
            value,
            allowed: "0 or above and below 1",
        })
    }
}

/// The N whose throughput is the capacity: the highest inside the data.
pub fn capacity_at(fit: &Fit) -> f64 {
    let n_max = fit.levels().n_max();
    let levels = fit.levels().as_slice().iter().map(|level| level.n);
    let peak = fit.peak().n.filter(|peak| *peak <= n_max);
    let trusted = fit.quality().grade != Grade::Poor;
    levels
        .chain(peak.filter(|_| trusted))
        .max_by(|a, b| fit.estimate_value(*a).total_cmp(&fit.estimate_value(*b)))
        .unwrap_or(n_max)
}

/// Speedup over one unit: of the law where it holds at both ends, else of the estimates.
pub(super) fn speedup(fit: &Fit, n: f64) -> Estimate {
    let (one, many) = (fit.estimate(1.0), fit.estimate(n));
    if one.basis == Basis::Law && many.basis == Basis::Law {
        return fit.speedup(n);
    }
    ratio(&one.throughput(), &many.throughput())
}

/// What a rule found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The value with its interval, in the unit of the subject.
    pub found: Estimate,
    /// Pass, fail or inconclusive.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// How far the best value is inside the limit.
    pub margin: Option<f64>,
}

impl std::fmt::Display for Finding {
    /// `pass: 0.87 (0.85 to 0.89)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.verdict, self.found)
    }
}

/// Why a verdict is what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The whole interval is on one side.
    Clear,
    /// The limit lies inside the interval.
    Across,
    /// The data carry no interval.
    NoInterval,
    /// N is more than twice the largest measured one.
    TooFar,
    /// The law does not describe the data, so its peak and coefficients say nothing.
    PoorLaw,
    /// The fitted law has a ceiling and not the coefficients of the USL.
    NoCoefficient,
    /// The latency that was measured there, in seconds, decides otherwise than N/X.
    OtherLatency(f64),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(low: Option<f64>, high: Option<f64>) -> Estimate {
        Estimate {
            value: Some(1.0),
            low,
            high,
            level: Some(0.95),
        }
    }

    #[test]
    fn a_limit_is_on_the_right_side_and_an_open_end_decides_nothing() {
        let (least, most) = (Limit::AtLeast(2.0), Limit::AtMost(2.0));
        for (low, high, at_least, at_most) in [
            (Some(2.0), Some(3.0), Verdict::Pass, Verdict::Inconclusive),
            (Some(1.0), Some(2.0), Verdict::Inconclusive, Verdict::Pass),
            (Some(2.1), None, Verdict::Pass, Verdict::Fail),
            (None, Some(1.9), Verdict::Fail, Verdict::Pass),
            (
                Some(1.9),
                None,
                Verdict::Inconclusive,
                Verdict::Inconclusive,
            ),
            (None, None, Verdict::Inconclusive, Verdict::Inconclusive),
        ] {
            assert_eq!(least.judge(&found(low, high)), at_least, "{low:?} {high:?}");
            assert_eq!(most.judge(&found(low, high)), at_most, "{low:?} {high:?}");
        }
    }

    #[test]
    fn nothing_judged_is_not_a_pass() {
        use Verdict::{Fail, Inconclusive, Pass};
        assert_eq!(Verdict::of_all([]), Inconclusive);
        assert_eq!(Verdict::of_all([Pass, Pass]), Pass);
        assert_eq!(Verdict::of_all([Pass, Inconclusive, Pass]), Inconclusive);
        assert_eq!(Verdict::of_all([Inconclusive, Fail, Pass]), Fail);
    }

    #[test]
    fn every_kind_reads_its_own_example() {
        for kind in RuleKind::ALL {
            let rule = Rule::parse(kind, kind.example()).unwrap();
            assert_eq!(rule.kind, kind);
        }
        let rule = Rule::parse(RuleKind::Headroom, "30%@9k/s").unwrap();
        assert_eq!(rule.subject, Subject::Headroom(9000.0));
        assert_eq!(rule.limit, Limit::AtLeast(0.3));
    }

    #[test]
    fn a_rule_without_its_place_or_unit_is_refused_with_an_example() {
        for (kind, text) in [
            (RuleKind::MinEfficiency, "60%"),
            (RuleKind::MinEfficiency, "60@8"),
            (RuleKind::MinEfficiency, "60%@0"),
            (RuleKind::MaxLatency, "2@8"),
            (RuleKind::MinPeak, "16@8"),
            (RuleKind::MaxAlpha, "-0.1"),
            (RuleKind::Headroom, "100%@9k/s"),
            (RuleKind::Headroom, "30%@0"),
            (RuleKind::MinSpeedup, "x@8"),
        ] {
            assert!(Rule::parse(kind, text).is_err(), "{text}");
        }
        let error = Rule::parse(RuleKind::MinEfficiency, "60%").unwrap_err();
        assert!(error.hint().contains("60%@8"));
    }
}
