//! Sweeps side by side: what differs, by how much, and where one overtakes the other.

mod runs;
mod sentence;

use super::number::alone;
use super::scene;
use super::usl::document::UslDocument;
use super::{Alarm, Cell, Column, Judged, JudgedAs, Quantity, Report, Section, Table, Word};
use crate::estimate::Estimate;
use crate::fit::{Fit, FittedLaw, Grade, Trust};
use crate::judge::compare::{Compared, Condition, Standing, crossings, difference, lead, ratio};
use crate::judge::gate::Verdict;
use crate::judge::slip::{self, Slip};
use crate::note::Note;
use serde::{Deserialize, Serialize};

/// One of the sweeps.
#[derive(Debug)]
pub(crate) struct Side {
    /// Its label.
    pub label: String,
    /// Its fit.
    pub fit: Fit,
    /// Its document.
    pub result: UslDocument,
}

/// Body of a document of kind `compare`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CompareDocument {
    /// Label of the sweep that the others are compared with: the first.
    pub reference: String,
    /// The sweeps in the order they were named.
    pub sweeps: Vec<LabelledResult>,
    /// Parameters and peaks of every other sweep against the reference.
    pub differences: Vec<Contrast>,
    /// Throughput at each N, for every sweep.
    pub throughputs: Vec<ThroughputAt>,
    /// Where fitted curves cross the reference's, at N of 1 or more, by rising N.
    pub crossings: Vec<Crossing>,
    /// The conditions of `--fail-if` for every other sweep.
    pub conditions: Vec<Judgement>,
    /// `fail` where a condition is conclusively met; null without conditions.
    pub verdict: Option<Verdict>,
    /// How the program ends: 0, or 1 where a condition is conclusively met.
    pub exit_code: u8,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// A sweep and its fit.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LabelledResult {
    /// Label of the sweep.
    pub label: String,
    /// Its fit.
    pub result: UslDocument,
}

/// One quantity of a sweep against the reference.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Contrast {
    /// Label of the sweep.
    pub label: String,
    /// `alpha`, `beta`, `gamma`, `peak_n` or `peak_throughput`.
    pub quantity: Word,
    /// In the reference.
    pub reference: Estimate,
    /// In the sweep.
    pub found: Estimate,
    /// Sweep less reference.
    pub difference: Estimate,
    /// Whether they differ.
    pub standing: Standing,
}

/// Throughput of one sweep at one N.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ThroughputAt {
    /// The N.
    pub n: f64,
    /// Label of the sweep.
    pub label: String,
    /// The estimate at that N, 1/s: the fitted law, what was measured where the law misses
    /// it, beyond the data the forecast. Where a law misses the sizes and both sweeps repeat this
    /// one, the mean of the runs.
    pub throughput: Estimate,
    /// `trusted`, `extrapolated` or `untrusted`.
    pub trust: Word,
    /// Change against the reference, X/X₀ − 1; null for the reference itself.
    pub change: Option<Estimate>,
    /// Whether they differ; null for the reference itself.
    pub standing: Option<Standing>,
}

/// Where the curve of a sweep crosses the reference's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Crossing {
    /// Label of the sweep.
    pub label: String,
    /// The N where both fitted laws give the same throughput.
    pub n: f64,
    /// Who is ahead beyond it.
    pub ahead_beyond: String,
    /// Both sweeps were measured at least that far.
    pub within_data: bool,
    /// The lead is conclusive on both sides of it, within the data.
    pub established: bool,
}

/// A condition of `--fail-if`, held against one sweep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Judgement {
    /// Label of the sweep.
    pub label: String,
    /// The condition as it was written.
    pub condition: String,
    /// `fail` where it is conclusively met.
    pub verdict: Verdict,
    /// Share of the reference.
    pub ratio: Estimate,
    /// The share that it is held against.
    pub limit: f64,
}

const QUANTITIES: [(&str, &str, Compared, Quantity); 5] = [
    ("alpha", "α contention", Compared::Alpha, Quantity::Number),
    ("beta", "β coherency", Compared::Beta, Quantity::Number),
    ("gamma", "γ per unit", Compared::Gamma, Quantity::Rate),
    ("peak_n", "peak N", Compared::Peak, Quantity::Count),
    (
        "peak_throughput",
        "peak throughput",
        Compared::PeakThroughput,
        Quantity::Rate,
    ),
];

