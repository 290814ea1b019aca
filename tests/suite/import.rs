//! The command `import`: folders and files as rows, rows back as input, folds as fits see them.

use scalecalc::cli::{Terminal, run};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// What a level says of the scatter of its runs.
const MOMENTS: [&str; 3] = [
    "throughput_stddev",
    "log_throughput_mean",
    "log_throughput_stddev",
];

const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tools");

/// Exit code, standard output and standard error of a command.
fn command(args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once(&"scalecalc").chain(args);
    let terminal = Terminal {
        stdin: true,
        ..Terminal::default()
    };
    let code = run(args, &terminal, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(err))
}

fn folder(set: &str) -> String {
    format!("{TOOLS}/{set}")
}

/// An empty folder of this test alone.
fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// The levels that a fit of these measurements rests on.
fn levels(file: &str) -> Vec<Value> {
    let (code, out, err) = command(&["usl", "--json", "-q", file]);
    assert_eq!(code, 0, "{err}");
    let document: Value = serde_json::from_str(&out).unwrap();
    document["levels"].as_array().unwrap().clone()
}

#[test]
fn a_folder_that_a_loop_left_behind_just_works_for_every_tool() {
    let table = fs::read_to_string(format!("{TOOLS}/expected.csv")).unwrap();
    let mut sets: Vec<&str> = table
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .collect();
    sets.dedup();
    assert_eq!(sets.len(), 22);
    for set in sets {
        let expected: Vec<(f64, f64)> = table
            .lines()
            .filter_map(|line| line.strip_prefix(set)?.strip_prefix(','))
            .map(|rest| {
                rest.split(',')
                    .skip(1)
                    .map(|x| x.parse().unwrap())
                    .collect::<Vec<f64>>()
            })
            .map(|pair| (pair[0], pair[1]))
            .collect();
        let (code, out, err) = command(&["import", "-q", &folder(set)]);
        assert_eq!(code, 0, "{set}: {err}");
        let mut rows: Vec<(f64, f64)> = out
            .lines()
            .skip(1)
            .map(|line| {
                line.split(',')
                    .take(2)
                    .map(|x| x.parse().unwrap())
                    .collect::<Vec<f64>>()
            })
            .map(|pair| (pair[0], pair[1]))
            .collect();
        // A folder is read by name, so criterion's 12 comes before its 2.
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut expected = expected;
        expected.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(rows.len(), expected.len(), "{set}");
        let factor = expected[0].1 / rows[0].1;
        for (row, expected) in rows.iter().zip(&expected) {
            assert!((row.0 - expected.0).abs() < 1e-12, "{set}");
            assert!(
                (row.1 * factor / expected.1 - 1.0).abs() < 1e-15,
                "{set}: {row:?}"
            );
        }
    }
}

#[test]
fn rows_read_back_to_the_same_levels() {
    let scratch = scratch("import-rows");
    for (set, flags) in [
        ("sysbench_cpu", &[][..]),
        ("gobench_mutex", &["--json"]),
        ("jmh_lockInc", &[]),
    ] {
        let set = folder(set);
        let args: Vec<&str> = ["import", "-q", &set]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let (code, out, _) = command(&args);
        assert_eq!(code, 0);
        let file = scratch.join(if flags.is_empty() {
            "rows.csv"
        } else {
            "rows.json"
        });
        fs::write(&file, out).unwrap();
        let (direct, back) = (levels(&set), levels(file.to_str().unwrap()));
        // Latencies differ in their last digit only.
        assert_eq!(direct.len(), back.len());
        for (a, b) in direct.iter().zip(&back) {
            for key in ["n", "runs", "throughput_mean"].iter().chain(&MOMENTS) {
                assert_eq!(a[key], b[key], "{key}");
            }
        }
    }
}

