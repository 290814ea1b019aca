//! Every flag of `simulate` and `risk` with odd values, and scenario files that are none: a clear
//! error that names the flag, or a finite answer, and never a wait without end.

use crate::support::{Ran, line, scalecalc, scratch};
use std::fs;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Longest time that a command may take on a busy machine: nothing here is long to compute.
const LIMIT: Duration = Duration::from_secs(30);

const VALUES: [&str; 11] = [
    "0", "-1", "1e308", "1e-308", "NaN", "inf", "", "text", "1e15", "0s", "1e15s",
];

/// Commands that work, and the flags to put odd values behind.
const SIMULATE: &[(&str, &str)] = &[
    (
        "simulate --arrivals 9/s --service 1s --servers 10 --requests 50 --runs 2",
        "arrivals cv-arrivals arrival-law batch service cv-service service-law servers routing discipline \
         places patience timeout retries throttle copies need hedge setup rejoin trigger \
         seed runs requests warm-up confidence precision versus clients",
    ),
    (
        "simulate --arrivals 9/s --service 1s --servers 10 --places 12 --timeout 2s --retries 2 --runs 2 --horizon 9s",
        "backoff budget horizon trigger autoscale",
    ),
    (
        "simulate --clients 10 --service 1s --servers 2 --requests 50 --runs 2",
        "clients think copies",
    ),
    (
        "simulate --priority 0.3/s:1s,0.3/s:1s --requests 50 --runs 2",
        "priority ageing",
    ),
    (
        "simulate --trigger burst=50@0s --service 1s --servers 10 --runs 2",
        "trigger servers service places",
    ),
];

const RISK: &[(&str, &str)] = &[
    (
        "risk herd --clients 100 --places 10 --service 50ms",
        "clients places service retry-every base cap window attempts every",
    ),
    (
        "risk retry --arrivals 200/s --service 50ms --servers 15 --retries 1 --timeout 1s --blip 10s",
        "arrivals service servers retries layers budget timeout blip capacity-left load-factor",
    ),
    (
        "risk starvation --priority 0.4/s:1s,0.4/s:1s",
        "priority longest-wait",
    ),
    (
        "risk head-of-line --arrivals 300/s --jobs 99%:1ms:0,1%:100ms:0",
        "arrivals jobs",
    ),
    (
        "risk affinity --arrivals 2/s --service 1s --shares 0.4,0.6",
        "arrivals service shares",
    ),
    (
        "risk affinity --shards 10 --arrivals 8/s --service 1s",
        "arrivals service",
    ),
    (
        "risk affinity --keys 1000 --zipf 1 --shards 10",
        "keys zipf shards",
    ),
    (
        "risk deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s --nodes 10",
        "objects locks lock-time rate nodes",
    ),
    (
        "risk deadlock --threads 8 --connections 3 --pool 16",
        "threads connections pool",
    ),
    (
        "risk deadlock --arrivals 1/s --service 0.5s --put-back 0.25 --waiting 3",
        "arrivals service put-back waiting last",
    ),
    (
        "risk ceiling --think 10ms --service 20us --workers 600",
        "think service workers servers share",
    ),
    (
        "risk ceiling --measured 100=9.9k/s,450=43k/s,800=50k/s",
        "measured share",
    ),
    (
        "risk batch --arrivals 1000/s --fixed 5ms --per-item 200us",
        "arrivals fixed per-item size busy",
    ),
    (
        "risk concurrency --arrivals 600/s --service 20ms --servers 10 --deadline 100ms --cores 4 --compute 5ms",
        "arrivals service servers deadline refused capacity cores compute",
    ),
    (
        "risk fan-out --calls 100 --mean 10ms",
        "calls slow in-time mean p50 p99 hedge-after utilization",
    ),
    (
        "risk --all --arrivals 200/s --service 50ms --servers 15",
        "arrivals service servers cv-service outage retries calls timeout",
    ),
];

