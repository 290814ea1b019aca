//! The one-page capacity report: the answer, what limits, what each target needs, the risk of
//! running close to it, and what was measured.

use super::number::{DIGITS, about_rate, alone};
use super::queue::{StationRow, assumption, station};
use super::scene::sweep::{self, About};
use super::usl::document::{Questions, UslDocument};
use super::{Cell, Column, Quantity, Report, Section, Table, usl};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::{Fit, Grade};
use crate::note::Note;
use crate::queueing::{Load, Open};
use crate::sweep::Sweeps;
use serde::Serialize;

/// Body of a document of kind `report`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CapacityDocument {
    /// The fit, as a document of kind `usl`.
    pub result: UslDocument,
    /// Throughputs that were asked for, 1/s.
    pub targets_per_s: Vec<f64>,
    /// What each needs, as documents of kind `plan`.
    pub plans: Vec<serde_json::Value>,
    /// The risk of working points.
    pub working_points: WorkingPoints,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// Waits at several shares of one capacity, if arrivals come at random.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct WorkingPoints {
    /// Number of units.
    pub n: f64,
    /// Throughput that they reach, 1/s.
    pub throughput_per_s: f64,
    /// Mean time that a unit then takes for a piece of work, seconds.
    pub mean_service_s: f64,
    /// A queue for each share.
    pub rows: Vec<StationRow>,
}

/// What one target needs: its plan.
#[derive(Debug)]
pub(crate) struct Planned {
    /// Throughput that is asked for, 1/s.
    pub target: f64,
    /// Its report of kind `plan`.
    pub report: Report,
}

/// Arrivals and service at random, and nobody turned away.
const OPEN: Open = Open {
    cv_arrivals: 1.0,
    cv_service: 1.0,
    capacity: None,
};

/// Shares of a capacity that the risk is told for.
const SHARES: [f64; 6] = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99];

/// The report of one series and the plans for its targets.
///
/// # Errors
/// [`Error::OutOfRange`] for a throughput of 0 at the best measured size.
pub(crate) fn report(
    sweeps: &Sweeps,
    series: &str,
    fit: &Fit,
    questions: &Questions,
    plans: Vec<Planned>,
) -> Result<Report, Error> {
    let of_fit = usl::report(sweeps, series, fit, questions);
    let points = working_points(fit)?;
    let mut headline = of_fit.headline;
    for plan in &plans {
        headline.extend(plan.report.headline.first().cloned());
    }
    let about = About {
        title: headline.first().map_or("", String::as_str),
        n_unit: &sweeps.n_unit,
        asked: &questions.at,
        target: plans.first().map(|plan| plan.target),
    };
    let scene = sweep::scene(fit, &about);
    let mut notes = of_fit.notes;
    let mut sections = vec![heading("What limits it")];
    sections.push(Section::Text(limits(fit, &sweeps.n_unit)));
    let (facts, tables) = (of_fit.sections.into_iter())
        .partition::<Vec<_>, _>(|section| matches!(section, Section::Facts(_)));
    sections.extend(facts);
    sections.push(heading("What to expect"));
    sections.extend(tables);
    let mut documents = Vec::new();
    let targets_per_s = plans.iter().map(|plan| plan.target).collect();
    for Planned { target, report } in plans {
        sections.push(heading(&format!("For {}", about_rate(target, DIGITS))));
        sections.push(Section::Text(report.headline.join("\n")));
        sections.extend(report.sections);
        documents.extend(serde_json::from_str(&report.document.text()).ok());
        let known = |note: &Note| notes.contains(note);
        let new: Vec<Note> = report
            .notes
            .into_iter()
            .filter(|note| !known(note))
            .collect();
        notes.extend(new);
    }
    sections.push(heading("How close to the limit to run"));
    sections.extend(risk(&points, &sweeps.n_unit));
    sections.push(heading("What was measured"));
    sections.extend(measured(sweeps, fit));
    let body = CapacityDocument {
        result: UslDocument::new(sweeps, series, fit, questions),
        targets_per_s,
        plans: documents,
        working_points: points,
        notes: notes.clone(),
    };
    Ok(Report {
        kind: "report",
        headline,
        sections,
        notes,
        scene: Some(scene),
        document: super::document("report", body),
    })
}

fn heading(text: &str) -> Section {
    Section::Heading(text.to_owned())
}

