//! Outputs of further tools, with latencies, other versions, failures and cut-off ends.

use scalecalc::data::{self, ReadOptions, Reading, Row};
use scalecalc::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tools")
}

fn text_of(file: &str) -> String {
    fs::read_to_string(tools().join(file)).unwrap()
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

fn named(n: f64) -> ReadOptions {
    ReadOptions {
        n_from_name: Some(n),
        ..ReadOptions::default()
    }
}

fn refused(text: &str) -> Error {
    read_with(text.as_bytes(), &ReadOptions::default()).unwrap_err()
}

/// N and throughput of each row.
fn pairs(rows: &[Row]) -> Vec<(f64, f64)> {
    (rows.iter())
        .map(|row| (row.n.unwrap(), row.throughput))
        .collect()
}

fn has_note(reading: &Reading, code: &str) -> bool {
    reading.notes.iter().any(|note| note.code.name() == code)
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 4e-16 * expected.abs(),
        "{got} is not {expected}"
    );
}

#[track_caller]
fn one_row(text: &str, format: &str, n: f64, throughput: f64, latency: Option<f64>) {
    let (reading, rows) = read(text);
    assert_eq!(reading.format, format);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0].n, Some(n));
    close(rows[0].throughput, throughput);
    match (rows[0].latency, latency) {
        (Some(got), Some(expected)) => close(got, expected),
        (got, expected) => assert_eq!(got, expected),
    }
}

/// The expected rows were parsed by `tests/oracle/tool_outputs.py`.
#[test]
fn throughput_and_latency_agree_with_an_independent_parser() {
    let table = text_of("expected_latency.csv");
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [set, file, n, x, latency] = fields[..] else {
            panic!("{line}")
        };
        let n: f64 = n.parse().unwrap();
        let bytes = fs::read(tools().join(set).join(file)).unwrap();
        let (_, rows) = read_with(&bytes, &named(n)).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(rows.len(), 1, "{line}");
        assert_eq!(rows[0].n, Some(n), "{line}");
        let near = |got: f64, expected: f64| (got - expected).abs() <= 1e-15 * expected;
        assert!(
            near(rows[0].throughput, x.parse().unwrap()),
            "{line}: {rows:?}"
        );
        match (rows[0].latency, latency) {
            (None, "") => {}
            (Some(got), text) => assert!(near(got, text.parse().unwrap()), "{line}: {got}"),
            (None, _) => panic!("{line}: no latency"),
        }
    }
}

#[test]
fn h2load_of_two_threads_and_refused_requests() {
    // The columns and words of versions 1.40 and 1.66 (src/h2load.cc).
    let text = "starting benchmark...\r\nspawning thread #0: 6 total client(s). 500 total requests\r\n\
        spawning thread #1: 4 total client(s). 500 total requests\r\nfinished in 500.00ms, 2000.00 req/s, 1.5MB/s\r\n\
        requests: 1000 total, 1000 started, 1000 done, 750 succeeded, 250 failed, 0 errored, 0 timeout\r\n\
        status codes: 750 2xx, 0 3xx, 0 4xx, 250 5xx\r\ntraffic: 1.5MB (1) total, 2KB (1) headers, 1MB (1) data\r\n\
        \x20                    min         max      median         p95         p99        mean         sd        +/- sd\r\n\
        time for request:   1.00ms       9.00ms      4.00ms      8.00ms      8.50ms      5.10ms      1.00ms    70.00%\r\n";
    one_row(text, "h2load", 10.0, 1500.0, Some(0.0051));
    assert!(has_note(&read(text).0, "errors-counted"));
}

#[test]
fn siege_as_text_says_its_users() {
    // The report of siege 2.60, as its manual shows it.
    let text = "** Siege 2.60\n** Preparing 100 concurrent users for battle.\nThe server is now under siege...done\n\
        Transactions:                    339 hits\nAvailability:                  93.39 %\nElapsed time:                  67.47 secs\n\
        Data transferred:            4273708 bytes\nResponse time:                  8.25 secs\nTransaction rate:               5.02 trans/sec\n\
        Throughput:                 63342.34 bytes/sec\nConcurrency:                   41.47\nSuccessful transactions:         337\n\
        Failed transactions:              26\nLongest transaction:           17.77 secs\nShortest transaction:           0.37 secs\n";
    one_row(text, "siege", 100.0, 5.02 * (337.0 / 339.0), Some(8.25));
    let (reading, _) = read(text);
    assert!(has_note(&reading, "errors-counted"));
    // Without users N is what siege measured in flight, unless the name of the file says it.
    let unnamed = text_of("siege/c4.txt");
    assert!((read(&unnamed).1[0].n.unwrap() - 4.0).abs() < 1.0);
    assert_eq!(
        read_with(unnamed.as_bytes(), &named(4.0)).unwrap().1[0].n,
        Some(4.0)
    );
    let both = [text, "{\n\t\"transactions\":\t339,\n\t\"availability\": 93.39,\n\t\"transaction_rate\":\t5.02,\n\t\"concurrency\": 41.47,\n\t\"shortest_transaction\":\t0.37\n}\n"].concat();
    assert_eq!(read(&both).1.len(), 1);
}

