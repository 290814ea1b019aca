//! Rows folded into one record a distinct N: count, mean and M2 are all that a fit needs.
//!
//! Memory grows with the number of distinct N, not with rows. Sums run over differences
//! from the level's first value, in units of its power of two, so that neither a large
//! common part nor values of 1e±300 cost digits.

use crate::domain;
use crate::error::Error;
use std::collections::HashMap;
use std::sync::Arc;

/// All runs at one N.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Size of the system or load on it.
    pub n: f64,
    /// Number of runs, at least 1.
    pub runs: u64,
    /// Mean throughput of the runs, 1/s.
    pub mean: f64,
    /// Sum of squared deviations of throughput from its mean, divided by mean² (0 where
    /// the mean is 0): free of unit, so that it survives throughputs of 1e±300.
    pub relative_m2: f64,
    /// Mean and sum of squared deviations of ln X; `None` where a run was 0 or a folded
    /// input did not say.
    pub log_moments: Option<(f64, f64)>,
    /// Sum of squared differences of throughput from each run to the next, in the order they
    /// came, divided by mean² (0 where the mean is 0); `None` where runs came folded, and for a
    /// single run.
    pub successive: Option<f64>,
    /// Mean of the measured latencies in seconds, where there were any.
    pub latency: Option<f64>,
}

impl Level {
    /// Sample standard deviation of throughput, `None` for a single run.
    pub fn stddev(&self) -> Option<f64> {
        (self.runs > 1).then(|| self.mean * (self.relative_m2 / (self.runs - 1) as f64).sqrt())
    }

    /// Standard deviation of throughput from the differences of each run to the next, over
    /// 2·(runs − 1) (von Neumann 1941): that of [`Level::stddev`] but for chance where runs do
    /// not depend on those before. `None` for a single run and where their order is not known.
    pub fn step_stddev(&self) -> Option<f64> {
        let successive = self.successive.filter(|_| self.runs > 1)?;
        Some(self.mean * (successive / (2 * (self.runs - 1)) as f64).sqrt())
    }

    /// Mean of ln X, `None` where it is not known.
    pub fn log_mean(&self) -> Option<f64> {
        self.log_moments.map(|(mean, _)| mean)
    }

    /// Sample standard deviation of ln X, `None` for a single run and where it is not known.
    pub fn log_stddev(&self) -> Option<f64> {
        let (_, m2) = self.log_moments.filter(|_| self.runs > 1)?;
        Some((m2 / (self.runs - 1) as f64).sqrt())
    }
}

/// Runs of one size that are kept for pictures.
pub const RUNS_KEPT: u64 = 30;
/// Runs of all sizes that are kept for pictures.
const ALL_KEPT: usize = 3000;

/// Levels in order of N; a copy shares them. Two are equal where their levels are.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    levels: Arc<Vec<Level>>,
    kept: Arc<Vec<[f64; 2]>>,
}

impl PartialEq for Levels {
    fn eq(&self, other: &Self) -> bool {
        self.levels == other.levels
    }
}

impl Levels {
    /// Folds pairs of N and throughput.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for N ≤ 0, throughput < 0, infinity and NaN.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, Error> {
        let mut fold = Fold::default();
        for (n, throughput) in pairs {
            fold.add(n, throughput, None)?;
        }
        Ok(fold.finish())
    }

    /// Levels that rise in N already, without single runs.
    pub(crate) fn from_rising(levels: Vec<Level>) -> Self {
        Self {
            levels: Arc::new(levels),
            kept: Arc::default(),
        }
    }

    /// The levels, by rising N.
    pub fn as_slice(&self) -> &[Level] {
        &self.levels
    }

    /// N and throughput of single runs, in the order they came, for pictures: the first
    /// [`RUNS_KEPT`] of each size, as far as 3,000 in all go. No answer rests on them.
    pub fn kept_runs(&self) -> &[[f64; 2]] {
        &self.kept
    }

    /// Number of distinct N.
    pub fn len(&self) -> usize {
        self.levels.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Number of runs over all levels.
    pub fn runs(&self) -> u64 {
        self.levels.iter().map(|level| level.runs).sum()
    }

    /// Largest N, 0 where there is nothing.
    pub fn n_max(&self) -> f64 {
        self.levels.last().map_or(0.0, |level| level.n)
    }

    /// The level at exactly this N.
    pub fn at(&self, n: f64) -> Option<&Level> {
        self.levels
            .binary_search_by(|level| level.n.total_cmp(&n))
            .ok()
            .and_then(|index| self.levels.get(index))
    }

    /// Only the levels that a condition keeps.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&Level) -> bool) -> Self {
        if self.levels.iter().all(&keep) {
            return self.clone();
        }
        let kept = self.kept.iter();
        let kept = kept.filter(|[n, _]| self.at(*n).is_some_and(&keep));
        Self {
            levels: Arc::new(self.levels.iter().filter(|l| keep(l)).copied().collect()),
            kept: Arc::new(kept.copied().collect()),
        }
    }
}

