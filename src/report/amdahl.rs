//! Amdahl's law in words and numbers: the ceiling, and how fast it comes near.

use super::number::alone;
use super::scene::{self, Scene};
use super::{Cell, Column, Quantity, Report, Section, Table, Word};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::fit::thresholds::SIGNIFICANT;
use crate::fit::{Fit, FittedLaw};
use crate::law::{Amdahl, AmdahlParams, Gustafson, GustafsonParams, ScalingLaw, karp_flatt};
use crate::note::{Note, NoteCode};
use serde::{Deserialize, Serialize};

/// Share of the ceiling that the headline gives an N for.
const NEAR: f64 = 0.9;

/// A speed-up measured on N units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// Times the throughput of one unit.
    pub speedup: f64,
    /// Number of units N > 1.
    pub n: f64,
}

/// Where the serial fraction comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SerialFrom {
    /// It is given, 0 to 1.
    Serial(f64),
    /// It is what these speed-ups imply; the one at the largest N counts.
    Speedups(Vec<Measured>),
    /// It is fitted to measurements.
    Fitted(Box<Fitted>),
}

/// Amdahl's law fitted to measurements, and what the USL says of the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fitted {
    /// Serial fraction with its interval.
    serial: Estimate,
    /// Throughput of one unit, 1/s.
    gamma: Estimate,
    /// The USL's view, where the data carry it.
    usl: Option<UslView>,
}

/// What the USL adds to Amdahl's law on the same data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct UslView {
    /// Coherency β, which Amdahl's law does not have.
    pub beta: Estimate,
    /// F test of the USL against Amdahl's law; null without degrees of freedom.
    pub f: Option<f64>,
    /// Its p-value.
    pub p: Option<f64>,
    /// The USL's peak; null without one.
    pub peak_n: Option<f64>,
}

impl Fitted {
    /// From a fit of Amdahl's law and, where there is one, the USL's to the same data.
    pub(crate) fn new(amdahl: &Fit, usl: Option<&Fit>) -> Self {
        Self {
            serial: amdahl.alpha(),
            gamma: amdahl.gamma(),
            usl: usl.map(|usl| {
                let test = usl
                    .nested_tests()
                    .iter()
                    .find(|test| test.general == FittedLaw::Usl);
                UslView {
                    beta: usl.beta(),
                    f: test.map(|test| test.f),
                    p: test.map(|test| test.p),
                    peak_n: usl.peak().n,
                }
            }),
        }
    }

    /// The doubt that the data show what this law does not have.
    fn doubt(&self) -> Option<Note> {
        let usl = self
            .usl
            .filter(|usl| usl.p.is_some_and(|p| p < SIGNIFICANT))?;
        let peak = usl
            .peak_n
            .map_or(String::new(), |n| format!(" and peak at N = {}", count(n)));
        Some(Note::new(
            NoteCode::CoherencyShown,
            format!(
                "these data show coherency, which Amdahl's law does not have (β = {}, p = {}){peak}: throughput will fall where this table rises; use scalecalc usl",
                alone(Quantity::Number, usl.beta.value?, 3),
                alone(Quantity::Number, usl.p?, 2)
            ),
        ))
    }
}

/// Body of a document of kind `amdahl`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AmdahlDocument {
    /// Where the serial fraction comes from: `serial`, `speedup` or `fit`.
    pub basis: Word,
    /// Serial fraction of the work; below 0 or above 1 where no fraction explains a speed-up.
    pub serial: Estimate,
    /// Throughput of one unit, 1/s; null unless fitted.
    pub gamma: Option<Estimate>,
    /// What the USL says of the same measurements; null unless fitted.
    pub usl: Option<UslView>,
    /// Highest speed-up of any number of units; no value where the fraction is 0.
    pub ceiling_speedup: Estimate,
    /// Units that reach a share of the ceiling; null without a ceiling.
    pub near_ceiling: Option<NearCeiling>,
    /// The law at each N; empty where no serial fraction explains the speed-up.
    pub predictions: Vec<Prediction>,
    /// What each measured speed-up implies, by N.
    pub karp_flatt: Vec<Implied>,
    /// Doubts.
    pub notes: Vec<Note>,
}

