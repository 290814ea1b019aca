//! Retries: what they add in the steady state, and whether a blip ends by itself.

use super::{
    Exactness, RiskDocument, SafeSetting, Shown, count, number, percent, rate, seconds, seconds_or,
};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::report::columns::{plural, show, table};
use crate::report::{Quantity, Report, Table};
use crate::risk::retry::worst_amplification;
use crate::risk::{Blip, Retries, SteadyRetries, TimedRetries};
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RetryQuestion {
    /// The station and its retries.
    pub retries: Retries,
    /// Layers of callers that each retry.
    pub layers: f64,
    /// Retries as a share of requests; `None` without a budget.
    pub budget: Option<f64>,
    /// A blip and the time after which clients give up, in seconds.
    pub blip: Option<(Blip, f64)>,
}

/// Numbers of retries.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RetryNumbers {
    /// Requests a second.
    pub arrival_rate_per_s: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// Servers.
    pub servers: f64,
    /// Retries after the first attempt.
    pub retries: f64,
    /// Layers of callers that each retry.
    pub layers: f64,
    /// The most attempts one request can cause at the bottom, (retries + 1)^layers.
    pub worst_amplification: f64,
    /// The policy asked for, in the steady state.
    pub steady: RetryRow,
    /// Policies side by side.
    pub remedies: Vec<RetryRow>,
    /// Whether retries alone can hold the station down after a blip.
    pub vulnerable: bool,
    /// Load in 1/s up to which they cannot, capacity/(1 + retries).
    pub safe_load_per_s: f64,
    /// Largest budget with which every blip ends, capacity/load − 1; null in overload.
    pub safe_budget: Option<f64>,
    /// What becomes of the blip; null where none was asked about.
    pub blip: Option<BlipNumbers>,
}

/// One policy in the steady state.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RetryRow {
    /// The policy in words.
    pub policy: String,
    /// Attempts a second.
    pub attempt_rate_per_s: f64,
    /// Attempts a request.
    pub amplification: f64,
    /// Share of attempts turned away.
    pub p_block_attempt: f64,
    /// Share of requests that fail for good.
    pub p_fail_final: f64,
    /// Requests a second that succeed.
    pub goodput_per_s: f64,
    /// Exact or approximate.
    pub basis: Exactness,
}

/// What becomes of a blip under policies side by side.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BlipNumbers {
    /// Its length in seconds.
    pub duration_s: f64,
    /// Share of the capacity left meanwhile.
    pub capacity_left: f64,
    /// What arrivals are multiplied by meanwhile.
    pub load_factor: f64,
    /// Seconds after which clients give up.
    pub timeout_s: f64,
    /// Whether it ends by itself as things are.
    pub ends: bool,
    /// The longest such blip that ends by itself, in seconds; null where any does.
    pub longest_s: Option<f64>,
    /// The largest load in 1/s at which this blip ends by itself; null in overload.
    pub largest_load_per_s: Option<f64>,
    /// Policies side by side.
    pub remedies: Vec<BlipRow>,
}

/// A blip under one policy.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BlipRow {
    /// The policy in words.
    pub policy: String,
    /// Retries as a share of requests; null without a budget.
    pub budget: Option<f64>,
    /// Seconds after the blip until nothing waits; null where that never comes.
    pub recovery_s: Option<f64>,
    /// Largest number waiting.
    pub peak_queue: f64,
    /// Requests that fail until it recovers; null where it does not.
    pub failed: Option<f64>,
}

fn row(policy: String, got: SteadyRetries) -> RetryRow {
    RetryRow {
        policy,
        attempt_rate_per_s: got.attempt_rate,
        amplification: got.amplification,
        p_block_attempt: got.p_block,
        p_fail_final: got.p_fail,
        goodput_per_s: got.goodput,
        basis: Exactness::Approximate,
    }
}

fn policy(retries: f64, budget: Option<f64>) -> String {
    let retries = match retries {
        0.0 => "no retry".to_owned(),
        1.0 => "1 retry".to_owned(),
        other => format!("{} retries", count(other)),
    };
    match budget {
        Some(budget) => format!("{retries}, budget {}", percent(budget)),
        None => retries,
    }
}

