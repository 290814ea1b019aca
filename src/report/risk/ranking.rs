//! Everything that applies, the worst first, one line each.

use super::{RiskDocument, Shown, number, percent};
use crate::report::columns::{show, table};
use crate::report::{Quantity, Report};
use crate::risk::ranking::{Danger, Kind};
use serde::Serialize;

/// A failure mode and the command that looks closer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    /// The failure mode.
    pub danger: Danger,
    /// The command that looks closer.
    pub look_closer: String,
}

/// Numbers of a ranking.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RankingNumbers {
    /// What was ranked: a station, or the document it was read from.
    pub source: String,
    /// One entry a failure mode, the worst first.
    pub risks: Vec<RankedRisk>,
}

/// One failure mode.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RankedRisk {
    /// Its name, such as `retry`.
    pub risk: &'static str,
    /// The number that decides; null where it has grown without end.
    pub number: Option<f64>,
    /// Where trouble begins.
    pub limit: f64,
    /// Number over limit; null where it has grown without end.
    pub severity: Option<f64>,
    /// `breaks` at or above the limit, `close` from half of it, else `calm`.
    pub verdict: &'static str,
    /// What the number means.
    pub words: String,
    /// The command that looks closer.
    pub look_closer: String,
}

/// The ranking of what was found, the worst first.
pub(crate) fn report(source: &str, mut ranked: Vec<Ranked>, assumptions: Vec<String>) -> Report {
    ranked.sort_by(|a, b| b.danger.severity().total_cmp(&a.danger.severity()));
    let risks: Vec<RankedRisk> = ranked.into_iter().map(row).collect();
    let breaks = risks.iter().filter(|risk| risk.verdict == "breaks").count();
    let answer = match risks.first() {
        Some(first) if breaks > 0 => vec![format!(
            "{breaks} of {} are beyond their limit; first {}: {}.",
            risks.len(),
            first.risk,
            first.words
        )],
        Some(first) => vec![format!(
            "Nothing is beyond its limit; nearest is {}: {}.",
            first.risk, first.words
        )],
        None => vec!["Nothing to rank.".to_owned()],
    };
    let columns = vec![
        show("risk", "risk", Quantity::Text, |row: &RankedRisk| {
            row.risk.into()
        }),
        show("verdict", "", Quantity::Text, |row| row.verdict.into()),
        show("words", "number that decides", Quantity::Text, |row| {
            row.words.clone().into()
        }),
    ];
    let mut tables = vec![table("", columns, &risks)];
    let closer: Vec<&RankedRisk> = (risks.iter())
        .filter(|risk| risk.verdict != "calm")
        .collect();
    if !closer.is_empty() {
        let command = show(
            "look_closer",
            "look closer",
            Quantity::Text,
            |row: &&RankedRisk| row.look_closer.clone().into(),
        );
        tables.push(table("", vec![command], &closer));
    }
    let document = RiskDocument {
        simulation: None,
        question: "What breaks first?".to_owned(),
        answer,
        safe_setting: None,
        assumptions,
        notes: Vec::new(),
        numbers: RankingNumbers {
            source: source.to_owned(),
            risks,
        },
    };
    document.report(Shown::tables("risk-all", tables), None)
}

fn row(ranked: Ranked) -> RankedRisk {
    let Ranked {
        danger,
        look_closer,
    } = ranked;
    let show = |value: f64| match danger.kind {
        Kind::Share => percent(value),
        Kind::Factor => number(value),
    };
    let severity = danger.severity();
    RankedRisk {
        risk: danger.subject.name(),
        number: danger.number,
        limit: danger.limit,
        severity: Some(severity).filter(|severity| severity.is_finite()),
        verdict: if severity >= 1.0 {
            "breaks"
        } else if severity >= 0.5 {
            "close"
        } else {
            "calm"
        },
        words: match danger.number {
            Some(number) => format!(
                "{} {} (limit {})",
                show(number),
                danger.words,
                show(danger.limit)
            ),
            None => format!("no steady state (limit {})", show(danger.limit)),
        },
        look_closer,
    }
}
