//! Failure modes: the reference rows, and what was simulated by an independent program.

use crate::queueing::{Answer, Row, number};
use scalecalc::queueing::Load;
use scalecalc::risk::deadlock::LockedTransactions;
use scalecalc::risk::{
    Batching, Herd, JobKind, Mixture, Retries, Shares, Zipf, balance, jittered_backoff, response,
};
use serde_json::Value;
use std::collections::BTreeMap;

fn herd(row: &Row) -> Herd {
    Herd {
        clients: row.number("clients_N"),
        places: row.number("pool_P"),
        mean_service: row.number("service_s"),
    }
    .checked()
    .unwrap()
}

fn herd_answer(row: &Row) -> Answer {
    let herd = herd(row);
    let interval = || row.number("retry_interval_or_base_or_window_s");
    let once = [
        ("attempts", Some(herd.clients)),
        ("rejected", Some(0.0)),
        ("amplification", Some(1.0)),
    ];
    let returning = |got: scalecalc::risk::ReturningHerd| {
        BTreeMap::from([
            ("rounds", Some(got.rounds)),
            ("attempts", Some(got.attempts)),
            ("rejected", Some(got.rejected)),
            ("amplification", Some(got.amplification)),
            ("drain_s", Some(got.drain)),
        ])
    };
    match row.params["mode"].as_str().unwrap() {
        "queue_det" => {
            let queue = herd.queue();
            let mut answer = BTreeMap::from(once);
            answer.insert("rounds", Some(queue.rounds));
            answer.insert("drain_s", Some(queue.drain));
            answer.insert("mean_wait_s", Some(queue.mean_wait));
            answer.insert("max_wait_s", Some(queue.max_wait));
            answer
        }
        "queue_exp" => {
            let mut answer = BTreeMap::from(once);
            answer.insert("drain_mean_s", Some(herd.exponential_queue_drain()));
            answer
        }
        "fixed_sync" => returning(herd.fixed_interval(interval()).unwrap()),
        "expo_sync" => returning(
            herd.exponential_backoff(interval(), row.number("cap_s"))
                .unwrap(),
        ),
        "jitter_const" => {
            let got = herd.full_jitter(interval()).unwrap();
            BTreeMap::from([
                ("amplification", Some(got.amplification)),
                ("drain_s", Some(got.drain)),
            ])
        }
        other => panic!("{}: {other}", row.id),
    }
}

fn retry_answer(row: &Row) -> Answer {
    let retries = Retries {
        load: row.load(),
        servers: row.number("servers"),
        retries: row.number("max_retries"),
    };
    let got = retries.steady().unwrap();
    BTreeMap::from([
        ("attempt_rate_per_s", Some(got.attempt_rate)),
        ("amplification", Some(got.amplification)),
        ("p_block_attempt", Some(got.p_block)),
        ("p_fail_final", Some(got.p_fail)),
        ("goodput_per_s", Some(got.goodput)),
    ])
}

fn head_of_line_answer(row: &Row) -> Answer {
    let kinds: Vec<JobKind> = (row.params["mixture"].as_array().unwrap().iter())
        .map(|kind| JobKind {
            fraction: number(&kind["fraction"]),
            mean_service: number(&kind["mean"]),
            variability: number(&kind["cs2"]),
        })
        .collect();
    let mixture = Mixture::new(row.number("lambda"), &kinds).unwrap();
    let blocked = mixture.first_come().unwrap();
    BTreeMap::from([
        ("rho", Some(mixture.utilization())),
        ("mean_service_s", Some(mixture.mean_service())),
        ("cs2_mixture", Some(mixture.variability())),
        ("Wq_s", Some(blocked.mean_wait)),
        ("slowdown_small", Some(blocked.slowdown_small)),
        ("Wq_small_isolated_s", mixture.isolated().wait_small),
        ("blame_large", Some(mixture.blame_large())),
        ("Wq_small_if_priority_s", mixture.small_first().wait_small),
        ("wasted_wait_jobs_small", Some(blocked.wasted_small)),
    ])
}

