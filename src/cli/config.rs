//! `scalecalc.toml`: defaults of flags, so that they need not be typed every time.
//!
//! The file is looked for in the working directory and its parents up to the root of the
//! repository; outside a repository only in the working directory. A flag that is typed wins.

use super::failure::Failure;
use crate::error::Error;
use crate::spelling::nearest;
use clap::builder::OsStr;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Name of the file.
const NAME: &str = "scalecalc.toml";

/// Flags about the file itself.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Defaults")]
pub(super) struct ConfigArgs {
    /// File with defaults of flags, instead of a scalecalc.toml here or above in the repository
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Take no defaults from a file
    #[arg(long, global = true)]
    no_config: bool,
}

/// What a default is about, and with that the commands it is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum About {
    /// How measurements are read: for commands that read some.
    Reading,
    /// Anything else: for every command that has the flag.
    Any,
    /// Only under the name of a command, because commands mean different things by it.
    OneCommand,
}

/// Every key, by the name of its flag.
const KEYS: &[(&str, About)] = &[
    ("n", About::Reading),
    ("x", About::Reading),
    ("latency", About::Reading),
    ("by", About::Reading),
    ("n-unit", About::Reading),
    ("n-from", About::Reading),
    ("from", About::Reading),
    ("delimiter", About::Reading),
    ("decimal", About::Reading),
    ("header", About::Reading),
    ("replicates", About::Reading),
    ("x-is", About::Reading),
    ("y-is", About::Reading),
    ("think", About::Reading),
    ("law", About::Any),
    ("noise", About::Any),
    ("anchor", About::Any),
    ("confidence", About::Any),
    ("interval", About::Any),
    ("forecast", About::Any),
    ("price", About::Any),
    ("target", About::Any),
    ("headroom", About::OneCommand),
    ("spare", About::Any),
    ("zones", About::Any),
    ("current", About::Any),
    ("sizes", About::Any),
    ("cell-overhead", About::OneCommand),
    ("policy", About::Any),
    ("baseline", About::Any),
    ("tolerance", About::Any),
    ("on-inconclusive", About::Any),
    ("slo", About::OneCommand),
    ("at", About::OneCommand),
    ("min-efficiency", About::Any),
    ("min-throughput", About::Any),
    ("min-speedup", About::Any),
    ("max-latency", About::Any),
    ("min-peak", About::Any),
    ("max-alpha", About::Any),
    ("max-beta", About::Any),
    ("color", About::Any),
];
/// Other words for keys.
const ALSO: &[(&str, &str)] = &[("unit", "n-unit"), ("targets", "target"), ("column-n", "n")];

/// Keys that name a file.
const FILES: &[&str] = &["policy", "baseline", "sizes"];

/// Defaults from a file.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// Where they are from; nothing where there is no file.
    path: Option<PathBuf>,
    /// Command (none for all), key, values.
    entries: Vec<(Option<String>, &'static str, About, Vec<String>)>,
}

/// The defaults that these arguments run with.
///
/// # Errors
/// An input failure for a file that cannot be read, with the line where a key is wrong.
pub(super) fn find(args: &[OsString], command: &Command) -> Result<Config, Failure> {
    let path = match said(args) {
        Said::None => return Ok(Config::default()),
        Said::File(path) => path,
        Said::Nothing => match look(&std::env::current_dir().unwrap_or_default()) {
            Some(path) => path,
            None => return Ok(Config::default()),
        },
    };
    let shown = path.to_string_lossy().into_owned();
    let text = super::input::text(&shown)?;
    parse(&shown, &text, command)
}

/// What the arguments say of the file, before they can be parsed.
enum Said {
    Nothing,
    None,
    File(PathBuf),
}

fn said(args: &[OsString]) -> Said {
    let own = args.iter().take_while(|arg| *arg != "--");
    let texts: Vec<String> = own.map(|arg| arg.to_string_lossy().into_owned()).collect();
    for (at, text) in texts.iter().enumerate() {
        if text == "--no-config" {
            return Said::None;
        }
        let behind = (text == "--config").then(|| texts.get(at + 1).cloned());
        let file = text.strip_prefix("--config=").map(str::to_owned);
        if let Some(file) = file.or(behind.flatten()) {
            return Said::File(file.into());
        }
    }
    Said::Nothing
}

/// The file in this folder or its parents, as far as the root of the repository.
fn look(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|at| at.join(".git").exists());
    let root = root.unwrap_or(folder);
    let folders = folder.ancestors().take_while(|at| at.starts_with(root));
    let (above, found) = folders
        .enumerate()
        .find(|(_, at)| at.join(NAME).is_file())?;
    Some(match above {
        0 => PathBuf::from(NAME),
        above if above <= 3 => PathBuf::from("../".repeat(above)).join(NAME),
        _ => found.join(NAME),
    })
}

