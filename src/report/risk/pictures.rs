//! Pictures of the subjects of which a formula tells a course: a setting against what it does.

use super::batch::{BatchNumbers, BatchQuestion};
use super::concurrency::{ConcurrencyNumbers, ConcurrencyQuestion};
use super::count;
use super::deadlock::LockNumbers;
use super::fan_out::{FanOutNumbers, FanOutQuestion};
use crate::report::Quantity;
use crate::report::scene::risk::{Curve, Value, panel, scene, settings};
use crate::report::scene::{Marker, Panel, Scene};
use crate::risk::deadlock::LockedTransactions;
use crate::risk::fan_out::{allowed_slow, any_slow};

/// Seconds a day.
const DAY: f64 = 86_400.0;

/// Places in all at most that a picture goes to: each costs a queue of so many states.
const MOST_PLACES: f64 = 5000.0;

fn upright(x: f64, label: String) -> Marker {
    Marker::Upright { x, label }
}

/// Latency of an item over the size of its batch, and the part of it that filling takes.
pub(super) fn batch(question: &BatchQuestion, numbers: &BatchNumbers) -> Option<Scene> {
    let smallest = numbers.smallest_stable?;
    let rows = || numbers.rows.iter();
    let largest = rows().map(|row| row.size).fold(2.0 * smallest, f64::max);
    let sizes = settings(smallest, 2.0 * largest, rows().map(|row| row.size));
    let course = sizes.iter().filter_map(|size| question.work.at(*size).ok());
    let course: Vec<_> = course.filter(|got| got.latency.is_some()).collect();
    let latency = Curve {
        label: "mean latency of an item".to_owned(),
        line: (course.iter())
            .filter_map(|got| Some([got.size, got.latency?]))
            .collect(),
        asked: rows()
            .filter_map(|row| Some([row.size, row.mean_latency_s?]))
            .collect(),
    };
    let filling = Curve {
        label: "of it until the batch is full".to_owned(),
        line: (course.iter())
            .map(|got| [got.size, got.mean_fill])
            .collect(),
        asked: Vec::new(),
    };
    let time = Value {
        label: "latency",
        quantity: Quantity::Seconds,
        ratios: true,
    };
    let fastest = numbers
        .fastest
        .map(|size| upright(size, format!("fastest: {}", count(size))));
    let shown = panel(
        "items a batch",
        time,
        vec![latency, filling],
        fastest.into_iter().collect(),
    )?;
    scene(
        &format!(
            "Mean latency of an item against the size of a batch, on an axis of ratios. Below {} items a batch the backlog grows.",
            count(smallest)
        ),
        vec![shown],
    )
}

/// Answers with a slow call over the number of calls; below, what an answer takes.
pub(super) fn fan_out(question: &FanOutQuestion, numbers: &FanOutNumbers) -> Option<Scene> {
    let rows = || numbers.rows.iter();
    let most = rows().map(|row| row.calls).fold(1.0, f64::max);
    let calls = settings(1.0, most, rows().map(|row| row.calls));
    let course = |of: &dyn Fn(f64) -> Option<f64>| -> Vec<[f64; 2]> {
        let places = calls.iter().filter_map(|n| Some([*n, of(*n)?]));
        places.collect()
    };
    let slow = Curve {
        label: "answers with a slow call".to_owned(),
        line: course(&|n| any_slow(question.slow, n).ok()),
        asked: rows().map(|row| [row.calls, row.p_slow_answer]).collect(),
    };
    let share = Value {
        label: "slow answers",
        quantity: Quantity::Ratio,
        ratios: false,
    };
    let mut panels: Vec<Panel> = Vec::new();
    let asked = upright(question.calls, format!("asked: {}", count(question.calls)));
    panels.extend(panel("calls an answer", share, vec![slow], vec![asked]));
    if let Some(latency) = &question.latency {
        let allowed = |n: f64| allowed_slow(question.percentile, n).ok();
        let hedges = numbers.hedges.iter().map(|hedge| Curve {
            label: hedge.policy.clone(),
            line: course(&|n| match hedge.delay_s {
                Some(delay) => latency.hedged_exceeded_by(allowed(n)?, delay).ok(),
                None => latency.exceeded_by(allowed(n)?).ok(),
            }),
            asked: match hedge.delay_s {
                Some(_) => Vec::new(),
                None => rows()
                    .filter_map(|row| Some([row.calls, row.answer_s?]))
                    .collect(),
            },
        });
        let time = Value {
            label: "an answer takes",
            quantity: Quantity::Seconds,
            ratios: false,
        };
        panels.extend(panel("calls an answer", time, hedges.collect(), Vec::new()));
    }
    scene(
        &format!(
            "Share of answers with a slow call against the calls that an answer needs{}.",
            if panels.len() > 1 {
                "; below, what an answer takes, with and without hedging"
            } else {
                ""
            }
        ),
        panels,
    )
}