/// Units that reach a share of the ceiling.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct NearCeiling {
    /// The share, 0 to 1.
    pub share: f64,
    /// Smallest N that reaches it.
    pub n: f64,
}

/// The law at one N.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Prediction {
    /// Number of units; null on the last entry, the limit of ever more units.
    pub n: Option<f64>,
    /// Speed-up over one unit; no value where it grows without end.
    pub speedup: Estimate,
    /// Throughput, 1/s; null unless fitted.
    pub throughput: Option<f64>,
    /// Speed-up a unit.
    pub efficiency: f64,
    /// Share of the ceiling that is reached; null without a ceiling.
    pub ceiling_share: Option<f64>,
    /// What one more unit adds to the speed-up.
    pub marginal_speedup: f64,
    /// Speed-up of scaled work (Gustafson) with the same fraction of the time on N units; null
    /// where it grows without end.
    pub gustafson_speedup: Option<f64>,
}

/// The serial fraction that a measured speed-up implies.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Implied {
    /// Number of units.
    pub n: f64,
    /// Measured speed-up.
    pub speedup: f64,
    /// Karp–Flatt serial fraction.
    pub serial: f64,
}

/// Amdahl's law at each size and in the limit, with Gustafson's beside it on request.
///
/// # Errors
/// [`Error::OutOfRange`] for a serial fraction outside 0 to 1, a speed-up that is not above
/// 0, and an N that is not above 1.
pub(crate) fn report(basis: &SerialFrom, sizes: &[f64], gustafson: bool) -> Result<Report, Error> {
    let implied = implied(basis)?;
    let serial = match (basis, implied.last()) {
        (SerialFrom::Serial(serial), _) => *serial,
        (SerialFrom::Speedups(_), Some(last)) => last.serial,
        (SerialFrom::Speedups(_), None) => 0.0,
        (SerialFrom::Fitted(fitted), _) => fitted.serial.value.unwrap_or(0.0),
    };
    let fitted = match basis {
        SerialFrom::Fitted(fitted) => Some(**fitted),
        _ => None,
    };
    let mut notes: Vec<Note> = growing(&implied).into_iter().collect();
    notes.extend(fitted.and_then(|fitted| fitted.doubt()));
    let law = if matches!(basis, SerialFrom::Serial(_)) || (0.0..=1.0).contains(&serial) {
        Some(Amdahl::new(AmdahlParams { serial, gamma: 1.0 })?)
    } else {
        None
    };
    let predictions = law.map_or(Ok(Vec::new()), |law| {
        predictions(law, sizes, fitted.as_ref())
    })?;
    let near = law.and_then(|law| near_ceiling(&law));
    let headline = headline(serial, law, near, implied.last(), fitted.as_ref());
    let mut sections = Vec::new();
    if !predictions.is_empty() {
        sections.push(Section::Table(law_table(
            &predictions,
            gustafson,
            fitted.is_some(),
        )));
    }
    if implied.len() > 1 || (law.is_none() && !implied.is_empty()) {
        sections.push(Section::Table(implied_table(&implied)));
    }
    let scene = picture(&headline, serial, fitted.as_ref(), &predictions, &implied);
    Ok(Report {
        scene,
        kind: "amdahl",
        headline,
        sections,
        notes: notes.clone(),
        document: super::document(
            "amdahl",
            AmdahlDocument {
                basis: match basis {
                    SerialFrom::Serial(_) => "serial".into(),
                    SerialFrom::Speedups(_) => "speedup".into(),
                    SerialFrom::Fitted(_) => "fit".into(),
                },
                serial: fitted.map_or(Estimate::exact(serial), |fitted| fitted.serial),
                gamma: fitted.map(|fitted| fitted.gamma),
                usl: fitted.and_then(|fitted| fitted.usl),
                ceiling_speedup: ceiling(law, fitted.as_ref()),
                near_ceiling: near,
                predictions,
                karp_flatt: implied,
                notes,
            },
        ),
    })
}

