//! Lines of an input within bounded memory, and the numbers that tools print in them.

use crate::data::table::{self, Delimiter, Field};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::units;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};

/// The bytes already looked at, and the rest of the input behind them.
pub(crate) type Source<'a> = BufReader<Chain<Cursor<Vec<u8>>, &'a mut dyn Read>>;

/// A longer line is no output of any tool; it would only fill the memory.
const LONGEST_LINE: usize = 1 << 20;

/// Lines of a text, one at a time.
pub(crate) struct Lines<'a> {
    source: Source<'a>,
    bytes: Vec<u8>,
    text: String,
    number: u64,
}

impl<'a> Lines<'a> {
    /// The lines of this input, from its beginning.
    pub(crate) fn new(source: Source<'a>) -> Self {
        Self {
            source,
            bytes: Vec::new(),
            text: String::new(),
            number: 0,
        }
    }

    /// Number of the line that was read last, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The next line with its number, without its end, colours and byte order mark; `None`
    /// after the last.
    ///
    /// # Errors
    /// [`Error::Data`] for a line of more than 1 MiB, a NUL byte, or input that fails.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>, Error> {
        self.bytes.clear();
        let limit = LONGEST_LINE as u64 + 1;
        let count = Read::take(&mut self.source, limit)
            .read_until(b'\n', &mut self.bytes)
            .map_err(|error| unreadable(&error))?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        if count > LONGEST_LINE {
            return Err(Error::data(
                "a line of more than 1 MiB: this is not the output of a tool",
                "check that the file is text",
            )
            .at(self.number, None));
        }
        if let Some(at) = memchr::memchr(0, &self.bytes) {
            return Err(nul_byte().at(self.number, Some(at as u64 + 1)));
        }
        self.text.clear();
        self.text.push_str(&String::from_utf8_lossy(&self.bytes));
        if self.number == 1 && self.text.starts_with('\u{feff}') {
            self.text.remove(0);
        }
        if self.text.contains('\u{1b}') {
            self.text = without_colours(&self.text);
        }
        Ok(Some((
            self.number,
            self.text.trim_end_matches(['\n', '\r']),
        )))
    }

    /// One record of delimited text, whose quoted fields may run over several lines.
    ///
    /// # Errors
    /// As [`Lines::next`], and for a record of more than 1 MiB.
    pub(crate) fn record(&mut self, delimiter: u8) -> Result<Option<Vec<String>>, Error> {
        let mut fields = Vec::new();
        let mut record = String::new();
        let mut quotes = 0;
        while let Some((_, line)) = self.next()? {
            if record.is_empty() && line.trim().is_empty() {
                continue;
            }
            let is_first = record.is_empty();
            record.push_str(line);
            // A quoted field that goes on ends where their number is even. Counted line by
            // line: an open quotation mark may run over a million of them.
            quotes += memchr::memchr_iter(b'"', line.as_bytes()).count();
            if (is_first || quotes % 2 == 0)
                && table::split(record.as_bytes(), Delimiter::Byte(delimiter), &mut fields)
            {
                let text = |field: &Field| field.text(record.as_bytes()).into_owned();
                return Ok(Some(fields.iter().map(text).collect()));
            }
            if record.len() > LONGEST_LINE {
                break;
            }
            record.push('\n');
        }
        if record.is_empty() {
            return Ok(None);
        }
        Err(
            Error::data("a quoted field never ends", "close the quotation mark")
                .at(self.number, None),
        )
    }
}

/// The error for a report that ends before its last part.
pub(crate) fn cut_off(tool: &str, missing: &str) -> Error {
    Error::data(
        format!("the report of {tool} is cut off: it has no \"{missing}\""),
        "let the run come to its end, and copy all of its output",
    )
}

/// The doubt about an input whose last line has no end.
pub(crate) fn cut_off_note() -> Note {
    Note::new(
        NoteCode::CutOff,
        "the last line has no line end: look whether its last number is whole",
    )
}

/// The error for input that stops with a failure of the system.
pub(crate) fn unreadable(error: &std::io::Error) -> Error {
    Error::data(format!("cannot read on: {error}"), "")
}

/// The error for bytes that no text holds.
pub(crate) fn nul_byte() -> Error {
    Error::data(
        "a NUL byte: this is not text, or text in UTF-16",
        "convert it to UTF-8, with iconv -f UTF-16 -t UTF-8 for example",
    )
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A control sequence ends with a letter.
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

/// Where the columns of a table with a header are.
pub(crate) struct ColumnNames(Vec<String>);

impl ColumnNames {
    /// A header of these names.
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// The column of this name, whatever the case of its letters.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|found| found.eq_ignore_ascii_case(name))
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.0
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`Error::Data`] that lists the columns there are.
    pub(crate) fn need(&self, name: &str) -> Result<usize, Error> {
        self.find(name).ok_or_else(|| {
            Error::data(
                format!("no column \"{name}\""),
                format!("the columns are {}", self.0.join(", ")),
            )
        })
    }
}

/// The cell of a record as a number.
///
/// # Errors
/// [`Error::Data`] with the column where it is missing or no number.
pub(crate) fn cell(record: &[String], column: usize, line: u64) -> Result<f64, Error> {
    let text = record.get(column).map_or("", String::as_str);
    number(text).ok_or_else(|| {
        Error::data(format!("cannot read \"{text}\" as a number"), "")
            .at(line, Some(column as u64 + 1))
    })
}

