//! The order of sizes within a round.

use super::Order;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Puts the sizes of a round into their order: another one each round, the same for the same
/// seed.
///
/// # References
/// R. Durstenfeld, "Algorithm 235: Random permutation", Communications of the ACM 7 (1964).
pub(super) fn arrange(sizes: &mut [f64], order: Order, seed: u64, round: u32) {
    sizes.sort_by(f64::total_cmp);
    if order == Order::Rising {
        return;
    }
    // Seeds of neighbouring rounds differ in one bit or two; seeding mixes them thoroughly.
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed ^ (u64::from(round) << 32));
    for last in (1..sizes.len()).rev() {
        sizes.swap(last, below(&mut random, last + 1));
    }
}

/// A number from 0 to `bound` − 1: the high half of a product, biased by less than 2⁻⁵⁰ for any
/// round there will be.
fn below(random: &mut Xoshiro256PlusPlus, bound: usize) -> usize {
    let product = u128::from(random.next_u64()) * bound as u128;
    usize::try_from(product >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut seen = std::collections::HashMap::new();
        let rounds = 6000;
        for round in 1..=rounds {
            let mut sizes = [4.0, 1.0, 2.0];
            arrange(&mut sizes, Order::Random, 7, round);
            *seen.entry(sizes.map(f64::to_bits)).or_insert(0.0) += 1.0;
        }
        // Pearson's χ² with 5 degrees of freedom exceeds 20.5 once in a thousand.
        let expected = f64::from(rounds) / 6.0;
        let chi: f64 = seen
            .values()
            .map(|count: &f64| (count - expected).powi(2) / expected)
            .sum();
        assert_eq!(seen.len(), 6);
        assert!(chi < 20.5, "{chi}");
    }

    #[test]
    fn rising_is_rising_and_a_seed_repeats_itself() {
        let mut sizes = [4.0, 1.0, 2.0];
        arrange(&mut sizes, Order::Rising, 7, 1);
        assert_eq!(sizes.map(f64::to_bits), [1.0, 2.0, 4.0].map(f64::to_bits));
        let order = |seed, round| {
            let mut sizes: Vec<f64> = (1..=20).map(f64::from).collect();
            arrange(&mut sizes, Order::Random, seed, round);
            sizes
        };
        assert_eq!(order(3, 2), order(3, 2));
        assert_ne!(order(3, 2), order(3, 3));
        assert_ne!(order(3, 2), order(4, 2));
    }
}
