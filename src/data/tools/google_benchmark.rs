//! The JSON of Google Benchmark (`--benchmark_format=json`).
//!
//! N is the number of threads. X is `items_per_second`, the sum over the threads, or what
//! `--x` names. Without it X comes from `real_time`, whose meaning changed in v1.9.0: wall
//! time of one of all iterations before, of one iteration in each thread since. Format:
//! `src/json_reporter.cc` and `benchmark_runner.cc`.

use super::emitter::Emitter;
use super::json::Json;
use super::text::number;
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::units;

pub(in crate::data) const MARKS: &[&str] =
    &["benchmarks.[].name", "benchmarks.[].real_time", "context"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let counter = rows
        .options()
        .x
        .first()
        .map_or("items_per_second", String::as_str);
    rows.unit("threads");
    rows.columns(Some("threads"), counter, None);
    for document in documents {
        let runs = document.at("benchmarks").map_or(&[][..], Json::list);
        let kind = |run: &Json| run.text_at("run_type").unwrap_or("iteration").to_owned();
        let single = runs.iter().any(|run| kind(run) == "iteration");
        if !single {
            rows.remark("only aggregates here: their means are the runs");
        }
        for run in runs {
            let wanted = if single {
                kind(run) == "iteration"
            } else {
                run.text_at("aggregate_name") == Some("mean")
            };
            if run.at("error_message").is_some() || run.at("skip_message").is_some() {
                rows.skip();
                rows.remark("benchmarks that ended with an error or were skipped left out");
            } else if wanted {
                emit(document, run, counter, rows)?;
            }
        }
    }
    Ok(())
}

fn emit(
    document: &Json,
    run: &Json,
    counter: &str,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let name = run
        .text_at("run_name")
        .or_else(|| run.text_at("name"))
        .unwrap_or_default();
    let parts = || name.split('/');
    let in_name = parts().find_map(|part| number(part.strip_prefix("threads:")?));
    let threads = run.number_at("threads").or(in_name).unwrap_or(1.0);
    let series: Vec<&str> = parts()
        .filter(|part| !part.starts_with("threads:") && !part.starts_with("repeats:"))
        .collect();
    let throughput = match run.number_at(counter) {
        Some(rate) => {
            if threads > 1.0 && !parts().any(|part| matches!(part, "real_time" | "manual_time")) {
                rows.note(Note::warning(
                    NoteCode::UnitAssumed,
                    "rates are per CPU second without UseRealTime(): threads that wait look \
                     free; set UseRealTime() and measure again",
                ));
            }
            rate
        }
        None if counter != "items_per_second" => run.need(counter)?,
        None => by_time(document, run, threads)?,
    };
    let repetition = run.number_at("repetition_index");
    rows.emit(
        &series.join("/"),
        Row {
            replicate: repetition
                .filter(|index| (0.0..1e9).contains(index))
                .and_then(|index| format!("{index}").parse::<u64>().ok())
                .map(|index| index + 1),
            ..Row::run(Some(threads), throughput)
        },
    )
}

/// Throughput from the time of an iteration.
fn by_time(document: &Json, run: &Json, threads: f64) -> Result<f64, Error> {
    let unit = run.text_at("time_unit").unwrap_or("ns");
    let time = units::seconds(run.need("real_time")?, unit)
        .filter(|time| *time > 0.0)
        .ok_or_else(|| Error::data(format!("real_time is no time in \"{unit}\""), ""))?;
    let at_once = match document
        .text_at("context.library_version")
        .and_then(version)
    {
        _ if threads <= 1.0 => 1.0,
        Some(version) if version >= (1, 9) => threads,
        Some(_) => 1.0,
        None => {
            return Err(Error::data(
                "real_time of several threads means one thing before Google Benchmark v1.9.0 and \
                 another since, and the file does not say its version",
                "call state.SetItemsProcessed() in the benchmark, which gives items_per_second",
            ));
        }
    };
    Ok(at_once / time)
}

/// Major and minor of `v1.9.1-3-g12ab`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
