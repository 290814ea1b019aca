//! The JSON document of `simulate`.

use crate::estimate::Estimate;
use crate::note::Note;
use serde::Serialize;
use std::collections::BTreeMap;

/// Body of a document of kind `simulate`. All keys are always there; arrays may be empty.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SimulateDocument {
    /// What the runs are about: `steady`, `saturated`, `trigger`, `burst` or `deadlock`.
    pub question: &'static str,
    /// What the numbers take for granted, one sentence each.
    pub assumptions: Vec<String>,
    /// The scenario as it was given, by the names of its settings.
    pub scenario: BTreeMap<String, String>,
    /// How much was simulated.
    pub plan: PlanPart,
    /// The formula beside the simulation; null where there is none.
    pub theory: Option<TheoryPart>,
    /// Everything that was measured, with the value of the formula beside it.
    pub measures: Vec<MeasureRow>,
    /// By class, highest priority first.
    pub classes: Vec<ClassRow>,
    /// Whether it comes back after its triggers; null without a trigger that ends.
    pub recovery: Option<RecoveryPart>,
    /// What makes it come back, side by side; empty where it always does or nothing retries.
    pub remedies: Vec<RemedyRow>,
    /// How often and when everything stands still; null where nothing can.
    pub deadlock: Option<DeadlockPart>,
    /// The same scenario with a change, on the same random numbers; null unless asked for.
    pub versus: Option<VersusPart>,
    /// Backlog and answers over time, with their spread over the runs; empty where nothing happens
    /// over time.
    pub series: SeriesPart,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// How much was simulated.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanPart {
    /// Seed: the same one gives the same bytes.
    pub seed: u64,
    /// Independent runs.
    pub runs: usize,
    /// Requests that were counted, all runs together.
    pub requests: u64,
    /// Requests without an answer or a loss at the end of their run.
    pub open: u64,
    /// Seconds of a run; null where the requests decide.
    pub horizon_s: Option<f64>,
    /// How runs begin: `stationary`, `removed` (MSER-5), `given`, `empty`, `not-steady`.
    pub start: &'static str,
    /// Requests left out at the beginning of each run.
    pub left_out: u64,
    /// Events that were planned; 0 where none are needed.
    pub events: u64,
    /// Relative half-width of the mean response that was asked for; null if none was.
    pub precision_asked: Option<f64>,
    /// Relative half-width of the mean response that was reached; null where it has none.
    pub precision_reached: Option<f64>,
}

/// The formula beside the simulation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TheoryPart {
    /// Which one.
    pub model: String,
    /// Whether it is exact for the scenario.
    pub exact: bool,
}

/// One measure.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct MeasureRow {
    /// Name with its unit, such as `response_mean_s`.
    pub measure: &'static str,
    /// What the formula says; null where it does not.
    pub theory: Option<f64>,
    /// What the runs say, with the interval; null where there is no such value.
    pub simulated: Estimate,
    /// Simulated less theory, in half-widths of the interval; null without both.
    pub half_widths_off: Option<f64>,
}

/// One class.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ClassRow {
    /// 1 is the highest priority.
    pub class: usize,
    /// Requests sent a second.
    pub sent_per_s: Estimate,
    /// Answers in time a second.
    pub goodput_per_s: Estimate,
    /// Whether its backlog grows without end.
    pub starved: bool,
    /// Mean wait by the formula; null where there is none.
    pub wait_mean_theory_s: Option<f64>,
    /// Mean wait; null for a class that starves.
    pub wait_mean_s: Estimate,
    /// Mean response; null for a class that starves.
    pub response_mean_s: Estimate,
    /// Response that 99 % stay within; null for a class that starves.
    pub response_p99_s: Estimate,
}

/// Whether it comes back.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RecoveryPart {
    /// Runs.
    pub runs: usize,
    /// Seconds from the end of the last trigger to the end of a run.
    pub within_s: f64,
    /// Probability that the backlog is not back by then.
    pub not_recovered: Estimate,
    /// Seconds until it is back, half of the runs that come back; null if none does.
    pub recovery_p50_s: Option<f64>,
    /// The same for 95 % of them.
    pub recovery_p95_s: Option<f64>,
}

/// One setting that was tried.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RemedyRow {
    /// `as-given`, `cancel`, `budget`, `full-jitter` or `no-retries`.
    pub remedy: &'static str,
    /// Its setting: a share for a budget, the longest pause in seconds for jitter; else null.
    pub setting: Option<f64>,
    /// Whether it is the mildest of its kind with which every run came back.
    pub found: bool,
    /// Runs that were looked at; fewer where one failed early.
    pub runs: u32,
    /// Probability of not coming back.
    pub not_recovered: Estimate,
}

/// Everything stands still.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct DeadlockPart {
    /// Runs.
    pub runs: usize,
    /// Share of the runs in which it happened before their end.
    pub happened: Estimate,
    /// Mean seconds until it did, where it happened in every run; else null.
    pub mean_s: Estimate,
}

/// A change beside the scenario.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct VersusPart {
    /// What was changed, by the names of the settings.
    pub change: BTreeMap<String, String>,
    /// The measures of both.
    pub measures: Vec<VersusRow>,
}

/// One measure of both.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct VersusRow {
    /// Name with its unit.
    pub measure: &'static str,
    /// As given.
    pub given: Option<f64>,
    /// With the change.
    pub changed: Option<f64>,
    /// Changed less given, run by run on the same random numbers.
    pub difference: Estimate,
}

/// Backlog and answers over time.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SeriesPart {
    /// Seconds from the beginning.
    pub time_s: Vec<f64>,
    /// Mean number at the station or in a pause before a retry, over the runs.
    pub backlog_mean: Vec<f64>,
    /// The number that 5 % of the runs stay within.
    pub backlog_p05: Vec<f64>,
    /// The number that half of the runs stay within.
    pub backlog_p50: Vec<f64>,
    /// The number that 95 % of the runs stay within.
    pub backlog_p95: Vec<f64>,
    /// Answers in time a second since the step before, mean over the runs.
    pub goodput_mean_per_s: Vec<f64>,
}
