//! The one answer to "what is the throughput at N".

use super::inside::Inside;
use super::shape::roughness;
use super::thresholds::{ROUGHEST, TRUSTED_REACH};
use super::{Fit, ForecastKind, Trust};
use crate::estimate::{Basis, Estimate, PointEstimate};
use crate::stats::distribution::t_quantile;

/// A value and the half widths of its interval below and above, in ln X; the widths are
/// `None` where nothing tells them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    value: f64,
    below: Option<f64>,
    above: Option<f64>,
}

impl Reading {
    fn of(estimate: Estimate) -> Self {
        let value = estimate.value.unwrap_or(f64::NAN);
        let width = |end: Option<f64>| {
            end.map(|end| (end / value).ln().abs())
                .filter(|w| w.is_finite())
        };
        Self {
            value,
            below: width(estimate.low),
            above: width(estimate.high),
        }
    }

    /// Part of the way to another one, value and widths along ln X.
    fn towards(self, other: Self, share: f64) -> Self {
        let mix = |a: Option<f64>, b: Option<f64>| Some(a? + (b? - a?) * share);
        Self {
            value: self.value * (other.value / self.value).ln().mul_add(share, 0.0).exp(),
            below: mix(self.below, other.below),
            above: mix(self.above, other.above),
        }
    }

    fn named(self, n: f64, basis: Basis, level: f64) -> PointEstimate {
        let end = |width: Option<f64>, sign: f64| {
            width
                .map(|width| self.value * (sign * width).exp())
                .filter(|end| end.is_finite())
        };
        let (low, high) = (end(self.below, -1.0), end(self.above, 1.0));
        PointEstimate {
            n,
            value: self.value,
            low,
            high,
            level: (low.is_some() || high.is_some()).then_some(level),
            basis,
        }
    }
}

impl Fit {
    /// Mean throughput to expect at N, with its interval and what it rests on.
    ///
    /// Every table, plan, rule and picture takes its throughput from here.
    pub fn estimate(&self, n: f64) -> PointEstimate {
        let confidence = self.options().confidence;
        if self.options().forecast == ForecastKind::Law {
            return Reading::of(self.throughput(n)).named(n, Basis::Law, confidence);
        }
        if n.to_bits() == self.levels().n_max().to_bits() {
            let (reading, basis) = *self.asked.at_last.get_or_init(|| self.inside_at(n));
            return reading.named(n, basis, confidence);
        }
        if let Some(value) = self.beyond(n) {
            return self.forecast_at(n, value);
        }
        let (reading, basis) = self.inside_at(n);
        reading.named(n, basis, confidence)
    }

    /// The value of [`Fit::estimate`] alone, without its interval: cheap.
    pub fn estimate_value(&self, n: f64) -> f64 {
        if self.options().forecast == ForecastKind::Law {
            return self.law_value(n);
        }
        self.beyond(n).unwrap_or_else(|| self.value_inside(n))
    }

    /// Throughput that one more unit adds at N, 1/s. From the last level on both ends are
    /// forecast, so that what lies between law and measurement there is no gain.
    pub fn gain(&self, n: f64) -> f64 {
        let value = self.estimate_value(n);
        let ridden = (n >= self.levels().n_max())
            .then(|| self.ridden(n).zip(self.ridden(n + 1.0)))
            .flatten();
        ridden.map_or_else(
            || self.estimate_value(n + 1.0) - value,
            |(here, next)| value * (next / here - 1.0),
        )
    }

    /// Throughput of one unit that speedups are counted from, 1/s: γ where the law speaks,
    /// else what was measured at N = 1, or the estimate there.
    pub fn per_unit(&self) -> f64 {
        if self.options().forecast == ForecastKind::Law || self.inside().by_law {
            self.law_value(1.0)
        } else {
            self.value_inside(1.0)
        }
    }

    /// The largest N whose mean latency N/X stays at or below `latency` seconds, with the N
    /// for either end of the interval: by the law where it speaks, else by the estimate,
    /// looked for up to twice the largest measured N.
    pub fn n_within_latency(&self, latency: f64) -> Estimate {
        let law = self.options().forecast == ForecastKind::Law || self.inside().by_law;
        if law && self.full.is_none() {
            return self.n_at_latency(latency);
        }
        let largest = |x: &dyn Fn(f64) -> Option<f64>| {
            let holds = |n: f64| x(n).is_some_and(|x| n / x <= latency);
            self.last_that(&holds)
        };
        Estimate {
            value: largest(&|n| Some(self.estimate_value(n))),
            low: largest(&|n| self.estimate(n).low),
            high: largest(&|n| self.estimate(n).high),
            level: Some(self.options().confidence),
        }
    }

