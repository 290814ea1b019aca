//! What jmh wrote.

use super::{close, pairs, read, read_with, refused, tools};
use scalecalc::data::ReadOptions;
use std::fs;

/// One JMH result.
fn jmh(mode: &str, threads: u32, unit: &str, raw: &str, more: &str) -> String {
    format!(
        "{{\"benchmark\":\"p.B.m\",\"mode\":\"{mode}\",\"threads\":{threads},\"forks\":1,{more}\
         \"primaryMetric\":{{\"score\":2.0,\"scoreError\":\"NaN\",\"scoreUnit\":\"{unit}\",\"rawData\":{raw}}},\
         \"secondaryMetrics\":{{\"get\":{{\"score\":1.5,\"scoreUnit\":\"ops/s\",\"rawData\":[[1.5]]}},\
         \"gc.alloc\":{{\"score\":1.5,\"scoreUnit\":\"B/op\",\"rawData\":[[1.5]]}}}}}}"
    )
}

#[test]
fn jmh_units_modes_and_forks() {
    let rows_of = |result: String| read(&format!("[{result}]"));
    // 3 per microsecond; 4 threads of 2 us an operation; means of three forks.
    let (_, rows) = rows_of(jmh("thrpt", 2, "ops/us", "[[3.0]]", ""));
    assert_eq!(pairs(&rows), [(2.0, 3e6)]);
    let (reading, rows) = rows_of(jmh(
        "avgt",
        4,
        "us/op",
        "[[2.0]]",
        "\"params\":{\"size\":\"10\"},",
    ));
    assert_eq!(reading.series, ["p.B.m size=10 [avgt]"]);
    close(rows[0].throughput, 2e6);
    close(rows[0].latency.unwrap(), 2e-6);
    let (_, rows) = rows_of(jmh("thrpt", 1, "ops/s", "[[1,3],[4,6],[8,10]]", ""));
    assert_eq!(pairs(&rows), [(1.0, 2.0), (1.0, 5.0), (1.0, 9.0)]);
    let (_, rows) = rows_of(jmh("thrpt", 1, "ops/s", "[]", ""));
    assert_eq!(pairs(&rows), [(1.0, 2.0)]);
    assert!(
        refused(&format!("[{}]", jmh("ss", 1, "us/op", "[[2.0]]", "")))
            .to_string()
            .contains("0 data rows")
    );
}

#[test]
fn methods_of_a_jmh_group_come_only_when_asked_for() {
    let text = format!("[{}]", jmh("thrpt", 2, "ops/s", "[[3.0]]", ""));
    for (select, expected) in [("*", 3.0), ("m:get", 1.5)] {
        let options = ReadOptions::default().with_select(select);
        let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!(pairs(&rows), [(2.0, expected)], "{select}");
    }
}

#[test]
fn jmh_csv_in_any_locale() {
    let point = "\"Benchmark\",\"Mode\",\"Threads\",\"Samples\",\"Score\",\"Score Error (99.9%)\",\"Unit\",\"Param: size\"\r\n\
        \"p.B.m\",\"thrpt\",4,5,1234.5,NaN,\"ops/ms\",10\r\n\
        \"p.B.m:gc.alloc.rate\",\"thrpt\",4,5,99.0,NaN,\"MB/sec\",10\r\n\
        \"p.B.m:·gc.norm\",\"thrpt\",4,5,99.0,NaN,\"B/op\",10\r\n";
    let comma = point
        .replace("99.9%", "99,9%")
        .replace("1234.5", "\"1234,5\"");
    for text in [point, comma.as_str()] {
        let (reading, rows) = read(text);
        assert_eq!(reading.series, ["p.B.m size=10"]);
        assert_eq!(pairs(&rows), [(4.0, 1_234_500.0)]);
    }
}

#[test]
fn the_text_table_of_jmh_is_refused_with_the_flag_that_helps() {
    let error = refused(&fs::read_to_string(tools().join("other/jmh.txt")).unwrap());
    assert!(error.hint().contains("-rf json"), "{error}");
}
