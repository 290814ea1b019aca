//! What k6 writes: the end-of-test summary, old and new, and the stream of `--out json` or
//! `--out csv`.
//!
//! N is the number of virtual users, X the requests per second less those that failed, R the
//! mean duration of a request. `--x iterations` counts iterations instead. Format:
//! `internal/cmd/summary.go`, `output/json` and `output/csv` of grafana/k6.

use super::emitter::Emitter;
use super::json::Json;
use super::steps::{Seconds, instant};
use super::text::{ColumnNames, Lines, cell, duration, number};
use crate::advice::{Advice, Setting};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] = &[
    "metrics|results.metrics",
    "metrics.iterations|metrics.http_reqs|results.metrics.[].name",
];
pub(in crate::data) const STREAM_MARKS: &[&str] =
    &["\"type\":\"Point\"|\"type\":\"Metric\"", "\"metric\":"];
pub(in crate::data) const CSV_MARKS: &[&str] = &["metric_name,timestamp,metric_value"];

/// What is counted: requests, unless the user or the test say iterations.
struct Counted {
    operations: String,
    duration: &'static str,
}

fn counted(rows: &Emitter<'_, '_>, has_requests: bool) -> Counted {
    let operations = rows.options().x.first().cloned().unwrap_or_else(|| {
        if has_requests {
            "http_reqs"
        } else {
            "iterations"
        }
        .to_owned()
    });
    let duration = if operations == "iterations" {
        "iteration_duration"
    } else {
        "http_req_duration"
    };
    Counted {
        operations,
        duration,
    }
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.unit("virtual users");
    for document in documents {
        let metric = |name: &str| match document.at("results.metrics") {
            Some(list) => list.list().iter().find(|m| m.text_at("name") == Some(name)),
            None => document.at("metrics")?.at(name),
        };
        // Old exports hold the values in the metric itself.
        let value = |name: &str, key: &str| {
            let metric = metric(name)?;
            let inner = metric.at("values").and_then(|values| values.number_at(key));
            inner.or_else(|| metric.number_at(key))
        };
        let counted = counted(rows, metric("http_reqs").is_some());
        rows.columns(
            Some("vus_max.max"),
            &counted.operations,
            Some(counted.duration),
        );
        let seconds = document
            .at("config.duration")
            .and_then(|length| length.number().or_else(|| duration(length.text()?)))
            .or_else(|| Some(document.number_at("state.testRunDurationMs")? / 1e3));
        let rate = value(&counted.operations, "rate")
            .or_else(|| {
                let count = value(&counted.operations, "count")?;
                seconds
                    .filter(|seconds| *seconds > 0.0)
                    .map(|seconds| count / seconds)
            })
            .ok_or_else(|| {
                Error::data(
                    format!("the summary of k6 has no rate of {}", counted.operations),
                    Advice::from("choose a counter of the test with ")
                        .name(Setting::X)
                        .words(", such as ")
                        .set(Setting::X, "iterations"),
                )
            })?;
        let failed = value("http_req_failed", "rate").or_else(|| value("http_req_failed", "value"));
        let share = match failed {
            Some(share) if counted.operations == "http_reqs" => rows.failed_share(1.0, share),
            _ => 0.0,
        };
        if metric("dropped_iterations").is_some() {
            rows.note(Note::new(
                NoteCode::RateCapped,
                "an arrival-rate executor sends at a rate of its own: N is the users it held \
                 ready; use constant-vus or ramping-vus",
            ));
        }
        let n = value("vus_max", "max")
            .or_else(|| value("vus_max", "value"))
            .or_else(|| value("vus", "max"));
        rows.emit(
            "",
            Row {
                latency: value(counted.duration, "avg").map(|ms| ms / 1e3),
                ..Row::run(n, rate * (1.0 - share))
            },
        )?;
    }
    Ok(())
}

/// One point of a stream.
fn point(
    seconds: &mut Seconds,
    counted: &Counted,
    metric: &str,
    time: f64,
    value: f64,
) -> Result<(), Error> {
    match metric {
        "vus" => seconds.size(time, value),
        "http_req_failed" if counted.operations == "http_reqs" => seconds.failed(time, value),
        _ if metric == counted.operations => seconds.count(time, value),
        _ if metric == counted.duration => seconds.latency(time, value / 1e3),
        _ => Ok(()),
    }
}

fn stream_columns(rows: &mut Emitter<'_, '_>) -> Counted {
    let counted = counted(rows, true);
    rows.unit("virtual users");
    rows.columns(Some("vus"), &counted.operations, Some(counted.duration));
    counted
}

pub(in crate::data) fn read_stream(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let counted = stream_columns(rows);
    let mut seconds = Seconds::default();
    while let Some((_, line)) = lines.next()? {
        if line.trim().is_empty() {
            continue;
        }
        let event = Json::parse(line)?;
        if event.text_at("type") != Some("Point") {
            continue;
        }
        let time = event.text_at("data.time").and_then(instant);
        let time = time.ok_or_else(|| Error::data("a point of k6 without a time", ""))?;
        let metric = event.text_at("metric").unwrap_or_default();
        point(
            &mut seconds,
            &counted,
            metric,
            time,
            event.need("data.value")?,
        )?;
    }
    seconds.emit(rows)
}

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let counted = stream_columns(rows);
    let mut seconds = Seconds::default();
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    let [name_at, time_at, value_at] = [
        header.need("metric_name")?,
        header.need("timestamp")?,
        header.need("metric_value")?,
    ];
    while let Some(record) = lines.record(b',')? {
        let text = |at: usize| record.get(at).map_or("", String::as_str);
        let Some(time) = instant(text(time_at)) else {
            return Err(Error::data(
                format!("cannot read \"{}\" as a time", text(time_at)),
                "",
            ));
        };
        if number(text(value_at)).is_some() {
            let value = cell(&record, value_at, lines.number())?;
            point(&mut seconds, &counted, text(name_at), time, value)?;
        }
    }
    seconds.emit(rows)
}
