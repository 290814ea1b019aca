//! Documents that this program wrote, as measurements: the one reader of them.
//!
//! A document of a fit (`usl`, `usl-series`, `check`, `compare`) holds its levels with every
//! moment that a fit needs, one of an import its rows or levels. What comes out is what the
//! original input gave, and how it had been fitted.

use crate::data::{Emitter, ReadOptions, Reading, Row, Sink};
use crate::error::Error;
use serde::Deserialize;
use serde_json::Value;
use std::io::{Cursor, Read};

/// Name of the format.
pub const FORMAT: &str = "scalecalc";
/// The major version of the contract that is read; minor ones add keys.
const MAJOR: &str = "1";
/// How much of the input is looked at to tell what it is.
const HEAD: u64 = 64 << 10;

/// From here on a count is no longer exact.
const MOST_RUNS: u64 = 9_000_000_000_000_000;
/// The square of anything larger, over that many runs, is no number.
const MOST_SPREAD: f64 = 1e140;

/// How a saved document had fitted its levels: what holds unless a user says otherwise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FittedAs {
    /// Name of the law, such as `usl`.
    pub law: String,
    /// `constant` or `relative`.
    pub noise: String,
    /// `fit` or `n1`.
    pub anchor: String,
    /// `profile` or `wald`.
    pub interval: Option<String>,
    /// Level of the intervals, above 0 and below 1.
    pub confidence: Option<f64>,
    /// α and β may be negative.
    pub allow_superlinear: bool,
}

/// What an input held: the reading, and for each of its series how it had been fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The reading, of any format.
    pub reading: Reading,
    /// One entry a series of a saved document; nothing for any other format.
    pub fitted: Vec<Option<FittedAs>>,
    /// A saved document whose throughput came from run times of a fixed amount of work.
    pub fixed_job: bool,
}

/// What every document begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    schema_version: String,
    kind: String,
}

/// What is read of a document: the kinds that hold measurements share these keys.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    series: Option<String>,
    input: Option<InputPart>,
    fit: Option<FitPart>,
    options: Option<OptionsPart>,
    levels: Vec<Measured>,
    rows: Vec<Measured>,
    results: Vec<Body>,
    sweeps: Vec<Labelled>,
}

#[derive(Debug, Deserialize)]
struct Labelled {
    label: String,
    result: Body,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct InputPart {
    series: Option<String>,
    n_unit: Option<String>,
    fixed_job: bool,
}

#[derive(Debug, Deserialize)]
struct FitPart {
    law: String,
    noise: String,
    #[serde(default)]
    anchor: String,
}

#[derive(Debug, Deserialize)]
struct OptionsPart {
    confidence: Option<f64>,
    interval: Option<String>,
    #[serde(default)]
    allow_superlinear: bool,
}

/// A level, or a single run.
#[derive(Debug, Deserialize)]
struct Measured {
    n: f64,
    #[serde(alias = "throughput")]
    throughput_mean: f64,
    #[serde(default = "one")]
    runs: u64,
    throughput_stddev: Option<f64>,
    log_throughput_mean: Option<f64>,
    log_throughput_stddev: Option<f64>,
    throughput_step_stddev: Option<f64>,
    latency_mean_s: Option<f64>,
    series: Option<String>,
    replicate: Option<u64>,
}

fn one() -> u64 {
    1
}

impl Measured {
    fn row(&self) -> Result<Row, Error> {
        if !(1..MOST_RUNS).contains(&self.runs) {
            return Err(Error::data(
                format!("{} is no number of runs", self.runs),
                "",
            ));
        }
        let spread = [
            self.throughput_stddev,
            self.log_throughput_mean,
            self.log_throughput_stddev,
            self.throughput_step_stddev,
        ];
        if spread
            .iter()
            .flatten()
            .any(|value| value.abs() > MOST_SPREAD)
        {
            return Err(Error::data("a spread that no runs can have", ""));
        }
        let spare = self.runs.saturating_sub(1) as f64;
        let squares = |deviation: Option<f64>| {
            deviation.map_or(0.0, |deviation| deviation * deviation * spare)
        };
        Ok(Row {
            latency: self.latency_mean_s,
            runs: self.runs,
            m2: squares(self.throughput_stddev),
            log_moments: match self.log_throughput_mean {
                Some(mean) => Some((mean, squares(self.log_throughput_stddev))),
                None => self.as_if_log_normal(spare),
            },
            successive: (self.throughput_step_stddev)
                .map(|deviation| deviation * deviation * 2.0 * spare),
            replicate: self.replicate,
            ..Row::run(Some(self.n), self.throughput_mean)
        })
    }

