//! A fitted USL in words, facts and a table.

pub mod document;
pub mod given;
mod parts;
mod spread;

use super::number::{DIGITS, about_rate, alone, significant};
use super::scene::sweep::{self, About};
use super::{Cell, Column, Fact, Quantity, Report, Section, Table};
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::law::ScalingLaw;
use crate::note::Note;
use crate::sweep::Sweeps;
use document::{Prediction, Questions, UslDocument};
use parts::KNEE;
use serde::Serialize;

/// The report of one series.
pub fn report(sweeps: &Sweeps, series: &str, fit: &Fit, questions: &Questions) -> Report {
    let body = UslDocument::new(sweeps, series, fit, questions);
    let words = Words::new(fit, &sweeps.n_unit);
    let mut headline = words.headline(&body);
    headline.extend(words.answers(&body));
    let about = About {
        title: headline.first().map_or("", String::as_str),
        n_unit: &sweeps.n_unit,
        asked: &questions.at,
        target: None,
    };
    Report {
        scene: Some(sweep::scene(fit, &about)),
        kind: "usl",
        headline,
        sections: vec![
            Section::Facts(facts(fit, &words)),
            Section::Table(prediction_table(&body.predictions, &words)),
        ],
        notes: body.notes.clone(),
        document: super::document("usl", body),
    }
}

/// Body of a document of kind `usl-series`: one fit a series.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeriesDocument {
    /// The fits, as documents of kind `usl`.
    pub results: Vec<UslDocument>,
    /// Series that no law could be fitted to.
    pub failed: Vec<FailedSeries>,
    /// Doubts about the reading.
    pub notes: Vec<Note>,
}

/// A series without a fit.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FailedSeries {
    /// Its name.
    pub series: String,
    /// Why.
    pub message: String,
}

/// The report of several series: a row each.
pub fn summary(
    sweeps: &Sweeps,
    fits: &[(String, Fit)],
    failed: Vec<FailedSeries>,
    questions: &Questions,
) -> Report {
    let number = |estimate: Estimate| Cell::from(estimate.value);
    let mut rows = Vec::new();
    for (name, fit) in fits {
        let peak = fit.peak();
        rows.push(vec![
            Cell::from(name.as_str()),
            Cell::Number(fit.levels().len() as f64),
            number(fit.alpha()),
            number(fit.beta()),
            number(fit.gamma()),
            if peak.established {
                peak.n.into()
            } else {
                Cell::Absent
            },
            Cell::from(peak.n_real.low),
            Cell::from(peak.n_real.high),
            if peak.established {
                number(peak.throughput)
            } else {
                Cell::Absent
            },
            Cell::from(fit.verdict().name()),
        ]);
    }
    for series in &failed {
        let mut row = vec![Cell::Absent; 10];
        row[0] = Cell::from(series.series.as_str());
        row[9] = Cell::from(series.message.as_str());
        rows.push(row);
    }
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let table = Table {
        title: String::new(),
        columns: vec![
            column("series", "series", Quantity::Text),
            column("levels", "sizes", Quantity::Count),
            column("alpha", "α", Quantity::Number),
            column("beta", "β", Quantity::Number),
            column("gamma_per_s", "γ", Quantity::Rate),
            column("peak_n", "peak at", Quantity::Count),
            column("peak_n_low", "from", Quantity::Number),
            column("peak_n_high", "to", Quantity::Number),
            column("peak_throughput_per_s", "peak", Quantity::Rate),
            column("verdict", "verdict", Quantity::Text),
        ],
        rows,
    };
    let results: Vec<UslDocument> = fits
        .iter()
        .map(|(name, fit)| {
            let mut document = UslDocument::new(sweeps, name, fit, questions);
            document.notes = fit.notes();
            document
        })
        .collect();
    let headline = format!(
        "{} series; --select NAME shows one in full.",
        fits.len() + failed.len()
    );
    let drawn: Vec<(&str, &Fit)> = (fits.iter().map(|(name, fit)| (name.as_str(), fit)))
        .take(sweep::SERIES)
        .collect();
    let about = About {
        title: &format!("Throughput of {} series", fits.len()),
        n_unit: &sweeps.n_unit,
        asked: &questions.at,
        target: None,
    };
    let scene = sweep::several(&drawn, fits.len(), &about);
    let mut notes = sweeps.notes.clone();
    for result in &results {
        let doubts = result.notes.iter().map(|note| Note {
            text: format!("{}: {}", result.input.series, note.text),
            ..note.clone()
        });
        notes.extend(doubts.filter(|note| note.severity == crate::note::Severity::Warning));
    }
    Report {
        scene: Some(scene),
        kind: "usl-series",
        headline: vec![headline],
        sections: vec![Section::Table(table)],
        notes: notes.clone(),
        document: super::document(
            "usl-series",
            SeriesDocument {
                results,
                failed,
                notes,
            },
        ),
    }
}

/// The words of a sentence about one fit.
struct Words<'a> {
    fit: &'a Fit,
    /// `threads`.
    many: &'a str,
    /// `thread`.
    one: String,
}

