//! Which tool wrote an input: the table of importers, and the choice among them.

mod closest;

use super::packed::{Storage, Tail, damaged, storage, unpacked};
use super::tools::emitter::Emitter;
use super::tools::json::{self, Json};
use super::tools::text::{Lines, Source, cut_off_note, unreadable};
use super::tools::{IMPORTERS, Importer, Reader, json_rows};
use super::{ReadOptions, Reading, Sink, markdown, table};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use closest::{closest, no_tool};
use std::io::{BufReader, Cursor, Read};

/// How much of the input is looked at to tell what it is.
const HEAD: u64 = 64 << 10;

/// Reads any input: finds out which tool wrote it, and hands its rows to `sink`. Input that
/// gzip or zstd packed is unpacked.
///
/// Text that no tool is known by is read as a table, and JSON as rows of one.
///
/// # Errors
/// [`Error::Data`] with the place and what to do; for an unknown format it names the closest
/// one and what was missing, where something of that tool's own was found.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut head = Vec::new();
    Read::take(&mut *input, HEAD)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    match storage(&head)? {
        Storage::Plain => read_plain(head, input, options, sink),
        packed => {
            let mut input = unpacked(packed, Box::new(Cursor::new(head).chain(input)))?;
            let mut head = Vec::new();
            Read::take(&mut input, HEAD)
                .read_to_end(&mut head)
                .map_err(|error| damaged(packed, &error))?;
            read_plain(head, &mut *input, options, sink)
        }
    }
}

/// Reads the rest of an input that begins with `head`.
fn read_plain(
    head: Vec<u8>,
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    table::check_encoding(&head)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    // Where the whole input is in the head, the tail sees nothing of it.
    let last = head.last().copied();
    let mut tail = Tail::new(input);
    let mut source: Source<'_> = BufReader::new(Cursor::new(head).chain(&mut tail));
    let asked = Asked::parse(options.from.as_deref())?;
    let has_line = |mark: &str| text.contains(mark);
    let document = json::begins(text.trim_start_matches('\u{feff}'));
    let by_line = asked.find(|importer| match importer.read {
        Reader::Text(_) => !document && importer.matches(has_line),
        Reader::JsonLines(_) => document && importer.matches(has_line),
        Reader::Json(_) => false,
    });
    let may_be_json = !matches!(asked, Asked::Table) && json::start(&text).is_some();
    let importer = by_line.or_else(|| asked.only(may_be_json));
    let mut reading = if let Some(importer) = importer
        && let Reader::Text(read) | Reader::JsonLines(read) = importer.read
    {
        let mut rows = Emitter::new(importer.name, options, sink);
        let mut lines = Lines::new(source);
        read(&mut lines, &mut rows).map_err(|error| at_line(error, &lines))?;
        drop(lines);
        rows.finish()?
    } else if may_be_json {
        if document && asked.takes_rows() && rows_begin(&text, options, &asked) {
            return json_rows::read_lines(&mut source, options, sink);
        }
        return read_documents(&mut source, &asked, options, sink);
    } else {
        let read = match markdown::place(&text) {
            Some(place) => {
                let mut lifted = markdown::Lifted::new(&mut source, place);
                table::read(&mut lifted, options, sink).map(|reading| lifted_out(reading, place))
            }
            None => table::read(&mut source, options, sink),
        };
        let reading =
            read.map_err(|error| closest(no_tool(error, &text), &asked, has_line, false))?;
        drop(source);
        reading
    };
    let json = matches!(
        importer.map(|importer| &importer.read),
        Some(Reader::JsonLines(_))
    );
    if !json && !matches!(tail.last.or(last), None | Some(b'\n' | b'\r')) {
        reading.notes.push(cut_off_note());
    }
    Ok(reading)
}

/// Says which table of a text was read.
fn lifted_out(mut reading: Reading, place: markdown::Place) -> Reading {
    let line = place.line();
    if place.others > 0 {
        reading.notes.push(Note::new(
            NoteCode::HeaderGuessed,
            format!(
                "of the {} tables in this text the one at line {line} is read",
                place.others + 1
            ),
        ));
    }
    reading
        .remarks
        .push(format!("the table at line {line} of a text"));
    reading
}

