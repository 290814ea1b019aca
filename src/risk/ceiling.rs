//! The shared ceiling: how many workers one store carries, also from a few measured points.

use crate::domain;
use crate::error::Error;
use crate::queueing::{AsymptoticBounds, Closed, ClosedParams, Performance};

/// Workers that each think for Z between an answer of the store and the next request; the
/// store has c servers of S.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedStore {
    /// Z ≥ 0 in seconds.
    pub think_time: f64,
    /// S > 0 in seconds.
    pub mean_service: f64,
    /// c, a whole number from 1.
    pub servers: f64,
}

impl SharedStore {
    /// Exact steady state with N workers (exponential services, any think times).
    ///
    /// # Errors
    /// As [`Closed::new`].
    pub fn with(&self, workers: f64) -> Result<(Performance, AsymptoticBounds), Error> {
        let closed = Closed::new(ClosedParams {
            clients: workers,
            think_time: self.think_time,
            mean_service: self.mean_service,
            servers: self.servers,
        })?;
        Ok((closed.performance(), closed.bounds()))
    }

    /// N* = (S + Z)/(S/c): from this many workers somebody must wait.
    pub fn saturation(&self) -> f64 {
        (self.mean_service + self.think_time) * self.servers / self.mean_service
    }

    /// The most workers of which each still gets `share` of what it would get alone:
    /// X(N)/N ≥ share·X(1).
    ///
    /// # Errors
    /// As [`Closed::new`]; [`Error::OutOfRange`] unless 0 < share < 1.
    pub fn most_workers(&self, share: f64) -> Result<f64, Error> {
        domain::open_fraction("share of the rate of a lone worker", share)?;
        let alone = self.with(1.0)?.0.throughput;
        let keeps = |workers: f64| -> Result<bool, Error> {
            Ok(self.with(workers)?.0.throughput / workers >= share * alone)
        };
        let (mut low, mut high) = (1.0, 2.0);
        while keeps(high)? {
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if keeps(middle)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// The store with one server whose X(N) comes closest, in relative squares, to what was
    /// measured. Three points from below to above the bend are enough; two distinct N are
    /// needed.
    ///
    /// For each S the think time follows from the points (a search in one dimension inside
    /// another), so that the fit is exact for exact points.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a point that is not positive; [`Error::NoSolution`] with
    /// fewer than two distinct N.
    pub fn from_points(points: &[(f64, f64)]) -> Result<Self, Error> {
        for (workers, rate) in points {
            domain::count("workers", *workers)?;
            domain::positive("throughput", *rate)?;
        }
        let distinct = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() > 0.5;
        if !points.iter().any(|point| distinct(point, &points[0])) {
            return Err(Error::NoSolution {
                reason: "one number of workers says nothing about a ceiling".to_owned(),
                hint: "give the throughput at two or more numbers of workers".into(),
            });
        }
        let fastest = points.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        let slowest_cycle = points
            .iter()
            .map(|(workers, rate)| workers / rate)
            .fold(0.0, f64::max);
        // S between next to nothing and 1.2 times what the fastest point leaves (noise).
        let misfit_of = |log_service: f64| {
            let service = log_service.exp();
            let best = least(
                |log_think| misfit(points, service, log_think.exp()),
                (slowest_cycle * 1e-9).ln(),
                (slowest_cycle * 2.0).ln(),
            );
            best.1
        };
        let (log_service, _) = least(misfit_of, (1e-4 / fastest).ln(), (1.2 / fastest).ln());
        let service = log_service.exp();
        let (log_think, _) = least(
            |log_think| misfit(points, service, log_think.exp()),
            (slowest_cycle * 1e-9).ln(),
            (slowest_cycle * 2.0).ln(),
        );
        Ok(Self {
            think_time: log_think.exp(),
            mean_service: service,
            servers: 1.0,
        })
    }

    /// Root mean square of the relative misses at these points.
    ///
    /// # Errors
    /// As [`Closed::new`].
    pub fn misfit(&self, points: &[(f64, f64)]) -> Result<f64, Error> {
        let mut sum = 0.0;
        for (workers, rate) in points {
            let miss = self.with(*workers)?.0.throughput / rate - 1.0;
            sum += miss * miss;
        }
        Ok((sum / points.len().max(1) as f64).sqrt())
    }
}

fn misfit(points: &[(f64, f64)], mean_service: f64, think_time: f64) -> f64 {
    SharedStore {
        think_time,
        mean_service,
        servers: 1.0,
    }
    .misfit(points)
    .unwrap_or(f64::MAX)
}

/// Where a function of one variable is least, and its value: a coarse grid, then golden
/// sections around its best.
fn least(f: impl Fn(f64) -> f64, low: f64, high: f64) -> (f64, f64) {
    const GRID: i32 = 24;
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let step = (high - low) / f64::from(GRID);
    let at = |k: i32| step.mul_add(f64::from(k), low);
    let best = (0..=GRID)
        .map(|k| (k, f(at(k))))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(0, |(k, _)| k);
    let (mut low, mut high) = (at((best - 1).max(0)), at((best + 1).min(GRID)));
    let (mut a, mut b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut fa, mut fb) = (f(a), f(b));
    while high - low > 1e-10 {
        if fa <= fb {
            (high, b, fb) = (b, a, fa);
            a = high - GOLDEN * (high - low);
            fa = f(a);
        } else {
            (low, a, fa) = (a, b, fb);
            b = low + GOLDEN * (high - low);
            fb = f(b);
        }
    }
    if fa <= fb { (a, fa) } else { (b, fb) }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    /// 10,000 workers polling 100/s, a store of 50,000/s.
    const ARTICLE: SharedStore = SharedStore {
        think_time: 0.01,
        mean_service: 2e-5,
        servers: 1.0,
    };

    #[test]
    fn the_article_s_store() {
        assert!((ARTICLE.saturation() - 501.0).abs() < 1e-9);
        // N = 400: 39,633/s and 92.6 µs; N = 600: 2.000 ms (simulated 39,561, 92.4 µs, 2.0037 ms)
        let (at_400, _) = ARTICLE.with(400.0).unwrap();
        assert!((at_400.throughput - 39_633.0).abs() < 0.5);
        assert!((at_400.mean_response - 92.6e-6).abs() < 5e-8);
        assert!((ARTICLE.with(600.0).unwrap().0.mean_response - 2e-3).abs() < 5e-7);
        let (full, _) = ARTICLE.with(10_000.0).unwrap();
        assert!((full.throughput - 50_000.0).abs() < 1e-6);
        assert!((full.mean_response - 0.19).abs() < 1e-9);
    }

    #[test]
    fn three_exact_points_give_the_store_back() {
        let points: Vec<(f64, f64)> = [100.0, 450.0, 800.0]
            .iter()
            .map(|n| (*n, ARTICLE.with(*n).unwrap().0.throughput))
            .collect();
        let found = SharedStore::from_points(&points).unwrap();
        assert!((found.mean_service / 2e-5 - 1.0).abs() < 1e-4, "{found:?}");
        assert!((found.think_time / 0.01 - 1.0).abs() < 1e-4, "{found:?}");
        assert!(SharedStore::from_points(&points[..1]).is_err());
    }

    #[test]
    fn most_workers_keep_their_share_and_one_more_does_not() {
        let most = ARTICLE.most_workers(0.9).unwrap();
        let alone = ARTICLE.with(1.0).unwrap().0.throughput;
        let each = |n: f64| ARTICLE.with(n).unwrap().0.throughput / n / alone;
        assert!(each(most) >= 0.9 && each(most + 1.0) < 0.9);
    }
}
