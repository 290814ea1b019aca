use super::*;

fn levels(pairs: &[(f64, f64)]) -> Levels {
    Levels::from_pairs(pairs.iter().copied()).unwrap()
}

#[test]
fn two_runs_before_and_two_now_have_two_degrees_of_freedom() {
    let before = levels(&[(4.0, 99.0), (4.0, 101.0)]);
    let now = levels(&[(4.0, 89.1), (4.0, 90.9)]);
    let changes = changes(&before, &now, &Terms::new(0.05)).unwrap();
    let (overall, _) = changes.overall.unwrap();
    // Each run is 1 % off: s² = (2 + 2)·10⁻⁴/2, and each mean has half of it.
    let error = 2e-4_f64.sqrt();
    // Quantile of t with two degrees of freedom, in closed form.
    let p = f64::midpoint(1.0, overall.level.unwrap());
    let t = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
    for (found, expected) in [
        (overall.low, (0.9_f64.ln() - t * error).exp_m1()),
        (overall.high, (0.9_f64.ln() + t * error).exp_m1()),
    ] {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}

/// The upper sizes lost 40 %, with runs that agree to half a per cent.
#[test]
fn a_loss_at_several_of_few_sizes_is_not_the_noise_of_the_others() {
    let sweep = |share: f64| {
        let sizes = [1.0, 2.0, 4.0, 8.0, 16.0];
        let all = sizes.iter().flat_map(|n| {
            let x = 1000.0 * n * if *n > 4.0 { share } else { 1.0 };
            [(*n, x), (*n, 1.005 * x)]
        });
        levels(&all.collect::<Vec<_>>())
    };
    let changes = changes(&sweep(1.0), &sweep(0.6), &Terms::new(0.05)).unwrap();
    assert_eq!(changes.evidence, Evidence::Sizes);
    assert_eq!(changes.verdict(), Verdict::Fail);
    let failed = |n: f64| {
        let size = changes
            .sizes
            .iter()
            .find(|size| size.n.total_cmp(&n).is_eq());
        size.unwrap().verdict == Verdict::Fail
    };
    assert!(failed(8.0) && failed(16.0) && !failed(1.0) && !failed(4.0));
    // −40 % ± t (10 degrees of freedom) standard deviations of 5 % and of the runs.
    let eight = changes.sizes[3].change;
    let p = 1.0 - 0.5 * 0.3 * 0.05 / 5.0;
    let runs = 2.0 * (0.0025_f64 / 1.0025).powi(2) / 2.0 * 2.0;
    let reach = t_quantile(p, 10.0).unwrap() * (0.0025 + runs).sqrt();
    let low = (0.6_f64.ln() - reach).exp_m1();
    assert!((eight.low.unwrap() - low).abs() < 2e-3, "{eight:?} {low}");
}

#[test]
fn sizes_in_one_sweep_alone_leave_the_whole_open_and_are_named() {
    let all = levels(&[(1.0, 10.0), (1.0, 10.1), (2.0, 19.0), (2.0, 19.1)]);
    let few = levels(&[(1.0, 10.0), (1.0, 10.1), (3.0, 25.0), (3.0, 25.1)]);
    let changes = changes(&all, &few, &Terms::new(0.05)).unwrap();
    assert_eq!(
        (&*changes.missing, &*changes.added),
        (&[2.0][..], &[3.0][..])
    );
    assert_eq!(changes.unmatched(), [2.0, 3.0]);
    assert_eq!(changes.verdict(), Verdict::Inconclusive);
}
