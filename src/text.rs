//! Text of foreign origin, made harmless, and how wide text is.
//!
//! Names of columns, series, files and flags come from outside. Whatever of them is shown goes
//! through [`harmless`], so that none can drive a terminal, break a line or turn the reading
//! direction.

use unicode_width::UnicodeWidthStr;

/// Replaces what could do something ([`is_unsafe`]) by U+FFFD; line feeds go too.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(replaced).collect()
}

/// The same with line feeds kept: for text of several lines that the program put together.
pub(crate) fn harmless_lines(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { c } else { replaced(c) })
        .collect()
}

fn replaced(c: char) -> char {
    if is_unsafe(c) { '\u{fffd}' } else { c }
}

/// Whether a character could do more than be read: control characters, line separators, and
/// the marks that turn the reading direction.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Columns that a text takes on a terminal (Unicode TR 11: a Chinese character takes two, a
/// combining mark none).
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most so many columns (at least 1), with an ellipsis for what is left out.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept) >= columns {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// The pieces that a line may break between: words, a number staying with its percent sign.
pub(crate) fn unbroken(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match pieces.last_mut() {
            Some(number)
                if word.starts_with('%') && number.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                number.push(' ');
                number.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_drive_a_terminal() {
        assert_eq!(
            harmless("a\u{1b}[31m\nb\u{202e}c\u{9b}d"),
            "a\u{fffd}[31m\u{fffd}b\u{fffd}c\u{fffd}d"
        );
        assert_eq!(harmless_lines("a\r\nb"), "a\u{fffd}\nb");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        // Unicode TR 11: wide, narrow, and a combining acute accent.
        assert_eq!((width("日本"), width("ab"), width("e\u{301}")), (4, 2, 1));
        assert_eq!(shortened("日本語", 5), "日本…");
        assert_eq!(shortened("abcdef", 4), "abc…");
        assert_eq!(shortened("abc", 3), "abc");
    }

    #[test]
    fn a_number_stays_with_its_percent_sign() {
        let pieces = unbroken("falls  by 12 %, then % of 3.5 % (of 9)");
        let wanted = [
            "falls", "", "by", "12 %,", "then", "%", "of", "3.5 %", "(of", "9)",
        ];
        assert_eq!(pieces, wanted);
    }
}
