//! Saved documents are measurements: every command takes them, flags win, verdicts stay.

use crate::support::{at, close, line, scalecalc, scratch};
use scalecalc::data::{ReadOptions, Row};
use scalecalc::fit::{Fit, FitOptions, NoiseChoice};
use scalecalc::sweep::{Sweep, saved};
use std::fs;

/// A document of `usl` with these flags, of a published sweep.
fn saved_as(name: &str, flags: &str) -> String {
    let path = scratch(name).join("saved.json");
    let path = path.to_str().unwrap().to_owned();
    let file = at("data/published/cisco_mysql.csv");
    let ran = line(&format!("usl {file} {flags} -o json={path}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    path
}

#[test]
fn every_command_takes_a_saved_document_with_any_flag_of_a_fit() {
    let path = saved_as("takes_saved", "--n-unit threads");
    for command in [
        format!("usl {path} --noise relative"),
        format!("amdahl {path} --noise relative"),
        format!("plan {path} --target 5k/s --noise relative"),
        format!("check {path} --min-throughput 1k/s@8 --noise relative"),
        format!("compare a={path} b={path} --noise relative"),
        format!("import --fold {path}"),
        format!("usl {path} --select '' --pool"),
    ] {
        let ran = line(&command.replace("--select ''", ""));
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
    }
    let again = line(&format!("usl {path} --json")).json();
    assert_eq!(again["input"]["n_unit"], "threads");
}

/// A flag wins over what was saved, and what was saved over the defaults.
#[test]
fn an_explicit_flag_wins_and_none_keeps_what_is_saved() {
    let path = saved_as(
        "keeps_saved",
        "--law amdahl --noise relative --confidence 90%",
    );
    let fit = |flags: &str| line(&format!("usl {path} {flags} --json")).json();
    let kept = fit("");
    assert_eq!(kept["fit"]["law"], "amdahl");
    assert_eq!(kept["fit"]["noise"], "relative");
    assert_eq!(kept["options"]["confidence"], 0.9);
    let told = fit("--law usl --noise constant --confidence 95%");
    assert_eq!(told["fit"]["law"], "usl");
    assert_eq!(told["fit"]["noise"], "constant");
    assert_eq!(told["options"]["confidence"], 0.95);
    let plan = |flags: &str| {
        let ran = line(&format!("plan {path} --target 5k/s {flags} --json"));
        ran.json()["law"]["beta"]["value"].as_f64().unwrap()
    };
    assert!(plan("") == 0.0 && plan("--law usl") > 0.0);
    let check = |flags: &str| {
        let ran = line(&format!("check {path} --max-alpha 0.5 {flags} --json"));
        ran.json()["results"][0]["fit"]["law"].clone()
    };
    assert_eq!(check(""), "amdahl");
    assert_eq!(check("--law usl"), "usl");
}

/// The same runs as rows, files of one size each, a fold, and a saved document.
#[test]
fn the_form_of_a_baseline_changes_no_verdict_and_no_figure() {
    let dir = scratch("forms_of_a_baseline");
    let rows = fs::read_to_string(at("data/gate/baseline.csv")).unwrap();
    let (header, lines) = rows.split_once('\n').unwrap();
    let column = header.split(',').position(|name| name == "threads");
    let column = column.unwrap_or(0);
    let parts = dir.join("sizes");
    fs::create_dir_all(&parts).unwrap();
    for line in lines.lines().filter(|line| !line.is_empty()) {
        let n = line.split(',').nth(column).unwrap();
        let file = parts.join(format!("n{n}.csv"));
        let before = fs::read_to_string(&file).unwrap_or_else(|_| format!("{header}\n"));
        fs::write(file, format!("{before}{line}\n")).unwrap();
    }
    let input = at("data/gate/baseline.csv");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    for command in [
        format!("import --fold {input} -o csv={}", path("fold.csv")),
        format!("import --fold {input} -o json={}", path("fold.json")),
        format!("import {input} -o json={}", path("rows.json")),
        format!("usl {input} -o json={}", path("saved.json")),
    ] {
        let ran = line(&command);
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
    }
    let now = at("data/gate/unchanged.csv");
    let judged = |baseline: &str| {
        let ran = scalecalc(["check", &now, "--baseline", baseline, "--json"]);
        assert!(ran.code < 2, "{baseline}: {}", ran.err);
        ran.json()
    };
    let raw = judged(&input);
    for form in ["sizes", "fold.csv", "fold.json", "rows.json", "saved.json"] {
        let other = judged(&path(form));
        assert_eq!(raw["verdict"], other["verdict"], "{form}");
        let checks = raw["checks"].as_array().unwrap().iter();
        for (a, b) in checks.zip(other["checks"].as_array().unwrap()) {
            assert_eq!((&a["name"], &a["verdict"]), (&b["name"], &b["verdict"]));
            for end in ["value", "low", "high"] {
                let of = |check: &serde_json::Value| check["found"][end].as_f64();
                let same = match (of(a), of(b)) {
                    (Some(a), Some(b)) => close(a, b, 1e-9) || (a - b).abs() < 1e-12,
                    (a, b) => a == b,
                };
                assert!(same, "{form} {} {end}: {a} {b}", a["name"]);
            }
        }
    }
}

#[test]
fn a_document_that_cannot_be_used_says_why() {
    let dir = scratch("unusable_documents");
    let path = dir.join("document.json").to_str().unwrap().to_owned();
    let saved = fs::read_to_string(saved_as("usable", "")).unwrap();
    let queue = line("queue --service 10ms --servers 1 --utilization 50% --json").out;
    for (text, why) in [
        (
            saved.replacen("\"1.0\"", "\"2.0\"", 1),
            "schema_version \"2.0\"",
        ),
        (queue, "holds no measurements"),
        (saved[..saved.len() / 2].to_owned(), "cannot be read"),
    ] {
        fs::write(&path, text).unwrap();
        for command in [
            format!("usl {path}"),
            format!("plan {path} --target 5k/s"),
            format!("check {path} --max-alpha 0.5"),
            format!("check {} --baseline {path}", at("data/gate/unchanged.csv")),
        ] {
            let ran = line(&command);
            assert_eq!(ran.code, 3, "{command}: {}", ran.err);
            assert!(
                ran.err.contains(why) && ran.err.contains("document.json"),
                "{}",
                ran.err
            );
        }
    }
}

#[test]
fn files_of_two_systems_are_two_series_and_files_of_one_are_a_sweep() {
    let dir = scratch("two_systems");
    let file = |name: &str, rows: &[(u32, u32)]| {
        let rows: Vec<String> = rows.iter().map(|(n, x)| format!("{n},{x}")).collect();
        let path = dir.join(name);
        fs::write(&path, format!("threads,throughput\n{}\n", rows.join("\n"))).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let slow = [(1, 100), (2, 190), (4, 350), (8, 600)];
    let fast = [(1, 200), (2, 390), (4, 720), (8, 1150)];
    let (old, new) = (file("old.csv", &slow), file("new.csv", &fast));
    let ran = scalecalc(["usl", &old, &new, "--json"]);
    let document = ran.json();
    assert_eq!(document["kind"], "usl-series", "{}", ran.err);
    let names: Vec<_> = (document["results"].as_array().unwrap().iter())
        .map(|result| result["input"]["series"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["old", "new"]);
    assert_eq!(document["notes"][0]["code"], "series-apart");
    let text = document["notes"][0]["text"].as_str().unwrap();
    assert!(text.contains("--pool"), "{text}");
    let runs = |args: &[&str]| scalecalc(args).json()["input"]["runs"].clone();
    assert_eq!(runs(&["usl", &old, &new, "--pool", "--json"]), 8);
    let again = [file("bench_r1.csv", &slow), file("bench_r2.csv", &slow)];
    assert_eq!(runs(&["usl", &again[0], &again[1], "--json"]), 8);
    let sizes = [
        file("c1.csv", &slow[..1]),
        file("c2.csv", &slow[1..2]),
        file("last.csv", &slow[2..3]),
        file("c8.csv", &slow[3..]),
    ];
    let mut args = vec!["usl", "--json"];
    args.extend(sizes.iter().map(String::as_str));
    assert_eq!(runs(&args), 4);
}

#[test]
fn the_library_reads_a_sweep_and_fits_it() {
    let table = fs::read(at("data/published/cisco_mysql.csv")).unwrap();
    let sweep = Sweep::read(table.as_slice(), &ReadOptions::default()).unwrap();
    let options = FitOptions::default().with_noise(NoiseChoice::Constant);
    let fit = Fit::new(&sweep, &options).unwrap();
    // Published: α = 0.02671591, β = 7.690945E-4, γ = 995.6486 (R package usl).
    let beta = fit.beta().value.unwrap();
    assert!(close(beta, 7.690_945e-4, 1e-2), "{beta}");
}

#[test]
fn rows_of_a_document_keep_their_runs_and_spread() {
    let text = "{\"schema_version\":\"1.0\",\"kind\":\"usl\",\"input\":{\"n_unit\":\"threads\"},\"levels\":[\
        {\"n\":1,\"runs\":1,\"throughput_mean\":955.16,\"throughput_stddev\":null,\"latency_mean_s\":null},\
        {\"n\":2,\"runs\":3,\"throughput_mean\":1800.5,\"throughput_stddev\":2.0,\"latency_mean_s\":0.5}]}";
    let mut rows: Vec<Row> = Vec::new();
    let held = saved::read_any(&mut text.as_bytes(), &ReadOptions::default(), &mut |row| {
        rows.push(*row);
        Ok(())
    })
    .unwrap();
    assert_eq!(held.reading.format, "scalecalc");
    assert_eq!(held.reading.n_unit.as_deref(), Some("threads"));
    let pairs: Vec<_> = rows.iter().map(|row| (row.n, row.throughput)).collect();
    assert_eq!(pairs, [(Some(1.0), 955.16), (Some(2.0), 1800.5)]);
    assert_eq!(
        (rows[1].runs, rows[1].m2, rows[1].latency),
        (3, 8.0, Some(0.5))
    );
}
