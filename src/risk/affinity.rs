//! Affinity: what a hot key or sticky sessions do to shards that each have their own queue.

use super::herd::count;
use crate::domain;
use crate::error::Error;

/// Load on shards by their share of the requests; each shard is an M/M/1 queue of its own.
///
/// # Examples
/// ```
/// let shares = scalecalc::risk::Shares::new(&[0.4, 0.2, 0.2, 0.1, 0.1])?;
/// assert_eq!(shares.effective(), 2.5);
/// assert!((shares.mean_response(2.2, 1.0)?.unwrap_or(0.0) - 4.304).abs() < 1e-3);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Shares(Vec<f64>);

impl Shares {
    /// Shares of the shards, in any unit: they are divided by their sum.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a negative share; [`Error::NoSolution`] where all are 0.
    pub fn new(weights: &[f64]) -> Result<Self, Error> {
        for weight in weights {
            domain::non_negative("share", *weight)?;
        }
        let total: f64 = weights.iter().sum();
        if !(total > 0.0 && total.is_finite()) {
            return Err(Error::NoSolution {
                reason: "no shard gets any load".to_owned(),
                hint: "give the share of each shard, such as 40%,20%,20%,10%,10%".into(),
            });
        }
        // Shares that add up to 1 are kept to the last bit.
        let scale = if (total - 1.0).abs() < 1e-12 {
            1.0
        } else {
            total
        };
        Ok(Self(weights.iter().map(|weight| weight / scale).collect()))
    }

    /// The shares.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// The largest share.
    pub fn largest(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    /// Effective shards, 1/pₘₐₓ: what the same hottest load would need if it were even.
    pub fn effective(&self) -> f64 {
        1.0 / self.largest()
    }

    /// Share of the capacity of all shards that the skew makes useless: 1 − effective/S.
    pub fn capacity_lost(&self) -> f64 {
        (1.0 - self.effective() / self.0.len() as f64).max(0.0)
    }

    /// The most requests a second before the hottest shard is full, 1/(S·pₘₐₓ).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless the service time is above 0.
    pub fn max_throughput(&self, mean_service: f64) -> Result<f64, Error> {
        domain::positive("mean service time", mean_service)?;
        domain::finite("throughput", 1.0 / (mean_service * self.largest()))
    }

    /// Utilization of the hottest shard, λ·pₘₐₓ·S.
    pub fn hottest_utilization(&self, arrival_rate: f64, mean_service: f64) -> f64 {
        arrival_rate * self.largest() * mean_service
    }

    /// Mean response over all requests, Σ pᵢ·S/(1 − λpᵢS) in seconds; `None` where a shard
    /// is full.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a negative rate or a service time that is not above 0.
    pub fn mean_response(
        &self,
        arrival_rate: f64,
        mean_service: f64,
    ) -> Result<Option<f64>, Error> {
        let each = |share: &f64| {
            response(arrival_rate * share, mean_service)
                .map(|time| time.map_or(f64::INFINITY, |time| share * time))
        };
        let total =
            (self.0.iter().filter(|share| **share > 0.0).map(each)).sum::<Result<f64, Error>>()?;
        Ok(Some(total).filter(|total| total.is_finite()))
    }
}

/// Mean response S/(1 − λS) of one queue in seconds; `None` where it is full.
///
/// # Errors
/// [`Error::OutOfRange`] for a negative rate or a service time that is not above 0.
pub fn response(arrival_rate: f64, mean_service: f64) -> Result<Option<f64>, Error> {
    domain::non_negative("arrival rate", arrival_rate)?;
    domain::positive("mean service time", mean_service)?;
    let spare = (-arrival_rate).mul_add(mean_service, 1.0);
    Ok((spare > 4.0 * f64::EPSILON).then(|| mean_service / spare))
}

/// M keys whose popularity falls as 1/rank^θ, hashed onto S shards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zipf {
    keys: f64,
    theta: f64,
    /// H_{M,θ} and H_{M,2θ}.
    sum: f64,
    sum_of_squares: f64,
}