impl<'a> Words<'a> {
    fn new(fit: &'a Fit, many: &'a str) -> Self {
        Self {
            fit,
            many,
            one: singular(many),
        }
    }

    /// One or two sentences: where it peaks, how sure, and what limits it.
    fn headline(&self, body: &UslDocument) -> Vec<String> {
        let peak = &body.derived.peak;
        let best = &body.derived.best_measured;
        let many = self.many;
        let percent = alone(Quantity::Ratio, self.fit.options().confidence, DIGITS)
            .replace(".0 %", "%")
            .replace(" %", "%");
        let n_max = self.fit.levels().n_max();
        let first = if self.fit.degrees_of_freedom() < 1.0 {
            match peak.n {
                Some(n) => format!(
                    "{} sizes determine the curve exactly: a peak near {} {many}, of unknown certainty. Measure more sizes.",
                    body.input.levels,
                    count(n)
                ),
                None => format!(
                    "{} sizes determine the curve exactly, without a peak, of unknown certainty. Measure more sizes.",
                    body.input.levels
                ),
            }
        } else if self.fit.law().throughput(2.0) < self.fit.law().throughput(1.0) * (1.0 - 1e-9) {
            format!(
                "Throughput is highest at 1 {}, about {}; more {many} make it slower.",
                self.one,
                rate(peak.throughput.value.unwrap_or(best.throughput))
            )
        } else if self.fit.law().params().alpha >= 1.0 - 1e-9 {
            format!(
                "More {many} do not help: one {} does as much as any number, about {}.",
                self.one,
                rate(
                    peak.throughput
                        .value
                        .or(body.derived.limit.throughput)
                        .unwrap_or(best.throughput)
                )
            )
        } else if peak.established {
            format!(
                "Throughput peaks near {} {many} ({}) at about {}; more {many} then make it slower.",
                count(peak.n.unwrap_or(f64::NAN)),
                interval_words(&percent, &peak.n_real),
                rate(peak.throughput.value.unwrap_or(f64::NAN)),
            )
        } else {
            self.not_established(body, &percent, best.n >= n_max)
        };
        let knee = match body.derived.knee.n {
            Some(n) if peak.n.is_some() => {
                format!(
                    " {:.0}% of the peak is reached at {}.",
                    KNEE * 100.0,
                    count(n.ceil())
                )
            }
            Some(n) => format!(
                " {:.0}% of the throughput at {} is reached at {}.",
                KNEE * 100.0,
                count(n_max),
                count(n.ceil())
            ),
            None => String::new(),
        };
        let second = format!(
            "Best measured: {} at {} {many}.{knee}",
            alone(Quantity::Rate, best.throughput, DIGITS),
            count(best.n)
        );
        vec![first, second]
    }

    fn not_established(&self, body: &UslDocument, percent: &str, climbing: bool) -> String {
        let peak = &body.derived.peak;
        let many = self.many;
        let n_max = count(self.fit.levels().n_max());
        let start = if self.fit.is_exact() && peak.n.is_none() {
            format!("No peak: these sizes lie exactly on a law without one, up to {n_max} {many}")
        } else if climbing {
            format!("Still climbing at {n_max} {many}; this data does not establish a peak")
        } else {
            format!("Throughput levels off by {n_max} {many}; this data does not establish a peak")
        };
        let guess = match (peak.n, peak.n_real.low) {
            (Some(n), Some(_)) => format!(
                " (best guess {}, {})",
                count(n),
                interval_words(percent, &peak.n_real)
            ),
            (None, Some(low)) => format!(
                " (if there is one, it is at {} or more)",
                count(low.floor())
            ),
            _ => String::new(),
        };
        let limit = match (self.fit.verdict(), body.derived.limit.throughput) {
            (crate::fit::Verdict::Linear, _) => " It scales linearly so far.".to_owned(),
            (_, Some(limit)) if limit > 0.0 && peak.n.is_none() => {
                format!(" Contention caps it at about {}.", rate(limit))
            }
            _ => String::new(),
        };
        let next = body.next_measurement.first().map_or(String::new(), |next| {
            let narrowed = 1.0 - next.to;
            let by = if narrowed > 0.45 && narrowed < 0.55 {
                "half".to_owned()
            } else {
                format!("{:.0} %", 100.0 * narrowed)
            };
            let what = if next.shrinks == "beta" {
                "β"
            } else {
                "the peak"
            };
            format!(
                " Measure {} next: it would narrow {what} by {by}.",
                count(next.n)
            )
        });
        format!("{start}{guess}.{limit}{next}")
    }

