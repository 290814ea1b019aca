//! The gate against earlier measurements: checks, table and document.

use super::document::{BaselineDocument, BaselineSeries, BaselineSize, Check};
use super::{Baseline, CheckedSeries, Gate, count, counted};
use crate::estimate::Estimate;
use crate::judge::baseline::{Changes, Evidence, SizeChange};
use crate::judge::gate::{Limit, Verdict};
use crate::judge::slip::Slip;
use crate::report::number::{alone, significant};
use crate::report::{Cell, Column, Quantity, Section, Table};
use crate::units::plain;

/// Sizes past the tolerance that have a check of their own; the others share one.
const MOST_SUSPECTS: usize = 50;

/// A check of throughput over all sizes, one of each size whose best value is past the
/// tolerance (of very many, the worst), and one of the sizes that are missing; `prefix` is in
/// front of their names. A change of unit is said instead.
pub(super) fn checks(
    baseline: &Baseline,
    changes: &Changes,
    series: &CheckedSeries,
    prefix: &str,
    unit: &str,
) -> Vec<Check> {
    let of = |name: String, found: &Estimate, verdict, what: &str| {
        let place = Place {
            name: format!("{prefix}{name}"),
            series: series.name.clone(),
            what,
            evidence: changes.evidence,
        };
        check(place, found, verdict, baseline)
    };
    let mut checks = Vec::new();
    if let Some((overall, verdict)) = &changes.overall {
        let all = of(
            "baseline".to_owned(),
            overall,
            *verdict,
            "throughput over all sizes",
        );
        if let Some(slip) = &changes.slip {
            return vec![Check {
                verdict: Verdict::Inconclusive,
                reason: slipped(slip),
                ..all
            }];
        }
        checks.push(all);
    }
    let (suspects, rest) = suspects(changes);
    for size in suspects {
        let what = format!("throughput at {}", counted(size.n, unit));
        let name = format!("baseline@{}", plain(size.n));
        checks.push(of(name, &size.change, size.verdict, &what));
    }
    if !rest.is_empty() {
        let nothing = Estimate::exact(f64::NAN);
        let verdict = Verdict::of_all(rest.iter().map(|size| size.verdict));
        let name = "baseline-more-sizes".to_owned();
        let all = of(name, &nothing, verdict, "throughput at each of them");
        checks.push(Check {
            reason: more_suspects(&rest, baseline.tolerance),
            ..all
        });
    }
    if !(changes.missing.is_empty() && changes.added.is_empty()) {
        let nothing = Estimate::exact(f64::NAN);
        let name = "baseline-sizes".to_owned();
        checks.push(Check {
            expression: "sizes = sizes of the baseline".to_owned(),
            limit: None,
            reason: unmatched(changes, unit),
            ..of(name, &nothing, Verdict::Inconclusive, "the sizes")
        });
    }
    checks
}

/// The sizes whose best value is past the tolerance, rising, and those of them that stand
/// together: what lost too much conclusively comes first, then what lost most.
fn suspects(changes: &Changes) -> (Vec<&SizeChange>, Vec<&SizeChange>) {
    let mut all: Vec<&SizeChange> = changes.sizes.iter().filter(|size| size.suspect).collect();
    if all.len() <= MOST_SUSPECTS {
        return (all, Vec::new());
    }
    let conclusive = |size: &SizeChange| size.verdict == Verdict::Fail;
    all.sort_by(|a, b| (conclusive(b).cmp(&conclusive(a))).then(loss_of(a).total_cmp(&loss_of(b))));
    let rest = all.split_off(MOST_SUSPECTS);
    all.sort_by(|a, b| a.n.total_cmp(&b.n));
    (all, rest)
}

/// What orders sizes by their loss: the lowest lost most.
fn loss_of(size: &SizeChange) -> f64 {
    size.change.value.unwrap_or(f64::NEG_INFINITY)
}

/// `1,234 more sizes lost more than 5 %, 12 of them conclusively`.
fn more_suspects(rest: &[&SizeChange], tolerance: f64) -> String {
    let failed = rest.iter().filter(|size| size.verdict == Verdict::Fail);
    let failed = match failed.count() {
        0 => "none".to_owned(),
        some => count(some as f64),
    };
    format!(
        "{} more sizes changed by less than −{} at best estimate, {failed} of them conclusively; the document has each",
        count(rest.len() as f64),
        round_percent(tolerance)
    )
}

/// A series of the baseline that was not measured now.
pub(super) fn lost(name: &str) -> Check {
    Check {
        name: format!("{name}/baseline"),
        series: name.to_owned(),
        expression: "series of the baseline".to_owned(),
        verdict: Verdict::Inconclusive,
        found: Estimate::exact(f64::NAN),
        limit: None,
        margin: None,
        reason: format!("the baseline has the series \"{name}\", which was not measured now"),
        quantity: Quantity::Ratio,
    }
}

