//! `scalecalc measure`: run a command over N and take the sweep.

mod clock;
mod command;
mod hooks;
mod machine;
mod progress;
mod reading;
mod record;
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
use session::Session;
use std::io::Write;
use std::path::{Path, PathBuf};

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
  scalecalc measure --budget 10m --until 'peak±10%' --max-n 256 -o sweep.csv -- ./bench.sh ",
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
#[derive(Debug, Args)]
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
    let prepared = match &args.resume {
        Some(path) => args.resumed(path, &machine)?,
        None => args.started(file, &machine, now)?,
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

    /// A sweep that was broken off.
    fn resumed(&self, path: &Path, machine: &Machine) -> Result<Prepared, Failure> {
        let (record, kept, runs) = Record::resume(path)?;
        let command = if self.command.is_empty() {
            typed(&kept, self.running.shell || kept.setting.contains(SHELL))?
        } else {
            Command::new(&self.command, self.running.shell)
        };
        let searched = self.n.is_some() || self.max_n.is_some() || self.beyond;
        let sizes = match kept_sizes(&kept.sizes) {
            Some(sizes) if !searched => sizes,
            _ => self.sizes(machine),
        };
        let mut about = self.about(&command, &sizes, self.seed.unwrap_or(kept.seed));
        if self.command.is_empty() {
            // The file says what the setting is; flags may still say it again.
            if self.setting() != kept.setting && !self.setting().is_empty() {
                return Err(another("setting", path, &kept.setting, &about.setting));
            }
            about.setting.clone_from(&kept.setting);
        }
        for (what, old, new) in [
            ("command", &kept.command, &about.command),
            ("setting", &kept.setting, &about.setting),
        ] {
            if old != new {
                return Err(another(what, path, old, new));
            }
        }
        if about.seed != kept.seed || about.order != kept.order {
            return Err(another(
                "order",
                path,
                &format!("{}, seed {}", kept.order, kept.seed),
                &format!("{}, seed {}", about.order, about.seed),
            ));
        }
        Ok(Prepared {
            command,
            about,
            record,
            runs,
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
        }
    }

    /// What makes a run what it is, beside the command, as flags.
    fn setting(&self) -> String {
        let RunningArgs {
            shell,
            setup,
            teardown,
            prepare,
            cleanup,
            warmup,
            timeout,
            ..
        } = &self.running;
        let mut words: Vec<String> = Vec::new();
        if *shell {
            words.push(SHELL.to_owned());
        }
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                words.push(flag.to_owned());
                words.push(value);
            }
        };
        add("--setup", setup.clone());
        add("--teardown", teardown.clone());
        add("--prepare", prepare.clone());
        add("--cleanup", cleanup.clone());
        add("--warmup", (*warmup > 0).then(|| warmup.to_string()));
        add(
            "--timeout",
            timeout.map(|seconds| format!("{}s", plain(seconds))),
        );
        let reading = &self.reading;
        add("--from", reading.from.clone());
        add("--select", reading.select.clone());
        add("--work", reading.work.map(plain));
        add("--work-per-unit", reading.work_per_unit.map(plain));
        add("--metric", reading.metric.as_ref().map(ToString::to_string));
        let meaning = reading.metric_is.to_possible_value();
        let meaning = meaning.filter(|_| reading.metric_is != reading::Metric::default());
        add(
            "--metric-is",
            meaning.map(|value| value.get_name().to_owned()),
        );
        shell_words::join(words)
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

/// The flag that makes the command a line for the shell.
const SHELL: &str = "--shell";
/// Between the first sizes and the largest of a search.
const THEN: &str = " then up to ";

/// The sizes that a file names.
fn kept_sizes(text: &str) -> Option<Sizes> {
    let list = |text: &str| {
        let sizes: Option<Vec<f64>> = text.split(',').map(|n| n.parse().ok()).collect();
        sizes.filter(|sizes| sizes.iter().all(|n| *n > 0.0))
    };
    match text.split_once(THEN) {
        Some((first, most)) => Some(Sizes::Searched {
            first: list(first)?,
            most: most.parse().ok()?,
        }),
        None => list(text).map(Sizes::Listed),
    }
}

/// The command that a file names.
fn typed(kept: &About, shell: bool) -> Result<Command, Failure> {
    if shell {
        return Ok(Command::new(std::slice::from_ref(&kept.command), true));
    }
    let words = shell_words::split(&kept.command).map_err(|error| {
        Failure::input(
            format!(
                "cannot read the command of the file ({error}): {}",
                kept.command
            ),
            "write the command again after --",
        )
    })?;
    Ok(Command::new(&words, false))
}

fn another(what: &str, path: &Path, old: &str, new: &str) -> Failure {
    let or_none = |text: &str| {
        if text.is_empty() {
            "(none)".to_owned()
        } else {
            text.to_owned()
        }
    };
    Failure::usage(
        format!(
            "{} holds runs of another {what}: {}; not of {}",
            path.display(),
            or_none(old),
            or_none(new)
        ),
        "give the same again, or nothing but --resume; or start a new file",
    )
}
