//! Throughput beyond the data: the USL and Amdahl's law, each riding on from the last
//! measured level.
//!
//! F(N) = X̄(c) · (¼·U(N)/U(c) + ¾·A(N)/A(c)) for N > c, the largest measured N, with both
//! laws fitted under constant noise. Real sweeps leave either law behind past the data: the
//! USL falls too early, Amdahl's too late. The band is F · exp(±(`k_D`·ln(N/c) + `k_E`·Ē)),
//! with Ē what the same forecast missed by where it was made from the lower part of the
//! sweep for the levels above. [`RECORD`] holds how often and how far such forecasts missed.

use super::problem::{Noise, Problem, Theta};
use super::solution::{FittedLaw, Solution};
use super::thresholds::TRUSTED_REACH;
use super::{Fit, ForecastKind};
use crate::estimate::{Basis, Estimate};
use crate::sweep::levels::Level;

/// How far a statement about N can be trusted (Schwartz 2015).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
    /// What to expect: [`Fit::estimate`].
    pub throughput: Estimate,
    /// What that rests on.
    pub basis: Basis,
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

/// The measured record of the ride by distance, each row from the end of the one before:
/// fitted to the lower half, two thirds and four fifths of the levels of the sweeps in
/// `data/`, scored on the rest up to twice the largest fitted N, every forecast counted once. `tests/suite/forecast.rs` computes it and fails when it differs.
pub const RECORD: [Record; 3] = [
    Record {
        up_to: 1.25,
        sweeps: 41,
        forecasts: 289,
        median_miss: 0.0396,
        p90_miss: 0.1412,
    },
    Record {
        up_to: 1.5,
        sweeps: 78,
        forecasts: 326,
        median_miss: 0.0914,
        p90_miss: 0.3167,
    },
    Record {
        up_to: 2.0,
        sweeps: 113,
        forecasts: 422,
        median_miss: 0.0900,
        p90_miss: 0.4084,
    },
];

/// The row of [`RECORD`] for a distance; `None` inside the data and past its last row.
pub fn record_at(distance: f64) -> Option<&'static Record> {
    (distance > 1.0)
        .then(|| RECORD.iter().find(|row| distance <= row.up_to))
        .flatten()
}

/// Share of the USL in the ride; the rest is Amdahl's law.
const SHARE_OF_USL: f64 = 0.25;

/// Ē where three levels leave nothing to hold out.
const UNKNOWN_MISS: f64 = 0.15;

/// Half width of a band in ln X: `distance`·ln(N/c) + `miss`·Ē.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Share of real sweeps that it holds, such as 0.9.
    pub level: f64,
    /// Half width for each unit of ln(N/c).
    pub distance: f64,
    /// Half width for each unit of Ē.
    pub miss: f64,
}

/// The bands, learned by nonnegative quantile regression of |ln miss| over real sweeps, each
/// system weighing the same, then widened by a conformal factor at level·(1 + 1/S) for S
/// sources. `tests/suite/forecast.rs` learns them anew from the sweeps in `data/`.
///
/// # References
/// Koenker & Bassett, "Regression quantiles", Econometrica 46 (1978); Vovk, Gammerman &
/// Shafer, *Algorithmic Learning in a Random World*, 2005.
pub const BANDS: [Band; 2] = [
    Band {
        level: 0.8,
        distance: 0.263,
        miss: 0.646,
    },
    Band {
        level: 0.9,
        distance: 0.441,
        miss: 0.778,
    },
];

/// Both laws, ready to ride on from the last level.
#[derive(Debug, Clone)]
pub(super) struct Ride {
    /// Each law with its share: shape (a, b, c), in units of `problem`.
    parts: Vec<(f64, Theta)>,
    problem: Problem,
    /// The last level.
    last: Level,
    /// Ē.
    pub(super) miss: f64,
}

impl Ride {
    /// X at N over X at the last level.
    fn ratio(&self, n: f64) -> f64 {
        ratio(&self.problem, &self.parts, self.last.n, n)
    }
}

/// Mean by shares of what each law multiplies throughput by between two N.
fn ratio(problem: &Problem, parts: &[(f64, Theta)], from: f64, to: f64) -> f64 {
    let shares: f64 = parts.iter().map(|(share, _)| share).sum();
    parts
        .iter()
        .map(|(share, theta)| {
            share * problem.throughput(theta, to) / problem.throughput(theta, from)
        })
        .sum::<f64>()
        / shares
}

impl Fit {
    /// Whether N is inside the data, up to twice, or beyond.
    pub fn trust(&self, n: f64) -> Trust {
        match n / self.levels().n_max() {
            distance if distance <= 1.0 => Trust::Trusted,
            distance if distance <= TRUSTED_REACH => Trust::Extrapolated,
            _ => Trust::Untrusted,
        }
    }

