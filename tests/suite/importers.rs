//! What benchmark tools wrote, read to the rows that other programs found in it.

use scalecalc::data::{self, ReadOptions, Reading, Row};
use scalecalc::error::Error;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tools")
}

fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<(Reading, Vec<Row>), Error> {
    let mut rows = Vec::new();
    let mut sink = |row: &Row| {
        rows.push(*row);
        Ok(())
    };
    let reading = data::read(&mut &*bytes, options, &mut sink)?;
    Ok((reading, rows))
}

fn read(text: &str) -> (Reading, Vec<Row>) {
    read_with(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn refused(text: &str) -> Error {
    read_with(text.as_bytes(), &ReadOptions::default()).unwrap_err()
}

/// N and throughput of each row.
fn pairs(rows: &[Row]) -> Vec<(f64, f64)> {
    rows.iter()
        .map(|row| (row.n.unwrap(), row.throughput))
        .collect()
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 4e-16 * expected.abs(),
        "{got} is not {expected}"
    );
}

fn has_note(reading: &Reading, code: &str) -> bool {
    reading.notes.iter().any(|note| note.code == code)
}

/// The N of `n0008_r1.json`.
fn n_of(file: &str) -> Option<f64> {
    let name = file.rsplit('/').next()?;
    name.strip_prefix('n')?.get(..4)?.parse().ok()
}

/// The format of a set, and what its throughput is multiplied with to give the expected one:
/// hyperfine timed 200,000 operations a run, and JMH counted per millisecond.
const SETS: &[(&str, &str, f64)] = &[
    ("ab_nginx", "ab", 1.0),
    ("autocannon_nginx", "autocannon", 1.0),
    ("gobench_mutex", "go-bench", 1.0),
    ("hey_nginx", "hey", 1.0),
    ("hyperfine_lockprog_400_100", "hyperfine", 200_000.0),
    ("jmh_lockInc", "jmh", 1e-3),
    ("oha_nginx", "oha", 1.0),
    ("pgbench_hotrow", "pgbench", 1.0),
    ("pgbench_tpcb", "pgbench", 1.0),
    ("redis_get_text", "redis-benchmark", 1.0),
    ("redis_pipeline", "redis-benchmark", 1.0),
    ("sysbench_cpu", "sysbench", 1.0),
    ("sysbench_cpu_rt", "sysbench", 1.0),
    ("sysbench_mutex", "sysbench", 1.0),
    ("sysbench_oltp_ro_pg", "sysbench", 1.0),
    ("wrk_nginx", "wrk", 1.0),
];

#[test]
fn real_outputs_give_the_rows_that_were_parsed_from_them_independently() {
    // set → file → rows, in the order of the file.
    let mut expected: BTreeMap<String, BTreeMap<String, Vec<(f64, f64)>>> = BTreeMap::new();
    let table = fs::read_to_string(tools().join("expected.csv")).unwrap();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [set, file, n, x] = fields[..] else {
            panic!("{line}")
        };
        let files = expected.entry(set.to_owned()).or_default();
        let pair = (n.parse().unwrap(), x.parse().unwrap());
        files.entry(file.to_owned()).or_default().push(pair);
    }
    for (set, format, factor) in SETS {
        for (file, expected) in &expected[*set] {
            let bytes = fs::read(tools().join(set).join(file)).unwrap();
            let options = ReadOptions {
                n_from_name: n_of(file),
                ..ReadOptions::default()
            };
            let (reading, rows) =
                read_with(&bytes, &options).unwrap_or_else(|error| panic!("{set}/{file}: {error}"));
            assert_eq!(reading.format, *format, "{set}/{file}");
            assert_eq!(rows.len(), expected.len(), "{set}/{file}");
            assert_eq!(reading.rows_used, rows.len() as u64);
            for (row, (n, x)) in rows.iter().zip(expected) {
                close(row.n.unwrap(), *n);
                close(row.throughput * factor, *x);
            }
        }
    }
}

#[test]
fn the_format_can_be_forced_and_a_wrong_one_is_refused() {
    let text = fs::read(tools().join("wrk_nginx/n0002_r1.txt")).unwrap();
    let mut options = ReadOptions {
        from: Some("wrk".to_owned()),
        ..ReadOptions::default()
    };
    assert_eq!(read_with(&text, &options).unwrap().1.len(), 1);
    options.from = Some("nothing".to_owned());
    let error = read_with(&text, &options).unwrap_err();
    assert!(error.hint().contains("pgbench"), "{}", error.hint());
}

