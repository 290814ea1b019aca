//! Many series: a row each, those that need attention first.

use super::document::{Questions, UslDocument};
use super::parts;
use crate::advice::{Setting, Spelling};
use crate::estimate::Estimate;
use crate::fit::{Fit, Shape};
use crate::note::{Note, NoteCode, Severity};
use crate::report::json::{Body, Json};
use crate::report::scene::sweep::{self as picture, About};
use crate::report::{Cell, Column, Document, Quantity, Report, Section, Table, Word};
use crate::sweep::{Sweep, Sweeps};
use rayon::prelude::*;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// One series in one line: kind `usl-summary`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Line {
    /// Name of the series; empty where there is only one.
    pub series: String,
    /// Distinct N.
    pub levels: usize,
    /// Runs over all of them.
    pub runs: u64,
    /// Largest measured N.
    pub n_max: f64,
    /// The fit; `null` where no law could be fitted.
    pub fit: Option<LineFit>,
    /// Why there is no fit.
    pub failed: Option<String>,
}

/// What a fit says of one series.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LineFit {
    /// The fitted law.
    pub law: Word,
    /// `good`, `fair` or `poor`.
    pub quality: Word,
    /// Contention α.
    pub alpha: Estimate,
    /// Coherency β.
    pub beta: Estimate,
    /// Throughput of one unit γ, 1/s.
    pub gamma: Estimate,
    /// N of the peak, where the data show one.
    pub peak_n: Option<f64>,
    /// Interval of that N; known also where the peak is not shown.
    pub peak_n_low: Option<f64>,
    /// Its upper end.
    pub peak_n_high: Option<f64>,
    /// Throughput at the peak, 1/s.
    pub peak_throughput: Option<f64>,
    /// What more units may still bring: throughput at the peak over that at the largest
    /// measured N, less 1. 0 where it is flat or past its peak, below 0 by what it has fallen;
    /// `null` where no peak is shown.
    pub headroom: Option<f64>,
    /// The verdict in a word.
    pub verdict: Word,
    /// What the measured sizes show: climbing, levelling, flat, falling.
    pub shape: Word,
    /// Throughput at the N that were asked for.
    pub at: Vec<LineAt>,
    /// How steeply it still rises: d ln X/d ln N.
    #[serde(skip)]
    slope: f64,
}

/// Throughput to expect at one N.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LineAt {
    /// The N.
    pub n: f64,
    /// Throughput, 1/s.
    pub throughput: Estimate,
    /// What it rests on: law, measured, between, forecast.
    pub basis: Word,
}

impl Line {
    /// A fitted series.
    pub(crate) fn of(series: &str, fit: &Fit, at: &[f64]) -> Self {
        Self {
            series: series.to_owned(),
            levels: fit.levels().len(),
            runs: fit.levels().runs(),
            n_max: fit.levels().n_max(),
            fit: Some(LineFit::of(fit, at)),
            failed: None,
        }
    }

    fn without_fit(sweep: &Sweep, why: String) -> Self {
        Self {
            series: sweep.name.clone(),
            levels: sweep.levels.len(),
            runs: sweep.levels.runs(),
            n_max: sweep.levels.n_max(),
            fit: None,
            failed: Some(why),
        }
    }

    /// Less is more urgent: falling furthest, then least headroom, then what rises least, then
    /// what has no fit.
    fn urgency(&self) -> (u8, f64) {
        match &self.fit {
            None => (2, 0.0),
            Some(fit) => fit.headroom.map_or((1, fit.slope), |left| (0, left)),
        }
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            Cell::from(self.series.as_str()),
            Cell::Number(self.levels as f64),
        ];
        let Some(fit) = &self.fit else {
            cells.resize(10, Cell::Absent);
            cells.push(Cell::from(self.failed.as_deref().unwrap_or("no fit")));
            cells.push(Cell::Absent);
            return cells;
        };
        cells.extend([
            fit.alpha.value.into(),
            fit.beta.value.into(),
            fit.gamma.value.into(),
            fit.peak_n.into(),
            fit.peak_n_low.into(),
            fit.peak_n_high.into(),
            fit.peak_throughput.into(),
            fit.headroom.into(),
            Cell::from(if fit.quality == "poor" {
                "the law does not fit"
            } else {
                fit.verdict.as_ref()
            }),
            Cell::from(&fit.shape),
        ]);
        cells
    }
}

