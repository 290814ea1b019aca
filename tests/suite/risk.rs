//! Failure modes: the reference rows, and what was simulated by an independent program.

use crate::queueing::{Answer, Row, number};
use scalecalc::queueing::Load;
use scalecalc::risk::deadlock::LockedTransactions;
use scalecalc::risk::{
    Batching, Herd, JobKind, Mixture, Retries, Shares, Zipf, balance, jittered_backoff, response,
};
use std::collections::BTreeMap;

/// Models of the reference file that are failure modes.
pub(crate) const MODELS: [&str; 7] = [
    "HERD", "RETRY", "HOL", "HOTKEY", "DEADLOCK", "POOL", "BATCH",
];

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
