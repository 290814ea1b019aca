//! Numbers for people: significant digits, thousands marks, one scale a column.

use crate::report::Quantity;

/// Significant digits for people unless `--precision` says otherwise.
pub(crate) const DIGITS: usize = 3;

/// The unit and factor that a whole column (or one value) is shown in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// What a value is multiplied by.
    pub factor: f64,
    /// Unit as it stands in a column title, such as `ms` or `/s`; may be empty.
    pub unit: &'static str,
}

const ONE: Scale = Scale {
    factor: 1.0,
    unit: "",
};

/// Picks the scale for values that share a column: from the smallest one that is not 0 for
/// times, from the largest for rates, so that no row is rounded away.
pub(crate) fn scale(quantity: Quantity, values: impl Iterator<Item = f64>) -> Scale {
    let magnitudes: Vec<f64> = values
        .map(f64::abs)
        .filter(|value| *value > 0.0 && value.is_finite())
        .collect();
    let largest = magnitudes.iter().copied().fold(0.0, f64::max);
    // What is next to nothing beside the rest does not choose the unit for all.
    let smallest = (magnitudes.iter().copied())
        .filter(|value| *value >= largest * 1e-4)
        .fold(f64::INFINITY, f64::min);
    match quantity {
        // 999.5 of a unit would round to 1000: switch just before.
        Quantity::Seconds => [
            (1e9, "ns", 999.5e-9),
            (1e6, "µs", 999.5e-6),
            (1e3, "ms", 999.5e-3),
        ]
        .into_iter()
        .find(|(_, _, below)| smallest < *below)
        .map_or(
            Scale {
                factor: 1.0,
                unit: "s",
            },
            |(factor, unit, _)| Scale { factor, unit },
        ),
        Quantity::Rate | Quantity::RateChange => match largest {
            value if (1e13..1e16).contains(&value) => Scale {
                factor: 1e-9,
                unit: "G/s",
            },
            value if (1e7..1e13).contains(&value) => Scale {
                factor: 1e-6,
                unit: "M/s",
            },
            _ => Scale {
                factor: 1.0,
                unit: "/s",
            },
        },
        Quantity::Ratio => Scale {
            factor: 100.0,
            unit: "%",
        },
        _ => ONE,
    }
}

/// One value of a column, without its unit (percentages keep theirs).
pub(crate) fn in_column(quantity: Quantity, scale: Scale, value: f64, digits: usize) -> String {
    let scaled = value * scale.factor;
    match quantity {
        Quantity::Count => count(scaled, digits),
        Quantity::Ratio => format!("{} %", fixed(scaled, digits)),
        Quantity::RateChange => signed(scaled, digits),
        Quantity::Money => money(scaled),
        _ => significant(scaled, digits),
    }
}

/// One value alone, with its unit: `12,300/s`, `1.24 ms`, `81.3 %`.
pub(crate) fn alone(quantity: Quantity, value: f64, digits: usize) -> String {
    let scale = scale(quantity, std::iter::once(value));
    let text = in_column(quantity, scale, value, digits);
    match quantity {
        Quantity::Seconds => format!("{text} {}", scale.unit),
        Quantity::Rate | Quantity::RateChange => format!(
            "{text}{}{}",
            if scale.unit.len() > 2 { " " } else { "" },
            scale.unit
        ),
        _ => text,
    }
}

/// A rate rounded to significant digits, for a sentence: 12,334.6 is `12,300/s`.
pub(crate) fn about_rate(value: f64, digits: usize) -> String {
    alone(Quantity::Rate, round_to(value, digits), digits)
}

/// Rounds to significant digits, ties to even as the decimal text is read.
pub(crate) fn round_to(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.saturating_sub(1))
        .parse()
        .unwrap_or(value)
}

/// At least `digits` significant digits; whole digits are never dropped; very large and
/// very small numbers in scientific form.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    let digits = digits.max(1);
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs();
    if !(1e-5..1e15).contains(&magnitude) {
        return format!("{value:.*e}", digits - 1);
    }
    let exponent = exponent_after_rounding(magnitude, digits);
    let decimals = usize::try_from(i64::try_from(digits).unwrap_or(3) - 1 - exponent).unwrap_or(0);
    group(&format!("{value:.decimals$}"))
}

/// Percentages and the like: one decimal from 1 to 100, more digits below.
fn fixed(value: f64, digits: usize) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.abs() >= 1.0 {
        let more = digits.saturating_sub(DIGITS);
        // 99.97 must not be shown as a full hundred.
        let decimals = if value.abs() > 99.9 && value.abs() < 100.0 {
            2
        } else {
            1
        } + more;
        group(&format!("{value:.decimals$}"))
    } else {
        significant(value, digits)
    }
}

fn count(value: f64, digits: usize) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        group(&format!("{value:.0}"))
    } else {
        significant(value, digits)
    }
}

fn signed(value: f64, digits: usize) -> String {
    let text = significant(value.abs(), digits);
    match value {
        value if value > 0.0 => format!("+{text}"),
        value if value < 0.0 => format!("−{text}"),
        _ => text,
    }
}

fn money(value: f64) -> String {
    if value.abs() >= 0.995 && value.abs() < 1e15 {
        group(&format!("{value:.2}"))
    } else {
        significant(value, DIGITS)
    }
}

fn exponent_after_rounding(magnitude: f64, digits: usize) -> i64 {
    let text = format!("{magnitude:.*e}", digits - 1);
    text.split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0)
}

/// Thousands marks in the whole part.
pub(crate) fn group(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", text),
    };
    let (whole, decimals) = match rest.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (rest, None),
    };
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push('.');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_never_fewer_whole_ones() {
        for (value, text) in [
            (0.026_719, "0.0267"),
            (0.000_769_06, "0.000769"),
            (995.6, "996"),
            (12_341.74, "12,342"),
            (0.999_96, "1.00"),
            (9.996, "10.0"),
            (1_234_567.0, "1,234,567"),
            (-51.2, "−51.2"),
            (1e300, "1.00e300"),
            (2.5e-9, "2.50e-9"),
            (0.0, "0"),
        ] {
            assert_eq!(significant(value, 3), text);
        }
    }

    #[test]
    fn a_column_of_times_takes_the_unit_of_its_smallest() {
        let column = scale(Quantity::Seconds, [0.106, 2.005].into_iter());
        assert_eq!(column.unit, "ms");
        assert_eq!(in_column(Quantity::Seconds, column, 2.005, 3), "2,005");
        assert_eq!(alone(Quantity::Seconds, 0.999_96, 3), "1.00 s");
    }

    #[test]
    fn rates_ratios_and_changes() {
        assert_eq!(about_rate(12_334.6, 3), "12,300/s");
        assert_eq!(alone(Quantity::Rate, 8.226e6, 3), "8,226,000/s");
        assert_eq!(alone(Quantity::Rate, 3.009e7, 3), "30.1 M/s");
        assert_eq!(alone(Quantity::Ratio, 0.8127, 3), "81.3 %");
        assert_eq!(alone(Quantity::Ratio, 0.9998, 3), "99.98 %");
        assert_eq!(alone(Quantity::RateChange, 585.3, 3), "+585/s");
        assert_eq!(alone(Quantity::Count, 36.0, 3), "36");
    }
}
