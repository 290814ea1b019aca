//! What criterion.rs leaves in `target/criterion/…/new/`.
//!
//! The documents of one benchmark come one after the other: `benchmark.json` first, then
//! `sample.json` (a row a sample) or `estimates.json` (its mean). N is the parameter of the
//! benchmark. X = elements × iterations / time, so a benchmark whose work grows with its
//! threads must set `Throughput` to all of it. Format: `src/report.rs` and `connection.rs` of
//! criterion 0.3 to 0.5; the files are not a public interface.

use super::emitter::Emitter;
use super::json::Json;
use super::text::number;
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] = &["full_id", "group_id", "iters|mean.point_estimate"];

#[derive(Default)]
struct Benchmark<'j> {
    about: Option<&'j Json>,
    sample: Option<&'j Json>,
    estimates: Option<&'j Json>,
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(Some("value_str"), "elements / time", None);
    let mut benchmark = Benchmark::default();
    for document in documents {
        if document.at("full_id").is_some() {
            std::mem::take(&mut benchmark).emit(rows)?;
            benchmark.about = Some(document);
        } else if document.at("iters").is_some() {
            benchmark.sample = Some(document);
        } else if document.at("mean.point_estimate").is_some() {
            benchmark.estimates = Some(document);
        }
    }
    benchmark.emit(rows)
}

impl Benchmark<'_> {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(about) = self.about else {
            return Ok(());
        };
        let (series, n) = name(about);
        let throughput = about.at("throughput").map_or(&[][..], Json::entries);
        let elements = if let [(_, amount), ..] = throughput {
            amount
                .number()
                .or_else(|| amount.number_at("elements"))
                .ok_or_else(|| Error::data("\"throughput\" of criterion is not a number", ""))?
        } else {
            rows.note(Note::new(
                NoteCode::UnitAssumed,
                "the benchmark sets no Throughput: one iteration counts as one operation, \
                 whatever all its threads did in it",
            ));
            1.0
        };
        if let Some(sample) = self.sample {
            let iterations = sample.at("iters").map_or(&[][..], Json::list);
            let times = sample.at("times").map_or(&[][..], Json::list);
            for (at, (count, time)) in iterations.iter().zip(times).enumerate() {
                let (Some(count), Some(time)) = (count.number(), time.number()) else {
                    return Err(Error::data("a sample of criterion is not a number", ""));
                };
                rows.emit(
                    &series,
                    Row {
                        replicate: Some(at as u64 + 1),
                        ..Row::run(n, elements * count / time * 1e9)
                    },
                )?;
            }
        } else if let Some(estimates) = self.estimates {
            let time = estimates.need("mean.point_estimate")?;
            rows.emit(&series, Row::run(n, elements * 1e9 / time))?;
        }
        Ok(())
    }
}

/// Name of the series and N: the parameter, or the last part of the name.
fn name(about: &Json) -> (String, Option<f64>) {
    let group = about.text_at("group_id").unwrap_or_default();
    let function = about.text_at("function_id");
    let mut series = group.to_owned();
    if let Some(value) = about.text_at("value_str") {
        if let Some(function) = function {
            series += &format!("/{function}");
        }
        if let Some(n) = number(value) {
            return (series, Some(n));
        }
        return (format!("{series}/{value}"), None);
    }
    match function.map(|function| (function, number(function))) {
        Some((_, Some(n))) => (series, Some(n)),
        Some((function, None)) => (format!("{series}/{function}"), None),
        None => (series, None),
    }
}
