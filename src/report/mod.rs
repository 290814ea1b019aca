//! What to say: a typed result becomes a [`Report`], which any renderer can show.

pub(crate) mod amdahl;
pub(crate) mod capacity;
pub(crate) mod check;
mod columns;
pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod json;
mod laws;
pub(crate) mod little;
pub(crate) mod measure;
pub(crate) mod number;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod queue;
pub(crate) mod risk;
pub(crate) mod scene;
pub(crate) mod simulate;
mod units;
pub(crate) mod usl;

pub use json::Json;
pub use scene::Scene;

use crate::fit::Fit;
use crate::note::Note;
use crate::sweep::Sweeps;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A word of a document: one of the program's own, or what a saved document holds.
pub(crate) type Word = Cow<'static, str>;

/// A result ready to be shown: words, facts, tables, doubts, and its JSON document.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Kind of the document, such as `usl`.
    pub kind: &'static str,
    /// The answer in words, one sentence or two a line.
    pub headline: Vec<String>,
    /// Facts, tables and texts in the order they are read.
    pub sections: Vec<Section>,
    /// Doubts; they are part of the JSON document too.
    pub notes: Vec<Note>,
    /// The picture, where there is something to see.
    pub scene: Option<scene::Scene>,
    /// The JSON document.
    pub document: json::Json,
}

impl Report {
    /// The report of a fit: what `scalecalc usl` shows of one series of `sweeps`. `at` holds the
    /// N to predict; a sensible spread where it is empty.
    ///
    /// # Examples
    /// ```
    /// use scalecalc::data::ReadOptions;
    /// use scalecalc::fit::{Fit, FitOptions};
    /// use scalecalc::render::{Beside, Format, Style, render};
    /// use scalecalc::report::Report;
    /// use scalecalc::sweep::Sweeps;
    ///
    /// let table = "threads,tps\n1,955\n2,1878\n4,3548\n8,6531\n16,9922\n32,12100\n";
    /// let sweeps = Sweeps::read(table.as_bytes(), &ReadOptions::default())?;
    /// let fit = Fit::new(&sweeps.sweeps[0], &FitOptions::default())?;
    /// let report = Report::of_fit(&sweeps, "", &fit, &[48.0]);
    /// let page = render(&report, Format::Markdown, Style::default(), Beside::default());
    /// assert!(String::from_utf8_lossy(&page).contains("48"));
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    pub fn of_fit(sweeps: &Sweeps, series: &str, fit: &Fit, at: &[f64]) -> Self {
        let questions = usl::document::Questions {
            at: at.to_vec(),
            ..usl::document::Questions::default()
        };
        usl::report(sweeps, series, fit, &questions)
    }

    /// The same report with a picture.
    #[must_use]
    pub fn with_scene(self, scene: Option<scene::Scene>) -> Self {
        Self { scene, ..self }
    }

    /// The table that CSV and TSV write: the first one.
    pub fn main_table(&self) -> Option<&Table> {
        self.sections.iter().find_map(|section| match section {
            Section::Table(table) | Section::Judged(table, _) => Some(table),
            _ => None,
        })
    }

    /// Everything that was judged, in the order it is shown.
    pub fn judged(&self) -> impl Iterator<Item = &Judged> {
        self.sections.iter().flat_map(|section| match section {
            Section::Judged(_, items) => items.as_slice(),
            _ => &[],
        })
    }
}

/// One block of a report.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Section {
    /// Named values with their intervals.
    Facts(Vec<Fact>),
    /// Rows and columns.
    Table(Table),
    /// A table of things that were judged, and each of them for a CI system.
    Judged(Table, Vec<Judged>),
    /// A sentence or two.
    Text(String),
    /// What the following sections are about.
    Heading(String),
}

/// One thing that was judged: what a CI system shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What was judged, such as `min-efficiency@8`.
    pub name: String,
    /// How it came out.
    pub outcome: JudgedAs,
    /// How loud a CI system should be about it; `None` for not at all.
    pub alarm: Option<Alarm>,
    /// What was found against what was wanted, one sentence.
    pub text: String,
}

/// How something that was judged came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedAs {
    /// It holds.
    Passed,
    /// It conclusively does not hold.
    Failed,
    /// Cannot tell.
    Undecided,
}

