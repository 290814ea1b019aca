//! The tables that `autocannon` prints for people.
//!
//! N is the number of connections, X the mean of the requests per second less those that were
//! refused, R the mean latency. Columns are found by their titles, which differ by version.
//! Format: `lib/printResult.js` and `lib/progressTracker.js` of mcollina/autocannon.

use super::emitter::Emitter;
use super::quantity::{scaled, shifted, span};
use super::run::Run;
use super::text::{Lines, leading_number, number_before};
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["Req/Sec", "Bytes/Sec", "Stat "];

#[derive(Default)]
struct Printed {
    run: Run,
    url: String,
    pipelined: bool,
    answered: f64,
    refused: f64,
    lost: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(Some("connections"), "Req/Sec Avg", Some("Latency Avg"));
    let mut printed = Printed::default();
    let mut mean_at = None;
    while let Some((at, line)) = lines.next()? {
        let cells = cells(&line.replace("Latency (ms)", "Latency  "));
        let mean = |text: Option<&String>| text.map(|text| text.replace(' ', ""));
        match cells.first().map(String::as_str) {
            Some("Stat") => mean_at = cells.iter().position(|cell| cell == "Avg"),
            Some("Latency") => {
                let cell = mean(mean_at.and_then(|at| cells.get(at)));
                printed.run.latency = cell.and_then(|text| {
                    span(&text).or_else(|| leading_number(&text).map(|(ms, _)| shifted(ms, -3)))
                });
            }
            Some("Req/Sec") => {
                printed.run.rate =
                    mean(mean_at.and_then(|at| cells.get(at))).and_then(|text| scaled(&text));
                printed.run.line = at;
            }
            _ => printed.line(line, rows)?,
        }
    }
    printed.emit(rows)
}

/// The cells of a row of a table, whether its columns stand between bars or blanks.
fn cells(line: &str) -> Vec<String> {
    let bars = ['│', '|', '║'];
    let parts: Vec<&str> = if line.contains(bars) {
        line.trim().trim_matches(bars).split(bars).collect()
    } else {
        line.trim()
            .split("  ")
            .filter(|part| !part.trim().is_empty())
            .collect()
    };
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

impl Printed {
    fn line(&mut self, line: &str, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running ") {
            if let Some((_, url)) = rest.split_once(" @ ") {
                std::mem::take(self).emit(rows)?;
                url.trim().clone_into(&mut self.url);
            }
        } else if let Some(n) = number_before(line, " connections")
            .or_else(|| number_before(line, " connection"))
            .filter(|_| !line.contains("error"))
        {
            self.run.n = Some(n);
            self.pipelined = line.contains("pipelining");
        } else if line.contains(" 2xx responses") {
            self.answered = number_before(line, " 2xx responses").unwrap_or(0.0);
            self.refused = number_before(line, " non 2xx responses").unwrap_or(0.0);
        } else if line.contains(" requests in ") {
            self.run.ended = true;
        } else if line.contains(" errors (") {
            self.lost = line
                .split(" errors (")
                .next()
                .and_then(scaled)
                .unwrap_or(0.0);
        }
        Ok(())
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.run.whole("autocannon", "requests in")? else {
            return Ok(());
        };
        if self.pipelined {
            rows.remark("N is the number of connections; each had several requests in flight");
        }
        let all = self.answered + self.refused;
        rows.failed_share(all + self.lost, self.refused + self.lost);
        let good = if all > 0.0 { self.answered / all } else { 1.0 };
        self.run.emit(&self.url, rate * good, rows)
    }
}
