//! Outlines of letters, from a table that `tests/oracle/glyphs.py` writes.

use std::collections::HashMap;
use std::sync::OnceLock;
use tiny_skia::{Path, PathBuilder};

/// Units of the outlines in the height of the letters.
pub(super) const EM: f32 = 2048.0;

/// What stands for a letter that the table does not hold.
const UNKNOWN: char = '\u{fffd}';

/// Advance and outline of each letter.
type Table = HashMap<char, (f32, &'static str)>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("glyphs.txt").lines();
        lines.filter_map(read_line).collect()
    })
}

/// `A 1401 M…`: the letter, its advance, its outline.
fn read_line(line: &'static str) -> Option<(char, (f32, &'static str))> {
    let letter = line.chars().next()?;
    let rest = line.get(letter.len_utf8() + 1..)?;
    let (advance, outline) = rest.split_once(' ')?;
    Some((letter, (advance.parse().ok()?, outline)))
}

fn of(letter: char) -> (f32, &'static str) {
    let table = table();
    let found = table.get(&letter).or_else(|| table.get(&UNKNOWN));
    found.copied().unwrap_or((0.6 * EM, ""))
}

/// Width of a text in units.
pub(super) fn width(text: &str) -> f32 {
    text.chars().map(|letter| of(letter).0).sum()
}

/// The outline of a text that begins at 0; `None` for one without ink.
pub(super) fn outline(text: &str) -> Option<Path> {
    let mut path = PathBuilder::new();
    let mut x = 0.0;
    for letter in text.chars() {
        let (advance, outline) = of(letter);
        add(&mut path, outline, x);
        x += advance;
    }
    path.finish()
}

fn add(path: &mut PathBuilder, outline: &str, x: f32) {
    let starts = outline
        .char_indices()
        .filter(|(_, c)| c.is_ascii_alphabetic());
    let starts: Vec<usize> = starts.map(|(index, _)| index).collect();
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(outline.len());
        let command = outline.get(*start..end).unwrap_or_default();
        let numbers = command.get(1..).unwrap_or_default().split(' ');
        let values: Vec<f32> = numbers.filter_map(|number| number.parse().ok()).collect();
        match (command.as_bytes().first(), values.as_slice()) {
            (Some(b'M'), [a, b]) => path.move_to(x + a, *b),
            (Some(b'L'), [a, b]) => path.line_to(x + a, *b),
            (Some(b'Q'), [c, d, a, b]) => path.quad_to(x + c, *d, x + a, *b),
            (Some(b'Z'), _) => path.close(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_that_the_program_writes_is_in_the_table() {
        let table = table();
        for letter in "Throughput αβγλμµρ ∞×·–−≥≤≈±√²… 0123456789,./%()[]{}!?*éß".chars()
        {
            assert!(table.contains_key(&letter), "{letter}");
        }
        assert!(table.contains_key(&UNKNOWN));
    }

    #[test]
    fn letters_stand_side_by_side() {
        assert!((width("AB") - width("A") - width("B")).abs() < 1e-3);
        let bounds = outline("AA").unwrap().bounds();
        assert!(bounds.right() > width("A") && bounds.right() <= width("AA"));
        assert!(outline(" ").is_none());
    }
}
