//! Affinity: what pinning users or keys to workers costs, and what a hot key does.

use super::{
    Exactness, RiskDocument, SafeSetting, Shown, count, number, percent, rate, seconds_or,
};
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::queueing::Load;
use crate::report::columns::{plural, show, table};
use crate::report::{Cell, Column, Quantity, Report, Table};
use crate::risk::balance::{Balancing, balancing};
use crate::risk::{KeySkew, Shares, response};
use crate::sim::beside::Beside;
use serde::Serialize;

/// Most shards that are looked at one by one.
const MOST_SHARDS: f64 = 1e6;

/// What was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AffinityQuestion {
    /// How the load falls on the shards.
    pub skew: Skew,
    /// Requests and mean service; `None` where only shares are asked for.
    pub load: Option<Load>,
}

/// How the load falls on the shards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Skew {
    /// Evenly on this many shards, each with its own queue.
    Even(f64),
    /// By known shares.
    Shares(Shares),
    /// By keys hashed onto this many shards.
    Keys {
        /// The hottest key and the rest.
        skew: KeySkew,
        /// Shards.
        shards: f64,
        /// Zipf exponent and number of keys, where the keys follow that law.
        zipf: Option<(f64, f64)>,
        /// What was read, where the keys come from a file.
        file: Option<KeyFile>,
    },
}

/// Keys that were read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct KeyFile {
    /// The file.
    pub path: String,
    /// Rows read.
    pub rows: u64,
    /// Requests they stand for.
    pub requests: f64,
    /// Distinct keys counted; the hottest only where there were more than fit.
    pub keys_kept: usize,
    /// Whether every count is exact.
    pub exact: bool,
    /// The most by which a share may be too high.
    pub largest_error: f64,
    /// The hottest keys.
    pub hottest: Vec<HotKey>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HotKey {
    /// The key.
    pub key: String,
    /// Requests for it.
    pub requests: f64,
    /// Share of all requests.
    pub share: f64,
}

/// Numbers of skewed load.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AffinityNumbers {
    /// Requests a second; null where not given.
    pub arrival_rate_per_s: Option<f64>,
    /// Mean service in seconds; null where not given.
    pub mean_service_s: Option<f64>,
    /// Shards, each with its own queue.
    pub shards: f64,
    /// Zipf exponent; null where the keys do not follow that law.
    pub zipf_theta: Option<f64>,
    /// Keys of that law.
    pub zipf_keys: Option<f64>,
    /// Share of the hottest key; null without keys.
    pub hottest_key_share: Option<f64>,
    /// Shards that can be in use at most, 1/max(hottest key, 1/shards); null without keys.
    pub usable_shards: Option<f64>,
    /// Mean share of the shard with the hottest key; null without keys.
    pub hottest_key_shard_share: Option<f64>,
    /// Share of the hottest shard; an estimate for hashed keys.
    pub max_share: f64,
    /// Shards of effect, 1/largest share.
    pub effective_shards: f64,
    /// Share of the capacity that the skew makes useless.
    pub capacity_lost: f64,
    /// The most requests a second; null without a service time.
    pub max_throughput_per_s: Option<f64>,
    /// Utilization of the hottest shard; null without a load.
    pub hottest_utilization: Option<f64>,
    /// Mean response in seconds; null without a load or a steady state.
    pub mean_response_s: Option<f64>,
    /// Mean response on even shards in seconds.
    pub uniform_response_s: Option<f64>,
    /// Mean response of the hottest shard in seconds.
    pub hottest_response_s: Option<f64>,
    /// Mean response of one queue for all over that of separate even queues.
    pub pooling_gain: Option<f64>,
    /// Keys that were read; null without a file.
    pub file: Option<KeyFile>,
    /// Ways to hand out the same load; empty without a load.
    pub remedies: Vec<AffinityRemedy>,
}

/// One way to hand out the load.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AffinityRemedy {
    /// `pinned`, `even`, `two-choices`, `stealing` or `pooled`.
    pub policy: &'static str,
    /// The same in words.
    pub words: &'static str,
    /// Mean response in seconds; null without a steady state.
    pub mean_response_s: Option<f64>,
    /// The most requests a second.
    pub max_throughput_per_s: f64,
    /// Exact or approximate.
    pub basis: Exactness,
    /// What it costs.
    pub cost: &'static str,
}

