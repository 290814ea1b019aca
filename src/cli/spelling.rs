//! Settings, as they are typed here: the library advises, this spells the advice as flags.

use crate::advice::{Advice, Setting, Spelling};
use crate::error::Error;
use std::borrow::Cow;

/// Settings as flags of the command line.
pub(in crate::cli) fn flags() -> Spelling {
    Spelling::new(|setting, value| match value {
        Some(value) => format!("{} {}", flag(setting), quoted(value)),
        None => flag(setting),
    })
}

/// What to type instead of what led to an error; empty where the message says it all.
pub(super) fn hint(error: &Error) -> String {
    spelled(&error.hint())
}

/// An error and what to type instead, in one line.
pub(super) fn told(error: &Error) -> String {
    match hint(error) {
        hint if hint.is_empty() => error.to_string(),
        hint => format!("{error}: {hint}"),
    }
}

fn spelled(advice: &Advice) -> String {
    advice.spelled(flags()).to_string()
}

/// A setting is a flag of the same word.
fn flag(setting: Setting) -> String {
    format!("--{}", setting.word())
}

/// A value as a shell takes it.
fn quoted(value: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "_-./,=@%:+".contains(c);
    if value != "," && !value.is_empty() && value.chars().all(plain) {
        value.into()
    } else if value.contains('\'') {
        shell_words::quote(value)
    } else {
        format!("'{value}'").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_a_shell_would_split_them() {
        let advice = Setting::NFrom
            .to("c(\\d+)")
            .words(" ")
            .set(Setting::N, "a b");
        assert_eq!(spelled(&advice), "--n-from 'c(\\d+)' --n 'a b'");
        let decimal = Setting::Decimal
            .to(",")
            .words(" ")
            .set(Setting::Decimal, ".");
        assert_eq!(spelled(&decimal), "--decimal ',' --decimal .");
        let quote = Setting::X.to("it's");
        let line = spelled(&quote);
        assert_eq!(shell_words::split(&line).unwrap(), ["--x", "it's"]);
    }

    #[test]
    fn every_setting_is_a_flag_of_some_command() {
        use clap::CommandFactory;
        fn has(command: &clap::Command, flag: &str) -> bool {
            command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(flag))
                || command.get_subcommands().any(|sub| has(sub, flag))
        }
        let program = super::super::Cli::command();
        for setting in Setting::ALL {
            assert!(has(&program, setting.word()), "--{}", setting.word());
        }
    }
}
