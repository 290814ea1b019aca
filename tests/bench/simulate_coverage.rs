//! How often the 95 % intervals of `sim` hold the truth: 400 seeds for each row of theory.
//! `cargo bench --bench simulate_coverage`. A row outside 92–98 % fails. `-- FIRST COUNT NAME`
//! takes other seeds, more of them, or only rows with that name.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on says so by panicking"
)]

use scalecalc::Estimate;
use scalecalc::queueing::{Load, Mmc};
use scalecalc::sim::{
    Arrivals, Backoff, Client, Discipline, Family, Measure, Plan, Results, Routing, Scenario,
    Theory, TimeLaw, simulate,
};

/// First seed and number of seeds unless the command line says otherwise.
const SEEDS: (u64, u64) = (1000, 400);

struct Row {
    name: &'static str,
    scenario: Scenario,
    requests: u64,
    of: fn(&Results) -> Estimate,
    truth: f64,
}

fn mean(measure: Measure) -> fn(&Results) -> Estimate {
    match measure {
        Measure::Wait => |results| results.estimate(Measure::Wait).unwrap(),
        Measure::Lost => |results| results.estimate(Measure::Lost).unwrap(),
        Measure::Pausing => |results| results.estimate(Measure::Pausing).unwrap(),
        Measure::Present => |results| results.estimate(Measure::Present).unwrap(),
        _ => |results| results.estimate(Measure::Response).unwrap(),
    }
}

/// A row whose truth is the closed form beside the simulation.
fn row(name: &'static str, scenario: Scenario, requests: u64, measure: Measure) -> Row {
    let theory = Theory::of(&scenario).unwrap();
    assert!(theory.exact, "{name}");
    Row {
        name,
        truth: theory.mean(measure).unwrap(),
        scenario,
        requests,
        of: mean(measure),
    }
}

fn mm(rho: f64, servers: u32) -> Scenario {
    Scenario::mmc(rho * f64::from(servers), 1.0, servers).unwrap()
}

fn rows() -> Vec<Row> {
    let mut all = one_queue();
    all.extend(by_order_and_routing());
    all.extend(with_clients());
    all.extend(percentiles());
    all
}

/// A single queue, first come first served.
fn one_queue() -> Vec<Row> {
    let varied = Scenario::station(
        1,
        TimeLaw::Exponential(1.0 / 0.7),
        TimeLaw::new(Family::Auto, 1.0, 2.0).unwrap(),
    );
    let clockwork = Scenario::station(1, TimeLaw::Exponential(1.25), TimeLaw::Constant(1.0));
    let mut batched = mm(0.05, 1);
    if let Arrivals::Open { batch, .. } = &mut batched.arrivals {
        *batch = 10;
    }
    let bounded = Scenario {
        places: Some(8),
        ..mm(1.2, 5)
    };
    let closed = Scenario::serving(
        2,
        Arrivals::Closed {
            clients: 20,
            think: TimeLaw::Exponential(10.0),
            service: TimeLaw::Exponential(1.0),
        },
    );
    let cold = Scenario {
        setup: Some(TimeLaw::Exponential(10.0)),
        ..mm(0.8, 1)
    };
    vec![
        row("M/M/1 wait, 80 %", mm(0.8, 1), 20_000, Measure::Wait),
        row("M/M/10 wait, 85 %", mm(0.85, 10), 20_000, Measure::Wait),
        row(
            "M/M/10 number, 85 %",
            mm(0.85, 10),
            20_000,
            Measure::Present,
        ),
        row("M/M/100 wait, 95 %", mm(0.95, 100), 40_000, Measure::Wait),
        row("M/G/1 wait, cv 2, 70 %", varied, 40_000, Measure::Wait),
        row("M/D/1 wait, 80 %", clockwork, 20_000, Measure::Wait),
        row("batches of 10, 50 %", batched, 40_000, Measure::Response),
        row("M/M/5/8 loss, 120 %", bounded, 5_000, Measure::Lost),
        row("closed, 20 clients", closed, 5_000, Measure::Response),
        row("cold starts, 80 %", cold, 10_000, Measure::Response),
    ]
}

