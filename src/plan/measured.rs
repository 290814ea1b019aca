//! What a plan counts on where a law was fitted to measurements: the law with its interval
//! inside the data, the forecast beyond.

use super::curve::{Basis, Curve, Top, Trust, carries};
use crate::estimate::Estimate;
use crate::fit::{self, Fit};
use crate::law::Usl;
use crate::sweep::levels::Level;

/// How far past the largest measured N a size is looked for: nothing that far out can be
/// trusted, but a steep demand still deserves a number with a warning.
const FARTHEST: f64 = 1e4;

/// Steps of the search, as a share of N: closer than any interval is narrow.
const STEP: f64 = 0.08;

impl Curve for Fit {
    fn law(&self) -> Usl {
        self.law()
    }

    fn throughput(&self, n: f64) -> Estimate {
        self.estimate(n).throughput()
    }

    fn measured(&self) -> &[Level] {
        self.levels().as_slice()
    }

    fn trust(&self, n: f64) -> Trust {
        match self.trust(n) {
            fit::Trust::Trusted => Trust::Trusted,
            fit::Trust::Extrapolated => Trust::Extrapolated,
            fit::Trust::Untrusted => Trust::Untrusted,
        }
    }

    fn first_carrying(&self, demand: f64, basis: Basis) -> Option<f64> {
        let holds = |n: f64| carries(self.counted(n, basis), demand);
        let (inside, farthest) = bounds(self);
        let sizes = |from, to| visited(self, from, to);
        first(&sizes(1.0, inside), &holds).or_else(|| first(&sizes(inside + 1.0, farthest), &holds))
    }

    fn top(&self, basis: Basis) -> Option<Top> {
        let (inside, farthest) = bounds(self);
        let top = |from, to| highest(&visited(self, from, to), |n| self.counted(n, basis));
        let best = [top(1.0, inside), top(inside + 1.0, farthest)]
            .into_iter()
            .flatten()
            .reduce(|a, b| if b.1 > a.1 { b } else { a });
        best.map(|(n, throughput)| Top {
            n: (n < farthest).then_some(n),
            throughput,
        })
    }

    fn marginal(&self, n: f64) -> f64 {
        self.estimate_value(n + 1.0) - self.estimate_value(n)
    }
}

/// The largest whole N inside the data, at least 0, and the farthest that is looked at.
fn bounds(fit: &Fit) -> (f64, f64) {
    let n_max = fit.levels().n_max();
    (n_max.floor(), (n_max * FARTHEST).ceil())
}

/// Whole sizes from `from` to `to`, ever farther apart.
fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(from), move |n| {
        (*n < to).then(|| (n + (n * STEP).floor().max(1.0)).min(to))
    })
    .filter(move |n| *n <= to)
}

/// Steps from `from` to `to` with the measured whole sizes among them, where the interval is
/// narrowest.
fn visited(fit: &Fit, from: f64, to: f64) -> Vec<f64> {
    let measured = fit.levels().as_slice().iter().map(|level| level.n);
    let mut sizes: Vec<f64> = steps(from, to)
        .chain(measured.filter(|n| *n >= from && *n <= to && n.fract() == 0.0))
        .collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes
}

/// The first whole n that holds, to a single unit; what holds only between two of the sizes
/// is missed.
fn first(sizes: &[f64], holds: &impl Fn(f64) -> bool) -> Option<f64> {
    let mut short = sizes.first()? - 1.0;
    for &n in sizes {
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

/// The whole n near the best of these sizes with the highest value, and the value.
fn highest(sizes: &[f64], value: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let grid: Vec<(f64, f64)> = sizes.iter().map(|n| (*n, value(*n))).collect();
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
        for basis in [Basis::LowEnd, Basis::BestGuess] {
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
            let (at, most) = (counted.iter().copied().enumerate())
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .unwrap();
            let top = fit.top(basis).unwrap();
            assert!(top.throughput >= most);
            assert_eq!(top.n, Some(at as f64 + 1.0), "{basis:?}");
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
