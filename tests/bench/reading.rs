//! Reading and fitting large tables, as whole processes beside other programs.
//!
//! `cargo bench --bench reading` writes the tables into `target/bench` once, runs every
//! program in turn, and prints the median wall time, processor time and peak memory of
//! each, with the ratio to `scalecalc`. What `tests/bench/peers.sh` has not installed is
//! left out. polars and DuckDB say the time of their query alone, without the start of
//! Python, so that the comparison favours them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so by panicking"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const RUNS: usize = 5;

const POLARS: &str = "
import sys, time, polars as pl
wall, cpu = time.perf_counter(), time.process_time()
pl.scan_csv(sys.argv[1]).group_by('n').agg(
    pl.len(), pl.col('throughput').mean(), pl.col('throughput').std().alias('sd')).collect()
print(time.perf_counter() - wall, time.process_time() - cpu)
";

const DUCKDB: &str = "
import sys, time, duckdb
wall, cpu = time.perf_counter(), time.process_time()
duckdb.sql(f\"select n, count(*), avg(throughput), stddev(throughput) from '{sys.argv[1]}' group by n\").fetchall()
print(time.perf_counter() - wall, time.process_time() - cpu)
";

/// One run of a process.
#[derive(Debug, Clone, Copy)]
struct Run {
    wall: f64,
    cpu: f64,
    /// 0 where nothing measures it.
    peak_mib: f64,
}

/// A program to be measured.
struct Contender {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    /// It prints wall and processor time of its own work.
    times_itself: bool,
}

impl Contender {
    fn run(&self) -> Run {
        // GNU time is what gives processor time and peak memory of one process.
        let has_time = Path::new("/usr/bin/time").exists();
        let mut command = if has_time {
            let mut command = Command::new("/usr/bin/time");
            command.args(["-f", "%U %S %M"]).arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(&self.arguments).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().unwrap();
        let mut wall = start.elapsed().as_secs_f64();
        assert!(output.status.success(), "{}: {output:?}", self.name);
        let numbers = |bytes: &[u8]| -> Vec<f64> {
            let text = String::from_utf8_lossy(bytes);
            let last = text.lines().last().unwrap_or_default();
            last.split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect()
        };
        let measured = numbers(&output.stderr);
        let (mut cpu, peak_mib) = match measured.as_slice() {
            [user, system, kib] => (user + system, kib / 1024.0),
            _ => (0.0, 0.0),
        };
        if self.times_itself
            && let [own_wall, own_cpu] = numbers(&output.stdout).as_slice()
        {
            (wall, cpu) = (*own_wall, *own_cpu);
        }
        Run {
            wall,
            cpu,
            peak_mib,
        }
    }
}

/// Writes a table of `n,throughput` with 512 distinct N, once.
fn table(folder: &Path, name: &str, rows: u64) -> String {
    let path = folder.join(name);
    if !path.exists() {
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(file, "n,throughput").unwrap();
        let mut state = 20_260_301_u64;
        for _ in 0..rows {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let n = ((state >> 33) % 512 + 1) as f64;
            let noise = ((state >> 42) & 0xffff) as f64 / 65_536.0 - 0.5;
            let law = 1000.0 * n / (1.0 + 0.03 * (n - 1.0) + 0.0001 * n * (n - 1.0));
            writeln!(file, "{n},{:.4}", law * (1.0 + 0.1 * noise)).unwrap();
        }
    }
    path.to_str().unwrap().to_owned()
}

/// Writes a table in which every row has a size of its own, once.
fn distinct(folder: &Path, name: &str, rows: u64) -> String {
    let path = folder.join(name);
    if !path.exists() {
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        writeln!(file, "n,throughput").unwrap();
        for row in 0..rows {
            let n = (row + 1) as f64;
            let noise = (n * 0.618_033_988_749_894_9).fract() - 0.5;
            let far = n / rows as f64;
            let law = 1000.0 * n / (1.0 + 30.0 * far + 90.0 * far * far);
            writeln!(file, "{n},{:.4}", law * (1.0 + 0.1 * noise)).unwrap();
        }
    }
    path.to_str().unwrap().to_owned()
}

/// Processor time and memory with ten times the distinct sizes: near ten times the time is
/// linear.
fn growth(folder: &Path) -> String {
    let small = distinct(folder, "sizes-100k.csv", 100_000);
    let large = distinct(folder, "sizes-1m.csv", 1_000_000);
    let mut text = String::from("1,000,000 distinct N beside 100,000\n");
    for command in ["usl", "plan", "check"] {
        let of = |file: &String| -> Run {
            let arguments: Vec<&str> = match command {
                "plan" => vec!["plan", file, "--target", "5000/s"],
                "check" => vec!["check", file, "--baseline", file],
                _ => vec!["usl", file],
            };
            let contender = Contender {
                name: "scalecalc",
                program: PathBuf::from(env!("CARGO_BIN_EXE_scalecalc")),
                arguments: arguments.into_iter().map(str::to_owned).collect(),
                times_itself: false,
            };
            let mut runs: Vec<Run> = (0..3).map(|_| contender.run()).collect();
            runs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
            runs[1]
        };
        let (few, many) = (of(&small), of(&large));
        writeln!(
            text,
            "  {command:<6} {:.2} s and {:.2} s of a core: ratio {:.1}; {:.0} MiB at most",
            few.cpu,
            many.cpu,
            many.cpu / few.cpu,
            many.peak_mib,
        )
        .unwrap();
    }
    text
}

fn contenders(root: &Path, file: &str, with_python: bool) -> Vec<Contender> {
    let peers = root.join("target/peers");
    let python = peers.join("venv/bin/python");
    let contender = |name, program: PathBuf, arguments: &[&str], times_itself| Contender {
        name,
        program,
        arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
        times_itself,
    };
    let ours = PathBuf::from(env!("CARGO_BIN_EXE_scalecalc"));
    let mut all = vec![contender("scalecalc", ours, &["usl", "--csv", file], false)];
    all.push(contender(
        "usl 0.3.0",
        peers.join("bin/usl"),
        &[file],
        false,
    ));
    if with_python {
        all.push(contender(
            "polars",
            python.clone(),
            &["-c", POLARS, file],
            true,
        ));
        all.push(contender("DuckDB", python, &["-c", DUCKDB, file], true));
    } else {
        all.push(contender(
            "fn main() {}",
            peers.join("bin/empty"),
            &[],
            false,
        ));
    }
    all.retain(|contender| contender.program.exists());
    all
}

/// Runs all in turn, again and again, and returns a table of medians.
fn compare(title: &str, contenders: &[Contender], runs: usize) -> String {
    let mut seen: Vec<Vec<Run>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..=runs {
        for (contender, seen) in contenders.iter().zip(&mut seen) {
            let run = contender.run();
            if round > 0 {
                seen.push(run);
            }
        }
    }
    let median = |runs: &[Run], of: fn(&Run) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let mut text =
        format!("{title}\n  program          wall s   ratio    cpu s   ratio  peak MiB\n");
    let ours = (
        median(&seen[0], |run| run.wall),
        median(&seen[0], |run| run.cpu),
    );
    for (contender, runs) in contenders.iter().zip(&seen) {
        let (wall, cpu) = (median(runs, |run| run.wall), median(runs, |run| run.cpu));
        writeln!(
            text,
            "  {:<14} {wall:>8.4} {:>7.2} {cpu:>8.2} {:>7.2} {:>9.1}",
            contender.name,
            wall / ours.0,
            cpu / ours.1.max(0.001),
            median(runs, |run| run.peak_mib),
        )
        .unwrap();
    }
    text
}

fn main() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).unwrap();
    let seven = root.join("data/published/specsdm91.csv");
    let seven = contenders(&root, seven.to_str().unwrap(), false);
    print!("{}", compare("7 rows, whole process", &seven, 41));
    print!("{}", growth(&folder));
    let million = table(&folder, "rows-1m.csv", 1_000_000);
    print!(
        "{}",
        compare(
            "1,000,000 rows, 512 distinct N",
            &contenders(&root, &million, true),
            RUNS
        )
    );
    let ten = table(&folder, "rows-10m.csv", 10_000_000);
    print!(
        "{}",
        compare(
            "10,000,000 rows, 512 distinct N",
            &contenders(&root, &ten, true),
            RUNS
        )
    );
}