fn hot_key_answer(row: &Row) -> Answer {
    if row.params.get("zipf_keys").is_some() {
        let zipf = Zipf::new(row.number("zipf_keys"), row.number("zipf_theta")).unwrap();
        let shards = row.number("shards");
        return BTreeMap::from([
            ("p1", Some(zipf.hottest())),
            (
                "effective_shards_bound",
                Some(zipf.usable_shards(shards).unwrap()),
            ),
            (
                "hottest_share_mean_of_key1_shard",
                Some(zipf.hottest_shard(shards).unwrap()),
            ),
        ]);
    }
    let shares: Vec<f64> = (row.params["shares"].as_array().unwrap().iter())
        .map(number)
        .collect();
    let (load, shares) = (row.load(), Shares::new(&shares).unwrap());
    let (lambda, s) = (load.arrival_rate, load.mean_service);
    let even = lambda / shares.as_slice().len() as f64;
    BTreeMap::from([
        ("max_share", Some(shares.largest())),
        ("effective_shards", Some(shares.effective())),
        (
            "max_throughput_per_s",
            Some(shares.max_throughput(s).unwrap()),
        ),
        ("hottest_rho", Some(shares.hottest_utilization(lambda, s))),
        ("capacity_lost", Some(shares.capacity_lost())),
        ("W_mean_s", shares.mean_response(lambda, s).unwrap()),
        ("W_uniform_s", response(even, s).unwrap()),
        (
            "W_hottest_s",
            response(lambda * shares.largest(), s).unwrap(),
        ),
    ])
}

fn deadlock_answer(row: &Row) -> Answer {
    let rates = LockedTransactions {
        objects: row.number("db_size"),
        actions: row.number("actions"),
        action_time: row.number("action_time_s"),
        rate_per_node: row.number("tps_per_node"),
        nodes: row.number("nodes"),
    }
    .rates()
    .unwrap();
    BTreeMap::from([
        ("concurrent_txns", Some(rates.concurrent)),
        ("p_wait_txn", Some(rates.p_wait)),
        ("p_deadlock_txn", Some(rates.p_deadlock)),
        ("eager_deadlock_rate_per_s", Some(rates.eager_rate)),
        (
            "lazy_group_reconcile_rate_per_s",
            Some(rates.lazy_group_rate),
        ),
        (
            "lazy_master_deadlock_rate_per_s",
            Some(rates.lazy_master_rate),
        ),
        ("refined_p_wait_txn", Some(rates.refined_p_wait)),
        ("refined_p_deadlock_txn", Some(rates.refined_p_deadlock)),
        ("refined_deadlock_rate_per_s", Some(rates.refined_rate)),
    ])
}

fn pool_answer(row: &Row) -> Answer {
    let (servers, s) = (row.number("servers"), row.number("mean_service"));
    let load = Load {
        arrival_rate: row.number("rho") * servers / s,
        mean_service: s,
    };
    let got = balance::balancing(load, servers).unwrap();
    BTreeMap::from([
        ("W_separate_s", Some(got.separate)),
        ("W_pooled_s", Some(got.pooled)),
        ("W_jsq2_meanfield_s", Some(got.two_choices)),
        ("W_steal_meanfield_s", Some(got.stealing)),
        ("pooling_gain", Some(got.separate / got.pooled)),
    ])
}

fn batch_answer(row: &Row) -> Answer {
    let work = Batching {
        arrival_rate: row.number("lambda"),
        fixed_cost: row.number("fixed_cost_s"),
        per_item: row.number("per_item_s"),
    };
    let got = work.at(row.number("batch_size")).unwrap();
    BTreeMap::from([
        ("batch_min_stable", work.smallest_stable().unwrap()),
        ("rho", Some(got.utilization)),
        ("fill_wait_mean_s", Some(got.mean_fill)),
        ("fill_wait_max_s", Some(got.max_fill)),
        ("service_batch_s", Some(got.service)),
        ("Wq_kingman_s", got.wait_kingman),
        ("Wq_klb_s", got.wait),
        ("latency_mean_klb_s", got.latency),
        ("max_throughput_per_s", Some(got.max_throughput)),
    ])
}

/// What the library answers for a row of a failure mode.
pub(crate) fn answer(row: &Row) -> Answer {
    match row.model.as_str() {
        "HERD" => herd_answer(row),
        "RETRY" => retry_answer(row),
        "HOL" => head_of_line_answer(row),
        "HOTKEY" => hot_key_answer(row),
        "DEADLOCK" => deadlock_answer(row),
        "POOL" => pool_answer(row),
        "BATCH" => batch_answer(row),
        other => panic!("no answer for {other}"),
    }
}

