//! Many inputs, and what of them belongs together.
//!
//! Inputs of one tool, one benchmark and one set of parameters that differ in N or repeat an N
//! are one sweep. Anything else (another tool, another benchmark, files whose names differ in
//! more than N and each hold a sweep of their own) are series, each fitted on its own, and a
//! note says so. Nothing is pooled that may be two systems.

use super::replicates::{Collector, Replicates};
use super::saved::{self, FittedAs, Held};
use super::{Source, Sweep, Sweeps, job, names};
use crate::advice::{Advice, Setting};
use crate::data::{self, ReadOptions, Reading, Row, SeriesBy};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use std::collections::HashMap;
use std::io::Read;

/// What a user may say about inputs together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Together {
    /// How repeated runs at one N become one; all of them count where `None`.
    pub replicates: Option<Replicates>,
    /// Take series without a benchmark's name as one sweep, whatever their files are called.
    pub pool: bool,
    /// What N counts, where the user says it.
    pub n_unit: Option<String>,
}

/// Inputs read one after the other: their sources, doubts and repeats. A tool that wrote the
/// same run in two formats counts once.
#[derive(Debug, Default)]
pub struct Inputs {
    all: Sweeps,
    notes: Vec<Noted>,
    runs: HashMap<(String, &'static str), String>,
}

/// A doubt, with the first input it came from and how many others share it.
#[derive(Debug)]
struct Noted {
    note: Note,
    path: String,
    more: u64,
}

impl Inputs {
    /// Reads one input: `add` takes its rows into a fresh `T`. `None` where it is the same run
    /// as an input before it.
    ///
    /// # Errors
    /// [`Error::Data`] with the place, and for an input without a data row.
    pub fn read<T: Default>(
        &mut self,
        input: &mut dyn Read,
        path: &str,
        options: &ReadOptions,
        add: impl Fn(&mut T, &Row) -> Result<(), Error>,
    ) -> Result<Option<(Held, T)>, Error> {
        let mut taken = T::default();
        let told = |error: Error| match path {
            "" => error,
            path => error.in_file(path),
        };
        let held = saved::read_any(input, options, &mut |row| {
            add(&mut taken, row).map_err(|error| match row.line {
                0 => error,
                line => error.at(line, None),
            })
        })
        .map_err(told)?;
        let reading = &held.reading;
        if reading.rows_used == 0 && !reading.no_measurements {
            let message = match reading.rows_read {
                0 => "0 data rows".to_owned(),
                read => format!("0 data rows that say anything, of {read}"),
            };
            return Err(told(Error::data(
                message,
                "give at least three sizes, a row each, such as \"n,throughput\" and below it \"1,955\"",
            )));
        }
        let run = (names::run_name(path).to_owned(), reading.format);
        let first = self.runs.entry(run).or_insert_with(|| path.to_owned());
        if *first != path && data::is_tool(reading.format) {
            self.all
                .reading
                .push(format!("{path}: left out, the same run as {first}"));
            return Ok(None);
        }
        let fixed_job = held.fixed_job || job::is_fixed(reading, options);
        self.all.fixed_job = fixed_job && (self.all.fixed_job || self.all.sources.is_empty());
        self.remember(path, reading);
        Ok(Some((held, taken)))
    }

    fn remember(&mut self, path: &str, reading: &Reading) {
        let all = &mut self.all;
        match &reading.n_unit {
            Some(unit) if all.n_unit.is_empty() => all.n_unit.clone_from(unit),
            Some(unit) if !all.n_unit.eq_ignore_ascii_case(unit) => self.notes.push(Noted {
                note: Note::warning(
                    NoteCode::UnitAssumed,
                    format!("counts {unit}, where inputs before it count {}", all.n_unit),
                ),
                path: path.to_owned(),
                more: 0,
            }),
            _ => {}
        }
        let column = |kept: &mut Option<String>, found: &Option<String>| {
            if kept.is_none() {
                kept.clone_from(found);
            }
        };
        column(&mut all.n_column, &reading.n_column);
        column(&mut all.throughput_column, &reading.throughput_column);
        column(&mut all.latency_column, &reading.latency_column);
        let before = self.notes.len();
        for note in &reading.notes {
            let shared = self.notes[..before]
                .iter_mut()
                .find(|noted| noted.note.code == note.code);
            match shared {
                Some(noted) => noted.more += 1,
                None => self.notes.push(Noted {
                    note: note.clone(),
                    path: path.to_owned(),
                    more: 0,
                }),
            }
        }
        let (read, used) = (reading.rows_read, reading.rows_used);
        let mut line = format!("{path}: {}, {used} of {read} rows used", reading.format);
        for remark in &reading.remarks {
            line.push_str("; ");
            line.push_str(remark);
        }
        all.reading.push(line);
        all.sources.push(Source {
            path: path.to_owned(),
            format: reading.format.into(),
            rows_read: read,
            rows_used: used,
        });
    }

