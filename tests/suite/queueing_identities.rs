//! Queues: two ways to the same number, and the edges where naive forms fail.

use proptest::prelude::*;
use scalecalc::queueing::sizing::{self, Promise, Promised};
use scalecalc::queueing::{
    Closed, ClosedParams, Ggc, Load, Md1, Mg1, Mm1, Mmc, Mmck, Performance, Priority,
    PriorityClass, Variability, erlang, little,
};

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs()).max(1e-12)
}

fn load_of(utilization: f64, servers: f64, mean_service: f64) -> Load {
    Load {
        arrival_rate: utilization * servers / mean_service,
        mean_service,
    }
}

proptest! {
    #[test]
    fn one_server_of_many_is_mm1(rho in 0.0..0.9999, s in 1e-6..1e3, p in 0.01..0.9999, x in 0.0..20.0) {
        let load = load_of(rho, 1.0, s);
        let (one, many) = (Mm1::new(load).unwrap(), Mmc::new(load, 1.0).unwrap());
        let (a, b) = (one.performance(), many.performance());
        prop_assert!(close(a.mean_wait, b.mean_wait, 1e-11));
        prop_assert!(close(a.mean_in_system, b.mean_in_system, 1e-11));
        prop_assert!(close(one.response_quantile(p).unwrap(), many.response_quantile(p).unwrap(), 1e-10));
        prop_assert!(close(one.response_survival(x * s), many.response_survival(x * s), 1e-10));
    }

    #[test]
    fn much_room_is_an_unlimited_queue(rho in 0.05..0.97, c in 1_u32..300, p in 0.05..0.999) {
        let c = f64::from(c);
        let load = load_of(rho, c, 0.02);
        let open = Mmc::new(load, c).unwrap();
        let roomy = Mmck::new(load, c, c + 3000.0).unwrap();
        let (a, b) = (open.performance(), roomy.performance());
        prop_assert!(close(a.mean_wait, b.mean_wait, 1e-10), "{} {}", a.mean_wait, b.mean_wait);
        prop_assert!(close(a.p_wait.unwrap(), b.p_wait.unwrap(), 1e-10));
        // closed form against uniformization
        prop_assert!(close(open.wait_quantile(p).unwrap(), roomy.wait_quantile(p).unwrap(), 1e-9));
        prop_assert!(close(open.response_quantile(p).unwrap(), roomy.response_quantile(p).unwrap(), 1e-9));
    }

    #[test]
    fn the_room_agrees_with_the_chain_summed_directly(rho in 0.01..4.0, c in 1_u32..40, m in 0_u32..60) {
        let (servers, capacity) = (f64::from(c), f64::from(c + m));
        let load = load_of(rho, servers, 1.0);
        let (mut weights, mut total) = (vec![1.0], 1.0);
        for n in 1..=c + m {
            let next = weights[weights.len() - 1] * load.offered() / f64::from(n.min(c));
            total += next;
            weights.push(next);
        }
        let mean = |value: &dyn Fn(f64) -> f64| {
            weights.iter().enumerate().map(|(n, w)| w / total * value(n as f64)).sum::<f64>()
        };
        let got = Mmck::new(load, servers, capacity).unwrap().performance();
        prop_assert!(close(got.p_block, weights[weights.len() - 1] / total, 1e-12));
        prop_assert!(close(got.mean_queue, mean(&|n| (n - servers).max(0.0)), 1e-12));
        prop_assert!(close(got.mean_in_system, mean(&|n| n), 1e-12));
        prop_assert!(close(got.throughput, mean(&|n| n.min(servers)), 1e-12));
    }

    #[test]
    fn survival_undoes_quantile(rho in 0.2..0.9999, c in 1_u32..2000, p in 0.01..0.9999) {
        let c = f64::from(c);
        let load = load_of(rho, c, 0.3);
        let mmc = Mmc::new(load, c).unwrap();
        let room = Mmck::new(load, c, c + 50.0).unwrap();
        let md1 = Md1::new(load_of(rho, 1.0, 0.3)).unwrap();
        prop_assert!(close(mmc.response_survival(mmc.response_quantile(p).unwrap()), 1.0 - p, 1e-10));
        prop_assert!(close(room.response_survival(room.response_quantile(p).unwrap()), 1.0 - p, 1e-9));
        for (wait, survival) in [
            (mmc.wait_quantile(p).unwrap(), mmc.wait_survival(mmc.wait_quantile(p).unwrap())),
            (room.wait_quantile(p).unwrap(), room.wait_survival(room.wait_quantile(p).unwrap())),
            (md1.wait_quantile(p).unwrap(), md1.wait_survival(md1.wait_quantile(p).unwrap())),
        ] {
            let kept = if wait > 0.0 { close(survival, 1.0 - p, 1e-9) } else { survival <= 1.0 - p + 1e-12 };
            prop_assert!(kept, "{wait} {survival}");
        }
    }

    #[test]
    fn littles_law_holds_everywhere(rho in 0.01..0.99, c in 1_u32..500, z in 0.0..50.0, cv in 0.0..9.0) {
        let c = f64::from(c);
        let load = load_of(rho, c, 0.25);
        let closed = ClosedParams { clients: c * 3.0, think_time: z, mean_service: 0.25, servers: c };
        let variability = Variability { arrivals: 1.0, service: cv };
        for got in [
            Mmc::new(load, c).unwrap().performance(),
            Mmck::new(load, c, c + 7.0).unwrap().performance(),
            Ggc::new(load, c, variability).unwrap().performance(),
            Mg1::new(load_of(rho, 1.0, 0.25), cv).unwrap().performance(),
            Closed::new(closed).unwrap().performance(),
        ] {
            let in_flight = little::in_flight(got.throughput, got.mean_response, 0.0).unwrap();
            prop_assert!(close(in_flight, got.mean_in_system, 1e-11));
            prop_assert!(close(got.throughput * got.mean_wait, got.mean_queue, 1e-11));
        }
        // the closed cycle: N = X(R + Z)
        let got = Closed::new(closed).unwrap().performance();
        prop_assert!(close(got.throughput * (got.mean_response + z), c * 3.0, 1e-11));
    }

    #[test]
    fn little_goes_round(x in 1e-3..1e6, r in 1e-6..1e3, z in 0.0..10.0) {
        let n = little::in_flight(x, r, z).unwrap();
        prop_assert!(close(little::rate(n, r, z).unwrap(), x, 1e-12));
        prop_assert!((little::latency(n, x, z).unwrap() - r).abs() <= 1e-14 * (r + z));
    }

    #[test]
    fn exponential_times_make_ggc_exact(rho in 0.01..0.99, c in 1_u32..200) {
        let c = f64::from(c);
        let load = load_of(rho, c, 0.1);
        let queue = Ggc::new(load, c, Variability { arrivals: 1.0, service: 1.0 }).unwrap();
        prop_assert!(queue.is_exact());
        prop_assert_eq!(queue.performance(), Mmc::new(load, c).unwrap().performance());
    }

    #[test]
    fn priorities_conserve_work(a in 0.01..0.5, b in 0.01..0.3, s in 0.2..4.0, cv in 0.0..4.0) {
        // Kleinrock: Σ ρᵢWqᵢ does not depend on the order of the classes
        let first = PriorityClass { load: load_of(a, 1.0, 1.0), service_variability: cv };
        let second = PriorityClass { load: load_of(b, 1.0, s), service_variability: 1.0 };
        let work = |classes: &[PriorityClass]| -> f64 {
            Priority::new(classes).unwrap().classes().iter()
                .map(|class| class.offered * class.mean_wait.unwrap()).sum()
        };
        let (one, other) = (work(&[first, second]), work(&[second, first]));
        prop_assert!(close(one, other, 1e-12));
        // and one class alone is Pollaczek–Khinchine
        let alone = Priority::new(&[first]).unwrap().classes()[0].mean_wait.unwrap();
        prop_assert!(close(alone, Mg1::new(first.load, cv).unwrap().performance().mean_wait, 1e-12));
    }

    #[test]
    fn one_fewer_server_breaks_the_promise(a in 0.1..3000.0, x in 0.01..3.0_f64, p in 0.5..0.999_f64) {
        let at = |arrival_rate| Load { arrival_rate, mean_service: 1.0 };
        let load = Load { arrival_rate: a, mean_service: 1.0 };
        for (measure, limit) in [
            (Promised::WaitProbability, (x / 3.0).min(0.99)),
            (Promised::MeanWait, x),
            (Promised::MeanResponse, 1.0 + x),
            (Promised::WaitQuantile(p), x),
            (Promised::ResponseQuantile(p), x - (1.0 - p).ln()),
            (Promised::BlockingProbability, x / 4.0),
        ] {
            let goal = Promise { measure, limit };
            let servers = sizing::servers(load, goal).unwrap();
            prop_assert!(goal.is_kept(load, servers).unwrap());
            prop_assert!(servers <= 1.0 || !goal.is_kept(load, servers - 1.0).unwrap());
            // the most load these servers carry includes this one
            let most = sizing::arrivals(1.0, servers, goal).unwrap();
            prop_assert!(most >= a * (1.0 - 1e-12), "{measure:?} {servers} {most}");
            prop_assert!(goal.is_kept(at(most), servers).unwrap());
            prop_assert!(!goal.is_kept(at(most * (1.0 + 1e-9) + 1e-9), servers).unwrap());
        }
    }

    #[test]
    fn one_closed_server_is_erlang_b(n in 1_u32..400, z in 0.01..100.0) {
        // X = (1 − B(N, Z/S))/S: the thinking clients see a loss system
        let clients = f64::from(n);
        let closed = Closed::new(ClosedParams { clients, think_time: z, mean_service: 0.5, servers: 1.0 }).unwrap();
        let thinking = Load { arrival_rate: z, mean_service: 2.0 };
        let expected = (1.0 - erlang::blocking(thinking, clients).unwrap()) / 0.5;
        prop_assert!((closed.performance().throughput - expected).abs() <= 1e-12);
    }

    #[test]
    fn nothing_is_ever_nan(rate in prop_oneof![Just(0.0), 1e-300..1e300, 0.0..1e4], s in prop_oneof![1e-300..1e300, 1e-6..10.0],
                           c in prop_oneof![Just(1.0), Just(170.0), Just(171.0), Just(1e7), Just(1e10)],
                           extra in prop_oneof![Just(0.0), Just(1.0), Just(2000.0), Just(1e6)]) {
        let load = Load { arrival_rate: rate, mean_service: s };
        let fine = |performance: Performance| {
            [performance.utilization, performance.p_block, performance.mean_queue, performance.mean_wait,
             performance.mean_response, performance.mean_in_system, performance.throughput]
                .iter().all(|value| !value.is_nan() && *value >= 0.0)
        };
        if let Ok(queue) = Mmc::new(load, c) {
            prop_assert!(fine(queue.performance()), "{:?}", queue);
            prop_assert!(queue.wait_quantile(0.99).unwrap().is_finite());
            prop_assert!(queue.response_quantile(0.99).unwrap().is_finite());
        }
        if let Ok(room) = Mmck::new(load, c.min(1e7), c.min(1e7) + extra) {
            prop_assert!(fine(room.performance()), "{:?}", room);
        }
        if let Ok(queue) = Md1::new(load) {
            prop_assert!(fine(queue.performance()), "{:?}", queue);
            prop_assert!(queue.wait_quantile(0.99).unwrap().is_finite());
        }
        if let Ok(closed) = Closed::new(ClosedParams { clients: c.min(1e7), think_time: rate, mean_service: s, servers: extra + 1.0 }) {
            prop_assert!(fine(closed.performance()), "{:?}", closed);
        }
    }
}

