//! The only place that opens files and standard input.

mod files;
mod names;
mod whole;

pub(super) use whole::{bytes, document, text};

use super::Terminal;
use super::failure::Failure;
use super::value;
use crate::data::{self, Header, ReadOptions, Reading, Value};
use crate::error::Error;
use crate::note::Note;
use crate::report::sweeps::{Source, Sweep, Sweeps};
use crate::sweep::levels::{Fold, Levels};
use crate::units;
use clap::{Args, ValueEnum};
use files::Item;
use regex_lite::Regex;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Where measurements come from and how they are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files with measurements; "-" is standard input, 8=FILE says that a file is the N = 8 level
    #[arg(value_name = "INPUT")]
    pub input: Vec<String>,
    /// A file with measurements, the same as naming it alone
    #[arg(long, value_name = "FILE")]
    pub csv: Vec<String>,
    /// Format of the files instead of detecting it
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<String>,
    /// Column of N, the size or load: its name, or its number from 1
    #[arg(long, value_name = "COL")]
    pub n: Option<String>,
    /// Column of throughput; repeated, each is a series of its own
    #[arg(long, value_name = "COL")]
    pub x: Vec<String>,
    /// Column of the mean latency
    #[arg(long, value_name = "COL")]
    pub latency: Option<String>,
    /// N is what the first group of this expression finds in the file name or in a name column
    #[arg(long, value_name = "REGEX", value_parser = regex)]
    pub n_from: Option<Regex>,
    /// What N counts, such as threads
    #[arg(long, value_name = "WORD")]
    pub n_unit: Option<String>,
    /// Whether throughput is of the whole system or of one unit
    #[arg(long, value_enum, value_name = "SCOPE")]
    pub x_is: Option<Scope>,
    /// What the value column holds
    #[arg(long, value_enum, value_name = "MEANING")]
    pub y_is: Option<Meaning>,
    /// Only benchmarks whose name matches, such as 'mutex/*'
    #[arg(long, value_name = "GLOB")]
    pub select: Option<String>,
    /// Column whose values name the series
    #[arg(long, value_name = "COL")]
    pub by: Option<String>,
    /// Field delimiter instead of detecting it; "tab" and "space" are words for it
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Decimal mark, "." or ","
    #[arg(long, value_name = "C", value_parser = decimal)]
    pub decimal: Option<u8>,
    /// Whether the first row names the columns
    #[arg(long, value_enum, value_name = "WHEN")]
    pub header: Option<HeaderArg>,
    /// Make one run of the repeated runs at one N
    #[arg(long, value_enum, value_name = "HOW")]
    pub replicates: Option<Replicates>,
    /// Think time of the load generator between two requests
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub think: Option<f64>,
    /// Leave out rows that cannot be read, and count them, instead of stopping
    #[arg(long)]
    pub skip_bad: bool,
}

/// What a throughput value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scope {
    /// The whole system
    Total,
    /// One unit of N: it is multiplied by N
    PerUnit,
}

/// What the value column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Meaning {
    /// Operations per second
    Throughput,
    /// Mean time one operation spends inside: X = N/R
    Latency,
    /// Wall time per operation of the whole system: X = 1/t
    TimePerOp,
    /// Run time of a fixed amount of work: X = 1/t
    Time,
}

/// Whether the first row names the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeaderArg {
    /// A first row without numbers does
    Auto,
    /// It does
    Yes,
    /// It does not
    No,
}

/// How the repeated runs at one N become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Replicates {
    /// Their mean
    Mean,
    /// Their median
    Median,
    /// The largest
    Max,
}

fn regex(text: &str) -> Result<Regex, String> {
    let regex = Regex::new(text).map_err(|error| error.to_string())?;
    if regex.captures_len() < 2 {
        return Err(r"it needs a group around the number, such as 'c(\d+)'".to_owned());
    }
    Ok(regex)
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | r"\t" => Ok(b'\t'),
        "space" => Ok(b' '),
        _ => match text.as_bytes() {
            [b'"' | b'\n' | b'\r' | b'#' | b'0'..=b'9' | b'.' | b'-' | b'+'] => {
                Err("this character cannot separate fields".to_owned())
            }
            [byte] if byte.is_ascii() => Ok(*byte),
            _ => Err("one ASCII character, or the words tab and space".to_owned()),
        },
    }
}

