//! The gate against earlier measurements: checks, table and document.

use super::document::{BaselineDocument, BaselineSeries, BaselineSize, Check};
use super::{Baseline, Gate, Series, count};
use crate::estimate::Estimate;
use crate::judge::baseline::{Changes, SizeChange};
use crate::judge::gate::{Limit, Verdict};
use crate::report::number::alone;
use crate::report::{Cell, Column, Quantity, Section, Table};
use crate::units::plain;

/// A check of throughput over all sizes, and one of each size whose best value is past the
/// tolerance; `prefix` is in front of their names.
pub(super) fn checks(
    baseline: &Baseline,
    changes: &Changes,
    series: &Series,
    prefix: &str,
    unit: &str,
) -> Vec<Check> {
    let of = |name: String, found: &Estimate, verdict, what: &str| {
        let place = Place {
            name: format!("{prefix}{name}"),
            series: series.name.clone(),
            what,
        };
        check(place, found, verdict, baseline)
    };
    let mut checks = Vec::new();
    if let Some((overall, verdict)) = &changes.overall {
        let what = "throughput over all sizes";
        checks.push(of("baseline".to_owned(), overall, *verdict, what));
    }
    for size in changes.sizes.iter().filter(|size| size.suspect) {
        let what = format!("throughput at {} {unit}", count(size.n));
        let name = format!("baseline@{}", plain(size.n));
        checks.push(of(name, &size.change, size.verdict, &what));
    }
    if changes.sizes.is_empty() {
        let nothing = Estimate::exact(f64::NAN);
        let name = "baseline".to_owned();
        checks.push(Check {
            reason: "no size was measured in both".to_owned(),
            ..of(name, &nothing, Verdict::Inconclusive, "throughput")
        });
    }
    checks
}

/// Where a comparison with the baseline stands.
struct Place<'a> {
    name: String,
    series: String,
    what: &'a str,
}

fn check(place: Place<'_>, found: &Estimate, verdict: Verdict, baseline: &Baseline) -> Check {
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

/// The comparison as the document tells it.
pub(super) fn document(baseline: &Baseline, series: &[Series]) -> BaselineDocument {
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
                    unmatched_n: changes.unmatched(),
                })
            })
            .collect(),
    }
}

/// Sizes shown for people; the document holds all.
const MOST_SIZES: usize = 12;

/// The sizes against the baseline, those with the largest loss where there are many.
pub(super) fn sizes_table(changes: &Changes, series: &Series, gate: &Gate) -> Option<Section> {
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
