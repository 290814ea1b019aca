//! What google-benchmark wrote.

use super::{close, has_note, one_row, pairs, read, refused, text_of};

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
