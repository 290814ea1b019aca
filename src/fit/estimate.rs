//! The one answer to "what is the throughput at N".

use super::{Fit, Grade, Trust};
use crate::estimate::{Basis, Estimate, PointEstimate};
use crate::stats::distribution::t_quantile;

impl Fit {
    /// Mean throughput to expect at N, with its interval and what it rests on.
    ///
    /// Every table, plan, rule and picture takes its throughput from here.
    pub fn estimate(&self, n: f64) -> PointEstimate {
        if self.trust(n) != Trust::Trusted {
            return named(n, self.forecast(n).throughput, Basis::Forecast);
        }
        if self.quality().grade == Grade::Poor
            && let Some(estimate) = self.measured(n)
        {
            return estimate;
        }
        named(n, self.throughput(n), Basis::Law)
    }

    /// The value of [`Fit::estimate`] alone, without its interval: cheap.
    pub fn estimate_value(&self, n: f64) -> f64 {
        self.forecast_value(n)
    }

    /// The mean that was measured at N, with a t interval from the pooled scatter of repeats.
    fn measured(&self, n: f64) -> Option<PointEstimate> {
        let level = self.levels().at(n)?;
        let (runs, levels) = (self.levels().runs() as f64, self.levels().len() as f64);
        let ends = self.noise_of_repeats().and_then(|noise| {
            let t = t_quantile(0.5 + 0.5 * self.options().confidence, runs - levels).ok()?;
            Some((t * noise / (level.runs as f64).sqrt()).exp())
        });
        Some(PointEstimate {
            n,
            value: level.mean,
            low: ends.map(|factor| level.mean / factor),
            high: ends.map(|factor| level.mean * factor),
            level: ends.map(|_| self.options().confidence),
            basis: Basis::Measured,
        })
    }
}

/// An estimate with its N and basis.
fn named(n: f64, estimate: Estimate, basis: Basis) -> PointEstimate {
    PointEstimate {
        n,
        value: estimate.value.unwrap_or(f64::NAN),
        low: estimate.low,
        high: estimate.high,
        level: estimate.level,
        basis,
    }
}
