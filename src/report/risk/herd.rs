//! N clients return at once: what they do next decides how long it takes.

use super::{Exactness, RiskDocument, SafeSetting, Shown, count, number, percent, seconds};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::Load;
use crate::report::columns::{plural, show, table};
use crate::report::{Cell, Quantity, Report};
use crate::risk::{Herd, ReturningHerd, jittered_backoff, recurring_herd};
use crate::sim::beside::Beside;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HerdQuestion {
    /// The herd.
    pub herd: Herd,
    /// Interval of a retry without backoff in seconds.
    pub interval: f64,
    /// First step of a backoff in seconds.
    pub base: f64,
    /// Its longest step in seconds.
    pub cap: f64,
    /// A jitter window to look at in seconds, where one was asked for.
    pub window: Option<f64>,
    /// Attempts a client that are acceptable; the safe window is the smallest that keeps them.
    pub attempts: f64,
    /// The herd returns every so many seconds; `None` for once.
    pub every: Option<f64>,
}

/// Numbers of a herd.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HerdNumbers {
    /// Clients that return at the same moment.
    pub clients: f64,
    /// Places that serve them.
    pub places: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// Rounds of service, ⌈clients/places⌉.
    pub rounds: f64,
    /// The shortest drain any order can reach, in seconds.
    pub ideal_drain_s: f64,
    /// One entry for each thing that clients may do, side by side.
    pub remedies: Vec<HerdRemedy>,
    /// Mean response in seconds where the herd recurs; null where it does not or is too much.
    pub recurring_response_s: Option<f64>,
}

/// What clients may do when all places are taken.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HerdRemedy {
    /// `queue-constant`, `queue-exponential`, `fixed-interval`, `exponential-backoff`,
    /// `full-jitter`, `jittered-backoff` or `spread-start`.
    pub strategy: &'static str,
    /// The same in words.
    pub words: String,
    /// Interval, first step or window in seconds; null for queues.
    pub setting_s: Option<f64>,
    /// Longest step of a backoff in seconds; null without one.
    pub cap_s: Option<f64>,
    /// Attempts of all clients.
    pub attempts: f64,
    /// Of them turned away.
    pub rejected: f64,
    /// Attempts a client.
    pub amplification: f64,
    /// Seconds until the last is served.
    pub drain_s: f64,
    /// Share of the places that is busy meanwhile.
    pub utilization: f64,
    /// Mean wait in seconds; null where clients do not wait in a queue.
    pub mean_wait_s: Option<f64>,
    /// Longest wait in seconds; null where clients do not wait in a queue.
    pub max_wait_s: Option<f64>,
    /// Exact or approximate.
    pub basis: Exactness,
    /// What it costs.
    pub cost: String,
}

/// The herd and what its clients may do.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As the methods of [`Herd`].
pub(crate) fn report(question: &HerdQuestion, beside: Option<&Beside>) -> Result<Report, Error> {
    let herd = question.herd.checked()?;
    let mut remedies = queues(&herd);
    remedies.extend(in_phase(question)?);
    let safe = herd.smallest_window(question.attempts)?;
    remedies.extend(spread(question, safe)?);
    let (recurring, mut notes) = recurring(question)?;
    notes.push(Note::new(
        NoteCode::Approximation,
        "rows marked approx.: attempts within 7 % of simulation; a constant window's drain is a lower bound (0.76 to 0.99 of simulation up to 1,000 clients a place, 0.67 at 100,000), a jittered backoff's within 10 %",
    ));
    let answer = headline(question, &remedies, safe);
    let document = RiskDocument {
        simulation: None,
        question: format!(
            "{} come back at once: how long until all are served, and after how many attempts?",
            plural(herd.clients, "client")
        ),
        answer,
        safe_setting: Some(SafeSetting {
            name: "jitter-window",
            value: safe,
            unit: "s",
            guarantees: format!("at most {} attempts a client", number(question.attempts)),
        }),
        assumptions: vec![
            "Assumes all at the same moment, services of equal length unless exponential, retries in phase without jitter."
                .to_owned(),
        ],
        notes,
        numbers: HerdNumbers {
            clients: herd.clients,
            places: herd.places,
            mean_service_s: herd.mean_service,
            rounds: herd.rounds(),
            ideal_drain_s: herd.ideal_drain(),
            remedies,
            recurring_response_s: recurring,
        },
    };
    let columns = vec![
        show(
            "words",
            "who finds no place",
            Quantity::Text,
            |row: &HerdRemedy| row.words.clone().into(),
        ),
        show("attempts", "attempts", Quantity::Count, |row| {
            row.attempts.round().into()
        }),
        show("amplification", "each", Quantity::Number, |row| {
            row.amplification.into()
        }),
        show("drain_s", "done after", Quantity::Seconds, |row| {
            row.drain_s.into()
        }),
        show("utilization", "busy", Quantity::Ratio, |row| {
            row.utilization.into()
        }),
        show("basis", "", Quantity::Text, |row| row.basis.mark().into()),
        show("cost", "cost", Quantity::Text, |row| {
            Cell::from(row.cost.as_str())
        }),
    ];
    let tables = vec![table("", columns, &document.numbers.remedies)];
    Ok(document.report(Shown::tables("risk-herd", tables), beside))
}

