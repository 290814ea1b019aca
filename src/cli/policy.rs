//! Policy files: the rules of a repository, in TOML.

use super::failure::Failure;
use crate::error::Error;
use crate::judge::gate::{Rule, RuleKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a policy file says.
#[derive(Debug, Default)]
pub(super) struct Policy {
    /// Rules for every series.
    pub(super) rules: Vec<Rule>,
    /// Rules for one series, by its name.
    pub(super) series: BTreeMap<String, Vec<Rule>>,
    /// As `--on-inconclusive`.
    pub(super) on_inconclusive: Option<String>,
    /// As `--baseline`.
    pub(super) baseline: Option<String>,
    /// As `--tolerance`.
    pub(super) tolerance: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    on_inconclusive: Option<String>,
    baseline: Option<String>,
    tolerance: Option<String>,
    #[serde(default)]
    rules: Rules,
    #[serde(default)]
    series: BTreeMap<String, Rules>,
}

/// Values by the word of the rule.
type Rules = BTreeMap<String, Values>;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Values {
    One(Scalar),
    Several(Vec<Scalar>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(f64),
}

impl Policy {
    /// Reads the text of a policy file.
    ///
    /// # Errors
    /// An input failure with the line for what is not TOML, a key that is not known, and a
    /// value that no rule takes.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Failure> {
        let file: File = toml::from_str(text).map_err(|error| {
            let told = Error::data(error.message(), HINT);
            let at = error.span().map(|span| place(text, span.start));
            match at {
                Some((line, column)) => told.at(line, Some(column)),
                None => told,
            }
            .in_file(path)
        })?;
        let read = |rules: Rules| read(path, rules);
        Ok(Self {
            rules: read(file.rules)?,
            series: file
                .series
                .into_iter()
                .map(|(name, rules)| Ok((name, read(rules)?)))
                .collect::<Result<_, Failure>>()?,
            on_inconclusive: file.on_inconclusive,
            baseline: file.baseline,
            tolerance: file.tolerance,
        })
    }
}

const HINT: &str =
    "[rules]\nmin-efficiency = [\"60%@8\", \"50%@16\"]\n[series.lock]\nmax-alpha = 0.05";

/// Line and column, from 1, of a byte.
fn place(text: &str, at: usize) -> (u64, u64) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line as u64, column as u64)
}

fn read(path: &str, rules: Rules) -> Result<Vec<Rule>, Failure> {
    let mut out = Vec::new();
    for (word, values) in rules {
        let kind = RuleKind::ALL
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| {
                let words = RuleKind::ALL.map(RuleKind::word).join(", ");
                Error::data(format!("there is no rule {word}"), words).in_file(path)
            })?;
        let values = match values {
            Values::One(value) => vec![value],
            Values::Several(values) => values,
        };
        for value in values {
            let text = match value {
                Scalar::Text(text) => text,
                Scalar::Number(number) => crate::units::plain(number),
            };
            out.push(Rule::parse(kind, &text).map_err(|error| {
                Error::data(format!("{word}: {error}"), error.hint()).in_file(path)
            })?);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_all_and_for_one() {
        let policy = Policy::parse(
            "p.toml",
            "tolerance = \"5%\"\n[rules]\nmin-efficiency = [\"60%@8\", \"50%@16\"]\nmin-peak = 16\n[series.\"a b\"]\nmax-alpha = 0.05\n",
        )
        .unwrap();
        assert_eq!(policy.rules.len(), 3);
        assert_eq!(policy.series["a b"].len(), 1);
        assert_eq!(policy.tolerance.as_deref(), Some("5%"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for bad in [
            "[rules]\nmin-eficiency = \"60%@8\"",
            "[rules]\nmin-efficiency = \"60%\"",
            "[rule]\nmin-peak = 3",
            "[rules",
            "[rules]\nmin-peak = true",
        ] {
            assert!(Policy::parse("p.toml", bad).is_err(), "{bad}");
        }
    }
}
