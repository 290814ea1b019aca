//! The report of `pgbench`, the benchmark that comes with `PostgreSQL`.
//!
//! N is the number of clients, X the last `tps`: without the time to connect. Format:
//! `printResults` in `src/bin/pgbench/pgbench.c` of `PostgreSQL` 9.5 to 17.

use super::emitter::Emitter;
use super::text::{Lines, after, leading_number, number_after};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] = &["number of clients:", "tps = "];

#[derive(Default)]
struct Run {
    name: String,
    clients: Option<f64>,
    latency: Option<f64>,
    processed: f64,
    failed: f64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(Some("number of clients"), "tps", Some("latency average"));
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        if let Some(name) = after(line, "transaction type:") {
            run = Run {
                name: name.to_owned(),
                ..Run::default()
            };
        } else if let Some(clients) = number_after(line, "number of clients:") {
            run.clients = Some(clients);
        } else if let Some(count) = number_after(line, "number of transactions actually processed:")
        {
            run.processed = count;
        } else if let Some(count) = number_after(line, "number of failed transactions:") {
            run.failed = count;
        } else if let Some(latency) = number_after(line, "latency average =")
            .or_else(|| number_after(line, "latency average:"))
        {
            run.latency = Some(latency / 1e3);
        } else if line.starts_with("rate limit schedule lag:") {
            rows.note(Note::new(
                NoteCode::RateCapped,
                "pgbench ran at a fixed rate (-R): throughput is the load it sent, not what the server \
                 can do; measure without it",
            ));
        } else if let Some(rest) = after(line, "tps =") {
            let Some((tps, remark)) = leading_number(rest) else {
                return Err(Error::data(format!("cannot read \"{line}\""), ""));
            };
            // Before version 14 two rates come, and this one counts the time to connect.
            if remark.starts_with("(including connections establishing)") {
                continue;
            }
            rows.failed_share(run.processed + run.failed, run.failed);
            rows.emit(
                &run.name,
                Row {
                    latency: run.latency,
                    line: at,
                    ..Row::run(run.clients, tps)
                },
            )?;
        }
    }
    Ok(())
}