fn busy(herd: &Herd, drain: f64) -> f64 {
    (herd.ideal_drain() / drain).min(1.0)
}

fn queues(herd: &Herd) -> Vec<HerdRemedy> {
    let queue = herd.queue();
    let waiting = (herd.clients - herd.places).max(0.0);
    let row = |strategy, words: &str, drain, mean, max| HerdRemedy {
        strategy,
        words: words.to_owned(),
        setting_s: None,
        cap_s: None,
        attempts: herd.clients,
        rejected: 0.0,
        amplification: 1.0,
        drain_s: drain,
        utilization: busy(herd, drain),
        mean_wait_s: mean,
        max_wait_s: max,
        basis: Exactness::Exact,
        cost: format!("room for {}", count(waiting)),
    };
    vec![
        row(
            "queue-constant",
            "wait in one queue",
            queue.drain,
            Some(queue.mean_wait),
            Some(queue.max_wait),
        ),
        row(
            "queue-exponential",
            "the same, uneven service",
            herd.exponential_queue_drain(),
            None,
            None,
        ),
    ]
}

fn returned(
    herd: &Herd,
    strategy: &'static str,
    words: String,
    (setting, cap): (f64, Option<f64>),
    got: ReturningHerd,
) -> HerdRemedy {
    HerdRemedy {
        strategy,
        words,
        setting_s: Some(setting),
        cap_s: cap,
        attempts: got.attempts,
        rejected: got.rejected,
        amplification: got.amplification,
        drain_s: got.drain,
        utilization: busy(herd, got.drain),
        mean_wait_s: None,
        max_wait_s: None,
        basis: Exactness::Exact,
        cost: format!("{} refusals", count(got.rejected)),
    }
}

fn in_phase(question: &HerdQuestion) -> Result<[HerdRemedy; 2], Error> {
    let HerdQuestion {
        herd,
        interval,
        base,
        cap,
        ..
    } = *question;
    Ok([
        returned(
            &herd,
            "fixed-interval",
            format!("retry every {}", seconds(interval)),
            (interval, None),
            herd.fixed_interval(interval)?,
        ),
        returned(
            &herd,
            "exponential-backoff",
            format!("back off to {}, no jitter", seconds(cap)),
            (base, Some(cap)),
            herd.exponential_backoff(base, cap)?,
        ),
    ])
}

fn jittered(
    herd: &Herd,
    strategy: &'static str,
    words: String,
    (setting, cap): (f64, Option<f64>),
    (amplification, drain): (f64, f64),
    cost: String,
) -> HerdRemedy {
    HerdRemedy {
        strategy,
        words,
        setting_s: Some(setting),
        cap_s: cap,
        attempts: amplification * herd.clients,
        rejected: (amplification - 1.0) * herd.clients,
        amplification,
        drain_s: drain,
        utilization: busy(herd, drain),
        mean_wait_s: None,
        max_wait_s: None,
        basis: Exactness::Approximate,
        cost,
    }
}

