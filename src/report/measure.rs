//! A sweep that was just measured: the answer of `usl`, and how it was taken.

mod notes;

use super::number::alone;
use super::usl::{self, document::Questions, document::UslDocument};
use super::{Quantity, Report, Section, Word};
use crate::fit::Fit;
use crate::note::Note;
use crate::schedule::{Drift, Goal, Stop};
use crate::stats::modes::two_groups;
use crate::sweep::Sweeps;
use crate::units::plain;
use notes::notes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Two groups closer together than this share of their mean are of no matter.
const MODES_APART: f64 = 0.02;

/// Body of a document of kind `measure`: that of `usl`, and the measurement itself.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct MeasureDocument {
    /// How the sweep was taken, and every run.
    pub measurement: MeasurementPart,
    /// The law fitted to it.
    #[serde(flatten)]
    pub result: UslDocument,
}

/// Body of a document of kind `measure-runs`: a measurement that carries no fit.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RunsDocument {
    /// How the sweep was taken, and every run.
    pub measurement: MeasurementPart,
    /// Why there is no fit.
    pub reason: String,
    /// Doubts.
    pub notes: Vec<Note>,
}

macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub(crate) struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

parts! {
    /// How a sweep was taken.
    MeasurementPart {
        /// The command as typed, with `{n}` for N.
        command: String,
        /// Hooks, work and expression, as typed.
        setting: String,
        /// The file that keeps the runs.
        file: String,
        /// How throughput was read.
        reading: String,
        /// The machine.
        machine: MachinePart,
        /// Seed of the order.
        seed: u64,
        /// `random` or `rising`.
        order: Word,
        /// What was to be known, such as `peak±10%`; null where nothing was asked.
        goal: Option<GoalPart>,
        /// Why it ended: `rounds`, `goal`, `runs`, `time`, `out-of-reach`, `failing` or
        /// `interrupted`.
        stopped: Word,
        /// How long it took, seconds; of the last part where it was resumed.
        seconds: f64,
        /// Runs that the file held before the last part, where it was resumed.
        earlier_runs: usize,
        /// Runs that failed and were left out.
        failed_runs: usize,
        /// Every run in the order it was made.
        runs: Vec<RunPart>,
        /// The scatter at each N, rising.
        spread: Vec<SpreadPart>,
        /// Change of throughput over the time of the sweep; null where no N was repeated.
        drift: Option<DriftPart>,
        /// Wall time of an empty command, seconds: what starting and reading one costs.
        runner_cost_s: Option<f64>,
    }
    /// The machine.
    MachinePart {
        /// Its name, where it was asked for.
        host: Option<String>,
        /// Cores this program may use.
        cores: usize,
        /// Model of its processor.
        cpu: Option<String>,
        /// Memory, bytes.
        memory_bytes: Option<u64>,
        /// Operating system.
        os: Word,
        /// Release of its kernel.
        kernel: Option<String>,
        /// Load average of one minute before the first run.
        load_average: Option<f64>,
        /// Frequency governor of the first core.
        governor: Option<String>,
        /// Whether cores may run faster for a while than for long.
        turbo: Option<bool>,
    }
    /// What was to be known.
    GoalPart {
        /// As typed.
        expression: String,
        /// Half the width it was to have, as a share of the value.
        within: f64,
        /// Half the width it has; null while an end is open.
        half_width: Option<f64>,
        /// Whether it is known that closely.
        reached: bool,
    }
    /// One run.
    RunPart {
        /// N.
        n: f64,
        /// Operations per second; null for a run that failed.
        throughput: Option<f64>,
        /// Mean latency, seconds.
        latency_mean_s: Option<f64>,
        /// Wall time of the command, seconds.
        wall_time_s: f64,
        /// Its exit code; 128 + its number for a signal, 124 for a time-out.
        exit_code: i32,
        /// The round it belongs to, from 1.
        round: u32,
        /// Its place in the round, from 1.
        order: u32,
        /// When it started, UTC.
        start_time: String,
    }
    /// The scatter of the runs at one N.
    SpreadPart {
        /// N.
        n: f64,
        /// Runs that succeeded.
        runs: usize,
        /// Their mean, 1/s.
        throughput_mean: f64,
        /// Coefficient of variation: standard deviation over mean; null for one run.
        cv: Option<f64>,
        /// Means of the two groups they fall into; null where they do not.
        groups: Option<[f64; 2]>,
    }
    /// Change over the time of the sweep.
    DriftPart {
        /// Last over first, less 1.
        change: f64,
        /// Lower end of its 95 % interval.
        low: f64,
        /// Upper end of its 95 % interval.
        high: f64,
        /// Probability of so large a change without drift.
        p: f64,
    }
}

