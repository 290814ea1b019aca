//! Header names to roles: what a column called `num_threads` or `latency_ms` holds.
//!
//! Names are compared without case, with camelCase and underscores split into words, and
//! with units in brackets or at the end taken off. The lists hold the names that benchmark
//! tools and published tables use.

mod scope;
mod vocabulary;
mod words;

use scope::{take_member, take_scale};
use vocabulary::has;
use words::{Spread, brackets, plural, prefix_of, singular, spread_word, time_unit, words};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Role {
    /// N: size of the system or load on it.
    Size,
    /// Operations per unit of time; multiplied by the factor they are per second.
    Throughput {
        /// Operations per second that 1 in the column stands for.
        per_second: f64,
    },
    /// Mean time one operation spends inside.
    Latency,
    /// Wall time per operation of the whole system.
    TimePerOp,
    /// Run time of a fixed amount of work.
    RunTime,
    /// A time, but not which: it has to be asked for.
    SomeTime,
    /// Number of runs that a row stands for.
    Runs,
    /// Standard deviation over the runs of a row.
    Stddev,
    /// Standard deviation from the differences of each run of a row to the next.
    StepStddev,
    /// Mean of the logarithm over the runs of a row.
    LogMean,
    /// Standard deviation of the logarithm over the runs of a row.
    LogStddev,
    /// Names the series a row belongs to.
    Series,
    /// Numbers or dates the rows: never a measurement.
    Replicate,
    /// Known to be none of the above: percentiles, errors, other statistics.
    Other,
    /// A name that says nothing.
    Unknown,
}

/// A column name, understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meaning {
    /// What the column holds.
    pub role: Role,
    /// The name says so by itself; otherwise only where no other column does.
    pub certain: bool,
    /// Unit of time that the name holds, such as `ms`.
    pub time_unit: Option<&'static str>,
    /// What is counted, in the plural, where the name says it: `threads`.
    pub counted: Option<String>,
    /// A throughput that is the share of one of these: the `node` of `rps per node`.
    pub member: Option<String>,
}

/// What a column of this name holds.
pub(crate) fn understand(name: &str) -> Meaning {
    let mut parsed = Parsed::new(name, true);
    let (mut role, mut certain, mut counted) = parsed.role();
    if parsed.member.is_some() && !matches!(role, Role::Throughput { .. }) {
        parsed = Parsed::new(name, false);
        (role, certain, counted) = parsed.role();
    }
    Meaning {
        role,
        certain,
        time_unit: parsed.time_unit,
        counted,
        member: parsed.member,
    }
}

/// Whether a column of this name counts what was done in a run: `requests`, `total_ops`.
pub(crate) fn counts_what_was_done(name: &str) -> bool {
    has(vocabulary::DONE, &words(name).join(" "))
}

/// Whether a column of this name counts what failed: `errors`, `Failed requests`, `error rate`.
pub(crate) fn counts_failures(name: &str) -> bool {
    has(vocabulary::FAILED, &words(&brackets(name).0).join(" "))
}

/// A name for the column of N that says what N counts when it is read again: the word itself
/// where it is a known one, `n (word)` otherwise, `n` where nobody said.
pub(crate) fn size_column(unit: &str) -> String {
    let says = |name: &String| {
        let Meaning {
            role,
            certain,
            counted,
            ..
        } = understand(name);
        let is_same = counted.is_some_and(|counted| counted.eq_ignore_ascii_case(unit));
        role == Role::Size && certain && is_same && unit != "units"
    };
    let in_brackets = format!("n ({unit})");
    [unit.to_owned(), in_brackets]
        .into_iter()
        .find(says)
        .unwrap_or_else(|| "n".to_owned())
}

