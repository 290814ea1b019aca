//! Samples of a running system: N and throughput at the same moments, put together by N.
//!
//! Neighbouring samples are not independent runs, and single ones hold restarts and scrapes that
//! failed, so each N becomes one row of medians.

/// More distinct N than this are a moving average: they are put together to two digits.
const MOST_LEVELS: usize = 64;
/// An N seen less often says nothing, where others are seen more often.
const FEWEST: usize = 3;

/// One N, and what went through at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bin {
    /// Median N of the samples.
    pub n: f64,
    /// Median throughput of the samples, in what the samples hold.
    pub throughput: f64,
    /// How many samples.
    pub samples: usize,
}

/// Samples `(N, X)` put together by N, in rising order. Samples with N or X at 0 or below, and
/// what is not finite, say nothing about scaling and are left out.
pub(crate) fn binned(samples: &[(f64, f64)]) -> Vec<Bin> {
    let says = |value: f64| value.is_finite() && value > 0.0;
    let mut samples: Vec<(f64, f64)> = (samples.iter().copied())
        .filter(|(n, x)| says(*n) && says(*x))
        .collect();
    samples.sort_by(|a, b| a.0.total_cmp(&b.0));
    let distinct = samples
        .chunk_by(|a, b| a.0.to_bits() == b.0.to_bits())
        .count();
    let level = |n: f64| {
        if distinct > MOST_LEVELS {
            two_digits(n)
        } else {
            n
        }
    };
    let bins: Vec<Bin> = samples
        .chunk_by(|a, b| level(a.0).to_bits() == level(b.0).to_bits())
        .map(|of_one| Bin {
            n: median(of_one.iter().map(|(n, _)| *n)),
            throughput: median(of_one.iter().map(|(_, x)| *x)),
            samples: of_one.len(),
        })
        .collect();
    let often = |bin: &Bin| bin.samples >= FEWEST;
    if bins.iter().any(often) {
        bins.into_iter().filter(often).collect()
    } else {
        bins
    }
}

fn two_digits(n: f64) -> f64 {
    let step = 10_f64.powf(n.log10().floor() - 1.0);
    (n / step).round() * step
}

/// The middle value, or the mean of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.get(half) {
        Some(upper) if values.len() % 2 == 1 => *upper,
        Some(upper) => f64::midpoint(values[half - 1], *upper),
        None => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_seen_once_says_nothing_beside_others() {
        let samples = [
            (2.0, 20.0),
            (2.0, 0.0),
            (2.0, 22.0),
            (2.0, 21.0),
            (4.0, 38.0),
        ];
        let bins = binned(&samples);
        assert_eq!(
            (bins[0].n, bins[0].throughput, bins[0].samples),
            (2.0, 21.0, 3)
        );
        assert_eq!(bins.len(), 1);
    }

    #[test]
    fn an_average_that_moves_is_put_together_to_two_digits() {
        let samples: Vec<(f64, f64)> = (0..10_000_u32)
            .map(|at| {
                let n = 1.0 + f64::from(at) / 100.0;
                (n, 3.0 * n)
            })
            .collect();
        let bins = binned(&samples);
        assert!((90..=200).contains(&bins.len()), "{}", bins.len());
        assert_eq!(bins.iter().map(|bin| bin.samples).sum::<usize>(), 10_000);
        for bin in bins {
            assert!((bin.throughput - 3.0 * bin.n).abs() < 1e-9 * bin.throughput);
        }
    }

    #[test]
    fn one_broken_sample_in_three_does_not_move_a_level() {
        let samples = [(1.0, 10.0), (1.0, 900.0), (1.0, 10.0), (1.0, f64::NAN)];
        assert_eq!(
            binned(&samples),
            [Bin {
                n: 1.0,
                throughput: 10.0,
                samples: 3
            }]
        );
        assert!(binned(&[]).is_empty());
    }
}
