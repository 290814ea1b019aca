//! The gate in words: which rules hold, which do not, and which cannot be told.

mod baseline;
mod document;
mod picture;

pub(crate) use document::{Check, CheckDocument, Summary};

use super::number::alone;
use super::usl::document::UslDocument;
use super::{Alarm, Cell, Column, Judged, JudgedAs, Quantity, Report, Section, Table};
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::judge::baseline::Changes;
use crate::judge::gate::{Finding, Limit, Reason, Rule, Subject, Verdict, capacity_at};
use crate::note::Note;
use crate::units::plain;

/// What an inconclusive check does to the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum OnInconclusive {
    /// It ends well, with a warning.
    #[default]
    Warn,
    /// It ends with exit code 5.
    Fail,
    /// It ends well.
    Pass,
}

/// One series that was judged.
#[derive(Debug)]
pub(crate) struct CheckedSeries {
    /// Its name; empty where there is only one.
    pub name: String,
    /// Its fit.
    pub fit: Fit,
    /// The rules that apply to it, with what they found.
    pub findings: Vec<(Rule, Finding)>,
    /// Against the baseline, where there is one.
    pub changes: Option<Changes>,
    /// Its document.
    pub result: UslDocument,
}

/// The earlier measurements that a check compares with.
#[derive(Debug, Clone)]
pub(crate) struct Baseline {
    /// The file as the user named it.
    pub path: String,
    /// Share of throughput that may be lost.
    pub tolerance: f64,
    /// Why the two cannot be compared, a reason each; nothing where they can or must be.
    pub mismatches: Vec<String>,
}

/// Everything a check looked at.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The series, at least one.
    pub series: Vec<CheckedSeries>,
    /// Series of the baseline that were not measured now.
    pub lost: Vec<String>,
    /// What N counts.
    pub n_unit: String,
    /// The baseline.
    pub baseline: Option<Baseline>,
    /// What an inconclusive check does.
    pub on_inconclusive: OnInconclusive,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
}

/// Shows a gate, and says how the program ends.
pub(crate) fn report(mut gate: Gate) -> (Report, u8) {
    let checks: Vec<Check> = (gate.series.iter())
        .flat_map(|series| checks_of(series, &gate))
        .chain(gate.lost.iter().map(|name| baseline::lost(name)))
        .collect();
    let verdict = Verdict::of_all(checks.iter().map(|check| check.verdict));
    let slipped =
        |series: &CheckedSeries| series.changes.as_ref().is_some_and(|c| c.slip.is_some());
    let exit_code = match (verdict, gate.on_inconclusive) {
        (Verdict::Fail, _) => 1,
        (Verdict::Inconclusive, OnInconclusive::Fail) => 5,
        // Another unit is no measurement of this system: never green unless asked for.
        (Verdict::Inconclusive, OnInconclusive::Warn) if gate.series.iter().any(slipped) => 3,
        _ => 0,
    };
    let count = |verdict| checks.iter().filter(|c| c.verdict == verdict).count();
    let inconclusive = count(Verdict::Inconclusive);
    let summary = Summary {
        passed: count(Verdict::Pass),
        failed: count(Verdict::Fail),
        inconclusive,
        warned: match gate.on_inconclusive {
            OnInconclusive::Warn => inconclusive,
            _ => 0,
        },
    };
    let judged = checks
        .iter()
        .map(|check| judged(check, gate.on_inconclusive))
        .collect();
    let mut sections = vec![Section::Judged(table(&checks), judged)];
    let open = |check: &&Check| check.verdict != Verdict::Pass;
    let reasons: Vec<String> = checks
        .iter()
        .filter(open)
        .take(MOST_REASONS)
        .map(|check| format!("{}: {}.", check.name, check.reason))
        .collect();
    if !reasons.is_empty() {
        sections.push(Section::Text(reasons.join("\n")));
    }
    for series in &gate.series {
        sections.extend(
            series
                .changes
                .as_ref()
                .and_then(|c| baseline::sizes_table(c, series, &gate)),
        );
    }
    let headline = headline(verdict, summary, &checks);
    let scene = picture::picture(&gate, headline.first().map_or("", String::as_str));
    let baseline = gate.baseline.take();
    let baseline = baseline.map(|earlier| baseline::document(&earlier, &mut gate));
    let document = super::document(
        "check",
        CheckDocument {
            verdict,
            exit_code,
            summary,
            checks,
            baseline,
            notes: gate.notes.clone(),
            results: gate.series.into_iter().map(|s| s.result).collect(),
        },
    );
    let report = Report {
        scene,
        kind: "check",
        headline,
        sections,
        notes: gate.notes,
        document,
    };
    (report, exit_code)
}

