//! What k6 wrote.

use super::{close, has_note, named, one_row, pairs, read, read_with, text_of};
use scalecalc::data::ReadOptions;

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
    let options = ReadOptions::default().with_x(["iterations"]);
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
    let only = ReadOptions::default().with_x(["iterations"]);
    let (_, rows) = read_with(old.as_bytes(), &only).unwrap();
    close(rows[0].throughput, 1.092_345);
    close(rows[0].latency.unwrap(), 2.4);
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
fn a_summary_on_the_screen_without_its_end_is_doubted() {
    let whole = text_of("k6_stdout/v4.txt");
    let (cut, _) = whole.split_once("    NETWORK").unwrap();
    assert!(!has_note(&read(&whole).0, "cut-off"));
    assert!(has_note(&read(cut).0, "cut-off"));
}
