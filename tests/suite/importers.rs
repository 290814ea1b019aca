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
    reading.notes.iter().any(|note| note.code.name() == code)
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
    ("cprog_mutex", "key-value", 1.0),
    ("fio_null", "fio", 1.0),
    ("gbench_mutex", "google-benchmark", 1.0),
    ("hey_nginx", "hey", 1.0),
    ("hyperfine_lockprog_400_100", "hyperfine", 200_000.0),
    ("jmh_lockInc", "jmh", 1e-3),
    ("locust_nginx", "locust", 1.0),
    ("oha_nginx", "oha", 1.0),
    ("pgbench_hotrow", "pgbench", 1.0),
    ("pgbench_tpcb", "pgbench", 1.0),
    ("redis_get_text", "redis-benchmark", 1.0),
    ("redis_pipeline", "redis-benchmark", 1.0),
    ("stressng_cpu", "stress-ng", 1.0),
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
    let covered = expected.len() - 1;
    assert_eq!(
        SETS.len(),
        covered,
        "every set but criterion's, which is a folder"
    );
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
        assert!(error.hint().contains("n-from"), "{file}: {error}");
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
    assert!(refused(&scan("cores")).hint().contains("n = threads"));
    let (_, rows) = read(&fs::read_to_string(tools().join("other/hyperfine.csv")).unwrap());
    assert_eq!(rows.len(), 8);
    close(rows[0].throughput, 1.0 / 0.255_865_582_5);
}

#[test]
fn criterion_files_of_one_benchmark_are_read_together() {
    let new = |n: u32, file: &str| {
        let folder = tools().join("criterion_mutex_counter/mutex_counter");
        fs::read_to_string(folder.join(format!("{n}/new/{file}.json"))).unwrap()
    };
    let table = fs::read_to_string(tools().join("expected.csv")).unwrap();
    let mut together = String::new();
    let mut expected = Vec::new();
    for n in [1, 2, 3, 4, 6, 8, 12, 16] {
        for file in ["benchmark", "estimates", "sample"] {
            together += &new(n, file);
        }
        let start = format!("criterion_mutex_counter,mutex_counter/{n}/");
        for line in table.lines().filter(|line| line.starts_with(&start)) {
            let x: f64 = line.rsplit(',').next().unwrap().parse().unwrap();
            expected.push((f64::from(n), x));
        }
    }
    let (reading, rows) = read(&together);
    assert_eq!(
        (reading.format, reading.series.as_slice()),
        ("criterion", &["mutex_counter".to_owned()][..])
    );
    assert_eq!(rows.len(), 80);
    for (got, expected) in pairs(&rows).iter().zip(&expected) {
        close(got.0, expected.0);
        close(got.1, expected.1);
    }
    // Without the samples the mean of the estimates is the run: 20,000 operations in it.
    let (_, rows) = read(&(new(4, "benchmark") + &new(4, "estimates")));
    assert_eq!(
        pairs(&rows),
        [(4.0, 20_000.0 * 1e9 / 1_042_212.229_193_948_2)]
    );
}

/// One run of Google Benchmark with a time of 500 ns.
fn google(version: &str, threads: u32, more: &str) -> String {
    format!(
        "{{\"context\":{{\"num_cpus\":2{version}}},\"benchmarks\":[\
         {{\"name\":\"BM_x/real_time/threads:{threads}\",\"run_type\":\"iteration\",\"threads\":{threads},\
         \"iterations\":10,\"real_time\":500.0,\"cpu_time\":400.0,\"time_unit\":\"ns\"{more}}},\
         {{\"name\":\"BM_x/real_time/threads:{threads}_mean\",\"run_type\":\"aggregate\",\"aggregate_name\":\"mean\",\
         \"threads\":{threads},\"real_time\":1.0,\"cpu_time\":400.0,\"time_unit\":\"ns\"}}]}}"
    )
}

