//! A change of unit that looks like a change of the system: requests a second before, and
//! thousands of them, or requests a minute, now.

use crate::sweep::levels::{Level, Levels};

/// A factor between two sweeps that is one between units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slip {
    /// Median over sizes of X/X₀.
    pub factor: f64,
    /// The factor between units that it is close to, above 1.
    pub unit: f64,
    /// What that is between, such as `1/s and 1/min`.
    pub between: &'static str,
}

/// Factors between units that programs report rates in, the commonest first.
const UNITS: [(f64, &str); 5] = [
    (1e3, "units and thousands"),
    (1e6, "units and millions"),
    (1e9, "units and thousand millions"),
    (60.0, "a second and a minute"),
    (3600.0, "a second and an hour"),
];

/// How far, as a factor, a sweep may be from the exact factor between units: no less than
/// a real change is on top of it.
const NEAR: f64 = 1.5;

/// How far sizes may be from their median: a unit is the same at each.
const ALIKE: f64 = 2.0;

/// The change of unit that throughput at the sizes in both sweeps suggests; `None` where
/// there is none.
pub(crate) fn between(before: &Levels, now: &Levels) -> Option<Slip> {
    let pairs: Vec<(&Level, &Level)> = (before.as_slice().iter())
        .filter_map(|level| Some((level, now.at(level.n)?)))
        .filter(|(was, is)| was.mean > 0.0 && is.mean > 0.0)
        .collect();
    of(&pairs)
}

/// The change of unit that throughput at the common sizes (before, now) suggests; `None`
/// where it changed by less than fortyfold, unevenly, or by no factor that units differ by.
pub(super) fn of(pairs: &[(&Level, &Level)]) -> Option<Slip> {
    let mut logs: Vec<f64> = (pairs.iter())
        .map(|(was, is)| is.mean.ln() - was.mean.ln())
        .collect();
    logs.sort_by(f64::total_cmp);
    let (first, last) = (*logs.first()?, *logs.last()?);
    let middle = logs[logs.len() / 2];
    if last - middle > ALIKE.ln() || middle - first > ALIKE.ln() {
        return None;
    }
    let off = |unit: f64| (middle.abs() - unit.ln()).abs();
    let (unit, between) = (UNITS.into_iter()).min_by(|a, b| off(a.0).total_cmp(&off(b.0)))?;
    (off(unit) <= NEAR.ln()).then(|| Slip {
        factor: middle.exp(),
        unit,
        between,
    })
}

#[cfg(test)]
mod tests {
    use crate::sweep::levels::Levels;

    fn slip(factors: [f64; 4]) -> Option<f64> {
        let of = |factors: [f64; 4]| {
            let pairs = [1.0, 2.0, 4.0, 8.0].into_iter().zip(factors);
            Levels::from_pairs(pairs.map(|(n, factor)| (n, n * factor))).unwrap()
        };
        let (was, is) = (of([1.0; 4]), of(factors));
        let pairs: Vec<_> = was.as_slice().iter().zip(is.as_slice()).collect();
        super::of(&pairs).map(|slip| slip.unit)
    }

    #[test]
    fn factors_between_units_are_told_in_both_directions_and_real_changes_are_not() {
        assert_eq!(slip([1002.4, 990.0, 1010.0, 1000.0]), Some(1e3));
        assert_eq!(slip([0.001, 0.0009, 0.001, 0.0011]), Some(1e3));
        assert_eq!(slip([60.0, 58.0, 63.0, 55.0]), Some(60.0));
        assert_eq!(slip([1e-6, 1e-6, 1e-6, 0.85e-6]), Some(1e6));
        // Ten times slower is a loss, twice as fast a gain, a collapse with N no unit.
        assert_eq!(slip([0.1; 4]), None);
        assert_eq!(slip([2.0; 4]), None);
        assert_eq!(slip([1.0, 0.5, 0.01, 0.001]), None);
    }
}