    /// Sentences for `--slo` and `--what-if`.
    fn answers(&self, body: &UslDocument) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(slo) = &body.slo {
            lines.push(match slo.n {
                Some(n) => format!(
                    "{} holds up to {} {} ({} by the law).",
                    slo.expression,
                    count(n),
                    self.many,
                    rate(slo.throughput.unwrap_or(f64::NAN))
                ),
                None => format!(
                    "{} cannot be kept: one {} already takes longer.",
                    slo.expression, self.one
                ),
            });
        }
        if let Some(change) = &body.what_if {
            let peak = match (change.peak_n_before, change.peak_n_after) {
                (before, Some(after)) => format!(
                    "; the peak moves from {} to {} {} ({})",
                    before.map_or("none".to_owned(), count),
                    count(after),
                    self.many,
                    rate(change.peak_throughput_after.unwrap_or(f64::NAN))
                ),
                (Some(_), None) => "; the peak disappears".to_owned(),
                (None, None) => String::new(),
            };
            lines.push(format!(
                "With {}: {} instead of {} at {} {} ({}{:.1} %){peak}.",
                change.expression,
                rate(change.throughput_after),
                rate(change.throughput_before),
                count(change.n),
                self.many,
                if change.gain >= 0.0 { "+" } else { "−" },
                100.0 * change.gain.abs()
            ));
        }
        if body.next_measurement.len() > 1 {
            let list: Vec<String> = body
                .next_measurement
                .iter()
                .map(|next| count(next.n))
                .collect();
            lines.push(format!("Measure next, in this order: {}.", list.join(", ")));
        }
        lines
    }
}

/// `95% interval 32–40`, or `95% interval 26 and up`.
fn interval_words(percent: &str, estimate: &Estimate) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            format!("{percent} interval {}–{}", near(low, high), near(high, low))
        }
        (Some(low), None) => format!("{percent} interval {} and up", near(low, f64::INFINITY)),
        _ => "no interval".to_owned(),
    }
}

/// A rate for a sentence.
fn rate(value: f64) -> String {
    about_rate(value, DIGITS)
}

/// A number of units for a sentence.
fn count(value: f64) -> String {
    alone(Quantity::Count, value, DIGITS)
}

/// An end of an interval of N: whole from ten on.
fn near(value: f64, other: f64) -> String {
    if value >= 10.0 && (value - other).abs() >= 2.0 {
        alone(Quantity::Count, value.round(), DIGITS)
    } else {
        significant(value, if value < 10.0 { 2 } else { 3 })
    }
}

/// `threads` → `thread`; words that are no plural stay.
fn singular(many: &str) -> String {
    match many {
        "processes" => "process".to_owned(),
        "replicas" => "replica".to_owned(),
        many if many.ends_with("ss") => many.to_owned(),
        many => many.strip_suffix('s').unwrap_or(many).to_owned(),
    }
}

/// Coefficients with their intervals, the error of the fit, and how much data there is.
fn facts(fit: &Fit, words: &Words<'_>) -> Vec<Fact> {
    let bounds = fit.at_bound();
    let coefficient = |key: &'static str, label: String, estimate: Estimate, quantity| Fact {
        key,
        label,
        value: estimate.value.into(),
        quantity,
        interval: estimate.level.map(|_| (estimate.low, estimate.high)),
        remark: if bounds.contains(&key) {
            "at its bound".to_owned()
        } else {
            String::new()
        },
    };
    let runs = fit.levels().runs();
    vec![
        coefficient(
            "alpha",
            "α contention".to_owned(),
            fit.alpha(),
            Quantity::Number,
        ),
        coefficient(
            "beta",
            "β coherency".to_owned(),
            fit.beta(),
            Quantity::Number,
        ),
        coefficient(
            "gamma",
            format!("γ per {}", words.one),
            fit.gamma(),
            Quantity::Rate,
        ),
        Fact {
            key: "fit_error",
            label: "fit error".to_owned(),
            value: match fit.relative_error() {
                _ if fit.is_exact() => Cell::from("none"),
                error => error.into(),
            },
            quantity: Quantity::Ratio,
            interval: None,
            remark: format!(
                "{} sizes, {runs} run{}",
                fit.levels().len(),
                if runs == 1 { "" } else { "s" }
            ),
        },
    ]
}

/// What to expect at each N.
fn prediction_table(predictions: &[Prediction], words: &Words<'_>) -> Table {
    let forecast = predictions
        .iter()
        .any(|prediction| prediction.trust != "trusted");
    let column = |key: &str, title: &str, quantity| Column::new(key, title, quantity);
    let mut columns = vec![
        column("n", words.many, Quantity::Count),
        column("throughput_per_s", "throughput", Quantity::Rate),
        column("low_per_s", "from", Quantity::Rate),
        column("high_per_s", "to", Quantity::Rate),
        column("efficiency", "efficiency", Quantity::Ratio),
        column("speedup", "speedup", Quantity::Number),
        column("latency_mean_s", "latency", Quantity::Seconds),
        column(
            "marginal_per_s",
            &format!("+1 {}", words.one),
            Quantity::RateChange,
        ),
    ];
    if forecast {
        columns.push(column("trust", "", Quantity::Text));
    }
    let rows = predictions
        .iter()
        .map(|prediction| {
            let throughput = prediction.forecast_throughput;
            let mut row = vec![
                Cell::Number(prediction.n),
                throughput.value.into(),
                throughput.low.into(),
                throughput.high.into(),
                prediction.efficiency.into(),
                prediction.speedup.into(),
                prediction.latency_mean_s.into(),
                prediction.marginal.into(),
            ];
            if forecast {
                row.push(match prediction.trust {
                    "trusted" => Cell::from(""),
                    word => Cell::from(word),
                });
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
