//! Which columns are N, throughput and latency: by flag, by name, or by place.

mod beside;
mod names;
pub(super) mod refusal;

use super::header::Header;
use crate::advice::{Advice, Setting};
use crate::data::columns::{Meaning, Role, understand};
use crate::data::{ReadOptions, SeriesBy, Value};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::spelling::nearest;
use crate::units;
use regex_lite::Regex;

/// Where everything that makes a row stands. Columns count from 0 here, from 1 for people.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) n: SizeFrom,
    /// At least one; several make a series each, unless they are repeats.
    pub(super) values: Vec<ValueColumn>,
    /// The values of a row are runs of one series: `run1,run2,run3`.
    pub(super) repeats: bool,
    pub(super) latency: Option<Latency>,
    /// Columns whose texts together name the series.
    pub(super) series: Vec<usize>,
    pub(super) series_by: SeriesBy,
    pub(super) folded: Option<FoldColumns>,
    pub(super) n_unit: Option<String>,
    /// The column that counts what failed.
    pub(super) failures: Option<usize>,
    pub(super) notes: Vec<Note>,
    pub(super) remarks: Vec<String>,
}

/// Where N comes from.
#[derive(Debug)]
pub(super) enum SizeFrom {
    Column(usize),
    Given(f64),
    /// The first group of an expression, in the text of a column.
    Within(usize, Regex),
    /// N = X·R.
    Little,
}

impl SizeFrom {
    /// The column that holds it.
    fn column(&self) -> Option<usize> {
        match self {
            Self::Column(column) | Self::Within(column, _) => Some(*column),
            Self::Given(_) | Self::Little => None,
        }
    }
}

/// A column that throughput is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ValueColumn {
    pub(super) column: usize,
    pub(super) kind: Kind,
    /// The value is for one unit of N.
    pub(super) per_unit: bool,
}

/// How a value becomes operations per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Times this factor.
    Throughput(f64),
    /// X = N/(R + think time).
    Latency(Time),
    /// X = 1/t.
    Inverse(Time),
    /// X = count/t, the time in another column.
    Over(usize, Time),
}

/// A unit of time: one of the two is 1, so that neither direction rounds twice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Time {
    /// How many of it make a second.
    pub(super) per_second: f64,
    /// How many seconds make one.
    pub(super) seconds: f64,
}

impl Time {
    pub(super) const SECONDS: Self = Self {
        per_second: 1.0,
        seconds: 1.0,
    };

    pub(super) fn of(unit: &str) -> Self {
        let seconds = units::seconds(1.0, unit).unwrap_or(1.0);
        if seconds < 1.0 {
            Self {
                per_second: units::per_second(1.0, unit).unwrap_or(1.0),
                seconds: 1.0,
            }
        } else {
            Self {
                per_second: 1.0,
                seconds,
            }
        }
    }

    pub(super) fn in_seconds(self, value: f64) -> f64 {
        value / self.per_second * self.seconds
    }

    pub(super) fn per_second_of(self, value: f64) -> f64 {
        self.per_second / value / self.seconds
    }
}

/// The column of the mean latency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Latency {
    pub(super) column: usize,
    /// `None` where the name does not hold it.
    pub(super) unit: Option<Time>,
}

/// Columns of a table whose rows are means over several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FoldColumns {
    pub(super) runs: usize,
    pub(super) stddev: usize,
    /// Mean and standard deviation of ln X.
    pub(super) log: Option<(usize, usize)>,
    /// Standard deviation from the differences of successive runs.
    pub(super) step: Option<usize>,
}

/// The header and the first row, from which a layout is made.
pub(super) struct Naming<'a> {
    pub(super) header: &'a Header,
    /// Texts of the first data row.
    pub(super) first: &'a [String],
    pub(super) options: &'a ReadOptions,
    meanings: Vec<Meaning>,
}

impl Layout {
    /// How many series the values of one row belong to.
    pub(super) fn series_in_a_row(&self) -> usize {
        if self.repeats { 1 } else { self.values.len() }
    }
}

impl<'a> Naming<'a> {
    pub(super) fn new(header: &'a Header, first: &'a [String], options: &'a ReadOptions) -> Self {
        Self {
            header,
            first,
            options,
            meanings: header.names.iter().map(|name| understand(name)).collect(),
        }
    }

