//! `Report` to bytes, one file a format. Nothing is computed here.

mod csv;
mod github;
pub(crate) mod html;
mod junit;
mod markdown;
mod picture;
mod plain;
#[cfg(feature = "png")]
mod png;
mod svg;
mod table;
mod terminal_plot;

pub use terminal_plot::Plot;

use crate::note::Severity;
use crate::report::{Report, Scene};
use crate::text::harmless as printable;

/// Builds [`Format`] from its table: variant, name, other endings of its files, a few words for
/// people, and what writes it.
macro_rules! formats {
    ($($variant:ident $name:literal $endings:tt $words:literal $write:expr;)*) => {
        /// An output format. A new one is a file beside this one and an entry of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Format {
            $(#[doc = $words] $variant,)*
        }

        impl Format {
            /// Every format, in the order of the manual.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name, such as `markdown`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is and what for, in a few words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// Endings of its files besides its name, such as `md`.
            fn endings(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &$endings,)* }
            }

            fn writer(self) -> Writer {
                match self { $(Self::$variant => $write,)* }
            }
        }
    };
}

/// What writes a report in one format.
type Writer = fn(&Report, Style, Beside<'_>) -> Vec<u8>;

formats! {
    Table "table" ["txt"] "Aligned text for people"
        |report, style, _| text(table::render(report, style), style);
    Plain "plain" [] "One fact a line, bare columns: for grep and awk"
        |report, style, _| text(plain::render(report, style), style);
    Json "json" [] "The JSON document (see `scalecalc schema`)"
        |report, _, _| document(report, Format::Json);
    Ndjson "ndjson" ["jsonl"] "One compact JSON line a result, for jq and log pipelines"
        |report, _, _| document(report, Format::Ndjson);
    Csv "csv" [] "The main table, comma separated"
        |report, _, _| csv::render(report, b',').into_bytes();
    Tsv "tsv" [] "The main table, tab separated"
        |report, _, _| csv::render(report, b'\t').into_bytes();
    Markdown "markdown" ["md"] "Pipe tables for GitHub"
        |report, style, beside| text(markdown::render(report, style, beside), style);
    Junit "junit" ["xml"] "Test results for CI systems (check, compare)"
        |report, style, _| text(junit::render(report), style);
    Github "github" [] "Annotations of a GitHub Actions job (check, compare)"
        |report, style, _| text(github::render(report), style);
    Svg "svg" [] "The picture, for documents"
        |report, _, _| picture(report, |scene| svg::render(scene).into_bytes());
    Png "png" [] "The picture in pixels"
        |report, _, _| picture(report, pixels);
    Html "html" ["htm"] "One self-contained page"
        |report, style, beside| html::render(report, style, beside.made_by).into_bytes();
}

impl Format {
    /// The format of this name, whatever the case of its letters.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// The format of files with this ending, such as `md`.
    pub fn of_ending(ending: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|format| format.endings().contains(&ending))
            .or_else(|| Self::named(ending))
    }

    /// Whether it is the document itself.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }

    /// Whether it shows nothing but the picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Svg | Self::Png)
    }
}

/// How to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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

impl Style {
    /// Significant digits for people.
    #[must_use]
    pub fn with_digits(self, digits: usize) -> Self {
        Self { digits, ..self }
    }

    /// Columns that a line of the table format may take.
    #[must_use]
    pub fn with_width(self, width: usize) -> Self {
        Self { width, ..self }
    }

    /// Whether text formats have only ASCII characters.
    #[must_use]
    pub fn with_ascii(self, ascii: bool) -> Self {
        Self { ascii, ..self }
    }

    /// Whether the table format has colour.
    #[must_use]
    pub fn with_color(self, color: bool) -> Self {
        Self { color, ..self }
    }

    /// The size of the picture in the table format.
    #[must_use]
    pub fn with_plot(self, plot: Plot) -> Self {
        Self {
            plot: Some(plot),
            ..self
        }
    }
}

impl Default for Style {
    /// Three digits, 100 columns, Unicode, neither colour nor a picture.
    fn default() -> Self {
        Self {
            digits: 3,
            width: 100,
            ascii: false,
            color: false,
            plot: None,
        }
    }
}

/// What a document says besides its report.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Beside<'a> {
    /// The command line that made it; empty for none.
    pub made_by: &'a str,
    /// The file beside it that holds the picture, for Markdown; empty for none.
    pub picture: &'a str,
}

impl<'a> Beside<'a> {
    /// The command line that made it.
    #[must_use]
    pub fn with_made_by(self, made_by: &'a str) -> Self {
        Self { made_by, ..self }
    }

    /// The file beside it that holds the picture.
    #[must_use]
    pub fn with_picture(self, picture: &'a str) -> Self {
        Self { picture, ..self }
    }
}

/// Writes a report in one format. A picture of a report without one is empty.
pub fn render(report: &Report, format: Format, style: Style, beside: Beside<'_>) -> Vec<u8> {
    format.writer()(report, style, beside)
}

/// The bytes of a text for people.
fn text(text: String, style: Style) -> Vec<u8> {
    let text = if style.ascii { ascii(&text) } else { text };
    text.into_bytes()
}

/// The whole JSON of a report.
fn document(report: &Report, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    match write_document(report, format, &mut bytes) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}

/// The picture of a report, where it has one.
fn picture(report: &Report, draw: fn(&Scene) -> Vec<u8>) -> Vec<u8> {
    report.scene.as_ref().map(draw).unwrap_or_default()
}

/// Writes the JSON of a report piece by piece, so that it is nowhere in memory whole.
///
/// # Errors
/// What the writer says.
pub fn write_document(
    report: &Report,
    format: Format,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    if format == Format::Ndjson {
        report.document.write_lines(out)
    } else {
        report.document.write(out)
    }
}

/// The bytes of a PNG file; none where the program was built without it.
fn pixels(scene: &Scene) -> Vec<u8> {
    #[cfg(feature = "png")]
    return png::render(scene);
    #[cfg(not(feature = "png"))]
    {
        let _ = scene;
        Vec::new()
    }
}

/// Whether the notes are inside what [`render`] writes; otherwise they belong beside it.
pub fn holds_notes(format: Format) -> bool {
    matches!(
        format,
        Format::Json | Format::Ndjson | Format::Markdown | Format::Html
    )
}

/// The notes as lines of text, for standard error: one a line, broken between words where it
/// is wider than the style.
pub fn notes(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for note in &report.notes {
        let (word, colored) = match note.severity {
            Severity::Note => ("note", "\u{1b}[36mnote\u{1b}[0m"),
            Severity::Warning => ("warning", "\u{1b}[1;33mwarning\u{1b}[0m"),
        };
        let line = format!("{word} {}: {}", note.code, note.text);
        let lines = table::wrap(&line, style.width.saturating_sub(2)).join("\n  ");
        text.push_str(if style.color { colored } else { word });
        text.push_str(&lines[word.len()..]);
        text.push('\n');
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
