//! The report of `h2load` of nghttp2.
//!
//! N is the number of clients, summed over the threads that start them, X the requests per
//! second less those that were answered with an error, R the mean time for a request. Format:
//! `main` in `src/h2load.cc`; the columns of the table of times differ by version, so the one
//! called `mean` is read.

use super::emitter::Emitter;
use super::quantity::{scaled, span};
use super::run::Run;
use super::text::{Lines, leading_number, number_before};
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "starting benchmark...|spawning thread #|finished in ",
    "finished in ",
    "status codes:",
];

/// One run of h2load.
#[derive(Default)]
struct Printed {
    run: Run,
    succeeded: f64,
    failed: f64,
    errored: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(Some("clients"), "req/s", Some("time for request"));
    let mut printed = Printed::default();
    let mut mean_at = None;
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        if line.starts_with("starting benchmark") {
            std::mem::take(&mut printed).emit(rows)?;
        } else if line.starts_with("spawning thread") {
            if printed.run.rate.is_some() {
                std::mem::take(&mut printed).emit(rows)?;
            }
            let clients = line
                .split_once(": ")
                .and_then(|(_, rest)| leading_number(rest));
            if let Some((clients, _)) = clients {
                printed.run.n = Some(printed.run.n.unwrap_or(0.0) + clients);
            }
        } else if line.starts_with("finished in ") {
            printed.run.rate = line
                .split(", ")
                .find(|part| part.contains("req/s"))
                .and_then(scaled);
            printed.run.line = at;
        } else if line.starts_with("requests: ") {
            let count = |word: &str| number_before(line, word).unwrap_or(0.0);
            printed.succeeded = count(" succeeded");
            printed.failed = count(" failed");
            printed.errored = count(" errored");
        } else if line.starts_with("min ") && line.contains("mean") {
            mean_at = line.split_whitespace().position(|word| word == "mean");
        } else if let Some(times) = line.strip_prefix("time for request:") {
            printed.run.ended = true;
            let mean = times.split_whitespace().nth(mean_at.unwrap_or(2));
            printed.run.latency = mean.and_then(span);
        }
    }
    printed.emit(rows)
}

impl Printed {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.run.whole("h2load", "time for request:")? else {
            return Ok(());
        };
        rows.failed_share(self.succeeded + self.failed, self.failed);
        // The rate counts every answer; those that never came are not in it.
        let refused = (self.failed - self.errored).max(0.0);
        let answered = self.succeeded + refused;
        let good = if answered > 0.0 {
            self.succeeded / answered
        } else {
            1.0
        };
        self.run.emit("", rate * good, rows)
    }
}
