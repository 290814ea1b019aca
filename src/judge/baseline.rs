//! A sweep against an earlier one, size by size: has throughput fallen by more than is
//! tolerated?
//!
//! Each size in both sweeps gives the change X/X₀ − 1 with an interval, and all of them
//! together give one more. The intervals are simultaneous (Bonferroni): with G sizes each has
//! the level 1 − (1 − c)/(G + 1), so that with confidence c all of them hold at once, and an
//! unchanged system fails a comparison of many sizes no oftener than one of a single size.

use super::gate::{Limit, Verdict};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::Noise;
use crate::stats::distribution::{f_upper, t_quantile};
use crate::sweep::levels::{Level, Levels};

/// How single runs scatter around their level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scatter {
    /// Whether the variance is one of X or of ln X.
    pub noise: Noise,
    /// Variance of one run.
    pub variance: f64,
    /// Degrees of freedom it was estimated with.
    pub degrees: f64,
}

impl Scatter {
    /// Joins what two sweeps say about the same noise, weighted by degrees of freedom;
    /// `None` where they assume different noise or know nothing.
    #[must_use]
    pub fn pooled(self, other: Self) -> Option<Self> {
        let degrees = self.degrees + other.degrees;
        let variance = self.variance * self.degrees + other.variance * other.degrees;
        (self.noise == other.noise && degrees >= 1.0).then(|| Self {
            noise: self.noise,
            variance: variance / degrees,
            degrees,
        })
    }
}

/// What is compared and how strictly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Share of throughput that may be lost, 0 to 1.
    pub tolerance: f64,
    /// Confidence that all intervals hold at once.
    pub confidence: f64,
    /// Scatter around both fitted curves, for sweeps with too few repeated runs.
    pub around_fits: Option<Scatter>,
}

/// Throughput at one size in both sweeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeChange {
    /// The size.
    pub n: f64,
    /// Mean throughput in the baseline, 1/s.
    pub before: f64,
    /// Mean throughput now, 1/s.
    pub now: f64,
    /// X/X₀ − 1 with its simultaneous interval.
    pub change: Estimate,
    /// Held against −tolerance.
    pub verdict: Verdict,
    /// The best value is past the tolerance, whether conclusively or not.
    pub suspect: bool,
}

/// Two sweeps of the same system, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Sizes in both sweeps, rising.
    pub sizes: Vec<SizeChange>,
    /// Change over all those sizes together; `None` where there are none.
    pub overall: Option<(Estimate, Verdict)>,
    /// Sizes that only one of the sweeps has.
    pub unmatched: Vec<f64>,
}

impl Changes {
    /// The verdict on the whole: throughput over all sizes together is held against the
    /// tolerance, and no size may be suspect. One that conclusively lost too much fails the
    /// whole; one that only looks so leaves it open. A size that shows no such loss needs
    /// no proof of its own: a few runs at one size cannot give it.
    pub fn verdict(&self) -> Verdict {
        let suspects = self.sizes.iter().filter(|size| size.suspect);
        let overall = self.overall.iter().map(|(_, verdict)| *verdict);
        Verdict::of_all(overall.chain(suspects.map(|size| size.verdict)))
    }
}

