//! What a run's output, or its wall time, says about throughput.

use super::command::Command;
use crate::cli::failure::Failure;
use crate::cli::run::Finished;
use crate::data::columns::{Role, understand};
use crate::data::{self, ReadOptions, Row};
use crate::note::{Note, NoteCode};
use crate::units;
use clap::{Args, ValueEnum};
use regex_lite::Regex;

/// Why an output says nothing.
const UNKNOWN: &str =
    "no known tool's output, no table with a column of throughput, and more than one number";

/// Flags that say how a run is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reading a run")]
pub(super) struct ReadingArgs {
    /// Format of the command's output instead of detecting it
    #[arg(long, value_name = "FORMAT")]
    pub(super) from: Option<String>,
    /// Only the benchmark whose name matches, where the output holds several
    #[arg(long, value_name = "GLOB")]
    pub(super) select: Option<String>,
    /// A run does this much work whatever N: throughput is work over wall time
    #[arg(long, value_name = "W", value_parser = crate::cli::value::quantity, conflicts_with_all = ["from", "select"])]
    pub(super) work: Option<f64>,
    /// A run does this much work for each unit of N: throughput is W × N over wall time
    #[arg(long, value_name = "W", value_parser = crate::cli::value::quantity, conflicts_with_all = ["work", "from", "select"])]
    pub(super) work_per_unit: Option<f64>,
    /// The number that this expression (its first group) finds in the output
    #[arg(long, value_name = "REGEX", value_parser = expression, conflicts_with_all = ["from", "select"])]
    pub(super) metric: Option<Regex>,
    /// What that number, or an output that is one number, means
    #[arg(long, value_enum, value_name = "MEANING", default_value = "throughput")]
    pub(super) metric_is: Metric,
}

/// What a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Metric {
    /// Operations per second
    #[default]
    Throughput,
    /// Seconds for a fixed amount of work (that of --work, or 1)
    Time,
    /// Mean seconds that one operation takes: throughput is N over it
    Latency,
}

fn expression(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| error.to_string())
}

/// What one run says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    /// Operations per second.
    pub(super) throughput: f64,
    /// Mean latency, seconds.
    pub(super) latency: Option<f64>,
    /// Doubts of the reader.
    pub(super) notes: Vec<Note>,
}

/// How runs of this command are read: decided by the first.
#[derive(Debug, Clone)]
pub(super) enum How {
    /// As the output of a tool, or a table.
    Tool {
        format: String,
        n_unit: Option<String>,
        latency: bool,
    },
    /// The whole output is one number.
    Number(Metric, f64),
    /// One number in the output.
    Metric(Regex, Metric, f64),
    /// Work over wall time.
    Wall { work: f64, per_unit: bool },
}

impl How {
    /// In words.
    pub(super) fn words(&self) -> String {
        let meaning = |metric: &Metric| match metric {
            Metric::Throughput => "throughput",
            Metric::Time => "work over that time",
            Metric::Latency => "N over that latency",
        };
        match self {
            Self::Tool {
                format, latency, ..
            } => {
                let what = if *latency {
                    "throughput and latency"
                } else {
                    "throughput"
                };
                format!("{what} from its output ({format})")
            }
            Self::Number(metric, _) => format!("{} from its output, one number", meaning(metric)),
            Self::Metric(regex, metric, _) => {
                format!("{} from what /{regex}/ finds", meaning(metric))
            }
            Self::Wall { work, per_unit } => format!(
                "{}{} of work over wall time",
                units::plain(*work),
                if *per_unit { " × N" } else { "" }
            ),
        }
    }

    /// Latency of one run by itself, where it can be told.
    pub(super) fn n_unit(&self) -> Option<&str> {
        match self {
            Self::Tool { n_unit, .. } => n_unit.as_deref(),
            _ => None,
        }
    }
}