/// The command that asks for a row of a failure mode; `None` for the other models.
pub(crate) fn question(row: &Row) -> Option<String> {
    let number = |name: &str| row.number(name);
    let load = || {
        format!(
            "--arrivals {} --service {}s",
            number("lambda"),
            number("mean_service")
        )
    };
    Some(match row.model.as_str() {
        "HERD" => {
            let mut command = format!(
                "risk herd --clients {} --places {} --service {}s",
                number("clients_N"),
                number("pool_P"),
                number("service_s")
            );
            let setting = || number("retry_interval_or_base_or_window_s");
            match row.params["mode"].as_str().unwrap() {
                "fixed_sync" => command += &format!(" --retry-every {}s", setting()),
                "expo_sync" => {
                    command += &format!(" --base {}s --cap {}s", setting(), number("cap_s"));
                }
                "jitter_const" => command += &format!(" --window {}s", setting()),
                _ => {}
            }
            command
        }
        "RETRY" => format!(
            "risk retry {} --servers {} --retries {}",
            load(),
            number("servers"),
            number("max_retries")
        ),
        "HOL" => {
            let kinds: Vec<String> = (row.params["mixture"].as_array().unwrap().iter())
                .map(|kind| {
                    format!(
                        "{}:{}s:{}",
                        kind["fraction"].as_str().unwrap(),
                        kind["mean"].as_str().unwrap(),
                        crate::queueing::number(&kind["cs2"]).sqrt()
                    )
                })
                .collect();
            format!(
                "risk head-of-line --arrivals {} --jobs {}",
                number("lambda"),
                kinds.join(",")
            )
        }
        "HOTKEY" if row.params.get("zipf_keys").is_some() => format!(
            "risk affinity --keys {} --zipf {} --shards {}",
            number("zipf_keys"),
            number("zipf_theta"),
            number("shards")
        ),
        "HOTKEY" => {
            let shares: Vec<String> = (row.params["shares"].as_array().unwrap().iter())
                .map(|share| crate::queueing::number(share).to_string())
                .collect();
            format!("risk affinity {} --shares {}", load(), shares.join(","))
        }
        "POOL" => format!(
            "risk affinity --workers {} --arrivals {} --service {}s",
            number("servers"),
            number("rho") * number("servers") / number("mean_service"),
            number("mean_service")
        ),
        "DEADLOCK" => format!(
            "risk deadlock --objects {} --locks {} --lock-time {}s --rate {} --nodes {}",
            number("db_size"),
            number("actions"),
            number("action_time_s"),
            number("tps_per_node"),
            number("nodes")
        ),
        "BATCH" => format!(
            "risk batch --arrivals {} --fixed {}s --per-item {}s --size {}",
            number("lambda"),
            number("fixed_cost_s"),
            number("per_item_s"),
            number("batch_size")
        ),
        _ => return None,
    })
}

/// Keys of the reference file and those of the documents; all others are the same in both.
const KEYS: [(&str, &str); 34] = [
    ("drain_mean_s", "drain_s"),
    ("rho", "utilization"),
    ("cs2_mixture", "squared_cv"),
    ("Wq_s", "mean_wait_s"),
    ("Wq_small_isolated_s", "wait_small_isolated_s"),
    ("Wq_small_if_priority_s", "wait_small_first_s"),
    ("wasted_wait_jobs_small", "wasted_small"),
    ("hottest_rho", "hottest_utilization"),
    ("W_mean_s", "mean_response_s"),
    ("W_uniform_s", "uniform_response_s"),
    ("W_hottest_s", "hottest_response_s"),
    ("p1", "hottest_key_share"),
    ("effective_shards_bound", "usable_shards"),
    (
        "hottest_share_mean_of_key1_shard",
        "hottest_key_shard_share",
    ),
    ("concurrent_txns", "concurrent_transactions"),
    ("p_wait_txn", "p_wait"),
    ("p_deadlock_txn", "p_deadlock"),
    ("eager_deadlock_rate_per_s", "eager_rate_per_s"),
    (
        "lazy_group_reconcile_rate_per_s",
        "lazy_group_reconciliation_rate_per_s",
    ),
    ("lazy_master_deadlock_rate_per_s", "lazy_master_rate_per_s"),
    ("refined_p_wait_txn", "refined_p_wait"),
    ("refined_p_deadlock_txn", "refined_p_deadlock"),
    ("refined_deadlock_rate_per_s", "refined_rate_per_s"),
    ("batch_min_stable", "smallest_stable"),
    ("fill_wait_mean_s", "mean_fill_s"),
    ("fill_wait_max_s", "max_fill_s"),
    ("service_batch_s", "service_s"),
    ("Wq_kingman_s", "wait_kingman_s"),
    ("Wq_klb_s", "wait_s"),
    ("latency_mean_klb_s", "mean_latency_s"),
    ("W_separate_s", "even"),
    ("W_pooled_s", "pooled"),
    ("W_jsq2_meanfield_s", "two-choices"),
    ("W_steal_meanfield_s", "stealing"),
];

