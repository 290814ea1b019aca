//! Simulated values against closed forms, chains solved elsewhere and published numbers: each
//! with a seed, at four standard errors.

use scalecalc::sim::confidence::Sample;
use scalecalc::sim::{
    Arrivals, Backoff, Budget, Change, Client, Contention, Discipline, Family, Measure, Plan,
    Results, Routing, Scenario, TimeLaw, Trigger, Window, simulate,
};

fn plan(runs: u32, requests: u64) -> Plan {
    Plan::default().with_seed(12).with_runs(runs, requests)
}

fn run(scenario: &Scenario, plan: &Plan) -> Results {
    simulate(scenario, plan, &|| {}).unwrap()
}

/// The value lies within four standard errors, which are small enough to mean something:
/// at most `coarse` of the value.
#[track_caller]
fn holds(results: &Results, measure: Measure, expected: f64, coarse: f64) {
    let sample = results.sample(measure).unwrap();
    agrees(&format!("{measure:?}"), sample, expected, coarse);
}

#[track_caller]
fn agrees(what: &str, sample: Sample, expected: f64, coarse: f64) {
    let (found, error) = (sample.mean, sample.error);
    println!("{what}: {found:.5} ± {error:.5}, expected {expected:.5}");
    assert!(
        error <= coarse * expected,
        "{what}: error {error} of {expected}"
    );
    assert!(
        (found - expected).abs() <= 4.0 * error,
        "{what}: {found} ± {error}, expected {expected}"
    );
}

fn mm(rho: f64, servers: u32) -> Scenario {
    Scenario::mmc(rho * f64::from(servers), 1.0, servers).unwrap()
}

/// Group 1: The shortest of d queues, mean field (Mitzenmacher 2001). With c queues the response
/// is off by a multiple of 1/c: twice that of 600 less that of 300 is not.
#[test]
fn power_of_choices() {
    for (d, rho, response) in [
        (2, 0.5, 1.265_686),
        (2, 0.7, 1.614_453_8),
        (2, 0.9, 2.614_057_4),
        (3, 0.7, 1.356_842_2),
    ] {
        let with = |servers| {
            let scenario = Scenario {
                routing: Routing::LeastOf(d),
                ..mm(rho, servers)
            };
            let results = run(&scenario, &plan(8, 100_000));
            results.sample(Measure::Response).unwrap()
        };
        let (half, whole) = (with(300), with(600));
        let limit = Sample {
            mean: 2.0 * whole.mean - half.mean,
            error: (2.0 * whole.error).hypot(half.error),
            runs: 8,
        };
        agrees(&format!("{d} {rho}"), limit, response, 0.015);
    }
}

/// Group 2: The shorter of two queues, exactly (a chain in two dimensions).
#[test]
fn shorter_of_two() {
    for (rho, response, requests) in [
        (0.5, 1.426_320_75, 20_000),
        (0.7, 2.108_197_27, 20_000),
        (0.8, 2.955_736_62, 30_000),
        (0.9, 5.474_912_82, 60_000),
    ] {
        let scenario = Scenario {
            routing: Routing::LeastOf(2),
            ..mm(rho, 2)
        };
        holds(
            &run(&scenario, &plan(8, requests)),
            Measure::Response,
            response,
            0.05,
        );
    }
}

/// Group 3: M/M/1 by who is next (Schrage and Miller 1966 for SRPT; formulas integrated elsewhere).
#[test]
fn orders_of_service() {
    for (discipline, rho, response) in [
        (Discipline::Fifo, 0.8, 5.0),
        (Discipline::Lifo, 0.8, 5.0),
        (Discipline::Sharing, 0.5, 2.0),
        (Discipline::Sharing, 0.8, 5.0),
        (Discipline::ShortestFirst, 0.5, 1.712_686_3),
        (Discipline::ShortestFirst, 0.8, 2.882_218_6),
        (Discipline::ShortestRemaining, 0.5, 1.425_372_7),
        (Discipline::ShortestRemaining, 0.8, 2.352_773_3),
    ] {
        let scenario = Scenario {
            discipline,
            ..mm(rho, 1)
        };
        println!("{discipline:?}");
        holds(
            &run(&scenario, &plan(10, 20_000)),
            Measure::Response,
            response,
            0.05,
        );
    }
}