/// Simulated too, where an odd value could make runs without end.
const SIMULATED: &[(&str, &str)] = &[
    (
        "risk herd --clients 100 --places 10 --service 50ms --simulate --runs 2",
        "clients places service retry-every base cap window attempts seed runs",
    ),
    (
        "risk retry --arrivals 20/s --service 50ms --servers 2 --retries 1 --timeout 1s --blip 2s --simulate --runs 2",
        "arrivals service servers retries layers budget timeout blip capacity-left load-factor",
    ),
    (
        "risk batch --arrivals 1000/s --fixed 5ms --per-item 200us --flush 20ms --simulate --runs 2",
        "arrivals fixed per-item size flush",
    ),
    (
        "risk deadlock --threads 8 --connections 3 --pool 24 --simulate --runs 2",
        "threads connections pool",
    ),
    (
        "risk deadlock --arrivals 1/s --service 0.5s --put-back 0.25 --waiting 3 --simulate --runs 2",
        "arrivals service put-back waiting last",
    ),
    (
        "risk fan-out --calls 10 --mean 10ms --simulate --runs 2",
        "calls mean hedge-after utilization",
    ),
];

/// Runs a command, and fails if it does not end.
fn within(words: &[String]) -> Ran {
    let (sent, done) = channel();
    let own = words.to_vec();
    std::thread::spawn(move || sent.send(scalecalc(own)));
    done.recv_timeout(LIMIT)
        .unwrap_or_else(|_| panic!("no end: {}", words.join(" ")))
}

/// The words of a command with a value behind a flag, in place of the one that is there.
fn with(base: &str, flag: &str, value: &str) -> Vec<String> {
    let mut words: Vec<String> = base.split_whitespace().map(str::to_owned).collect();
    match words.iter().position(|word| word == flag) {
        Some(at) => value.clone_into(&mut words[at + 1]),
        None => words.extend([flag.to_owned(), value.to_owned()]),
    }
    words.push("--json".to_owned());
    words
}

fn check(words: &[String], flag: &str) {
    let ran = within(words);
    let shown = words.join(" ");
    let document = ran.json();
    match ran.code {
        // JSON has no word for what is not finite; null is what does not exist.
        0 => assert_ne!(document["kind"], "error", "{shown}"),
        2 | 3 => {
            // What is wrong, or what to type instead, names the flag.
            let error = &document["error"];
            let told = [&error["message"], &error["hint"]].map(|text| text.as_str().unwrap());
            assert!(told.join("\n").contains(flag), "{shown}: {told:?}");
        }
        // What the model cannot answer is about all numbers together.
        4 => assert!(
            document["error"]["message"].as_str().unwrap().len() > 10,
            "{shown}"
        ),
        other => panic!("{shown}: {other} {}", ran.err),
    }
}