    /// Moments of ln X from those of X, as if X were log-normal: older documents hold only the
    /// latter. The error is of third order in the share that X scatters by.
    fn as_if_log_normal(&self, spare: f64) -> Option<(f64, f64)> {
        let mean = self.throughput_mean;
        let share = self.throughput_stddev.unwrap_or(0.0) / mean;
        let variance = (share * share).ln_1p();
        (mean > 0.0 && variance.is_finite()).then(|| (mean.ln() - 0.5 * variance, variance * spare))
    }
}

/// Reads any input: a document of this program, or what [`data::read`](crate::data::read)
/// knows.
///
/// # Errors
/// [`Error::Data`] as there, for a document of an unknown version, and for one that holds no
/// measurements.
pub fn read_any(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Held, Error> {
    let mut head = Vec::new();
    input
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    let asked = options.from.as_deref();
    let is_own = asked == Some(FORMAT) || (asked.is_none() && looks_own(&head));
    let mut all = Cursor::new(head).chain(input);
    if !is_own {
        let reading = crate::data::read(&mut all, options, sink)?;
        return Ok(Held {
            reading,
            fitted: Vec::new(),
            fixed_job: false,
        });
    }
    let mut bytes = Vec::new();
    all.read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    let mut rows = Emitter::new(FORMAT, options, sink);
    rows.columns(Some("n"), "throughput", Some("latency_mean_s"));
    let mut named: Vec<(String, Option<FittedAs>)> = Vec::new();
    let mut jobs = None;
    for document in serde_json::Deserializer::from_slice(without_mark(&bytes)).into_iter::<Value>()
    {
        let document = document.map_err(|error| {
            Error::data(
                format!("the saved document cannot be read: {error}"),
                "save it again; a file that was cut off cannot be used",
            )
        })?;
        let several = match document {
            Value::Array(several) => several,
            one => vec![one],
        };
        for document in several {
            let body = parse(&document)?;
            jobs = Some(jobs.unwrap_or(true) && body.is_fixed_job());
            take(&body, "", &mut rows, &mut named)?;
        }
    }
    let reading = rows.finish()?;
    let fitted = reading
        .series
        .iter()
        .map(|name| {
            let of = named.iter().find(|(known, _)| known == name);
            of.and_then(|(_, fitted)| fitted.clone())
        })
        .collect();
    Ok(Held {
        reading,
        fitted,
        fixed_job: jobs == Some(true),
    })
}

fn unreadable(error: &std::io::Error) -> Error {
    Error::data(format!("cannot be read: {error}"), "")
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Whether the beginning of an input is that of a document of this program.
fn looks_own(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(without_mark(head));
    text.trim_start().starts_with(['{', '['])
        && ["\"schema_version\"", "\"kind\""]
            .iter()
            .all(|mark| text.contains(mark))
}

/// The measurements of one document.
fn parse(document: &Value) -> Result<Body, Error> {
    let Envelope {
        schema_version: version,
        kind,
    } = Envelope::deserialize(document).unwrap_or_default();
    if version.split('.').next() != Some(MAJOR) {
        return Err(Error::data(
            format!("schema_version \"{version}\" is not one that this program knows, {MAJOR}.x"),
            "read it with the version of scalecalc that wrote it, or save it again",
        ));
    }
    if kind == "error" {
        return Err(Error::data(
            "the document is the error of a run that failed",
            "save it again, from a run that succeeds",
        ));
    }
    Body::deserialize(document)
        .ok()
        .filter(Body::holds_measurements)
        .ok_or_else(|| {
            Error::data(
                format!("a document of kind \"{kind}\" holds no measurements"),
                "documents of usl, check, compare and import do",
            )
        })
}

impl Body {
    fn holds_measurements(&self) -> bool {
        !(self.levels.is_empty() && self.rows.is_empty())
            || self.results.iter().any(Self::holds_measurements)
            || self.sweeps.iter().any(|s| s.result.holds_measurements())
    }

    /// Whether all that it holds comes from times of a fixed job.
    fn is_fixed_job(&self) -> bool {
        let own = self.input.as_ref().is_some_and(|input| input.fixed_job);
        let inside = self
            .results
            .iter()
            .chain(self.sweeps.iter().map(|s| &s.result));
        let mut inside = inside.peekable();
        own || (inside.peek().is_some() && inside.all(Self::is_fixed_job))
    }

    fn fitted(&self) -> Option<FittedAs> {
        let fit = self.fit.as_ref()?;
        let options = self.options.as_ref();
        Some(FittedAs {
            law: fit.law.clone(),
            noise: fit.noise.clone(),
            anchor: fit.anchor.clone(),
            interval: options.and_then(|options| options.interval.clone()),
            confidence: options.and_then(|options| options.confidence),
            allow_superlinear: options.is_some_and(|options| options.allow_superlinear),
        })
    }
}

/// Hands on the rows of a document and of those inside it.
fn take(
    body: &Body,
    label: &str,
    rows: &mut Emitter<'_, '_>,
    named: &mut Vec<(String, Option<FittedAs>)>,
) -> Result<(), Error> {
    let input = body.input.as_ref();
    // "units" is the word for a unit that nobody said.
    if let Some(unit) = input.and_then(|input| input.n_unit.as_deref())
        && unit != "units"
    {
        rows.unit(unit);
    }
    let own = body.series.as_deref();
    let name = own
        .or_else(|| input?.series.as_deref())
        .filter(|name| !name.is_empty())
        .unwrap_or(label);
    for measured in body.levels.iter().chain(&body.rows) {
        let series = measured.series.as_deref().unwrap_or(name);
        rows.emit(series, measured.row()?)?;
        if named.last().is_none_or(|(last, _)| last != series) {
            named.push((series.to_owned(), body.fitted()));
        }
    }
    for embedded in &body.results {
        take(embedded, "", rows, named)?;
    }
    for Labelled { label, result } in &body.sweeps {
        take(result, label, rows, named)?;
    }
    Ok(())
}
