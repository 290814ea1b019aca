//! What the few long jobs do to the many short ones, and what helps.

use super::{Exactness, RiskDocument, Shown, fact, number, percent, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::{Ggc, Variability};
use crate::report::columns::{Show, show, table};
use crate::report::{Fact, Quantity, Report};
use crate::risk::{Mixture, Relief};
use crate::sim::beside::Beside;
use serde::Serialize;

/// Numbers of a mixture of jobs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HeadOfLineNumbers {
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Kinds of jobs as given.
    pub kinds: Vec<KindNumbers>,
    /// Offered load.
    pub utilization: f64,
    /// Mean service of all in seconds.
    pub mean_service_s: f64,
    /// Squared coefficient of variation of all services together.
    pub squared_cv: f64,
    /// Mean wait in seconds, first come first served; null without a steady state.
    pub mean_wait_s: Option<f64>,
    /// Response of a small job over its service; null without a steady state.
    pub slowdown_small: Option<f64>,
    /// Mean wait of the small in a queue of their own, in seconds.
    pub wait_small_isolated_s: Option<f64>,
    /// Mean wait of the small where they go first, in seconds.
    pub wait_small_first_s: Option<f64>,
    /// Share of the remaining service an arrival finds that is not of the small.
    pub blame_large: f64,
    /// Small jobs that wait on average and would not in a queue of their own.
    pub wasted_small: Option<f64>,
    /// Policies side by side.
    pub remedies: Vec<HeadOfLineRemedy>,
}

/// One kind of jobs.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct KindNumbers {
    /// Share of arrivals.
    pub fraction: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// Coefficient of variation of its services.
    pub cv_service: f64,
    /// Response over service, first come first served; null without a steady state.
    pub slowdown: Option<f64>,
}

/// One policy.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HeadOfLineRemedy {
    /// The policy in words.
    pub policy: &'static str,
    /// Mean wait of the small in seconds, interruptions included; null without a steady state.
    pub wait_small_s: Option<f64>,
    /// Response of the small over its service; null without a steady state.
    pub slowdown_small: Option<f64>,
    /// Mean wait of the others in seconds; null without a steady state.
    pub wait_large_s: Option<f64>,
    /// Exact or approximate.
    pub basis: Exactness,
    /// What it costs.
    pub cost: &'static str,
}

/// The mixture first come first served, and under other policies.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As [`Ggc::new`] for the two servers.
pub(crate) fn report(mixture: &Mixture, beside: Option<&Beside>) -> Result<Report, Error> {
    let blocked = mixture.first_come();
    let small = mixture.kinds()[mixture.small()];
    let kinds = (mixture.kinds().iter())
        .map(|kind| KindNumbers {
            fraction: kind.fraction,
            mean_service_s: kind.mean_service,
            cv_service: kind.variability.sqrt(),
            slowdown: blocked.map(|blocked| 1.0 + blocked.mean_wait / kind.mean_service),
        })
        .collect();
    let numbers = HeadOfLineNumbers {
        arrival_rate_per_s: mixture.arrival_rate(),
        kinds,
        utilization: mixture.utilization(),
        mean_service_s: mixture.mean_service(),
        squared_cv: mixture.variability(),
        mean_wait_s: blocked.map(|blocked| blocked.mean_wait),
        slowdown_small: blocked.map(|blocked| blocked.slowdown_small),
        wait_small_isolated_s: mixture.isolated().wait_small,
        wait_small_first_s: mixture.small_first().wait_small,
        blame_large: mixture.blame_large(),
        wasted_small: blocked.map(|blocked| blocked.wasted_small),
        remedies: remedies(mixture)?,
    };
    let mut notes = vec![Note::new(
        NoteCode::Approximation,
        "two servers behind one queue is approximate (Allen–Cunneen: for uneven services up to a third too high, at light load up to three quarters); the other rows are exact",
    )];
    if blocked.is_none() {
        notes.push(Note::new(
            NoteCode::Saturated,
            "the jobs together are more than one server does; only a policy that starves the long ones has a wait for the short",
        ));
    }
    let tables = vec![table("", columns(), &numbers.remedies)];
    let facts = facts(&numbers);
    let document = RiskDocument {
        simulation: None,
        question: "What do the few long jobs do to the many short ones?".to_owned(),
        answer: headline(&numbers, small.mean_service),
        safe_setting: None,
        assumptions: vec!["Assumes one server, Poisson arrivals, steady state.".to_owned()],
        notes,
        numbers,
    };
    let shown = Shown {
        facts,
        ..Shown::tables("risk-head-of-line", tables)
    };
    Ok(document.report(shown, beside))
}