    /// The smallest N, from the smallest measured to twice the largest, at which a fixed amount
    /// of work is done within `time` seconds, 1/X(N) ≤ t, with the N for either end of the
    /// interval of throughput. `value` is `None` where no such N is.
    pub fn n_for_time(&self, time: f64) -> Estimate {
        let smallest = |x: &dyn Fn(f64) -> Option<f64>| {
            self.first_that(&|n| x(n).is_some_and(|x| x * time >= 1.0))
        };
        let value = smallest(&|n| Some(self.estimate_value(n)));
        let low = smallest(&|n| self.estimate(n).high);
        let high = smallest(&|n| self.estimate(n).low);
        Estimate {
            value,
            low: low.filter(|_| value.is_some()),
            high: high.filter(|_| value.is_some()),
            level: Some(self.options().confidence),
        }
    }

    /// The first N that holds, by places a 64th of the range apart (in ln N) and every size that
    /// was measured, to a millionth.
    fn first_that(&self, holds: &dyn Fn(f64) -> bool) -> Option<f64> {
        const PLACES: i32 = 64;
        let levels = self.levels();
        let first = levels.as_slice().first()?.n;
        let ratio = (TRUSTED_REACH * levels.n_max() / first).powf(1.0 / f64::from(PLACES));
        let mut places: Vec<f64> = (0..=PLACES).map(|k| first * ratio.powi(k)).collect();
        places.extend(levels.as_slice().iter().map(|level| level.n));
        places.sort_by(f64::total_cmp);
        let mut bad: Option<f64> = None;
        for place in places {
            if !holds(place) {
                bad = Some(place);
                continue;
            }
            let mut good = place;
            while let Some(below) = bad.filter(|below| good - below > 1e-6 * good) {
                let middle = f64::midpoint(below, good);
                if holds(middle) {
                    good = middle;
                } else {
                    bad = Some(middle);
                }
            }
            return Some(good);
        }
        None
    }

    /// The last N of those that hold without a break from the smallest on, to a thousandth.
    fn last_that(&self, holds: &dyn Fn(f64) -> bool) -> Option<f64> {
        const PLACES: i32 = 64;
        let first = self.levels().as_slice().first()?.n;
        let ratio = (TRUSTED_REACH * self.levels().n_max() / first).powf(1.0 / f64::from(PLACES));
        let mut good = first;
        if !holds(good) {
            return None;
        }
        for k in 1..=PLACES {
            let next = first * ratio.powi(k);
            if holds(next) {
                good = next;
                continue;
            }
            let mut bad = next;
            while bad / good > 1.001 {
                let middle = (good * bad).sqrt();
                if holds(middle) {
                    good = middle;
                } else {
                    bad = middle;
                }
            }
            break;
        }
        Some(good)
    }

    /// The forecast, where N is beyond the data and there is one. It leaves from the estimate
    /// at the last level.
    fn beyond(&self, n: f64) -> Option<f64> {
        if self.trust(n) == Trust::Trusted {
            return None;
        }
        let ridden = self.ridden(n)?;
        let last = self.levels().n_max();
        let left = 1.0 - ((n / last).ln() / NEAR).min(1.0);
        if left <= 0.0 {
            return Some(ridden);
        }
        let above = (self.value_inside(last) / self.ridden(last)?).ln();
        Some(ridden * (left * above).exp()).filter(|x| x.is_finite())
    }

    /// The ride with its band, which starts as wide as the interval at the last level.
    fn forecast_at(&self, n: f64, value: f64) -> PointEstimate {
        let last = self.levels().n_max();
        let (at_last, _) = *(self.asked.at_last).get_or_init(|| self.inside_at(last));
        let band = self.band();
        let distance = (n / last).ln();
        let share = (distance / NEAR).min(1.0);
        let half = band.distance * distance + band.miss * self.hold_out_miss() * share;
        let at_least = |width: Option<f64>| Some(width.map_or(half, |width| width.max(half)));
        Reading {
            value,
            below: at_least(at_last.below),
            above: at_least(at_last.above),
        }
        .named(n, Basis::Forecast, band.level)
    }