#[test]
fn iperf3_in_every_shape() {
    let udp = "{\"start\":{\"test_start\":{\"protocol\":\"UDP\",\"num_streams\":2,\"target_bitrate\":1000000}},\
        \"end\":{\"streams\":[],\"sum\":{\"bits_per_second\":2000000,\"lost_percent\":25}}}";
    one_row(udp, "iperf3", 2.0, 1_500_000.0, None);
    let stream = "{\"event\":\"start\",\"data\":{\"test_start\":{\"num_streams\":4}}}\n{\"event\":\"interval\",\"data\":{}}\n\
        {\"event\":\"end\",\"data\":{\"sum_received\":{\"bits_per_second\":7e9}}}\n";
    one_row(stream, "iperf3", 4.0, 7e9, None);
    let failed = "{\"start\":{\"version\":\"iperf 3.12\"},\"end\":{},\"error\":\"unable to connect to server\"}";
    assert!(refused(failed).to_string().contains("unable to connect"));
    let open = stream.lines().take(2).collect::<Vec<_>>().join("\n");
    assert!(
        refused(&open).to_string().contains("cut off"),
        "{}",
        refused(&open)
    );
}

#[test]
fn loadtest_before_version_7() {
    let text = "[Tue Jan 05 2016 10:00:00 GMT+0100 (CET)] INFO Requests: 0, requests per second: 0, mean latency: 0 ms\n\
        [Tue Jan 05 2016] INFO Target URL:          http://localhost:8000\n[Tue Jan 05 2016] INFO Max requests:        1000\n\
        [Tue Jan 05 2016] INFO Concurrency level:   10\n[Tue Jan 05 2016] INFO Agent:               none\n\
        [Tue Jan 05 2016] INFO Completed requests:  1000\n[Tue Jan 05 2016] INFO Total errors:        100\n\
        [Tue Jan 05 2016] INFO Total time:          1.5 s\n[Tue Jan 05 2016] INFO Requests per second: 670\n\
        [Tue Jan 05 2016] INFO Mean latency:        15.2 ms\n[Tue Jan 05 2016] INFO   50%      10 ms\n\
        [Tue Jan 05 2016] INFO  100%      24 ms (longest request)\n";
    one_row(text, "loadtest", 10.0, 670.0 * (1.0 - 0.1), Some(0.0152));
}

