//! A table that lies on its side: a line each for N and throughput, a column a size.
//!
//! ```text
//! threads,1,2,4
//! tps,100,190,340
//! ```

use super::dialect::{Dialect, is_skipped};
use super::fields::{Delimiter, Field, split};
use super::number;
use crate::data::columns::{Role, understand};

/// Most lines of such a table.
const MOST_LINES: usize = 20;

/// The same table with a row a size, where each line is a name and numbers, one name is N and
/// another a measurement.
pub(super) fn upright(text: &[u8], dialect: Dialect) -> Option<Vec<u8>> {
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r'));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.filter(|line| !is_skipped(line)) {
        let mut fields: Vec<Field> = Vec::new();
        if rows.len() == MOST_LINES || !split(line, dialect.delimiter, &mut fields) {
            return None;
        }
        let cells: Vec<String> = (fields.iter())
            .map(|field| field.text(line).trim().to_owned())
            .collect();
        let (name, values) = cells.split_first()?;
        let is_number = |cell: &String| {
            let read = number::decimal(cell.as_bytes(), dialect.mark);
            read.or_else(|| number::with_thousands(cell.as_bytes(), dialect.mark))
                .is_some()
        };
        let alike = rows.first().is_none_or(|first| first.len() == cells.len());
        if values.len() < 2 || is_number(name) || !values.iter().all(is_number) || !alike {
            return None;
        }
        rows.push(cells);
    }
    let knows = |role: fn(Role) -> bool| {
        let understood = rows.iter().map(|row| understand(&row[0]));
        understood
            .filter(|name| name.certain && role(name.role))
            .count()
            == 1
    };
    let measured = |role| {
        matches!(
            role,
            Role::Throughput { .. } | Role::Latency | Role::RunTime | Role::TimePerOp
        )
    };
    if !knows(|role| role == Role::Size)
        || !rows.iter().any(|row| measured(understand(&row[0]).role))
    {
        return None;
    }
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter(dialect))
        .from_writer(Vec::new());
    for column in 0..rows[0].len() {
        writer
            .write_record(rows.iter().map(|row| &row[column]))
            .ok()?;
    }
    writer.into_inner().ok()
}

/// What separates the fields of the upright table.
pub(super) fn delimiter(dialect: Dialect) -> u8 {
    match dialect.delimiter {
        Delimiter::Byte(byte) => byte,
        Delimiter::Blanks | Delimiter::Gaps => b'\t',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ReadOptions;
    use crate::data::table::dialect::detect;

    fn turned(text: &str) -> Option<String> {
        let dialect = detect(text.as_bytes(), &ReadOptions::default());
        upright(text.as_bytes(), dialect).map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn a_line_a_column_becomes_a_row_a_size() {
        assert_eq!(
            turned("threads,1,2,4\ntps,100,190.5,3400\n").unwrap(),
            "threads,tps\n1,100\n2,190.5\n4,3400\n"
        );
        assert_eq!(
            turned("nodes  1  2\njobs/h  10,5  19\n").unwrap(),
            "nodes\tjobs/h\n1\t10,5\n2\t19\n"
        );
    }

    #[test]
    fn rows_that_begin_with_a_word_are_no_table_on_its_side() {
        for text in [
            "v1,1,100\nv1,2,190\nv2,1,110\n",
            "threads,1,2,4\n",
            "threads,1,2,4\ntps,100,190\n",
            "threads,1,2\nthreads,100,190\n",
            "threads,tps\n1,100\n2,190\n",
            "",
        ] {
            assert_eq!(turned(text), None, "{text}");
        }
    }
}