/// A name taken apart.
struct Parsed {
    /// What is left of the name, in lower case, separated by one blank.
    base: String,
    time_unit: Option<&'static str>,
    /// The name is a rate: the unit of time in its denominator.
    per: Option<&'static str>,
    /// What the unit in the brackets counts, such as the `kops` of `(kops/s)`.
    thing: String,
    /// The text in the brackets as it stands there.
    inside: String,
    /// The name is a time per something that is not a time, such as `ns/op`.
    time_per_thing: bool,
    /// A word that makes it a statistic other than the mean.
    spread: Option<Spread>,
    /// A word for the mean stood beside the name.
    mean: bool,
    log: bool,
    /// What the value is for one of.
    member: Option<String>,
    /// What 1 stands for, where a word says it: `thousand`.
    scale: Option<f64>,
}

impl Parsed {
    /// Takes a name apart; `members` says whether `per node` is taken off.
    fn new(name: &str, members: bool) -> Self {
        let (outside, inside) = brackets(name);
        let mut words = words(&outside);
        let mut unit_words = self::words(&inside);
        let member = members
            .then(|| take_member(&mut words).or_else(|| take_member(&mut unit_words)))
            .flatten();
        let scale = take_scale(&mut words, false)
            .or_else(|| take_scale(&mut unit_words, true))
            .or_else(|| (inside.trim() == "M").then_some(1e6));
        let mut parsed = Self {
            base: String::new(),
            time_unit: None,
            per: None,
            thing: String::new(),
            inside: inside.trim().to_owned(),
            time_per_thing: false,
            spread: None,
            mean: false,
            log: false,
            member,
            scale,
        };
        parsed.read_unit(&unit_words);
        if inside.bytes().any(|byte| byte.is_ascii_digit()) && parsed.time_unit.is_none() {
            parsed.spread = spread_word(&inside); // p(95)
            if inside
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
                && outside.trim() == "p"
            {
                parsed.spread = Some(Spread::Other);
            }
        }
        parsed.take_statistics(&mut words);
        parsed.take_rate(&mut words);
        parsed.take_time_unit(&mut words);
        parsed.base = words.join(" ");
        parsed
    }

    /// The unit that stood in brackets: `ms`, `ops/s`, `us/op`.
    fn read_unit(&mut self, words: &[String]) {
        let Some(at) = words.iter().position(|word| word == "per") else {
            if let [unit] = words {
                self.time_unit = time_unit(unit);
                self.thing.clone_from(unit);
            } else {
                self.thing = words.join(" ");
            }
            return;
        };
        let above = at.checked_sub(1).and_then(|before| words.get(before));
        let below = words.get(at + 1).and_then(|word| time_unit(word));
        let time = above.and_then(|word| time_unit(word));
        if below.is_some() {
            self.per = below;
            self.thing = above.cloned().unwrap_or_default();
        } else if time.is_some() {
            self.time_unit = time;
            self.time_per_thing = true;
        }
    }

    /// Takes off the words for mean, spread and percentiles.
    fn take_statistics(&mut self, words: &mut Vec<String>) {
        let counts_something = words
            .iter()
            .any(|word| has(vocabulary::COUNTED, singular(word)));
        let only_word = words.len() == 1;
        let mut after_per = false;
        words.retain(|word| {
            // `requests per min` is no least value.
            let denominator = std::mem::replace(&mut after_per, word == "per");
            match word.as_str() {
                _ if denominator => return true,
                "mean" | "avg" | "average" if !only_word => self.mean = true,
                "log" | "ln" => self.log = true,
                // The most users of a run are its N.
                "max" | "min" if counts_something => return true,
                word => match spread_word(word) {
                    Some(spread) => self.spread = Some(spread),
                    None => return true,
                },
            }
            false
        });
        if words.len() > 1 && words.last().is_some_and(|word| word == "value") {
            words.pop();
        }
    }