    /// Value, interval and basis inside the data.
    fn inside_at(&self, n: f64) -> (Reading, Basis) {
        let inside = self.inside();
        if inside.by_law {
            return (self.by_law(inside, n), Basis::Law);
        }
        if let Some(level) = self.levels().at(n) {
            return (self.measured(level.mean, level.runs), Basis::Measured);
        }
        (self.between(inside, n), Basis::Between)
    }

    /// The value of [`Fit::inside_at`].
    fn value_inside(&self, n: f64) -> f64 {
        let inside = self.inside();
        match self.levels().at(n) {
            _ if inside.by_law => self.law_value(n),
            Some(level) => level.mean,
            None => self.law_value(n) * inside.misfit_at(n.ln()).exp(),
        }
    }

    /// The law with its interval, wider where it misses levels that are left out.
    fn by_law(&self, inside: &Inside, n: f64) -> Reading {
        let law = Reading::of(self.throughput(n));
        let [repeated, single] = REAL;
        let real = if self.levels().runs() > self.levels().len() as u64 {
            repeated
        } else {
            single
        };
        let missed = if inside.doubt > 0.0 {
            inside
                .half_width(|left| left.law, self.options().confidence)
                .map_or(0.0, |half| inside.doubt * half)
        } else {
            0.0
        };
        let widen = |width: Option<f64>| width.map(|width| (real * width).max(missed));
        Reading {
            below: widen(law.below),
            above: widen(law.above),
            ..law
        }
    }

    /// A measured mean with its t interval: from the pooled scatter of repeats, else from the
    /// roughness of the levels.
    fn measured(&self, mean: f64, runs: u64) -> Reading {
        let half = self.spread_of_run().and_then(|(spread, degrees)| {
            let t = t_quantile(0.5 + 0.5 * self.options().confidence, degrees).ok()?;
            Some(t * spread / (runs as f64).sqrt())
        });
        Reading {
            value: mean,
            below: half,
            above: half,
        }
    }

    /// Standard deviation of ln X of one run at a throughput, with its degrees of freedom.
    fn spread_of_run(&self) -> Option<(f64, f64)> {
        let (runs, levels) = (self.nodes().runs() as f64, self.nodes().len() as f64);
        if let Some(noise) = self.noise_of_repeats() {
            return Some((noise, runs - levels));
        }
        // Nothing repeats: what the levels themselves leave unsmooth, of which a run is a mean.
        let changes = levels - 3.0;
        (changes >= 1.0).then(|| (roughness(self.nodes()).min(ROUGHEST), changes))
    }

    /// The law with the misfit of its neighbours.
    fn between(&self, inside: &Inside, n: f64) -> Reading {
        let levels = self.levels().as_slice();
        let after = levels.partition_point(|level| level.n < n);
        let value = self.law_value(n) * inside.misfit_at(n.ln()).exp();
        let ends = after
            .checked_sub(1)
            .and_then(|k| levels.get(k))
            .zip(levels.get(after));
        let Some((low, high)) = ends else {
            return Reading {
                value,
                below: None,
                above: None,
            };
        };
        let at = |level: &crate::sweep::levels::Level| self.measured(level.mean, level.runs);
        let gap = (high.n / low.n).ln();
        let share = (n / low.n).ln() / gap;
        let own = at(low).towards(at(high), share);
        let bridge = inside
            .half_width(|left| left.between, self.options().confidence)
            .map(|half| half * (4.0 * share * (1.0 - share)).sqrt());
        let widen = |width: Option<f64>| match (width, bridge) {
            (Some(width), Some(bridge)) => Some(width.max(bridge)),
            (width, bridge) => width.or(bridge),
        };
        Reading {
            value,
            below: widen(own.below),
            above: widen(own.above),
        }
    }
}

/// ln(N/c) over which value and interval pass from those at the last level to the forecast's,
/// so that neither jumps.
const NEAR: f64 = 0.03;

/// What the interval of the law is widened by, where runs repeat and where they do not: a
/// real system keeps to no law exactly, and without repeats the scatter about the law cannot
/// tell noise from misfit. For 95 asked it holds 97 to 99 % of simulated truths, and needs
/// to, to hold real levels left out.
const REAL: [f64; 2] = [1.25, 1.5];
