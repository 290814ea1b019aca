//! The gate in words: which rules hold, which do not, and which cannot be told.

use super::number::alone;
use super::usl::document::UslDocument;
use super::{Alarm, Cell, Column, Judged, Outcome, Quantity, Report, Section, Table};
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::note::Note;
use crate::plan::baseline::{Changes, SizeChange};
use crate::plan::gate::{Finding, Limit, Reason, Rule, RuleKind, Subject, Verdict, capacity_at};
use crate::units::plain;
use serde::Serialize;

/// What an inconclusive check does to the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnInconclusive {
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
pub struct Series {
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
pub struct Baseline {
    /// The file as the user named it.
    pub path: String,
    /// Share of throughput that may be lost.
    pub tolerance: f64,
    /// Why the two cannot be compared, a reason each; nothing where they can or must be.
    pub mismatches: Vec<String>,
}

/// Everything a check looked at.
#[derive(Debug)]
pub struct Gate {
    /// The series, at least one.
    pub series: Vec<Series>,
    /// What N counts.
    pub n_unit: String,
    /// The baseline.
    pub baseline: Option<Baseline>,
    /// What an inconclusive check does.
    pub on_inconclusive: OnInconclusive,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
}

/// Body of a document of kind `check`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckDocument {
    /// One failure fails all; without one, a doubt makes all inconclusive.
    pub verdict: Verdict,
    /// How the program ends: 0, 1 (a rule conclusively failed) or 5 (inconclusive).
    pub exit_code: u8,
    /// How many checks came out how.
    pub summary: Summary,
    /// Every rule; throughput over all sizes against the baseline; and each size whose best
    /// value is past the tolerance. All sizes are in `baseline`.
    pub checks: Vec<Check>,
    /// The comparison with earlier measurements; null without one.
    pub baseline: Option<BaselineDocument>,
    /// The fit of each series.
    pub results: Vec<UslDocument>,
    /// Doubts about the reading, and warnings about the fits; all about a fit is with it.
    pub notes: Vec<Note>,
}

/// How many checks came out how.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Checks that hold.
    pub passed: usize,
    /// Checks that conclusively do not hold.
    pub failed: usize,
    /// Checks that cannot be told.
    pub inconclusive: usize,
    /// Inconclusive checks that the job warns about.
    pub warned: usize,
}

/// One check.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Check {
    /// Unique name, such as `min-efficiency@8`; with several series `name/min-efficiency@8`.
    pub name: String,
    /// Series it is about; empty where there is only one.
    pub series: String,
    /// What must hold, in base units, such as `efficiency(8) >= 0.6`.
    pub expression: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in base units.
    pub found: Estimate,
    /// The limit, in the same unit.
    pub limit: f64,
    /// How far the best value is inside the limit; below 0 outside.
    pub margin: Option<f64>,
    /// Why, one sentence.
    pub reason: String,
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    quantity: Quantity,
}

/// The comparison with earlier measurements.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaselineDocument {
    /// The file as the user named it.
    pub path: String,
    /// Share of throughput that may be lost.
    pub tolerance: f64,
    /// Whether the two were measured and fitted alike.
    pub comparable: bool,
    /// Why not, a sentence each.
    pub mismatches: Vec<String>,
    /// The comparison of each series.
    pub series: Vec<BaselineSeries>,
}

/// The comparison of one series.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaselineSeries {
    /// Its name; empty where there is only one.
    pub series: String,
    /// Change of throughput over all common sizes, X/X₀ − 1.
    pub overall: Option<Estimate>,
    /// Change at each common size.
    pub sizes: Vec<BaselineSize>,
    /// Sizes that only one of the sweeps has.
    pub unmatched_n: Vec<f64>,
}

/// Throughput at one size, before and now.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BaselineSize {
    /// The size.
    pub n: f64,
    /// Mean throughput in the baseline, 1/s.
    pub baseline_throughput: f64,
    /// Mean throughput now, 1/s.
    pub throughput: f64,
    /// X/X₀ − 1 with an interval that holds for all sizes at once.
    pub change: Estimate,
    /// That interval against the tolerance.
    pub verdict: Verdict,
}

