//! Records one after another: lines, and quoted cells that span several.

use super::dialect;
use super::fields::{self, Delimiter, Field};
use super::lines::Lines;
use crate::error::Error;

/// One record at the front of the input.
#[derive(Debug, Clone, Copy)]
pub(in crate::data) struct Record {
    pub(in crate::data) length: usize,
    /// Bytes of the line end after it.
    ending: usize,
    /// Lines it spans.
    lines: u64,
}

/// Records one after another; comments and blank lines are passed over.
pub(in crate::data) struct Records<'a> {
    pub(in crate::data) lines: Lines<'a>,
    pub(in crate::data) delimiter: Delimiter,
    /// Fields of the record that was looked at last.
    pub(in crate::data) fields: Vec<Field>,
    /// The last comment before the first record, with its line.
    pub(super) comment: Option<(u64, String)>,
    /// Rows of nothing but `--` that were passed over, with the line of the first.
    pub(super) dashes: Option<(u64, u64)>,
}

impl<'a> Records<'a> {
    pub(in crate::data) fn new(lines: Lines<'a>, delimiter: Delimiter) -> Self {
        Self {
            lines,
            delimiter,
            fields: Vec::new(),
            comment: None,
            dashes: None,
        }
    }

    /// Looks at the next record: splits it, and leaves it where it is.
    pub(in crate::data) fn peek(&mut self) -> Result<Option<Record>, Error> {
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
            if dialect::is_row_of_dashes(text) {
                let line = self.lines.number();
                self.dashes = Some(
                    self.dashes
                        .map_or((1, line), |(rows, first)| (rows + 1, first)),
                );
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

    pub(in crate::data) fn take(&mut self, record: Record) {
        self.lines.take(record.length + record.ending, record.lines);
    }

    pub(in crate::data) fn texts(&self, record: Record) -> Vec<String> {
        let bytes = &self.lines.rest()[..record.length];
        let text = |field: &Field| field.text(bytes).trim().to_owned();
        self.fields.iter().map(text).collect()
    }

    /// Line and column of a field in a record that may span lines, both from 1.
    pub(super) fn place(&self, record: Record, field: usize) -> (u64, Option<u64>) {
        let Some(field) = self.fields.get(field) else {
            return (self.lines.number(), None);
        };
        let start = field.start - usize::from(field.quoted);
        let before = &self.lines.rest()[..start.min(record.length)];
        let lines = memchr::memchr_iter(b'\n', before).count();
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        (self.lines.number() + lines as u64, Some(column as u64 + 1))
    }
}
