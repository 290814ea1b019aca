//! The gate on simulated sweeps: how often it is wrong, and how often it sees what is there.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use scalecalc::judge::baseline::{Terms, changes};
use scalecalc::judge::gate::Verdict;
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use scalecalc::sweep::levels::Levels;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Standard normal numbers (Box–Muller), seeded.
struct Normal(Xoshiro256PlusPlus);

impl Normal {
    fn seeded(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// How single runs scatter.
#[derive(Clone, Copy)]
enum Noise {
    /// In proportion to throughput.
    Proportional,
    /// The same everywhere, as a share of the mean throughput over sizes.
    Even,
    /// In proportion, and every twentieth run a third slower.
    Disturbed,
}

/// Eight sizes with five runs each, 3 % noise, throughput times `factor`.
fn sweep(random: &mut Normal, noise: Noise, factor: f64) -> Levels {
    let law = Usl::new(UslParams {
        alpha: 0.03,
        beta: 0.0005,
        gamma: 1000.0,
    })
    .unwrap();
    let sizes = [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0];
    let mean = sizes.iter().map(|n| law.throughput(*n)).sum::<f64>() / 8.0;
    let mut runs = Vec::new();
    for n in sizes {
        for _ in 0..5 {
            let truth = law.throughput(n);
            let scatter = 0.03 * random.next();
            let run = match noise {
                Noise::Even => truth + mean * scatter,
                Noise::Disturbed if random.uniform() < 0.05 => truth * 0.67,
                Noise::Proportional | Noise::Disturbed => truth * (1.0 + scatter),
            };
            runs.push((n, factor * run));
        }
    }
    Levels::from_pairs(runs).unwrap()
}

const TERMS: Terms = Terms {
    tolerance: 0.05,
    confidence: 0.95,
    around_fits: None,
};

/// Share of 1,000 pairs of sweeps that fail, and that pass.
fn rates(seed: u64, noise: Noise, factor: f64) -> [f64; 2] {
    let mut random = Normal::seeded(seed);
    let (mut failed, mut passed) = (0.0, 0.0);
    for _ in 0..1000 {
        let before = sweep(&mut random, noise, 1.0);
        let now = sweep(&mut random, noise, factor);
        let changes = changes(&before, &now, &TERMS).unwrap();
        assert_eq!(changes.sizes.len(), 8);
        match changes.verdict() {
            Verdict::Fail => failed += 1.0,
            Verdict::Pass => passed += 1.0,
            Verdict::Inconclusive => {}
        }
    }
    [failed / 1000.0, passed / 1000.0]
}

/// The two figures of README: false alarms at most 1 %, a loss of 15 % seen at least 90 %.
#[test]
fn the_baseline_gate_stays_green_on_noise_and_goes_red_on_a_loss() {
    for (name, noise) in [
        ("3 % proportional noise", Noise::Proportional),
        ("3 % even noise", Noise::Even),
        ("3 % noise, 5 % of runs a third slower", Noise::Disturbed),
    ] {
        let [alarms, green] = rates(1, noise, 1.0);
        let [border, _] = rates(2, noise, 0.95);
        let [seen, _] = rates(3, noise, 0.85);
        println!(
            "{name}: unchanged fails {:.1} %, passes {:.1} %; 5 % lower (the \
             tolerance itself) fails {:.1} %; 15 % lower fails {:.1} %",
            alarms * 100.0,
            green * 100.0,
            border * 100.0,
            seen * 100.0
        );
        assert!(alarms <= 0.01, "{name}: {alarms}");
        // At the tolerance itself a one-sided error of 2.5 % is what the intervals promise.
        assert!(border <= 0.04, "{name}: {border}");
        assert!(seen >= 0.90, "{name}: {seen}");
    }
}

/// Runs the gate step of the example workflow in a directory with this benchmark, as a
/// runner would.
fn job(name: &str, bench: &str, baseline: Option<&str>) -> (i32, String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = root.join("target/ci-gate").join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    let data = root.join("data/gate");
    fs::copy(data.join(bench), dir.join("bench.csv")).unwrap();
    if let Some(baseline) = baseline {
        fs::copy(data.join(baseline), dir.join("baseline.csv")).unwrap();
    }
    let workflow = fs::read_to_string(root.join("examples/ci-gate/workflow.yml")).unwrap();
    let step = workflow
        .lines()
        .find_map(|line| line.trim().strip_prefix("run: examples/"))
        .unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_scalecalc"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("bash")
        .arg("-c")
        .arg(format!(
            "{}/examples/{step} '{}/examples/ci-gate/policy.toml'",
            root.display(),
            root.display()
        ))
        .current_dir(&dir)
        .env("PATH", path)
        .env("GITHUB_ACTIONS", "true")
        .env("RUNNER_TEMP", &dir)
        .env("GITHUB_STEP_SUMMARY", dir.join("summary.md"))
        .output()
        .unwrap();
    let summary = fs::read_to_string(dir.join("summary.md")).unwrap_or_default();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), text, summary)
}

#[test]
fn the_example_job_is_green_on_noise_red_on_a_loss_and_red_without_a_baseline() {
    let (code, log, summary) = job("unchanged", "unchanged.csv", Some("baseline.csv"));
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("::error"), "{log}");
    assert!(summary.starts_with("**Pass"), "{summary}");
    assert!(summary.contains("| baseline | pass |"), "{summary}");

    let (code, log, summary) = job("slower", "slower.csv", Some("baseline.csv"));
    assert_eq!(code, 1, "{log}");
    let annotations = log.lines().filter(|line| line.starts_with("::")).count();
    assert!((1..=10).contains(&annotations), "{log}");
    assert!(
        log.contains("::error title=scalecalc check%3A baseline::"),
        "{log}"
    );
    assert!(summary.starts_with("**Fail"), "{summary}");

    let (code, log, _) = job("missing", "unchanged.csv", None);
    assert_eq!(code, 3, "{log}");
}

#[test]
fn a_saved_document_is_as_good_as_its_measurements() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = root.join("target/ci-gate/saved");
    fs::create_dir_all(&dir).unwrap();
    let saved = dir.join("baseline.json");
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_scalecalc"))
            .args(args)
            .current_dir(root)
            .output()
            .unwrap()
    };
    let to = format!("json={}", saved.display());
    assert!(
        run(&["usl", "data/gate/baseline.csv", "-o", &to])
            .status
            .success()
    );
    let changes = |baseline: &str| {
        let output = run(&[
            "check",
            "data/gate/slower.csv",
            "--json",
            "--baseline",
            baseline,
        ]);
        assert_eq!(output.status.code(), Some(1));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let change = &document["baseline"]["series"][0]["overall"];
        ["value", "low", "high"].map(|end| change[end].as_f64().unwrap())
    };
    let raw = changes("data/gate/baseline.csv");
    let saved = changes(saved.to_str().unwrap());
    for (raw, saved) in raw.iter().zip(saved) {
        // A document holds no moments of ln X: they are those of a log-normal distribution.
        assert!((raw - saved).abs() < 5e-4, "{raw} {saved}");
    }
}