    /// The layout.
    ///
    /// # Errors
    /// [`Error::Data`] for a column that is not there, for a role with two candidates or
    /// none, and for a time whose meaning has to be asked for.
    pub(super) fn layout(&self) -> Result<Layout, Error> {
        let mut notes = Vec::new();
        let mut remarks = Vec::new();
        let flagged = |name: &Option<String>| name.as_ref().map(|n| self.find(n)).transpose();
        let flagged_latency = flagged(&self.options.latency)?;
        let by = flagged(&self.options.by)?;
        let flagged_values = self
            .options
            .x
            .iter()
            .map(|name| self.find(name))
            .collect::<Result<Vec<usize>, Error>>()?;
        let mut taken: Vec<usize> = flagged_values.clone();
        taken.extend(flagged_latency);
        taken.extend(by);

        let mut size = self.flagged_size()?;
        if size.is_none() {
            size = self.size_by_name(&taken, &mut notes)?.map(SizeFrom::Column);
        }
        taken.extend(size.as_ref().and_then(SizeFrom::column));
        let mut values = if flagged_values.is_empty() {
            self.values_by_name(&taken, &mut notes)?
        } else {
            flagged_values
        };
        let repeats = self.are_repeats(&values);
        taken.extend(&values);
        if size.is_none() && !values.is_empty() {
            size = self.guessed(&taken, "N", &mut notes).map(SizeFrom::Column);
            taken.extend(size.as_ref().and_then(SizeFrom::column));
        }
        if values.is_empty() && flagged_latency.is_none() {
            values.extend(self.guessed(&taken, "throughput", &mut notes));
        }
        let mut latency = flagged_latency.or_else(|| self.latency_by_name(&taken, &mut remarks));
        if values.is_empty() {
            // N and R make X.
            values.extend(latency.filter(|_| size.is_some()));
        } else if values == latency.as_slice() {
            latency = None;
        }
        let (Some(size), false) = (
            size.or_else(|| latency.is_some().then_some(SizeFrom::Little)),
            values.is_empty(),
        ) else {
            return Err(self.nothing_found(!values.is_empty()));
        };
        let values = values
            .into_iter()
            .map(|column| self.value(column, flagged_latency, &mut notes, &mut remarks))
            .collect::<Result<Vec<ValueColumn>, Error>>()?;
        self.note_members(&size, &values, &mut notes);
        let is_latency = |value: &&ValueColumn| matches!(value.kind, Kind::Latency(_));
        if latency.is_none() {
            latency = values.iter().find(is_latency).map(|value| value.column);
        }
        let (series_by, series) = match by {
            Some(column) => (SeriesBy::Input, vec![column]),
            None => self.guessed_series(&taken),
        };
        let layout = Layout {
            n_unit: self.counted(&size),
            failures: self.failures(&taken),
            n: size,
            folded: self.folded(&values, &mut remarks),
            latency: latency.map(|column| Latency {
                column,
                unit: self.time_unit(column).map(Time::of),
            }),
            series_by,
            series,
            values,
            repeats,
            notes,
            remarks,
        };
        Ok(layout)
    }

    /// The column that a flag names: by name, by name without case, or by number from 1.
    fn find(&self, wanted: &str) -> Result<usize, Error> {
        let wanted = wanted.trim();
        let names = &self.header.names;
        let same = |name: &String| self.header.is_given && name.eq_ignore_ascii_case(wanted);
        let exact: Vec<usize> = (0..names.len())
            .filter(|at| self.header.is_given && names[*at] == wanted)
            .collect();
        match exact.as_slice() {
            [one] => return Ok(*one),
            [] => {}
            [first, second, ..] => {
                return Err(self.refuse(
                    format!("two columns are called \"{wanted}\""),
                    format!("name it by its number: {} or {}", first + 1, second + 1),
                ));
            }
        }
        if let Some(at) = names.iter().position(same) {
            return Ok(at);
        }
        match wanted.parse::<usize>() {
            Ok(number) if (1..=names.len()).contains(&number) => Ok(number - 1),
            _ => Err(self.refuse(
                format!("there is no column \"{wanted}\""),
                match nearest(wanted, names.iter().map(String::as_str)) {
                    Some(name) => format!("\"{name}\"; the columns are {}", self.listed()),
                    None => format!("the columns are {}", self.listed()),
                },
            )),
        }
    }

