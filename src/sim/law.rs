//! Laws of times: how long services, gaps between arrivals, pauses and patience are.

use super::streams::Stream;
use crate::domain;
use crate::error::Error;
use std::sync::Arc;

/// Shape of a bounded Pareto law where none is given.
pub(crate) const PARETO_SHAPE: f64 = 1.5;

/// A law of times in seconds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TimeLaw {
    /// Always the same.
    Constant(f64),
    /// Memoryless, with this mean.
    Exponential(f64),
    /// A sum of exponential stages, one fewer with probability `fewer` (H. C. Tijms, 1994).
    Erlang {
        /// Stages k ≥ 2.
        stages: u32,
        /// Probability of k − 1 stages.
        fewer: f64,
        /// Mean of one stage in seconds.
        stage: f64,
    },
    /// Two exponentials, mixed with balanced means.
    Hyperexponential {
        /// Probability of the short one.
        short: f64,
        /// Mean of the short one.
        short_mean: f64,
        /// Mean of the long one.
        long_mean: f64,
    },
    /// The logarithm is normal.
    Lognormal {
        /// Mean of the logarithm.
        location: f64,
        /// Standard deviation of the logarithm.
        spread: f64,
    },
    /// P(T > t) falls as a power of t between two ends.
    BoundedPareto {
        /// Shortest time.
        low: f64,
        /// Longest time.
        high: f64,
        /// Exponent of the power.
        shape: f64,
    },
    /// P(T > t) = (low/t)^shape without end: no variance for shape ≤ 2.
    Pareto {
        /// Shortest time.
        low: f64,
        /// Exponent of the power, above 1.
        shape: f64,
    },
    /// One of these times, each as likely as the others.
    Empirical(Arc<[f64]>),
}

/// A family of laws; a mean and a coefficient of variation pick one of it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Family {
    /// Constant, Erlang, exponential or hyperexponential, as the coefficient of variation says.
    Auto,
    /// Lognormal, any coefficient of variation.
    Lognormal,
    /// Bounded Pareto of this shape, any coefficient of variation above 0.
    BoundedPareto(f64),
    /// Pareto without an upper end, of this shape, whatever the coefficient of variation.
    Pareto(f64),
}

impl TimeLaw {
    /// The law of a family with this mean in seconds and coefficient of variation (standard
    /// deviation over mean).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a mean that is not above 0, a negative coefficient of
    /// variation, one above 1,000, or a shape out of range.
    pub fn new(family: Family, mean: f64, cv: f64) -> Result<Self, Error> {
        let mean = domain::positive("mean", mean)?;
        let cv = domain::non_negative("coefficient of variation", cv)?;
        if cv > 1000.0 {
            return Err(Error::OutOfRange {
                name: "coefficient of variation",
                value: cv,
                allowed: "at most 1000",
            });
        }
        let cv2 = cv * cv;
        match family {
            Family::Pareto(shape) if shape > 1.0 && shape.is_finite() => Ok(Self::Pareto {
                low: mean * (shape - 1.0) / shape,
                shape,
            }),
            Family::Pareto(shape) => Err(Error::OutOfRange {
                name: "shape of a Pareto law",
                value: shape,
                allowed: "above 1, or there is no mean",
            }),
            _ if cv == 0.0 => Ok(Self::Constant(mean)),
            Family::Auto => Ok(by_variation(mean, cv2)),
            Family::Lognormal => Ok(Self::Lognormal {
                location: mean.ln() - 0.5 * cv2.ln_1p(),
                spread: cv2.ln_1p().sqrt(),
            }),
            Family::BoundedPareto(shape) => bounded_pareto(mean, cv2, shape),
        }
    }

    /// A law that draws from measured times.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a time below 0 or not finite, [`Error::NoSolution`] for none
    /// or only zeros.
    pub fn empirical(times: &[f64]) -> Result<Self, Error> {
        for &time in times {
            domain::non_negative("time", time)?;
        }
        if times.iter().all(|time| *time == 0.0) {
            return Err(Error::NoSolution {
                reason: "no time above 0 among the measured times".to_owned(),
                hint: "give one time a line".into(),
            });
        }
        Ok(Self::Empirical(times.into()))
    }

