//! How evenly and how busily the workers work, in words and as a document.

use super::number::alone;
use super::{Cell, Column, Quantity, Report, Section, Table};
use crate::advice::{Setting, Spelling};
use crate::judge::workers::{
    HealthGrade, Metric, Offender, Thresholds, WorkerHealth, WorkerSample, Workers, worker_health,
};
use crate::note::{Note, NoteCode};
use serde::Serialize;
use std::borrow::Cow;

/// Body of a document of kind `health`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HealthDocument {
    /// The files read.
    pub paths: Vec<String>,
    /// Samples read.
    pub samples: u64,
    /// Workers they belong to.
    pub workers: usize,
    /// Throughput of a worker that works alone; null where not given.
    pub single_worker_per_s: Option<f64>,
    /// The worst of the metrics: `good`, `between` or `bad`; null where none could be read.
    pub verdict: Option<&'static str>,
    /// All metrics, also those that could not be read.
    pub metrics: Vec<HealthMetric>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// One metric.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HealthMetric {
    /// Its name, such as `utilization-spread`.
    pub name: &'static str,
    /// Its value; null where it could not be read.
    pub value: Option<f64>,
    /// `good`, `between` or `bad`; null without a value.
    pub verdict: Option<&'static str>,
    /// Threshold of good: below it, for real-speedup above it.
    pub good: f64,
    /// Threshold of bad: above it, for real-speedup below it.
    pub bad: f64,
    /// Workers that report what it needs.
    pub workers: usize,
    /// Workers whose effect is lost by it; the losses of several metrics overlap.
    pub lost_workers: Option<f64>,
    /// The workers that stand out most, the worst first.
    pub worst: Vec<HealthWorker>,
    /// What to do; null where it is good or has no value.
    pub next_step: Option<&'static str>,
    /// The command that looks closer at the risk behind it; null where it is good or has no
    /// value.
    pub look_closer: Option<String>,
    /// Why there is no value; null where there is one.
    pub absent: Option<Cow<'static, str>>,
}

/// A worker that stands out.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HealthWorker {
    /// Its name.
    pub worker: String,
    /// Utilization, lock wait over work, queue depth, or throughput in 1/s.
    pub value: f64,
}

/// What was read and how to judge it.
#[derive(Debug, Clone)]
pub(crate) struct Checkup {
    /// The files read.
    pub paths: Vec<String>,
    /// Samples read.
    pub samples: u64,
    /// The workers, their samples averaged.
    pub workers: Workers,
    /// Throughput of a worker that works alone, 1/s.
    pub single: Option<f64>,
    /// The metrics with their thresholds.
    pub limits: Vec<(Metric, Thresholds)>,
    /// How many workers to name for each metric.
    pub worst: usize,
    /// How the report spells settings.
    pub spelling: Spelling,
    /// The command that looks closer at the risk behind each metric.
    pub look_closer: Vec<(Metric, String)>,
}

/// Judges every metric; also gives the worst grade, `None` where nothing could be read.
pub(crate) fn report(checkup: &Checkup) -> (Report, Option<HealthGrade>) {
    let mut grades = Vec::new();
    let metrics: Vec<HealthMetric> = checkup
        .limits
        .iter()
        .map(|(metric, limits)| {
            let reading = worker_health(*metric, &checkup.workers, checkup.single, checkup.worst);
            let grade = (reading.as_ref()).map(|reading| limits.grade(*metric, reading.value));
            grades.extend(grade);
            judged(*metric, *limits, reading, grade, checkup)
        })
        .collect();
    let verdict = grades.iter().max().copied();
    let mut notes = Vec::new();
    if checkup.workers.len() == 1 {
        notes.push(Note::new(
            NoteCode::OneWorker,
            "one worker alone cannot be uneven: give a row for each",
        ));
    }
    let body = HealthDocument {
        paths: checkup.paths.clone(),
        samples: checkup.samples,
        workers: checkup.workers.len(),
        single_worker_per_s: checkup.single,
        verdict: verdict.map(grade_name),
        metrics,
        notes: notes.clone(),
    };
    let mut sections = vec![Section::Table(table(&body.metrics))];
    sections.extend(next_steps(&body.metrics).map(Section::Text));
    sections.extend(closer(&body.metrics).map(Section::Table));
    let headline = headline(&body);
    let title = headline.first().map_or("", String::as_str);
    let report = Report {
        scene: super::scene::health::scene(title, &checkup.workers),
        kind: "health",
        headline,
        sections,
        notes,
        document: super::document("health", body),
    };
    (report, verdict)
}

fn judged(
    metric: Metric,
    limits: Thresholds,
    reading: Option<WorkerHealth>,
    grade: Option<HealthGrade>,
    checkup: &Checkup,
) -> HealthMetric {
    let worker = |offender: Offender| HealthWorker {
        worker: offender.name,
        value: offender.value,
    };
    HealthMetric {
        name: metric.name(),
        value: reading.as_ref().map(|reading| reading.value),
        verdict: grade.map(grade_name),
        good: limits.good,
        bad: limits.bad,
        workers: reading.as_ref().map_or(0, |reading| reading.workers),
        lost_workers: reading.as_ref().map(|reading| reading.lost_workers),
        next_step: grade
            .filter(|grade| *grade > HealthGrade::Good)
            .map(|_| next_step(metric)),
        look_closer: grade
            .filter(|grade| *grade > HealthGrade::Good)
            .and_then(|_| {
                let mut closer = checkup.look_closer.iter();
                closer.find(|(known, _)| *known == metric)
            })
            .map(|(_, command)| command.clone()),
        absent: reading.is_none().then(|| why_absent(metric, checkup)),
        worst: reading
            .map(|reading| reading.worst.into_iter().map(worker).collect())
            .unwrap_or_default(),
    }
}

