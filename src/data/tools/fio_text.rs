//! The report that `fio` prints for people, versions 2 and 3.
//!
//! Jobs of one group run at the same time and are summed. N is the number of jobs, times the
//! I/Os that each keeps in flight where the engine is asynchronous. IOPS are printed to three
//! digits, so they are computed again from the operations and the milliseconds beside them.
//! Format: `show_thread_status_normal` and `show_ddir_status` in `stat.c`.

use super::emitter::Emitter;
use super::fio::{keeps_one, unit_of};
use super::quantity::{in_seconds, scaled};
use super::text::{Lines, cut_off, leading_number};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use std::collections::HashMap;

pub(in crate::data) const MARKS: &[&str] = &["(groupid=", "jobs=", "IOPS=|iops="];

/// One direction of one block of jobs.
#[derive(Default, Clone, Copy)]
struct Direction {
    printed: f64,
    seconds: f64,
    operations: Option<f64>,
    latency: Option<f64>,
}

impl Direction {
    /// IOPS: counted where the count agrees with what was printed to three digits.
    fn rate(self) -> f64 {
        let counted = self
            .operations
            .filter(|_| self.seconds > 0.0)
            .map(|operations| operations / self.seconds);
        counted
            .filter(|counted| (counted - self.printed).abs() <= 0.006 * self.printed)
            .unwrap_or(self.printed)
    }
}

/// One block: `name: (groupid=0, jobs=16): err= 0: …` and what stands below it.
#[derive(Default)]
struct Block {
    name: String,
    group: String,
    jobs: f64,
    directions: [Option<Direction>; 3],
    line: u64,
}

/// How a job was set up: `name: (g=0): rw=randread, …, ioengine=psync, iodepth=1`.
#[derive(Default, Clone)]
struct Setup {
    workload: String,
    engine: String,
    depth: f64,
}

const DIRECTIONS: [&str; 3] = ["read", "write", "trim"];

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.columns(Some("jobs × iodepth"), "IOPS", Some("lat avg"));
    let mut report = Report::default();
    while let Some((at, line)) = lines.next()? {
        // The progress of the run overwrites itself.
        let line = line.rsplit('\r').next().unwrap_or(line);
        if line.starts_with("fio-") && !report.blocks.is_empty() {
            std::mem::take(&mut report).emit(rows)?;
        }
        report.line(at, line, rows);
    }
    report.emit(rows)
}

/// What one run of fio printed.
#[derive(Default)]
struct Report {
    setups: HashMap<String, Setup>,
    blocks: Vec<Block>,
    direction: usize,
    ended: bool,
}

impl Report {
    fn line(&mut self, at: u64, line: &str, rows: &mut Emitter<'_, '_>) {
        let trimmed = line.trim();
        if let Some((name, rest)) = trimmed.split_once(": (g=") {
            self.setup(name, rest);
        } else if let Some((name, rest)) = trimmed.split_once(": (groupid=") {
            let word = |key: &str| {
                let from = rest.find(key)? + key.len();
                leading_number(&rest[from..]).map(|(value, _)| value)
            };
            if word("err=").is_some_and(|code| code != 0.0) {
                rows.note(Note::new(
                    NoteCode::ErrorsCounted,
                    "a job of fio ended with an error; look at its output before trusting the curve",
                ));
            }
            if name == "All clients" {
                // The sum of what stands above.
                self.blocks.clear();
            }
            self.blocks.push(Block {
                name: name.to_owned(),
                group: rest.split([',', ')']).next().unwrap_or("").to_owned(),
                jobs: word("jobs=").unwrap_or(1.0),
                line: at,
                ..Block::default()
            });
        } else if trimmed.starts_with("Run status group") {
            self.ended = true;
        } else if let Some(block) = self.blocks.last_mut().filter(|_| !self.ended) {
            if let Some((which, direction)) = direction(trimmed) {
                self.direction = which;
                block.directions[which] = Some(direction);
            } else if trimmed.starts_with("lat (") && trimmed.contains("avg=") {
                if let Some(direction) = &mut block.directions[self.direction] {
                    direction.latency = latency(trimmed);
                }
            } else if trimmed.starts_with("issued") {
                for (direction, count) in block.directions.iter_mut().zip(issued(trimmed)) {
                    if let Some(direction) = direction {
                        direction.operations = Some(count);
                    }
                }
            }
        }
    }

