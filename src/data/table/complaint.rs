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
    let skip = || or_skip("correct the row");
    if cell.is_empty() {
        return Fault::new(
            column,
            format!("empty cell in column \"{name}\""),
            or_skip("fill it in"),
        );
    }
    if cell.contains(&0) {
        return Fault::new(
            column,
            format!("a NUL byte in column \"{name}\": \"{shown}\""),
            "the file is damaged or not plain text; write it again as UTF-8",
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
        return Fault::new(
            column,
            format!("\"{shown}\" in column \"{name}\" is not a measured number"),
            skip(),
        );
    }
    let cannot =
        |reason: &str| format!("cannot read \"{shown}\" as a number in column \"{name}\"{reason}");
    if let Some(plain) = european(cell) {
        return Fault::new(
            column,
            cannot(": the points group thousands and the comma is the decimal mark"),
            Advice::from(format!("write {plain} without the points, and say "))
                .set(Setting::Decimal, ","),
        );
    }
    let joined: Vec<u8> = cell
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b',' | b'\'' | b' ' | b'_'))
        .collect();
    let is_comma = decimal(cell, b',').is_some();
    if has_thousands(cell) || is_comma {
        let plain = String::from_utf8_lossy(&joined).into_owned();
        let comma_mark =
            Advice::from("; or, if the comma is the decimal mark, ").set(Setting::Decimal, ",");
        let as_decimal = match (dialect.delimiter, is_comma) {
            (_, false) => Advice::default(),
            (Delimiter::Byte(b','), true) => {
                comma_mark.words(" with ").set(Setting::Delimiter, ";")
            }
            (_, true) => comma_mark,
        };
        return match (has_thousands(cell), dialect.mark) {
            (true, b'.') => Fault::new(
                column,
                cannot(": it has a thousands separator"),
                Advice::from(format!("write {plain} without it")).and(as_decimal),
            ),
            (true, _) => Fault::new(
                column,
                cannot(": the decimal mark is a comma, so this looks like a thousands separator"),
                Advice::from("write the digits without it; or, if the point is the decimal mark, ")
                    .set(Setting::Decimal, "."),
            ),
            (false, _) => Fault::new(
                column,
                cannot(": the comma looks like a decimal mark"),
                match dialect.delimiter {
                    Delimiter::Byte(b',') => {
                        Advice::from("write a decimal point; or separate fields by ; and say ")
                            .set(Setting::Decimal, ",")
                            .words(" ")
                            .set(Setting::Delimiter, ";")
                    }
                    _ => Setting::Decimal.to(",").words("; or write a decimal point"),
                },
            ),
        };
    }
    if dialect.mark == b',' && decimal(cell, b'.').is_some() {
        return Fault::new(
            column,
            cannot(": the decimal mark of this file is a comma"),
            Setting::Decimal
                .to(".")
                .words(" if the point is the decimal mark"),
        );
    }
    if is_plain_form(&lower) {
        return Fault::new(column, cannot(": it is too large"), skip());
    }
    let (reason, hint) = if word.starts_with(b"0x") {
        (": it is hexadecimal", "write decimal digits".into())
    } else if word.first().is_some_and(u8::is_ascii_digit) {
        (
            ": something follows the digits",
            "write the number alone, with its unit in the column name, such as latency_ms".into(),
        )
    } else {
        ("", skip())
    };
    Fault::new(column, cannot(reason), hint)
}

/// Something to do with a row, or to leave such rows out.
pub(super) fn or_skip(what: &str) -> Advice {
    Advice::from(what)
        .words(", or ")
        .name(Setting::SkipBad)
        .words(" leaves out such rows and counts them")
}

/// `1.955,3` and `1.234.567,8` without their points.
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
    is.then(|| text.replace('.', ""))
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
