//! Batching: how large a batch has to be, and which is fastest.

use super::herd::{MOST_CLIENTS, count};
use crate::domain;
use crate::error::Error;

/// Items arrive as a Poisson stream and are worked off B at a time for F + vB seconds.
///
/// Batches arrive as Erlang-B to a server of constant time: Kingman's wait
/// ρ/(1 − ρ)·τ/(2B), times the factor of Kraemer and Langenbach-Belz
/// exp(−2(1 − ρ)(1 − 1/B)²B/(3ρ)). In simulation the latency was within −4 % to 0 % with the
/// factor, 0 to +6 % without.
///
/// # References
/// J. F. C. Kingman (1961); W. Kraemer, M. Langenbach-Belz, ITC 8 (1976).
///
/// # Examples
/// ```
/// use scalecalc::risk::Batching;
/// let work = Batching { arrival_rate: 1000.0, fixed_cost: 0.005, per_item: 0.0002 };
/// assert_eq!(work.smallest_stable()?, Some(7.0));
/// assert_eq!(work.fastest()?.map(|batch| batch.size), Some(8.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batching {
    /// λ in items a second, above 0.
    pub arrival_rate: f64,
    /// F ≥ 0: seconds a batch costs whatever its size.
    pub fixed_cost: f64,
    /// v ≥ 0: seconds an item adds. F + v is above 0.
    pub per_item: f64,
}

/// One batch size. Times in seconds; `None` where batches come faster than they are done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatchSize {
    /// B.
    pub size: f64,
    /// λτ/B; at 1 or above the backlog grows without end.
    pub utilization: f64,
    /// Mean time an item waits for its batch to fill, (B − 1)/(2λ).
    pub mean_fill: f64,
    /// Time the first item waits, (B − 1)/λ.
    pub max_fill: f64,
    /// τ = F + vB.
    pub service: f64,
    /// Mean wait of a full batch by Kingman: an upper estimate.
    pub wait_kingman: Option<f64>,
    /// Mean wait of a full batch with the factor of Kraemer and Langenbach-Belz.
    pub wait: Option<f64>,
    /// Mean latency of an item: fill + wait + τ.
    pub latency: Option<f64>,
    /// The most items a second at this size, B/τ.
    pub max_throughput: f64,
}

impl Batching {
    /// The same with its fields checked.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range.
    pub fn checked(self) -> Result<Self, Error> {
        domain::positive("arrival rate", self.arrival_rate)?;
        domain::non_negative("fixed cost", self.fixed_cost)?;
        domain::non_negative("cost per item", self.per_item)?;
        domain::positive("cost of a batch of one", self.fixed_cost + self.per_item)?;
        domain::finite(
            "offered load",
            self.arrival_rate * (self.fixed_cost + self.per_item),
        )?;
        Ok(self)
    }

    /// The smallest size that keeps up, ⌊λF/(1 − λv)⌋ + 1; `None` where the items alone take
    /// longer than they arrive (λv ≥ 1) or it is beyond 10¹².
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range.
    pub fn smallest_stable(&self) -> Result<Option<f64>, Error> {
        self.checked()?;
        let spare = (-self.arrival_rate).mul_add(self.per_item, 1.0);
        if spare <= 4.0 * f64::EPSILON {
            return Ok(None);
        }
        let limit = self.arrival_rate * self.fixed_cost / spare;
        // A limit within rounding of a whole number is that number, which is not enough.
        let whole = limit.round();
        let floor = if (limit - whole).abs() <= 16.0 * f64::EPSILON * limit / spare.min(1.0) {
            whole
        } else {
            limit.floor()
        };
        Ok(Some(floor + 1.0).filter(|size| *size <= MOST_CLIENTS))
    }

    /// Batches of this size.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range or a size that is not whole.
    pub fn at(&self, size: f64) -> Result<BatchSize, Error> {
        self.checked()?;
        let b = count("batch size", size)?;
        let service = self.per_item.mul_add(b, self.fixed_cost);
        let utilization = self.arrival_rate * service / b;
        let spare = self.arrival_rate.mul_add(-service / b, 1.0);
        let stable = spare > 4.0 * f64::EPSILON;
        let wait_kingman = stable.then(|| utilization / spare * service / (2.0 * b));
        let uneven = 1.0 - 1.0 / b;
        let factor = (-2.0 * spare * uneven * uneven * b / (3.0 * utilization)).exp();
        let wait = wait_kingman.map(|wait| wait * factor);
        let mean_fill = (b - 1.0) / (2.0 * self.arrival_rate);
        Ok(BatchSize {
            size: b,
            utilization: domain::finite("utilization", utilization)?,
            mean_fill,
            max_fill: domain::finite("time to fill", 2.0 * mean_fill)?,
            service,
            wait_kingman,
            wait,
            latency: wait.map(|wait| mean_fill + wait + service),
            max_throughput: domain::finite("throughput", b / service)?,
        })
    }

