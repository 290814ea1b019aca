//! One file a benchmark tool, the table of them, and what they share.

mod ab;
mod autocannon;
mod autocannon_text;
mod cassandra_stress;
mod criterion;
pub(in crate::data) mod emitter;
mod fio;
mod fio_text;
mod fortio;
mod ghz;
mod go_bench;
mod google_benchmark;
mod google_text;
mod h2load;
mod hey;
mod hyperfine;
mod iperf3;
mod jmeter;
mod jmh;
pub(in crate::data) mod json;
pub(in crate::data) mod json_rows;
mod k6;
mod k6_text;
mod key_value;
mod loadtest;
mod locust;
mod memtier;
mod oha;
mod open_metrics;
pub(in crate::data) mod parameters;
mod pgbench;
mod prometheus;
mod pytest_benchmark;
pub(in crate::data) mod quantity;
mod redis_benchmark;
pub(in crate::data) mod responses;
mod run;
mod siege;
pub(in crate::data) mod steps;
mod stress_ng;
mod sysbench;
pub(in crate::data) mod text;
mod vegeta;
mod will_it_scale;
mod wrk;
mod ycsb;

use self::text::Lines;
use crate::error::Error;
use emitter::Emitter;
use json::Json;

/// One format: its name, how it is told, and how it is read.
pub(in crate::data) struct Importer {
    /// Name for `--from`.
    pub(in crate::data) name: &'static str,
    /// What must be there, each as `this|or this`: texts in the first 64 KiB, or paths of a
    /// JSON document.
    pub(in crate::data) marks: Marks,
    /// How it is read.
    pub(in crate::data) read: Reader,
}

/// The three kinds of format.
pub(in crate::data) enum Reader {
    /// Lines, one at a time.
    Text(ReadLines),
    /// A JSON document a line, one at a time.
    JsonLines(ReadLines),
    /// Whole JSON documents.
    Json(ReadDocuments),
}

/// Every format with a reader of its own; the first that matches reads the input. A new tool is
/// a file beside this one, its `mod` above and its line here.
pub(in crate::data) const IMPORTERS: &[Importer] = &[
    text("jmh", jmh::TEXT_MARKS, jmh::refuse_text),
    text("jmh", jmh::CSV_MARKS, jmh::read_csv),
    whole("jmh", jmh::MARKS, jmh::read),
    text("go-bench", go_bench::MARKS, go_bench::read),
    stream("go-bench", go_bench::JSON_MARKS, go_bench::read_json),
    text("pgbench", pgbench::MARKS, pgbench::read),
    text("sysbench", sysbench::MARKS, sysbench::read),
    text("oha", oha::TEXT_MARKS, oha::read_text),
    whole("oha", oha::MARKS, oha::read),
    text("h2load", h2load::MARKS, h2load::read),
    text("siege", siege::MARKS, siege::read),
    stream("siege", siege::MARKS, siege::read),
    text("loadtest", loadtest::MARKS, loadtest::read),
    text("autocannon", autocannon_text::MARKS, autocannon_text::read),
    text("fio", fio_text::MARKS, fio_text::read),
    text("k6", k6_text::MARKS, k6_text::read),
    text(
        "google-benchmark",
        google_text::CSV_MARKS,
        google_text::read_csv,
    ),
    text(
        "google-benchmark",
        google_text::TEXT_MARKS,
        google_text::read_text,
    ),
    text(
        "pytest-benchmark",
        pytest_benchmark::TEXT_MARKS,
        pytest_benchmark::refuse_text,
    ),
    whole(
        "pytest-benchmark",
        pytest_benchmark::MARKS,
        pytest_benchmark::read,
    ),
    whole("iperf3", iperf3::MARKS, iperf3::read),
    whole("iperf3", iperf3::EVENT_MARKS, iperf3::read),
    text("hey", hey::CSV_MARKS, hey::read_csv),
    text("hey", hey::MARKS, hey::read),
    text("wrk", wrk::MARKS, wrk::read),
    text("ab", ab::MARKS, ab::read),
    text(
        "redis-benchmark",
        redis_benchmark::TEXT_MARKS,
        redis_benchmark::read_text,
    ),
    text(
        "redis-benchmark",
        redis_benchmark::CSV_MARKS,
        redis_benchmark::read_csv,
    ),
    text("hyperfine", hyperfine::CSV_MARKS, hyperfine::read_csv),
    text(
        "hyperfine",
        hyperfine::MARKDOWN_MARKS,
        hyperfine::read_markdown,
    ),
    whole("hyperfine", hyperfine::MARKS, hyperfine::read),
    whole("autocannon", autocannon::MARKS, autocannon::read),
    whole("criterion", criterion::MARKS, criterion::read),
    whole(
        "google-benchmark",
        google_benchmark::MARKS,
        google_benchmark::read,
    ),
    whole("vegeta", vegeta::MARKS, vegeta::read),
    whole("ghz", ghz::MARKS, ghz::read),
    whole("fortio", fortio::MARKS, fortio::read),
    stream("k6", k6::STREAM_MARKS, k6::read_stream),
    whole("k6", k6::MARKS, k6::read),
    text("k6", k6::CSV_MARKS, k6::read_csv),
    text("locust", locust::HISTORY_MARKS, locust::read_history),
    text("locust", locust::STATS_MARKS, locust::read_stats),
    text("locust", locust::ERROR_MARKS, locust::read_errors),
    text("locust", locust::TEXT_MARKS, locust::read_text),
    text("jmeter", jmeter::MARKS, jmeter::read),
    whole("jmeter", jmeter::STATISTICS_MARKS, jmeter::read_statistics),
    whole("fio", fio::MARKS, fio::read),
    whole("memtier", memtier::MARKS, memtier::read),
    text("ycsb", ycsb::MARKS, ycsb::read),
    whole("ycsb", ycsb::JSON_MARKS, ycsb::read_json),
    text(
        "cassandra-stress",
        cassandra_stress::MARKS,
        cassandra_stress::read,
    ),
    text("stress-ng", stress_ng::MARKS, stress_ng::read),
    text("stress-ng", stress_ng::YAML_MARKS, stress_ng::read_yaml),
    text("will-it-scale", will_it_scale::MARKS, will_it_scale::read),
    whole("prometheus", prometheus::MARKS, prometheus::read),
    text("open-metrics", open_metrics::MARKS, open_metrics::read),
    text("key-value", key_value::MARKS, key_value::read),
];

type ReadLines = fn(&mut Lines<'_>, &mut Emitter<'_, '_>) -> Result<(), Error>;
type ReadDocuments = fn(&[Json], &mut Emitter<'_, '_>) -> Result<(), Error>;
type Marks = &'static [&'static str];

const fn text(name: &'static str, marks: Marks, read: ReadLines) -> Importer {
    Importer {
        name,
        marks,
        read: Reader::Text(read),
    }
}

const fn stream(name: &'static str, marks: Marks, read: ReadLines) -> Importer {
    Importer {
        name,
        marks,
        read: Reader::JsonLines(read),
    }
}

const fn whole(name: &'static str, marks: Marks, read: ReadDocuments) -> Importer {
    Importer {
        name,
        marks,
        read: Reader::Json(read),
    }
}