    fn setup(&mut self, name: &str, rest: &str) {
        let mut setup = Setup {
            depth: 1.0,
            ..Setup::default()
        };
        for word in rest.split([',', ' ']) {
            match word.split_once('=') {
                Some(("rw", value)) => value.clone_into(&mut setup.workload),
                Some(("ioengine", value)) => value.clone_into(&mut setup.engine),
                Some(("iodepth", value)) => {
                    setup.depth = leading_number(value).map_or(1.0, |(value, _)| value);
                }
                _ => {}
            }
        }
        self.setups.insert(name.to_owned(), setup);
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let Some(last) = self.blocks.last() else {
            return Ok(());
        };
        if !self.ended {
            return Err(cut_off("fio", "Run status group").at(last.line, None));
        }
        let mut groups: Vec<&str> = self
            .blocks
            .iter()
            .map(|block| block.group.as_str())
            .collect();
        groups.dedup();
        for group in groups {
            let (mut n, mut rate, mut waited, mut line) = (0.0, 0.0, 0.0, 0);
            let mut timed = true;
            let mut workload = String::new();
            for block in self.blocks.iter().filter(|block| block.group == group) {
                let setup = self.setups.get(&block.name).cloned().unwrap_or_default();
                let depth = if keeps_one(&setup.engine) {
                    1.0
                } else {
                    setup.depth.max(1.0)
                };
                rows.unit(unit_of(&setup.engine, setup.depth > 1.0));
                n += block.jobs * depth;
                line = block.line;
                if workload.is_empty() {
                    workload = setup.workload;
                }
                for direction in block.directions.iter().flatten() {
                    rate += direction.rate();
                    timed &= direction.latency.is_some();
                    waited += direction.rate() * direction.latency.unwrap_or(0.0);
                }
            }
            rows.emit(
                &workload,
                Row {
                    latency: (timed && rate > 0.0).then(|| waited / rate),
                    line,
                    ..Row::run(Some(n), rate)
                },
            )?;
        }
        Ok(())
    }
}

/// `read: IOPS=244k, BW=954MiB/s (1000MB/s)(958MiB/1005msec)`, and version 2's
/// `read : io=958MB, bw=954MB/s, iops=244107, runt=  1005msec`.
fn direction(line: &str) -> Option<(usize, Direction)> {
    let (name, rest) = line.split_once(':')?;
    let which = DIRECTIONS.iter().position(|known| *known == name.trim())?;
    let from = rest.find("IOPS=").or_else(|| rest.find("iops="))? + "IOPS=".len();
    let printed = scaled(rest[from..].split(',').next()?)?;
    let milliseconds = rest[..rest.rfind("msec")?]
        .rsplit(['/', '='])
        .next()
        .and_then(|text| leading_number(text))
        .map_or(0.0, |(value, _)| value);
    Some((
        which,
        Direction {
            printed,
            seconds: milliseconds / 1e3,
            ..Direction::default()
        },
    ))
}

/// `lat (nsec): min=601, max=34657k, avg=64662.73, stdev=…` in seconds.
fn latency(line: &str) -> Option<f64> {
    let unit = line.split(['(', ')']).nth(1)?;
    let unit = unit.trim_end_matches("ec");
    let from = line.find("avg=")? + "avg=".len();
    in_seconds(scaled(line[from..].split(',').next()?)?, unit)
}

/// `issued rwts: total=245328,0,0,0 short=…` or `issued    : total=r=245328/w=0/d=0, short=…`.
fn issued(line: &str) -> Vec<f64> {
    let Some(from) = line.find("total=") else {
        return Vec::new();
    };
    let counts = line[from + "total=".len()..]
        .split_whitespace()
        .next()
        .unwrap_or("");
    counts
        .split([',', '/'])
        .take(3)
        .filter_map(|part| leading_number(part.rsplit('=').next()?))
        .map(|(value, _)| value)
        .collect()
}
