//! What Google Benchmark prints on the screen and writes as CSV, all versions.
//!
//! N is the number of threads in the name, X `items_per_second`, or what the user names. The
//! screen and CSV do not say the version of the library, so the time of several threads is
//! ambiguous there: such a series is left out, with a note. Format: `src/console_reporter.cc`
//! and `csv_reporter.cc` of google/benchmark.

use super::emitter::Emitter;
use super::google_benchmark::{Timed, emit_all};
use super::quantity::scaled;
use super::text::{ColumnNames, Lines, leading_number, number};
use crate::error::Error;

pub(in crate::data) const CSV_MARKS: &[&str] =
    &["name,iterations,real_time,cpu_time,time_unit|\"name\",\"iterations\",\"real_time\""];
pub(in crate::data) const TEXT_MARKS: &[&str] = &["Benchmark ", " Time ", " CPU ", " Iterations"];

/// Names of rows that summarize other rows.
const AGGREGATES: &[&str] = &[
    "_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS", "_max", "_min",
];

fn is_aggregate(name: &str) -> bool {
    AGGREGATES.iter().any(|ending| name.ends_with(ending))
}

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let counter = rows.options().x.first().cloned();
    let counter = counter.as_deref().unwrap_or("items_per_second");
    // What a wrapper printed before the table.
    let mut header = ColumnNames::new(Vec::new());
    let mut found: Vec<Timed> = Vec::new();
    while let Some(record) = lines.record(b',')? {
        if record.iter().any(|field| field == "real_time") && record.iter().any(|f| f == "name") {
            header = ColumnNames::new(record);
            continue;
        }
        if header.names().is_empty() || record.len() < 5 {
            continue;
        }
        let text = |name: &str| {
            let at = header.find(name)?;
            record
                .get(at)
                .map(String::as_str)
                .filter(|text| !text.is_empty())
        };
        let name = text("name").unwrap_or_default().to_owned();
        if text("error_occurred") == Some("true") || text("error_message").is_some() {
            rows.skip();
            rows.remark("benchmarks that ended with an error or were skipped left out");
            continue;
        }
        found.push(Timed {
            aggregate: is_aggregate(&name),
            threads: None,
            rate: text(counter).and_then(number),
            time: text("real_time").and_then(number),
            unit: text("time_unit").unwrap_or("ns").to_owned(),
            at_once: None,
            replicate: None,
            line: lines.number(),
            name,
        });
    }
    emit_all(&found, counter, rows)
}

pub(in crate::data) fn read_text(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let counter = rows.options().x.first().cloned();
    let counter = counter.as_deref().unwrap_or("items_per_second");
    let mut found: Vec<Timed> = Vec::new();
    // Where --benchmark_counters_tabular puts the counter, counted behind the iterations.
    let mut tabular = None;
    while let Some((at, line)) = lines.next()? {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Some(iterations) = words.iter().position(|word| *word == "Iterations") {
            tabular = words[iterations + 1..]
                .iter()
                .position(|word| *word == counter);
            continue;
        }
        // name, time, unit, CPU time, unit, iterations, counters
        let [name, time, unit, _, _, iterations, counters @ ..] = &words[..] else {
            continue;
        };
        let (Some(time), true) = (
            number(time).filter(|_| number(iterations).is_some()),
            matches!(*unit, "ns" | "us" | "ms" | "s"),
        ) else {
            if line.contains("ERROR OCCURRED") || line.contains("SKIPPED") {
                rows.skip();
                rows.remark("benchmarks that ended with an error or were skipped left out");
            }
            continue;
        };
        let written = counters
            .iter()
            .find_map(|word| word.strip_prefix(counter)?.strip_prefix('='))
            .or_else(|| counters.get(tabular?).copied());
        found.push(Timed {
            name: (*name).to_owned(),
            aggregate: is_aggregate(name),
            threads: None,
            rate: written
                .and_then(|text| scaled(text).or_else(|| leading_number(text).map(|n| n.0))),
            time: Some(time),
            unit: (*unit).to_owned(),
            at_once: None,
            replicate: None,
            line: at,
        });
    }
    emit_all(&found, counter, rows)
}