/// `not measured now, but in the baseline: 24 and 32 threads`.
fn unmatched(changes: &Changes, unit: &str) -> String {
    let part = |sizes: &[f64], what: &str| {
        (!sizes.is_empty()).then(|| format!("{what}: {} {unit}", listed(sizes)))
    };
    [
        part(&changes.missing, "in the baseline, but not measured now"),
        part(&changes.added, "measured now, but not in the baseline"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

/// `1, 2 and 4`; of many the first few.
fn listed(sizes: &[f64]) -> String {
    const MOST: usize = 6;
    let mut words: Vec<String> = sizes.iter().take(MOST).map(|n| count(*n)).collect();
    if sizes.len() > MOST {
        words.push(format!("{} more", sizes.len() - MOST));
    }
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn slipped(slip: &Slip) -> String {
    let times = if slip.factor >= 1.0 {
        slip.factor
    } else {
        1.0 / slip.factor
    };
    let (times, than) = (
        significant(times, 3),
        if slip.factor >= 1.0 {
            "higher"
        } else {
            "lower"
        },
    );
    format!(
        "at every size throughput is about {times} times {than} than in the baseline, as between {}: probably a change of unit, so it is not judged; allow the mismatch if the change is real",
        slip.between
    )
}

/// Where a comparison with the baseline stands.
struct Place<'a> {
    name: String,
    series: String,
    what: &'a str,
    evidence: Evidence,
}

fn check(place: Place<'_>, found: &Estimate, verdict: Verdict, baseline: &Baseline) -> Check {
    let limit = Limit::AtLeast(-baseline.tolerance);
    let Place {
        name,
        series,
        what,
        evidence,
    } = place;
    let mismatch = baseline.mismatches.first();
    let verdict = match mismatch {
        Some(_) => Verdict::Inconclusive,
        None => verdict,
    };
    let tolerance = round_percent(baseline.tolerance);
    let changed = format!("{what} changed by {}", change(found));
    let reason = match (mismatch, verdict) {
        (Some(mismatch), _) => mismatch.clone(),
        _ if found.value.is_none() => format!("{what}: the baseline is 0"),
        _ if found.low.is_none() => {
            format!("{changed}, without an interval: measure each size more than once")
        }
        (None, Verdict::Pass) => changed,
        (None, Verdict::Fail) => {
            format!("{changed}, all of it beyond the tolerance of {tolerance}")
        }
        (None, Verdict::Inconclusive) => {
            let limit = round_percent(limit.value());
            let advice = match evidence {
                Evidence::Sizes if what.contains(" at ") => {
                    "repeat this size, in random order with the others, to decide"
                }
                _ => "add runs to decide",
            };
            format!("{changed}; the limit ({limit}) is within the uncertainty: {advice}")
        }
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
        verdict,
        found: *found,
        limit: Some(limit.value()),
        margin: limit.margin(found),
        reason,
        quantity: Quantity::Ratio,
    }
}

/// `5 %`, not `5.0 %`.
fn round_percent(share: f64) -> String {
    alone(Quantity::Ratio, share, 3).replace(".0 %", " %")
}

/// The word of the documents.
fn evidence_name(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Repeats => "repeats",
        Evidence::Sizes => "sizes",
        Evidence::Fits => "fits",
        Evidence::Nothing => "nothing",
    }
}

/// The comparison as the document tells it; the gate's own is used up, for of a million
/// sizes one copy is enough.
pub(super) fn document(baseline: &Baseline, gate: &mut Gate) -> BaselineDocument {
    BaselineDocument {
        path: baseline.path.clone(),
        tolerance: baseline.tolerance,
        comparable: baseline.mismatches.is_empty(),
        mismatches: baseline.mismatches.clone(),
        missing_series: gate.lost.clone(),
        series: (gate.series.iter_mut())
            .filter_map(|series| {
                let changes = series.changes.take()?;
                Some(BaselineSeries {
                    series: series.name.clone(),
                    overall: changes.overall.map(|(change, _)| change),
                    unmatched_n: changes.unmatched(),
                    sizes: changes
                        .sizes
                        .into_iter()
                        .map(|size| BaselineSize {
                            n: size.n,
                            baseline_throughput: size.before,
                            throughput: size.now,
                            change: size.change,
                            verdict: size.verdict,
                        })
                        .collect(),
                    evidence: evidence_name(changes.evidence).into(),
                    unit_slip: changes.slip.map(|slip| slip.unit),
                    missing_n: changes.missing,
                })
            })
            .collect(),
    }
}

/// Sizes shown for people; the document holds all.
const MOST_SIZES: usize = 12;

/// The sizes against the baseline, those with the largest loss where there are many.
pub(super) fn sizes_table(
    changes: &Changes,
    series: &CheckedSeries,
    gate: &Gate,
) -> Option<Section> {
    let mut shown: Vec<&SizeChange> = changes.sizes.iter().collect();
    let all = shown.len();
    shown.sort_by(|a, b| loss_of(a).total_cmp(&loss_of(b)));
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
