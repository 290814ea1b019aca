//! A Prometheus server asked by its address: a small one of the test's own, and a real one where
//! it is installed.

#![cfg(feature = "net")]

use crate::support::scalecalc;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// What the server was asked: query, start, end, step.
type Asked = Arc<Mutex<Vec<(String, u64, u64, u64)>>>;

/// A server that answers range queries with these functions of the time, one a query.
fn server(sample: fn(&str, u64) -> Option<f64>) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let log = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut first = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut first).unwrap();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
            }
            let (_, query) = first.split(' ').nth(1).unwrap().split_once('?').unwrap();
            let value = |key: &str| {
                let mut parts = query.split('&').filter_map(|part| part.split_once('='));
                parts.find(|(name, _)| *name == key).unwrap().1.to_owned()
            };
            let number = |key: &str| value(key).parse::<u64>().unwrap();
            let (name, start, end, step) = (
                value("query"),
                number("start"),
                number("end"),
                number("step"),
            );
            let samples: Vec<String> = (start..=end)
                .step_by(usize::try_from(step).unwrap())
                .filter_map(|time| Some(format!("[{time},\"{}\"]", sample(&name, time)?)))
                .collect();
            log.lock().unwrap().push((name, start, end, step));
            let body = format!(
                "{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":[{{\"metric\":{{}},\"values\":[{}]}}]}}}}",
                samples.join(",")
            );
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    (url, asked)
}

/// The law behind the samples.
fn law(n: f64) -> f64 {
    100.0 * n / (1.0 + 0.05 * (n - 1.0) + 0.001 * n * (n - 1.0))
}

/// N goes from 1 to 20 over and over; one sample in ten is a scrape that failed.
fn day(query: &str, time: u64) -> Option<f64> {
    let minute = time / 60;
    let n = (minute / 10 % 20 + 1) as f64;
    match query {
        "n" => Some(n),
        "x" if minute % 10 == 3 => Some(0.001),
        "x" => Some(law(n)),
        _ => None,
    }
}

fn ask(url: &str, more: &[&str]) -> crate::support::Ran {
    let args = [
        "usl",
        "--prometheus",
        url,
        "--n-query",
        "n",
        "--x-query",
        "x",
    ];
    scalecalc(args.iter().chain(more).copied())
}

#[test]
fn a_long_range_is_asked_in_parts_and_gives_the_law() {
    let (url, asked) = server(day);
    let ran = ask(&url, &["--range", "30d", "--step", "1m", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let document = ran.json();
    let value = |key: &str| document["fit"][key]["value"].as_f64().unwrap();
    assert!((value("alpha") - 0.05).abs() < 1e-6, "{}", value("alpha"));
    assert!((value("beta") - 0.001).abs() < 1e-7, "{}", value("beta"));
    assert_eq!(document["input"]["levels"], 20);
    let notes = document["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| note["code"] == "demand-limited"));
    // 43,201 minutes, at most 11,000 points a query, none twice, the same moments for both.
    let asked = asked.lock().unwrap();
    for name in ["n", "x"] {
        let parts: Vec<_> = asked.iter().filter(|part| part.0 == name).collect();
        assert_eq!(parts.len(), 4);
        let points: Vec<u64> = parts
            .iter()
            .map(|(_, from, to, step)| (to - from) / step + 1)
            .collect();
        assert!(points.iter().all(|points| *points <= 11_000), "{points:?}");
        assert_eq!(points.iter().sum::<u64>(), 43_201);
        assert!(parts.iter().all(|part| part.1 % 60 == 0));
    }
}

#[test]
fn a_load_that_hardly_moved_says_nothing_of_a_peak() {
    let narrow = |query: &str, time: u64| {
        let n = (time / 60 % 5 + 8) as f64;
        Some(if query == "n" { n } else { law(n) })
    };
    let (url, _) = server(narrow);
    let ran = ask(&url, &["--range", "6h"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(ran.err.contains("from 8 to 12"), "{}", ran.err);
}

#[test]
fn what_cannot_be_asked_is_told() {
    let (url, _) = server(|query, _| (query == "n").then_some(1.0));
    for (ran, code, says) in [
        (ask(&url, &[]), 3, "--x-query x: no result"),
        (
            ask("http://127.0.0.1:1", &[]),
            3,
            "cannot ask http://127.0.0.1:1",
        ),
        (ask("https://127.0.0.1:1", &[]), 3, "https is not built in"),
        (ask(&url, &["--step", "1x"]), 2, "no span of time"),
        (
            ask(&url, &["--step", "1d", "--range", "1d"]),
            2,
            "1 samples",
        ),
        (scalecalc(["usl", "--prometheus", &url]), 2, "--n-query"),
    ] {
        assert_eq!(ran.code, code, "{}", ran.err);
        assert!(ran.err.contains(says), "{}", ran.err);
    }
}

/// A real server that watches itself: the two queries are answered, whatever they say.
#[test]
fn a_real_prometheus_answers() {
    use std::process::{Command, Stdio};
    let there = Command::new("prometheus").arg("--version").output().is_ok();
    if !there {
        crate::support::skipped("a_real_prometheus_answers", "prometheus is not installed");
        return;
    }
    let folder = crate::support::scratch("prometheus");
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    std::fs::write(
        folder.join("p.yml"),
        format!("global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: p, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n"),
    )
    .unwrap();
    let mut child = Command::new("prometheus")
        .arg(format!("--config.file={}", folder.join("p.yml").display()))
        .arg(format!(
            "--storage.tsdb.path={}",
            folder.join("data").display()
        ))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let url = format!("http://127.0.0.1:{port}");
    // N and X are functions of the clock: vector(time()) is answered without any scrape.
    let n = "(1 + floor(vector(time() / 60)) % 16)";
    let x = format!("100 * {n} / (1 + 0.05 * ({n} - 1) + 0.001 * {n} * ({n} - 1))");
    let mut last = None;
    for _ in 0..50 {
        let args = [
            "usl",
            "--prometheus",
            &url,
            "--n-query",
            n,
            "--x-query",
            &x,
            "--range",
            "10d",
            "--json",
        ];
        let ran = scalecalc(args);
        let done = ran.code == 0;
        last = Some(ran);
        if done {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = last.unwrap();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let alpha = ran.json()["fit"]["alpha"]["value"].as_f64().unwrap();
    assert!((alpha - 0.05).abs() < 1e-6, "{alpha}");
}
