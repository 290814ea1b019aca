//! What the order of runs shows: whether each run is like the one before it.
//!
//! Runs that follow each other share the state of the machine. They then differ less from
//! one to the next than runs far apart do, and their mean is less certain than it looks.

use crate::sweep::levels::Level;

/// Runs as a chain, each with this correlation to the one before it (autoregressive of
/// order 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chain {
    /// Correlation of successive runs, 0 to [`STRONGEST`].
    pub(super) rho: f64,
    /// No chance: independent runs look so in one case of twenty.
    pub(super) is_clear: bool,
    /// Expected share of the variance of a run that the scatter at one size shows.
    shown: f64,
}

/// A stronger correlation is not told from a drift.
pub(super) const STRONGEST: f64 = 0.85;

/// What one run a size may have in common with the next, for all that a few sizes show.
const UNSEEN: f64 = 0.7;

/// Below this share of what even a random walk gives, rows were sorted by their value.
const SORTED: f64 = 0.75;

/// What is shared with a size further along the chain, below this share of its own, is nothing.
const SLIGHT: f64 = 1e-4;

/// From here on a further size is too far along the chain to matter.
const FAR: i32 = 400;

impl Chain {
    /// Independent runs.
    pub(super) const INDEPENDENT: Self = Self {
        rho: 0.0,
        is_clear: false,
        shown: 1.0,
    };

    /// From the sizes with three runs or more whose order is known: the correlation with
    /// which squared differences from run to run come out as large, against the squares
    /// about the means, as they are. Independent where there is no such size, and where
    /// rows are sorted.
    ///
    /// # References
    /// J. von Neumann, "Distribution of the ratio of the mean square successive difference
    /// to the variance", Annals of Mathematical Statistics 12 (1941).
    pub(super) fn of<'a>(levels: impl Iterator<Item = &'a Level> + Clone) -> Self {
        let ordered = levels
            .clone()
            .filter_map(|level| (level.runs > 2).then_some((level, level.successive?)));
        let (mut steps, mut squares, mut noise, mut walk) = (0.0, 0.0, 0.0, 0.0);
        let mut spare = 0.0;
        for (level, successive) in ordered.clone() {
            let m = level.runs as f64;
            steps += 0.5 * successive;
            squares += level.relative_m2;
            spare += m - 1.0;
            walk += (m * m - 1.0) / 3.0;
            // Of the ratio at one size, weighted by its degrees of freedom.
            noise += (m - 1.0).powi(2) * (m - 2.0) / (m * m - 1.0);
        }
        let error = noise.sqrt() / spare;
        let ratio = steps / squares;
        // A random walk, the strongest correlation: (m − 1)/2 against (m² − 1)/6.
        if !ratio.is_finite() || ratio >= 1.0 || ratio < SORTED * spare / walk {
            return Self::INDEPENDENT;
        }
        // Few runs are taken to be somewhat more correlated than they look.
        let cautious = ratio - 0.5 * error;
        let expected = |rho: f64| {
            let shown: f64 = (ordered.clone())
                .map(|(level, _)| level.runs as f64)
                .map(|m| m - of_mean(rho, m))
                .sum();
            spare * (1.0 - rho) / shown
        };
        let (mut low, mut high) = (0.0, STRONGEST);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if expected(middle) > cautious {
                low = middle;
            } else {
                high = middle;
            }
        }
        Self {
            is_clear: ratio < 1.0 - 1.645 * error,
            ..Self::with(high, levels)
        }
    }

    /// Single runs at some sizes, whose changes are `ratio` times as far from one size to
    /// the next as they are from their line: no less correlated than they may well be.
    pub(super) fn of_single_runs(ratio: f64, sizes: usize) -> Self {
        let count = sizes as f64;
        // Half the ratio is 1 − ρ, give or take two standard errors.
        let rho = 1.0 - 0.5 * ratio + 2.0 / count.sqrt();
        Self {
            rho: rho.clamp(0.0, UNSEEN),
            is_clear: false,
            shown: 1.0,
        }
    }

    fn with<'a>(rho: f64, levels: impl Iterator<Item = &'a Level>) -> Self {
        let (shown, spare) = (levels.map(|level| level.runs as f64))
            .filter(|m| *m > 1.0)
            .fold((0.0, 0.0), |(shown, spare), m| {
                (shown + m - of_mean(rho, m), spare + m - 1.0)
            });
        Self {
            rho,
            is_clear: false,
            shown: if spare > 0.0 { shown / spare } else { 1.0 },
        }
    }

    /// How much larger the variance of a mean of so many successive runs is than their
    /// scatter shows.
    pub(super) fn of_runs(&self, runs: f64) -> f64 {
        of_mean(self.rho, runs) / self.shown
    }

    /// How much larger the variance of the mean over all sizes is than the scatter of the
    /// sizes about their line in `places` shows, where `runs` successive runs are made at
    /// one size after the other.
    pub(super) fn of_sizes(&self, places: &[f64], runs: f64, on_line: bool) -> f64 {
        let (rho, count) = (self.rho, places.len() as f64);
        if rho <= 0.0 {
            return 1.0;
        }
        let middle = places.iter().sum::<f64>() / count;
        let wide: f64 = places.iter().map(|place| (place - middle).powi(2)).sum();
        // Variance at one size, and covariance with the next, for runs of variance 1.
        let own = of_mean(rho, runs) / runs;
        let next = rho * ((1.0 - rho.powf(runs)) / (runs * (1.0 - rho))).powi(2);
        let (mut all, mut along) = (count * own, wide * own);
        for lag in 1..places.len() {
            let lag_less = i32::try_from(lag - 1).unwrap_or(i32::MAX);
            let shared = next * rho.powf(runs).powi(lag_less);
            if shared < SLIGHT * own || lag_less > FAR {
                break;
            }
            all += 2.0 * (count - lag as f64) * shared;
            let products: f64 = (places.iter().zip(&places[lag..]))
                .map(|(a, b)| (a - middle) * (b - middle))
                .sum();
            along += 2.0 * products * shared;
        }
        let (mut about, mut degrees) = (count * own - all / count, count - 1.0);
        if on_line && wide > 0.0 {
            about -= along / wide;
            degrees -= 1.0;
        }
        let seen = about / degrees / count;
        if seen > 0.0 {
            (all / count / count / seen).max(1.0)
        } else {
            1.0
        }
    }
}

