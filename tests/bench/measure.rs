//! Two claims that README makes of `measure`: `cargo bench --bench measure`, or only one of them
//! with `-- runs` or `-- overhead`.
//!
//! `runs`: the runs that a given width of an interval takes, against even sweeps, on systems
//! whose truths and noise are the fits of the sweeps in `data/`.
//!
//! `overhead`: the same command beside hyperfine, in turns: its wall time by either, and what a
//! run costs beyond it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    dead_code,
    reason = "a program that shows what it measures; it shares a module with the tests"
)]

#[path = "../suite/measure_simulated.rs"]
mod measure_simulated;

use measure_simulated::{Truth, Way, median, runs_until, truths};
use scalecalc::schedule::Goal;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with("--"))
        .collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|arg| arg == name);
    if wants("overhead") {
        overhead();
    }
    if wants("runs") {
        let truths = truths();
        simulate(&truths, "peak ±10 %", |_| Goal::Peak { within: 0.1 });
        simulate(&truths, "peak ±5 %", |_| Goal::Peak { within: 0.05 });
        simulate(&truths, "X at the largest N ±3 %", |truth| {
            Goal::ThroughputAt {
                n: truth.most,
                within: 0.03,
            }
        });
        simulate(&truths, "X at half of it ±3 %", |truth| {
            Goal::ThroughputAt {
                n: (0.5 * truth.most).round(),
                within: 0.03,
            }
        });
    }
}

/// Runs that the chosen sizes take against both even sweeps, and how often the interval at the
/// end holds the truth.
fn simulate(truths: &[Truth], name: &str, goal: impl Fn(&Truth) -> Goal) {
    const SEEDS: u64 = 15;
    const MOST: usize = 600;
    println!("\n{name}: median runs over {SEEDS} sweeps, at most {MOST}");
    let mut ratios = [Vec::new(), Vec::new()];
    let (mut held, mut known) = (0.0, 0.0);
    for truth in truths {
        let goal = goal(truth);
        let runs = |way| -> Vec<(usize, Option<bool>)> {
            (0..SEEDS)
                .map(|seed| runs_until(truth, goal, way, MOST, seed))
                .collect()
        };
        let typical = |runs: &[(usize, Option<bool>)]| {
            median(runs.iter().map(|(count, _)| *count as f64).collect())
        };
        let chosen = runs(Way::Chosen);
        for holds in chosen.iter().filter_map(|(_, holds)| *holds) {
            known += 1.0;
            held += f64::from(u8::from(holds));
        }
        let even = [Way::Doublings, Way::Spaced].map(|way| typical(&runs(way)));
        let ours = typical(&chosen);
        println!(
            "  {:32} noise {:5.1} %  chosen {ours:4}  doublings {:4}  equal distances {:4}",
            truth.name,
            100.0 * truth.noise,
            even[0],
            even[1]
        );
        for (ratios, even) in ratios.iter_mut().zip(even) {
            ratios.push(ours / even);
        }
    }
    let [doublings, spaced] = ratios.map(median);
    println!(
        "  median share of the runs: {doublings:.2} of doublings, {spaced:.2} of equal distances; \
         the interval holds the truth in {:.1} % of {known}",
        100.0 * held / known
    );
}

/// Runs a program that times a command often; its wall times, and what it took beyond them.
fn account(command: &mut Command, walls: impl Fn() -> Vec<f64>) -> (Vec<f64>, f64) {
    let start = Instant::now();
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let whole = start.elapsed().as_secs_f64();
    assert!(status.success());
    let walls = walls();
    let beyond = whole - walls.iter().sum::<f64>();
    (walls, beyond)
}

fn ours(folder: &Path, words: &[&str], runs: usize) -> (Vec<f64>, f64) {
    let csv = folder.join("runs.csv");
    let _ = std::fs::remove_file(&csv);
    let count = runs.to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_scalecalc"));
    command.args([
        "measure", "--n", "1", "--runs", &count, "--work", "1", "--law", "linear",
    ]);
    account(command.arg("-o").arg(&csv).arg("--").args(words), || {
        let text = std::fs::read_to_string(&csv).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
        rows.map(|row| row.split(',').nth(3).unwrap().parse().unwrap())
            .collect()
    })
}

fn hyperfine(folder: &Path, words: &[&str], runs: usize) -> (Vec<f64>, f64) {
    let json = folder.join("hyperfine.json");
    let count = runs.to_string();
    let mut command = Command::new("hyperfine");
    command.args([
        "--shell=none",
        "--output=pipe",
        "--runs",
        &count,
        "--export-json",
    ]);
    account(command.arg(&json).arg(words.join(" ")), || {
        let text = std::fs::read_to_string(&json).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let times = document["results"][0]["times"].as_array().unwrap();
        times.iter().map(|time| time.as_f64().unwrap()).collect()
    })
}

/// Times a command so many times: wall times and what passed beyond them.
type Timed = fn(&Path, &[&str], usize) -> (Vec<f64>, f64);

/// Turn about, so that a machine that gets busy slows both. What a run costs is the slope
/// between few runs and many: starting the program and answering are no part of it.
fn overhead() {
    const TURNS: usize = 7;
    if Command::new("hyperfine").arg("--version").output().is_err() {
        println!("skipped: hyperfine is not installed");
        return;
    }
    let folder = std::env::temp_dir().join(format!("scalecalc-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let both: [(&str, Timed); 2] = [("scalecalc measure", ours), ("hyperfine", hyperfine)];
    for (name, words, few, many) in [
        ("true", &["true"][..], 50, 300),
        ("sleep 0.01", &["sleep", "0.01"], 20, 150),
    ] {
        let mut taken = [(); 2].map(|()| (Vec::new(), Vec::new()));
        for _ in 0..TURNS {
            for ((_, timed), (walls, costs)) in both.iter().zip(&mut taken) {
                let (_, beyond_few) = timed(&folder, words, few);
                let (more, beyond_many) = timed(&folder, words, many);
                walls.push(median(more));
                costs.push((beyond_many - beyond_few) / (many - few) as f64);
            }
        }
        for ((who, _), (walls, costs)) in both.iter().zip(taken) {
            let least = walls.iter().copied().fold(f64::INFINITY, f64::min);
            let most = walls.iter().copied().fold(0.0, f64::max);
            println!(
                "{name:12} {who:18} wall {:7.3} ms ({:.3} to {:.3})  beyond it {:6.3} ms a run \
                 (medians of {TURNS} turns)",
                1e3 * median(walls),
                1e3 * least,
                1e3 * most,
                1e3 * median(costs)
            );
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}
