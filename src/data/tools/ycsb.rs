//! The report of YCSB, as text and as JSON.
//!
//! N stands in the command line alone, which some versions repeat. X is the overall
//! throughput less what failed, R the mean latency of all kinds of operation. Format:
//! `TextMeasurementsExporter` and `JSONMeasurementsExporter` in `core`.

use super::emitter::Emitter;
use super::json::Json;
use super::text::{Lines, leading_number, number};
use crate::data::Row;
use crate::error::Error;
use std::collections::BTreeMap;

pub(in crate::data) const MARKS: &[&str] = &["[OVERALL], Throughput(ops/sec),"];
pub(in crate::data) const JSON_MARKS: &[&str] = &["metric|[].metric", "measurement|[].measurement"];

#[derive(Default)]
struct Run {
    threads: Option<f64>,
    target: f64,
    rate: Option<f64>,
    /// Operations and mean latency in µs, by kind.
    kinds: BTreeMap<String, (f64, f64)>,
    line: u64,
}

impl Run {
    fn value(&mut self, kind: &str, measurement: &str, value: f64) {
        match (kind, measurement) {
            ("OVERALL", "Throughput(ops/sec)") => self.rate = Some(value),
            ("OVERALL" | "CLEANUP", _) => {}
            (_, "Operations") => self.kinds.entry(kind.to_owned()).or_default().0 = value,
            (_, "AverageLatency(us)") => self.kinds.entry(kind.to_owned()).or_default().1 = value,
            _ => {}
        }
    }

    /// Reads what a repeated command line says: `-threads 8 -target 1000`.
    fn command(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            let value = match word {
                "-threads" | "-target" => words.next().and_then(number),
                _ => word.strip_prefix("threadcount=").and_then(number),
            };
            match (word, value) {
                ("-target", Some(value)) => self.target = value,
                (_, Some(value)) => self.threads = Some(value),
                _ => {}
            }
        }
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        let (mut all, mut failed, mut waited) = (0.0, 0.0, 0.0);
        for (kind, (count, latency)) in &self.kinds {
            // "Intended" latencies repeat the operations against the schedule.
            if kind.starts_with("Intended-") {
                continue;
            }
            all += count;
            waited += count * latency / 1e6;
            if kind.ends_with("-FAILED") {
                failed += count;
            }
        }
        let share = rows.failed_share(all, failed);
        rows.requested_rate(self.target, rate);
        rows.emit(
            "",
            Row {
                latency: (all > 0.0).then(|| waited / all),
                line: self.line,
                ..Row::run(self.threads, rate * (1.0 - share))
            },
        )
    }
}

fn columns(rows: &mut Emitter<'_, '_>) {
    rows.columns(
        None,
        "[OVERALL] Throughput(ops/sec)",
        Some("AverageLatency(us)"),
    );
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    columns(rows);
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        if line.starts_with("Command line:") || line.contains("\"threadcount\"=") {
            if run.rate.is_some() {
                std::mem::take(&mut run).emit(rows)?;
            }
            run.command(&line.replace('"', ""));
            continue;
        }
        let Some((kind, rest)) = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("], "))
        else {
            continue;
        };
        let Some((measurement, value)) = rest.rsplit_once(", ") else {
            continue;
        };
        if kind == "OVERALL" && measurement == "RunTime(ms)" && run.rate.is_some() {
            std::mem::take(&mut run).emit(rows)?;
        }
        if let Some((value, _)) = leading_number(value) {
            run.value(kind, measurement, value);
            run.line = at;
        }
    }
    run.emit(rows)
}

pub(in crate::data) fn read_json(
    documents: &[Json],
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    columns(rows);
    let mut run = Run::default();
    // One exporter writes an array, the other a stream of objects.
    let single = std::slice::from_ref;
    let entries = documents.iter().flat_map(|document| match document {
        Json::List(items) => items.as_slice(),
        other => single(other),
    });
    for entry in entries {
        let (Some(kind), Some(measurement)) =
            (entry.text_at("metric"), entry.text_at("measurement"))
        else {
            continue;
        };
        if let Some(value) = entry.number_at("value") {
            run.value(kind, measurement, value);
        }
    }
    run.emit(rows)
}
