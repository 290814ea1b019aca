//! Queues through the command line: the reference rows again, the exit codes, the schema.

use crate::queueing::{Answer, Row, rows, rows_of};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scalecalc"))
        .args(args)
        .output()
        .unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = run(&[args, &["--json"]].concat());
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The command that asks for a row of the reference file, and where its answers stand.
fn question(row: &Row) -> (String, String) {
    let number = |name: &str| row.number(name);
    let open = || {
        format!(
            "queue --arrivals {} --service {}s",
            number("lambda"),
            number("mean_service")
        )
    };
    let servers = || format!("{} --servers {}", open(), number("servers"));
    let cv = |name: &str| number(name).sqrt();
    let mut at = "/rows/0".to_owned();
    let command = match row.model.as_str() {
        "MM1" => format!("{} --servers 1", open()),
        "MMc" => servers(),
        "MMinf" => format!("{} --servers inf", open()),
        "MMcc" => format!("{} --capacity {}", servers(), number("servers")),
        "MMcK" => format!("{} --capacity {}", servers(), number("capacity_K")),
        "MD1" => format!("{} --servers 1 --cv-service 0", open()),
        "MG1" => format!("{} --servers 1 --cv-service {}", open(), cv("cs2")),
        "GGc_AC" => format!(
            "{} --cv-arrivals {} --cv-service {}",
            servers(),
            cv("ca2"),
            cv("cs2")
        ),
        "CLOSED" => format!(
            "queue --clients {} --think {}s --service {}s --servers {}",
            number("population_N"),
            number("think_Z"),
            number("mean_service"),
            number("servers")
        ),
        "SIZE" => format!("{} {} --solve servers", open(), promise(row)),
        "PRIO_NP" => {
            at = format!(
                "/classes/{}",
                row.params["class_index"].as_u64().unwrap() - 1
            );
            format!("queue --priority {}", classes(row))
        }
        "BOUND" => {
            at = String::from("/closed_loop");
            let demands: Vec<String> = (row.params["demands"].as_array().unwrap().iter())
                .map(|demand| format!("{}s", demand.as_str().unwrap()))
                .collect();
            format!(
                "queue bound --clients {} --think {}s --demands {}",
                number("population_N"),
                number("think_Z"),
                demands.join(",")
            )
        }
        "DRAIN" => {
            at = String::new();
            format!(
                "queue drain --backlog {} --capacity {} --arrivals {}",
                number("backlog"),
                number("pool_P") / number("service_s"),
                number("arrival_per_s")
            )
        }
        other => panic!("no question for {other}"),
    };
    (command, at)
}

fn promise(row: &Row) -> String {
    let target = row.number("target");
    let percentile = || format!("p{:.0}", row.number("percentile") * 100.0);
    match row.params["target_metric"].as_str().unwrap() {
        "p_wait" => format!("--slo waiting<={target}"),
        "p_block" => format!("--slo blocked<={target}"),
        "Wq" => format!("--slo mean<={target}s --of wait"),
        "wq_q" => format!("--slo {}<={target}s --of wait", percentile()),
        "w_q" => format!("--slo {}<={target}s --of response", percentile()),
        other => panic!("{other}"),
    }
}

fn classes(row: &Row) -> String {
    let text = |class: &Value, key: &str| class[key].as_str().unwrap().to_owned();
    let classes: Vec<String> = (row.params["classes"].as_array().unwrap().iter())
        .map(|class| {
            let cv = text(class, "cs2").parse::<f64>().unwrap().sqrt();
            format!(
                "{}:{}s:{cv}",
                text(class, "lambda"),
                text(class, "mean_service")
            )
        })
        .collect();
    classes.join(",")
}

const KEYS: [(&str, &str); 22] = [
    ("rho", "utilization"),
    ("offered_rho", "offered_utilization"),
    ("p_wait", "p_wait"),
    ("p_block", "p_block"),
    ("X_per_s", "throughput_per_s"),
    ("Lq_jobs", "mean_queue"),
    ("L_jobs", "mean_in_system"),
    ("Wq_s", "mean_wait_s"),
    ("W_s", "mean_response_s"),
    ("wq_p50_s", "p50_wait_s"),
    ("wq_p95_s", "p95_wait_s"),
    ("wq_p99_s", "p99_wait_s"),
    ("w_p50_s", "p50_response_s"),
    ("w_p95_s", "p95_response_s"),
    ("w_p99_s", "p99_response_s"),
    ("c_min", "servers"),
    ("X_max_per_s", "max_throughput_per_s"),
    ("W_min_s", "min_response_s"),
    ("N_star", "saturation_clients"),
    ("drain_s", "drain_s"),
    ("stable", "starved"),
    ("clients", "clients"),
];

#[test]
fn every_reference_row_through_the_command_line() {
    let rows = rows();
    for row in &rows {
        if let Some(command) = crate::risk::question(row) {
            let args: Vec<&str> = command.split(' ').collect();
            row.check(&crate::risk::program_answer(row, &json(&args)));
            continue;
        }
        let (command, at) = question(row);
        let args: Vec<&str> = command.split(' ').collect();
        let document = json(&args);
        let record = document.pointer(&at).unwrap();
        let answer: Answer = KEYS
            .iter()
            .filter_map(|(name, key)| {
                let value = record.get(*key)?;
                let number = match value {
                    Value::Bool(starved) => Some(f64::from(u8::from(!starved))),
                    other => other.as_f64(),
                };
                Some((*name, number))
            })
            .collect::<BTreeMap<_, _>>();
        row.check(&answer);
    }
    assert_eq!(rows.len(), 177);
}

