//! Queues: published and independently computed values.
//!
//! `tests/data/queueing.csv` was computed with mpmath at 60 digits and compared with GNU
//! Octave's queueing package; its columns `source` and `checked_by` say how, row by row.

use std::collections::BTreeMap;

use scalecalc::Error;
use scalecalc::queueing::sizing::{self, Promise, Promised};
use scalecalc::queueing::{
    AsymptoticBounds, Backlog, Closed, ClosedParams, Ggc, Load, Md1, Mg1, Mm1, MmInfinite, Mmc,
    Mmck, Performance, Priority, PriorityClass, Variability,
};
use serde_json::Value;

/// Rows of each model. CELLS stands in `plan`.
const ROWS: [(&str, usize); 20] = [
    ("BATCH", 4),
    ("BOUND", 3),
    ("CLOSED", 13),
    ("DEADLOCK", 4),
    ("DRAIN", 2),
    ("GGc_AC", 8),
    ("HERD", 11),
    ("HOL", 3),
    ("HOTKEY", 5),
    ("MD1", 5),
    ("MG1", 8),
    ("MM1", 11),
    ("MMc", 27),
    ("MMcK", 17),
    ("MMcc", 11),
    ("MMinf", 2),
    ("POOL", 4),
    ("PRIO_NP", 22),
    ("RETRY", 5),
    ("SIZE", 12),
];

/// One row of the reference file.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) model: String,
    pub(crate) params: Value,
    expected: BTreeMap<String, String>,
    relative: f64,
    absolute: f64,
}

impl Row {
    pub(crate) fn number(&self, name: &str) -> f64 {
        number(&self.params[name])
    }

    pub(crate) fn load(&self) -> Load {
        Load {
            arrival_rate: self.number("lambda"),
            mean_service: self.number("mean_service"),
        }
    }

    /// Fails unless every expected key is answered within the row's own tolerance.
    pub(crate) fn check(&self, answer: &Answer) {
        for (key, text) in &self.expected {
            let got = answer
                .get(key.as_str())
                .unwrap_or_else(|| panic!("{}: nothing for {key}", self.id));
            let expected: f64 = text.parse().unwrap();
            match got {
                None => assert!(expected.is_infinite(), "{} {key}: absent", self.id),
                Some(got) => {
                    let allowed = self.absolute.max(self.relative * expected.abs());
                    assert!(
                        (got - expected).abs() <= allowed,
                        "{} {key}: {got} instead of {expected}, off by {:e}, allowed {allowed:e}",
                        self.id,
                        got - expected
                    );
                }
            }
        }
    }
}

/// Values by the names of the reference file; `None` is "does not exist".
pub(crate) type Answer = BTreeMap<&'static str, Option<f64>>;

pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::String(text) => text.parse().unwrap(),
        other => other
            .as_f64()
            .unwrap_or_else(|| panic!("{other} is no number")),
    }
}

/// The reference rows of the models listed in `ROWS`.
pub(crate) fn rows() -> Vec<Row> {
    rows_of("tests/data/queueing.csv")
}

pub(crate) fn rows_of(path: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.deserialize().map(|row| {
        let row: BTreeMap<String, String> = row.unwrap();
        Row {
            id: row["case_id"].clone(),
            model: row["model"].clone(),
            params: serde_json::from_str(&row["params"]).unwrap(),
            expected: serde_json::from_str(&row["expected"]).unwrap(),
            relative: row["rel_tol"].parse().unwrap(),
            absolute: row["abs_tol"].parse().unwrap(),
        }
    });
    rows.filter(|row| ROWS.iter().any(|(model, _)| *model == row.model))
        .collect()
}

fn means(performance: Performance) -> Answer {
    BTreeMap::from([
        ("rho", Some(performance.utilization)),
        ("p_wait", performance.p_wait),
        ("p_block", Some(performance.p_block)),
        ("X_per_s", Some(performance.throughput)),
        ("Lq_jobs", Some(performance.mean_queue)),
        ("L_jobs", Some(performance.mean_in_system)),
        ("Wq_s", Some(performance.mean_wait)),
        ("W_s", Some(performance.mean_response)),
    ])
}

fn with_quantiles(
    performance: Performance,
    wait: impl Fn(f64) -> Result<f64, Error>,
    response: impl Fn(f64) -> Result<f64, Error>,
) -> Answer {
    let mut answer = means(performance);
    for (p, wait_key, response_key) in [
        (0.5, "wq_p50_s", "w_p50_s"),
        (0.95, "wq_p95_s", "w_p95_s"),
        (0.99, "wq_p99_s", "w_p99_s"),
    ] {
        answer.insert(wait_key, Some(wait(p).unwrap()));
        answer.insert(response_key, Some(response(p).unwrap()));
    }
    answer
}

fn mmc_answer(load: Load, servers: f64) -> Answer {
    let queue = Mmc::new(load, servers).unwrap();
    with_quantiles(
        queue.performance(),
        |p| queue.wait_quantile(p),
        |p| queue.response_quantile(p),
    )
}

fn loss_answer(row: &Row, capacity: f64) -> Answer {
    let servers = row.number("servers");
    let queue = Mmck::new(row.load(), servers, capacity).unwrap();
    let mut answer = with_quantiles(
        queue.performance(),
        |p| queue.wait_quantile(p),
        |p| queue.response_quantile(p),
    );
    answer.insert("offered_rho", Some(row.load().offered() / servers));
    answer
}