/// What the skew costs, and other ways to hand out the same load.
/// `beside` is what event-by-event runs say, where that was asked for.
///
/// # Errors
/// [`Error::OutOfRange`] for numbers outside their ranges.
pub(crate) fn report(
    question: &AffinityQuestion,
    beside: Option<&Beside>,
) -> Result<Report, Error> {
    let shares = shares(&question.skew)?;
    let shards = shares.as_slice().len() as f64;
    let mut numbers = AffinityNumbers {
        arrival_rate_per_s: question.load.map(|load| load.arrival_rate),
        mean_service_s: question.load.map(|load| load.mean_service),
        shards,
        zipf_theta: None,
        zipf_keys: None,
        hottest_key_share: None,
        usable_shards: None,
        hottest_key_shard_share: None,
        max_share: shares.largest(),
        effective_shards: shares.effective(),
        capacity_lost: shares.capacity_lost(),
        max_throughput_per_s: None,
        hottest_utilization: None,
        mean_response_s: None,
        uniform_response_s: None,
        hottest_response_s: None,
        pooling_gain: None,
        file: None,
        remedies: Vec::new(),
    };
    let mut pieces = None;
    if let Skew::Keys {
        skew,
        shards,
        zipf,
        file,
    } = &question.skew
    {
        numbers.zipf_theta = zipf.map(|(theta, _)| theta);
        numbers.zipf_keys = zipf.map(|(_, keys)| keys);
        numbers.hottest_key_share = Some(skew.hottest);
        numbers.usable_shards = Some((1.0 / skew.hottest).min(*shards));
        numbers.hottest_key_shard_share = Some(skew.hottest_shard(*shards)?);
        numbers.file.clone_from(file);
        pieces = Some(skew.pieces(*shards)?).filter(|pieces| *pieces > 1.0);
    }
    if let Some(load) = question.load {
        with_load(&mut numbers, &shares, load.checked()?)?;
    }
    Ok(finish(question, numbers, pieces, beside))
}

fn shares(skew: &Skew) -> Result<Shares, Error> {
    let (hottest, shards) = match skew {
        Skew::Shares(shares) => return Ok(shares.clone()),
        Skew::Even(shards) => (1.0 / shards, *shards),
        Skew::Keys { skew, shards, .. } => (skew.largest_shard(*shards)?, *shards),
    };
    crate::domain::count("shards", shards)?;
    if shards > MOST_SHARDS {
        return Err(Error::OutOfRange {
            name: "shards",
            value: shards,
            allowed: "a whole number from 1 to 1e6",
        });
    }
    let others = (1.0 - hottest) / (shards - 1.0).max(1.0);
    let mut weights = vec![hottest];
    while (weights.len() as f64) < shards {
        weights.push(others);
    }
    Shares::new(&weights)
}

fn with_load(numbers: &mut AffinityNumbers, shares: &Shares, load: Load) -> Result<(), Error> {
    let Load {
        arrival_rate,
        mean_service,
    } = load;
    let ceiling = shares.max_throughput(mean_service)?;
    let whole = numbers.shards / mean_service;
    numbers.max_throughput_per_s = Some(ceiling);
    numbers.hottest_utilization = Some(shares.hottest_utilization(arrival_rate, mean_service));
    numbers.mean_response_s = shares.mean_response(arrival_rate, mean_service)?;
    numbers.uniform_response_s = response(arrival_rate / numbers.shards, mean_service)?;
    numbers.hottest_response_s = response(arrival_rate * shares.largest(), mean_service)?;
    let balanced = match balancing(load, numbers.shards) {
        Ok(balanced) => Some(balanced),
        Err(Error::Saturated { .. }) => None,
        Err(error) => return Err(error),
    };
    numbers.pooling_gain = balanced.map(|balanced| balanced.separate / balanced.pooled);
    let row = |policy, words, response, max, basis, cost| AffinityRemedy {
        policy,
        words,
        mean_response_s: response,
        max_throughput_per_s: max,
        basis,
        cost,
    };
    let of = |pick: fn(&Balancing) -> f64| balanced.as_ref().map(pick);
    numbers.remedies = vec![
        row(
            "pinned",
            "pinned as it is",
            numbers.mean_response_s,
            ceiling,
            Exactness::Exact,
            "",
        ),
        row(
            "even",
            "pinned, but evenly",
            of(|b| b.separate),
            whole,
            Exactness::Exact,
            "split or move hot keys",
        ),
        row(
            "stealing",
            "idle workers steal",
            of(|b| b.stealing),
            whole,
            Exactness::Approximate,
            "state must be reachable by all",
        ),
        row(
            "two-choices",
            "the shorter of two queues",
            of(|b| b.two_choices),
            whole,
            Exactness::Approximate,
            "each key on two workers",
        ),
        row(
            "pooled",
            "one queue for all",
            of(|b| b.pooled),
            whole,
            Exactness::Exact,
            "no affinity: shared state, cold caches",
        ),
    ];
    Ok(())
}

