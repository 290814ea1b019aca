//! The main table for machines: base units, full precision, an empty field where there is
//! no value.

use crate::report::{Cell, Report};
use crate::units::plain;

pub(super) fn render(report: &Report, delimiter: u8) -> String {
    let Some(table) = report.main_table() else {
        return String::new();
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let mut complete = writer
        .write_record(table.columns.iter().map(|column| field(&column.key)))
        .is_ok();
    for row in &table.rows {
        let fields = row.iter().map(|cell| match cell {
            Cell::Absent => String::new(),
            Cell::Number(value) | Cell::Measured(_, value) => plain(*value),
            // No number is infinite: the row of a limit has no N.
            Cell::Text(text) if text == "∞" => String::new(),
            Cell::Text(text) => field(text),
        });
        complete &= writer.write_record(fields).is_ok();
    }
    debug_assert!(complete, "writing to memory cannot fail");
    writer
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

/// A label that no spreadsheet runs as a formula and that stays on its line.
fn field(text: &str) -> String {
    let text = super::printable(text);
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn formulas_are_defused_and_line_breaks_do_not_survive() {
        assert_eq!(field("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(field("a\nb"), "a\u{fffd}b");
        assert_eq!(field("plain"), "plain");
    }
}
