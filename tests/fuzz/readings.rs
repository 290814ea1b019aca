//! What the fuzz targets do with their bytes; the corpora go through it in the ordinary tests.

use scalecalc::data::{ReadOptions, Row, formats};
use scalecalc::sweep::saved::read_any;

/// Reads the bytes with and without a given N. Whatever they are, every row is a measurement,
/// and the reading counts them.
fn try_read(bytes: &[u8], from: Option<&str>) {
    for n_given in [None, Some(8.0)] {
        let mut options = ReadOptions::default().with_n_given(n_given);
        options.from = from.map(str::to_owned);
        let mut rows = 0;
        let mut sink = |row: &Row| {
            rows += 1;
            assert!(row.throughput.is_finite() && row.throughput >= 0.0);
            assert!(row.n.is_none_or(|n| n > 0.0 && n.is_finite()));
            assert!(row.latency.is_none_or(f64::is_finite));
            assert!(row.runs > 0 && row.m2 >= 0.0);
            Ok(())
        };
        if let Ok(held) = read_any(&mut &*bytes, &options, &mut sink) {
            let reading = held.reading;
            assert_eq!(reading.rows_used, rows);
            assert!(reading.rows_read >= reading.rows_used);
        }
    }
}

/// The reader of delimited text.
pub(crate) fn table(bytes: &[u8]) {
    try_read(bytes, Some("csv"));
}

/// The formats in JSON.
pub(crate) fn json(bytes: &[u8]) {
    try_read(bytes, None);
}

/// The formats in lines: the first byte chooses the tool, or none.
pub(crate) fn text(bytes: &[u8]) {
    if let Some((choice, text)) = bytes.split_first() {
        let formats: Vec<&str> = formats().collect();
        let choice = usize::from(*choice) % (2 * formats.len());
        try_read(text, formats.get(choice).copied());
    }
}