    /// Takes apart `ops per s` and `ns per op`.
    fn take_rate(&mut self, words: &mut Vec<String>) {
        // `throughput_ops_s`, `ops_sec`: the "per" got lost.
        if let [.., thing, unit] = words.as_slice()
            && matches!(
                thing.as_str(),
                "ops" | "req" | "reqs" | "requests" | "transactions" | "queries"
            )
            && time_unit(unit).is_some_and(|unit| unit != "m")
        {
            let at = words.len() - 1;
            words.insert(at, "per".to_owned());
        }
        let Some(at) = words.iter().position(|word| word == "per") else {
            return;
        };
        let Some(denominator) = words.get(at + 1).cloned() else {
            return;
        };
        let numerator = &words[..at];
        // `ns/day` of molecular dynamics too: simulated time per time.
        if let Some(unit) = time_unit(&denominator) {
            self.per = Some(unit);
            words.drain(at..=at + 1);
        } else if let [.., time] = numerator
            && (time == "time" || time == "cost" || time_unit(time).is_some())
        {
            self.time_unit = self.time_unit.or_else(|| time_unit(time));
            self.time_per_thing = true;
        }
    }

    /// Takes a unit of time off the end: `latency ms`, `time in s`.
    fn take_time_unit(&mut self, words: &mut Vec<String>) {
        if self.per.is_some() || self.time_per_thing || self.time_unit.is_some() {
            return;
        }
        if let Some(unit) = words.last().and_then(|word| time_unit(word)) {
            // One letter alone is a symbol and not a unit; `seconds` alone is both.
            if words.len() > 1 || words[0].len() > 1 {
                self.time_unit = Some(unit);
                words.pop();
                if words.last().is_some_and(|word| word == "in") {
                    words.pop();
                }
            }
        }
    }

    fn role(&self) -> (Role, bool, Option<String>) {
        let base = self.base.as_str();
        let is = |list: &str| has(list, base);
        if self.log {
            return match (self.spread, self.mean) {
                (Some(Spread::Stddev), _) => (Role::LogStddev, true, None),
                (None, true) => (Role::LogMean, true, None),
                _ => (Role::Other, true, None),
            };
        }
        if let Some(found) = self.scatter() {
            return found;
        }
        if base.split(' ').any(|word| has(vocabulary::FAILURES, word)) {
            return (Role::Other, true, None);
        }
        if self.time_per_thing {
            let is_latency = base.starts_with("latency") || base.starts_with("response");
            let role = if is_latency {
                Role::Latency
            } else {
                Role::TimePerOp
            };
            return (role, true, None);
        }
        if self.per.is_some() {
            return self.rate();
        }
        if let Some(found) = self.size() {
            return found;
        }
        let throughput = |certain| {
            let per_second = self.per_second();
            (Role::Throughput { per_second }, certain, None)
        };
        if is(vocabulary::THROUGHPUT) || (self.prefix().is_some() && self.time_unit.is_none()) {
            return throughput(true);
        }
        if is(vocabulary::PER_MINUTE) {
            let per_second = self.scale.unwrap_or(1.0) / 60.0;
            return (Role::Throughput { per_second }, true, None);
        }
        for (list, role) in [
            (vocabulary::LATENCY, Role::Latency),
            (vocabulary::RUN_TIME, Role::RunTime),
            (vocabulary::SERIES, Role::Series),
        ] {
            if is(list) && !(base == "r" && self.time_unit.is_none()) {
                return (role, true, None);
            }
        }
        if base == "r" {
            return (Role::Latency, false, None);
        }
        if is(vocabulary::MAYBE_THROUGHPUT) && self.time_unit.is_none() {
            return throughput(false);
        }
        if is(vocabulary::RUNS) {
            return (Role::Runs, true, None);
        }
        if is(vocabulary::REPLICATE) {
            return (Role::Replicate, true, None);
        }
        if (is(vocabulary::SOME_TIME) && (!base.is_empty() || self.time_unit.is_some()))
            || base.ends_with(" time")
            || base.starts_with("time ")
            || self.time_unit.is_some()
        {
            return (Role::SomeTime, true, None);
        }
        // `before (tps)`: the brackets say what the name does not.
        if has(vocabulary::THROUGHPUT, &self.thing) {
            return throughput(true);
        }
        // `tps_v1`: of what, the rest of the name says.
        if base.split(' ').any(|word| has(vocabulary::RATES, word)) {
            return throughput(false);
        }
        (Role::Unknown, false, None)
    }

