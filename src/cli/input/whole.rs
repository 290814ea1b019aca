//! Files beside the measurements: policies, saved documents, tables of machines and workers.

use crate::cli::Terminal;
use crate::cli::failure::Failure;
use std::fs::{self, File};
use std::io::Read;

/// The whole text of a file, such as a policy.
///
/// # Errors
/// An input failure for what cannot be opened or is not UTF-8.
pub(in crate::cli) fn text(path: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| refuse(path, &error))
}

/// The bytes of a table, of standard input for `-`.
///
/// # Errors
/// An input failure for what cannot be opened; a usage failure where standard input is a
/// terminal.
pub(in crate::cli) fn bytes(path: &str, terminal: &Terminal) -> Result<Box<dyn Read>, Failure> {
    if path == "-" && terminal.stdin {
        return Err(Failure::usage(
            "standard input is a terminal",
            "name a file, or pipe one in",
        ));
    }
    if path == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(refuse(path, &error)),
    }
}

fn refuse(path: &str, error: &std::io::Error) -> Failure {
    Failure::input(
        format!("cannot read {path}: {error}"),
        "name a file that exists",
    )
}
