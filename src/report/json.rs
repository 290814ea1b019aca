//! The JSON document of a result: kept as its parts, and written when someone wants it.

use super::Document;
use serde::Serialize;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// What can be written as JSON, in pieces, so that no document has to be in memory whole.
pub(crate) trait Body {
    /// The indented document with a newline at its end.
    ///
    /// # Errors
    /// What the writer says.
    fn whole(&self, out: &mut dyn Write) -> io::Result<()>;

    /// Compact JSON, a line a result.
    ///
    /// # Errors
    /// What the writer says.
    fn lines(&self, out: &mut dyn Write) -> io::Result<()>;
}

impl<T: Serialize> Body for Document<T> {
    fn whole(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }

    fn lines(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

/// A document that is written when it is asked for. Two are equal where their text is.
#[derive(Clone)]
pub struct Json(Arc<dyn Body>);

impl Json {
    /// A document from its parts.
    pub(crate) fn new(body: impl Body + 'static) -> Self {
        Self(Arc::new(body))
    }

    /// Writes it indented: numbers in the shortest form that reads back equal, no NaN or
    /// infinity (null), a newline at the end.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.whole(out)
    }

    /// Writes one compact line a result.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_lines(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.lines(out)
    }

    /// The indented text; empty where it cannot be written.
    pub fn text(&self) -> String {
        let mut bytes = Vec::new();
        // Only maps without string keys fail, which the document types do not have.
        match self.write(&mut bytes) {
            Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.text() == other.text()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Json")
    }
}
