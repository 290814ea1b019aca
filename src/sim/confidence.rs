//! How sure a simulated number is.

use super::histogram::Histogram;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::stats::distribution::{normal_quantile, t_quantile};
use statrs::function::beta::checked_beta_reg;

/// Mean and standard error of what independent runs found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// Mean over the runs.
    pub mean: f64,
    /// Standard error of that mean; infinite for one run.
    pub error: f64,
    /// Runs.
    pub runs: usize,
}

impl Sample {
    /// Mean and standard error; `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let runs = values.len();
        if runs == 0 {
            return None;
        }
        let n = runs as f64;
        let mean = values.iter().sum::<f64>() / n;
        let square: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let error = if runs > 1 {
            (square / (n - 1.0) / n).sqrt()
        } else {
            f64::INFINITY
        };
        Some(Self { mean, error, runs })
    }

    /// The interval that holds the truth with probability `level`, by Student's t over the
    /// runs; without ends for one run.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < level < 1.
    pub fn interval(&self, level: f64) -> Result<Estimate, Error> {
        if self.runs < 2 {
            return Ok(Estimate::exact(self.mean));
        }
        let half = self.error * t_quantile(0.5 + 0.5 * level, self.runs as f64 - 1.0)?;
        Ok(Estimate::between(
            self.mean,
            self.mean - half,
            self.mean + half,
            level,
        ))
    }
}

/// The interval of a probability that came true in `hits` of `runs` independent runs, exact
/// for any number (C. Clopper, E. Pearson, 1934): it holds the truth with probability `level`
/// or more.
///
/// # Errors
/// [`Error::OutOfRange`] unless 0 < level < 1 and `runs` is at least 1.
pub fn proportion(hits: u64, runs: u64, level: f64) -> Result<Estimate, Error> {
    crate::domain::open_fraction("confidence level", level)?;
    crate::domain::positive("runs", runs as f64)?;
    let (k, n) = (hits as f64, runs as f64);
    let tail = 0.5 - 0.5 * level;
    let end = |a: f64, b: f64, p: f64| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if checked_beta_reg(a, b, middle).unwrap_or(0.0) < p {
                low = middle;
            } else {
                high = middle;
            }
        }
        f64::midpoint(low, high)
    };
    let low = if hits == 0 {
        0.0
    } else {
        end(k, n - k + 1.0, tail)
    };
    let high = if hits == runs {
        1.0
    } else {
        end(k + 1.0, n - k, 1.0 - tail)
    };
    Ok(Estimate::between(k / n, low, high, level))
}

/// The time that a share `p` stays within, with its interval by order statistics. How much lies
/// beyond that time, m on average over groups of runs with standard error s, is known to
/// m·e^(±t·s/m): shares of rare things that come in clusters are skewed, and with m ± t·s the
/// interval of a p99 holds the truth too rarely, since its upper end is too low. The two ranks
/// are as far from p as those ends are from m, and their times are the ends. An end that lies
/// beyond what was seen is open.
///
/// # Errors
/// [`Error::OutOfRange`] unless 0 < level < 1.
pub fn quantile(
    all: &Histogram,
    groups: &[Histogram],
    p: f64,
    level: f64,
) -> Result<Estimate, Error> {
    let Some(value) = all.quantile(p) else {
        return Ok(Estimate {
            value: None,
            low: None,
            high: None,
            level: None,
        });
    };
    let beyond: Vec<f64> = groups
        .iter()
        .filter(|group| group.total() > 0)
        .map(|group| 1.0 - group.share_within(value))
        .collect();
    let Some(sample) = Sample::of(&beyond).filter(|sample| sample.runs > 1) else {
        return Ok(Estimate::exact(value));
    };
    let limit = t_quantile(0.5 + 0.5 * level, clustered_freedom(&sample))?;
    let factor = if sample.mean > 0.0 {
        (limit * sample.error / sample.mean).exp()
    } else {
        f64::INFINITY
    };
    // More beyond than was seen means a longer time, less a shorter one.
    let (more, less) = (
        sample.mean * (factor - 1.0),
        sample.mean * (1.0 - 1.0 / factor),
    );
    let end = |rank: f64| {
        let seen = (0.0..=1.0).contains(&rank);
        seen.then(|| all.quantile(rank)).flatten()
    };
    Ok(Estimate {
        value: Some(value),
        low: if p - less <= 0.0 {
            Some(0.0)
        } else {
            end(p - less)
        },
        high: end(p + more),
        level: Some(level),
    })
}

/// Degrees of freedom of a standard error of rare things that come in clusters:
/// 2/(2/(n − 1) + κ/n) with the excess kurtosis κ of the values, since that is how well a
/// variance is known. For clusters of uneven size κ/n is a multiple of (s/m)²; with 12 the
/// intervals of p99 and p99.9 hold the truth in 94 % to 96 % of compound Poisson counts whose
/// clusters are busy periods, where n − 1 degrees of freedom give 91 % to 94 %.
fn clustered_freedom(sample: &Sample) -> f64 {
    const UNEVEN: f64 = 12.0;
    let own = 2.0 / (sample.runs as f64 - 1.0);
    let relative = sample.error / sample.mean;
    if relative.is_finite() {
        (2.0 / (UNEVEN * relative).mul_add(relative, own)).max(1.0)
    } else {
        1.0
    }
}

