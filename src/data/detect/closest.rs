//! What to say of an input that no format fits: the tool it comes closest to, where something of
//! that tool's own was found in it.

use super::{Asked, Importer, Reader, known_formats};
use crate::advice::{Advice, Setting};
use crate::error::Error;

/// The error of the table reader for text that is no delimited table: first that no tool is
/// known by it.
pub(super) fn no_tool(mut error: Error, text: &str) -> Error {
    let rows = || {
        let lines = text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let first = rows().next().unwrap_or("");
    let width = |line: &str| line.split_whitespace().count();
    // Blanks between fields: as many in every row.
    let even = rows().take(5).all(|line| width(line) == width(first)) && rows().nth(1).is_some();
    let delimited = first.contains([',', ';', '\t']) || width(first) <= 1 || even;
    if let Error::Data(data) = &mut error
        && !delimited
    {
        data.message = format!(
            "no known tool's output; read as a table it failed: {}",
            data.message
        );
        if data.hint.is_empty() {
            data.hint = known_formats().into();
        }
    }
    error
}

/// Marks that several tools share, or that any text may hold: finding one says nothing.
const SHARED: &[&str] = &[
    "\n",
    "Summary:",
    "Benchmark",
    "Score",
    "Mean",
    "Error",
    "Units",
    "Cnt",
    " connections",
    "Requests/sec:",
    "Requests/s",
    "req/s",
    "label",
    "elapsed",
    "name",
    "jobs",
    "jobs=",
    "rate",
    "success",
    "average",
    "options",
    "connections",
    "event",
    "end",
    "error",
    "metric",
    "metrics",
    "context",
    "status codes:",
    "finished in ",
    "benchmark: ",
    "Throughput:",
    "Total errors:",
    "Mean latency:",
    "benchmarks.[].name",
    "Running ",
    " Time ",
    " CPU ",
    " Command ",
    "Stat ",
];

/// The same error, naming the tool of which something of its own was found, where there is one.
pub(super) fn closest(
    error: Error,
    asked: &Asked<'_>,
    has: impl Fn(&str) -> bool,
    json: bool,
) -> Error {
    let missing = |importer: &Importer| {
        let missing = importer
            .marks
            .iter()
            .filter(|mark| !mark.split('|').any(&has));
        missing
            .map(|mark| mark.replace('|', "\" or \""))
            .collect::<Vec<_>>()
    };
    let own = |importer: &Importer| {
        let marks = importer.marks.iter().flat_map(|mark| mark.split('|'));
        marks
            .filter(|mark| has(mark) && !SHARED.contains(mark))
            .count()
    };
    let likeness = |importer: &Importer| {
        (importer.marks.len() - missing(importer).len()) as f64 / importer.marks.len() as f64
    };
    let best = asked
        .candidates()
        .filter(|importer| importer.name != "key-value")
        .filter(|importer| matches!(importer.read, Reader::Json(_)) == json)
        .filter(|importer| own(importer) > 0)
        .map(|importer| (likeness(importer), importer))
        .filter(|(likeness, _)| *likeness >= 0.3)
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
        Advice::from("let the run come to its end; or say what it is with ")
            .name(Setting::Format)
            .words(&format!(" ({error})")),
    )
}
