//! How the tail grows with fan-out, and what hedging buys.

use super::{Exactness, RiskDocument, SafeSetting, Shown, count, percent, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::report::columns::{Show, plural, show, table};
use crate::report::scene::Scene;
use crate::report::{Quantity, Report};
use crate::risk::fan_out::{Latency, allowed_slow, any_slow, fork_join, redundancy};
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FanOutQuestion {
    /// Calls that an answer needs.
    pub calls: f64,
    /// Share of calls that are slow.
    pub slow: f64,
    /// Share of answers that should be in time.
    pub percentile: f64,
    /// What one call takes; `None` where only shares are asked for.
    pub latency: Option<Latency>,
    /// Shares of calls that are still open when they are sent again.
    pub hedges: Vec<f64>,
    /// Utilization of each server, for queues that fork and join; `None` where not asked.
    pub utilization: Option<f64>,
}

/// Numbers of fan-out.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FanOutNumbers {
    /// Calls that an answer needs.
    pub calls: f64,
    /// Share of calls that are slow.
    pub p_slow_call: f64,
    /// Share of answers with at least one slow call, 1 − (1 − p)ⁿ.
    pub p_slow_answer: f64,
    /// Share of answers that should be in time.
    pub percentile: f64,
    /// Share of calls that may be slow for that, 1 − percentile^(1/n).
    pub allowed_slow: f64,
    /// The same for fewer and more calls.
    pub rows: Vec<FanOutRow>,
    /// Hedging side by side; empty without a latency.
    pub hedges: Vec<HedgeRow>,
    /// Mean response of fork and join over that of one service; null without a utilization.
    pub fork_join: Option<f64>,
    /// Mean response in services with every call sent to two of as many servers as calls, the
    /// first answer cancelling the other; null without a utilization or with one call.
    pub two_copies: Option<f64>,
}

/// One number of calls.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FanOutRow {
    /// Calls that an answer needs.
    pub calls: f64,
    /// Share of answers with at least one slow call.
    pub p_slow_answer: f64,
    /// Share of calls that may be slow.
    pub allowed_slow: f64,
    /// The percentile of the answer in seconds; null without a latency.
    pub answer_s: Option<f64>,
}

/// Sending a call again after a delay.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HedgeRow {
    /// The policy in words.
    pub policy: String,
    /// Seconds after which a call is sent again; null for never.
    pub delay_s: Option<f64>,
    /// Calls more, as a share.
    pub extra_calls: f64,
    /// 99.9th percentile of one call in seconds.
    pub call_p999_s: f64,
    /// The percentile of the answer in seconds.
    pub answer_s: f64,
    /// Exact or approximate.
    pub basis: Exactness,
}

/// The tail, and what hedging makes of it.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the functions of [`crate::risk::fan_out`].
pub(crate) fn report(question: &FanOutQuestion, beside: Option<&Beside>) -> Result<Report, Error> {
    let FanOutQuestion {
        calls,
        slow,
        percentile,
        ..
    } = *question;
    let allowed = allowed_slow(percentile, calls)?;
    let mut sizes = vec![1.0, 10.0, 100.0, 1000.0, calls];
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let mut rows = Vec::new();
    for calls in sizes {
        let allowed = allowed_slow(percentile, calls)?;
        let answer_s = match &question.latency {
            Some(latency) => Some(latency.exceeded_by(allowed)?),
            None => None,
        };
        rows.push(FanOutRow {
            calls,
            p_slow_answer: any_slow(slow, calls)?,
            allowed_slow: allowed,
            answer_s,
        });
    }
    let numbers = FanOutNumbers {
        calls,
        p_slow_call: slow,
        p_slow_answer: any_slow(slow, calls)?,
        percentile,
        allowed_slow: allowed,
        rows,
        hedges: hedges(question, allowed)?,
        fork_join: match question.utilization {
            Some(utilization) => Some(fork_join(utilization, calls)?),
            None => None,
        },
        two_copies: match question.utilization {
            Some(utilization) if calls >= 2.0 => Some(redundancy(calls, 2.0, utilization)?),
            _ => None,
        },
    };
    let scene = super::pictures::fan_out(question, &numbers);
    Ok(finish(numbers, scene, beside))
}

