//! What help shows: `-h` a screen of what most people use, `--help` everything, by task.

use super::fit_flags::FitArgs;
use super::input::InputArgs;
use clap::{Arg, Args, Command};
use std::ffi::OsString;
use std::fmt::Write;

/// Commands by what they are for, as help lists them.
const GROUPS: &[(&str, &[&str])] = &[
    ("Models", &["usl", "amdahl", "little", "queue", "paths"]),
    (
        "Decisions",
        &["plan", "check", "compare", "health", "report"],
    ),
    ("Explore", &["risk", "simulate"]),
    ("Data", &["measure", "import"]),
    ("Help", &["explain", "schema", "completions", "man"]),
];

/// Flags of every command that `-h` shows.
const EVERYWHERE: &[&str] = &["format", "output", "plot", "quiet"];

/// Those of them for which the screen of a command has room.
const FOR_ROOM: &[&str] = &["format", "output", "plot"];
/// A terminal as it opens.
const LINES: usize = 24;
const COLUMNS: usize = 100;

/// The arguments of each command that `-h` shows; of a command that is not here, all.
const EVERYDAY: &[(&str, &[&str])] = &[
    (
        "usl",
        &[
            "input", "csv", "n", "x", "by", "select", "law", "at", "slo", "what_if", "alpha",
            "beta",
        ],
    ),
    (
        "amdahl",
        &[
            "input",
            "n",
            "x",
            "y_is",
            "serial",
            "speedup",
            "at",
            "gustafson",
        ],
    ),
    (
        "queue",
        &[
            "arrivals",
            "service",
            "servers",
            "utilization",
            "capacity",
            "cv_service",
            "slo",
        ],
    ),
    (
        "check",
        &[
            "input",
            "policy",
            "baseline",
            "tolerance",
            "min_efficiency",
            "min_throughput",
            "max_latency",
            "min_peak",
            "headroom",
            "on_inconclusive",
        ],
    ),
    ("compare", &["input", "n", "x", "at", "fail_if"]),
    (
        "measure",
        &[
            "command", "n", "runs", "until", "budget", "max_n", "resume", "setup", "warmup",
            "timeout", "work",
        ],
    ),
    (
        "import",
        &["input", "from", "n", "x", "n_from", "select", "fold"],
    ),
    (
        "plan",
        &[
            "input",
            "n",
            "x",
            "target",
            "load",
            "growth",
            "headroom",
            "spare",
            "zones",
            "price",
            "cells",
            "sizes",
            "autoscaler",
        ],
    ),
    (
        "report",
        &["input", "n", "x", "target", "headroom", "price", "at"],
    ),
    ("risk", &["all", "document"]),
    (
        "simulate",
        &[
            "scenario", "versus", "arrivals", "service", "servers", "routing", "clients", "think",
            "timeout", "retries", "backoff", "trigger", "requests", "seed",
        ],
    ),
];

/// The program with its screens of help.
pub(super) fn with_screens(command: Command) -> Command {
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}\nOptions:\n{{options}}{{after-help}}",
        listed(&command)
    );
    command
        .help_template(template)
        .mut_args(|arg| {
            let shown = EVERYWHERE.contains(&arg.get_id().as_str());
            arg.hide_short_help(!shown)
        })
        .mut_subcommands(one_screen)
}

/// The same, where `-h` was typed: the screens of what most people use take its place.
pub(super) fn for_arguments(command: Command, args: &[OsString]) -> Command {
    let mut own = args.iter().take_while(|arg| *arg != "--");
    if !own.any(|arg| arg == "-h") {
        return command;
    }
    let everywhere: Vec<Arg> = (command.get_arguments())
        .filter(|arg| FOR_ROOM.contains(&arg.get_id().as_str()))
        .cloned()
        .collect();
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        match EVERYDAY.iter().find(|(known, _)| *known == name) {
            Some((_, everyday)) => {
                let text = screen(&sub, everyday, &everywhere);
                sub.override_help(text)
            }
            None => sub,
        }
    })
}

/// A line of what the command does, one for each flag of every day, and examples as far as they
/// fit.
fn screen(sub: &Command, everyday: &[&str], everywhere: &[Arg]) -> String {
    let name = sub.get_name();
    let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
    let usage = sub.clone().render_usage().to_string();
    let usage = usage.trim().trim_start_matches("Usage: ");
    let found = |id: &&str| sub.get_arguments().find(|arg| arg.get_id() == *id);
    let shown: Vec<&Arg> = (everyday.iter().filter_map(found))
        .chain(everywhere)
        .collect();
    let mut text = format!("{about}\nUsage: scalecalc {usage}\n\n");
    let spelled: Vec<String> = shown.iter().map(|arg| spelled(arg)).collect();
    let widest = spelled.iter().map(|name| name.chars().count()).max();
    let widest = widest.unwrap_or(0);
    for (arg, spelled) in shown.iter().zip(&spelled) {
        let room = COLUMNS.saturating_sub(widest + 4);
        let _ = writeln!(text, "  {spelled:widest$}  {}", short(arg, room));
    }
    let room = LINES.saturating_sub(5 + shown.len());
    let whole = sub.get_after_long_help().or(sub.get_after_help());
    let whole = whole.map(ToString::to_string).unwrap_or_default();
    let examples: Vec<&str> = (whole.lines().skip_while(|line| *line != "Examples:"))
        .take_while(|line| !line.is_empty())
        .take(room)
        .collect();
    if examples.len() > 1 {
        let _ = writeln!(text, "\n{}", examples.join("\n"));
    } else {
        text.push('\n');
    }
    let _ = write!(text, "Every flag: scalecalc {name} --help");
    text
}

