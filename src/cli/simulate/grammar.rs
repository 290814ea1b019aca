//! How the values of settings are written.

use crate::error::Error;
use crate::sim::{
    Autoscale, Backoff, Change, Discipline, Family, Routing, Trigger, Window, law::PARETO_SHAPE,
};
use crate::units;

fn refuse(what: &'static str, text: &str, hint: &str) -> Error {
    Error::Parse {
        what,
        text: text.to_owned(),
        hint: hint.into(),
    }
}

/// A whole number of at least 0, with k, M or G.
pub(super) fn whole(text: &str) -> Result<u64, Error> {
    let value = units::quantity(text)?;
    let fits = value.fract() == 0.0 && (0.0..=9e15).contains(&value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below 2⁵³"
    )]
    fits.then_some(value as u64)
        .ok_or_else(|| refuse("a whole number", text, "write 10, 500 or 10k"))
}

/// A whole number that is not too large for servers, clients or places.
pub(super) fn count(text: &str) -> Result<u32, Error> {
    u32::try_from(whole(text)?).map_err(|_| refuse("a count", text, "write at most 10M"))
}

/// `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, Error> {
    match text {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(refuse("true or false", text, "write true or false")),
    }
}

/// Retries: a number, or `None` for forever.
pub(super) fn retries(text: &str) -> Result<Option<u32>, Error> {
    match text {
        "forever" | "unlimited" => Ok(None),
        text => count(text).map(Some),
    }
}

/// A law of times: a family, or the file that holds the times.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LawName {
    Family(Family),
    File(String),
}

pub(super) fn law(text: &str) -> Result<LawName, Error> {
    const HOW: &str = "write auto, lognormal, bounded-pareto:1.5, pareto:2.5 or file:times.txt";
    let (name, rest) = match text.split_once(':') {
        Some((name, rest)) => (name, Some(rest)),
        None => (text, None),
    };
    let family = match (name, rest) {
        ("auto", None) => Family::Auto,
        ("exponential", None) => {
            return Err(refuse(
                "a law",
                text,
                "exponential is the law without a name: leave it out",
            ));
        }
        ("lognormal", None) => Family::Lognormal,
        ("bounded-pareto", None) => Family::BoundedPareto(PARETO_SHAPE),
        ("bounded-pareto", Some(shape)) => Family::BoundedPareto(units::number(shape)?),
        ("pareto", Some(shape)) => Family::Pareto(units::number(shape)?),
        ("file", Some(path)) => return Ok(LawName::File(path.to_owned())),
        _ => return Err(refuse("a law", text, HOW)),
    };
    Ok(LawName::Family(family))
}

pub(super) fn routing(text: &str) -> Result<Routing, Error> {
    const HOW: &str =
        "write shared, random, round-robin, least-of-2, sticky:1000:0.9 or stealing:2";
    if let Some(d) = text.strip_prefix("least-of-") {
        return count(d).map(Routing::LeastOf);
    }
    let mut parts = text.split(':');
    let found = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("shared"), None, ..) => Routing::Shared,
        (Some("random"), None, ..) => Routing::Random,
        (Some("round-robin"), None, ..) => Routing::RoundRobin,
        (Some("stealing"), tries, None, _) => Routing::Stealing(tries.map_or(Ok(1), count)?),
        (Some("sticky"), Some(keys), skew, None) => Routing::Sticky {
            keys: count(keys)?,
            skew: skew.map_or(Ok(1.0), units::number)?,
        },
        _ => return Err(refuse("a routing", text, HOW)),
    };
    Ok(found)
}

pub(super) fn discipline(text: &str) -> Result<Discipline, Error> {
    match text {
        "fifo" => Ok(Discipline::Fifo),
        "lifo" => Ok(Discipline::Lifo),
        "shortest" => Ok(Discipline::ShortestFirst),
        "srpt" => Ok(Discipline::ShortestRemaining),
        "sharing" | "ps" => Ok(Discipline::Sharing),
        "priority" => Err(refuse(
            "a discipline",
            text,
            "give the classes instead: priority 40/s:10ms,70/s:10ms",
        )),
        _ => Err(refuse(
            "a discipline",
            text,
            "write fifo, lifo, shortest, srpt or sharing",
        )),
    }
}

fn window(text: &str) -> Result<Window, Error> {
    let (base, cap) = text.split_once("..").ok_or_else(|| {
        refuse(
            "a window of pauses",
            text,
            "write the first and the longest: 50ms..20s",
        )
    })?;
    Ok(Window {
        base: units::duration(base)?,
        cap: units::duration(cap)?,
    })
}

pub(super) fn backoff(text: &str) -> Result<Backoff, Error> {
    const HOW: &str = "write none, fixed:1s, random:1s, exponential:50ms..20s, full:50ms..20s, equal:50ms..20s or decorrelated:50ms..20s";
    match text.split_once(':') {
        None if text == "none" => Ok(Backoff::None),
        Some(("fixed", pause)) => units::duration(pause).map(Backoff::Fixed),
        Some(("random", mean)) => units::duration(mean).map(Backoff::Memoryless),
        Some(("exponential", rest)) => window(rest).map(Backoff::Exponential),
        Some(("full", rest)) => window(rest).map(Backoff::FullJitter),
        Some(("equal", rest)) => window(rest).map(Backoff::EqualJitter),
        Some(("decorrelated", rest)) => window(rest).map(Backoff::Decorrelated),
        _ => Err(refuse("a backoff", text, HOW)),
    }
}

/// Triggers: `WHAT=VALUE@START` or `WHAT=VALUE@START+LENGTH`, separated by commas.
pub(super) fn triggers(text: &str) -> Result<Vec<Trigger>, Error> {
    text.split(',').map(trigger).collect()
}

