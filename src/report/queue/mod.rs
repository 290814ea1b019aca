//! Queues: what waits, how long, and what keeps a promise.

mod closed;
mod depth;
mod priority;
mod promised;
mod side;
mod solve;
mod station;

pub(crate) use closed::report as closed;
pub(crate) use depth::{report as depth, servers};
pub(crate) use priority::report as priority;
pub(crate) use side::{BoundDocument, DrainDocument, deadline, drain, loop_bounds};
pub(crate) use solve::{Question, Slo, Unknown, report as solve};
pub(crate) use station::StationRow;
pub(in crate::report) use station::{assumption, station};

use super::columns::{plural, show, table};
use super::{Report, Section, Table};
use crate::note::Note;
use serde::Serialize;

/// Body of a document of kind `queue`. All keys are always there; arrays may be empty.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct QueueDocument {
    /// What was asked: `depth`, `servers`, `closed`, `priority` or `solve`.
    pub question: &'static str,
    /// What the numbers take for granted, one sentence each.
    pub assumptions: Vec<String>,
    /// What was given.
    pub input: QueueInput,
    /// Queue depth against utilization: separate queues beside one shared queue.
    pub depth: Vec<DepthRow>,
    /// One entry a number of servers or clients.
    pub rows: Vec<StationRow>,
    /// One entry a priority class, highest first.
    pub classes: Vec<ClassRow>,
    /// The answer to an inverse question; null where none was asked.
    pub solution: Option<PromiseAnswer>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// What was given; null where not.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct QueueInput {
    /// Arrivals a second.
    pub arrival_rate_per_s: Option<f64>,
    /// Mean service time in seconds.
    pub mean_service_s: Option<f64>,
    /// Offered load: servers busy on average.
    pub offered_load: Option<f64>,
    /// Coefficient of variation of the times between arrivals.
    pub cv_arrivals: Option<f64>,
    /// Coefficient of variation of the service times.
    pub cv_service: Option<f64>,
    /// Mean think time in seconds.
    pub think_s: Option<f64>,
}

/// One utilization: each server with its own queue, and the same servers behind one.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DepthRow {
    /// Utilization of each separate queue, 0 to 1.
    pub utilization: f64,
    /// Servers that the load needs at that utilization, λS/ρ.
    pub servers: f64,
    /// All separate queues together; waits are those of any one.
    pub separate: StationRow,
    /// One shared queue for that many servers, rounded up to a whole number.
    pub shared: StationRow,
}

/// One priority class.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ClassRow {
    /// 1 is the highest priority.
    pub class: usize,
    /// Arrivals a second.
    pub arrival_rate_per_s: f64,
    /// Mean service time in seconds.
    pub mean_service_s: f64,
    /// Coefficient of variation of the service times.
    pub cv_service: f64,
    /// Offered load of the class.
    pub utilization: f64,
    /// Whether its queue grows without end.
    pub starved: bool,
    /// Completions a second.
    pub throughput_per_s: f64,
    /// Mean wait in seconds; null if starved.
    pub mean_wait_s: Option<f64>,
    /// Mean response in seconds; null if starved.
    pub mean_response_s: Option<f64>,
    /// Mean number waiting; null if starved.
    pub mean_queue: Option<f64>,
    /// Mean number waiting or in service; null if starved.
    pub mean_in_system: Option<f64>,
}

/// The answer to an inverse question.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PromiseAnswer {
    /// What was sought: `servers`, `arrivals` or `utilization`.
    pub solve: &'static str,
    /// The promise as given.
    pub slo: String,
    /// What the promise is about: `wait` or `response`, `waiting` or `blocked` for probabilities.
    pub of: &'static str,
    /// The limit of the promise: seconds, or a probability.
    pub limit: f64,
    /// Whether anything keeps the promise.
    pub reachable: bool,
    /// Why not; null if reachable.
    pub reason: Option<String>,
    /// Servers: the fewest that keep the promise, or those given; null if unreachable.
    pub servers: Option<f64>,
    /// Arrivals a second: given, or the most that keep the promise; null if unreachable.
    pub arrival_rate_per_s: Option<f64>,
    /// Utilization there; null if unreachable.
    pub utilization: Option<f64>,
    /// The measure there; null if unreachable.
    pub achieved: Option<f64>,
    /// The measure with one server fewer, which breaks the promise; null where that has no
    /// steady state or was not asked.
    pub achieved_with_one_fewer: Option<f64>,
    /// Servers by the rule of thumb a + q√a; null where it does not apply.
    pub square_root_servers: Option<f64>,
    /// Its q; null where it does not apply.
    pub square_root_factor: Option<f64>,
}

impl QueueDocument {
    fn new(question: &'static str, input: QueueInput) -> Self {
        Self {
            question,
            assumptions: Vec::new(),
            input,
            depth: Vec::new(),
            rows: Vec::new(),
            classes: Vec::new(),
            solution: None,
            notes: Vec::new(),
        }
    }

    /// Puts words and tables in front of the document.
    fn report(self, headline: Vec<String>, tables: Vec<Table>) -> Report {
        let mut sections: Vec<Section> = tables.into_iter().map(Section::Table).collect();
        if !self.assumptions.is_empty() {
            sections.push(Section::Text(self.assumptions.join(" ")));
        }
        Report {
            scene: None,
            kind: "queue",
            headline,
            sections,
            notes: self.notes.clone(),
            document: super::document("queue", self),
        }
    }
}
