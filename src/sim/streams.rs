//! Random numbers: one stream a purpose, so that a change to one leaves the others alone.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// What a stream is drawn for. Two scenarios that differ in one of them see the same numbers
/// in all others: common random numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Times between arrivals, and the state a run starts in.
    Arrivals,
    /// Service times.
    Service,
    /// Which server, which key, who re-enters.
    Choice,
    /// Pauses before retries, think times, patience.
    Jitter,
    /// Service times of the copies of a request after the first.
    Copies,
}

/// A reproducible stream of random numbers: xoshiro256++ (D. Blackman, S. Vigna, 2019), whose
/// values for a seed never change.
#[derive(Debug, Clone)]
pub struct Stream(Xoshiro256PlusPlus);

/// One step of `SplitMix64`, which spreads neighbouring seeds apart.
fn mixed(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream of a purpose in one run of a seed.
    pub fn new(seed: u64, run: u64, purpose: Purpose) -> Self {
        let state = mixed(mixed(mixed(seed) ^ run) ^ (purpose as u64 + 1));
        Self(Xoshiro256PlusPlus::seed_from_u64(state))
    }

    /// Uniform between 0 and 1, neither of them included.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 52) as f64;
        ((self.0.next_u64() >> 12) as f64 + 0.5) * STEP
    }

    /// Exponential with mean 1.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// Standard normal (G. Box, M. Muller, 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A whole number from 0 to `many` − 1; 0 for `many` = 0.
    #[inline]
    pub fn below(&mut self, many: u32) -> u32 {
        // The upper half of a 64-bit product: biased by less than many/2⁶⁴ (D. Lemire, 2019).
        let wide = u128::from(self.0.next_u64()) * u128::from(many);
        u32::try_from(wide >> 64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_run_and_purpose_and_come_back() {
        let first = |seed, run, purpose| Stream::new(seed, run, purpose).0.next_u64();
        let base = first(1, 0, Purpose::Arrivals);
        assert_eq!(base, first(1, 0, Purpose::Arrivals));
        for other in [
            first(2, 0, Purpose::Arrivals),
            first(1, 1, Purpose::Arrivals),
            first(1, 0, Purpose::Service),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn moments_of_what_is_drawn() {
        let mut stream = Stream::new(7, 0, Purpose::Service);
        let n = 200_000;
        let (mut exponential, mut square, mut whole) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            exponential += stream.exponential();
            square += stream.normal().powi(2);
            whole += f64::from(stream.below(7));
        }
        let n = f64::from(n);
        // Four standard errors: 1/√n, √(2/n), 2/√n.
        assert!((exponential / n - 1.0).abs() < 4.0 / n.sqrt());
        assert!((square / n - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
        assert!((whole / n - 3.0).abs() < 8.0 / n.sqrt());
    }
}
