//! What redis-benchmark wrote.

use super::{pairs, read_with};
use scalecalc::data::ReadOptions;

#[test]
fn redis_benchmark_quiet_and_without_header() {
    let quiet = "SET: rps=0.0 (overall: -nan) avg_msec=-nan (overall: -nan)\rSET: 11082.38 requests per second, p50=0.071 msec\n\n\
        GET: 20000.00 requests per second, p50=0.071 msec\n";
    let old = "\"SET\",\"11082.38\"\n\"GET\",\"20000.00\"\n";
    let options = ReadOptions::default().with_n_given(50.0);
    for text in [quiet, old] {
        let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!(reading.series, ["SET", "GET"]);
        assert_eq!(pairs(&rows), [(50.0, 11_082.38), (50.0, 20_000.0)]);
    }
}
