//! The report of `h2load` of nghttp2.
//!
//! N is the number of clients, summed over the threads that start them, X the requests per
//! second less those that were answered with an error, R the mean time for a request. Format:
//! `main` in `src/h2load.cc`; the columns of the table of times differ by version, so the one
//! called `mean` is read.

use super::emitter::Emitter;
use super::quantity::{scaled, span};
use super::text::{Lines, cut_off, leading_number, number_before};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "starting benchmark...|spawning thread #|finished in ",
    "finished in ",
    "status codes:",
];

/// One run of h2load.
#[derive(Default)]
struct Run {
    clients: Option<f64>,
    rate: Option<f64>,
    latency: Option<f64>,
    succeeded: f64,
    failed: f64,
    errored: f64,
    ended: bool,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(Some("clients"), "req/s", Some("time for request"));
    let mut run = Run::default();
    let mut mean_at = None;
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        if line.starts_with("starting benchmark") {
            std::mem::take(&mut run).emit(rows)?;
        } else if line.starts_with("spawning thread") {
            if run.rate.is_some() {
                std::mem::take(&mut run).emit(rows)?;
            }
            let clients = line
                .split_once(": ")
                .and_then(|(_, rest)| leading_number(rest));
            if let Some((clients, _)) = clients {
                run.clients = Some(run.clients.unwrap_or(0.0) + clients);
            }
        } else if line.starts_with("finished in ") {
            run.rate = line
                .split(", ")
                .find(|part| part.contains("req/s"))
                .and_then(scaled);
            run.line = at;
        } else if line.starts_with("requests: ") {
            let count = |word: &str| number_before(line, word).unwrap_or(0.0);
            run.succeeded = count(" succeeded");
            run.failed = count(" failed");
            run.errored = count(" errored");
        } else if line.starts_with("min ") && line.contains("mean") {
            mean_at = line.split_whitespace().position(|word| word == "mean");
        } else if let Some(times) = line.strip_prefix("time for request:") {
            run.ended = true;
            let mean = times.split_whitespace().nth(mean_at.unwrap_or(2));
            run.latency = mean.and_then(span);
        }
    }
    run.emit(rows)
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        if !self.ended {
            return Err(cut_off("h2load", "time for request:").at(self.line, None));
        }
        rows.failed_share(self.succeeded + self.failed, self.failed);
        // The rate counts every answer; those that never came are not in it.
        let refused = (self.failed - self.errored).max(0.0);
        let answered = self.succeeded + refused;
        let good = if answered > 0.0 {
            self.succeeded / answered
        } else {
            1.0
        };
        rows.emit(
            "",
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.clients, rate * good)
            },
        )
    }
}
