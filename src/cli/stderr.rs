//! Standard error, through which nothing of foreign origin does anything but be read.

use crate::text::harmless_lines;
use std::io::{self, Write};

/// Passes text on with control characters replaced: errors, notes and progress may quote
/// columns, files and flags.
pub(super) struct Harmless<'a>(pub(super) &'a mut dyn Write);

impl Write for Harmless<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(harmless_lines(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
