//! What breaks first: each failure mode in words, with its remedies side by side.

pub(crate) mod affinity;
pub(crate) mod batch;
pub(crate) mod ceiling;
pub(crate) mod concurrency;
pub(crate) mod deadlock;
pub(crate) mod fan_out;
pub(crate) mod head_of_line;
pub(crate) mod herd;
mod pictures;
pub(crate) mod ranking;
pub(crate) mod retry;
pub(crate) mod simulated;
pub(crate) mod starvation;

use super::number::alone;
use super::scene::Scene;
use super::{Fact, Quantity, Report, Section, Table};
use crate::note::Note;
use crate::sim::beside::Beside;
use serde::Serialize;

/// Body of a document of kind `risk-…`: what was asked, the answer, the smallest setting that
/// holds, and what it takes for granted.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RiskDocument<T> {
    /// The question in a user's words.
    pub question: String,
    /// The answer in words, as people see it.
    pub answer: Vec<String>,
    /// The numbers of this subject.
    #[serde(flatten)]
    pub numbers: T,
    /// The smallest setting that is safe, found by search; null where there is none.
    pub safe_setting: Option<SafeSetting>,
    /// What event-by-event runs say beside the formulas; null unless asked for.
    pub simulation: Option<simulated::SimulationPart>,
    /// What the numbers take for granted, one sentence each.
    pub assumptions: Vec<String>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// A setting that is safe.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SafeSetting {
    /// What to set, such as `window`.
    pub name: &'static str,
    /// To what.
    pub value: f64,
    /// Its unit: `s`, `1/s`, a noun such as `servers`, or `1` for a share.
    pub unit: &'static str,
    /// What it guarantees.
    pub guarantees: String,
}

/// How far a number can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Exactness {
    /// Exact under the assumptions.
    Exact,
    /// An approximation; the band is stated.
    Approximate,
}

impl Exactness {
    /// A mark for a table: empty where exact.
    fn mark(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Approximate => "approx.",
        }
    }
}

/// What is shown besides the document.
struct Shown {
    kind: &'static str,
    tables: Vec<Table>,
    facts: Vec<Fact>,
    /// The picture by formula, without its title; one of what was simulated goes before it.
    scene: Option<Scene>,
}

impl Shown {
    /// Tables alone.
    fn tables(kind: &'static str, tables: Vec<Table>) -> Self {
        Self {
            kind,
            tables,
            facts: Vec::new(),
            scene: None,
        }
    }
}

impl<T: Serialize + 'static> RiskDocument<T> {
    /// Puts words and tables in front of the document, and what was simulated behind them.
    fn report(mut self, mut shown: Shown, beside: Option<&Beside>) -> Report {
        let title = self.answer.iter().take(2).map(String::as_str);
        let title = title.collect::<Vec<_>>().join(" ");
        let mut scene = shown.scene.take();
        if let Some(scene) = &mut scene {
            scene.title.clone_from(&title);
        }
        if let Some(beside) = beside {
            scene = simulated::picture(&title, beside).or(scene);
            self.simulation = Some(simulated::part(beside));
            self.answer.extend(simulated::agreement(beside));
            self.assumptions.push(simulated::assumption(beside));
            shown.tables.extend(simulated::table(beside));
        }
        let mut sections = Vec::new();
        if !shown.facts.is_empty() {
            sections.push(Section::Facts(shown.facts));
        }
        sections.extend(shown.tables.into_iter().map(Section::Table));
        if !self.assumptions.is_empty() {
            sections.push(Section::Text(self.assumptions.join(" ")));
        }
        Report {
            kind: shown.kind,
            headline: self.answer.clone(),
            sections,
            scene,
            notes: self.notes.clone(),
            document: super::document(shown.kind, self),
        }
    }
}

fn seconds(value: f64) -> String {
    alone(Quantity::Seconds, value, 3)
}

/// A time, or what to say without one.
fn seconds_or(value: Option<f64>, without: &str) -> String {
    value.map_or_else(|| without.to_owned(), seconds)
}

fn rate(value: f64) -> String {
    alone(Quantity::Rate, value, 3)
}

fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

fn number(value: f64) -> String {
    alone(Quantity::Number, value, 3)
}

fn percent(value: f64) -> String {
    alone(Quantity::Ratio, value, 3)
}

fn fact(key: &'static str, label: &str, quantity: Quantity, value: impl Into<super::Cell>) -> Fact {
    Fact {
        key,
        label: label.to_owned(),
        value: value.into(),
        quantity,
        interval: None,
        remark: String::new(),
    }
}
