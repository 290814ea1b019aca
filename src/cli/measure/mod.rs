//! `scalecalc measure`: run a command over N and take the sweep.

mod clock;
mod command;
mod hooks;
mod machine;
mod progress;
mod reading;
mod record;
mod resume;
mod session;

use super::fit_flags::FitArgs;
use super::output::OutputArgs;
use super::run::Interrupt;
use super::value::{self, Sizes as SizeList};
use super::{Failure, Terminal};
use crate::cli::spelling;
use crate::schedule::{self, Goal, Limits, Order, Sizes};
use crate::units::plain;
use clap::{Args, ValueEnum};
use command::Command;
use hooks::Hooks;
use machine::Machine;
use reading::ReadingArgs;
use record::{About, Record, Run};
use resume::THEN;
use session::Session;
use std::io::Write;
use std::path::PathBuf;

/// `{n}` in a help text: clap takes the bare letters for a line break, so an escape sequence
/// that every output strips stands between them.
macro_rules! n {
    () => {
        "{\u{1b}[0mn}"
    };
}

const HELP: &str = concat!(
    "\
Every N once a round, in an order drawn from --seed, so that a machine that drifts does not look
like one that scales. ",
    n!(),
    " in the command is N; SCALECALC_N holds it too. Every run is kept in the
file of -o at once; Ctrl-C keeps what was measured and answers from it.

Examples:
  scalecalc measure --n 1..64:x2 --runs 5 -- wrk -t",
    n!(),
    " -c",
    n!(),
    " -d5s http://127.0.0.1:8080/
  scalecalc measure --n 1..16 --work 1000 -- ./resize --threads ",
    n!(),
    " photos/
                                        a fixed amount of work: throughput is work / wall time
  scalecalc measure --budget 10min --until 'peak±10%' --max-n 256 -o sweep.csv -- ./bench.sh ",
    n!(),
    "
                                        finds the sizes that tell most by itself
  scalecalc measure --resume sweep.csv  goes on where that one was broken off"
);

/// Without a goal, a search is for the peak, this closely.
const USUAL_GOAL: Goal = Goal::Peak { within: 0.1 };
/// A search without any limit ends after this many runs.
const USUAL_RUNS: usize = 100;
/// Rounds over a list without a goal or a limit.
const USUAL_ROUNDS: u32 = 3;

/// `--order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OrderArg {
    /// Drawn from the seed, another one each round
    Random,
    /// By rising N: drift will look like scaling
    Rising,
}

/// Arguments of `measure`.
#[derive(Debug, Clone, Args)]
#[command(after_help = HELP)]
pub(super) struct MeasureArgs {
    /// The command to measure, with N in braces as below
    #[arg(
        value_name = "COMMAND",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<String>,
    /// Sizes to measure: 1,2,4 or 1..64:x2; without it they are searched for
    #[arg(long, value_name = "LIST", value_parser = value::sizes, conflicts_with_all = ["max_n", "beyond"])]
    n: Option<SizeList>,
    /// Rounds, each with every N once: 3 over a list, unless a goal or a limit is given
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Stop when this is known: 'peak±10%', 'beta±20%', 'at 64±5%'
    #[arg(long, value_name = "GOAL", value_parser = goal)]
    until: Option<Goal>,
    /// Stop when this time is used up
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    budget: Option<f64>,
    /// Stop after this many runs
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..))]
    max_runs: Option<u32>,
    /// Largest N a search may use: the cores unless said
    #[arg(long, value_name = "N", value_parser = value::quantity)]
    max_n: Option<f64>,
    /// Let a search start with sizes up to twice the cores
    #[arg(long)]
    beyond: bool,
    /// Seed of the order
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,
    /// Order of N within a round
    #[arg(long, value_enum, default_value = "random")]
    order: OrderArg,
    /// What N counts, such as threads
    #[arg(long, value_name = "WORD")]
    n_unit: Option<String>,
    /// Evaluate at these N
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    at: Option<SizeList>,
    /// Go on with the sweep that this file keeps
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Put the name of this machine into the file
    #[arg(long)]
    host: bool,
    #[command(flatten)]
    running: RunningArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    fit: FitArgs,
}

/// Flags that say how the command is run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Running the command")]
pub(super) struct RunningArgs {
    /// The command is a line for the shell
    #[arg(long)]
    shell: bool,
    /// Shell line to run whenever N changes, before the runs at the new N
    #[arg(long, value_name = "LINE")]
    setup: Option<String>,
    /// Shell line to run whenever N changes, after the runs at the old N
    #[arg(long, value_name = "LINE")]
    teardown: Option<String>,
    /// Shell line to run before every run
    #[arg(long, value_name = "LINE")]
    prepare: Option<String>,
    /// Shell line to run after every run
    #[arg(long, value_name = "LINE")]
    cleanup: Option<String>,
    /// Runs that do not count, whenever N changes
    #[arg(long, value_name = "K", default_value_t = 0)]
    warmup: u32,
    /// End a run that takes longer, with everything it started
    #[arg(long, value_name = "TIME", value_parser = value::duration)]
    timeout: Option<f64>,
    /// Leave out runs that fail, and count them, instead of stopping
    #[arg(long)]
    ignore_failure: bool,
}

fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|error| spelling::told(&error))
}

