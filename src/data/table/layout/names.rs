//! Columns that no flag names: by what their names say, or as the only one left.

use super::{FoldColumns, Kind, Naming, ValueColumn};
use crate::advice::{Advice, Setting};
use crate::data::columns::{Role, counts_what_was_done};
use crate::data::table::number;
use crate::data::{SeriesBy, Value};
use crate::error::Error;
use crate::note::{Note, NoteCode};

/// Words that are numbered where a table has a column a run.
const NUMBERED: [&str; 20] = [
    "run",
    "rep",
    "repeat",
    "replicate",
    "repetition",
    "trial",
    "try",
    "iteration",
    "iter",
    "sample",
    "round",
    "measurement",
    "throughput",
    "tps",
    "qps",
    "rps",
    "ops",
    "iops",
    "ops/s",
    "req/s",
];

/// What stands before the number of a run: `run` of `Run 2`, `tps run` of `tps_run_3`.
fn run_of(name: &str) -> Option<String> {
    let name = name.trim();
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let stem_words = stem
        .trim_end_matches([' ', '_', '-', '#', '.'])
        .to_lowercase();
    let last = stem_words.rsplit([' ', '_', '-']).next()?;
    (stem.len() < name.len() && NUMBERED.contains(&last)).then_some(stem_words)
}