fn parse(path: &str, text: &str, command: &Command) -> Result<Config, Failure> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let told = Error::data(
            error.message(),
            "noise = \"relative\"\n[plan]\nprice = \"0.40/h\"",
        );
        let line = error.span().map(|span| line_of(text, span.start));
        line.map_or(told.clone(), |line| told.at(line, None))
            .in_file(path)
    })?;
    let refuse = |key: &str, message: String, hint: String| {
        let written = |line: &str| {
            let line = line.trim_start().trim_start_matches(['[', '"', ' ']);
            line.starts_with(key)
        };
        let line = text.lines().position(written);
        let told = Error::data(message, hint);
        let told = match line {
            Some(line) => told.at(line as u64 + 1, None),
            None => told,
        };
        Failure::from(told.in_file(path))
    };
    let mut config = Config {
        path: Some(path.into()),
        entries: Vec::new(),
    };
    for (key, value) in &table {
        match value {
            toml::Value::Table(inside) => {
                let sub = command.find_subcommand(key).ok_or_else(|| {
                    let names = command.get_subcommands().map(Command::get_name);
                    let hint = nearest(key, names).map_or_else(
                        || "[plan], [check] or another command".to_owned(),
                        |name| format!("[{name}]"),
                    );
                    refuse(key, format!("there is no command \"{key}\""), hint)
                })?;
                for (key, value) in inside {
                    let (name, about) = known(key).map_err(|hint| {
                        refuse(key, format!("there is no default \"{key}\""), hint)
                    })?;
                    if flag(sub, name).is_none() {
                        let message = format!("{} has no \"{key}\"", sub.get_name());
                        return Err(refuse(key, message, flags_of(sub)));
                    }
                    let values = value_of(path, name, value).ok_or_else(|| {
                        refuse(
                            key,
                            format!("\"{key}\" is no text or number"),
                            String::new(),
                        )
                    })?;
                    let of = Some(sub.get_name().to_owned());
                    config.entries.push((of, name, about, values));
                }
            }
            value => {
                let (name, about) = known(key)
                    .map_err(|hint| refuse(key, format!("there is no default \"{key}\""), hint))?;
                if about == About::OneCommand {
                    let message = format!("\"{key}\" means something else to each command");
                    let hint = format!(
                        "put it under a command, such as [plan], below the rest: {key} = …"
                    );
                    return Err(refuse(key, message, hint));
                }
                let values = value_of(path, name, value).ok_or_else(|| {
                    refuse(
                        key,
                        format!("\"{key}\" is no text or number"),
                        String::new(),
                    )
                })?;
                config.entries.push((None, name, about, values));
            }
        }
    }
    Ok(config)
}

fn line_of(text: &str, at: usize) -> u64 {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() as u64 + 1
}

/// The key that a word stands for, or what to write instead.
fn known(word: &str) -> Result<(&'static str, About), String> {
    let plain = word.replace('_', "-");
    let plain = ALSO
        .iter()
        .find(|(also, _)| *also == plain)
        .map_or(plain.as_str(), |(_, key)| key);
    let found = KEYS.iter().find(|(key, _)| *key == plain);
    found.copied().ok_or_else(|| {
        let names = || KEYS.iter().map(|(key, _)| *key);
        match nearest(plain, names()) {
            Some(name) => format!("{name} = …"),
            None => format!(
                "the defaults are {}",
                names().collect::<Vec<_>>().join(", ")
            ),
        }
    })
}

/// The keys that a command takes, for its message.
fn flags_of(sub: &Command) -> String {
    let names: Vec<&str> = (KEYS.iter().map(|(key, _)| *key))
        .filter(|key| flag(sub, key).is_some())
        .collect();
    format!("its defaults are {}", names.join(", "))
}

/// The argument behind a flag.
fn flag<'c>(sub: &'c Command, key: &str) -> Option<&'c clap::Arg> {
    sub.get_arguments().find(|arg| arg.get_long() == Some(key))
}

/// A command whose flag, where it has it, has this default.
fn with_default(command: Command, key: &str, values: &[String]) -> Command {
    let Some(id) = flag(&command, key).map(|arg| arg.get_id().clone()) else {
        return command;
    };
    let values: Vec<OsStr> = values.iter().map(|value| value.clone().into()).collect();
    // A default stands for a flag that must be given.
    command.mut_arg(id, |arg| arg.required(false).default_values(values))
}

