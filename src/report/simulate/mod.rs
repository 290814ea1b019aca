//! Stations event by event: what the runs say, beside what a formula says.

mod document;
mod parts;
mod picture;
mod tables;
mod words;

pub(crate) use document::{SimulateDocument, TheoryPart};

pub(super) use parts::{half_widths_off, series};
pub(super) use picture::course;
pub(super) use tables::{beside_cells, beside_columns};

use super::{Report, Section, document as write};
use crate::sim::{Arrivals, Plan, Results, Scenario, Theory, Tried, is_overloaded};
use std::collections::BTreeMap;

/// What was simulated and what came of it.
#[derive(Debug)]
pub(crate) struct Simulated<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// How much was planned.
    pub plan: &'a Plan,
    /// What the runs say.
    pub results: &'a Results,
    /// The settings as they were given.
    pub settings: BTreeMap<String, String>,
    /// Relative half-width of the mean response that was asked for.
    pub precision: Option<f64>,
    /// What makes it come back.
    pub remedies: Vec<Tried>,
    /// The same with a change: what was changed, and what the runs then say.
    pub versus: Option<(BTreeMap<String, String>, Results)>,
}

/// What the runs are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Steady,
    Saturated,
    Trigger,
    Burst,
    Deadlock,
}

impl Question {
    fn of(scenario: &Scenario) -> Self {
        if scenario.rejoin > 0.0 && scenario.places.is_some() {
            Self::Deadlock
        } else if matches!(scenario.arrivals, Arrivals::Burst { .. }) {
            Self::Burst
        } else if !scenario.triggers.is_empty() {
            Self::Trigger
        } else if is_overloaded(scenario) {
            Self::Saturated
        } else {
            Self::Steady
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Saturated => "saturated",
            Self::Trigger => "trigger",
            Self::Burst => "burst",
            Self::Deadlock => "deadlock",
        }
    }
}

/// Puts the results into words, tables and a document.
pub(crate) fn report(simulated: &Simulated<'_>) -> Report {
    let question = Question::of(simulated.scenario);
    let theory = Theory::of(simulated.scenario);
    let mut body = SimulateDocument {
        question: question.name(),
        assumptions: words::assumptions(simulated, theory.as_ref()),
        scenario: simulated.settings.clone(),
        plan: parts::plan(simulated),
        measures: parts::measures(simulated, question, theory.as_ref()),
        classes: parts::classes(simulated, theory.as_ref()),
        recovery: parts::recovery(simulated, question),
        remedies: parts::remedies(&simulated.remedies),
        deadlock: parts::deadlock(simulated, question),
        versus: parts::versus(simulated),
        series: parts::series(simulated.results),
        theory: theory.as_ref().map(|theory| TheoryPart {
            model: theory.model.clone(),
            exact: theory.exact,
        }),
        notes: Vec::new(),
    };
    body.notes = words::notes(simulated, question, &body);
    let mut sections = vec![Section::Table(tables::measures(&body))];
    if body.classes.len() > 1 {
        sections.push(Section::Table(tables::classes(&body)));
    }
    if !body.remedies.is_empty() {
        sections.push(Section::Table(tables::remedies(&body)));
    }
    if let Some(versus) = &body.versus {
        sections.push(Section::Table(tables::versus(versus)));
    }
    sections.push(Section::Text(body.assumptions.join(" ")));
    let headline = words::headline(simulated, question, &body);
    let title = headline.join(" ");
    Report {
        kind: "simulate",
        scene: picture::picture(&title, simulated, &body.series, theory.as_ref()),
        headline,
        sections,
        notes: body.notes.clone(),
        document: write("simulate", body),
    }
}
