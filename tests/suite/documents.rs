//! JSON documents against the schema that the program prints for them.

use scalecalc::cli::{Terminal, run};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("scalecalc").chain(args.iter().copied());
    run(args, &Terminal::default(), &mut out, &mut err);
    assert!(out.ends_with(b"\n"), "{}", String::from_utf8_lossy(&err));
    serde_json::from_slice(&out).unwrap()
}

/// Documents of one kind validate, and their top level has the same keys whatever the flags.
#[track_caller]
fn check(kind: &str, commands: &[&str]) {
    let schema = json(&["schema", kind]);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut seen: Option<Vec<String>> = None;
    for command in commands {
        let args: Vec<&str> = command.split(' ').chain(["--json"]).collect();
        let document = json(&args);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path))
            .collect();
        assert!(errors.is_empty(), "{command}: {errors:?}");
        assert_eq!(document["schema_version"], "1.0");
        assert_eq!(document["kind"], kind);
        let Value::Object(top) = &document else {
            panic!("{command}: not an object")
        };
        let top: Vec<String> = top.keys().cloned().collect();
        assert_eq!(*seen.get_or_insert_with(|| top.clone()), top, "{command}");
    }
}

#[test]
fn usl_documents() {
    check(
        "usl",
        &[
            "usl data/published/cisco_mysql.csv",
            "usl data/published/varnish.csv --law amdahl --interval wald --slo mean<=1s",
            "usl data/own/pgbench_hotrow.csv --noise auto --at 1,9,500 --what-if alpha=/2 --next 3",
            "usl tests/data/pathological/path_three_points.csv --next 0",
            "usl tests/data/pathological/path_superlinear.csv --allow-superlinear",
            "usl tests/data/pathological/syn_exact_linear.csv",
            "usl tests/data/pathological/path_alpha_gt1.csv",
        ],
    );
    check(
        "usl-law",
        &[
            "usl --alpha 0 --beta 0",
            "usl --alpha 0.1 --beta 1e-4 --gamma 5k",
        ],
    );
    check("error", &["usl missing.csv", "usl --alpha 1"]);
}

#[test]
fn paths_documents() {
    check(
        "paths",
        &[
            "paths",
            "paths --at 1,2 --topology mesh,star,ring,tree,gossip,quorum,cells",
            "paths --path-cost 1ms --work 20ms --at 64",
        ],
    );
}

#[test]
fn amdahl_documents() {
    check(
        "amdahl",
        &[
            "amdahl --serial 10%",
            "amdahl --serial 0 --gustafson",
            "amdahl --speedup 1.9@2,3.4@4,5@8",
            "amdahl --speedup 9@8",
            "amdahl data/published/specsdm91.csv",
            "amdahl data/own/sysbench_mutex.csv",
            "amdahl tests/data/pathological/syn_exact_linear.csv",
        ],
    );
}

#[test]
fn check_documents() {
    check(
        "check",
        &[
            "check data/gate/unchanged.csv --min-efficiency 60%@8,50%@500 --max-beta 0.001",
            "check data/gate/slower.csv --baseline data/gate/baseline.csv",
            "check data/gate/slower.csv --baseline data/gate/baseline.csv --n-unit x --noise auto",
            "check data/published/specsdm91.csv --headroom 30%@1k/s --min-peak 16",
        ],
    );
}

#[test]
fn compare_documents() {
    check(
        "compare",
        &[
            "compare a=data/gate/baseline.csv b=data/gate/rewrite.csv",
            "compare a=data/gate/baseline.csv b=data/gate/slower.csv --at 8,99 --fail-if peak<90%",
        ],
    );
}

#[test]
fn error_documents() {
    check(
        "error",
        &["amdahl", "paths --at 2.5", "paths --quorum 3", "nonsense"],
    );
}

#[test]
fn plan_documents() {
    let law = "--alpha 0.03 --beta 0.0002 --gamma 1000";
    let commands = [
        "--target 5k/s",
        "--load 4k/s --growth 50% --headroom 30% --spare 1 --zones 3 --price 0.34/h --current 20",
        "--target 100k/s",
        "--target 100k/s --cells --cell-overhead 0.5 --price 1/h",
        "--target 9k/s --sizes data/machines.csv",
        "--target 9k/s --slo mean<=1.2ms",
    ]
    .map(|flags| format!("plan {law} {flags}"));
    let measured = [
        "plan data/published/cisco_mysql.csv --target 9k/s --spare 1 --price 1/h --current 40",
        "plan data/published/cisco_mysql.csv --target 100k/s --cells --cell-overhead 1",
        "plan data/published/cisco_mysql.csv --target 20k/s --noise relative",
    ];
    let commands: Vec<&str> = commands
        .iter()
        .map(String::as_str)
        .chain(measured)
        .collect();
    check("plan", &commands);
}