#[test]
fn a_full_queue_at_twice_the_load_stays_finite() {
    // loss → 1 − 1/ρ, and the room is full: Lq = m − 1/(ρ − 1) up to r^m
    let load = load_of(2.0, 10.0, 0.02);
    let room = Mmck::new(load, 10.0, 2000.0).unwrap();
    let got = room.performance();
    assert!(close(got.p_block, 0.5, 1e-12), "{}", got.p_block);
    assert!(
        close(got.mean_queue, 1990.0 - 1.0, 1e-12),
        "{}",
        got.mean_queue
    );
    let p99 = room.wait_quantile(0.99).unwrap();
    // Erlang of about 1988 stages of 2 ms: mean 3.978 s, sd 0.089 s
    assert!((3.978..4.35).contains(&p99), "{p99}");
}

#[test]
fn a_closed_loop_that_mean_value_analysis_gets_wrong() {
    // load-dependent MVA answers −263/s in common packages; 4 servers of 10 ms
    // with 500 clients thinking 1 s are full: 400/s, R = N/X − Z
    let closed = Closed::new(ClosedParams {
        clients: 500.0,
        think_time: 1.0,
        mean_service: 0.01,
        servers: 4.0,
    })
    .unwrap();
    let got = closed.performance();
    assert!(
        (399.0..=400.0).contains(&got.throughput),
        "{}",
        got.throughput
    );
    assert!(close(
        got.mean_response,
        500.0 / got.throughput - 1.0,
        1e-11
    ));
    // published: N = 1000, Z = 10, S = 0.1, c = 10
    let published = Closed::new(ClosedParams {
        clients: 1000.0,
        think_time: 10.0,
        mean_service: 0.1,
        servers: 10.0,
    })
    .unwrap()
    .performance();
    assert!((published.throughput - 97.1120).abs() < 5e-5);
    assert!((published.mean_response - 0.297_386).abs() < 5e-7);
}

#[test]
fn admission_example_of_the_literature() {
    // c = 10, s = 20 ms, λ = 600/s; an independent simulation gave 32.8 ms and 129.7 ms
    let load = Load {
        arrival_rate: 600.0,
        mean_service: 0.02,
    };
    for (capacity, loss, wait, p99) in [(20.0, 0.1797, 0.0127, 0.033), (60.0, 0.1667, 0.090, 0.130)]
    {
        let room = Mmck::new(load, 10.0, capacity).unwrap();
        let got = room.performance();
        assert!((got.p_block - loss).abs() < 5e-5, "{}", got.p_block);
        assert!((got.mean_wait - wait).abs() < 5e-4, "{}", got.mean_wait);
        assert!((room.wait_quantile(0.99).unwrap() - p99).abs() < 5e-4);
    }
}
