//! The flags of every command, as its help lists them, and values for them.

use super::spoil::{self, Random};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// One flag.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    /// With its dashes.
    name: String,
    /// What its value is called; nothing for a switch.
    value: Option<String>,
    /// The words that it knows.
    words: Vec<String>,
}

/// Commands by name, with all they know.
pub(crate) fn of_every_command(program: &Path) -> BTreeMap<String, Vec<Flag>> {
    let help = |args: &[&str]| {
        let said = Command::new(program).args(args).arg("--help").output();
        String::from_utf8(said.unwrap().stdout).unwrap()
    };
    let mut all = BTreeMap::from([(String::new(), of(&help(&[])))]);
    let top = help(&[]);
    let commands = top.lines().filter_map(|line| {
        let word = line.strip_prefix("  ")?.split_whitespace().next()?;
        (line.as_bytes().get(2) != Some(&b' ') && !word.starts_with('-')).then_some(word)
    });
    for command in commands {
        let mut flags = of(&help(&[command]));
        if command == "risk" {
            for risk in [
                "herd",
                "retry",
                "starvation",
                "head-of-line",
                "affinity",
                "deadlock",
                "ceiling",
                "batch",
                "concurrency",
                "fan-out",
            ] {
                flags.extend(of(&help(&[command, risk])));
            }
        }
        all.insert(command.to_owned(), flags);
    }
    all
}

fn of(help: &str) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    for line in help.lines().map(str::trim_start) {
        if let Some(word) = line.strip_prefix("- ") {
            if let Some(flag) = flags.last_mut() {
                let end = word.find([':', ' ']).unwrap_or(word.len());
                flag.words.push(word[..end].to_owned());
            }
        } else if let Some(at) = line.find("--").filter(|_| line.starts_with('-')) {
            let name = &line[at..];
            let end = name.find([' ', '[']).unwrap_or(name.len());
            let value = line.find('<').map(|from| {
                let rest = &line[from + 1..];
                rest[..rest.find('>').unwrap_or(rest.len())].to_owned()
            });
            flags.push(Flag {
                name: name[..end].to_owned(),
                value,
                words: Vec::new(),
            });
        }
    }
    flags
}

impl Flag {
    /// The flag as it may be typed, mostly with a value that makes sense.
    pub(crate) fn words(
        &self,
        random: &mut Random,
        file: &mut dyn FnMut(&mut Random) -> OsString,
    ) -> Vec<OsString> {
        let mut words = vec![OsString::from(&self.name)];
        let Some(value) = &self.value else {
            return words;
        };
        let given = match &*self.name {
            // Only this machine is asked, and only what is in the folder is written.
            "--prometheus" => "http://127.0.0.1:9".into(),
            "--output" => random
                .one_of(&[
                    "out.json",
                    "json=out.json",
                    "out.svg",
                    "out.csv",
                    "in.csv",
                    "-",
                    "/dev/full",
                    "out.md",
                    "no/such/out.json",
                ])
                .into(),
            "--setup" | "--teardown" | "--prepare" | "--cleanup" => "true".into(),
            _ if value.contains("FILE") => file(random),
            _ => match (random.below(3), self.words.len()) {
                (0, _) | (_, 0) if random.below(2) == 0 => spoil::odd(random),
                (_, 0) => random.one_of(sensible(value)).into(),
                (_, count) => OsString::from(&self.words[random.below(count)]),
            },
        };
        if random.below(2) == 0 {
            let mut word = OsString::from(format!("{}=", self.name));
            word.push(given);
            return vec![word];
        }
        words.push(given);
        words
    }
}

fn sensible(value: &str) -> &'static [&'static str] {
    match value {
        _ if value.contains("RATIO@RATE") => &["30%@900/s", "0@1/s"],
        _ if value.contains("RATE@N") => &["500/s@8", "1k/s@2"],
        _ if value.contains("RATIO@N") => &["60%@8", "10%@1"],
        _ if value.contains("TIME@N") => &["2ms@8", "1s@4"],
        _ if value.contains('@') => &["4@8", "2@4"],
        _ if value.contains("RATE") => &["5k/s", "100/s", "3", "60/min"],
        _ if value.contains("TIME") || value.contains("SPAN") => &["10ms", "1s", "200us", "2h"],
        _ if value.contains("RATIO") => &["5%", "0.9", "99.9%", "50%"],
        _ if value.contains("LIST") => &["1,2,4", "1..64:x2", "50..95:5", "8"],
        _ if value.contains("SLO") => &["p99<=10ms", "mean<1s", "utilization<=70%"],
        _ if value.contains("COL") => &["threads", "throughput", "n", "x", "no such"],
        _ if value.contains("REGEX") => &["c([0-9]+)", "([0-9]+)", "(", ".*"],
        _ if value.contains("CONDITION") => &["throughput@8<95%", "peak<90%", "alpha>120%"],
        _ if value.contains("CHANGES") => &["beta=0", "alpha=/2", "alpha=0.1,beta=*2"],
        _ if value.contains("METRIC") => &["backlog=5", "cpu=70%", "errors=1%"],
        _ if value.contains("MONEY") => &["0.5/h", "10", "3/h"],
        _ => &["4", "1", "100", "0.5", "2"],
    }
}
