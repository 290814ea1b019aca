//! One self-contained page: words, pictures, tables and doubts, with the document inside.
//!
//! Nothing leaves the page: its policy allows the one style sheet and the one script in it, by
//! their hashes, and no request at all. It is complete without the script, which adds the
//! values under the pointer and sliders.

mod condensed;
mod figure;
mod tables;

use super::Style;
use super::svg::escape;
use crate::note::Severity;
use crate::report::{Report, Section};
use condensed::Condensed;
use std::fmt::Write;

/// The style sheet of the page.
pub(crate) const STYLE: &str = include_str!("html/page.css");
/// The script of the page.
pub(crate) const SCRIPT: &str = include_str!("html/page.js");
/// SHA-256 of [`STYLE`], base64; a test computes it.
pub(crate) const STYLE_HASH: &str = "3RTkRK8cpeocF0vietAkQZC6tOWEhTMadnYVExC6Emc=";
/// SHA-256 of [`SCRIPT`], base64; a test computes it.
pub(crate) const SCRIPT_HASH: &str = "R8B4c/b9L6aoJ1XwCbD1joKNeyZp9JqSK3vJoLRLiPY=";

/// The page of a report; `made_by` is the command line that made it, or empty.
pub(super) fn render(report: &Report, style: Style, made_by: &str) -> String {
    let mut out = head(report);
    out.push_str("<main>\n");
    for (index, line) in report.headline.iter().enumerate() {
        let element = if index == 0 { "h1" } else { "p" };
        let _ = writeln!(out, "<{element}>{}</{element}>", escape(line));
    }
    if let Some(scene) = &report.scene {
        figure::push(&mut out, scene, style);
    }
    for section in &report.sections {
        match section {
            Section::Facts(facts) => tables::facts(&mut out, facts, style),
            Section::Table(table) | Section::Judged(table, _) => {
                tables::table(&mut out, table, style);
            }
            Section::Heading(text) => {
                let _ = writeln!(out, "<h2>{}</h2>", escape(text));
            }
            Section::Text(text) => {
                for line in text.lines() {
                    let _ = writeln!(out, "<p>{}</p>", escape(line));
                }
            }
        }
    }
    notes(&mut out, report);
    let document = Condensed::of(report.document.text());
    foot(&mut out, &document, made_by);
    out.push_str("</main>\n");
    let _ = write!(
        out,
        "<script type=\"application/json\" id=\"scalecalc-document\">\n{}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        harmless(&document.text)
    );
    out
}

fn head(report: &Report) -> String {
    let title = report.headline.first().map_or("scalecalc", String::as_str);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"scalecalc {}\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        env!("CARGO_PKG_VERSION"),
        escape(title)
    )
}

/// JSON that cannot end the element it stands in: `<` is spelled as an escape.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn notes(out: &mut String, report: &Report) {
    if report.notes.is_empty() {
        return;
    }
    out.push_str("<h2>Doubts</h2>\n<ul class=\"notes\">\n");
    for note in &report.notes {
        let word = match note.severity {
            Severity::Note => "Note",
            Severity::Warning => "Warning",
        };
        let _ = writeln!(
            out,
            "<li><b>{word}</b> ({}): {}</li>",
            note.code,
            escape(&note.text.to_string())
        );
    }
    out.push_str("</ul>\n");
}

fn foot(out: &mut String, document: &Condensed, made_by: &str) {
    if !made_by.is_empty() {
        let _ = writeln!(
            out,
            "<h2>Made by</h2>\n<pre tabindex=\"0\">{}</pre>",
            escape(made_by)
        );
    }
    let whole = document.left_out();
    if !whole.is_empty() {
        let whole = escape(&whole);
        let _ = writeln!(
            out,
            "<p>{whole} The same command with <code>-o all.json</code> writes every one.</p>"
        );
    }
    let _ = writeln!(
        out,
        "<details class=\"data\"><summary>The numbers as JSON{} ({} bytes)</summary>\n<pre tabindex=\"0\"></pre></details>\n\
         <footer>scalecalc {}</footer>",
        if whole.is_empty() { "" } else { ", condensed" },
        document.text.len(),
        env!("CARGO_PKG_VERSION")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_end_its_element() {
        let inside = harmless("{\"a\": \"</script><script>alert(1)</script>\"}");
        assert!(!inside.contains('<'));
        let value: serde_json::Value = serde_json::from_str(&inside).unwrap();
        assert_eq!(value["a"], "</script><script>alert(1)</script>");
    }
}
