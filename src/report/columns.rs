//! Rows and columns from the same records: what a column is called and what it shows.

use super::number::alone;
use super::{Cell, Column, Quantity, Table};

/// One column and how a record fills it.
pub(in crate::report) struct Show<T> {
    pub(in crate::report) column: Column,
    cell: fn(&T) -> Cell,
}

impl<T> Show<T> {
    /// The first to go where there is no room for all.
    pub(in crate::report) fn spare(self) -> Self {
        Self {
            column: self.column.spare(),
            ..self
        }
    }
}

/// A column.
pub(in crate::report) fn show<T>(
    key: &'static str,
    title: &'static str,
    quantity: Quantity,
    cell: fn(&T) -> Cell,
) -> Show<T> {
    Show {
        column: Column::new(key, title, quantity),
        cell,
    }
}

/// A row for each record.
pub(in crate::report) fn table<T>(title: &str, columns: Vec<Show<T>>, records: &[T]) -> Table {
    Table {
        title: title.to_owned(),
        rows: records
            .iter()
            .map(|record| columns.iter().map(|show| (show.cell)(record)).collect())
            .collect(),
        columns: columns.into_iter().map(|show| show.column).collect(),
    }
}

/// 1 server, 5 servers.
pub(in crate::report) fn plural(count: f64, noun: &str) -> String {
    let number = alone(Quantity::Count, count, 3);
    if (count - 1.0).abs() < 1e-9 {
        format!("{number} {noun}")
    } else {
        format!("{number} {noun}s")
    }
}