fn finish(
    question: &AffinityQuestion,
    numbers: AffinityNumbers,
    pieces: Option<f64>,
    beside: Option<&Beside>,
) -> Report {
    let mut notes = Vec::new();
    if !numbers.remedies.is_empty() {
        notes.push(Note::new(
            NoteCode::Approximation,
            "two choices and stealing are limits for many workers: within 3 % of simulation up to 90 % utilization with 50, 5 % to 18 % too low above",
        ));
    }
    if matches!(question.skew, Skew::Keys { .. }) {
        notes.push(Note::new(
            NoteCode::Approximation,
            "the hottest shard is an estimate: hashing decides; within a tenth where one key dominates, up to a third too low between",
        ));
    }
    if numbers.hottest_utilization.is_some_and(|busy| busy >= 1.0) {
        notes.push(Note::new(
            NoteCode::Saturated,
            "the hottest shard gets more than it serves: its queue grows without end while others idle",
        ));
    }
    let safe_setting = match (pieces, numbers.max_throughput_per_s) {
        (Some(pieces), _) => Some(SafeSetting {
            name: "pieces-of-the-hottest-key",
            value: pieces,
            unit: "pieces",
            guarantees: "no piece is hotter than the even share of a shard".to_owned(),
        }),
        (None, Some(most)) => Some(SafeSetting {
            name: "arrival-rate",
            value: most,
            unit: "1/s",
            guarantees: "below it the hottest shard keeps up".to_owned(),
        }),
        (None, None) => None,
    };
    let mut tables = Vec::new();
    if !numbers.remedies.is_empty() {
        let columns = vec![
            show(
                "policy",
                "policy",
                Quantity::Text,
                |row: &AffinityRemedy| row.words.into(),
            ),
            show("mean_response_s", "response", Quantity::Seconds, |row| {
                row.mean_response_s.into()
            }),
            show("max_throughput_per_s", "at most", Quantity::Rate, |row| {
                row.max_throughput_per_s.into()
            }),
            show("basis", "", Quantity::Text, |row| row.basis.mark().into()),
            show("cost", "cost", Quantity::Text, |row| row.cost.into()),
        ];
        tables.push(table("", columns, &numbers.remedies));
    }
    tables.extend(numbers.file.as_ref().map(keys_table));
    let mut assumptions =
        vec!["Assumes Poisson arrivals, exponential services, a queue for each shard.".to_owned()];
    if let Some(file) = &numbers.file {
        assumptions.push(if file.exact {
            "All keys were counted.".to_owned()
        } else {
            format!(
                "More keys than are kept: no share above {} is missed or off by more (Space-Saving).",
                percent(file.largest_error)
            )
        });
    }
    let document = RiskDocument {
        simulation: None,
        question: "What does pinning keys or users to workers cost?".to_owned(),
        answer: headline(&numbers, pieces),
        safe_setting,
        assumptions,
        notes,
        numbers,
    };
    document.report(Shown::tables("risk-affinity", tables), beside)
}

fn keys_table(file: &KeyFile) -> Table {
    Table {
        title: String::new(),
        columns: vec![
            Column::new("key", "hottest keys", Quantity::Text),
            Column::new("requests", "requests", Quantity::Count),
            Column::new("share", "share", Quantity::Ratio),
        ],
        rows: (file.hottest.iter())
            .map(|key| {
                vec![
                    Cell::from(key.key.as_str()),
                    key.requests.into(),
                    key.share.into(),
                ]
            })
            .collect(),
    }
}

fn headline(numbers: &AffinityNumbers, pieces: Option<f64>) -> Vec<String> {
    let even = numbers.capacity_lost < 1e-9;
    let mut lines = Vec::new();
    if even {
        lines.push(format!(
            "{}, each pinned to its own users: no skew.",
            plural(numbers.shards, "worker")
        ));
    } else {
        lines.push(format!(
            "The hottest of {} carries {}: they do the work of {}; {} of the capacity is out of reach.",
            plural(numbers.shards, "shard"),
            percent(numbers.max_share),
            number(numbers.effective_shards),
            percent(numbers.capacity_lost)
        ));
    }
    if let (Some(most), Some(busy)) = (numbers.max_throughput_per_s, numbers.hottest_utilization) {
        let pooled = (numbers.remedies.iter()).find(|row| row.policy == "pooled");
        lines.push(format!(
            "At {} the busiest is {} busy (at most {}); mean response {}, {} with one queue for all.",
            rate(numbers.arrival_rate_per_s.unwrap_or(0.0)),
            percent(busy),
            rate(most),
            seconds_or(numbers.mean_response_s, "grows without end"),
            seconds_or(pooled.and_then(|row| row.mean_response_s), "it grows too")
        ));
    }
    if let (Some(pieces), Some(share)) = (pieces, numbers.hottest_key_share) {
        lines.push(format!(
            "The hottest key has {}: split it into {} pieces, or serve it from a cache.",
            percent(share),
            count(pieces)
        ));
    }
    lines
}
