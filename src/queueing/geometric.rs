//! Sums of powers that stay exact at ratio 1 and beside it.

/// Sums over the powers r⁰ … rⁿ⁻¹ of a ratio 0 ≤ r ≤ 1.
///
/// Built by doubling from positive terms alone: O(log n), no cancellation, and nothing
/// special at r = 1, where the textbook quotients are 0/0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Powers {
    /// n.
    pub(super) terms: f64,
    /// rⁿ.
    pub(super) next: f64,
    /// Σ rⁱ.
    pub(super) sum: f64,
    /// Σ i·rⁱ.
    pub(super) rising: f64,
    /// Σ (n − i)·rⁱ.
    pub(super) falling: f64,
}

impl Powers {
    /// The sums for n = `terms`, a whole number.
    pub(super) fn new(ratio: f64, terms: f64) -> Self {
        if terms < 1.0 {
            return Self {
                terms: 0.0,
                next: 1.0,
                sum: 0.0,
                rising: 0.0,
                falling: 0.0,
            };
        }
        let half = Self::new(ratio, (terms / 2.0).floor());
        let even = half.doubled();
        if even.terms < terms {
            even.with_one_more(ratio)
        } else {
            even
        }
    }

    fn doubled(self) -> Self {
        let Self {
            terms,
            next,
            sum,
            rising,
            falling,
        } = self;
        Self {
            terms: 2.0 * terms,
            next: next * next,
            sum: sum + next * sum,
            rising: rising + next * (rising + terms * sum),
            falling: falling + terms * sum + next * falling,
        }
    }

    fn with_one_more(self, ratio: f64) -> Self {
        let Self {
            terms,
            next,
            sum,
            rising,
            falling,
        } = self;
        Self {
            terms: terms + 1.0,
            next: next * ratio,
            sum: sum + next,
            rising: rising + terms * next,
            falling: falling + sum + next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_the_plain_sums() {
        for ratio in [0.0, 0.3, 0.999, 1.0] {
            for n in [0_u32, 1, 2, 7, 64, 1000] {
                let powers = Powers::new(ratio, f64::from(n));
                let (mut sum, mut rising, mut falling, mut power) = (0.0, 0.0, 0.0, 1.0);
                for i in 0..n {
                    sum += power;
                    rising += f64::from(i) * power;
                    falling += f64::from(n - i) * power;
                    power *= ratio;
                }
                for (got, expected) in [
                    (powers.sum, sum),
                    (powers.rising, rising),
                    (powers.falling, falling),
                    (powers.next, power),
                ] {
                    assert!((got - expected).abs() <= 1e-12 * expected, "{ratio} {n}");
                }
            }
        }
    }
}
