//! Rows that are JSON objects: a line each (NDJSON), or the elements of an array.
//!
//! The objects become a table whose columns are their keys (`a.b` for an object inside), and
//! the table is read by its names like any other. Order of keys means nothing, so no column is
//! taken by its place.

use super::json::Json;
use crate::advice::{Advice, Setting};
use crate::data::columns::{Role, understand};
use crate::data::{ReadOptions, Reading, Sink, table};
use crate::error::Error;
use crate::note::NoteCode;
use std::borrow::Cow;
use std::io::{BufRead, Read};

/// Objects inside objects are followed this far.
const DEEPEST: usize = 3;
/// So many of the first rows say which columns there are.
const FIRST: usize = 100;
/// A longer line is no row.
const LONGEST: u64 = 1 << 20;

/// The cells of an object: path and text.
fn cells(row: &Json) -> Vec<(String, String)> {
    fn add(value: &Json, path: &str, depth: usize, cells: &mut Vec<(String, String)>) {
        let text = match value {
            Json::Number(number) => format!("{number:?}"),
            Json::Text(text) => text.clone(),
            Json::Nothing => String::new(),
            Json::List(_) => return,
            Json::Object(entries) => {
                for (key, inner) in entries {
                    if depth < DEEPEST {
                        let path = if path.is_empty() {
                            key.clone()
                        } else {
                            format!("{path}.{key}")
                        };
                        add(inner, &path, depth + 1, cells);
                    }
                }
                return;
            }
        };
        cells.push((path.to_owned(), text));
    }
    let mut found = Vec::new();
    add(row, "", 0, &mut found);
    found
}

/// Whether an object may be a row of measurements: one key is N, and it holds another number.
pub(in crate::data) fn may_be_row(value: &Json, options: &ReadOptions) -> bool {
    let cells = cells(value);
    let asked = |name: &String| cells.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
    let by_name = cells.iter().any(|(key, _)| {
        let meaning = understand(key);
        meaning.role == Role::Size && meaning.certain
    });
    let n_known = by_name
        || options.n.as_ref().is_some_and(asked)
        || options.n_given.is_some()
        || options.n_from.is_some();
    let numbers = cells
        .iter()
        .filter(|(_, text)| super::text::number(text).is_some());
    n_known && numbers.count() >= 2
}

/// The rows of documents: the elements of an array, those of the only array of objects inside
/// an object (`{"results": [{…}, {…}]}`), those that columns of one length make
/// (`{"n": [1, 2], "tps": [100, 190]}`), those of lists below a list of names
/// (`[["n", "tps"], [1, 100]]`), or the object itself.
pub(in crate::data) fn rows_of(documents: &[Json]) -> Vec<Cow<'_, Json>> {
    let rows = |document| match rows_of_columns(document).or_else(|| rows_of_lists(document)) {
        Some(rows) => rows.into_iter().map(Cow::Owned).collect(),
        None => rows_in(document)
            .into_iter()
            .map(Cow::Borrowed)
            .collect::<Vec<_>>(),
    };
    documents.iter().flat_map(rows).collect()
}

/// The rows of an object that holds columns: two lists or more, all of numbers and words and
/// equally long.
fn rows_of_columns(document: &Json) -> Option<Vec<Json>> {
    let Json::Object(entries) = document else {
        return None;
    };
    let columns: Vec<(&String, &Vec<Json>)> = (entries.iter())
        .filter_map(|(key, value)| match value {
            Json::List(items) => Some((key, items)),
            _ => None,
        })
        .collect();
    let length = columns.first()?.1.len();
    let is_cell = |item: &Json| !matches!(item, Json::List(_) | Json::Object(_));
    let alike = columns
        .iter()
        .all(|(_, items)| items.len() == length && items.iter().all(is_cell));
    (columns.len() > 1 && length > 1 && alike).then(|| {
        let cell =
            |(key, items): &(&String, &Vec<Json>), at: usize| ((*key).clone(), items[at].clone());
        let row = |at| Json::Object(columns.iter().map(|column| cell(column, at)).collect());
        (0..length).map(row).collect()
    })
}

fn list(value: &Json) -> Option<&[Json]> {
    match value {
        Json::List(items) => Some(items),
        _ => None,
    }
}

/// The rows of lists whose names are the first of them, or stand beside them in an object
/// (`{"columns": ["n", "tps"], "data": [[1, 100], [2, 190]]}`, as data frames are written).
fn rows_of_lists(document: &Json) -> Option<Vec<Json>> {
    let (names, rows) = match document {
        Json::List(items) => items
            .split_first()
            .and_then(|(names, rows)| Some((list(names)?, rows))),
        Json::Object(entries) => {
            let lists: Vec<&[Json]> = entries
                .iter()
                .filter_map(|(_, value)| list(value))
                .collect();
            let has_names =
                |items: &&[Json]| items.iter().all(|item| matches!(item, Json::Text(_)));
            let has_rows = |items: &&[Json]| items.iter().all(|item| list(item).is_some());
            let names = lists
                .iter()
                .copied()
                .find(|items| items.len() > 1 && has_names(items))?;
            let rows = lists
                .iter()
                .copied()
                .find(|items| !items.is_empty() && has_rows(items))?;
            Some((names, rows))
        }
        _ => None,
    }?;
    let names: Vec<&String> = (names.iter())
        .map(|name| match name {
            Json::Text(name) => Some(name),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (rows.iter())
        .map(|row| {
            let cells = list(row).filter(|cells| cells.len() == names.len())?;
            let cells = names.iter().zip(cells);
            Some(Json::Object(
                cells
                    .map(|(name, cell)| ((*name).clone(), cell.clone()))
                    .collect(),
            ))
        })
        .collect()
}

fn rows_in(document: &Json) -> Vec<&Json> {
    let is_object = |item: &Json| matches!(item, Json::Object(_));
    match document {
        Json::List(items) => items.iter().collect(),
        Json::Object(entries) => {
            let mut lists = entries.iter().filter_map(|(_, value)| match value {
                Json::List(items) if !items.is_empty() && items.iter().all(is_object) => {
                    Some(items)
                }
                _ => None,
            });
            match (lists.next(), lists.next()) {
                (Some(rows), None) => rows.iter().collect(),
                _ => vec![document],
            }
        }
        other => vec![other],
    }
}

/// Writes one record of delimited text.
fn record<'t>(fields: impl Iterator<Item = &'t str>, out: &mut Vec<u8>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            out.push(b'"');
            out.extend(field.replace('"', "\"\"").bytes());
            out.push(b'"');
        } else {
            out.extend(field.bytes());
        }
    }
    out.push(b'\n');
}

