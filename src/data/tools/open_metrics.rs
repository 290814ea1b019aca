//! The text in which programs show their metrics: OpenMetrics, and Prometheus before it.
//!
//! N is a label (`{threads="8"}`) or a metric of its own (`bench_threads 8`) at the same time. X is
//! a gauge, or the rate of a counter between its first and its last time stamp. Format: OpenMetrics
//! 1.0, section "Text format"; "Exposition formats" in the documentation of Prometheus.

use super::emitter::Emitter;
use super::text::{Lines, number};
use crate::advice::{Advice, Setting};
use crate::data::Row;
use crate::data::columns::{Role, understand};
use crate::error::Error;
use std::collections::{BTreeMap, HashMap};

pub(in crate::data) const MARKS: &[&str] = &[
    "# TYPE ",
    " gauge| counter| histogram| summary| untyped| unknown| gaugehistogram",
];

/// More samples than this are a dump of a whole server.
const MOST_SAMPLES: usize = 1_000_000;

type Labels = BTreeMap<String, String>;

/// One line.
struct Sample {
    name: String,
    labels: Labels,
    value: f64,
    time: Option<f64>,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let mut kinds: HashMap<String, String> = HashMap::new();
    let mut samples: Vec<Sample> = Vec::new();
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            if let Some((name, kind)) = rest.split_once(' ') {
                kinds.insert(name.to_owned(), kind.trim().to_owned());
            }
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let sample = sample(line, at).ok_or_else(|| {
            Error::data("this is no sample: a name, labels in braces, a value", "").at(at, None)
        })?;
        if samples.len() >= MOST_SAMPLES {
            return Err(Error::data(
                "more than a million samples",
                "keep the ones of the sweep",
            ));
        }
        samples.push(sample);
    }
    let wanted = Wanted::of(&samples, &kinds, rows)?;
    rows.columns(Some(&wanted.n), &wanted.x, None);
    if let Some(unit) = understand(&wanted.n).counted {
        rows.unit(&unit);
    }
    // Points of each series at each N, in the order they stand in.
    let mut points: BTreeMap<(String, u64), Vec<&Sample>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.name == wanted.x) {
        let Some(n) = wanted.size_at(sample, &samples) else {
            rows.skip();
            continue;
        };
        let others = sample.labels.iter().filter(|(key, _)| **key != wanted.n);
        let series: Vec<String> = others
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        points
            .entry((series.join(","), n.to_bits()))
            .or_default()
            .push(sample);
    }
    for ((series, n), points) in points {
        let n = Some(f64::from_bits(n));
        if wanted.is_counter {
            let (rate, line) = rate(&points, &wanted.x)?;
            rows.emit(
                &series,
                Row {
                    line,
                    ..Row::run(n, rate)
                },
            )?;
        } else {
            for point in points {
                let row = Row {
                    line: point.line,
                    ..Row::run(n, point.value)
                };
                rows.emit(&series, row)?;
            }
        }
    }
    Ok(())
}

/// What holds N and what X.
struct Wanted {
    /// Label or metric.
    n: String,
    n_is_label: bool,
    x: String,
    is_counter: bool,
}