/// Reasons spelled out below the table; the rest is in the document.
const MOST_REASONS: usize = 5;

fn headline(verdict: Verdict, summary: Summary, checks: &[Check]) -> Vec<String> {
    let all = checks.len();
    let Summary {
        passed,
        failed,
        inconclusive,
        ..
    } = summary;
    let others = |list: &[(usize, &str)]| -> String {
        let some = list.iter().filter(|(count, _)| *count > 0);
        some.fold(String::new(), |text, (count, what)| {
            format!("{text}, {count} {what}")
        })
    };
    vec![match verdict {
        Verdict::Pass if all == 1 => "Pass: the check holds.".to_owned(),
        Verdict::Pass => format!("Pass: all {all} checks hold."),
        Verdict::Fail if all == 1 => "Fail: the check failed.".to_owned(),
        Verdict::Fail => format!(
            "Fail: {failed} of {all} checks failed{}.",
            others(&[(passed, "passed"), (inconclusive, "inconclusive")])
        ),
        Verdict::Inconclusive => format!(
            "Inconclusive: {inconclusive} of {all} checks could not be decided{}.",
            others(&[(passed, "passed")])
        ),
    }]
}

fn checks_of(series: &CheckedSeries, gate: &Gate) -> Vec<Check> {
    let prefix = if series.name.is_empty() {
        String::new()
    } else {
        format!("{}/", series.name)
    };
    let mut checks: Vec<Check> = series
        .findings
        .iter()
        .map(|(rule, finding)| of_rule(rule, finding, series, &prefix, &gate.n_unit))
        .collect();
    if let (Some(baseline), Some(changes)) = (&gate.baseline, &series.changes) {
        let unit = &gate.n_unit;
        checks.extend(baseline::checks(baseline, changes, series, &prefix, unit));
    }
    checks
}

fn of_rule(
    rule: &Rule,
    finding: &Finding,
    series: &CheckedSeries,
    prefix: &str,
    unit: &str,
) -> Check {
    let (what, symbol, quantity, at) = subject(rule.subject, unit);
    let sign = match rule.limit {
        Limit::AtLeast(_) => ">=",
        Limit::AtMost(_) => "<=",
    };
    let limit = rule.limit.value();
    let shown = |value| alone(quantity, value, 3);
    let fit = &series.fit;
    let n_max = count(fit.levels().n_max());
    let reason = match finding.reason {
        Reason::Clear => {
            let side = match (finding.verdict, rule.limit) {
                (Verdict::Pass, _) => "which keeps",
                (_, Limit::AtLeast(_)) => "all of it below",
                (_, Limit::AtMost(_)) => "all of it above",
            };
            format!(
                "{what} is {}, {side} the limit of {}",
                interval(&finding.found, quantity),
                shown(limit)
            )
        }
        Reason::Across => format!(
            "{what} is {}; the limit ({}) is within the uncertainty: add runs to decide",
            interval(&finding.found, quantity),
            shown(limit)
        ),
        Reason::PoorLaw => format!(
            "the law does not describe these measurements, so {what} says nothing about the system; hold the measured sizes against a rule instead"
        ),
        Reason::NoCoefficient => format!(
            "the law with a ceiling was fitted, which has no α and a β of its own: {what} is a matter of the USL"
        ),
        Reason::OtherLatency(measured) => format!(
            "{what} is {} by Little's law, but {} was measured there, on the other side of the limit of {}: the two do not describe the same thing",
            interval(&finding.found, quantity),
            shown(measured),
            shown(limit)
        ),
        Reason::NoInterval => {
            format!(
                "{what} is {}, without an interval: measure more sizes, or each more often",
                interval(&finding.found, quantity)
            )
        }
        Reason::TooFar => format!(
            "{what} is more than twice as far out as the largest measured size ({n_max} {unit}): measure there"
        ),
    };
    let reason = match rule.subject {
        Subject::Headroom(_) => format!(
            "{reason} (capacity counted at {} {unit})",
            count(capacity_at(fit))
        ),
        _ => reason,
    };
    Check {
        name: format!(
            "{prefix}{}{}",
            rule.kind.word(),
            at.map_or(String::new(), |at| format!("@{}", plain(at)))
        ),
        series: series.name.clone(),
        expression: format!("{symbol} {sign} {}", plain(limit)),
        verdict: finding.verdict,
        found: finding.found,
        limit: Some(limit),
        margin: finding.margin,
        reason,
        quantity,
    }
}

