//! How a command fails: exit code, the line for people, the document for machines.

use super::bug::BUG;
use super::spelling;
use crate::error::Error;
use crate::text::harmless_lines;
use serde::Serialize;
use std::io::Write;

/// Usage: a bad flag, value or unit.
pub(super) const USAGE: u8 = 2;
/// Input: unreadable, ambiguous, nothing selected.
pub(super) const INPUT: u8 = 3;
/// Model: too few levels, no solution, a saturated queue.
pub(super) const MODEL: u8 = 4;

/// A command that ends without a result document.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    error: anyhow::Error,
    hint: String,
}

/// Body of a document of kind `error`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ErrorDocument {
    error: ErrorBody,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ErrorBody {
    /// Stable word, such as `data` or `usage`.
    code: &'static str,
    message: String,
    hint: String,
    file: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
}

impl Failure {
    /// A wrong call: exit code 2.
    pub(super) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: USAGE,
            error: anyhow::Error::msg(message.into()),
            hint: hint.into(),
        }
    }

    /// Something about the input: exit code 3.
    pub(super) fn input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            code: INPUT,
            error: anyhow::Error::msg(message.into()),
            hint: hint.into(),
        }
    }

    /// A mistake of this program: exit code 70.
    pub(super) fn bug(message: impl Into<String>) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self {
            code: BUG,
            error: anyhow::Error::msg(format!("a bug in scalecalc {version}: {}", message.into())),
            hint: "report it to the maintainers with the command and, if you may, its input"
                .to_owned(),
        }
    }

    /// The same failure, naming the inputs it is about, where it does not yet.
    #[must_use]
    pub(super) fn about(mut self, sources: &[crate::sweep::Source]) -> Self {
        let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
        self.error = self.error.context(paths.join(", "));
        self
    }

    /// The same failure, naming the flags of a number that is out of range.
    #[must_use]
    pub(super) fn naming(mut self, flags: impl Fn(&str) -> Option<&'static str>) -> Self {
        if let Some(Error::OutOfRange { name, .. }) = self.error.downcast_ref::<Error>()
            && let Some(flags) = flags(name)
        {
            self.error = self.error.context(flags);
        }
        self
    }

    /// The exit code it ends the program with.
    pub(super) fn code(&self) -> u8 {
        self.code
    }

    /// What went wrong, without the hint.
    pub(super) fn message(&self) -> String {
        format!("{:#}", self.error)
    }

    /// Writes the failure: with JSON asked for, a document on `out`; always a line on `err`.
    /// Returns the exit code.
    pub(super) fn show(
        &self,
        json: bool,
        color: bool,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> u8 {
        if let Some(clap) = self.error.downcast_ref::<clap::Error>() {
            if !clap.use_stderr() {
                // Help and version were asked for.
                let written = write!(out, "{}", clap.render()).and_then(|()| out.flush());
                return match written {
                    Ok(()) => 0,
                    Err(error) => Self::from(error).show(json, color, out, err),
                };
            }
            if json {
                let _ = out.write_all(self.document().as_bytes());
            }
            let text = clap.render();
            let _ = if color {
                write!(err, "{}", text.ansi())
            } else {
                write!(err, "{text}")
            };
            return USAGE;
        }
        if self.is_closed_pipe() {
            return 0;
        }
        if json {
            let _ = out.write_all(self.document().as_bytes());
        }
        let [error, hint] = if color {
            ["\u{1b}[1;31merror:\u{1b}[0m", "\u{1b}[32mtry:\u{1b}[0m"]
        } else {
            ["error:", "try:"]
        };
        let message = harmless_lines(&format!("{:#}", self.error));
        let _ = writeln!(err, "{error} {message}");
        for line in harmless_lines(&self.hint).lines() {
            let _ = writeln!(err, "  {hint} {line}");
        }
        self.code
    }

    fn document(&self) -> String {
        let known = self.error.downcast_ref::<Error>();
        let place = match known {
            Some(Error::Data(data)) => Some(data),
            _ => None,
        };
        let message = match self.error.downcast_ref::<clap::Error>() {
            Some(clap) => clap
                .to_string()
                .trim_start_matches("error: ")
                .split("\n\n")
                .next()
                .unwrap_or_default()
                .trim_end()
                .to_owned(),
            None => place.map_or_else(|| format!("{:#}", self.error), |data| data.message.clone()),
        };
        let body = ErrorDocument {
            error: ErrorBody {
                code: known.map_or(
                    match self.code {
                        USAGE => "usage",
                        INPUT => "input",
                        MODEL => "model",
                        _ => "bug",
                    },
                    Error::code,
                ),
                message,
                hint: self.hint.clone(),
                file: place.and_then(|data| data.file.clone()),
                line: place.and_then(|data| data.line),
                column: place.and_then(|data| data.column),
            },
        };
        crate::report::document("error", body).text()
    }

    fn is_closed_pipe(&self) -> bool {
        self.error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::OutOfRange { .. } | Error::Parse { .. } => USAGE,
            Error::Data(_) => INPUT,
            Error::Saturated { .. } | Error::TooFewLevels { .. } | Error::NoSolution { .. } => {
                MODEL
            }
        };
        let hint = spelling::hint(&error);
        Self {
            code,
            error: error.into(),
            hint,
        }
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self {
            code: USAGE,
            error: error.into(),
            hint: String::new(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self {
            code: INPUT,
            error: error.into(),
            hint: String::new(),
        }
    }
}

impl From<anyhow::Error> for Failure {
    /// Keeps the code and hint of a library error below any context.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Error>() {
            Ok(known) => known.into(),
            Err(error) => Self {
                code: INPUT,
                error,
                hint: String::new(),
            },
        }
    }
}
