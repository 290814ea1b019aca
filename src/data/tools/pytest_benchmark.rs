//! The JSON of `pytest-benchmark` (`--benchmark-json`, `--benchmark-autosave`).
//!
//! N is the parameter of the test that is a number (`test_hash[4]`), or the only number in
//! which the names of the tests differ. The work of a test is fixed, so X = 1/mean, which the
//! tool calls OPS. Format: `BenchmarkStats.as_dict` in `src/pytest_benchmark/stats.py`.

use super::emitter::Emitter;
use super::json::Json;
use super::parameters::{in_names, scanned};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "benchmarks.[].stats.mean",
    "benchmarks.[].fullname|machine_info",
];
pub(in crate::data) const TEXT_MARKS: &[&str] = &["Name (time in ", "Rounds", "benchmark: "];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(None, "1 / mean", None);
    rows.remark("throughput in runs of the test per second; one row is the mean of its rounds");
    let tests: Vec<&Json> = documents
        .iter()
        .flat_map(|document| document.at("benchmarks").map_or(&[][..], Json::list))
        .collect();
    let names: Vec<&str> = tests
        .iter()
        .map(|test| test.text_at("name").unwrap_or_default())
        .collect();
    let in_names = in_names(&names);
    for (at, (test, name)) in tests.iter().zip(&names).enumerate() {
        let written = |value: &Json| match value {
            Json::Number(number) => Some(format!("{number}")),
            Json::Text(text) => Some(text.clone()),
            _ => None,
        };
        let held: Vec<(&str, String)> = test
            .at("params")
            .map_or(&[][..], Json::entries)
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), written(value)?)))
            .collect();
        let parameters: Vec<(&str, &str)> = held
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let scanned = scanned(&parameters, "1 / mean", rows)?;
        let stem = name.split('[').next().unwrap_or(name);
        let series = match scanned.series.as_str() {
            "" => stem.to_owned(),
            rest => format!("{stem} {rest}"),
        };
        let (series, n) = match (scanned.n, &in_names) {
            (Some(n), _) => (series, Some(n)),
            (None, Some(found)) => (String::new(), Some(found[at])),
            (None, None) => ((*name).to_owned(), None),
        };
        let mean = test.need("stats.mean")?;
        if !(mean > 0.0 && mean.is_finite()) {
            return Err(Error::data(format!("the mean of {name} is {mean}"), ""));
        }
        rows.emit(&series, Row::run(n, 1.0 / mean))?;
    }
    Ok(())
}

/// Refuses the table on the screen, which rounds and has no parameters.
pub(in crate::data) fn refuse_text(
    _: &mut super::text::Lines<'_>,
    _: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    Err(Error::data(
        "the table of pytest-benchmark is made for people: N and the parameters are not in it",
        "write the results with --benchmark-json out.json and read that",
    ))
}
