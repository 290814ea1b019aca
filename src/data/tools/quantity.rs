//! Numbers with their units as tools print them: `20.4k`, `170.476M/s`, `1m30.5s`.

use super::text::leading_number;
use crate::units;

/// What the letters behind a number make of it: decimal `k M G T`, binary `Ki Mi Gi`, and the
/// small ones that Google Benchmark writes, `m u n`.
fn with_suffix(value: f64, suffix: &str) -> Option<f64> {
    Some(match suffix {
        "" => value,
        "k" | "K" => shifted(value, 3),
        "M" => shifted(value, 6),
        "G" | "B" => shifted(value, 9),
        "T" => shifted(value, 12),
        "Ki" | "ki" => value * 1024.0,
        "Mi" => value * 1_048_576.0,
        "Gi" => value * 1_073_741_824.0,
        "m" => shifted(value, -3),
        "u" | "µ" | "μ" => shifted(value, -6),
        "n" => shifted(value, -9),
        _ => return None,
    })
}

/// A number with its decimal point moved, to the last digit: 4.06617 by 6 is 4066170, where a
/// product would be 4066169.9999999995.
pub(crate) fn shifted(value: f64, places: i32) -> f64 {
    let text = format!("{value:e}");
    let moved = text.split_once('e').and_then(|(digits, exponent)| {
        let exponent: i32 = exponent.parse().ok()?;
        format!("{digits}e{}", exponent + places).parse().ok()
    });
    moved.unwrap_or_else(|| value * 10_f64.powi(places))
}

/// A time in seconds, to the last digit that was printed.
pub(crate) fn in_seconds(value: f64, unit: &str) -> Option<f64> {
    match unit {
        "ns" => Some(shifted(value, -9)),
        "us" | "µs" | "μs" => Some(shifted(value, -6)),
        "ms" => Some(shifted(value, -3)),
        _ => units::seconds(value, unit),
    }
}

/// A count with its suffix, whatever rate follows: `244k`, `16.46k`, `170.476M/s`, `20,399`.
pub(crate) fn scaled(text: &str) -> Option<f64> {
    let text = text.trim();
    let (value, rest) = leading_number(text)?;
    let suffix: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
    // A word after a blank is no suffix: `20399 requests`.
    let attached = text[..text.len() - rest.len()]
        .chars()
        .next_back()
        .is_some_and(|c| !c.is_whitespace());
    if !attached {
        return Some(value);
    }
    with_suffix(value, &suffix)
}

/// A length of time of one or several parts in seconds: `1.71ms`, `1m30.5s`, `1h0m2s`.
pub(crate) fn span(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut total = None;
    while rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        let (value, after) = leading_number(rest)?;
        let end = after
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(after.len());
        total = Some(total.unwrap_or(0.0) + in_seconds(value, &after[..end])?);
        rest = &after[end..];
    }
    total
}

/// Whether a number was printed with two digits that mean something: `0.3` was not, so its
/// last digit may be off by a sixth.
pub(crate) fn precise(text: &str) -> bool {
    let digits = text
        .trim()
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .filter(char::is_ascii_digit)
        .skip_while(|c| *c == '0');
    digits.count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_with_units() {
        for (text, value) in [
            ("244k", 244e3),
            ("20,399", 20_399.0),
            ("170.476M/s", 170.476e6),
            ("1.5Gi/s", 1.5 * 1_073_741_824.0),
            ("500m/s", 0.5),
            ("4.06617M/s", 4_066_170.0),
            ("7192.05 trans/sec", 7192.05),
            ("20k requests", 20e3),
        ] {
            assert_eq!(scaled(text), Some(value), "{text}");
        }
        assert_eq!(scaled("12xy"), None);
        for (text, seconds) in [
            ("1.18ms", 0.00118),
            ("186.98µs", 0.000_186_98),
            ("1m30.5s", 90.5),
            ("1h0m2s", 3602.0),
            ("67us 50us", 0.000_067),
        ] {
            assert_eq!(span(text), Some(seconds), "{text}");
        }
        assert_eq!(span("5 parsecs"), None);
        assert!(precise("0.12") && precise("7.2 ms") && precise("15"));
        assert!(!precise("0.3 ms") && !precise("0.00") && !precise("0.05"));
    }
}
