//! Doubts are data: they travel with the result they qualify.

use serde::Serialize;

/// How much a note should worry the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the answer stands.
    Note,
    /// The answer may mislead without this.
    Warning,
}

/// One doubt about a result: a stable code, and one sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// Stable word for machines, such as `peak-not-established`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence for people.
    pub text: String,
}

impl Note {
    /// Something worth knowing.
    pub fn remark(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Note,
            text: text.into(),
        }
    }

    /// Something that may make the answer mislead.
    pub fn warning(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            text: text.into(),
        }
    }
}
