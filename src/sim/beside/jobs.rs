//! Classes of jobs on one server: priorities, and long jobs before short ones.

use super::{Beside, Case, Repeats, Unit};
use crate::domain;
use crate::error::Error;
use crate::queueing::{Priority, PriorityClass};
use crate::risk::{JobKind, Mixture, starvation::without_priorities};
use crate::sim::law::{Family, TimeLaw};
use crate::sim::replicate::simulate;
use crate::sim::results::Results;
use crate::sim::scenario::{Arrivals, Class, Discipline, Scenario};

/// Requests of a run: busy servers and uneven jobs take many.
const REQUESTS: u64 = 60_000;

fn class(arrival_rate: f64, mean: f64, variability: f64) -> Result<Class, Error> {
    // None would be waited for without end.
    let arrival_rate = domain::positive("arrival rate", arrival_rate)?;
    Ok(Class {
        gap: TimeLaw::Exponential(1.0 / arrival_rate),
        service: TimeLaw::new(Family::Auto, mean, variability.sqrt())?,
    })
}

fn one_server(classes: Vec<Class>, discipline: Discipline) -> Scenario {
    Scenario {
        discipline,
        ..Scenario::serving(1, Arrivals::Open { classes, batch: 1 })
    }
}

/// Priority classes on one server, highest first: as they are, without priorities, and with
/// ageing.
///
/// # Errors
/// As [`Priority::new`]; [`Error::OutOfRange`] for a class without arrivals.
pub(crate) fn starvation(
    classes: &[PriorityClass],
    longest: Option<f64>,
    runs: Repeats,
) -> Result<Beside, Error> {
    let priority = Priority::new(classes)?;
    let all = classes
        .iter()
        .map(|one| {
            class(
                one.load.arrival_rate,
                one.load.mean_service,
                one.service_variability,
            )
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let mut beside = Beside::new(runs);
    let plan = beside.plan(REQUESTS);
    let strict = Discipline::Priority { ageing: None };
    let results = simulate(&one_server(all.clone(), strict), &plan, &|| {})?;
    for (index, said) in priority.classes().iter().enumerate() {
        let Some(found) = results.classes.get(index) else {
            continue;
        };
        let case = Case::exact("class").at(index as f64 + 1.0, Unit::Number);
        if let Some(wait) = said.mean_wait {
            beside.values(case, ("wait", Unit::Seconds), Some(wait), &found.waits)?;
        } else {
            let rate = Some(said.throughput);
            beside.values(case, ("completed", Unit::Rate), rate, &found.goodput)?;
        }
    }
    let Some(even) = without_priorities(classes)? else {
        beside
            .left_out
            .push("no priorities, and ageing (no steady state)".to_owned());
        return Ok(beside);
    };
    let fair = simulate(&one_server(all.clone(), Discipline::Fifo), &plan, &|| {})?;
    if let Some(found) = fair.classes.last() {
        let case = Case::exact("lowest, no priorities");
        beside.values(case, ("wait", Unit::Seconds), Some(even), &found.waits)?;
    }
    let ageing = longest.unwrap_or(4.0 * even);
    for (name, which) in [
        ("highest, ageing of", 0),
        ("lowest, ageing of", classes.len() - 1),
    ] {
        let aged = Discipline::Priority {
            ageing: Some(ageing),
        };
        let aged = simulate(&one_server(all.clone(), aged), &plan, &|| {})?;
        if let Some(found) = aged.classes.get(which) {
            let case = Case::exact(name).at(ageing, Unit::Seconds);
            beside.values(case, ("wait", Unit::Seconds), None, &found.waits)?;
        }
    }
    Ok(beside)
}

/// A mixture of short and long jobs on one server, the short ones' wait under each policy.
///
/// # Errors
/// [`Error::OutOfRange`] for kinds that cannot be drawn.
pub(crate) fn head_of_line(mixture: &Mixture, runs: Repeats) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let Some(blocked) = mixture.first_come() else {
        beside
            .left_out
            .push("the jobs (no steady state)".to_owned());
        return Ok(beside);
    };
    let small = mixture.small();
    let mut kinds: Vec<JobKind> = mixture.kinds().to_vec();
    kinds.swap(0, small);
    let classes = kinds
        .iter()
        .filter(|kind| kind.fraction > 0.0)
        .map(|kind| {
            let rate = mixture.arrival_rate() * kind.fraction;
            class(rate, kind.mean_service, kind.variability)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let first = Discipline::Priority { ageing: None };
    let cases = [
        (
            Case::exact("first come, first served"),
            Discipline::Fifo,
            1,
            Some(blocked.mean_wait),
        ),
        (
            Case::exact("short ones first"),
            first,
            1,
            mixture.small_first().wait_small,
        ),
        (
            Case::exact("equal shares at once"),
            Discipline::Sharing,
            1,
            mixture.shared().wait_small,
        ),
        (
            Case::exact("shortest remaining first"),
            Discipline::ShortestRemaining,
            1,
            None,
        ),
        (
            Case::approximate("two servers, one queue"),
            Discipline::Fifo,
            2,
            two_servers(mixture),
        ),
    ];
    let plan = beside.plan(REQUESTS);
    for (case, discipline, servers, theory) in cases {
        let scenario = Scenario {
            servers,
            ..one_server(classes.clone(), discipline)
        };
        let results: Results = simulate(&scenario, &plan, &|| {})?;
        if let Some(found) = results.classes.first() {
            beside.values(case, ("short wait", Unit::Seconds), theory, &found.waits)?;
        }
    }
    Ok(beside)
}

fn two_servers(mixture: &Mixture) -> Option<f64> {
    use crate::queueing::{Ggc, Variability};
    let variability = Variability {
        arrivals: 1.0,
        service: mixture.variability(),
    };
    let queue = Ggc::new(mixture.load(), 2.0, variability).ok()?;
    Some(queue.performance().mean_wait)
}
