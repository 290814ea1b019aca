//! What redis-benchmark wrote.

use super::{close, pairs, read_with};
use scalecalc::data::ReadOptions;

#[test]
fn the_mean_latency_of_a_row_is_in_milliseconds() {
    let text = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n\
        \"SET\",\"31670.62\",\"0.229\",\"0.024\",\"0.055\",\"0.183\",\"4.263\",\"22.079\"\n";
    let options = ReadOptions::default().with_n_given(50.0);
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    close(rows[0].latency.unwrap(), 0.000_229);
}

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
