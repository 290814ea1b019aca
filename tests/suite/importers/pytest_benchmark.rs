//! What pytest-benchmark wrote.

use super::{read, refused, text_of};

#[test]
fn pytest_benchmark_takes_n_from_its_parameters() {
    let (reading, rows) = read(&text_of("pytest/b.json"));
    assert_eq!(reading.series, ["test_hash"]);
    // The column OPS of the same run, in its table for people.
    for (row, (n, ops)) in rows.iter().zip([
        (1.0, 76.1658),
        (2.0, 134.7241),
        (4.0, 133.4184),
        (8.0, 107.6378),
    ]) {
        assert_eq!(row.n, Some(n));
        assert!((row.throughput - ops).abs() < 6e-5, "{row:?}");
    }
    let error = refused(&text_of("other/pytest.txt"));
    assert!(error.hint().contains("--benchmark-json"), "{error}");
}
