//! The summary of `hey`, and its `-o csv`.
//!
//! Neither holds N. The rate counts every request, also those that failed. Format:
//! `requester/print.go` and `report.go` of rakyll/hey.

use super::emitter::Emitter;
use super::responses::Responses;
use super::text::{ColumnNames, Lines, cell, cut_off, number_after};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "Summary:",
    "Requests/sec:",
    "Slowest:",
    "Size/request:|resp wait:|Latency distribution:|Response time histogram:",
];
pub(in crate::data) const CSV_MARKS: &[&str] = &["response-time,DNS+dialup,DNS,"];

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("workers");
    rows.columns(None, "Requests/sec", Some("Average"));
    let mut run: Option<Run> = None;
    while let Some((at, line)) = lines.next()? {
        if let Some(rate) = number_after(line, "Requests/sec:") {
            if let Some(run) = &mut run {
                run.rate = Some(rate);
            }
        } else if line.trim() == "Summary:" {
            let next = Run {
                line: at,
                ..Run::default()
            };
            if let Some(done) = run.replace(next) {
                done.emit(rows)?;
            }
        } else if let Some(run) = &mut run {
            // Four decimals: a mean below 5 ms is rounded by more than 1 %.
            if let Some(mean) = number_after(line, "Average:") {
                run.latency = Some(mean).filter(|mean| *mean >= 0.005);
            }
            let last = line.trim();
            run.ended |= matches!(last, "Status code distribution:" | "Error distribution:");
            run.responses.line(line);
        }
    }
    run.map_or(Ok(()), |run| run.emit(rows))
}

#[derive(Default)]
struct Run {
    rate: Option<f64>,
    latency: Option<f64>,
    responses: Responses,
    ended: bool,
    line: u64,
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let rate = self.rate.ok_or_else(|| {
            Error::data(
                "the summary has no \"Requests/sec:\"",
                "let the run come to its end",
            )
            .at(self.line, None)
        })?;
        if !self.ended {
            return Err(cut_off("hey", "Status code distribution:").at(self.line, None));
        }
        let failed = rows.failed_share(self.responses.all, self.responses.failed);
        rows.emit(
            "",
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(None, rate * (1.0 - failed))
            },
        )
    }
}

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("workers");
    rows.columns(None, "rows / time", Some("response-time"));
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    let [time_at, status_at, offset_at] = [
        header.need("response-time")?,
        header.need("status-code")?,
        header.need("offset")?,
    ];
    let (mut count, mut failed, mut total) = (0.0, 0.0, 0.0);
    let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
    while let Some(record) = lines.record(b',')? {
        let value = |column| cell(&record, column, lines.number());
        let (time, offset) = (value(time_at)?, value(offset_at)?);
        count += 1.0;
        total += time;
        failed += f64::from(value(status_at)? >= 400.0);
        first = first.min(offset);
        last = last.max(offset + time);
    }
    if count == 0.0 || last <= first {
        return Ok(());
    }
    let share = rows.failed_share(count, failed);
    rows.emit(
        "",
        Row {
            latency: Some(total / count),
            ..Row::run(None, count / (last - first) * (1.0 - share))
        },
    )
}
