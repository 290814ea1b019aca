//! The rows after the header, in place where they are plain numbers and the long way otherwise.

use super::complaint;
use super::dialect::Dialect;
use super::fields::{Delimiter, Field};
use super::header::Header;
use super::layout::{Layout, SizeFrom, ValueColumn};
use super::measure::{Fault, Measuring, Missing, Stop};
use super::number;
use super::records::{Record, Records};
use crate::advice::{Advice, Setting};
use crate::data::columns::{Role, understand};
use crate::data::{ReadOptions, SeriesBy, Sink};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::units;
use std::collections::HashMap;

/// Most series that a column may name that nobody asked for; more is an identifier.
const MOST_SERIES: usize = 10_000;
/// Most series that words without an explaining name may stand for.
const MOST_WORDS: usize = 1_000;

/// The rows after the header.
pub(super) struct Rows<'a> {
    measure: Measuring,
    /// The numbers of the row at hand, a slot each.
    cells: Vec<f64>,
    /// Texts of the series columns seen so far.
    series: Vec<String>,
    /// Where each text stands among them.
    series_at: HashMap<String, usize>,
    last_series: usize,
    too_many_words: bool,
    /// The first row that was left out.
    skipped: Option<Error>,
    left_out: u64,
    /// Rows of nothing but dashes, and the line of the first.
    dashes: Option<(u64, u64)>,
    pub(super) read: u64,
    pub(super) used: u64,
    dialect: Dialect,
    header: &'a Header,
    layout: &'a Layout,
    skip_bad: bool,
    /// The user named the column of the series.
    by_asked: bool,
}

