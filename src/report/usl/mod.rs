//! A fitted USL in words, facts and a table.

pub(crate) mod document;
pub(crate) mod given;
mod parts;
pub(crate) mod series;
mod spread;
mod words;

use super::json::Json;
use super::scene::sweep::{self, About};
use super::{Cell, Column, Document, Fact, Quantity, Report, Section, Table};
use crate::estimate::Estimate;
use crate::fit::{Fit, LawChoice};
use crate::note::{Note, NoteCode, Severity};
use crate::sweep::Sweeps;
use document::{CandidatePart, Prediction, Questions, UslDocument};
use series::{Line, Summarised};
use words::Words;

/// The report of one series.
pub(crate) fn report(sweeps: &Sweeps, series: &str, fit: &Fit, questions: &Questions) -> Report {
    let body = UslDocument::new(sweeps, series, fit, questions);
    let words = Words::new(fit, &sweeps.n_unit);
    let mut headline = words.headline(&body);
    headline.extend(words.answers(&body));
    let about = About {
        title: headline.first().map_or("", String::as_str),
        n_unit: &sweeps.n_unit,
        asked: &questions.at,
        target: None,
    };
    let mut sections = vec![
        Section::Facts(facts(fit, &words)),
        Section::Table(prediction_table(
            &body.predictions,
            &words,
            body.input.fixed_job,
        )),
    ];
    if questions.all_laws || matches!(fit.options().law, LawChoice::Auto | LawChoice::Ceiling) {
        sections.push(Section::Table(laws(&body.fit.candidates)));
    }
    Report {
        scene: Some(sweep::scene(fit, &about)),
        kind: "usl",
        headline,
        sections,
        notes: beside(&body.notes),
        document: Json::new(Summarised {
            lines: vec![Line::of(series, fit, &questions.at)],
            document: Document::new("usl", body),
        }),
    }
}

/// Warnings that stand beside an answer at most; the document has them all.
const MOST_WARNINGS: usize = 2;

/// The notes that the headline and the facts do not tell already, with the weightiest
/// warnings.
fn beside(notes: &[Note]) -> Vec<Note> {
    let told = |note: &Note| {
        matches!(
            note.code,
            NoteCode::OneRun
                | NoteCode::AtBound
                | NoteCode::AlphaNotEstablished
                | NoteCode::PeakNotEstablished
                | NoteCode::EdgePeak
        ) || (note.code == NoteCode::FewLevels && note.severity == Severity::Note)
    };
    let mut warnings = 0;
    notes
        .iter()
        .filter(|note| !told(note))
        .filter(|note| {
            warnings += usize::from(note.severity == Severity::Warning);
            note.severity != Severity::Warning || warnings <= MOST_WARNINGS
        })
        .cloned()
        .collect()
}

/// Coefficients with their intervals, the error of the fit, and how much data there is.
fn facts(fit: &Fit, words: &Words<'_>) -> Vec<Fact> {
    let bounds = fit.at_bound();
    let withheld = parts::poor(fit);
    let coefficient = |key: &'static str, label: String, estimate: Estimate, quantity| Fact {
        key,
        label,
        value: estimate.value.into(),
        quantity,
        interval: estimate.level.map(|_| (estimate.low, estimate.high)),
        remark: match key {
            "alpha" | "beta" if withheld => "says nothing here".to_owned(),
            "alpha" if bounds.contains(&key) => "no contention detected".to_owned(),
            "beta" if bounds.contains(&key) => "no coherency cost detected".to_owned(),
            _ => String::new(),
        },
    };
    let runs = fit.levels().runs();
    let first = match fit.full() {
        Some((ceiling, _)) => {
            coefficient("ceiling", "K ceiling".to_owned(), ceiling, Quantity::Rate)
        }
        None => coefficient(
            "alpha",
            "α contention".to_owned(),
            fit.alpha(),
            Quantity::Number,
        ),
    };
    let corner = fit.full().map(|(_, corner)| Fact {
        remark: sharpness(fit),
        ..coefficient(
            "corner_n",
            "K/γ corner".to_owned(),
            corner,
            Quantity::Number,
        )
    });
    let mut facts = vec![
        first,
        coefficient(
            "beta",
            "β coherency".to_owned(),
            fit.beta(),
            Quantity::Number,
        ),
        coefficient(
            "gamma",
            format!("γ per {}", words.one),
            fit.gamma(),
            Quantity::Rate,
        ),
        Fact {
            key: "fit_error",
            label: "fit error".to_owned(),
            value: match fit.relative_error() {
                _ if fit.is_exact() => Cell::from("none"),
                error => error.into(),
            },
            quantity: Quantity::Ratio,
            interval: None,
            remark: if runs == fit.levels().len() as u64 {
                format!("{} sizes, one run each", fit.levels().len())
            } else {
                format!("{} sizes, {runs} runs", fit.levels().len())
            },
        },
    ];
    facts.extend(corner);
    facts
}

