//! What `hyperfine` exports: JSON, CSV and Markdown.
//!
//! A parameter scan (`-P threads 1 8`, `-L`) holds N as a parameter; without one N is the only
//! number in which the commands differ, or what the user's expression finds in them. The work of a command is
//! fixed, so X = 1/time: runs per second. Format: `src/export/json.rs`, `csv.rs` and
//! `markdown.rs` of sharkdp/hyperfine.

use super::emitter::Emitter;
use super::json::Json;
use super::parameters::{Scanned, in_names, scanned};
use super::text::{ColumnNames, Lines, cell, leading_number};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::units;

pub(in crate::data) const MARKS: &[&str] =
    &["results.[].command", "results.[].mean|results.[].times"];
pub(in crate::data) const CSV_MARKS: &[&str] = &["command,mean,stddev,median,user,system,min,max"];

pub(in crate::data) const MARKDOWN_MARKS: &[&str] = &[" Command ", " Mean [", ":---"];

/// The name of a command as a series: only where N has to be found in it.
fn named(scanned: Scanned, command: &str, rows: &Emitter<'_, '_>) -> Scanned {
    if scanned.n.is_none() && rows.options().n_from.is_some() {
        return Scanned {
            series: command.to_owned(),
            ..scanned
        };
    }
    scanned
}

/// N of every command, where no parameter says it.
fn sizes(commands: &[&str], rows: &mut Emitter<'_, '_>) -> Vec<Option<f64>> {
    let outside = rows.options();
    if outside.n_from.is_some() || outside.n_given.is_some() {
        return vec![None; commands.len()];
    }
    match in_names(commands) {
        Some(found) => {
            rows.remark("N is the only number in which the commands differ");
            found.into_iter().map(Some).collect()
        }
        None => vec![None; commands.len()],
    }
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(None, "1 / time", None);
    rows.remark("throughput in runs of the command per second");
    let results: Vec<&Json> = documents
        .iter()
        .filter_map(|d| d.at("results"))
        .flat_map(Json::list)
        .collect();
    let commands: Vec<&str> = results
        .iter()
        .map(|result| result.text_at("command").unwrap_or_default())
        .collect();
    let sizes = sizes(&commands, rows);
    for ((result, command), size) in results.iter().zip(&commands).zip(sizes) {
        let parameters: Vec<(&str, &str)> = result
            .at("parameters")
            .map_or(&[][..], Json::entries)
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), value.text()?)))
            .collect();
        let mut scanned = named(scanned(&parameters, "1 / time", rows)?, command, rows);
        scanned.n = scanned.n.or(size.filter(|_| parameters.is_empty()));
        let times = result.at("times").map_or(&[][..], Json::list);
        if times.is_empty() {
            rows.emit(
                &scanned.series,
                Row::run(scanned.n, 1.0 / result.need("mean")?),
            )?;
        }
        let codes = result.at("exit_codes").map_or(&[][..], Json::list);
        for (at, time) in times.iter().enumerate() {
            if codes.get(at).is_some_and(|code| code.number() != Some(0.0)) {
                rows.skip();
                rows.note(Note::new(
                    NoteCode::ErrorsCounted,
                    "runs of the command that failed were left out; look why they did",
                ));
                continue;
            }
            let time = time
                .number()
                .filter(|time| *time > 0.0)
                .ok_or_else(|| Error::data("\"times\" holds what is no time above 0", ""))?;
            rows.emit(
                &scanned.series,
                Row {
                    replicate: Some(at as u64 + 1),
                    ..Row::run(scanned.n, 1.0 / time)
                },
            )?;
        }
    }
    Ok(())
}

pub(in crate::data) fn read_csv(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(None, "1 / mean", None);
    rows.remark("one row is the mean of several runs; the JSON export holds each run");
    let header = ColumnNames::new(lines.record(b',')?.unwrap_or_default());
    let mean_at = header.need("mean")?;
    while let Some(record) = lines.record(b',')? {
        let parameters: Vec<(&str, &str)> = header
            .names()
            .iter()
            .zip(&record)
            .filter_map(|(name, value)| Some((name.strip_prefix("parameter_")?, value.as_str())))
            .collect();
        let command = record.first().map_or("", String::as_str);
        let scanned = named(scanned(&parameters, "1 / mean", rows)?, command, rows);
        let mean = cell(&record, mean_at, lines.number())?;
        rows.emit(
            &scanned.series,
            Row {
                line: lines.number(),
                ..Row::run(scanned.n, 1.0 / mean)
            },
        )?;
    }
    Ok(())
}

pub(in crate::data) fn read_markdown(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(None, "1 / mean", None);
    rows.remark("one row is the mean of several runs; the JSON export holds each run");
    // Command, mean in seconds, line.
    let mut found: Vec<(String, f64, u64)> = Vec::new();
    let mut unit = String::new();
    while let Some((at, line)) = lines.next()? {
        let line = line.trim();
        let Some(inside) = line
            .strip_prefix('|')
            .and_then(|rest| rest.strip_suffix('|'))
        else {
            continue;
        };
        // A bar inside a command is written with a backslash.
        let inside = inside.replace("\\|", "\u{1}");
        let cells: Vec<String> = inside
            .split('|')
            .map(|cell| cell.trim().replace('\u{1}', "|"))
            .collect();
        let [command, mean, ..] = cells.as_slice() else {
            continue;
        };
        if let Some(rest) = mean.strip_prefix("Mean [") {
            rest.trim_end_matches(']').clone_into(&mut unit);
        } else if !command.starts_with(":-") {
            let seconds = leading_number(mean)
                .and_then(|(value, _)| units::seconds(value, &unit))
                .filter(|seconds| *seconds > 0.0)
                .ok_or_else(|| {
                    Error::data(format!("\"{mean}\" is no time in \"{unit}\""), "").at(at, None)
                })?;
            found.push((command.trim_matches('`').to_owned(), seconds, at));
        }
    }
    let commands: Vec<&str> = found.iter().map(|row| row.0.as_str()).collect();
    let sizes = sizes(&commands, rows);
    for ((command, seconds, line), n) in found.iter().zip(sizes) {
        let scanned = Scanned {
            n,
            series: String::new(),
        };
        let scanned = named(scanned, command, rows);
        rows.emit(
            &scanned.series,
            Row {
                line: *line,
                ..Row::run(scanned.n, 1.0 / seconds)
            },
        )?;
    }
    Ok(())
}