/// Compares throughput at the sizes that both sweeps have.
///
/// The scatter comes from repeated runs at the same size, pooled over both sweeps, as a
/// variance of X or of ln X, whichever makes the runs likelier. A size whose own runs
/// scatter clearly more than that (F test at 5 %) is judged by them alone, so that one
/// disturbed size raises no alarm. With less than one repeated run a size on average, the
/// scatter around the fitted curves stands in; without any, nothing has an interval.
///
/// # Errors
/// [`Error::OutOfRange`] for a confidence so near to 1 that it has no quantile.
///
/// # References
/// R. Miller, *Simultaneous Statistical Inference*, 1981, for the Bonferroni intervals.
pub fn changes(before: &Levels, now: &Levels, terms: &Terms) -> Result<Changes, Error> {
    let pairs: Vec<(&Level, &Level)> = before
        .as_slice()
        .iter()
        .filter_map(|level| Some((level, now.at(level.n)?)))
        .collect();
    let single = |a: &Levels, b: &Levels| {
        let alone = a.as_slice().iter().map(|level| level.n);
        alone.filter(|n| b.at(*n).is_none()).collect::<Vec<f64>>()
    };
    let mut unmatched = single(before, now);
    unmatched.extend(single(now, before));
    unmatched.sort_by(f64::total_cmp);
    let limit = Limit::AtLeast(-terms.tolerance);
    let scatter = of_repeats(&pairs)
        .filter(|scatter| scatter.degrees >= pairs.len() as f64)
        .or(terms.around_fits);
    let level = 1.0 - (1.0 - terms.confidence) / (pairs.len() + 1) as f64;
    let mut sizes = Vec::with_capacity(pairs.len());
    let mut sum = Sum::default();
    for &(was, is) in &pairs {
        let own = scatter
            .map(|scatter| at_size(was, is, scatter))
            .transpose()?;
        let step = Step::between(was, is, own);
        let change = step.change(level)?;
        sum.add(&step);
        sizes.push(SizeChange {
            n: was.n,
            before: was.mean,
            now: is.mean,
            verdict: limit.judge(&change),
            suspect: change.value.is_none_or(|value| value < limit.value()),
            change,
        });
    }
    let overall = match sum.step(scatter.map(|scatter| scatter.degrees)) {
        Some(step) => {
            let change = step.change(level)?;
            Some((change, limit.judge(&change)))
        }
        None => None,
    };
    Ok(Changes {
        sizes,
        overall,
        unmatched,
    })
}

/// Scatter of repeated runs, pooled over all levels of both sweeps.
fn of_repeats(pairs: &[(&Level, &Level)]) -> Option<Scatter> {
    let levels = || pairs.iter().flat_map(|(a, b)| [*a, *b]);
    let degrees: f64 = levels().map(|level| (level.runs - 1) as f64).sum();
    if degrees < 1.0 {
        return None;
    }
    let runs: f64 = levels().map(|level| level.runs as f64).sum();
    let squares: f64 = levels().map(squares).sum();
    let logs: Option<(f64, f64)> = levels().try_fold((0.0, 0.0), |(squares, logs), level| {
        let (mean, m2) = level.log_moments?;
        Some((squares + m2, logs + level.runs as f64 * mean))
    });
    let constant = Scatter {
        noise: Noise::Constant,
        variance: squares / degrees,
        degrees,
    };
    let Some((log_squares, log_sum)) = logs else {
        return Some(constant);
    };
    // −2 ln likelihood with a mean a level; ln X has the density of X times X.
    let of_constant = runs * (squares / runs).ln();
    let of_relative = runs * (log_squares / runs).ln() + 2.0 * log_sum;
    Some(if of_constant < of_relative {
        constant
    } else {
        Scatter {
            noise: Noise::Relative,
            variance: log_squares / degrees,
            degrees,
        }
    })
}

fn squares(level: &Level) -> f64 {
    level.relative_m2 * level.mean * level.mean
}

/// The scatter to judge one size by.
fn at_size(was: &Level, is: &Level, pooled: Scatter) -> Result<Scatter, Error> {
    let degrees = (was.runs + is.runs).saturating_sub(2) as f64;
    let sum = match (pooled.noise, was.log_moments, is.log_moments) {
        (Noise::Relative, Some((_, a)), Some((_, b))) => a + b,
        (Noise::Relative, _, _) => return Ok(pooled),
        (Noise::Constant, _, _) => squares(was) + squares(is),
    };
    if degrees < 1.0 || sum <= pooled.variance * degrees {
        return Ok(pooled);
    }
    let variance = sum / degrees;
    let wilder = pooled.variance <= 0.0
        || f_upper(variance / pooled.variance, degrees, pooled.degrees)? < 0.05;
    Ok(if wilder {
        Scatter {
            variance,
            degrees,
            ..pooled
        }
    } else {
        pooled
    })
}