impl Zipf {
    /// M keys from 1 to 10¹², θ from 0 (even) to 10.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] outside those ranges.
    pub fn new(keys: f64, theta: f64) -> Result<Self, Error> {
        count("keys", keys)?;
        if !(0.0..=10.0).contains(&theta) {
            return Err(Error::OutOfRange {
                name: "Zipf exponent",
                value: theta,
                allowed: "from 0 (all keys alike) to 10",
            });
        }
        Ok(Self {
            keys,
            theta,
            sum: power_sum(keys, theta),
            sum_of_squares: power_sum(keys, 2.0 * theta),
        })
    }

    /// Share of the hottest key, 1/H_{M,θ}.
    pub fn hottest(&self) -> f64 {
        1.0 / self.sum
    }

    /// Share of the key of this rank, counted from 1.
    pub fn share(&self, rank: f64) -> f64 {
        rank.powf(-self.theta) / self.sum
    }

    /// Shards that can be in use at most, 1/max(p₁, 1/S).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless shards is a whole number from 1.
    pub fn usable_shards(&self, shards: f64) -> Result<f64, Error> {
        count("shards", shards)?;
        Ok(self.sum.min(shards))
    }

    /// Mean share of the shard that holds the hottest key, p₁ + (1 − p₁)/S.
    ///
    /// # Errors
    /// As [`Zipf::usable_shards`].
    pub fn hottest_shard(&self, shards: f64) -> Result<f64, Error> {
        self.skew().hottest_shard(shards)
    }

    /// As [`KeySkew::largest_shard`].
    ///
    /// # Errors
    /// As [`Zipf::usable_shards`].
    pub fn largest_shard(&self, shards: f64) -> Result<f64, Error> {
        self.skew().largest_shard(shards)
    }

    /// What hashing these keys depends on.
    pub fn skew(&self) -> KeySkew {
        KeySkew {
            hottest: self.hottest(),
            rest_squared: (self.sum_of_squares - 1.0).max(0.0) / (self.sum * self.sum),
        }
    }
}

/// What hashing keys onto shards depends on: the hottest key, and how uneven the rest is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeySkew {
    /// p₁, the share of the hottest key.
    pub hottest: f64,
    /// Σᵢ≥₂ pᵢ².
    pub rest_squared: f64,
}

impl KeySkew {
    /// The skew of keys with these counts.
    ///
    /// # Errors
    /// As [`Shares::new`].
    pub fn of_counts(counts: &[f64]) -> Result<Self, Error> {
        let shares = Shares::new(counts)?;
        let squares: f64 = shares.0.iter().map(|share| share * share).sum();
        let hottest = shares.largest();
        Ok(Self {
            hottest,
            rest_squared: (squares - hottest * hottest).max(0.0),
        })
    }

    /// Mean share of the shard that holds the hottest key, p₁ + (1 − p₁)/S.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless shards is a whole number from 1.
    pub fn hottest_shard(&self, shards: f64) -> Result<f64, Error> {
        count("shards", shards)?;
        Ok(self.hottest + (1.0 - self.hottest) / shards)
    }

    /// About the largest share of any shard: the one with the hottest key, or where no key
    /// matters the luck of hashing, 1/S + sd·√(2 ln S), sd² = Σᵢ≥₂ pᵢ²·(1/S)(1 − 1/S).
    ///
    /// An estimate: in simulated cases within a tenth where p₁ is far from 1/S, up to a third
    /// too low between.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless shards is a whole number from 1.
    pub fn largest_shard(&self, shards: f64) -> Result<f64, Error> {
        let holder = self.hottest_shard(shards)?;
        let deviation = (self.rest_squared * (1.0 / shards) * (1.0 - 1.0 / shards)).sqrt();
        let lucky = deviation.mul_add((2.0 * shards.ln()).sqrt(), 1.0 / shards);
        Ok(holder.max(lucky).min(1.0))
    }

