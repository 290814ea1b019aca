//! The command line: arguments, the one call each command makes, and its report.
//!
//! Files, streams and exit codes live here and nowhere else in the library. [`run`] is the
//! whole program; `main` only hands it the process's arguments and streams.

mod amdahl;
mod bug;
mod check;
mod compare;
mod complete;
mod config;
mod failure;
mod fit_flags;
mod health;
mod help;
mod import;
mod input;
mod little;
mod measure;
mod next_command;
mod output;
mod paths;
mod plan;
mod policy;
mod queue;
mod report;
mod risk;
mod run;
mod screens;
mod simulate;
mod slo;
mod spelling;
mod stderr;
mod target;
mod usl;
mod value;
mod welcome;

use crate::render::Format;
use crate::report::Report;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use failure::Failure;
use std::cell::RefCell;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

/// What the process knows about where it runs.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Default)]
pub struct Terminal {
    /// Standard input is a terminal.
    pub stdin: bool,
    /// Standard output is a terminal.
    pub stdout: bool,
    /// Standard error is a terminal.
    pub stderr: bool,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set.
    pub force_color: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// Columns of the terminal that standard output is, where it is one.
    pub columns: Option<usize>,
    /// The file of `GITHUB_STEP_SUMMARY`.
    pub step_summary: Option<PathBuf>,
    /// How inputs were read, a line each, for people who ask with `--verbose`.
    pub journal: RefCell<Vec<String>>,
}

impl Terminal {
    /// Columns that a line for people may take: those of the terminal, 100 where there is none.
    pub fn width(&self) -> usize {
        let of_terminal = self.columns.filter(|_| self.stdout);
        of_terminal.map_or(100, |columns| columns.clamp(20, 200))
    }

    /// Columns that a note may take: those of the terminal; elsewhere each is one line.
    fn width_of_notes(&self) -> usize {
        let of_terminal = self.columns.filter(|_| self.stderr);
        of_terminal.map_or(usize::MAX, |columns| columns.clamp(20, 200))
    }
}

/// Scaling from measurements: where a system peaks, and what more units will bring.
#[derive(Debug, Parser)]
#[command(
    name = "scalecalc",
    version,
    infer_subcommands = false,
    max_term_width = 100
)]
#[command(
    after_help = "First use: scalecalc usl --csv bench.csv\nExamples and every flag of a command: scalecalc COMMAND --help"
)]
struct Cli {
    #[command(flatten)]
    output: output::OutputArgs,
    #[command(flatten)]
    config: config::ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fit the Universal Scalability Law to measurements, or evaluate one
    Usl(Box<usl::UslArgs>),
    /// Amdahl: speed-up from a serial share, or the share from speed-ups
    Amdahl(Box<amdahl::AmdahlArgs>),
    /// Little: of rate, latency and number in flight, two give the third
    Little(little::LittleArgs),
    /// Queue depth and wait against utilization; servers for a promise
    Queue(Box<queue::QueueArgs>),
    /// Coordination paths and their cost, by topology
    Paths(paths::PathsArgs),
    /// Pass, fail or inconclusive against rules and a baseline, for CI
    Check(Box<check::CheckArgs>),
    /// Two or more sweeps side by side
    Compare(Box<compare::CompareArgs>),
    /// Run a command over N and take the sweep
    Measure(Box<measure::MeasureArgs>),
    /// Turn what a benchmark tool wrote into rows
    Import(Box<import::ImportArgs>),
    /// How many units for a load, at what price: out, up, or in cells
    Plan(Box<plan::PlanArgs>),
    /// How evenly and how busily the workers work, from their metrics
    Health(health::HealthArgs),
    /// A one-page capacity report, with pictures
    Report(Box<report::ReportArgs>),
    /// What breaks first: herds, retries, starvation, hot keys, deadlock
    Risk(Box<risk::RiskArgs>),
    /// A queueing system, event by event, beside its formula
    Simulate(Box<simulate::SimulateArgs>),
    /// Say what a term or a note code means
    Explain(help::ExplainArgs),
    /// Print the JSON Schema of a kind of document
    Schema(help::SchemaArgs),
    /// Print a completion script for a shell
    Completions(help::CompletionsArgs),
    /// Write the manual pages into a directory
    Man(help::ManArgs),
}

/// What a command hands back: its report and how the program ends.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What to show.
    pub report: Report,
    /// Exit code: 0, or one that comes with a complete document (1, 5, 6).
    pub code: u8,
}

impl Outcome {
    /// A report, and all is well.
    pub(crate) fn done(report: Report) -> Self {
        Self { report, code: 0 }
    }
}

/// Runs the program with these arguments (the first is its name) and returns its exit code.
pub fn run<A, T>(args: A, terminal: &Terminal, out: &mut dyn Write, err: &mut dyn Write) -> u8
where
    A: IntoIterator<Item = T>,
    T: Into<OsString>,
{
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    let wants_json = output::wants_json(&args);
    let color = output::wants_color(&args, terminal);
    let mut err = stderr::Harmless { to: err, color };
    bug::guarded(wants_json, out, &mut err, |out, err| {
        let result = match args.as_slice() {
            [_] if terminal.stdin && terminal.stdout => welcome(out),
            _ => commanded(&args, terminal, out, err),
        };
        match result {
            Ok(code) => code,
            Err(failure) => failure.show(wants_json, color, out, err),
        }
    })
}

