//! Delimited text: the streaming reader.
//!
//! One pass, one block of the input in memory. A line of plain numbers is read in place;
//! whatever else a line may be (quotes, comments, blanks, an error) goes the long way,
//! with the same result.

mod complaint;
mod dialect;
mod fields;
mod layout;
mod lines;
mod measure;
mod number;

use super::columns::{Role, understand};
use super::{ReadOptions, Reading, Sink};
use crate::error::Error;
use crate::note::Note;
use dialect::Dialect;
pub(super) use dialect::check_encoding;
use fields::{Delimiter, Field};
use layout::{Layout, Size, Table};
use lines::Lines;
use measure::{Fault, Measure, Missing, Stop};
use std::io::Read;

/// Most series that a column may name; more is an identifier and not a series.
const MOST_SERIES: usize = 10_000;

/// Reads a table.
///
/// # Errors
/// [`Error::Data`] with line and column for what cannot be read: an encoding that is not
/// UTF-8, a column that is missing or ambiguous, a cell that is not a number, a row with
/// another number of fields, a value that is impossible; and whatever `sink` returns.
pub fn read(
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
    let dialect = dialect::detect(lines.rest(), &options);
    let mut records = Records {
        lines,
        delimiter: dialect.delimiter,
        fields: Vec::new(),
        comment: None,
    };
    let Some((header, first)) = header(&mut records, dialect, &options)? else {
        return Ok(Reading {
            format: format_name(dialect),
            series: vec![String::new()],
            ..Reading::default()
        });
    };
    let mut layout = Table::new(&header, &first, &options).layout()?;
    let mut rows = Rows {
        measure: Measure::new(&layout, &options, !header.is_given && options.x.is_empty()),
        cells: Vec::new(),
        series: Vec::new(),
        last_series: 0,
        skipped: None,
        left_out: 0,
        read: 0,
        used: 0,
        dialect,
        header: &header,
        layout: &layout,
        skip_bad: options.skip_bad,
    };
    rows.run(&mut records, sink)?;
    let (read, used, series) = (rows.read, rows.used, rows.series_names());
    let mut notes = rows.notes();
    let column = |at: usize| Some(header.names[at].clone());
    notes.splice(0..0, std::mem::take(&mut layout.notes));
    Ok(Reading {
        no_measurements: false,
        format: format_name(dialect),
        series,
        series_guessed: layout.series_guessed,
        n_unit: layout.n_unit.take(),
        n_column: match &layout.n {
            Size::Column(at) | Size::Within(at, _) => column(*at),
            Size::Given(_) | Size::Little => None,
        },
        throughput_column: layout.values.first().and_then(|value| column(value.column)),
        latency_column: layout.latency.and_then(|latency| column(latency.column)),
        rows_read: read,
        rows_used: used,
        notes,
        remarks: remarks(dialect, &header, layout),
    })
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
        Size::Column(at) => format!("N from {}", name(*at)),
        Size::Within(at, _) => format!("N from within {}", name(*at)),
        Size::Given(n) => format!("N = {n} as given"),
        Size::Little => "N = X·R".to_owned(),
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

/// The names of the columns.
#[derive(Debug)]
struct Header {
    /// Names as they stand; the numbers of the columns where there is no header.
    names: Vec<String>,
    is_given: bool,
    /// Line of the header, or of the first row.
    line: u64,
}

/// Finds the header and looks at the first row, which stays to be read. `None` without rows.
fn header(
    records: &mut Records<'_>,
    dialect: Dialect,
    options: &ReadOptions,
) -> Result<Option<(Header, Vec<String>)>, Error> {
    let Some(record) = records.peek()? else {
        return Ok(None);
    };
    let texts = records.texts(record);
    let line = records.lines.number();
    let is_header = match options.header {
        super::Header::Yes => true,
        super::Header::No => false,
        super::Header::Auto => !texts.iter().any(|text| looks_numeric(text, dialect)),
    };
    if is_header {
        records.take(record);
        let header = Header {
            names: texts,
            is_given: true,
            line,
        };
        let Some(record) = records.peek()? else {
            return Ok(None);
        };
        return Ok(Some((header, records.texts(record))));
    }
    let header = records
        .comment_as_header(texts.len(), dialect, options)
        .unwrap_or_else(|| Header {
            names: (1..=texts.len()).map(|number| number.to_string()).collect(),
            is_given: false,
            line,
        });
    Ok(Some((header, texts)))
}

fn looks_numeric(text: &str, dialect: Dialect) -> bool {
    number::decimal(text.as_bytes(), dialect.mark).is_some()
        || number::decimal(text.as_bytes(), b'.').is_some()
        || ["nan", "inf", "-inf"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// One record at the front of the input.
#[derive(Debug, Clone, Copy)]
struct Record {
    length: usize,
    /// Bytes of the line end after it.
    ending: usize,
    /// Lines it spans.
    lines: u64,
}

/// Records one after another; comments and blank lines are passed over.
struct Records<'a> {
    lines: Lines<'a>,
    delimiter: Delimiter,
    /// Fields of the record that was looked at last.
    fields: Vec<Field>,
    /// The last comment before the first record, with its line.
    comment: Option<(u64, String)>,
}

impl Records<'_> {
    /// Looks at the next record: splits it, and leaves it where it is.
    fn peek(&mut self) -> Result<Option<Record>, Error> {
        while let Some(line) = self.lines.find_line(0)? {
            let text = &self.lines.rest()[..line.length];
            if !dialect::is_skipped(text) {
                let mut record = Record {
                    length: line.length,
                    ending: line.ending,
                    lines: 1,
                };
                if !fields::split(text, self.delimiter, &mut self.fields) {
                    self.close_quote(&mut record)?;
                }
                return Ok(Some(record));
            }
            let text = text.trim_ascii();
            if !text.is_empty() {
                let text = String::from_utf8_lossy(text).into_owned();
                self.comment = Some((self.lines.number(), text));
            }
            self.lines.take(line.length + line.ending, 1);
        }
        Ok(None)
    }

    /// Adds lines to a record until the quote that is open at its end is closed.
    fn close_quote(&mut self, record: &mut Record) -> Result<(), Error> {
        let line = self.lines.number();
        loop {
            let from = record.length + record.ending;
            let Some(next) = self.lines.find_line(from)? else {
                return Err(Error::data(
                    "a quote is opened and never closed",
                    "close it, or write two quotes for one inside a quoted cell",
                )
                .at(line, None));
            };
            record.length = next.length;
            record.ending = next.ending;
            record.lines += 1;
            let text = &self.lines.rest()[..record.length];
            // Without a further quote nothing can have been closed.
            if memchr::memchr(b'"', text.get(from..).unwrap_or_default()).is_some()
                && fields::split(text, self.delimiter, &mut self.fields)
            {
                return Ok(());
            }
        }
    }

    fn take(&mut self, record: Record) {
        self.lines.take(record.length + record.ending, record.lines);
    }

    fn texts(&self, record: Record) -> Vec<String> {
        let bytes = &self.lines.rest()[..record.length];
        let text = |field: &Field| field.text(bytes).trim().to_owned();
        self.fields.iter().map(text).collect()
    }

    /// Line and column of a field in a record that may span lines, both from 1.
    fn place(&self, record: Record, field: usize) -> (u64, Option<u64>) {
        let Some(field) = self.fields.get(field) else {
            return (self.lines.number(), None);
        };
        let start = field.start - usize::from(field.quoted);
        let before = &self.lines.rest()[..start.min(record.length)];
        let lines = memchr::memchr_iter(b'\n', before).count();
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        (self.lines.number() + lines as u64, Some(column as u64 + 1))
    }

    /// The comment just before the rows, where it names as many columns and one is N.
    fn comment_as_header(
        &self,
        width: usize,
        dialect: Dialect,
        options: &ReadOptions,
    ) -> Option<Header> {
        let (line, comment) = self
            .comment
            .as_ref()
            .filter(|_| options.header == super::Header::Auto)?;
        let text = comment.trim_start_matches('#').trim();
        let mut fields = Vec::new();
        fields::split(text.as_bytes(), self.delimiter, &mut fields);
        let names: Vec<String> = fields
            .iter()
            .map(|field| field.text(text.as_bytes()).trim().to_owned())
            .collect();
        let is_names = names.len() == width
            && width > 1
            && !names.iter().any(|name| looks_numeric(name, dialect));
        let knows = |role: fn(Role) -> bool| names.iter().any(|name| role(understand(name).role));
        let is_known = knows(|role| role == Role::Size || matches!(role, Role::Throughput { .. }));
        (is_names && is_known).then_some(Header {
            names,
            is_given: true,
            line: *line,
        })
    }
}

/// The rows after the header.
struct Rows<'a> {
    measure: Measure,
    /// The numbers of the row at hand, a slot each.
    cells: Vec<f64>,
    /// Texts of the series columns seen so far.
    series: Vec<String>,
    last_series: usize,
    /// The first row that was left out.
    skipped: Option<Error>,
    left_out: u64,
    read: u64,
    used: u64,
    dialect: Dialect,
    header: &'a Header,
    layout: &'a Layout,
    skip_bad: bool,
}

