//! Which size to measure next, against variances worked out another way: a fit is linearised by
//! differences in (α, β, γ), and the information of a further run is added before it is inverted.

use scalecalc::fit::{Fit, FitOptions, NoiseChoice, Target, fit};
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::sweep::Fold;

type Matrix = [[f64; 3]; 3];

fn inverse(m: &Matrix) -> Matrix {
    let minor = |i: usize, j: usize| {
        let (r, s) = ((i + 1) % 3, (i + 2) % 3);
        let (c, d) = ((j + 1) % 3, (j + 2) % 3);
        m[r][c] * m[s][d] - m[r][d] * m[s][c]
    };
    let determinant: f64 = (0..3).map(|j| m[0][j] * minor(0, j)).sum();
    std::array::from_fn(|i| std::array::from_fn(|j| minor(j, i) / determinant))
}

/// dX/d(α, β, γ) at N, each scaled by its parameter so that the matrix is well conditioned.
fn slope(params: UslParams, n: f64) -> [f64; 3] {
    let at = |factors: [f64; 3]| {
        let law = Usl::new(UslParams {
            alpha: params.alpha * factors[0],
            beta: params.beta * factors[1],
            gamma: params.gamma * factors[2],
        });
        law.unwrap().throughput(n)
    };
    std::array::from_fn(|k| {
        let moved = |by: f64| std::array::from_fn(|j| if j == k { 1.0 + by } else { 1.0 });
        (at(moved(1e-5)) - at(moved(-1e-5))) / 2e-5
    })
}

/// Variance of X at a size after runs at these, up to that of one run.
fn variance(params: UslParams, runs: &[f64], at: f64) -> f64 {
    let mut information = [[0.0; 3]; 3];
    for n in runs {
        let j = slope(params, *n);
        for (i, row) in information.iter_mut().enumerate() {
            for (k, cell) in row.iter_mut().enumerate() {
                *cell += j[i] * j[k];
            }
        }
    }
    let (covariance, g) = (inverse(&information), slope(params, at));
    (0..3)
        .flat_map(|i| (0..3).map(move |j| (i, j)))
        .map(|(i, j)| g[i] * covariance[i][j] * g[j])
        .sum()
}

fn measured(runs: &[f64]) -> Fit {
    let mut fold = Fold::default();
    for (at, n) in runs.iter().enumerate() {
        let noise = 3.0 * ((at * 7 % 5) as f64 - 2.0);
        let x = 100.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0)) + noise;
        fold.add(*n, x, None).unwrap();
    }
    let options = FitOptions::default().with_noise(NoiseChoice::Constant);
    fit(&fold.finish(), &options).unwrap()
}

#[test]
fn the_run_that_tells_most_is_the_one_after_which_the_variance_is_least() {
    let mut runs = vec![1.0, 1.0, 2.0, 4.0, 8.0, 8.0, 16.0, 24.0];
    let fit = measured(&runs);
    let params = fit.law().params();
    assert!(params.alpha > 0.0 && params.beta > 0.0);
    let candidates: Vec<f64> = (1..=48).map(f64::from).collect();
    for at in [12.0, 32.0] {
        let today = variance(params, &runs, at);
        let told = fit.most_telling(Target::ThroughputAt(at), &candidates, 3);
        assert_eq!(told.len(), 3);
        let taken = runs.len();
        for next in told {
            let after = |n: f64| {
                let more: Vec<f64> = runs.iter().copied().chain([n]).collect();
                variance(params, &more, at)
            };
            let least = candidates
                .iter()
                .map(|n| after(*n))
                .fold(f64::INFINITY, f64::min);
            let share = |variance: f64| (variance / today).sqrt();
            assert!((share(after(next.n)) - next.to).abs() < 1e-4, "{next:?}");
            assert!(next.to <= share(least) * (1.0 + 1e-4), "{next:?}");
            runs.push(next.n);
        }
        runs.truncate(taken);
    }
}

#[test]
fn without_candidates_nothing_is_proposed() {
    let fit = measured(&[1.0, 2.0, 4.0, 8.0, 16.0]);
    assert!(fit.most_telling(Target::Peak, &[], 2).is_empty());
    assert_eq!(fit.most_telling(Target::Peak, &[8.0], 2).len(), 2);
}

#[test]
fn an_outlier_is_one_that_can_be_seen() {
    // A curve to some digits, and one size off it by 0.014 % or by 3 %.
    let with = |miss: f64| {
        let mut fold = Fold::default();
        for (at, n) in [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0]
            .into_iter()
            .enumerate()
        {
            let x = 100.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.002 * n * (n - 1.0));
            let tiny = 1e-6 * ((at * 7 % 5) as f64 - 2.0);
            let off = if f64::abs(n - 6.0) < 0.5 { miss } else { 0.0 };
            fold.add(n, x * (1.0 + tiny + off), None).unwrap();
        }
        fit(&fold.finish(), &FitOptions::default()).unwrap()
    };
    let says = |fit: &Fit| fit.notes().iter().any(|note| note.code.name() == "outlier");
    let marks = |fit: &Fit| {
        fit.influence()
            .filter(scalecalc::fit::Influence::is_outlier)
            .count()
    };
    let (small, large) = (with(0.000_14), with(0.03));
    assert!(!says(&small) && marks(&small) == 0);
    assert!(
        small
            .influence()
            .any(|at| at.outlier_p.is_some_and(|p| p < 1e-6))
    );
    assert!(says(&large) && marks(&large) == 1);
}
