//! Headlines, assumptions and doubts of a simulation.

use super::document::{MeasureRow, RemedyRow, SimulateDocument};
use super::{Question, Simulated};
use crate::estimate::Estimate;
use crate::note::{Note, NoteCode};
use crate::report::Quantity;
use crate::report::number::alone;
use crate::sim::{Arrivals, Backoff, Start, Theory};

/// `1.67 s (95 % interval 1.66 s to 1.68 s)`.
fn sure(quantity: Quantity, found: &Estimate) -> String {
    let Some(value) = found.value else {
        return "unknown".to_owned();
    };
    let text = |value| alone(quantity, value, 3);
    let percent = alone(Quantity::Number, found.level.unwrap_or(0.0) * 100.0, 2);
    match (found.low, found.high) {
        (Some(low), Some(high)) => format!(
            "{} ({percent} % interval {} to {})",
            text(value),
            text(low),
            text(high)
        ),
        (Some(low), None) => format!("{} ({percent} % interval from {})", text(value), text(low)),
        _ => text(value),
    }
}

fn row<'a>(body: &'a SimulateDocument, measure: &str) -> Option<&'a MeasureRow> {
    body.measures.iter().find(|row| row.measure == measure)
}

fn found(body: &SimulateDocument, measure: &str) -> Estimate {
    row(body, measure).map_or(super::parts::NOTHING, |row| row.simulated)
}

pub(super) fn headline(
    simulated: &Simulated<'_>,
    question: Question,
    body: &SimulateDocument,
) -> Vec<String> {
    let stopped = simulated.results.stopped;
    if stopped > 0 && question != Question::Saturated {
        return vec![format!(
            "It never settles: {stopped} of {} runs were stopped after millions of events with requests still open.",
            simulated.results.recovered.len(),
        )];
    }
    match question {
        Question::Deadlock => deadlock(body),
        Question::Trigger => recovery(body).unwrap_or_else(|| {
            let peak = peak(body).into_iter();
            peak.chain(steady(simulated, body)).collect()
        }),
        Question::Burst => burst(body),
        Question::Saturated => saturated(simulated, body),
        Question::Steady => steady(simulated, body),
    }
}

fn steady(simulated: &Simulated<'_>, body: &SimulateDocument) -> Vec<String> {
    let tail = found(body, "response_p99_s");
    let p99 = sure(Quantity::Seconds, &tail);
    if !simulated.scenario.has_means() {
        return vec![format!(
            "Half of the responses take at most {}, 99 % at most {p99}; their mean has no interval.",
            sure(Quantity::Seconds, &found(body, "response_p50_s")),
        )];
    }
    let mut lines = vec![format!(
        "A response takes {} on average; 99 % take at most {p99}.",
        sure(Quantity::Seconds, &found(body, "response_mean_s")),
    )];
    let lost = found(body, "lost");
    if lost.value.is_some_and(|lost| lost > 0.0) {
        lines.push(format!(
            "{} of the requests get no answer; {} are answered in time.",
            sure(Quantity::Ratio, &lost),
            sure(Quantity::Rate, &found(body, "goodput_per_s")),
        ));
    }
    lines.extend(agreement(body));
    lines
}

/// How far theory and simulation are apart.
fn agreement(body: &SimulateDocument) -> Option<String> {
    let theory = body.theory.as_ref()?;
    let (text, row) = ["response_mean_s", "lost", "pausing", "duration_s"]
        .into_iter()
        .filter_map(|name| row(body, name))
        .find_map(|row| {
            let quantity = match row.measure {
                "lost" => Quantity::Ratio,
                "pausing" => Quantity::Number,
                _ => Quantity::Seconds,
            };
            Some((alone(quantity, row.theory?, 3), row))
        })?;
    let off = row.half_widths_off?.abs();
    let apart = if off <= 1.0 {
        "inside the interval".to_owned()
    } else {
        format!("{} half-widths away", alone(Quantity::Number, off, 2))
    };
    let about = if theory.exact { "says" } else { "says about" };
    Some(format!(
        "Theory ({}) {about} {text}: {apart}.",
        theory.model
    ))
}

fn saturated(simulated: &Simulated<'_>, body: &SimulateDocument) -> Vec<String> {
    let scenario = simulated.scenario;
    let growth = sure(Quantity::Rate, &found(body, "backlog_growth_per_s"));
    let mut lines = vec![format!(
        "No steady state: the backlog grows by {growth} without end."
    )];
    lines.push(format!(
        "The load needs {} servers and there are {}; waits depend on how long it has gone on.",
        alone(Quantity::Number, scenario.offered(), 3),
        scenario.servers,
    ));
    lines
}

