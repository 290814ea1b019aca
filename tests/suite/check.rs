//! The gate on simulated sweeps: how often it is wrong, and how often it sees what is there.

use crate::gate_simulation::{DESIGNS, Noise, Rates, rates};
use crate::plan::answer;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A short version of the table in `examples/guide/check.md`: unchanged systems fail at
/// most 1 % of the time, 2 % under noise that runs share.
#[test]
fn the_baseline_gate_stays_green_on_unchanged_systems() {
    for (design, of_design) in &DESIGNS {
        for (noise, of_noise) in Noise::ALL {
            let Rates { failed, .. } = rates(200, 1, design, noise, &|_| 1.0);
            let most = if noise == Noise::Proportional {
                0.01
            } else {
                0.02
            };
            assert!(failed <= most, "{of_design}, {of_noise}: {failed}");
        }
    }
}

#[test]
fn the_baseline_gate_goes_red_on_a_loss_and_names_a_size_that_lost_alone() {
    let (design, _) = DESIGNS[1];
    for (noise, name) in Noise::ALL {
        let Rates { failed, .. } = rates(100, 3, &design, noise, &|_| 0.85);
        // Lognormal runs scatter by 10 %, the others by 3 %.
        let least = if noise == Noise::Lognormal {
            0.75
        } else {
            0.85
        };
        assert!(failed >= least, "{name}: {failed}");
    }
    let at_one = |index: usize| if index == 4 { 0.8 } else { 1.0 };
    let Rates { named, .. } = rates(400, 4, &design, Noise::Proportional, &at_one);
    assert!(named >= 0.90, "{named}");
}

/// At the tolerance itself half of all estimates lie past it; they fail at most 2 % of the
/// time, whatever runs share.
#[test]
fn a_loss_of_exactly_the_tolerance_is_not_a_failure() {
    for (design, of_design) in &DESIGNS {
        for (noise, _) in Noise::ALL {
            let Rates { failed, .. } = rates(400, 2, design, noise, &|_| 0.95);
            // 2 % and twice its standard error with 400 pairs.
            assert!(failed <= 0.034, "{of_design}, {noise:?}: {failed}");
        }
    }
}