impl From<Drift> for DriftPart {
    fn from(drift: Drift) -> Self {
        let Drift {
            change,
            low,
            high,
            p,
        } = drift;
        Self {
            change,
            low,
            high,
            p,
        }
    }
}

impl GoalPart {
    /// A goal and how far it was reached.
    pub(crate) fn new(goal: Goal, fit: Option<&Fit>) -> Self {
        Self {
            expression: goal.to_string(),
            within: goal.within(),
            half_width: fit.and_then(|fit| goal.half_width(fit)),
            reached: fit.is_some_and(|fit| goal.is_reached(fit)),
        }
    }
}

/// The word for why a sweep ended.
pub(crate) fn stopped(stop: Option<Stop>) -> &'static str {
    match stop {
        Some(Stop::Rounds) => "rounds",
        Some(Stop::Goal) => "goal",
        Some(Stop::Runs) => "runs",
        Some(Stop::Time) => "time",
        Some(Stop::OutOfReach) => "out-of-reach",
        Some(Stop::Failing) => "failing",
        None => "interrupted",
    }
}

/// The scatter at each N, by rising N.
pub(crate) fn spread(runs: &[RunPart]) -> Vec<SpreadPart> {
    // Positive floats have bits in the order of their values.
    let mut levels: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for run in runs {
        if let Some(throughput) = run.throughput {
            levels.entry(run.n.to_bits()).or_default().push(throughput);
        }
    }
    levels
        .into_iter()
        .map(|(n, values)| {
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
            let cv = (count > 1.0 && mean > 0.0)
                .then(|| (squares / (count - 1.0)).sqrt() / mean)
                .filter(|cv| cv.is_finite());
            let groups = two_groups(&values)
                .filter(|groups| groups.high - groups.low > MODES_APART * mean)
                .map(|groups| [groups.low, groups.high]);
            SpreadPart {
                n: f64::from_bits(n),
                runs: values.len(),
                throughput_mean: mean,
                cv,
                groups,
            }
        })
        .collect()
}

/// The report of a measurement with its fit.
pub(crate) fn report(
    measurement: MeasurementPart,
    sweeps: &Sweeps,
    fit: &Fit,
    questions: &Questions,
    also: &[Note],
) -> Report {
    let mut report = usl::report(sweeps, "", fit, questions);
    let mut result = UslDocument::new(sweeps, "", fit, questions);
    report.headline.push(taken(&measurement));
    if let Some(text) = spread_words(&measurement.spread) {
        report.sections.push(Section::Text(text));
    }
    let mut notes = [also, &notes(&measurement, &sweeps.n_unit)].concat();
    notes.append(&mut report.notes);
    report.notes.clone_from(&notes);
    result.notes = notes;
    report.kind = "measure";
    report.document = super::document(
        "measure",
        MeasureDocument {
            measurement,
            result,
        },
    );
    report
}

