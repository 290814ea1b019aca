//! Where importers put their rows: series, selection, N from outside, doubts.

use crate::advice::{Advice, Setting};
use crate::data::{ReadOptions, Reading, Row, Sink};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::little::{self, Agreement};
use crate::units;
use regex_lite::Regex;
use std::borrow::Cow;
use std::collections::HashMap;

/// Failed operations are left out of the throughput; above this share that is noted.
const ERROR_SHARE: f64 = 0.01;
/// More benchmarks in one input, where nobody selected them, are a mistake or an attack.
const MOST_SERIES: usize = 10_000;
/// Runs at one N whose throughputs are this many times apart are hardly repeats.
const MOST_APART: f64 = 1.5;

/// What an importer hands its rows to.
pub(crate) struct Emitter<'a, 's> {
    options: &'a ReadOptions,
    sink: &'a mut Sink<'s>,
    reading: Reading,
    series: HashMap<String, Option<usize>>,
    n_in_name: Option<Regex>,
    agreement: Agreement,
    without_n: WithoutN,
}

/// Runs that do not say their N.
#[derive(Default)]
struct WithoutN {
    /// Those that nothing else gives an N.
    missing: u64,
    /// Line of the first of them.
    line: u64,
    /// Throughputs of those that took N from the file name, smallest and largest, by series.
    named: HashMap<usize, (f64, f64, u64)>,
}

impl<'a, 's> Emitter<'a, 's> {
    /// An empty reading of this format.
    pub(crate) fn new(
        format: &'static str,
        options: &'a ReadOptions,
        sink: &'a mut Sink<'s>,
    ) -> Self {
        Self {
            options,
            sink,
            reading: Reading {
                format,
                ..Reading::default()
            },
            series: HashMap::new(),
            // The command line has checked the expression.
            n_in_name: options
                .n_from
                .as_deref()
                .and_then(|regex| Regex::new(regex).ok()),
            agreement: Agreement::default(),
            without_n: WithoutN::default(),
        }
    }

