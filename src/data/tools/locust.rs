//! What Locust writes with `--csv`, and the table it prints.
//!
//! Only `_stats_history.csv` holds N, the user count. X is the requests per second of the
//! row `Aggregated`, less the failures. The lists of failures and exceptions hold no
//! measurements. Format: `locust/stats.py`.

use super::emitter::Emitter;
use super::steps::{Second, emit_steady};
use super::text::{ColumnNames, Lines, cell, leading_number, number};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const HISTORY_MARKS: &[&str] = &["User Count", "Requests/s", "Timestamp"];
pub(in crate::data) const STATS_MARKS: &[&str] =
    &["Name", "Requests/s", "Request Count|# requests"];
pub(in crate::data) const ERROR_MARKS: &[&str] =
    &["Method,Name,Error,Occurrences|Count,Message,Traceback,Nodes"];
pub(in crate::data) const TEXT_MARKS: &[&str] = &["# reqs", "# fails", "req/s"];

/// The rate of a row is the mean of so many seconds before it.
const WINDOW: usize = 10;

/// Emitter that hold the whole test rather than one request.
fn is_total(name: &str) -> bool {
    matches!(name, "Aggregated" | "Total")
}

pub(in crate::data) fn read_stats(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("users");
    rows.columns(None, "Requests/s", Some("Average Response Time"));
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    let (name_at, rate_at) = (header.need("Name")?, header.need("Requests/s")?);
    let failures_at = header.find("Failures/s");
    let latency_at = header.find("Average Response Time");
    let single = rows.options().select.is_some();
    while let Some(record) = lines.record(b',')? {
        let name = record.get(name_at).map_or("", String::as_str);
        if is_total(name) == single {
            continue;
        }
        let optional = |at: Option<usize>| number(record.get(at?)?);
        let rate = cell(&record, rate_at, lines.number())?;
        let failed = rows.failed_share(rate, optional(failures_at).unwrap_or(0.0));
        rows.emit(
            if single { name } else { "" },
            Row {
                latency: optional(latency_at).map(|ms| ms / 1e3),
                line: lines.number(),
                ..Row::run(None, rate * (1.0 - failed))
            },
        )?;
    }
    Ok(())
}

pub(in crate::data) fn read_history(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("users");
    rows.columns(Some("User Count"), "Requests/s", None);
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    let [time_at, n_at, name_at, rate_at] = [
        header.need("Timestamp")?,
        header.need("User Count")?,
        header.need("Name")?,
        header.need("Requests/s")?,
    ];
    let optional_at =
        ["Failures/s", "Total Request Count", "Total Failure Count"].map(|name| header.find(name));
    let mut seconds: Vec<Second> = Vec::new();
    // Time, requests and failures so far.
    let mut totals: Vec<[f64; 3]> = Vec::new();
    while let Some(record) = lines.record(b',')? {
        if !record.get(name_at).is_some_and(|name| is_total(name)) {
            continue;
        }
        let line = lines.number();
        let [failures, requests, failed] =
            optional_at.map(|at| at.and_then(|at| number(record.get(at)?)).unwrap_or(0.0));
        let rate = cell(&record, rate_at, line)?;
        let share = rows.failed_share(rate, failures);
        totals.push([cell(&record, time_at, line)?, requests, failed]);
        seconds.push(Second {
            n: cell(&record, n_at, line)?,
            throughput: rate * (1.0 - share),
            latency: None,
            line,
        });
        if seconds.len() > 1_000_000 {
            return Err(Error::data(
                "more than a million seconds in one history",
                "",
            ));
        }
    }
    let longest = steps(&seconds).map(|step| step.len()).max().unwrap_or(0);
    if longest > WINDOW {
        return emit_steady(&seconds, WINDOW, rows);
    }
    rows.remark("steps shorter than 10 s: throughput from the request counts at their ends");
    for step in steps(&seconds) {
        let (first, last) = (totals[step.start], totals[step.end - 1]);
        let second = seconds[step.start];
        if second.n <= 0.0 || last[0] <= first[0] {
            rows.skip();
            continue;
        }
        let (requests, failed) = (last[1] - first[1], last[2] - first[2]);
        let share = rows.failed_share(requests, failed);
        rows.emit(
            "",
            Row {
                line: second.line,
                ..Row::run(
                    Some(second.n),
                    requests / (last[0] - first[0]) * (1.0 - share),
                )
            },
        )?;
    }
    Ok(())
}

/// The ranges of seconds in which N stays.
fn steps(seconds: &[Second]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    seconds
        .chunk_by(|a, b| a.n.to_bits() == b.n.to_bits())
        .map(move |step| {
            let range = start..start + step.len();
            start = range.end;
            range
        })
}

/// The table is printed again and again; the last one holds the whole test.
pub(in crate::data) fn read_text(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("users");
    rows.columns(None, "req/s", Some("Avg"));
    let mut last = None;
    while let Some((at, line)) = lines.next()? {
        let Some(rest) = line
            .trim_start()
            .strip_prefix("Aggregated")
            .or_else(|| line.trim_start().strip_prefix("Total"))
        else {
            continue;
        };
        // Requests and failures | latencies | rates: the table of percentiles has no bars.
        let parts: Vec<&str> = rest.split('|').collect();
        let [counts, latencies, rates] = parts[..] else {
            continue;
        };
        let latency = leading_number(latencies).map(|(ms, _)| ms / 1e3);
        let mut counts = counts.split_whitespace().filter_map(leading_number);
        let mut rates = rates.split_whitespace().filter_map(leading_number);
        if let (Some((rate, _)), Some((requests, _))) = (rates.next(), counts.next()) {
            let failures = counts.next().map_or(0.0, |(failures, _)| failures);
            last = Some((at, rate, latency, requests, failures));
        }
    }
    let Some((line, rate, latency, requests, failures)) = last else {
        return Ok(());
    };
    let share = rows.failed_share(requests, failures);
    rows.emit(
        "",
        Row {
            // Printed in whole milliseconds.
            latency: latency.filter(|latency| *latency >= 0.05),
            line,
            ..Row::run(None, rate * (1.0 - share))
        },
    )
}

pub(in crate::data) fn read_errors(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.nothing("a list of errors of Locust");
    while lines.next()?.is_some() {}
    Ok(())
}
