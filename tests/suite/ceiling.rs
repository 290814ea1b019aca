//! The law with a ceiling as the law of a fit.

use scalecalc::fit::{self, Fit, FitOptions, FittedLaw, LawChoice, NoiseChoice};
use scalecalc::law::CeilingParams;
use scalecalc::sweep::Levels;

const SIZES: [f64; 9] = [1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0];

fn fitted(pairs: &[(f64, f64)], law: LawChoice) -> Fit {
    let levels = Levels::from_pairs(pairs.iter().copied()).unwrap();
    let options = FitOptions::default().with_law(law);
    fit::fit(&levels, &options).unwrap()
}

fn params(fit: &Fit) -> CeilingParams {
    fit.ceiling().unwrap().law.params()
}

/// γN/((1 + (γN/K)^p)^(1/p) + βN(N−1)) as it stands, the sharp corner apart.
fn formula(n: f64, gamma: f64, ceiling: f64, p: f64, beta: f64) -> f64 {
    let z = gamma * n / ceiling;
    let full = if p.is_infinite() {
        z.max(1.0)
    } else {
        (1.0 + z.powf(p)).powf(1.0 / p)
    };
    gamma * n / (full + beta * n * (n - 1.0))
}

fn close(found: f64, truth: f64) {
    assert!((found / truth - 1.0).abs() < 1e-5, "{found} for {truth}");
}

#[test]
fn what_was_made_with_a_ceiling_returns_at_every_sharpness() {
    for p in [1.0, 2.0, 4.0, 8.0, 16.0, f64::INFINITY] {
        let made = SIZES.map(|n| (n, formula(n, 10.0, 73.0, p, 0.0)));
        let fit = fitted(&made, LawChoice::Ceiling);
        let found = params(&fit);
        assert_eq!(fit.fitted_law(), FittedLaw::Ceiling);
        close(found.gamma, 10.0);
        close(found.ceiling, 73.0);
        assert!(found.beta < 1e-9 && fit.is_exact(), "{found:?}");
        close(fit.full().unwrap().1.value.unwrap(), 7.3);
        close(fit.limit().unwrap(), 73.0);
        close(fit.estimate(10.0).value, formula(10.0, 10.0, 73.0, p, 0.0));
        assert!(fit.alpha().value.is_none() && fit.peak().n.is_none());
    }
}

#[test]
fn sharpness_one_is_amdahls_law_with_the_ceiling_gamma_over_alpha() {
    let (alpha, one) = (0.07, 120.0);
    let made = SIZES.map(|n| (n, one * n / (1.0 + alpha * (n - 1.0))));
    let (full, amdahl) = (
        fitted(&made, LawChoice::Ceiling),
        fitted(&made, LawChoice::Amdahl),
    );
    close(params(&full).ceiling, one / alpha);
    close(params(&full).sharpness, 1.0);
    close(
        params(&full).ceiling,
        amdahl.gamma().value.unwrap() / amdahl.alpha().value.unwrap(),
    );
}

#[test]
fn another_unit_of_throughput_or_size_changes_nothing_else() {
    let wobble = [1.0, 0.98, 1.03, 0.99, 1.02, 0.97, 1.01, 1.0, 0.99];
    let made: Vec<(f64, f64)> = (SIZES.iter().zip(wobble))
        .map(|(n, by)| (*n, by * formula(*n, 10.0, 73.0, 4.0, 0.0)))
        .collect();
    let plain = fitted(&made, LawChoice::Ceiling);
    for unit in [1e-9, 1e9] {
        let scaled: Vec<(f64, f64)> = made.iter().map(|(n, x)| (*n, x * unit)).collect();
        let fit = fitted(&scaled, LawChoice::Ceiling);
        close(params(&fit).ceiling, unit * params(&plain).ceiling);
        close(params(&fit).sharpness, params(&plain).sharpness);
        for n in [3.0, 7.0, 20.0] {
            let (a, b) = (fit.estimate(n), plain.estimate(n));
            close(a.value, unit * b.value);
            close(a.low.unwrap(), unit * b.low.unwrap());
            close(a.high.unwrap(), unit * b.high.unwrap());
        }
    }
}

/// Runs with 3 % of noise about p = 4 at nine sizes: the 95 % interval of X holds the truth
/// about as often as it says, and that of K too.
#[test]
fn the_intervals_hold_the_truth() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut normal = || {
        // A sum of twelve uniform numbers less 6: variance 1.
        let mut uniform = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    };
    let (mut held, mut ceilings, mut asked) = (0, 0, 0);
    for _ in 0..60 {
        let made: Vec<(f64, f64)> = (SIZES.iter().flat_map(|n| [*n; 2]))
            .map(|n| {
                (
                    n,
                    formula(n, 10.0, 73.0, 4.0, 0.0) * (0.03 * normal()).exp(),
                )
            })
            .collect();
        let levels = Levels::from_pairs(made.iter().copied()).unwrap();
        let options = FitOptions::default()
            .with_law(LawChoice::Ceiling)
            .with_noise(NoiseChoice::Relative);
        let fit = fit::fit(&levels, &options).unwrap();
        let holds = |low: Option<f64>, high: Option<f64>, truth: f64| {
            usize::from(low.unwrap() <= truth && truth <= high.unwrap())
        };
        for n in [3.0, 7.0, 14.0, 28.0] {
            let x = fit.throughput(n);
            held += holds(x.low, x.high, formula(n, 10.0, 73.0, 4.0, 0.0));
            asked += 1;
        }
        let (ceiling, _) = fit.full().unwrap();
        ceilings += holds(ceiling.low, ceiling.high, 73.0);
    }
    println!("{held}/{asked} {ceilings}/60");
    assert!(held * 100 >= 92 * asked, "{held} of {asked}");
    assert!(ceilings >= 54, "{ceilings} of 60");
}

#[test]
fn a_knee_is_named_and_auto_takes_the_ceiling_only_where_it_pays() {
    let knee = [
        (1.0, 4501.0),
        (2.0, 8896.0),
        (3.0, 9010.0),
        (4.0, 9016.0),
        (8.0, 9016.0),
        (12.0, 9003.0),
        (16.0, 8994.0),
    ];
    let fit = fitted(&knee, LawChoice::Auto);
    assert_eq!(fit.fitted_law(), FittedLaw::Ceiling);
    let (ceiling, corner) = fit.full().unwrap();
    assert!((ceiling.value.unwrap() / 9008.0 - 1.0).abs() < 0.01);
    assert!((corner.value.unwrap() - 2.0).abs() < 0.5);
    let wobble = [1.0, 0.98, 1.03, 0.99, 1.02, 0.97, 1.01, 1.0, 0.99];
    let smooth: Vec<(f64, f64)> = (SIZES.iter().zip(wobble))
        .map(|(n, by)| (*n, by * 100.0 * n / (1.0 + 0.05 * (n - 1.0))))
        .collect();
    assert_eq!(
        fitted(&smooth, LawChoice::Auto).fitted_law(),
        FittedLaw::Amdahl
    );
}
