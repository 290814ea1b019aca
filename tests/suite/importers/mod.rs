//! What benchmark tools wrote, read to the rows that other programs found in it: one file a tool.

mod autocannon;
mod cassandra_stress;
mod criterion;
mod every_tool;
mod fio;
mod go_bench;
mod google_benchmark;
mod h2load;
mod hey;
mod hyperfine;
mod iperf3;
mod jmeter;
mod jmh;
mod json_rows;
mod k6;
mod loadtest;
mod locust;
mod memtier;
mod oha;
mod pgbench;
mod prometheus;
mod pytest_benchmark;
mod redis_benchmark;
mod responses;
mod siege;
mod stress_ng;
mod tables;
mod will_it_scale;
mod ycsb;

use scalecalc::Error;
use scalecalc::data::{self, ReadOptions, Reading, Row};
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
    ReadOptions::default().with_n_from_name(n)
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

/// The N of `n0008_r1.json`.
fn n_of(file: &str) -> Option<f64> {
    let name = file.rsplit('/').next()?;
    name.strip_prefix('n')?.get(..4)?.parse().ok()
}
