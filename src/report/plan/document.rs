//! The JSON document of a plan.

use crate::estimate::Estimate;
use crate::note::Note;
use serde::Serialize;

/// Body of a document of kind `plan`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanDocument {
    /// What the plan counts with.
    pub law: PlanLaw,
    /// What was asked for.
    pub demand: PlanDemand,
    /// Whether anything asked for meets the demand: one system, cells, or another machine.
    pub reachable: bool,
    /// The number of units in one system; null where no number does.
    pub size: Option<PlanSize>,
    /// Why no number of units does it, and what would; null where one does.
    pub shortfall: Option<PlanShortfall>,
    /// How often some numbers of units carry a load that is a range; empty for one load.
    pub chances: Vec<PlanChance>,
    /// How the present size compares; null unless given and unless there is a size.
    pub current: Option<PlanCurrent>,
    /// Sizes around the answer.
    pub rows: Vec<PlanRow>,
    /// Cells that share nothing; null unless asked for.
    pub cells: Option<PlanCells>,
    /// Sizes of machine, the cheapest first; empty unless given.
    pub machines: Vec<PlanMachine>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// What a plan counts with.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanLaw {
    /// `given`, `measurements`, or `document` for a saved result.
    pub from: &'static str,
    /// The files measured with.
    pub paths: Vec<String>,
    /// What N counts, such as `threads`.
    pub n_unit: String,
    /// Contention α.
    pub alpha: Estimate,
    /// Coherency β.
    pub beta: Estimate,
    /// Throughput of one unit γ, 1/s.
    pub gamma: Estimate,
    /// Largest measured N; null for a given law.
    pub n_max: Option<f64>,
    /// How well the law describes the measurements: `good`, `fair` or `poor`; null for a
    /// given law. Where it is poor, nothing is planned beyond the data.
    pub quality: Option<&'static str>,
}

/// How often a number of units carries a load that is a range.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanChance {
    /// Share of cases that was asked for, 0 to 1.
    pub asked: f64,
    /// The smallest number of carrying units that does it; null where none does.
    pub carrying: Option<f64>,
    /// With spares and the zone to lose; null where none does.
    pub units: Option<f64>,
    /// Share of cases that it carries; the highest of any size where none does enough.
    pub share: f64,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanDemand {
    /// Load to carry, growth included; of a range the middle.
    pub target_per_s: f64,
    /// Load that one case in ten is below; null for one load.
    pub target_low_per_s: Option<f64>,
    /// Load that one case in ten is above; null for one load.
    pub target_high_per_s: Option<f64>,
    /// Present load; null where the target was given.
    pub load_per_s: Option<f64>,
    /// Growth of the present load, 0.5 for 50 %; null where the target was given.
    pub growth: Option<f64>,
    /// Share of capacity kept free, 0 to 1.
    pub headroom: f64,
    /// Throughput needed: target / (1 − headroom).
    pub required_per_s: f64,
    /// Units (cells, where in cells) on top.
    pub spare: f64,
    /// Zones of which one may be lost; null where none may.
    pub zones: Option<f64>,
    /// Highest mean latency; null without a promise.
    pub latency_mean_limit_s: Option<f64>,
    /// Which end of an interval counts: `low-end` or `best-guess`.
    pub basis: &'static str,
    /// Price of a unit per hour; null where not given.
    pub price_per_h: Option<f64>,
}

/// The number of units in one system.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanSize {
    /// Units that carry the load with its headroom.
    pub carrying: f64,
    /// All units, spares and the zone to lose included.
    pub units: f64,
    /// Whether all units running at once still carry the load.
    pub carries_with_all: bool,
    /// Throughput of the carrying units, 1/s.
    pub throughput: Estimate,
    /// How far that can be trusted: given, trusted, extrapolated or untrusted.
    pub trust: &'static str,
    /// Target over the throughput of the carrying units, 0 to 1.
    pub utilization: Estimate,
    /// Price of all units per hour; null without a price.
    pub price_per_h: Option<f64>,
    /// Price of a million operations at the target load; null without a price.
    pub price_per_million_at_target: Option<f64>,
}

