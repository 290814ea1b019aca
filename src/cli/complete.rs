//! Shell completions that look into the files: names of columns, formats and terms.

use super::failure::Failure;
use crate::data;
use crate::report::explain;
use clap::{Command, ValueHint};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};
use std::fs::File;
use std::io::Read;

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";
/// So much of a file is looked at for the names of its columns.
const HEAD: u64 = 64 << 10;

/// Answers a shell that asks for completions; whether one did.
pub(super) fn answered(command: fn() -> Command) -> bool {
    let current = std::env::current_dir().ok();
    let asked = std::env::args_os();
    CompleteEnv::with_factory(move || with_candidates(command()))
        .var(VARIABLE)
        .try_complete(asked, current.as_deref())
        .unwrap_or(true)
}

/// The script that makes a shell ask this program; `false` for a shell that cannot.
pub(super) fn script(shell: clap_complete::Shell, into: &mut Vec<u8>) -> Result<bool, Failure> {
    let shells = Shells::builtins();
    let Some(known) = shells.completer(&shell.to_string()) else {
        return Ok(false);
    };
    let name = "scalecalc";
    known.write_registration(VARIABLE, name, name, name, into)?;
    Ok(true)
}

/// The arguments whose values are known from elsewhere.
fn with_candidates(command: Command) -> Command {
    command.mut_subcommands(|sub| {
        let reads = sub.get_arguments().any(|arg| arg.get_id() == "csv");
        sub.mut_args(|arg| match arg.get_id().as_str() {
            "n" | "x" | "latency" | "by" if reads => arg.add(ArgValueCandidates::new(columns)),
            "from" => arg.add(ArgValueCandidates::new(formats)),
            "input" | "baseline" | "policy" | "sizes" | "document" | "scenario" | "config"
            | "resume" => arg.value_hint(ValueHint::AnyPath),
            "csv" => arg.value_hint(ValueHint::FilePath),
            "term" => arg.add(ArgValueCandidates::new(terms)),
            _ => arg,
        })
    })
}

fn candidates<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Vec<CompletionCandidate> {
    (names.into_iter())
        .map(|name| CompletionCandidate::new(name.into()))
        .collect()
}

fn formats() -> Vec<CompletionCandidate> {
    candidates(data::formats())
}

fn terms() -> Vec<CompletionCandidate> {
    candidates(explain::terms())
}

/// The columns of the files that the line names so far.
fn columns() -> Vec<CompletionCandidate> {
    let words = std::env::args_os().skip(1);
    let mut names: Vec<String> = Vec::new();
    for word in words {
        let word = word.to_string_lossy();
        let path = word.split_once('=').map_or(&*word, |(_, path)| path);
        let mut head = Vec::new();
        let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        if read.is_ok() {
            names.extend(header(&String::from_utf8_lossy(&head)));
        }
    }
    candidates(names)
}

/// The names in the first row of a table.
fn header(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim);
    let Some(first) = lines.find(|line| !line.is_empty()) else {
        return Vec::new();
    };
    let first = first.trim_start_matches('#').trim();
    let marks = [';', '\t', ',', '|'];
    let parts: Vec<&str> = match marks.iter().find(|mark| first.contains(**mark)) {
        Some(mark) => first.split(*mark).collect(),
        None => first.split_whitespace().collect(),
    };
    let name = |part: &str| part.trim().trim_matches('"').to_owned();
    let is_name = |name: &String| !name.is_empty() && name.parse::<f64>().is_err();
    parts.into_iter().map(name).filter(is_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_table_by_any_mark() {
        for text in [
            "threads,\"tps\"\n1,2\n",
            "# threads tps\n1 2\n",
            "threads;tps\r\n1;2\r\n",
        ] {
            assert_eq!(header(text), ["threads", "tps"], "{text}");
        }
        assert!(header("1,2\n3,4\n").is_empty());
        assert!(header("").is_empty());
    }
}
