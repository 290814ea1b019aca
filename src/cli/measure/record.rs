//! The file that keeps every run: appended and flushed at once, read again to go on.

use super::machine::Machine;
use crate::cli::failure::Failure;
use crate::data::columns::{Role, understand};
use crate::schedule::Taken;
use crate::units::{self, plain};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// First line of the file.
const TITLE: &str = "# scalecalc measure";
/// What a failed run's line begins with: a comment, because it is no measurement.
const FAILED: &str = "# failed run: ";
/// The columns after N.
const COLUMNS: &str =
    "throughput_per_s,latency_mean_s,wall_time_s,exit_code,round,order,start_time";

/// What must be the same for runs to belong to one sweep, and what is good to know of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct About {
    /// The command as typed.
    pub(super) command: String,
    /// Everything else that makes a run what it is: shell, hooks, work, expression.
    pub(super) setting: String,
    /// The sizes, or the search for them.
    pub(super) sizes: String,
    /// Seed of the order.
    pub(super) seed: u64,
    /// `random` or `rising`.
    pub(super) order: String,
    /// When to stop and what N counts, as flags; a sweep that goes on may say it anew.
    pub(super) plan: String,
}

/// One run as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// What the schedule sees of it.
    pub(super) taken: Taken,
    /// Wall time of the command alone, seconds.
    pub(super) wall: f64,
    /// Exit code; 128 + its number for a signal, 124 for a time-out.
    pub(super) exit_code: i32,
    /// When it started: UTC, ISO 8601.
    pub(super) start: String,
}

/// An open file of runs.
#[derive(Debug)]
pub(super) struct Record {
    path: PathBuf,
    file: File,
    /// Length up to which everything is whole; `None` for a pipe or device.
    whole: Option<u64>,
    /// The header of the columns is written.
    headed: bool,
    /// It did not exist before.
    begun: bool,
}

impl Record {
    /// Starts a file that does not exist yet, and writes what is known before the first run.
    ///
    /// # Errors
    /// An input failure where it exists already or cannot be written.
    pub(super) fn create(
        path: &Path,
        about: &About,
        machine: &Machine,
        start: &str,
    ) -> Result<Self, Failure> {
        if path.is_file() {
            return Err(Failure::input(
                format!(
                    "{} exists already, and no measurement is written over",
                    path.display()
                ),
                format!(
                    "--resume {} goes on with it; or name another file",
                    path.display()
                ),
            ));
        }
        let regular = !path.exists();
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(|error| unwritable(path, &error))?;
        lock(path, &file)?;
        let mut record = Self {
            path: path.to_owned(),
            file,
            whole: regular.then_some(0),
            headed: false,
            begun: regular,
        };
        let mut text = format!("{TITLE} {}\n", env!("CARGO_PKG_VERSION"));
        let lines = [
            ("command", about.command.clone()),
            ("setting", about.setting.clone()),
            ("sizes", about.sizes.clone()),
            ("seed", about.seed.to_string()),
            ("order", about.order.clone()),
            ("plan", about.plan.clone()),
            ("started", start.to_owned()),
        ];
        for (key, value) in lines.into_iter().chain(machine.lines()) {
            text.push_str(&format!("# {key}: {}\n", one_line(&value)));
        }
        record.append(&text).inspect_err(|_| {
            if regular {
                // Nothing has been measured yet.
                let _ = fs::remove_file(path);
            }
        })?;
        Ok(record)
    }