/// Why no number of units does it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanShortfall {
    /// `throughput` or `latency`.
    pub short_of: &'static str,
    /// Number of units with the highest throughput; null where throughput only nears it, and
    /// where latency is short.
    pub peak_n: Option<f64>,
    /// Highest throughput that can be counted on, 1/s; null where latency is short.
    pub peak_per_s: Option<f64>,
    /// Where the law itself peaks at its best guess; null without a peak.
    pub law_peak_n: Option<f64>,
    /// Throughput of the law there, else what it nears, 1/s; null where it grows without limit.
    pub law_peak_per_s: Option<f64>,
    /// Units that carry the load, too slowly; null where throughput is short.
    pub too_slow_n: Option<f64>,
    /// Units that carry the load at the best guess; null where that falls short too.
    pub best_guess_n: Option<f64>,
    /// The smallest size that carried the load when it was measured, on the mean of its
    /// runs, though not surely; null where none did.
    pub measured_n: Option<f64>,
    /// Contention at most this would do, β and γ unchanged; null where no α does.
    pub alpha_at_most: Option<f64>,
    /// Coherency at most this would do, α and γ unchanged; null where no β does.
    pub beta_at_most: Option<f64>,
    /// Units at least this many times as fast would do.
    pub speed_at_least: Option<f64>,
    /// The ways out, as flags: cells, and bigger machines.
    pub ways_out: Vec<String>,
}

/// How the present size compares.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanCurrent {
    /// Present units.
    pub units: f64,
    /// Whether they carry the load, with what has to be spare.
    pub suffices: bool,
    /// Units to add; below 0, to take away.
    pub change: f64,
    /// Present units over needed ones, minus 1: 0.25 is a quarter too many.
    pub over_provisioned: f64,
    /// Target over the throughput of the present units.
    pub utilization: Estimate,
}

/// One size of the system.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanRow {
    /// Number of units.
    pub n: f64,
    /// Throughput, 1/s.
    pub throughput: Estimate,
    /// How far that can be trusted.
    pub trust: &'static str,
    /// Target over throughput.
    pub utilization: Estimate,
    /// Throughput over N times that of one unit.
    pub efficiency: Option<f64>,
    /// Mean latency with all units busy, seconds.
    pub latency_mean_s: Option<f64>,
    /// Whether this many units carry the load with its headroom.
    pub carries: bool,
    /// Share of cases that they carry, where the load is a range; else null.
    pub chance: Option<f64>,
    /// Price per hour; null without a price.
    pub price_per_h: Option<f64>,
    /// Price per hour of the next 1,000/s; null without a price and where more adds nothing.
    pub price_next_1000_per_h: Option<f64>,
    /// Price of a million operations fully loaded; null without a price.
    pub price_per_million: Option<f64>,
}

/// Cells that share nothing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanCells {
    /// Overhead of a cell, in units.
    pub overhead_units: f64,
    /// Cheapest size as a real number; null where cells only cost.
    pub size_real: Option<f64>,
    /// The cheapest size whatever the target.
    pub cheapest: PlanCell,
    /// The fewest units for exactly this target.
    pub fewest: PlanCell,
    /// Sizes around the cheapest, and the size with the highest throughput.
    pub rows: Vec<PlanCell>,
    /// What the cells go on sharing.
    pub still_shared: Vec<&'static str>,
}

/// Cells of one size.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanCell {
    /// Units of a cell.
    pub size: f64,
    /// Number of cells, spare ones included.
    pub cells: f64,
    /// Throughput of a cell that is counted on.
    pub cell_throughput_per_s: f64,
    /// Units of all cells, overhead included.
    pub units: f64,
    /// Units, overhead included, for each 1,000/s.
    pub units_per_1000: f64,
    /// Price per hour; null without a price.
    pub price_per_h: Option<f64>,
}

/// What one size of machine takes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanMachine {
    /// Its name.
    pub name: String,
    /// Speed relative to the machine of the law.
    pub speed: f64,
    /// Price of one per hour.
    pub price_each_per_h: f64,
    /// How many carry the load; null where no number does.
    pub carrying: Option<f64>,
    /// How many with spares; null where no number does.
    pub units: Option<f64>,
    /// Why no number does; null where one does.
    pub reason: Option<String>,
    /// Throughput that is counted on; null where no number does.
    pub throughput_per_s: Option<f64>,
    /// Share of their own speed lost to working together; null where no number does.
    pub coordination_share: Option<f64>,
    /// Price of all per hour; null where no number does.
    pub price_per_h: Option<f64>,
}
