//! The only place that opens files and standard input.

mod files;
#[cfg(feature = "net")]
mod prometheus;
mod whole;

pub(super) use whole::{bytes, text};

use super::Terminal;
use super::failure::Failure;
use super::value;
use crate::advice::{Advice, Setting};
use crate::cli::spelling;
use crate::data::{self, HeaderRow, ReadOptions, Value};
use crate::note::{Note, NoteCode};
use crate::sweep::Sweeps;
use crate::sweep::falling::falls_like_a_time;
use crate::sweep::gather::{Gather, Inputs, Together};
use crate::sweep::replicates::Replicates;
use crate::units;
use clap::{Args, ValueEnum};
use files::Item;
use regex_lite::Regex;
use std::path::Path;

/// Where measurements come from and how they are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArgs {
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
    /// What a time means that may mean several things, where the command knows it.
    #[arg(skip)]
    pub time_is: Option<Meaning>,
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
    pub replicates: Option<ReplicatesArg>,
    /// Take all inputs as one sweep, whatever their files are called
    #[arg(long)]
    pub pool: bool,
    /// Think time of the load generator between two requests
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    pub think: Option<f64>,
    /// Leave out rows that cannot be read, and count them, instead of stopping
    #[arg(long)]
    pub skip_bad: bool,
    /// A running system that is asked instead of files.
    #[cfg(feature = "net")]
    #[command(flatten)]
    pub prometheus: prometheus::PrometheusArgs,
}

/// What a throughput value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Scope {
    /// The whole system
    Total,
    /// One unit of N: it is multiplied by N
    PerUnit,
}

/// What the value column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Meaning {
    /// Operations per second
    Throughput,
    /// Mean time one operation spends inside: X = N/R
    Latency,
    /// Wall time per operation of the whole system: X = 1/t
    TimePerOp,
    /// Run time of a fixed amount of work: X = 1/t
    Time,
}

impl From<Meaning> for Value {
    fn from(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Throughput => Self::Throughput,
            Meaning::Latency => Self::Latency,
            Meaning::TimePerOp => Self::TimePerOp,
            Meaning::Time => Self::Time,
        }
    }
}

/// Whether the first row names the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HeaderArg {
    /// A first row without numbers does
    Auto,
    /// It does
    Yes,
    /// It does not
    No,
}

/// How the repeated runs at one N become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplicatesArg {
    /// Their mean
    Mean,
    /// Their median
    Median,
    /// The largest
    Max,
}

impl From<ReplicatesArg> for Replicates {
    fn from(how: ReplicatesArg) -> Self {
        match how {
            ReplicatesArg::Mean => Self::Mean,
            ReplicatesArg::Median => Self::Median,
            ReplicatesArg::Max => Self::Max,
        }
    }
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

impl InputArgs {
    /// Whether any input was named.
    pub(super) fn is_given(&self) -> bool {
        #[cfg(feature = "net")]
        if self.prometheus.prometheus.is_some() {
            return true;
        }
        !self.input.is_empty() || !self.csv.is_empty()
    }