/// A value of a key. A file that it names lies beside the file of defaults.
fn value_of(path: &str, name: &str, value: &toml::Value) -> Option<Vec<String>> {
    let mut values = values(value)?;
    if FILES.contains(&name) {
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        for value in &mut values {
            *value = folder.join(&*value).to_string_lossy().into_owned();
        }
    }
    Some(values)
}

/// One value, or several.
fn values(value: &toml::Value) -> Option<Vec<String>> {
    match value {
        toml::Value::String(text) => Some(vec![text.clone()]),
        toml::Value::Integer(number) => Some(vec![number.to_string()]),
        toml::Value::Float(number) => Some(vec![crate::units::plain(*number)]),
        toml::Value::Array(items) => {
            let items: Option<Vec<Vec<String>>> = items.iter().map(values).collect();
            Some(items?.concat())
        }
        _ => None,
    }
}

impl Config {
    /// The program with the defaults of the file in place of its own.
    pub(super) fn applied(&self, command: Command) -> Command {
        let everywhere = self.entries.iter().filter(|(of, ..)| of.is_none());
        let command = everywhere.fold(command, |command, (_, key, _, values)| {
            with_default(command, key, values)
        });
        command.mut_subcommands(|sub| {
            // What stands under a command comes after what is for all, and replaces it.
            let of = |own: bool| {
                self.entries
                    .iter()
                    .filter(move |(of, ..)| of.is_some() == own)
            };
            let name = sub.get_name().to_owned();
            let reads = flag(&sub, "csv").is_some() && flag(&sub, "n").is_some();
            of(false)
                .chain(of(true).filter(|(of, ..)| of.as_ref() == Some(&name)))
                .fold(sub, |sub, (_, key, about, values)| {
                    if *about == About::Reading && !reads {
                        return sub;
                    }
                    with_default(sub, key, values)
                })
        })
    }

    /// A failure of the command line, told as one of the file where the value is from there.
    pub(super) fn explain(&self, error: clap::Error, args: &[OsString]) -> Failure {
        let flag = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(text)) => text.split([' ', '=']).next().map(str::to_owned),
            _ => None,
        };
        let typed = |flag: &str| {
            let with_value = format!("{flag}=");
            args.iter().any(|arg| {
                let arg = arg.to_string_lossy();
                arg == flag || arg.starts_with(&with_value)
            })
        };
        let from_file = |flag: &str| {
            let key = flag.trim_start_matches('-');
            self.entries.iter().any(|(_, known, ..)| *known == key) && !typed(flag)
        };
        match (&self.path, flag) {
            (Some(path), Some(flag)) if from_file(&flag) => {
                let message = error.render().to_string();
                let mut lines = message.trim_start_matches("error: ").lines();
                let first = lines.next().unwrap_or_default().to_owned();
                let hint = lines
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or_default();
                Failure::input(
                    format!("{}: {first}", path.display()),
                    hint.trim().to_owned(),
                )
            }
            _ => error.into(),
        }
    }

    /// Which file the defaults are from and what they are, for people who ask.
    pub(super) fn told(&self) -> Option<String> {
        let entries: Vec<String> = (self.entries.iter())
            .map(|(of, key, _, values)| {
                let of = of.as_ref().map_or(String::new(), |of| format!("{of}."));
                format!("{of}{key} = {}", values.join(", "))
            })
            .collect();
        let path = self.path.as_ref()?;
        Some(format!("{}: {}", path.display(), entries.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_file_is_found_up_to_the_root_of_the_repository() {
        let root = std::env::temp_dir().join(format!("scalecalc-config-{}", std::process::id()));
        let below = root.join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(root.join(NAME), "").unwrap();
        // Outside a repository only the folder itself counts.
        assert_eq!(look(&below), None);
        assert_eq!(look(&root), Some(PathBuf::from(NAME)));
        fs::create_dir(root.join("a/.git")).unwrap();
        assert_eq!(look(&below), None);
        fs::create_dir(root.join(".git")).unwrap();
        fs::remove_dir(root.join("a/.git")).unwrap();
        assert_eq!(look(&below), Some(Path::new("../../").join(NAME)));
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn every_key_is_a_flag_of_some_command() {
        let command = crate::cli::command();
        for (key, _) in KEYS {
            // Flags of all commands are on the program itself.
            let somewhere = command
                .get_subcommands()
                .chain([&command])
                .any(|sub| flag(sub, key).is_some());
            assert!(somewhere, "{key}");
        }
    }
}