/// By who is next and by where requests go.
fn by_order_and_routing() -> Vec<Row> {
    let next = |discipline, rho| Scenario {
        discipline,
        ..mm(rho, 1)
    };
    let to = |routing| Scenario {
        routing,
        ..mm(0.8, 4)
    };
    let srpt = next(Discipline::ShortestRemaining, 0.8);
    let shortest = next(Discipline::ShortestFirst, 0.8);
    vec![
        row(
            "sharing, 50 %",
            next(Discipline::Sharing, 0.5),
            5_000,
            Measure::Response,
        ),
        row("SRPT, 80 %", srpt, 10_000, Measure::Response),
        row("shortest first, 80 %", shortest, 10_000, Measure::Response),
        row(
            "in turn, 4 servers, 80 %",
            to(Routing::RoundRobin),
            10_000,
            Measure::Response,
        ),
        row(
            "at random, 4 servers, 80 %",
            to(Routing::Random),
            10_000,
            Measure::Response,
        ),
    ]
}

/// With clients that leave, come back, or send copies.
fn with_clients() -> Vec<Row> {
    let copied = |copies, need, cancel, load, servers| Scenario {
        routing: Routing::Random,
        client: Client {
            copies,
            need,
            cancel,
            ..Client::default()
        },
        ..Scenario::mmc(load, 1.0, servers).unwrap()
    };
    let impatient = Scenario {
        patience: Some(TimeLaw::Constant(2.0)),
        ..mm(0.9, 1)
    };
    let orbit = Scenario {
        places: Some(1),
        client: Client {
            retries: None,
            backoff: Backoff::Memoryless(1.0),
            ..Client::default()
        },
        ..mm(0.5, 1)
    };
    let first_counts = copied(2, 1, true, 7.0, 10);
    let all_count = copied(2, 2, false, 0.5, 2);
    vec![
        row("impatience after 2, 90 %", impatient, 5_000, Measure::Lost),
        row("retries without end, 50 %", orbit, 5_000, Measure::Pausing),
        row(
            "2 copies of 10, first counts",
            first_counts,
            5_000,
            Measure::Response,
        ),
        row(
            "fork and join on 2, 50 %",
            all_count,
            5_000,
            Measure::Response,
        ),
    ]
}

/// Percentiles by order statistics.
fn percentiles() -> Vec<Row> {
    let load = Load {
        arrival_rate: 8.5,
        mean_service: 1.0,
    };
    let queue = Mmc::new(load, 10.0).unwrap();
    let row = |name, p, of| Row {
        name,
        scenario: mm(0.85, 10),
        requests: Plan::default().requests,
        of,
        truth: queue.response_quantile(p).unwrap(),
    };
    vec![
        row("M/M/10 response p50", 0.5, |found| {
            found.response_quantiles[0]
        }),
        row("M/M/10 response p99", 0.99, |found| {
            found.response_quantiles[2]
        }),
        row("M/M/10 response p99.9", 0.999, |found| {
            found.response_quantiles[3]
        }),
    ]
}

fn main() {
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let number = |at: usize| given.get(at).and_then(|word| word.parse().ok());
    let (first, count) = (number(0).unwrap_or(SEEDS.0), number(1).unwrap_or(SEEDS.1));
    let name = given.get(2).map_or("", String::as_str);
    println!("{count} seeds from {first} on, 20 runs each: intervals that hold the truth");
    let mut outside = Vec::new();
    for row in rows().into_iter().filter(|row| row.name.contains(name)) {
        let sides: Vec<Side> = (first..first + count)
            .map(|seed| side(&row, seed))
            .collect();
        let share = |of: Side| {
            let many = sides.iter().filter(|side| **side == of).count();
            100.0 * many as f64 / count as f64
        };
        println!(
            "  {:<30} {:>5.1} % held, {:>4.1} % too low, {:>4.1} % too high",
            row.name,
            share(Side::Held),
            share(Side::Low),
            share(Side::High)
        );
        if !(92.0..=98.0).contains(&share(Side::Held)) {
            outside.push(row.name);
        }
    }
    assert!(outside.is_empty(), "outside 92–98 %: {outside:?}");
}

/// Where an interval lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Held,
    Low,
    High,
}

fn side(row: &Row, seed: u64) -> Side {
    let runs = Plan::default().runs;
    let plan = (Plan::default().with_seed(seed)).with_runs(runs, row.requests);
    let found = (row.of)(&simulate(&row.scenario, &plan, &|| {}).unwrap());
    if found.high.is_some_and(|high| high < row.truth) {
        Side::Low
    } else if found.low.is_some_and(|low| low > row.truth) {
        Side::High
    } else {
        Side::Held
    }
}