/// Shows a gate, and says how the program ends.
pub fn report(gate: Gate) -> (Report, u8) {
    let checks: Vec<Check> = gate
        .series
        .iter()
        .flat_map(|series| checks_of(series, &gate))
        .collect();
    let verdict = Verdict::of_all(checks.iter().map(|check| check.verdict));
    let exit_code = match (verdict, gate.on_inconclusive) {
        (Verdict::Fail, _) => 1,
        (Verdict::Inconclusive, OnInconclusive::Fail) => 5,
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
                .and_then(|c| sizes_table(c, series, &gate)),
        );
    }
    let headline = headline(verdict, summary, &checks);
    let baseline = gate.baseline.as_ref().map(|b| against(b, &gate.series));
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
    vec![match verdict {
        Verdict::Pass if all == 1 => "Pass: the check holds.".to_owned(),
        Verdict::Pass => format!("Pass: all {all} checks hold."),
        Verdict::Fail => {
            format!(
                "Fail: {failed} of {all} checks failed, {passed} passed, {inconclusive} cannot be told."
            )
        }
        Verdict::Inconclusive => format!(
            "Inconclusive: {inconclusive} of {all} checks cannot be told, {passed} passed, none failed."
        ),
    }]
}

fn checks_of(series: &Series, gate: &Gate) -> Vec<Check> {
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
        let of = |name: String, found: &Estimate, verdict, what: &str| {
            of_baseline(
                Place {
                    name: format!("{prefix}{name}"),
                    series: series.name.clone(),
                    what,
                },
                found,
                verdict,
                baseline,
            )
        };
        if let Some((overall, verdict)) = &changes.overall {
            let what = "throughput over all sizes";
            checks.push(of("baseline".to_owned(), overall, *verdict, what));
        }
        let suspects = changes.sizes.iter().filter(|size| size.suspect);
        for SizeChange {
            n, change, verdict, ..
        } in suspects
        {
            let what = format!("throughput at {} {}", count(*n), gate.n_unit);
            checks.push(of(
                format!("baseline@{}", plain(*n)),
                change,
                *verdict,
                &what,
            ));
        }
        if changes.sizes.is_empty() {
            checks.push(Check {
                reason: "no size was measured in both".to_owned(),
                ..of(
                    "baseline".to_owned(),
                    &Estimate::exact(f64::NAN),
                    Verdict::Inconclusive,
                    "throughput",
                )
            });
        }
    }
    checks
}

fn of_rule(rule: &Rule, finding: &Finding, series: &Series, prefix: &str, unit: &str) -> Check {
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
            "{what} is {}, and the limit of {} lies inside that; more runs would narrow it",
            interval(&finding.found, quantity),
            shown(limit)
        ),
        Reason::NoInterval => {
            format!("{what} has no interval: measure more sizes, or each of them more often")
        }
        Reason::TooFar => format!(
            "{what} is more than twice as far out as the largest measured size, {n_max} {unit}: measure there"
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
        limit,
        margin: finding.margin,
        reason,
        quantity,
    }
}