fn burst(body: &SimulateDocument) -> Vec<String> {
    let mut line = format!(
        "All is settled after {}",
        sure(Quantity::Seconds, &found(body, "duration_s"))
    );
    let attempts = found(body, "attempts");
    if attempts.value.is_some_and(|attempts| attempts > 1.0) {
        line.push_str(&format!(
            ", with {} attempts a request",
            sure(Quantity::Number, &attempts)
        ));
    }
    let mut lines = vec![format!("{line}.")];
    let lost = found(body, "lost");
    if lost.value.is_some_and(|lost| lost > 0.0) {
        lines.push(format!("{} get no answer.", sure(Quantity::Ratio, &lost)));
    }
    lines.extend(agreement(body));
    lines
}

fn deadlock(body: &SimulateDocument) -> Vec<String> {
    let Some(deadlock) = &body.deadlock else {
        return Vec::new();
    };
    if deadlock.mean_s.value.is_some() {
        let mut lines = vec![format!(
            "Everything stands still after {} on average.",
            sure(Quantity::Seconds, &deadlock.mean_s)
        )];
        lines.extend(agreement(body));
        return lines;
    }
    vec![format!(
        "Everything stands still in {} of the runs before their end.",
        sure(Quantity::Ratio, &deadlock.happened)
    )]
}

fn recovery(body: &SimulateDocument) -> Option<Vec<String>> {
    let recovery = body.recovery.as_ref()?;
    let within = alone(Quantity::Seconds, recovery.within_s, 3);
    let chance = recovery.not_recovered;
    let share = |end: Option<f64>| alone(Quantity::Ratio, end.unwrap_or(1.0), 3);
    let level = alone(Quantity::Number, chance.level.unwrap_or(0.0) * 100.0, 2);
    let lost = (chance.value.unwrap_or(0.0) * recovery.runs as f64).round();
    let mut lines = Vec::new();
    if lost > 0.0 {
        let verb = if lost < recovery.runs as f64 {
            "may not"
        } else {
            "does not"
        };
        lines.push(format!(
            "It {verb} come back by itself: {} of {} runs are still down {within} after the trigger ({level} % interval {} to {}).",
            alone(Quantity::Count, lost, 3),
            recovery.runs,
            share(chance.low),
            share(chance.high),
        ));
    } else {
        lines.push(format!(
            "It comes back by itself in all {} runs; that it takes more than {within} has a chance of at most {} ({level} % sure).",
            recovery.runs,
            share(chance.high),
        ));
    }
    if let (Some(half), Some(most)) = (recovery.recovery_p50_s, recovery.recovery_p95_s) {
        let who = if lost > 0.0 {
            "Where it does, it"
        } else {
            "It"
        };
        lines.push(format!(
            "{who} takes {} in the median and {} at the 95th percentile, from the end of the trigger.",
            alone(Quantity::Seconds, half, 3),
            alone(Quantity::Seconds, most, 3),
        ));
    }
    let helps: Vec<String> = body.remedies.iter().filter_map(remedy).collect();
    if let Some((first, others)) = helps.split_first() {
        let all = others
            .iter()
            .fold(first.clone(), |all, other| all + ", or " + other);
        lines.push(format!("Every run comes back with {all}."));
    }
    Some(lines)
}

/// How high the backlog gets and when it is worked off, where nothing ends.
fn peak(body: &SimulateDocument) -> Option<String> {
    let series = &body.series;
    let points = series
        .time_s
        .iter()
        .zip(&series.backlog_mean)
        .zip(&series.backlog_p95);
    let ((time, mean), most) = points.max_by(|a, b| a.0.1.total_cmp(b.0.1))?;
    let last = *series.backlog_mean.last()?;
    let number = |value: f64| alone(Quantity::Number, value, 3);
    let seconds = |value: f64| alone(Quantity::Seconds, value, 3);
    let low = (1.5 * last).max(last + 1.0);
    let gone = series.time_s.iter().zip(&series.backlog_mean);
    let mut gone = gone.filter(|(at, backlog)| *at > time && **backlog <= low);
    let end = match gone.next() {
        Some((at, _)) if low < 0.5 * mean => {
            format!(
                "it is worked off after {}, down to {}",
                seconds(*at),
                number(last)
            )
        }
        _ => format!("it ends at {}", number(last)),
    };
    Some(format!(
        "The backlog peaks at {} on average, {} in 1 run of 20, after {}; {end}.",
        number(*mean),
        number(*most),
        seconds(*time),
    ))
}