impl Wanted {
    fn of(
        samples: &[Sample],
        kinds: &HashMap<String, String>,
        rows: &Emitter<'_, '_>,
    ) -> Result<Self, Error> {
        let mut names: Vec<&str> = samples.iter().map(|sample| sample.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let mut labels: Vec<&str> = (samples.iter())
            .flat_map(|sample| sample.labels.keys().map(String::as_str))
            .collect();
        labels.sort_unstable();
        labels.dedup();
        let options = rows.options();
        // `job` and `instance` are on every metric: only a certain word is N.
        let certain = |name: &str| {
            let meaning = understand(last_words(name));
            meaning.role == Role::Size && meaning.certain && name != "instance"
        };
        let asked = options.n.as_deref();
        let is_size = |name: &&str| asked.map_or_else(|| certain(name), |asked| asked == *name);
        let label = labels.iter().copied().find(is_size);
        let metric = names.iter().copied().find(is_size);
        let n = label.or(metric).ok_or_else(|| {
            Error::data(
                "neither a label nor a metric is called like N",
                format!(
                    "the labels are {}; the metrics {}",
                    labels.join(", "),
                    names.join(", ")
                ),
            )
        })?;
        let others = names.iter().copied().filter(|name| *name != n);
        let others: Vec<&str> = others.filter(|name| !name.ends_with("_bucket")).collect();
        let rated =
            |name: &&str| matches!(understand(last_words(name)).role, Role::Throughput { .. });
        let found: Vec<&str> = match options.x.first() {
            Some(asked) => others
                .iter()
                .copied()
                .filter(|name| name == asked)
                .collect(),
            None if others.iter().any(rated) => others.iter().copied().filter(rated).collect(),
            None => others.clone(),
        };
        let [x] = found.as_slice() else {
            let message = match found.as_slice() {
                [] => "no metric is throughput".to_owned(),
                several => format!("{} metrics can be throughput", several.len()),
            };
            let hint = others.iter().fold(Advice::default(), |hint, name| {
                let between = if hint.is_empty() { "" } else { "  or  " };
                hint.words(between).set(Setting::X, *name)
            });
            return Err(Error::data(message, hint));
        };
        let family = x.strip_suffix("_total").unwrap_or(x);
        let kind = kinds.get(*x).or_else(|| kinds.get(family));
        Ok(Self {
            n: n.to_owned(),
            n_is_label: label.is_some(),
            x: (*x).to_owned(),
            is_counter: kind.is_some_and(|kind| kind == "counter") || *x != family,
        })
    }

    /// N of a sample of throughput.
    fn size_at(&self, sample: &Sample, all: &[Sample]) -> Option<f64> {
        if self.n_is_label {
            return number(sample.labels.get(&self.n)?).filter(|n| *n > 0.0);
        }
        let same = |other: &&Sample| {
            let time = |sample: &Sample| sample.time.map(f64::to_bits);
            other.name == self.n && time(other) == time(sample)
        };
        let found = all.iter().filter(same);
        let alike = found.clone().find(|other| other.labels == sample.labels);
        alike.or(found.clone().next()).map(|other| other.value)
    }
}

/// The last words of a name, without what the program is called: `bench_requests_per_second`.
fn last_words(name: &str) -> &str {
    let known = |text: &str| !matches!(understand(text).role, Role::Unknown | Role::Other);
    if known(name) {
        return name;
    }
    let starts = name.match_indices('_').map(|(at, _)| &name[at + 1..]);
    starts.into_iter().find(|text| known(text)).unwrap_or(name)
}

/// Growth of a counter a second, from its first to its last time stamp, and its line.
fn rate(points: &[&Sample], name: &str) -> Result<(f64, u64), Error> {
    let timed: Option<Vec<(f64, &&Sample)>> = (points.iter())
        .map(|point| Some((point.time?, point)))
        .collect();
    let timed = timed.unwrap_or_default();
    let (Some(first), Some(last)) = (
        timed.iter().min_by(|a, b| a.0.total_cmp(&b.0)),
        timed.iter().max_by(|a, b| a.0.total_cmp(&b.0)),
    ) else {
        return Err(no_rate(name));
    };
    let (seconds, grown) = (last.0 - first.0, last.1.value - first.1.value);
    if !(seconds > 0.0 && grown >= 0.0) {
        return Err(no_rate(name));
    }
    Ok((grown / seconds, last.1.line))
}

fn no_rate(name: &str) -> Error {
    Error::data(
        format!("{name} counts, and one look at a counter says no rate"),
        format!("write rate({name}[1m]) as a gauge of each N, or ask the server that keeps both"),
    )
}

/// `name{key="value"} 12.5 1700000000`.
fn sample(line: &str, at: u64) -> Option<Sample> {
    let end = line.find(|c: char| c == '{' || c.is_whitespace())?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None => (Labels::new(), rest),
    };
    // Behind a # stands an exemplar.
    let mut words = rest.split('#').next()?.split_whitespace();
    let value: f64 = words.next()?.parse().ok()?;
    let time = words.next().and_then(|time| time.parse::<f64>().ok());
    // Prometheus writes milliseconds, OpenMetrics seconds.
    let time = time.map(|time| if time > 1e11 { time / 1e3 } else { time });
    (!name.is_empty()).then(|| Sample {
        name: name.to_owned(),
        labels,
        value,
        time,
        line: at,
    })
}

/// The labels up to the closing brace, and what follows it.
fn labels(text: &str) -> Option<(Labels, &str)> {
    let mut labels = Labels::new();
    let mut rest = text.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (key, value) = rest.split_once("=\"")?;
        let mut content = String::new();
        let mut characters = value.char_indices();
        let end = loop {
            match characters.next()? {
                (at, '"') => break at,
                (_, '\\') => match characters.next()?.1 {
                    'n' => content.push('\n'),
                    other => content.push(other),
                },
                (_, c) => content.push(c),
            }
        };
        labels.insert(key.trim().to_owned(), content);
        rest = value[end + 1..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}
