//! What `oha` writes: JSON, and its text summary.
//!
//! Neither holds N. The rate counts responses of every status and transport errors.
//! Format: `src/printer.rs` of hatoo/oha.

use super::emitter::Emitter;
use super::json::Json;
use super::responses::Responses;
use super::text::{Lines, after, duration, leading_number, number_after};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["summary.requestsPerSec", "summary.successRate"];
pub(in crate::data) const TEXT_MARKS: &[&str] = &["Summary:", "Success rate:", "Requests/sec:"];

/// The share of good answers: of all requests those answered, of those the good ones.
fn good_share(rows: &mut Emitter<'_, '_>, answered: f64, responses: Responses) -> f64 {
    let good = if responses.all > 0.0 {
        1.0 - responses.failed / responses.all
    } else {
        1.0
    };
    1.0 - rows.failed_share(1.0, 1.0 - answered * good)
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(None, "summary.requestsPerSec", Some("summary.average"));
    for document in documents {
        let rate = document.need("summary.requestsPerSec")?;
        let answered = document.number_at("summary.successRate").unwrap_or(1.0);
        let mut responses = Responses::default();
        responses.statuses(document.at("statusCodeDistribution"));
        let good = good_share(rows, answered, responses);
        rows.emit(
            "",
            Row {
                latency: document.number_at("summary.average"),
                ..Row::run(None, rate * good)
            },
        )?;
    }
    Ok(())
}

struct Run {
    answered: f64,
    rate: Option<f64>,
    latency: Option<f64>,
    responses: Responses,
    line: u64,
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Err(Error::data("the summary has no \"Requests/sec:\"", "").at(self.line, None));
        };
        let good = good_share(rows, self.answered, self.responses);
        rows.emit(
            "",
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(None, rate * good)
            },
        )
    }
}

pub(in crate::data) fn read_text(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(None, "Requests/sec", Some("Average"));
    let mut run: Option<Run> = None;
    // The error distribution repeats what the success rate says.
    let mut in_statuses = false;
    while let Some((at, line)) = lines.next()? {
        if line.trim() == "Summary:" {
            let next = Run {
                answered: 1.0,
                rate: None,
                latency: None,
                responses: Responses::default(),
                line: at,
            };
            if let Some(done) = run.replace(next) {
                done.emit(rows)?;
            }
            continue;
        }
        let Some(run) = &mut run else { continue };
        if let Some(rest) = after(line, "Success rate:") {
            if let Some((value, unit)) = leading_number(rest) {
                run.answered = if unit.starts_with('%') {
                    value / 100.0
                } else {
                    value
                };
            }
        } else if let Some(rate) = number_after(line, "Requests/sec:") {
            run.rate = Some(rate);
        } else if let Some(mean) = after(line, "Average:") {
            run.latency = run.latency.or_else(|| duration(mean));
        } else if line.ends_with("distribution:") {
            in_statuses = line.trim() == "Status code distribution:";
        } else if in_statuses {
            run.responses.line(line);
        }
    }
    run.map_or(Ok(()), |run| run.emit(rows))
}