    /// Mean in seconds.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Constant(mean) | Self::Exponential(mean) => mean,
            Self::Erlang {
                stages,
                fewer,
                stage,
            } => stage * (f64::from(stages) - fewer),
            Self::Hyperexponential {
                short,
                short_mean,
                long_mean,
            } => short * short_mean + (1.0 - short) * long_mean,
            Self::Lognormal { location, spread } => (location + 0.5 * spread * spread).exp(),
            Self::BoundedPareto { low, high, shape } => bounded_moment(low, high, shape, 1.0),
            Self::Pareto { low, shape } => low * shape / (shape - 1.0),
            Self::Empirical(ref times) => times.iter().sum::<f64>() / times.len() as f64,
        }
    }

    /// Squared coefficient of variation, variance over mean squared; `None` where infinite.
    pub fn cv2(&self) -> Option<f64> {
        Some(match *self {
            Self::Constant(_) => 0.0,
            Self::Exponential(_) => 1.0,
            Self::Erlang { stages, fewer, .. } => {
                let k = f64::from(stages);
                // E[K] = k − p, Var[K] = p(1 − p) for K = k − 1 or k.
                (k - fewer + fewer * (1.0 - fewer)) / (k - fewer).powi(2)
            }
            Self::Hyperexponential {
                short,
                short_mean,
                long_mean,
            } => {
                let second = 2.0 * (short * short_mean.powi(2) + (1.0 - short) * long_mean.powi(2));
                second / self.mean().powi(2) - 1.0
            }
            Self::Lognormal { spread, .. } => (spread * spread).exp_m1(),
            Self::BoundedPareto { low, high, shape } => {
                bounded_moment(low, high, shape, 2.0) / self.mean().powi(2) - 1.0
            }
            Self::Pareto { shape, .. } if shape <= 2.0 => return None,
            Self::Pareto { shape, .. } => 1.0 / (shape * (shape - 2.0)),
            Self::Empirical(ref times) => {
                let mean = self.mean();
                let square = times.iter().map(|t| (t - mean).powi(2)).sum::<f64>();
                square / times.len() as f64 / mean.powi(2)
            }
        })
    }

    /// Draws one time in seconds.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        match self {
            Self::Exponential(mean) => mean * stream.exponential(),
            Self::Constant(time) => *time,
            other => other.draw_rare(stream),
        }
    }

    fn draw_rare(&self, stream: &mut Stream) -> f64 {
        match *self {
            Self::Constant(time) => time,
            Self::Exponential(mean) => mean * stream.exponential(),
            Self::Erlang {
                stages,
                fewer,
                stage,
            } => {
                let stages = stages - u32::from(stream.uniform() < fewer);
                (0..stages).map(|_| stage * stream.exponential()).sum()
            }
            Self::Hyperexponential {
                short,
                short_mean,
                long_mean,
            } => {
                let mean = if stream.uniform() < short {
                    short_mean
                } else {
                    long_mean
                };
                mean * stream.exponential()
            }
            Self::Lognormal { location, spread } => (location + spread * stream.normal()).exp(),
            Self::BoundedPareto { low, high, shape } => {
                let cut = (low / high).powf(shape);
                low * (1.0 - stream.uniform() * (1.0 - cut)).powf(-1.0 / shape)
            }
            Self::Pareto { low, shape } => low * stream.uniform().powf(-1.0 / shape),
            Self::Empirical(ref times) => {
                let many = u32::try_from(times.len()).unwrap_or(u32::MAX);
                times
                    .get(stream.below(many) as usize)
                    .copied()
                    .unwrap_or(0.0)
            }
        }
    }
}

/// Constant, Erlang mixture, exponential or hyperexponential with balanced means.
fn by_variation(mean: f64, cv2: f64) -> TimeLaw {
    if cv2 < 1e-5 {
        return TimeLaw::Constant(mean);
    }
    if (cv2 - 1.0).abs() < 1e-12 {
        return TimeLaw::Exponential(mean);
    }
    if cv2 < 1.0 {
        // k stages with 1/k ≤ cv² < 1/(k − 1); p by Tijms, Stochastic Models (1994), A.7.
        let k = (1.0 / cv2 - 1e-9).ceil();
        let fewer = (k * cv2 - (k * (1.0 + cv2) - k * k * cv2).max(0.0).sqrt()) / (1.0 + cv2);
        let fewer = fewer.clamp(0.0, 1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 2 and 10⁵ since cv² ≥ 1e-5"
        )]
        let stages = k as u32;
        return TimeLaw::Erlang {
            stages,
            fewer,
            stage: mean / (k - fewer),
        };
    }
    let short = 0.5 * (1.0 + ((cv2 - 1.0) / (cv2 + 1.0)).sqrt());
    TimeLaw::Hyperexponential {
        short,
        short_mean: mean / (2.0 * short),
        long_mean: mean / (2.0 * (1.0 - short)),
    }
}

