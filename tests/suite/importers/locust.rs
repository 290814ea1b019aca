//! What locust wrote.

use super::{pairs, read, read_with, tools};
use scalecalc::data::ReadOptions;
use std::fs;

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
    let options = ReadOptions::default().with_n_given(8.0);
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