/// The law with the sizes that were asked about, or those that were measured.
fn picture(
    headline: &[String],
    serial: f64,
    fitted: Option<&Fitted>,
    predictions: &[Prediction],
    implied: &[Implied],
) -> Option<Scene> {
    let title = headline.first().map_or("", String::as_str);
    let ends = fitted.and_then(|fitted| fitted.serial.low.zip(fitted.serial.high));
    let measured: Vec<[f64; 2]> = implied.iter().map(|row| [row.n, row.speedup]).collect();
    if measured.is_empty() {
        let asked = predictions.iter();
        let asked: Vec<[f64; 2]> = asked
            .filter_map(|p| Some([p.n?, p.speedup.value?]))
            .collect();
        scene::amdahl::scene(title, serial, ends, &asked, false)
    } else {
        scene::amdahl::scene(title, serial, ends, &measured, true)
    }
}

fn implied(basis: &SerialFrom) -> Result<Vec<Implied>, Error> {
    let SerialFrom::Speedups(measured) = basis else {
        return Ok(Vec::new());
    };
    let mut implied = measured
        .iter()
        .map(|&Measured { speedup, n }| {
            karp_flatt(speedup, n).map(|serial| Implied { n, speedup, serial })
        })
        .collect::<Result<Vec<_>, _>>()?;
    implied.sort_by(|a, b| a.n.total_cmp(&b.n));
    Ok(implied)
}

/// A fraction that rises with N is overhead that grows with N, which this law does not have.
fn growing(implied: &[Implied]) -> Option<Note> {
    let (first, last) = (implied.first()?, implied.last()?);
    let rises = implied
        .windows(2)
        .all(|pair| pair[0].serial <= pair[1].serial);
    (rises && last.serial > 1.1 * first.serial.max(0.0) && last.n > first.n).then(|| {
        Note::new(
            NoteCode::SerialGrows,
            format!(
                "the implied serial share grows from {} at N = {} to {} at N = {}: cost that grows with N, which Amdahl's law does not have; fit the USL to the throughputs (scalecalc usl)",
                share(first.serial),
                count(first.n),
                share(last.serial),
                count(last.n),
            ),
        )
    })
}

fn ceiling(law: Option<Amdahl>, fitted: Option<&Fitted>) -> Estimate {
    match fitted {
        Some(fitted) => fitted.serial.map_monotone(|serial| 1.0 / serial),
        None => Estimate {
            value: law.and_then(|law| law.limit()),
            low: None,
            high: None,
            level: None,
        },
    }
}

fn near_ceiling(law: &Amdahl) -> Option<NearCeiling> {
    let n = law.concurrency_at_throughput(NEAR * law.limit()?)?.up;
    // A fraction of a unit cannot be bought; 81 + 1e-14 is 81.
    let n = (n * (1.0 - 1e-12)).ceil().max(1.0);
    Some(NearCeiling { share: NEAR, n })
}

fn predictions(
    law: Amdahl,
    sizes: &[f64],
    fitted: Option<&Fitted>,
) -> Result<Vec<Prediction>, Error> {
    let gamma = fitted.and_then(|fitted| fitted.gamma.value);
    let serial = law.params().serial;
    let scaled = Gustafson::new(GustafsonParams { serial, gamma: 1.0 })?;
    let limit = law.limit();
    let mut predictions: Vec<Prediction> = sizes
        .iter()
        .map(|&n| Prediction {
            n: Some(n),
            speedup: match fitted {
                Some(fitted) => fitted
                    .serial
                    .map_monotone(|serial| n / (1.0 + serial * (n - 1.0))),
                None => Estimate::exact(law.speedup(n)),
            },
            throughput: gamma.map(|gamma| gamma * law.speedup(n)),
            efficiency: law.efficiency(n),
            ceiling_share: limit.map(|limit| law.speedup(n) / limit),
            marginal_speedup: law.marginal(n),
            gustafson_speedup: Some(scaled.speedup(n)),
        })
        .collect();
    predictions.push(Prediction {
        n: None,
        speedup: ceiling(Some(law), fitted),
        throughput: gamma.zip(limit).map(|(gamma, limit)| gamma * limit),
        efficiency: if limit.is_some() { 0.0 } else { 1.0 },
        ceiling_share: limit.map(|_| 1.0),
        marginal_speedup: if limit.is_some() { 0.0 } else { 1.0 },
        gustafson_speedup: scaled.limit(),
    });
    Ok(predictions)
}