fn remedy(row: &RemedyRow) -> Option<String> {
    let helps = row.not_recovered.value == Some(0.0) && row.remedy != "as-given";
    helps.then(|| match (row.remedy, row.setting) {
        ("budget", Some(share)) => {
            format!(
                "a retry budget of at most {} of the answers",
                alone(Quantity::Ratio, share, 2)
            )
        }
        ("full-jitter", Some(cap)) => {
            format!(
                "full jitter over at least {}",
                alone(Quantity::Seconds, cap, 3)
            )
        }
        ("cancel", _) => "given-up work taken back".to_owned(),
        _ => "no retries".to_owned(),
    })
}

pub(super) fn assumptions(simulated: &Simulated<'_>, theory: Option<&Theory>) -> Vec<String> {
    let Simulated {
        scenario,
        plan,
        results,
        ..
    } = simulated;
    let mut all = Vec::new();
    if let Some(theory) = theory {
        let how = if theory.exact { "exact" } else { "approximate" };
        all.push(format!("Theory, {how}: {}.", theory.model));
    }
    let runs = results.recovered.len();
    let requests = alone(Quantity::Count, results.requests as f64, 3);
    let start = match results.start {
        Start::Stationary => "each from the steady state".to_owned(),
        Start::Removed(0) => "from an empty station, with no warm-up to remove (MSER-5)".to_owned(),
        Start::Removed(n) => format!("each without its first {n} requests (MSER-5)"),
        Start::Given(n) | Start::NotSteady(n) => {
            format!("each without its first {n} requests")
        }
        Start::Empty => "each from an empty station".to_owned(),
    };
    all.push(format!(
        "{runs} runs, {requests} requests in all, {start}; seed {}.",
        plan.seed
    ));
    match scenario.arrivals {
        Arrivals::Open { .. } => {
            all.push(
                "Open loop: requests come whether or not earlier ones are answered.".to_owned(),
            );
        }
        Arrivals::Closed { .. } => all
            .push("Closed loop: clients wait for their answers, which hides overload.".to_owned()),
        Arrivals::Burst { .. } => {}
    }
    all
}

pub(super) fn notes(
    simulated: &Simulated<'_>,
    question: Question,
    body: &SimulateDocument,
) -> Vec<Note> {
    let Simulated {
        scenario, results, ..
    } = simulated;
    let mut notes = Vec::new();
    if question == Question::Saturated {
        notes.push(Note::warning(
            NoteCode::Saturated,
            "there is no steady state to simulate: waits are left out, since they only tell how long the runs are; add servers, bound the queue, or give requests a patience",
        ));
    }
    if !scenario.has_means() {
        notes.push(Note::warning(
            NoteCode::InfiniteVariance,
            "the service times have no variance, so mean waits have no interval and may be infinite: the means are only those of these runs; the percentiles hold",
        ));
    }
    if results.stopped > 0 {
        notes.push(Note::warning(
            NoteCode::NotSteady,
            "runs were stopped: retries without end never let go, or millions of requests are open at once; give retries a limit or a budget, or fix the time of a run",
        ));
    }
    if let Start::NotSteady(n) = results.start {
        notes.push(Note::warning(
            NoteCode::NotSteady,
            format!("pilot runs of {n} requests found no steady part: the means may still move; simulate more requests a run"),
        ));
    }
    let (asked, reached) = (body.plan.precision_asked, body.plan.precision_reached);
    if let Some(asked) = asked
        && reached.is_none_or(|reached| reached > asked)
    {
        let reached = reached.map_or("no".to_owned(), |reached| {
            alone(Quantity::Ratio, reached, 2)
        });
        notes.push(Note::warning(
            NoteCode::PrecisionNotReached,
            format!(
                "stopped at a precision of {reached} instead of {}",
                alone(Quantity::Ratio, asked, 2)
            ),
        ));
    }
    let lost = body
        .recovery
        .as_ref()
        .and_then(|recovery| recovery.not_recovered.value);
    if lost.is_some_and(|lost| lost > 0.0) {
        let retries = if scenario.client.retries == Some(0) {
            "give it more capacity or longer"
        } else if matches!(scenario.client.backoff, Backoff::None) {
            "retries without a pause keep it down: see the remedies"
        } else {
            "see the remedies"
        };
        notes.push(Note::warning(
            NoteCode::DoesNotRecover,
            format!("the backlog that the trigger left was not worked off in every run: {retries}"),
        ));
    }
    if let Some(theory) = &body.theory
        && !theory.exact
    {
        notes.push(Note::new(
            NoteCode::Approximation,
            format!(
                "{} is an approximation: where the two differ, trust the simulated interval",
                theory.model
            ),
        ));
    }
    notes
}
