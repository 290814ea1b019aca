//! Pipe tables that paste into GitHub: numbers right-aligned, labels escaped, notes in the
//! document, because a doubt travels with its result.

use super::table::{fact_text, texts};
use super::{Beside, Style};
use crate::note::Severity;
use crate::report::{Quantity, Report, Section};
use crate::text::is_unsafe;

pub(super) fn render(report: &Report, style: Style, beside: Beside<'_>) -> String {
    let mut out = String::new();
    for (index, line) in report.headline.iter().enumerate() {
        let line = escape(line);
        out.push_str(&if index == 0 {
            format!("**{line}**\n")
        } else {
            format!("\n{line}\n")
        });
    }
    if let (Some(scene), false) = (&report.scene, beside.picture.is_empty()) {
        let alt = escape(&scene.title).replace(['[', ']'], "");
        let file = beside.picture.replace(' ', "%20");
        out.push_str(&format!("\n![{alt}]({file})\n"));
    }
    for section in &report.sections {
        out.push('\n');
        match section {
            Section::Facts(facts) => {
                let rows = facts
                    .iter()
                    .map(|fact| fact_text(fact, style).map(|text| escape(&text)).to_vec())
                    .collect::<Vec<_>>();
                let titles = ["", "value", "interval"].map(str::to_owned);
                push_rows(&mut out, &titles, &[false, true, false], &rows);
            }
            Section::Table(table) | Section::Judged(table, _) => {
                if !table.title.is_empty() {
                    out.push_str(&format!("{}\n\n", escape(&table.title)));
                }
                let text = texts(table, style.digits, escape);
                let right: Vec<bool> = table
                    .columns
                    .iter()
                    .map(|column| column.quantity != Quantity::Text)
                    .collect();
                push_rows(&mut out, &text.titles, &right, &text.rows);
            }
            Section::Heading(text) => out.push_str(&format!("## {}\n", escape(text))),
            Section::Text(text) => {
                for line in text.lines() {
                    out.push_str(&format!("{}\n", escape(line)));
                }
            }
        }
    }
    if !report.notes.is_empty() {
        out.push('\n');
        for note in &report.notes {
            let word = match note.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
            };
            out.push_str(&format!(
                "- {word} `{}`: {}\n",
                note.code,
                escape(&note.text.to_string())
            ));
        }
    }
    if !beside.made_by.is_empty() && !beside.picture.is_empty() {
        out.push_str(&format!(
            "\n```sh\n{}\n```\n",
            super::printable(beside.made_by)
        ));
    }
    out
}

fn push_rows(out: &mut String, titles: &[String], right: &[bool], rows: &[Vec<String>]) {
    out.push_str(&format!("| {} |\n|", titles.join(" | ")));
    for right in right {
        out.push_str(if *right { " ---: |" } else { " :--- |" });
    }
    out.push('\n');
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
}

/// Makes a label harmless: no new cell, row, markup, HTML or control sequence.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' if out_of_words(text, c) => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if is_unsafe(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Brackets of an interval are no markup: only a following `(` would make a link.
fn out_of_words(text: &str, c: char) -> bool {
    !matches!(c, '[' | ']') || text.contains("](")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn labels_stay_in_their_cell() {
        assert_eq!(escape("a|b"), "a\\|b");
        assert_eq!(escape("a\nb"), "a<br>b");
        assert_eq!(escape("<b>&"), "&lt;b&gt;&amp;");
        assert_eq!(escape("[0.1, 0.2]"), "[0.1, 0.2]");
        assert_eq!(escape("[x](http://y)"), "\\[x\\](http://y)");
        assert_eq!(escape("\u{1b}[0m"), "\u{fffd}[0m");
    }
}
