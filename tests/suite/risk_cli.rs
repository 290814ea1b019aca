//! `risk` as a program: the commands it prints, and theory beside what is simulated.

use scalecalc::cli::{Terminal, run};

pub(crate) fn scalecalc(line: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("scalecalc").chain(line.split(' '));
    let code = run(args, &Terminal::default(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(err))
}

/// The document of a command that succeeds.
#[track_caller]
fn document(line: &str) -> serde_json::Value {
    let (code, document, err) = scalecalc(&format!("{line} --json"));
    assert_eq!(code, 0, "{line}: {err}");
    serde_json::from_str(&document).unwrap()
}

/// Every command that `risk --all` and `health` print can be pasted: it runs.
#[test]
fn what_looks_closer_runs() {
    let station = "risk --all --arrivals 200/s --service 50ms --servers";
    let mut commands = Vec::new();
    for line in [
        format!("{station} 15 --calls 20"),
        format!("{station} 15 --cv-service 0 --outage 0s --retries 0"),
        format!("{station} 15 --cv-service 20 --calls 500"),
        format!("{station} 9"),
        "risk --all --arrivals 0.001/s --service 1h --servers 4".to_owned(),
        "risk --all tests/data/cisco_usl.json".to_owned(),
        "risk --all tests/data/workers_health.json".to_owned(),
        "health data/workers.csv".to_owned(),
        "health data/workers.csv --single-worker 100/s".to_owned(),
    ] {
        let document = document(&line);
        let rows = document["risks"]
            .as_array()
            .or(document["metrics"].as_array());
        let found = rows.unwrap().iter();
        commands.extend(found.filter_map(|row| Some(row["look_closer"].as_str()?.to_owned())));
    }
    assert!(commands.len() > 40, "{}", commands.len());
    for command in commands {
        let line = command.strip_prefix("scalecalc ").unwrap();
        let (code, _, err) = scalecalc(line);
        assert_eq!(code, 0, "{command}: {err}");
    }
}

/// Every subject with a dynamic, short enough for a test, and how far its approximations may
/// be from the runs: what the note of the subject says, and the scatter of short runs.
const SUBJECTS: [(&str, f64); 12] = [
    (
        "herd --clients 1000 --places 10 --service 50ms --cap 20s",
        0.35,
    ),
    (
        "retry --arrivals 8/s --service 1s --servers 10 --retries 3",
        0.05,
    ),
    (
        "retry --arrivals 200/s --service 50ms --servers 15 --retries 1 --timeout 1s --blip 10s",
        1.5,
    ),
    (
        "starvation --priority 40/s:10ms,40/s:10ms --longest-wait 50ms",
        0.0,
    ),
    (
        "head-of-line --arrivals 300/s --jobs 99%:1ms:0,1%:20ms:0",
        0.8,
    ),
    ("affinity --workers 50 --arrivals 40/s --service 1s", 0.08),
    ("deadlock --threads 3 --connections 4 --pool 9", 0.0),
    (
        "deadlock --arrivals 1/s --service 500ms --put-back 25% --waiting 2",
        0.0,
    ),
    ("ceiling --think 10ms --service 1ms", 0.0),
    (
        "batch --arrivals 1000/s --fixed 10ms --per-item 200us --flush 20ms",
        0.06,
    ),
    (
        "concurrency --arrivals 200/s --service 50ms --servers 12 --deadline 50ms",
        0.0,
    ),
    (
        "fan-out --calls 10 --p50 5ms --p99 80ms --utilization 80%",
        0.06,
    ),
];

/// Theory lies within four standard errors of the runs (twice the half-width of a 95 %
/// interval) where it is exact, and within its band where it is not.
#[test]
fn theory_stands_beside_what_is_simulated() {
    for (line, band) in SUBJECTS {
        let document = document(&format!("risk {line} --simulate --runs 8 --seed 3"));
        let rows = document["simulation"]["rows"].as_array().unwrap();
        assert!(!rows.is_empty(), "{line}");
        let mut compared = 0;
        for row in rows {
            let (Some(theory), Some(value)) =
                (row["theory"].as_f64(), row["simulated"]["value"].as_f64())
            else {
                continue;
            };
            compared += 1;
            let apart = (value - theory).abs();
            let close = match row["half_widths_off"].as_f64() {
                Some(off) => off.abs() < 2.0,
                None => apart <= 1e-9 * theory.abs(),
            };
            let inside = row["exact"] == false && apart <= band * theory.abs();
            assert!(close || inside, "{line}: {row}");
        }
        assert!(compared > 0, "{line}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let line = |seed| {
        format!(
            "risk {} --simulate --runs 4 --seed {seed} --json",
            SUBJECTS[5].0
        )
    };
    let (first, again, other) = (
        scalecalc(&line(1)).1,
        scalecalc(&line(1)).1,
        scalecalc(&line(2)).1,
    );
    assert_eq!(first, again);
    assert_ne!(first, other);
    let without = document("risk affinity --workers 50 --arrivals 40/s --service 1s");
    assert!(without["simulation"].is_null());
}

/// What cannot be simulated says so, and what was answered stands.
#[test]
fn what_cannot_be_simulated_says_so() {
    for (line, code, words) in [
        ("affinity --shards 4 --simulate", 2, "nothing to simulate"),
        ("fan-out --calls 10 --simulate", 2, "nothing to simulate"),
        (
            "herd --clients 1e9 --places 10 --service 1s --simulate",
            2,
            "10 million in a simulation",
        ),
        (
            "retry --arrivals 200/s --service 50ms --servers 15.5 --retries 3 --simulate",
            2,
            "servers = 15.5",
        ),
        (
            "deadlock --threads 1M --connections 3 --simulate",
            2,
            "10,000 in a simulation",
        ),
        (
            "concurrency --arrivals 0/s --service 50ms --servers 12 --deadline 1s --simulate",
            2,
            "arrival rate = 0",
        ),
        (
            "herd --clients 5 --places 10 --service 1s --seed 4",
            2,
            "--simulate",
        ),
        (
            "herd --clients 5 --places 10 --service 1s --simulate --runs 1",
            2,
            "2..=1000",
        ),
        (
            "batch --arrivals 1000/s --fixed 10ms --per-item 200us --flush 20ms",
            2,
            "--simulate",
        ),
    ] {
        let (found, _, err) = scalecalc(&format!("risk {line}"));
        assert_eq!(found, code, "{line}: {err}");
        assert!(err.contains(words), "{line}: {err}");
    }
    for (line, words) in [
        (
            "head-of-line --arrivals 900/s --jobs 99%:1ms:0,1%:100ms:0",
            "Not simulated: the jobs (no steady state).",
        ),
        (
            "deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s",
            "Not simulated: deadlocks of locks",
        ),
        (
            "fan-out --calls 1M --mean 1s",
            "Not simulated: so many calls (too long).",
        ),
    ] {
        let (code, out, err) = scalecalc(&format!("risk {line} --simulate"));
        let out = out.replace('\n', " ");
        assert!(code == 0 && out.contains(words), "{line}: {out} {err}");
        assert!(!out.contains("event by event"), "{line}: {out}");
    }
}
