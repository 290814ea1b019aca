//! `simulate` as a program: files and flags, errors with their place, documents.

use scalecalc::cli::{Terminal, run};
use std::fs;

fn scalecalc(line: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("scalecalc").chain(line.split(' '));
    let code = run(args, &Terminal::default(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(err))
}

fn file(name: &str, text: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_and_flags_give_the_same_bytes() {
    let path = file(
        "same.toml",
        "arrivals = \"80/s\"\nservice = \"10ms\"\ncv-service = 2\nservers = 2\nrouting = \"least-of-2\"\n\
         timeout = \"50ms\"\ncancel = true\nretries = 2\nbackoff = \"full:10ms..1s\"\nbudget = \"10%\"\n\
         trigger = [\"capacity=50%@2s+1s\", \"load=2@4s+1s\"]\nhorizon = \"10s\"\nruns = 3\nseed = 9\n",
    );
    let (code, from_file, _) = scalecalc(&format!("simulate --scenario {path} --json"));
    let (_, from_flags, _) = scalecalc(
        "simulate --arrivals 80/s --service 10ms --cv-service 2 --servers 2 --routing least-of-2 \
         --timeout 50ms --cancel --retries 2 --backoff full:10ms..1s --budget 10% \
         --trigger capacity=50%@2s+1s,load=2@4s+1s --horizon 10s --runs 3 --seed 9 --json",
    );
    assert_eq!(code, 0);
    assert_eq!(from_file, from_flags);
}

#[test]
fn a_wrong_file_says_where() {
    for (name, text, place) in [
        (
            "key.toml",
            "arrivals = \"8/s\"\nserver = 3\n",
            ":2:1: unknown field",
        ),
        (
            "value.toml",
            "arrivals = \"8/s\"\nservice = 10\n",
            ":2: service: cannot read",
        ),
        ("toml.toml", "arrivals = 8/s\n", ":1:"),
        (
            "clash.toml",
            "arrivals = \"8/s\"\nservice = \"1s\"\nservers = 9\nplaces = 3\n",
            "places = 3",
        ),
        ("table.toml", "arrivals = { rate = 8 }\n", ":1:"),
    ] {
        let path = file(name, text);
        let (code, _, err) = scalecalc(&format!("simulate --scenario {path}"));
        assert!(matches!(code, 2 | 3), "{name}: {code}");
        assert!(err.contains(name) && err.contains(place), "{name}: {err}");
    }
}

#[test]
fn times_from_a_file() {
    file("times.txt", "# seconds\n0.01\n20ms\n0.03\n");
    let path = file(
        "measured.toml",
        "arrivals = \"20/s\"\nservice-law = \"file:times.txt\"\nrequests = 500\n",
    );
    let (code, out, err) = scalecalc(&format!("simulate --scenario {path} --json"));
    assert_eq!(code, 0, "{err}");
    // ρ = 0.4, cv² = 1/6: Wq = ρS(1 + cv²)/(2(1 − ρ)).
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let theory = document["measures"][0]["theory"].as_f64().unwrap();
    let exact = 0.4 * 0.02 * (7.0 / 6.0) / (2.0 * 0.6);
    assert!((theory - exact).abs() < 1e-12, "{theory}");
}

/// Every scenario that lies in the repository runs.
#[test]
fn the_examples_run() {
    let mut seen = 0;
    for entry in fs::read_dir("examples/scenarios").unwrap() {
        let path = entry.unwrap().path();
        let path = path.to_str().unwrap();
        let long = fs::read_to_string(path).unwrap().contains("trigger");
        let length = if long {
            "--runs 2"
        } else {
            "--runs 2 --requests 2000"
        };
        let (code, _, err) = scalecalc(&format!("simulate --scenario {path} {length}"));
        assert_eq!(code, 0, "{path}: {err}");
        seen += 1;
    }
    assert!(seen >= 5);
}
