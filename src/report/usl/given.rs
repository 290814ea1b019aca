//! A USL that is given, not fitted: what it says at each N.

use crate::law::{ScalingLaw, Usl, UslParams};
use crate::note::Note;
use crate::report::number::{DIGITS, about_rate, alone};
use crate::report::{Cell, Column, Fact, Quantity, Report, Section, Table, document};
use serde::Serialize;

/// Body of a document of kind `usl-law`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LawDocument {
    /// Contention.
    pub alpha: f64,
    /// Coherency.
    pub beta: f64,
    /// Throughput of one unit; 1 unless given, and then throughput is speedup.
    pub gamma: f64,
    /// What follows.
    pub derived: LawDerived,
    /// The N asked for.
    pub predictions: Vec<LawPrediction>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// What follows from a given law.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LawDerived {
    /// Where throughput is highest.
    pub peak: LawPeak,
    /// Throughput for N → ∞; null where it grows without end.
    pub limit_throughput: Option<f64>,
    /// The smallest N with 90 % of the peak; null without a peak.
    pub knee_n: Option<f64>,
}

/// The peak of a given law; all null where there is none.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LawPeak {
    /// The best whole N.
    pub n: Option<f64>,
    /// N*.
    pub n_real: Option<f64>,
    /// Throughput at the best whole N.
    pub throughput: Option<f64>,
}

/// A given law at one N.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LawPrediction {
    /// N.
    pub n: f64,
    /// Throughput.
    pub throughput: f64,
    /// Speedup over N.
    pub efficiency: f64,
    /// Over one unit.
    pub speedup: f64,
    /// N/X; null without γ.
    pub latency_mean_s: Option<f64>,
    /// What one more unit adds.
    pub marginal: f64,
    /// Share of 1/C(N) that linear scaling would need too.
    pub ideal_share: f64,
    /// Share that contention adds.
    pub contention_share: f64,
    /// Share that coherency adds.
    pub coherency_share: f64,
}

/// The report. Without γ throughput is in units of one unit's.
pub(crate) fn report(law: &Usl, gamma_given: bool, at: &[f64]) -> Report {
    let UslParams { alpha, beta, gamma } = law.params();
    let quantity = if gamma_given {
        Quantity::Rate
    } else {
        Quantity::Number
    };
    let peak = law.peak();
    let headline = headline(law, gamma_given);
    let predictions: Vec<LawPrediction> = at
        .iter()
        .map(|&n| {
            let parts = law.overhead(n);
            let total = parts.total();
            LawPrediction {
                n,
                throughput: law.throughput(n),
                efficiency: law.efficiency(n),
                speedup: law.speedup(n),
                latency_mean_s: gamma_given.then(|| law.latency(n)),
                marginal: law.marginal(n),
                ideal_share: parts.ideal / total,
                contention_share: parts.contention / total,
                coherency_share: parts.coherency / total,
            }
        })
        .collect();
    let table = table(&predictions, gamma_given, quantity);
    let fact = |key, label: &str, value: f64, quantity| Fact {
        key,
        label: label.to_owned(),
        value: value.into(),
        quantity,
        interval: None,
        remark: "given".to_owned(),
    };
    let mut facts = vec![
        fact("alpha", "α contention", alpha, Quantity::Number),
        fact("beta", "β coherency", beta, Quantity::Number),
    ];
    if gamma_given {
        facts.push(fact("gamma", "γ per unit", gamma, Quantity::Rate));
    }
    let body = LawDocument {
        alpha,
        beta,
        gamma,
        derived: LawDerived {
            limit_throughput: law.limit(),
            knee_n: peak
                .as_ref()
                .and_then(|peak| law.knee(super::parts::KNEE, peak.n)),
            peak: LawPeak {
                n: peak.as_ref().map(|peak| peak.n_integer),
                n_real: peak.as_ref().map(|peak| peak.n),
                throughput: peak.as_ref().map(|peak| peak.throughput_integer),
            },
        },
        predictions,
        notes: Vec::new(),
    };
    Report {
        scene: None,
        kind: "usl-law",
        headline: vec![headline],
        sections: vec![Section::Facts(facts), Section::Table(table)],
        notes: Vec::new(),
        document: document("usl-law", body),
    }
}

fn headline(law: &Usl, gamma_given: bool) -> String {
    let of = |value: f64| {
        if gamma_given {
            about_rate(value, DIGITS)
        } else {
            format!("{} times one unit", alone(Quantity::Number, value, DIGITS))
        }
    };
    match (law.peak(), law.limit()) {
        (Some(peak), _) => format!(
            "Throughput peaks at {} units (N* = {}) at {}; more units then make it slower.",
            alone(Quantity::Count, peak.n_integer, DIGITS),
            alone(Quantity::Number, peak.n, 4),
            of(peak.throughput_integer)
        ),
        (None, Some(limit)) => format!("No peak: throughput grows towards {}.", of(limit)),
        (None, None) => "No peak and no limit: throughput grows in proportion to N.".to_owned(),
    }
}

fn table(predictions: &[LawPrediction], gamma_given: bool, quantity: Quantity) -> Table {
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let key = |name: &str| {
        if gamma_given {
            format!("{name}_per_s")
        } else {
            name.to_owned()
        }
    };
    let change = if gamma_given {
        Quantity::RateChange
    } else {
        Quantity::Number
    };
    let mut columns = vec![
        column("n", "N", Quantity::Count),
        column(&key("throughput"), "throughput", quantity),
        column("efficiency", "efficiency", Quantity::Ratio),
        column(&key("marginal"), "+1 unit", change),
        column("contention_share", "contention", Quantity::Ratio),
        column("coherency_share", "coherency", Quantity::Ratio),
    ];
    if gamma_given {
        columns.push(column("latency_mean_s", "latency", Quantity::Seconds));
    }
    let rows = predictions
        .iter()
        .map(|prediction| {
            let mut row: Vec<Cell> = [
                prediction.n,
                prediction.throughput,
                prediction.efficiency,
                prediction.marginal,
                prediction.contention_share,
                prediction.coherency_share,
            ]
            .map(Cell::from)
            .to_vec();
            if gamma_given {
                row.push(prediction.latency_mean_s.into());
            }
            row
        })
        .collect();
    Table {
        title: String::new(),
        columns,
        rows,
    }
}