    /// The size with the least mean latency; `None` where none keeps up.
    ///
    /// Sizes are looked at on ever finer grids around the best so far, up to where filling
    /// and working alone take longer than the best.
    ///
    /// # Errors
    /// As [`Batching::at`].
    pub fn fastest(&self) -> Result<Option<BatchSize>, Error> {
        let Some(smallest) = self.smallest_stable()? else {
            return Ok(None);
        };
        let latency = |size: f64| -> Result<f64, Error> {
            Ok(self.at(size)?.latency.unwrap_or(f64::INFINITY))
        };
        // An upper end: beyond it (B − 1)/(2λ) + F alone exceeds what some size reaches.
        let mut reached = f64::INFINITY;
        let mut probe = smallest;
        for _ in 0..64 {
            reached = reached.min(latency(probe.min(MOST_CLIENTS))?);
            probe = (probe * 1.5).floor() + 1.0;
        }
        let end = 2.0f64.mul_add(self.arrival_rate * (reached - self.fixed_cost), 1.0);
        let (mut low, mut high) = (smallest, end.clamp(smallest, MOST_CLIENTS).floor());
        let mut best = smallest;
        loop {
            const POINTS: f64 = 256.0;
            let step = ((high - low) / POINTS).ceil().max(1.0);
            let mut size = low;
            while size <= high {
                if latency(size)? < latency(best)? {
                    best = size;
                }
                size += step;
            }
            if step <= 1.0 {
                return self.at(best).map(Some);
            }
            (low, high) = ((best - step).max(smallest), (best + step).min(high));
        }
    }

    /// The smallest size whose utilization is at most `limit`, so that some headroom is left;
    /// `None` where none is.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < limit < 1.
    pub fn with_headroom(&self, limit: f64) -> Result<Option<f64>, Error> {
        domain::open_fraction("utilization", limit)?;
        // λ(F + vB)/B ≤ limit
        let spare = limit - self.arrival_rate * self.per_item;
        if spare <= 0.0 {
            return Ok(None);
        }
        let size = super::herd::ceil_ratio(self.arrival_rate * self.fixed_cost, spare).max(1.0);
        Ok(Some(size).filter(|size| *size <= MOST_CLIENTS))
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    const ARTICLE: Batching = Batching {
        arrival_rate: 1000.0,
        fixed_cost: 0.005,
        per_item: 0.0002,
    };

    #[test]
    fn published_latencies() {
        // KLB 10.9 ms at B = 8; 13.46, 18.5 and 74.5 ms at 7, 20, 100 (simulated: 11.36 at 8)
        for (size, ms, tolerance) in [(8.0, 10.9, 0.05), (20.0, 18.5, 0.05), (100.0, 74.5, 0.05)] {
            let got = ARTICLE.at(size).unwrap().latency.unwrap() * 1e3;
            assert!((got - ms).abs() < tolerance, "{size}: {got}");
        }
        assert_eq!(ARTICLE.at(6.0).unwrap().latency, None);
        assert_eq!(ARTICLE.with_headroom(0.9).unwrap(), Some(8.0));
    }

    #[test]
    fn the_smallest_stable_size_is_and_one_less_is_not() {
        for work in [
            ARTICLE,
            Batching {
                arrival_rate: 50_000.0,
                fixed_cost: 0.001,
                per_item: 0.00001,
            },
            Batching {
                arrival_rate: 3.0,
                fixed_cost: 0.1,
                per_item: 0.0,
            },
            Batching {
                arrival_rate: 1e6,
                fixed_cost: 10.0,
                per_item: 9.99e-7,
            },
        ] {
            let size = work.smallest_stable().unwrap().unwrap();
            assert!(work.at(size).unwrap().latency.is_some(), "{work:?}");
            if size > 1.0 {
                assert!(work.at(size - 1.0).unwrap().latency.is_none(), "{work:?}");
            }
        }
    }

    #[test]
    fn the_fastest_is_what_trying_all_finds() {
        for work in [
            ARTICLE,
            Batching {
                arrival_rate: 200.0,
                fixed_cost: 0.02,
                per_item: 0.001,
            },
            Batching {
                arrival_rate: 20_000.0,
                fixed_cost: 0.02,
                per_item: 0.00004,
            },
        ] {
            let got = work.fastest().unwrap().unwrap();
            let mut best = f64::INFINITY;
            for size in 1..20_000 {
                let latency = work.at(f64::from(size)).unwrap().latency;
                best = best.min(latency.unwrap_or(f64::INFINITY));
            }
            assert!(got.latency.unwrap() <= best, "{got:?} {best}");
        }
        let hopeless = Batching {
            per_item: 0.001,
            ..ARTICLE
        };
        assert_eq!(hopeless.fastest().unwrap(), None);
    }
}