/// Retries in the steady state, and what becomes of a blip.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As [`Retries::steady`] and [`TimedRetries::after`].
pub(crate) fn report(question: &RetryQuestion, beside: Option<&Beside>) -> Result<Report, Error> {
    /// What the Site Reliability book allows a client.
    const BUDGET: f64 = 0.1;
    let base = question.retries;
    let asked = match question.budget {
        Some(budget) => base.with_budget(budget)?,
        None => base.steady()?,
    };
    let steady = row(policy(base.retries, question.budget), asked);
    let none = Retries {
        retries: 0.0,
        ..base
    };
    let mut remedies = vec![row(policy(0.0, None), none.steady()?)];
    if base.retries > 0.0 {
        remedies.push(row(policy(base.retries, None), base.steady()?));
        for budget in [question.budget, Some(BUDGET)].into_iter().flatten() {
            remedies.push(row(
                policy(base.retries, Some(budget)),
                base.with_budget(budget)?,
            ));
        }
    }
    let timed = TimedRetries {
        arrival_rate: base.load.arrival_rate,
        capacity: base.servers / base.load.mean_service,
        timeout: question.blip.map_or(1.0, |(_, timeout)| timeout),
        retries: base.retries,
        budget: question.budget,
        drops_stale: false,
    };
    let blip = match question.blip {
        Some((blip, _)) => Some(blip_numbers(&timed, blip)?),
        None => None,
    };
    let numbers = RetryNumbers {
        arrival_rate_per_s: base.load.arrival_rate,
        mean_service_s: base.load.mean_service,
        servers: base.servers,
        retries: base.retries,
        layers: question.layers,
        worst_amplification: worst_amplification(base.retries, question.layers)?,
        steady,
        remedies,
        vulnerable: timed.is_vulnerable(),
        safe_load_per_s: timed.safe_load(),
        safe_budget: timed.safe_budget().filter(|budget| budget.is_finite()),
        blip,
    };
    Ok(finish(question, &timed, numbers, beside))
}

fn blip_numbers(timed: &TimedRetries, blip: Blip) -> Result<BlipNumbers, Error> {
    /// Of the spare capacity, so that the queue drains within a few times the blip.
    const HALF: f64 = 0.5;
    let mut policies = vec![*timed];
    let with = |retries: f64, budget| TimedRetries {
        retries,
        budget,
        ..*timed
    };
    if timed.retries > 0.0 {
        policies.extend(
            timed
                .safe_budget()
                .map(|safe| with(timed.retries, Some(safe * HALF))),
        );
        policies.push(with(0.0, None));
    }
    policies.push(TimedRetries {
        drops_stale: true,
        ..*timed
    });
    let mut remedies = Vec::new();
    for station in &policies {
        let got = station.after(blip)?;
        remedies.push(BlipRow {
            policy: if station.drops_stale {
                "drop what has timed out".to_owned()
            } else {
                policy(station.retries, station.budget)
            },
            budget: station.budget,
            recovery_s: got.recovery,
            peak_queue: got.peak_queue,
            failed: got.recovery.map(|_| got.failed),
        });
    }
    Ok(BlipNumbers {
        duration_s: blip.duration,
        capacity_left: blip.capacity_left,
        load_factor: blip.load_factor,
        timeout_s: timed.timeout,
        ends: remedies[0].recovery_s.is_some(),
        longest_s: timed.longest_blip(blip)?,
        largest_load_per_s: Some(timed.largest_load(blip)?),
        remedies,
    })
}

fn finish(
    question: &RetryQuestion,
    timed: &TimedRetries,
    numbers: RetryNumbers,
    beside: Option<&Beside>,
) -> Report {
    let mut notes = vec![Note::new(
        NoteCode::Approximation,
        "steady state: within 1 % of simulation where a retry comes long after the refusal; retried within one service time, several times as many fail for good",
    )];
    let mut assumptions = vec![
        "Steady state: servers without a queue, Poisson arrivals, a retry independent of what refused it."
            .to_owned(),
    ];
    if numbers.blip.is_some() {
        assumptions.push(
            "Blip: a fluid model, first come first served; who gives up is still served. Chance tips a station near the edge sooner."
                .to_owned(),
        );
        if question.retries.retries > 0.0 {
            assumptions.push(
                "A budget is a share of the requests; counted in answers instead, it allows nothing while all fail, and the backlog is gone sooner."
                    .to_owned(),
            );
        }
    }
    if timed.arrival_rate >= timed.capacity {
        notes.push(Note::new(
            NoteCode::Saturated,
            "the requests alone are more than the servers carry: retries only decide who is refused",
        ));
    }
    let safe_setting = numbers.safe_budget.map(|budget| SafeSetting {
        name: "retry-budget",
        value: budget,
        unit: "1",
        guarantees: "below it every blip ends by itself: first attempts and retries together fit the capacity"
            .to_owned(),
    });
    let tables = tables(&numbers);
    let document = RiskDocument {
        simulation: None,
        question: format!(
            "Do {} tip {} at {} over, and does it come back?",
            policy(question.retries.retries, question.budget),
            plural(numbers.servers, "server"),
            rate(numbers.arrival_rate_per_s)
        ),
        answer: headline(&numbers, timed),
        safe_setting,
        assumptions,
        notes,
        numbers,
    };
    document.report(Shown::tables("risk-retry", tables), beside)
}