/// The report of a measurement that carries no fit: its levels, and why.
pub(crate) fn without_fit(
    measurement: MeasurementPart,
    n_unit: &str,
    reason: String,
    also: &[Note],
) -> Report {
    let notes = [also, &notes(&measurement, n_unit)].concat();
    let mut headline = vec![format!("No curve yet: {reason}.")];
    headline.push(taken(&measurement));
    let rows = measurement
        .spread
        .iter()
        .map(|level| {
            vec![
                level.n.into(),
                (level.runs as f64).into(),
                level.throughput_mean.into(),
                level.cv.into(),
            ]
        })
        .collect();
    let table = super::Table {
        title: String::new(),
        columns: vec![
            super::Column::new("n", n_unit, Quantity::Count),
            super::Column::new("runs", "runs", Quantity::Count),
            super::Column::new("throughput_mean", "throughput", Quantity::Rate),
            super::Column::new("cv", "spread", Quantity::Ratio),
        ],
        rows,
    };
    let without_runs = measurement.spread.is_empty();
    Report {
        kind: "measure-runs",
        scene: None,
        headline,
        sections: if without_runs {
            Vec::new()
        } else {
            vec![Section::Table(table)]
        },
        notes: notes.clone(),
        document: super::document(
            "measure-runs",
            RunsDocument {
                measurement,
                reason,
                notes,
            },
        ),
    }
}

/// How many runs, how long, why it ended, where they are.
fn taken(measurement: &MeasurementPart) -> String {
    let runs = measurement.runs.len();
    let goal = measurement.goal.as_ref();
    let expression = goal.map_or("", |goal| goal.expression.as_str());
    let why = match measurement.stopped.as_ref() {
        "goal" => format!("{expression} is reached"),
        "runs" => "no runs are left".to_owned(),
        "time" => "no time is left".to_owned(),
        "out-of-reach" => "a peak, if there is one, lies far beyond the largest size".to_owned(),
        "failing" => "every size fails".to_owned(),
        "interrupted" => "interrupted".to_owned(),
        _ => String::new(),
    };
    let now = match measurement.earlier_runs {
        0 => String::new(),
        earlier => format!(", {} of them now,", runs.saturating_sub(earlier)),
    };
    format!(
        "{runs} run{}{now} in {}{}{why}; kept in {}.",
        if runs == 1 { "" } else { "s" },
        time(measurement.seconds),
        if why.is_empty() { "" } else { ", " },
        measurement.file
    )
}

/// A time for a sentence: `4 min 10 s`.
pub(crate) fn time(seconds: f64) -> String {
    let whole = seconds.round();
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else if whole < 60.0 {
        format!("{whole:.0} s")
    } else if whole < 3600.0 {
        format!("{:.0} min {:.0} s", (whole / 60.0).floor(), whole % 60.0)
    } else {
        let minutes = (whole / 60.0).round();
        format!(
            "{:.0} h {:.0} min",
            (minutes / 60.0).floor(),
            minutes % 60.0
        )
    }
}

/// The scatter at each N on one line, or where it is least and most.
fn spread_words(spread: &[SpreadPart]) -> Option<String> {
    const MOST: usize = 10;
    let known: Vec<(f64, f64)> = spread
        .iter()
        .filter_map(|level| Some((level.n, level.cv?)))
        .collect();
    let percent = |cv: f64| alone(Quantity::Ratio, cv, 2);
    let of = |(n, cv): &(f64, f64)| format!("{} at {}", percent(*cv), plain(*n));
    if known.len() <= MOST {
        let all: Vec<String> = known.iter().map(of).collect();
        return (!all.is_empty()).then(|| format!("Spread of runs: {}.", all.join(", ")));
    }
    let least = known.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let most = known.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let mut all: Vec<f64> = known.iter().map(|(_, cv)| *cv).collect();
    all.sort_by(f64::total_cmp);
    Some(format!(
        "Spread of runs: {} to {}, {} in the median of {} sizes.",
        of(least),
        of(most),
        percent(all[all.len() / 2]),
        all.len()
    ))
}
