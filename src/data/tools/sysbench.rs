//! The report of `sysbench`: cpu, memory, threads, mutex, fileio and the SQL tests.
//!
//! N is the number of threads. X is the rate that the test reports (transactions, events,
//! operations), and events over total time where it reports none. Interval lines are not
//! read. Format: `sb_report_cumulative` and the `tests/*/sb_*.c` of versions 0.4 to 1.1.

use super::emitter::Emitter;
use super::text::{Lines, after, cut_off, leading_number, number_after};
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "Number of threads:",
    "General statistics:|Test execution summary:|Throughput:|] thds:",
];

/// How much there is of the final report.
#[derive(Default, Clone, Copy, PartialEq)]
enum Report {
    #[default]
    None,
    Begun,
    Whole,
}

#[derive(Default)]
struct Run {
    threads: f64,
    test: &'static str,
    rate: Option<f64>,
    events: Option<f64>,
    seconds: Option<f64>,
    latency: Option<f64>,
    errors: f64,
    requested: f64,
    /// The final report has begun, or come to its end.
    report: Report,
    line: u64,
}

impl Run {
    fn line(&mut self, line: &str) {
        match line.trim() {
            "General statistics:" | "Test execution summary:" | "Throughput:"
                if self.report == Report::None =>
            {
                self.report = Report::Begun;
            }
            "Threads fairness:" => self.report = Report::Whole,
            _ => {}
        }
        let in_brackets = |text: &str| leading_number(text.split_once('(')?.1).map(|(x, _)| x);
        if let Some(rest) = after(line, "transactions:") {
            self.rated("sql", in_brackets(rest));
        } else if let Some(rate) = number_after(line, "events per second:") {
            self.rated("cpu", Some(rate));
        } else if let Some(rest) =
            after(line, "Total operations:").or_else(|| after(line, "Operations performed:"))
        {
            self.rated("memory", in_brackets(rest));
        } else if let Some(rate) =
            number_after(line, "reads/s:").or_else(|| number_after(line, "writes/s:"))
        {
            self.rated("fileio", Some(self.rate.unwrap_or(0.0) + rate));
        } else if let Some(rate) = number_after(line, "events/s (eps):") {
            // Since 1.1 every test prints it; the rate of the test itself comes first.
            self.rate = self.rate.or(Some(rate));
        } else if let Some(count) = number_after(line, "total number of events:") {
            self.events = Some(count);
        } else if let Some(seconds) =
            number_after(line, "total time:").or_else(|| number_after(line, "time elapsed:"))
        {
            self.seconds = Some(seconds);
        } else if let Some(mean) = number_after(line, "avg:") {
            self.latency = Some(mean / 1e3);
        } else if let Some(count) = number_after(line, "ignored errors:") {
            self.errors = count;
        } else if let Some(rate) = number_after(line, "Target transaction rate:") {
            self.requested = rate;
        }
    }

    fn rated(&mut self, test: &'static str, rate: Option<f64>) {
        self.test = test;
        self.rate = rate;
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let rate = match (self.rate, self.events, self.seconds) {
            (Some(rate), ..) => rate,
            (None, Some(events), Some(seconds)) if seconds > 0.0 => events / seconds,
            _ => {
                return Err(Error::data(
                    "the run of sysbench has neither a rate nor events and total time",
                    "let the run come to its end",
                )
                .at(self.line, None));
            }
        };
        if self.report == Report::Begun {
            return Err(cut_off("sysbench", "Threads fairness:").at(self.line, None));
        }
        if let Some(events) = self.events {
            rows.failed_share(events + self.errors, self.errors);
        }
        rows.requested_rate(self.requested, rate);
        rows.emit(
            self.test,
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(Some(self.threads), rate)
            },
        )
    }
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    rows.unit("threads");
    rows.columns(
        Some("Number of threads"),
        "the rate of the test, or events / total time",
        Some("avg"),
    );
    let mut run: Option<Run> = None;
    while let Some((at, line)) = lines.next()? {
        if let Some(threads) = number_after(line, "Number of threads:") {
            let next = Run {
                threads,
                line: at,
                ..Run::default()
            };
            if let Some(done) = run.replace(next) {
                done.emit(rows)?;
            }
        } else if let Some(run) = &mut run {
            run.line(line);
        }
    }
    run.map_or(Ok(()), |run| run.emit(rows))
}