fn spread(question: &HerdQuestion, safe: f64) -> Result<Vec<HerdRemedy>, Error> {
    let HerdQuestion {
        herd, base, cap, ..
    } = *question;
    let mut rows = Vec::new();
    let got = jittered_backoff(&herd, base, cap)?;
    let refusals = |each: f64| format!("{} refusals", count(((each - 1.0) * herd.clients).round()));
    rows.push(jittered(
        &herd,
        "jittered-backoff",
        format!("back off to {}, jitter", seconds(cap)),
        (base, Some(cap)),
        (got.amplification, got.drain),
        refusals(got.amplification),
    ));
    let windows = [question.window, Some(safe).filter(|window| *window > 0.0)];
    for window in windows.into_iter().flatten() {
        let got = herd.full_jitter(window)?;
        rows.push(jittered(
            &herd,
            "full-jitter",
            format!("jitter within {}", seconds(window)),
            (window, None),
            (got.amplification, got.drain),
            refusals(got.amplification),
        ));
    }
    if herd.clients > herd.places {
        const LIMIT: f64 = 1.1;
        let window = herd.smallest_spread(LIMIT)?;
        rows.push(jittered(
            &herd,
            "spread-start",
            format!("first within {} too", seconds(window)),
            (window, None),
            (LIMIT, window + herd.mean_service),
            "every restart waits".to_owned(),
        ));
    }
    Ok(rows)
}

/// Mean response where the herd recurs, the pool taken as one server P times as fast.
fn recurring(question: &HerdQuestion) -> Result<(Option<f64>, Vec<Note>), Error> {
    let Some(every) = question.every else {
        return Ok((None, Vec::new()));
    };
    crate::domain::positive("time between herds", every)?;
    let herd = question.herd;
    let load = Load {
        arrival_rate: herd.clients / every,
        mean_service: herd.mean_service / herd.places,
    };
    match recurring_herd(load, herd.clients) {
        Ok(response) => Ok((Some(response), Vec::new())),
        Err(Error::Saturated { .. }) => Ok((
            None,
            vec![Note::new(
                NoteCode::Saturated,
                format!(
                    "every {} a herd that needs {}: the backlog grows from herd to herd",
                    seconds(every),
                    seconds(herd.ideal_drain())
                ),
            )],
        )),
        Err(error) => Err(error),
    }
}

fn headline(question: &HerdQuestion, rows: &[HerdRemedy], safe: f64) -> Vec<String> {
    let herd = question.herd;
    if herd.clients <= herd.places {
        return vec![format!(
            "No herd: {} fit into {} at once; all are done after {}.",
            plural(herd.clients, "client"),
            plural(herd.places, "place"),
            seconds(herd.mean_service)
        )];
    }
    let mut lines = vec![format!(
        "{} on {} need {} at best; retrying every {} takes {} and {} attempts ({} each).",
        plural(herd.clients, "client"),
        plural(herd.places, "place"),
        seconds(herd.ideal_drain()),
        seconds(question.interval),
        rows.iter()
            .find(|row| row.strategy == "fixed-interval")
            .map_or_else(String::new, |row| seconds(row.drain_s)),
        rows.iter()
            .find(|row| row.strategy == "fixed-interval")
            .map_or_else(String::new, |row| count(row.attempts)),
        rows.iter()
            .find(|row| row.strategy == "fixed-interval")
            .map_or_else(String::new, |row| number(row.amplification)),
    )];
    if let Some(row) = rows
        .iter()
        .find(|row| row.strategy == "exponential-backoff")
    {
        lines.push(format!(
            "Backoff without jitter only idles: {} at {} busy. Smallest window with at most {} attempts each: {}.",
            seconds(row.drain_s),
            percent(row.utilization),
            number(question.attempts),
            seconds(safe)
        ));
    }
    lines
}