    /// What to expect at N, beside what the laws say there.
    pub fn forecast(&self, n: f64) -> Forecast {
        let law = self.throughput(n);
        let estimate = self.estimate(n);
        Forecast {
            n,
            throughput: estimate.throughput(),
            basis: estimate.basis,
            law,
            single_run: self.with_own_noise(law),
            amdahl: self
                .amdahl()
                .map(|solution| solution.problem.throughput(&solution.optimum.theta, n)),
            trust: self.trust(n),
            distance: n / self.levels().n_max(),
        }
    }

    /// Ē: how far, as a mean of |ln(forecast/measured)|, the forecast missed the last one to
    /// four levels when it was made from those below; 0.15 where too few levels are left.
    pub fn hold_out_miss(&self) -> f64 {
        self.ride().map_or(UNKNOWN_MISS, |ride| ride.miss)
    }

    /// The forecast at N beyond the data with the half width of its band in ln X, before it
    /// is joined to the estimate at the last level; `None` inside, and where no law rides.
    pub fn band_beyond(&self, n: f64) -> Option<(f64, f64)> {
        let distance = (n / self.levels().n_max()).ln();
        let band = self.band();
        (distance > 0.0).then(|| self.ridden(n))?.map(|value| {
            (
                value,
                band.distance * distance + band.miss * self.hold_out_miss(),
            )
        })
    }

    /// The ride from the last level, where there are laws for it.
    pub(super) fn ride(&self) -> Option<&Ride> {
        self.asked
            .ride
            .get_or_init(|| self.find_ride().map(Box::new))
            .as_deref()
    }

    /// Throughput beyond the data; `None` where `--forecast law` or the data leave none.
    pub(super) fn ridden(&self, n: f64) -> Option<f64> {
        if self.options().forecast == ForecastKind::Law {
            return None;
        }
        let ride = self.ride()?;
        Some(ride.last.mean * ride.ratio(n)).filter(|x| x.is_finite() && *x > 0.0)
    }

    /// The band that the asked confidence takes: the narrower one up to 85 %.
    pub(super) fn band(&self) -> Band {
        let [narrow, wide] = BANDS;
        if self.options().confidence <= f64::midpoint(narrow.level, wide.level) {
            narrow
        } else {
            wide
        }
    }

    fn find_ride(&self) -> Option<Ride> {
        let last = *self.nodes().as_slice().last()?;
        let laws: &[(FittedLaw, f64)] = match self.fitted_law() {
            FittedLaw::Linear => &[(FittedLaw::Linear, 1.0)],
            FittedLaw::Amdahl => &[(FittedLaw::Amdahl, 1.0)],
            FittedLaw::Usl | FittedLaw::Ceiling => &[
                (FittedLaw::Usl, SHARE_OF_USL),
                (FittedLaw::Amdahl, 1.0 - SHARE_OF_USL),
            ],
        };
        let options = self.options();
        let problem = Solution::problem_of(
            self.nodes(),
            FittedLaw::Linear,
            Noise::Constant,
            options.anchor,
            options.allow_superlinear,
        )
        .ok()?;
        let parts = ride_parts(&problem, laws, &[])?;
        let miss = hold_out_miss(&problem, laws, &parts, self.nodes().as_slice());
        Some(Ride {
            parts,
            problem,
            last,
            miss,
        })
    }
}

/// The laws on the levels of a problem, each from its own start and from what fitted more
/// levels; `None` where none of them has a shape.
fn ride_parts(
    problem: &Problem,
    laws: &[(FittedLaw, f64)],
    near: &[(f64, Theta)],
) -> Option<Vec<(f64, Theta)>> {
    let mut problem = problem.clone();
    let mut parts = Vec::with_capacity(laws.len());
    for (index, (law, share)) in laws.iter().enumerate() {
        if law.parameters() > problem.levels() {
            continue;
        }
        problem.lowest_face = law.face();
        if let Some(shape) = problem.shape(near.get(index).map(|(_, theta)| theta)) {
            parts.push((*share, shape.theta));
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// Mean over h = 1 … min(4, L − 3) of the mean |ln(forecast/measured)| over the h levels left
/// out, each forecast from those below.
fn hold_out_miss(
    problem: &Problem,
    laws: &[(FittedLaw, f64)],
    parts: &[(f64, Theta)],
    levels: &[Level],
) -> f64 {
    const MOST: usize = 4;
    let (mut sum, mut count) = (0.0, 0.0);
    for held in 1..=MOST.min(levels.len().saturating_sub(3)) {
        let kept = levels.len() - held;
        let lower = problem.first(kept);
        let Some(parts) = ride_parts(&lower, laws, parts) else {
            continue;
        };
        let from = levels[kept - 1];
        let misses = levels[kept..].iter().map(|level| {
            let forecast = from.mean * ratio(&lower, &parts, from.n, level.n);
            (forecast / level.mean).ln().abs()
        });
        let (total, scored) = misses
            .filter(|miss| miss.is_finite())
            .fold((0.0, 0.0), |(total, scored), miss| {
                (total + miss, scored + 1.0)
            });
        if scored > 0.0 {
            sum += total / scored;
            count += 1.0;
        }
    }
    if count > 0.0 {
        sum / count
    } else {
        UNKNOWN_MISS
    }
}