/// The sharpness of a ceiling's corner in words.
fn sharpness(fit: &Fit) -> String {
    match fit.ceiling().map(|ceiling| ceiling.law.params().sharpness) {
        Some(p) if p.is_finite() => format!("sharpness p = {p}"),
        Some(_) => "a sharp corner, p = ∞".to_owned(),
        None => String::new(),
    }
}

/// The laws on the same data, the best by AICc first.
fn laws(candidates: &[CandidatePart]) -> Table {
    let mut sorted: Vec<&CandidatePart> = candidates.iter().collect();
    // Too few sizes for the AICc of one of them: what they miss compares them all.
    let by_miss = candidates.iter().any(|part| part.aicc.is_none());
    let score = |part: &CandidatePart| {
        let score = if by_miss {
            part.left_out_miss
        } else {
            part.aicc
        };
        score.unwrap_or(f64::INFINITY)
    };
    sorted.sort_by(|a, b| score(a).total_cmp(&score(b)));
    Table {
        title: String::new(),
        columns: vec![
            Column::new("law", "law", Quantity::Text),
            Column::new("aicc", "AICc", Quantity::Number),
            Column::new("left_out_miss", "misses sizes left out by", Quantity::Ratio),
        ],
        rows: sorted
            .into_iter()
            .map(|part| {
                vec![
                    Cell::from(&part.law),
                    part.aicc.into(),
                    part.left_out_miss.into(),
                ]
            })
            .collect(),
    }
}

/// What to expect at each N.
fn prediction_table(predictions: &[Prediction], words: &Words<'_>, fixed_job: bool) -> Table {
    let own = predictions.iter().any(|p| p.basis != "law");
    let measured = predictions.iter().any(|p| p.measured_throughput.is_some());
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let mut columns = vec![column("n", words.many, Quantity::Count)];
    if measured {
        columns.push(column("measured_per_s", "measured", Quantity::Rate));
    }
    columns.extend([
        column("throughput_per_s", "estimate", Quantity::Rate),
        column("low_per_s", "from", Quantity::Rate),
        column("high_per_s", "to", Quantity::Rate),
        column("efficiency", "efficiency", Quantity::Ratio),
        if fixed_job {
            column("time_s", "time", Quantity::Seconds)
        } else {
            column("latency_mean_s", "latency", Quantity::Seconds)
        },
        column(
            "marginal_per_s",
            &format!("+1 {}", words.one),
            Quantity::RateChange,
        ),
    ]);
    if own {
        columns.push(column("basis", "", Quantity::Text));
    }
    let rows = predictions
        .iter()
        .map(|prediction| {
            let throughput = prediction.forecast_throughput;
            let mut row = vec![Cell::Number(prediction.n)];
            if measured {
                row.push(prediction.measured_throughput.into());
            }
            row.extend([
                throughput.value.into(),
                throughput.low.into(),
                throughput.high.into(),
                prediction.efficiency.into(),
                prediction.latency_mean_s.into(),
                prediction.marginal.into(),
            ]);
            if own {
                row.push(Cell::from(
                    match (prediction.trust.as_ref(), prediction.basis.as_ref()) {
                        ("trusted", basis) => basis,
                        (trust, _) => trust,
                    },
                ));
            }
            row
        })
        .collect();
    Table {
        title: String::new(),
        columns,
        rows,
    }
}