/// Variance of the mean of m successive runs, times m over the variance of one.
fn of_mean(rho: f64, m: f64) -> f64 {
    let rest = 1.0 - rho;
    (1.0 + rho) / rest - 2.0 * rho * (1.0 - rho.powf(m)) / (m * rest * rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::levels::Levels;

    fn chain(runs: &[f64]) -> Chain {
        let levels = Levels::from_pairs(runs.iter().map(|run| (1.0, *run))).unwrap();
        Chain::of(levels.as_slice().iter())
    }

    #[test]
    fn the_variance_of_a_mean_is_the_sum_of_all_covariances() {
        for (rho, m) in [(0.0, 5_i32), (0.5, 2), (0.7, 5), (0.8, 40)] {
            let sum: f64 = (0..m)
                .flat_map(|i| (0..m).map(move |j| f64::powi(rho, (i - j).abs())))
                .sum();
            let expected = sum / f64::from(m);
            let got = of_mean(rho, f64::from(m));
            assert!(
                (got - expected).abs() < 1e-12 * expected,
                "{rho} {m}: {got}"
            );
        }
    }

    #[test]
    fn sizes_in_a_chain_hide_what_they_share() {
        // By all covariances and the matrix that takes mean and line away.
        let (places, m, rho) = ([0.0_f64, 0.7, 1.4, 2.0, 3.1], 3_usize, 0.7_f64);
        let count = places.len();
        let covariance = |a: usize, b: usize| {
            let each = |i: usize, j: usize| rho.powf((a * m + i).abs_diff(b * m + j) as f64);
            let sum: f64 = (0..m).flat_map(|i| (0..m).map(move |j| each(i, j))).sum();
            sum / (m * m) as f64
        };
        let middle = places.iter().sum::<f64>() / count as f64;
        let wide: f64 = places.iter().map(|p| (p - middle).powi(2)).sum();
        let (mut all, mut about) = (0.0, 0.0);
        for a in 0..count {
            for b in 0..count {
                let fitted =
                    1.0 / count as f64 + (places[a] - middle) * (places[b] - middle) / wide;
                all += covariance(a, b);
                about += (f64::from(u8::from(a == b)) - fitted) * covariance(a, b);
            }
        }
        let expected = all / 25.0 / (about / 3.0 / 5.0);
        let chain = Chain {
            rho,
            ..Chain::INDEPENDENT
        };
        let got = chain.of_sizes(&places, 3.0, true);
        assert!((got - expected).abs() < 1e-9 * expected, "{got} {expected}");
    }

    #[test]
    fn a_wave_is_correlated_and_rows_sorted_by_value_say_nothing() {
        let wave: Vec<f64> = (0..40)
            .map(|i| 100.0 + f64::sin(f64::from(i) * 0.8))
            .collect();
        let found = chain(&wave);
        assert!(found.is_clear && found.rho > 0.5, "{found:?}");
        // What the runs do not show of their mean's variance, by the expected square about it.
        let mean = of_mean(found.rho, 40.0);
        let expected = mean / ((40.0 - mean) / 39.0);
        assert!((found.of_runs(40.0) - expected).abs() < 1e-12 * expected);
        let mut sorted = wave.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(chain(&sorted), Chain::INDEPENDENT);
        let jumps: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i % 2)).collect();
        assert_eq!(chain(&jumps), Chain::INDEPENDENT);
        assert_eq!(chain(&[100.0; 9]), Chain::INDEPENDENT);
        assert_eq!(chain(&[100.0, 101.0]), Chain::INDEPENDENT);
    }
}
