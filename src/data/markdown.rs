//! A table in the middle of a Markdown text: the lines around it are passed over.

use super::columns::{Role, understand};
use std::io::{BufRead, Read};

/// A table in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Lines before its header.
    before: usize,
    /// Tables of the text that are not this one.
    pub(super) others: usize,
}

impl Place {
    /// Line of the header, from 1.
    pub(super) fn line(self) -> usize {
        self.before + 1
    }
}

/// Where in a text the table of measurements stands: the first with a column that is N by its
/// name, else the first. `None` without a table, or where nothing stands around it.
pub(super) fn place(text: &str) -> Option<Place> {
    let lines: Vec<&str> = text.lines().collect();
    let headers: Vec<usize> = (1..lines.len())
        .filter(|at| is_rule(lines[*at]) && is_row(lines[*at - 1]) && !is_rule(lines[*at - 1]))
        .map(|at| at - 1)
        .collect();
    let has_size = |at: &&usize| {
        lines[**at].split('|').any(|name| {
            let meaning = understand(name.trim());
            meaning.certain && meaning.role == Role::Size
        })
    };
    let before = *(headers.iter().find(has_size)).or(headers.first())?;
    let around = |line: &&str| !line.trim().is_empty() && !is_row(line);
    lines.iter().any(around).then_some(Place {
        before,
        others: headers.len() - 1,
    })
}

fn is_row(line: &str) -> bool {
    line.contains('|')
}

/// `|---|--:|`, which stands under the header.
fn is_rule(line: &str) -> bool {
    let drawn = |letter: char| matches!(letter, '|' | '-' | ':' | ' ' | '\t');
    is_row(line) && line.contains("--") && line.trim_end_matches(['\r', '\n']).chars().all(drawn)
}

/// The text with an empty line for each that is not of the table, so that lines keep their
/// numbers.
pub(super) struct Lifted<R> {
    input: R,
    place: Place,
    line: usize,
    ended: bool,
    bytes: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Lifted<R> {
    pub(super) fn new(input: R, place: Place) -> Self {
        Self {
            input,
            place,
            line: 0,
            ended: false,
            bytes: Vec::new(),
            at: 0,
        }
    }
}

impl<R: BufRead> Read for Lifted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.bytes.len() {
            self.bytes.clear();
            self.at = 0;
            // A line longer than any row is text.
            let length = Read::take(&mut self.input, LONGEST).read_until(b'\n', &mut self.bytes)?;
            if length == 0 {
                return Ok(0);
            }
            let inside = self.line >= self.place.before && !self.ended;
            if inside && !self.bytes.contains(&b'|') {
                self.ended = true;
            }
            if !inside || self.ended {
                let ends = self.bytes.ends_with(b"\n");
                self.bytes.clear();
                self.bytes.extend(if ends { &b"\n"[..] } else { b" " });
            }
            self.line += 1;
        }
        let count = buffer.len().min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// A longer line is no row.
const LONGEST: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Results\n\nSome words.\n\n| host | cores |\n|---|---|\n| a | 8 |\n\n\
        | threads | tps |\n|--:|--:|\n| 1 | 100 |\n| 2 | 190 |\n\nMore | words | here.\n";

    #[test]
    fn the_table_with_n_is_lifted_out_and_lines_keep_their_numbers() {
        let text = TEXT.replace("| host | cores |", "| host | memory |");
        let found = place(&text).unwrap();
        assert_eq!((found.line(), found.others), (9, 1));
        let mut out = String::new();
        let mut lifted = Lifted::new(text.as_bytes(), found);
        lifted.read_to_string(&mut out).unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines.len(), text.lines().count());
        assert_eq!(lines[8..12], text.lines().collect::<Vec<_>>()[8..12]);
        assert!(
            lines[..8]
                .iter()
                .chain(&lines[12..])
                .all(|line| line.is_empty())
        );
    }

    #[test]
    fn a_table_alone_needs_no_lifting() {
        assert_eq!(place("| n | x |\n|---|---|\n| 1 | 5 |\n"), None);
        assert_eq!(place("n,x\n1,5\n"), None);
        assert_eq!(place("a | b\nc | d\nwords\n"), None);
    }
}