#[test]
fn fio_for_people_of_versions_2_and_3() {
    // Two clones of version 3.1, listed one by one (as in a public listing of its output).
    let three = "t: (g=0): rw=randrw, bs=(R) 4096B-4096B, ioengine=libaio, iodepth=32\n...\nfio-3.1\nStarting 2 processes\n\
        Jobs: 2 (f=2): [m(2)][100.0%][r=39MiB/s][eta 00m:00s]\rt: (groupid=0, jobs=1): err= 0: pid=1: Sun Aug 12\n\
        \x20  read: IOPS=2502, BW=9.78MiB/s (10.2MB/s)(2049MiB/209633msec)\n     lat (msec): min=1, max=90, avg=12.5, stdev=1\n\
        \x20 write: IOPS=2499, BW=9997KiB/s (10.2MB/s)(2047MiB/209633msec)\n     lat (msec): min=1, max=90, avg=13.5, stdev=1\n\
        \x20 lat (usec)   : 100=0.00%\n     issued rwt: total=524625,523951,0, short=0,0,0, dropped=0,0,0\n\
        t: (groupid=0, jobs=1): err= 0: pid=2: Sun Aug 12\n   read: IOPS=2498, BW=9992KiB/s (10.2MB/s)(2045MiB/209566msec)\n\
        \x20    lat (usec): min=1, max=90, avg=12500, stdev=1\n\nRun status group 0 (all jobs):\n   READ: bw=19MiB/s\n";
    let (reading, rows) = read(three);
    assert_eq!(
        (reading.format, reading.n_unit.as_deref()),
        ("fio", Some("I/Os in flight"))
    );
    assert_eq!(rows[0].n, Some(64.0));
    let (a, b) = (524_625.0 / 209.633, 523_951.0 / 209.633);
    assert!((rows[0].throughput - (a + b + 2498.0)).abs() < 1e-9);
    let waited = (a * 12.5 + b * 13.5 + 2498.0 * 12.5) / (a + b + 2498.0) / 1e3;
    assert!((rows[0].latency.unwrap() - waited).abs() < 1e-12);
    let two = "w: (groupid=0, jobs=4): err= 0: pid=8378: Mon Jan  5 15:15:17 2015\n\
        \x20 write: io=131072KB, bw=910222KB/s, iops=227555 , runt=   144msec\n    clat (usec): min=2 , max=33 , avg= 2.82, stdev= 0.80\n\
        \x20    lat (usec): min=2 , max=33 , avg= 2.90, stdev= 0.79\n    issued    : total=r=0/w=32768/d=0, short=r=0/w=0/d=0\n\
        \nRun status group 0 (all jobs):\n  WRITE: io=131072KB\n";
    one_row(two, "fio", 4.0, 32_768.0 / 0.144, Some(2.9e-6));
}

#[test]
fn k6_for_people_before_and_since_version_1() {
    // The legacy summary of version 0.47, as its documentation shows it.
    let old = "  scenarios: (100.00%) 1 scenario, 10 max VUs, 1m10s max duration\n     checks.........................: 50.00% ✓ 45 ✗ 45\n\
        \x20    http_req_duration..............: avg=144.56ms min=104.11ms med=110.47ms max=1m1.14s p(90)=203.54ms\n\
        \x20      { expected_response:true }...: avg=99.56ms min=104.11ms\n     http_req_failed................: 10.00% ✓ 18 ✗ 162\n\
        \x20  ✓ http_reqs......................: 180 4.36938/s\n     iteration_duration.............: avg=2.4s\n     iterations.....................: 45 1.092345/s\n\
        \x20    vus............................: 1 min=1 max=10\n     vus_max........................: 10 min=10 max=10\n";
    one_row(old, "k6", 10.0, 4.36938 * (1.0 - 0.1), Some(0.14456));
    let new = text_of("k6_stdout/v4.txt");
    let parts = new.clone()
        + "\n  █ GROUP: a\n\n    http_reqs....: 7 7/s\n    http_req_duration....: avg=1s\n";
    assert_eq!(read(&parts).1, read(&new).1);
    assert_eq!(read(&(new.clone() + &new)).1.len(), 2);
    let only = ReadOptions {
        x: vec!["iterations".to_owned()],
        ..ReadOptions::default()
    };
    let (_, rows) = read_with(old.as_bytes(), &only).unwrap();
    close(rows[0].throughput, 1.092_345);
    close(rows[0].latency.unwrap(), 2.4);
}

#[test]
fn autocannon_for_people() {
    let text = text_of("other/autocannon4.txt");
    one_row(&text, "autocannon", 4.0, 20_392.0, Some(0.000_07));
    let colours = text
        .replace("Avg", "\u{1b}[36mAvg\u{1b}[39m")
        .replace('\n', "\r\n");
    let failing = colours.replace(
        "20k requests in",
        "6000 2xx responses, 2000 non 2xx responses\r\n20k requests in",
    );
    one_row(&failing, "autocannon", 4.0, 20_392.0 * 0.75, Some(0.000_07));
    // Version 1 had no lines between its columns.
    let old = "Running 10s test @ http://localhost:3000\n10 connections with 10 pipelining factor\n\n\
        Stat         Avg       Stdev     Max\nLatency (ms) 0.2       1.1       30\nReq/Sec      44,211.2  2,100.1   45k\n\
        Bytes/Sec    8.4 MB    400 kB    9 MB\n\n442k requests in 10s, 84 MB read\n";
    one_row(old, "autocannon", 10.0, 44_211.2, Some(0.0002));
}

