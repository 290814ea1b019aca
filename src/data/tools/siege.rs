//! The report of `siege`, as text or as the JSON of version 4.1.
//!
//! X is the transaction rate less those that failed. N is the number of users where siege says
//! it ("Preparing 25 concurrent users for battle") or the file name does; else the mean number
//! in flight that siege measured, its `concurrency`. R has two decimals of a second, so a short
//! one is left out. Format: `main` in `src/main.c` of JoeDog/siege.

use super::emitter::Emitter;
use super::quantity::{precise, scaled, span};
use super::text::{Lines, cut_off, leading_number, number_before};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] = &[
    "Transaction rate:|\"transaction_rate\":",
    "Availability:|\"availability\":",
    "Concurrency:|\"concurrency\":",
];

/// One siege.
#[derive(Default, Clone, PartialEq)]
struct Run {
    users: Option<f64>,
    transactions: f64,
    rate: Option<f64>,
    latency: Option<f64>,
    in_flight: Option<f64>,
    good: f64,
    failed: f64,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("users");
    rows.columns(
        Some("concurrency"),
        "transaction rate",
        Some("response time"),
    );
    let mut run = Run::default();
    // The text and the JSON of one run may stand one behind the other.
    let mut last: Option<(f64, Option<f64>)> = None;
    while let Some((at, line)) = lines.next()? {
        if line.contains("concurrent users for battle") {
            run.users = number_before(line, " concurrent users");
            last = None;
            continue;
        }
        let Some((label, value)) = line.split_once(':') else {
            continue;
        };
        let label = label
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '"'))
            .replace('_', " ")
            .to_lowercase();
        let value = value.trim().trim_end_matches(',');
        let number = scaled(value);
        match label.as_str() {
            "transactions" => run.transactions = number.unwrap_or(0.0),
            "transaction rate" => {
                run.rate = number;
                run.line = at;
            }
            "response time" if precise(value) => run.latency = seconds(value),
            "concurrency" => run.in_flight = number,
            "successful transactions" => run.good = number.unwrap_or(0.0),
            "failed transactions" => run.failed = number.unwrap_or(0.0),
            "shortest transaction" => {
                let done = std::mem::take(&mut run);
                let same = (done.transactions, done.rate);
                if last == Some(same) && done.users.is_none() {
                    last = None;
                    continue;
                }
                last = Some(same);
                done.emit(rows)?;
            }
            _ => {}
        }
    }
    if run.rate.is_some() {
        return Err(cut_off("siege", "Shortest transaction:").at(run.line, None));
    }
    Ok(())
}

/// `0.12 secs`, `35 ms`, or seconds where no unit stands.
fn seconds(text: &str) -> Option<f64> {
    let (value, unit) = leading_number(text)?;
    if unit.is_empty() {
        return Some(value);
    }
    span(&format!("{value}{unit}"))
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(rate) = self.rate else {
            return Ok(());
        };
        rows.failed_share(self.good + self.failed, self.failed);
        let good = if self.good > 0.0 && self.transactions > 0.0 {
            (self.good / self.transactions).min(1.0)
        } else {
            1.0
        };
        let outside = rows.options().n_given.or(rows.options().n_from_name);
        let n = self.users.or_else(|| {
            let measured = self.in_flight.filter(|_| outside.is_none());
            if measured.is_some() {
                rows.note(Note::new(
                    NoteCode::UnitAssumed,
                    "N is the mean number in flight that siege measured; name the files 8=FILE to \
                     fit over the users of its -c",
                ));
            }
            measured
        });
        rows.emit(
            "",
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(n, rate * good)
            },
        )
    }
}
