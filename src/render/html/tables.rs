//! Tables of a page.

use super::Style;
use crate::render::svg::escape;
use crate::render::table::{fact_text, texts};
use crate::report::{Fact, Quantity, Table};
use std::fmt::Write;

/// Named values with their intervals.
pub(super) fn facts(out: &mut String, facts: &[Fact], style: Style) {
    let titles = ["", "value", "interval"].map(str::to_owned);
    let rows: Vec<Vec<String>> = facts
        .iter()
        .map(|fact| fact_text(fact, style).to_vec())
        .collect();
    rows_of(out, "", &titles, &[false, true, false], &rows);
}

/// A table of the report.
pub(super) fn table(out: &mut String, table: &Table, style: Style) {
    let text = texts(table, style.digits, str::to_owned);
    let right: Vec<bool> = table
        .columns
        .iter()
        .map(|column| column.quantity != Quantity::Text)
        .collect();
    rows_of(out, &table.title, &text.titles, &right, &text.rows);
}

/// Rows under titles; the first column names its row.
pub(super) fn rows_of(
    out: &mut String,
    caption: &str,
    titles: &[String],
    right: &[bool],
    rows: &[Vec<String>],
) {
    let class = |column: usize| match right.get(column) {
        Some(true) => " class=\"number\"",
        _ => "",
    };
    let name = if caption.is_empty() { "table" } else { caption };
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table>",
        escape(name)
    );
    if !caption.is_empty() {
        let _ = writeln!(out, "<caption>{}</caption>", escape(caption));
    }
    out.push_str("<thead><tr>");
    for (column, title) in titles.iter().enumerate() {
        let _ = match title.as_str() {
            "" => write!(out, "<td{}></td>", class(column)),
            title => write!(
                out,
                "<th scope=\"col\"{}>{}</th>",
                class(column),
                escape(title)
            ),
        };
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            let _ = match column {
                0 if !cell.is_empty() => {
                    write!(out, "<th scope=\"row\"{}><bdi>{cell}</bdi></th>", class(0))
                }
                _ => write!(out, "<td{}><bdi>{cell}</bdi></td>", class(column)),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}