    /// What the inputs said beside their rows; N counts what `n_unit` says, where it does.
    pub fn finish(mut self, n_unit: Option<&str>) -> Sweeps {
        let several = self.all.reading.len() > 1;
        for Noted { note, path, more } in self.notes {
            self.all.notes.push(match more {
                _ if !several => note,
                0 => note.about(&path),
                more => note.about(&format!("{path} and {more} more")),
            });
        }
        if let Some(word) = n_unit {
            word.clone_into(&mut self.all.n_unit);
        } else if self.all.n_unit.is_empty() {
            "units".clone_into(&mut self.all.n_unit);
        }
        self.all
    }
}

/// Sweeps from many inputs, folded while they are read.
#[derive(Debug, Default)]
pub struct Gather {
    together: Together,
    inputs: Inputs,
    parts: Vec<Part>,
    /// A column of words tells series apart.
    by_words: bool,
}

/// One series of one input.
#[derive(Debug)]
struct Part {
    path: String,
    /// The tool; tables of any kind are one.
    kind: &'static str,
    family: String,
    name: String,
    fitted: Option<FittedAs>,
    runs: Collector,
}

/// Parts that are one sweep.
#[derive(Debug)]
struct Group {
    first: Part,
    /// The inputs differ in more than N.
    families: bool,
}

impl Gather {
    /// Nothing yet, to be put together in this way.
    pub fn new(together: Together) -> Self {
        Self {
            together,
            ..Self::default()
        }
    }

    /// Reads one input, which messages call `path`.
    ///
    /// # Errors
    /// As [`Inputs::read`].
    pub fn read(
        &mut self,
        input: &mut dyn Read,
        path: &str,
        options: &ReadOptions,
    ) -> Result<(), Error> {
        let replicates = self.together.replicates;
        let read = self.inputs.read(
            input,
            path,
            options,
            |collectors: &mut Vec<Collector>, row| {
                while collectors.len() <= row.series {
                    collectors.push(Collector::new(replicates));
                }
                collectors[row.series].add(row)
            },
        )?;
        let Some((held, mut collectors)) = read else {
            return Ok(());
        };
        let Reading {
            format,
            series: mut names,
            series_by,
            ..
        } = held.reading;
        let sweeps = collectors.iter().filter(|one| one.levels() > 1).count();
        let is_one = match series_by {
            SeriesBy::Input => false,
            // A name a row is no series: without two sizes in one there is no sweep.
            SeriesBy::ColumnName => sweeps == 0,
            SeriesBy::Words => self.together.pool || sweeps < 2,
            SeriesBy::TooManyWords => true,
        };
        self.by_words |= series_by == SeriesBy::Words && !is_one;
        if is_one {
            names = vec![String::new()];
            collectors = pooled(collectors);
        }
        let known = options.n_given.or(options.n_from_name);
        for (at, (name, runs)) in names.into_iter().zip(collectors).enumerate() {
            self.parts.push(Part {
                path: path.to_owned(),
                kind: if data::is_tool(format) { format } else { "" },
                family: match options.n_given {
                    // The user says that the file is one size of a sweep.
                    Some(_) => String::new(),
                    None => names::family(path, known),
                },
                name,
                fitted: held.fitted.get(at).cloned().flatten(),
                runs,
            });
        }
        Ok(())
    }

