//! The JSON document of a gate: kind `check`.

use crate::estimate::Estimate;
use crate::judge::gate::Verdict;
use crate::note::Note;
use crate::report::usl::document::UslDocument;
use crate::report::{Quantity, Word};
use serde::{Deserialize, Serialize};

/// Body of a document of kind `check`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CheckDocument {
    /// One failure fails all; without one, a doubt makes all inconclusive.
    pub verdict: Verdict,
    /// How the program ends: 0, 1 (a rule conclusively failed) or 5 (inconclusive).
    pub exit_code: u8,
    /// How many checks came out how.
    pub summary: Summary,
    /// Every rule; throughput over all sizes against the baseline; and each size whose best
    /// value is past the tolerance. All sizes are in `baseline`.
    pub checks: Vec<Check>,
    /// The comparison with earlier measurements; null without one.
    pub baseline: Option<BaselineDocument>,
    /// The fit of each series.
    pub results: Vec<UslDocument>,
    /// Doubts about the reading, and warnings about the fits; all about a fit is with it.
    pub notes: Vec<Note>,
}

/// How many checks came out how.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Summary {
    /// Checks that hold.
    pub passed: usize,
    /// Checks that conclusively do not hold.
    pub failed: usize,
    /// Checks that could not be decided.
    pub inconclusive: usize,
    /// Inconclusive checks that the job warns about.
    pub warned: usize,
}

/// One check.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Check {
    /// Unique name, such as `min-efficiency@8`; with several series `name/min-efficiency@8`.
    pub name: String,
    /// Series it is about; empty where there is only one.
    pub series: String,
    /// What must hold, in base units, such as `efficiency(8) >= 0.6`.
    pub expression: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in base units.
    pub found: Estimate,
    /// The limit, in the same unit; null where a size or a series is missing.
    pub limit: Option<f64>,
    /// How far the best value is inside the limit; below 0 outside.
    pub margin: Option<f64>,
    /// Why, one sentence.
    pub reason: String,
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) quantity: Quantity,
}

/// The comparison with earlier measurements.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BaselineDocument {
    /// The file as the user named it.
    pub path: String,
    /// Share of throughput that may be lost.
    pub tolerance: f64,
    /// Whether the two were measured and fitted alike.
    pub comparable: bool,
    /// Why not, a sentence each.
    pub mismatches: Vec<String>,
    /// Series of the baseline that were not measured now.
    pub missing_series: Vec<String>,
    /// The comparison of each series.
    pub series: Vec<BaselineSeries>,
}

/// The comparison of one series.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BaselineSeries {
    /// Its name; empty where there is only one.
    pub series: String,
    /// Change of throughput over all common sizes, X/X₀ − 1.
    pub overall: Option<Estimate>,
    /// Change at each common size.
    pub sizes: Vec<BaselineSize>,
    /// What the intervals rest on: `repeats`, `sizes` (how unevenly they changed), `fits`
    /// (scatter around both curves) or `nothing`.
    pub evidence: Word,
    /// The factor between units that throughput seems to have changed by; null where it
    /// did not. Nothing is judged then.
    pub unit_slip: Option<f64>,
    /// Sizes of the baseline that were not measured now.
    pub missing_n: Vec<f64>,
    /// Sizes that only one of the sweeps has.
    pub unmatched_n: Vec<f64>,
}

/// Throughput at one size, before and now.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BaselineSize {
    /// The size.
    pub n: f64,
    /// Mean throughput in the baseline, 1/s.
    pub baseline_throughput: f64,
    /// Mean throughput now, 1/s.
    pub throughput: f64,
    /// X/X₀ − 1 with an interval that holds for all sizes at once.
    pub change: Estimate,
    /// That interval against the tolerance.
    pub verdict: Verdict,
}
