//! The estimate on real sweeps: how far it misses a level left out or beyond, and how often
//! its interval holds it, beside the USL; and what must be true of it everywhere.

use crate::cells::{CELLS, Scatter, simulate};
use crate::real::{RealSweep, sweeps, weighted_quantile};
use scalecalc::Basis;
use scalecalc::fit::{self, Fit, FitOptions, Grade, NoiseChoice};
use scalecalc::law::ScalingLaw;
use scalecalc::sweep::{Level, Levels};

fn fitted(levels: &Levels, noise: NoiseChoice) -> Option<Fit> {
    let options = FitOptions::default().with_noise(noise);
    fit::fit(levels, &options).ok()
}

/// One measured level that a fit did not see.
#[derive(Debug, Clone, Copy)]
struct Unseen {
    /// |ln miss| of the USL under constant noise, as the literature fits it.
    usl: f64,
    /// |ln miss| of the estimate.
    estimate: f64,
    /// The interval holds it.
    held: f64,
}

fn unseen(seen: &Levels, level: &Level) -> Option<Unseen> {
    let fit = fitted(seen, NoiseChoice::Auto)?;
    let usl = fitted(seen, NoiseChoice::Constant)?;
    let estimate = fit.estimate(level.n);
    let miss = |value: f64| (value / level.mean).ln().abs();
    let held = estimate.low.is_some_and(|low| low <= level.mean)
        && estimate.high.is_some_and(|high| level.mean <= high);
    Some(Unseen {
        usl: miss(usl.law().throughput(level.n)),
        estimate: miss(estimate.value),
        held: f64::from(u8::from(held)),
    })
}

fn mean(of: &[Unseen], what: fn(&Unseen) -> f64) -> f64 {
    of.iter().map(what).sum::<f64>() / of.len() as f64
}

/// Every inner level of a sweep, at most 14 evenly taken, left out in turn.
fn left_out(levels: &Levels) -> Vec<Unseen> {
    let all = levels.as_slice();
    let inner = all.get(1..all.len().saturating_sub(1)).unwrap_or_default();
    inner
        .iter()
        .step_by(inner.len().div_ceil(14).max(1))
        .filter(|level| level.mean > 0.0)
        .filter_map(|level| {
            let rest = levels.filtered(|other| other.n.to_bits() != level.n.to_bits());
            unseen(&rest, level)
        })
        .collect()
}

/// Figures when last looked at: mean miss 0.73 of the USL's, 90th percentile over sweeps 0.71,
/// intervals hold 89 %.
#[test]
fn an_inner_level_left_out_is_missed_by_three_quarters_of_what_the_usl_misses() {
    let per_sweep: Vec<Vec<Unseen>> = sweeps()
        .iter()
        .map(|sweep| left_out(&sweep.levels))
        .filter(|misses| !misses.is_empty())
        .collect();
    let each = |what: fn(&Unseen) -> f64| -> Vec<f64> {
        per_sweep.iter().map(|misses| mean(misses, what)).collect()
    };
    let average = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let p90 = |values: &[f64]| {
        let even: Vec<(f64, f64)> = values.iter().map(|value| (*value, 1.0)).collect();
        weighted_quantile(&even, 0.9)
    };
    let (usl, estimate) = (each(|m| m.usl), each(|m| m.estimate));
    let held = average(&each(|m| m.held));
    println!(
        "{} sweeps: mean {:.4} of {:.4}, p90 {:.4} of {:.4}, held {held:.3}",
        per_sweep.len(),
        average(&estimate),
        average(&usl),
        p90(&estimate),
        p90(&usl)
    );
    assert!(per_sweep.len() > 100);
    assert!(average(&estimate) <= 0.75 * average(&usl));
    assert!(p90(&estimate) <= 0.75 * p90(&usl));
    assert!(held >= 0.88, "{held}");
}