#[test]
fn real_time_of_google_benchmark_depends_on_its_version() {
    // Before 1.9.0: 500 ns of wall time for one of all iterations; since: in each thread.
    let rows_of = |version: &str| pairs(&read(&google(version, 4, "")).1);
    assert_eq!(rows_of(",\"library_version\":\"v1.8.4\""), [(4.0, 2e6)]);
    assert_eq!(rows_of(",\"library_version\":\"v1.9.1\""), [(4.0, 8e6)]);
    let error = refused(&google("", 4, ""));
    assert!(error.hint().contains("SetItemsProcessed"), "{error}");
    let (reading, rows) = read(&google("", 1, ""));
    assert_eq!(pairs(&rows), [(1.0, 2e6)]);
    assert_eq!(reading.series, ["BM_x/real_time"]);
    let (_, rows) = read(&google("", 4, ",\"items_per_second\":7e6"));
    assert_eq!(pairs(&rows), [(4.0, 7e6)]);
    let cpu = google("", 4, ",\"items_per_second\":7e6").replace("/real_time/", "/");
    assert!(has_note(&read(&cpu).0, "unit-assumed"));
}

#[test]
fn oha_text_is_read_like_its_json() {
    // The summary of oha 1.4, as its README shows it.
    let text = "Summary:\n  Success rate:\t90.00%\n  Total:\t10.0 secs\n  Slowest:\t0.0062 secs\n  \
        Fastest:\t0.0001 secs\n  Average:\t5.5000 ms\n  Requests/sec:\t1000.0\n\n  Total data:\t19 MiB\n\n\
        Response time histogram:\n  0.000 [1]    |\n\nStatus code distribution:\n  [200] 8000 responses\n  \
        [503] 1000 responses\n\nError distribution:\n  [1000] connection error\n  [8] aborted due to deadline\n";
    let options = ReadOptions {
        n_given: Some(8.0),
        ..ReadOptions::default()
    };
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(reading.format, "oha");
    // 9 of 10 were answered, 8 of 9 answers were good.
    assert!((rows[0].throughput - 800.0).abs() < 1e-9);
    close(rows[0].latency.unwrap(), 0.0055);
    assert!(has_note(&reading, "errors-counted"));
}

#[test]
fn hey_csv_is_summed_over_its_rows() {
    let text = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n\
        0.1,0,0,0,0,0,200,0.0\n0.3,0,0,0,0,0,200,0.1\n0.1,0,0,0,0,0,200,0.9\n0.1,0,0,0,0,0,500,0.4\n";
    let options = ReadOptions {
        n_given: Some(2.0),
        ..ReadOptions::default()
    };
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    // Three good ones of four from 0 to 1.0 s, 0.15 s each.
    assert!((rows[0].throughput - 3.0).abs() < 1e-9);
    assert!((rows[0].latency.unwrap() - 0.15).abs() < 1e-12);
}

#[test]
fn redis_benchmark_quiet_and_without_header() {
    let quiet = "SET: rps=0.0 (overall: -nan) avg_msec=-nan (overall: -nan)\rSET: 11082.38 requests per second, p50=0.071 msec\n\n\
        GET: 20000.00 requests per second, p50=0.071 msec\n";
    let old = "\"SET\",\"11082.38\"\n\"GET\",\"20000.00\"\n";
    let options = ReadOptions {
        n_given: Some(50.0),
        ..ReadOptions::default()
    };
    for text in [quiet, old] {
        let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!(reading.series, ["SET", "GET"]);
        assert_eq!(pairs(&rows), [(50.0, 11_082.38), (50.0, 20_000.0)]);
    }
}

/// Field names of the Go struct, values made up.
const VEGETA: &str = "{\"latencies\":{\"total\":9,\"mean\":2000000,\"50th\":1,\"max\":3},\"bytes_in\":{\"total\":1,\"mean\":1},\
    \"earliest\":\"t\",\"duration\":1000,\"wait\":1,\"requests\":1000,\"rate\":1000.0,\"throughput\":900.0,\"success\":0.9,\
    \"status_codes\":{\"200\":900,\"503\":100},\"errors\":[]}";
const GHZ: &str = "{\"date\":\"t\",\"options\":{\"call\":\"pkg.Svc.Get\",\"concurrency\":50,\"total\":200},\"count\":200,\
    \"total\":1000000000,\"average\":32010000,\"fastest\":1,\"slowest\":2,\"rps\":1000.0,\"errorDistribution\":{\"x\":20},\
    \"statusCodeDistribution\":{\"OK\":180,\"Unavailable\":20},\"details\":[]}";
