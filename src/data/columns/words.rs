//! A column name taken apart into words, units and statistics.

use super::vocabulary::{self, has};

/// A statistic other than the mean.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) enum Spread {
    Stddev,
    Median,
    Other,
}

pub(super) fn plural(word: &str) -> String {
    let one = singular(word);
    match one {
        "allthread" | "nthread" => "threads".to_owned(),
        "conn" => "connections".to_owned(),
        "proc" | "process" => "processes".to_owned(),
        "vu" | "vuser" => "virtual users".to_owned(),
        "gomaxproc" => "procs".to_owned(),
        "ncpu" => "cpus".to_owned(),
        _ => format!("{one}s"),
    }
}

/// `threads` to `thread`; words that end in s anyway stay.
pub(super) fn singular(word: &str) -> &str {
    match word {
        "processes" => "process",
        "process" | "bus" => word,
        _ => word.strip_suffix('s').unwrap_or(word),
    }
}

pub(super) fn spread_word(word: &str) -> Option<Spread> {
    let digits = |text: &str| {
        text.bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_digit())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    match word {
        "stddev" | "stdev" | "std" | "sd" | "sigma" | "stddeviation" => Some(Spread::Stddev),
        "median" | "med" => Some(Spread::Median),
        "stderr" | "sem" | "se" | "ci" | "ci95" | "moe" | "min" | "minimum" | "max" | "maximum"
        | "low" | "high" | "lower" | "upper" | "var" | "variance" | "cv" | "iqr" | "percentile"
        | "deviation" | "q1" | "q3" | "confidence" | "mad" => Some(Spread::Other),
        _ => {
            let percentile = word
                .strip_prefix("pct")
                .or_else(|| word.strip_prefix("percentiles"))
                .or_else(|| word.strip_prefix('p'))
                .or_else(|| word.strip_suffix('%'))
                .or_else(|| word.strip_suffix("th"));
            percentile
                .filter(|text| digits(text))
                .map(|_| Spread::Other)
        }
    }
}

/// The unit as [`crate::units`] knows it.
pub(super) fn time_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "ns" | "nsec" | "nsecs" | "nanos" | "nanosecond" | "nanoseconds" => "ns",
        "us" | "µs" | "μs" | "usec" | "usecs" | "micros" | "microsecond" | "microseconds" => "us",
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        _ => return None,
    })
}

/// The name outside and inside its brackets; other brackets after the first are left out.
pub(super) fn brackets(name: &str) -> (String, String) {
    let name = name.trim_start_matches(['\u{feff}', '#', ' ', '\t']).trim();
    let Some((before, rest)) = name.split_once(['(', '[']) else {
        return (name.to_owned(), String::new());
    };
    let (inside, after) = rest.split_once([')', ']']).unwrap_or((rest, ""));
    let after = after.split(['(', '[']).next().unwrap_or_default();
    (
        format!("{before} {after}").trim().to_owned(),
        inside.to_owned(),
    )
}

/// The words of a name in lower case: split at blanks, marks and camelCase; `/` is `per`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before: Option<char> = None;
    let mut characters = name.chars().peekable();
    while let Some(c) = characters.next() {
        let after_lower = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let ends_capitals = before.is_some_and(char::is_uppercase)
            && characters.peek().is_some_and(|next| next.is_lowercase())
            && !is_plural_mark(characters.clone());
        if c.is_uppercase()
            && (after_lower || ends_capitals)
            && !is_unit_tail(before, c, characters.peek())
        {
            spaced.push(' ');
        }
        match c {
            '/' => spaced.push_str(" per "),
            '_' | '-' | '.' | ':' | ',' if !is_decimal_point(before, c, characters.peek()) => {
                spaced.push(' ');
            }
            '"' | '\'' => {}
            _ => spaced.extend(c.to_lowercase()),
        }
        before = Some(c);
    }
    let mut words = Vec::new();
    for word in spaced.split_whitespace() {
        match word
            .strip_suffix("persec")
            .or_else(|| word.strip_suffix("persecond"))
        {
            Some(thing) if !thing.is_empty() => {
                words.extend([thing.to_owned(), "per".to_owned(), "s".to_owned()]);
            }
            _ => words.push(counted_with_n(word).unwrap_or(word).to_owned()),
        }
    }
    words
}

/// Whether an s alone ends a word: `CPUs` is one word, `TCPServer` is two.
fn is_plural_mark(mut rest: impl Iterator<Item = char>) -> bool {
    rest.next() == Some('s') && !rest.next().is_some_and(char::is_lowercase)
}

/// The `cores` of `ncores`.
fn counted_with_n(word: &str) -> Option<&str> {
    let things = word.strip_prefix('n')?;
    let one = singular(things);
    (one != things && has(vocabulary::COUNTED, one)).then_some(things)
}

/// `kOPS` and `vCPU` are one word.
fn is_unit_tail(before: Option<char>, c: char, next: Option<&char>) -> bool {
    matches!(before, Some('k' | 'K')) || (before == Some('v') && c == 'C' && next == Some(&'P'))
}

fn is_decimal_point(before: Option<char>, mark: char, after: Option<&char>) -> bool {
    mark == '.'
        && before.is_some_and(|c| c.is_ascii_digit())
        && after.is_some_and(char::is_ascii_digit)
}

/// The thousand, million or billion in front of a thing that is counted: `kops`, `mreq`.
pub(super) fn prefix_of(word: &str) -> Option<f64> {
    let factor = match word.as_bytes().first()? {
        b'k' => 1e3,
        b'm' => 1e6,
        b'g' => 1e9,
        _ => return None,
    };
    has(vocabulary::PREFIXED, word.get(1..)?).then_some(factor)
}
