//! The settings of a scenario: the same names and the same grammar as flags and in a file.

use crate::cli::failure::Failure;
use crate::cli::spelling;
use crate::error::Error;
use crate::units;
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One setting as it was written. A list may be an array in a file.
#[derive(Debug, Clone, PartialEq, Deserialize, schemars::JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a text, a number, true or false, or a list of them"
)]
pub(super) enum Written {
    /// `true` or `false`.
    Switch(bool),
    /// A bare number.
    Number(f64),
    /// Anything with a unit or a name.
    Text(String),
    /// Several, which a flag separates by commas.
    List(Vec<Self>),
}

impl Written {
    /// The same as a flag would say it.
    fn text(&self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Number(number) => units::plain(*number),
            Self::Text(text) => text.clone(),
            Self::List(items) => items.iter().map(Self::text).collect::<Vec<_>>().join(","),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that clap asks for")]
fn written(text: &str) -> Result<Written, String> {
    Ok(Written::Text(text.to_owned()))
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])* $(#[arg($($arg:tt)*)])* $name:ident $key:literal $value:literal;)*) => {
        /// A scenario and how much of it is simulated.
        #[derive(Debug, Clone, Default, PartialEq, Args, Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        #[schemars(title = "scenario", description = "A scenario file of scalecalc simulate (TOML): each key is the flag of the same name.")]
        pub(crate) struct Settings {
            $(
                $(#[doc = $doc])*
                #[arg(long, value_name = $value, value_parser = written, $($($arg)*)*)]
                pub(super) $name: Option<Written>,
            )*
        }

        impl Settings {
            /// Every setting that is there, by its name.
            fn all(&self) -> BTreeMap<&'static str, String> {
                let mut all = BTreeMap::new();
                $(if let Some(value) = &self.$name { all.insert($key, value.text()); })*
                all
            }

            /// Every name.
            const NAMES: &[&str] = &[$($key),*];
        }
    };
}

settings! {
    /// Arrivals: 1000/s, 5k/s
    arrivals "arrivals" "RATE";
    /// Coefficient of variation of the times between arrivals (1: Poisson, 0: clockwork)
    cv_arrivals "cv-arrivals" "NUM";
    /// Law of those times: auto, lognormal, bounded-pareto[:SHAPE], pareto:SHAPE, or file: and a path
    arrival_law "arrival-law" "LAW";
    /// Requests that come together each time
    batch "batch" "NUM";
    /// Mean service time of one request on one server
    service "service" "TIME";
    /// Coefficient of variation of the service times (1: exponential, 0: all the same)
    cv_service "cv-service" "NUM";
    /// Law of the service times: auto, lognormal, bounded-pareto[:SHAPE], pareto:SHAPE, or file: and a path
    service_law "service-law" "LAW";
    /// Priority classes instead of arrivals and service, highest first: RATE:SERVICE[:CV],…
    priority "priority" "LIST";
    /// Waiting time that makes up for one priority class
    ageing "ageing" "TIME";
    /// Number of servers
    servers "servers" "NUM";
    /// shared, random, round-robin, least-of-D, sticky:KEYS[:SKEW] or stealing[:TRIES]
    routing "routing" "HOW";
    /// Who is next: fifo, lifo, shortest, srpt or sharing
    discipline "discipline" "WHO";
    /// Places of a queue, those in service included; who finds them taken is turned away
    places "places" "NUM";
    /// How long a request waits before it leaves unserved
    patience "patience" "TIME";
    /// Clients of a closed loop: each waits for its answer before it asks again
    clients "clients" "NUM";
    /// Mean pause of a client of the closed loop (exponential)
    think "think" "TIME";
    /// How long a client waits for an answer before an attempt counts as failed
    timeout "timeout" "TIME";
    /// Take given-up work back instead of finishing it in vain
    #[arg(num_args = 0..=1, default_missing_value = "true")]
    cancel "cancel" "true|false";
    /// Attempts after the first, or forever
    retries "retries" "NUM";
    /// none, fixed:T, random:MEAN, or exponential, full, equal, decorrelated with :BASE..CAP
    backoff "backoff" "HOW";
    /// Retry budget: tokens that each answer adds, one a retry: 10%
    budget "budget" "RATIO";
    /// Adaptive throttling with this multiplier K (2 as a rule)
    throttle "throttle" "K";
    /// Copies of each request, to different servers
    copies "copies" "NUM";
    /// Answers a request needs: 1 for the first of its copies, all for a fork–join
    need "need" "NUM";
    /// Send the other copies only if there is no answer by then
    hedge "hedge" "TIME";
    /// Mean time an idle server needs to come back (cold start, exponential)
    setup "setup" "TIME";
    /// Share of those served that join the same queue again
    rejoin "rejoin" "RATIO";
    /// What happens when: capacity=0@60s+10s, load=2@60s+10s, burst=10k@0s, servers=+4@60s,…
    trigger "trigger" "LIST";
    /// Servers that follow the load: TARGET:LAG:LEAST..MOST[:EVERY], such as 60%:30s:1..20
    autoscale "autoscale" "HOW";
    /// Seed: the same one gives the same bytes
    seed "seed" "NUM";
    /// Independent runs
    runs "runs" "NUM";
    /// Requests of a run that count
    requests "requests" "NUM";
    /// Time of a run that counts, instead of requests
    horizon "horizon" "TIME";
    /// Requests left out at the beginning of a run, instead of finding out
    warm_up "warm-up" "NUM";
    /// Confidence level of the intervals
    confidence "confidence" "RATIO";
}