fn priority_answer(row: &Row) -> Answer {
    let classes: Vec<PriorityClass> = row.params["classes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|class| PriorityClass {
            load: Load {
                arrival_rate: number(&class["lambda"]),
                mean_service: number(&class["mean_service"]),
            },
            service_variability: number(&class["cs2"]),
        })
        .collect();
    let index = usize::try_from(row.params["class_index"].as_u64().unwrap()).unwrap() - 1;
    let class = Priority::new(&classes).unwrap().classes()[index];
    BTreeMap::from([
        (
            "stable",
            Some(f64::from(u8::from(class.mean_wait.is_some()))),
        ),
        ("rho", Some(class.offered)),
        ("Wq_s", class.mean_wait),
        ("W_s", class.mean_response),
        ("Lq_jobs", class.mean_queue),
        ("L_jobs", class.mean_in_system),
        ("X_per_s", Some(class.throughput)),
    ])
}

fn closed_answer(row: &Row) -> Answer {
    let closed = Closed::new(ClosedParams {
        clients: row.number("population_N"),
        think_time: row.number("think_Z"),
        mean_service: row.number("mean_service"),
        servers: row.number("servers"),
    })
    .unwrap();
    let mut answer = means(closed.performance());
    answer.insert("X_max_per_s", Some(closed.bounds().max_throughput));
    answer.insert("N_star", Some(closed.bounds().saturation_clients));
    answer
}

pub(crate) fn goal_of(row: &Row) -> Promise {
    let percentile = || row.number("percentile");
    Promise {
        measure: match row.params["target_metric"].as_str().unwrap() {
            "p_wait" => Promised::WaitProbability,
            "Wq" => Promised::MeanWait,
            "W" => Promised::MeanResponse,
            "wq_q" => Promised::WaitQuantile(percentile()),
            "w_q" => Promised::ResponseQuantile(percentile()),
            "p_block" => Promised::BlockingProbability,
            other => panic!("unknown target {other}"),
        },
        limit: row.number("target"),
    }
}

fn size_answer(row: &Row) -> Answer {
    let (load, goal) = (row.load(), goal_of(row));
    let servers = sizing::servers(load, goal).unwrap();
    assert!(
        servers <= 1.0 || !goal.is_kept(load, servers - 1.0).unwrap(),
        "{}",
        row.id
    );
    let mut answer = if goal.measure == Promised::BlockingProbability {
        means(Mmck::new(load, servers, servers).unwrap().performance())
    } else {
        mmc_answer(load, servers)
    };
    answer.insert("c_min", Some(servers));
    answer
}

fn bound_answer(row: &Row) -> Answer {
    let demands: Vec<f64> = row.params["demands"]
        .as_array()
        .unwrap()
        .iter()
        .map(number)
        .collect();
    let (clients, think) = (row.number("population_N"), row.number("think_Z"));
    let bounds = AsymptoticBounds::new(clients, think, &demands).unwrap();
    BTreeMap::from([
        ("X_max_per_s", Some(bounds.max_throughput)),
        ("W_min_s", Some(bounds.min_response)),
        ("N_star", Some(bounds.saturation_clients)),
    ])
}

fn answer(row: &Row) -> Answer {
    match row.model.as_str() {
        "MM1" => {
            let queue = Mm1::new(row.load()).unwrap();
            with_quantiles(
                queue.performance(),
                |p| queue.wait_quantile(p),
                |p| queue.response_quantile(p),
            )
        }
        "MD1" => {
            let queue = Md1::new(row.load()).unwrap();
            with_quantiles(
                queue.performance(),
                |p| queue.wait_quantile(p),
                |p| queue.response_quantile(p),
            )
        }
        "MMc" => mmc_answer(row.load(), row.number("servers")),
        "MMcc" => loss_answer(row, row.number("servers")),
        "MMcK" => loss_answer(row, row.number("capacity_K")),
        "MMinf" => means(MmInfinite::new(row.load()).unwrap().performance()),
        "MG1" => means(
            Mg1::new(row.load(), row.number("cs2"))
                .unwrap()
                .performance(),
        ),
        "GGc_AC" => {
            let variability = Variability {
                arrivals: row.number("ca2"),
                service: row.number("cs2"),
            };
            let queue = Ggc::new(row.load(), row.number("servers"), variability).unwrap();
            means(queue.performance())
        }
        "PRIO_NP" => priority_answer(row),
        "CLOSED" => closed_answer(row),
        "SIZE" => size_answer(row),
        "BOUND" => bound_answer(row),
        "DRAIN" => {
            let backlog = Backlog {
                jobs: row.number("backlog"),
                capacity: row.number("pool_P") / row.number("service_s"),
                arrival_rate: row.number("arrival_per_s"),
            };
            BTreeMap::from([("drain_s", backlog.drain_time().unwrap())])
        }
        _ => crate::risk::answer(row),
    }
}

#[test]
fn every_reference_row_within_its_own_tolerance() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows() {
        row.check(&answer(&row));
        *seen.entry(row.model).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> = ROWS
        .iter()
        .map(|(model, rows)| ((*model).to_owned(), *rows))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn every_edge_row_within_its_own_tolerance() {
    // tests/oracle/queueing.py: textbook formulas at 60 digits where naive doubles fail
    let rows = rows_of("tests/data/queueing_edges.csv");
    for row in &rows {
        row.check(&answer(row));
    }
    assert_eq!(rows.len(), 52);
}

/// One client and a million, fractional windows, ρ close to 1, microseconds and hours.
#[test]
fn every_odd_failure_mode_within_its_own_tolerance() {
    // tests/oracle/failure_modes.py: counted attempt by attempt, or at 60 digits
    let rows = rows_of("tests/data/failure_modes.csv");
    for row in &rows {
        row.check(&answer(row));
    }
    assert_eq!(rows.len(), 105);
}