#[test]
fn google_benchmark_1_7_in_three_formats() {
    for file in ["b.json", "b.csv", "b.txt"] {
        let text = text_of(&format!("gbench_v171/{file}"));
        let (reading, rows) = read(&text);
        assert_eq!(reading.format, "google-benchmark");
        assert_eq!(reading.series, ["BM_Mutex/real_time"], "{file}");
        let sizes: Vec<f64> = rows.iter().map(|row| row.n.unwrap()).collect();
        assert_eq!(sizes, [1.0, 2.0, 4.0, 8.0, 16.0]);
        // The series without a rate is left out by name, and does not reject the file.
        assert!(has_note(&reading, "skipped"));
    }
    let text = text_of("gbench_v171/b.txt");
    close(read(&text).1[0].throughput, 170.476e6);
    let tabular = "Benchmark                 Time             CPU   Iterations bytes items_per_second\n\
        BM_a/threads:2/real_time      10 ns      10 ns      100     5k       1.5M/s\n\
        BM_a/threads:2/real_time_mean      10 ns      10 ns      100     5k       9M/s\n\
        BM_b/threads:2 ERROR OCCURRED: 'no'\n";
    one_row(tabular, "google-benchmark", 2.0, 1.5e6, None);
}

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

#[test]
fn hyperfine_markdown_and_n_within_commands() {
    let text = text_of("other/hyperfine.md");
    let (reading, rows) = read(&text);
    assert_eq!((reading.format, rows.len()), ("hyperfine", 8));
    assert_eq!(rows[1].n, Some(2.0));
    close(rows[1].throughput, 1.0 / 0.2476);
    let options = ReadOptions {
        n_from: Some(r"lockprog (\d+)".to_owned()),
        ..ReadOptions::default()
    };
    let (_, by_expression) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(by_expression.len(), 8);
    assert_eq!(by_expression[7].n, Some(16.0));
    let json = "{\"results\":[{\"command\":\"run -j 2\",\"mean\":0.5,\"times\":[0.5]},{\"command\":\"run -j 4\",\"mean\":0.25,\"times\":[0.25]}]}";
    let (_, rows) = read(json);
    assert_eq!((rows[1].n, rows[1].throughput), (Some(4.0), 4.0));
}

#[test]
fn rows_of_json_are_a_table() {
    let lines = "{\"threads\":1,\"run\":{\"tps\":100}}\n\n{\"threads\":2,\"run\":{\"tps\":190.5}}\n{\"threads\":4,\"note\":\"a,b\",\"run\":{\"tps\":350}}\n";
    let array = format!(
        "[{}]",
        lines.trim().replace("\n\n", "\n").replace('\n', ",")
    );
    for (text, format) in [(lines, "ndjson"), (array.as_str(), "json")] {
        let (reading, rows) = read(text);
        assert_eq!(
            (reading.format, reading.n_unit.as_deref()),
            (format, Some("threads"))
        );
        let pairs: Vec<_> = rows
            .iter()
            .map(|row| (row.n.unwrap(), row.throughput))
            .collect();
        assert_eq!(pairs, [(1.0, 100.0), (2.0, 190.5), (4.0, 350.0)]);
    }
    let (reading, rows) = read(&lines[..lines.len() - 5]);
    assert_eq!(rows.len(), 2);
    assert!(has_note(&reading, "cut-off"));
    // No column is taken by its place.
    assert!(
        read_with(
            b"[{\"a\":1,\"b\":2},{\"a\":2,\"b\":3}]",
            &ReadOptions::default()
        )
        .is_err()
    );
}

#[test]
fn packed_input_is_unpacked() {
    let plain = b"threads,tps\n1,100\n2,190\n4,350\n";
    // gzip -9n and zstd of the text above.
    let gzip: &[u8] = include_bytes!("../data/tools/other/rows.csv.gz");
    let zstd: &[u8] = include_bytes!("../data/tools/other/rows.csv.zst");
    let expected = read_with(plain, &ReadOptions::default()).unwrap().1;
    for packed in [gzip, zstd] {
        assert_eq!(
            read_with(packed, &ReadOptions::default()).unwrap().1,
            expected
        );
        assert!(read_with(&packed[..packed.len() - 12], &ReadOptions::default()).is_err());
    }
    let error = read_with(b"PAR1\x15\x04", &ReadOptions::default()).unwrap_err();
    assert!(error.hint().contains("duckdb"), "{error}");
}