/// What the document of the program answers, by the names of the reference file.
pub(crate) fn program_answer(row: &Row, document: &Value) -> Answer {
    let list = |name: &str| document[name].as_array().unwrap().clone();
    let mut records = vec![document.clone()];
    match row.model.as_str() {
        "HERD" => {
            let strategy = match row.params["mode"].as_str().unwrap() {
                "queue_det" => "queue-constant",
                "queue_exp" => "queue-exponential",
                "fixed_sync" => "fixed-interval",
                "expo_sync" => "exponential-backoff",
                _ => "full-jitter",
            };
            records.push(
                (list("remedies").into_iter())
                    .find(|remedy| remedy["strategy"] == strategy)
                    .unwrap(),
            );
        }
        "RETRY" => records.push(document["steady"].clone()),
        "DEADLOCK" => records.push(document["locks"].clone()),
        "BATCH" => records.push(
            (list("rows").into_iter())
                .find(|size| size["size"].as_f64() == Some(row.number("batch_size")))
                .unwrap(),
        ),
        "POOL" => {
            let policies = list("remedies");
            let responses = policies.iter().map(|remedy| {
                let name = remedy["policy"].as_str().unwrap().to_owned();
                (name, remedy["mean_response_s"].clone())
            });
            records.push(Value::Object(responses.collect()));
        }
        _ => {}
    }
    let mut answer = Answer::new();
    for record in records.iter().filter_map(Value::as_object) {
        for (key, value) in record {
            let number = value.as_f64();
            for (name, _) in KEYS.iter().filter(|(_, other)| other == key) {
                answer.insert(name, number);
            }
            answer.insert(key.clone().leak(), number);
        }
    }
    answer
}

#[test]
fn backoff_with_jitter_is_close_to_its_simulation() {
    // tests/oracle/herd.py: clients, places, S, base, cap; attempts a client and drain
    for (clients, places, mean_service, base, cap, attempts, drain) in [
        (10_000.0, 100.0, 0.05, 0.05, 20.0, 7.267, 17.627),
        (2000.0, 100.0, 0.05, 0.05, 3.2, 5.034, 3.367),
        (10_000.0, 100.0, 0.05, 0.1, 5.0, 6.325, 8.895),
        (50_000.0, 500.0, 0.02, 0.01, 60.0, 8.222, 10.654),
    ] {
        let herd = Herd {
            clients,
            places,
            mean_service,
        };
        let got = jittered_backoff(&herd, base, cap).unwrap();
        assert!((got.amplification / attempts - 1.0).abs() < 0.05, "{got:?}");
        assert!((got.drain / drain - 1.0).abs() < 0.10, "{got:?}");
    }
    let herd = Herd {
        clients: 10_000.0,
        places: 100.0,
        mean_service: 0.05,
    };
    // Full jitter in a constant window, simulated: 6.0, 3.5, 2.1, 2.0 attempts a client.
    for (window, simulated) in [(1.0, 6.0), (2.0, 3.5), (5.0, 2.1), (20.0, 2.0)] {
        let got = herd.full_jitter(window).unwrap().amplification;
        assert!((got / simulated - 1.0).abs() < 0.1, "{window}: {got}");
    }
}

#[test]
fn refined_deadlocks_grow_with_the_cube_of_the_nodes() {
    let at = |nodes| {
        LockedTransactions {
            objects: 1e6,
            actions: 10.0,
            action_time: 0.01,
            rate_per_node: 100.0,
            nodes,
        }
        .rates()
        .unwrap()
    };
    // Gray: 216 a day with ten nodes, 0.22 with one; refined 64.
    assert!((at(10.0).eager_rate * 86_400.0 - 216.0).abs() < 1e-9);
    assert!((at(1.0).eager_rate * 86_400.0 - 0.216).abs() < 1e-12);
    assert!((at(10.0).refined_rate * 86_400.0 - 64.0).abs() < 0.2);
    assert!((at(4.0).refined_rate / at(2.0).refined_rate - 8.0).abs() < 1e-12);
}