/// Every figure of the guide's table is the rate that fewer pairs give, within its error.
#[test]
fn the_table_of_the_guide_is_what_the_program_computes() {
    let page = fs::read_to_string("examples/guide/check.md").unwrap();
    let printed: Vec<Vec<&str>> = (page.lines())
        .filter(|line| line.starts_with("| 8 × 5,"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    assert_eq!(printed.len(), Noise::ALL.len());
    for ((noise, name), row) in Noise::ALL.iter().zip(printed) {
        assert!(row[1].ends_with(name), "{row:?}");
        let (design, _) = &DESIGNS[1];
        for (seed, column, factor) in [(11, 2, 1.0), (12, 3, 0.95), (13, 4, 0.85)] {
            let share = row[column].trim_end_matches(" %").parse::<f64>().unwrap() / 100.0;
            let pairs = 120;
            let found = rates(pairs, seed, design, *noise, &|_| factor).failed;
            let error = 4.0
                * (share.clamp(0.01, 0.99) * (1.0 - share.clamp(0.01, 0.99)) / f64::from(pairs))
                    .sqrt();
            assert!(
                (found - share).abs() <= error + 0.005,
                "{name}, column {column}: {found}"
            );
        }
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

/// Runs `check` on two texts as files; the code and the document.
fn check_texts(name: &str, now: &str, baseline: &str, flags: &str) -> (u8, serde_json::Value) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-gate/texts");
    fs::create_dir_all(&dir).unwrap();
    let (a, b) = (
        dir.join(format!("{name}-now.csv")),
        dir.join(format!("{name}-before.csv")),
    );
    fs::write(&a, now).unwrap();
    fs::write(&b, baseline).unwrap();
    answer(&format!(
        "check {} --baseline {}{flags}",
        a.display(),
        b.display()
    ))
}

/// Eight sizes of five runs with little noise, as text; `row` writes a line.
fn text(head: &str, row: &dyn Fn(f64, f64) -> Option<String>) -> String {
    let mut lines = vec![head.to_owned()];
    for n in [1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0] {
        for (run, off) in [-2.0, 1.0, 0.0, 2.0, -1.0].into_iter().enumerate() {
            let x = 1000.0 * n / (1.0 + 0.03 * (n - 1.0))
                * (1.0
                    + 0.01
                        * off
                        * if (n + run as f64) % 2.0 < 1.0 {
                            1.0
                        } else {
                            -1.0
                        });
            lines.extend(row(n, x));
        }
    }
    lines.join("\n") + "\n"
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "one of the functions that write a row or none"
)]
fn plain_row(n: f64, x: f64) -> Option<String> {
    Some(format!("{n},{x:.3}"))
}

#[test]
fn sizes_that_one_side_lacks_are_inconclusive_by_name_unless_allowed() {
    let all = text("threads,throughput", &plain_row);
    let few = text("threads,throughput", &|n, x| {
        (n < 20.0).then(|| plain_row(n, x))?
    });
    for (now, before) in [(&few, &all), (&all, &few)] {
        let (code, document) = check_texts("few", now, before, " --on-inconclusive fail");
        assert_eq!((code, &document["verdict"]), (5, &"inconclusive".into()));
        let sizes = document["checks"].as_array().unwrap().last().unwrap();
        assert_eq!(sizes["name"], "baseline-sizes");
        assert!(
            sizes["reason"]
                .as_str()
                .unwrap()
                .contains("24 and 32 threads"),
            "{sizes}"
        );
        let unmatched = &document["baseline"]["series"][0]["unmatched_n"];
        assert_eq!(unmatched, &serde_json::json!([24.0, 32.0]));
        let (code, document) = check_texts(
            "few",
            now,
            before,
            " --allow-missing-sizes --on-inconclusive fail",
        );
        assert_eq!((code, &document["verdict"]), (0, &"pass".into()));
    }
    let (_, document) = check_texts("few", &few, &all, "");
    assert_eq!(
        document["baseline"]["series"][0]["missing_n"],
        serde_json::json!([24.0, 32.0])
    );
}

/// Of 70 sizes that all lost 40 %, those that lost most have a check each and the others
/// share one; the document holds all.
#[test]
fn many_sizes_past_the_tolerance_share_a_check() {
    let write = |share: &dyn Fn(u32) -> f64| {
        let rows = (1..=70_u32).flat_map(|n| {
            let x = 1000.0 * f64::from(n) * share(n);
            [0.998, 1.0, 1.002].map(|noise| format!("{n},{:.3}\n", x * noise))
        });
        format!("threads,throughput\n{}", rows.collect::<String>())
    };
    // The larger half of the sizes lost more.
    let now = write(&|n| if n > 35 { 0.55 } else { 0.6 });
    let (code, document) = check_texts("many", &now, &write(&|_| 1.0), "");
    assert_eq!(code, 1);
    let checks = document["checks"].as_array().unwrap();
    let own: Vec<&str> = (checks.iter().filter_map(|check| check["name"].as_str()))
        .filter(|name| name.starts_with("baseline@"))
        .collect();
    assert_eq!(own.len(), 50);
    assert!((36..=70).all(|n| own.contains(&format!("baseline@{n}").as_str())));
    let rest = checks.last().unwrap();
    assert_eq!(rest["name"], "baseline-more-sizes");
    assert_eq!(rest["verdict"], "fail");
    let reason = rest["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("20 more sizes") && reason.contains("20 of them"),
        "{reason}"
    );
    let sizes = document["baseline"]["series"][0]["sizes"].as_array();
    assert_eq!(sizes.unwrap().len(), 70);
    assert_eq!(document["summary"]["failed"], checks.len());
}

#[test]
fn another_unit_no_unit_and_no_common_size_are_refused_and_say_how() {
    let threads = text("threads,throughput", &plain_row);
    let slower = text("threads,throughput", &|n, x| plain_row(n, 0.1 * x));
    for (head, told) in [
        ("n,throughput", "does not say"),
        ("nodes,throughput", "counts nodes"),
    ] {
        let before = text(head, &plain_row);
        let (code, document) = check_texts("unit", &slower, &before, "");
        assert_eq!(code, 3, "{head}");
        let error = &document["error"];
        assert!(error["message"].as_str().unwrap().contains(told), "{error}");
        assert!(
            error["hint"].as_str().unwrap().contains("--n-unit threads"),
            "{error}"
        );
        // Ninety percent slower is a failure once the unit is said.
        let (code, _) = check_texts("unit", &slower, &before, " --n-unit threads");
        assert_eq!(code, 1, "{head}");
        let (code, _) = check_texts("unit", &slower, &before, " --allow-mismatch");
        assert_eq!(code, 1, "{head}");
    }
    let elsewhere = text("threads,throughput", &|n, x| plain_row(n + 0.5, x));
    let (code, document) = check_texts("elsewhere", &threads, &elsewhere, "");
    assert_eq!(code, 3);
    assert!(
        document["error"]["message"]
            .as_str()
            .unwrap()
            .contains("no size was measured in both")
    );
}

#[test]
fn a_change_by_the_factor_between_two_units_is_said_and_not_judged() {
    let before = text("threads,throughput", &plain_row);
    for factor in [1000.0, 0.001, 60.0, 1.0 / 60.0, 1e6] {
        let now = text("threads,throughput", &|n, x| plain_row(n, factor * x));
        let (code, document) = check_texts("slip", &now, &before, "");
        assert_eq!(
            (code, &document["verdict"]),
            (3, &"inconclusive".into()),
            "{factor}"
        );
        let reason = document["checks"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("probably a change of unit"), "{reason}");
        let (code, _) = check_texts("slip", &now, &before, " --on-inconclusive fail");
        assert_eq!(code, 5);
        let (code, _) = check_texts("slip", &now, &before, " --allow-mismatch");
        assert_eq!(code, u8::from(factor < 1.0), "{factor}");
    }
}

#[test]
fn a_baseline_of_an_unknown_schema_version_is_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_scalecalc"))
        .args(["usl", "data/gate/baseline.csv", "--json"])
        .output()
        .unwrap();
    let document = String::from_utf8(output.stdout).unwrap();
    let now = fs::read_to_string("data/gate/unchanged.csv").unwrap();
    for (version, code) in [("1.0", 0), ("1.7", 0), ("2.0", 3), ("", 3)] {
        let document = document.replacen("\"1.0\"", &format!("\"{version}\""), 1);
        let (found, answer) = check_texts("schema", &now, &document, "");
        assert_eq!(found, code, "{version}: {answer}");
        if code == 3 {
            assert!(
                answer["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains("schema_version")
            );
        }
    }
}

#[test]
fn a_series_that_was_not_measured_now_is_inconclusive_by_name() {
    let of = |names: &[&str]| {
        let rows = |n: f64, x: f64| {
            let row = |name: &&str| format!("{name},{n},{x:.3}");
            Some(names.iter().map(row).collect::<Vec<_>>().join("\n"))
        };
        text("op,threads,throughput", &rows)
    };
    let before = of(&["get", "set", "del"]);
    let (code, document) = check_texts("renamed", &of(&["get", "put"]), &before, " --by op");
    assert_eq!(code, 3);
    let message = document["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("\"put\"") && message.contains("get, set, del"),
        "{message}"
    );
    let flags = " --by op --on-inconclusive fail";
    let (code, document) = check_texts("lost", &of(&["get", "set"]), &before, flags);
    assert_eq!(code, 5, "{document}");
    let lost = document["checks"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&lost["name"], &lost["verdict"]),
        (&"del/baseline".into(), &"inconclusive".into())
    );
}
