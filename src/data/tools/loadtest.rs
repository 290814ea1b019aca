//! The report of `loadtest` from npm, versions 1 to 8.
//!
//! N is the number of clients, X the effective requests per second less those that failed.
//! The mean latency has one decimal of a millisecond, so a short one is left out. Format:
//! `show` in `lib/result.js` (before version 7 `lib/loadtest.js`, with a date and `INFO` in
//! front of every line) of alexfernandez/loadtest.

use super::emitter::Emitter;
use super::quantity::{precise, span};
use super::run::Run;
use super::text::{Lines, leading_number};
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "Completed requests:|Concurrent clients:",
    "Effective rps:|Requests per second:",
    "Total errors:",
    "Mean latency:",
];

#[derive(Default)]
struct Printed {
    run: Run,
    completed: f64,
    errors: f64,
    asked: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(Some("clients"), "rps", Some("mean latency"));
    let mut printed = Printed::default();
    while let Some((at, line)) = lines.next()? {
        let line = line.split_once(" INFO ").map_or(line, |(_, rest)| rest);
        let line = line.trim().trim_start_matches("INFO").trim_start();
        if line.starts_with("100%") && line.contains("longest") {
            printed.run.ended = true;
        }
        let Some((label, value)) = line.split_once(':') else {
            continue;
        };
        let number = || leading_number(value).map(|(value, _)| value);
        match label.trim() {
            "Target URL" => std::mem::take(&mut printed).emit(rows)?,
            "Concurrent clients" | "Concurrency level" => printed.run.n = number(),
            "Completed requests" => printed.completed = number().unwrap_or(0.0),
            "Total errors" => printed.errors = number().unwrap_or(0.0),
            "Target rps" => printed.asked = number().unwrap_or(0.0),
            "Effective rps" | "Requests per second" => {
                printed.run.rate = number();
                printed.run.line = at;
            }
            "Mean latency" if precise(value) => {
                printed.run.latency = span(&value.replace(' ', ""));
            }
            _ => {}
        }
    }
    printed.emit(rows)
}

impl Printed {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.run.whole("loadtest", "(longest request)")? else {
            return Ok(());
        };
        rows.requested_rate(self.asked, rate);
        let failed = rows.failed_share(self.completed, self.errors);
        self.run.emit("", rate * (1.0 - failed), rows)
    }
}
