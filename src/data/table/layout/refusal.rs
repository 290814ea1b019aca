//! What is said where the columns cannot be told.

use super::Table;
use crate::error::Error;

impl Table<'_> {
    pub(super) fn ambiguous(&self, role: &str, candidates: &[usize], flag: &str) -> Error {
        let choice: Vec<String> = candidates
            .iter()
            .map(|at| {
                let name = &self.header.names[*at];
                let twice = self.header.names.iter().filter(|n| *n == name).count() > 1;
                if twice || name.trim().is_empty() {
                    format!("{flag} {}", at + 1)
                } else {
                    format!("{flag} {}", quoted_for_shell(name))
                }
            })
            .collect();
        self.refuse(
            format!(
                "{} columns can be {role}: {}",
                candidates.len(),
                self.some_listed(candidates)
            ),
            choice.join("  or  "),
        )
    }

    pub(super) fn nothing_found(&self, has_value: bool) -> Error {
        let n = "--n COL says which column is N";
        let x = "--x COL says which column is throughput";
        if self.header.names.len() < 2 {
            return self.refuse(
                "one column only, and two are needed: N and throughput".to_owned(),
                "separate them by a comma, or say --delimiter; a file that is one level is named 8=FILE"
                    .to_owned(),
            );
        }
        if !self.header.is_given {
            return self.refuse(
                format!(
                    "{} columns without a header: which are N and throughput?",
                    self.header.names.len()
                ),
                "say it by number, such as --n 1 --x 2".to_owned(),
            );
        }
        let (role, hint) = if has_value {
            ("N", format!("{n}; or write N in front of the file: 8=FILE"))
        } else {
            ("throughput", format!("{x}; {n}"))
        };
        self.refuse(
            format!(
                "no column is called like {role}; there are {}",
                self.listed()
            ),
            hint,
        )
    }

    pub(super) fn refuse(&self, message: String, hint: String) -> Error {
        Error::data(message, hint).at(self.header.line, None)
    }

    pub(super) fn listed(&self) -> String {
        let all: Vec<usize> = (0..self.header.names.len().min(40)).collect();
        self.some_listed(&all)
    }

    pub(super) fn some_listed(&self, columns: &[usize]) -> String {
        let name = |at: &usize| {
            if self.header.is_given {
                format!("\"{}\"", self.header.names[*at])
            } else {
                format!("{}", at + 1)
            }
        };
        columns.iter().map(name).collect::<Vec<String>>().join(", ")
    }
}

/// As it is typed after a flag.
fn quoted_for_shell(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{name}'")
    }
}
