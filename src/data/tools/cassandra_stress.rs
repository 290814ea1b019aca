//! The log of `cassandra-stress`, which sweeps the threads by itself unless told not to.
//!
//! N is the thread count of each round, X its `op rate`, R its mean latency in ms. Format:
//! `StressAction` and `StressMetrics` in `tools/stress`; the manual of `DataStax` for older ones.

use super::emitter::Emitter;
use super::text::{Lines, leading_number, number_before};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "threadCount|threads for|threads until",
    "Results:|op rate|Op rate",
];

#[derive(Default)]
struct Round {
    kind: String,
    threads: Option<f64>,
    rate: Option<f64>,
    latency: Option<f64>,
    total: f64,
    errors: f64,
    line: u64,
}

impl Round {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        rows.failed_share(self.total + self.errors, self.errors);
        rows.emit(
            &self.kind,
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.threads, rate)
            },
        )
    }
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("threads");
    rows.columns(Some("threadCount"), "op rate", Some("latency mean"));
    let mut round = Round::default();
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running ") {
            if round.rate.is_some() {
                std::mem::take(&mut round).emit(rows)?;
            }
            // "Running with 4 threadCount", then "Running WRITE with 4 threads for 1 minute".
            if let Some((kind, _)) = rest.split_once(" with ") {
                kind.trim_matches(['[', ']']).clone_into(&mut round.kind);
            }
            round.threads = number_before(line, " threadCount")
                .or_else(|| number_before(line, " threads"))
                .or(round.threads);
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = leading_number(value).map(|(value, _)| value);
        let (key, Some(value)) = (key.trim().to_ascii_lowercase(), value) else {
            continue;
        };
        match key.as_str() {
            "op rate" => {
                round.rate = Some(value);
                round.line = at;
            }
            "latency mean" => round.latency = Some(value / 1e3),
            "total partitions" => round.total = value,
            "total errors" => round.errors = value,
            _ => {}
        }
    }
    round.emit(rows)
}
