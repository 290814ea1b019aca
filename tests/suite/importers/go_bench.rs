//! What go-bench wrote.

use super::{has_note, pairs, read, read_with};
use scalecalc::data::ReadOptions;

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
    let options = ReadOptions::default().with_x(["req/s"]);
    let (reading, rows) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(pairs(&rows), [(8.0, 123.0)]);
    assert_eq!(reading.throughput_column.as_deref(), Some("req/s"));
}
