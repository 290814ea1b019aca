//! What a plan counts on where a law was fitted to measurements: the estimate of the fit at
//! each size, which is what was measured where the law misses it, and the forecast beyond.

use super::curve::{Backing, CountOn, Curve, Top, carries};
use crate::estimate::Estimate;
use crate::fit::{self, Fit, FittedLaw, Grade};
use crate::law::{ScalingLaw, Usl};
use crate::sweep::levels::{Level, Levels};

/// How far past the largest measured N a size is looked for: nothing that far out can be
/// trusted, but a steep demand still deserves a number with a warning.
const FARTHEST: f64 = 1e4;

/// Steps of the search, as a share of N: closer than any interval is narrow.
const STEP: f64 = 0.08;

/// Measured levels, by falling estimate, of which the low end is looked at for the top.
const MOST_TOPS: usize = 32;

/// Measured levels from which the value alone is asked first.
const MANY: usize = 256;

impl Curve for Fit {
    fn law_behind(&self) -> Option<Usl> {
        (self.fitted_law() != FittedLaw::Ceiling).then(|| self.law())
    }

    fn per_unit(&self) -> f64 {
        Fit::per_unit(self)
    }

    fn law_top(&self) -> Option<Top> {
        let n = self.peak().n;
        let throughput = match n {
            Some(n) => self.law_value(n),
            None => self.limit()?,
        };
        Some(Top { n, throughput })
    }

    fn expected(&self, n: f64) -> Estimate {
        self.estimate(n).throughput()
    }

    fn expected_value(&self, n: f64) -> f64 {
        self.estimate_value(n)
    }

    fn measured(&self) -> &[Level] {
        self.levels().as_slice()
    }

    fn backing(&self, n: f64) -> Backing {
        match self.trust(n) {
            fit::Trust::Trusted => Backing::Trusted,
            fit::Trust::Extrapolated => Backing::Extrapolated,
            fit::Trust::Untrusted => Backing::Untrusted,
        }
    }

    fn measurements(&self) -> Option<&Levels> {
        Some(self.levels())
    }

    fn ends_with_the_data(&self) -> bool {
        self.quality().grade == Grade::Poor
    }

    fn first_carrying(&self, demand: f64, basis: CountOn) -> Option<f64> {
        // The low end never lies above the value, which is cheap where sizes are many.
        let many = self.levels().len() > MANY;
        let holds = |n: f64| {
            (!many || carries(self.estimate_value(n), demand))
                && carries(self.counted(n, basis), demand)
        };
        let (inside, farthest) = bounds(self);
        if let Some(n) = first_inside(self, &holds) {
            return Some(n);
        }
        if self.ends_with_the_data() {
            return None;
        }
        first(inside + 1.0, farthest, &holds)
    }

    fn top(&self, basis: CountOn) -> Option<Top> {
        let (inside, farthest) = bounds(self);
        let mut sizes: Vec<f64> = whole_levels(self).map(|level| level.n).collect();
        sizes.sort_by(|a, b| self.estimate_value(*b).total_cmp(&self.estimate_value(*a)));
        sizes.truncate(MOST_TOPS);
        let counted = |n: f64| (n, self.counted(n, basis));
        let measured = (sizes.into_iter().map(counted))
            .filter(|(_, x)| x.is_finite())
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let elsewhere = |from, to| {
            let counted = |n| self.counted(n, basis);
            (!self.ends_with_the_data()).then(|| highest(from, to, counted))?
        };
        let best = [
            measured,
            elsewhere(1.0, inside),
            elsewhere(inside + 1.0, farthest),
        ]
        .into_iter()
        .flatten()
        .reduce(|best, other| if other.1 > best.1 { other } else { best })?;
        Some(Top {
            n: (best.0 < farthest).then_some(best.0),
            throughput: best.1,
        })
    }

    fn next_adds(&self, n: f64) -> f64 {
        // Inside, measured levels would show their noise; the law does not.
        if n < self.levels().n_max() && !self.ends_with_the_data() {
            return match self.law_behind() {
                Some(law) => ScalingLaw::marginal(&law, n),
                None => self.law_value(n + 1.0) - self.law_value(n),
            };
        }
        self.estimate_value(n + 1.0) - self.estimate_value(n)
    }
}

/// The largest whole N inside the data, at least 0, and the farthest that is looked at.
fn bounds(fit: &Fit) -> (f64, f64) {
    let n_max = fit.levels().n_max();
    (n_max.floor(), (n_max * FARTHEST).ceil())
}