fn check_all(table: &[(&str, &str)]) -> usize {
    let mut checked = 0;
    for (base, flags) in table {
        assert_eq!(line(base).code, 0, "{base}");
        for flag in flags.split_whitespace() {
            for value in VALUES {
                let flag = format!("--{flag}");
                check(&with(base, &flag, value), &flag);
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn simulate_with_odd_values() {
    assert!(check_all(SIMULATE) > 400);
}

#[test]
fn risks_with_odd_values() {
    assert!(check_all(RISK) > 600);
}

#[test]
fn simulated_risks_with_odd_values() {
    assert!(check_all(SIMULATED) > 300);
}

/// What once ran for ever, or nearly.
#[test]
fn what_no_machine_finishes_is_refused() {
    let station = "simulate --arrivals 9/s --service 1s --servers 10";
    for (more, said) in [
        ("--requests 1e15", "--requests"),
        ("--warm-up 1e15", "--warm-up"),
        ("--horizon 1e15s", "--horizon"),
        ("--batch 0", "--batch"),
        ("--runs 0", "--runs"),
    ] {
        let words: Vec<String> = format!("{station} {more}")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let ran = within(&words);
        assert_eq!(ran.code, 2, "{more}: {}", ran.err);
        assert!(ran.err.contains(said), "{more}: {}", ran.err);
    }
    let ran = line("risk --all --arrivals 200/s --service 50ms --servers 15 --batch 0");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--batch"), "{}", ran.err);
}

/// Far more comes than can be served: the backlog grows, and that is the answer.
#[test]
fn an_overload_beyond_all_bounds_is_told() {
    let ran = line("simulate --arrivals 1e15/s --service 1s --requests 100 --runs 2 --json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let document = ran.json();
    let rows = document["measures"].as_array().unwrap();
    let grows = rows
        .iter()
        .find(|row| row["measure"] == "backlog_growth_per_s")
        .unwrap();
    let rate = grows["simulated"]["value"].as_f64().unwrap();
    assert!((rate / 1e15 - 1.0).abs() < 0.01, "{rate}");
}

#[test]
fn files_that_are_no_scenario() {
    let folder = scratch("odd_scenarios");
    let good = "arrivals = \"8/s\"\nservice = \"1s\"\nservers = 10\nrequests = 50\nruns = 2\n";
    for (name, text, said) in [
        ("empty", "", "needs a service time"),
        ("blank", "\n\n# nothing\n", "needs a service time"),
        ("truncated", &good[..good.len() - 20], ":4:"),
        (
            "half-a-string",
            "arrivals = \"8/s\nservice = \"1s\"\n",
            ":1:",
        ),
        (
            "unknown",
            &format!("{good}colour = 3\n"),
            ":6:1: unknown field",
        ),
        (
            "itself",
            &format!("{good}scenario = \"itself.toml\"\n"),
            ":6:1: unknown field",
        ),
        (
            "stations",
            "[[station]]\nname = \"a\"\nto = \"b\"\n",
            "unknown field",
        ),
        ("twice", &format!("{good}servers = 9\n"), ":6:"),
        ("table", "arrivals = { rate = 8 }\n", ":1:"),
        ("date", "arrivals = 2024-01-01\n", ":1:"),
        ("list", "arrivals = [8, 9]\nservice = \"1s\"\n", "arrivals"),
        (
            "words",
            "arrivals = \"many\"\nservice = \"1s\"\n",
            ":1: arrivals",
        ),
        ("switch", "arrivals = true\nservice = \"1s\"\n", "arrivals"),
        (
            "negative",
            "arrivals = \"8/s\"\nservice = \"-1s\"\n",
            ":2: service",
        ),
        ("no-arrivals", "service = \"1s\"\n", "needs arrivals"),
        (
            "bad-trigger",
            &format!("{good}trigger = [\"outage@5s\"]\n"),
            ":6: trigger",
        ),
        ("both", &format!("{good}clients = 3\n"), "closed loop"),
        ("json", "{\"arrivals\": \"8/s\"}", ":1:"),
        (
            "law-file",
            "arrivals = \"8/s\"\nservice-law = \"file:missing.txt\"\n",
            "missing.txt",
        ),
    ] {
        let path = folder.join(format!("{name}.toml"));
        fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let ran = within(&["simulate", "--scenario", path].map(str::to_owned));
        assert!(
            matches!(ran.code, 2 | 3),
            "{name}: {} {}",
            ran.code,
            ran.err
        );
        assert!(ran.err.contains(said), "{name}: {}", ran.err);
        assert!(ran.err.contains("try: "), "{name}: {}", ran.err);
    }
    let path = folder.join("bytes.toml");
    fs::write(&path, [0xff, 0xfe, 0x00]).unwrap();
    for path in [
        path.to_str().unwrap(),
        folder.to_str().unwrap(),
        "missing.toml",
    ] {
        let ran = within(&["simulate", "--scenario", path].map(str::to_owned));
        assert_eq!(ran.code, 3, "{path}: {}", ran.err);
        assert!(ran.err.contains(path), "{}", ran.err);
    }
}