const FORTIO: &str = "{\"RunType\":\"HTTP\",\"Labels\":\"\",\"RequestedQPS\":\"max\",\"RequestedDuration\":\"5s\",\"ActualQPS\":1000.0,\
    \"ActualDuration\":5,\"NumThreads\":8,\"DurationHistogram\":{\"Count\":5000,\"Avg\":0.008},\"RetCodes\":{\"200\":4750,\"-1\":250},\"URL\":\"u\"}";

#[test]
fn vegeta_ghz_and_fortio() {
    let options = ReadOptions {
        n_given: Some(2.0),
        ..ReadOptions::default()
    };
    let (reading, rows) = read_with(VEGETA.as_bytes(), &options).unwrap();
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("vegeta", vec![(2.0, 900.0)])
    );
    close(rows[0].latency.unwrap(), 0.002);
    assert!(has_note(&reading, "errors-counted"));
    assert!(refused(VEGETA).hint().contains("8=c8.json"));
    let (reading, _) = read_with(VEGETA.replace("900.0,", "999.0,").as_bytes(), &options).unwrap();
    assert!(has_note(&reading, "rate-capped"));

    let (reading, rows) = read(GHZ);
    assert_eq!((reading.format, pairs(&rows)), ("ghz", vec![(50.0, 900.0)]));
    close(rows[0].latency.unwrap(), 0.032_01);

    let (reading, rows) = read(FORTIO);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("fortio", vec![(8.0, 950.0)])
    );
    assert!(!has_note(&reading, "rate-capped") && !has_note(&reading, "little-mismatch"));
    let capped = read(&FORTIO.replace("\"max\"", "\"1000\"")).0;
    assert!(!has_note(&capped, "rate-capped") || has_note(&capped, "errors-counted"));
}

#[test]
fn k6_summaries_old_and_new_say_the_same() {
    let flat = "{\"root_group\":{},\"metrics\":{\"http_reqs\":{\"count\":1000,\"rate\":100.0},\"vus_max\":{\"value\":8,\"min\":8,\"max\":8},\
        \"http_req_failed\":{\"passes\":100,\"fails\":900,\"value\":0.1},\"http_req_duration\":{\"avg\":80.0,\"p(95)\":90.0}}}";
    let values = "{\"metrics\":{\"http_reqs\":{\"type\":\"counter\",\"values\":{\"count\":1000,\"rate\":100.0}},\
        \"vus_max\":{\"values\":{\"value\":8,\"min\":8,\"max\":8}},\"http_req_failed\":{\"values\":{\"rate\":0.1}},\
        \"http_req_duration\":{\"values\":{\"avg\":80.0}}},\"state\":{\"testRunDurationMs\":10000}}";
    let new = "{\"version\":\"1\",\"config\":{\"execution\":\"local\",\"script\":\"s.js\",\"duration\":10.0},\"results\":{\"metrics\":[\
        {\"name\":\"http_reqs\",\"type\":\"counter\",\"values\":{\"count\":1000}},{\"name\":\"vus_max\",\"values\":{\"max\":8,\"min\":8,\"value\":8}},\
        {\"name\":\"http_req_failed\",\"values\":{\"rate\":0.1}},{\"name\":\"http_req_duration\",\"values\":{\"avg\":80.0}}]}}";
    for text in [flat, values, new] {
        let (reading, rows) = read(text);
        assert_eq!((reading.format, pairs(&rows)), ("k6", vec![(8.0, 90.0)]));
        close(rows[0].latency.unwrap(), 0.08);
    }
    let options = ReadOptions {
        x: vec!["iterations".to_owned()],
        ..ReadOptions::default()
    };
    let text = flat.replace(
        "\"vus_max\"",
        "\"iterations\":{\"count\":500,\"rate\":50.0},\"vus_max\"",
    );
    assert_eq!(
        pairs(&read_with(text.as_bytes(), &options).unwrap().1),
        [(8.0, 50.0)]
    );
}

