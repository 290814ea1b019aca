//! The page of a report: its script has the arithmetic of the law, its policy the hashes of
//! what it holds, and, where there is a browser, it opens without a fault.

use crate::pictures::run;
use crate::support::skipped;
use scalecalc::law::{ScalingLaw, Usl, UslParams};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::process::Command;

const SCRIPT: &str = include_str!("../../src/render/html/page.js");
const STYLE: &str = include_str!("../../src/render/html/page.css");

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for part in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..part.len()].copy_from_slice(part);
        let all = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            if place <= part.len() {
                let index = (all >> (18 - 6 * place)) & 63;
                out.push(char::from(LETTERS[index as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[test]
fn the_policy_of_the_page_names_what_it_holds() {
    // RFC 4648, section 10.
    assert_eq!(
        (base64(b"f"), base64(b"foob")),
        ("Zg==".into(), "Zm9vYg==".into())
    );
    let (code, page, err) = run(&["usl", "data/gate/baseline.csv", "--format", "html"]);
    assert_eq!(code, 0, "{err}");
    for (directive, held) in [("style-src", STYLE), ("script-src", SCRIPT)] {
        let hash = base64(&Sha256::digest(held));
        assert!(
            page.contains(&format!("{directive} 'sha256-{hash}'")),
            "{directive}: what the page holds has changed, its hash is {hash}"
        );
        assert!(page.contains(held.trim()));
    }
    assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
}

/// Runs JavaScript; `None` where there is no node, which the test says by name.
fn node(script: &str, name: &str) -> Option<Value> {
    let Ok(done) = Command::new("node").arg("-e").arg(script).output() else {
        skipped(name, "node is not installed");
        return None;
    };
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    Some(serde_json::from_slice(&done.stdout).unwrap())
}

#[test]
fn the_script_computes_what_the_law_computes() {
    let mut laws = Vec::new();
    for alpha in [0.0, 1e-6, 0.0267, 0.4, 0.999, 1.0, 1.2] {
        for beta in [0.0, 1e-9, 7.69e-4, 0.02, 0.5] {
            for gamma in [1e-3, 995.6, 3.1e7] {
                laws.push(UslParams { alpha, beta, gamma });
            }
        }
    }
    let sizes = [1.0, 2.0, 7.0, 32.0, 999.0, 1e6];
    let params: Vec<String> = laws
        .iter()
        .map(|p| {
            format!(
                "{{alpha:{:?},beta:{:?},gamma:{:?}}}",
                p.alpha, p.beta, p.gamma
            )
        })
        .collect();
    let script = format!(
        "{SCRIPT}\nconsole.log(JSON.stringify([{}].map((p) => [law.peak(p), {sizes:?}.map((n) => [law.throughput(p, n), law.latency(p, n), law.efficiency(p, n)])])))",
        params.join(",")
    );
    let Some(found) = node(&script, "the_script_computes_what_the_law_computes") else {
        return;
    };
    let close = |a: &Value, b: f64| {
        let a = a.as_f64().unwrap();
        (a - b).abs() <= 1e-14 * b.abs()
    };
    for (params, answer) in laws.iter().zip(found.as_array().unwrap()) {
        let law = Usl::new(*params).unwrap();
        match law.peak() {
            Some(peak) => {
                assert!(close(&answer[0]["n"], peak.n), "{params:?}");
                assert_eq!(
                    answer[0]["whole"].as_f64(),
                    Some(peak.n_integer),
                    "{params:?}"
                );
                assert!(close(&answer[0]["throughput"], peak.throughput_integer));
            }
            None => assert!(answer[0].is_null(), "{params:?}"),
        }
        for (n, row) in sizes.iter().zip(answer[1].as_array().unwrap()) {
            assert!(close(&row[0], law.throughput(*n)), "{params:?} {n}");
            assert!(close(&row[1], law.latency(*n)), "{params:?} {n}");
            assert!(close(&row[2], law.efficiency(*n)), "{params:?} {n}");
        }
    }
}

#[test]
fn the_script_writes_numbers_as_the_program_does() {
    // As the test beside `significant` has them.
    let (values, texts) = (
        [
            0.0,
            2.5e-9,
            0.026_719,
            0.999_96,
            9.996,
            995.6,
            12_341.74,
            1_234_567.0,
        ],
        [
            "0",
            "2.50e−9",
            "0.0267",
            "1.00",
            "10.0",
            "996",
            "12,342",
            "1,234,567",
        ],
    );
    let script = format!("{SCRIPT}\nconsole.log(JSON.stringify({values:?}.map(digits)))");
    let Some(found) = node(&script, "the_script_writes_numbers_as_the_program_does") else {
        return;
    };
    for (ours, text) in texts.iter().zip(found.as_array().unwrap()) {
        assert_eq!(text.as_str().unwrap().replace("e-", "e−"), *ours);
    }
}

/// Chromium opens the report at three widths in two schemes: nothing on the console, no
/// request, keys and sliders work, axe-core finds nothing; and the PNG looks like the SVG.
/// Needs `SCALECALC_BROWSER`, a folder with playwright-core and axe-core, which `.ci/run` makes.
#[test]
fn a_browser_opens_the_report_without_a_fault() {
    let Ok(browser) = std::env::var("SCALECALC_BROWSER") else {
        skipped(
            "a_browser_opens_the_report_without_a_fault",
            "SCALECALC_BROWSER is not set",
        );
        return;
    };
    let directory = std::env::temp_dir().join("scalecalc-browser");
    std::fs::create_dir_all(&directory).unwrap();
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let (report, svg, png) = (file("report.html"), file("curve.svg"), file("curve.png"));
    let data = "data/gate/baseline.csv";
    let (code, _, err) = run(&["report", data, "--target", "9k/s", "-o", &report]);
    assert_eq!(code, 0, "{err}");
    let (code, json, err) = run(&["usl", data, "--json", "-o", &svg, "-o", &png]);
    assert_eq!(code, 0, "{err}");
    let document: Value = serde_json::from_str(&json).unwrap();
    let done = Command::new("node")
        .args(["tests/browser/check.mjs", &report, &svg, &png])
        .env("SCALECALC_BROWSER", browser)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let found: Value = serde_json::from_slice(&done.stdout).unwrap();
    for what in ["errors", "requests", "violations"] {
        assert_eq!(found[what], serde_json::json!([]), "{what}");
    }
    let views = found["views"].as_array().unwrap();
    assert_eq!(views.len(), 6);
    let levels = document["levels"].as_array().unwrap();
    let peak = document["derived"]["peak"]["n"].as_f64().unwrap();
    for view in views {
        assert_eq!(view["overflow"], false, "{view}");
        let said = |key: usize| view["keys"][key].as_str().unwrap();
        assert!(said(0).starts_with("1 thread: ") && said(1).starts_with("2 threads: "));
        assert!(said(2).starts_with(&format!(
            "{} threads: ",
            levels[levels.len() - 1]["n"].as_f64().unwrap()
        )));
        let number = |key: &str| view[key].as_str().unwrap().parse::<f64>().unwrap();
        assert!((number("before") - peak).abs() < 1e-9 && (number("back") - peak).abs() < 1e-9);
        // More coherency cost, and the peak comes earlier, where the law puts it.
        let law = Usl::new(UslParams {
            alpha: document["fit"]["alpha"]["value"].as_f64().unwrap(),
            beta: number("beta"),
            gamma: 1.0,
        });
        let expected = law.unwrap().peak().unwrap().n;
        assert!(
            number("after") < peak && (number("after") - expected).abs() <= 1.0,
            "{view}"
        );
        assert!(view["curve"].as_str().unwrap().starts_with('M'));
        assert_eq!(view["json"], "report");
    }
    let difference = &found["difference"];
    assert_eq!(difference["heights"][0], difference["heights"][1]);
    // In levels of 255: letters differ by their font, lines and areas do not.
    assert!(difference["mean"].as_f64().unwrap() < 2.5, "{difference}");
}
