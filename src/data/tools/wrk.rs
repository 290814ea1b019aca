//! The report of `wrk` and of `wrk2`.
//!
//! N is the number of connections, X `Requests/sec`; the `Req/Sec` row is per thread. The
//! latency is left out: wrk corrects it for coordinated omission, wrk2 measures it against
//! the rate it was told, so neither is N/X. Format: `main` in `wrk.c`.

use super::emitter::Emitter;
use super::text::{Lines, after, leading_number, number_after, number_before};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] =
    &["Running |Thread Stats", " connections", "Requests/sec:"];

#[derive(Default)]
struct Run {
    url: String,
    connections: Option<f64>,
    requests: f64,
    refused: f64,
    lost: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(Some("connections"), "Requests/sec", None);
    rows.remark("latency left out: wrk corrects it, so it is not N/X");
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
        } else if line.trim_start().starts_with("Thread calibration:") {
            rows.note(Note::new(
                NoteCode::RateCapped,
                "wrk2 sends at the rate given with -R: only runs that cannot keep it up show what \
                 the system can do",
            ));
        } else if let Some(rate) = number_after(line, "Requests/sec:") {
            // Lost requests are not in the rate; refused ones are.
            rows.failed_share(run.requests + run.lost, run.refused + run.lost);
            let refused = if run.requests > 0.0 {
                (run.refused / run.requests).min(1.0)
            } else {
                0.0
            };
            rows.emit(
                &run.url,
                Row {
                    line: at,
                    ..Row::run(run.connections, rate * (1.0 - refused))
                },
            )?;
        }
    }
    Ok(())
}
