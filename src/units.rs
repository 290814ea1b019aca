//! Durations, rates, ratios and lists as people write them, and back.
//!
//! The library counts in seconds, operations per second and plain ratios; this is the
//! only place that knows `10ms`, `5k/s` and `60%`.

use crate::error::Error;

/// Reads a plain number: decimal digits with an optional exponent, finite.
///
/// # Errors
/// [`Error::Parse`] for anything else, also for `inf` and `NaN`.
pub(crate) fn number(text: &str) -> Result<f64, Error> {
    finite_number(text).ok_or_else(|| Error::Parse {
        what: "a number",
        text: text.to_owned(),
        hint: "write digits with an optional decimal point, such as 12 or 0.5, from 1e-18 to 1e18"
            .into(),
    })
}

/// Reads a duration in seconds; the unit (`ns us µs ms s min h`) is required.
///
/// # Errors
/// [`Error::Parse`] without a number, with no unit or an unknown one, or below 0.
pub(crate) fn duration(text: &str) -> Result<f64, Error> {
    let (value, unit) = split(text);
    let known = finite_number(value).and_then(|value| seconds(value, unit));
    match known.filter(|_| unit != "m") {
        Some(value) if value >= 0.0 && value.is_finite() => Ok(value),
        _ => Err(Error::Parse {
            what: "a duration",
            text: text.to_owned(),
            hint: if unit == "m" {
                format!("m may be minutes or thousandths: write {value}min or {value}ms").into()
            } else if unit.is_empty() && finite_number(value).is_some() {
                format!("add the unit: {text}ms or {text}s (ns, us, ms, s, min, h)").into()
            } else {
                "write a number and a unit: 250us, 10ms, 1.5s, 2min, 1h".into()
            },
        }),
    }
}

/// `value` of a unit of time in seconds, for the units that benchmark tools write.
///
/// Units below a second divide, so that 9 ms is 0.009 to the last digit.
pub(crate) fn seconds(value: f64, unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => value / 1e9,
        "us" | "µs" | "μs" => value / 1e6,
        "ms" => value / 1e3,
        "s" | "sec" | "secs" => value,
        "m" | "min" => value * 60.0,
        "h" | "hr" => value * 3600.0,
        "d" | "day" => value * 86_400.0,
        _ => return None,
    })
}

/// A count per one `unit` of time, per second: 3 per ms is 3000 per second.
pub(crate) fn per_second(value: f64, unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => value * 1e9,
        "us" | "µs" | "μs" => value * 1e6,
        "ms" => value * 1e3,
        _ => value / seconds(1.0, unit)?,
    })
}

/// Reads a rate per second: `9000`, `5k/s`, `2M/min`, `0.5/ms`. A bare number is per second.
///
/// # Errors
/// [`Error::Parse`] without a number, with an unknown suffix, or below 0.
pub(crate) fn rate(text: &str) -> Result<f64, Error> {
    // What is counted says nothing of its rate: 800rps is 800/s, 5k req/s is 5k/s.
    let trimmed = text.trim();
    let bare = ["rps", "qps", "tps", "iops", "ops", "bps"]
        .iter()
        .find_map(|word| trimmed.strip_suffix(word));
    let (amount, per) = match (bare, trimmed.split_once('/')) {
        (Some(amount), _) => (amount, "s"),
        (None, Some(parts)) => parts,
        (None, None) => (trimmed, "s"),
    };
    let amount = amount.trim_end();
    // Alone, a B may be a billion; before a time it is bytes.
    let data: &[&str] = if trimmed.contains('/') {
        &["B", "bytes", "bits", "bit", "b"]
    } else {
        &[]
    };
    let words = ["req", "reqs", "requests", "op", "ops", "tx"];
    let amount = (words.iter().chain(data))
        .find_map(|word| amount.strip_suffix(word))
        .unwrap_or(amount);
    match quantity_value(amount.trim_end()).and_then(|value| per_second(value, per.trim())) {
        Some(value) if value >= 0.0 && value.is_finite() => Ok(value),
        _ => Err(Error::Parse {
            what: "a rate",
            text: text.to_owned(),
            hint: "write a number with k, M or G and a time: 9000, 5k/s, 2M/min".into(),
        }),
    }
}