/// A finite number, thousands commas allowed: `6,778` or `12.5`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    match units::number(text) {
        Ok(value) => Some(value),
        Err(_) if text.contains(',') && grouped(text) => units::number(&text.replace(',', "")).ok(),
        Err(_) => None,
    }
}

/// Whether the commas stand where thousands end: `1,234,567.8`.
fn grouped(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or(text);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("").trim_start_matches('-');
    (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
}

/// The number that a text begins with, and what follows it: `2.94 seconds`, `16.46k`.
pub(crate) fn leading_number(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let end = text
        .char_indices()
        .find(|(at, c)| {
            !(c.is_ascii_digit()
                || matches!(c, '.' | ',')
                || (*at == 0 && matches!(c, '-' | '+'))
                || (matches!(c, 'e' | 'E' | '+' | '-') && exponent(text, *at)))
        })
        .map_or(text.len(), |(at, _)| at);
    let digits = text[..end].trim_end_matches(['.', ',']);
    Some((number(digits)?, text[end..].trim_start()))
}

/// Whether the character at `at` belongs to the exponent of a number.
fn exponent(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    match bytes.get(at) {
        Some(b'e' | b'E') => {
            at > 0
                && digit(at - 1)
                && (digit(at + 1)
                    || (matches!(bytes.get(at + 1), Some(b'+' | b'-')) && digit(at + 2)))
        }
        Some(_) => at > 0 && matches!(bytes[at - 1], b'e' | b'E') && digit(at + 1),
        None => false,
    }
}

/// The text after `label` on a line that begins with it, blanks in front ignored.
pub(crate) fn after<'t>(line: &'t str, label: &str) -> Option<&'t str> {
    line.trim_start().strip_prefix(label).map(str::trim_start)
}

/// The number after `label` on a line that begins with it.
pub(crate) fn number_after(line: &str, label: &str) -> Option<f64> {
    leading_number(after(line, label)?).map(|(value, _)| value)
}

/// The number that stands right before `word` in a line: `4` of `12 threads and 4 connections`.
pub(crate) fn number_before(line: &str, word: &str) -> Option<f64> {
    let before = &line[..line.find(word)?];
    number(before.split_whitespace().next_back()?)
}

/// A duration such as `1.71ms` or `163.00us` in seconds.
pub(crate) fn duration(text: &str) -> Option<f64> {
    let (value, unit) = leading_number(text)?;
    let unit = unit.split(|c: char| !c.is_alphabetic()).next()?;
    units::seconds(value, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines<T>(text: &[u8], then: impl FnOnce(&mut Lines<'_>) -> T) -> T {
        let mut rest: &[u8] = &[];
        let chain = Cursor::new(text.to_vec()).chain(&mut rest as &mut dyn Read);
        then(&mut Lines::new(BufReader::new(chain)))
    }

    #[test]
    fn lines_lose_their_ends_colours_and_mark() {
        lines(
            "\u{feff}a\r\n\u{1b}[31mb\u{1b}[0m\n\nc".as_bytes(),
            |lines| {
                for expected in [(1, "a"), (2, "b"), (3, ""), (4, "c")] {
                    assert_eq!(lines.next().unwrap(), Some(expected));
                }
                assert_eq!(lines.next().unwrap(), None);
                assert_eq!(lines.number(), 4);
            },
        );
    }

    #[test]
    fn a_hostile_line_is_an_error() {
        let long = vec![b'a'; LONGEST_LINE + 10];
        assert!(lines(&long, |lines| lines.next().is_err()));
        let error = lines(b"a\nb\0", |lines| {
            lines.next().unwrap();
            lines.next().unwrap_err()
        });
        assert!(
            error.to_string().starts_with("line 2: a NUL byte"),
            "{error}"
        );
        let open = [b"\"".to_vec(), b"a\n".repeat(LONGEST_LINE)].concat();
        assert!(lines(&open, |lines| lines.record(b',').is_err()));
    }

    #[test]
    fn records_keep_quoted_delimiters_and_lines() {
        lines(b"a,\"b,\nc\", d \n\n1,2,3\n", |lines| {
            assert_eq!(lines.record(b',').unwrap().unwrap(), ["a", "b,\nc", "d"]);
            assert_eq!(lines.record(b',').unwrap().unwrap(), ["1", "2", "3"]);
            assert!(lines.record(b',').unwrap().is_none());
        });
    }

    #[test]
    fn numbers_as_tools_print_them() {
        let close = |got: Option<f64>, expected: f64| {
            assert!(
                (got.unwrap() - expected).abs() < 1e-12 * expected.abs(),
                "{got:?}"
            );
        };
        close(number("6,778"), 6778.0);
        close(number("1,234,567.5"), 1_234_567.5);
        for bad in ["1,23", "12,3456", "", "NaN", "-nan", "N/A", "1.2.3", "inf"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        close(duration("163.00us"), 163e-6);
        close(duration("1.02s  97.00%"), 1.02);
        assert_eq!(leading_number("16.46k 3"), Some((16.46, "k 3")));
        assert_eq!(leading_number("1e-3 s"), Some((1e-3, "s")));
        assert_eq!(leading_number("5 events"), Some((5.0, "events")));
        assert_eq!(leading_number("x"), None);
        close(
            number_before("  2 threads and 8 connections", " connections"),
            8.0,
        );
    }
}
