//! Why a cell is not a number, and what to type instead.

use super::dialect::{Dialect, has_thousands};
use super::fields::Delimiter;
use super::measure::Fault;
use super::number::decimal;
use crate::advice::{Advice, Setting};

/// Most characters of a cell that a message shows.
const SHOWN: usize = 40;

/// The fault of a cell that should hold a number.
pub(super) fn not_a_number(cell: &[u8], column: usize, name: &str, dialect: Dialect) -> Fault {
    let shown = shown(cell);
    let lower = cell.to_ascii_lowercase();
    let fault = |message: String, hint: Advice| Fault::new(column, message, hint);
    if cell.is_empty() {
        let message = format!("empty cell in column \"{name}\"");
        return fault(message, or_skip("fill it in"));
    }
    if cell.contains(&0) {
        return fault(
            format!("a NUL byte in column \"{name}\": \"{shown}\""),
            "the file is damaged or not plain text; write it again as UTF-8".into(),
        );
    }
    let unsigned = lower
        .strip_prefix(b"-")
        .or_else(|| lower.strip_prefix(b"+"));
    let word = unsigned.unwrap_or(&lower);
    if matches!(
        word,
        b"nan" | b"na" | b"n/a" | b"null" | b"none" | b"-" | b"inf" | b"infinity" | b"#n/a"
    ) {
        let message = format!("\"{shown}\" in column \"{name}\" is not a measured number");
        return fault(message, or_skip("correct the row"));
    }
    let (reason, hint) = if let Some(marks) = other_marks(cell, dialect) {
        marks
    } else if is_plain_form(&lower) {
        (": it is too large", or_skip("correct the row"))
    } else if word.starts_with(b"0x") {
        (": it is hexadecimal", "write decimal digits".into())
    } else if word.first().is_some_and(u8::is_ascii_digit) {
        (
            ": something follows the digits",
            "write the number alone, with its unit in the column name, such as latency_ms".into(),
        )
    } else {
        ("", or_skip("correct the row"))
    };
    fault(
        format!("cannot read \"{shown}\" as a number in column \"{name}\"{reason}"),
        hint,
    )
}

/// Why a number with other marks than this input's is none, and what to do about it.
fn other_marks(cell: &[u8], dialect: Dialect) -> Option<(&'static str, Advice)> {
    if let Some(plain) = european(cell) {
        return Some((
            ": the points group thousands and the comma is the decimal mark",
            Setting::Decimal
                .to(",")
                .words(" with ; or a tab between fields; or write ")
                .words(&plain),
        ));
    }
    let is_comma = decimal(cell, b',').is_some();
    match (has_thousands(cell), dialect.mark) {
        (true, b'.') => Some((
            ": it has a thousands separator",
            without_thousands(cell, is_comma, dialect),
        )),
        (true, _) => Some((
            ": the decimal mark is a comma, so this looks like a thousands separator",
            Advice::from("write the digits without it; or, if the point is the decimal mark, ")
                .set(Setting::Decimal, "."),
        )),
        (false, _) if is_comma => Some((
            ": the comma looks like a decimal mark",
            match dialect.delimiter {
                Delimiter::Byte(b',') => {
                    Advice::from("write a decimal point; or separate fields by ; and say ")
                        .set(Setting::Decimal, ",")
                        .words(" ")
                        .set(Setting::Delimiter, ";")
                }
                _ => Setting::Decimal.to(",").words("; or write a decimal point"),
            },
        )),
        (false, b',') if decimal(cell, b'.').is_some() => Some((
            ": the decimal mark of this file is a comma",
            Setting::Decimal
                .to(".")
                .words(" if the point is the decimal mark"),
        )),
        (false, _) => None,
    }
}

/// What to write instead of a number with a thousands separator.
fn without_thousands(cell: &[u8], is_comma: bool, dialect: Dialect) -> Advice {
    let digits = cell
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b',' | b'\'' | b' ' | b'_'));
    let plain = String::from_utf8_lossy(&digits.collect::<Vec<u8>>()).into_owned();
    let advice = Advice::from(format!("write {plain} without it"));
    if !is_comma {
        return advice;
    }
    let advice = advice
        .words("; or, if the comma is the decimal mark, ")
        .set(Setting::Decimal, ",");
    match dialect.delimiter {
        Delimiter::Byte(b',') => advice.words(" with ").set(Setting::Delimiter, ";"),
        _ => advice,
    }
}

/// Something to do with a row, or to leave such rows out.
pub(super) fn or_skip(what: &str) -> Advice {
    Advice::from(what)
        .words(", or ")
        .name(Setting::SkipBad)
        .words(" leaves out such rows and counts them")
}

/// `1.955,3` and `1.234.567,8` as `1955.3` and `1234567.8`.
fn european(cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok()?;
    let (whole, fraction) = text.split_once(',')?;
    let mut groups = whole.trim_start_matches('-').split('.');
    let first = groups.next()?;
    let mut thousands = groups.peekable();
    thousands.peek()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is = digits(first)
        && first.len() <= 3
        && digits(fraction)
        && thousands.all(|group| group.len() == 3 && digits(group));
    is.then(|| text.replace('.', "").replace(',', "."))
}

/// Whether a cell has the form of a decimal number, so that only its size can be wrong.
fn is_plain_form(cell: &[u8]) -> bool {
    let Some(at) = cell.iter().position(|byte| *byte == b'e') else {
        return false;
    };
    let (mantissa, exponent) = (&cell[..at], &cell[at + 1..]);
    decimal(mantissa, b'.').is_some()
        && !exponent.is_empty()
        && exponent
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'))
}

/// A cell as a message can show it: short, and without control characters.
pub(super) fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == SHOWN {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