/// Reads whole JSON documents.
fn read_documents(
    source: &mut Source<'_>,
    asked: &Asked<'_>,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut remarks = Vec::new();
    let documents = json::documents(source, &mut remarks)?;
    let has = |mark: &str| documents.iter().any(|document| document.at(mark).is_some());
    let found =
        asked.find(|importer| matches!(importer.read, Reader::Json(_)) && importer.matches(has));
    let Some(importer) = found else {
        let rows = json_rows::rows_of(&documents);
        let wanted = asked.takes_rows();
        if wanted && !rows.is_empty() && rows.iter().all(|row| json_rows::may_be_row(row, options))
        {
            return json_rows::read(&rows, options, sink);
        }
        let unknown = Error::data("a JSON document of no known tool", known_formats());
        return Err(closest(unknown, asked, has, true));
    };
    let mut rows = Emitter::new(importer.name, options, sink);
    for remark in remarks {
        rows.remark(remark);
    }
    if let Reader::Json(read) = importer.read {
        read(&documents, &mut rows)?;
    }
    rows.finish()
}

/// Whether the input begins with two lines that are rows each, and documents of no tool.
fn rows_begin(text: &str, options: &ReadOptions, asked: &Asked<'_>) -> bool {
    let mut whole = text
        .split_inclusive('\n')
        .filter(|line| !line.trim().is_empty());
    let first: Vec<&str> = whole.by_ref().take(2).collect();
    let is_row = |line: &&str| {
        line.ends_with('\n')
            && Json::parse(line.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n'])).is_ok_and(
                |row| {
                    let of_a_tool = asked.find(|importer| {
                        matches!(importer.read, Reader::Json(_))
                            && importer.matches(|mark| row.at(mark).is_some())
                    });
                    matches!(row, Json::Object(_))
                        && of_a_tool.is_none()
                        && json_rows::may_be_row(&row, options)
                },
            )
    };
    // A row alone is a document.
    first.len() == 2 && first.first().is_some_and(is_row)
}

/// What `--from` asks for.
enum Asked<'a> {
    /// Nothing: the input tells.
    Any,
    /// Delimited text.
    Table,
    /// Rows that are JSON objects.
    Rows,
    /// The formats of this tool.
    Tool(&'a str),
}

impl<'a> Asked<'a> {
    fn parse(from: Option<&'a str>) -> Result<Self, Error> {
        match from {
            None => Ok(Self::Any),
            Some(name) if TABLE_NAMES.contains(&name) => Ok(Self::Table),
            Some(name) if ROW_NAMES.contains(&name) => Ok(Self::Rows),
            Some(name) if IMPORTERS.iter().any(|importer| importer.name == name) => {
                Ok(Self::Tool(name))
            }
            Some(name) => Err(Error::data(
                format!("no format is called \"{name}\""),
                known_formats(),
            )),
        }
    }

    fn candidates(&self) -> impl Iterator<Item = &'static Importer> {
        IMPORTERS.iter().filter(|importer| match self {
            Self::Any => true,
            Self::Table | Self::Rows => false,
            Self::Tool(name) => importer.name == *name,
        })
    }

    /// Whether rows of JSON may be read.
    fn takes_rows(&self) -> bool {
        matches!(self, Self::Any | Self::Rows)
    }

    fn find(&self, fits: impl Fn(&Importer) -> bool) -> Option<&'static Importer> {
        self.candidates().find(|importer| fits(importer))
    }

    /// The one reader of lines that a named tool has, whatever the input begins with.
    fn only(&self, may_be_json: bool) -> Option<&'static Importer> {
        if matches!(self, Self::Any) || may_be_json {
            return None;
        }
        self.find(|importer| matches!(importer.read, Reader::Text(_)))
    }
}

/// Names of every format, for `--from`.
pub fn formats() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<_> = IMPORTERS
        .iter()
        .map(|importer| importer.name)
        .chain(TABLE_NAMES.iter().chain(ROW_NAMES).copied())
        .chain([OWN])
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter()
}

/// Whether this format is the output of a tool, and not a table.
pub fn is_tool(format: &str) -> bool {
    format == OWN || IMPORTERS.iter().any(|importer| importer.name == format)
}

/// Documents of this program, which the room of sweeps reads: they hold whole sweeps.
const OWN: &str = "scalecalc";

/// Names that stand for delimited text.
const TABLE_NAMES: &[&str] = &["csv", "tsv", "table"];

/// Names that stand for rows of JSON.
const ROW_NAMES: &[&str] = &["json", "ndjson"];

impl Importer {
    fn matches(&self, has: impl Fn(&str) -> bool) -> bool {
        self.marks.iter().all(|mark| mark.split('|').any(&has))
    }
}

fn known_formats() -> String {
    format!(
        "the formats are {}",
        formats().collect::<Vec<_>>().join(", ")
    )
}

/// The error with the line that was read last.
fn at_line(error: Error, lines: &Lines<'_>) -> Error {
    match lines.number() {
        0 => error,
        line => error.at(line, None),
    }
}