impl ReadingArgs {
    /// The way that the first run of a command shows, and what that run says.
    ///
    /// # Errors
    /// An input failure that shows the output and says what can be done.
    pub(super) fn decide(
        &self,
        command: &Command,
        n: f64,
        run: &Finished,
    ) -> Result<(How, Said), Failure> {
        if let Some(how) = self.asked() {
            let said = self
                .read(&how, n, run)
                .map_err(|why| unreadable(command, n, run, &why))?;
            return Ok((how, said));
        }
        let mut reasons = Vec::new();
        for output in [&run.out, &run.err] {
            if let Some(value) = self.one_number(output) {
                let how = How::Number(self.metric_is, 1.0);
                let said = said(value, self.metric_is, 1.0, n)
                    .map_err(|why| unreadable(command, n, run, &why))?;
                return Ok((how, said));
            }
            if output.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match self.as_tool(self.from.as_deref(), n, output) {
                Ok((how, said)) => return Ok((how, said)),
                Err(why) => reasons.push(why),
            }
        }
        let why = reasons.into_iter().next().unwrap_or_default();
        Err(unreadable(command, n, run, &why))
    }

    /// The way that the flags name.
    fn asked(&self) -> Option<How> {
        let work = self.work.unwrap_or(1.0);
        match (&self.metric, self.work, self.work_per_unit) {
            (Some(regex), _, _) => Some(How::Metric(regex.clone(), self.metric_is, work)),
            (None, Some(work), _) => Some(How::Wall {
                work,
                per_unit: false,
            }),
            (None, None, Some(work)) => Some(How::Wall {
                work,
                per_unit: true,
            }),
            (None, None, None) => None,
        }
    }

    /// An output that is one number; where it stands for throughput, also one with its unit or
    /// behind its name: `6153 ops/s`, `throughput: 6153`.
    fn one_number(&self, output: &[u8]) -> Option<f64> {
        number(output).or_else(|| {
            (self.metric_is == Metric::Throughput)
                .then(|| named_rate(output))
                .flatten()
        })
    }

    /// What a run says, read like those before it. The reason in words where it says nothing.
    pub(super) fn read(&self, how: &How, n: f64, run: &Finished) -> Result<Said, String> {
        match how {
            How::Wall { work, per_unit } => {
                let work = if *per_unit { work * n } else { *work };
                positive(work / run.wall).map(Said::throughput)
            }
            How::Metric(regex, metric, work) => {
                let text = [&run.out, &run.err].map(|output| String::from_utf8_lossy(output));
                let found = text
                    .iter()
                    .find_map(|text| regex.captures(text))
                    .and_then(|captures| captures.get(1).or_else(|| captures.get(0)))
                    .ok_or_else(|| format!("/{regex}/ finds nothing"))?;
                let value = number(found.as_str().as_bytes())
                    .ok_or_else(|| format!("/{regex}/ finds \"{}\", no number", found.as_str()))?;
                said(value, *metric, *work, n)
            }
            How::Number(metric, work) => [&run.out, &run.err]
                .iter()
                .find_map(|output| self.one_number(output))
                .ok_or_else(|| "it is not one number".to_owned())
                .and_then(|value| said(value, *metric, *work, n)),
            How::Tool { format, .. } => {
                let of = |output| self.as_tool(Some(format), n, output).map(|(_, said)| said);
                of(&run.out).or_else(|why| of(&run.err).map_err(|_| why))
            }
        }
    }

    /// The output of a tool, or a table with a header.
    fn as_tool(&self, from: Option<&str>, n: f64, output: &[u8]) -> Result<(How, Said), String> {
        let mut rows: Vec<Row> = Vec::new();
        let mut options = ReadOptions {
            from: from.map(str::to_owned),
            select: self.select.clone(),
            n_given: Some(n),
            ..ReadOptions::default()
        };
        let reading = data::read(&mut &*output, &options, &mut |row| {
            rows.push(*row);
            Ok(())
        })
        .map_err(|error| match from {
            // What no tool is known by was read as a table, and its faults as one lead astray.
            None if fails_as_table(output, &options, &error) => UNKNOWN.to_owned(),
            _ => error.to_string(),
        })?;
        if rows.is_empty() {
            return Err(format!(
                "read as {}, it holds no measurement",
                reading.format
            ));
        }
        let guessed = reading
            .notes
            .iter()
            .any(|note| note.code == NoteCode::HeaderGuessed);
        if guessed && from.is_none() {
            return Err(UNKNOWN.to_owned());
        }
        if reading.series.len() > 1 {
            return Err(format!(
                "it holds {} results: choose one with --select ({})",
                reading.series.len(),
                reading.series.join(", ")
            ));
        }
        options.n_given = None;
        if let Some(sizes) = several_sizes(output, &options) {
            return Err(format!(
                "it holds {sizes} sizes: a sweep of its own, which scalecalc usl reads"
            ));
        }
        let runs: f64 = rows.iter().map(|row| row.runs as f64).sum();
        let mean = |of: &dyn Fn(&Row) -> Option<f64>| {
            let sum: Option<f64> = rows
                .iter()
                .map(|row| Some(of(row)? * row.runs as f64))
                .sum();
            sum.map(|sum| sum / runs)
        };
        let throughput = positive(mean(&|row| Some(row.throughput)).unwrap_or(0.0))?;
        let latency = mean(&|row| row.latency);
        let how = How::Tool {
            format: reading.format.to_owned(),
            n_unit: reading.n_unit,
            latency: latency.is_some(),
        };
        let said = Said {
            throughput,
            latency,
            notes: reading.notes,
        };
        Ok((how, said))
    }
}