#[test]
fn what_no_tool_wrote_is_not_guessed() {
    for text in [
        "A project\n\nThis project has Benchmark results, a Summary: and more.\n",
        "starting something...\nRequests/sec: none\n",
        "{\"name\":\"x\",\"jobs\":[],\"metrics\":{\"a\":1}}",
    ] {
        let message = refused(text).to_string();
        assert!(!message.contains("looks like"), "{message}");
    }
}

/// A file cut anywhere gives an error, a note, or the same rows: never other numbers in silence.
#[test]
fn a_cut_file_never_gives_other_numbers_in_silence() {
    for file in [
        "h2load/c4.txt",
        "siege/c4.txt",
        "iperf3/p1.json",
        "fio_txt/j4.txt",
        "loadtest/c4.txt",
        "k6_stdout/v4.txt",
        "other/autocannon4.txt",
        "other/hyperfine.md",
        "gbench_v171/b.csv",
        "gbench_v171/b.txt",
        "wrk_latency/c4.txt",
        "wrk_nginx/n0004_r1.txt",
        "ab_nginx/n0004_r1.txt",
        "hey_nginx/n0004_r1.txt",
        "pgbench_tpcb/n0004_r1.txt",
        "sysbench_cpu/n0004_r1.txt",
        "stressng_cpu/n0004_r1.txt",
        "redis_get_text/n0004_r1.txt",
        "redis_pipeline/n0004_r1.csv",
        "cprog_mutex/n0004_r1.txt",
        "gobench_mutex/mutex.txt",
        "locust_nginx/n0004_r1_stats.csv",
        "other/stress-ng.yaml",
        "other/hyperfine.csv",
        "oha_nginx/n0004_r1.json",
        "autocannon_nginx/n0004_r1.json",
        "k6_summary/v4.json",
        "jmh_lockInc/t04.json",
    ] {
        let bytes = fs::read(tools().join(file)).unwrap();
        let options = named(4.0);
        let whole = read_with(&bytes, &options).unwrap().1;
        let step = (bytes.len() / 150).max(1);
        for cut in (0..bytes.len()).step_by(step) {
            let Ok((reading, rows)) = read_with(&bytes[..cut], &options) else {
                continue;
            };
            let same = |row: &Row| {
                whole.iter().any(|other| {
                    (other.n, other.throughput.to_bits()) == (row.n, row.throughput.to_bits())
                })
            };
            assert!(
                rows.iter().all(same) || has_note(&reading, "cut-off"),
                "{file} cut at {cut}: {rows:?}"
            );
        }
    }
}

/// A stream of k6 with requests every 10 ms from 0.9 s past the second on.
fn k6_stream(seconds: u32, with_users: bool) -> String {
    let mut text = String::new();
    for at in 0..100 * seconds {
        let time = 900 + 10 * at;
        let (whole, milli) = (time / 1000, time % 1000);
        let point = |metric: &str, value: f64| {
            format!(
                "{{\"metric\":\"{metric}\",\"type\":\"Point\",\"data\":{{\"time\":\"2026-01-01T00:00:0{whole}.{milli:03}Z\",\"value\":{value},\"tags\":{{}}}}}}\n"
            )
        };
        text += &point("http_reqs", 1.0);
        text += &point("http_req_duration", 20.0);
        if with_users && at % 100 == 99 {
            text += &point("vus", 2.0);
        }
    }
    text
}

#[test]
fn a_k6_stream_of_a_few_seconds_has_whole_ones() {
    for seconds in [1, 2, 3, 5] {
        let (_, rows) = read(&k6_stream(seconds, true));
        assert_eq!(rows.len(), seconds as usize);
        for row in &rows {
            assert_eq!((row.n, row.throughput), (Some(2.0), 100.0), "{seconds} s");
            close(row.latency.unwrap(), 0.02);
        }
    }
    // Too short for a count of its users: the name of the file says them.
    let (_, rows) = read_with(k6_stream(1, false).as_bytes(), &named(2.0)).unwrap();
    assert_eq!((rows[0].n, rows[0].throughput), (Some(2.0), 100.0));
}

#[test]
fn part_of_a_name_selects_it() {
    let options = ReadOptions {
        select: Some("Atom".to_owned()),
        ..ReadOptions::default()
    };
    let text = "BenchmarkAtomic-2 10 5 ns/op\nBenchmarkMutex-2 10 9 ns/op\n";
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(
        (reading.series.as_slice(), rows.len()),
        (&["BenchmarkAtomic".to_owned()][..], 1)
    );
}

