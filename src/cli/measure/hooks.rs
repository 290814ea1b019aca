//! Shell lines around the runs.

use super::command::{Command, VARIABLE};
use super::reading::tail;
use crate::cli::failure::Failure;
use crate::cli::run::{self, End, Interrupt};
use crate::units::plain;

/// A hook on the way out gets this long: nobody is there to wait for it.
const LAST_SECONDS: f64 = 30.0;

/// Shell lines around the runs.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    pub(super) setup: Option<Command>,
    pub(super) teardown: Option<Command>,
    pub(super) prepare: Option<Command>,
    pub(super) cleanup: Option<Command>,
}

/// Runs a hook, if there is one. Returns false where an interruption ended it.
///
/// # Errors
/// An input failure where it cannot be started or fails.
pub(super) fn run_hook(
    name: &str,
    hook: Option<&Command>,
    n: f64,
    interrupt: &Interrupt,
) -> Result<bool, Failure> {
    let Some(hook) = hook else { return Ok(true) };
    let done = run::run(&hook.at(n), &[(VARIABLE, plain(n))], None, interrupt)
        .map_err(|error| Failure::input(format!("{name}: cannot start the shell: {error}"), ""))?;
    match done.end {
        End::Code(0) => Ok(true),
        End::Interrupted => Ok(false),
        end => Err(Failure::input(
            format!(
                "{name}: {} {} at N = {}\n{}",
                hook.text_at(n),
                ended(end),
                plain(n),
                tail(&done)
            ),
            "",
        )),
    }
}

/// Runs a hook on the way out, whatever becomes of it.
pub(super) fn run_last(hook: Option<&Command>, n: f64, interrupt: &Interrupt) {
    if let Some(hook) = hook {
        let _ = run::run(
            &hook.at(n),
            &[(VARIABLE, plain(n))],
            Some(LAST_SECONDS),
            &interrupt.deaf(),
        );
    }
}

/// How a process ended, in words.
pub(super) fn ended(end: End) -> String {
    match end {
        End::Code(code) => format!("ended with exit code {code}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => "took too long and was ended".to_owned(),
        End::Interrupted => "was interrupted".to_owned(),
    }
}
