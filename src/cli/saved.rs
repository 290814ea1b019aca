//! Measurements inside a document that `usl` or `check` wrote with `--json`.

use super::failure::Failure;
use crate::error::Error;
use crate::fit::Noise;
use crate::judge::baseline::Scatter;
use crate::sweep::levels::{Fold, Levels};
use serde_json::Value;

/// One series of a saved document.
#[derive(Debug)]
pub(super) struct Saved {
    /// Name of the series; empty where there is only one.
    pub(super) name: String,
    /// What N counts.
    pub(super) n_unit: String,
    /// Law that was fitted.
    pub(super) law: String,
    /// Noise that was assumed.
    pub(super) noise: String,
    /// The measurements.
    pub(super) levels: Levels,
    /// Scatter around the fit.
    pub(super) scatter: Option<Scatter>,
}

/// Reads a saved document.
///
/// # Errors
/// An input failure for what is not JSON, and for a kind that holds no measurements.
pub(super) fn parse(path: &str, text: &str) -> Result<Vec<Saved>, Failure> {
    let told = |message: String| {
        Failure::from(
            Error::data(
                message,
                "save one with: scalecalc usl --csv bench.csv -o json=baseline.json",
            )
            .in_file(path),
        )
    };
    let document: Value = serde_json::from_str(text)
        .map_err(|error| told(format!("the saved document cannot be read: {error}")))?;
    let kind = document["kind"].as_str().unwrap_or_default();
    let fits = match kind {
        "usl" => std::slice::from_ref(&document),
        "usl-series" | "check" => list(&document["results"]),
        _ => &[],
    };
    let saved: Vec<Saved> = fits
        .iter()
        .map(saved)
        .collect::<Option<_>>()
        .ok_or_else(|| told(format!("the {kind} document lacks its levels")))?;
    if saved.is_empty() {
        return Err(told(format!(
            "a document of kind {kind} holds no measurements"
        )));
    }
    Ok(saved)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn saved(document: &Value) -> Option<Saved> {
    let mut fold = Fold::default();
    for level in list(&document["levels"]) {
        let mean = level["throughput_mean"].as_f64()?;
        let runs = level["runs"].as_u64()?;
        let deviation = level["throughput_stddev"].as_f64().unwrap_or(0.0);
        let m2 = deviation * deviation * runs.saturating_sub(1) as f64;
        fold.add_folded(
            level["n"].as_f64()?,
            runs,
            mean,
            m2,
            log_moments(runs, mean, deviation),
            level["latency_mean_s"].as_f64(),
        )
        .ok()?;
    }
    let levels = fold.finish();
    let fit = &document["fit"];
    let noise = fit["noise"].as_str()?.to_owned();
    let scatter = match (
        fit["residual_standard_error"].as_f64(),
        fit["degrees_of_freedom"].as_f64(),
    ) {
        (Some(error), Some(degrees)) if degrees >= 1.0 => Some(Scatter {
            noise: if noise == Noise::Relative.name() {
                Noise::Relative
            } else {
                Noise::Constant
            },
            variance: error * error,
            degrees,
        }),
        _ => None,
    };
    Some(Saved {
        name: text(&document["input"]["series"]),
        n_unit: text(&document["input"]["n_unit"]),
        law: fit["law"].as_str()?.to_owned(),
        noise,
        levels,
        scatter,
    })
    .filter(|saved| !saved.levels.is_empty())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Moments of ln X from those of X, as if X were log-normal: a document holds only the
/// latter. The error is of third order in the share that X scatters by.
fn log_moments(runs: u64, mean: f64, deviation: f64) -> Option<(f64, f64)> {
    let share = deviation / mean;
    let variance = (share * share).ln_1p();
    (mean > 0.0).then(|| {
        (
            mean.ln() - 0.5 * variance,
            variance * runs.saturating_sub(1) as f64,
        )
    })
}