/// Measures, answers, and returns the exit code.
pub(super) fn run(
    args: &MeasureArgs,
    output: &OutputArgs,
    made_by: &str,
    terminal: &Terminal,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<u8, Failure> {
    let (file, output) = output.with_runs_in_csv();
    if args.resume.is_some() && file.is_some() {
        return Err(Failure::usage(
            "--resume names the file, and -o another",
            "leave out -o runs.csv",
        ));
    }
    let machine = Machine::look(args.host);
    let now = clock::now();
    let whole;
    let (args, prepared) = match &args.resume {
        Some(path) => {
            let (record, kept, runs) = Record::resume(path)?;
            whole = args.with_kept(path, &kept)?;
            let prepared = whole.resumed(path, record, &kept, runs, &machine)?;
            (&whole, prepared)
        }
        None => (args, args.started(file, &machine, now)?),
    };
    let interrupt = Interrupt::listen()
        .map_err(|error| Failure::input(format!("cannot listen to Ctrl-C: {error}"), ""))?;
    let mut session = Session::new(args, prepared, machine, interrupt, terminal)?;
    let stop = session.measure(err)?;
    let outcome = session.outcome(args, stop)?;
    output.write(
        &outcome,
        crate::render::Format::Table,
        made_by,
        terminal,
        out,
        err,
    )
}

/// Everything that is known before the first run.
struct Prepared {
    command: Command,
    about: About,
    record: Record,
    runs: Vec<Run>,
    sizes: Sizes,
}

impl MeasureArgs {
    /// A new sweep.
    fn started(
        &self,
        file: Option<PathBuf>,
        machine: &Machine,
        now: f64,
    ) -> Result<Prepared, Failure> {
        if self.command.is_empty() {
            return Err(Failure::usage(
                "no command to measure",
                "scalecalc measure --n 1..8 --work 1000 -- ./program --threads {n}\n\
                 scalecalc measure --help",
            ));
        }
        let command = Command::new(&self.command, self.running.shell);
        let sizes = self.sizes(machine);
        let about = self.about(&command, &sizes, self.seed.unwrap_or(1));
        let file = file.unwrap_or_else(|| {
            format!("scalecalc-{}-{}.csv", command.program(), clock::stamp(now)).into()
        });
        let record = Record::create(&file, &about, machine, &clock::iso(now))?;
        Ok(Prepared {
            command,
            about,
            record,
            runs: Vec::new(),
            sizes,
        })
    }

    fn about(&self, command: &Command, sizes: &Sizes, seed: u64) -> About {
        let list = |sizes: &[f64]| {
            sizes
                .iter()
                .copied()
                .map(plain)
                .collect::<Vec<_>>()
                .join(",")
        };
        About {
            command: command.text(),
            setting: self.setting(),
            sizes: match sizes {
                Sizes::Listed(sizes) => list(sizes),
                Sizes::Searched { first, most } => format!("{}{THEN}{}", list(first), plain(*most)),
            },
            seed,
            order: match self.order {
                OrderArg::Random => "random",
                OrderArg::Rising => "rising",
            }
            .to_owned(),
            plan: self.plan(),
        }
    }

    fn sizes(&self, machine: &Machine) -> Sizes {
        if let Some(SizeList(list)) = &self.n {
            let mut list = list.clone();
            list.sort_by(f64::total_cmp);
            list.dedup();
            return Sizes::Listed(list);
        }
        let asked = match self.until {
            Some(Goal::ThroughputAt { n, .. }) => Some(n.max(machine.cores as f64)),
            _ => None,
        };
        Sizes::search(machine.cores as f64, self.beyond, self.max_n.or(asked))
    }

    fn schedule(&self, sizes: Sizes, seed: u64) -> schedule::Options {
        let search = matches!(sizes, Sizes::Searched { .. });
        let is_open = self.budget.is_none() && self.max_runs.is_none();
        let most_runs = self
            .max_runs
            .map(|runs| usize::try_from(runs).unwrap_or(usize::MAX));
        schedule::Options {
            goal: self.until.or(search.then_some(USUAL_GOAL)),
            limits: Limits {
                rounds: self
                    .runs
                    .or((!search && self.until.is_none() && is_open).then_some(USUAL_ROUNDS)),
                runs: most_runs.or((is_open && self.runs.is_none()).then_some(USUAL_RUNS)),
                seconds: self.budget,
            },
            sizes,
            order: match self.order {
                OrderArg::Random => Order::Random,
                OrderArg::Rising => Order::Rising,
            },
            seed,
            fit: self.fit.options(None),
        }
    }

    fn hooks(&self) -> Hooks {
        let line = |line: &Option<String>| line.as_deref().map(Command::line);
        Hooks {
            setup: line(&self.running.setup),
            teardown: line(&self.running.teardown),
            prepare: line(&self.running.prepare),
            cleanup: line(&self.running.cleanup),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::path::Path;

    #[derive(Debug, Parser)]
    struct Typed {
        #[command(flatten)]
        args: MeasureArgs,
        #[command(flatten)]
        output: OutputArgs,
    }

    /// What help, guide and scripts show can be typed.
    #[test]
    fn commands_that_are_shown_can_be_read() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let file = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let mut texts = vec![HELP.to_owned(), file("guide/measure.md")];
        for script in ["web", "database", "lock"] {
            texts.push(file(&format!("measure/{script}.sh")).replace("\\\n", " "));
        }
        let mut count = 0;
        for line in texts.iter().flat_map(|text| text.lines()) {
            let line = line.trim_start().trim_start_matches("exec ");
            let Some(rest) = line.strip_prefix("scalecalc measure ") else {
                continue;
            };
            // A comment in the help stands two spaces apart.
            let rest = rest.split("  ").next().unwrap();
            let words = shell_words::split(rest).unwrap();
            let read = Typed::try_parse_from(["measure".to_owned()].into_iter().chain(words));
            assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
            count += 1;
        }
        assert_eq!(count, 11, "lines that begin with scalecalc measure");
    }
}
