//! Which N a table shows when nobody says: a spread of measured ones and three beyond.

use crate::fit::Fit;

/// Measured N to show at most.
const MEASURED: usize = 6;
/// How far beyond the largest measured N the table looks.
const BEYOND: [f64; 3] = [1.25, 1.5, 2.0];

/// At most six measured N, evenly spaced by their logarithm, with the first, the last and
/// the best, and three beyond.
pub(super) fn default_sizes(fit: &Fit) -> Vec<f64> {
    let levels: Vec<f64> = fit
        .levels()
        .as_slice()
        .iter()
        .map(|level| level.n)
        .collect();
    let (Some(&first), Some(&last)) = (levels.first(), levels.last()) else {
        return Vec::new();
    };
    let mut sizes: Vec<f64> = if levels.len() <= MEASURED {
        levels
    } else {
        let ratio = (last / first).ln() / (MEASURED - 1) as f64;
        (0..MEASURED)
            .map(|k| first * (ratio * k as f64).exp())
            .filter_map(|aim| {
                let distance = |n: &f64| (n / aim).ln().abs();
                levels
                    .iter()
                    .copied()
                    .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            })
            .collect()
    };
    sizes.dedup();
    if let Some(best) = best(fit) {
        hold(&mut sizes, best);
    }
    for factor in BEYOND {
        let n = last * factor;
        sizes.push(if n >= 4.0 { n.round() } else { n });
    }
    sizes.dedup();
    sizes
}

/// The measured N with the highest mean.
fn best(fit: &Fit) -> Option<f64> {
    let levels = fit.levels().as_slice().iter();
    let best = levels.max_by(|a, b| a.mean.total_cmp(&b.mean));
    best.map(|level| level.n)
}

/// Puts `n` among sorted sizes: one more where there is room, else instead of the nearest
/// that is neither the first nor the last.
fn hold(sizes: &mut Vec<f64>, n: f64) {
    if sizes.contains(&n) {
        return;
    }
    let after = sizes.partition_point(|size| *size < n);
    if sizes.len() < MEASURED {
        sizes.insert(after, n);
        return;
    }
    let before = (after - 1).max(1);
    let after = after.min(sizes.len() - 2);
    let nearer = if n / sizes[before] <= sizes[after] / n {
        before
    } else {
        after
    };
    sizes[nearer] = n;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_size_takes_the_place_of_the_nearest() {
        let held = |n| {
            let mut sizes = vec![1.0, 2.0, 4.0, 16.0, 32.0, 64.0];
            hold(&mut sizes, n);
            sizes
        };
        assert_eq!(held(8.0), [1.0, 2.0, 8.0, 16.0, 32.0, 64.0]);
        assert_eq!(held(12.0), [1.0, 2.0, 4.0, 12.0, 32.0, 64.0]);
        assert_eq!(held(1.5), [1.0, 1.5, 4.0, 16.0, 32.0, 64.0]);
        assert_eq!(held(60.0), [1.0, 2.0, 4.0, 16.0, 60.0, 64.0]);
        assert_eq!(held(4.0), [1.0, 2.0, 4.0, 16.0, 32.0, 64.0]);
        let mut few = vec![1.0, 4.0];
        hold(&mut few, 2.0);
        assert_eq!(few, [1.0, 2.0, 4.0]);
    }
}