fn headline(
    serial: f64,
    law: Option<Amdahl>,
    near: Option<NearCeiling>,
    measured: Option<&Implied>,
    fitted: Option<&Fitted>,
) -> Vec<String> {
    let from = measured.map(|at| {
        format!(
            "A speedup of {} on {} units",
            alone(Quantity::Number, at.speedup, 3),
            count(at.n)
        )
    });
    let certain = fitted
        .and_then(|fitted| fitted.serial.low.zip(fitted.serial.high))
        .map_or(String::new(), |(low, high)| {
            format!(" ({} to {})", share(low), share(high))
        });
    let Some(law) = law else {
        if fitted.is_some() {
            return vec![
                "More units make these slower: no serial share explains it; use scalecalc usl."
                    .to_owned(),
            ];
        }
        let from = from.unwrap_or_default();
        return vec![if serial < 0.0 {
            format!("{from} is more than linear: no serial share explains it.")
        } else {
            format!("{from} is slower than one unit: no serial share explains it.")
        }];
    };
    let subject = match from {
        Some(from) => format!("{from} implies a serial share of {}, which", share(serial)),
        None => format!("A serial share of {}{certain}", share(serial)),
    };
    let Some(limit) = law.limit() else {
        return vec![format!(
            "{subject} sets no ceiling: every unit adds as much as the first."
        )];
    };
    let mut lines = vec![format!(
        "{subject} caps the speedup at {}, however many units.",
        count(limit)
    )];
    if let Some(near) = near.filter(|near| near.n > 1.0) {
        lines.push(format!(
            "{:.0} % of that takes {} units, at an efficiency of {}.",
            near.share * 100.0,
            count(near.n),
            share(law.efficiency(near.n)),
        ));
    }
    lines
}

fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

fn share(value: f64) -> String {
    alone(Quantity::Ratio, value, 3)
}

fn law_table(predictions: &[Prediction], gustafson: bool, fitted: bool) -> Table {
    let mut columns = vec![
        Column::new("n", "N", Quantity::Count),
        Column::new("speedup", "speedup", Quantity::Number),
        Column::new("efficiency", "efficiency", Quantity::Ratio),
        Column::new("ceiling_share", "of ceiling", Quantity::Ratio),
        Column::new("marginal_speedup", "+1 unit", Quantity::Number),
    ];
    if fitted {
        columns.push(Column::new(
            "throughput_per_s",
            "throughput",
            Quantity::Rate,
        ));
    }
    if gustafson {
        columns.push(Column::new(
            "gustafson_speedup",
            "Gustafson",
            Quantity::Number,
        ));
    }
    let or_infinite = |value: Option<f64>| Cell::from(value.unwrap_or(f64::INFINITY));
    let row = |at: &Prediction| {
        let mut row = vec![
            or_infinite(at.n),
            or_infinite(at.speedup.value),
            at.efficiency.into(),
            at.ceiling_share.into(),
            at.marginal_speedup.into(),
        ];
        if fitted {
            row.push(or_infinite(at.throughput));
        }
        if gustafson {
            row.push(or_infinite(at.gustafson_speedup));
        }
        row
    };
    Table {
        title: String::new(),
        columns,
        rows: predictions.iter().map(row).collect(),
    }
}

fn implied_table(implied: &[Implied]) -> Table {
    Table {
        title: String::new(),
        columns: vec![
            Column::new("n", "N", Quantity::Count),
            Column::new("speedup", "measured speedup", Quantity::Number),
            Column::new("serial", "serial share", Quantity::Ratio),
        ],
        rows: implied
            .iter()
            .map(|at| vec![at.n.into(), at.speedup.into(), at.serial.into()])
            .collect(),
    }
}