fn tables(numbers: &RetryNumbers) -> Vec<Table> {
    let steady = vec![
        show(
            "policy",
            "steady state",
            Quantity::Text,
            |row: &RetryRow| row.policy.clone().into(),
        ),
        show("attempt_rate_per_s", "attempts", Quantity::Rate, |row| {
            row.attempt_rate_per_s.into()
        }),
        show("amplification", "each", Quantity::Number, |row| {
            row.amplification.into()
        }),
        show("p_block_attempt", "refused", Quantity::Ratio, |row| {
            row.p_block_attempt.into()
        }),
        show("p_fail_final", "fail for good", Quantity::Ratio, |row| {
            row.p_fail_final.into()
        }),
        show("goodput_per_s", "succeed", Quantity::Rate, |row| {
            row.goodput_per_s.into()
        }),
    ];
    let mut tables = vec![table("", steady, &numbers.remedies)];
    if let Some(blip) = &numbers.blip {
        let columns = vec![
            show(
                "policy",
                "after the blip",
                Quantity::Text,
                |row: &BlipRow| row.policy.clone().into(),
            ),
            show("recovery_s", "back after", Quantity::Seconds, |row| {
                row.recovery_s.into()
            }),
            show("peak_queue", "most waiting", Quantity::Count, |row| {
                row.peak_queue.round().into()
            }),
            show("failed", "failed", Quantity::Count, |row| {
                row.failed.map(f64::round).into()
            }),
            show("verdict", "", Quantity::Text, |row| {
                if row.recovery_s.is_none() {
                    "never, until load is shed"
                } else {
                    ""
                }
                .into()
            }),
        ];
        tables.push(table("", columns, &blip.remedies));
    }
    tables
}

fn headline(numbers: &RetryNumbers, timed: &TimedRetries) -> Vec<String> {
    let steady = &numbers.steady;
    let mut lines = Vec::new();
    if let Some(blip) = &numbers.blip {
        let length = seconds(blip.duration_s);
        lines.push(match (blip.ends, blip.remedies[0].recovery_s) {
            (true, Some(0.0)) => format!(
                "A blip of {length} leaves no backlog: what is left of the capacity carries the load."
            ),
            (true, Some(back)) => format!(
                "A blip of {length} ends by itself, {} later.",
                seconds(back)
            ),
            _ => format!(
                "A blip of {length} does not end by itself at {}: retries hold the station down.",
                rate(numbers.arrival_rate_per_s)
            ),
        });
        if !blip.ends {
            lines.push(format!(
                "The longest that does: {}. Safe: a retry budget below {}, or at most {}.",
                seconds_or(blip.longest_s, "any"),
                numbers.safe_budget.map_or_else(|| "0".to_owned(), percent),
                rate(numbers.safe_load_per_s)
            ));
        }
    }
    lines.push(format!(
        "Steady state with {}: {} attempts a request, {} fail for good, {} succeed.",
        steady.policy,
        number(steady.amplification),
        percent(steady.p_fail_final),
        rate(steady.goodput_per_s)
    ));
    if numbers.blip.is_none() {
        lines.push(if timed.arrival_rate >= timed.capacity {
            format!(
                "The requests alone are {} of the capacity: retries cannot help.",
                percent(timed.arrival_rate / timed.capacity)
            )
        } else if numbers.vulnerable {
            format!(
                "Above {} a long blip may not end by itself; a retry budget below {} makes it end.",
                rate(numbers.safe_load_per_s),
                numbers.safe_budget.map_or_else(|| "0".to_owned(), percent)
            )
        } else {
            format!(
                "Any blip ends by itself: up to {} all retries together fit the capacity.",
                rate(numbers.safe_load_per_s)
            )
        });
    }
    if numbers.layers > 1.0 {
        lines.push(format!(
            "Through {} layers one request can become {} attempts.",
            count(numbers.layers),
            count(numbers.worst_amplification)
        ));
    }
    lines
}