/// What one field of a plain row is for.
#[derive(Debug, Clone, Copy)]
enum Use {
    Pass,
    Number(usize),
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        header: &'a Header,
        layout: &'a Layout,
        dialect: Dialect,
        options: &ReadOptions,
    ) -> Self {
        let by_place = !header.is_given && options.x.is_empty();
        let measure = Measuring::new(layout, options, by_place);
        Self {
            cells: vec![f64::NAN; measure.slots.columns.len()],
            measure,
            series: Vec::new(),
            series_at: HashMap::new(),
            last_series: 0,
            too_many_words: false,
            skipped: None,
            left_out: 0,
            dashes: None,
            read: 0,
            used: 0,
            dialect,
            header,
            layout,
            skip_bad: options.skip_bad,
            by_asked: options.by.is_some(),
        }
    }

    /// Hands every measurement on to `sink`.
    pub(super) fn run(
        &mut self,
        records: &mut Records<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let uses = self.uses();
        // Until here stood the rule between header and rows.
        records.dashes = None;
        loop {
            if let Some(uses) = &uses {
                self.plain_rows(uses, records, sink)?;
            }
            let Some(record) = records.peek()? else {
                self.dashes = records.dashes;
                self.read += self.dashes.map_or(0, |(rows, _)| rows);
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
        let is_plain =
            self.layout.series.is_empty() && !matches!(self.layout.n, SizeFrom::Within(..));
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
            match self.measure.take(&self.cells, None, 0, line, sink) {
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
            let mark = self.dialect.mark;
            let read = number::decimal(cell, mark);
            let in_groups = || {
                number::with_thousands(cell, mark)
                    .or_else(|| number::apart(cell, mark))
                    .or_else(|| self.dialect.grouped.then(|| number::grouped(cell))?)
            };
            let value = match read.or_else(in_groups) {
                Some(value) => value,
                None if self.measure.slots.is_rate(slot)
                    && let Some(rate) = scaled_rate(cell, self.dialect.mark) =>
                {
                    rate
                }
                None if self.measure.slots.is_failures(slot) => with_percent(cell),
                None if let Some(value) = self.with_unit(cell, slot) => value,
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

    /// A number with a unit behind it: `4 threads` for N, `1.2 ms` for a time.
    fn with_unit(&self, cell: &[u8], slot: usize) -> Option<f64> {
        let text = std::str::from_utf8(cell)
            .ok()
            .filter(|_| self.dialect.mark == b'.')?;
        if self.measure.slots.is_size(slot) {
            let at = text.find(|c: char| c.is_alphabetic())?;
            let counts = understand(&text[at..]).role == Role::Size;
            return number::decimal(text[..at].trim().as_bytes(), b'.').filter(|_| counts);
        }
        let unit = self.measure.slots.time(slot)?;
        Some(units::duration(text).ok()? / unit.in_seconds(1.0))
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
                Advice::from("quote cells that hold a comma; write 1652 and not 1,652; a decimal comma needs ")
                    .set(Setting::Delimiter, ";").words(" ").set(Setting::Decimal, ",")
            } else {
                complaint::or_skip("complete the row")
            },
        ))
    }

    /// N as the expression finds it in its column.
    fn n_within(&self, bytes: &[u8], fields: &[Field]) -> Result<Option<f64>, Fault> {
        let SizeFrom::Within(column, regex) = &self.layout.n else {
            return Ok(None);
        };
        let text = fields[*column].text(bytes);
        let group = regex.captures(&text).and_then(|found| found.get(1));
        match group.and_then(|group| number::decimal(group.as_str().as_bytes(), b'.')) {
            Some(n) => Ok(Some(n)),
            None => Err(Fault::new(
                *column,
                format!(
                    "\"{}\" does not match the pattern of N",
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
            let by_words = self.layout.series_by == SeriesBy::Words;
            self.last_series = match self.series_at.get(name.as_ref()) {
                Some(index) => *index,
                None if by_words && self.series.len() == MOST_WORDS => {
                    self.too_many_words = true;
                    0
                }
                None if self.series.len() == MOST_SERIES && !self.by_asked => {
                    return Err(Fault::new(
                        *first,
                        "more than 10,000 different series".to_owned(),
                        Advice::from("if each value of this column is one, name it: ")
                            .set(Setting::By, self.header.names[*first].as_str()),
                    ));
                }
                None => {
                    let name = name.into_owned();
                    self.series_at.insert(name.clone(), self.series.len());
                    self.series.push(name);
                    self.series.len() - 1
                }
            };
        }
        Ok(self.last_series * self.layout.series_in_a_row())
    }

    /// What told the series apart.
    pub(super) fn series_by(&self) -> SeriesBy {
        if self.too_many_words {
            SeriesBy::TooManyWords
        } else {
            self.layout.series_by
        }
    }

    /// A name for each series, in the order of their indices.
    pub(super) fn series_names(&self) -> Vec<String> {
        let column = |value: &ValueColumn| self.header.names[value.column].clone();
        let columns: Vec<String> = match self.layout.values.as_slice() {
            [_] => vec![String::new()],
            _ if self.layout.repeats => vec![String::new()],
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

    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = self.measure.notes();
        if let Some(first) = &self.skipped {
            notes.push(Note::new(
                NoteCode::RowsSkipped,
                format!(
                    "{} of {} rows could not be read and are left out (first: {first})",
                    self.left_out, self.read
                ),
            ));
        }
        if let Some((rows, line)) = self.dashes {
            let (are, s) = if rows == 1 { ("is", "") } else { ("are", "s") };
            notes.push(Note::new(
                NoteCode::RowsSkipped,
                format!("{rows} row{s} of nothing but dashes {are} left out (first: line {line})"),
            ));
        }
        if self.dialect.comma_guessed {
            notes.push(Note::new(
                NoteCode::DecimalComma,
                Advice::from("the comma is read as the decimal mark; ")
                    .set(Setting::Decimal, ".")
                    .words(" if it is not"),
            ));
        }
        notes
    }
}

/// `1.2k` or `850/s`: a rate as people write it, where the point is the decimal mark.
fn scaled_rate(cell: &[u8], mark: u8) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok().filter(|_| mark == b'.')?;
    units::rate(text).ok()
}

/// What failed, as a number or in percent; nothing known where it is words.
fn with_percent(cell: &[u8]) -> f64 {
    let digits = cell.strip_suffix(b"%").unwrap_or(cell).trim_ascii();
    number::decimal(digits, b'.').unwrap_or(f64::NAN)
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
        Delimiter::Gaps => return None,
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
