//! Small tables beside the measurements, read by column name: machines on offer, workers.
//!
//! One record at a time, with the place of what cannot be read.

use super::table::{Delimiter, Lines, Record, Records, check_encoding};
use crate::error::Error;
use crate::units;
use std::borrow::Cow;
use std::io::Read;

/// A delimited table with a header, read record by record.
pub(crate) struct NamedTable<'a> {
    records: Records<'a>,
    header: Vec<Name>,
    /// The present record; it is taken when the next one is asked for.
    present: Option<Record>,
}

/// A column name, with its unit taken off.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    /// As it stands in the file.
    written: String,
    /// In lower case, words joined by `_`, without its unit.
    plain: String,
    /// What a value is multiplied by for seconds, or a share; 1 without a unit.
    factor: f64,
}

/// A column that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedColumn(usize);

/// Units at the end of a name, with their factor to base units.
const UNITS: [(&str, f64); 13] = [
    ("_seconds", 1.0),
    ("_secs", 1.0),
    ("_s", 1.0),
    ("_ms", 1e-3),
    ("_us", 1e-6),
    ("_ns", 1e-9),
    ("_percent", 1e-2),
    ("_pct", 1e-2),
    ("_%", 1e-2),
    ("_per_h", 1.0),
    ("_per_s", 1.0),
    ("/h", 1.0),
    ("/s", 1.0),
];

impl Name {
    fn new(written: &str) -> Self {
        let lower = written.trim().to_lowercase();
        let joined = lower
            .replace(['(', '[', ')', ']'], " ")
            .split([' ', '-', '.'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_");
        // The longest ending wins: "_per_s" before "_s".
        let unit = UNITS
            .iter()
            .filter(|(ending, _)| joined.len() > ending.len() && joined.ends_with(ending))
            .max_by_key(|(ending, _)| ending.len());
        let (plain, factor) = unit.map_or((joined.as_str(), 1.0), |(ending, factor)| {
            (joined.trim_end_matches(ending), *factor)
        });
        Self {
            written: written.trim().to_owned(),
            plain: plain.trim_end_matches('_').to_owned(),
            factor,
        }
    }
}

impl<'a> NamedTable<'a> {
    /// Reads the header. The delimiter is the one of `,`, `;` and tab that it has most of.
    ///
    /// # Errors
    /// [`Error::Data`] where nothing can be read or there is no header.
    pub(crate) fn new(input: &'a mut dyn Read) -> Result<Self, Error> {
        let mut lines = Lines::new(input);
        lines.fill_block()?;
        let mark = check_encoding(lines.rest())?;
        lines.take(mark, 0);
        let mut records = Records::new(lines, Delimiter::Byte(b','));
        if let Some(first) = records.peek()? {
            let line = &records.lines.rest()[..first.length];
            let count = |mark: &u8| memchr::memchr_iter(*mark, line).count();
            let most = [b'\t', b';', b','].into_iter().max_by_key(count);
            records.delimiter = Delimiter::Byte(most.unwrap_or(b','));
        }
        let header: Vec<Name> = match records.peek()? {
            Some(first) => {
                let texts = records.texts(first);
                records.take(first);
                texts.iter().map(|text| Name::new(text)).collect()
            }
            None => Vec::new(),
        };
        if header.iter().all(|name| name.plain.is_empty()) {
            return Err(Error::data(
                "the file is empty",
                "give a header that names the columns, and a row each",
            ));
        }
        Ok(Self {
            records,
            header,
            present: None,
        })
    }

    /// The column with the first of these names that is there; names in lower case with `_`,
    /// without unit.
    pub(crate) fn column(&self, names: &[&str]) -> Option<NamedColumn> {
        names
            .iter()
            .find_map(|name| self.header.iter().position(|known| known.plain == *name))
            .map(NamedColumn)
    }

    /// The names of all columns, as they are written.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(|name| name.written.as_str())
    }

    /// Moves to the next record; `false` at the end.
    ///
    /// # Errors
    /// [`Error::Data`] where a record cannot be read or has another number of fields.
    pub(crate) fn advance(&mut self) -> Result<bool, Error> {
        if let Some(past) = self.present.take() {
            self.records.take(past);
        }
        self.present = self.records.peek()?;
        let (found, named) = (self.records.fields.len(), self.header.len());
        if self.present.is_some() && found != named {
            let message = format!("{found} fields where the header has {named}");
            return Err(Error::data(message, "").at(self.line(), None));
        }
        Ok(self.present.is_some())
    }

    /// Line of the present record, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.records.lines.number()
    }