#[test]
fn output_without_n_is_refused_with_both_ways_to_say_it() {
    for file in [
        "hey_nginx/n0002_r1.txt",
        "oha_nginx/n0002_r1.json",
        "redis_pipeline/n0002_r1.csv",
    ] {
        let bytes = fs::read(tools().join(file)).unwrap();
        let error = read_with(&bytes, &ReadOptions::default()).unwrap_err();
        assert!(error.hint().contains("8=c8.json"), "{file}: {error}");
        assert!(error.hint().contains("--n-from"), "{file}: {error}");
        let options = ReadOptions {
            n_given: Some(2.0),
            ..ReadOptions::default()
        };
        assert_eq!(read_with(&bytes, &options).unwrap().1[0].n, Some(2.0));
    }
}

#[test]
fn a_cut_off_file_names_the_tool_and_what_is_missing() {
    for (file, tool, keep, missing) in [
        ("wrk_nginx/n0002_r1.txt", "wrk", 200, "Requests/sec:"),
        ("ab_nginx/n0002_r1.txt", "ab", 500, "Requests per second:"),
        ("pgbench_hotrow/n0002_r1.txt", "pgbench", 200, "tps = "),
        (
            "sysbench_cpu/n0002_r1.txt",
            "sysbench",
            200,
            "General statistics:",
        ),
    ] {
        let bytes = fs::read(tools().join(file)).unwrap();
        let error = read_with(&bytes[..keep], &ReadOptions::default()).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(tool) && text.contains(missing),
            "{file}: {text}"
        );
    }
    let bytes = fs::read(tools().join("oha_nginx/n0002_r1.json")).unwrap();
    let error = read_with(&bytes[..600], &ReadOptions::default()).unwrap_err();
    assert!(error.hint().contains("cut off"), "{error}");
    let error = refused("{\"summary\": {\"requestsPerSec\": 5}}");
    assert!(error.to_string().contains("oha") && error.to_string().contains("successRate"));
}

#[test]
fn the_name_of_a_go_benchmark_is_told_from_gomaxprocs() {
    let (reading, rows) = read(
        "goos: linux\npkg: example.com/a\n\
         BenchmarkSub/a-4         \t  100\t 100.0 ns/op\t 5 B/op\t 1 allocs/op\n\
         BenchmarkSub/a-4-2       \t  100\t 50.0 ns/op\t 777 req/s\t 5 B/op\n\
         BenchmarkSub/a-4-4\nBenchmarkSub/a-4-4       \t  100\t 25.0 ns/op\nPASS\n",
    );
    assert_eq!(reading.series, ["BenchmarkSub/a-4"]);
    assert_eq!(pairs(&rows), [(1.0, 1e7), (2.0, 2e7), (4.0, 4e7)]);
    assert!(reading.notes.is_empty(), "{:?}", reading.notes);
}

#[test]
fn go_test_json_is_put_together_before_it_is_read() {
    let mut text = String::new();
    for (package, output) in [
        ("a", "pkg: a\\n"),
        ("a", "BenchmarkX-2 \\t"),
        ("b", "BenchmarkX-2\\t 1\\t 4 ns/op\\n"),
        ("a", " 10\\t 2 ns/op\\n"),
        ("a", "BenchmarkX \\t 10\\t 2 ns/op\\n"),
    ] {
        text += &format!(
            "{{\"Time\":\"t\",\"Action\":\"output\",\"Package\":\"{package}\",\"Test\":\"BenchmarkX\",\"Output\":\"{output}\"}}\n"
        );
    }
    let (reading, rows) = read(&text);
    assert_eq!(reading.format, "go-bench");
    assert_eq!(reading.series, ["b.BenchmarkX", "a.BenchmarkX"]);
    assert_eq!(pairs(&rows), [(2.0, 2.5e8), (2.0, 5e8), (1.0, 5e8)]);
    assert!(has_note(&reading, "flat-series"));
}

