//! The summary that `k6` prints at the end of a test, before and since version 1.0.
//!
//! N is the number of virtual users, from `vus_max` or from the line of the scenario; a run too
//! short for it takes N from the file name. X is the rate of requests less those that failed, or
//! of iterations where the test makes none; R their mean duration. Format:
//! `internal/js/summary.js` and `lib/summary` of grafana/k6.

use super::emitter::Emitter;
use super::quantity::span;
use super::text::{Lines, leading_number, number_before};
use crate::advice::{Advice, Setting};
use crate::data::Row;
use crate::error::Error;
use std::collections::HashMap;

pub(in crate::data) const MARKS: &[&str] = &["iteration_duration..|http_req_duration..", "..: "];

/// What one summary said: name and text of each metric.
#[derive(Default)]
struct Run {
    metrics: HashMap<String, String>,
    users: Option<f64>,
    total_seen: bool,
    in_part: bool,
    line: u64,
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("virtual users");
    let mut run = Run::default();
    while let Some((at, line)) = lines.next()? {
        let line = line.rsplit('\r').next().unwrap_or(line).trim();
        if let Some(title) = line.strip_prefix('█') {
            if title.trim() == "TOTAL RESULTS" {
                if !run.metrics.is_empty() {
                    std::mem::take(&mut run).emit(rows)?;
                }
                run.total_seen = true;
                run.in_part = false;
            } else {
                // Version 1.0 says all of it again for every group and scenario.
                run.in_part = run.total_seen;
            }
            continue;
        }
        let users = number_before(line, " max VUs").or_else(|| number_before(line, " looping VUs"));
        if let Some(users) = users {
            if !run.metrics.is_empty() {
                std::mem::take(&mut run).emit(rows)?;
            }
            run.users = Some(run.users.map_or(users, |had| had.max(users)));
            continue;
        }
        let Some((name, text)) = line.split_once("..:").or_else(|| line.split_once(".: ")) else {
            continue;
        };
        let name = name
            .trim_end_matches('.')
            .trim_start_matches(['✓', '✗', ' ']);
        if run.in_part || name.contains(['{', ' ']) {
            continue;
        }
        if run.metrics.contains_key(name) {
            std::mem::take(&mut run).emit(rows)?;
        }
        run.line = at;
        run.metrics.insert(name.to_owned(), text.trim().to_owned());
    }
    run.emit(rows)
}

impl Run {
    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        if self.metrics.is_empty() {
            return Ok(());
        }
        let metric = |name: &str| self.metrics.get(name).map(String::as_str);
        // The order of the metrics is fixed: since version 1.0 the network comes last, before it
        // the names are sorted.
        let last = if self.total_seen {
            "data_sent"
        } else {
            "iterations"
        };
        if metric(last).is_none() {
            rows.no_end("k6", last);
        }
        let operations = rows.options().x.first().cloned().unwrap_or_else(|| {
            let name = metric("http_reqs").map_or("iterations", |_| "http_reqs");
            name.to_owned()
        });
        let duration = if operations == "http_reqs" {
            "http_req_duration"
        } else {
            "iteration_duration"
        };
        rows.columns(Some("vus_max"), &operations, Some(duration));
        let rate = metric(&operations)
            .and_then(|text| text.split_whitespace().find(|word| word.ends_with("/s")))
            .and_then(leading_number)
            .map(|(rate, _)| rate)
            .ok_or_else(|| {
                Error::data(
                    format!("the summary of k6 has no rate of {operations}"),
                    Advice::from("choose a counter of the test with ")
                        .name(Setting::X)
                        .words(", such as ")
                        .set(Setting::X, "iterations"),
                )
                .at(self.line, None)
            })?;
        let failed = metric("http_req_failed")
            .filter(|_| operations == "http_reqs")
            .and_then(leading_number)
            .map_or(0.0, |(percent, _)| rows.failed_share(100.0, percent));
        let named = |text: &str, key: &str| {
            let word = text
                .split_whitespace()
                .find_map(|word| word.strip_prefix(key))?;
            Some(word.to_owned())
        };
        let users = metric("vus_max")
            .or_else(|| metric("vus"))
            .and_then(|text| {
                named(text, "max=").or_else(|| text.split(' ').next().map(str::to_owned))
            })
            .and_then(|text| leading_number(&text).map(|(value, _)| value));
        let latency = metric(duration)
            .and_then(|text| named(text, "avg="))
            .and_then(|text| span(&text));
        rows.emit(
            "",
            Row {
                latency,
                line: self.line,
                ..Row::run(users.or(self.users), rate * (1.0 - failed))
            },
        )
    }
}
