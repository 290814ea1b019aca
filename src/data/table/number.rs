//! Decimal numbers from bytes, correctly rounded.
//!
//! Most cells hold few digits: they are read eight at a time and scaled by one exact
//! power of ten, which is correctly rounded as long as both fit 53 bits (Clinger 1990).
//! Everything else goes to `fast-float2`.

/// The powers of ten that a float holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// 10^k for the digits of one word of eight bytes.
const WORD_POWERS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// Largest number of decimal digits that always fit 64 bits.
const MOST_DIGITS: usize = 19;

const LARGEST_EXACT: u64 = 1 << 53;

/// A whole cell as a number: sign, digits, decimal mark, exponent. `None` for everything
/// else, also for infinity, NaN, hexadecimal and what overflows.
pub(super) fn decimal(cell: &[u8], mark: u8) -> Option<f64> {
    if let Some((value, length)) = unsigned_prefix(cell, mark)
        && length == cell.len()
    {
        return Some(value);
    }
    let value = if mark == b'.' {
        is_decimal(cell, mark).then(|| fast_float2::parse::<f64, _>(cell).ok())??
    } else {
        let pointed: Vec<u8> = cell
            .iter()
            .map(|&byte| if byte == mark { b'.' } else { byte })
            .collect();
        is_decimal(cell, mark).then(|| fast_float2::parse::<f64, _>(&pointed).ok())??
    };
    value.is_finite().then_some(value)
}

/// A cell that holds both marks, so that the points of `1.955,3` (the commas of `1,955.3`) can
/// only group thousands: the number where they stand as they must.
pub(super) fn with_thousands(cell: &[u8], mark: u8) -> Option<f64> {
    let group = if mark == b',' { b'.' } else { b',' };
    let at = cell.iter().position(|byte| *byte == mark)?;
    let mut groups = without_sign(&cell[..at]).split(|byte| *byte == group);
    let first = groups.next()?;
    let mut rest = groups.peekable();
    rest.peek()?;
    let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let stand = (1..=3).contains(&first.len())
        && digits(first)
        && rest.all(|group| group.len() == 3 && digits(group));
    let plain: Vec<u8> = (cell.iter().copied())
        .filter(|byte| *byte != group)
        .collect();
    stand.then(|| decimal(&plain, mark)).flatten()
}

/// `12,345` where commas group thousands.
pub(super) fn grouped(cell: &[u8]) -> Option<f64> {
    let plain: Vec<u8> = cell.iter().copied().filter(|byte| *byte != b',').collect();
    super::dialect::has_thousands(cell)
        .then(|| decimal(&plain, b'.'))
        .flatten()
}

/// `1 955`, `1'955` and `1_955`, also with spaces that do not break: marks between groups of
/// three digits that can be nothing else.
pub(super) fn apart(cell: &[u8], mark: u8) -> Option<f64> {
    let text = std::str::from_utf8(cell).ok()?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.trim_start_matches(['+', '-']);
    let group = unsigned.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(
        group,
        ' ' | '_' | '\'' | '\u{2019}' | '\u{a0}' | '\u{2009}' | '\u{202f}'
    ) {
        return None;
    }
    let whole = unsigned.split(char::from(mark)).next()?;
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let stand = (1..=3).contains(&first.len())
        && digits(first)
        && groups.all(|group| group.len() == 3 && digits(group));
    let plain = text.replace(group, "");
    stand.then(|| decimal(plain.as_bytes(), mark)).flatten()
}

/// Whether the bytes are a decimal number in full; `fast-float2` also knows `inf` and `nan`.
fn is_decimal(cell: &[u8], mark: u8) -> bool {
    let rest = without_sign(cell);
    let mut digits = 0;
    let mut marks = 0;
    for (index, &byte) in rest.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits += 1,
            _ if byte == mark && marks == 0 => marks = 1,
            b'e' | b'E' if digits > 0 => {
                let exponent = without_sign(&rest[index + 1..]);
                return !exponent.is_empty() && exponent.iter().all(u8::is_ascii_digit);
            }
            _ => return false,
        }
    }
    digits > 0
}

fn without_sign(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    }
}

/// Digits with an optional decimal mark at the front of `bytes`: the value and how many
/// bytes it takes. `None` if there are none, or where only the whole cell can tell (signs,
/// a mark at the front, more digits than a float holds).
#[inline]
pub(super) fn unsigned_prefix(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    match short_prefix(bytes, mark) {
        Some(found) => Some(found),
        None => long_prefix(bytes, mark),
    }
}

/// [`unsigned_prefix`] for at most seven digits on each side of the mark, which is what
/// tools print, and with some bytes after them.
#[inline]
fn short_prefix(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    let window = bytes.first_chunk::<16>()?;
    let word = u64::from_le_bytes(*window.first_chunk::<8>()?);
    let whole = leading_digits(word);
    if !(1..8).contains(&whole) {
        return None;
    }
    let mantissa = value_of(word, whole);
    if window[whole] != mark {
        return Some((mantissa.cast_signed() as f64, whole));
    }
    let word = u64::from_le_bytes(*window[whole + 1..].first_chunk::<8>()?);
    let fraction = leading_digits(word);
    if fraction == 8 {
        return None;
    }
    let mantissa = mantissa * WORD_POWERS[fraction] + value_of(word, fraction);
    // Fourteen digits at most: exact as an integer and as a float.
    let value = mantissa.cast_signed() as f64 / POWERS[fraction];
    Some((value, whole + 1 + fraction))
}

