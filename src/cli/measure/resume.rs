//! Going on with a sweep: what its file says of how it was taken, as flags, and read again.

use super::command::Command;
use super::machine::Machine;
use super::record::{About, Record, Run};
use super::{MeasureArgs, OrderArg, Prepared, RunningArgs, reading};
use crate::cli::failure::Failure;
use crate::schedule::Sizes;
use crate::units::plain;
use clap::{Parser, ValueEnum};
use std::path::Path;

/// The flag that makes the command a line for the shell.
const SHELL: &str = "--shell";
/// Between the first sizes and the largest of a search.
pub(super) const THEN: &str = " then up to ";

/// The flags of a file.
#[derive(Debug, Parser)]
struct Kept {
    #[command(flatten)]
    args: MeasureArgs,
}

impl MeasureArgs {
    /// These arguments, with what they leave out as the file of the sweep says it.
    ///
    /// # Errors
    /// An input failure where the flags in the file cannot be read.
    pub(super) fn with_kept(&self, path: &Path, kept: &About) -> Result<Self, Failure> {
        let unreadable = |why: &dyn std::fmt::Display| {
            let why = why.to_string();
            Failure::input(
                format!(
                    "{}: cannot read the flags that it keeps: {}",
                    path.display(),
                    why.lines().next().unwrap_or_default()
                ),
                "write the command and its flags again",
            )
        };
        let mut words = vec!["measure".to_owned()];
        for line in [&kept.setting, &kept.plan] {
            words.extend(shell_words::split(line).map_err(|error| unreadable(&error))?);
        }
        let Kept { args: before } =
            Kept::try_parse_from(words).map_err(|error| unreadable(&error))?;
        let mut whole = self.clone();
        if self.command.is_empty() && self.setting().is_empty() {
            whole.running = before.running.clone();
            whole.reading = before.reading;
        }
        whole.running.ignore_failure = self.running.ignore_failure || before.running.ignore_failure;
        if kept.order == "rising" {
            whole.order = OrderArg::Rising;
        }
        let MeasureArgs {
            runs,
            until,
            budget,
            max_runs,
            ..
        } = self;
        if runs.is_none() && until.is_none() && budget.is_none() && max_runs.is_none() {
            whole.runs = before.runs;
            whole.until = before.until;
            whole.budget = before.budget;
            whole.max_runs = before.max_runs;
        }
        whole.n_unit = self.n_unit.clone().or(before.n_unit);
        Ok(whole)
    }

    /// When to stop, what N counts and what becomes of failures, as flags.
    pub(super) fn plan(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                words.push(flag.to_owned());
                words.push(value);
            }
        };
        add("--runs", self.runs.map(|runs| runs.to_string()));
        add("--until", self.until.map(|goal| goal.to_string()));
        add(
            "--budget",
            self.budget.map(|seconds| format!("{}s", plain(seconds))),
        );
        add("--max-runs", self.max_runs.map(|runs| runs.to_string()));
        add("--n-unit", self.n_unit.clone());
        if self.running.ignore_failure {
            words.push("--ignore-failure".to_owned());
        }
        shell_words::join(words)
    }

    /// A sweep that was broken off.
    ///
    /// # Errors
    /// A usage failure where the file holds another sweep.
    pub(super) fn resumed(
        &self,
        path: &Path,
        record: Record,
        kept: &About,
        runs: Vec<Run>,
        machine: &Machine,
    ) -> Result<Prepared, Failure> {
        let command = if self.command.is_empty() {
            typed(kept, self.running.shell || kept.setting.contains(SHELL))?
        } else {
            Command::new(&self.command, self.running.shell)
        };
        let searched = self.n.is_some() || self.max_n.is_some() || self.beyond;
        let sizes = match kept_sizes(&kept.sizes) {
            Some(sizes) if !searched => sizes,
            _ => self.sizes(machine),
        };
        let about = self.about(&command, &sizes, self.seed.unwrap_or(kept.seed));
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

    /// What makes a run what it is, beside the command, as flags.
    pub(super) fn setting(&self) -> String {
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
}

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
