//! The JSON of `fio --output-format=json`.
//!
//! N is the number of jobs, times the I/Os that each keeps in flight (iodepth) where the engine
//! is asynchronous; a synchronous one keeps one, whatever iodepth says. X is the sum of the
//! read, write and trim IOPS. Jobs of one group run at the same time and are summed; clones of
//! a job are listed one by one unless `group_reporting` sums them. Options are strings, and may stand in the global ones. Format:
//! `show_thread_status_json` in `stat.c`.

use super::emitter::Emitter;
use super::json::Json;
use super::text::leading_number;
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use std::collections::BTreeSet;

pub(in crate::data) const MARKS: &[&str] = &["fio version", "jobs"];

/// Engines whose jobs wait for each I/O before the next, from the table in fio's manual. Where
/// no engine is named, iodepth is believed.
const SYNCHRONOUS: &[&str] = &[
    "sync",
    "psync",
    "vsync",
    "pvsync",
    "pvsync2",
    "mmap",
    "cpuio",
    "net",
    "ftruncate",
    "filecreate",
    "filestat",
    "filedelete",
];

/// Whether a job of this engine has one I/O in flight, whatever its iodepth.
pub(crate) fn keeps_one(engine: &str) -> bool {
    SYNCHRONOUS.contains(&engine)
}

/// What N counts for jobs of this engine.
pub(crate) fn unit_of(engine: &str, deeper: bool) -> &'static str {
    if deeper && !keeps_one(engine) {
        "I/Os in flight"
    } else {
        "jobs"
    }
}

const DIRECTIONS: &[&str] = &["read", "write", "trim"];

/// Jobs that ran at the same time.
#[derive(Default)]
struct Group {
    id: Option<f64>,
    jobs: BTreeSet<String>,
    n: f64,
    rate: f64,
    requested: f64,
    /// Latency in seconds times IOPS.
    waited: f64,
    series: String,
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(Some("numjobs × iodepth"), "iops", Some("lat_ns.mean"));
    for document in documents {
        let mut group = Group::default();
        for job in document.at("jobs").map_or(&[][..], Json::list) {
            let id = job.number_at("groupid");
            if group.id != id && !group.jobs.is_empty() {
                std::mem::take(&mut group).emit(rows)?;
            }
            group.id = id;
            group.add(document, job, rows)?;
        }
        if !group.jobs.is_empty() {
            group.emit(rows)?;
        }
    }
    Ok(())
}

impl Group {
    fn add(
        &mut self,
        document: &Json,
        job: &Json,
        rows: &mut Emitter<'_, '_>,
    ) -> Result<(), Error> {
        let option = |name: &str| {
            job.at("job options")
                .and_then(|options| options.at(name))
                .or_else(|| document.at("global options")?.at(name))
                .and_then(Json::text)
        };
        let count = |name: &str, default: f64| match option(name) {
            None | Some("") => Ok(default),
            Some(text) => leading_number(text).map(|(value, _)| value).ok_or_else(|| {
                Error::data(format!("fio option {name}={text} is not a number"), "")
            }),
        };
        if job.number_at("error").is_some_and(|code| code != 0.0) {
            rows.note(Note::new(
                NoteCode::ErrorsCounted,
                "a job of fio ended with an error; look at its output before trusting the curve",
            ));
        }
        let clones = count("numjobs", 1.0)?;
        let name = job.text_at("jobname").unwrap_or_default().to_owned();
        if self.jobs.insert(name) {
            let engine = option("ioengine").unwrap_or("");
            let asked = option("iodepth").is_some();
            rows.unit(unit_of(engine, asked));
            let depth = if keeps_one(engine) {
                1.0
            } else {
                count("iodepth", 1.0)?
            };
            self.n += clones * depth;
            self.requested += clones * count("rate_iops", 0.0)?;
        }
        if self.series.is_empty() {
            let workload = ["rw", "readwrite", "bs", "blocksize"];
            self.series = workload
                .iter()
                .filter_map(|name| option(name))
                .collect::<Vec<_>>()
                .join(" ");
        }
        for direction in DIRECTIONS {
            let Some(part) = job.at(direction) else {
                continue;
            };
            let rate = part.number_at("iops").unwrap_or(0.0);
            if rate == 0.0 {
                continue;
            }
            self.rate += rate;
            // fio 2 wrote microseconds, under another name.
            let latency = part
                .number_at("lat_ns.mean")
                .map(|ns| ns / 1e9)
                .or_else(|| part.number_at("lat.mean").map(|us| us / 1e6));
            self.waited += rate * latency.unwrap_or(0.0);
        }
        Ok(())
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        rows.requested_rate(self.requested, self.rate);
        let latency = (self.rate > 0.0).then(|| self.waited / self.rate);
        rows.emit(
            &self.series,
            Row {
                latency,
                ..Row::run(Some(self.n), self.rate)
            },
        )
    }
}