/// Whether an output fails the same way when it is read as a table.
fn fails_as_table(output: &[u8], options: &ReadOptions, error: &crate::Error) -> bool {
    let options = ReadOptions {
        from: Some("table".to_owned()),
        ..options.clone()
    };
    data::read(&mut &*output, &options, &mut |_| Ok(())).is_err_and(|other| other == *error)
}

/// How many different N an output holds by itself, if more than one.
fn several_sizes(output: &[u8], options: &ReadOptions) -> Option<usize> {
    let mut sizes = std::collections::BTreeSet::new();
    data::read(&mut &*output, options, &mut |row| {
        sizes.insert(row.n.unwrap_or(0.0).to_bits());
        Ok(())
    })
    .ok()
    .map(|_| sizes.len())
    .filter(|count| *count > 1)
}

impl Said {
    fn throughput(throughput: f64) -> Self {
        Self {
            throughput,
            latency: None,
            notes: Vec::new(),
        }
    }
}

/// A number by its meaning.
fn said(value: f64, metric: Metric, work: f64, n: f64) -> Result<Said, String> {
    match metric {
        Metric::Throughput => positive(value).map(Said::throughput),
        Metric::Time => positive(work / positive(value)?).map(Said::throughput),
        Metric::Latency => {
            let latency = positive(value)?;
            Ok(Said {
                latency: Some(latency),
                ..Said::throughput(positive(n / latency)?)
            })
        }
    }
}

fn positive(value: f64) -> Result<f64, String> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(format!(
            "{} is no rate or time above 0",
            units::plain(value)
        ))
    }
}

/// An output that is one number: `12345.6`, `12,345`.
fn number(output: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(output).ok()?.trim();
    let grouped = |text: &str| {
        let mut groups = text.split('.').next().unwrap_or(text).split(',');
        groups
            .next()
            .is_some_and(|first| (1..=3).contains(&first.len()))
            && groups.all(|group| group.len() == 3)
    };
    units::number(text).ok().or_else(|| {
        (text.contains(',') && grouped(text))
            .then(|| units::number(&text.replace(',', "")).ok())
            .flatten()
    })
}

/// One line with a rate in it: `6153 ops/s`, `6.2k/s`, `ops/s: 6153`, `throughput = 6153`.
fn named_rate(output: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(output).ok()?.trim();
    if text.contains('\n') {
        return None;
    }
    if let Some((name, value)) = text.split_once([':', '='])
        && let Role::Throughput { per_second } = understand(name).role
    {
        return number(value.as_bytes())
            .map(|value| value * per_second)
            .or_else(|| units::rate(value).ok());
    }
    units::rate(text).ok()
}

/// The last lines of an output, for a message.
pub(super) fn tail(run: &Finished) -> String {
    const LINES: usize = 8;
    let mut lines = Vec::new();
    for output in [&run.out, &run.err] {
        let text = String::from_utf8_lossy(output);
        let all: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        lines.extend(
            all[all.len().saturating_sub(LINES)..]
                .iter()
                .map(|line| shown(line)),
        );
    }
    if lines.is_empty() {
        "  (no output)".to_owned()
    } else {
        lines.join("\n")
    }
}

