//! Aligned text for people, no wider than they can see: long lines break between words, a table
//! that is too wide leaves out columns from the right and says so, and no row is ever wrapped.

use super::{Style, printable, terminal_plot};
use crate::report::number::{self, alone, in_column, significant};
use crate::report::{Cell, Fact, Quantity, Report, Section, Table};
use crate::text::{shortened, unbroken, width};
use comfy_table::{CellAlignment, ContentArrangement, presets};

const BOLD: (&str, &str) = ("\u{1b}[1m", "\u{1b}[0m");

pub(super) fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let headline = report
        .headline
        .iter()
        .flat_map(|line| wrap(line, style.width));
    for (index, line) in headline.enumerate() {
        if style.color && index == 0 {
            out.push_str(&format!("{}{line}{}\n", BOLD.0, BOLD.1));
        } else {
            out.push_str(&line);
            out.push('\n');
        }
    }
    if let (Some(plot), Some(scene)) = (style.plot, &report.scene) {
        out.push('\n');
        out.push_str(&terminal_plot::render(
            scene,
            plot,
            style.ascii,
            style.color,
        ));
    }
    for section in &report.sections {
        out.push('\n');
        match section {
            Section::Facts(facts) => push_facts(&mut out, facts, style),
            Section::Table(table) | Section::Judged(table, _) => push_table(&mut out, table, style),
            Section::Heading(text) => {
                out.push_str(&format!("{}\n", printable(text)));
            }
            Section::Text(text) => {
                for line in text.lines().flat_map(|line| wrap(line, style.width)) {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// Breaks a text between words, at most so many columns a line.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    // What is indented, such as YAML, stays so.
    let words = text.trim_start_matches(' ');
    let mut length = text.len() - words.len();
    let mut line = " ".repeat(length);
    let mut starts = true;
    for word in unbroken(words) {
        let word = printable(&word);
        let more = width(&word);
        if !starts && length + 1 + more > most {
            lines.push(std::mem::take(&mut line));
            length = 0;
        } else if !starts {
            line.push(' ');
            length += 1;
        }
        line.push_str(&word);
        length += more;
        starts = false;
    }
    lines.push(line);
    lines
}

/// Facts in two columns where they fit, read downwards in each.
fn push_facts(out: &mut String, facts: &[Fact], style: Style) {
    let shown: Vec<[String; 3]> = facts.iter().map(|fact| fact_text(fact, style)).collect();
    let widest = |facts: &[[String; 3]], part: usize| {
        let widths = facts.iter().map(|fact| width(&fact[part]));
        widths.max().unwrap_or(0)
    };
    let line = |facts: &[[String; 3]], index: usize| {
        facts.get(index).map_or(String::new(), |fact| {
            let mut text = String::from("  ");
            for (part, content) in fact.iter().enumerate() {
                let pad = widest(facts, part) - width(content);
                text.push_str(content);
                text.push_str(&" ".repeat(pad + 2));
            }
            text
        })
    };
    let half = shown.len().div_ceil(2);
    let (left, right) = shown.split_at(half);
    let total =
        |facts: &[[String; 3]]| (0..3).map(|part| widest(facts, part) + 2).sum::<usize>() + 2;
    if !right.is_empty() && total(left) + total(right) <= style.width {
        for index in 0..half {
            let text = line(left, index) + &line(right, index);
            out.push_str(text.trim_end());
            out.push('\n');
        }
    } else {
        let indent = total(&shown) - 2 - widest(&shown, 2);
        for (index, [_, _, beside]) in shown.iter().enumerate() {
            let text = line(&shown, index);
            let text = text.trim_end();
            if width(text) <= style.width || beside.is_empty() {
                out.push_str(&format!("{text}\n"));
                continue;
            }
            // What stands beside the value goes on below itself, or with no room there below all.
            let start = text.strip_suffix(beside.as_str()).unwrap_or(text);
            let room = style.width.saturating_sub(indent);
            let (mut start, indent, room) = if room < LEAST_BESIDE {
                (
                    format!("{}\n    ", start.trim_end()),
                    4,
                    style.width.saturating_sub(4),
                )
            } else {
                (start.to_owned(), indent, room)
            };
            for part in wrap(beside, room) {
                out.push_str(&format!("{start}{part}\n"));
                start = " ".repeat(indent);
            }
        }
    }
}

/// Fewest columns in which what stands beside a value is broken into lines.
const LEAST_BESIDE: usize = 20;

/// Rows that people are shown whole; of more they see the first, the best of what is sorted …
const MOST_ROWS: usize = 200;
/// … as many as fit a screen. Formats for programs have them all.
const FIRST_ROWS: usize = 17;

/// Label, value and what stands beside it.
pub(super) fn fact_text(fact: &Fact, style: Style) -> [String; 3] {
    let value = match &fact.value {
        Cell::Absent => "–".to_owned(),
        Cell::Text(text) => printable(text),
        Cell::Number(value) => alone(fact.quantity, *value, style.digits),
        Cell::Measured(quantity, value) => alone(*quantity, *value, style.digits),
    };
    let mut beside = String::new();
    if let Some((low, high)) = fact.interval {
        let scale = number::scale(
            fact.quantity,
            match fact.value {
                Cell::Number(value) => Some(value),
                _ => low.or(high),
            }
            .into_iter(),
        );
        let end = |end: f64| match fact.quantity {
            Quantity::Ratio => alone(fact.quantity, end, style.digits),
            quantity => in_column(quantity, scale, end, style.digits),
        };
        beside = match (low, high) {
            (Some(low), Some(high)) => format!("[{}, {}]", end(low), end(high)),
            (Some(low), None) => format!("[{}, no upper end]", end(low)),
            (None, Some(high)) => format!("[no lower end, {}]", end(high)),
            (None, None) => "[no interval]".to_owned(),
        };
    }
    if !fact.remark.is_empty() {
        if !beside.is_empty() {
            beside.push(' ');
        }
        beside.push_str(&printable(&fact.remark));
    }
    [printable(&fact.label), value, beside]
}

fn push_table(out: &mut String, table: &Table, style: Style) {
    if !table.title.is_empty() {
        out.push_str(&printable(&table.title));
        out.push('\n');
    }
    let mut text = texts(table, style.digits, printable);
    let (kept, left_out) = fit(&mut text, table, style.width);
    let mut grid = comfy_table::Table::new();
    grid.load_style(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Disabled);
    grid.set_header(text.titles);
    for row in text.rows {
        grid.add_row(row);
    }
    for (column, at) in grid.column_iter_mut().zip(kept) {
        column.set_padding((2, 0));
        if table.columns[at].quantity != Quantity::Text {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in grid.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if !left_out.is_empty() {
        let line = format!("  (no room for {})", left_out.join(", "));
        for line in wrap(&line, style.width) {
            out.push_str(&line);
            out.push('\n');
        }
    }
}

/// Fewest columns that a table is cut down to.
const FEWEST_COLUMNS: usize = 2;
/// Labels are shortened to this many characters before columns go, and to fewer only where
/// none are left to go.
const SHORT_LABEL: usize = 24;
const SHORTEST_LABEL: usize = 8;

/// Makes a table fit: long labels are shortened, then columns go, the spare ones first, then
/// numbers from the right, the first and the last kept longest. Returns the places of what is left, and the titles of what
/// went.
fn fit(text: &mut Texts, table: &Table, most: usize) -> (Vec<usize>, Vec<String>) {
    shorten(text, table, most, SHORT_LABEL);
    let mut kept: Vec<usize> = (0..text.titles.len()).collect();
    let widths = widths(text);
    let total = |kept: &[usize]| kept.iter().map(|at| widths[*at]).sum::<usize>();
    while kept.len() > FEWEST_COLUMNS && total(&kept) > most {
        let last = kept.len() - 1;
        let is_spare = |place: &usize| table.columns[kept[*place]].spare;
        let is_number = |place: &usize| table.columns[kept[*place]].quantity != Quantity::Text;
        let gone = (1..=last).rev().find(is_spare);
        let gone = gone.or_else(|| (1..last).rev().find(is_number));
        kept.remove(gone.unwrap_or(last));
    }
    let keep = |cells: &mut Vec<String>| {
        let mut at = 0;
        cells.retain(|_| {
            at += 1;
            kept.contains(&(at - 1))
        });
    };
    let left_out = (0..text.titles.len()).filter(|at| !kept.contains(at));
    let left_out: Vec<String> = left_out
        .map(|at| text.titles[at].clone())
        .filter(|title| !title.is_empty())
        .collect();
    keep(&mut text.titles);
    text.rows.iter_mut().for_each(keep);
    if total(&kept) > most {
        let columns = kept.iter().map(|at| table.columns[*at].clone()).collect();
        let narrow = Table {
            columns,
            title: String::new(),
            rows: Vec::new(),
        };
        shorten(text, &narrow, most, SHORTEST_LABEL);
    }
    (kept, left_out)
}

/// What each column takes, with its gap.
fn widths(text: &Texts) -> Vec<usize> {
    (0..text.titles.len())
        .map(|at| {
            let cells = text.rows.iter().filter_map(|row| row.get(at));
            let widest = cells.map(|cell| width(cell)).max().unwrap_or(0);
            2 + widest.max(width(&text.titles[at]))
        })
        .collect()
}

/// Shortens the widest labels, to `least` characters at most, until the table fits.
fn shorten(text: &mut Texts, table: &Table, most: usize, least: usize) {
    let mut widths = widths(text);
    for _ in 0..widths.len() {
        let excess = widths.iter().sum::<usize>().saturating_sub(most);
        let is_long =
            |at: &usize| table.columns[*at].quantity == Quantity::Text && widths[*at] - 2 > least;
        let longest = (0..widths.len())
            .filter(is_long)
            .max_by_key(|at| widths[*at]);
        let Some(at) = longest.filter(|_| excess > 0) else {
            return;
        };
        let columns = (widths[at] - 2).saturating_sub(excess).max(least);
        for row in &mut text.rows {
            row[at] = shortened(&row[at], columns);
        }
        widths[at] = 2 + columns.max(width(&text.titles[at]));
    }
}

/// A table as text: titles with units, and cells.
pub(super) struct Texts {
    pub(super) titles: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Formats every column in one scale.
pub(super) fn texts(table: &Table, digits: usize, clean: impl Fn(&str) -> String) -> Texts {
    let scales: Vec<number::Scale> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let numbers = table.rows.iter().filter_map(|row| match row.get(index) {
                Some(Cell::Number(value)) => Some(*value),
                _ => None,
            });
            number::scale(column.quantity, numbers)
        })
        .collect();
    let titles = table
        .columns
        .iter()
        .zip(&scales)
        .map(|(column, scale)| {
            let gap = if scale.unit.starts_with('/') { "" } else { " " };
            match column.quantity {
                Quantity::Ratio => clean(&column.title),
                _ => clean(format!("{}{gap}{}", column.title, scale.unit).trim_end()),
            }
        })
        .collect();
    let shown = if table.rows.len() > MOST_ROWS {
        FIRST_ROWS
    } else {
        table.rows.len()
    };
    let mut rows: Vec<Vec<String>> = table.rows[..shown]
        .iter()
        .map(|row| {
            row.iter()
                .zip(&table.columns)
                .zip(&scales)
                .map(|((cell, column), scale)| match cell {
                    Cell::Absent => "–".to_owned(),
                    Cell::Text(text) => clean(text),
                    Cell::Measured(quantity, value) => alone(*quantity, *value, digits),
                    Cell::Number(value) if column.quantity == Quantity::Text => {
                        significant(*value, digits)
                    }
                    Cell::Number(value) => in_column(column.quantity, *scale, *value, digits),
                })
                .collect()
        })
        .collect();
    if shown < table.rows.len() {
        let left = alone(Quantity::Count, (table.rows.len() - shown) as f64, digits);
        let mut last = vec![String::new(); table.columns.len()];
        if let Some(cell) = last.first_mut() {
            *cell = format!("… {left} more");
        }
        rows.push(last);
    }
    Texts { titles, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    fn wide() -> Table {
        let column =
            |at: usize| Column::new(format!("c{at}"), format!("column {at}"), Quantity::Text);
        Table {
            title: String::new(),
            columns: (0..9).map(column).collect(),
            rows: vec![vec![Cell::Text("日本語の名前".to_owned()); 9]],
        }
    }

    #[test]
    fn a_table_loses_columns_before_it_is_wider_than_the_terminal() {
        for most in [40, 60, 80, 100, 200] {
            let style = Style {
                digits: 3,
                width: most,
                ascii: false,
                color: false,
                plot: None,
            };
            let mut out = String::new();
            push_table(&mut out, &wide(), style);
            assert!(out.lines().all(|line| width(line) <= most), "{most}\n{out}");
            assert!(out.contains("column 0"));
            // Six characters of two columns each, and a gap of two, a column.
            let shown = (most / 14).min(9);
            assert_eq!(out.matches("日本語の名前").count(), shown, "{most}\n{out}");
            assert_eq!(out.contains("no room for column"), shown < 9);
            let mut labels = wide();
            labels.rows[0][0] = Cell::Text("x".repeat(300));
            let mut out = String::new();
            push_table(&mut out, &labels, style);
            assert!(out.lines().all(|line| width(line) <= most), "{most}\n{out}");
        }
    }
}
