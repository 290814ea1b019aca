//! What JMeter writes: the JTL log as CSV, and `statistics.json` of its report.
//!
//! N is `allThreads`, X the samples over the time from the first start to the last end, R the
//! mean `elapsed`. The columns of a JTL are configurable, and so is its header: without one it
//! is read with `--from jmeter` in the default order. Format: the user's manual, "CSV log
//! format", and `SampleSaveConfiguration`.

use super::emitter::Emitter;
use super::json::Json;
use super::text::{ColumnNames, Lines, cell};
use crate::data::Row;
use crate::error::Error;
use std::collections::HashMap;

pub(in crate::data) const MARKS: &[&str] = &["timeStamp", "elapsed", "label"];
pub(in crate::data) const STATISTICS_MARKS: &[&str] = &["Total.throughput", "Total.meanResTime"];

/// The columns that JMeter writes unless it is told otherwise.
const COLUMNS: &[&str] = &[
    "timeStamp",
    "elapsed",
    "label",
    "responseCode",
    "responseMessage",
    "threadName",
    "dataType",
    "success",
    "failureMessage",
    "bytes",
    "sentBytes",
    "grpThreads",
    "allThreads",
    "Latency",
    "IdleTime",
    "Connect",
];
/// One N that holds this share of all samples is the N of the run; the rest is its ramp.
const ONE_LEVEL: f64 = 0.8;
/// Steps with less than this share of the longest are ramp.
const RAMP: f64 = 0.05;

/// Samples in a row at one N.
#[derive(Clone, Copy)]
struct Span {
    n: f64,
    first: f64,
    last: f64,
    count: f64,
    failed: f64,
    waited: f64,
    line: u64,
}

impl Span {
    fn join(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.count += other.count;
        self.failed += other.failed;
        self.waited += other.waited;
    }

    fn emit(&self, series: &str, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let seconds = (self.last - self.first) / 1e3;
        if seconds <= 0.0 {
            rows.skip();
            return Ok(());
        }
        let share = rows.failed_share(self.count, self.failed);
        rows.emit(
            series,
            Row {
                latency: Some(self.waited / self.count / 1e3),
                line: self.line,
                // A log may leave out its threads.
                ..Row::run(
                    (self.n > 0.0).then_some(self.n),
                    self.count / seconds * (1.0 - share),
                )
            },
        )
    }
}

/// Samples of one series.
#[derive(Default)]
struct Spans(Vec<Span>);

impl Spans {
    fn add(&mut self, sample: Span) -> Result<(), Error> {
        let full = self.0.len() >= 1_000_000;
        match self.0.last_mut() {
            Some(span) if span.n.to_bits() == sample.n.to_bits() => span.join(&sample),
            _ if full => {
                return Err(Error::data(
                    "the number of threads changes more than a million times",
                    "",
                ));
            }
            _ => self.0.push(sample),
        }
        Ok(())
    }

    fn emit(self, series: &str, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let mut counts: HashMap<u64, f64> = HashMap::new();
        for span in &self.0 {
            *counts.entry(span.n.to_bits()).or_default() += span.count;
        }
        let all: f64 = self.0.iter().map(|span| span.count).sum();
        let Some((n, most)) = counts.iter().max_by(|a, b| a.1.total_cmp(b.1)) else {
            return Ok(());
        };
        if *most >= ONE_LEVEL * all {
            let mut whole = self.0[0];
            for span in &self.0[1..] {
                whole.join(span);
            }
            whole.n = f64::from_bits(*n);
            if self.0.len() > 1 {
                rows.remark("one run a file; the ramp at its ends is included");
            }
            return whole.emit(series, rows);
        }
        rows.remark("the number of threads changes: one run a step, short steps left out as ramp");
        let longest = self.0.iter().map(|span| span.count).fold(0.0, f64::max);
        for span in &self.0 {
            if span.count >= RAMP * longest {
                span.emit(series, rows)?;
            } else {
                rows.skip();
            }
        }
        Ok(())
    }
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("threads");
    rows.columns(Some("allThreads"), "samples / time", Some("elapsed"));
    let mut delimiter = b',';
    let mut first = lines.record(delimiter)?;
    // Another delimiter leaves the header in one field.
    if let Some([only]) = first.as_deref()
        && let Some(found) = only
            .strip_prefix("timeStamp")
            .and_then(|rest| rest.bytes().next().filter(u8::is_ascii))
    {
        delimiter = found;
        first = Some(only.split(char::from(found)).map(str::to_owned).collect());
    }
    let header = if first
        .as_ref()
        .is_some_and(|first| first.iter().any(|name| name == "elapsed"))
    {
        ColumnNames::new(first.take().unwrap_or_default())
    } else {
        rows.remark("no header: columns in the default order");
        ColumnNames::new(COLUMNS.iter().map(|name| (*name).to_owned()).collect())
    };
    let (time_at, elapsed_at) = (header.need("timeStamp")?, header.need("elapsed")?);
    let [label_at, success_at, n_at] =
        ["label", "success", "allThreads"].map(|name| header.find(name));
    // Without a choice all samplers together are the load.
    let by_label = rows.options().select.is_some();
    let mut spans: HashMap<String, Spans> = HashMap::new();
    while let Some(record) = match first.take() {
        Some(record) => Some(record),
        None => lines.record(delimiter)?,
    } {
        let line = lines.number();
        let text = |at: Option<usize>| at.and_then(|at| record.get(at)).map_or("", String::as_str);
        let (start, elapsed) = (
            cell(&record, time_at, line)?,
            cell(&record, elapsed_at, line)?,
        );
        let series = if by_label { text(label_at) } else { "" };
        let sample = Span {
            n: n_at.map_or(Ok(0.0), |at| cell(&record, at, line))?,
            first: start,
            last: start + elapsed,
            count: 1.0,
            failed: f64::from(text(success_at).eq_ignore_ascii_case("false")),
            waited: elapsed,
            line,
        };
        if let Some(spans) = spans.get_mut(series) {
            spans.add(sample)?;
        } else if rows.series(series)?.is_some() {
            spans.entry(series.to_owned()).or_default().add(sample)?;
        }
    }
    let mut spans: Vec<_> = spans.into_iter().collect();
    spans.sort_by(|a, b| a.0.cmp(&b.0));
    for (series, spans) in spans {
        spans.emit(&series, rows)?;
    }
    Ok(())
}

pub(in crate::data) fn read_statistics(
    documents: &[Json],
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(None, "Total.throughput", Some("Total.meanResTime"));
    for document in documents {
        let rate = document.need("Total.throughput")?;
        let percent = document.number_at("Total.errorPct").unwrap_or(0.0);
        let share = rows.failed_share(100.0, percent);
        rows.emit(
            "",
            Row {
                latency: document.number_at("Total.meanResTime").map(|ms| ms / 1e3),
                ..Row::run(None, rate * (1.0 - share))
            },
        )?;
    }
    Ok(())
}
