//! What a picture costs above the run that it belongs to.
//!
//! `cargo bench --bench pictures` runs the program without and with each picture, in turn, and
//! prints the median wall time, the difference and its limit; then the size of the program.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so by panicking"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const RUNS: usize = 41;

/// Ending of the file, and the most milliseconds it may add.
const LIMITS: [(&str, f64); 4] = [("svg", 2.0), ("html", 10.0), ("png", 60.0), ("md", 2.0)];

/// Milliseconds of one run.
fn run(arguments: &[&str]) -> f64 {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_scalecalc"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    1000.0 * start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let directory = std::env::temp_dir().join("scalecalc-bench-pictures");
    std::fs::create_dir_all(&directory).unwrap();
    println!(
        "{:<40} {:>9} {:>9} {:>9}",
        "", "median ms", "adds ms", "limit ms"
    );
    for data in [
        "data/published/cisco_mysql.csv",
        "data/own/pgbench_hotrow.csv",
    ] {
        let plain = ["usl", data, "-q"];
        let mut times = vec![Vec::new(); LIMITS.len() + 1];
        for _ in 0..RUNS {
            times[0].push(run(&plain));
            for (index, (ending, _)) in LIMITS.iter().enumerate() {
                let file = directory.join(format!("curve.{ending}"));
                let file = file.to_str().unwrap();
                times[index + 1].push(run(&["usl", data, "-q", "-o", file]));
            }
        }
        let without = median(times[0].clone());
        println!("{data:<40} {without:>9.2}");
        for (index, (ending, limit)) in LIMITS.iter().enumerate() {
            let with = median(times[index + 1].clone());
            let adds = with - without;
            println!("  -o curve.{ending:<29} {with:>9.2} {adds:>9.2} {limit:>9.0}");
        }
    }
    let size = std::fs::metadata(Path::new(env!("CARGO_BIN_EXE_scalecalc")))
        .unwrap()
        .len();
    println!("program: {:.2} MB", size as f64 / 1e6);
}