/// How many values at the beginning of a series do not belong to its steady state: MSER-5.
///
/// The cut that makes the squared standard error of the mean of what is left, counted in
/// batches of five, smallest. `None` where that is in the second half: the series is too
/// short.
///
/// # References
/// K. P. White, An effective truncation heuristic for bias reduction in simulation output,
/// Simulation 69 (1997).
pub fn mser5(series: &[f64]) -> Option<usize> {
    let batches: Vec<f64> = series
        .chunks_exact(5)
        .map(|batch| batch.iter().sum::<f64>() / 5.0)
        .collect();
    let n = batches.len();
    if n < 10 {
        return None;
    }
    // Sums of what is left, from the end; against the overall mean, so that nothing cancels.
    let centre = batches.iter().sum::<f64>() / n as f64;
    let (mut sum, mut square) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (cut, batch) in batches.iter().enumerate().rev() {
        let deviation = batch - centre;
        sum += deviation;
        square += deviation * deviation;
        let left = (n - cut) as f64;
        if left < 5.0 {
            continue;
        }
        let error = (square - sum * sum / left).max(0.0) / (left * left);
        if error <= best.0 {
            best = (error, cut);
        }
    }
    (2 * best.1 <= n).then_some(5 * best.1)
}

/// Requests that have to be simulated until the relative half-width of the mean number at a
/// station of utilization ρ is ε at a confidence level: z²(1 + ρ)(cₐ² + cₛ²)/(ε(1 − ρ))².
///
/// With cₐ² = cₛ² = 1 this is (z/ε)²·2(1 + ρ)/(ρ(1 − ρ)²) service times of one server, which
/// is exact for M/M/1 and long runs; elsewhere it is what heavy traffic says.
///
/// # Errors
/// [`Error::OutOfRange`] unless 0 < ρ < 1, 0 < ε and 0 < level < 1.
///
/// # References
/// W. Whitt, Planning queueing simulations, Management Science 35 (1989).
pub fn requests_needed(
    utilization: f64,
    variability: f64,
    precision: f64,
    level: f64,
) -> Result<f64, Error> {
    let rho = crate::domain::open_fraction("utilization", utilization)?;
    let epsilon = crate::domain::positive("precision", precision)?;
    let z = normal_quantile(0.5 + 0.5 * crate::domain::open_fraction("level", level)?)?;
    let ratio = z / (epsilon * (1.0 - rho));
    Ok(ratio * ratio * (1.0 + rho) * variability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::streams::{Purpose, Stream};

    /// Clopper and Pearson's intervals from their paper's method by R's `binom.test`:
    /// 0 of 10, 1 of 10 and 15 of 50 at 95 %.
    #[test]
    fn proportions_have_their_published_intervals() {
        for (hits, runs, low, high) in [
            (0, 10, 0.0, 0.308_497_1),
            (1, 10, 0.002_528_579, 0.445_016_1),
            (15, 50, 0.178_616_4, 0.446_081_2),
            (10, 10, 0.691_502_9, 1.0),
        ] {
            let found = proportion(hits, runs, 0.95).unwrap();
            let close = |end: Option<f64>, value: f64| (end.unwrap() - value).abs() < 5e-6;
            assert!(
                close(found.low, low) && close(found.high, high),
                "{hits}/{runs}: {found:?}"
            );
        }
    }

    #[test]
    fn a_start_that_does_not_belong_is_cut_off() {
        let mut stream = Stream::new(2, 0, Purpose::Service);
        let mut series: Vec<f64> = (0..4000)
            .map(|k| 10.0 + stream.normal() - 10.0 * (-f64::from(k) / 100.0).exp())
            .collect();
        let cut = mser5(&series).unwrap();
        assert!((150..1500).contains(&cut), "{cut}");
        // A series that only climbs has no steady part.
        for (k, value) in series.iter_mut().enumerate() {
            *value = k as f64;
        }
        assert_eq!(mser5(&series), None);
        assert_eq!(mser5(&[1.0; 20]), None);
    }

    /// Whitt's service times, as tabulated for M/M/1.
    #[test]
    fn run_lengths_are_those_of_whitt() {
        for (rho, precision, times) in [
            (0.8, 0.05, 1.73e5),
            (0.8, 0.01, 4.32e6),
            (0.9, 0.05, 6.49e5),
            (0.9, 0.01, 1.62e7),
            (0.95, 0.05, 2.52e6),
            (0.95, 0.01, 6.31e7),
            (0.99, 0.05, 6.18e7),
            (0.99, 0.01, 1.54e9),
        ] {
            let requests = requests_needed(rho, 2.0, precision, 0.95).unwrap();
            assert!(
                (requests / rho / times - 1.0).abs() < 4e-3,
                "{rho} {precision}"
            );
        }
    }

    /// By the binomial law the half-width in time is 1.96·√(p(1−p)/n)/density.
    #[test]
    fn quantiles_lie_inside_intervals_as_wide_as_the_binomial_law_says() {
        let (seeds, exact) = (40_u64, -0.01_f64.ln());
        let expected = 1.96 * (0.99 * 0.01 / 2e4_f64).sqrt() / 0.01;
        let (mut held, mut widths) = (0, 0.0);
        for seed in 0..seeds {
            let mut stream = Stream::new(seed, 0, Purpose::Service);
            let groups: Vec<Histogram> = (0..20)
                .map(|_| {
                    let mut group = Histogram::new(1.0);
                    (0..1000).for_each(|_| group.add(stream.exponential()));
                    group
                })
                .collect();
            let mut all = Histogram::new(1.0);
            for group in &groups {
                all.merge(group);
            }
            let found = quantile(&all, &groups, 0.99, 0.95).unwrap();
            let (low, high) = (found.low.unwrap(), found.high.unwrap());
            held += u64::from(low < exact && exact < high);
            widths += (high - low) / (2.0 * expected) / seeds as f64;
        }
        // 38 of 40 expected; 33 or fewer have a chance of 1 in 70.
        assert!(held > 33, "{held} of {seeds}");
        assert!((widths - 1.07).abs() < 0.1, "{widths}");
    }
}
