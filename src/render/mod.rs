//! `Report` to bytes, one file a format. Nothing is computed here.

mod csv;
mod github;
mod junit;
mod markdown;
mod picture;
mod plain;
mod svg;
mod table;
mod terminal_plot;

pub use terminal_plot::Plot;

use crate::note::Severity;
use crate::report::Report;
use crate::text::harmless as printable;

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned text for people.
    Table,
    /// One fact a line, undecorated columns: for grep and awk.
    Plain,
    /// The JSON document.
    Json,
    /// The main table, comma separated.
    Csv,
    /// The main table, tab separated.
    Tsv,
    /// Pipe tables for GitHub and design documents.
    Markdown,
    /// Test results for CI systems: a case for each thing judged.
    Junit,
    /// Workflow commands of GitHub Actions: an annotation for each thing that went wrong.
    Github,
    /// The picture, as text and lines for documents.
    Svg,
}

impl Format {
    /// Whether it shows nothing but the picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Svg)
    }
}

/// How to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Significant digits for people.
    pub digits: usize,
    /// Columns that a line of the table format may take.
    pub width: usize,
    /// Only ASCII characters in text formats.
    pub ascii: bool,
    /// Colour in the table format.
    pub color: bool,
    /// The picture in the table format, and its size.
    pub plot: Option<Plot>,
}

/// Writes a report in one format.
pub fn render(report: &Report, format: Format, style: Style) -> String {
    let text = match format {
        Format::Table => table::render(report, style),
        Format::Plain => plain::render(report, style),
        Format::Json => return report.document.clone(),
        Format::Csv => return csv::render(report, b','),
        Format::Tsv => return csv::render(report, b'\t'),
        Format::Markdown => markdown::render(report, style),
        Format::Junit => junit::render(report),
        Format::Github => github::render(report),
        Format::Svg => return report.scene.as_ref().map(svg::render).unwrap_or_default(),
    };
    if style.ascii { ascii(&text) } else { text }
}

/// Whether the notes are inside what [`render`] writes; otherwise they belong beside it.
pub fn holds_notes(format: Format) -> bool {
    matches!(format, Format::Json | Format::Markdown)
}

/// The notes as lines of text, for standard error.
pub fn notes(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for note in &report.notes {
        let word = match note.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
        };
        text.push_str(&format!(
            "{word} {}: {}\n",
            note.code,
            printable(&note.text)
        ));
    }
    if style.ascii { ascii(&text) } else { text }
}

/// Spells in ASCII what the program writes in Unicode; anything else becomes `?`.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => out.push(c),
            'α' => out.push_str("alpha"),
            'β' => out.push_str("beta"),
            'γ' => out.push_str("gamma"),
            'λ' => out.push_str("lambda"),
            'μ' | 'µ' => out.push('u'),
            'ρ' => out.push_str("rho"),
            '∞' => out.push_str("inf"),
            '×' => out.push('x'),
            '·' => out.push('*'),
            '–' | '−' | '—' | '─' => out.push('-'),
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '≈' => out.push('~'),
            '±' => out.push_str("+-"),
            '√' => out.push_str("sqrt"),
            '²' => out.push_str("^2"),
            '…' => out.push_str("..."),
            '→' => out.push_str("->"),
            '“' | '”' => out.push('"'),
            '’' => out.push('\''),
            '│' => out.push('|'),
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_has_a_spelling_for_every_symbol_in_use() {
        assert_eq!(ascii("α ≥ 0.05 – 3 µs × ∞"), "alpha >= 0.05 - 3 us x inf");
        assert!(ascii("日本").is_ascii());
    }
}
