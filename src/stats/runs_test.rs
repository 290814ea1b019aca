//! Runs test: do signs change as often as chance lets them?

/// Probability that n₁ positive and n₂ negative signs in random order form at most `runs`
/// runs. Small values mean that equal signs cluster: a trend the model does not have.
///
/// P(R = 2k) = 2·C(n₁−1, k−1)·C(n₂−1, k−1) / C(n₁+n₂, n₁), and for odd runs the two
/// neighbours mixed. 1 where one sign is missing (no order to speak of).
///
/// # References
/// Wald & Wolfowitz, "On a test whether two samples are from the same population", Annals
/// of Mathematical Statistics 11 (1940).
pub(crate) fn at_most_runs(positive: u64, negative: u64, runs: u64) -> f64 {
    if positive == 0 || negative == 0 {
        return 1.0;
    }
    let ln_choose = |n: u64, k: u64| -> f64 {
        if k > n {
            return f64::NEG_INFINITY;
        }
        // Stirling's error would matter only far beyond the sizes of a sweep; a plain sum
        // of logarithms is exact enough and never overflows.
        (1..=k)
            .map(|i| ((n - k + i) as f64 / i as f64).ln())
            .sum::<f64>()
    };
    let all = ln_choose(positive + negative, positive);
    // ln C(n, k) of ln C(n, k − 1), so that all runs together cost one pass.
    let next = |before: f64, n: u64, k: u64| {
        if k > n {
            f64::NEG_INFINITY
        } else {
            before + ((n - k + 1) as f64 / k as f64).ln()
        }
    };
    let mut probability = 0.0;
    // ln C(n₁−1, k−1) and ln C(n₂−1, k−1), for k = 1 first.
    let (mut first, mut second) = (0.0, 0.0);
    for k in 1..=runs / 2 {
        probability += 2.0 * (first + second - all).exp();
        let (more_first, more_second) =
            (next(first, positive - 1, k), next(second, negative - 1, k));
        if 2 * k < runs {
            probability += (more_first + second - all).exp() + (first + more_second - all).exp();
        }
        (first, second) = (more_first, more_second);
    }
    probability.min(1.0)
}

/// Counts of positive and negative signs, and of runs of equal signs; zeros are left out.
pub(crate) fn count_runs(values: impl Iterator<Item = f64>) -> (u64, u64, u64) {
    let (mut positive, mut negative, mut runs) = (0, 0, 0);
    let mut last = 0.0;
    for value in values.filter(|value| *value != 0.0) {
        let sign = value.signum();
        if sign > 0.0 {
            positive += 1;
        } else {
            negative += 1;
        }
        if last * sign <= 0.0 {
            runs += 1;
        }
        last = sign;
    }
    (positive, negative, runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_match_counting_every_order() {
        for (positive, negative) in [(1_u64, 1_u64), (3, 2), (4, 4), (6, 3)] {
            let length = positive + negative;
            let mut tally = vec![0_u32; usize::try_from(length).unwrap() + 1];
            for bits in 0_u32..1 << length {
                if u64::from(bits.count_ones()) == positive {
                    let signs = (0..length).map(|i| if bits >> i & 1 == 1 { 1.0 } else { -1.0 });
                    tally[usize::try_from(count_runs(signs).2).unwrap()] += 1;
                }
            }
            let all: u32 = tally.iter().sum();
            for runs in 0..=length {
                let counted: u32 = tally[..=usize::try_from(runs).unwrap()].iter().sum();
                let expected = f64::from(counted) / f64::from(all);
                let got = at_most_runs(positive, negative, runs);
                assert!(
                    (got - expected).abs() < 1e-12,
                    "{positive} {negative} {runs}"
                );
            }
        }
    }
}