#[test]
fn every_odd_failure_mode_through_the_command_line() {
    let rows = rows_of("tests/data/failure_modes.csv");
    for row in &rows {
        let command = crate::risk::question(row).unwrap();
        let args: Vec<&str> = command.split(' ').collect();
        row.check(&crate::risk::program_answer(row, &json(&args)));
    }
    assert_eq!(rows.len(), 105);
}

#[test]
fn documents_follow_their_schemas_and_keep_their_keys() {
    let mut keys: Option<Vec<String>> = None;
    for (kind, line) in [
        ("queue", "queue --arrivals 1000/s --service 100ms"),
        ("queue", "queue --arrivals 0 --service 100ms --servers 1,4"),
        (
            "queue",
            "queue --arrivals 9 --service 1s --servers 5,10 --cv-service 2",
        ),
        (
            "queue",
            "queue --clients 1..64:x2 --think 1s --service 10ms",
        ),
        ("queue", "queue --priority 40/s:10ms,70/s:10ms:0"),
        (
            "queue",
            "queue --arrivals 100 --service 30ms --slo mean<=40ms --solve servers",
        ),
        (
            "queue",
            "queue --servers 8 --service 30ms --slo p95<=100ms --solve utilization",
        ),
        (
            "queue-drain",
            "queue drain --backlog 10k --capacity 200/s --arrivals 50/s",
        ),
        (
            "queue-bound",
            "queue bound --servers 64 --service 20ms --deadline 250ms",
        ),
        (
            "queue-bound",
            "queue bound --clients 10k --think 9ms --demands 20us,1ms",
        ),
        ("little", "little --rate 1000/s --latency 100ms"),
        (
            "little",
            "little --rate 1000/s --latency 100ms --in-flight 120",
        ),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let document = json(&args);
        let schema: Value = serde_json::from_slice(&run(&["schema", kind]).stdout).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&document), "{line}");
        if kind == "queue" {
            let found: Vec<String> = document.as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys.get_or_insert(found.clone()), &found, "{line}");
        }
    }
}

#[test]
fn wrong_calls_end_with_the_code_for_their_kind() {
    for (code, line) in [
        (2, "queue"),
        (2, "queue --arrivals 10/s"),
        (2, "queue --arrivals 10/s --service 10"),
        (2, "queue --arrivals 10/s --service 0s"),
        (2, "queue --arrivals=-1 --service 10ms"),
        (2, "queue --arrivals NaN --service 10ms"),
        (2, "queue --arrivals 10/s --service 10ms --servers 1.5"),
        (2, "queue --arrivals 10/s --service 10ms --servers 0"),
        (2, "queue --arrivals 10/s --service 10ms --servers 1e11"),
        (2, "queue --arrivals 10/s --service 10ms --utilization 0"),
        (2, "queue --arrivals 10/s --service 10ms --utilization 0.9"),
        (2, "queue --arrivals 0/s --service 10ms --utilization 50"),
        (
            2,
            "queue --arrivals 10/s --service 10ms --servers 4 --capacity 3",
        ),
        (2, "queue --arrivals 10/s --service 10ms --capacity 3"),
        (
            2,
            "queue --arrivals 10/s --service 10ms --servers 4 --cv-service -1",
        ),
        (
            2,
            "queue --arrivals 10/s --servers 2 --service 10ms --slo p99<=50ms",
        ),
        (
            2,
            "queue --arrivals 10/s --service 10ms --slo p99<=50 --solve servers",
        ),
        (2, "queue --service 10ms --slo p99<=50ms --solve servers"),
        (2, "queue --priority 40/s,10ms"),
        (2, "queue bound --servers 4"),
        (2, "queue drain --backlog 10"),
        (2, "little --rate 10/s"),
        (2, "little --rate 0/s --in-flight 3"),
        (2, "little --latency 10 --in-flight 3"),
        (4, "queue --arrivals 1000/s --service 100ms --servers 50"),
        (4, "queue --arrivals 10/s --service 700ms --servers 7"),
        (4, "queue --arrivals 10/s --service 10ms --utilization 100"),
        (4, "queue drain --backlog 10 --capacity 5/s --arrivals 5/s"),
        (4, "little --rate 100/s --in-flight 100 --think 2s"),
        (
            6,
            "queue --arrivals 10/s --service 10ms --slo p99<=5ms --solve servers",
        ),
        (
            6,
            "queue --servers 2 --service 10ms --slo mean<=10ms --solve arrivals",
        ),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let output = run(&[args.as_slice(), &["--json"]].concat());
        assert_eq!(output.status.code(), Some(code), "{line}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        if code == 6 {
            assert_eq!(
                document["solution"]["reachable"],
                Value::Bool(false),
                "{line}"
            );
        }
    }
}

#[test]
fn the_queue_depth_table_of_the_article() {
    let document = json(&["queue", "--arrivals", "1000/s", "--service", "100ms"]);
    let depth = document["depth"].as_array().unwrap();
    for (row, expected) in depth
        .iter()
        .zip([100.0, 400.0, 900.0, 1900.0, 9900.0, 99_900.0])
    {
        let got = row["separate"]["mean_queue"].as_f64().unwrap();
        assert!((got / expected - 1.0).abs() < 1e-12, "{got}");
    }
    assert_eq!(depth.len(), 6);
}

#[test]
fn a_saturated_queue_says_the_model_of_its_neighbours() {
    let ran = crate::support::line(
        "queue --arrivals 90/s --service 100ms --servers 5,12 --cv-service 2 --json",
    );
    let rows = ran.json()["rows"].clone();
    assert_eq!(
        (&rows[0]["saturated"], &rows[1]["saturated"]),
        (&true.into(), &false.into())
    );
    for row in rows.as_array().unwrap() {
        assert_eq!(
            (&row["model"], &row["exact"]),
            (&"G/G/c".into(), &false.into())
        );
    }
}
