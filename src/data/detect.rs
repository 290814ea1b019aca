//! Which tool wrote an input: the table of importers, and the choice among them.

use super::tools::emitter::Emitter;
use super::tools::json::{self, Json};
use super::tools::text::{Lines, Source, unreadable};
use super::tools::{
    ab, autocannon, cassandra_stress, criterion, fio, fortio, ghz, go_bench, google_benchmark, hey,
    hyperfine, jmeter, jmh, k6, key_value, locust, memtier, oha, pgbench, prometheus,
    redis_benchmark, stress_ng, sysbench, vegeta, will_it_scale, wrk, ycsb,
};
use super::{ReadOptions, Reading, Sink, table};
use crate::error::Error;
use std::io::{BufReader, Cursor, Read};

/// How much of the input is looked at to tell what it is.
const HEAD: u64 = 64 << 10;

/// One format: its name, how it is told, and how it is read.
struct Importer {
    /// Name for `--from`.
    name: &'static str,
    /// What must be there, each as `this|or this`: texts in the first 64 KiB, or paths of a
    /// JSON document.
    marks: Marks,
    /// How it is read.
    read: Reader,
}

/// The three kinds of format.
enum Reader {
    /// Lines, one at a time.
    Text(ReadLines),
    /// A JSON document a line, one at a time.
    JsonLines(ReadLines),
    /// Whole JSON documents.
    Json(ReadDocuments),
}

/// Every format with a reader of its own; the first that matches reads the input.
const IMPORTERS: &[Importer] = &[
    text("jmh", jmh::TEXT_MARKS, jmh::refuse_text),
    text("jmh", jmh::CSV_MARKS, jmh::read_csv),
    whole("jmh", jmh::MARKS, jmh::read),
    text("go-bench", go_bench::MARKS, go_bench::read),
    stream("go-bench", go_bench::JSON_MARKS, go_bench::read_json),
    text("pgbench", pgbench::MARKS, pgbench::read),
    text("sysbench", sysbench::MARKS, sysbench::read),
    text("oha", oha::TEXT_MARKS, oha::read_text),
    whole("oha", oha::MARKS, oha::read),
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

/// Reads any input: finds out which tool wrote it, and hands its rows to `sink`.
///
/// Text that no tool is known by is read as a table.
///
/// # Errors
/// [`Error::Data`] with the place and what to do; for an unknown format it names the closest
/// one and what was missing.
pub fn read(
    input: &mut dyn Read,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> Result<Reading, Error> {
    let mut head = Vec::new();
    input
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| unreadable(&error))?;
    table::check_encoding(&head)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut source: Source<'_> = BufReader::new(Cursor::new(head).chain(input));
    let asked = Asked::parse(options.from.as_deref())?;
    let has_line = |mark: &str| text.contains(mark);
    let document = json::begins(text.trim_start_matches('\u{feff}'));
    let by_line = asked.find(|importer| match importer.read {
        Reader::Text(_) => !document && importer.matches(has_line),
        Reader::JsonLines(_) => document && importer.matches(has_line),
        Reader::Json(_) => false,
    });
    let may_be_json = !matches!(asked, Asked::Table) && json::start(&text).is_some();
    let importer = by_line.or_else(|| asked.only(may_be_json));
    if let Some(importer) = importer
        && let Reader::Text(read) | Reader::JsonLines(read) = importer.read
    {
        let mut rows = Emitter::new(importer.name, options, sink);
        let mut lines = Lines::new(source);
        read(&mut lines, &mut rows).map_err(|error| at_line(error, &lines))?;
        return rows.finish();
    }
    if !may_be_json {
        return table::read(&mut source, options, sink)
            .map_err(|error| closest(error, &asked, has_line, false));
    }
    let mut remarks = Vec::new();
    let documents = json::documents(&mut source, &mut remarks)?;
    let has = |mark: &str| documents.iter().any(|document| document.at(mark).is_some());
    let found =
        asked.find(|importer| matches!(importer.read, Reader::Json(_)) && importer.matches(has));
    let Some(importer) = found else {
        let unknown = Error::data("a JSON document of no known tool", known_formats());
        return Err(closest(unknown, &asked, has, true));
    };
    let mut rows = Emitter::new(importer.name, options, sink);
    for remark in remarks {
        rows.remark(remark);
    }
    if let Reader::Json(read) = importer.read {
        read(&documents, &mut rows)?;
    }
    rows.finish()
}

/// What `--from` asks for.
enum Asked<'a> {
    /// Nothing: the input tells.
    Any,
    /// Delimited text.
    Table,
    /// The formats of this tool.
    Tool(&'a str),
}

impl<'a> Asked<'a> {
    fn parse(from: Option<&'a str>) -> Result<Self, Error> {
        match from {
            None => Ok(Self::Any),
            Some(name) if TABLE_NAMES.contains(&name) => Ok(Self::Table),
            Some(name) if IMPORTERS.iter().any(|importer| importer.name == name) => {
                Ok(Self::Tool(name))
            }
            Some(name) => Err(Error::data(
                format!("--from {name}: no such format"),
                known_formats(),
            )),
        }
    }

    fn candidates(&self) -> impl Iterator<Item = &'static Importer> {
        IMPORTERS.iter().filter(|importer| match self {
            Self::Any => true,
            Self::Table => false,
            Self::Tool(name) => importer.name == *name,
        })
    }

    fn find(&self, fits: impl Fn(&Importer) -> bool) -> Option<&'static Importer> {
        self.candidates().find(|importer| fits(importer))
    }

    /// The one reader of lines that a named tool has, whatever the input begins with.
    fn only(&self, may_be_json: bool) -> Option<&'static Importer> {
        if matches!(self, Self::Any) || may_be_json {
            return None;
        }
        self.find(|importer| matches!(importer.read, Reader::Text(_)))
    }
}