fn trigger(text: &str) -> Result<Trigger, Error> {
    const HOW: &str = "write capacity=0@60s+10s, load=2@60s+10s, burst=10k@0s or servers=+4@60s";
    let told = || refuse("a trigger", text, HOW);
    let (what, rest) = text.trim().split_once('=').ok_or_else(told)?;
    let (value, time) = rest.split_once('@').ok_or_else(told)?;
    let (at, lasts) = match time.split_once('+') {
        Some((at, lasts)) => (units::duration(at)?, Some(units::duration(lasts)?)),
        None => (units::duration(time)?, None),
    };
    let change = match what {
        "capacity" => Change::Capacity(factor(value)?),
        "load" => Change::Load(factor(value)?),
        "burst" => Change::Burst(count(value)?),
        "servers" => {
            let many = count(value.trim_start_matches(['+', '-']))?;
            let many = i32::try_from(many).map_err(|_| told())?;
            Change::Servers(if value.starts_with('-') { -many } else { many })
        }
        _ => return Err(told()),
    };
    Ok(Trigger { at, lasts, change })
}

/// `2`, `x2`, `50%`.
fn factor(text: &str) -> Result<f64, Error> {
    match text.strip_suffix('%') {
        Some(percent) => Ok(units::number(percent)? / 100.0),
        None => units::number(text.trim_start_matches('x')),
    }
}

/// `TARGET:LAG:LEAST..MOST` or with `:EVERY`, 15 s unless said.
pub(super) fn autoscale(text: &str) -> Result<Autoscale, Error> {
    const HOW: &str = "write TARGET:LAG:LEAST..MOST, such as 60%:30s:1..20, or with :EVERY behind";
    let told = || refuse("an autoscaler", text, HOW);
    let mut parts = text.split(':');
    let (Some(target), Some(lag), Some(range), every, None) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return Err(told());
    };
    let (least, most) = range.split_once("..").ok_or_else(told)?;
    Ok(Autoscale {
        target: units::ratio(target)?,
        lag: units::duration(lag)?,
        least: count(least)?,
        most: count(most)?,
        every: every.map_or(Ok(15.0), units::duration)?,
    })
}

/// Priority classes: rate, mean service, coefficient of variation.
pub(super) fn classes(text: &str) -> Result<Vec<(f64, f64, f64)>, Error> {
    let one = |text: &str| {
        let told = || {
            refuse(
                "a class",
                text,
                "write RATE:SERVICE or RATE:SERVICE:CV, such as 40/s:10ms",
            )
        };
        let mut parts = text.trim().split(':');
        let (Some(rate), Some(service), cv, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(told());
        };
        Ok((
            units::rate(rate)?,
            units::duration(service)?,
            cv.map_or(Ok(1.0), units::number)?,
        ))
    };
    text.split(',').map(one).collect()
}

/// Measured times, one a line: seconds, or with a unit. Empty lines and `#` are skipped.
pub(super) fn times(text: &str) -> Result<Vec<f64>, Error> {
    let lines = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(line, text)| {
            units::number(text)
                .or_else(|_| units::duration(text))
                .map_err(|error| Error::data(error.to_string(), error.hint()).at(line as u64, None))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written() {
        assert_eq!(routing("least-of-2").unwrap(), Routing::LeastOf(2));
        assert_eq!(routing("stealing").unwrap(), Routing::Stealing(1));
        assert_eq!(
            routing("sticky:1k:0.9").unwrap(),
            Routing::Sticky {
                keys: 1000,
                skew: 0.9
            }
        );
        let window = Window {
            base: 0.05,
            cap: 20.0,
        };
        assert_eq!(
            backoff("full:50ms..20s").unwrap(),
            Backoff::FullJitter(window)
        );
        assert_eq!(backoff("none").unwrap(), Backoff::None);
        let found = triggers("capacity=50%@60s+10s,burst=10k@0s,servers=-2@1min").unwrap();
        assert_eq!(
            found,
            [
                Trigger {
                    at: 60.0,
                    lasts: Some(10.0),
                    change: Change::Capacity(0.5)
                },
                Trigger {
                    at: 0.0,
                    lasts: None,
                    change: Change::Burst(10_000)
                },
                Trigger {
                    at: 60.0,
                    lasts: None,
                    change: Change::Servers(-2)
                },
            ]
        );
        let scale = autoscale("60%:30s:1..20").unwrap();
        assert!((scale.every - 15.0).abs() < 1e-12 && scale.most == 20);
        assert_eq!(times("# measured\n0.1\n\n20ms\n").unwrap(), [0.1, 0.02]);
        assert_eq!(retries("forever").unwrap(), None);
    }

    #[test]
    fn what_cannot_is_refused_with_what_can() {
        for bad in ["least-of-", "sticky", "stealing:1:2", "shared:1", ""] {
            assert!(routing(bad).is_err(), "{bad}");
        }
        for bad in [
            "full:50ms",
            "fixed",
            "jitter:1s..2s",
            "none:1s",
            "full:1..2",
        ] {
            assert!(backoff(bad).is_err(), "{bad}");
        }
        for bad in ["capacity=0", "load@1s", "burst=1.5@0s", "speed=2@1s", ""] {
            assert!(triggers(bad).is_err(), "{bad}");
        }
        for bad in ["60%", "60%:30s", "60%:30s:5", "60%:30s:1..2:3s:4"] {
            assert!(autoscale(bad).is_err(), "{bad}");
        }
        assert!(classes("40/s").is_err() && discipline("priority").is_err());
        assert!(law("exponential").is_err() && law("pareto").is_err() && whole("1.5").is_err());
        assert!(
            times("0.1\nx")
                .unwrap_err()
                .to_string()
                .starts_with("line 2")
        );
    }
}
