//! Many series in one input: a row each, and lines for programs.

use crate::support::{scalecalc, scratch};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// Services that climb, peak beyond the data, and fall, by turns.
fn many(name: &str, count: u32) -> String {
    let mut text = String::from("service,threads,throughput\n");
    for service in 0..count {
        let beta = [1e-5, 4e-4, 1e-2][service as usize % 3];
        for n in [1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0_f64] {
            for run in 0..3 {
                let noise = (f64::from(service * 31 + run * 7) + n * 0.618).fract() - 0.5;
                let x = 100.0 * n / (1.0 + 0.02 * (n - 1.0) + beta * n * (n - 1.0));
                let _ = writeln!(text, "s{service:03},{n},{}", x * (1.0 + 0.02 * noise));
            }
        }
    }
    let path = scratch(name).join("many.csv");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_series_has_a_line_and_the_most_urgent_come_first() {
    let file = many("series_lines", 240);
    let ran = scalecalc(["usl", "--by", "service", &file, "-f", "ndjson"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<Value> = (ran.out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 240);
    let headroom: Vec<f64> = (lines.iter())
        .map(|line| {
            assert_eq!(line["kind"], "usl-summary");
            assert_eq!((&line["levels"], &line["runs"]), (&8.into(), &24.into()));
            line["fit"]["headroom"].as_f64().unwrap_or(f64::INFINITY)
        })
        .collect();
    assert!(headroom.windows(2).all(|pair| pair[0] <= pair[1]));
    let shape = |at: usize| &lines[at]["fit"]["shape"];
    assert!((0..80).all(|at| shape(at) == "falling"));
    assert_eq!(shape(239), "climbing");
    let rows = scalecalc(["usl", "--by", "service", &file, "-f", "csv"]).out;
    let names = |text: &str| -> Vec<String> {
        let rows = text.lines().skip(1);
        rows.map(|row| row.split(',').next().unwrap().to_owned())
            .collect()
    };
    let in_lines: Vec<&str> = lines
        .iter()
        .map(|l| l["series"].as_str().unwrap())
        .collect();
    assert_eq!(names(&rows), in_lines);
    let table = scalecalc(["usl", "--by", "service", &file]).out;
    assert!(table.lines().count() <= 24, "{table}");
    assert!(table.contains("… 223 more"), "{table}");
}

#[test]
fn a_single_sweep_is_one_line() {
    let file = many("series_single", 1);
    let ran = scalecalc(["usl", &file, "-f", "ndjson", "--at", "8,100"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let line = ran.json();
    let whole = scalecalc(["usl", &file, "-f", "json", "--at", "8,100"]).json();
    assert_eq!(line["fit"]["alpha"], whole["fit"]["alpha"]);
    let asked = &whole["predictions"][1]["forecast_throughput"];
    assert_eq!(&line["fit"]["at"][1]["throughput"], asked);
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let file = many("series_threads", 90);
    for format in ["table", "json", "ndjson"] {
        let with = |threads: &str| {
            let done = Command::new(env!("CARGO_BIN_EXE_scalecalc"))
                .args(["usl", "--by", "service", &file, "-f", format])
                .env("RAYON_NUM_THREADS", threads)
                .output()
                .unwrap();
            assert!(done.status.success());
            (done.stdout, done.stderr)
        };
        assert!(with("1") == with("5"), "{format}");
    }
}

#[test]
fn very_many_fractional_sizes_are_fitted_together_and_answered_apart() {
    let mut text = String::from("load,throughput\n");
    for k in 1..=20_000_u32 {
        let n = 0.25 * f64::from(k);
        let noise = (f64::from(k) * 0.618_034).fract() - 0.5;
        let x = 100.0 * n / (1.0 + 0.02 * (n - 1.0) + 1e-6 * n * (n - 1.0));
        let _ = writeln!(text, "{n},{}", x * (1.0 + 0.06 * noise));
    }
    let path = scratch("series_sizes").join("sizes.csv");
    fs::write(&path, &text).unwrap();
    let file = path.to_str().unwrap();
    let ran = scalecalc(["usl", file, "--at", "1234.25", "--json"]);
    let document = ran.json();
    assert!(ran.out.contains("sizes-condensed"), "{}", ran.err);
    assert_eq!(document["levels"].as_array().unwrap().len(), 20_000);
    let row = text.lines().find_map(|row| row.strip_prefix("1234.25,"));
    let measured: f64 = row.unwrap().parse().unwrap();
    assert_eq!(document["predictions"][0]["measured_throughput"], measured);
    let alpha = document["fit"]["alpha"]["value"].as_f64().unwrap();
    assert!((alpha / 0.02 - 1.0).abs() < 0.05, "{alpha}");
    let plan = scalecalc(["plan", file, "--target", "3000/s"]);
    assert_eq!(plan.code, 0, "{}", plan.err);
}

#[test]
fn more_than_ten_thousand_series_are_taken_where_their_column_is_named() {
    let mut text = String::from("benchmark,threads,throughput\n");
    for series in 0..10_001 {
        let _ = writeln!(text, "b{series},4,{}", 100 + series);
    }
    let file = scratch("series_most").join("most.csv");
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let refused = scalecalc(["import", file]);
    assert_ne!(refused.code, 0);
    assert!(refused.err.contains("more than 10,000"), "{}", refused.err);
    assert!(refused.err.contains("--by"), "{}", refused.err);
    let taken = scalecalc(["import", file, "--by", "benchmark"]);
    assert_eq!(taken.code, 0, "{}", taken.err);
    assert_eq!(taken.out.lines().count(), 10_002);
}

#[test]
fn ten_thousand_benchmarks_of_a_tool_are_taken_where_they_are_selected() {
    let runs: Vec<String> = (0..10_001)
        .map(|at| {
            format!(
                r#"{{"name":"BM_{at}/threads:2","run_type":"iteration","threads":2,"iterations":9,"real_time":50.0,"cpu_time":99.0,"time_unit":"ns","items_per_second":1e6}}"#
            )
        })
        .collect();
    let file = scratch("series_benchmarks").join("many.json");
    let text = format!(r#"{{"context":{{}},"benchmarks":[{}]}}"#, runs.join(","));
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let refused = scalecalc(["import", file]);
    assert_ne!(refused.code, 0);
    assert!(
        refused.err.contains("or all with --select '*'"),
        "{}",
        refused.err
    );
    let taken = scalecalc(["import", file, "--select", "*"]);
    assert_eq!(taken.code, 0, "{}", taken.err);
    assert_eq!(taken.out.lines().count(), 10_002);
}