    /// What the user said about the input.
    pub(crate) fn options(&self) -> &'a ReadOptions {
        self.options
    }

    /// Names what N, throughput and latency were read from.
    pub(crate) fn columns(&mut self, n: Option<&str>, throughput: &str, latency: Option<&str>) {
        self.reading.n_column = n.map(str::to_owned);
        self.reading.throughput_column = Some(throughput.to_owned());
        self.reading.latency_column = latency.map(str::to_owned);
    }

    /// Says what N counts, such as `threads`.
    pub(crate) fn unit(&mut self, unit: &str) {
        self.reading.n_unit = Some(unit.to_owned());
    }

    /// The index of a series; `None` where `--select` leaves it out.
    ///
    /// # Errors
    /// [`Error::Data`] for more than 10,000 series that nobody selected.
    pub(crate) fn series(&mut self, name: &str) -> Result<Option<usize>, Error> {
        if let Some(found) = self.series.get(name) {
            return Ok(*found);
        }
        if self.series.len() >= MOST_SERIES && self.options.select.is_none() {
            return Err(Error::data(
                "more than 10,000 benchmarks in one input",
                Advice::from("keep some with ")
                    .set(Setting::Select, "GLOB")
                    .words(", or all with ")
                    .set(Setting::Select, "*"),
            ));
        }
        let wanted = self.options.select.as_deref().is_none_or(|pattern| {
            let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
            let last = name.rsplit_once('.').map_or(&*name, |(_, last)| last);
            let part = !pattern.contains(['*', '?']) && name.contains(&pattern);
            part || glob(&pattern, &name) || glob(&pattern, last)
        });
        let index = wanted.then(|| {
            self.reading.series.push(name.to_owned());
            self.reading.series.len() - 1
        });
        self.series.insert(name.to_owned(), index);
        Ok(index)
    }

    /// Counts a data row that is left out.
    pub(crate) fn skip(&mut self) {
        self.reading.rows_read += 1;
    }

    /// Hands on one row of this series: N from outside where the input holds none, or where
    /// the user says another.
    ///
    /// # Errors
    /// [`Error::Data`] where N or the throughput cannot be one.
    pub(crate) fn emit(&mut self, series: &str, mut row: Row) -> Result<(), Error> {
        let (series, n_in_name) = self.without_n(series);
        row.n = n_in_name.or(row.n);
        self.reading.rows_read += 1;
        let Some(index) = self.series(&series)? else {
            return Ok(());
        };
        row.series = index;
        row.n = self.options.n_given.or(row.n);
        if row.n.is_none() && self.options.n_from_name.is_some() {
            row.n = self.options.n_from_name;
            let x = row.throughput;
            let (low, high, runs) = (self.without_n.named.entry(index)).or_insert((x, x, 0));
            (*low, *high, *runs) = (low.min(x), high.max(x), *runs + 1);
            self.note(Note::new(
                NoteCode::UnitAssumed,
                Advice::from("N is taken from the file name; say it with 8=FILE or ")
                    .name(Setting::NFrom)
                    .words(" to be sure"),
            ));
        }
        let Some(n) = row.n else {
            if self.without_n.missing == 0 {
                self.without_n.line = row.line;
            }
            self.without_n.missing += 1;
            return Ok(());
        };
        if n == 0.0 && row.throughput == 0.0 {
            self.note(Note::new(
                NoteCode::ZeroDropped,
                "rows with N = 0 were dropped; they carry no information",
            ));
            return Ok(());
        }
        if !(n > 0.0 && n.is_finite()) {
            return Err(Error::data(
                format!("N = {n} cannot be a size: must be above 0"),
                "",
            ));
        }
        if !(row.throughput >= 0.0 && row.throughput.is_finite()) {
            return Err(Error::data(
                format!("throughput {} is not a rate", row.throughput),
                "",
            ));
        }
        row.latency = row.latency.filter(|r| *r > 0.0 && r.is_finite());
        if let Some(latency) = row.latency {
            let think = self.options.think.unwrap_or(0.0);
            let agrees = little::agrees(n, row.throughput, latency, think);
            self.agreement.add(agrees, row.line);
        }
        self.reading.rows_used += 1;
        (self.sink)(&row)
    }

    /// Says that the input is what it is meant to be, and holds no measurements.
    pub(crate) fn nothing(&mut self, what: &str) {
        self.reading.no_measurements = true;
        self.remark(format!("{what}, without measurements"));
    }

    /// Says how the input was read, for people who ask.
    pub(crate) fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.reading.remarks.contains(&text) {
            self.reading.remarks.push(text);
        }
    }

    /// Adds a doubt, unless it is there already.
    pub(crate) fn note(&mut self, note: Note) {
        if !self
            .reading
            .notes
            .iter()
            .any(|had| had.code == note.code && had.text == note.text)
        {
            self.reading.notes.push(note);
        }
    }

    /// Notes a report without its last part, where what was read of it is whole.
    pub(crate) fn no_end(&mut self, tool: &str, missing: &str) {
        self.note(Note::new(
            NoteCode::CutOff,
            format!(
                "the report of {tool} may be cut off: it has no \"{missing}\"; copy all of its output"
            ),
        ));
    }

    /// The share of failures, noted above 1 %. The caller leaves them out of the throughput.
    pub(crate) fn failed_share(&mut self, all: f64, failed: f64) -> f64 {
        if !(failed > 0.0 && all > 0.0) {
            return 0.0;
        }
        let share = (failed / all).min(1.0);
        if share > ERROR_SHARE {
            self.note(Note::new(
                NoteCode::ErrorsCounted,
                format!(
                    "{:.1} % of the operations failed; they are left out of the throughput, \
                     look at the errors before trusting the curve",
                    share * 100.0
                ),
            ));
        }
        share
    }

    /// Notes a run whose load generator was told a rate and reached it.
    pub(crate) fn requested_rate(&mut self, requested: f64, reached: f64) {
        if requested > 0.0 && reached >= 0.97 * requested {
            self.note(Note::new(
                NoteCode::RateCapped,
                "throughput equals the requested rate: that is the load, not what the system \
                 can do; measure without a rate limit",
            ));
        }
    }

    /// The reading, once every row is handed on.
    ///
    /// # Errors
    /// [`Error::Data`] where a run did not say its N, or no row was used; it lists what there
    /// was to select from.
    pub(crate) fn finish(mut self) -> Result<Reading, Error> {
        self.sizes_known()?;
        if self.reading.rows_used == 0 && !self.reading.no_measurements {
            let mut names: Vec<_> = self.series.into_keys().filter(|n| !n.is_empty()).collect();
            names.sort_unstable();
            return Err(match &self.options.select {
                Some(pattern) if !names.is_empty() => Error::data(
                    format!("no benchmark is called like \"{pattern}\""),
                    format!("there are: {}", shortened(&names)),
                ),
                _ => Error::data(
                    format!("{}: 0 data rows", self.reading.format),
                    "check that the run came to its end",
                ),
            });
        }
        if let Some(doubt) = self.agreement.doubt() {
            self.note(doubt);
        }
        Ok(self.reading)
    }

    /// The name of a benchmark without the N that `--n-from` finds in it, and that N.
    fn without_n<'n>(&self, name: &'n str) -> (Cow<'n, str>, Option<f64>) {
        let found = self
            .n_in_name
            .as_ref()
            .and_then(|regex| regex.captures(name)?.get(1))
            .and_then(|group| Some((group, super::text::number(group.as_str())?)));
        match found {
            Some((group, n)) => {
                let rest = format!("{}{}", &name[..group.start()], &name[group.end()..]);
                (Cow::Owned(rest), Some(n))
            }
            None => (Cow::Borrowed(name), None),
        }
    }

    /// # Errors
    /// [`Error::Data`] where runs do not say how large the system was, or several that cannot
    /// be repeats have only the name of their file for it.
    fn sizes_known(&self) -> Result<(), Error> {
        let WithoutN {
            missing,
            line,
            named,
        } = &self.without_n;
        let format = self.reading.format;
        if *missing > 0 {
            let error = if *missing == 1 {
                Error::data(format!("{format} output does not say N"), name_the_file())
            } else {
                Error::data(
                    format!("{format} output does not say N, and these are {missing} runs"),
                    self.split_up(),
                )
            };
            return Err(if *line > 0 {
                error.at(*line, None)
            } else {
                error
            });
        }
        for (low, high, runs) in named.values() {
            if *runs > 1 && *high > MOST_APART * low {
                return Err(Error::data(
                    format!(
                        "{format} output does not say N, and these {runs} runs are no repeats at \
                         one: from {} to {} a second",
                        units::plain(*low),
                        units::plain(*high)
                    ),
                    self.split_up(),
                ));
            }
        }
        Ok(())
    }

    /// What to do with several runs in one input.
    fn split_up(&self) -> Advice {
        let advice = Advice::from(
            "write each run into a file of its own, and name the files 1=FILE 2=FILE 4=FILE\n",
        )
        .set(Setting::NFrom, "c(\\d+)");
        if self.reading.series.len() > 1 {
            advice.words(" takes N from the names of the benchmarks, or of the files")
        } else {
            advice.words(" takes N from the file names")
        }
    }
}