/// Fitted to the lower half, two thirds and four fifths of each sweep, scored up to twice the
/// largest fitted N, each sweep weighing the same. When last looked at: median 0.73 and 90th
/// percentile 0.87 of the USL's, band 93.6 %.
#[test]
fn to_twice_the_data_the_ride_misses_less_and_its_band_holds() {
    let mut all = Vec::new();
    for RealSweep { levels, .. } in sweeps() {
        let mut misses = Vec::new();
        for (numerator, denominator) in [(1, 2), (2, 3), (4, 5)] {
            let fitted = levels.len() * numerator / denominator;
            let Some(last) = levels.as_slice().get(fitted.wrapping_sub(1)).map(|l| l.n) else {
                continue;
            };
            let lower = levels.filtered(|level| level.n <= last);
            let beyond = levels.as_slice()[fitted..].iter();
            misses.extend(
                beyond
                    .filter(|level| level.n <= 2.0 * last && level.mean > 0.0)
                    .filter_map(|level| unseen(&lower, level)),
            );
        }
        let weight = 1.0 / misses.len() as f64;
        all.extend(misses.into_iter().map(|miss| (miss, weight)));
    }
    let quantile = |what: fn(&Unseen) -> f64, share| {
        let values: Vec<(f64, f64)> = all.iter().map(|(miss, w)| (what(miss), *w)).collect();
        weighted_quantile(&values, share)
    };
    let weights: f64 = all.iter().map(|(_, w)| w).sum();
    let held = all.iter().map(|(miss, w)| miss.held * w).sum::<f64>() / weights;
    println!(
        "median {:.4} of {:.4}, p90 {:.4} of {:.4}, held {held:.3}",
        quantile(|m| m.estimate, 0.5),
        quantile(|m| m.usl, 0.5),
        quantile(|m| m.estimate, 0.9),
        quantile(|m| m.usl, 0.9)
    );
    assert!(quantile(|m| m.estimate, 0.5) <= 0.8 * quantile(|m| m.usl, 0.5));
    assert!(quantile(|m| m.estimate, 0.9) <= 0.88 * quantile(|m| m.usl, 0.9));
    assert!((0.86..=0.97).contains(&held), "{held}");
}

/// 60 sweeps a cell know a share to 3 %; the table itself is `cargo bench --bench coverage`.
#[test]
fn intervals_hold_simulated_truths_and_the_choice_costs_next_to_nothing() {
    let mut costs = 0.0;
    for (design, scatter) in CELLS {
        let outcome = simulate(design, scatter, 60);
        let least = match scatter {
            Scatter::Correlated | Scatter::Offset => 0.80,
            Scatter::Tails | Scatter::Lognormal => 0.83,
            Scatter::Proportional | Scatter::Constant => 0.86,
        };
        for share in [outcome.alpha, outcome.beta, outcome.peak, outcome.inside] {
            assert!(share >= least, "{outcome:?} {scatter:?} {}", design.name);
        }
        costs += outcome.cost / CELLS.len() as f64;
    }
    assert!(costs < 1.05, "{costs}");
}

/// A poor grade foretells that the law loses against its own neighbours; a good one does not.
#[test]
fn poor_means_that_the_law_loses_the_left_out_contest() {
    let lost = |grade: Grade| {
        let of: Vec<bool> = sweeps()
            .iter()
            .filter_map(|sweep| fitted(&sweep.levels, NoiseChoice::Auto))
            .filter(|fit| fit.quality().grade == grade)
            .filter_map(|fit| fit.left_out_misses())
            .map(|(law, between)| between < law)
            .collect();
        let count = of.iter().filter(|lost| **lost).count();
        (of.len(), count as f64 / of.len() as f64)
    };
    let (poor, good) = (lost(Grade::Poor), lost(Grade::Good));
    println!("poor {poor:?}, fair {:?}, good {good:?}", lost(Grade::Fair));
    assert!(poor.0 >= 20 && good.0 >= 20);
    assert!(poor.1 >= 0.85 && good.1 <= 0.6);
}