/// Levels at whole N.
fn whole_levels(fit: &Fit) -> impl Iterator<Item = &Level> {
    let levels = fit.levels().as_slice().iter();
    levels.filter(|level| level.n >= 1.0 && level.n.fract().abs() < f64::EPSILON)
}

/// The smallest whole N inside the data that holds: looked for at every measured size, at
/// the peak of the law, and in steps between them.
fn first_inside(fit: &Fit, holds: &impl Fn(f64) -> bool) -> Option<f64> {
    let (inside, _) = bounds(fit);
    let mut sizes: Vec<f64> = whole_levels(fit).map(|level| level.n).collect();
    sizes.extend(steps(1.0, inside));
    if !fit.ends_with_the_data() {
        sizes.extend(fit.peak().n.filter(|n| *n >= 1.0 && *n <= inside));
    }
    sizes.sort_by(f64::total_cmp);
    first_of(0.0, sizes.into_iter(), holds)
}

/// Whole sizes from `from` to `to`, ever farther apart.
fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(from), move |n| {
        (*n < to).then(|| (n + (n * STEP).floor().max(1.0)).min(to))
    })
    .filter(move |n| *n <= to)
}

/// The first whole n in a range that holds, to a single unit; what holds only between two
/// steps is missed.
fn first(from: f64, to: f64, holds: &impl Fn(f64) -> bool) -> Option<f64> {
    first_of(from - 1.0, steps(from, to), holds)
}

/// The same for given rising sizes, above `short`.
fn first_of(
    mut short: f64,
    sizes: impl Iterator<Item = f64>,
    holds: &impl Fn(f64) -> bool,
) -> Option<f64> {
    for n in sizes {
        if !holds(n) {
            short = n;
            continue;
        }
        let mut enough = n;
        while enough - short > 1.0 {
            let middle = f64::midpoint(short, enough).floor();
            if holds(middle) {
                enough = middle;
            } else {
                short = middle;
            }
        }
        return Some(enough);
    }
    None
}

/// The whole n in a range with the highest value, and the value.
fn highest(from: f64, to: f64, value: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let grid: Vec<(f64, f64)> = steps(from, to).map(|n| (n, value(n))).collect();
    let best = (0..grid.len()).max_by(|a, b| grid[*a].1.total_cmp(&grid[*b].1))?;
    let (mut low, mut high) = (
        grid[best.saturating_sub(1)].0,
        grid[(best + 1).min(grid.len() - 1)].0,
    );
    while high - low > 2.0 {
        let third = ((high - low) / 3.0).floor().max(1.0);
        if value(low + third) < value(high - third) {
            low += third;
        } else {
            high -= third;
        }
    }
    [low, f64::midpoint(low, high).floor(), high]
        .map(|n| (n, value(n)))
        .into_iter()
        .chain([grid[best]])
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{FitOptions, fit};
    use crate::sweep::levels::Levels;

    /// SPEC SDM91: simulated users and scripts per hour, up to 216 users.
    fn sdm() -> Fit {
        let levels = Levels::from_pairs([
            (1.0, 64.9),
            (18.0, 995.9),
            (36.0, 1652.4),
            (72.0, 1853.2),
            (108.0, 1828.9),
            (144.0, 1775.0),
            (216.0, 1702.2),
        ]);
        fit(&levels.unwrap(), &FitOptions::default()).unwrap()
    }

    #[test]
    fn the_first_size_is_what_counting_up_finds() {
        let fit = sdm();
        for basis in [CountOn::LowEnd, CountOn::BestGuess] {
            let counted: Vec<f64> = (1..400).map(|n| fit.counted(f64::from(n), basis)).collect();
            for demand in (1..20).map(|step| f64::from(step) * 100.0) {
                let expected = counted.iter().position(|x| carries(*x, demand));
                let found = fit.first_carrying(demand, basis);
                assert_eq!(
                    found,
                    expected.map(|at| at as f64 + 1.0),
                    "{basis:?} {demand}"
                );
            }
            let most = counted.iter().copied().fold(0.0, f64::max);
            let top = fit.top(basis).unwrap();
            // Steps may pass a summit between two measured sizes by less than a hundredth.
            assert!(top.throughput >= 0.99 * most, "{basis:?}: {top:?}");
        }
    }

    #[test]
    fn steps_end_at_the_end_and_visit_small_sizes_one_by_one() {
        assert_eq!(
            steps(1.0, 5.0).collect::<Vec<_>>(),
            [1.0, 2.0, 3.0, 4.0, 5.0]
        );
        assert_eq!(
            steps(100.0, 120.0).collect::<Vec<_>>(),
            [100.0, 108.0, 116.0, 120.0]
        );
        assert_eq!(steps(3.0, 2.0).count(), 0);
    }
}
