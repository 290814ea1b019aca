//! What is pointed out in the picture of a fit, and the picture in words.

use super::{About, Marker};
use crate::fit::thresholds::{EDGE, TRUSTED_REACH};
use crate::fit::{Fit, Grade, Shape};
use crate::report::Quantity;
use crate::report::number::{DIGITS, about_rate, alone};

pub(super) fn markers(fit: &Fit, about: &About<'_>) -> Vec<Marker> {
    let mut out = Vec::new();
    let peak = fit.peak();
    let n_max = fit.levels().n_max();
    if let (Some(n), Some(y)) = (peak.n, peak.throughput.value)
        && fit.degrees_of_freedom() >= 1.0
        && fit.quality().grade != Grade::Poor
        && !is_denied(fit)
        && (peak.established || (n <= TRUSTED_REACH * n_max && low_is_known(fit)))
    {
        out.push(Marker::Peak {
            at: peak.established.then_some(n),
            low: peak.n_real.low,
            high: peak.n_real.high,
            y,
            established: peak.established && is_confirmed(fit),
            label: peak_label(fit),
            tone: 2,
        });
    }
    let describes = fit.quality().grade != Grade::Poor;
    if let Some(limit) = fit.limit().filter(|limit| *limit > 0.0 && describes) {
        out.push(Marker::Across {
            y: limit,
            label: format!("ceiling {}", about_rate(limit, DIGITS)),
            wanted: false,
        });
    }
    if let Some(target) = about.target {
        out.push(Marker::Across {
            y: target,
            label: format!("target {}", about_rate(target, DIGITS)),
            wanted: true,
        });
    }
    out
}

/// Whether the lower end of the peak's interval says something: half of what was measured.
pub(super) fn low_is_known(fit: &Fit) -> bool {
    let low = fit.peak().n_real.low;
    low.is_some_and(|low| low >= 0.5 * fit.levels().n_max())
}

/// Whether throughput falls within the data from another size than the law's peak: the words
/// then name the highest size, and the picture no peak beside it.
fn is_denied(fit: &Fit) -> bool {
    let n_max = fit.levels().n_max();
    matches!(fit.shape(), Shape::Falling { .. })
        && (fit.peak().n).is_some_and(|n| n <= n_max && !fit.peak_is_seen(n))
}

/// Whether sizes were measured on either side of the peak, as the headline takes it.
fn is_confirmed(fit: &Fit) -> bool {
    let inside = EDGE * fit.levels().n_max();
    fit.is_exact() || fit.peak().n.is_some_and(|n| n <= inside)
}

/// `peak 36 (32–40)`.
pub(super) fn peak_label(fit: &Fit) -> String {
    let peak = fit.peak();
    let whole = |n: f64| {
        if n >= 10.0 {
            return alone(Quantity::Count, n.round(), DIGITS);
        }
        let shown = format!("{n:.1}");
        shown.strip_suffix(".0").unwrap_or(&shown).to_owned()
    };
    let interval = match (peak.n_real.low, peak.n_real.high) {
        (Some(low), Some(high)) if whole(low) == whole(high) => whole(low),
        (Some(low), Some(high)) => format!("{}–{}", whole(low), whole(high)),
        (Some(low), None) => format!("{} and up", whole(low)),
        _ => "unknown".to_owned(),
    };
    match peak.n.filter(|_| peak.established) {
        Some(n) if is_confirmed(fit) && interval == whole(n) => format!("peak {interval}"),
        Some(n) if is_confirmed(fit) => format!("peak {} ({interval})", whole(n)),
        Some(n) => format!("unconfirmed peak {} ({interval})", whole(n)),
        None => format!("a peak, if there is one: {interval}"),
    }
}

/// The picture in words: what is measured, what the law says, what is guessed.
pub(super) fn description(fit: &Fit, about: &About<'_>) -> String {
    let levels = fit.levels();
    let count = |value: f64| alone(Quantity::Count, value, DIGITS);
    let estimate = |name: &str, estimate: crate::Estimate, quantity| {
        let Some(value) = estimate.value else {
            return String::new();
        };
        let interval = match (estimate.low, estimate.high) {
            (Some(low), Some(high)) => {
                format!(
                    " ({} to {})",
                    alone(quantity, low, DIGITS),
                    alone(quantity, high, DIGITS)
                )
            }
            _ => String::new(),
        };
        format!("{name} {}{interval}, ", alone(quantity, value, DIGITS))
    };
    let first = levels.as_slice().first().map_or(0.0, |level| level.n);
    format!(
        "Throughput against {unit}: {sizes} sizes measured from {from} to {to}, {runs} runs. {law} law: {alpha}{beta}{gamma}{}. Beyond {to} {unit} nothing was measured.",
        match fit.quality().grade {
            Grade::Poor => "the law does not describe these data".to_owned(),
            _ if is_denied(fit) =>
                "throughput is highest at another size than the law's".to_owned(),
            _ => peak_label(fit),
        },
        unit = about.n_unit,
        sizes = levels.len(),
        from = count(first),
        to = count(levels.n_max()),
        runs = count(levels.runs() as f64),
        law = fit.fitted_law().name(),
        alpha = estimate("α", fit.alpha(), Quantity::Number),
        beta = estimate("β", fit.beta(), Quantity::Number),
        gamma = estimate("γ", fit.gamma(), Quantity::Rate),
    )
}