/// Compares every other sweep with the reference, and says how the program ends.
pub(crate) fn report(
    reference: Side,
    others: Vec<Side>,
    sizes: &[f64],
    conditions: &[Condition],
    unit: &str,
    notes: Vec<Note>,
) -> (Report, u8) {
    let sides = || std::iter::once(&reference).chain(&others);
    let differences = differences(&reference, &others);
    let throughputs: Vec<ThroughputAt> = sizes
        .iter()
        .flat_map(|&n| sides().map(move |side| (n, side)))
        .map(|(n, side)| throughput_at(n, side, &reference))
        .collect();
    let crossings: Vec<Crossing> = others
        .iter()
        .flat_map(|other| crossings_of(&reference, other))
        .collect();
    let judgements: Vec<Judgement> = others
        .iter()
        .flat_map(|other| conditions.iter().map(move |c| (c, other)))
        .map(|(condition, other)| judge(condition, &reference, other))
        .collect();
    let verdict =
        (!judgements.is_empty()).then(|| Verdict::of_all(judgements.iter().map(|j| j.verdict)));
    let exit_code = u8::from(verdict == Some(Verdict::Fail));
    let mut headline: Vec<String> = others
        .iter()
        .map(|other| sentence::sentence(&reference, other, &crossings, &throughputs, unit))
        .collect();
    headline.truncate(MOST_SENTENCES);
    let mut sections = Vec::new();
    if !judgements.is_empty() {
        let table = judgement_table(&judgements);
        let judged = judgements.iter().map(|j| judged(j, &reference)).collect();
        sections.push(Section::Judged(table, judged));
    }
    sections.push(Section::Table(difference_table(
        &reference,
        &others,
        &differences,
    )));
    if !throughputs.is_empty() {
        sections.push(Section::Table(throughput_table(&throughputs, unit)));
    }
    let drawn: Vec<(&str, &Fit)> = sides().map(|s| (s.label.as_str(), &s.fit)).collect();
    let places: Vec<f64> = crossings.iter().map(|crossing| crossing.n).collect();
    let scene = scene::compare::scene(
        &drawn,
        &places,
        &scene::sweep::About {
            title: headline.first().map_or("", String::as_str),
            n_unit: unit,
            asked: sizes,
            target: None,
        },
    );
    let document = super::document(
        "compare",
        CompareDocument {
            reference: reference.label.clone(),
            sweeps: std::iter::once(reference)
                .chain(others)
                .map(|side| LabelledResult {
                    label: side.label,
                    result: side.result,
                })
                .collect(),
            differences,
            throughputs,
            crossings,
            conditions: judgements,
            verdict,
            exit_code,
            notes: notes.clone(),
        },
    );
    let report = Report {
        scene: Some(scene),
        kind: "compare",
        headline,
        sections,
        notes,
        document,
    };
    (report, exit_code)
}

/// Sentences of the headline; the tables hold the rest.
const MOST_SENTENCES: usize = 6;

fn differences(reference: &Side, others: &[Side]) -> Vec<Contrast> {
    others
        .iter()
        .flat_map(|other| {
            QUANTITIES.iter().map(move |(key, _, measure, _)| {
                let (a, b) = (measure.of(&reference.fit), measure.of(&other.fit));
                let difference = difference(&a, &b);
                Contrast {
                    label: other.label.clone(),
                    quantity: (*key).into(),
                    reference: a,
                    found: b,
                    standing: Standing::of(&difference),
                    difference,
                }
            })
        })
        .collect()
}

fn throughput_at(n: f64, side: &Side, reference: &Side) -> ThroughputAt {
    let trust = side.fit.trust(n);
    let change = (side.label != reference.label).then(|| runs::change(n, reference, side));
    ThroughputAt {
        n,
        label: side.label.clone(),
        throughput: runs::throughput(n, side, reference),
        trust: trust.name().into(),
        standing: change.map(|change| {
            if trust == Trust::Untrusted {
                Standing::CannotTell
            } else {
                Standing::of(&change)
            }
        }),
        change,
    }
}

fn is_poor(side: &Side) -> bool {
    side.fit.quality().grade == Grade::Poor
}

fn slip_of(reference: &Side, other: &Side) -> Option<Slip> {
    slip::between(reference.fit.levels(), other.fit.levels())
}

fn n_min(side: &Side) -> f64 {
    side.fit.levels().as_slice().first().map_or(1.0, |l| l.n)
}

fn crossings_of(reference: &Side, other: &Side) -> Vec<Crossing> {
    // Laws that do not describe the data cross nowhere in particular.
    let has_none = |side: &Side| is_poor(side) || side.fit.fitted_law() == FittedLaw::Ceiling;
    if has_none(reference) || has_none(other) {
        return Vec::new();
    }
    let (a, b) = (reference.fit.law(), other.fit.law());
    let first = n_min(reference).max(n_min(other));
    let last = reference
        .fit
        .levels()
        .n_max()
        .min(other.fit.levels().n_max());
    crossings(&a, &b)
        .into_iter()
        .filter(|n| *n >= 1.0)
        .map(|n| {
            let ahead = lead(&a, &b, n * (1.0 + 1e-6)) > 0.0;
            let within_data = (first..=last).contains(&n);
            let standing = |n| Standing::of(&runs::change(n, reference, other));
            let (before, beyond) = if ahead {
                (Standing::Lower, Standing::Higher)
            } else {
                (Standing::Higher, Standing::Lower)
            };
            Crossing {
                label: other.label.clone(),
                n,
                ahead_beyond: if ahead {
                    &other.label
                } else {
                    &reference.label
                }
                .clone(),
                within_data,
                established: within_data && standing(first) == before && standing(last) == beyond,
            }
        })
        .collect()
}

