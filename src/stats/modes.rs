//! Do values fall into two groups?

/// Fewest values that can show two groups.
const FEWEST: usize = 6;

/// Two groups of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TwoGroups {
    /// Mean of the lower group.
    pub low: f64,
    /// Mean of the upper group.
    pub high: f64,
    /// Share of the values in the upper group.
    pub share_high: f64,
}

/// The two groups that values fall into, where they clearly do.
///
/// The split with the smallest sum of squares within its groups must leave less of the whole sum
/// of squares than it does in one of a thousand normal samples of this size, and hold at least a
/// fifth of the values (two at least) on either side. `None` for fewer than six values.
///
/// # References
/// J. Engelman, J. Hartigan, "Percentage points of a test for clusters", Journal of the American
/// Statistical Association 64 (1969); the percentage points here are simulated (`tests/oracle/two_groups.py`).
pub(crate) fn two_groups(values: &[f64]) -> Option<TwoGroups> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len();
    if count < FEWEST {
        return None;
    }
    let side = (count / 5).max(2);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let squares = |part: &[f64]| {
        let mean = mean(part);
        part.iter().map(|x| (x - mean).powi(2)).sum::<f64>()
    };
    let whole = squares(&sorted);
    let (at, within) = (side..=count - side)
        .map(|at| (at, squares(&sorted[..at]) + squares(&sorted[at..])))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let clear = whole > 0.0 && whole.is_finite() && within / whole < percentage_point(count);
    clear.then(|| TwoGroups {
        low: mean(&sorted[..at]),
        high: mean(&sorted[at..]),
        share_high: (count - at) as f64 / count as f64,
    })
}

/// Share of the sum of squares that the best split leaves in one of a thousand normal samples.
fn percentage_point(count: usize) -> f64 {
    const POINTS: &[(f64, f64)] = &[
        (6.0, 0.0101),
        (7.0, 0.0190),
        (8.0, 0.0308),
        (10.0, 0.0531),
        (12.0, 0.0758),
        (15.0, 0.0971),
        (20.0, 0.1279),
        (30.0, 0.1619),
        (50.0, 0.2196),
        (100.0, 0.2534),
    ];
    let count = count as f64;
    let above = POINTS.iter().position(|(size, _)| *size >= count);
    match above {
        Some(0) => POINTS[0].1,
        Some(at) => {
            let ((n0, p0), (n1, p1)) = (POINTS[at - 1], POINTS[at]);
            p0 + (p1 - p0) * (count - n0) / (n1 - n0)
        }
        None => POINTS[POINTS.len() - 1].1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_everyone_sees() {
        let found = two_groups(&[131.0, 100.0, 101.0, 130.0, 99.0, 129.0, 100.0, 130.0]).unwrap();
        assert!((found.low - 100.0).abs() < 1e-9 && (found.high - 130.0).abs() < 1e-9);
        assert!((found.share_high - 0.5).abs() < 1e-9);
        let one_outlier = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8, 140.0];
        for none in [
            &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0][..],
            &one_outlier,
            &[5.0; 9],
            &[1.0, 9.0],
        ] {
            assert_eq!(two_groups(none), None, "{none:?}");
        }
    }

    /// Sums of twelve uniform numbers are nearly normal; one sample in a thousand may look split.
    #[test]
    fn normal_samples_hardly_ever_look_split() {
        let mut state = 1_u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for size in [6, 10, 20, 40] {
            let split = (0..2000).filter(|_| {
                let sample: Vec<f64> = (0..size)
                    .map(|_| (0..12).map(|_| uniform()).sum())
                    .collect();
                two_groups(&sample).is_some()
            });
            let split = split.count();
            assert!(split <= 10, "{size}: {split}");
        }
    }
}