/// Name of a grade for machines.
pub(crate) fn grade_name(grade: HealthGrade) -> &'static str {
    match grade {
        HealthGrade::Good => "good",
        HealthGrade::Between => "between",
        HealthGrade::Bad => "bad",
    }
}

/// What to do about a metric that is not good.
fn next_step(metric: Metric) -> &'static str {
    match metric {
        Metric::UtilizationSpread => {
            "spread the work evenly: look for hot keys or sticky assignment, let idle workers steal or pull from one queue, make tasks smaller"
        }
        Metric::CoordinationOverhead => {
            "wait less for each other: shorten what is done under the lock, split the lock or its data, batch what crosses workers"
        }
        Metric::QueueDepthRatio => {
            "share one queue, or send each task to the shorter of two: a queue that only one worker can drain makes the others wait"
        }
        Metric::RealSpeedup => {
            "most workers only keep each other busy: measure throughput at several sizes with scalecalc usl, then run fewer workers or cells"
        }
    }
}

fn why_absent(metric: Metric, checkup: &Checkup) -> Cow<'static, str> {
    let any =
        |field: fn(&WorkerSample) -> bool| checkup.workers.iter().any(|(_, mean)| field(&mean));
    match metric {
        Metric::UtilizationSpread if any(|w| w.utilization.is_some()) => "every utilization is 0",
        Metric::UtilizationSpread => "no column utilization or cpu",
        Metric::CoordinationOverhead if any(|w| w.lock_wait.is_some() && w.work.is_some()) => {
            "no work was done"
        }
        Metric::CoordinationOverhead => "no columns lock_wait and work",
        Metric::QueueDepthRatio if any(|w| w.queue_depth.is_some()) => "every queue is empty",
        Metric::QueueDepthRatio => "no column queue_depth",
        Metric::RealSpeedup if checkup.single.is_some() => {
            "no throughput, or far from that of a worker alone"
        }
        Metric::RealSpeedup if any(|w| w.throughput.is_some()) => {
            let setting = checkup.spelling.of(Setting::SingleWorker, None);
            return format!("needs {setting}").into();
        }
        Metric::RealSpeedup => "no column throughput",
    }
    .into()
}

fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

fn headline(body: &HealthDocument) -> Vec<String> {
    let of = |verdict: &str| {
        body.metrics
            .iter()
            .filter(|metric| metric.verdict == Some(verdict))
            .count()
    };
    let read = body.metrics.iter().filter(|m| m.value.is_some()).count();
    let workers = format!(
        "{} worker{}",
        count(body.workers as f64),
        if body.workers == 1 { "" } else { "s" }
    );
    let mut lines = vec![match body.verdict {
        None => format!("{workers}: no metric could be read."),
        Some("good") if read == 1 => format!("{workers}: the one metric read is good."),
        Some("good") => format!("{workers}: all {read} metrics read are good."),
        Some(_) => format!(
            "{workers}: of {read} metrics read {} bad, {} between, {} good.",
            of("bad"),
            of("between"),
            of("good")
        ),
    }];
    let worst = (body.metrics.iter())
        .filter(|metric| metric.next_step.is_some())
        .filter_map(|metric| Some((metric, metric.lost_workers?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    if let Some((metric, lost)) = worst
        && lost > 0.0
    {
        lines.push(format!(
            "Costliest: {}, so {} {} the work of {}.",
            label(metric.name),
            count(metric.workers as f64),
            if metric.workers > 1 {
                "workers do"
            } else {
                "worker does"
            },
            alone(Quantity::Number, metric.workers as f64 - lost, 3),
        ));
    }
    lines
}

/// `utilization spread` for `utilization-spread`.
fn label(name: &str) -> String {
    name.replace('-', " ")
}

fn table(metrics: &[HealthMetric]) -> Table {
    let row = |metric: &HealthMetric| -> Vec<Cell> {
        let worst: Vec<&str> = metric.worst.iter().map(|w| w.worker.as_str()).collect();
        vec![
            label(metric.name).into(),
            metric.value.into(),
            metric.verdict.unwrap_or("unknown").into(),
            metric.good.into(),
            metric.bad.into(),
            metric.lost_workers.into(),
            metric
                .absent
                .as_deref()
                .map_or_else(|| worst.join(", "), str::to_owned)
                .into(),
        ]
    };
    Table {
        title: String::new(),
        columns: vec![
            Column::new("metric", "metric", Quantity::Text),
            Column::new("value", "value", Quantity::Number),
            Column::new("verdict", "", Quantity::Text),
            Column::new("good", "good", Quantity::Number),
            Column::new("bad", "bad", Quantity::Number),
            Column::new("lost_workers", "workers lost", Quantity::Number),
            Column::new("worst", "worst", Quantity::Text),
        ],
        rows: metrics.iter().map(row).collect(),
    }
}

fn next_steps(metrics: &[HealthMetric]) -> Option<String> {
    let lines: Vec<String> = metrics
        .iter()
        .filter_map(|metric| Some(format!("{}: {}.", label(metric.name), metric.next_step?)))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The commands that look closer, with example numbers where the metrics show none.
fn closer(metrics: &[HealthMetric]) -> Option<Table> {
    let commands = metrics.iter().filter_map(|metric| {
        let command = metric.look_closer.as_deref()?;
        Some(vec![Cell::from(command)])
    });
    let rows: Vec<Vec<Cell>> = commands.collect();
    let title = "look closer, with your own numbers";
    (!rows.is_empty()).then(|| Table {
        title: String::new(),
        columns: vec![Column::new("look_closer", title, Quantity::Text)],
        rows,
    })
}