/// Where the time of a piece of work goes at the largest measured size.
fn limits(fit: &Fit, n_unit: &str) -> String {
    if fit.quality().grade == Grade::Poor {
        return format!(
            "The {} law does not describe these data, so it cannot say what limits them: read what was measured.",
            fit.fitted_law().name()
        );
    }
    let n = fit.levels().n_max();
    if let Some((ceiling, corner)) = fit.full() {
        let known = |quantity, estimate: Estimate| {
            estimate
                .value
                .map_or("–".to_owned(), |value| alone(quantity, value, DIGITS))
        };
        return format!(
            "By the law something is full from {} {n_unit} on, at {}; find what it is before adding more.",
            known(Quantity::Number, corner),
            known(Quantity::Rate, ceiling)
        );
    }
    let parts = fit.law().overhead(n);
    let whole = parts.ideal + parts.contention + parts.coherency;
    let share = |part: f64| alone(Quantity::Ratio, (part / whole).clamp(0.0, 1.0), DIGITS);
    format!(
        "By the law, of the time that a piece of work takes at {} {n_unit}, {} is work, {} waiting for what is shared (contention α) and {} keeping each other up to date (coherency β).",
        alone(Quantity::Count, n, DIGITS),
        share(parts.ideal),
        share(parts.contention),
        share(parts.coherency),
    )
}

/// Queues at shares of the capacity of the best measured size.
fn working_points(fit: &Fit) -> Result<WorkingPoints, Error> {
    let levels = fit.levels().as_slice();
    let best = levels
        .iter()
        .max_by(|a, b| a.mean.total_cmp(&b.mean).then(b.n.total_cmp(&a.n)));
    let (n, throughput) = best.map_or((1.0, fit.law().params().gamma), |best| (best.n, best.mean));
    let servers = n.max(1.0).floor();
    let mean_service = servers / throughput;
    let mut rows = Vec::new();
    for share in SHARES {
        let load = Load {
            arrival_rate: share * throughput,
            mean_service,
        };
        rows.push(station(&OPEN, load.checked()?, servers)?);
    }
    Ok(WorkingPoints {
        n: servers,
        throughput_per_s: throughput,
        mean_service_s: mean_service,
        rows,
    })
}

fn risk(points: &WorkingPoints, n_unit: &str) -> Vec<Section> {
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let rows = points.rows.iter().map(|row| {
        vec![
            Cell::from(row.utilization),
            row.arrival_rate_per_s.into(),
            row.mean_wait_s.into(),
            row.p99_wait_s.into(),
            row.p99_response_s.into(),
        ]
    });
    vec![
        Section::Text(format!(
            "If work arrives at random at {} {n_unit} that carry {} together, it waits:",
            alone(Quantity::Count, points.n, DIGITS),
            about_rate(points.throughput_per_s, DIGITS)
        )),
        Section::Table(Table {
            title: String::new(),
            columns: vec![
                column("utilization", "busy", Quantity::Ratio),
                column("arrivals_per_s", "arrivals", Quantity::Rate),
                column("mean_wait_s", "mean wait", Quantity::Seconds),
                column("p99_wait_s", "99 % wait at most", Quantity::Seconds),
                column("p99_response_s", "99 % are done within", Quantity::Seconds),
            ],
            rows: rows.collect(),
        }),
        Section::Text(assumption(&OPEN)),
    ]
}

/// The inputs and how much of them was used.
fn measured(sweeps: &Sweeps, fit: &Fit) -> Vec<Section> {
    let levels = fit.levels();
    let first = levels.as_slice().first().map_or(0.0, |level| level.n);
    let count = |value: f64| alone(Quantity::Count, value, DIGITS);
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let rows = sweeps.sources.iter().map(|source| {
        vec![
            Cell::from(source.path.as_str()),
            (&source.format).into(),
            Cell::Number(source.rows_read as f64),
            Cell::Number(source.rows_used as f64),
        ]
    });
    vec![
        Section::Text(format!(
            "{} sizes from {} to {} {}, {} runs.",
            levels.len(),
            count(first),
            count(levels.n_max()),
            sweeps.n_unit,
            count(levels.runs() as f64)
        )),
        Section::Table(Table {
            title: String::new(),
            columns: vec![
                column("path", "source", Quantity::Text),
                column("format", "read as", Quantity::Text),
                column("rows_read", "rows", Quantity::Count),
                column("rows_used", "used", Quantity::Count),
            ],
            rows: rows.collect(),
        }),
    ]
}