#[test]
fn a_fold_holds_what_a_fit_needs() {
    let scratch = scratch("import-fold");
    let set = folder("sysbench_cpu_rt");
    for (name, flags) in [("fold.csv", &[][..]), ("fold.json", &["--json"])] {
        let args: Vec<&str> = ["import", "--fold", "-q", &set]
            .iter()
            .chain(flags)
            .copied()
            .collect();
        let (code, out, err) = command(&args);
        assert_eq!(code, 0, "{err}");
        let file = scratch.join(name);
        fs::write(&file, out).unwrap();
        let (direct, folded) = (levels(&set), levels(file.to_str().unwrap()));
        assert_eq!(direct.len(), folded.len());
        for (a, b) in direct.iter().zip(&folded) {
            assert_eq!((&a["n"], &a["runs"]), (&b["n"], &b["runs"]));
            for key in ["throughput_mean"].iter().chain(&MOMENTS) {
                let (x, y) = (a[key].as_f64().unwrap(), b[key].as_f64().unwrap());
                assert!((x - y).abs() <= 1e-13 * x.abs().max(1e-6), "{key}: {a} {b}");
            }
        }
        // Rows of several runs cannot become single runs again.
        let (code, _, err) = command(&["import", file.to_str().unwrap()]);
        assert_eq!(code, 2);
        assert!(err.contains("--fold"), "{err}");
    }
}

#[test]
fn n_is_said_in_front_of_a_file_or_found_by_an_expression() {
    let file = |n: u32| format!("{TOOLS}/hey_nginx/n{n:04}_r1.txt");
    let (code, out, err) = command(&[
        "import",
        &format!("3={}", file(1)),
        &format!("5={}", file(2)),
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(err.is_empty(), "{err}");
    let sizes: Vec<&str> = out
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .collect();
    assert_eq!(sizes, ["3", "5"]);
    let (_, out, err) = command(&["import", "--n-from", r"r(\d)", &file(8)]);
    assert!(out.contains("\n1,") && err.is_empty(), "{out}{err}");
    let (_, out, err) = command(&["import", &file(8)]);
    assert!(
        out.contains("\n8,") && err.contains("unit-assumed"),
        "{out}{err}"
    );
    let scratch = scratch("import-unnamed");
    let unnamed = scratch.join("hey.txt");
    fs::copy(file(8), &unnamed).unwrap();
    let (code, _, err) = command(&["import", unnamed.to_str().unwrap()]);
    assert_eq!(code, 3);
    assert!(
        err.contains("8=c8.json") && err.contains("--n-from"),
        "{err}"
    );
}

#[test]
fn locust_and_stress_ng_are_not_counted_twice() {
    let scratch = scratch("import-twice");
    let copy = |from: &str, to: &str| {
        fs::copy(format!("{TOOLS}/{from}"), scratch.join(to)).unwrap();
    };
    copy("locust_nginx/n0008_r1_stats.csv", "n8_stats.csv");
    copy("other/locust_stats_history.csv", "n8_stats_history.csv");
    copy("other/locust_failures.csv", "n8_failures.csv");
    copy("other/locust.txt", "n8.txt");
    copy("stressng_cpu/n0004_r1.txt", "c4.txt");
    copy("other/stress-ng.yaml", "c4.yaml");
    let (code, out, err) = command(&["import", scratch.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert!(
        out.contains("\n8,760.54757") && out.contains("\n4,"),
        "{out}"
    );
}

#[test]
fn answers_to_two_queries_are_joined() {
    let scratch = scratch("import-join");
    let answer = |name: &str, values: &str| {
        let file = scratch.join(name);
        let text = format!(
            "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{}},\"values\":[{values}]}}]}}}}"
        );
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let n = answer("n.json", "[1,\"2\"],[2,\"4\"]");
    let x = answer("x.json", "[1,\"100\"],[2,\"180\"]");
    let (code, out, err) = command(&["import", "--fold", "--n", &n, "--x", &x]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("\n2,1,100,") && out.contains("\n4,1,180,"),
        "{out}"
    );
}