/// Group 3: Sharing is blind to the law of the service times: 1/(1 − ρ) on average.
#[test]
fn sharing_is_blind_to_variation() {
    let service = TimeLaw::new(Family::Auto, 1.0, 2.0).unwrap();
    let scenario = Scenario {
        discipline: Discipline::Sharing,
        ..Scenario::station(1, TimeLaw::Exponential(2.0), service)
    };
    holds(
        &run(&scenario, &plan(10, 30_000)),
        Measure::Response,
        2.0,
        0.03,
    );
}

/// Group 4: Retries without end at a station without a queue, each after an exponential pause of
/// rate θ: closed form for one server, chains for more.
#[test]
fn retries_without_end() {
    for (servers, load, theta, orbit, attempts) in [
        (1, 0.5, 1.0, 1.0, None),
        (1, 0.5, 0.1, 5.5, None),
        (1, 0.8, 1.0, 6.4, None),
        (2, 1.6, 1.0, 6.047_026_38, Some(4.779_391_49)),
        (5, 4.0, 1.0, 5.261_394_28, Some(2.315_348_57)),
        (10, 8.0, 1.0, 4.353_791_72, Some(1.544_223_97)),
    ] {
        let scenario = Scenario {
            places: Some(servers),
            client: Client {
                retries: None,
                backoff: Backoff::Memoryless(1.0 / theta),
                ..Client::default()
            },
            ..mm(load / f64::from(servers), servers)
        };
        println!("{servers} {load} {theta}");
        let results = run(&scenario, &plan(10, 20_000));
        holds(&results, Measure::Pausing, orbit, 0.08);
        if let Some(attempts) = attempts {
            holds(&results, Measure::Attempts, attempts, 0.08);
        }
        let lost = results.sample(Measure::Lost).unwrap();
        assert!(lost.mean == 0.0);
    }
}

/// Group 5: M/M/1 whose customers leave after a wait of τ: the share that leaves.
#[test]
fn impatience() {
    for (rate, patience, lost) in [
        (0.8, 1.0, 0.275_196_49),
        (0.9, 2.0, 0.218_763_73),
        (1.0, 2.0, 0.25),
        (1.2, 2.0, 0.311_817_92),
        (2.0, 5.0, 0.500_843_66),
    ] {
        let scenario = Scenario {
            patience: Some(TimeLaw::Constant(patience)),
            ..mm(rate, 1)
        };
        holds(
            &run(&scenario, &plan(10, 20_000)),
            Measure::Lost,
            lost,
            0.02,
        );
    }
}

/// Group 6: Full copies to d of k servers, the first answer counts, the others are taken back
/// (Gardner and others 2017).
#[test]
fn redundancy() {
    for (servers, copies, load, response) in [
        (2, 2, 0.7, 1.666_666_7),
        (10, 1, 0.7, 3.333_333_3),
        (10, 2, 0.7, 1.101_626_6),
    ] {
        let scenario = Scenario {
            routing: Routing::Random,
            client: Client {
                copies,
                cancel: true,
                ..Client::default()
            },
            ..mm(load, servers)
        };
        holds(
            &run(&scenario, &plan(10, 20_000)),
            Measure::Response,
            response,
            0.03,
        );
    }
}