/// What one field of a plain row is for.
#[derive(Debug, Clone, Copy)]
enum Use {
    Pass,
    Number(usize),
}

impl Rows<'_> {
    fn run(&mut self, records: &mut Records<'_>, sink: &mut Sink<'_>) -> Result<(), Error> {
        let uses = self.uses();
        self.cells = vec![f64::NAN; self.measure.slots.columns.len()];
        loop {
            if let Some(uses) = &uses {
                self.plain_rows(uses, records, sink)?;
            }
            let Some(record) = records.peek()? else {
                return Ok(());
            };
            self.read += 1;
            match self.row(record, records, sink) {
                Ok(used) => self.used += u64::from(used),
                Err(Stop::Sink(error)) => return Err(error),
                Err(Stop::Fault(fault)) => {
                    let (line, column) = match fault.column {
                        Some(field) => records.place(record, field),
                        None => (records.lines.number(), None),
                    };
                    let error = Error::data(fault.message, fault.hint).at(line, column);
                    if !self.skip_bad {
                        return Err(error);
                    }
                    self.left_out += 1;
                    self.skipped.get_or_insert(error);
                }
            }
            records.take(record);
        }
    }

    /// What each field is for, where a row is nothing but numbers and fields to pass over.
    fn uses(&self) -> Option<Vec<Use>> {
        let is_plain = self.layout.series.is_empty() && !matches!(self.layout.n, Size::Within(..));
        is_plain.then(|| {
            let columns = &self.measure.slots.columns;
            (0..self.header.names.len())
                .map(|column| match columns.iter().position(|at| *at == column) {
                    Some(slot) => Use::Number(slot),
                    None => Use::Pass,
                })
                .collect()
        })
    }

    /// Reads rows for as long as they are plain; the first that is not stays.
    fn plain_rows(
        &mut self,
        uses: &[Use],
        records: &mut Records<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let rest = records.lines.rest();
        let first_line = records.lines.number();
        let (mut at, mut count) = (0, 0);
        let mut result = Ok(());
        let pair = self.measure.plain_pair();
        while let Some(length) = plain_row(&rest[at..], uses, self.dialect, &mut self.cells) {
            let line = first_line + count;
            if let Some((n, x)) = pair
                && let (n, x) = (self.cells[n], self.cells[x])
                && n > 0.0
                && x > 0.0
            {
                if let Err(error) = self.measure.take_pair(n, x, line, sink) {
                    result = Err(error);
                    break;
                }
                self.used += 1;
                at += length;
                count += 1;
                continue;
            }
            match self
                .measure
                .take(&self.cells, None, 0, first_line + count, sink)
            {
                Ok(used) => self.used += u64::from(used),
                // The long way finds the place.
                Err(Stop::Fault(_)) => break,
                Err(Stop::Sink(error)) => {
                    result = Err(error);
                    break;
                }
            }
            at += length;
            count += 1;
        }
        self.read += count;
        records.lines.take(at, count);
        result
    }

    /// Reads one row of any kind.
    fn row(
        &mut self,
        record: Record,
        records: &Records<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<bool, Stop> {
        let bytes = &records.lines.rest()[..record.length];
        let fields = &records.fields;
        self.check_width(bytes, fields).map_err(Stop::Fault)?;
        for (slot, &column) in self.measure.slots.columns.iter().enumerate() {
            let cell = fields[column].bytes(bytes).trim_ascii();
            let value = match number::decimal(cell, self.dialect.mark) {
                Some(value) => value,
                None if is_missing(cell)
                    && self.measure.slots.missing(slot) == Missing::Allowed =>
                {
                    f64::NAN
                }
                None => {
                    let name = &self.header.names[column];
                    let fault = complaint::not_a_number(cell, column, name, self.dialect);
                    return Err(Stop::Fault(fault));
                }
            };
            self.cells[slot] = value;
        }
        let n_within = self.n_within(bytes, fields).map_err(Stop::Fault)?;
        let series = self.series_of(bytes, fields).map_err(Stop::Fault)?;
        let line = records.lines.number();
        self.measure.take(&self.cells, n_within, series, line, sink)
    }

    fn check_width(&self, bytes: &[u8], fields: &[Field]) -> Result<(), Fault> {
        let width = self.header.names.len();
        let extra_are_empty = || {
            fields[width..]
                .iter()
                .all(|field| field.bytes(bytes).is_empty())
        };
        if fields.len() == width || (fields.len() > width && extra_are_empty()) {
            return Ok(());
        }
        let expected = if self.header.is_given {
            "the header"
        } else {
            "the first row"
        };
        let looks_cut = fields.len() > width && self.dialect.delimiter == Delimiter::Byte(b',');
        Err(Fault::new(
            None,
            format!(
                "{} field{} where {expected} has {width}",
                fields.len(),
                if fields.len() == 1 { "" } else { "s" }
            ),
            if looks_cut {
                "quote cells that hold a comma; write 1652 and not 1,652; a decimal comma needs --delimiter ';' --decimal ','"
            } else {
                "complete the row, or --skip-bad leaves out such rows and counts them"
            },
        ))
    }

    /// N as the expression finds it in its column.
    fn n_within(&self, bytes: &[u8], fields: &[Field]) -> Result<Option<f64>, Fault> {
        let Size::Within(column, regex) = &self.layout.n else {
            return Ok(None);
        };
        let text = fields[*column].text(bytes);
        let group = regex.captures(&text).and_then(|found| found.get(1));
        match group.and_then(|group| number::decimal(group.as_str().as_bytes(), b'.')) {
            Some(n) => Ok(Some(n)),
            None => Err(Fault::new(
                *column,
                format!(
                    "\"{}\" does not match --n-from",
                    complaint::shown(text.as_bytes())
                ),
                "the first group must find a number in every row",
            )),
        }
    }

    /// Index of the first series that the row's values belong to.
    fn series_of(&mut self, bytes: &[u8], fields: &[Field]) -> Result<usize, Fault> {
        let Some((first, more)) = self.layout.series.split_first() else {
            return Ok(0);
        };
        let mut name = fields[*first].text(bytes);
        for column in more {
            name.to_mut().push('/');
            name.to_mut().push_str(&fields[*column].text(bytes));
        }
        if self
            .series
            .get(self.last_series)
            .is_none_or(|last| *last != name)
        {
            self.last_series = match self.series.iter().position(|known| *known == name) {
                Some(index) => index,
                None if self.series.len() == MOST_SERIES => {
                    return Err(Fault::new(
                        *first,
                        format!("more than {MOST_SERIES} different series"),
                        "choose a column with fewer different values: --by COL",
                    ));
                }
                None => {
                    self.series.push(name.into_owned());
                    self.series.len() - 1
                }
            };
        }
        Ok(self.last_series * self.layout.values.len())
    }

    /// A name for each series, in the order of their indices.
    fn series_names(&self) -> Vec<String> {
        let column = |value: &layout::ValueColumn| self.header.names[value.column].clone();
        let columns: Vec<String> = match self.layout.values.as_slice() {
            [_] => vec![String::new()],
            several => several.iter().map(column).collect(),
        };
        if self.series.is_empty() {
            return columns;
        }
        let mut names = Vec::new();
        for series in &self.series {
            names.extend(columns.iter().map(|column| match column.as_str() {
                "" => series.clone(),
                column => format!("{series}/{column}"),
            }));
        }
        names
    }

    fn notes(&self) -> Vec<Note> {
        let mut notes = self.measure.notes();
        if let Some(first) = &self.skipped {
            notes.push(Note::warning(
                "rows-skipped",
                format!(
                    "{} of {} rows could not be read and are left out (first: {first})",
                    self.left_out, self.read
                ),
            ));
        }
        if self.dialect.comma_guessed {
            notes.push(Note::remark(
                "decimal-comma",
                "the comma is read as the decimal mark; --decimal . if it is not",
            ));
        }
        notes
    }
}