#[test]
fn a_k6_stream_gives_a_run_a_second_without_the_ramp() {
    let (mut json, mut csv) = (
        "{\"type\":\"Metric\",\"data\":{\"name\":\"http_reqs\"},\"metric\":\"http_reqs\"}\n"
            .to_owned(),
        "metric_name,timestamp,metric_value,check,extra_tags\n".to_owned(),
    );
    // Five seconds with 2 users and 10 requests, then five with 4 users and 18.
    for second in 0..10 {
        let (n, count) = if second < 5 { (2, 10) } else { (4, 18) };
        let mut point = |metric: &str, tenth: u32, value: f64| {
            json += &format!(
                "{{\"metric\":\"{metric}\",\"type\":\"Point\",\"data\":{{\"time\":\"2026-01-01T00:00:0{second}.{tenth}Z\",\"value\":{value},\"tags\":{{}}}}}}\n"
            );
            csv += &format!("{metric},{},{value},,\n", 1_767_225_600 + second);
        };
        point("vus", 5, f64::from(n));
        for _ in 0..count {
            point("http_reqs", 1, 1.0);
            point("http_req_duration", 1, 200.0);
        }
    }
    for text in [json, csv] {
        let (reading, rows) = read(&text);
        assert_eq!(reading.format, "k6");
        assert_eq!(pairs(&rows), [[(2.0, 10.0); 3], [(4.0, 18.0); 3]].concat());
        close(rows[0].latency.unwrap(), 0.2);
        assert!(!has_note(&reading, "little-mismatch"));
    }
}

#[test]
fn locust_files_of_every_kind() {
    let other = |name: &str| fs::read_to_string(tools().join("other").join(name)).unwrap();
    // The history is too short for its rates: 1523 − 749 requests in one second.
    let (reading, rows) = read(&other("locust_stats_history.csv"));
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("locust", vec![(8.0, 774.0)])
    );
    let (reading, rows) = read(&other("locust_failures.csv"));
    assert!(reading.no_measurements && rows.is_empty());
    let options = ReadOptions {
        n_given: Some(8.0),
        ..ReadOptions::default()
    };
    let text = other("locust.txt");
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("Aggregated"))
        .unwrap();
    let printed: f64 = line
        .split('|')
        .nth(2)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(pairs(&rows), [(8.0, printed)]);
}

#[test]
fn a_long_locust_history_keeps_the_rates_of_its_steps() {
    let mut text =
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,Total Request Count\n".to_owned();
    for second in 0..30 {
        let (n, rate) = if second < 15 { (2, 100) } else { (4, 180) };
        text += &format!("{second},{n},GET,/,1,0,1\n{second},{n},,Aggregated,{rate}.0,0.0,9\n");
    }
    let (_, rows) = read(&text);
    assert_eq!(
        pairs(&rows),
        [[(2.0, 100.0); 5], [(4.0, 180.0); 5]].concat()
    );
}

#[test]
fn a_jtl_of_one_level_is_one_run_and_of_steps_a_run_each() {
    let header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,Latency,IdleTime,Connect\n";
    let row = |start: u32, n: u32, good: bool| {
        format!("{start},100,Home,200,OK,t 1-1,text,{good},\"a,\nb\",9,9,{n},{n},9,0,1\n")
    };
    // 40 samples of 100 ms, one every 50 ms: 2050 ms from the first start to the last end.
    let one: String = (0..40)
        .map(|at| row(1000 + 50 * at, if at < 2 { 1 } else { 2 }, true))
        .collect();
    let (reading, rows) = read(&(header.to_owned() + &one));
    assert_eq!(reading.format, "jmeter");
    assert_eq!(pairs(&rows), [(2.0, 40.0 / 2.05)]);
    close(rows[0].latency.unwrap(), 0.1);
    let options = ReadOptions {
        from: Some("jmeter".to_owned()),
        ..ReadOptions::default()
    };
    assert_eq!(
        pairs(&read_with(one.as_bytes(), &options).unwrap().1),
        pairs(&rows)
    );
    let steps: String = (0..40)
        .map(|at| row(1000 + 50 * at, 1 + at / 20, at != 3))
        .collect();
    let (reading, rows) = read(&(header.to_owned() + &steps));
    assert_eq!(rows.len(), 2);
    assert!((rows[0].throughput - 19.0 / 1.05).abs() < 1e-9);
    assert_eq!(rows[1].n, Some(2.0));
    assert!(has_note(&reading, "errors-counted"));
    let semicolons = (header.to_owned() + &one.replace("\"a,\nb\"", "a")).replace(',', ";");
    assert_eq!(pairs(&read(&semicolons).1), [(2.0, 40.0 / 2.05)]);
}