/// How loud a CI system should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Someone should look.
    Warning,
    /// The job is red.
    Error,
}

/// One named value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Machine name, such as `alpha`.
    pub key: &'static str,
    /// Name for people, such as `α contention`.
    pub label: String,
    /// The value.
    pub value: Cell,
    /// What it is, for its unit and digits.
    pub quantity: Quantity,
    /// Interval ends, where there is an interval; an open end is `None`.
    pub interval: Option<(Option<f64>, Option<f64>)>,
    /// A few words beside it, such as `at its bound`.
    pub remark: String,
}

/// Rows and columns of typed cells, in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Title for people; empty where the context says it.
    pub title: String,
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows; each has one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Machine name with its unit, such as `latency_mean_s`.
    pub key: String,
    /// Title for people without unit, such as `latency`.
    pub title: String,
    /// What it is, for its unit and digits.
    pub quantity: Quantity,
    /// The first to go where there is no room for all.
    pub spare: bool,
}

impl Column {
    /// A column.
    pub fn new(key: impl Into<String>, title: impl Into<String>, quantity: Quantity) -> Self {
        Self {
            key: key.into(),
            title: title.into(),
            quantity,
            spare: false,
        }
    }

    /// The same column, the first to go where there is no room for all.
    #[must_use]
    pub fn spare(self) -> Self {
        Self {
            spare: true,
            ..self
        }
    }
}

/// What a number is: decides its unit, scale and digits for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Quantity {
    /// Words.
    #[default]
    Text,
    /// N, servers, paths: whole where it is whole.
    Count,
    /// A number without unit, such as a coefficient or a speedup.
    Number,
    /// Operations per second.
    Rate,
    /// A change of a rate, always with its sign.
    RateChange,
    /// A time, in seconds.
    Seconds,
    /// A share, 0 to 1.
    Ratio,
    /// An amount of money, in the user's currency.
    Money,
}

/// One value of a table or fact, in base units.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// No value: a dash, an empty field, null.
    Absent,
    /// A number in base units.
    Number(f64),
    /// A number with a unit of its own, in a column where they differ from row to row.
    Measured(Quantity, f64),
    /// Words.
    Text(String),
}

impl Cell {
    /// A number with a unit of its own; what is not there or not finite is absent.
    pub fn measured(quantity: Quantity, value: Option<f64>) -> Self {
        match value.filter(|value| value.is_finite()) {
            Some(value) => Self::Measured(quantity, value),
            None => Self::Absent,
        }
    }
}

impl From<f64> for Cell {
    /// A number; what is not finite becomes a word for infinity or absent.
    fn from(value: f64) -> Self {
        if value.is_finite() {
            Self::Number(value)
        } else if value == f64::INFINITY {
            Self::Text("∞".to_owned())
        } else {
            Self::Absent
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Absent, Self::from)
    }
}

impl From<&Word> for Cell {
    fn from(word: &Word) -> Self {
        Self::Text(word.as_ref().to_owned())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Version of the JSON contract: a minor step adds keys, a major one breaks.
pub(crate) const SCHEMA_VERSION: &str = "1.0";

/// The envelope that every JSON document has: version, kind and tool before the body.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Document<T> {
    /// Version of the contract.
    pub schema_version: Word,
    /// Kind of the document.
    pub kind: Word,
    /// The program that wrote it.
    pub tool: Tool,
    /// The keys of this kind.
    #[serde(flatten)]
    pub body: T,
}

/// Name and version of the program.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Tool {
    /// `scalecalc`.
    pub name: Word,
    /// Its version.
    pub version: Word,
}

impl<T> Document<T> {
    /// Puts a body into the envelope.
    pub(crate) fn new(kind: &'static str, body: T) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.into(),
            kind: kind.into(),
            tool: Tool {
                name: "scalecalc".into(),
                version: env!("CARGO_PKG_VERSION").into(),
            },
            body,
        }
    }
}

/// A document of a kind.
pub(crate) fn document<T: Serialize + 'static>(kind: &'static str, body: T) -> json::Json {
    json::Json::new(Document::new(kind, body))
}