    /// Refuses flags about columns where there is no input that has any.
    pub(super) fn refuse_columns(&self) -> Result<(), Failure> {
        let flags = [
            ("--n", self.n.is_some()),
            ("--x", !self.x.is_empty()),
            ("--latency", self.latency.is_some()),
            ("--by", self.by.is_some()),
        ];
        match flags.iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(Failure::usage(
                format!("{flag} names a column of a file, and no file was given"),
                "--at 1,2,4 says which sizes to show; or name the file",
            )),
            None => Ok(()),
        }
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
                None | Some(HeaderArg::Auto) => HeaderRow::Auto,
                Some(HeaderArg::Yes) => HeaderRow::Yes,
                Some(HeaderArg::No) => HeaderRow::No,
            },
            per_unit: self.x_is.map(|scope| scope == Scope::PerUnit),
            value_is: self.y_is.map(Value::from),
            time_is: self.time_is.map(Value::from),
            select: self.select.clone(),
            n_given: None,
            n_from_name: None,
            n_from: self.n_from.as_ref().map(|regex| regex.as_str().to_owned()),
            think: self.think,
            skip_bad: self.skip_bad,
        }
    }

    /// Reads all inputs and folds them, a sweep a series; what belongs together is one sweep.
    /// Without a named input it reads standard input, unless that is a terminal.
    ///
    /// # Errors
    /// A usage failure without any input; an input failure with file, line and column for
    /// what cannot be opened or read, and for inputs without a data row.
    pub(super) fn sweeps(&self, terminal: &Terminal) -> Result<Sweeps, Failure> {
        let mut gather = Gather::new(self.together());
        let mut left_out = LeftOut::default();
        for item in self.items(terminal)? {
            let read = gather.read(&mut item.open()?, &item.path, &self.options_for(&item));
            left_out.unless_beside(&item, read.map_err(Failure::from))?;
        }
        let mut all = gather.finish()?;
        terminal
            .journal
            .borrow_mut()
            .extend(all.reading.iter().cloned());
        all.notes.extend(left_out.note());
        #[cfg(feature = "net")]
        all.notes.extend(self.prometheus.note());
        let tables = all
            .sources
            .iter()
            .all(|source| !data::is_tool(&source.format));
        if self.y_is.is_none() && tables {
            let falls = all
                .sweeps
                .iter()
                .find(|sweep| falls_like_a_time(&sweep.levels));
            all.notes
                .extend(falls.map(|sweep| may_be_time(&sweep.name)));
        }
        all.notes = spelled(all.notes);
        Ok(all)
    }

    /// Reads all inputs without folding: their rows in order, with the names of their series.
    ///
    /// # Errors
    /// As [`InputArgs::sweeps`].
    pub(super) fn rows(&self, terminal: &Terminal) -> Result<(Sweeps, Vec<Measured>), Failure> {
        let mut inputs = Inputs::default();
        let mut measured: Vec<Measured> = Vec::new();
        let mut left_out = LeftOut::default();
        for item in self.items(terminal)? {
            let options = self.options_for(&item);
            let add = |rows: &mut Vec<data::Row>, row: &data::Row| {
                rows.push(*row);
                Ok(())
            };
            let read = inputs.read(&mut item.open()?, &item.path, &options, add);
            let read = left_out.unless_beside(&item, read.map_err(Failure::from))?;
            if let Some((held, rows)) = read.flatten() {
                measured.push(Measured {
                    path: item.path,
                    series: held.reading.series,
                    rows,
                });
            }
        }
        let mut all = inputs.finish(self.n_unit.as_deref());
        terminal
            .journal
            .borrow_mut()
            .extend(all.reading.iter().cloned());
        all.notes.extend(left_out.note());
        #[cfg(feature = "net")]
        all.notes.extend(self.prometheus.note());
        all.notes = spelled(all.notes);
        Ok((all, measured))
    }

    /// What the flags say about the inputs together.
    fn together(&self) -> Together {
        Together {
            replicates: self.replicates.map(Into::into),
            pool: self.pool,
            n_unit: self.n_unit.clone(),
        }
    }

    /// What the arguments name, in order.
    fn items(&self, terminal: &Terminal) -> Result<Vec<Item>, Failure> {
        #[cfg(feature = "net")]
        if let Some((path, table)) = self.prometheus.table()? {
            return Ok(vec![Item::fetched(path, table)]);
        }
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

    /// What the flags and the name of one input say about reading it.
    fn options_for(&self, item: &Item) -> ReadOptions {
        let mut options = self.options();
        options.n_given = item.n.or_else(|| self.n_in_name(&item.path));
        options.n_from_name = item.suggested;
        if !self.is_given() && self.joined().is_some() {
            options.n = None;
            options.x.clear();
        }
        options
    }

    /// N as `--n-from` finds it in the file name.
    fn n_in_name(&self, path: &str) -> Option<f64> {
        let name = Path::new(path).file_name()?.to_str()?;
        let group = self.n_from.as_ref()?.captures(name)?.get(1)?;
        units::number(group.as_str()).ok().filter(|n| *n > 0.0)
    }
}

/// The doubt about a throughput that falls like a run time.
fn may_be_time(series: &str) -> Note {
    let of = if series.is_empty() {
        String::new()
    } else {
        format!(" of {series}")
    };
    Note::new(
        NoteCode::MayBeTime,
        Advice::from(format!(
            "the throughput{of} falls like 1/N, so it is probably a time and X = 1/time: "
        ))
        .set(Setting::ValueIs, "time"),
    )
}

/// Notes with their settings as flags.
pub(super) fn spelled(notes: Vec<Note>) -> Vec<Note> {
    let notes = notes.into_iter();
    notes.map(|note| note.spelled(spelling::flags())).collect()
}

/// Files of a folder that hold no measurements, such as its README.
#[derive(Default)]
struct LeftOut(Vec<String>);

impl LeftOut {
    /// What was read; `None` for a file beside results that cannot be.
    fn unless_beside<T>(
        &mut self,
        item: &Item,
        read: Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(_) if item.beside => {
                self.0.push(item.path.clone());
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    fn note(self) -> Option<Note> {
        let (first, more) = (self.0.first()?, self.0.len() - 1);
        let names = match more {
            0 => first.clone(),
            more => format!("{first} and {more} more"),
        };
        let text = format!("{names} left out: no measurements that can be read");
        Some(Note::new(NoteCode::Skipped, text))
    }
}

/// The rows of one input.
#[derive(Debug)]
pub(super) struct Measured {
    /// The input as the user named it.
    pub path: String,
    /// Names of its series.
    pub series: Vec<String>,
    /// Its rows in order.
    pub rows: Vec<data::Row>,
}