/// Sums of one level while it is read.
#[derive(Debug, Clone, Copy)]
struct Sums {
    runs: u64,
    /// The first throughput, which the sums are differences from.
    origin: f64,
    /// The reciprocal of the power of two that differences are counted in.
    per_unit: f64,
    sum: f64,
    sum_squares: f64,
    log_origin: f64,
    log_sum: f64,
    log_squares: f64,
    log_known: bool,
    /// Squared differences from run to run, in units.
    successive: f64,
    /// The first and the last run.
    ends: [f64; 2],
    latency_sum: f64,
    latencies: u64,
}

impl Sums {
    fn starting_at(origin: f64) -> Self {
        let log_origin = origin.ln();
        Self {
            runs: 0,
            origin,
            per_unit: 1.0 / power_of_two_near(origin),
            sum: 0.0,
            sum_squares: 0.0,
            log_origin,
            log_sum: 0.0,
            log_squares: 0.0,
            log_known: log_origin.is_finite(),
            successive: 0.0,
            ends: [origin; 2],
            latency_sum: 0.0,
            latencies: 0,
        }
    }

    fn add(&mut self, throughput: f64, latency: Option<f64>) {
        self.runs += 1;
        let difference = (throughput - self.origin) * self.per_unit;
        self.sum += difference;
        self.sum_squares += difference * difference;
        let step = (throughput - self.ends[1]) * self.per_unit;
        self.successive += step * step;
        self.ends[1] = throughput;
        if throughput > 0.0 {
            let difference = log_ratio(throughput, self.origin);
            self.log_sum += difference;
            self.log_squares += difference * difference;
        } else {
            self.log_known = false;
        }
        self.add_latency(latency, 1);
    }

    fn merge(&mut self, other: &Self) {
        let runs = other.runs as f64;
        // Both units are powers of two, so that changing from one to the other is exact.
        let unit = self.per_unit / other.per_unit;
        let shift = (other.origin - self.origin) * self.per_unit;
        let sum = other.sum * unit;
        self.sum += sum + runs * shift;
        self.sum_squares +=
            other.sum_squares * unit * unit + 2.0 * shift * sum + runs * shift * shift;
        // What a fold starts with is like its own last run: it has made no step yet.
        let [first, last] = other.ends;
        if self.runs > 0 {
            self.successive += ((first - self.ends[1]) * self.per_unit).powi(2);
        }
        self.successive += other.successive * unit * unit;
        self.ends[1] = last;
        let shift = other.log_origin - self.log_origin;
        self.log_sum += other.log_sum + runs * shift;
        self.log_squares += other.log_squares + 2.0 * shift * other.log_sum + runs * shift * shift;
        self.log_known &= other.log_known;
        self.runs += other.runs;
        self.latency_sum += other.latency_sum;
        self.latencies += other.latencies;
    }

    fn add_latency(&mut self, latency: Option<f64>, runs: u64) {
        if let Some(latency) = latency {
            self.latency_sum += latency * runs as f64;
            self.latencies += runs;
        }
    }

    fn level(&self, n: f64) -> Level {
        let runs = self.runs as f64;
        let shift = self.sum / runs;
        let mean = self.origin + shift / self.per_unit;
        let m2 = (self.sum_squares - self.sum * shift).max(0.0);
        let mean_in_units = mean * self.per_unit;
        let log_shift = self.log_sum / runs;
        Level {
            n,
            runs: self.runs,
            mean,
            relative_m2: if mean > 0.0 {
                m2 / mean_in_units / mean_in_units
            } else {
                0.0
            },
            log_moments: self.log_known.then(|| {
                (
                    self.log_origin + log_shift,
                    (self.log_squares - self.log_sum * log_shift).max(0.0),
                )
            }),
            successive: (self.runs > 1 && self.successive.is_finite()).then(|| {
                if mean > 0.0 {
                    self.successive / mean_in_units / mean_in_units
                } else {
                    0.0
                }
            }),
            latency: (self.latencies > 0).then(|| self.latency_sum / self.latencies as f64),
        }
    }
}

