//! Priorities: who starves, and how much the high classes may take.

use super::{
    Exactness, RiskDocument, SafeSetting, Shown, number, percent, rate, seconds, seconds_or,
};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::{Priority, PriorityClass};
use crate::report::columns::{Show, show, table};
use crate::report::{Quantity, Report};
use crate::risk::starvation;
use crate::sim::beside::Beside;
use serde::Serialize;

/// Numbers of priority classes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct StarvationNumbers {
    /// One entry a class, highest priority first.
    pub classes: Vec<StarvationClass>,
    /// The first class that starves, counted from 1; null where none does.
    pub first_starved: Option<usize>,
    /// Mean wait promised to the lowest class in seconds; null without a promise.
    pub longest_wait_s: Option<f64>,
    /// The most arrivals of the highest class in 1/s that keep the promise; null where none do
    /// or without a promise.
    pub largest_high_rate_per_s: Option<f64>,
    /// Policies side by side.
    pub remedies: Vec<StarvationRemedy>,
}

/// One class as things are.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct StarvationClass {
    /// 1 is the highest priority.
    pub class: usize,
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Mean service in seconds.
    pub mean_service_s: f64,
    /// Offered load.
    pub utilization: f64,
    /// Completions a second.
    pub throughput_per_s: f64,
    /// Mean wait in seconds; null if starved.
    pub mean_wait_s: Option<f64>,
    /// Whether its queue grows without end.
    pub starved: bool,
}

/// One policy.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct StarvationRemedy {
    /// The policy in words.
    pub policy: String,
    /// Mean wait of the highest class in seconds; null where its queue grows without end.
    pub highest_wait_s: Option<f64>,
    /// Mean wait of the lowest class in seconds; null where its queue grows without end.
    pub lowest_wait_s: Option<f64>,
    /// Exact or approximate.
    pub basis: Exactness,
    /// What it costs.
    pub cost: String,
}

/// Who starves, and what helps. `longest` is the mean wait in seconds that the lowest class
/// is promised.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// As [`Priority::new`]; [`Error::NoSolution`] for fewer than two classes.
pub(crate) fn report(
    classes: &[PriorityClass],
    longest: Option<f64>,
    beside: Option<&Beside>,
) -> Result<Report, Error> {
    let queue = Priority::new(classes)?;
    let largest = match longest {
        Some(longest) => starvation::largest_high_load(classes, longest)?,
        None => None,
    };
    let rows: Vec<StarvationClass> = (classes.iter().zip(queue.classes()).enumerate())
        .map(|(index, (class, got))| StarvationClass {
            class: index + 1,
            arrival_rate_per_s: class.load.arrival_rate,
            mean_service_s: class.load.mean_service,
            utilization: got.offered,
            throughput_per_s: got.throughput,
            mean_wait_s: got.mean_wait,
            starved: got.mean_wait.is_none(),
        })
        .collect();
    let numbers = StarvationNumbers {
        first_starved: queue.first_starved().map(|index| index + 1),
        longest_wait_s: longest,
        largest_high_rate_per_s: largest,
        remedies: remedies(classes, &queue, longest, largest)?,
        classes: rows,
    };
    let mut notes = Vec::new();
    if let Some(first) = numbers.first_starved {
        notes.push(Note::new(
            NoteCode::Saturated,
            format!("class {first} and those below it have no steady state: the classes down to it offer a load of 1 or more"),
        ));
    }
    let safe_setting = largest.map(|rate| SafeSetting {
        name: "highest-class-rate",
        value: rate,
        unit: "1/s",
        guarantees: "the lowest class waits no longer on average than promised".to_owned(),
    });
    let tables = vec![
        table("", class_columns(), &numbers.classes),
        table("", remedy_columns(), &numbers.remedies),
    ];
    let document = RiskDocument {
        simulation: None,
        question: "Who starves, and how much may the important ones take?".to_owned(),
        answer: headline(&numbers),
        safe_setting,
        assumptions: vec![
            "Assumes one server, Poisson arrivals, no pre-emption (Cobham, exact). A share is strict: it idles when its class does."
                .to_owned(),
        ],
        notes,
        numbers,
    };
    Ok(document.report(Shown::tables("risk-starvation", tables), beside))
}

