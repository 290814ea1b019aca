//! How far forecasts missed on real sweeps: fitted to the lower part of a sweep, scored
//! on what was measured beyond, up to twice the largest fitted N.

use crate::reference::{expected, pairs};
use scalecalc::fit::forecast::{RECORD, Record};
use scalecalc::fit::{self, FitOptions};
use scalecalc::law::ScalingLaw;
use scalecalc::sweep::levels::Levels;
use std::collections::BTreeSet;

/// Sets of `data/` that are no sweeps of their own: not measured throughput, or rows of
/// another set.
const NO_SWEEP: [&str; 5] = [
    "book_linear2",        // computed from a law
    "nist_misra1d",        // not throughput
    "raytracer_first6",    // raytracer
    "satk_raytracer_book", // raytracer
    "specsdm91_rounded",   // specsdm91
];

/// Half, two thirds and four fifths of the levels, as numerator and denominator.
const SHARES: [(usize, usize); 3] = [(1, 2), (2, 3), (4, 5)];

/// The fewest levels that carry the three parameters of the law.
const FEWEST_LEVELS: usize = 3;

/// How far a forecast of one level beyond the fitted ones missed, as |forecast/measured − 1|.
#[derive(Debug)]
struct Score {
    sweep: String,
    distance: f64,
    blend: f64,
    usl: f64,
    amdahl: f64,
}

/// Forecasts every level past the lower `fitted` ones, up to twice the last of them.
fn score(name: &str, all: &Levels, fitted: usize, scores: &mut Vec<Score>) {
    let last = all.as_slice()[fitted - 1].n;
    let lower = all.filtered(|level| level.n <= last);
    let Ok(fit) = fit::fit(&lower, &FitOptions::default()) else {
        return; // a part with no best γ has no forecast either
    };
    for level in &all.as_slice()[fitted..] {
        let forecast = fit.forecast(level.n);
        let (Some(amdahl), true) = (forecast.amdahl, forecast.distance <= 2.0) else {
            continue;
        };
        let miss = |value: f64| (value / level.mean - 1.0).abs();
        scores.push(Score {
            sweep: name.to_owned(),
            distance: forecast.distance,
            blend: miss(forecast.throughput.value.unwrap()),
            usl: miss(fit.law().throughput(level.n)),
            amdahl: miss(amdahl),
        });
    }
}

fn scores() -> Vec<Score> {
    let mut scores = Vec::new();
    for (name, set) in expected() {
        let is_generated = set["file"].as_str().unwrap().starts_with("pathological");
        if is_generated || NO_SWEEP.contains(&name.as_str()) {
            continue;
        }
        let all = Levels::from_pairs(pairs(&set)).unwrap();
        for (numerator, denominator) in SHARES {
            let fitted = all.len() * numerator / denominator;
            if fitted >= FEWEST_LEVELS {
                score(&name, &all, fitted, &mut scores);
            }
        }
    }
    scores
}

/// The value below which a share of all lies, between the two nearest in rank.
fn quantile(scores: &[&Score], of: fn(&Score) -> f64, share_in_tenths: usize) -> f64 {
    let mut sorted: Vec<f64> = scores.iter().map(|score| of(score)).collect();
    sorted.sort_by(f64::total_cmp);
    let tenths = (sorted.len() - 1) * share_in_tenths;
    let (rank, past) = (tenths / 10, (tenths % 10) as f64 / 10.0);
    let above = sorted[(rank + 1).min(sorted.len() - 1)];
    sorted[rank] + (above - sorted[rank]) * past
}

/// What the forecasts farther than `beyond` and up to `up_to` add up to.
fn row(scores: &[Score], beyond: f64, up_to: f64) -> Record {
    let part: Vec<&Score> = scores
        .iter()
        .filter(|score| score.distance > beyond && score.distance <= up_to)
        .collect();
    let sweeps: BTreeSet<&str> = part.iter().map(|score| score.sweep.as_str()).collect();
    Record {
        up_to,
        sweeps: u32::try_from(sweeps.len()).unwrap(),
        forecasts: u32::try_from(part.len()).unwrap(),
        median_miss: quantile(&part, |score| score.blend, 5),
        p90_miss: quantile(&part, |score| score.blend, 9),
    }
}

#[test]
fn record_is_what_the_sweeps_in_data_give() {
    let scores = scores();
    let mut beyond = 1.0;
    let found = RECORD.map(|stated| {
        let found = row(&scores, beyond, stated.up_to);
        beyond = stated.up_to;
        found
    });
    for (found, stated) in found.into_iter().zip(RECORD) {
        assert_eq!(
            (found.sweeps, found.forecasts),
            (stated.sweeps, stated.forecasts),
            "up to {}",
            stated.up_to
        );
        for (found, stated) in [
            (found.median_miss, stated.median_miss),
            (found.p90_miss, stated.p90_miss),
        ] {
            assert!((found - stated).abs() < 5.1e-5, "{found} for {stated}");
        }
    }
}

#[test]
fn blend_misses_by_three_quarters_of_either_law_at_most() {
    let scores = scores();
    let all: Vec<&Score> = scores.iter().collect();
    let median = |of| quantile(&all, of, 5);
    let blend = median(|score| score.blend);
    assert!(blend <= 0.75 * median(|score| score.usl));
    assert!(blend <= 0.75 * median(|score| score.amdahl));
}