    fn flagged_size(&self) -> Result<Option<SizeFrom>, Error> {
        if let Some(n) = self.options.n_given {
            return Ok(Some(SizeFrom::Given(n)));
        }
        let column = self
            .options
            .n
            .as_ref()
            .map(|name| self.find(name))
            .transpose()?;
        let Some(pattern) = &self.options.n_from else {
            return Ok(column.map(SizeFrom::Column));
        };
        let regex = Regex::new(pattern).map_err(|error| {
            Error::data(format!("the pattern of N, \"{pattern}\": {error}"), "")
        })?;
        let found = column.or_else(|| self.first.iter().position(|cell| regex.is_match(cell)));
        match found {
            Some(column) => Ok(Some(SizeFrom::Within(column, regex))),
            None => Err(self.refuse(
                format!("neither the file name nor a cell of the first row matches \"{pattern}\""),
                "the first group holds the number, such as 'journal-(\\d+)'",
            )),
        }
    }

    /// How the column becomes throughput: by flag, or by its name.
    fn value(
        &self,
        column: usize,
        flagged_latency: Option<usize>,
        notes: &mut Vec<Note>,
        remarks: &mut Vec<String>,
    ) -> Result<ValueColumn, Error> {
        let role = self.meanings[column].role;
        let time_unit = self.time_unit(column);
        let time = time_unit.map_or(Time::SECONDS, Time::of);
        let name = &self.header.names[column];
        let factor = match role {
            Role::Throughput { per_second } => per_second,
            _ => 1.0,
        };
        let by_name = match role {
            Role::Latency => Some(Value::Latency),
            Role::TimePerOp | Role::RunTime => Some(Value::TimePerOp),
            _ if flagged_latency == Some(column) => Some(Value::Latency),
            Role::SomeTime if self.mean_of_runs(&[]) != Some(column) => None,
            _ => Some(Value::Throughput),
        };
        if let Some(time) = self.time_of(column) {
            let unit = self.time_unit(time);
            let run = &self.header.names[time];
            remarks.push(format!("throughput is \"{name}\"/\"{run}\""));
            if unit.is_none() {
                notes.push(Note::new(
                    NoteCode::UnitAssumed,
                    format!("\"{run}\" is taken as seconds; α, β and the peak do not depend on it"),
                ));
            }
            return Ok(ValueColumn {
                column,
                kind: Kind::Over(time, unit.map_or(Time::SECONDS, Time::of)),
                per_unit: self.options.per_unit == Some(true),
            });
        }
        let kind = match self.options.value_is.or(by_name).or(self.options.time_is) {
            Some(Value::Throughput) => Kind::Throughput(factor),
            Some(Value::Latency) => Kind::Latency(time),
            Some(Value::TimePerOp | Value::Time) => Kind::Inverse(time),
            None => {
                return Err(self.refuse(
                    format!("column \"{name}\" holds a time, which can mean three things"),
                    three_meanings(name),
                ));
            }
        };
        match kind {
            Kind::Throughput(factor) if (factor - 1.0).abs() > 1e-12 => {
                remarks.push(format!(
                    "1 in \"{name}\" is {} per second",
                    units::plain(factor)
                ));
            }
            Kind::Throughput(_) => {}
            Kind::Latency(_) => remarks.push(format!("throughput is N/\"{name}\"")),
            Kind::Inverse(_) | Kind::Over(..) => {
                remarks.push(format!("throughput is 1/\"{name}\""));
            }
        }
        if !matches!(kind, Kind::Throughput(_)) && time_unit.is_none() {
            notes.push(Note::new(
                NoteCode::UnitAssumed,
                format!("\"{name}\" is taken as seconds; α, β and the peak do not depend on it"),
            ));
        }
        let per_unit = (self.options.per_unit).unwrap_or_else(|| self.is_share(column, kind));
        Ok(ValueColumn {
            column,
            kind,
            per_unit,
        })
    }
}

/// What a column of times may be.
fn three_meanings(name: &str) -> Advice {
    let is = |value: &str, words: &str| Setting::ValueIs.to(value).words(words);
    is(
        "time-per-op",
        &format!("  {name} is the wall time per operation of the whole system: X = 1/{name}\n"),
    )
    .and(is(
        "time",
        &format!("         {name} is the run time of a fixed amount of work: X = 1/{name}\n"),
    ))
    .and(is(
        "latency",
        &format!("      {name} is the mean time one operation spends inside: X = N/{name}"),
    ))
}