/// Group 7: A second copy if there is no answer by the 95th percentile: p99.9 falls from 6.9078 to
/// 4.9517 for 5 % more calls.
#[test]
fn hedge() {
    let scenario = Scenario {
        client: Client {
            copies: 2,
            hedge: 20.0_f64.ln(),
            ..Client::default()
        },
        ..mm(0.02, 2000)
    };
    let results = run(&scenario, &plan(16, 20_000));
    let tail = results.response_quantiles[3];
    let (value, low, high) = (tail.value.unwrap(), tail.low.unwrap(), tail.high.unwrap());
    // The interval is about t = 2.18 standard errors to either side: 16 runs, and rare values.
    let error = 0.5 * (high - low) / 2.18;
    assert!(
        error < 0.01 * 4.9517 && (value - 4.9517).abs() < 4.0 * error,
        "{tail:?}"
    );
    holds(&results, Measure::Throughput, 40.0 * 1.05, 0.01);
}

/// Group 9: Fork and join on two servers: (12 − ρ)/8/(1 − ρ) (Flatto and Hahn 1984).
#[test]
fn fork_and_join() {
    for (rho, response) in [(0.5, 2.875), (0.8, 7.0)] {
        let scenario = Scenario {
            routing: Routing::Random,
            client: Client {
                copies: 2,
                need: 2,
                ..Client::default()
            },
            ..Scenario::mmc(rho, 1.0, 2).unwrap()
        };
        holds(
            &run(&scenario, &plan(10, 30_000)),
            Measure::Response,
            response,
            0.05,
        );
    }
}

/// Group 10: M/M/1 whose server turns off when idle and needs 10 to come back: 1/(μ−λ) + 10
/// (Welch 1964).
#[test]
fn cold_start() {
    let scenario = Scenario {
        setup: Some(TimeLaw::Exponential(10.0)),
        ..mm(0.8, 1)
    };
    holds(
        &run(&scenario, &plan(10, 30_000)),
        Measure::Response,
        15.0,
        0.03,
    );
}

/// Group 11: Batches of k: (1 + k)/2/(1 − ρ).
#[test]
fn batches() {
    let service = TimeLaw::Exponential(1.0);
    for (batch, rho, response) in [(10, 0.5, 11.0), (3, 0.8, 10.0)] {
        let gap = TimeLaw::Exponential(f64::from(batch) / rho);
        let mut scenario = Scenario::station(1, gap, service.clone());
        if let Arrivals::Open { batch: size, .. } = &mut scenario.arrivals {
            *size = batch;
        }
        holds(
            &run(&scenario, &plan(10, 60_000)),
            Measure::Response,
            response,
            0.05,
        );
    }
}

/// Group 12: One server, n waiting places, a share that wants to join the full queue again: mean
/// time until it blocks itself (an absorbing chain after Palmer and others).
#[test]
fn a_queue_that_blocks_itself() {
    for (rate, service, again, places, seconds) in [
        (1.0, 2.0, 0.25, 2, 24.5),
        (1.0, 2.0, 0.25, 3, 42.75),
        (5.0, 10.0, 0.5, 5, 5.6),
        (0.9, 2.0, 0.5, 10, 131.529_91),
    ] {
        let scenario = Scenario {
            places: Some(places + 1),
            rejoin: again,
            ..Scenario::mmc(rate, 1.0 / service, 1).unwrap()
        };
        let results = run(&scenario, &plan(1000, 1));
        assert!(results.deadlocks.iter().all(Option::is_some));
        holds(&results, Measure::Duration, seconds, 0.04);
    }
}

/// Group 15: Tokens bound the load: with a share r of a token an answer, attempts stay within 1 + r.
#[test]
fn a_budget_bounds_the_attempts() {
    let client = Client {
        retries: Some(5),
        backoff: Backoff::Fixed(1.0),
        ..Client::default()
    };
    let overloaded = |budget| Scenario {
        places: Some(20),
        client: Client { budget, ..client },
        ..mm(2.0, 10)
    };
    let without = run(&overloaded(Budget::None), &plan(4, 10_000));
    let attempts = without.sample(Measure::Attempts).unwrap();
    assert!(attempts.mean > 3.0, "{attempts:?}");
    let tokens = Budget::Tokens {
        share: 0.1,
        depth: 10.0,
    };
    let with = run(&overloaded(tokens), &plan(4, 10_000));
    let attempts = with.sample(Measure::Attempts).unwrap();
    // Half of the requests are answered: 0.1 token each.
    assert!(attempts.mean < 1.0 + 0.1, "{attempts:?}");
    holds(&with, Measure::Attempts, 1.05, 0.01);
}