#[test]
fn a_metric_of_a_go_benchmark_can_be_chosen() {
    let text = "BenchmarkA-8 \t 10\t 2 ns/op\t 123 req/s\t 7 B/op\n";
    let options = ReadOptions {
        x: vec!["req/s".to_owned()],
        ..ReadOptions::default()
    };
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(pairs(&rows), [(8.0, 123.0)]);
    assert_eq!(reading.throughput_column.as_deref(), Some("req/s"));
}

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
        let options = ReadOptions {
            select: Some(select.to_owned()),
            ..ReadOptions::default()
        };
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

#[test]
fn older_pgbench_prints_two_rates_and_the_second_counts() {
    let text = "starting vacuum...end.\ntransaction type: TPC-B (sort of)\nscaling factor: 1\n\
        number of clients: 10\nnumber of threads: 1\nnumber of transactions actually processed: 90\n\
        number of failed transactions: 10 (10.000%)\nlatency average: 9.0 ms\n\
        tps = 85.184871 (including connections establishing)\n\
        tps = 85.296346 (excluding connections establishing)\n";
    let (reading, rows) = read(text);
    assert_eq!(pairs(&rows), [(10.0, 85.296_346)]);
    assert_eq!(reading.series, ["TPC-B (sort of)"]);
    assert!(has_note(&reading, "errors-counted"));
}

#[test]
fn several_runs_in_one_file_are_several_rows() {
    for (folder, n) in [
        ("sysbench_mutex", 4.0),
        ("pgbench_hotrow", 4.0),
        ("wrk_nginx", 4.0),
        ("ab_nginx", 4.0),
    ] {
        let one =
            |n: u32| fs::read_to_string(tools().join(format!("{folder}/n{n:04}_r1.txt"))).unwrap();
        let (_, rows) = read(&[one(1), one(2), one(4)].concat());
        assert_eq!(rows.len(), 3, "{folder}");
        assert_eq!(rows[2].n, Some(n));
    }
}

#[test]
fn failures_are_left_out_of_the_throughput_and_noted() {
    let wrk = fs::read_to_string(tools().join("wrk_nginx/n0002_r1.txt")).unwrap();
    let (_, whole) = read(&wrk);
    let line = wrk
        .lines()
        .find(|line| line.contains(" requests in "))
        .unwrap();
    let requests: f64 = line.split_whitespace().next().unwrap().parse().unwrap();
    let bad = wrk.replace(
        "Requests/sec:",
        "  Non-2xx or 3xx responses: 1000\nRequests/sec:",
    );
    let (reading, rows) = read(&bad);
    let expected = whole[0].throughput * (1.0 - 1000.0 / requests);
    assert!((rows[0].throughput / expected - 1.0).abs() < 1e-12);
    assert!(has_note(&reading, "errors-counted"));

    let ab = fs::read_to_string(tools().join("ab_nginx/n0002_r1.txt")).unwrap();
    let (_, whole) = read(&ab);
    // Responses of another length are no failures.
    let longer = ab.replace(
        "Failed requests:        0",
        "Failed requests:        500\n   (Connect: 0, Receive: 0, Length: 500, Exceptions: 0)",
    );
    let (reading, rows) = read(&longer);
    assert_eq!(
        rows,
        whole
            .iter()
            .map(|r| Row {
                line: r.line + 1,
                ..*r
            })
            .collect::<Vec<_>>()
    );
    assert!(!has_note(&reading, "errors-counted"));
}

#[test]
fn a_hyperfine_scan_of_two_parameters_needs_a_known_name() {
    let scan = |other: &str| {
        format!(
            "{{\"results\":[{{\"command\":\"c\",\"mean\":0.5,\"times\":[0.5,0.25],\"exit_codes\":[0,1],\
             \"parameters\":{{\"threads\":\"4\",\"{other}\":\"7\"}}}}]}}"
        )
    };
    let (reading, rows) = read(&scan("size"));
    assert_eq!(reading.series, ["size=7"]);
    assert_eq!(pairs(&rows), [(4.0, 2.0)]);
    assert!(has_note(&reading, "errors-counted"));
    assert!(refused(&scan("cores")).hint().contains("--n threads"));
    let (_, rows) = read(&fs::read_to_string(tools().join("other/hyperfine.csv")).unwrap());
    assert_eq!(rows.len(), 8);
    close(rows[0].throughput, 1.0 / 0.255_865_582_5);
}
