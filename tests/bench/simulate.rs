//! How fast `sim` is, against Ciw and `SimPy` in the same run: M/M/10 at 85 % utilization, one
//! thread, CPU seconds. `cargo bench --bench simulate`; peers by `tests/bench/peers.sh`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so by panicking"
)]

use scalecalc::sim::{Measure, Plan, Scenario, simulate};
use std::path::Path;
use std::process::Command;

/// CPU seconds of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let fields: Vec<f64> = after
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // The state is no number; user and system time are fields 14 and 15, in hundredths.
    (fields[10] + fields[11]) / 100.0
}

/// Largest resident memory of this process so far, in MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024.0
}

struct Rate {
    name: String,
    customers: f64,
    events: f64,
    wait: f64,
    mib: f64,
}

fn ours(name: &str, customers: u64, through_the_heap: bool) -> Rate {
    let scenario = Scenario::mmc(8.5, 1.0, 10).unwrap();
    let mut plan = Plan::default().with_runs(4, customers / 4);
    plan.horizon = through_the_heap.then_some(customers as f64 / 4.0 / 8.5);
    plan.points = 1;
    let before = cpu_seconds();
    let results = simulate(&scenario, &plan, &|| {}).unwrap();
    let seconds = cpu_seconds() - before;
    Rate {
        name: name.to_owned(),
        customers: results.requests as f64 / seconds,
        events: results.events as f64 / seconds,
        wait: results.sample(Measure::Wait).unwrap().mean,
        mib: peak_mib(),
    }
}

/// A peer writes customers, CPU seconds, mean wait and MiB.
fn peer(root: &Path, name: &str) -> Option<Rate> {
    let python = root.join("target/peers/venv/bin/python");
    let script = root.join("tests/bench/simulate_peers.py");
    let out = Command::new(python).arg(script).arg(name).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    let numbers: Vec<f64> = text
        .split_whitespace()
        .filter_map(|n| n.parse().ok())
        .collect();
    let [customers, seconds, wait, mib] = numbers.as_slice() else {
        return None;
    };
    Some(Rate {
        name: name.to_owned(),
        customers: customers / seconds,
        events: 0.0,
        wait: *wait,
        mib: *mib,
    })
}

fn main() {
    // One thread, so that CPU seconds are those of the work.
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = vec![
        ours("recursion, 4 M", 4_000_000, false),
        ours("recursion, 40 M", 40_000_000, false),
        ours("heap, 2 M", 2_000_000, true),
        ours("heap, 20 M", 20_000_000, true),
    ];
    all.extend(["ciw", "simpy"].iter().filter_map(|name| peer(root, name)));
    println!("M/M/10 at 85 %, a CPU second (mean wait by theory: 0.3532)");
    println!("                     customers        events     wait   peak MiB");
    for rate in &all {
        println!(
            "  {:<16} {:>12.0}  {:>12.0}   {:.4}   {:>8.1}",
            rate.name, rate.customers, rate.events, rate.wait, rate.mib
        );
    }
    for slow in all.iter().skip(4) {
        println!(
            "  recursion is {:.0} times as fast as {}, the heap {:.0} times",
            all[1].customers / slow.customers,
            slow.name,
            all[3].customers / slow.customers
        );
    }
    let (customers, events) = (all[1].customers, all[3].events);
    assert!(
        customers >= 20e6,
        "{customers} customers a CPU second by recursion"
    );
    assert!(
        events >= 8e6,
        "{events} events a CPU second through the heap"
    );
}
