//! Text from outside is shown and does nothing: columns, series, files and flags with escape
//! sequences, in errors, notes, tables, headlines and every text format.

use crate::support::{Ran, scalecalc, scratch};
use std::fs;

const ESCAPE: &str = "n\u{1b}[31mred\u{202e}";

/// Control characters (Unicode category Cc), line and paragraph separators, and the controls of
/// the reading direction (Unicode TR 9, section 2).
fn drives(c: char) -> bool {
    let turns = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    c.is_control() || turns.contains(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

fn assert_harmless(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        let bad = text
            .chars()
            .find(|c| drives(*c) && !matches!(c, '\n' | '\t'));
        assert_eq!(bad, None, "{what}: {text}");
    }
}

#[test]
fn escape_sequences_reach_no_stream() {
    let dir = scratch("hostile_names");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (columns, series) = (path("columns.csv"), path("series.csv"));
    fs::write(&columns, format!("{ESCAPE},b\u{1b}]0;x\u{7}\nx,y\n1,2\n")).unwrap();
    let rows: Vec<String> = [1, 2, 4, 8]
        .iter()
        .flat_map(|n| ["a", ESCAPE].map(|name| format!("{n},{},{name}", n * 100)))
        .collect();
    fs::write(
        &series,
        format!("threads,throughput,series\n{}\n", rows.join("\n")),
    )
    .unwrap();
    let named = path("a\u{1b}[2Jb.csv");
    fs::write(&named, "threads,throughput\n1,100\n2,190\n4,330\n8,500\n").unwrap();
    for format in ["table", "plain", "csv", "tsv", "markdown", "json"] {
        for args in [
            vec!["usl", &columns],
            vec!["usl", &series],
            vec!["compare", &series],
            vec!["check", &series, "--max-alpha", "0.5"],
            vec!["import", &series],
            vec!["usl", &named],
            vec!["usl", &named, "--n-unit", ESCAPE],
            vec!["usl", &named, "--n", ESCAPE],
            vec!["usl", "\u{1b}[31m.csv"],
            vec!["usl", &named, "--law", ESCAPE],
            vec!["explain", ESCAPE],
            vec!["queue", "--service", ESCAPE],
        ] {
            let mut all = args.clone();
            all.extend(["--format", format]);
            let mut ran = scalecalc(&all);
            if format == "json" {
                // JSON escapes control characters; the marks of direction are its reader's.
                ran.out = ran.out.replace('\u{202e}', "");
            }
            assert_harmless(&ran, &all.join(" "));
        }
    }
}

/// Every numeric flag of every command, with a command that it stands behind.
const NUMERIC: &[(&str, &[&str])] = &[
    (
        "usl SWEEP",
        &[
            "--at",
            "--fit-up-to",
            "--exclude",
            "--confidence",
            "--think",
            "--next",
        ],
    ),
    ("usl --alpha 0.1 --beta 0.01", &["--gamma", "--at"]),
    ("usl --alpha 0.1", &["--beta"]),
    ("usl --beta 0.1", &["--alpha"]),
    ("amdahl", &["--serial"]),
    ("amdahl --serial 0.1", &["--at"]),
    ("little --rate 10", &["--latency", "--in-flight"]),
    (
        "little --latency 10ms --in-flight 4",
        &["--rate", "--think"],
    ),
    (
        "queue --service 10ms --arrivals 90 --servers 2",
        &["--cv-arrivals", "--cv-service", "--capacity"],
    ),
    (
        "queue --service 10ms --servers 2",
        &["--arrivals", "--utilization"],
    ),
    ("queue --arrivals 90 --servers 2", &["--service"]),
    ("queue --service 10ms --arrivals 90", &["--servers"]),
    ("paths", &["--at"]),
    (
        "plan SWEEP --target 5k",
        &[
            "--headroom",
            "--spare",
            "--zones",
            "--price",
            "--current",
            "--at",
        ],
    ),
    ("plan SWEEP", &["--target", "--load"]),
    ("plan SWEEP --load 5k", &["--growth"]),
    ("plan SWEEP --target 5k --cells", &["--cell-overhead"]),
    ("plan --alpha 0.1 --beta 0.01 --target 5k", &["--gamma"]),
    ("check SWEEP", &["--min-peak", "--max-alpha", "--max-beta"]),
    ("check SWEEP --baseline SWEEP", &["--tolerance"]),
    ("compare a=SWEEP b=SWEEP", &["--at"]),
    ("health WORKERS", &["--single-worker"]),
];

#[test]
fn no_number_is_ever_nan_or_infinite() {
    let sweep = crate::support::at("data/published/cisco_mysql.csv");
    let workers = crate::support::at("data/workers.csv");
    let mut run = 0;
    for (command, flags) in NUMERIC {
        let command = command
            .replace("SWEEP", &sweep)
            .replace("WORKERS", &workers);
        for flag in *flags {
            for value in ["0", "-1", "1e308", "1e-308", "1e18", "1e-18", "1e9", "1e-9"] {
                for unit in ["", "/s", "s", "/h", "%"] {
                    let line = format!("{command} {flag} {value}{unit}");
                    let ran = crate::support::line(&line);
                    assert!(ran.code != 70, "{line}: {}", ran.err);
                    assert!(
                        !ran.err.contains("unexpected argument"),
                        "{line}: {}",
                        ran.err
                    );
                    let said = format!("{} {}", ran.out, ran.err.replace(&sweep, ""));
                    let words = said.split(|c: char| !c.is_alphanumeric() && c != '.');
                    for word in words {
                        let bare =
                            word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                        assert!(
                            !matches!(bare, "NaN" | "nan" | "inf" | "infinity"),
                            "{line}\n{said}"
                        );
                    }
                    run += 1;
                }
            }
        }
    }
    assert!(run > 1000);
    for change in [
        "beta=-1",
        "alpha=-1",
        "gamma=0",
        "beta=1e308",
        "beta=/0",
        "alpha=*1e18",
    ] {
        let ran = scalecalc(["usl", &sweep, "--what-if", change]);
        assert!(
            !ran.out.contains("NaN") && !ran.out.contains("inf"),
            "{change}: {}",
            ran.out
        );
    }
}

#[test]
fn results_never_do_harm_to_files() {
    let dir = scratch("harm_to_files");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let input = path("same.csv");
    let text = "threads,throughput\n1,100\n2,190\n4,330\n8,500\n";
    fs::write(&input, text).unwrap();
    for target in [
        format!("csv={input}"),
        format!("csv={}", path("./same.csv")),
    ] {
        let ran = scalecalc(["usl", &input, "-o", &target]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains("overwrite"), "{}", ran.err);
        assert_eq!(fs::read_to_string(&input).unwrap(), text);
    }
    let ran = scalecalc(["usl", &input, "-o", "json=-"]);
    assert!(
        ran.code == 2 && ran.err.contains("standard output"),
        "{}",
        ran.err
    );
    fs::write(path("out.json.partial"), "mine").unwrap();
    let ran = scalecalc(["usl", &input, "-o", &path("out.json")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        fs::read_to_string(path("out.json.partial")).unwrap(),
        "mine"
    );
    let mut names: Vec<_> = fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["out.json", "out.json.partial", "same.csv"]);
}

#[test]
fn a_mistyped_value_is_answered_in_words() {
    let sweep = crate::support::at("data/published/cisco_mysql.csv");
    for (args, why) in [
        (
            vec!["little", "--rate", "10", "--latency", "5m"],
            "5min or 5ms",
        ),
        (vec!["usl", &sweep, "--at", "1,000"], "write 1000"),
        (vec!["amdahl", "--serial", "-1"], "-1"),
        (
            vec![
                "queue",
                "--service",
                "1ms",
                "--arrivals",
                "9",
                "--servers",
                "2",
                "--slo",
                "p100<=1s",
            ],
            "p99.9",
        ),
        (vec!["amdahl", "--serial", "1.1"], "1.1% or 0.011\n"),
    ] {
        let ran = scalecalc(&args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(why), "{args:?}: {}", ran.err);
        assert!(!ran.err.contains("unexpected"), "{args:?}: {}", ran.err);
    }
}
