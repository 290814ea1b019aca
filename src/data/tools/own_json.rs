//! The JSON of scalecalc itself: what `usl` and `import` print.
//!
//! A document of a fit holds its levels, one of an import its rows.

use super::emitter::Emitter;
use super::json::Json;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] =
    &["schema_version", "kind", "levels|rows|results.[].levels"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(Some("n"), "throughput", Some("latency_mean_s"));
    for document in documents {
        one(document, rows)?;
        for embedded in document.at("results").map_or(&[][..], Json::list) {
            one(embedded, rows)?;
        }
    }
    Ok(())
}

fn one(document: &Json, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    if let Some(unit) = document.text_at("input.n_unit") {
        rows.unit(unit);
    }
    let name = document.text_at("series").unwrap_or_default();
    for key in ["levels", "rows"] {
        for row in document.at(key).map_or(&[][..], Json::list) {
            let series = row.text_at("series").unwrap_or(name);
            rows.emit(series, parse(row)?)?;
        }
    }
    Ok(())
}

fn parse(row: &Json) -> Result<Row, Error> {
    let throughput = match row.number_at("throughput") {
        Some(throughput) => throughput,
        None => row.need("throughput_mean")?,
    };
    let runs = row.number_at("runs").unwrap_or(1.0);
    if !(1.0..9e15).contains(&runs) || runs.fract() != 0.0 {
        return Err(Error::data(format!("{runs} is no number of runs"), ""));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above"
    )]
    let count = runs as u64;
    let squares = |key: &str| row.number_at(key).unwrap_or(0.0).powi(2) * (runs - 1.0);
    Ok(Row {
        latency: row.number_at("latency_mean_s"),
        runs: count,
        m2: squares("throughput_stddev"),
        log_moments: row
            .number_at("log_throughput_mean")
            .map(|mean| (mean, squares("log_throughput_stddev"))),
        replicate: row.text_at("replicate").and_then(|text| text.parse().ok()),
        ..Row::run(Some(row.need("n")?), throughput)
    })
}