#[test]
fn health_documents() {
    check(
        "health",
        &[
            "health data/workers.csv",
            "health data/workers.csv --single-worker 100/s --worst 0",
            "health tests/data/workers_even.csv --good queue-depth-ratio=1",
        ],
    );
}

#[test]
fn risk_documents() {
    for (kind, commands) in [
        (
            "risk-all",
            &[
                "risk --all --arrivals 200/s --service 50ms --servers 15",
                "risk --all --arrivals 400/s --service 50ms --servers 15 --calls 100 --cv-service 4",
                "risk --all tests/data/workers_health.json",
                "risk --all tests/data/cisco_usl.json",
            ][..],
        ),
        (
            "risk-herd",
            &[
                "risk herd --clients 10k --places 100 --service 50ms",
                "risk herd --clients 10 --places 100 --service 50ms --every 1s --window 3s",
            ][..],
        ),
        (
            "risk-retry",
            &[
                "risk retry --arrivals 8/s --service 1s --servers 10 --retries 3",
                "risk retry --arrivals 80/s --service 1s --servers 10 --retries 0 --layers 3",
                "risk retry --arrivals 5/s --service 1s --servers 10 --retries 3 --budget 10% --timeout 1s --blip 3s",
            ],
        ),
        (
            "risk-starvation",
            &[
                "risk starvation --priority 40/s:10ms,70/s:10ms",
                "risk starvation --priority 40/s:10ms,40/s:10ms:0 --longest-wait 50ms",
            ],
        ),
        (
            "risk-head-of-line",
            &[
                "risk head-of-line --arrivals 300/s --jobs 99%:1ms:0,1%:100ms:0",
                "risk head-of-line --arrivals 900/s --jobs 0.5:1ms,0.5:2ms",
            ],
        ),
        (
            "risk-affinity",
            &[
                "risk affinity --shares 40%,20%,20%,10%,10% --arrivals 2.2/s --service 1s",
                "risk affinity --shares 4,2 --arrivals 9/s --service 1s",
                "risk affinity --keys 1M --zipf 1 --shards 100",
                "risk affinity tests/data/keys.csv --shards 4",
                "risk affinity --workers 5",
            ],
        ),
        (
            "risk-deadlock",
            &[
                "risk deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s",
                "risk deadlock --threads 8 --connections 3 --pool 16",
                "risk deadlock --arrivals 1/s --service 500ms --put-back 25% --waiting 2 --last 24h",
            ],
        ),
        (
            "risk-ceiling",
            &[
                "risk ceiling --think 10ms --service 20us --workers 10k",
                "risk ceiling --measured 100=9.9k,450=43.5k,800=50k",
            ],
        ),
        (
            "risk-batch",
            &[
                "risk batch --arrivals 1000/s --fixed 5ms --per-item 0.2ms",
                "risk batch --arrivals 1000/s --fixed 5ms --per-item 2ms --size 5",
            ],
        ),
        (
            "risk-concurrency",
            &[
                "risk concurrency --arrivals 600/s --service 20ms --servers 10 --deadline 50ms",
                "risk concurrency --arrivals 1/s --service 20ms --servers 1 --deadline 1s --cores 8 --compute 5ms",
            ],
        ),
        (
            "risk-fan-out",
            &[
                "risk fan-out --calls 100",
                "risk fan-out --calls 1 --p50 10ms --p99 100ms --utilization 70%",
            ],
        ),
    ] {
        check(kind, commands);
    }
}

#[test]
fn simulate_documents() {
    check(
        "simulate",
        &[
            "simulate --arrivals 8/s --service 1s --servers 10 --requests 500",
            "simulate --arrivals 8/s --service 1s --servers 2 --requests 500",
            "simulate --priority 40/s:10ms,70/s:10ms --requests 500",
            "simulate --clients 20 --think 1s --service 10ms --requests 500 --versus servers=2",
            "simulate --service 50ms --servers 10 --trigger burst=100@0s --runs 5",
            "simulate --arrivals 1/s --service 500ms --places 3 --rejoin 25% --runs 5",
            "simulate --scenario examples/scenarios/outage.toml --runs 3 --horizon 30s",
            "simulate --arrivals 50/s --service 10ms --service-law pareto:1.5 --requests 500",
        ],
    );
}
