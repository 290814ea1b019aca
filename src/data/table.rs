//! Delimited text: the streaming reader.
//!
//! One pass, one block of the input in memory. A line of plain numbers is read in place;
//! whatever else a line may be (quotes, comments, blanks, an error) goes the long way,
//! with the same result.

mod complaint;
mod dialect;
mod failed;
mod fields;
mod header;
mod layout;
mod lines;
mod measure;
mod number;
mod records;
mod rows;
mod title;
mod turned;

use super::{HeaderRow, ReadOptions, Reading, Sink};
use crate::error::Error;
use dialect::Dialect;
pub(super) use dialect::check_encoding;
pub(super) use fields::{Delimiter, Field, split};
use header::{Header, header};
use layout::{Layout, Naming, SizeFrom};
pub(super) use lines::Lines;
pub(super) use records::{Record, Records};
use rows::Rows;
use std::io::Read;

/// Reads a table.
///
/// # Errors
/// [`Error::Data`] with line and column for what cannot be read: an encoding that is not
/// UTF-8, a column that is missing or ambiguous, a cell that is not a number, a row with
/// another number of fields, a value that is impossible; and whatever `sink` returns.
pub(crate) fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut lines = Lines::new(input);
    lines.fill_block()?;
    let mark = check_encoding(lines.rest())?;
    lines.take(mark, 0);
    let mut options = options.clone();
    take_separator_line(&mut lines, &mut options)?;
    let titles = title::take(&mut lines, &options);
    let dialect = dialect::detect(lines.rest(), &options);
    // A table on its side is short: it is here as a whole, or it is none.
    if options.header == HeaderRow::Auto
        && let Some(text) = turned::upright(lines.rest(), dialect)
    {
        options.delimiter = Some(turned::delimiter(dialect));
        let mut reading = read(&mut text.as_slice(), &options, sink).map_err(without_place)?;
        reading.format = format_name(dialect);
        (reading.remarks).push("the table lies on its side: a line a column".to_owned());
        return Ok(reading);
    }
    let mut records = Records::new(lines, dialect.delimiter);
    let Some((header, first)) = header(&mut records, dialect, &options)? else {
        return Ok(Reading {
            format: format_name(dialect),
            series: vec![String::new()],
            ..Reading::default()
        });
    };
    let mut layout = Naming::new(&header, &first, &options).layout()?;
    let mut rows = Rows::new(&header, &layout, dialect, &options);
    rows.run(&mut records, sink)?;
    let (read, used, series) = (rows.read, rows.used, rows.series_names());
    let series_by = rows.series_by();
    let mut notes = rows.notes();
    let column = |at: usize| Some(header.names[at].clone());
    notes.splice(0..0, std::mem::take(&mut layout.notes));
    Ok(Reading {
        no_measurements: false,
        format: format_name(dialect),
        series,
        series_by,
        n_unit: layout.n_unit.take(),
        n_column: match &layout.n {
            SizeFrom::Column(at) | SizeFrom::Within(at, _) => column(*at),
            SizeFrom::Given(_) | SizeFrom::Little => None,
        },
        throughput_column: layout.values.first().and_then(|value| column(value.column)),
        latency_column: layout.latency.and_then(|latency| column(latency.column)),
        rows_read: read,
        rows_used: used,
        notes,
        remarks: {
            let mut remarks = remarks(dialect, &header, layout);
            remarks.extend(title::remark(titles));
            remarks
        },
    })
}

/// The error of a table that was turned, whose lines are not those of the input.
fn without_place(mut error: Error) -> Error {
    if let Error::Data(data) = &mut error {
        (data.line, data.column) = (None, None);
    }
    error
}

fn format_name(dialect: Dialect) -> &'static str {
    match dialect.delimiter {
        Delimiter::Byte(b'\t') => "tsv",
        Delimiter::Byte(b',' | b';') => "csv",
        _ => "table",
    }
}

fn remarks(dialect: Dialect, header: &Header, layout: Layout) -> Vec<String> {
    let mut remarks = vec![format!("fields separated by {}", dialect.delimiter_name())];
    if dialect.mark == b',' {
        remarks.push("decimal comma".to_owned());
    }
    let name = |at: usize| format!("\"{}\"", header.names[at]);
    remarks.push(match &layout.n {
        SizeFrom::Column(at) => format!("N from {}", name(*at)),
        SizeFrom::Within(at, _) => format!("N from within {}", name(*at)),
        SizeFrom::Given(n) => format!("N = {n} as given"),
        SizeFrom::Little => "N = X·R".to_owned(),
    });
    let values: Vec<String> = layout
        .values
        .iter()
        .map(|value| name(value.column))
        .collect();
    remarks.push(format!("throughput from {}", values.join(", ")));
    if let Some(latency) = layout.latency {
        remarks.push(format!("latency from {}", name(latency.column)));
    }
    let series: Vec<String> = layout.series.iter().map(|at| name(*at)).collect();
    if !series.is_empty() {
        remarks.push(format!("a series for each {}", series.join(", ")));
    }
    remarks.extend(layout.remarks);
    remarks
}

/// `sep=;`, which spreadsheets write as the first line.
fn take_separator_line(lines: &mut Lines<'_>, options: &mut ReadOptions) -> Result<(), Error> {
    if let Some(line) = lines.find_line(0)?
        && let [b's', b'e', b'p', b'=', separator] = lines.rest()[..line.length]
    {
        options.delimiter = options.delimiter.or(Some(separator));
        lines.take(line.length + line.ending, 1);
    }
    Ok(())
}
