//! What holds for the output of every tool.

use super::{close, has_note, n_of, named, read, read_with, refused, text_of, tools};
use scalecalc::data::{ReadOptions, Row};
use std::collections::BTreeMap;
use std::fs;

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
            let options = ReadOptions::default().with_n_from_name(n_of(file));
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
    let mut options = ReadOptions::default().with_from("wrk");
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
        let options = ReadOptions::default().with_n_given(2.0);
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
fn packed_input_is_unpacked() {
    let plain = b"threads,tps\n1,100\n2,190\n4,350\n";
    // gzip -9n and zstd of the text above.
    let gzip: &[u8] = include_bytes!("../../data/tools/other/rows.csv.gz");
    let zstd: &[u8] = include_bytes!("../../data/tools/other/rows.csv.zst");
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

#[test]
fn part_of_a_name_selects_it() {
    let options = ReadOptions::default().with_select("Atom");
    let text = "BenchmarkAtomic-2 10 5 ns/op\nBenchmarkMutex-2 10 9 ns/op\n";
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(
        (reading.series.as_slice(), rows.len()),
        (&["BenchmarkAtomic".to_owned()][..], 1)
    );
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
        let options = ReadOptions::default().with_n_given(4.0);
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
        let options = ReadOptions::default().with_n_given(1.0);
        let alone = |bytes: &[u8]| read_with(bytes, &options).unwrap().1[0].throughput;
        let (reading, both) = read_with(&[one.clone(), two.clone()].concat(), &options).unwrap();
        let got: Vec<f64> = both.iter().map(|row| row.throughput).collect();
        assert_eq!(got, [alone(&one), alone(&two)], "{set}");
        assert_eq!(reading.n_unit.as_deref(), Some(unit), "{set}");
    }
}

#[test]
fn what_is_selected_may_be_written_in_any_case() {
    let text = "BenchmarkMutex-2 10 5.0 ns/op\nBenchmarkMutex-4 10 4.0 ns/op\nBenchmarkMap-2 9 8.0 ns/op\n";
    for select in ["Mutex", "mutex", "*MUTEX"] {
        let options = ReadOptions::default().with_select(select);
        let (_, rows) = read_with(text.as_bytes(), &options).unwrap();
        assert_eq!(rows.len(), 2, "{select}");
    }
}
