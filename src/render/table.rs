//! Aligned text for people, at most 100 columns where the report allows it.

use super::{Style, printable, terminal_plot};
use crate::report::number::{self, alone, in_column, significant};
use crate::report::{Cell, Fact, Quantity, Report, Section, Table};
use comfy_table::{CellAlignment, ContentArrangement, presets};

const WIDTH: usize = 100;
const BOLD: (&str, &str) = ("\u{1b}[1m", "\u{1b}[0m");

pub(super) fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let headline = report.headline.iter().flat_map(|line| wrap(line));
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
            Section::Text(text) => {
                for line in text.lines().flat_map(wrap) {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
    }
    out
}

/// Breaks a text between words, at most [`WIDTH`] characters a line.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let word = printable(word);
        let more = word.chars().count();
        if length > 0 && length + 1 + more > WIDTH {
            lines.push(std::mem::take(&mut line));
            length = 0;
        } else if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(&word);
        length += more;
    }
    lines.push(line);
    lines
}

/// Facts in two columns where they fit, read downwards in each.
fn push_facts(out: &mut String, facts: &[Fact], style: Style) {
    let shown: Vec<[String; 3]> = facts.iter().map(|fact| fact_text(fact, style)).collect();
    let width = |facts: &[[String; 3]], part: usize| {
        facts
            .iter()
            .map(|fact| fact[part].chars().count())
            .max()
            .unwrap_or(0)
    };
    let line = |facts: &[[String; 3]], index: usize| {
        facts.get(index).map_or(String::new(), |fact| {
            let mut text = String::from("  ");
            for (part, content) in fact.iter().enumerate() {
                let pad = width(facts, part) - content.chars().count();
                text.push_str(content);
                text.push_str(&" ".repeat(pad + 2));
            }
            text
        })
    };
    let half = shown.len().div_ceil(2);
    let (left, right) = shown.split_at(half);
    let total =
        |facts: &[[String; 3]]| (0..3).map(|part| width(facts, part) + 2).sum::<usize>() + 2;
    if !right.is_empty() && total(left) + total(right) <= WIDTH {
        for index in 0..half {
            let text = line(left, index) + &line(right, index);
            out.push_str(text.trim_end());
            out.push('\n');
        }
    } else {
        for index in 0..shown.len() {
            out.push_str(line(&shown, index).trim_end());
            out.push('\n');
        }
    }
}

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
    let text = texts(table, style.digits, printable);
    let mut grid = comfy_table::Table::new();
    grid.load_style(presets::NOTHING);
    grid.set_content_arrangement(ContentArrangement::Disabled);
    grid.set_header(text.titles);
    for row in text.rows {
        grid.add_row(row);
    }
    for (column, spec) in grid.column_iter_mut().zip(&table.columns) {
        column.set_padding((2, 0));
        if spec.quantity != Quantity::Text {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for line in grid.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
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
    let rows = table
        .rows
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
    Texts { titles, rows }
}