/// In words, as a formula, its quantity, and where it is taken.
fn subject(subject: Subject, unit: &str) -> (String, String, Quantity, Option<f64>) {
    let at = |name: &str, n: f64, quantity| {
        (
            format!("{name} at {} {unit}", count(n)),
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

/// Where a comparison with the baseline stands.
struct Place<'a> {
    name: String,
    series: String,
    what: &'a str,
}

fn of_baseline(place: Place<'_>, found: &Estimate, verdict: Verdict, baseline: &Baseline) -> Check {
    let limit = Limit::AtLeast(-baseline.tolerance);
    let Place { name, series, what } = place;
    let mismatch = baseline.mismatches.first();
    let tolerance = alone(Quantity::Ratio, baseline.tolerance, 3);
    let reason = match (mismatch, verdict) {
        (Some(mismatch), _) => mismatch.clone(),
        _ if found.value.is_none() => format!("{what}: the baseline is 0"),
        _ if found.low.is_none() => {
            format!("{what} has no interval: measure each size more than once")
        }
        (None, Verdict::Pass) => format!("{what} changed by {}", change(found)),
        (None, Verdict::Fail) => format!(
            "{what} changed by {}, all of it beyond the tolerance of {tolerance}",
            change(found)
        ),
        (None, Verdict::Inconclusive) => format!(
            "{what} changed by {}, and the tolerance of {tolerance} lies inside that; more runs would narrow it",
            change(found)
        ),
    };
    Check {
        name,
        series,
        expression: format!(
            "{} >= {}",
            if what.contains(" at ") {
                "change of throughput"
            } else {
                "change over all sizes"
            },
            plain(limit.value())
        ),
        verdict: if mismatch.is_some() {
            Verdict::Inconclusive
        } else {
            verdict
        },
        found: *found,
        limit: limit.value(),
        margin: limit.margin(found),
        reason,
        quantity: Quantity::Ratio,
    }
}

fn against(baseline: &Baseline, series: &[Series]) -> BaselineDocument {
    BaselineDocument {
        path: baseline.path.clone(),
        tolerance: baseline.tolerance,
        comparable: baseline.mismatches.is_empty(),
        mismatches: baseline.mismatches.clone(),
        series: series
            .iter()
            .filter_map(|series| {
                let changes = series.changes.as_ref()?;
                Some(BaselineSeries {
                    series: series.name.clone(),
                    overall: changes.overall.map(|(change, _)| change),
                    sizes: changes
                        .sizes
                        .iter()
                        .map(|size| BaselineSize {
                            n: size.n,
                            baseline_throughput: size.before,
                            throughput: size.now,
                            change: size.change,
                            verdict: size.verdict,
                        })
                        .collect(),
                    unmatched_n: changes.unmatched.clone(),
                })
            })
            .collect(),
    }
}

fn judged(check: &Check, on_inconclusive: OnInconclusive) -> Judged {
    Judged {
        name: check.name.clone(),
        outcome: match check.verdict {
            Verdict::Pass => Outcome::Passed,
            Verdict::Fail => Outcome::Failed,
            Verdict::Inconclusive => Outcome::Undecided,
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
                cell(Some(check.limit)),
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

/// Sizes shown for people; the document holds all.
const MOST_SIZES: usize = 12;

/// The sizes against the baseline, those with the largest loss where there are many.
fn sizes_table(changes: &Changes, series: &Series, gate: &Gate) -> Option<Section> {
    let mut shown: Vec<&SizeChange> = changes.sizes.iter().collect();
    let all = shown.len();
    let loss = |size: &SizeChange| size.change.value.unwrap_or(f64::NEG_INFINITY);
    shown.sort_by(|a, b| loss(a).total_cmp(&loss(b)));
    shown.truncate(MOST_SIZES);
    shown.sort_by(|a, b| a.n.total_cmp(&b.n));
    let name = if series.name.is_empty() {
        String::new()
    } else {
        format!("{}, ", series.name)
    };
    let title = if all > MOST_SIZES {
        format!("{name}against the baseline, {MOST_SIZES} of {all} sizes")
    } else {
        format!("{name}against the baseline")
    };
    let row = |size: &&SizeChange| -> Vec<Cell> {
        vec![
            size.n.into(),
            size.before.into(),
            size.now.into(),
            size.change.value.into(),
            size.change.low.into(),
            size.change.high.into(),
        ]
    };
    (!shown.is_empty()).then(|| {
        Section::Table(Table {
            title,
            columns: vec![
                Column::new("n", gate.n_unit.as_str(), Quantity::Count),
                Column::new("baseline_throughput", "before", Quantity::Rate),
                Column::new("throughput", "now", Quantity::Rate),
                Column::new("change", "change", Quantity::Ratio),
                Column::new("change_low", "low", Quantity::Ratio),
                Column::new("change_high", "high", Quantity::Ratio),
            ],
            rows: shown.iter().map(row).collect(),
        })
    })
}

fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
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

/// A change with its sign: `−14.8 % [−17.9 %, −11.6 %]`.
fn change(found: &Estimate) -> String {
    let shown = |value: f64| {
        let text = alone(Quantity::Ratio, value, 3);
        if value > 0.0 {
            format!("+{text}")
        } else {
            text
        }
    };
    match (found.value, found.low, found.high) {
        (Some(value), Some(low), Some(high)) => {
            format!("{} [{}, {}]", shown(value), shown(low), shown(high))
        }
        (Some(value), _, _) => shown(value),
        (None, _, _) => "an unknown amount".to_owned(),
    }
}

/// What a policy or a flag calls its rules, for hints.
pub fn rule_words() -> String {
    RuleKind::ALL
        .map(|kind| format!("--{} {}", kind.word(), kind.example()))
        .join("\n")
}