    /// The series, in the order they appeared.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] where a row cannot be a measurement.
    pub fn finish(self) -> Result<Sweeps, Error> {
        let Self {
            together,
            inputs,
            parts,
            by_words,
        } = self;
        let mut groups = grouped(parts, together.pool);
        let mut benches: Vec<&str> = groups.iter().map(|g| g.first.name.as_str()).collect();
        benches.sort_unstable();
        let is_apart = by_words || benches.windows(2).any(|pair| pair[0] == pair[1]);
        name(&mut groups);
        let mut all = inputs.finish(together.n_unit.as_deref());
        if is_apart {
            all.notes.push(apart(&groups));
        }
        for Group { first, .. } in groups {
            let levels = first.runs.finish(together.replicates)?;
            if !levels.is_empty() {
                all.sweeps.push(Sweep {
                    name: first.name,
                    levels,
                    fitted: first.fitted,
                });
            }
        }
        if let [only] = all.sweeps.as_mut_slice() {
            only.name.clear();
        }
        Ok(all)
    }
}

/// All runs in one.
fn pooled(collectors: Vec<Collector>) -> Vec<Collector> {
    let mut all = collectors.into_iter();
    let Some(mut first) = all.next() else {
        return Vec::new();
    };
    for other in all {
        first.merge(other);
    }
    vec![first]
}

/// Puts parts together that are one sweep.
fn grouped(parts: Vec<Part>, pool: bool) -> Vec<Group> {
    // Of each tool and benchmark, the families and the sizes that each of them holds.
    let mut benches: HashMap<(&str, &str), HashMap<&str, Vec<u64>>> = HashMap::new();
    for part in &parts {
        let families = benches.entry((part.kind, &part.name)).or_default();
        let sizes = families.entry(&part.family).or_default();
        sizes.extend(part.runs.sizes());
        sizes.sort_unstable();
        sizes.dedup();
    }
    // Files with a size each are a sweep only together, whatever they are called.
    let is_split: HashMap<(String, String), bool> = benches
        .iter()
        .map(|((kind, name), families)| {
            let sweeps = families.values().filter(|sizes| sizes.len() > 1).count();
            let split = !pool && families.len() > 1 && sweeps > 1;
            (((*kind).to_owned(), (*name).to_owned()), split)
        })
        .collect();
    drop(benches);
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<(&'static str, String, String), usize> = HashMap::new();
    for part in parts {
        let bench = (part.kind.to_owned(), part.name.clone());
        let families = is_split.get(&bench).copied().unwrap_or(false);
        let family = if families {
            part.family.clone()
        } else {
            String::new()
        };
        let kind = if pool { "" } else { part.kind };
        let key = (kind, part.name.clone(), family);
        if let Some(place) = places.get(&key) {
            let first = &mut groups[*place].first;
            if first.fitted != part.fitted {
                first.fitted = None;
            }
            first.runs.merge(part.runs);
        } else {
            places.insert(key, groups.len());
            groups.push(Group {
                first: part,
                families,
            });
        }
    }
    groups
}

/// Gives every group a name of its own: its benchmark's, its family's, both, or its file's.
fn name(groups: &mut [Group]) {
    let of = |group: &Group| {
        let Part { name, family, .. } = &group.first;
        match (name.as_str(), group.families) {
            ("", _) if family.is_empty() => String::new(),
            ("", _) => names::short(family),
            (name, true) => format!("{}/{name}", names::short(family)),
            (name, false) => name.to_owned(),
        }
    };
    let mut found: Vec<String> = groups.iter().map(of).collect();
    for round in 0..2 {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for name in &found {
            *seen.entry(name.clone()).or_default() += 1;
        }
        for (group, name) in groups.iter().zip(&mut found) {
            if seen.get(name.as_str()).copied().unwrap_or(0) > 1 {
                let Part {
                    path,
                    kind,
                    name: bench,
                    ..
                } = &group.first;
                let whole = [names::run_name(path), kind][round];
                *name = [whole, if round == 0 { bench } else { name }]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join("/");
            }
        }
    }
    for (group, name) in groups.iter_mut().zip(found) {
        group.first.name = name;
    }
}

/// Names listed in a note; the rest is counted.
const MOST_NAMES: usize = 5;

fn apart(groups: &[Group]) -> Note {
    let mut listed: Vec<&str> = groups
        .iter()
        .take(MOST_NAMES)
        .map(|group| group.first.name.as_str())
        .collect();
    let more = format!("{} more", groups.len().saturating_sub(MOST_NAMES));
    if groups.len() > MOST_NAMES {
        listed.push(&more);
    }
    Note::new(
        NoteCode::SeriesApart,
        Advice::from(format!(
            "the inputs differ in more than N, so each is a series of its own: {}; ",
            listed.join(", ")
        ))
        .name(Setting::Pool)
        .words(" takes them as one sweep"),
    )
}