/// Flags over a file, with where each setting comes from.
#[derive(Debug, Clone)]
pub(super) struct Given {
    values: BTreeMap<&'static str, String>,
    flags: BTreeMap<&'static str, String>,
    file: Option<File>,
}

#[derive(Debug, Clone)]
struct File {
    path: String,
    text: String,
}

impl Given {
    /// Flags alone, or over what a file says.
    ///
    /// # Errors
    /// An input failure with file, line and column for what is not TOML or not a setting.
    pub(super) fn new(flags: &Settings, file: Option<(&str, String)>) -> Result<Self, Failure> {
        let flags = flags.all();
        let Some((path, text)) = file else {
            return Ok(Self {
                values: flags.clone(),
                flags,
                file: None,
            });
        };
        let read: Settings = toml::from_str(&text).map_err(|error| refuse(path, &text, &error))?;
        let mut values = read.all();
        values.extend(flags.clone());
        let path = path.to_owned();
        Ok(Self {
            values,
            flags,
            file: Some(File { path, text }),
        })
    }

    /// The same with one more setting, as `NAME=VALUE`.
    ///
    /// # Errors
    /// A usage failure for what is not `NAME=VALUE` or not a setting.
    pub(super) fn with(&self, change: &str) -> Result<(Self, &'static str, String), Failure> {
        let told = || {
            Failure::usage(
                format!("--versus: cannot read \"{change}\" as a change"),
                format!(
                    "write NAME=VALUE, with a name of: {}",
                    Settings::NAMES.join(", ")
                ),
            )
        };
        let (name, value) = change.split_once('=').ok_or_else(told)?;
        let name = Settings::NAMES
            .iter()
            .find(|known| **known == name.trim())
            .ok_or_else(told)?;
        let mut changed = self.clone();
        let value = value.trim().to_owned();
        changed.values.insert(name, value.clone());
        changed.flags.insert(name, value.clone());
        Ok((changed, name, value))
    }

    /// Every setting, for the document.
    pub(super) fn echo(&self) -> BTreeMap<String, String> {
        let all = self.values.iter();
        all.map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect()
    }