/// The bounded Pareto law whose ends give this mean and cv²: the ratio of the ends by halving.
fn bounded_pareto(mean: f64, cv2: f64, shape: f64) -> Result<TimeLaw, Error> {
    let shape = domain::positive("shape of a Pareto law", shape)?;
    let variation = |ln_ratio: f64| {
        let ratio = ln_ratio.exp();
        let first = bounded_moment(1.0, ratio, shape, 1.0);
        bounded_moment(1.0, ratio, shape, 2.0) / first.powi(2) - 1.0
    };
    let (mut low, mut high) = (1e-6, 200.0);
    if variation(high) < cv2 {
        return Err(Error::NoSolution {
            reason: format!("no bounded Pareto law of shape {shape} varies as much"),
            hint: "take a smaller shape, such as 1.1, or a smaller coefficient of variation".into(),
        });
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if variation(middle) < cv2 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let ratio = high.exp();
    let low = mean / bounded_moment(1.0, ratio, shape, 1.0);
    Ok(TimeLaw::BoundedPareto {
        low,
        high: low * ratio,
        shape,
    })
}

/// E\[Tᵐ\] of a bounded Pareto law.
fn bounded_moment(low: f64, high: f64, shape: f64, m: f64) -> f64 {
    let ln_ratio = (high / low).ln();
    let weight = shape * low.powf(m) / -(-shape * ln_ratio).exp_m1();
    let power = m - shape;
    if power.abs() < 1e-12 {
        weight * ln_ratio
    } else {
        weight * (power * ln_ratio).exp_m1() / power
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::streams::Purpose;

    fn laws() -> Vec<(TimeLaw, f64)> {
        let mut laws = Vec::new();
        for cv in [0.0, 0.3, 0.5_f64.sqrt(), 0.9, 1.0, 2.0] {
            for family in [
                Family::Auto,
                Family::Lognormal,
                Family::BoundedPareto(PARETO_SHAPE),
            ] {
                laws.push((TimeLaw::new(family, 0.25, cv).unwrap(), cv));
            }
        }
        laws.push((
            TimeLaw::new(Family::Pareto(3.0), 0.25, 9.0).unwrap(),
            1.0 / 3.0_f64.sqrt(),
        ));
        laws
    }

    /// What the formulas say of a law is what was asked for.
    #[test]
    fn mean_and_variation_are_those_asked_for() {
        for (law, cv) in laws() {
            assert!((law.mean() / 0.25 - 1.0).abs() < 1e-9, "{law:?}");
            let found = law.cv2().unwrap().max(0.0).sqrt();
            assert!((found - cv).abs() < 1e-6, "{law:?}: {found}");
        }
        let heavy = TimeLaw::new(Family::Pareto(1.5), 1.0, 1.0).unwrap();
        assert_eq!(heavy.cv2(), None);
    }

    /// What is drawn has the mean of the formula, within four standard errors.
    #[test]
    fn draws_have_the_mean_of_the_formula() {
        let n = 40_000;
        for (index, (law, cv)) in laws().into_iter().enumerate() {
            let mut stream = Stream::new(3, index as u64, Purpose::Service);
            let sum: f64 = (0..n).map(|_| law.draw(&mut stream)).sum();
            let error = 0.25 * cv / f64::from(n).sqrt();
            let mean = sum / f64::from(n);
            assert!((mean - 0.25).abs() <= 4.0 * error + 1e-9, "{law:?}: {mean}");
        }
        let times = TimeLaw::empirical(&[1.0, 2.0, 3.0]).unwrap();
        let mut stream = Stream::new(3, 0, Purpose::Service);
        let sum: f64 = (0..n).map(|_| times.draw(&mut stream)).sum();
        assert!((sum / f64::from(n) - 2.0).abs() < 4.0 * (2.0 / 3.0 / f64::from(n)).sqrt());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (family, mean, cv) in [
            (Family::Auto, 0.0, 1.0),
            (Family::Auto, 1.0, -1.0),
            (Family::Auto, 1.0, 1e9),
            (Family::Pareto(1.0), 1.0, 1.0),
            (Family::BoundedPareto(9.0), 1.0, 5.0),
            (Family::BoundedPareto(0.0), 1.0, 5.0),
        ] {
            assert!(
                TimeLaw::new(family, mean, cv).is_err(),
                "{family:?} {mean} {cv}"
            );
        }
        assert!(TimeLaw::empirical(&[]).is_err() && TimeLaw::empirical(&[0.0]).is_err());
        assert!(TimeLaw::empirical(&[1.0, f64::NAN]).is_err());
    }
}