    /// Opens a file of earlier runs to go on with it.
    ///
    /// # Errors
    /// An input failure where it cannot be read or written, or is no such file.
    pub(super) fn resume(path: &Path) -> Result<(Self, About, Vec<Run>), Failure> {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::input(
                format!("cannot read {}: {error}", path.display()),
                "name the file of a sweep that was broken off",
            )
        })?;
        if !text.starts_with(TITLE) {
            return Err(Failure::input(
                format!("{} was not written by scalecalc measure", path.display()),
                "name the file of a sweep that was broken off",
            ));
        }
        let end = text.rfind('\n').map_or(0, |at| at + 1);
        let (about, runs, headed) = parse(path, &text[..end])?;
        let file = OpenOptions::new()
            .append(true)
            .open(path)
            .map_err(|error| unwritable(path, &error))?;
        lock(path, &file)?;
        // A line that was cut off is no run.
        file.set_len(end as u64)
            .map_err(|error| unwritable(path, &error))?;
        let record = Self {
            path: path.to_owned(),
            file,
            whole: Some(end as u64),
            headed,
            begun: false,
        };
        Ok((record, about, runs))
    }

    /// The file's name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the file away again, where it was begun here and holds no run.
    pub(super) fn discard(&self) {
        if self.whole.is_some() && self.begun {
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Writes how runs are read and the names of the columns; N is named by what it counts.
    ///
    /// # Errors
    /// As [`Record::add`].
    pub(super) fn head(&mut self, reading: &str, n_unit: Option<&str>) -> Result<(), Failure> {
        if self.headed {
            return Ok(());
        }
        // A word that no reader of tables takes for a size would lose the column.
        let is_size = |unit: &&str| {
            let meaning = understand(unit);
            let plain = unit
                .chars()
                .all(|c| c.is_alphanumeric() || " _-".contains(c));
            plain && meaning.role == Role::Size && meaning.certain
        };
        let n = n_unit.filter(is_size).unwrap_or("n");
        self.headed = true;
        self.append(&format!(
            "# reading: {}\n{n},{COLUMNS}\n",
            one_line(reading)
        ))
    }

    /// Appends one run and flushes it.
    ///
    /// # Errors
    /// An input failure that names the run; the lines before it stay as they were.
    pub(super) fn add(&mut self, run: &Run) -> Result<(), Failure> {
        let line = line(run);
        self.append(&line).map_err(|failure| {
            Failure::input(
                format!(
                    "{}; the runs before it are kept, this one is not: {}",
                    failure.message(),
                    line.trim_end()
                ),
                format!(
                    "make room, then scalecalc measure --resume {} goes on",
                    self.path.display()
                ),
            )
        })
    }

    fn append(&mut self, text: &str) -> Result<(), Failure> {
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.flush());
        match (written, &mut self.whole) {
            (Ok(()), Some(whole)) => {
                *whole += text.len() as u64;
                Ok(())
            }
            (Ok(()), None) => Ok(()),
            (Err(error), whole) => {
                if let Some(whole) = *whole {
                    // Half a line would be read as a run.
                    let _ = self.file.set_len(whole);
                    let _ = self.file.seek(SeekFrom::End(0));
                }
                Err(unwritable(&self.path, &error))
            }
        }
    }
}

/// Keeps others from going on with the file at the same time, as long as it is open. Where the
/// system cannot lock it, or would keep readers out as well, nothing is locked.
fn lock(path: &Path, file: &File) -> Result<(), Failure> {
    // A process that is being started holds what its parent has open for a moment.
    const TRIES: u32 = 50;
    const BETWEEN: Duration = Duration::from_millis(10);
    if !cfg!(unix) {
        return Ok(());
    }
    for _ in 0..TRIES {
        if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(());
        }
        thread::sleep(BETWEEN);
    }
    Err(Failure::input(
        format!("{}: another measurement is writing to it", path.display()),
        "wait for its end, or name another file with -o runs.csv",
    ))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(
        format!("cannot write {}: {error}", path.display()),
        "name another file with -o runs.csv",
    )
}

