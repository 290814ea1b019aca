//! Throughput beyond the data: the mean of the USL and Amdahl's law, each riding on from
//! the last measured level.
//!
//! F(N) = X̄(c) · ½ (U(N)/U(c) + A(N)/A(c)) for N > c, the largest measured N. Real sweeps
//! leave either law behind past the data: the USL falls too early, Amdahl too late.
//! [`RECORD`] holds how often and how far such forecasts missed.

use super::profile::{self, Ends, Quantity};
use super::solution::{FittedLaw, Solution};
use super::{Fit, ForecastKind};
use crate::estimate::Estimate;
use crate::law::ScalingLaw;

/// How far a statement about N can be trusted (Schwartz 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Within the measured range.
    Trusted,
    /// Up to twice the largest measured N.
    Extrapolated,
    /// Beyond.
    Untrusted,
}

impl Trust {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Extrapolated => "extrapolated",
            Self::Untrusted => "untrusted",
        }
    }
}

/// What to expect at N.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The N asked for.
    pub n: f64,
    /// The fitted law inside the data; the blend beyond, with an interval that holds both
    /// laws as well.
    pub throughput: Estimate,
    /// The fitted law.
    pub law: Estimate,
    /// Where one future run would fall, by the law.
    pub single_run: Estimate,
    /// Amdahl's law fitted to the same data, where they carry it.
    pub amdahl: Option<f64>,
    /// Inside, up to twice, or beyond.
    pub trust: Trust,
    /// N over the largest measured N.
    pub distance: f64,
}

/// How far forecasts of one kind missed on real sweeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Farthest distance N/c of this row.
    pub up_to: f64,
    /// Sweeps that were forecast.
    pub sweeps: u32,
    /// Single forecasts scored.
    pub forecasts: u32,
    /// Median of |forecast/measured − 1|.
    pub median_miss: f64,
    /// 90th percentile of it.
    pub p90_miss: f64,
}

/// The measured record of the blend by distance, each row from the end of the one before:
/// fitted to the lower half, two thirds and four fifths of the levels of the sweeps in
/// `data/`, scored on the rest up to twice the largest fitted N, every forecast counted once. `tests/suite/forecast.rs` computes it and fails when it differs.
pub const RECORD: [Record; 3] = [
    Record {
        up_to: 1.25,
        sweeps: 12,
        forecasts: 101,
        median_miss: 0.0104,
        p90_miss: 0.0681,
    },
    Record {
        up_to: 1.5,
        sweeps: 34,
        forecasts: 131,
        median_miss: 0.0453,
        p90_miss: 0.1941,
    },
    Record {
        up_to: 2.0,
        sweeps: 52,
        forecasts: 184,
        median_miss: 0.0856,
        p90_miss: 0.2817,
    },
];

/// The row of [`RECORD`] for a distance; `None` inside the data and past its last row.
pub fn record_at(distance: f64) -> Option<&'static Record> {
    (distance > 1.0)
        .then(|| RECORD.iter().find(|row| distance <= row.up_to))
        .flatten()
}

impl Fit {
    /// Whether N is inside the data, up to twice, or beyond.
    pub fn trust(&self, n: f64) -> Trust {
        match n / self.levels().n_max() {
            distance if distance <= 1.0 => Trust::Trusted,
            distance if distance <= 2.0 => Trust::Extrapolated,
            _ => Trust::Untrusted,
        }
    }

    /// What to expect at N: the law inside the data, the blend beyond.
    pub fn forecast(&self, n: f64) -> Forecast {
        let law = self.throughput(n);
        let amdahl = self
            .amdahl()
            .map(|solution| solution.problem.throughput(&solution.optimum.theta, n));
        let trust = self.trust(n);
        Forecast {
            n,
            throughput: match trust {
                Trust::Trusted => law,
                _ => self.blend(n, law).unwrap_or(law),
            },
            law,
            single_run: self.with_own_noise(law),
            amdahl,
            trust,
            distance: n / self.levels().n_max(),
        }
    }

    /// The value of [`Fit::forecast`] alone, without intervals.
    pub fn forecast_value(&self, n: f64) -> f64 {
        match self.trust(n) {
            Trust::Trusted => None,
            _ => self.blend_value(n),
        }
        .unwrap_or_else(|| self.law().throughput(n))
    }

    /// The blend without its interval.
    fn blend_value(&self, n: f64) -> Option<f64> {
        let usl = self.solution();
        if usl.law != FittedLaw::Usl || self.options().forecast == ForecastKind::Law {
            return None;
        }
        let last = self.levels().as_slice().last()?;
        let ride = |solution: &Solution| {
            let at = |n| solution.problem.throughput(&solution.optimum.theta, n);
            at(n) / at(last.n)
        };
        Some(last.mean * 0.5 * (ride(usl) + ride(self.amdahl()?)))
    }

    /// The blend; `None` for a law other than the USL or data that do not carry Amdahl's.
    fn blend(&self, n: f64, of_law: Estimate) -> Option<Estimate> {
        let amdahl = self.amdahl()?;
        let usl = self.solution();
        let last = *self.levels().as_slice().last()?;
        let from = last.n;
        let value = self.blend_value(n)?;
        let ends = |solution: &Solution| -> Ends {
            let nothing = Ends {
                low: None,
                high: None,
            };
            let Some(allowance) = self.allowance_of(solution) else {
                return nothing;
            };
            let Ends { low, high } = profile::interval(
                &solution.problem,
                &solution.optimum,
                allowance,
                Quantity::Ratio(n, from),
            );
            // (N/X at n)/(N/X at c) → X(n)/X(c): turned around.
            let turn =
                |end: Option<f64>| end.map(|ratio| n / from / ratio).filter(|x| x.is_finite());
            Ends {
                low: turn(high),
                high: turn(low),
            }
        };
        let (of_usl, of_amdahl) = (ends(usl), ends(amdahl));
        // The laws share their data, so their errors add up; both laws themselves are inside.
        let law = self.law().throughput(n);
        let other = amdahl.problem.throughput(&amdahl.optimum.theta, n);
        let mean = |a: Option<f64>, b: Option<f64>| Some(last.mean * 0.5 * (a? + b?));
        Some(Estimate {
            value: Some(value),
            low: mean(of_usl.low, of_amdahl.low).map(|low| low.min(law).min(other)),
            high: mean(of_usl.high, of_amdahl.high).map(|high| high.max(law).max(other)),
            level: of_law.level,
        })
    }
}