/// Group 15: adaptive throttling with K = 2 sends about twice what is answered, where ten times
/// as much is asked.
#[test]
fn a_throttle_bounds_the_attempts() {
    let scenario = Scenario {
        places: Some(20),
        client: Client {
            budget: Budget::Throttle { k: 2.0 },
            ..Client::default()
        },
        ..mm(10.0, 10)
    };
    let results = run(&scenario, &plan(4, 20_000).with_warm_up(20_000));
    let (answers, attempts) = (
        results.sample(Measure::Goodput).unwrap().mean,
        results.sample(Measure::Attempts).unwrap().mean * 100.0,
    );
    assert!(
        (1.6..2.2).contains(&(attempts / answers)),
        "{attempts} {answers}"
    );
}

/// Group 15: its counters move when a request is sent, not when it ends: with a server that
/// answers nothing, 1 + 1/2 + 1/3 + … of 1,000 requests are sent, not all of them.
#[test]
fn a_throttle_counts_what_is_sent() {
    let trigger = |change| Trigger {
        at: 0.0,
        lasts: None,
        change,
    };
    let scenario = Scenario {
        client: Client {
            budget: Budget::Throttle { k: 2.0 },
            ..Client::default()
        },
        triggers: vec![trigger(Change::Capacity(0.0)), trigger(Change::Burst(1000))],
        ..Scenario::serving(
            1,
            Arrivals::Burst {
                service: TimeLaw::Constant(1.0),
            },
        )
    };
    let results = run(&scenario, &plan(200, 1).with_horizon(10.0, 60));
    let harmonic: f64 = (1..=1000).map(|k| 1.0 / f64::from(k)).sum();
    holds(&results, Measure::Attempts, harmonic / 1000.0, 0.05);
}

/// Group 10: more load than servers, and more servers after a lag: the backlog reaches
/// (λ₂ − C₁)·lag and is gone after that/(C₂ − λ₂).
#[test]
fn the_lag_of_new_servers() {
    let at = |at, change| Trigger {
        at,
        lasts: None,
        change,
    };
    let scenario = Scenario {
        triggers: vec![at(10.0, Change::Load(2.0)), at(40.0, Change::Servers(18))],
        ..Scenario::station(12, TimeLaw::Constant(0.01), TimeLaw::Constant(0.1))
    };
    let results = run(&scenario, &plan(2, 1).with_horizon(100.0, 100));
    // A point a second; what is in service is there besides.
    let backlog = |second: usize| results.backlog[0][second - 1];
    for (second, expected) in [(40, 80.0 * 30.0), (50, 1400.0), (60, 400.0)] {
        let found = backlog(second);
        assert!(
            (found - expected).abs() < 40.0,
            "{second}: {found} {expected}"
        );
    }
    assert!(backlog(66) < 40.0, "{}", backlog(66));
}

/// Group 13: one retry doubles the load of a station of 300/s whose answers are all late, so
/// after an outage it comes back by itself below 150/s and not above.
#[test]
fn metastable() {
    let after_an_outage = |rate: f64| {
        let scenario = Scenario {
            client: Client {
                timeout: Some(1.0),
                retries: Some(1),
                ..Client::default()
            },
            triggers: vec![Trigger {
                at: 5.0,
                lasts: Some(10.0),
                change: Change::Capacity(0.0),
            }],
            ..Scenario::mmc(rate, 0.01, 3).unwrap()
        };
        let plan = plan(6, 1).with_horizon(90.0, 60);
        run(&scenario, &plan).not_recovered().unwrap()
    };
    let below = after_an_outage(110.0);
    assert!(
        below.value == Some(0.0) && below.high.unwrap() < 0.5,
        "{below:?}"
    );
    let above = after_an_outage(200.0);
    assert!(
        above.value == Some(1.0) && above.low.unwrap() > 0.5,
        "{above:?}"
    );
}

