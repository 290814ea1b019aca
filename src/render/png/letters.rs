//! Outlines of letters, from a table that `tests/oracle/glyphs.py` writes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;
use tiny_skia::{Path, PathBuilder};
use unicode_bidi::{BidiInfo, Level};

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

/// Marks above and below letters, which are left out where the table has them not: vowel points
/// of Hebrew, accents that stand alone.
fn is_point(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}')
}

/// Whether the letter can be drawn; of white space there is nothing to draw.
pub(super) fn holds(letter: char) -> bool {
    table().contains_key(&letter) || is_point(letter) || letter.is_whitespace()
}

/// The letters from left to right as they are seen: a name in Hebrew runs from right to left
/// (Unicode Standard Annex 9).
pub(super) fn in_order(text: &str) -> Cow<'_, str> {
    if text.chars().all(|letter| letter < '\u{590}') {
        return Cow::Borrowed(text);
    }
    let info = BidiInfo::new(text, Some(Level::ltr()));
    let lines = info.paragraphs.iter();
    Cow::Owned(
        lines
            .map(|line| info.reorder_line(line, line.range.clone()))
            .collect(),
    )
}

fn of(letter: char) -> (f32, &'static str) {
    let table = table();
    if is_point(letter) && !table.contains_key(&letter) {
        return (0.0, "");
    }
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
    fn hebrew_is_drawn_from_right_to_left_and_what_cannot_be_drawn_is_known() {
        // UAX 9: letters from right to left, numbers inside them from left to right.
        assert_eq!(in_order("a שלום 12 b"), "a 12 םולש b");
        assert_eq!(in_order("plain 12"), "plain 12");
        assert!("שָׁלוֹם, Ёлка ђ".chars().all(holds));
        assert!(!holds('日') && !holds('ع'));
        assert!((width("\u{5b8}")).abs() < 1e-6 && width("ש") > 0.0);
    }

    #[test]
    fn letters_stand_side_by_side() {
        assert!((width("AB") - width("A") - width("B")).abs() < 1e-3);
        let bounds = outline("AA").unwrap().bounds();
        assert!(bounds.right() > width("A") && bounds.right() <= width("AA"));
        assert!(outline(" ").is_none());
    }
}
