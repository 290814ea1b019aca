//! What is said where the columns cannot be told.

use super::Naming;
use crate::advice::{Advice, Setting};
use crate::error::Error;

impl Naming<'_> {
    pub(super) fn ambiguous(&self, role: &str, candidates: &[usize], setting: Setting) -> Error {
        let choices = candidates.iter().map(|at| {
            let name = &self.header.names[*at];
            let twice = self.header.names.iter().filter(|n| *n == name).count() > 1;
            if twice || name.trim().is_empty() {
                setting.to((at + 1).to_string())
            } else {
                setting.to(name.as_str())
            }
        });
        let several = matches!(setting, Setting::X);
        let choice = choices
            .reduce(|all, one| all.words("  or  ").and(one))
            .map(|choice| {
                if several {
                    choice.words("; several make a series of each")
                } else {
                    choice
                }
            });
        self.refuse(
            format!(
                "{} columns can be {role}: {}",
                candidates.len(),
                self.some_listed(candidates)
            ),
            choice.unwrap_or_default(),
        )
    }

    pub(super) fn nothing_found(&self, has_value: bool) -> Error {
        let n = Setting::N.to("COL").words(" says which column is N");
        let x = Setting::X
            .to("COL")
            .words(" says which column is throughput, and several times makes a series of each");
        if self.header.names.len() < 2 {
            return self.refuse(
                "one column only, and two are needed: N and throughput".to_owned(),
                Advice::from("separate them by a comma, or say ")
                    .name(Setting::Delimiter)
                    .words("; a file that is one level is named 8=FILE"),
            );
        }
        if !self.header.is_given {
            return self.refuse(
                format!(
                    "{} columns without a header: which are N and throughput?",
                    self.header.names.len()
                ),
                Advice::from("say it by number, such as ").and(by_number("1", "2")),
            );
        }
        let (role, hint) = if has_value {
            ("N", n.words("; or write N in front of the file: 8=FILE"))
        } else {
            ("throughput", x.words("; ").and(n))
        };
        self.refuse(
            format!(
                "no column is called like {role}; there are {}",
                self.listed()
            ),
            hint,
        )
    }

    pub(super) fn refuse(&self, message: String, hint: impl Into<Advice>) -> Error {
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

/// The columns of N and of throughput, each by its number.
pub(in crate::data::table) fn by_number(n: &str, x: &str) -> Advice {
    Setting::N.to(n).words(" ").set(Setting::X, x)
}
