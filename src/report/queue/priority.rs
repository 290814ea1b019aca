//! Priority classes on one server: who waits how long, and who starves.

use super::{ClassRow, QueueDocument, QueueInput, show, table};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::{Priority, PriorityClass};
use crate::report::number::alone;
use crate::report::{Quantity, Report};

/// The classes, highest priority first; `service_cv` of each beside its class.
///
/// # Errors
/// As [`Priority::new`].
pub(crate) fn report(classes: &[PriorityClass]) -> Result<Report, Error> {
    let queue = Priority::new(classes)?;
    let arrivals: f64 = classes.iter().map(|class| class.load.arrival_rate).sum();
    let offered: f64 = queue.classes().iter().map(|class| class.offered).sum();
    let mut document = QueueDocument::new(
        "priority",
        QueueInput {
            arrival_rate_per_s: Some(arrivals),
            offered_load: Some(offered),
            cv_arrivals: Some(1.0),
            ..QueueInput::default()
        },
    );
    document.classes = classes
        .iter()
        .zip(queue.classes())
        .enumerate()
        .map(|(index, (class, got))| ClassRow {
            class: index + 1,
            arrival_rate_per_s: class.load.arrival_rate,
            mean_service_s: class.load.mean_service,
            cv_service: class.service_variability.sqrt(),
            utilization: got.offered,
            starved: got.mean_wait.is_none(),
            throughput_per_s: got.throughput,
            mean_wait_s: got.mean_wait,
            mean_response_s: got.mean_response,
            mean_queue: got.mean_queue,
            mean_in_system: got.mean_in_system,
        })
        .collect();
    if let Some(first) = queue.first_starved() {
        document.notes.push(Note::new(
            NoteCode::Saturated,
            format!(
                "class {} and those below it starve: the classes down to it offer a load of at least 1; its queue grows without end",
                first + 1
            ),
        ));
    }
    document.assumptions = vec![
        "Assumes one server, Poisson arrivals, no pre-emption: a service that has begun is finished. Class 1 goes first."
            .to_owned(),
    ];
    let columns = vec![
        show("class", "class", Quantity::Count, |row: &ClassRow| {
            (row.class as f64).into()
        }),
        show("arrival_rate_per_s", "arrivals", Quantity::Rate, |row| {
            row.arrival_rate_per_s.into()
        }),
        show("mean_service_s", "service", Quantity::Seconds, |row| {
            row.mean_service_s.into()
        }),
        show("utilization", "load", Quantity::Ratio, |row| {
            row.utilization.into()
        }),
        show("mean_queue", "waiting", Quantity::Number, |row| {
            row.mean_queue.into()
        }),
        show("mean_wait_s", "wait", Quantity::Seconds, |row| {
            row.mean_wait_s.into()
        }),
        show("mean_response_s", "response", Quantity::Seconds, |row| {
            row.mean_response_s.into()
        }),
        show("throughput_per_s", "completed", Quantity::Rate, |row| {
            row.throughput_per_s.into()
        }),
        show("verdict", "", Quantity::Text, |row| {
            if row.starved { "starves" } else { "" }.into()
        }),
    ];
    let tables = vec![table("", columns, &document.classes)];
    let headline = headline(&document.classes);
    Ok(document.report(headline, tables))
}

fn headline(classes: &[ClassRow]) -> Vec<String> {
    let seconds = |value: f64| alone(Quantity::Seconds, value, 3);
    if let Some(starved) = classes.iter().find(|class| class.starved) {
        return vec![format!(
            "Class {} starves: it completes {} of its {}, and its queue grows without end.",
            starved.class,
            alone(Quantity::Rate, starved.throughput_per_s, 3),
            alone(Quantity::Rate, starved.arrival_rate_per_s, 3),
        )];
    }
    let (Some(first), Some(last)) = (
        classes.first().and_then(|class| class.mean_wait_s),
        classes.last().and_then(|class| class.mean_wait_s),
    ) else {
        return Vec::new();
    };
    if classes.len() > 1 && first > 0.0 {
        vec![format!(
            "Nobody starves: class 1 waits {}, class {} waits {}, {} times as long.",
            seconds(first),
            classes.len(),
            seconds(last),
            alone(Quantity::Number, last / first, 3),
        )]
    } else {
        vec![format!("Nobody starves: class 1 waits {}.", seconds(first))]
    }
}