/// What a remedy is shown by.
fn remedy_columns() -> Vec<Show<StarvationRemedy>> {
    vec![
        show(
            "policy",
            "policy",
            Quantity::Text,
            |row: &StarvationRemedy| row.policy.clone().into(),
        ),
        show(
            "highest_wait_s",
            "highest waits",
            Quantity::Seconds,
            |row| row.highest_wait_s.into(),
        ),
        show("lowest_wait_s", "lowest waits", Quantity::Seconds, |row| {
            row.lowest_wait_s.into()
        }),
        show("cost", "cost", Quantity::Text, |row| {
            row.cost.clone().into()
        }),
    ]
}

/// What a class is shown by.
fn class_columns() -> Vec<Show<StarvationClass>> {
    vec![
        show(
            "class",
            "class",
            Quantity::Count,
            |row: &StarvationClass| (row.class as f64).into(),
        ),
        show("arrival_rate_per_s", "arrivals", Quantity::Rate, |row| {
            row.arrival_rate_per_s.into()
        }),
        show("utilization", "load", Quantity::Ratio, |row| {
            row.utilization.into()
        }),
        show("throughput_per_s", "completed", Quantity::Rate, |row| {
            row.throughput_per_s.into()
        }),
        show("mean_wait_s", "wait", Quantity::Seconds, |row| {
            row.mean_wait_s.into()
        }),
        show("verdict", "", Quantity::Text, |row| {
            if row.starved { "starves" } else { "" }.into()
        }),
    ]
}

fn remedies(
    classes: &[PriorityClass],
    queue: &Priority,
    longest: Option<f64>,
    largest: Option<f64>,
) -> Result<Vec<StarvationRemedy>, Error> {
    let row = |policy: String, waits: (Option<f64>, Option<f64>), cost: &str| StarvationRemedy {
        policy,
        highest_wait_s: waits.0,
        lowest_wait_s: waits.1,
        basis: Exactness::Exact,
        cost: cost.to_owned(),
    };
    let ends = |queue: &Priority| {
        let wait = |class: Option<&crate::queueing::ClassPerformance>| class?.mean_wait;
        (wait(queue.classes().first()), wait(queue.classes().last()))
    };
    let alike = starvation::without_priorities(classes)?;
    let mut rows = vec![
        row("priorities as they are".to_owned(), ends(queue), ""),
        row(
            "no priorities".to_owned(),
            (alike, alike),
            "the highest waits like all",
        ),
    ];
    let share = match longest {
        Some(longest) => starvation::smallest_share(classes, longest)?,
        None => (classes.last())
            .map(|class| (1.25 * class.load.offered()).min(0.5))
            .filter(|share| *share > 0.0),
    };
    if let Some(share) = share {
        let waits = starvation::with_share(classes, share)?;
        rows.push(row(
            format!("{} for the lowest", percent(share)),
            (
                waits.first().copied().flatten(),
                waits.last().copied().flatten(),
            ),
            "slower on a part",
        ));
    }
    if let Some(rate_of_first) = largest {
        let mut limited = classes.to_vec();
        limited[0].load.arrival_rate = rate_of_first.min(limited[0].load.arrival_rate);
        rows.push(row(
            format!("admit {} of class 1", rate(limited[0].load.arrival_rate)),
            ends(&Priority::new(&limited)?),
            "the rest is refused",
        ));
    }
    Ok(rows)
}

fn headline(numbers: &StarvationNumbers) -> Vec<String> {
    let mut lines = Vec::new();
    let last = numbers.classes.last();
    let ends = (
        numbers.classes.first().and_then(|class| class.mean_wait_s),
        last.and_then(|class| class.mean_wait_s),
    );
    let starved = numbers.classes.iter().find(|class| class.starved);
    if let Some(class) = starved {
        lines.push(format!(
            "Class {} starves: it completes {} of its {}, and its queue grows without end.",
            class.class,
            rate(class.throughput_per_s),
            rate(class.arrival_rate_per_s)
        ));
    } else if let (Some(high), Some(low)) = ends {
        let ratio = if high > 0.0 {
            format!(", {} times as long", number(low / high))
        } else {
            String::new()
        };
        lines.push(format!(
            "Nobody starves: the highest class waits {}, the lowest {}{ratio}.",
            seconds(high),
            seconds(low)
        ));
    }
    if let Some(longest) = numbers.longest_wait_s {
        lines.push(match numbers.largest_high_rate_per_s {
            Some(most) => format!(
                "The lowest waits at most {} while class 1 stays below {}.",
                seconds(longest),
                rate(most)
            ),
            None => format!(
                "Even without class 1 the lowest waits longer than {}: {}.",
                seconds(longest),
                seconds_or(last.and_then(|class| class.mean_wait_s), "without end now")
            ),
        });
    }
    lines
}
