//! What `redis-benchmark` prints: the text report, `-q`, and `--csv`.
//!
//! Only the text report holds N, the parallel clients. Format: `showLatencyReport` and
//! `benchmark` in `src/redis-benchmark.c`; the CSV has had a header since Redis 6.2.

use super::emitter::Emitter;
use super::text::{ColumnNames, Lines, cell, leading_number, number, number_before};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const CSV_MARKS: &[&str] =
    &["\"test\",\"rps\"|\"PING_INLINE\",\"|\"PING_BULK\",\"|\"SET\",\"|\"GET\",\""];
pub(in crate::data) const TEXT_MARKS: &[&str] = &[
    "requests per second|rps=",
    " parallel clients|requests per second, p50=|(overall: ",
];

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(None, "rps", Some("avg_latency_ms"));
    let (mut rate_at, mut latency_at) = (1, None);
    while let Some(record) = lines.record(b',')? {
        let header = ColumnNames::new(record);
        if header.find("test") == Some(0) {
            rate_at = header.need("rps")?;
            latency_at = header.find("avg_latency_ms");
            continue;
        }
        let record = header.names();
        let rate = cell(record, rate_at, lines.number())?;
        let latency = latency_at.and_then(|at| number(record.get(at)?));
        rows.emit(
            &record[0],
            Row {
                latency: latency.map(|ms| ms / 1e3),
                line: lines.number(),
                ..Row::run(None, rate)
            },
        )?;
    }
    Ok(())
}

#[derive(Default)]
struct Test {
    name: String,
    clients: Option<f64>,
    rate: Option<f64>,
    latency: Option<f64>,
    line: u64,
}

impl Test {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return if self.name.is_empty() {
                Ok(())
            } else {
                Err(
                    Error::data(format!("test {} has no requests per second", self.name), "")
                        .at(self.line, None),
                )
            };
        };
        rows.emit(
            &self.name,
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.clients, rate)
            },
        )
    }
}

pub(in crate::data) fn read_text(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("clients");
    rows.columns(
        Some("parallel clients"),
        "requests per second",
        Some("latency summary avg"),
    );
    let mut test = Test::default();
    // Lines of the latency summary still to come before its numbers.
    let mut until_latency: Option<u8> = None;
    while let Some((at, line)) = lines.next()? {
        // Progress overwrites itself; what counts is what stays.
        let line = line.rsplit('\r').next().unwrap_or(line).trim();
        if let Some(left) = until_latency {
            until_latency = left.checked_sub(1);
            if left == 0 {
                test.latency = leading_number(line).map(|(ms, _)| ms / 1e3);
            }
        } else if let Some(name) = line
            .strip_prefix("====== ")
            .and_then(|rest| rest.strip_suffix(" ======"))
        {
            let next = Test {
                name: name.to_owned(),
                line: at,
                ..Test::default()
            };
            std::mem::replace(&mut test, next).emit(rows)?;
        } else if line.ends_with(" parallel clients") {
            test.clients = number_before(line, " parallel clients");
        } else if line.starts_with("latency summary") {
            until_latency = Some(1);
        } else if let Some(rate) = number_before(line, " requests per second") {
            match line.split_once(": ") {
                Some((name, rest))
                    if leading_number(rest).is_some() && name != "throughput summary" =>
                {
                    Test {
                        name: name.to_owned(),
                        rate: Some(rate),
                        line: at,
                        ..Test::default()
                    }
                    .emit(rows)?;
                }
                _ => test.rate = Some(rate),
            }
        }
    }
    test.emit(rows)
}