/// A line of someone else's: no control characters, not endless.
fn shown(line: &str) -> String {
    let line: String = line
        .chars()
        .take(160)
        .map(|c| {
            if c.is_control() && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    format!("  | {line}")
}

fn unreadable(command: &Command, n: f64, run: &Finished, why: &str) -> Failure {
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(": {why}")
    };
    Failure::input(
        format!(
            "{}: cannot read a throughput from its output{why}\n{}",
            command.text_at(n),
            tail(run)
        ),
        "--work 1000, where a run does a fixed amount of work (throughput = work / wall time)\n\
         --metric 'rate: ([0-9.]+)', where a number stands in the output\n\
         --from FORMAT, where a known tool wrote it; or print one number and nothing else",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::run::End;

    #[test]
    fn a_rate_with_its_name_or_unit_is_one_number() {
        let one = |text: &str| ReadingArgs::default().one_number(text.as_bytes());
        for (text, rate) in [
            ("6153\n", Some(6153.0)),
            ("ops/s: 6153\n", Some(6153.0)),
            ("throughput = 6153", Some(6153.0)),
            ("ops/s: 6.2k", Some(6200.0)),
            ("kops/s: 6.5", Some(6500.0)),
            ("6153 ops/s", Some(6153.0)),
            ("6153 req/s", Some(6153.0)),
            ("elapsed: 6153", None),
            ("6153 of 9000", None),
            ("ops/s: 6153\nops/s: 6154", None),
        ] {
            assert_eq!(one(text), rate, "{text}");
        }
    }

    fn finished(out: &str) -> Finished {
        Finished {
            end: End::Code(0),
            wall: 2.0,
            out: out.as_bytes().to_vec(),
            err: Vec::new(),
        }
    }

    fn decide(args: &ReadingArgs, out: &str) -> Result<(How, Said), String> {
        args.decide(&Command::line("x {n}"), 4.0, &finished(out))
            .map_err(|failure| failure.message())
    }

    #[test]
    fn the_ways_to_read_a_run() {
        let plain = ReadingArgs::default();
        let x = |args: &ReadingArgs, out: &str| decide(args, out).unwrap().1.throughput;
        let close = |got: f64, expected: f64| {
            assert!((got - expected).abs() < 1e-9 * expected, "{got} {expected}");
        };
        close(x(&plain, "1234.5\n"), 1234.5);
        close(x(&plain, "12,345\n"), 12_345.0);
        close(x(&plain, "n,throughput\n4,77\n"), 77.0);
        let work = |work, unit| ReadingArgs {
            work,
            work_per_unit: unit,
            ..ReadingArgs::default()
        };
        close(x(&work(Some(1000.0), None), "whatever"), 500.0);
        close(x(&work(None, Some(1000.0)), ""), 2000.0);
        let metric = |is| ReadingArgs {
            metric: Some(Regex::new("got ([0-9.]+)").unwrap()),
            metric_is: is,
            ..ReadingArgs::default()
        };
        close(x(&metric(Metric::Throughput), "a\ngot 50 of 60"), 50.0);
        close(x(&metric(Metric::Time), "got 0.5"), 2.0);
        close(x(&metric(Metric::Latency), "got 0.5"), 8.0);
    }

    #[test]
    fn what_says_nothing_is_an_error_that_shows_it() {
        let plain = ReadingArgs::default();
        for (out, reason) in [
            ("hello world\n 12 done\n", "no known tool's output"),
            ("", "(no output)"),
            ("0\n", "no rate"),
            ("n,throughput\n1,10\n2,19\n4,35\n", "a sweep of its own"),
        ] {
            let message = decide(&plain, out).unwrap_err();
            assert!(message.contains(reason), "{out}: {message}");
            assert!(message.starts_with("x 4: "), "{message}");
        }
        let metric = ReadingArgs {
            metric: Some(Regex::new("rate ([a-z]+)").unwrap()),
            ..ReadingArgs::default()
        };
        assert!(
            decide(&metric, "rate abc")
                .unwrap_err()
                .contains("no number")
        );
        assert!(
            decide(&metric, "speed 3")
                .unwrap_err()
                .contains("finds nothing")
        );
    }
}