/// Group 14: optimistic writers of one row (Brooker 2015): calls and milliseconds until all have
/// written, with their standard errors over 1,000, 200 and 100 repeats of
/// tests/oracle/writers.py. The values that the article's model gave elsewhere, over 40 and 15
/// repeats, lie within 7 % of them.
#[test]
fn contending_writers() {
    for (clients, backoff, calls, milliseconds) in writers() {
        let contention = Contention {
            clients,
            delay: 0.010,
            deviation: 0.002,
            backoff,
        };
        let runs: Vec<_> = (0..100)
            .map(|run| contention.run(3, run).unwrap())
            .collect();
        let of = |values: Vec<f64>| Sample::of(&values).unwrap();
        let found = of(runs.iter().map(|run| run.calls as f64).collect());
        let took = of(runs.iter().map(|run| run.seconds * 1000.0).collect());
        println!("{clients} {backoff:?}: {found:?} {calls:?}, {took:?} {milliseconds:?}");
        for (found, (expected, error)) in [(found, calls), (took, milliseconds)] {
            let gap = (found.mean - expected).abs();
            assert!(
                gap < 4.0 * found.error.hypot(error),
                "{clients} {backoff:?}: {found:?} {expected}"
            );
        }
    }
}

/// A mean and its standard error.
type Known = (f64, f64);

/// Clients, backoff, calls and milliseconds.
fn writers() -> [(u32, Backoff, Known, Known); 15] {
    let window = Window {
        base: 0.005,
        cap: 2.0,
    };
    [
        (10, Backoff::None, (50.704, 0.132), (379.283, 1.094)),
        (
            10,
            Backoff::Exponential(window),
            (50.828, 0.134),
            (3484.487, 42.383),
        ),
        (
            10,
            Backoff::EqualJitter(window),
            (42.517, 0.081),
            (726.825, 5.917),
        ),
        (
            10,
            Backoff::FullJitter(window),
            (39.051, 0.071),
            (464.826, 3.337),
        ),
        (
            10,
            Backoff::Decorrelated(window),
            (37.738, 0.074),
            (437.618, 2.775),
        ),
        (100, Backoff::None, (2418.340, 2.141), (2026.446, 3.120)),
        (
            100,
            Backoff::Exponential(window),
            (1858.130, 4.040),
            (63_420.827, 263.110),
        ),
        (
            100,
            Backoff::EqualJitter(window),
            (811.890, 0.571),
            (6535.589, 45.224),
        ),
        (
            100,
            Backoff::FullJitter(window),
            (796.165, 0.512),
            (4912.275, 41.295),
        ),
        (
            100,
            Backoff::Decorrelated(window),
            (1000.845, 2.069),
            (4621.104, 46.389),
        ),
        (190, Backoff::None, (8012.960, 6.779), (3542.523, 5.292)),
        (
            190,
            Backoff::Exponential(window),
            (5152.220, 12.448),
            (100_642.403, 409.706),
        ),
        (
            190,
            Backoff::EqualJitter(window),
            (1759.930, 1.051),
            (9390.365, 61.458),
        ),
        (
            190,
            Backoff::FullJitter(window),
            (1770.810, 1.071),
            (7475.591, 50.074),
        ),
        (
            190,
            Backoff::Decorrelated(window),
            (2437.120, 5.267),
            (7958.183, 76.161),
        ),
    ]
}

/// The same seed gives the same bits on one thread and on several.
#[test]
fn threads_do_not_change_a_result() {
    let scenario = Scenario {
        routing: Routing::LeastOf(2),
        ..mm(0.8, 5)
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| run(&scenario, &plan(70, 500)))
    };
    assert_eq!(on(1), on(4));
}