fn hedges(question: &FanOutQuestion, allowed: f64) -> Result<Vec<HedgeRow>, Error> {
    const P999: f64 = 0.001;
    let Some(latency) = &question.latency else {
        return Ok(Vec::new());
    };
    let mut rows = vec![HedgeRow {
        policy: "no hedging".to_owned(),
        delay_s: None,
        extra_calls: 0.0,
        call_p999_s: latency.exceeded_by(P999)?,
        answer_s: latency.exceeded_by(allowed)?,
        basis: Exactness::Exact,
    }];
    for &open in &question.hedges {
        let delay = if open >= 1.0 {
            0.0
        } else {
            latency.exceeded_by(open)?
        };
        rows.push(HedgeRow {
            policy: if open >= 1.0 {
                "two copies at once".to_owned()
            } else {
                format!("again after {}", seconds(delay))
            },
            delay_s: Some(delay),
            extra_calls: open,
            call_p999_s: latency.hedged_exceeded_by(P999, delay)?,
            answer_s: latency.hedged_exceeded_by(allowed, delay)?,
            basis: Exactness::Exact,
        });
    }
    Ok(rows)
}

fn finish(numbers: FanOutNumbers, scene: Option<Scene>, beside: Option<&Beside>) -> Report {
    let mut notes = Vec::new();
    if !numbers.hedges.is_empty() {
        notes.push(Note::new(
            NoteCode::Approximation,
            "hedging: the second call is taken to be independent of the first and to add no load; what makes both slow (a hot shard, the network) is not cut",
        ));
    }
    if numbers.fork_join.is_some() && numbers.calls > 2.0 {
        notes.push(Note::new(
            NoteCode::Approximation,
            "fork and join of more than two is approximate (Nelson–Tantawi), within 5 % of simulation",
        ));
    }
    let mut tables = vec![table("", tail(), &numbers.rows)];
    if !numbers.hedges.is_empty() {
        let columns = vec![
            show("policy", "policy", Quantity::Text, |row: &HedgeRow| {
                row.policy.clone().into()
            }),
            show("extra_calls", "more calls", Quantity::Ratio, |row| {
                row.extra_calls.into()
            }),
            show("call_p999_s", "call p99.9", Quantity::Seconds, |row| {
                row.call_p999_s.into()
            }),
            show("answer_s", "answer", Quantity::Seconds, |row| {
                row.answer_s.into()
            }),
        ];
        tables.push(table("", columns, &numbers.hedges));
    }
    let mut assumptions =
        vec!["Assumes calls that are slow independently of each other.".to_owned()];
    if let Some(response) = numbers.fork_join {
        assumptions.push(format!(
            "Queues that fork and join (M/M/1 each): {} services on average{}.",
            super::number(response),
            numbers
                .two_copies
                .map_or_else(String::new, |copies| format!(
                    "; one call sent to two servers, the first answer cancelling the other: {}",
                    super::number(copies)
                ))
        ));
    }
    let document = RiskDocument {
        simulation: None,
        question: "How does the tail grow with fan-out, and what does hedging buy?".to_owned(),
        answer: headline(&numbers),
        safe_setting: Some(SafeSetting {
            name: "share-of-slow-calls",
            value: numbers.allowed_slow,
            unit: "1",
            guarantees: format!(
                "{} of answers have no slow call",
                percent(numbers.percentile)
            ),
        }),
        assumptions,
        notes,
        numbers,
    };
    let shown = Shown {
        scene,
        ..Shown::tables("risk-fan-out", tables)
    };
    document.report(shown, beside)
}

/// What a number of calls is shown by.
fn tail() -> Vec<Show<FanOutRow>> {
    vec![
        show("calls", "calls", Quantity::Count, |row: &FanOutRow| {
            row.calls.into()
        }),
        show(
            "p_slow_answer",
            "answers with a slow one",
            Quantity::Ratio,
            |row| row.p_slow_answer.into(),
        ),
        show(
            "allowed_slow",
            "calls that may be slow",
            Quantity::Ratio,
            |row| row.allowed_slow.into(),
        ),
        show("answer_s", "answer", Quantity::Seconds, |row| {
            row.answer_s.into()
        }),
    ]
}

fn headline(numbers: &FanOutNumbers) -> Vec<String> {
    let mut lines = vec![format!(
        "With {} slow, {} of answers that need {} have a slow one; for {} in time at most {} may be.",
        percent(numbers.p_slow_call),
        percent(numbers.p_slow_answer),
        plural(numbers.calls, "call"),
        percent(numbers.percentile),
        percent(numbers.allowed_slow)
    )];
    let best = (numbers.hedges.iter()).find(|row| row.delay_s.is_some() && row.extra_calls < 1.0);
    if let (Some(plain), Some(hedged)) = (numbers.hedges.first(), best) {
        lines.push(format!(
            "Sending a call again after {} costs {} more calls and takes the answer from {} to {}.",
            seconds(hedged.delay_s.unwrap_or(0.0)),
            percent(hedged.extra_calls),
            seconds(plain.answer_s),
            seconds(hedged.answer_s)
        ));
    } else if numbers.calls > 1.0 {
        lines.push(format!(
            "One call in {} may be slow.",
            count((1.0 / numbers.allowed_slow).round())
        ));
    }
    lines
}
