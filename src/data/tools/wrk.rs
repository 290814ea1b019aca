//! The report of `wrk` and of `wrk2`.
//!
//! N is the number of connections, X `Requests/sec`; the `Req/Sec` row is per thread. R is the
//! mean of the `Latency` row; wrk2 measures it against the rate it was told, so there it is left
//! out. Format: `main` in `wrk.c`.

use super::emitter::Emitter;
use super::quantity::span;
use super::text::{Lines, after, cut_off, leading_number, number_after, number_before};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] =
    &["Running |Thread Stats", " connections", "Requests/sec:"];

#[derive(Default)]
struct Run {
    url: String,
    connections: Option<f64>,
    rate: Option<f64>,
    latency: Option<f64>,
    paced: bool,
    line: u64,
    requests: f64,
    refused: f64,
    lost: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(Some("connections"), "Requests/sec", Some("Latency"));
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        if let Some((_, url)) = line
            .trim_start()
            .strip_prefix("Running ")
            .and_then(|rest| rest.split_once(" @ "))
        {
            run = Run {
                url: url.trim().to_owned(),
                ..Run::default()
            };
        } else if line.contains(" threads and ") {
            run.connections = number_before(line, " connections");
        } else if let Some(mean) = after(line, "Latency ") {
            // The row of the table; a title follows in the same words.
            run.latency = run.latency.or_else(|| span(mean));
        } else if line.contains(" requests in ") {
            run.requests = number_before(line, " requests in ").unwrap_or(0.0);
        } else if let Some(count) = number_after(line, "Non-2xx or 3xx responses:") {
            run.refused = count;
        } else if let Some(kinds) = after(line, "Socket errors:") {
            run.lost = kinds
                .split(',')
                .filter_map(|kind| leading_number(kind.trim().split_once(' ')?.1))
                .map(|(count, _)| count)
                .sum();
        } else if line.trim_start().starts_with("Thread calibration:")
            || line.contains("HdrHistogram")
        {
            run.paced = true;
        } else if let Some(rate) = number_after(line, "Requests/sec:") {
            run.rate = Some(rate);
            run.line = at;
        } else if line.trim_start().starts_with("Transfer/sec:") {
            std::mem::take(&mut run).emit(rows)?;
        }
    }
    if run.rate.is_some() {
        return Err(cut_off("wrk", "Transfer/sec:").at(run.line, None));
    }
    Ok(())
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        if self.paced {
            rows.note(Note::new(
                NoteCode::RateCapped,
                "wrk2 sends at the rate given with -R: only runs that cannot keep it up show what \
                 the system can do",
            ));
            rows.remark("latency left out: wrk2 measures it against the rate it was told");
        }
        // Lost requests are not in the rate; refused ones are.
        rows.failed_share(self.requests + self.lost, self.refused + self.lost);
        let refused = if self.requests > 0.0 {
            (self.refused / self.requests).min(1.0)
        } else {
            0.0
        };
        rows.emit(
            &self.url,
            Row {
                latency: self.latency.filter(|_| !self.paced),
                line: self.line,
                ..Row::run(self.connections, rate * (1.0 - refused))
            },
        )
    }
}