#[test]
fn fio_sums_jobs_that_ran_together() {
    let job = |name: &str, group: u32, iops: f64, options: &str| {
        format!(
            "{{\"jobname\":\"{name}\",\"groupid\":{group},\"error\":0,\"job options\":{{{options}}},\
             \"read\":{{\"iops\":{iops},\"lat_ns\":{{\"mean\":4000.0}}}},\"write\":{{\"iops\":{iops},\"lat_ns\":{{\"mean\":8000.0}}}}}}"
        )
    };
    let document = |jobs: &[String]| {
        format!(
            "fio: this line [0-9] precedes {{the}} document\n{{\"fio version\":\"fio-3.33\",\"global options\":{{\"iodepth\":\"16\",\"rw\":\"randrw\"}},\"jobs\":[{}]}}",
            jobs.join(",")
        )
    };
    // Two clones of one job in a group of their own, then a job alone.
    let (reading, rows) = read(&document(&[
        job("a", 0, 100.0, "\"numjobs\":\"2\""),
        job("a", 0, 50.0, "\"numjobs\":\"2\""),
        job("b", 1, 70.0, "\"iodepth\":\"4\""),
    ]));
    assert_eq!(pairs(&rows), [(32.0, 300.0), (4.0, 140.0)]);
    close(rows[0].latency.unwrap(), 6e-6);
    assert_eq!(reading.series, ["randrw"]);
    assert!(
        reading
            .remarks
            .iter()
            .any(|text| text.contains("before the JSON"))
    );
}

#[test]
fn memtier_counts_connections() {
    let text = "{\"configuration\":{\"clients\":50,\"threads\":4,\"pipeline\":1},\
        \"ALL STATS\":{\"Runtime\":{},\"Sets\":{\"Ops/sec\":1.0},\"Totals\":{\"Ops/sec\":5000.5,\"Average Latency\":40.0,\"Latency\":40.0}}}";
    let (reading, rows) = read(text);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("memtier", vec![(200.0, 5000.5)])
    );
    let several = text
        .replace("\"ALL STATS\"", "\"BEST RUN RESULTS\"")
        .replace(
            "}}}",
            "}},\"AGGREGATED AVERAGE RESULTS (2 runs)\":{\"Totals\":{\"Ops/sec\":4000.0}}}",
        );
    assert_eq!(pairs(&read(&several).1), [(200.0, 4000.0)]);
}

#[test]
fn ycsb_as_text_and_json() {
    let text = "[OVERALL], RunTime(ms), 1849\n[OVERALL], Throughput(ops/sec), 540.8328826392644\n[TOTAL_GCs], Count, 5\n\
        [CLEANUP], Operations, 10\n[CLEANUP], AverageLatency(us), 1295.2\n[READ], Operations, 600\n[READ], AverageLatency(us), 1000.0\n\
        [INSERT], Operations, 400\n[INSERT], AverageLatency(us), 2000.0\n[INSERT], 95thPercentileLatency(us), 3000\n[INSERT], Return=OK, 400\n";
    assert!(refused(text).hint().contains("n-from"));
    let with_command = format!("Command line: -db site.ycsb.BasicDB -threads 8 -t\n{text}");
    let (reading, rows) = read(&with_command);
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("ycsb", vec![(8.0, 540.832_882_639_264_4)])
    );
    close(rows[0].latency.unwrap(), 0.0014);
    let options = ReadOptions {
        n_given: Some(8.0),
        ..ReadOptions::default()
    };
    let json = "{\"metric\":\"OVERALL\",\"measurement\":\"Throughput(ops/sec)\",\"value\":540.5}\n{\"metric\":\"READ\",\"measurement\":\"Operations\",\"value\":600}\n\
        {\"metric\":\"READ\",\"measurement\":\"AverageLatency(us)\",\"value\":1000.0}";
    let array = format!(
        "[{}]",
        json.replace("}\n{", "},\n{").replace("\n        {", "{")
    );
    for text in [json, &array] {
        let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!((reading.format, pairs(&rows)), ("ycsb", vec![(8.0, 540.5)]));
    }
}