fn decimal(text: &str) -> Result<u8, String> {
    match text {
        "." | "," => Ok(text.as_bytes()[0]),
        _ => Err("\".\" or \",\"".to_owned()),
    }
}

/// What runs of one series become while they are read.
#[derive(Debug)]
enum Collector {
    /// All runs count.
    All(Fold),
    /// Every value is kept, because a median needs them.
    Each(BTreeMap<u64, Vec<f64>>),
}

impl Collector {
    fn new(replicates: Option<Replicates>) -> Self {
        match replicates {
            None => Self::All(Fold::default()),
            Some(_) => Self::Each(BTreeMap::new()),
        }
    }

    fn add(&mut self, row: &data::Row) -> Result<(), Error> {
        let Some(n) = row.n else {
            return Err(Error::data(
                "the input does not say its N",
                "write N in front of the file, such as 8=c8.json, or --n-from 'c(\\d+)' to take it from the name",
            ));
        };
        match self {
            Self::All(fold) if row.runs == 1 => fold.add(n, row.throughput, row.latency),
            Self::All(fold) => fold.add_folded(
                n,
                row.runs,
                row.throughput,
                row.m2,
                row.log_moments,
                row.latency,
            ),
            Self::Each(values) => {
                // Positive floats have bits in the order of their values.
                values.entry(n.to_bits()).or_default().push(row.throughput);
                Ok(())
            }
        }
    }

    /// Number of distinct N.
    fn levels(&self) -> usize {
        match self {
            Self::All(fold) => fold.len(),
            Self::Each(values) => values.len(),
        }
    }

    fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::All(fold), Self::All(other)) => fold.merge(&other),
            (Self::Each(values), Self::Each(other)) => {
                for (n, more) in other {
                    values.entry(n).or_default().extend(more);
                }
            }
            // One command has one way to collect.
            (Self::All(_), Self::Each(_)) | (Self::Each(_), Self::All(_)) => {}
        }
    }

    fn finish(self, replicates: Option<Replicates>) -> Result<Levels, Error> {
        match self {
            Self::All(fold) => Ok(fold.finish()),
            Self::Each(values) => Levels::from_pairs(values.into_iter().map(|(n, mut runs)| {
                runs.sort_by(f64::total_cmp);
                let middle = runs.len() / 2;
                let one = match replicates {
                    Some(Replicates::Max) => runs[runs.len() - 1],
                    Some(Replicates::Median) if runs.len() % 2 == 1 => runs[middle],
                    Some(Replicates::Median) => f64::midpoint(runs[middle - 1], runs[middle]),
                    _ => {
                        let first = runs[0];
                        let rest: f64 = runs.iter().map(|x| x - first).sum();
                        first + rest / runs.len() as f64
                    }
                };
                (f64::from_bits(n), one)
            })),
        }
    }
}

impl InputArgs {
    /// Whether any input was named.
    pub fn is_given(&self) -> bool {
        !self.input.is_empty() || !self.csv.is_empty()
    }

    /// What the flags say about reading.
    fn options(&self) -> ReadOptions {
        ReadOptions {
            from: self.from.clone(),
            n: self.n.clone(),
            x: self.x.clone(),
            latency: self.latency.clone(),
            by: self.by.clone(),
            delimiter: self.delimiter,
            decimal: self.decimal,
            header: match self.header {
                None | Some(HeaderArg::Auto) => Header::Auto,
                Some(HeaderArg::Yes) => Header::Yes,
                Some(HeaderArg::No) => Header::No,
            },
            per_unit: self.x_is == Some(Scope::PerUnit),
            value_is: self.y_is.map(|meaning| match meaning {
                Meaning::Throughput => Value::Throughput,
                Meaning::Latency => Value::Latency,
                Meaning::TimePerOp => Value::TimePerOp,
                Meaning::Time => Value::Time,
            }),
            select: self.select.clone(),
            n_given: None,
            n_from_name: None,
            n_from: self.n_from.as_ref().map(|regex| regex.as_str().to_owned()),
            think: self.think,
            skip_bad: self.skip_bad,
        }
    }