impl LineFit {
    fn of(fit: &Fit, at: &[f64]) -> Self {
        let peak = fit.peak();
        let poor = parts::poor(fit);
        let shown = peak.established && !poor;
        let shape = fit.shape();
        Self {
            law: fit.fitted_law().name().into(),
            quality: fit.quality().grade.name().into(),
            alpha: fit.alpha(),
            beta: fit.beta(),
            gamma: fit.gamma(),
            peak_n: peak.n.filter(|_| shown),
            peak_n_low: peak.n_real.low.filter(|_| !poor),
            peak_n_high: peak.n_real.high.filter(|_| !poor),
            peak_throughput: peak.throughput.value.filter(|_| shown),
            headroom: headroom(fit, &shape, shown),
            verdict: fit.verdict().name().into(),
            shape: shape.name().into(),
            at: at
                .iter()
                .map(|n| {
                    let estimate = fit.estimate(*n);
                    LineAt {
                        n: *n,
                        throughput: estimate.throughput(),
                        basis: estimate.basis.name().into(),
                    }
                })
                .collect(),
            slope: match shape {
                Shape::Climbing { slope, .. } | Shape::Levelling { slope, .. } => slope,
                _ => 0.0,
            },
        }
    }
}

/// What more units may still bring, as [`LineFit::headroom`] says.
fn headroom(fit: &Fit, shape: &Shape, peak_is_shown: bool) -> Option<f64> {
    match shape {
        Shape::Falling { factor, .. } => return Some(factor.map_or(-1.0, |f| 1.0 / f - 1.0)),
        Shape::Flat { .. } => return Some(0.0),
        _ if !peak_is_shown => return None,
        _ => {}
    }
    let n_max = fit.levels().n_max();
    let peak = fit.peak();
    let at_peak = peak.throughput.value?;
    let beyond = peak.n_real.value.is_some_and(|n| n > n_max);
    let gain = at_peak / fit.estimate_value(n_max) - 1.0;
    Some(if beyond { gain.max(0.0) } else { 0.0 }).filter(|gain| gain.is_finite())
}

/// A document and the lines that sum it up.
#[derive(Debug)]
pub(super) struct Summarised<T> {
    pub(super) document: Document<T>,
    pub(super) lines: Vec<Line>,
}

impl<T: Serialize> Body for Summarised<T> {
    fn whole(&self, out: &mut dyn Write) -> io::Result<()> {
        self.document.whole(out)
    }

    fn lines(&self, out: &mut dyn Write) -> io::Result<()> {
        self.lines
            .iter()
            .try_for_each(|line| Document::new("usl-summary", line).lines(out))
    }
}

/// Body of a document of kind `usl-series`: one fit a series.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SeriesDocument {
    /// The fits, as documents of kind `usl`, in the order the series were met.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<UslDocument>"))]
    results: Results,
    /// Series that no law could be fitted to.
    failed: Vec<FailedSeries>,
    /// Doubts about the reading.
    notes: Vec<Note>,
}

/// A series without a fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FailedSeries {
    /// Its name.
    pub series: String,
    /// Why.
    pub message: String,
}

type Fitter = dyn Fn(&Sweep) -> Result<Fit, String> + Send + Sync;

/// Fits of many series.
#[derive(Deserialize)]
#[serde(from = "Vec<UslDocument>")]
enum Results {
    /// Made while they are written: only some at a time are in memory.
    Fitted(Fits),
    /// As a saved document holds them.
    Saved(Vec<UslDocument>),
}

impl From<Vec<UslDocument>> for Results {
    fn from(results: Vec<UslDocument>) -> Self {
        Self::Saved(results)
    }
}

/// Series and how to fit one of them.
struct Fits {
    sweeps: Arc<Sweeps>,
    fit: Arc<Fitter>,
    questions: Questions,
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self {
            Self::Fitted(fits) => fits.sweeps.sweeps.len(),
            Self::Saved(results) => results.len(),
        };
        write!(f, "Results of {count} series")
    }
}

impl Serialize for Results {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Series whose documents are in memory together.
        const TOGETHER: usize = 64;
        let Fits {
            sweeps,
            fit,
            questions,
        } = match self {
            Self::Fitted(fits) => fits,
            Self::Saved(results) => return results.serialize(serializer),
        };
        let document = |sweep: &Sweep| {
            let fit = fit(sweep).ok()?;
            let mut document = UslDocument::new(sweeps, &sweep.name, &fit, questions);
            document.notes = super::document::doubts(&fit, questions.spelling);
            Some(document)
        };
        let mut seq = serializer.serialize_seq(None)?;
        for some in sweeps.sweeps.chunks(TOGETHER) {
            let documents: Vec<Option<UslDocument>> = some.par_iter().map(document).collect();
            for document in documents.iter().flatten() {
                seq.serialize_element(document)?;
            }
        }
        seq.end()
    }
}

