//! Simulated sweeps that follow the USL, by design and noise: how often intervals hold the
//! truth, and what the choice of the estimate costs against the law. The suite runs a few
//! sweeps a cell, `cargo bench --bench coverage` 2,000.

use crate::random::Random;
use scalecalc::Estimate;
use scalecalc::fit::{self, FitOptions};
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::sweep::Levels;

/// Which N are measured, and how often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design {
    pub(crate) name: &'static str,
    pub(crate) loads: &'static [f64],
    pub(crate) runs: usize,
}

pub(crate) const DOUBLING: Design = Design {
    name: "1..64 x2, one run",
    loads: &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
    runs: 1,
};
pub(crate) const DOZEN: Design = Design {
    name: "1..12, one run",
    loads: &[
        1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0,
    ],
    runs: 1,
};
pub(crate) const REPEATED: Design = Design {
    name: "8 sizes x 5 runs",
    loads: &[1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0],
    runs: 5,
};

/// How throughput scatters about the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scatter {
    /// 3 % of throughput.
    Proportional,
    /// 3 % of throughput times Student's t with three degrees of freedom.
    Tails,
    /// 3 % of the highest throughput.
    Constant,
    /// Lognormal, 10 %.
    Lognormal,
    /// 3 %, repeats at one N correlated by 0.7.
    Correlated,
    /// Each size off by 2 %, runs by 1 %.
    Offset,
}

/// A cell of the table.
pub(crate) const CELLS: [(Design, Scatter); 12] = [
    (DOUBLING, Scatter::Proportional),
    (DOUBLING, Scatter::Tails),
    (DOUBLING, Scatter::Constant),
    (DOZEN, Scatter::Proportional),
    (DOZEN, Scatter::Tails),
    (DOZEN, Scatter::Constant),
    (REPEATED, Scatter::Proportional),
    (REPEATED, Scatter::Tails),
    (REPEATED, Scatter::Constant),
    (REPEATED, Scatter::Lognormal),
    (REPEATED, Scatter::Correlated),
    (REPEATED, Scatter::Offset),
];

/// Shares of sweeps whose interval holds the truth, and mean |ln miss| of the estimate over
/// that of the law.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) peak: f64,
    /// X at the inner measured sizes and half way between neighbours.
    pub(crate) inside: f64,
    /// Cost of the choice at the same places.
    pub(crate) cost: f64,
}

fn sweep(design: Design, scatter: Scatter, law: &Usl, random: &mut Random) -> Levels {
    let top = design
        .loads
        .iter()
        .map(|n| law.throughput(*n))
        .fold(0.0, f64::max);
    let mut rows = Vec::new();
    for n in design.loads {
        let x = law.throughput(*n);
        let shared = random.normal();
        for _ in 0..design.runs {
            let z = random.normal();
            let run = match scatter {
                Scatter::Proportional => x * (0.03 * z).exp(),
                Scatter::Tails => {
                    let squares = (0..3).map(|_| random.normal().powi(2)).sum::<f64>();
                    x * (0.03 * z / (squares / 3.0).sqrt()).exp()
                }
                Scatter::Constant => (x + 0.03 * top * z).max(1e-9 * x),
                Scatter::Lognormal => x * (0.1 * z).exp(),
                Scatter::Correlated => {
                    x * (0.03 * (0.7_f64.sqrt() * shared + 0.3_f64.sqrt() * z)).exp()
                }
                Scatter::Offset => x * (0.02 * shared + 0.01 * z).exp(),
            };
            rows.push((*n, run));
        }
    }
    Levels::from_pairs(rows).unwrap()
}

fn holds(estimate: &Estimate, truth: f64) -> f64 {
    let low = estimate.low.is_some_and(|low| low <= truth);
    f64::from(u8::from(
        low && estimate.high.is_none_or(|high| truth <= high),
    ))
}

/// Simulates one cell.
pub(crate) fn simulate(design: Design, scatter: Scatter, sweeps: u32) -> Outcome {
    let truth = Usl::new(UslParams {
        alpha: 0.05,
        beta: 0.001,
        gamma: 1000.0,
    })
    .unwrap();
    let inner = &design.loads[1..design.loads.len() - 1];
    let places: Vec<f64> = inner
        .iter()
        .copied()
        .chain(design.loads.windows(2).map(|two| (two[0] * two[1]).sqrt()))
        .collect();
    let mut random = Random::seeded(7);
    let mut outcome = Outcome::default();
    let (mut of_law, mut of_estimate) = (0.0, 0.0);
    for _ in 0..sweeps {
        let levels = sweep(design, scatter, &truth, &mut random);
        let fit = fit::fit(&levels, &FitOptions::default()).unwrap();
        outcome.alpha += holds(&fit.alpha(), 0.05);
        outcome.beta += holds(&fit.beta(), 0.001);
        outcome.peak += holds(&fit.peak().n_real, truth.peak().unwrap().n);
        for n in &places {
            let x = truth.throughput(*n);
            let estimate = fit.estimate(*n);
            outcome.inside += holds(&estimate.throughput(), x) / places.len() as f64;
            of_law += (fit.law().throughput(*n) / x).ln().abs();
            of_estimate += (estimate.value / x).ln().abs();
        }
    }
    let share = 1.0 / f64::from(sweeps);
    Outcome {
        alpha: outcome.alpha * share,
        beta: outcome.beta * share,
        peak: outcome.peak * share,
        inside: outcome.inside * share,
        cost: of_estimate / of_law,
    }
}
