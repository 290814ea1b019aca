//! The metrics of `stress-ng --metrics`, from its log and from `--yaml`.
//!
//! N is the number of hogs in the line "dispatching hogs"; the YAML does not hold it. X is
//! the bogo operations per second of real time. Format: `metrics_dump` in `stress-ng.c`.

use super::emitter::Emitter;
use super::text::{Lines, number, number_after};
use crate::data::Row;
use crate::error::Error;
use std::collections::HashMap;

pub(in crate::data) const MARKS: &[&str] = &["stress-ng: ", "dispatching hogs:", "bogo ops"];
pub(in crate::data) const YAML_MARKS: &[&str] = &["stressor:", "bogo-ops-per-second-real-time:"];

/// What the last line of a run says, whether all went well or not.
const END: &str = "run completed in";

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("hogs");
    rows.columns(Some("dispatching hogs"), "bogo ops/s (real time)", None);
    let mut hogs: HashMap<String, f64> = HashMap::new();
    let mut ended = true;
    while let Some((at, line)) = lines.next()? {
        let Some((_, text)) = line.split_once("] ") else {
            continue;
        };
        if let Some((_, list)) = text.split_once("dispatching hogs:") {
            if !ended {
                rows.no_end("stress-ng", END);
            }
            ended = false;
            hogs = list
                .split(',')
                .filter_map(|hog| hog.trim().split_once(' '))
                .filter_map(|(count, name)| Some((name.to_owned(), number(count)?)))
                .collect();
            continue;
        }
        ended |= text.contains(END);
        // Name, bogo ops, real, user and system time, then the two rates.
        let mut words = text.split_whitespace();
        let Some(name) = words.next() else { continue };
        let values: Vec<f64> = words.map_while(number).collect();
        if let [_, _, _, _, rate, _, ..] = values[..] {
            rows.emit(
                name,
                Row {
                    line: at,
                    ..Row::run(hogs.get(name).copied(), rate)
                },
            )?;
        }
    }
    if !ended {
        rows.no_end("stress-ng", END);
    }
    Ok(())
}

pub(in crate::data) fn read_yaml(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("hogs");
    rows.columns(None, "bogo-ops-per-second-real-time", None);
    let mut name = String::new();
    while let Some((at, line)) = lines.next()? {
        if let Some((_, stressor)) = line.split_once("stressor:") {
            stressor.trim().clone_into(&mut name);
        } else if let Some(rate) = number_after(line, "bogo-ops-per-second-real-time:") {
            rows.emit(
                &name,
                Row {
                    line: at,
                    ..Row::run(None, rate)
                },
            )?;
        }
    }
    Ok(())
}