/// A change with its standard error, on the scale where the noise is even.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// ln(X/X₀), its variance, degrees of freedom.
    Logarithm(f64, f64, f64),
    /// X₀ and X with the variances of both means, degrees of freedom.
    Difference([f64; 2], [f64; 2], f64),
    /// X₀ and X without a known scatter.
    Bare([f64; 2]),
}

impl Step {
    fn between(was: &Level, is: &Level, scatter: Option<Scatter>) -> Self {
        let per_run = [1.0 / was.runs as f64, 1.0 / is.runs as f64];
        let means = [was.mean, is.mean];
        match (scatter, was.log_moments, is.log_moments) {
            (None, _, _) => Self::Bare(means),
            (Some(scatter), Some((a, _)), Some((b, _))) if scatter.noise == Noise::Relative => {
                Self::Logarithm(
                    b - a,
                    scatter.variance * (per_run[0] + per_run[1]),
                    scatter.degrees,
                )
            }
            (Some(scatter), _, _) if scatter.noise == Noise::Relative => Self::Bare(means),
            (Some(scatter), _, _) => Self::Difference(
                means,
                per_run.map(|share| share * scatter.variance),
                scatter.degrees,
            ),
        }
    }

    /// X/X₀ − 1 with an interval of this level.
    fn change(self, level: f64) -> Result<Estimate, Error> {
        let (change, reach, degrees) = match self {
            Self::Bare([before, now]) => return Ok(Estimate::exact(now / before - 1.0)),
            Self::Logarithm(step, variance, degrees) => (step, variance.sqrt(), degrees),
            Self::Difference([before, now], variances, degrees) => {
                let ratio = now / before;
                // First order: the ratio of two means that are far from 0.
                let variance = variances[1] + ratio * ratio * variances[0];
                (ratio - 1.0, variance.sqrt() / before, degrees)
            }
        };
        if !change.is_finite() || !reach.is_finite() {
            return Ok(Estimate::exact(f64::NAN));
        }
        let reach = reach * t_quantile(0.5 + 0.5 * level, degrees.max(1.0))?;
        let back = |step: f64| match self {
            Self::Logarithm(..) => step.exp_m1(),
            _ => step,
        };
        Ok(Estimate::between(
            back(change),
            back(change - reach),
            back(change + reach),
            level,
        ))
    }
}

/// All sizes together: the mean of ln(X/X₀), or the ratio of summed throughputs.
#[derive(Debug, Default)]
struct Sum {
    count: f64,
    bare: bool,
    logarithms: Option<(f64, f64)>,
    differences: Option<([f64; 2], [f64; 2])>,
    totals: [f64; 2],
}

impl Sum {
    fn add(&mut self, step: &Step) {
        self.count += 1.0;
        match *step {
            Step::Logarithm(step, variance, _) => {
                let (steps, variances) = self.logarithms.unwrap_or_default();
                self.logarithms = Some((steps + step, variances + variance));
            }
            Step::Difference(means, variances, _) => {
                let (sums, all) = self.differences.unwrap_or_default();
                self.differences = Some((
                    [sums[0] + means[0], sums[1] + means[1]],
                    [all[0] + variances[0], all[1] + variances[1]],
                ));
            }
            Step::Bare(means) => {
                self.bare = true;
                self.totals = [self.totals[0] + means[0], self.totals[1] + means[1]];
            }
        }
    }

    fn step(&self, degrees: Option<f64>) -> Option<Step> {
        match (degrees, self.logarithms, self.differences) {
            _ if self.count < 1.0 => None,
            (Some(degrees), Some((steps, variances)), None) if !self.bare => Some(Step::Logarithm(
                steps / self.count,
                variances / self.count / self.count,
                degrees,
            )),
            (Some(degrees), None, Some((means, variances))) if !self.bare => {
                Some(Step::Difference(means, variances, degrees))
            }
            (_, None, None) => Some(Step::Bare(self.totals)),
            // A size without a logarithm among others that have one.
            _ => None,
        }
    }
}
