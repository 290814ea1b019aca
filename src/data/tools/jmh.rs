//! What JMH, the Java benchmark harness, writes: JSON (`-rf json`) and CSV (`-rf csv`).
//!
//! One run has one thread count, so a sweep is several files. `thrpt` scores are the sum over
//! the threads; `avgt` and `sample` scores are the time of one operation in each of the
//! threads, X = threads / score. `ss` times one cold shot and says nothing about throughput.
//! Format: `JSONResultFormat` and `CSVResultFormat` in `jmh-core`.

use super::emitter::Emitter;
use super::json::Json;
use super::text::{ColumnNames, Lines, cell, number};
use crate::data::Row;
use crate::error::Error;
use crate::units;

pub(in crate::data) const MARKS: &[&str] = &["[].benchmark", "[].mode", "[].primaryMetric"];
pub(in crate::data) const CSV_MARKS: &[&str] =
    &["\"Benchmark\",\"Mode\",\"Threads\",\"Samples\",\"Score\""];
pub(in crate::data) const TEXT_MARKS: &[&str] = &[
    "Mode  Cnt|Mode      Cnt|Mode   Samples|Mode Thr",
    "Score|Mean",
];

/// From this many forks on their means are the repeats; fewer leave the iterations.
const FORKS: usize = 3;

/// How a score becomes throughput.
#[derive(Clone, Copy)]
enum Score<'u> {
    /// Operations per unit of time, summed over the threads.
    Rate(&'u str),
    /// Time of one operation, in each of so many threads.
    Time(&'u str, f64),
}

impl<'u> Score<'u> {
    /// From the unit, such as `ops/ms` or `us/op`; `None` for a metric that is no speed.
    fn of(unit: &'u str, threads: f64) -> Option<Self> {
        match unit.split_once('/')? {
            ("ops", time) => units::seconds(1.0, time).map(|_| Self::Rate(time)),
            (time, "op") => units::seconds(1.0, time).map(|_| Self::Time(time, threads)),
            _ => None,
        }
    }

    fn row(self, n: f64, score: f64) -> Option<Row> {
        let row = match self {
            Self::Rate(unit) => Row::run(Some(n), units::per_second(score, unit)?),
            Self::Time(unit, threads) => {
                let latency = units::seconds(score, unit)?;
                Row {
                    latency: Some(latency),
                    ..Row::run(Some(n), threads / latency)
                }
            }
        };
        row.throughput.is_finite().then_some(row)
    }
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    named_columns(rows);
    for result in documents.iter().flat_map(Json::list) {
        let name = result
            .text_at("benchmark")
            .ok_or_else(|| Error::data("a result without \"benchmark\"", ""))?;
        let mode = result.text_at("mode").unwrap_or("thrpt");
        let threads = result.need("threads")?;
        let series = |name: &str| {
            let parameters = result.at("params").map_or(&[][..], Json::entries);
            let mut series = name.to_owned();
            for (key, value) in parameters {
                series += &format!(" {key}={}", value.text().unwrap_or("?"));
            }
            with_mode(series, mode)
        };
        if mode == "ss" {
            single_shot(rows);
            continue;
        }
        let primary = result
            .at("primaryMetric")
            .ok_or_else(|| Error::data(format!("{name} has no \"primaryMetric\""), ""))?;
        metric(primary, threads, &series(name), rows)?;
        // The methods of a group are part of its total: only who asks for one gets it.
        if rows
            .options()
            .select
            .as_deref()
            .is_some_and(|s| s.contains(':'))
        {
            let secondary = result.at("secondaryMetrics").map_or(&[][..], Json::entries);
            for (method, values) in secondary {
                let unit = values.text_at("scoreUnit").unwrap_or("");
                if Score::of(unit, threads).is_some() {
                    metric(values, threads, &series(&format!("{name}:{method}")), rows)?;
                }
            }
        }
    }
    Ok(())
}

/// Hands on one metric: fork means, else iterations, else the score itself.
fn metric(
    metric: &Json,
    threads: f64,
    series: &str,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let unit = metric.text_at("scoreUnit").unwrap_or("");
    let score = Score::of(unit, threads).ok_or_else(|| {
        Error::data(
            format!("{series}: cannot make a throughput of the unit \"{unit}\""),
            "run JMH with -bm thrpt",
        )
    })?;
    let forks: Vec<Vec<f64>> = match metric.at("rawDataHistogram") {
        Some(forks) => forks
            .list()
            .iter()
            .map(|fork| fork.list().iter().filter_map(histogram_mean).collect())
            .collect(),
        None => metric
            .at("rawData")
            .map_or(&[][..], Json::list)
            .iter()
            .map(|fork| fork.list().iter().filter_map(Json::number).collect())
            .collect(),
    };
    let forks: Vec<Vec<f64>> = forks.into_iter().filter(|fork| !fork.is_empty()).collect();
    let values: Vec<f64> = if forks.len() >= FORKS {
        rows.remark("one run a fork: the mean of its iterations");
        forks
            .iter()
            .map(|fork| fork.iter().sum::<f64>() / fork.len() as f64)
            .collect()
    } else if forks.is_empty() {
        vec![metric.need("score")?]
    } else {
        rows.remark(
            "one run an iteration; iterations of a fork resemble each other, -f 3 or more shows \
             how much forks differ",
        );
        forks.concat()
    };
    for (at, value) in values.into_iter().enumerate() {
        let row = score
            .row(threads, value)
            .ok_or_else(|| Error::data(format!("{series}: {value} {unit} is no speed"), ""))?;
        rows.emit(
            series,
            Row {
                replicate: Some(at as u64 + 1),
                ..row
            },
        )?;
    }
    Ok(())
}

/// Mean of `[[value, count], …]`.
fn histogram_mean(histogram: &Json) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for pair in histogram.list() {
        let [value, times] = pair.list() else {
            continue;
        };
        let (value, times) = (value.number()?, times.number()?);
        sum += value * times;
        count += times;
    }
    (count > 0.0).then(|| sum / count)
}