#[test]
fn wrong_calls_end_with_the_code_for_their_kind() {
    for (code, line) in [
        (2, "herd --clients 0 --places 5 --service 1s"),
        (2, "herd --clients 10.5 --places 5 --service 1s"),
        (2, "herd --clients 10 --places 5 --service 1"),
        (2, "herd --clients 10 --places 5 --service 1s --attempts 0"),
        (
            4,
            "herd --clients 10 --places 5 --service 1s --attempts 1.5",
        ),
        (
            2,
            "retry --arrivals 8/s --service 1s --servers 10 --retries 1.5",
        ),
        (
            2,
            "retry --arrivals 8/s --service 1s --servers 10 --retries 3 --blip 3s",
        ),
        (
            2,
            "retry --arrivals 8/s --service 1s --servers 10 --retries 3 --budget 10",
        ),
        (
            4,
            "retry --arrivals 10/s --service 1s --servers 10 --retries 3 --blip 3s --timeout 1s",
        ),
        (
            2,
            "retry --arrivals 8/s --service 1s --servers 10 --retries 3 --blip 3h --timeout 1ms",
        ),
        (4, "starvation --priority 40/s:10ms"),
        (2, "starvation --priority 40/s"),
        (
            2,
            "starvation --priority 40/s:10ms,40/s:10ms --longest-wait 0s",
        ),
        (4, "head-of-line --arrivals 3/s --jobs 50%:1ms"),
        (2, "head-of-line --arrivals 3/s --jobs 50:1ms,50:2ms"),
        (2, "head-of-line --arrivals 3/s --jobs 50%:1ms:-1,50%:2ms"),
        (2, "affinity"),
        (2, "affinity --keys 10 --shards 4"),
        (2, "affinity --keys 10 --zipf 11 --shards 4"),
        (2, "affinity --shares 0.5,x"),
        (4, "affinity --shares 0,0"),
        (2, "affinity --shares 1,2 --arrivals 3/s"),
        (2, "affinity --workers 2e6"),
        (3, "affinity missing.csv --shards 3"),
        (3, "affinity data/machines.csv --shards 3"),
        (2, "deadlock"),
        (2, "deadlock --threads 3"),
        (2, "deadlock --objects 100"),
        (
            2,
            "deadlock --objects 100 --locks 2.5 --lock-time 1s --rate 1",
        ),
        (
            2,
            "deadlock --arrivals 1/s --service 1s --put-back 2 --waiting 3",
        ),
        (2, "ceiling"),
        (2, "ceiling --service 1ms --measured 1=2"),
        (2, "ceiling --measured 1:2"),
        (4, "ceiling --measured 10=200"),
        (2, "batch --arrivals 0 --fixed 1s --per-item 1s"),
        (2, "batch --arrivals 1 --fixed 0s --per-item 0s"),
        (2, "batch --arrivals 1 --fixed 1s --per-item 0s --size 1.5"),
        (
            2,
            "concurrency --arrivals 1 --service 1s --servers 4 --deadline 1s --capacity 3",
        ),
        (
            2,
            "concurrency --arrivals 1 --service 1s --servers 4 --deadline 1s --cores 4",
        ),
        (2, "fan-out --calls 0"),
        (2, "fan-out --calls 10 --p50 10ms --p99 5ms"),
        (2, "fan-out --calls 10 --hedge-after 100%"),
        (2, "fan-out --calls 10 --utilization 100%"),
        (2, "nonsense"),
        (2, "--all"),
        (2, "--arrivals 3/s --service 1s --servers 4"),
        (2, "--all --arrivals 3/s --service 1s"),
        (
            2,
            "--all --arrivals 3/s --service 1s --servers 4 --retries 0.5",
        ),
        (3, "--all missing.json"),
        (3, "--all data/machines.csv"),
    ] {
        let args: Vec<&str> = ["risk"].into_iter().chain(line.split(' ')).collect();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_scalecalc"))
            .args(&args)
            .arg("--json")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["kind"], "error", "{line}");
        let message = document["error"]["message"].as_str().unwrap();
        assert!(message.len() > 10, "{line}: {message}");
    }
}
