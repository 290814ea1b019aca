//! What `hyperfine` exports: JSON and CSV.
//!
//! A parameter scan (`-P threads 1 8`, `-L`) holds N as a parameter. The work of a command is
//! fixed, so X = 1/time: runs per second. Format: `src/export/json.rs` and `csv.rs` of
//! sharkdp/hyperfine.

use super::emitter::Emitter;
use super::json::Json;
use super::text::{Header, Lines, cell, number};
use crate::data::Row;
use crate::data::columns::{Role, understand};
use crate::error::Error;
use crate::note::{Note, NoteCode};

pub(in crate::data) const MARKS: &[&str] =
    &["results.[].command", "results.[].mean|results.[].times"];
pub(in crate::data) const CSV_MARKS: &[&str] = &["command,mean,stddev,median,user,system,min,max"];

/// Whether a parameter of this name is N beyond doubt.
fn is_size(name: &str) -> bool {
    let meaning = understand(name);
    meaning.role == Role::Size && meaning.certain
}

/// One command of a scan: which parameter is N, and what the others are.
struct Scanned {
    n: Option<f64>,
    series: String,
}

/// Splits the parameters of a command into N and a name for the rest.
fn scanned(parameters: &[(&str, &str)], rows: &mut Emitter<'_, '_>) -> Result<Scanned, Error> {
    let asked = rows.options().n.as_deref();
    let numeric: Vec<usize> = (0..parameters.len())
        .filter(|at| number(parameters[*at].1).is_some())
        .collect();
    let n_at = match asked {
        Some(name) => parameters.iter().position(|(key, _)| *key == name),
        None => match numeric.as_slice() {
            [only] => Some(*only),
            several => {
                let mut known = several.iter().filter(|at| is_size(parameters[**at].0));
                known.next().copied().filter(|_| known.next().is_none())
            }
        },
    };
    if n_at.is_none() && numeric.len() > 1 {
        let names: Vec<String> = numeric
            .iter()
            .map(|at| parameters[*at].0.to_owned())
            .collect();
        return Err(Error::data(
            format!("N may be any of the parameters {}", names.join(", ")),
            format!("--n {}", names[0]),
        ));
    }
    if let Some(at) = n_at {
        rows.columns(Some(parameters[at].0), "1 / time", None);
    }
    let rest: Vec<String> = parameters
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at) != n_at)
        .map(|(_, (key, value))| format!("{key}={value}"))
        .collect();
    Ok(Scanned {
        n: n_at.and_then(|at| number(parameters[at].1)),
        series: rest.join(" "),
    })
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(None, "1 / time", None);
    rows.remark("throughput in runs of the command per second");
    for result in documents
        .iter()
        .filter_map(|d| d.at("results"))
        .flat_map(Json::list)
    {
        let parameters: Vec<(&str, &str)> = result
            .at("parameters")
            .map_or(&[][..], Json::entries)
            .iter()
            .filter_map(|(key, value)| Some((key.as_str(), value.text()?)))
            .collect();
        let scanned = scanned(&parameters, rows)?;
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
    let header = Header::new(lines.record(',')?.unwrap_or_default());
    let mean_at = header.need("mean")?;
    while let Some(record) = lines.record(',')? {
        let parameters: Vec<(&str, &str)> = header
            .names()
            .iter()
            .zip(&record)
            .filter_map(|(name, value)| Some((name.strip_prefix("parameter_")?, value.as_str())))
            .collect();
        let scanned = scanned(&parameters, rows)?;
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