#[test]
fn a_cassandra_stress_log_is_a_sweep() {
    // Rounds as the DataStax manual and the source of the tool print them.
    let round = |threads: u32, rate: &str| {
        format!(
            "Running with {threads} threadCount\nRunning WRITE with {threads} threads until stderr of mean < 0.02\n\
             total ops , adj row/s, op/s, pk/s\n2552 , 2553, 2553, 2553\nResults:\n\
             Op rate                   : {rate} op/s  [WRITE: {rate} op/s]\nPartition rate            :    6,778 pk/s\n\
             Latency mean              :    0.6 ms [WRITE: 0.6 ms]\nTotal partitions          :  50,000 [WRITE: 50,000]\n\
             Total errors              :          0 [WRITE: 0]\nAvg GC time               :  NaN ms\nTotal operation time      : 00:00:07\n\n"
        )
    };
    let (reading, rows) = read(
        &(round(4, "6,778") + "Improvement over 4 threadCount: 45%\n" + &round(8, "   12,345")),
    );
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("cassandra-stress", vec![(4.0, 6778.0), (8.0, 12_345.0)])
    );
    assert_eq!(reading.series, ["WRITE"]);
    close(rows[0].latency.unwrap(), 0.0006);
    let old = "Running WRITE with 200 threads for 1000000 iteration\n\nResults:\nop rate                   : 46751 [WRITE:46751]\nlatency mean              : 4.3 [WRITE:4.3]\n";
    assert_eq!(pairs(&read(old).1), [(200.0, 46_751.0)]);
}

#[test]
fn stress_ng_yaml_has_the_rate_in_full() {
    let bytes = fs::read(tools().join("other/stress-ng.yaml")).unwrap();
    let options = ReadOptions {
        n_given: Some(4.0),
        ..ReadOptions::default()
    };
    let (reading, rows) = read_with(&bytes, &options).unwrap();
    assert_eq!(
        (reading.format, pairs(&rows)),
        ("stress-ng", vec![(4.0, 216.555_790)])
    );
}

#[test]
fn will_it_scale_is_two_series_without_its_first_row() {
    let (reading, rows) = read(
        "tasks,processes,processes_idle,threads,threads_idle,linear\n0,0,100,0,100,0\n\
         1,574916,93.73,574313,93.70,574916\n2,1006964,87.47,0,87.52,1149832\n",
    );
    assert_eq!(reading.series, ["processes", "threads"]);
    assert_eq!(
        pairs(&rows),
        [(1.0, 574_916.0), (1.0, 574_313.0), (2.0, 1_006_964.0)]
    );
    assert!(has_note(&reading, "zero-dropped"));
}

#[test]
fn prometheus_joins_two_answers_by_time() {
    let answer = |metric: &str, values: &str| {
        format!(
            "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{{metric}}},\"values\":[{values}]}}]}}}}\n"
        )
    };
    let sizes = answer("", "[10,\"2\"],[20,\"2\"],[30,\"4\"],[40,\"0\"]");
    let rates = answer(
        "\"job\":\"a\"",
        "[10,\"100\"],[20,\"110\"],[30,\"180\"],[35,\"7\"],[40,\"NaN\"]",
    );
    let (reading, rows) = read(&(sizes + &rates));
    assert_eq!(reading.series, ["job=a"]);
    assert_eq!(pairs(&rows), [(2.0, 105.0), (4.0, 180.0)]);
    // Two samples of 100 and 110: M2 = 25 + 25.
    assert_eq!((rows[0].runs, rows[0].m2), (2, 50.0));
    let (reading, rows) = read(&answer("\"cores\":\"8\",\"job\":\"a\"", "[10,\"100\"]"));
    assert_eq!(
        (reading.series, pairs(&rows)),
        (vec!["job=a".to_owned()], vec![(8.0, 100.0)])
    );
    assert!(
        refused(&answer("", "[10,\"1\"]"))
            .hint()
            .contains("n = n.json x = x.json")
    );
}