/// Deadlocks a day over the locks of a transaction.
pub(super) fn locks(transactions: &LockedTransactions, numbers: &LockNumbers) -> Option<Scene> {
    let own = transactions.actions;
    let locks = settings(2.0, (4.0 * own).max(8.0), std::iter::once(own));
    let course = |of: &dyn Fn(&crate::risk::deadlock::LockRates) -> f64| -> Vec<[f64; 2]> {
        let rates = locks.iter().filter_map(|actions| {
            let changed = LockedTransactions {
                actions: *actions,
                ..*transactions
            };
            Some([*actions, DAY * of(&changed.rates().ok()?)])
        });
        rates.collect()
    };
    let curve = |label: &str, line, rate: f64| Curve {
        label: label.to_owned(),
        line,
        asked: vec![[own, DAY * rate]],
    };
    let a_day = Value {
        label: "deadlocks a day",
        quantity: Quantity::Number,
        ratios: true,
    };
    let shown = panel(
        "locks a transaction",
        a_day,
        vec![
            curve(
                "best estimate",
                course(&|rates| rates.refined_rate),
                numbers.refined_rate_per_s,
            ),
            curve(
                "at most (Gray)",
                course(&|rates| rates.eager_rate),
                numbers.eager_rate_per_s,
            ),
        ],
        vec![upright(own, format!("asked: {}", count(own)))],
    )?;
    scene(
        "Deadlocks a day against the locks that a transaction takes, on an axis of ratios.",
        vec![shown],
    )
}

/// Who is refused and who comes too late over the places there are.
pub(super) fn places(
    question: &ConcurrencyQuestion,
    numbers: &ConcurrencyNumbers,
) -> Option<Scene> {
    let deadline = Some(question.deadline);
    let rows = || {
        numbers
            .rows
            .iter()
            .filter_map(|row| Some((row.capacity?, row)))
    };
    let largest = rows()
        .map(|(places, _)| places)
        .fold(numbers.servers, f64::max);
    if largest > MOST_PLACES {
        return None;
    }
    let all = settings(
        numbers.servers,
        2.0 * largest,
        rows().map(|(places, _)| places),
    );
    let course = all
        .iter()
        .filter_map(|places| question.admission.with(*places, deadline).ok());
    let course: Vec<_> = course.collect();
    let refused = Curve {
        label: "refused".to_owned(),
        line: course.iter().map(|got| [got.capacity, got.loss]).collect(),
        asked: rows().map(|(places, row)| [places, row.loss]).collect(),
    };
    let late = Curve {
        label: "admitted, but later than the deadline".to_owned(),
        line: (course.iter())
            .filter_map(|got| Some([got.capacity, got.late?]))
            .collect(),
        asked: rows()
            .filter_map(|(places, row)| Some([places, row.late?]))
            .collect(),
    };
    let share = Value {
        label: "share",
        quantity: Quantity::Ratio,
        ratios: true,
    };
    let safe = numbers.largest_capacity;
    let safe = safe.map(|places| upright(places, format!("p99 in time up to {}", count(places))));
    let shown = panel(
        "places in all",
        share,
        vec![refused, late],
        safe.into_iter().collect(),
    )?;
    scene(
        "Share refused and share of the admitted that wait longer than the deadline, against the places there are, on an axis of ratios.",
        vec![shown],
    )
}
