//! Lines from any [`Read`], in blocks, with their true numbers.

use crate::error::Error;
use std::io::{ErrorKind, Read};

/// Bytes asked for at once. A larger block gains nothing measurable and costs memory.
const BLOCK: usize = 128 * 1024;

/// No record of measurements is longer; a binary file without line ends may be.
const LONGEST: usize = 1024 * 1024;

/// A window of unread bytes that moves over the input.
pub(in crate::data) struct Lines<'a> {
    input: &'a mut dyn Read,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    /// Number of the line that `start` is in, counted from 1.
    line: u64,
}

impl<'a> Lines<'a> {
    pub(in crate::data) fn new(input: &'a mut dyn Read) -> Self {
        Self {
            input,
            buffer: vec![0; BLOCK],
            start: 0,
            end: 0,
            at_end: false,
            line: 1,
        }
    }

    /// The bytes that are read and not yet taken.
    pub(in crate::data) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Number of the next line.
    pub(in crate::data) fn number(&self) -> u64 {
        self.line
    }

    /// Takes `bytes` that hold `lines` line ends.
    pub(in crate::data) fn take(&mut self, bytes: usize, lines: u64) {
        self.start = (self.start + bytes).min(self.end);
        self.line += lines;
    }

    /// Reads more. Returns whether there was more.
    ///
    /// # Errors
    /// [`Error::Data`] where reading fails, or where one record outgrows its limit.
    pub(super) fn fill(&mut self) -> Result<bool, Error> {
        if self.at_end {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end > LONGEST {
            return Err(Error::data(
                "a line of more than 1 MiB: this is not a table of measurements",
                "give text with one row a line; a quote that is never closed also reads as one line",
            )
            .at(self.line, None));
        }
        if self.buffer.len() - self.end < BLOCK / 2 {
            self.buffer.resize(self.buffer.len() + BLOCK, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => {
                    self.at_end = true;
                    return Ok(false);
                }
                Ok(more) => {
                    self.end += more;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::data(format!("cannot read on: {error}"), ""));
                }
            }
        }
    }

    /// Fills the window until it holds at least a block or the whole input.
    pub(in crate::data) fn fill_block(&mut self) -> Result<(), Error> {
        while self.rest().len() < BLOCK && self.fill()? {}
        Ok(())
    }

    /// Where the next line starts in [`Lines::rest`], its length, and the length of its end.
    /// `from` is where the search may start: a record can hold line ends inside quotes.
    ///
    /// A line ends with LF, CRLF or a lone CR. `None` at the end of the input.
    pub(super) fn find_line(&mut self, from: usize) -> Result<Option<Line>, Error> {
        let mut searched = from;
        loop {
            let rest = self.rest();
            let found = memchr::memchr2(b'\n', b'\r', rest.get(searched..).unwrap_or_default());
            let Some(offset) = found else {
                searched = rest.len();
                if !self.fill()? {
                    let length = self.rest().len();
                    return Ok((length > from).then_some(Line { length, ending: 0 }));
                }
                continue;
            };
            let length = searched + offset;
            let ending = match (rest[length], rest.get(length + 1).copied()) {
                (b'\r', Some(b'\n')) => 2,
                // Whether LF follows is in the next block.
                (b'\r', None) if self.fill()? => continue,
                _ => 1,
            };
            return Ok(Some(Line { length, ending }));
        }
    }
}

/// A line at the front of [`Lines::rest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Bytes without the line end.
    pub(super) length: usize,
    /// Bytes of the line end: 2 for CRLF, 0 at the end of the input.
    pub(super) ending: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, to cut the input everywhere.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let size = self.1.min(into.len());
            self.0.read(&mut into[..size])
        }
    }

    #[test]
    fn all_line_ends_count_once_wherever_the_blocks_are_cut() {
        let text = b"a\r\nb\rc\n\n\r\r\nlast";
        for step in 1..=text.len() {
            let mut drip = Drip(text, step);
            let mut lines = Lines::new(&mut drip);
            let mut found = Vec::new();
            while let Some(line) = lines.find_line(0).unwrap() {
                let text = String::from_utf8(lines.rest()[..line.length].to_vec()).unwrap();
                found.push((lines.number(), text));
                lines.take(line.length + line.ending, 1);
            }
            let expected = [
                (1, "a"),
                (2, "b"),
                (3, "c"),
                (4, ""),
                (5, ""),
                (6, ""),
                (7, "last"),
            ];
            assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut endless = std::io::repeat(b'x');
        let error = Lines::new(&mut endless).find_line(0).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("line 1: a line of more than 1 MiB")
        );
    }
}
