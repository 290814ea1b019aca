//! `risk affinity`: hot keys and pinned users, also from a file of keys.

use super::events::Events;
use crate::cli::queue::positive_duration;
use crate::cli::{Failure, Terminal, input, value};
use crate::data::named_table::NamedTable;
use crate::error::Error;
use crate::report::Report;
use crate::report::risk::affinity::{AffinityQuestion, HotKey, KeyFile, Skew, report};
use crate::risk::{KeyCounts, KeySkew, Shares, Zipf};
use crate::sim::beside;
use clap::Args;

/// Keys that are counted at a time: about 40 MB; beyond it the hottest are kept.
const MOST_KEYS: usize = 1 << 18;

const HELP: &str = "\
A file of keys is a table with a column key and, where a row stands for several requests, one of
count (or requests, hits); it is read once, whatever its size, in bounded memory.

Examples:
  scalecalc risk affinity --shares 40%,20%,20%,10%,10% --arrivals 2.2/s --service 1s
  scalecalc risk affinity --keys 1M --zipf 1 --shards 100
  scalecalc risk affinity --shards 50 --arrivals 45/s --service 1s
  scalecalc risk affinity keys.csv --shards 16";

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct AffinityArgs {
    /// A table of keys; "-" is standard input
    #[arg(value_name = "KEYS", requires = "shards", conflicts_with_all = ["shares", "keys"])]
    file: Option<String>,
    /// Share of the requests of each shard, or their counts
    #[arg(long, value_name = "LIST", value_parser = share, value_delimiter = ',', conflicts_with_all = ["keys", "shards"])]
    shares: Vec<f64>,
    /// Keys whose popularity falls with their rank
    #[arg(long, value_name = "NUM", value_parser = value::quantity, requires_all = ["zipf", "shards"])]
    keys: Option<f64>,
    /// How fast it falls: 1/rank^NUM (0: all alike, 1: Zipf's law)
    #[arg(long, value_name = "NUM", value_parser = value::number, requires = "keys")]
    zipf: Option<f64>,
    /// Shards or workers, each with its own queue
    #[arg(long, visible_alias = "workers", value_name = "NUM", value_parser = value::quantity)]
    shards: Option<f64>,
    /// Requests for all shards together
    #[arg(long, value_name = "RATE", value_parser = value::rate, requires = "service")]
    arrivals: Option<f64>,
    /// Mean service time of a request
    #[arg(long, value_name = "TIME", value_parser = positive_duration, requires = "arrivals")]
    service: Option<f64>,
    /// How many of the hottest keys of a file to show
    #[arg(long, value_name = "NUM", default_value_t = 5)]
    top: usize,
    #[command(flatten)]
    events: Events,
}

fn share(text: &str) -> Result<f64, String> {
    if text.trim_end().ends_with('%') {
        value::ratio(text)
    } else {
        value::quantity(text)
    }
}

pub(super) fn run(args: &AffinityArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let skew = if let (Some(path), Some(shards)) = (&args.file, args.shards) {
        from_file(path, shards, args.top, terminal)?
    } else if let (Some(keys), Some(theta), Some(shards)) = (args.keys, args.zipf, args.shards) {
        Skew::Keys {
            skew: Zipf::new(keys, theta)?.skew(),
            shards,
            zipf: Some((theta, keys)),
            file: None,
        }
    } else if !args.shares.is_empty() {
        Skew::Shares(Shares::new(&args.shares)?)
    } else if let Some(shards) = args.shards {
        Skew::Even(shards)
    } else {
        return Err(Failure::usage(
            "risk affinity needs shares, keys or workers",
            "scalecalc risk affinity --shares 40%,20%,20%,10%,10%\nscalecalc risk affinity keys.csv --shards 16",
        ));
    };
    let load =
        (args.arrivals.zip(args.service)).map(|(arrivals, service)| super::load(arrivals, service));
    let shards = match &skew {
        Skew::Shares(shares) => shares.as_slice().len() as f64,
        Skew::Even(shards) | Skew::Keys { shards, .. } => *shards,
    };
    if args.events.asked() && load.is_none() {
        return Err(Failure::usage(
            "without arrivals and a service there is nothing to simulate",
            "--arrivals 45/s --service 1s",
        ));
    }
    let beside = match load {
        Some(load) => (args.events).beside(|runs| beside::balance(load, shards, runs))?,
        None => None,
    };
    Ok(report(&AffinityQuestion { skew, load }, beside.as_ref())?)
}

/// Counts the keys of a file.
fn from_file(path: &str, shards: f64, top: usize, terminal: &Terminal) -> Result<Skew, Failure> {
    let told = |error: Error| Failure::from(error.in_file(path));
    let mut bytes = input::bytes(path, terminal)?;
    let mut records = NamedTable::new(&mut bytes).map_err(told)?;
    let Some(key) = records.column(&["key", "keys", "id", "user", "user_id", "session", "tenant"])
    else {
        let found: Vec<&str> = records.names().collect();
        return Err(told(Error::data(
            format!("no column of keys among {}", found.join(", ")),
            "name the column key, and a second one count where rows stand for several requests",
        )));
    };
    let times = records.column(&["count", "counts", "requests", "hits", "n"]);
    let mut counts = KeyCounts::new(MOST_KEYS);
    let mut rows = 0;
    while records.advance().map_err(told)? {
        rows += 1;
        let number = match times {
            Some(column) => records.number(column).map_err(told)?.unwrap_or(0.0),
            None => 1.0,
        };
        if number < 0.0 {
            return Err(told(
                Error::data("a count below 0", "counts are 0 or above").at(records.line(), None),
            ));
        }
        if number > 0.0 {
            counts.add(&records.text(key), number);
        }
    }
    if counts.kept() == 0 {
        return Err(told(Error::data(
            "no requests in the file",
            "give each key a row",
        )));
    }
    let total = counts.total();
    let mut all: Vec<f64> = counts.counts().collect();
    // What is not kept is spread thin: it only lowers the shares of the rest.
    all.push((total - all.iter().sum::<f64>()).max(0.0));
    let hottest = (counts.hottest(top).into_iter())
        .map(|found| HotKey {
            share: found.count / total,
            key: found.key,
            requests: found.count,
        })
        .collect();
    Ok(Skew::Keys {
        skew: KeySkew::of_counts(&all)?,
        shards,
        zipf: None,
        file: Some(KeyFile {
            path: path.to_owned(),
            rows,
            requests: total,
            keys_kept: counts.kept(),
            exact: counts.is_exact(),
            largest_error: counts.largest_error() / total,
            hottest,
        }),
    })
}
