//! Simulated pairs of sweeps: how often the gate is wrong, and how often it sees a loss.
//!
//! Used by the tests (few pairs) and by `cargo bench --bench gate` (many, as a table).

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use scalecalc::judge::baseline::{Changes, Terms, changes};
use scalecalc::judge::gate::Verdict;
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::sweep::Levels;

/// Random numbers, seeded.
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// A stream of its own for each seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Uniform in (0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal (Box–Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// How single runs scatter around the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Noise {
    /// 3 % of throughput.
    Proportional,
    /// The same everywhere, 3 % of the mean throughput over sizes.
    Even,
    /// 3 % in proportion, and every twentieth run a third slower.
    Disturbed,
    /// 3 % in proportion, and 3 % up or down from the first run to the last.
    Drift,
    /// t with 3 degrees of freedom, scaled to a standard deviation of 3 %.
    Tails,
    /// 3 %, each run with a correlation of 0.7 to the one before (AR(1)).
    Correlated,
    /// 3 %, any two runs at one size with a correlation of 0.7.
    Alike,
    /// 1 %, and each size moves by 2 % as a whole.
    Offsets,
    /// ln X with a standard deviation of 10 %.
    Lognormal,
    /// 3 % of throughput, sizes with 1 to 7 runs.
    Unequal,
}

impl Noise {
    /// Every noise with its name in the table.
    pub(crate) const ALL: [(Self, &str); 10] = [
        (Self::Proportional, "3 % in proportion"),
        (Self::Even, "3 %, the same at every size"),
        (Self::Disturbed, "3 %, one run in 20 a third slower"),
        (Self::Drift, "3 %, drifting by 3 %"),
        (Self::Tails, "3 %, heavy tails (t₃)"),
        (Self::Correlated, "3 %, ρ = 0.7 from run to run"),
        (Self::Alike, "3 %, ρ = 0.7 at one size"),
        (Self::Offsets, "1 %, each size off by 2 %"),
        (Self::Lognormal, "10 %, lognormal"),
        (Self::Unequal, "3 %, unequal numbers of runs"),
    ];
}

/// Sizes and runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Design {
    /// Measured sizes.
    pub(crate) sizes: &'static [f64],
    /// Runs at each.
    pub(crate) runs: usize,
}

/// The designs of the table.
pub(crate) const DESIGNS: [(Design, &str); 3] = [
    (
        Design {
            sizes: &[1.0, 2.0, 4.0, 8.0, 16.0],
            runs: 3,
        },
        "5 × 3",
    ),
    (
        Design {
            sizes: &[1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0],
            runs: 5,
        },
        "8 × 5",
    ),
    (
        Design {
            sizes: &[1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0],
            runs: 1,
        },
        "7 × 1",
    ),
];

/// One sweep in the order it was measured; `factor` is what size number `i` is slowed by.
pub(crate) fn sweep(
    random: &mut Random,
    design: &Design,
    noise: Noise,
    factor: &dyn Fn(usize) -> f64,
) -> Levels {
    let law = Usl::new(UslParams {
        alpha: 0.03,
        beta: 0.0005,
        gamma: 1000.0,
    })
    .unwrap();
    let sizes = design.sizes;
    let mean = sizes.iter().map(|n| law.throughput(*n)).sum::<f64>() / sizes.len() as f64;
    let mut pairs = Vec::new();
    let mut last = random.normal();
    let drift = 0.03 * if random.uniform() < 0.5 { -1.0 } else { 1.0 };
    let unequal = [1, 7, 3, 5, 2, 6, 4, 5];
    let all = (sizes.len() * design.runs) as f64;
    for (index, n) in sizes.iter().enumerate() {
        let truth = law.throughput(*n);
        let own = random.normal();
        let runs = match noise {
            Noise::Unequal => unequal[index].min(design.runs * 2),
            _ => design.runs,
        };
        for _ in 0..runs {
            let z = random.normal();
            last = 0.7 * last + 0.51_f64.sqrt() * z;
            let run = match noise {
                Noise::Even => truth + mean * 0.03 * z,
                Noise::Disturbed if random.uniform() < 0.05 => truth * 0.67,
                Noise::Proportional | Noise::Unequal | Noise::Disturbed => truth * (1.0 + 0.03 * z),
                Noise::Drift => truth * (1.0 + 0.03 * z + drift * (pairs.len() as f64 / all - 0.5)),
                Noise::Tails => {
                    let chi: f64 = (0..3).map(|_| random.normal().powi(2)).sum();
                    truth * (1.0 + 0.03 * (z / chi.sqrt())).max(0.05)
                }
                Noise::Correlated => truth * (1.0 + 0.03 * last),
                Noise::Alike => truth * (1.0 + 0.03 * (0.7_f64.sqrt() * own + 0.3_f64.sqrt() * z)),
                Noise::Offsets => truth * (1.0 + 0.02 * own + 0.01 * z),
                Noise::Lognormal => truth * (0.1 * z).exp(),
            };
            pairs.push((*n, factor(index) * run));
        }
    }
    Levels::from_pairs(pairs).unwrap()
}

/// What became of the pairs of one cell, as shares.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    /// Failed.
    pub(crate) failed: f64,
    /// Passed.
    pub(crate) passed: f64,
    /// Failed, and a size by name.
    pub(crate) named: f64,
    /// Failed by the change over all sizes.
    pub(crate) overall: f64,
}

/// Runs the gate on many pairs of sweeps, the second slowed by `factor`.
pub(crate) fn rates(
    pairs: u32,
    seed: u64,
    design: &Design,
    noise: Noise,
    factor: &dyn Fn(usize) -> f64,
) -> Rates {
    let mut random = Random::seeded(seed);
    let mut rates = Rates::default();
    let one = 1.0 / f64::from(pairs);
    for _ in 0..pairs {
        let before = sweep(&mut random, design, noise, &|_| 1.0);
        let now = sweep(&mut random, design, noise, factor);
        let changes = judged(&before, &now);
        match changes.verdict() {
            Verdict::Fail => rates.failed += one,
            Verdict::Pass => rates.passed += one,
            Verdict::Inconclusive => {}
        }
        if (changes.overall).is_some_and(|(_, verdict)| verdict == Verdict::Fail) {
            rates.overall += one;
        }
        let found = |size: usize| {
            let size = &changes.sizes[size];
            size.suspect && size.verdict == Verdict::Fail
        };
        let slowed = |size: &usize| factor(*size) < 0.95;
        if (0..changes.sizes.len()).filter(slowed).any(found) {
            rates.named += one;
        }
    }
    rates
}

/// The gate as `check` asks it by default.
pub(crate) fn judged(before: &Levels, now: &Levels) -> Changes {
    changes(before, now, &Terms::new(0.05)).unwrap()
}