fn is_missing(cell: &[u8]) -> bool {
    matches!(cell, b"" | b"-" | b"NA" | b"N/A" | b"na" | b"n/a")
}

/// Reads a line that is nothing but plain numbers, and fields that are passed over, into
/// the cells of their slots. Returns its length with its end, `None` if it is anything
/// else, also where it is not whole yet.
#[inline]
fn plain_row(bytes: &[u8], uses: &[Use], dialect: Dialect, cells: &mut [f64]) -> Option<usize> {
    let (delimiter, is_blanks) = match dialect.delimiter {
        Delimiter::Byte(byte) => (byte, false),
        Delimiter::Blanks => (b' ', true),
    };
    let last = uses.len().checked_sub(1)?;
    let mut at = 0;
    for (index, field) in uses.iter().enumerate() {
        match field {
            Use::Number(slot) => {
                let (value, length) = number::unsigned_prefix(bytes.get(at..)?, dialect.mark)?;
                *cells.get_mut(*slot)? = value;
                at += length;
            }
            Use::Pass => {
                let start = at;
                at = pass_over(bytes, at, delimiter)?;
                if is_blanks && start == at {
                    return None;
                }
            }
        }
        let byte = *bytes.get(at)?;
        at += 1;
        if index < last {
            if byte != delimiter {
                return None;
            }
        } else if byte != b'\n' {
            let is_crlf = byte == b'\r' && *bytes.get(at)? == b'\n';
            return is_crlf.then_some(at + 1);
        }
    }
    Some(at)
}

/// The end of a field without quotes, blanks and comments that starts at `at`.
fn pass_over(bytes: &[u8], mut at: usize, delimiter: u8) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'\n' | b'\r' => return Some(at),
            byte if byte == delimiter => return Some(at),
            b'"' | b'#' | b' ' | b'\t' => return None,
            _ => at += 1,
        }
    }
}