fn named_columns(rows: &mut Emitter<'_, '_>) {
    rows.unit("threads");
    rows.columns(Some("threads"), "score", None);
}

fn with_mode(series: String, mode: &str) -> String {
    if mode == "thrpt" {
        series
    } else {
        format!("{series} [{mode}]")
    }
}

fn single_shot(rows: &mut Emitter<'_, '_>) {
    rows.skip();
    rows.remark("single-shot results (mode ss) left out: one cold call is no throughput");
}

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    named_columns(rows);
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    // The error column shows the decimal mark of the locale it was written in.
    let comma = header.names().iter().any(|name| name.contains("(99,9%)"));
    let [name_at, mode_at, threads_at, score_at, unit_at] =
        ["Benchmark", "Mode", "Threads", "Score", "Unit"].map(|name| header.need(name));
    let (name_at, mode_at, threads_at) = (name_at?, mode_at?, threads_at?);
    let (score_at, unit_at) = (score_at?, unit_at?);
    let asked = rows
        .options()
        .select
        .as_deref()
        .is_some_and(|s| s.contains(':'));
    while let Some(mut record) = lines.record(b',')? {
        let at = lines.number();
        let text = |column: usize| record.get(column).map_or("", String::as_str);
        let (name, mode) = (text(name_at).to_owned(), text(mode_at).to_owned());
        if mode == "ss" {
            single_shot(rows);
            continue;
        }
        let unit = text(unit_at).to_owned();
        let threads = cell(&record, threads_at, at)?;
        let Some(score) = Score::of(&unit, threads).filter(|_| asked || !name.contains(':')) else {
            rows.skip();
            continue;
        };
        let mut series = name;
        for (column, value) in header.names().iter().zip(&record) {
            if let Some(key) = column.strip_prefix("Param: ") {
                series += &format!(" {key}={value}");
            }
        }
        if comma && let Some(text) = record.get_mut(score_at) {
            *text = text.replace('.', "").replace(',', ".");
        }
        let value = record.get(score_at).and_then(|text| number(text));
        // NaN is what JMH writes for a benchmark that failed.
        let Some(row) = value.and_then(|value| score.row(threads, value)) else {
            rows.skip();
            rows.remark("rows without a score left out");
            continue;
        };
        rows.emit(&with_mode(series, &mode), Row { line: at, ..row })?;
    }
    Ok(())
}

/// The table that JMH prints has no column for the threads.
pub(in crate::data) fn refuse_text(
    _: &mut Lines<'_>,
    _: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    Err(Error::data(
        "the text table of JMH does not say the threads",
        "run JMH with -rf json -rff t8.json for each -t, and name the JSON files",
    ))
}
