//! Delimited text: the streaming reader.
use super::{ReadOptions, Reading, Row, Sink};
use crate::error::Error;
use std::io::Read;

/// Reads a table with a header `n,throughput`.
///
/// # Errors
/// [`Error::Data`] for what is not a number.
pub fn read(
    input: &mut dyn Read,
    _options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut reading = Reading {
        format: "csv",
        series: vec![String::new()],
        ..Reading::default()
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(input);
    let refuse = |error: csv::Error| Error::data(error.to_string(), "");
    let header = reader.headers().map_err(refuse)?.clone();
    let at = |names: &[&str], default: usize| {
        header
            .iter()
            .position(|h| names.contains(&h.to_lowercase().as_str()))
            .unwrap_or(default)
    };
    let (n_at, x_at) = (at(&["n", "size"], 0), at(&["throughput", "tput"], 1));
    reading.n_column = header.get(n_at).map(str::to_owned);
    reading.throughput_column = header.get(x_at).map(str::to_owned);
    for record in reader.records() {
        let record = record.map_err(refuse)?;
        let number = |index: usize| crate::units::number(record.get(index).unwrap_or_default());
        reading.rows_read += 1;
        reading.rows_used += 1;
        sink(&Row::run(Some(number(n_at)?), number(x_at)?))?;
    }
    Ok(reading)
}
