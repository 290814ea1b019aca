//! The report of `ab`, Apache Bench.
//!
//! N is the concurrency level, X the requests per second, R the *first* time per request:
//! the second is divided by N. Requests whose length differs from the first response count
//! as served. Format: `output_results` in `support/ab.c` of Apache httpd.

use super::emitter::Emitter;
use super::text::{Lines, cut_off, leading_number, number_after};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "Concurrency Level:|This is ApacheBench",
    "Requests per second:",
];

/// Last line of the percentiles.
const LAST_PERCENTILE: &str = "100%";

struct Run {
    path: String,
    concurrency: Option<f64>,
    complete: f64,
    failed: f64,
    rate: Option<f64>,
    latency: Option<f64>,
    /// What must still come before the report is whole.
    missing: Option<&'static str>,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(
        Some("Concurrency Level"),
        "Requests per second",
        Some("Time per request"),
    );
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        if let Some(path) = line.strip_prefix("Document Path:") {
            std::mem::take(&mut run).emit(rows)?;
            path.trim().clone_into(&mut run.path);
        } else if let Some(level) = number_after(line, "Concurrency Level:") {
            if run.rate.is_some() {
                std::mem::take(&mut run).emit(rows)?;
            }
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
        } else if let Some(latency) = number_after(line, "Time per request:") {
            // The second one is this one over N.
            run.latency = run.latency.or(Some(latency / 1e3));
        } else if line.starts_with("Transfer rate:") {
            run.missing = None;
        } else if line.starts_with("Percentage of the requests served") {
            run.missing = Some(LAST_PERCENTILE);
        } else if line.trim_start().starts_with(LAST_PERCENTILE) {
            run.missing = None;
        }
    }
    run.emit(rows)
}

impl Default for Run {
    fn default() -> Self {
        Self {
            path: String::new(),
            concurrency: None,
            complete: 0.0,
            failed: 0.0,
            rate: None,
            latency: None,
            missing: Some("Transfer rate:"),
            line: 0,
        }
    }
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        if let Some(missing) = self.missing {
            return Err(cut_off("ab", missing).at(self.line, None));
        }
        let failed = rows.failed_share(self.complete, self.failed);
        rows.emit(
            &self.path,
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.concurrency, rate * (1.0 - failed))
            },
        )
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
