//! The CSV of will-it-scale's `runtest.py`.
//!
//! N is the number of tasks; processes and threads are a series each. The row of N = 0 and
//! the column `linear` are no measurements, and a kind that was not run has zeros. Format:
//! `runtest.py` of antonblanchard/will-it-scale.

use super::emitter::Emitter;
use super::text::{ColumnNames, Lines, cell};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["tasks,processes,processes_idle,threads"];

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("tasks");
    rows.columns(Some("tasks"), "processes, threads", None);
    let mut columns: Option<(usize, [(&str, usize); 2])> = None;
    while let Some(record) = lines.record(b',')? {
        let line = lines.number();
        if record.first().is_some_and(|first| first == "tasks") {
            let header = ColumnNames::new(record);
            columns = Some((
                header.need("tasks")?,
                [
                    ("processes", header.need("processes")?),
                    ("threads", header.need("threads")?),
                ],
            ));
            continue;
        }
        let Some((n_at, series)) = columns else {
            continue;
        };
        let n = cell(&record, n_at, line)?;
        for (name, column) in series {
            let throughput = cell(&record, column, line)?;
            if n > 0.0 && throughput == 0.0 {
                rows.skip();
                rows.remark("zeros of a kind of task that was not run left out");
                continue;
            }
            rows.emit(
                name,
                Row {
                    line,
                    ..Row::run(Some(n), throughput)
                },
            )?;
        }
    }
    Ok(())
}