/// `-f, --format <FORMAT>`, or the name of what stands alone.
fn spelled(arg: &Arg) -> String {
    let takes = arg.get_action().takes_values();
    let value = match arg.get_value_names() {
        Some([first, ..]) => first.to_string(),
        _ => arg.get_id().as_str().to_uppercase(),
    };
    let Some(long) = arg.get_long() else {
        return format!("[{value}]...");
    };
    let letter = arg
        .get_short()
        .map_or(String::new(), |letter| format!("-{letter}, "));
    let value = if takes {
        format!(" <{value}>")
    } else {
        String::new()
    };
    format!("{letter}--{long}{value}")
}

/// What an argument means, in one line of so many columns.
fn short(arg: &Arg, room: usize) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.lines().next().unwrap_or_default();
    if help.chars().count() > room {
        let kept: String = help.chars().take(room.saturating_sub(2)).collect();
        let part = ["; ", ": ", " ("]
            .iter()
            .filter_map(|end| kept.rfind(end))
            .max();
        return match part {
            Some(end) if 2 * end > kept.len() => kept[..end].to_owned(),
            _ => format!("{} …", kept.rsplit_once(' ').map_or(&*kept, |(all, _)| all)),
        };
    }
    let values = arg.get_possible_values();
    let values: Vec<&str> = values
        .iter()
        .map(clap::builder::PossibleValue::get_name)
        .collect();
    let told = format!("{help} ({})", values.join(", "));
    if values.is_empty() || told.chars().count() > room {
        help.to_owned()
    } else {
        told
    }
}

/// The commands, group by group.
fn listed(command: &Command) -> String {
    let mut text = String::new();
    for (title, names) in GROUPS {
        let _ = writeln!(text, "{title}:");
        let found = names
            .iter()
            .filter_map(|name| command.find_subcommand(name));
        for sub in found {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {:<12} {about}", sub.get_name());
        }
    }
    text
}

/// A command whose `-h` fits a screen, and whose `--help` has its own flags under a title.
fn one_screen(command: Command) -> Command {
    let shared = shared();
    let command = command.mut_args(|arg| {
        let leaked = matches!(arg.get_help_heading(), Some("Fit" | "Input"));
        if leaked && !shared.contains(&arg.get_id().to_string()) {
            arg.help_heading("Questions")
        } else {
            arg
        }
    });
    let name = command.get_name().to_owned();
    let Some((_, everyday)) = EVERYDAY.iter().find(|(known, _)| *known == name) else {
        return command;
    };
    let whole = command.get_after_help().cloned().unwrap_or_default();
    let examples = examples(&whole.to_string());
    command
        .mut_args(|arg| {
            let shown = everyday.contains(&arg.get_id().as_str());
            arg.hide_short_help(!shown)
        })
        .after_help(format!("{examples}Every flag: scalecalc {name} --help"))
        .after_long_help(whole)
}

/// The flags of reading and of fitting, which have titles of their own.
fn shared() -> Vec<String> {
    let command = FitArgs::augment_args(InputArgs::augment_args(Command::new("shared")));
    (command.get_arguments())
        .map(|arg| arg.get_id().to_string())
        .collect()
}

/// The examples in a text, a few lines of them, with an empty line behind.
fn examples(text: &str) -> String {
    const MOST: usize = 7;
    let lines = text.lines().skip_while(|line| *line != "Examples:");
    let mut kept: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    kept.truncate(MOST);
    if kept.is_empty() {
        return String::new();
    }
    // Braces around an n are a line break to clap, unless something stands between them.
    kept.join("\n").replace("{n}", "{\u{1b}[0mn}") + "\n\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    #[test]
    fn every_command_is_in_one_group() {
        let named: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        for sub in command().get_subcommands() {
            let times = named.iter().filter(|name| **name == sub.get_name()).count();
            assert_eq!(times, 1, "{}", sub.get_name());
        }
        assert_eq!(named.len(), command().get_subcommands().count());
    }

    #[test]
    fn what_a_screen_shows_exists_and_fits() {
        for sub in command().get_subcommands_mut() {
            let name = sub.get_name().to_owned();
            if let Some((_, everyday)) = EVERYDAY.iter().find(|(known, _)| *known == name) {
                for id in *everyday {
                    let found = sub.get_arguments().any(|arg| arg.get_id() == id);
                    assert!(found, "{name} {id}");
                }
            }
        }
        let names: Vec<String> = (command().get_subcommands())
            .map(|sub| sub.get_name().to_owned())
            .collect();
        for name in names.iter().map(String::as_str).chain(["-h"]) {
            let args = ["scalecalc", name, "-h"];
            let screens = for_arguments(command(), &args.map(OsString::from));
            let text = screens.try_get_matches_from(args).unwrap_err();
            let text = text.render().to_string();
            let everyday = EVERYDAY.iter().any(|(known, _)| *known == name);
            let lines = if everyday { LINES } else { 44 };
            assert!(text.lines().count() <= lines, "{name}:\n{text}");
            // An example is one line, to be pasted.
            let own = |line: &&str| everyday && !line.contains("  scalecalc ");
            for line in text.lines().filter(own) {
                assert!(line.chars().count() <= COLUMNS, "{name}: {line}");
            }
        }
    }
}