/// Reads a price per hour in any currency: `0.34/h`, `$250/month`, `8/day`. A month is a
/// twelfth of 365 days.
///
/// # Errors
/// [`Error::Parse`] without a number, without the time it is for, or below 0.
pub(crate) fn price(text: &str) -> Result<f64, Error> {
    let (amount, per) = text.split_once('/').unwrap_or((text, ""));
    let hours = match per.trim() {
        "h" | "hr" | "hour" => Some(1.0),
        "d" | "day" => Some(24.0),
        "mo" | "month" => Some(730.0),
        "y" | "yr" | "year" => Some(8760.0),
        _ => None,
    };
    let amount = amount.trim().trim_start_matches(['$', '€', '£', '¥']);
    match (finite_number(amount), hours) {
        (Some(amount), Some(hours)) if amount >= 0.0 => Ok(amount / hours),
        (amount, _) => Err(Error::Parse {
            what: "a price",
            text: text.to_owned(),
            hint: match amount {
                Some(amount) if per.is_empty() && amount >= 0.0 => {
                    format!("say for how long: {text}/h, {text}/day or {text}/month").into()
                }
                _ => "write a number and a time: 0.34/h, 8/day, 250/month".into(),
            },
        }),
    }
}

/// Reads a count with an optional decimal suffix: `10k`, `2.5M`, `64`.
///
/// # Errors
/// [`Error::Parse`] for anything else.
pub(crate) fn quantity(text: &str) -> Result<f64, Error> {
    quantity_value(text).ok_or_else(|| Error::Parse {
        what: "a count",
        text: text.to_owned(),
        hint: "write a number with an optional k, M or G: 64, 10k, 2.5M".into(),
    })
}

/// Reads a share: `60%` or a number from 0 to 1. A bare number above 1 is refused.
///
/// # Errors
/// [`Error::Parse`] for anything else.
pub(crate) fn ratio(text: &str) -> Result<f64, Error> {
    let trimmed = text.trim();
    let value = match trimmed.strip_suffix('%') {
        Some(percent) => finite_number(percent).map(|value| value / 100.0),
        None => finite_number(trimmed).filter(|value| (0.0..=1.0).contains(value)),
    };
    value
        .filter(|value| *value >= 0.0)
        .ok_or_else(|| Error::Parse {
            what: "a ratio",
            text: text.to_owned(),
            hint: match finite_number(trimmed) {
                Some(value) if value > 1.0 => {
                    format!("write {trimmed}% or {}", plain(rounded(value / 100.0))).into()
                }
                _ => "write a percentage such as 60% or a number from 0 to 1".into(),
            },
        })
}

/// Reads a list of numbers, `item` reading each (`50%`, `10k`): `1,2,4`, `1..8`, `50..95:5`,
/// `1..64:x2`.
///
/// A range includes both ends; `:STEP` adds, `:xFACTOR` multiplies, without either the
/// step is 1. At most 100,000 items.
///
/// # Errors
/// [`Error::Parse`] for an empty list, a step that does not lead upwards, or too many items,
/// and whatever `item` refuses.
pub(crate) fn list_of(
    text: &str,
    item: impl Fn(&str) -> Result<f64, Error>,
) -> Result<Vec<f64>, Error> {
    const MOST: usize = 100_000;
    let refuse = |hint: &str| Error::Parse {
        what: "a list",
        text: text.to_owned(),
        hint: hint.into(),
    };
    let mut items = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let Some((from, rest)) = part.split_once("..") else {
            items.push(item(part)?);
            continue;
        };
        let (to, step) = match rest.split_once(':') {
            Some((to, step)) => (to, Some(step.trim())),
            None => (rest, None),
        };
        let (from, to) = (item(from.trim())?, item(to.trim())?);
        if from > to {
            return Err(refuse("a range runs upwards: 1..8, not 8..1"));
        }
        if let Some(factor) = step.and_then(|step| step.strip_prefix('x')) {
            let factor = number(factor)?;
            if factor <= 1.0 || from <= 0.0 {
                return Err(refuse("a factor is above 1 and starts above 0: 1..64:x2"));
            }
            let mut value = from;
            while value <= to * (1.0 + 1e-12) && items.len() <= MOST {
                items.push(value);
                value *= factor;
            }
        } else {
            let step = item(step.unwrap_or("1"))?;
            if step <= 0.0 {
                return Err(refuse("a step is above 0: 50..95:5"));
            }
            let mut index = 0.0;
            while from + index * step <= to + step * 1e-9 && items.len() <= MOST {
                items.push(from + index * step);
                index += 1.0;
            }
        }
        if items.len() > MOST {
            return Err(refuse("at most 100,000 items; use a larger step"));
        }
    }
    Ok(items)
}