/// [`unsigned_prefix`] for any number of digits.
fn long_prefix(bytes: &[u8], mark: u8) -> Option<(f64, usize)> {
    let mut mantissa = 0;
    let whole = digits(bytes, &mut mantissa);
    if whole == 0 {
        return None;
    }
    let mut length = whole;
    let mut fraction = 0;
    if bytes.get(whole) == Some(&mark) {
        fraction = digits(&bytes[whole + 1..], &mut mantissa);
        length += 1 + fraction;
    }
    if whole + fraction > MOST_DIGITS || mantissa > LARGEST_EXACT {
        return None;
    }
    Some((mantissa as f64 / POWERS[fraction], length))
}

/// Appends the leading digits of `bytes` to a number and returns how many there are.
/// The number wraps around once it has had more than [`MOST_DIGITS`].
fn digits(bytes: &[u8], number: &mut u64) -> usize {
    let mut count = 0;
    while let Some(word) = bytes[count..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let leading = leading_digits(word);
        *number = number
            .wrapping_mul(WORD_POWERS[leading])
            .wrapping_add(value_of(word, leading));
        count += leading;
        if leading < 8 {
            return count;
        }
    }
    while let Some(digit) = bytes.get(count).filter(|byte| byte.is_ascii_digit()) {
        *number = number
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - b'0'));
        count += 1;
    }
    count
}

/// How many of the eight bytes are digits before the first that is not. The first byte is
/// the lowest.
#[inline]
fn leading_digits(word: u64) -> usize {
    // '0'..='9' become 0..=9, to which 0x76 adds up below 0x80. Larger values set the high
    // bit; their carry reaches only bytes after them.
    let shifted = word ^ 0x3030_3030_3030_3030;
    let not_digit = (shifted.wrapping_add(0x7676_7676_7676_7676) | shifted) & 0x8080_8080_8080_8080;
    (not_digit.trailing_zeros() / 8) as usize
}

/// The number that the first `count` bytes spell, all of them digits; eight at most.
#[inline]
fn value_of(word: u64, count: usize) -> u64 {
    // The digits move to the high end: zero bytes before them count as leading zeros.
    let moved = if count == 8 {
        word
    } else {
        (word << (56 - 8 * count)) << 8
    };
    let mut value = moved & 0x0f0f_0f0f_0f0f_0f0f;
    // Neighbours become one: 10·a + b in bytes, 100·a + b in pairs, 10000·a + b in fours.
    value = value.wrapping_mul(10 * 256 + 1) >> 8;
    value = (value & 0x00ff_00ff_00ff_00ff).wrapping_mul(100 * 65_536 + 1) >> 16;
    (value & 0x0000_ffff_0000_ffff).wrapping_mul(10_000 * 4_294_967_296 + 1) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_length_of_digits_is_read() {
        let text = "12345678901234567890";
        for length in 1..=20 {
            let cell = &text[..length];
            let expected: f64 = cell.parse().unwrap();
            assert_eq!(decimal(cell.as_bytes(), b'.'), Some(expected), "{cell}");
            // The digits stand alone whatever follows them.
            for after in ["", ",1", "\n22222222", "/99999999", ":", ".x", "\u{b5}"] {
                let cell = format!("{cell}{after}");
                let mut number = 0;
                assert_eq!(digits(cell.as_bytes(), &mut number), length, "{cell}");
            }
        }
    }

    #[test]
    fn only_decimal_numbers_are_numbers() {
        for bad in [
            "", " ", ".", "-", "+", "e5", ".e5", "1e", "1e+", "1e5.", "1.2.3", "1,5", "inf",
            "-inf", "NaN", "nan", "infinity", "0x10", "1_000", "1e400", "-1e400", "--1", "12a",
            "1 2", "\0", "1\x002", "½", "١",
        ] {
            assert_eq!(decimal(bad.as_bytes(), b'.'), None, "{bad:?}");
        }
        for (good, value) in [
            ("+1", 1.0),
            ("-1", -1.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("77.6E0", 77.6),
            ("1e-9", 1e-9),
            ("00012", 12.0),
            ("9007199254740993", 9_007_199_254_740_992.0), // a tie, to even
            ("9007199254740992.5", 9_007_199_254_740_992.0),
            ("94.17475728155339805825", 94.174_757_281_553_4),
            ("1.7976931348623157e308", f64::MAX),
            ("5e-324", 5e-324),
        ] {
            assert_eq!(decimal(good.as_bytes(), b'.'), Some(value), "{good}");
        }
        assert_eq!(decimal(b"1000,25", b','), Some(1000.25));
        assert_eq!(decimal(b"-1,5e3", b','), Some(-1500.0));
        assert_eq!(decimal(b"1.5", b','), None);
        assert_eq!(with_thousands(b"1.955,3", b','), Some(1955.3));
        assert_eq!(with_thousands(b"-1.234.567,8", b','), Some(-1_234_567.8));
        assert_eq!(with_thousands(b"12,955.25", b'.'), Some(12_955.25));
        for bad in [
            "1.955",
            "19.55,3",
            "1.9555,3",
            ".955,3",
            "1.955,3,1",
            "1955,3",
        ] {
            assert_eq!(with_thousands(bad.as_bytes(), b','), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn decimals_are_read_as_the_standard_library_reads_them(
            text in "[+-]?[0-9]{0,21}(\\.[0-9]{0,21})?([eE][+-]?[0-9]{1,3})?"
        ) {
            let expected = text.parse::<f64>().ok().filter(|value| value.is_finite());
            prop_assert_eq!(decimal(text.as_bytes(), b'.'), expected);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(value) = decimal(&bytes, b'.') {
                let text = std::str::from_utf8(&bytes).unwrap();
                prop_assert_eq!(Some(value), text.parse::<f64>().ok());
            }
        }
    }
}
