//! Little's law: the third of rate, latency and number in flight, or whether three agree.

use super::number::alone;
use super::{Cell, Fact, Quantity, Report, Section, document};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::little;
use serde::Serialize;

/// What is known; at least two of the first three.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Known {
    /// Operations a second, X.
    pub rate: Option<f64>,
    /// Mean latency R in seconds.
    pub latency: Option<f64>,
    /// Mean number in flight N; with a think time, thinking clients included.
    pub in_flight: Option<f64>,
    /// Mean think time Z in seconds.
    pub think_time: f64,
}

/// Body of a document of kind `little`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LittleDocument {
    /// What was computed: `rate`, `latency` or `in_flight`; `check` where all were given.
    pub solved_for: &'static str,
    /// Operations a second.
    pub rate_per_s: f64,
    /// Mean latency in seconds.
    pub latency_s: f64,
    /// Mean number in flight, thinking clients included.
    pub in_flight: f64,
    /// Mean think time in seconds.
    pub think_s: f64,
    /// Mean number in service or waiting: rate × latency.
    pub in_system: f64,
    /// Whether the three agree within 1 %; null where one was computed.
    pub consistent: Option<bool>,
    /// Number in flight that rate and latency imply.
    pub in_flight_implied: f64,
    /// Given over implied number in flight, minus 1; null where one was computed.
    pub relative_difference: Option<f64>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// Relative difference up to which three measured values agree.
const AGREEMENT: f64 = 0.01;

/// Solves for what is missing. `None` where fewer than two are known.
///
/// # Errors
/// As the functions of [`little`].
pub(crate) fn report(known: Known) -> Result<Option<Report>, Error> {
    let z = known.think_time;
    let (solved_for, rate, latency, in_flight) = match (known.rate, known.latency, known.in_flight)
    {
        (Some(x), Some(r), None) => ("in_flight", x, r, little::in_flight(x, r, z)?),
        (Some(x), None, Some(n)) => ("latency", x, little::latency(n, x, z)?, n),
        (None, Some(r), Some(n)) => ("rate", little::rate(n, r, z)?, r, n),
        (Some(x), Some(r), Some(n)) => ("check", x, r, n),
        _ => return Ok(None),
    };
    let implied = little::in_flight(rate, latency, z)?;
    let difference = (solved_for == "check").then(|| {
        if implied > 0.0 {
            in_flight / implied - 1.0
        } else {
            f64::from(u8::from(in_flight > 0.0))
        }
    });
    let consistent = difference.map(|difference| difference.abs() <= AGREEMENT);
    let mut notes = Vec::new();
    if consistent == Some(false) {
        notes.push(Note::warning(
            NoteCode::LittleMismatch,
            format!(
                "rate × (latency + think time) is {}, not {}: one of the three was measured elsewhere, over another time, or leaves out waiting",
                alone(Quantity::Number, implied, 3),
                alone(Quantity::Number, in_flight, 3),
            ),
        ));
    }
    let body = LittleDocument {
        solved_for,
        rate_per_s: rate,
        latency_s: latency,
        in_flight,
        think_s: z,
        in_system: rate * latency,
        consistent,
        in_flight_implied: implied,
        relative_difference: difference,
        notes: notes.clone(),
    };
    Ok(Some(Report {
        scene: None,
        kind: "little",
        headline: vec![headline(&body)],
        sections: vec![Section::Facts(facts(&body))],
        notes,
        document: document("little", body),
    }))
}

fn headline(body: &LittleDocument) -> String {
    let rate = alone(Quantity::Rate, body.rate_per_s, 3);
    let latency = alone(Quantity::Seconds, body.latency_s, 3);
    let in_flight = alone(Quantity::Number, body.in_flight, 3);
    let cycle = if body.think_s > 0.0 {
        format!(
            "({latency} + {})",
            alone(Quantity::Seconds, body.think_s, 3)
        )
    } else {
        latency.clone()
    };
    let minus = if body.think_s > 0.0 {
        format!(" − {}", alone(Quantity::Seconds, body.think_s, 3))
    } else {
        String::new()
    };
    match body.solved_for {
        "in_flight" => format!("{in_flight} in flight: {rate} × {cycle}."),
        "rate" => format!("{rate}: {in_flight} in flight / {cycle}."),
        "latency" => format!("{latency}: {in_flight} in flight / {rate}{minus}."),
        _ => {
            let implied = alone(Quantity::Number, body.in_flight_implied, 3);
            let verdict = if body.consistent == Some(true) {
                "The three agree"
            } else {
                "The three do not agree"
            };
            format!("{verdict}: {rate} × {cycle} is {implied} in flight, given {in_flight}.")
        }
    }
}

fn facts(body: &LittleDocument) -> Vec<Fact> {
    let fact = |key, label: &str, quantity, value: Cell| Fact {
        key,
        label: label.to_owned(),
        value,
        quantity,
        interval: None,
        remark: if key.starts_with(body.solved_for) {
            "computed".to_owned()
        } else {
            String::new()
        },
    };
    let mut facts = vec![
        fact(
            "rate_per_s",
            "rate X",
            Quantity::Rate,
            body.rate_per_s.into(),
        ),
        fact(
            "latency_s",
            "latency R",
            Quantity::Seconds,
            body.latency_s.into(),
        ),
        fact(
            "in_flight",
            "in flight N",
            Quantity::Number,
            body.in_flight.into(),
        ),
    ];
    if body.think_s > 0.0 {
        facts.push(fact(
            "think_s",
            "think time Z",
            Quantity::Seconds,
            body.think_s.into(),
        ));
        facts.push(fact(
            "in_system",
            "of them not thinking",
            Quantity::Number,
            body.in_system.into(),
        ));
    }
    if let Some(difference) = body.relative_difference {
        facts.push(fact(
            "relative_difference",
            "difference",
            Quantity::Ratio,
            difference.into(),
        ));
    }
    facts
}
