//! The report of `loadtest` from npm, versions 1 to 8.
//!
//! N is the number of clients, X the effective requests per second less those that failed.
//! The mean latency has one decimal of a millisecond, so a short one is left out. Format:
//! `show` in `lib/result.js` (before version 7 `lib/loadtest.js`, with a date and `INFO` in
//! front of every line) of alexfernandez/loadtest.

use super::emitter::Emitter;
use super::quantity::{precise, span};
use super::text::{Lines, cut_off, leading_number};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "Completed requests:|Concurrent clients:",
    "Effective rps:|Requests per second:",
    "Total errors:",
    "Mean latency:",
];

#[derive(Default)]
struct Run {
    clients: Option<f64>,
    completed: f64,
    errors: f64,
    rate: Option<f64>,
    asked: f64,
    latency: Option<f64>,
    ended: bool,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(Some("clients"), "rps", Some("mean latency"));
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        let line = line.split_once(" INFO ").map_or(line, |(_, rest)| rest);
        let line = line.trim().trim_start_matches("INFO").trim_start();
        if line.starts_with("100%") && line.contains("longest") {
            run.ended = true;
        }
        let Some((label, value)) = line.split_once(':') else {
            continue;
        };
        let number = || leading_number(value).map(|(value, _)| value);
        match label.trim() {
            "Target URL" => std::mem::take(&mut run).emit(rows)?,
            "Concurrent clients" | "Concurrency level" => run.clients = number(),
            "Completed requests" => run.completed = number().unwrap_or(0.0),
            "Total errors" => run.errors = number().unwrap_or(0.0),
            "Target rps" => run.asked = number().unwrap_or(0.0),
            "Effective rps" | "Requests per second" => {
                run.rate = number();
                run.line = at;
            }
            "Mean latency" if precise(value) => {
                run.latency = span(&value.replace(' ', ""));
            }
            _ => {}
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
            return Err(cut_off("loadtest", "(longest request)").at(self.line, None));
        }
        rows.requested_rate(self.asked, rate);
        let failed = rows.failed_share(self.completed, self.errors);
        rows.emit(
            "",
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.clients, rate * (1.0 - failed))
            },
        )
    }
}