    /// Text of a field.
    pub(crate) fn text(&self, column: NamedColumn) -> Cow<'_, str> {
        match (self.present, self.records.fields.get(column.0)) {
            (Some(record), Some(field)) => field.text(&self.records.lines.rest()[..record.length]),
            _ => Cow::Borrowed(""),
        }
    }

    /// Number of a field in base units; `None` where it is empty, `-` or `NA`. `85%` is 0.85.
    ///
    /// # Errors
    /// [`Error::Data`] with line and column for what is not a number.
    pub(crate) fn number(&self, column: NamedColumn) -> Result<Option<f64>, Error> {
        let text = self.text(column);
        if matches!(text.as_ref(), "" | "-" | "NA" | "N/A" | "null") {
            return Ok(None);
        }
        let (digits, factor) = match text.strip_suffix('%') {
            Some(digits) => (digits, 1e-2),
            None => (text.as_ref(), self.header[column.0].factor),
        };
        match units::number(digits) {
            Ok(value) => Ok(Some(value * factor)),
            Err(_) => Err(Error::data(
                format!(
                    "cannot read \"{text}\" as a number in column \"{}\"",
                    self.header[column.0].written
                ),
                "write digits with an optional decimal point, or leave the cell empty",
            )
            .at(self.line(), Some(column.0 as u64 + 1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_unit_and_values_take_it() {
        let mut text = "\u{feff}Worker;CPU %;lock wait (ms);work_s\r\na;85;250;2\r\n".as_bytes();
        let mut records = NamedTable::new(&mut text).unwrap();
        let at = |records: &NamedTable<'_>, name: &str| {
            records
                .number(records.column(&[name]).unwrap())
                .unwrap()
                .unwrap()
        };
        assert!(records.advance().unwrap());
        assert!((at(&records, "cpu") - 0.85).abs() < 1e-15);
        assert!((at(&records, "lock_wait") - 0.25).abs() < 1e-15);
        assert!((at(&records, "work") - 2.0).abs() < 1e-15);
        assert_eq!(records.text(records.column(&["worker"]).unwrap()), "a");
        assert!(!records.advance().unwrap());
    }

    #[test]
    fn comments_stand_before_the_header_and_quotes_hold_delimiters() {
        let mut text = "# one; two; three\nkey,count\n\n\"a, \"\"b\"\"\",2\n# end\nc,\n".as_bytes();
        let mut records = NamedTable::new(&mut text).unwrap();
        let (key, count) = (records.column(&["key"]), records.column(&["count"]));
        let (key, count) = (key.unwrap(), count.unwrap());
        assert!(records.advance().unwrap());
        assert_eq!(
            (records.text(key).as_ref(), records.line()),
            ("a, \"b\"", 4)
        );
        assert!(records.advance().unwrap());
        assert_eq!(records.number(count).unwrap(), None);
        assert!(!records.advance().unwrap());
    }

    #[test]
    fn what_cannot_be_read_has_its_place() {
        let mut text = "worker,cpu\na,0.5\nb,x\n".as_bytes();
        let mut records = NamedTable::new(&mut text).unwrap();
        let cpu = records.column(&["utilization", "cpu"]).unwrap();
        assert!(records.advance().unwrap() && records.number(cpu).is_ok());
        assert!(records.advance().unwrap());
        let error = records.number(cpu).unwrap_err().in_file("w.csv");
        assert!(
            error
                .to_string()
                .starts_with("w.csv:3:2: cannot read \"x\"")
        );
        let mut text = "a,b\n1\n".as_bytes();
        let mut ragged = NamedTable::new(&mut text).unwrap();
        assert!(
            ragged
                .advance()
                .unwrap_err()
                .to_string()
                .contains("1 fields")
        );
        assert!(NamedTable::new(&mut "".as_bytes()).is_err());
    }
}