/// In words, as a formula, its quantity, and where it is taken.
fn subject(subject: Subject, unit: &str) -> (String, String, Quantity, Option<f64>) {
    let at = |name: &str, n: f64, quantity| {
        (
            format!("{name} at {}", counted(n, unit)),
            format!("{name}({})", plain(n)),
            quantity,
            Some(n),
        )
    };
    match subject {
        Subject::Efficiency(n) => at("efficiency", n, Quantity::Ratio),
        Subject::Throughput(n) => at("throughput", n, Quantity::Rate),
        Subject::Speedup(n) => at("speedup", n, Quantity::Number),
        Subject::Latency(n) => at("latency", n, Quantity::Seconds),
        Subject::Peak => (
            format!("the peak in {unit}"),
            "peak".to_owned(),
            Quantity::Count,
            None,
        ),
        Subject::Alpha => (
            "α contention".to_owned(),
            "alpha".to_owned(),
            Quantity::Number,
            None,
        ),
        Subject::Beta => (
            "β coherency".to_owned(),
            "beta".to_owned(),
            Quantity::Number,
            None,
        ),
        Subject::Headroom(load) => (
            format!("headroom at {}", alone(Quantity::Rate, load, 3)),
            format!("headroom({})", plain(load)),
            Quantity::Ratio,
            Some(load),
        ),
    }
}

fn judged(check: &Check, on_inconclusive: OnInconclusive) -> Judged {
    Judged {
        name: check.name.clone(),
        outcome: match check.verdict {
            Verdict::Pass => JudgedAs::Passed,
            Verdict::Fail => JudgedAs::Failed,
            Verdict::Inconclusive => JudgedAs::Undecided,
        },
        alarm: match (check.verdict, on_inconclusive) {
            (Verdict::Pass, _) | (Verdict::Inconclusive, OnInconclusive::Pass) => None,
            (Verdict::Fail, _) | (Verdict::Inconclusive, OnInconclusive::Fail) => {
                Some(Alarm::Error)
            }
            (Verdict::Inconclusive, OnInconclusive::Warn) => Some(Alarm::Warning),
        },
        text: check.reason.clone(),
    }
}

fn table(checks: &[Check]) -> Table {
    let rows = checks
        .iter()
        .map(|check| {
            let cell = |value| Cell::measured(check.quantity, value);
            vec![
                check.name.as_str().into(),
                check.verdict.word().into(),
                cell(check.found.value),
                cell(check.found.low),
                cell(check.found.high),
                cell(check.limit),
            ]
        })
        .collect();
    Table {
        title: String::new(),
        columns: vec![
            Column::new("check", "check", Quantity::Text),
            Column::new("verdict", "verdict", Quantity::Text),
            Column::new("found", "found", Quantity::Number),
            Column::new("low", "low", Quantity::Number),
            Column::new("high", "high", Quantity::Number),
            Column::new("limit", "limit", Quantity::Number),
        ],
        rows,
    }
}

fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

/// `1 thread`, `8 threads`.
fn counted(n: f64, unit: &str) -> String {
    format!("{} {}", count(n), crate::report::units::of(n, unit))
}

/// `52.1 % [50.2 %, 54.0 %]`; an open end in words.
fn interval(found: &Estimate, quantity: Quantity) -> String {
    let shown = |value: f64| alone(quantity, value, 3);
    let value = found.value.map_or("unknown".to_owned(), shown);
    match (found.low, found.high) {
        (Some(low), Some(high)) => format!("{value} [{}, {}]", shown(low), shown(high)),
        (Some(low), None) => format!("{value} [{} or more]", shown(low)),
        (None, Some(high)) => format!("{value} [{} or less]", shown(high)),
        (None, None) => value,
    }
}