/// The whole command line, as clap knows it.
pub(crate) fn command() -> clap::Command {
    screens::with_screens(Cli::command())
}

/// Completes what is being typed, where a shell asks (its script sets `COMPLETE`), and says
/// whether it did. `main` calls it first.
pub fn completed() -> bool {
    complete::answered(command)
}

/// The program alone on a terminal.
fn welcome(out: &mut dyn Write) -> Result<u8, Failure> {
    out.write_all(welcome::text().as_bytes())?;
    Ok(0)
}

/// Runs what the arguments say.
fn commanded(
    args: &[OsString],
    terminal: &Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let defaults = config::find(args, &command())?;
    let cli = parse(args, &defaults)?;
    match &cli.command {
        Command::Measure(_) => cli.output.with_runs_in_csv().1.check_targets(args)?,
        _ => cli.output.check_targets(args)?,
    }
    let result = dispatch(&cli, &made_by(args), terminal, out, err);
    if cli.output.verbose {
        let read = terminal.journal.take();
        for line in defaults.told().into_iter().chain(read) {
            let _ = writeln!(err, "{line}");
        }
    }
    result
}

/// Joins a flag and a negative value behind it (`--rate -1/s`), so that the flag's own range
/// refuses it in words.
fn with_negative_values(args: &[OsString]) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::with_capacity(args.len());
    // What follows -- is the command of someone else.
    let own = args.iter().position(|arg| arg == "--");
    let (args, others) = args.split_at(own.unwrap_or(args.len()));
    for arg in args {
        let is_negative = arg
            .to_str()
            .and_then(|text| text.strip_prefix('-'))
            .is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
        match joined.last_mut() {
            Some(last)
                if is_negative
                    && (last.to_str()).is_some_and(|t| {
                        t.starts_with("--") && t.len() > 2 && !t.contains('=')
                    }) =>
            {
                last.push("=");
                last.push(arg);
            }
            _ => joined.push(arg.clone()),
        }
    }
    joined.extend_from_slice(others);
    joined
}

fn parse(args: &[OsString], defaults: &config::Config) -> Result<Cli, Failure> {
    for (at, arg) in args.iter().enumerate() {
        if arg.to_str().is_none() {
            return Err(Failure::usage(
                format!("argument {at}, \"{}\", is not UTF-8", arg.to_string_lossy()),
                "rename the file, or pipe it in and name it -",
            ));
        }
    }
    let command = screens::for_arguments(defaults.applied(command()), args);
    let matches = command
        .try_get_matches_from(with_negative_values(args))
        .map_err(|error| match file_alone(&error) {
            Some(failure) => failure,
            None => defaults.explain(error, args),
        })?;
    Ok(Cli::from_arg_matches(&matches)?)
}

/// A file where a command should be.
fn file_alone(error: &clap::Error) -> Option<Failure> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    std::path::Path::new(word).exists().then(|| {
        Failure::usage(
            format!("{word} is a file: what is to be done with it comes first"),
            format!("scalecalc usl {word}\nscalecalc -h lists the commands"),
        )
    })
}

/// The command line as a shell takes it, for reports.
fn made_by(args: &[OsString]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:@%+^~".contains(c);
    let word = |arg: &OsString| {
        let arg = arg.to_string_lossy();
        if !arg.is_empty() && arg.chars().all(plain) {
            arg.into_owned()
        } else {
            format!("'{}'", arg.replace('\'', "'\\''"))
        }
    };
    let words: Vec<String> = args.iter().skip(1).map(word).collect();
    format!("scalecalc {}", words.join(" "))
}

fn dispatch(
    cli: &Cli,
    made_by: &str,
    terminal: &Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    if cli.output.precision.share().is_some() && !matches!(cli.command, Command::Simulate(_)) {
        return Err(Failure::usage(
            "a precision in percent is for what is simulated",
            "--precision 4 shows four digits",
        ));
    }
    let outcome = match &cli.command {
        Command::Usl(args) => usl::run(args, cli.output.verbose, terminal)?,
        Command::Amdahl(args) => amdahl::run(args, terminal)?,
        Command::Little(args) => little::run(args)?,
        Command::Queue(args) => queue::run(args)?,
        Command::Paths(args) => paths::run(args)?,
        Command::Check(args) => check::run(args, terminal)?,
        Command::Compare(args) => compare::run(args, terminal)?,
        Command::Measure(args) => {
            return measure::run(args, &cli.output, made_by, terminal, out, err);
        }
        Command::Import(args) => import::run(args, terminal)?,
        Command::Plan(args) => plan::run(args, terminal)?,
        Command::Health(args) => health::run(args, terminal)?,
        Command::Report(args) => report::run(args, terminal)?,
        Command::Risk(args) => risk::run(args, terminal)?,
        Command::Simulate(args) => {
            let output::OutputArgs {
                precision, quiet, ..
            } = cli.output;
            simulate::run(args, precision, quiet, terminal, err)?
        }
        Command::Explain(args) => help::explain(args)?,
        Command::Schema(args) => return help::schema(args, out),
        Command::Completions(args) => return help::completions(args, command(), out),
        Command::Man(args) => return help::man(args, command()),
    };
    let format = match &cli.command {
        // Rows are for programs.
        Command::Import(_) => Format::Csv,
        _ => Format::Table,
    };
    cli.output
        .write(&outcome, format, made_by, terminal, out, err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
