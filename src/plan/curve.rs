//! What a plan counts on: throughput over whole numbers of units.

use crate::estimate::Estimate;
use crate::law::{ScalingLaw, Usl};
use crate::sweep::levels::{Level, Levels};

/// A throughput short of the demand by less than this share of it carries the demand:
/// 700/(1 − 0.3) is 1,000 and the last bit of a float must not cost a unit.
const ROUNDING: f64 = 1e-9;

/// Whether a throughput carries a demand, both 1/s, but for rounding.
pub fn carries(throughput: f64, demand: f64) -> bool {
    throughput >= demand * (1.0 - ROUNDING)
}

/// Which end of an interval a plan counts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CountOn {
    /// The low end: the plan holds unless the truth lies below the interval.
    #[default]
    LowEnd,
    /// The best value: the plan is as likely too small as too large.
    BestGuess,
}

impl CountOn {
    /// The value of an estimate to count on; the best one where there is no interval.
    pub fn of(self, estimate: Estimate) -> f64 {
        let low = match self {
            Self::LowEnd => estimate.low,
            Self::BestGuess => None,
        };
        low.or(estimate.value).unwrap_or(f64::NAN)
    }
}

/// The highest throughput that a plan may count on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Top {
    /// The whole number of units that has it; `None` where throughput only nears it.
    pub n: Option<f64>,
    /// The throughput, 1/s.
    pub throughput: f64,
}

/// How far a throughput can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backing {
    /// It follows from a law that was given.
    Given,
    /// It lies inside the measured range.
    Trusted,
    /// It lies beyond it, up to twice the largest measured N.
    Extrapolated,
    /// It lies further out than measurements can carry.
    Untrusted,
}

impl Backing {
    /// Name for machines and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Trusted => "trusted",
            Self::Extrapolated => "extrapolated",
            Self::Untrusted => "untrusted",
        }
    }
}

/// Throughput over whole numbers of units, with what is known about its error.
pub trait Curve: std::fmt::Debug {
    /// The Universal Scalability Law behind it, at its best guess; `None` where another law was
    /// fitted, whose coefficients answer no question about α and β.
    fn law_behind(&self) -> Option<Usl>;

    /// Throughput of one unit that efficiency is counted from, 1/s.
    fn per_unit(&self) -> f64 {
        self.expected_value(1.0)
    }

    /// The highest point of the law behind it, whichever that is: its peak, else what it nears;
    /// `None` where it grows without limit.
    fn law_top(&self) -> Option<Top>;

    /// Throughput of n units, 1/s.
    fn expected(&self, n: f64) -> Estimate;

    /// What was measured, by rising n; nothing for a given law.
    fn measured(&self) -> &[Level] {
        &[]
    }

    /// The smallest whole n ≥ 1 that carries `demand` in 1/s; `None` where none does.
    fn first_carrying(&self, demand: f64, basis: CountOn) -> Option<f64>;

    /// The highest throughput of any n; `None` where it grows without limit.
    fn top(&self, basis: CountOn) -> Option<Top>;

    /// How far the throughput of n units can be trusted.
    fn backing(&self, n: f64) -> Backing;

    /// The best value of [`Curve::expected`] alone, 1/s.
    fn expected_value(&self, n: f64) -> f64 {
        CountOn::BestGuess.of(self.expected(n))
    }

    /// The measurements behind it; `None` for a law that was given.
    fn measurements(&self) -> Option<&Levels> {
        None
    }

    /// Whether nothing can be said beyond the measurements: no law describes them.
    fn ends_with_the_data(&self) -> bool {
        false
    }

    /// Throughput of n units that the plan counts on, 1/s.
    fn counted(&self, n: f64, basis: CountOn) -> f64 {
        basis.of(self.expected(n))
    }

    /// What one more unit adds at the best guess, 1/s.
    fn next_adds(&self, n: f64) -> f64 {
        let at = |n| CountOn::BestGuess.of(self.expected(n));
        at(n + 1.0) - at(n)
    }
}

impl Curve for Usl {
    fn law_behind(&self) -> Option<Usl> {
        Some(*self)
    }

    fn law_top(&self) -> Option<Top> {
        let peak = ScalingLaw::peak(self);
        let (n, throughput) = match peak {
            Some(peak) => (Some(peak.n_integer), peak.throughput_integer),
            None => (None, ScalingLaw::limit(self)?),
        };
        Some(Top { n, throughput })
    }

    fn expected(&self, n: f64) -> Estimate {
        Estimate::exact(ScalingLaw::throughput(self, n))
    }

    fn backing(&self, _n: f64) -> Backing {
        Backing::Given
    }

    fn first_carrying(&self, demand: f64, _basis: CountOn) -> Option<f64> {
        let holds = |n: f64| carries(ScalingLaw::throughput(self, n), demand);
        if holds(1.0) {
            return Some(1.0);
        }
        // Just below the demand, so that the root itself may round either way. Where the
        // top falls short of even that, the window of real N holds no whole one.
        let root = self
            .concurrency_at_throughput(demand * (1.0 - ROUNDING))?
            .up;
        [root.floor(), root.ceil(), root.ceil() + 1.0]
            .into_iter()
            .find(|n| *n >= 1.0 && holds(*n))
    }

    fn top(&self, _basis: CountOn) -> Option<Top> {
        match self.peak() {
            Some(peak) => Some(Top {
                n: Some(peak.n_integer),
                throughput: peak.throughput_integer,
            }),
            None => self.limit().map(|throughput| Top {
                n: None,
                throughput,
            }),
        }
    }

    fn next_adds(&self, n: f64) -> f64 {
        ScalingLaw::marginal(self, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::UslParams;

    fn law(alpha: f64, beta: f64) -> Usl {
        Usl::new(UslParams {
            alpha,
            beta,
            gamma: 1000.0,
        })
        .unwrap()
    }

    #[test]
    fn the_first_size_is_what_counting_up_finds() {
        for (alpha, beta) in [
            (0.0, 0.0),
            (0.03, 0.0),
            (0.03, 2e-4),
            (0.0, 1e-3),
            (1.2, 0.1),
        ] {
            let law = law(alpha, beta);
            for demand in (1..400).map(|step| f64::from(step) * 137.0) {
                let counted = (1..30_000)
                    .map(f64::from)
                    .find(|n| carries(ScalingLaw::throughput(&law, *n), demand));
                assert_eq!(
                    law.first_carrying(demand, CountOn::LowEnd),
                    counted,
                    "{demand}"
                );
            }
        }
    }

    #[test]
    fn the_last_bit_does_not_cost_a_unit() {
        let linear = law(0.0, 0.0);
        let demand = 700.0 / (1.0 - 0.3);
        assert!(demand > 1000.0);
        assert_eq!(linear.first_carrying(demand, CountOn::LowEnd), Some(1.0));
    }

    #[test]
    fn the_top_is_a_peak_a_limit_or_nothing() {
        assert_eq!(
            law(0.03, 2e-4).top(CountOn::LowEnd).and_then(|top| top.n),
            Some(70.0)
        );
        let limit = law(0.05, 0.0).top(CountOn::LowEnd).unwrap();
        assert_eq!((limit.n, limit.throughput), (None, 20_000.0));
        assert_eq!(law(0.0, 0.0).top(CountOn::LowEnd), None);
    }
}