    /// Pieces into which to split the hottest key so that none is hotter than a shard's even
    /// share, ⌈p₁·S⌉.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless shards is a whole number from 1.
    pub fn pieces(&self, shards: f64) -> Result<f64, Error> {
        count("shards", shards)?;
        Ok((self.hottest * shards * (1.0 - 4.0 * f64::EPSILON))
            .ceil()
            .max(1.0))
    }
}

/// Σₖ₌₁..n k^(−θ): the first terms added up, the rest by Euler–Maclaurin, exact to about
/// 1e-15.
fn power_sum(n: f64, theta: f64) -> f64 {
    const SUMMED: f64 = 256.0;
    let term = |k: f64| k.powf(-theta);
    let first = n.min(SUMMED);
    let (mut sum, mut k) = (0.0, first);
    while k >= 1.0 {
        sum += term(k);
        k -= 1.0;
    }
    if n <= SUMMED {
        return sum;
    }
    // Σ_{k=a+1}^{n} f = ∫_a^n f + (f(n) − f(a))/2 + (f'(n) − f'(a))/12 − (f'''(n) − f'''(a))/720
    let a = SUMMED;
    let integral = if (theta - 1.0).abs() < 1e-300 {
        (n / a).ln()
    } else {
        // (n^(1−θ) − a^(1−θ))/(1−θ) by expm1, so that θ near 1 needs no case of its own.
        let power = 1.0 - theta;
        a.powf(power) * (power * (n / a).ln()).exp_m1() / power
    };
    let slope = |k: f64| -theta * k.powf(-theta - 1.0);
    let third = |k: f64| -theta * (theta + 1.0) * (theta + 2.0) * k.powf(-theta - 3.0);
    sum + integral + (term(n) - term(a)) / 2.0 + (slope(n) - slope(a)) / 12.0
        - (third(n) - third(a)) / 720.0
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_sum_over_many_keys_is_what_adding_gives() {
        for n in [300.0, 5000.0, 200_000.0] {
            for theta in [0.0, 0.6, 0.99, 1.0, 1.000_000_1, 1.6, 2.0, 10.0] {
                let (mut sum, mut k) = (0.0, n);
                while k >= 1.0 {
                    sum += f64::powf(k, -theta);
                    k -= 1.0;
                }
                let got = power_sum(n, theta);
                assert!((got / sum - 1.0).abs() < 1e-13, "{n} {theta}: {got} {sum}");
            }
        }
    }

    #[test]
    fn published_shares() {
        // M = 1e6, θ = 1, S = 100: p₁ = 6.95 %, at most 14.4 effective shards
        let zipf = Zipf::new(1e6, 1.0).unwrap();
        assert!((zipf.hottest() - 0.0695).abs() < 5e-5);
        assert!((zipf.usable_shards(100.0).unwrap() - 14.4).abs() < 0.05);
        // hashed in simulation: hottest shard 7.6 to 7.7 %
        let largest = zipf.largest_shard(100.0).unwrap();
        assert!((0.075..0.079).contains(&largest), "{largest}");
        // even keys: hashing noise alone, 1/S plus something
        let even = Zipf::new(1e4, 0.0).unwrap();
        let noise = even.largest_shard(100.0).unwrap();
        assert!(noise > 0.012 && noise < 0.014, "{noise}");
    }

    #[test]
    fn shares_in_counts_are_normalised_and_a_full_shard_has_no_response() {
        let shares = Shares::new(&[4.0, 2.0, 2.0, 1.0, 1.0]).unwrap();
        assert!((shares.max_throughput(1.0).unwrap() - 2.5).abs() < 1e-15);
        assert!((shares.capacity_lost() - 0.5).abs() < 1e-15);
        assert_eq!(shares.mean_response(2.5, 1.0).unwrap(), None);
        assert!(Shares::new(&[0.0, 0.0]).is_err() && Shares::new(&[]).is_err());
        assert!(Shares::new(&[-0.1, 1.0]).is_err());
    }
}