/// What to do with one run.
fn name_the_file() -> Advice {
    Advice::from("write N in front of the file, such as 8=c8.json\n")
        .set(Setting::NFrom, "c(\\d+)")
        .words(" takes it from the file names")
}

/// The first names of a list, and how many more there are.
pub(crate) fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}

/// Whether a name matches a pattern in which `*` is any text and `?` any character.
pub(crate) fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where to go on if the last star has to take one more character.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    p = star + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, name) in [
            ("*", ""),
            ("a*c", "abbc"),
            ("*:put", "g:put"),
            ("B?x*", "Bax"),
            ("a*b*c", "axbxbc"),
        ] {
            assert!(glob(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("a*c", "abcd"), ("?", ""), ("", "a")] {
            assert!(!glob(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn n_comes_from_the_user_then_the_input_then_the_file_name() {
        let mut options = ReadOptions::default();
        let n_of = |options: &ReadOptions, held: Option<f64>| {
            let mut got = None;
            let mut sink = |row: &Row| {
                got = row.n;
                Ok(())
            };
            let mut rows = Emitter::new("test", options, &mut sink);
            rows.emit("", Row::run(held, 1.0))?;
            rows.finish().map(|_| got)
        };
        assert_eq!(n_of(&options, Some(2.0)).unwrap(), Some(2.0));
        let error = n_of(&options, None).unwrap_err();
        assert!(
            error.hint().to_string().contains("8=c8.json")
                && error
                    .hint()
                    .settings()
                    .any(|(setting, _)| setting == Setting::NFrom)
        );
        options.n_from_name = Some(4.0);
        assert_eq!(n_of(&options, Some(2.0)).unwrap(), Some(2.0));
        assert_eq!(n_of(&options, None).unwrap(), Some(4.0));
        options.n_given = Some(8.0);
        assert_eq!(n_of(&options, Some(2.0)).unwrap(), Some(8.0));
    }
}
