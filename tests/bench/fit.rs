//! One fit with everything that an answer asks of it, in this process.
//!
//! `cargo bench --bench fit` fits 64 sweeps of twelve sizes with 3 % scatter and asks each for
//! its coefficients, peak, quality, shape, verdict and estimates inside and beyond the data. The
//! time is given beside two that belong to the same machine in the same run: the bare sum of
//! squares of one law at the twelve sizes, which is what any solver evaluates, and the start of
//! a process that does nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so by panicking"
)]

use scalecalc::fit::{Fit, FitOptions, LawChoice};
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::sweep::Levels;
use scalecalc::sweep::Sweep;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

const SIZES: [f64; 12] = [
    1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0,
];
const SWEEPS: u64 = 64;
const ROUNDS: usize = 15;

/// A number from −1 to 1 (splitmix64).
fn noise(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / 2.0_f64.powi(52) - 1.0
}

fn sweeps(runs: usize) -> Vec<Sweep> {
    let mut state = 7;
    (0..SWEEPS)
        .map(|k| {
            let law = Usl::new(UslParams {
                alpha: 0.01 + 0.002 * k as f64,
                beta: 1e-5 * 1.08_f64.powf(k as f64),
                gamma: 1000.0,
            })
            .unwrap();
            let runs = SIZES.iter().flat_map(|n| std::iter::repeat_n(*n, runs));
            let pairs: Vec<(f64, f64)> = runs
                .map(|n| (n, law.throughput(n) * (0.05 * noise(&mut state)).exp()))
                .collect();
            Sweep::from(Levels::from_pairs(pairs).unwrap())
        })
        .collect()
}

/// Fits and asks for everything that a row and a picture's numbers need.
fn all(sweep: &Sweep, options: &FitOptions) -> f64 {
    let fit = Fit::new(sweep, options).unwrap();
    black_box((fit.alpha(), fit.beta(), fit.gamma()));
    black_box((fit.peak(), fit.quality(), fit.shape(), fit.verdict()));
    [1.0, 8.0, 20.0, 64.0, 100.0]
        .iter()
        .map(|n| fit.estimate(*n).value)
        .sum()
}

/// The least of several rounds, in seconds for each of `count`.
fn least(count: u64, mut once: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            once();
            start.elapsed().as_secs_f64() / count as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    let (alpha, beta, gamma) = (0.05, 1e-4, 1000.0);
    let law = Usl::new(UslParams { alpha, beta, gamma }).unwrap();
    let squares = least(100_000, || {
        for k in 0..100_000_u32 {
            let y = black_box(7.0 + f64::from(k) * 1e-6);
            let sum: f64 = SIZES
                .iter()
                .map(|n| (law.throughput(black_box(*n)).ln() - y).powi(2))
                .sum();
            black_box(sum);
        }
    });
    let start = least(1, || {
        Command::new("true").status().unwrap();
    });
    println!("sum of squares at 12 sizes: {:.3} us", 1e6 * squares);
    println!("start of a process:         {:.0} us", 1e6 * start);
    for (name, law, runs) in [
        ("usl, one run a size", LawChoice::Usl, 1),
        ("usl, three runs a size", LawChoice::Usl, 3),
        ("auto, three runs a size", LawChoice::Auto, 3),
    ] {
        let sweeps = sweeps(runs);
        let options = FitOptions::default().with_law(law);
        let taken = least(SWEEPS, || {
            for sweep in &sweeps {
                black_box(all(sweep, &options));
            }
        });
        println!(
            "{name:<24} {:>6.1} us a fit: {:.0} sums of squares, {:.2} starts of a process",
            1e6 * taken,
            taken / squares,
            taken / start
        );
    }
}