/// ln(a/b) for a > 0; b = 0 gives no number.
///
/// Runs at one N are close together, where ln(a/b) = 2·artanh((a − b)/(a + b)) takes seven
/// terms, is quicker than two logarithms, and loses no digits to their difference.
fn log_ratio(a: f64, b: f64) -> f64 {
    let u = (a - b) / (a + b);
    let z = u * u;
    // Beyond, the eighth term z⁷/15 is no longer below the last digit; NaN goes there too.
    if z < 1.0 / 256.0 {
        let pairs = (1.0 + z * (1.0 / 3.0), 1.0 / 5.0 + z * (1.0 / 7.0));
        let tail = 1.0 / 9.0 + z * (1.0 / 11.0) + z * z * (1.0 / 13.0);
        let square = z * z;
        2.0 * u * (pairs.0 + square * (pairs.1 + square * tail))
    } else {
        a.ln() - b.ln()
    }
}

/// 2^k with the exponent of `value`; 1 for 0. Always normal, so its reciprocal is finite.
fn power_of_two_near(value: f64) -> f64 {
    let exponent_bits = value.to_bits() & 0x7ff0_0000_0000_0000;
    if value == 0.0 {
        1.0
    } else {
        f64::from_bits(exponent_bits).clamp(2.0_f64.powi(-1021), 2.0_f64.powi(1021))
    }
}

/// The error of a row that cannot be.
#[cold]
fn refuse(n: f64, throughput: f64) -> Result<(), Error> {
    domain::positive("N", n)?;
    domain::non_negative("throughput", throughput)?;
    Ok(())
}

/// The place of an N that has not been seen: past the end of any table.
const NOWHERE: u32 = u32::MAX;

/// The value of a whole N that is small enough to be an index.
#[inline]
fn small_whole(n: f64) -> Option<usize> {
    const SMALL: u32 = 4096;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what does not fit becomes another number, and is not equal below"
    )]
    let whole = n as u32;
    #[expect(clippy::float_cmp, reason = "both are whole numbers or not equal")]
    let is_whole = f64::from(whole) == n;
    (is_whole && whole < SMALL).then_some(whole as usize)
}

/// Several runs at one N, already folded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Folded {
    /// How many, at least 1.
    pub runs: u64,
    /// Their mean throughput, 1/s, 0 or above.
    pub mean: f64,
    /// Sum of squared deviations of throughput from its mean, 0 or above.
    pub m2: f64,
    /// Mean and sum of squared deviations of ln X, where known.
    pub log_moments: Option<(f64, f64)>,
    /// Sum of squared differences from each run to the next, where known.
    pub successive: Option<f64>,
    /// Their mean latency in seconds, where known.
    pub latency: Option<f64>,
}

/// Folds rows into [`Levels`] while they are read.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    /// Place in `sums` of each N, by its bits.
    index: HashMap<u64, usize>,
    /// The same for small whole N, by their value.
    small: Vec<u32>,
    sums: Vec<(f64, Sums)>,
    /// Place of the last N that is not small: sweeps repeat N in runs.
    last: usize,
    /// Single runs for pictures.
    kept: Vec<[f64; 2]>,
}

impl Fold {
    /// Adds one run.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for N ≤ 0, throughput < 0, infinity and NaN.
    pub fn add(&mut self, n: f64, throughput: f64, latency: Option<f64>) -> Result<(), Error> {
        // The same as the checks of `domain`, without their errors in the way.
        let is_valid = n > 0.0 && throughput >= 0.0 && n.max(throughput) < f64::INFINITY;
        if !is_valid {
            return refuse(n, throughput);
        }
        let sums = self.sums_at(n, throughput);
        sums.add(throughput, latency);
        if sums.runs <= RUNS_KEPT {
            self.keep([[n, throughput]]);
        }
        Ok(())
    }

    #[cold]
    fn keep(&mut self, runs: impl IntoIterator<Item = [f64; 2]>) {
        let room = ALL_KEPT.saturating_sub(self.kept.len());
        self.kept.extend(runs.into_iter().take(room));
    }