fn judge(condition: &Condition, reference: &Side, other: &Side) -> Judgement {
    let measure = condition.measure;
    let share = match measure {
        Compared::Throughput(n) => runs::change(n, reference, other).map_monotone(|c| c + 1.0),
        _ => ratio(&measure.of(&reference.fit), &measure.of(&other.fit)),
    };
    let far = match measure {
        Compared::Throughput(n) | Compared::Efficiency(n) | Compared::Latency(n) => {
            [reference, other]
                .iter()
                .any(|side| side.fit.trust(n) == Trust::Untrusted)
        }
        _ => false,
    };
    Judgement {
        label: other.label.clone(),
        condition: condition.text.clone(),
        verdict: if far || slip_of(reference, other).is_some() {
            Verdict::Inconclusive
        } else {
            condition.limit.judge(&share)
        },
        ratio: share,
        limit: condition.limit.value(),
    }
}

fn judged(judgement: &Judgement, reference: &Side) -> Judged {
    let share = |value: f64| alone(Quantity::Ratio, value, 3);
    let found = match judgement.ratio {
        Estimate {
            value: Some(value),
            low: Some(low),
            high: Some(high),
            ..
        } => format!("{} [{}, {}]", share(value), share(low), share(high)),
        Estimate {
            value: Some(value), ..
        } => format!("{} without a closed interval", share(value)),
        _ => "an unknown share".to_owned(),
    };
    let (outcome, alarm) = match judgement.verdict {
        Verdict::Pass => (JudgedAs::Passed, None),
        Verdict::Fail => (JudgedAs::Failed, Some(Alarm::Error)),
        Verdict::Inconclusive => (JudgedAs::Undecided, Some(Alarm::Warning)),
    };
    Judged {
        name: format!("{}: {}", judgement.label, judgement.condition),
        outcome,
        alarm,
        text: format!(
            "{} has {found} of {}, held against {}",
            judgement.label,
            reference.label,
            share(judgement.limit)
        ),
    }
}

fn judgement_table(judgements: &[Judgement]) -> Table {
    Table {
        title: String::new(),
        columns: vec![
            Column::new("sweep", "sweep", Quantity::Text),
            Column::new("condition", "fail if", Quantity::Text),
            Column::new("verdict", "verdict", Quantity::Text),
            Column::new("ratio", "share", Quantity::Ratio),
            Column::new("ratio_low", "low", Quantity::Ratio),
            Column::new("ratio_high", "high", Quantity::Ratio),
        ],
        rows: judgements
            .iter()
            .map(|j| {
                vec![
                    j.label.as_str().into(),
                    j.condition.as_str().into(),
                    j.verdict.word().into(),
                    j.ratio.value.into(),
                    j.ratio.low.into(),
                    j.ratio.high.into(),
                ]
            })
            .collect(),
    }
}

fn difference_table(reference: &Side, others: &[Side], differences: &[Contrast]) -> Table {
    let mut rows = Vec::new();
    for (key, title, measure, quantity) in QUANTITIES {
        let cell = |value| Cell::measured(quantity, value);
        let found = measure.of(&reference.fit);
        let ends = |found: &Estimate| [found.value, found.low, found.high].map(cell);
        let mut row: Vec<Cell> = vec![title.into(), reference.label.as_str().into()];
        row.extend(ends(&found));
        row.push(Cell::Absent);
        rows.push(row);
        for other in others {
            let Some(difference) = differences
                .iter()
                .find(|d| d.label == other.label && d.quantity == key)
            else {
                continue;
            };
            let mut row: Vec<Cell> = vec![title.into(), other.label.as_str().into()];
            row.extend(ends(&difference.found));
            row.push(difference.standing.word().into());
            rows.push(row);
        }
    }
    Table {
        title: String::new(),
        columns: vec![
            Column::new("quantity", "", Quantity::Text),
            Column::new("sweep", "sweep", Quantity::Text),
            Column::new("value", "value", Quantity::Number),
            Column::new("low", "low", Quantity::Number),
            Column::new("high", "high", Quantity::Number),
            Column::new("standing", "against the first", Quantity::Text),
        ],
        rows,
    }
}

fn throughput_table(throughputs: &[ThroughputAt], unit: &str) -> Table {
    let rows = throughputs
        .iter()
        .map(|at| {
            let change = at.change;
            vec![
                at.n.into(),
                at.label.as_str().into(),
                at.throughput.value.into(),
                at.throughput.low.into(),
                at.throughput.high.into(),
                change.and_then(|c| c.value).into(),
                at.standing
                    .map_or(Cell::Absent, |standing| standing.word().into()),
                (&at.trust).into(),
            ]
        })
        .collect();
    Table {
        title: String::new(),
        columns: vec![
            Column::new("n", unit, Quantity::Count),
            Column::new("sweep", "sweep", Quantity::Text),
            Column::new("throughput", "throughput", Quantity::Rate),
            Column::new("throughput_low", "low", Quantity::Rate),
            Column::new("throughput_high", "high", Quantity::Rate),
            Column::new("change", "change", Quantity::Ratio),
            Column::new("standing", "against the first", Quantity::Text),
            Column::new("trust", "trust", Quantity::Text),
        ],
        rows,
    }
}