    /// Reads all inputs and folds them, a sweep a series; the same series in several files
    /// is one sweep. Without a named input it reads standard input, unless that is a terminal.
    ///
    /// # Errors
    /// A usage failure without any input; an input failure with file, line and column for
    /// what cannot be opened or read, and for inputs without a data row.
    pub fn sweeps(&self, terminal: &Terminal) -> Result<Sweeps, Failure> {
        let mut series: Vec<(String, Collector)> = Vec::new();
        let mut collectors: Vec<Collector> = Vec::new();
        let mut all = self.each(
            terminal,
            &mut collectors,
            |collectors, row| {
                while collectors.len() <= row.series {
                    collectors.push(Collector::new(self.replicates));
                }
                collectors[row.series].add(row)
            },
            |collectors, reading, _| {
                let mut collectors = std::mem::take(collectors);
                let mut names = reading.series.clone();
                if reading.series_guessed && collectors.iter().all(|one| one.levels() == 1) {
                    // A name a row is no series: without two sizes in one there is no sweep.
                    names = vec![String::new()];
                    collectors = pooled(collectors);
                }
                for (name, collector) in names.iter().zip(collectors) {
                    match series.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) => known.merge(collector),
                        None => series.push((name.clone(), collector)),
                    }
                }
            },
        )?;
        for (name, collector) in series {
            let levels = collector.finish(self.replicates)?;
            if !levels.is_empty() {
                all.sweeps.push(Sweep { name, levels });
            }
        }
        if let [only] = all.sweeps.as_mut_slice() {
            only.name.clear();
        }
        Ok(all)
    }

    /// Reads all inputs without folding: their rows in order, with the names of their series.
    ///
    /// # Errors
    /// As [`InputArgs::sweeps`].
    pub fn rows(&self, terminal: &Terminal) -> Result<(Sweeps, Vec<Measured>), Failure> {
        let mut measured: Vec<Measured> = Vec::new();
        let all = self.each(
            terminal,
            &mut Vec::new(),
            |rows: &mut Vec<data::Row>, row| {
                rows.push(*row);
                Ok(())
            },
            |rows, reading, path| {
                measured.push(Measured {
                    path: path.to_owned(),
                    series: reading.series.clone(),
                    rows: std::mem::take(rows),
                });
            },
        )?;
        Ok((all, measured))
    }

    /// Reads every input: `add` takes its rows in, `done` what they came to.
    fn each<T: Default>(
        &self,
        terminal: &Terminal,
        taken: &mut T,
        add: impl Fn(&mut T, &data::Row) -> Result<(), Error>,
        mut done: impl FnMut(&mut T, &Reading, &str),
    ) -> Result<Sweeps, Failure> {
        let items = self.items(terminal)?;
        let mut gathered = Gathered::new(items.len() > 1);
        let mut runs: HashMap<(String, &'static str), String> = HashMap::new();
        for item in &items {
            let reading = self.read(item, &mut |row| {
                add(taken, row).map_err(|error| match row.line {
                    0 => error,
                    line => error.at(line, None),
                })
            })?;
            let run = (item.run_name().to_owned(), reading.format);
            let first = runs.entry(run).or_insert_with(|| item.path.clone());
            if *first != item.path && data::is_tool(reading.format) {
                // A tool wrote the same run in two formats.
                *taken = T::default();
                gathered.repeated(&item.path, first);
                continue;
            }
            done(taken, &reading, &item.path);
            gathered.take(&item.path, reading);
        }
        let mut all = gathered.finish();
        if let Some(word) = &self.n_unit {
            all.n_unit.clone_from(word);
        } else if all.n_unit.is_empty() {
            "units".clone_into(&mut all.n_unit);
        }
        Ok(all)
    }

    /// What the arguments name, in order.
    fn items(&self, terminal: &Terminal) -> Result<Vec<Item>, Failure> {
        let inputs: Vec<&str> = self
            .csv
            .iter()
            .chain(&self.input)
            .map(String::as_str)
            .collect();
        if !inputs.is_empty() {
            return files::expand(&inputs);
        }
        if let Some((n, x)) = self.joined() {
            return Ok(vec![Item::pair(n, x)]);
        }
        if terminal.stdin {
            return Err(Failure::usage(
                "no input: name a file with measurements, or pipe them in",
                "scalecalc usl --csv bench.csv\nscalecalc usl --help",
            ));
        }
        files::expand(&["-"])
    }

    /// The files that `--n n.json --x x.json` names instead of columns.
    fn joined(&self) -> Option<(&str, &str)> {
        match (&self.n, self.x.as_slice()) {
            (Some(n), [x]) if Path::new(n).is_file() && Path::new(x).is_file() => Some((n, x)),
            _ => None,
        }
    }

    fn read(
        &self,
        item: &Item,
        sink: &mut dyn FnMut(&data::Row) -> Result<(), Error>,
    ) -> Result<Reading, Failure> {
        let mut options = self.options();
        options.n_given = item.n.or_else(|| self.n_in_name(&item.path));
        options.n_from_name = item.suggested;
        if !self.is_given() && self.joined().is_some() {
            options.n = None;
            options.x.clear();
        }
        let told = |error: Error| Failure::from(error.in_file(&item.path));
        let reading = data::read(&mut item.open()?, &options, sink).map_err(told)?;
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
        Ok(reading)
    }

    /// N as `--n-from` finds it in the file name.
    fn n_in_name(&self, path: &str) -> Option<f64> {
        let name = Path::new(path).file_name()?.to_str()?;
        let group = self.n_from.as_ref()?.captures(name)?.get(1)?;
        units::number(group.as_str()).ok().filter(|n| *n > 0.0)
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

/// The rows of one input.
#[derive(Debug)]
pub struct Measured {
    /// The input as the user named it.
    pub path: String,
    /// Names of its series.
    pub series: Vec<String>,
    /// Its rows in order.
    pub rows: Vec<data::Row>,
}

/// What the inputs said beside their rows.
struct Gathered {
    all: Sweeps,
    several: bool,
    notes: Vec<Noted>,
}

/// A doubt, with the first input it came from and how many others share it.
struct Noted {
    note: Note,
    path: String,
    more: u64,
}

impl Gathered {
    fn new(several: bool) -> Self {
        Self {
            all: Sweeps::default(),
            several,
            notes: Vec::new(),
        }
    }

    fn repeated(&mut self, path: &str, first: &str) {
        self.all
            .reading
            .push(format!("{path}: left out, the same run as {first}"));
    }

    fn take(&mut self, path: &str, reading: Reading) {
        let all = &mut self.all;
        if all.n_unit.is_empty() {
            all.n_unit = reading.n_unit.unwrap_or_default();
        }
        all.n_column = all.n_column.take().or(reading.n_column);
        all.throughput_column = all.throughput_column.take().or(reading.throughput_column);
        all.latency_column = all.latency_column.take().or(reading.latency_column);
        let before = self.notes.len();
        for note in reading.notes {
            let shared = self.notes[..before]
                .iter_mut()
                .find(|noted| noted.note.code == note.code);
            match shared {
                Some(noted) => noted.more += 1,
                None => self.notes.push(Noted {
                    note,
                    path: path.to_owned(),
                    more: 0,
                }),
            }
        }
        let (read, used) = (reading.rows_read, reading.rows_used);
        let mut line = format!("{path}: {}, {used} of {read} rows used", reading.format);
        for remark in reading.remarks {
            line.push_str("; ");
            line.push_str(&remark);
        }
        self.all.reading.push(line);
        self.all.sources.push(Source {
            path: path.to_owned(),
            format: reading.format,
            rows_read: read,
            rows_used: used,
        });
    }

    fn finish(mut self) -> Sweeps {
        for Noted { note, path, more } in self.notes {
            let text = match more {
                _ if !self.several => note.text,
                0 => format!("{path}: {}", note.text),
                more => format!("{path} and {more} more: {}", note.text),
            };
            self.all.notes.push(Note { text, ..note });
        }
        self.all
    }
}
