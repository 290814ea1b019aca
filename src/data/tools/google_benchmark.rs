//! The JSON of Google Benchmark (`--benchmark_format=json`).
//!
//! N is the number of threads. X is `items_per_second`, the sum over the threads, or what
//! `--x` names. Without it X comes from `real_time`, whose meaning changed in v1.9.0: wall
//! time of one of all iterations before, of one iteration in each thread since. A series whose
//! meaning the file does not settle is left out with a note, and refused where nothing else is
//! there. Format: `src/json_reporter.cc` and `benchmark_runner.cc`.

use super::emitter::{Emitter, shortened};
use super::json::Json;
use super::text::number;
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::units;
use std::collections::BTreeSet;

pub(in crate::data) const MARKS: &[&str] =
    &["benchmarks.[].name", "benchmarks.[].real_time", "context"];

/// One row of a result, in any of the three formats.
pub(crate) struct Timed {
    pub(crate) name: String,
    /// It summarizes other rows.
    pub(crate) aggregate: bool,
    pub(crate) threads: Option<f64>,
    /// The counter that throughput is read from.
    pub(crate) rate: Option<f64>,
    pub(crate) time: Option<f64>,
    pub(crate) unit: String,
    /// How many iterations run in one `time` of several threads, where the version says it.
    pub(crate) at_once: Option<fn(f64) -> f64>,
    pub(crate) replicate: Option<u64>,
    pub(crate) line: u64,
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let counter = rows.options().x.first().cloned();
    let counter = counter.as_deref().unwrap_or("items_per_second");
    let mut found = Vec::new();
    for document in documents {
        let at_once = document
            .text_at("context.library_version")
            .and_then(version)
            .map(|version| -> fn(f64) -> f64 {
                if version >= (1, 9) {
                    |threads| threads
                } else {
                    |_| 1.0
                }
            });
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
                let name = run.text_at("run_name").or_else(|| run.text_at("name"));
                found.push(Timed {
                    name: name.unwrap_or_default().to_owned(),
                    aggregate: false,
                    threads: run.number_at("threads"),
                    rate: run.number_at(counter),
                    time: Some(run.need("real_time")?),
                    unit: run.text_at("time_unit").unwrap_or("ns").to_owned(),
                    at_once,
                    replicate: run
                        .number_at("repetition_index")
                        .filter(|index| (0.0..1e9).contains(index))
                        .and_then(|index| format!("{index}").parse::<u64>().ok())
                        .map(|index| index + 1),
                    line: 0,
                });
            }
        }
    }
    emit_all(&found, counter, rows)
}

impl Timed {
    fn threads(&self) -> f64 {
        let mut parts = self.name.split('/');
        let in_name = parts.find_map(|part| number(part.strip_prefix("threads:")?));
        self.threads.or(in_name).unwrap_or(1.0)
    }

    /// The name without what is N or a setting of the run.
    fn series(&self) -> String {
        let parts: Vec<&str> = self
            .name
            .split('/')
            .filter(|part| {
                let setting = [
                    "threads:",
                    "repeats:",
                    "min_time:",
                    "min_warmup_time:",
                    "iterations:",
                ];
                !setting.iter().any(|prefix| part.starts_with(prefix))
            })
            .collect();
        parts.join("/")
    }

    /// Throughput from the time of an iteration; `None` where that has two meanings.
    fn by_time(&self) -> Result<Option<f64>, Error> {
        let time = self
            .time
            .and_then(|time| units::seconds(time, &self.unit))
            .filter(|time| *time > 0.0)
            .ok_or_else(|| {
                Error::data(
                    format!("real_time of {} is no time in \"{}\"", self.name, self.unit),
                    "",
                )
            })?;
        let threads = self.threads();
        Ok(match self.at_once {
            _ if threads <= 1.0 => Some(1.0 / time),
            Some(at_once) => Some(at_once(threads) / time),
            None => None,
        })
    }
}

/// Hands on every row whose meaning is settled.
///
/// # Errors
/// [`Error::Data`] where none is, and as [`Emitter::emit`].
pub(crate) fn emit_all(
    found: &[Timed],
    counter: &str,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("threads");
    rows.columns(Some("threads"), counter, None);
    let single = found.iter().any(|run| !run.aggregate);
    let runs: Vec<&Timed> = found
        .iter()
        .filter(|run| run.aggregate != single && (single || run.name.ends_with("_mean")))
        .collect();
    let asked = counter != "items_per_second";
    let mut ambiguous = BTreeSet::new();
    for run in &runs {
        if run.rate.is_none() && (asked || run.by_time()?.is_none()) {
            ambiguous.insert(run.series());
        }
    }
    if runs.iter().all(|run| ambiguous.contains(&run.series())) && !runs.is_empty() {
        return Err(if asked {
            Error::data(
                format!("no run has a number \"{counter}\""),
                "name a counter of the benchmark",
            )
        } else {
            Error::data(
                "real_time of several threads means one thing before Google Benchmark v1.9.0 and \
                 another since, and the file does not say its version",
                "call state.SetItemsProcessed() in the benchmark, which gives items_per_second",
            )
        });
    }
    if !ambiguous.is_empty() {
        let names: Vec<String> = ambiguous.iter().cloned().collect();
        rows.note(Note::new(
            NoteCode::Skipped,
            format!(
                "left out, because the time of several threads has two meanings and the file does \
                 not say the version: {}; state.SetItemsProcessed() gives a rate",
                shortened(&names)
            ),
        ));
    }
    for run in runs {
        let series = run.series();
        if ambiguous.contains(&series) {
            rows.skip();
            continue;
        }
        emit(run, &series, rows)?;
    }
    Ok(())
}

fn emit(run: &Timed, series: &str, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let threads = run.threads();
    let wall = || {
        run.name
            .split('/')
            .any(|part| matches!(part, "real_time" | "manual_time"))
    };
    if run.rate.is_some() && threads > 1.0 && !wall() {
        rows.note(Note::warning(
            NoteCode::UnitAssumed,
            "rates are per CPU second without UseRealTime(): threads that wait look \
             free; set UseRealTime() and measure again",
        ));
    }
    let Some(throughput) = run
        .rate
        .map_or_else(|| run.by_time(), |rate| Ok(Some(rate)))?
    else {
        return Ok(());
    };
    rows.emit(
        series.strip_suffix("_mean").unwrap_or(series),
        Row {
            replicate: run.replicate,
            line: run.line,
            ..Row::run(Some(threads), throughput)
        },
    )
}

/// Major and minor of `v1.9.1-3-g12ab`. A library built outside its repository calls itself
/// 0.0.0, which says nothing.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split(['.', '-']);
    let version = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (version != (0, 0)).then_some(version)
}
