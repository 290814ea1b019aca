//! One fact a line and bare columns with machine names: for grep and awk. Base units,
//! numbers in full, `-` where there is no value.

use super::{Style, printable};
use crate::report::{Cell, Report, Section};
use crate::units::plain;

pub(super) fn render(report: &Report, _style: Style) -> String {
    let mut out = String::new();
    for line in &report.headline {
        out.push_str(&printable(line));
        out.push('\n');
    }
    for section in &report.sections {
        match section {
            Section::Facts(facts) => {
                out.push('\n');
                for fact in facts {
                    out.push_str(&format!("{} {}", fact.key, word(&fact.value)));
                    if let Some((low, high)) = fact.interval {
                        out.push_str(&format!(" {} {}", word(&low.into()), word(&high.into())));
                    }
                    out.push('\n');
                }
            }
            Section::Table(table) | Section::Judged(table, _) => {
                out.push('\n');
                let titles: Vec<String> = table.columns.iter().map(|c| printable(&c.key)).collect();
                out.push_str(&format!("{}\n", titles.join(" ")));
                for row in &table.rows {
                    let words: Vec<String> = row.iter().map(word).collect();
                    out.push_str(&format!("{}\n", words.join(" ")));
                }
            }
            Section::Heading(_) => {}
            Section::Text(text) => {
                out.push('\n');
                for line in text.lines() {
                    out.push_str(&printable(line));
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// A cell as one word: blanks inside a label become underscores, so that columns hold.
fn word(cell: &Cell) -> String {
    match cell {
        Cell::Absent => "-".to_owned(),
        Cell::Number(value) | Cell::Measured(_, value) => plain(*value),
        // No number is infinite: the row of a limit has no N.
        Cell::Text(text) if text == "∞" || text.trim().is_empty() => "-".to_owned(),
        Cell::Text(text) => printable(text.trim())
            .chars()
            .map(|c| if c.is_whitespace() { '_' } else { c })
            .collect(),
    }
}