/// Rows as delimited text, made while it is read.
struct Text<I> {
    rows: I,
    columns: Vec<String>,
    bytes: Vec<u8>,
    at: usize,
}

impl<I: Iterator<Item = Result<Vec<(String, String)>, Error>>> Read for Text<I> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.bytes.len() {
            self.bytes.clear();
            self.at = 0;
            match self.rows.next() {
                None => return Ok(0),
                Some(Err(error)) => return Err(std::io::Error::other(error.to_string())),
                Some(Ok(cells)) => {
                    let value = |column: &String| {
                        let found = cells.iter().find(|(key, _)| key == column);
                        found.map_or("", |(_, text)| text.as_str())
                    };
                    record(self.columns.iter().map(value), &mut self.bytes);
                }
            }
        }
        let count = buffer.len().min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Reads rows that are in memory already.
///
/// # Errors
/// As [`table::read`], with the number of the row as line.
pub(in crate::data) fn read(
    rows: &[Cow<'_, Json>],
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let rows = rows.iter().map(|row| Ok(cells(row)));
    through_table("json", rows, options, sink)
}

/// Reads rows a line each, one at a time.
///
/// # Errors
/// As [`table::read`], and for a line that is no JSON.
pub(in crate::data) fn read_lines(
    input: &mut dyn BufRead,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut number = 0_u64;
    let mut cut_off = false;
    let rows = std::iter::from_fn(|| {
        loop {
            let mut line = Vec::new();
            number += 1;
            match Read::take(&mut *input, LONGEST).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(super::text::unreadable(&error))),
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_matches(['\u{feff}', ' ', '\t', '\n', '\r']);
            if text.is_empty() {
                continue;
            }
            return match Json::parse(text) {
                Ok(row) => Some(Ok(cells(&row))),
                Err(_) if !line.ends_with(b"\n") => {
                    cut_off = true;
                    None
                }
                Err(error) => Some(Err(error.at(number, None))),
            };
        }
    });
    let mut reading = through_table("ndjson", rows, options, sink)?;
    if cut_off {
        reading.notes.push(super::text::cut_off_note());
    }
    Ok(reading)
}

/// The last key of each path where no two paths end alike, else the path.
fn titles(columns: &[String]) -> Vec<&str> {
    let leaf = |column: &'_ String| column.rsplit('.').next().unwrap_or_default().to_owned();
    let once = |wanted: &String| columns.iter().filter(|c| leaf(c) == *wanted).count() == 1;
    columns
        .iter()
        .map(|column| match column.rsplit_once('.') {
            Some((_, last)) if once(&last.to_owned()) => last,
            _ => column.as_str(),
        })
        .collect()
}

fn through_table(
    format: &'static str,
    mut rows: impl Iterator<Item = Result<Vec<(String, String)>, Error>>,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut first = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    for row in rows.by_ref().take(FIRST) {
        let cells = row?;
        for (key, _) in &cells {
            if !columns.contains(key) {
                columns.push(key.clone());
            }
        }
        first.push(Ok(cells));
    }
    let mut bytes = Vec::new();
    record(titles(&columns).into_iter(), &mut bytes);
    let mut text = Text {
        rows: first.into_iter().chain(rows),
        columns,
        bytes,
        at: 0,
    };
    let options = ReadOptions {
        delimiter: Some(b','),
        decimal: Some(b'.'),
        header: crate::data::HeaderRow::Yes,
        ..options.clone()
    };
    // The header of the table is no line of the input.
    let mut shifted = |row: &crate::data::Row| {
        sink(&crate::data::Row {
            line: row.line.saturating_sub(1),
            ..*row
        })
    };
    let mut reading = table::read(&mut text, &options, &mut shifted).map_err(one_line_up)?;
    if reading
        .notes
        .iter()
        .any(|note| note.code == NoteCode::HeaderGuessed)
    {
        return Err(Error::data(
            "rows of JSON without a key for N and one for throughput",
            Advice::from("name them with ")
                .set(Setting::N, "KEY")
                .words(" and ")
                .set(Setting::X, "KEY"),
        ));
    }
    reading.format = format;
    Ok(reading)
}

fn one_line_up(mut error: Error) -> Error {
    if let Error::Data(data) = &mut error {
        data.line = data.line.map(|line| line.saturating_sub(1).max(1));
    }
    error
}