    /// Whether a setting is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A setting through its grammar.
    ///
    /// # Errors
    /// What the grammar refuses, with the flag or the place in the file.
    pub(super) fn read<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, Error>,
    ) -> Result<Option<T>, Failure> {
        let Some(text) = self.values.get(name) else {
            return Ok(None);
        };
        parse(text)
            .map(Some)
            .map_err(|error| self.blame(name, &error))
    }

    /// An error about one setting.
    pub(super) fn blame(&self, name: &'static str, error: &Error) -> Failure {
        let said = match error {
            Error::NoSolution { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        match &self.file {
            Some(file) if !self.flags.contains_key(name) => {
                let told = Error::data(format!("{name}: {said}"), error.hint());
                let told = match file.line_of(name) {
                    Some(line) => told.at(line, None),
                    None => told,
                };
                told.in_file(&file.path).into()
            }
            _ => Failure::usage(format!("--{name}: {said}"), spelling::hint(error)),
        }
    }

    /// An error about the whole.
    pub(super) fn blame_all(&self, error: &Error) -> Failure {
        if let Error::OutOfRange { name, .. } = error
            && let Some(setting) = setting_of(name).filter(|setting| self.has(setting))
        {
            return self.blame(setting, error);
        }
        let (message, hint) = match error {
            // What does not go together is said as it is.
            Error::NoSolution { reason, hint } => (reason.clone(), hint.clone()),
            other => (other.to_string(), other.hint()),
        };
        match &self.file {
            Some(file) => Error::data(message, hint).in_file(&file.path).into(),
            None => Failure::usage(message, spelling::hint(error)),
        }
    }
}

/// The setting behind a number that the simulation names.
fn setting_of(number: &str) -> Option<&'static str> {
    let name = match number {
        "share that joins again" => "rejoin",
        "keys" | "skew of keys" | "servers to look at" => "routing",
        "target utilization"
        | "time between decisions"
        | "lag"
        | "most servers"
        | "fewest servers" => "autoscale",
        "burst" => "trigger",
        of if of.ends_with("of a trigger") => "trigger",
        same => same,
    };
    Settings::NAMES
        .iter()
        .find(|known| **known == name)
        .copied()
}

impl File {
    /// The line of a key, from 1.
    fn line_of(&self, name: &str) -> Option<u64> {
        let starts = |line: &str| {
            let rest = line.trim_start().strip_prefix(name);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let at = self.text.lines().position(starts)?;
        Some(at as u64 + 1)
    }
}

fn refuse(path: &str, text: &str, error: &toml::de::Error) -> Failure {
    let message = error.message();
    let hint = if message.contains("unknown field") {
        "the keys are the names of the flags: see scalecalc simulate --help".to_owned()
    } else {
        "arrivals = \"8/s\"\nservice = \"1s\"\nservers = 10".to_owned()
    };
    let message = message.split(", expected one of").next().unwrap_or(message);
    let told = Error::data(message, hint);
    let told = match error.span() {
        Some(span) => {
            let before = text.get(..span.start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            told.at(line as u64, Some(column as u64))
        }
        None => told,
    };
    told.in_file(path).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_flags_say_and_flags_win() {
        let text = "arrivals = \"8/s\"\nservers = 10\ntrigger = [\"load=2@1s\", \"burst=5@2s\"]\n";
        let file = Given::new(&Settings::default(), Some(("a.toml", text.to_owned()))).unwrap();
        assert_eq!(file.values["trigger"], "load=2@1s,burst=5@2s");
        assert_eq!(file.values["servers"], "10");
        let flags = Settings {
            servers: Some(Written::Text("12".to_owned())),
            ..Settings::default()
        };
        let both = Given::new(&flags, Some(("a.toml", text.to_owned()))).unwrap();
        assert_eq!(both.values["servers"], "12");
    }

    #[test]
    fn errors_have_their_place() {
        let refuse = |text: &str| {
            let given = Given::new(&Settings::default(), Some(("a.toml", text.to_owned())));
            given
                .and_then(|given| given.read("servers", units::quantity))
                .unwrap_err()
                .message()
        };
        assert!(refuse("\nservers = \"ten\"").starts_with("a.toml:2: servers: "));
        assert!(refuse("\nserver = 10").starts_with("a.toml:2:1: unknown field `server`"));
        assert!(refuse("servers = ").starts_with("a.toml:1:"));
    }
}
