//! Standard error, through which nothing of foreign origin does anything but be read.

use crate::text::harmless_lines;
use std::io::{self, Write};

/// Passes text on with control characters replaced: errors, notes and progress may quote
/// columns, files and flags. Colours pass where standard error has them.
pub(super) struct Harmless<'a> {
    pub(super) to: &'a mut dyn Write,
    pub(super) color: bool,
}

impl Write for Harmless<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let text = if self.color {
            with_colors(&text)
        } else {
            harmless_lines(&text)
        };
        self.to.write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Keeps what only colours (ECMA-48 SGR: `ESC [ digits m`) and replaces every other control.
fn with_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = harmless_lines(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        match end.map(|end| part.split_at(end)) {
            Some((codes, rest)) if rest.starts_with('m') => {
                out.push_str("\u{1b}[");
                out.push_str(codes);
                out.push_str(&harmless_lines(rest));
            }
            _ => {
                out.push_str("\u{fffd}[");
                out.push_str(&harmless_lines(part));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_pass_and_nothing_else_does() {
        let passed = |text: &str| with_colors(text);
        assert_eq!(
            passed("\u{1b}[1;31merror\u{1b}[0m\n"),
            "\u{1b}[1;31merror\u{1b}[0m\n"
        );
        assert_eq!(
            passed("\u{1b}[2Ja\u{1b}]0;t\u{7}"),
            "\u{fffd}[2Ja\u{fffd}]0;t\u{fffd}"
        );
        assert_eq!(passed("\u{1b}["), "\u{fffd}[");
    }
}