/// What is known of the mixture as a whole.
fn facts(numbers: &HeadOfLineNumbers) -> Vec<Fact> {
    vec![
        fact(
            "utilization",
            "utilization",
            Quantity::Ratio,
            numbers.utilization,
        ),
        fact(
            "squared_cv",
            "cv² of service",
            Quantity::Number,
            numbers.squared_cv,
        ),
        fact(
            "blame_large",
            "blame on the long",
            Quantity::Ratio,
            numbers.blame_large,
        ),
        fact(
            "wasted_small",
            "short ones held needlessly",
            Quantity::Number,
            numbers.wasted_small,
        ),
    ]
}

/// What a policy is shown by.
fn columns() -> Vec<Show<HeadOfLineRemedy>> {
    vec![
        show(
            "policy",
            "policy",
            Quantity::Text,
            |row: &HeadOfLineRemedy| row.policy.into(),
        ),
        show("wait_small_s", "short wait", Quantity::Seconds, |row| {
            row.wait_small_s.into()
        }),
        show("slowdown_small", "slowdown", Quantity::Number, |row| {
            row.slowdown_small.into()
        }),
        show("wait_large_s", "long wait", Quantity::Seconds, |row| {
            row.wait_large_s.into()
        }),
        show("basis", "", Quantity::Text, |row| row.basis.mark().into()),
        show("cost", "cost", Quantity::Text, |row| row.cost.into()),
    ]
}

fn remedies(mixture: &Mixture) -> Result<Vec<HeadOfLineRemedy>, Error> {
    let service = mixture.kinds()[mixture.small()].mean_service;
    let row = |policy, relief: Relief, basis, cost| HeadOfLineRemedy {
        policy,
        wait_small_s: relief.wait_small,
        slowdown_small: relief.wait_small.map(|wait| 1.0 + wait / service),
        wait_large_s: relief.wait_large,
        basis,
        cost,
    };
    let same = |wait: Option<f64>| Relief {
        wait_small: wait,
        wait_large: wait,
    };
    let all = mixture.first_come().map(|blocked| blocked.mean_wait);
    let variability = Variability {
        arrivals: 1.0,
        service: mixture.variability(),
    };
    let two = match Ggc::new(mixture.load(), 2.0, variability) {
        Ok(queue) => Some(queue.performance().mean_wait),
        Err(Error::Saturated { .. }) => None,
        Err(error) => return Err(error),
    };
    let piece = Relief {
        wait_small: mixture.cut(service)?,
        wait_large: mixture.small_interrupts().wait_large,
    };
    Ok(vec![
        row("first come, first served", same(all), Exactness::Exact, ""),
        row(
            "short ones first",
            mixture.small_first(),
            Exactness::Exact,
            "size must be known",
        ),
        row(
            "long ones cut in pieces",
            piece,
            Exactness::Approximate,
            "divisible work; a bound",
        ),
        row(
            "short ones interrupt",
            mixture.small_interrupts(),
            Exactness::Exact,
            "resumable work",
        ),
        row(
            "equal shares at once",
            mixture.shared(),
            Exactness::Exact,
            "memory for all",
        ),
        row(
            "two servers, one queue",
            same(two),
            Exactness::Approximate,
            "one more server",
        ),
        row(
            "a server for each kind",
            mixture.isolated(),
            Exactness::Exact,
            "one more, uneven load",
        ),
    ])
}

fn headline(numbers: &HeadOfLineNumbers, service: f64) -> Vec<String> {
    let (Some(wait), Some(slowdown)) = (numbers.mean_wait_s, numbers.slowdown_small) else {
        return vec![format!(
            "No steady state: the jobs need {} of one server.",
            percent(numbers.utilization)
        )];
    };
    let mut lines = vec![format!(
        "A job of {} waits {}, {} times its own service in all; {} of what it waits for are long jobs.",
        seconds(service),
        seconds(wait),
        number(slowdown),
        percent(numbers.blame_large)
    )];
    if let (Some(first), Some(alone)) = (numbers.wait_small_first_s, numbers.wait_small_isolated_s)
    {
        lines.push(format!(
            "Letting short ones go first leaves {}; a server of their own {}.",
            seconds(first),
            seconds(alone)
        ));
    }
    lines
}
