use super::*;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-13 * b.abs()
}

#[test]
fn mean_and_spread_survive_a_large_common_part_and_extreme_scales() {
    // NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1.
    let mut values = vec![10_000_000.2];
    values.extend((0..500).flat_map(|_| [10_000_000.1, 10_000_000.3]));
    let levels = Levels::from_pairs(values.iter().map(|x| (4.0, *x))).unwrap();
    let level = levels.as_slice()[0];
    assert!(close(level.mean, 10_000_000.2));
    assert!((level.stddev().unwrap() - 0.1).abs() < 1e-8);
    for scale in [1e300, 1e-300] {
        let scaled = Levels::from_pairs([1.0, 2.0, 3.0].map(|x| (1.0, x * scale))).unwrap();
        let level = scaled.as_slice()[0];
        assert!(close(level.mean, 2.0 * scale) && close(level.stddev().unwrap(), scale));
    }
}

#[test]
fn folding_folded_rows_gives_the_moments_of_all() {
    let runs = [3.0, 4.0, 8.0, 9.0];
    let all = Levels::from_pairs(runs.map(|x| (2.0, x))).unwrap();
    let mut fold = Fold::default();
    let ln = |a: f64, b: f64| {
        let mean = f64::midpoint(a.ln(), b.ln());
        Some((mean, (a.ln() - mean).powi(2) + (b.ln() - mean).powi(2)))
    };
    for (mean, log_moments) in [(3.5, ln(3.0, 4.0)), (8.5, ln(8.0, 9.0))] {
        let folded = Folded {
            runs: 2,
            mean,
            m2: 0.5,
            log_moments,
            successive: Some(1.0),
            latency: None,
        };
        fold.add_folded(2.0, &folded).unwrap();
    }
    let (a, b) = (all.as_slice()[0], fold.finish().as_slice()[0]);
    assert!(close(b.mean, a.mean) && close(b.relative_m2, a.relative_m2));
    // The step from 4 to 8 is in neither of them.
    assert_eq!(b.successive, None);
    let (a, b) = (a.log_moments.unwrap(), b.log_moments.unwrap());
    assert!(close(b.0, a.0) && close(b.1, a.1));
}

#[test]
fn the_steps_of_runs_survive_a_fold_that_stands_alone() {
    let runs = [3.0, 4.0, 8.0, 9.0];
    let level = Levels::from_pairs(runs.map(|x| (2.0, x)))
        .unwrap()
        .as_slice()[0];
    let steps: f64 = runs.windows(2).map(|two| (two[1] - two[0]).powi(2)).sum();
    assert!(close(level.step_stddev().unwrap(), (steps / 6.0).sqrt()));
    let mut fold = Fold::default();
    let folded = Folded {
        runs: 4,
        mean: level.mean,
        m2: level.stddev().unwrap().powi(2) * 3.0,
        log_moments: level.log_moments,
        successive: Some(steps),
        latency: None,
    };
    fold.add_folded(2.0, &folded).unwrap();
    let mut merged = Fold::default();
    merged.merge(&fold);
    for again in [fold, merged] {
        let again = again.finish().as_slice()[0];
        assert!(close(again.successive.unwrap(), level.successive.unwrap()));
    }
}

#[test]
fn merged_folds_hold_the_same_as_one() {
    let rows = [
        (1.0, 3.0),
        (2.0, 700.0),
        (2.0, 4.0),
        (1.0, 5.5),
        (2.0, 0.25),
        (4.0, 9.0),
    ];
    let all = Levels::from_pairs(rows).unwrap();
    for cut in 0..=rows.len() {
        let part = |rows: &[(f64, f64)]| {
            let mut fold = Fold::default();
            for (n, x) in rows {
                fold.add(*n, *x, Some(*n)).unwrap();
            }
            fold
        };
        let mut left = part(&rows[..cut]);
        left.merge(&part(&rows[cut..]));
        for (a, b) in all.as_slice().iter().zip(left.finish().as_slice()) {
            assert!(a.runs == b.runs && close(b.mean, a.mean), "{cut}");
            assert!((b.relative_m2 - a.relative_m2).abs() < 1e-13, "{cut}");
            let (a, b, latency) = (a.log_moments.unwrap(), b.log_moments.unwrap(), b.latency);
            assert!((a.0 - b.0).abs() < 1e-14 && (a.1 - b.1).abs() < 1e-12);
            assert!(latency.is_some_and(|r| r > 0.0));
        }
    }
}

#[test]
fn a_zero_run_is_kept_but_has_no_logarithm() {
    let levels = Levels::from_pairs([(2.0, 1.0), (1.0, 0.0), (2.0, 3.0)]).unwrap();
    assert_eq!(levels.as_slice()[0].log_moments, None);
    assert!((levels.as_slice()[1].mean - 2.0).abs() < 1e-15);
    assert!(Levels::from_pairs([(0.0, 1.0)]).is_err());
    assert!(Levels::from_pairs([(1.0, -1.0)]).is_err());
}
