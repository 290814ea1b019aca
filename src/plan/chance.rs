//! A demand that is a range, and in how many cases a number of units carries it.

use super::curve::Curve;
use super::size::Demand;
use crate::domain;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::stats::distribution::normal_quantile;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Share of cases between the two ends of a range: one in ten is below, one in ten above.
pub const BETWEEN: f64 = 0.8;

/// Cases that are drawn.
const DRAWS: usize = 100_000;

/// Seed of the draws: the same question has the same answer.
const SEED: u64 = 20_260_101;

/// A load that is not known exactly: a two-piece log-normal distribution.
///
/// ln D = ln middle + σ·z with a σ of its own on either side of the middle, so that the 10th,
/// 50th and 90th percentile are low, middle and high exactly.
///
/// # References
/// K. Wallis, "The two-piece normal, binormal, or double Gaussian distribution", Statistical
/// Science 29 (2014); here each side has half of the probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    low: f64,
    middle: f64,
    high: f64,
}

impl Range {
    /// From one in ten below `low` to one in ten above `high`, all in 1/s. Without a middle
    /// it is the geometric mean of the two.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < low < high, and low < middle < high.
    pub fn new(low: f64, middle: Option<f64>, high: f64) -> Result<Self, Error> {
        domain::positive("low end of the load", low)?;
        domain::positive("high end of the load", high)?;
        let middle = middle.unwrap_or_else(|| low.sqrt() * high.sqrt());
        if !(low < middle && middle < high) {
            return Err(Error::OutOfRange {
                name: "middle of the load",
                value: middle,
                allowed: "above its low end and below its high end",
            });
        }
        Ok(Self { low, middle, high })
    }

    /// The load that is exceeded one time in two, 1/s.
    pub fn middle(&self) -> f64 {
        self.middle
    }

    /// The ends, 1/s.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// ln of the load at a standard normal value `z`.
    fn logarithm(&self, z: f64, z_end: f64) -> f64 {
        let end = if z < 0.0 { self.low } else { self.high };
        self.middle.ln() + (end / self.middle).ln().abs() / z_end * z
    }
}

/// A number of units and the share of cases in which it carries the load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Carrying units.
    pub n: f64,
    /// Share of cases, 0 to 1.
    pub share: f64,
}

/// Cases: loads and how far throughput is from its best value, drawn together once.
#[derive(Debug, Clone)]
pub struct Cases {
    /// ln of the load with its headroom, and z of throughput.
    draws: Vec<(f64, f64)>,
}

impl Cases {
    /// Draws the cases of a range of load; `demand` has the headroom.
    ///
    /// # Errors
    /// None that a valid range can cause.
    pub fn draw(range: &Range, demand: &Demand) -> Result<Self, Error> {
        let z_end = normal_quantile(0.5 + 0.5 * BETWEEN)?;
        let spare = (1.0 - demand.headroom).ln();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        let draws = (0..DRAWS / 2)
            .flat_map(|_| {
                // Box & Muller 1958; the mirrored case costs nothing and evens the halves out.
                let (radius, angle) = ((-2.0 * uniform().ln()).sqrt(), uniform());
                let (sin, cos) = (std::f64::consts::TAU * angle).sin_cos();
                let case =
                    |z: f64, of_throughput: f64| (range.logarithm(z, z_end) - spare, of_throughput);
                [
                    case(radius * cos, radius * sin),
                    case(-radius * cos, -radius * sin),
                ]
            })
            .collect();
        Ok(Self { draws })
    }

    /// The share of cases that `n` units carry: throughput is two-piece log-normal too, with
    /// the value and the ends of its interval.
    pub fn share(&self, curve: &dyn Curve, n: f64) -> f64 {
        let Some((middle, below, above)) = spread(&curve.expected(n)) else {
            return 0.0;
        };
        let carried = |(load, z): &&(f64, f64)| {
            let sigma = if *z < 0.0 { below } else { above };
            middle + sigma * z >= *load - 1e-9
        };
        self.draws.iter().filter(carried).count() as f64 / self.draws.len() as f64
    }

    /// The smallest whole number of units that carries the load in at least this share of
    /// cases, looked for up to `most`; `None` where none does.
    pub fn smallest(&self, curve: &dyn Curve, share: f64, most: f64) -> Option<Chance> {
        let at = |n: f64| Chance {
            n,
            share: self.share(curve, n),
        };
        let mut short = 0.0;
        let mut n = 1.0;
        while n <= most {
            if at(n).share >= share {
                let mut enough = n;
                while enough - short > 1.0 {
                    let middle = f64::midpoint(short, enough).floor();
                    if at(middle).share >= share {
                        enough = middle;
                    } else {
                        short = middle;
                    }
                }
                return Some(at(enough));
            }
            short = n;
            n += (n * 0.1).floor().max(1.0);
        }
        None
    }
}

/// ln of the value, and the standard deviations of ln X below and above it.
fn spread(estimate: &Estimate) -> Option<(f64, f64, f64)> {
    let value = estimate.value.filter(|value| *value > 0.0)?;
    let z = match estimate.level {
        Some(level) => normal_quantile(0.5 + 0.5 * level).ok()?,
        None => 1.0,
    };
    let side = |end: Option<f64>| match end {
        Some(end) if end > 0.0 => (end / value).ln().abs() / z,
        _ => 0.0,
    };
    Some((value.ln(), side(estimate.low), side(estimate.high)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Usl, UslParams};

    fn linear() -> Usl {
        Usl::new(UslParams {
            alpha: 0.0,
            beta: 0.0,
            gamma: 1000.0,
        })
        .unwrap()
    }

    #[test]
    fn low_middle_and_high_are_met_exactly() {
        for middle in [None, Some(9_000.0), Some(11_500.0)] {
            let range = Range::new(8_000.0, middle, 12_000.0).unwrap();
            let z = normal_quantile(0.9).unwrap();
            for (at, expected) in [(-z, 8_000.0), (0.0, range.middle()), (z, 12_000.0)] {
                let load = range.logarithm(at, z).exp();
                assert!((load / expected - 1.0).abs() < 1e-12, "{load}");
            }
        }
        assert!((Range::new(8e3, None, 12e3).unwrap().middle() - 96e6_f64.sqrt()).abs() < 1e-9);
        assert!(Range::new(8e3, Some(7e3), 12e3).is_err() && Range::new(0.0, None, 1.0).is_err());
    }

    /// With a law that is certain, the share of cases is the distribution of the load.
    #[test]
    fn a_given_law_carries_as_often_as_the_load_is_below_it() {
        let range = Range::new(8_000.0, Some(10_000.0), 12_500.0).unwrap();
        let demand = Demand::new(10_000.0).unwrap();
        let cases = Cases::draw(&range, &demand).unwrap();
        for (n, expected) in [(8.0, 0.1), (10.0, 0.5), (12.5, 0.9)] {
            let share = cases.share(&linear(), n);
            assert!((share - expected).abs() < 0.004, "{n}: {share}");
        }
        // ln(12.5/10)/1.2816·1.6449 above the middle: 13.3 units for 95 %.
        let of = |share| cases.smallest(&linear(), share, 100.0).unwrap().n;
        assert_eq!((of(0.5), of(0.8), of(0.95)), (10.0, 12.0, 14.0));
        assert_eq!(cases.smallest(&linear(), 0.95, 12.0), None);
    }
}