    /// A name that says how runs scatter, or their median.
    fn scatter(&self) -> Option<(Role, bool, Option<String>)> {
        let base = self.base.as_str();
        let is = |list: &str| has(list, base);
        match self.spread {
            Some(Spread::Stddev) if base == "throughput step" => {
                Some((Role::StepStddev, true, None))
            }
            Some(Spread::Stddev) => {
                let of_throughput = base.is_empty()
                    || self.per.is_some()
                    || is(vocabulary::THROUGHPUT)
                    || is(vocabulary::MAYBE_THROUGHPUT);
                let role = if of_throughput {
                    Role::Stddev
                } else {
                    Role::Other
                };
                Some((role, true, None))
            }
            Some(Spread::Median) => {
                let role = if is(vocabulary::THROUGHPUT) || self.per.is_some() {
                    Role::Throughput {
                        per_second: self.per_second(),
                    }
                } else {
                    Role::Other
                };
                Some((role, false, None))
            }
            Some(Spread::Other) => Some((Role::Other, true, None)),
            None => None,
        }
    }

    /// A name of the form `something per time`.
    fn rate(&self) -> (Role, bool, Option<String>) {
        let base = self.base.as_str();
        let is_bytes = base.split(' ').any(|word| has(vocabulary::BYTES, word));
        let per_second = self.per_second();
        (Role::Throughput { per_second }, !is_bytes, None)
    }

    /// Operations per second that 1 stands for.
    fn per_second(&self) -> f64 {
        let per = self
            .per
            .and_then(|unit| crate::units::per_second(1.0, unit))
            .unwrap_or(1.0);
        per * self.prefix().unwrap_or(1.0) * self.scale.unwrap_or(1.0)
    }

    /// The thousand of `kops`, `Mreq` or `krps`, in the name or its brackets.
    fn prefix(&self) -> Option<f64> {
        let last = self.base.rsplit(' ').next();
        last.and_then(prefix_of).or_else(|| prefix_of(&self.thing))
    }

    /// Whether the name is N, and what it counts.
    fn size(&self) -> Option<(Role, bool, Option<String>)> {
        if self.time_unit.is_some() {
            return None;
        }
        let base = self.base.as_str();
        if has(vocabulary::SIZE, base) {
            // `n (tenants)` says what it counts, whatever the word.
            let counted = (!self.thing.is_empty()).then(|| self.inside.clone());
            return Some((Role::Size, true, counted));
        }
        if has(vocabulary::MAYBE_SIZE, base) {
            return Some((Role::Size, false, None));
        }
        if has(vocabulary::SERIES, base) {
            return None;
        }
        let words: Vec<&str> = base.split(' ').collect();
        let head = words
            .iter()
            .rposition(|word| has(vocabulary::COUNTED, singular(word)))?;
        let (before, after) = (&words[..head], &words[head + 1..]);
        let may_stand = |word: &&str| {
            has(vocabulary::COUNT_WORDS, word) || has(vocabulary::COUNT_WORDS, singular(word))
        };
        let is_counting = |word: &&str| has(vocabulary::AFTER_COUNTED, word);
        if !before.iter().all(may_stand) || !after.iter().all(is_counting) {
            return None;
        }
        let is_plural = singular(words[head]) != words[head];
        let says_count = before
            .iter()
            .any(|word| is_counting(word) || matches!(*word, "num" | "nr" | "no" | "concurrent"));
        let certain = is_plural || says_count || !after.is_empty();
        Some((Role::Size, certain, Some(plural(words[head]))))
    }
}

#[cfg(test)]
mod tests;