/// Names of every format, for `--from`.
pub fn formats() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<_> = IMPORTERS
        .iter()
        .map(|importer| importer.name)
        .chain(TABLE_NAMES.iter().copied())
        .chain([OWN])
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter()
}

/// Whether this format is the output of a tool, and not a table.
pub fn is_tool(format: &str) -> bool {
    format == OWN || IMPORTERS.iter().any(|importer| importer.name == format)
}

/// Documents of this program, which the room of sweeps reads: they hold whole sweeps.
const OWN: &str = "scalecalc";

/// Names that stand for delimited text.
const TABLE_NAMES: &[&str] = &["csv", "tsv", "table"];

impl Importer {
    fn matches(&self, has: impl Fn(&str) -> bool) -> bool {
        self.marks.iter().all(|mark| mark.split('|').any(&has))
    }
}

fn known_formats() -> String {
    format!(
        "the formats are {}",
        formats().collect::<Vec<_>>().join(", ")
    )
}

/// The same error, naming the format that the input resembles most, where it does at all.
fn closest(error: Error, asked: &Asked<'_>, has: impl Fn(&str) -> bool, json: bool) -> Error {
    let missing = |importer: &Importer| {
        let missing = importer
            .marks
            .iter()
            .filter(|mark| !mark.split('|').any(&has));
        missing
            .map(|mark| mark.replace('|', "\" or \""))
            .collect::<Vec<_>>()
    };
    let likeness = |importer: &Importer| {
        (importer.marks.len() - missing(importer).len()) as f64 / importer.marks.len() as f64
    };
    let best = asked
        .candidates()
        .filter(|importer| matches!(importer.read, Reader::Json(_)) == json)
        .map(|importer| (likeness(importer), importer))
        .filter(|(likeness, _)| *likeness > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, importer)) = best else {
        return error;
    };
    Error::data(
        format!(
            "this looks like the output of {}, but it has no \"{}\"",
            importer.name,
            missing(importer).join("\" and no \"")
        ),
        format!("let the run come to its end; or say what it is with --from ({error})"),
    )
}

/// The error with the line that was read last.
fn at_line(error: Error, lines: &Lines<'_>) -> Error {
    match lines.number() {
        0 => error,
        line => error.at(line, None),
    }
}
