//! A throughput that is none: it falls as the run time of a fixed amount of work does.

use super::levels::Levels;

/// Whether X falls from every size to the next, and N·X stays within a factor of 2 of what it is
/// at the smallest: a run time of fixed work, and hardly ever a throughput.
pub(crate) fn falls_like_a_time(levels: &Levels) -> bool {
    let levels = levels.as_slice();
    let [first, rest @ ..] = levels else {
        return false;
    };
    let falls = levels.windows(2).all(|pair| pair[1].mean < pair[0].mean);
    let area = first.n * first.mean;
    falls
        && rest.len() >= 2
        && rest
            .iter()
            .all(|level| (0.5..=2.0).contains(&(level.n * level.mean / area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn falls(pairs: &[(f64, f64)]) -> bool {
        falls_like_a_time(&Levels::from_pairs(pairs.iter().copied()).unwrap())
    }

    #[test]
    fn run_times_are_told_from_throughput_that_falls() {
        assert!(falls(&[
            (1.0, 120.0),
            (2.0, 66.0),
            (4.0, 39.0),
            (8.0, 26.0)
        ]));
        assert!(falls(&[(1.0, 8.0), (2.0, 4.1), (4.0, 2.1), (16.0, 0.6)]));
        // A retrograde system rises first, or loses less than all.
        assert!(!falls(&[
            (1.0, 2046.0),
            (2.0, 3986.0),
            (4.0, 1438.0),
            (8.0, 1122.0)
        ]));
        assert!(!falls(&[
            (1.0, 100.0),
            (2.0, 90.0),
            (4.0, 85.0),
            (8.0, 80.0)
        ]));
        assert!(!falls(&[(1.0, 100.0), (2.0, 50.0)]));
    }
}