#[test]
fn what_the_user_says_of_the_value_picks_its_column() {
    use scalecalc::data::Value;
    let text = "nodes,days_per_ns\n1,8\n2,4\n4,2\n";
    let options = ReadOptions {
        value_is: Some(Value::Time),
        ..ReadOptions::default()
    };
    let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
    close(rows[2].throughput, 0.5);
}

/// A report whose last part is missing is refused, with the name of what is missing.
#[test]
fn a_report_without_its_end_is_refused() {
    let whole = |file: &str| std::fs::read_to_string(tools().join(file)).unwrap();
    for (file, mark) in [
        ("ab_nginx/n0004_r1.txt", "Transfer rate:"),
        ("ab_nginx/n0004_r1.txt", "100%"),
        ("hey_nginx/n0004_r1.txt", "Status code distribution:"),
        ("sysbench_mutex/n0004_r1.txt", "Threads fairness:"),
        ("h2load/c4.txt", "time for request:"),
    ] {
        let text = whole(file);
        let begins = |line: &&str| !line.trim_start().starts_with(mark);
        let cut: Vec<&str> = text.lines().take_while(begins).collect();
        assert!(cut.len() < text.lines().count(), "{file} has no {mark}");
        let options = ReadOptions {
            n_given: Some(4.0),
            ..ReadOptions::default()
        };
        assert!(read_with(text.as_bytes(), &options).is_ok(), "{file}");
        let error = read_with(cut.join("\n").as_bytes(), &options).unwrap_err();
        assert!(error.to_string().contains(mark), "{file}: {error}");
    }
}

/// Two runs in one file are two rows, and N counts what the tool says.
#[test]
fn runs_one_after_the_other_are_a_row_each() {
    for (set, unit) in [
        ("ab_nginx", "clients"),
        ("hey_nginx", "workers"),
        ("sysbench_mutex", "threads"),
    ] {
        let file = |name: &str| std::fs::read(tools().join(set).join(name)).unwrap();
        let (one, two) = (file("n0001_r1.txt"), file("n0004_r1.txt"));
        let options = ReadOptions {
            n_given: Some(1.0),
            ..ReadOptions::default()
        };
        let alone = |bytes: &[u8]| read_with(bytes, &options).unwrap().1[0].throughput;
        let (reading, both) = read_with(&[one.clone(), two.clone()].concat(), &options).unwrap();
        let got: Vec<f64> = both.iter().map(|row| row.throughput).collect();
        assert_eq!(got, [alone(&one), alone(&two)], "{set}");
        assert_eq!(reading.n_unit.as_deref(), Some(unit), "{set}");
    }
}

/// `1.955,3` is 1955.3 wherever both marks are there to tell.
#[test]
fn both_marks_in_a_number_tell_which_is_which() {
    for text in [
        "Threads;TPS\n1;1.955,3\n2;3.878,1\n",
        "Threads\tTPS\n1\t1.955,3\n2\t3.878,1\n",
        "Threads;TPS\n1;1,955.3\n2;3,878.1\n",
        "Threads,TPS\n1,\"1,955.3\"\n2,\"3,878.1\"\n",
    ] {
        let (_, rows) = read(text);
        assert_eq!(pairs(&rows), [(1.0, 1955.3), (2.0, 3878.1)], "{text}");
    }
    // Either mark alone may mean either.
    for text in ["n,x\n1,\"1,955\"\n2,\"3,878\"\n", "n;x\n1;1.955,31,2\n"] {
        refused(text);
    }
}

#[test]
fn what_is_selected_may_be_written_in_any_case() {
    let text = "BenchmarkMutex-2 10 5.0 ns/op\nBenchmarkMutex-4 10 4.0 ns/op\nBenchmarkMap-2 9 8.0 ns/op\n";
    for select in ["Mutex", "mutex", "*MUTEX"] {
        let options = ReadOptions {
            select: Some(select.to_owned()),
            ..ReadOptions::default()
        };
        let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!(rows.len(), 2, "{select}");
    }
}

/// A table that blanks separate is told about its cell, and not that no tool wrote it.
#[test]
fn a_table_of_blanks_is_a_table() {
    let error = refused("size tput\n1 955\n2 1878\n3 na\n").to_string();
    assert!(!error.contains("no known tool"), "{error}");
    let error = refused("it went well today\nand then it did not, at all\n").to_string();
    assert!(error.contains("no known tool"), "{error}");
}
