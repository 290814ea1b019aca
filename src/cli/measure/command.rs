//! The command to measure, with `{n}` for the size.

use crate::cli::run;
use crate::units::plain;

/// What stands for N in a command.
const MARK: &str = "{n}";
/// The same for programs that look into their environment.
pub(super) const VARIABLE: &str = "SCALECALC_N";

/// Words that are run once for every N and repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    words: Vec<String>,
    shell: bool,
}

impl Command {
    /// Words for a program, or a line for the shell.
    pub(super) fn new(words: &[String], shell: bool) -> Self {
        Self {
            words: words.to_vec(),
            shell,
        }
    }

    /// A line for the shell.
    pub(super) fn line(line: &str) -> Self {
        Self::new(&[line.to_owned()], true)
    }

    /// Whether it is a line for the shell.
    pub(super) fn is_shell(&self) -> bool {
        self.shell
    }

    /// Whether N is written into it.
    pub(super) fn holds_n(&self) -> bool {
        self.words
            .iter()
            .any(|word| word.contains(MARK) || word.contains(VARIABLE))
    }

    /// The words for this N.
    pub(super) fn at(&self, n: f64) -> Vec<String> {
        let value = plain(n);
        let words: Vec<String> = self
            .words
            .iter()
            .map(|word| word.replace(MARK, &value))
            .collect();
        if self.shell {
            run::in_shell(&words.join(" "))
        } else {
            words
        }
    }

    /// As one would type it.
    pub(super) fn text(&self) -> String {
        if self.shell {
            self.words.join(" ")
        } else {
            joined(&self.words)
        }
    }

    /// As one would type it, for this N.
    pub(super) fn text_at(&self, n: f64) -> String {
        self.text().replace(MARK, &plain(n))
    }

    /// The name of its program, for the name of a file.
    pub(super) fn program(&self) -> String {
        let first = self.words.first().map_or("", String::as_str);
        let first = first.split_whitespace().next().unwrap_or("command");
        let name = first.rsplit(['/', '\\']).next().unwrap_or(first);
        let name: String = name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "._-".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .take(40)
            .collect();
        if name.trim_matches(['.', '_']).is_empty() {
            "command".to_owned()
        } else {
            name
        }
    }
}

/// Words with the quotation marks that a shell needs; `{n}` needs none.
fn joined(words: &[String]) -> String {
    let word = |word: &String| {
        if word.replace(MARK, "").chars().all(is_plain) && !word.is_empty() {
            word.clone()
        } else {
            shell_words::quote(word).into_owned()
        }
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./:=,+@%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn n_is_put_in_everywhere() {
        let command = Command::new(&words(&["wrk", "-t{n}", "-c{n}", "a b/{n}"]), false);
        assert_eq!(command.at(8.0), words(&["wrk", "-t8", "-c8", "a b/8"]));
        assert_eq!(command.text(), "wrk -t{n} -c{n} 'a b/{n}'");
        assert_eq!(command.text_at(0.5), "wrk -t0.5 -c0.5 'a b/0.5'");
        assert!(command.holds_n());
        // What is shown can be typed: a shell reads the same words.
        assert_eq!(
            shell_words::split(&command.text()).unwrap(),
            ["wrk", "-t{n}", "-c{n}", "a b/{n}"]
        );
    }

    #[test]
    fn a_shell_line_stays_a_line() {
        let command = Command::new(&words(&["wrk -c{n} | tail -1"]), true);
        assert_eq!(command.at(2.0).last().unwrap(), "wrk -c2 | tail -1");
        assert_eq!(command.text(), "wrk -c{n} | tail -1");
    }

    #[test]
    fn the_program_names_the_file() {
        for (first, expected) in [
            ("/usr/bin/wrk", "wrk"),
            ("./bench.sh", "bench.sh"),
            ("wrk -c{n} | tail -1", "wrk"),
            ("../..", "command"),
            ("a:b", "a_b"),
        ] {
            assert_eq!(Command::line(first).program(), expected);
        }
    }
}
