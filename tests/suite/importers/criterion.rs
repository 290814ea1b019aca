//! What criterion wrote.

use super::{close, pairs, read, tools};
use std::fs;

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
