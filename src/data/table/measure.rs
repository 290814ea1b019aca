//! The numbers of one row become measurements: unit, Little's law, what cannot be.

use super::failed::Failed;
use super::layout::refusal::by_number;
use super::layout::{Kind, Latency, Layout, SizeFrom, Time};
use crate::advice::{Advice, Setting};
use crate::data::{ReadOptions, Row, Sink};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::little::{self, Agreement};
use crate::units::plain;

/// A row that cannot be: the column that says so, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) column: Option<usize>,
    pub(super) message: String,
    pub(super) hint: Advice,
}

impl Fault {
    pub(super) fn new(
        column: impl Into<Option<usize>>,
        message: impl Into<String>,
        hint: impl Into<Advice>,
    ) -> Self {
        Self {
            column: column.into(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Why a row was not handed on.
#[derive(Debug)]
pub(super) enum Stop {
    /// The row is at fault.
    Fault(Fault),
    /// Who takes the rows wants no more.
    Sink(Error),
}

/// Where in the numbers of a row each role stands.
#[derive(Debug)]
pub(super) struct Slots {
    /// Column of each slot.
    pub(super) columns: Vec<usize>,
    n: Option<usize>,
    values: Vec<(usize, Kind)>,
    latency: Option<usize>,
    /// Unit of the column of latency, where it is known.
    latency_unit: Option<Time>,
    failures: Option<usize>,
    /// Runs, standard deviation, log mean, log standard deviation, that of the steps.
    folded: Option<[Option<usize>; 5]>,
}

/// What may stand in a slot's cell instead of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nothing: N, and throughput where it is the only one.
    No,
    /// An empty cell means that there was no measurement.
    Allowed,
}

impl Slots {
    fn new(layout: &Layout) -> Self {
        let mut columns: Vec<usize> = Vec::new();
        let mut slot = |column: usize| {
            columns
                .iter()
                .position(|known| *known == column)
                .unwrap_or_else(|| {
                    columns.push(column);
                    columns.len() - 1
                })
        };
        let n = match layout.n {
            SizeFrom::Column(column) => Some(slot(column)),
            _ => None,
        };
        let values = layout
            .values
            .iter()
            .map(|value| {
                let kind = match value.kind {
                    Kind::Over(time, unit) => Kind::Over(slot(time), unit),
                    kind => kind,
                };
                (slot(value.column), kind)
            })
            .collect();
        let latency = layout.latency.map(|latency| slot(latency.column));
        let failures = layout.failures.map(&mut slot);
        let folded = layout.folded.map(|folded| {
            let (mean, stddev) = folded.log.unzip();
            let columns = [
                Some(folded.runs),
                Some(folded.stddev),
                mean,
                stddev,
                folded.step,
            ];
            columns.map(|at| at.map(&mut slot))
        });
        Self {
            columns,
            n,
            values,
            latency,
            latency_unit: layout.latency.and_then(|latency| latency.unit),
            failures,
            folded,
        }
    }

    /// Whether a slot holds operations per second, which people also write as `1.2k`.
    pub(super) fn is_rate(&self, slot: usize) -> bool {
        self.values.iter().any(|(at, kind)| {
            *at == slot
                && matches!(kind, Kind::Throughput(factor) if factor.total_cmp(&1.0).is_eq())
        })
    }

    /// The unit of a slot that holds times.
    pub(super) fn time(&self, slot: usize) -> Option<Time> {
        let of_value = |(at, kind): &(usize, Kind)| match *kind {
            Kind::Latency(time) | Kind::Inverse(time) if *at == slot => Some(time),
            Kind::Over(at, time) if at == slot => Some(time),
            _ => None,
        };
        let in_latency = (self.latency == Some(slot)).then_some(self.latency_unit);
        self.values
            .iter()
            .find_map(of_value)
            .or(in_latency.flatten())
    }

    /// Whether a slot counts what failed, and nothing else.
    pub(super) fn is_failures(&self, slot: usize) -> bool {
        self.failures == Some(slot)
    }

    /// Whether a slot holds N.
    pub(super) fn is_size(&self, slot: usize) -> bool {
        self.n == Some(slot)
    }

    /// Whether a slot's cell may be empty.
    pub(super) fn missing(&self, slot: usize) -> Missing {
        let is_value = self.values.iter().any(|(at, _)| *at == slot);
        let needed = self.n == Some(slot)
            || (is_value && self.values.len() == 1)
            || self.folded.is_some_and(|[runs, ..]| runs == Some(slot));
        if needed {
            Missing::No
        } else {
            Missing::Allowed
        }
    }
}

/// Turns rows of numbers into [`Row`]s and keeps count of what is odd about them.
#[derive(Debug)]
pub(super) struct Measuring {
    pub(super) slots: Slots,
    /// N of every row, where it is not in a column.
    n_given: Option<f64>,
    latency: Option<Latency>,
    /// The unit of latency was told from N = X·R.
    latency_unit_found: Option<&'static str>,
    /// For each value, whether it is for one unit of N.
    per_unit: Vec<bool>,
    /// The values of a row are runs of one series.
    repeats: bool,
    think: f64,
    by_place: bool,
    row: Row,
    throughputs: Vec<f64>,
    tally: Tally,
}

/// Counts for the notes, each with the first line where it was seen.
#[derive(Debug, Default)]
struct Tally {
    zero_sizes: u64,
    zero_throughputs: u64,
    first_zero: Option<(f64, u64)>,
    agreement: Agreement,
    /// Only where columns were taken by place.
    fractional_sizes: u64,
    fractional_throughputs: u64,
    smallest_size: Option<f64>,
    largest_throughput: f64,
    failed: Failed,
}

impl Measuring {
    pub(super) fn new(layout: &Layout, options: &ReadOptions, by_place: bool) -> Self {
        Self {
            slots: Slots::new(layout),
            n_given: match layout.n {
                SizeFrom::Given(n) => Some(n),
                _ => None,
            },
            latency: layout.latency,
            latency_unit_found: None,
            per_unit: layout.values.iter().map(|value| value.per_unit).collect(),
            repeats: layout.repeats,
            think: options.think.unwrap_or(0.0),
            by_place,
            row: Row::run(None, 0.0),
            throughputs: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Hands on the measurements of a row: one a value column. Returns whether there was
    /// any. `cells` are NaN where empty; `series` is the index of the first value's series.
    pub(super) fn take(
        &mut self,
        cells: &[f64],
        n_within: Option<f64>,
        series: usize,
        line: u64,
        sink: &mut Sink<'_>,
    ) -> Result<bool, Stop> {
        let n = n_within
            .or(self.n_given)
            .or(self.slots.n.map(|slot| cells[slot]));
        if let Some(n) = n
            && n < 0.0
        {
            return Err(Stop::Fault(self.negative(self.slots.n, "N", n)));
        }
        let raw_latency = self
            .slots
            .latency
            .map(|slot| cells[slot])
            .filter(|r| !r.is_nan());
        self.row.latency = raw_latency.map(|r| self.latency_unit(n, r, cells).in_seconds(r));
        if self.row.latency.is_some_and(|r| r < 0.0) {
            let raw = raw_latency.unwrap_or_default();
            return Err(Stop::Fault(self.negative(
                self.slots.latency,
                "latency",
                raw,
            )));
        }
        self.throughputs.clear();
        for index in 0..self.slots.values.len() {
            let throughput = self.throughput(index, n, cells).map_err(Stop::Fault)?;
            self.throughputs.push(throughput);
        }
        let n = match (n, self.row.latency) {
            (Some(n), _) => n,
            (None, Some(r)) => self.throughputs[0] * (r + self.think),
            (None, None) => {
                return Err(Stop::Fault(Fault::new(
                    self.slots.latency.map(|slot| self.slots.columns[slot]),
                    "no latency, without which N = X·R cannot be computed",
                    Advice::from("fill it in, or name the column of N with ").name(Setting::N),
                )));
            }
        };
        if n == 0.0 {
            return self.zero_size().map_err(Stop::Fault);
        }
        if !n.is_finite() {
            return Err(Stop::Fault(Fault::new(
                None,
                "N = X·R is too large for a number",
                "",
            )));
        }
        if self.slots.failures.is_some_and(|slot| cells[slot] > 0.0) {
            self.tally.failed.add(n);
        }
        self.row.n = Some(n);
        self.row.line = line;
        if self.slots.folded.is_some() {
            self.fold(cells).map_err(Stop::Fault)?;
        }
        let mut any = false;
        for index in 0..self.throughputs.len() {
            let throughput = self.throughputs[index];
            if throughput.is_nan() {
                continue;
            }
            if throughput == 0.0 {
                self.tally.zero_throughputs += 1;
                self.tally.first_zero = self.tally.first_zero.or(Some((n, line)));
            }
            any = true;
            self.row.throughput = throughput;
            self.row.series = if self.repeats { series } else { series + index };
            sink(&self.row).map_err(Stop::Sink)?;
        }
        if self.row.latency.is_some() || self.by_place {
            self.compare(n, line);
        }
        Ok(any)
    }

    /// The slots of N and throughput, where a row is nothing but those two, as they are.
    pub(super) fn plain_pair(&self) -> Option<(usize, usize)> {
        let is_plain = self.slots.latency.is_none()
            && self.slots.folded.is_none()
            && self.slots.failures.is_none()
            && !self.per_unit.contains(&true)
            && !self.by_place
            && self.n_given.is_none();
        match (self.slots.n, self.slots.values.as_slice()) {
            (Some(n), [(x, Kind::Throughput(factor))]) if is_plain => {
                (factor.to_bits() == 1.0_f64.to_bits()).then_some((n, *x))
            }
            _ => None,
        }
    }

    /// Hands on a plain pair with N and throughput above 0: [`Measuring::take`] in short.
    #[inline]
    pub(super) fn take_pair(
        &mut self,
        n: f64,
        throughput: f64,
        line: u64,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        self.row.n = Some(n);
        self.row.throughput = throughput;
        self.row.line = line;
        sink(&self.row)
    }

    /// Throughput of one value column; NaN where its cell is empty.
    fn throughput(&self, index: usize, n: Option<f64>, cells: &[f64]) -> Result<f64, Fault> {
        let (slot, kind) = self.slots.values[index];
        let value = cells[slot];
        let column = self.slots.columns[slot];
        if value.is_nan() {
            return Ok(value);
        }
        if value < 0.0 {
            return Err(self.negative(Some(slot), "throughput", value));
        }
        let throughput = match kind {
            Kind::Throughput(factor) => value * factor,
            Kind::Inverse(time) => time.per_second_of(value),
            Kind::Over(slot, time) if cells[slot] > 0.0 => value / time.in_seconds(cells[slot]),
            Kind::Over(slot, _) => {
                let column = self.slots.columns[slot];
                return Err(Self::timeless(column, cells[slot]));
            }
            Kind::Latency(time) => n.unwrap_or(f64::NAN) / (time.in_seconds(value) + self.think),
        };
        let throughput = if self.per_unit[index] {
            throughput * n.unwrap_or(1.0)
        } else {
            throughput
        };
        if throughput.is_finite() {
            return Ok(throughput);
        }
        Err(match kind {
            Kind::Throughput(_) => Fault::new(
                column,
                format!("throughput {} is too large for a number", plain(value)),
                "",
            ),
            _ => Self::timeless(column, value),
        })
    }

    /// A time from which no throughput can be told.
    fn timeless(column: usize, time: f64) -> Fault {
        let what = if time.is_nan() {
            "no time, without which a count is no throughput".to_owned()
        } else {
            format!("a time of {} gives no throughput", plain(time))
        };
        Fault::new(column, what, "leave the row out, or give a time above 0")
    }

    fn negative(&self, slot: Option<usize>, what: &str, value: f64) -> Fault {
        Fault::new(
            slot.map(|slot| self.slots.columns[slot]),
            format!("{what} = {} is below 0", plain(value)),
            if what == "N" {
                "N counts threads, users or machines: give numbers above 0"
            } else {
                "a measured value is 0 or above; correct the row or leave it out"
            },
        )
    }

    /// A row at N = 0 says nothing if nothing was done, and is impossible otherwise.
    fn zero_size(&mut self) -> Result<bool, Fault> {
        match self.throughputs.iter().find(|x| **x > 0.0) {
            None => {
                self.tally.zero_sizes += 1;
                Ok(false)
            }
            Some(throughput) => Err(Fault::new(
                self.slots.n.map(|slot| self.slots.columns[slot]),
                format!("throughput {} at N = 0 is impossible", plain(*throughput)),
                "correct N, or leave the row out; N counts from 1",
            )),
        }
    }

    /// Fills in how many runs the row stands for and how they scatter.
    fn fold(&mut self, cells: &[f64]) -> Result<(), Fault> {
        let Some(slots) = self.slots.folded else {
            return Ok(());
        };
        let [runs, stddev, log_mean, log_stddev, step] =
            slots.map(|slot| slot.map_or(f64::NAN, |at| cells[at]));
        let column = |index: usize| slots[index].map(|slot: usize| self.slots.columns[slot]);
        if !(1.0..=9e15).contains(&runs) || runs.fract() != 0.0 {
            return Err(Fault::new(
                column(0),
                format!("{} runs: must be a whole number of at least 1", plain(runs)),
                "",
            ));
        }
        if stddev.is_nan() && runs > 1.0 {
            return Err(Fault::new(
                column(1),
                "an empty standard deviation of several runs",
                "",
            ));
        }
        if stddev < 0.0 || log_stddev < 0.0 || step < 0.0 {
            return Err(Fault::new(column(1), "a standard deviation below 0", ""));
        }
        let Some((_, Kind::Throughput(factor))) = self.slots.values.first() else {
            return Ok(());
        };
        let scale = match (self.per_unit[0], self.row.n) {
            (true, Some(n)) => factor * n,
            _ => *factor,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above to be a whole number from 1 to 9e15"
        )]
        let count = runs as u64;
        self.row.runs = count;
        let spread = |stddev: f64| {
            if count > 1 {
                stddev * stddev * (runs - 1.0)
            } else {
                0.0
            }
        };
        self.row.m2 = spread(stddev * scale);
        self.row.successive = (!step.is_nan()).then(|| 2.0 * spread(step * scale));
        self.row.log_moments = (!log_mean.is_nan() && (count == 1 || !log_stddev.is_nan()))
            .then(|| (log_mean + scale.ln(), spread(log_stddev)));
        Ok(())
    }

    /// The unit of latency. Where nothing says it, N = X·R does: it cannot be off by 1000.
    fn latency_unit(&mut self, n: Option<f64>, latency: f64, cells: &[f64]) -> Time {
        let Some(known) = &mut self.latency else {
            return Time::SECONDS;
        };
        if let Some(unit) = known.unit {
            return unit;
        }
        let ([(slot, Kind::Throughput(factor))], Some(n)) = (self.slots.values.as_slice(), n)
        else {
            return Time::SECONDS;
        };
        let share = if self.per_unit[0] { n } else { 1.0 };
        let expected = n / (cells[*slot] * factor * share) - self.think;
        if !(expected > 0.0 && latency > 0.0) {
            return Time::SECONDS;
        }
        let found = ["s", "ms", "us", "ns"]
            .into_iter()
            .find(|unit| (0.5..=2.0).contains(&(Time::of(unit).in_seconds(latency) / expected)));
        let unit = found.map_or(Time::SECONDS, Time::of);
        known.unit = Some(unit);
        self.latency_unit_found = found.filter(|unit| *unit != "s");
        unit
    }

    /// Looks at what cannot be an error but should be said.
    fn compare(&mut self, n: f64, line: u64) {
        let tally = &mut self.tally;
        let throughput = self.throughputs[0];
        if let ([(_, Kind::Throughput(_))], Some(_), Some(r)) = (
            self.slots.values.as_slice(),
            self.slots.n.or(self.n_given.map(|_| 0)),
            self.row.latency,
        ) {
            let agrees = little::agrees(n, throughput, r, self.think);
            tally.agreement.add(agrees, line);
        }
        if self.by_place {
            tally.fractional_sizes += u64::from(n.fract() != 0.0);
            tally.fractional_throughputs += u64::from(throughput.fract() != 0.0);
            tally.smallest_size = Some(tally.smallest_size.map_or(n, |least| least.min(n)));
            tally.largest_throughput = tally.largest_throughput.max(throughput);
        }
    }

    /// What there is to say about the rows.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        let tally = &self.tally;
        let rows = |count: u64| match count {
            1 => "1 row".to_owned(),
            count => format!("{count} rows"),
        };
        if tally.zero_sizes > 0 {
            notes.push(Note::new(
                NoteCode::ZeroDropped,
                format!(
                    "{} with N = 0 left out: they carry no information",
                    rows(tally.zero_sizes)
                ),
            ));
        }
        if let Some((n, line)) = tally.first_zero {
            notes.push(Note::new(
                NoteCode::ZeroThroughput,
                Advice::from(format!(
                    "{} with throughput 0 (first: N = {}, line {line}): possibly an outage or a failed run; ",
                    rows(tally.zero_throughputs), plain(n)
                ))
                .set(Setting::Exclude, plain(n))
                .words(" leaves that N out"),
            ));
        }
        if let Some(unit) = self.latency_unit_found {
            notes.push(Note::new(
                NoteCode::UnitAssumed,
                format!("latency is read in {unit}, with which N = X·R holds; its name does not say the unit"),
            ));
        }
        notes.extend(tally.failed.note());
        notes.extend(tally.agreement.doubt());
        let looks_swapped = tally.fractional_sizes > 0 && tally.fractional_throughputs == 0
            || tally
                .smallest_size
                .is_some_and(|n| n > tally.largest_throughput);
        if self.by_place && looks_swapped {
            notes.push(Note::warning(
                NoteCode::HeaderGuessed,
                Advice::from("column 1 was taken as N but looks like throughput: if so, add ")
                    .and(by_number("2", "1")),
            ));
        }
        notes
    }
}