    /// Adds `runs` runs that are already folded into mean, M2 and, where known, the
    /// moments of ln X.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] as for [`Fold::add`], and for runs = 0 or M2 < 0.
    pub fn add_folded(&mut self, n: f64, folded: &Folded) -> Result<(), Error> {
        let Folded {
            runs,
            mean,
            m2,
            log_moments,
            successive,
            latency,
        } = *folded;
        domain::positive("N", n)?;
        domain::positive("runs", runs as f64)?;
        domain::non_negative("throughput", mean)?;
        domain::non_negative("sum of squares", m2)?;
        let count = runs as f64;
        let sums = self.sums_at(n, mean);
        let difference = (mean - sums.origin) * sums.per_unit;
        if runs == 1 {
            let before = if sums.runs == 0 { mean } else { sums.ends[1] };
            sums.successive += ((mean - before) * sums.per_unit).powi(2);
            sums.ends[1] = mean;
        } else {
            // The steps to them and from them are not known.
            let alone = successive.filter(|_| sums.runs == 0);
            sums.successive = alone.map_or(f64::NAN, |s| s * sums.per_unit * sums.per_unit);
            sums.ends = [f64::NAN; 2];
        }
        sums.runs += runs;
        sums.sum += difference * count;
        sums.sum_squares += difference * difference * count + m2 * sums.per_unit * sums.per_unit;
        let log_moments = match log_moments {
            None if runs == 1 && mean > 0.0 => Some((mean.ln(), 0.0)),
            moments => moments,
        };
        match log_moments {
            Some((log_mean, log_m2)) => {
                let difference = log_mean - sums.log_origin;
                sums.log_sum += difference * count;
                sums.log_squares += difference * difference * count + log_m2;
            }
            None => sums.log_known = false,
        }
        sums.add_latency(latency, runs);
        Ok(())
    }

    #[inline]
    fn sums_at(&mut self, n: f64, first: f64) -> &mut Sums {
        let known = match small_whole(n) {
            Some(whole) => self.small.get(whole).copied().unwrap_or(NOWHERE) as usize,
            None => self.place_of_large(n),
        };
        let place = if known < self.sums.len() {
            known
        } else {
            self.start_level(n, first)
        };
        &mut self.sums[place].1
    }

    /// Place of an N that is fractional or large, past the end where there is none yet.
    fn place_of_large(&mut self, n: f64) -> usize {
        let is_last = |(at, _): &(f64, Sums)| at.to_bits() == n.to_bits();
        if !self.sums.get(self.last).is_some_and(is_last) {
            self.last = self.index.get(&n.to_bits()).copied().unwrap_or(usize::MAX);
        }
        self.last
    }

    #[cold]
    fn start_level(&mut self, n: f64, first: f64) -> usize {
        let place = self.sums.len();
        self.sums.push((n, Sums::starting_at(first)));
        if let (Some(whole), Ok(place)) = (small_whole(n), u32::try_from(place)) {
            if self.small.len() <= whole {
                self.small.resize(whole + 1, NOWHERE);
            }
            self.small[whole] = place;
        } else {
            self.index.insert(n.to_bits(), place);
            self.last = place;
        }
        place
    }

    /// The distinct N so far, in the order they came.
    pub fn sizes(&self) -> impl Iterator<Item = f64> + '_ {
        self.sums.iter().map(|(n, _)| *n)
    }

    /// Number of distinct N so far.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Whether nothing has been added yet.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Adds everything that another fold has taken in.
    pub fn merge(&mut self, other: &Self) {
        for (n, sums) in &other.sums {
            self.sums_at(*n, sums.origin).merge(sums);
        }
        self.keep(other.kept.iter().copied());
    }

    /// The levels, by rising N.
    pub fn finish(self) -> Levels {
        let Self {
            index, sums, kept, ..
        } = self;
        drop(index);
        // Level by level into the room of the sums, which was a third larger.
        let mut levels: Vec<Level> = (sums.into_iter()).map(|(n, sums)| sums.level(n)).collect();
        levels.shrink_to_fit();
        levels.sort_unstable_by(|a, b| a.n.total_cmp(&b.n));
        Levels {
            levels: Arc::new(levels),
            kept: Arc::new(kept),
        }
    }
}

#[cfg(test)]
mod tests;
