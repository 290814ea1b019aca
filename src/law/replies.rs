//! How long a quorum waits.

/// Waiting for the fastest few of many replies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replies {
    /// Replicas asked, a whole number n.
    pub asked: f64,
    /// Replies waited for, a whole number k ≤ n.
    pub needed: f64,
}

impl Replies {
    /// Mean time until the k-th fastest of n replies, in units of the mean reply time:
    /// H(n) − H(n−k) with H(n) = 1 + 1/2 + … + 1/n.
    ///
    /// Reply times are independent and exponential; k = n is the slowest of all. 0 for k = 0.
    ///
    /// # References
    /// A. Rényi, "On the theory of order statistics", Acta Math. Hung. 4, 1953.
    pub fn mean_wait(&self) -> f64 {
        /// Terms that are added one by one; beyond, the expansion is exact to rounding.
        const SUMMED: f64 = 4096.0;
        let (n, rest) = (self.asked, (self.asked - self.needed).max(0.0));
        if self.needed <= SUMMED {
            return harmonic_between(rest, n);
        }
        // H(m) ≈ ln m + 1/(2m) − 1/(12m²) + a constant, as a difference that does not cancel.
        let from = rest.max(SUMMED);
        let tail = |m: f64| (0.5 - 1.0 / (12.0 * m)) / m;
        let logarithm = -((from - n) / n).ln_1p();
        harmonic_between(rest, from) + logarithm + (tail(n) - tail(from))
    }
}

/// 1/(low+1) + … + 1/high, from the smallest term on.
fn harmonic_between(low: f64, high: f64) -> f64 {
    let (mut sum, mut m) = (0.0, high);
    while m > low {
        sum += m.recip();
        m -= 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(
            (got - expected).abs() <= relative * expected.abs(),
            "{got} is not {expected}"
        );
    }

    #[test]
    fn the_kth_reply_is_a_difference_of_harmonic_numbers() {
        let wait = |asked, needed| Replies { asked, needed }.mean_wait();
        // H(5) − H(2) = 137/60 − 3/2, H(3) = 11/6, by hand.
        close(wait(5.0, 3.0), 137.0 / 60.0 - 1.5, 1e-15);
        close(wait(3.0, 3.0), 11.0 / 6.0, 1e-15);
        close(wait(1e9, 1.0), 1e-9, 1e-15);
        // mpmath 1.3, harmonic(n) - harmonic(n-k) at 40 digits.
        close(wait(1e5, 1e5), 12.090_146_129_863_428, 1e-14);
        close(wait(1e5, 5e4 + 1.0), 0.693_162_180_584_945_3, 1e-14);
        close(wait(1e9, 5e8 + 1.0), 0.693_147_182_059_945_3, 1e-14);
        close(wait(5000.0, 4500.0), 2.301_685_422_993_912_4, 1e-14);
        close(
            wait(5000.0, 4096.0) + 1.0 / 904.0,
            wait(5000.0, 4097.0),
            1e-14,
        );
    }
}
