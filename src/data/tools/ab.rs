//! The report of `ab`, Apache Bench.
//!
//! N is the concurrency level, X the requests per second, R the *first* time per request:
//! the second is divided by N. Requests whose length differs from the first response count
//! as served. Format: `output_results` in `support/ab.c` of Apache httpd.

use super::emitter::Emitter;
use super::text::{Lines, leading_number, number_after};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["Concurrency Level:", "Requests per second:"];

#[derive(Default)]
struct Run {
    path: String,
    concurrency: Option<f64>,
    complete: f64,
    failed: f64,
    rate: Option<f64>,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(
        Some("Concurrency Level"),
        "Requests per second",
        Some("Time per request"),
    );
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        if let Some(path) = line.strip_prefix("Document Path:") {
            path.trim().clone_into(&mut run.path);
        } else if let Some(level) = number_after(line, "Concurrency Level:") {
            run.concurrency = Some(level);
        } else if let Some(count) = number_after(line, "Complete requests:") {
            run.complete = count;
        } else if let Some(count) = number_after(line, "Non-2xx responses:") {
            run.failed += count;
        } else if let Some(kinds) = line.trim_start().strip_prefix("(Connect:") {
            run.failed += lost(kinds);
        } else if let Some(rate) = number_after(line, "Requests per second:") {
            run.rate = Some(rate);
            run.line = at;
        } else if let Some(latency) = number_after(line, "Time per request:")
            && let Some(rate) = run.rate
        {
            let done = std::mem::take(&mut run);
            let failed = rows.failed_share(done.complete, done.failed);
            rows.emit(
                &done.path,
                Row {
                    latency: Some(latency / 1e3),
                    line: done.line,
                    ..Row::run(done.concurrency, rate * (1.0 - failed))
                },
            )?;
        }
    }
    match run.rate {
        Some(_) => Err(Error::data(
            "no \"Time per request:\" after \"Requests per second:\"",
            "let the run come to its end",
        )),
        None => Ok(()),
    }
}

/// Requests without an answer, from ` 0, Receive: 0, Length: 500, Exceptions: 0)`.
fn lost(kinds: &str) -> f64 {
    kinds
        .split(',')
        .map(|kind| kind.rsplit_once(':').unwrap_or(("Connect", kind)))
        .filter(|(name, _)| name.trim() != "Length")
        .filter_map(|(_, count)| leading_number(count))
        .map(|(count, _)| count)
        .sum()
}