#[test]
fn value_and_interval_pass_the_last_level_smoothly_and_never_narrow_beyond() {
    for RealSweep { name, levels, .. } in sweeps() {
        let Some(fit) = fitted(&levels, NoiseChoice::Auto) else {
            continue;
        };
        let last = levels.n_max();
        let (at, past) = (fit.estimate(last), fit.estimate(last * (1.0 + 1e-7)));
        assert_eq!(past.basis, Basis::Forecast);
        let close = |a: f64, b: f64| (a / b).ln().abs() < 1e-4;
        assert!(close(at.value, past.value), "{name} {at:?} {past:?}");
        for (a, b) in [(at.low, past.low), (at.high, past.high)] {
            if let (Some(a), Some(b)) = (a, b) {
                assert!(close(a, b), "{name} {at:?} {past:?}");
            }
        }
        let mut width = 0.0;
        for factor in [1.0, 1.001, 1.01, 1.03, 1.1, 1.5, 2.0, 4.0, 10.0] {
            let estimate = fit.estimate(last * factor);
            assert!(estimate.value > 0.0 && estimate.value.is_finite());
            if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
                let now = (high / low).ln();
                assert!(now >= width - 1e-9, "{name} at {factor}");
                width = now;
            }
        }
    }
}

/// Units and the order of rows change nothing; a fall of 13 times is one in any unit.
#[test]
fn the_estimate_does_not_depend_on_units() {
    for RealSweep { name, levels, .. } in sweeps().into_iter().step_by(7) {
        let pairs = |unit: f64| {
            let rows = levels.as_slice().iter().rev();
            rows.map(|l| (l.n, l.mean * unit)).collect::<Vec<_>>()
        };
        let fit = |unit: f64| {
            let levels = Levels::from_pairs(pairs(unit)).unwrap();
            fitted(&levels, NoiseChoice::Auto)
        };
        let Some(plain) = fit(1.0) else { continue };
        for unit in [1e-200, 1e-9, 1e200] {
            let scaled = fit(unit).unwrap();
            assert_eq!(plain.shape().name(), scaled.shape().name(), "{name}");
            assert_eq!(plain.quality().grade, scaled.quality().grade, "{name}");
            for factor in [0.3, 0.9, 1.0, 1.7] {
                let n = levels.n_max() * factor;
                let (a, b) = (plain.estimate(n), scaled.estimate(n));
                assert_eq!(a.basis, b.basis, "{name}");
                assert!((b.value / unit / a.value - 1.0).abs() < 1e-6, "{name}");
            }
        }
    }
}

/// A little contention under much noise: the best α is above 0, and 0 fits too.
#[test]
fn contention_that_the_data_do_not_show_is_noted() {
    let has_note = |levels: &Levels| {
        let fit = fitted(levels, NoiseChoice::Auto).unwrap();
        let codes = fit.notes().into_iter().map(|note| note.code.name());
        let noted = codes
            .into_iter()
            .any(|code| code == "alpha-not-established");
        (fit.alpha(), noted)
    };
    let unclear = [
        (1.0, 101.88),
        (2.0, 193.33),
        (4.0, 386.22),
        (8.0, 751.24),
        (16.0, 1251.98),
        (24.0, 1562.69),
        (32.0, 1674.73),
    ];
    let (alpha, noted) = has_note(&Levels::from_pairs(unclear).unwrap());
    assert!(
        noted && alpha.low == Some(0.0) && alpha.value.unwrap() > 0.0,
        "{alpha:?}"
    );
    // Half the work is serial: no noise of a percent hides that.
    let clear = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|n: f64| (n, 100.0 * n / (0.5 * (n + 1.0))));
    let clear = (clear.into_iter().enumerate())
        .map(|(at, (n, x))| (n, if at % 2 == 0 { 1.01 * x } else { 0.99 * x }));
    let (alpha, noted) = has_note(&Levels::from_pairs(clear).unwrap());
    assert!(!noted && alpha.low.unwrap() > 0.0, "{alpha:?}");
}
