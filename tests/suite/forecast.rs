//! How far forecasts missed on real sweeps: fitted to the lower part of a sweep, scored
//! on what was measured beyond, up to twice the largest fitted N.

use crate::real::{RealSweep, sweeps};
use crate::reference::{expected, pairs};
use scalecalc::fit::{self, FitOptions};
use scalecalc::fit::{RECORD, Record};
use scalecalc::law::ScalingLaw;
use scalecalc::sweep::Levels;
use std::collections::BTreeSet;

/// Half, two thirds and four fifths of the levels, as numerator and denominator.
const SHARES: [(usize, usize); 3] = [(1, 2), (2, 3), (4, 5)];

/// The fewest levels that carry the three parameters of the law.
const FEWEST_LEVELS: usize = 3;

/// How far a forecast of one level beyond the fitted ones missed, as |forecast/measured − 1|.
#[derive(Debug)]
struct Score {
    sweep: String,
    distance: f64,
    ride: f64,
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
            ride: miss(forecast.throughput.value.unwrap()),
            usl: miss(fit.law().throughput(level.n)),
            amdahl: miss(amdahl),
        });
    }
}

fn scores() -> Vec<Score> {
    let mut scores = Vec::new();
    for RealSweep {
        name, levels: all, ..
    } in sweeps()
    {
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
        median_miss: quantile(&part, |score| score.ride, 5),
        p90_miss: quantile(&part, |score| score.ride, 9),
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
    println!("{found:#?}");
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
fn ride_misses_by_less_than_either_law() {
    let scores = scores();
    let all: Vec<&Score> = scores.iter().collect();
    let median = |of| quantile(&all, of, 5);
    let ride = median(|score| score.ride);
    assert!(ride <= 0.8 * median(|score| score.usl));
    assert!(ride <= 0.85 * median(|score| score.amdahl));
}

/// Values and 90 % bands that an independent program forecast from the lower part of each
/// sweep (`tests/data/forecast_vectors.json`), to the digits its solver gives.
#[test]
fn ride_and_band_agree_with_an_independent_program() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/forecast_vectors.json"
    );
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let sets = expected();
    let mut scored = 0;
    for vector in &vectors {
        let name = vector["set"].as_str().unwrap();
        let all = Levels::from_pairs(pairs(&sets[name])).unwrap();
        let last = vector["c"].as_f64().unwrap();
        let lower = all.filtered(|level| level.n <= last);
        assert_eq!(Some(lower.len() as u64), vector["levels_fitted"].as_u64());
        let fit = fit::fit(&lower, &FitOptions::default()).unwrap();
        let close = |got: f64, wanted: &serde_json::Value, what: &str| {
            let wanted = wanted.as_f64().unwrap();
            assert!(
                (got / wanted - 1.0).abs() < 2e-5,
                "{name} from {last}, {what}: {got} for {wanted}"
            );
        };
        close(fit.hold_out_miss(), &vector["miss"], "miss");
        for (k, n) in vector["at"].as_array().unwrap().iter().enumerate() {
            let n = n.as_f64().unwrap();
            let (value, half) = fit.band_beyond(n).unwrap();
            close(value, &vector["value"][k], "value");
            close(value / half.exp(), &vector["low90"][k], "low");
            close(value * half.exp(), &vector["high90"][k], "high");
            // The estimate is that, and never narrower.
            let estimate = fit.estimate(n);
            close(estimate.value, &vector["value"][k], "estimate");
            assert!(estimate.low.unwrap() <= value / half.exp() * (1.0 + 1e-12));
            assert!(estimate.high.unwrap() >= value * half.exp() * (1.0 - 1e-12));
            scored += 1;
        }
    }
    assert_eq!((vectors.len(), scored > 40), (18, true));
}