/// A value of a comment stays on its line.
fn one_line(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

/// The reverse of [`one_line`].
fn several_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

fn line(run: &Run) -> String {
    let number = |value: Option<f64>| value.map_or(String::new(), plain);
    let fields = [
        plain(run.taken.n),
        number(run.taken.throughput),
        number(run.taken.latency),
        plain(run.wall),
        run.exit_code.to_string(),
        run.taken.round.to_string(),
        run.taken.order.to_string(),
        run.start.clone(),
    ]
    .join(",");
    match run.taken.throughput {
        Some(_) => format!("{fields}\n"),
        None => format!("{FAILED}{fields}\n"),
    }
}

fn parse(path: &Path, text: &str) -> Result<(About, Vec<Run>, bool), Failure> {
    let mut about = About::default();
    let mut runs = Vec::new();
    let mut headed = false;
    for (index, line) in text.lines().enumerate() {
        let row = line.strip_prefix(FAILED).or_else(|| {
            let is_row = headed && !line.starts_with('#');
            is_row.then_some(line)
        });
        if let Some(row) = row {
            runs.push(parse_row(row).ok_or_else(|| {
                Failure::input(
                    format!(
                        "{}:{}: cannot read this as a run",
                        path.display(),
                        index + 1
                    ),
                    "take the line out, or put a # in front of it",
                )
            })?);
        } else if let Some(comment) = line.strip_prefix("# ") {
            let (key, value) = comment.split_once(": ").unwrap_or((comment, ""));
            let value = several_lines(value);
            match key {
                "command" => about.command = value,
                "setting" => about.setting = value,
                "sizes" => about.sizes = value,
                "order" => about.order = value,
                "plan" => about.plan = value,
                "seed" => about.seed = value.parse().unwrap_or(0),
                _ => {}
            }
        } else if line.ends_with(COLUMNS) {
            headed = true;
        }
    }
    Ok((about, runs, headed))
}

fn parse_row(row: &str) -> Option<Run> {
    let fields: Vec<&str> = row.split(',').collect();
    let [n, throughput, latency, wall, exit_code, round, order, start] = fields.as_slice() else {
        return None;
    };
    let optional = |text: &str| {
        if text.is_empty() {
            Some(None)
        } else {
            units::number(text).ok().map(Some)
        }
    };
    let wall = units::number(wall).ok()?;
    Some(Run {
        taken: Taken {
            n: units::number(n).ok().filter(|n| *n > 0.0)?,
            throughput: optional(throughput)?,
            latency: optional(latency)?,
            round: round.parse().ok()?,
            order: order.parse().ok()?,
            took: wall,
        },
        wall,
        exit_code: exit_code.parse().ok()?,
        start: (*start).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(throughput: Option<f64>) -> Run {
        Run {
            taken: Taken {
                n: 8.0,
                throughput,
                latency: throughput.map(|x| 8.0 / x),
                round: 2,
                order: 3,
                took: 1.25,
            },
            wall: 1.25,
            exit_code: i32::from(throughput.is_none()),
            start: "2026-11-24T10:00:00Z".to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let path =
            std::env::temp_dir().join(format!("scalecalc-record-{}.csv", std::process::id()));
        let _ = fs::remove_file(&path);
        let about = About {
            command: "sh -c 'a\nb' {n}".to_owned(),
            setting: "work 5".to_owned(),
            sizes: "1,2".to_owned(),
            seed: 7,
            order: "random".to_owned(),
            plan: "--runs 4".to_owned(),
        };
        let machine = Machine::default();
        let mut record = Record::create(&path, &about, &machine, "now").unwrap();
        record.head("one number", Some("threads")).unwrap();
        let runs = [run(Some(0.1 + 0.2)), run(None), run(Some(1e-9))];
        for run in &runs {
            record.add(run).unwrap();
        }
        assert!(Record::create(&path, &about, &machine, "now").is_err());
        assert!(Record::resume(&path).is_err(), "it is still being written");
        drop(record);
        // As after a power cut in the middle of a line.
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"8,0.3,,1.2").unwrap();
        let (mut record, found, kept) = Record::resume(&path).unwrap();
        assert_eq!((found, kept), (about, runs.to_vec()));
        record.add(&run(Some(5.0))).unwrap();
        drop(record);
        let (_, _, kept) = Record::resume(&path).unwrap();
        assert_eq!(kept.len(), 4);
        fs::remove_file(&path).unwrap();
    }
}