impl Naming<'_> {
    /// Columns of a role that are not taken: the certain ones, or else the others.
    fn candidates(&self, taken: &[usize], is_role: impl Fn(Role) -> bool) -> Vec<usize> {
        let all = |certain: bool| -> Vec<usize> {
            (0..self.meanings.len())
                .filter(|at| {
                    let meaning = &self.meanings[*at];
                    !taken.contains(at)
                        && is_role(meaning.role)
                        && meaning.certain == certain
                        && (certain || !self.is_text(*at))
                })
                .collect()
        };
        let certain = all(true);
        if certain.is_empty() {
            all(false)
        } else {
            certain
        }
    }

    /// Whether the first row holds words in this column, so that it names something.
    fn is_text(&self, column: usize) -> bool {
        self.first.get(column).is_some_and(|cell| {
            let number = number::decimal(cell.as_bytes(), b'.')
                .or_else(|| number::decimal(cell.as_bytes(), b','));
            number.is_none() && cell.chars().any(char::is_alphabetic)
        })
    }

    pub(super) fn size_by_name(
        &self,
        taken: &[usize],
        notes: &mut Vec<Note>,
    ) -> Result<Option<usize>, Error> {
        if !self.header.is_given {
            return match (self.header.names.len(), taken) {
                (2, []) => {
                    notes.push(Note::new(
                        NoteCode::HeaderGuessed,
                        "the first row holds numbers, so there is no header: column 1 is taken as N, column 2 as throughput",
                    ));
                    Ok(Some(0))
                }
                (2, [value]) => Ok(Some(1 - value.min(&1))),
                _ => Ok(None),
            };
        }
        let candidates = self.candidates(taken, |role| role == Role::Size);
        match candidates.as_slice() {
            [one] => return Ok(Some(*one)),
            [] => {}
            several => return Err(self.ambiguous("N", several, Setting::N)),
        }
        // `x,y`: the axes of a plot.
        let named = |wanted: &str| {
            let name = |at: &usize| self.header.names[*at].trim().eq_ignore_ascii_case(wanted);
            (0..self.header.names.len()).find(name)
        };
        if let (Some(x), Some(_)) = (named("x"), named("y"))
            && !taken.contains(&x)
        {
            notes.push(Note::new(
                NoteCode::HeaderGuessed,
                "columns x and y are taken as N and throughput",
            ));
            return Ok(Some(x));
        }
        Ok(None)
    }

    pub(super) fn values_by_name(
        &self,
        taken: &[usize],
        notes: &mut Vec<Note>,
    ) -> Result<Vec<usize>, Error> {
        if !self.header.is_given {
            let free: Vec<usize> = (0..self.header.names.len())
                .filter(|at| !taken.contains(at))
                .collect();
            return Ok(if free.len() == 1 { free } else { Vec::new() });
        }
        let is_time = |role| matches!(role, Role::TimePerOp | Role::RunTime);
        let asked = self.options.value_is;
        let wants_time = !matches!(asked, None | Some(Value::Throughput));
        if !wants_time {
            let mut candidates = self.candidates(taken, |r| matches!(r, Role::Throughput { .. }));
            let is_whole = |at: &usize| self.meanings[*at].member.is_none();
            if candidates.iter().any(is_whole) {
                candidates.retain(is_whole);
            }
            match candidates.as_slice() {
                [] => {}
                [one] => return Ok(vec![*one]),
                several if self.are_repeats(several) => return Ok(several.to_vec()),
                several => return Err(self.ambiguous("throughput", several, Setting::X)),
            }
            let runs = self.columns_of_runs(taken);
            if !runs.is_empty() {
                return Ok(runs);
            }
            if let Some(mean) = self.mean_of_runs(taken) {
                return Ok(vec![mean]);
            }
            if asked == Some(Value::Throughput) {
                return match self.free_numbers(taken).as_slice() {
                    [one] => Ok(vec![*one]),
                    _ => Ok(Vec::new()),
                };
            }
        }
        if self.options.latency.is_some() && !wants_time {
            return Ok(Vec::new());
        }
        let mut times = self.candidates(taken, is_time);
        if asked == Some(Value::Latency) {
            times.clear();
        }
        if times.is_empty() || !wants_time {
            times.extend(self.candidates(taken, |role| role == Role::Latency));
        }
        if times.is_empty() {
            times = self.candidates(taken, |role| role == Role::SomeTime);
        }
        if times.is_empty() && asked.is_some() {
            times = self.free_numbers(taken);
        }
        match times.as_slice() {
            [] => Ok(Vec::new()),
            [one] => {
                if let Some(count) = self.count_beside(*one, taken) {
                    return Ok(vec![count]);
                }
                self.note_of_derived(*one, notes);
                Ok(vec![*one])
            }
            several => {
                Err(self.ambiguous("the time that throughput comes from", several, Setting::X))
            }
        }
    }

    /// `run1,run2,run3`: numbers that no other role takes, under words for runs of one thing.
    fn columns_of_runs(&self, taken: &[usize]) -> Vec<usize> {
        let runs: Vec<usize> = (self.free_numbers(taken).into_iter())
            .filter(|at| run_of(&self.header.names[*at]).is_some())
            .collect();
        if self.are_repeats(&runs) {
            runs
        } else {
            Vec::new()
        }
    }

    /// Whether several columns are runs of one thing: one name, with a number after it.
    pub(super) fn are_repeats(&self, columns: &[usize]) -> bool {
        let run = |at: &usize| run_of(&self.header.names[*at]);
        self.header.is_given
            && columns.len() > 1
            && run(&columns[0]).is_some()
            && columns.iter().all(|at| run(at) == run(&columns[0]))
    }

    /// Columns of numbers that no other role takes: where the user says what the value is, the
    /// only one of them is it, whatever its name.
    fn free_numbers(&self, taken: &[usize]) -> Vec<usize> {
        (0..self.meanings.len())
            .filter(|at| {
                let role = self.meanings[*at].role;
                let other = matches!(role, Role::Size | Role::Runs | Role::Stddev);
                !taken.contains(at) && !self.is_text(*at) && !other
            })
            .collect()
    }

    /// The column that counts what was done in the time of a run, where there is one such.
    fn count_beside(&self, time: usize, taken: &[usize]) -> Option<usize> {
        let is_time = matches!(self.meanings[time].role, Role::RunTime | Role::SomeTime);
        if !is_time || self.options.value_is.is_some() {
            return None;
        }
        let counts = |at: &usize| counts_what_was_done(&self.header.names[*at]);
        let mut counts = (self.free_numbers(taken).into_iter()).filter(counts);
        counts.next().filter(|_| counts.next().is_none())
    }

    /// The column of the time in which what this column counts was done.
    pub(super) fn time_of(&self, count: usize) -> Option<usize> {
        if !self.options.x.is_empty() || !counts_what_was_done(&self.header.names[count]) {
            return None;
        }
        let times = self.candidates(&[count], |role| role == Role::RunTime);
        let times = if times.is_empty() {
            self.candidates(&[count], |role| role == Role::SomeTime)
        } else {
            times
        };
        match times.as_slice() {
            [time] if self.count_beside(*time, &[]) == Some(count) => Some(*time),
            _ => None,
        }
    }

    /// Says where a name alone decided that throughput is the inverse of a run time.
    fn note_of_derived(&self, column: usize, notes: &mut Vec<Note>) {
        if self.meanings[column].role == Role::RunTime && self.options.value_is.is_none() {
            notes.push(Note::new(
                NoteCode::UnitAssumed,
                Advice::from(format!(
                    "throughput is 1/\"{}\", whole runs per second; ",
                    self.header.names[column]
                ))
                .set(Setting::ValueIs, "latency")
                .words(" or time-per-op if it is not the run time of a fixed amount of work"),
            ));
        }
    }

    /// The column `mean` of a table that also has `runs` and `stddev`.
    pub(super) fn mean_of_runs(&self, taken: &[usize]) -> Option<usize> {
        self.runs_and_stddev()?;
        let mut means = (0..self.header.names.len()).filter(|at| {
            !taken.contains(at)
                && ["mean", "avg", "average"]
                    .iter()
                    .any(|word| self.header.names[*at].eq_ignore_ascii_case(word))
        });
        means.next()
    }

    fn runs_and_stddev(&self) -> Option<(usize, usize)> {
        let only = |role: Role| match self.candidates(&[], |r| r == role).as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        Some((only(Role::Runs)?, only(Role::Stddev)?))
    }

    pub(super) fn folded(
        &self,
        values: &[ValueColumn],
        remarks: &mut Vec<String>,
    ) -> Option<FoldColumns> {
        let ([value], true) = (values, self.header.is_given) else {
            return None;
        };
        let (runs, stddev) = self.runs_and_stddev()?;
        if !matches!(value.kind, Kind::Throughput(_)) || [runs, stddev].contains(&value.column) {
            return None;
        }
        let names = &self.header.names;
        remarks.push(format!(
            "each row stands for \"{}\" runs with standard deviation \"{}\"",
            names[runs], names[stddev]
        ));
        let one = |role: Role| {
            self.meanings
                .iter()
                .position(|meaning| meaning.role == role)
        };
        Some(FoldColumns {
            runs,
            stddev,
            log: one(Role::LogMean).zip(one(Role::LogStddev)),
            step: one(Role::StepStddev),
        })
    }

    /// The one column of unknown name, where a role has no other candidate.
    pub(super) fn guessed(
        &self,
        taken: &[usize],
        role: &str,
        notes: &mut Vec<Note>,
    ) -> Option<usize> {
        let mut unknown = (0..self.meanings.len()).filter(|at| {
            self.header.is_given
                && !taken.contains(at)
                && self.meanings[*at].role == Role::Unknown
                && !self.is_text(*at)
                && !self.header.names[*at].trim().is_empty()
        });
        let one = unknown.next().filter(|_| unknown.next().is_none())?;
        let times = self
            .meanings
            .iter()
            .any(|meaning| matches!(meaning.role, Role::SomeTime | Role::Latency));
        if role == "throughput" && times {
            return None;
        }
        notes.push(Note::new(
            NoteCode::HeaderGuessed,
            format!(
                "column \"{}\" is taken as {role}, because no other can be",
                self.header.names[one]
            ),
        ));
        Some(one)
    }

    pub(super) fn latency_by_name(
        &self,
        taken: &[usize],
        remarks: &mut Vec<String>,
    ) -> Option<usize> {
        match self
            .candidates(taken, |role| role == Role::Latency)
            .as_slice()
        {
            [] => None,
            [one] => Some(*one),
            several => {
                remarks.push(format!(
                    "several columns may be the mean latency ({}), so none is used unless it is named",
                    self.some_listed(several)
                ));
                None
            }
        }
    }

    /// The columns whose words tell series apart: those whose name says so, else the only one
    /// that holds words and whose name says nothing.
    pub(super) fn guessed_series(&self, taken: &[usize]) -> (SeriesBy, Vec<usize>) {
        let words = |role: Role| -> Vec<usize> {
            (0..self.meanings.len())
                .filter(|at| {
                    self.header.is_given
                        && !taken.contains(at)
                        && self.meanings[*at].role == role
                        && self.is_text(*at)
                })
                .collect()
        };
        let named = words(Role::Series);
        if !named.is_empty() {
            return (SeriesBy::ColumnName, named);
        }
        match words(Role::Unknown) {
            only if only.len() == 1 => (SeriesBy::Words, only),
            _ => (SeriesBy::Input, Vec::new()),
        }
    }
}
