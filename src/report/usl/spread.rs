//! Which N a table shows when nobody says: a spread of measured ones and three beyond.

use crate::fit::Fit;

/// Measured N to show at most.
const MEASURED: usize = 6;
/// How far beyond the largest measured N the table looks.
const BEYOND: [f64; 3] = [1.25, 1.5, 2.0];

/// At most six measured N, evenly spaced by their logarithm, with the first and the last,
/// and three beyond.
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
    for factor in BEYOND {
        let n = last * factor;
        sizes.push(if n >= 4.0 { n.round() } else { n });
    }
    sizes.dedup();
    sizes
}