/// The nearest number of twelve digits, for hints that people type.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// The shortest text that reads back to the same number.
pub(crate) fn plain(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-5..1e17).contains(&magnitude) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

fn finite_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let starts_like_number = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    if !starts_like_number {
        return None;
    }
    let is_usable = |value: &f64| *value == 0.0 || (LEAST..=MOST).contains(&value.abs());
    text.parse::<f64>().ok().filter(is_usable)
}

/// The smallest and the largest number that people write, whatever it counts: products and
/// squares of them are far from overflow.
const LEAST: f64 = 1e-18;
const MOST: f64 = 1e18;

fn quantity_value(text: &str) -> Option<f64> {
    const PREFIXES: [(&str, f64); 7] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("k", 1e3),
        ("K", 1e3),
        ("M", 1e6),
        ("G", 1e9),
    ];
    let text = text.trim();
    let prefixed = PREFIXES
        .iter()
        .find_map(|(prefix, scale)| Some((text.strip_suffix(prefix)?, scale)));
    let Some((number, scale)) = prefixed else {
        return finite_number(text);
    };
    finite_number(number.trim_end())
        .map(|value| value * scale)
        .filter(|value| value.is_finite())
}

/// Splits a number from the unit that follows it; an exponent belongs to the number.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let unit_at = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic())
        .last()
        .map_or(text.len(), |(at, _)| at);
    (text[..unit_at].trim_end(), &text[unit_at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert!((duration("10ms").unwrap() - 0.01).abs() < 1e-18);
        assert!((duration("1.5 s").unwrap() - 1.5).abs() < 1e-15);
        assert!((duration("250µs").unwrap() - duration("250us").unwrap()).abs() < 1e-18);
        assert!((duration("2min").unwrap() - 120.0).abs() < 1e-12);
        assert!((duration("1e-3s").unwrap() - 1e-3).abs() < 1e-18);
        assert_eq!(plain(duration("9ms").unwrap()), "0.009");
        for bad in ["10", "ms", "", "-1s", "10 parsecs", "infs", "nans"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        assert!(duration("10").unwrap_err().hint().contains("10ms"));
    }

    #[test]
    fn rates_are_per_second_unless_said() {
        for (text, expected) in [
            ("9000", 9000.0),
            ("5k/s", 5000.0),
            ("2M/min", 2e6 / 60.0),
            ("0.5/ms", 500.0),
            ("20k", 2e4),
            ("1.2 GB/s", 1.2e9),
            ("100 MiB/s", 104_857_600.0),
            ("800 Mbit/s", 8e8),
            ("5kops/s", 5e3),
        ] {
            assert!((rate(text).unwrap() - expected).abs() < 1e-9, "{text}");
        }
        for bad in ["", "k", "5k/", "5/year", "-1", "1,000", "inf", "5Q", "1.2B"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prices_are_per_hour_and_need_their_time() {
        for (text, expected) in [("0.34/h", 0.34), ("$12/day", 0.5), ("73/month", 0.1)] {
            assert!((price(text).unwrap() - expected).abs() < 1e-12, "{text}");
        }
        assert!(price("0.34").unwrap_err().hint().contains("0.34/h"));
        assert!(price("-1/h").is_err() && price("x/h").is_err() && price("1/parsec").is_err());
    }

    #[test]
    fn ratios_above_one_need_the_percent_sign() {
        assert!((ratio("60%").unwrap() - 0.6).abs() < 1e-15);
        assert!((ratio("0.6").unwrap() - 0.6).abs() < 1e-15);
        assert!(ratio("60").unwrap_err().hint().contains("60%"));
        assert!(ratio("-5%").is_err() && ratio("x").is_err());
    }

    #[test]
    fn lists_expand_ranges_with_both_ends() {
        let list = |text: &str| list_of(text, number);
        assert_eq!(list("1,2,4").unwrap(), [1.0, 2.0, 4.0]);
        assert_eq!(list("1..4").unwrap(), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(list("50..60:5,99.9").unwrap(), [50.0, 55.0, 60.0, 99.9]);
        assert_eq!(list("1..8:x2").unwrap(), [1.0, 2.0, 4.0, 8.0]);
        assert_eq!(list("0.1..0.3:0.1").unwrap().len(), 3);
        for bad in [
            "",
            "1,,2",
            "8..1",
            "1..8:x1",
            "1..8:0",
            "0..1:1e-9",
            "1..2..3",
        ] {
            assert!(list_of(bad, number).is_err(), "{bad}");
        }
    }
}