/// The report of several series, and how many of them have a fit. They are fitted on all
/// cores; what is said does not depend on how many there are.
pub(crate) fn report(
    sweeps: Sweeps,
    fit: impl Fn(&Sweep) -> Result<Fit, String> + Send + Sync + 'static,
    questions: Questions,
) -> (Report, usize) {
    let told = |sweep: &Sweep| match fit(sweep) {
        Ok(fit) => (
            Line::of(&sweep.name, &fit, &questions.at),
            warnings(&fit, questions.spelling),
        ),
        Err(why) => (Line::without_fit(sweep, why), Vec::new()),
    };
    let mut told: Vec<(Line, Vec<Note>)> = sweeps.sweeps.par_iter().map(told).collect();
    let failed: Vec<FailedSeries> = (told.iter().map(|(line, _)| line))
        .filter_map(|line| {
            Some(FailedSeries {
                series: line.series.clone(),
                message: line.failed.clone()?,
            })
        })
        .collect();
    let fits = told.len() - failed.len();
    let mut notes = sweeps.notes.clone();
    notes.extend(together(&mut told));
    let mut lines: Vec<Line> = told.into_iter().map(|(line, _)| line).collect();
    let drawn: Vec<(&str, Fit)> = (sweeps.sweeps.iter())
        .filter_map(|sweep| Some((sweep.name.as_str(), fit(sweep).ok()?)))
        .take(picture::SERIES)
        .collect();
    let drawn: Vec<(&str, &Fit)> = drawn.iter().map(|(name, fit)| (*name, fit)).collect();
    let about = About {
        title: &format!("Throughput of {fits} series"),
        n_unit: &sweeps.n_unit,
        asked: &questions.at,
        target: None,
    };
    let scene = (!drawn.is_empty()).then(|| picture::several(&drawn, fits, &about));
    lines.sort_by(|a, b| {
        let ((class, left), (other, right)) = (a.urgency(), b.urgency());
        class.cmp(&other).then(left.total_cmp(&right))
    });
    let report = Report {
        scene,
        kind: "usl-series",
        headline: vec![format!(
            "{} series; {} shows one in full.",
            lines.len(),
            questions.spelling.of(Setting::Select, Some("NAME"))
        )],
        sections: vec![Section::Table(table(&lines))],
        notes: notes.clone(),
        document: Json::new(Summarised {
            lines,
            document: Document::new(
                "usl-series",
                SeriesDocument {
                    results: Results::Fitted(Fits {
                        sweeps: Arc::new(sweeps),
                        fit: Arc::new(fit),
                        questions,
                    }),
                    failed,
                    notes,
                },
            ),
        }),
    };
    (report, fits)
}

/// The warnings about one fit.
fn warnings(fit: &Fit, spelling: Spelling) -> Vec<Note> {
    let mut notes = super::document::doubts(fit, spelling);
    notes.retain(|note| note.severity == Severity::Warning);
    notes
}

/// The warnings of all series: a code that many share is told once, with how many.
fn together(told: &mut [(Line, Vec<Note>)]) -> Vec<Note> {
    const ONE_BY_ONE: usize = 3;
    let mut notes: Vec<(Note, usize)> = Vec::new();
    let count = |code: NoteCode, told: &[(Line, Vec<Note>)]| {
        let codes = told.iter().flat_map(|(_, notes)| notes);
        codes.filter(|note| note.code == code).count()
    };
    let mut counts: Vec<(NoteCode, usize)> = Vec::new();
    for at in 0..told.len() {
        let (line, own) = &mut told[at];
        let (name, own) = (line.series.clone(), std::mem::take(own));
        for note in own {
            let known = counts.iter().find(|(code, _)| *code == note.code);
            let (all, is_first) = if let Some((_, all)) = known {
                (*all, false)
            } else {
                let all = 1 + count(note.code, told);
                counts.push((note.code, all));
                (all, true)
            };
            let who = match all {
                ..=ONE_BY_ONE => name.clone(),
                _ if is_first => format!("{name} and {} more series", all - 1),
                _ => continue,
            };
            notes.push((note.about(&who), all));
        }
    }
    notes.into_iter().map(|(note, _)| note).collect()
}

fn table(lines: &[Line]) -> Table {
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    Table {
        title: String::new(),
        columns: vec![
            column("series", "series", Quantity::Text),
            column("levels", "sizes", Quantity::Count),
            column("alpha", "α", Quantity::Number),
            column("beta", "β", Quantity::Number),
            column("gamma_per_s", "γ", Quantity::Rate),
            column("peak_n", "peak at", Quantity::Count),
            column("peak_n_low", "from", Quantity::Number).spare(),
            column("peak_n_high", "to", Quantity::Number).spare(),
            column("peak_throughput_per_s", "peak", Quantity::Rate),
            column("headroom", "headroom", Quantity::Ratio),
            column("verdict", "verdict", Quantity::Text),
            column("shape", "shape", Quantity::Text),
        ],
        rows: lines.iter().map(Line::cells).collect(),
    }
}
