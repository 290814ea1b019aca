//! What separates fields and decimals, told from the first block of the input.

use super::fields::{Delimiter, Field, split};
use super::number::{apart, decimal, with_thousands};
use crate::data::ReadOptions;
use crate::error::Error;

/// How the bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: Delimiter,
    /// Decimal mark, `.` or `,`.
    pub(super) mark: u8,
    /// The mark is a comma because the cells look so, not because a flag says so.
    pub(super) comma_guessed: bool,
    /// Commas group thousands (`12,345`), as points elsewhere in the input are decimal marks.
    pub(super) grouped: bool,
}

impl Dialect {
    /// The delimiter by its name for people.
    pub(super) fn delimiter_name(self) -> String {
        match self.delimiter {
            Delimiter::Blanks => "blanks".to_owned(),
            Delimiter::Gaps => "two blanks or more".to_owned(),
            Delimiter::Byte(b'\t') => "tab".to_owned(),
            Delimiter::Byte(byte) => format!("\"{}\"", char::from(byte)),
        }
    }
}

/// Most lines that the first look uses.
const SAMPLE: usize = 200;

/// Checks that the input is text and returns the length of a byte order mark in front.
///
/// # Errors
/// [`Error::Data`] that names the encoding or the kind of file.
pub(in crate::data) fn check_encoding(head: &[u8]) -> Result<usize, Error> {
    let refuse = |what: &str, hint: &str| {
        let message = format!("the input is {what}, not UTF-8 text");
        Err(Error::data(message, hint).at(1, None))
    };
    let utf16 = "convert it first: iconv -f UTF-16 -t UTF-8 FILE | scalecalc …";
    let packed = "unpack it first and pipe the text in";
    let even_zeros = zeros(head, 0);
    let odd_zeros = zeros(head, 1);
    match head {
        [0xef, 0xbb, 0xbf, ..] => return Ok(3),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return refuse(
                "UTF-32",
                "convert it first: iconv -f UTF-32 -t UTF-8 FILE | scalecalc …",
            );
        }
        [0xff, 0xfe, ..] => return refuse("UTF-16 (little endian)", utf16),
        [0xfe, 0xff, ..] => return refuse("UTF-16 (big endian)", utf16),
        [0x1f, 0x8b, ..] => return refuse("compressed by gzip", "gzip -dc FILE | scalecalc …"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return refuse("compressed by zstd", packed),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => return refuse("compressed by xz", packed),
        [b'B', b'Z', b'h', ..] => return refuse("compressed by bzip2", packed),
        [b'P', b'K', 3, 4, ..] => {
            return refuse(
                "a zip archive or a spreadsheet workbook",
                "export the sheet as CSV",
            );
        }
        [b'P', b'A', b'R', b'1', ..] => return refuse("a Parquet file", "export it as CSV"),
        [b'%', b'P', b'D', b'F', ..] => return refuse("a PDF", "export the table as CSV"),
        _ => {}
    }
    if odd_zeros > 0.4 && even_zeros < 0.1 {
        return refuse("UTF-16 (little endian) without a byte order mark", utf16);
    }
    if even_zeros > 0.4 && odd_zeros < 0.1 {
        return refuse("UTF-16 (big endian) without a byte order mark", utf16);
    }
    let control = |byte: &&u8| matches!(**byte, 0..=8 | 14..=31);
    if head.iter().filter(control).count() * 10 > head.len() {
        return refuse("binary", "give a text file with one row a line");
    }
    Ok(0)
}

/// Share of NUL bytes at even (0) or odd (1) places of the first few hundred bytes.
fn zeros(head: &[u8], from: usize) -> f64 {
    let places = head.iter().take(512).skip(from).step_by(2);
    let count = places.clone().count().max(1);
    places.filter(|byte| **byte == 0).count() as f64 / count as f64
}

/// Finds the dialect; flags have the last word.
pub(super) fn detect(head: &[u8], options: &ReadOptions) -> Dialect {
    let mut sample: Vec<&[u8]> = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !is_skipped(line))
        .take(SAMPLE + 1)
        .collect();
    // The last line may have been cut by the end of the block.
    if sample.len() > 2 {
        sample.pop();
    }
    let delimiter = match options.delimiter {
        Some(b' ') => Delimiter::Blanks,
        Some(byte) => Delimiter::Byte(byte),
        None => best_delimiter(&sample, options.decimal == Some(b',')),
    };
    let guessed = options.decimal.is_none()
        && delimiter != Delimiter::Byte(b',')
        && has_decimal_comma(&sample, delimiter);
    Dialect {
        delimiter,
        mark: options.decimal.unwrap_or(if guessed { b',' } else { b'.' }),
        comma_guessed: guessed,
        grouped: options.decimal != Some(b',')
            && !matches!(delimiter, Delimiter::Byte(b',' | b';'))
            && has_grouping_commas(&sample, delimiter),
    }
}

/// Whether every comma in a number stands where it groups thousands, and a point in another
/// number is a decimal mark without doubt.
fn has_grouping_commas(sample: &[&[u8]], delimiter: Delimiter) -> bool {
    let mut fields: Vec<Field> = Vec::new();
    let (mut groups, mut points) = (false, false);
    for line in sample {
        split(line, delimiter, &mut fields);
        for cell in fields.iter().map(|field| field.bytes(line)) {
            if decimal(cell, b'.').is_some() {
                points |= cell.contains(&b'.') && !has_thousands(cell);
            } else if cell.contains(&b',') && decimal(cell, b',').is_some() {
                if !has_thousands(cell) {
                    return false;
                }
                groups = true;
            }
        }
    }
    groups && points
}

/// Whether a line is blank, a comment, the rule between header and rows that Markdown and
/// database clients draw (`|---|--:|`, `+----+----+`), or their count of rows at the end.
pub(super) fn is_skipped(line: &[u8]) -> bool {
    match line.trim_ascii() {
        [] | [b'#', ..] => true,
        text @ [b'|' | b'+' | b'-' | b':', ..] => is_rule(text),
        // `(4 rows)` and `4 rows in set (0.00 sec)`.
        text @ [b'(' | b'0'..=b'9', .., b')'] => {
            let count = text.strip_prefix(b"(").unwrap_or(text);
            let after = count.iter().position(|byte| !byte.is_ascii_digit());
            after.is_some_and(|at| at > 0 && count[at..].starts_with(b" row"))
        }
        _ => false,
    }
}

fn is_rule(line: &[u8]) -> bool {
    let drawn = |byte: &u8| matches!(byte, b'-' | b'|' | b'+' | b':' | b' ' | b'\t');
    line.iter().all(drawn) && line.windows(2).any(|two| two == b"--")
}

/// Whether a line that is skipped may be a row without values: two cells or more, each a
/// dash or two. A rule draws longer ones, and hangs together by `+`.
pub(super) fn is_row_of_dashes(line: &[u8]) -> bool {
    let is_between = |byte: &u8| matches!(byte, b'|' | b' ' | b'\t');
    let cells = line.split(is_between).filter(|cell| !cell.is_empty());
    let mut count = 0;
    for cell in cells {
        if !matches!(cell, b"-" | b"--") {
            return false;
        }
        count += 1;
    }
    count > 1
}

/// The candidate whose rows have the same number of fields and the most numbers in them;
/// the first in order where several are equal.
fn best_delimiter(sample: &[&[u8]], comma_is_decimal: bool) -> Delimiter {
    let mut best = (0.0, Delimiter::Byte(b','));
    for candidate in [
        Delimiter::Byte(b';'),
        Delimiter::Byte(b'\t'),
        Delimiter::Byte(b','),
        Delimiter::Byte(b'|'),
        Delimiter::Blanks,
        Delimiter::Gaps,
    ] {
        if comma_is_decimal && candidate == Delimiter::Byte(b',') {
            continue;
        }
        let score = score(sample, candidate);
        if score > best.0 + 1e-9 {
            best = (score, candidate);
        }
    }
    let is_blank = matches!(best.1, Delimiter::Blanks | Delimiter::Gaps);
    if is_blank && best.0 < 1.0 && has_equal_tabs(sample) {
        return Delimiter::Byte(b'\t');
    }
    best.1
}

/// Whether every line has the same number of tabs, one at least, and no name between them is
/// empty.
fn has_equal_tabs(sample: &[&[u8]]) -> bool {
    let tabs = |line: &[u8]| memchr::memchr_iter(b'\t', line).count();
    sample.first().is_some_and(|first| {
        let named = first
            .split(|byte| *byte == b'\t')
            .all(|name| !name.trim_ascii().is_empty());
        let count = tabs(first);
        named && count > 0 && sample.iter().all(|line| tabs(line) == count)
    })
}

/// Share of the rows that have the commonest number of fields (two or more), times the
/// share of numbers in them; a little above 0 for rows without numbers.
fn score(sample: &[&[u8]], delimiter: Delimiter) -> f64 {
    let mut fields = Vec::new();
    let mut counts: Vec<(usize, usize)> = Vec::new(); // fields in a row, numbers in it
    // Below names that the delimiter tells apart a number may have a unit and hold blanks.
    let mut named = false;
    for (index, line) in sample.iter().enumerate() {
        if split(line, delimiter, &mut fields) {
            let mut cells = fields.iter().map(|field| field.bytes(line));
            if index == 0 {
                named = fields.len() > 1 && !cells.clone().any(is_number);
            }
            let numbers = cells
                .by_ref()
                .filter(|cell| is_number(cell) || (named && is_number_as_people_write(cell)));
            counts.push((fields.len(), if index == 0 { 0 } else { numbers.count() }));
        }
    }
    let rows_of = |size: usize| counts.iter().filter(|(fields, _)| *fields == size).count();
    let Some(usual) = counts
        .iter()
        .map(|(fields, _)| *fields)
        .filter(|size| *size >= 2)
        .max_by_key(|size| rows_of(*size))
    else {
        return 0.0;
    };
    let numbers: usize = counts
        .iter()
        .filter(|(fields, _)| *fields == usual)
        .map(|(_, numbers)| numbers)
        .sum();
    let share = rows_of(usual) as f64 / counts.len() as f64;
    share * (0.01 + numbers as f64 / (rows_of(usual) * usual) as f64)
}

/// Whether a cell is a number with its unit (`4 threads`, `1.2 ms`, `0.9k`), or in groups.
fn is_number_as_people_write(cell: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(cell) else {
        return false;
    };
    let at = text.find(char::is_alphabetic).unwrap_or(text.len());
    let (number, unit) = (text[..at].trim_end(), &text[at..]);
    unit.chars().all(|c| c.is_alphabetic() || c == '/')
        && (is_number(number.as_bytes()) || apart(number.as_bytes(), b'.').is_some())
}

fn is_number(cell: &[u8]) -> bool {
    [b'.', b',']
        .iter()
        .any(|mark| decimal(cell, *mark).is_some() || with_thousands(cell, *mark).is_some())
}

fn has_decimal_comma(sample: &[&[u8]], delimiter: Delimiter) -> bool {
    let mut fields: Vec<Field> = Vec::new();
    let (mut commas, mut ambiguous, mut points, mut thousands) = (0, 0, 0, 0);
    for line in sample {
        split(line, delimiter, &mut fields);
        for cell in fields.iter().map(|field| field.bytes(line)) {
            if with_thousands(cell, b',').is_some() {
                commas += 1;
            } else if with_thousands(cell, b'.').is_some() {
                points += 1;
            } else if cell.contains(&b',') && decimal(cell, b',').is_some() {
                commas += 1;
                ambiguous += u32::from(has_thousands(cell));
            } else if has_thousands(cell) {
                thousands += 1;
            } else if cell.contains(&b'.') && decimal(cell, b'.').is_some() {
                points += 1;
            }
        }
    }
    // "1,652" alone may be 1652 or 1.652; a semicolon between fields settles it, because
    // programs put it there when the comma is the decimal mark.
    commas > 0
        && points == 0
        && thousands == 0
        && (delimiter == Delimiter::Byte(b';') || ambiguous < commas)
}

/// Whether a cell reads as whole thousands with a mark between them: `1,652` or `1.234.567,8`.
pub(super) fn has_thousands(cell: &[u8]) -> bool {
    let cell = cell.strip_prefix(b"-").unwrap_or(cell);
    [b',', b'.', b'\'', b' ', b'_'].iter().any(|mark| {
        let whole = match mark {
            b',' => cell.split(|byte| *byte == b'.').next(),
            b'.' => cell.split(|byte| *byte == b',').next(),
            _ => cell.split(|byte| matches!(byte, b'.' | b',')).next(),
        }
        .unwrap_or_default();
        let mut groups = whole.split(|byte| byte == mark);
        let first = groups.next().unwrap_or_default();
        let mut rest = groups.peekable();
        (1..=3).contains(&first.len())
            && first[0] != b'0'
            && first.iter().all(u8::is_ascii_digit)
            && rest.peek().is_some()
            && rest.all(|group| group.len() == 3 && group.iter().all(u8::is_ascii_digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str) -> Dialect {
        detect(text.as_bytes(), &ReadOptions::default())
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_rows_of_numbers() {
        for (text, delimiter) in [
            ("n,x\n1,955.16\n2,1878.91\n", Delimiter::Byte(b',')),
            ("n, x\n1, 955.16\n2, 1878.91\n", Delimiter::Byte(b',')),
            ("n;x\n1;955,16\n2;1878,91\n", Delimiter::Byte(b';')),
            ("1;955,16\n2;1878,91\n", Delimiter::Byte(b';')),
            ("n\tx\n1\t955.16\n", Delimiter::Byte(b'\t')),
            ("1\t955,16\n2\t1878,91\n", Delimiter::Byte(b'\t')),
            ("n|x\n1|955\n", Delimiter::Byte(b'|')),
            ("| n | x |\n|--:|:-:|\n| 1 | 955 |\n", Delimiter::Byte(b'|')),
            (" n | x\n---+----\n 1 | 955\n", Delimiter::Byte(b'|')),
            (
                "# c\nsize tput\n1   955.16\n2\t1878.91\n",
                Delimiter::Blanks,
            ),
            ("1 955,16\n2 1878,91\n", Delimiter::Blanks),
            ("name,n,x\na b;c,1,5\nd e;f,2,9\n", Delimiter::Byte(b',')),
            (
                "when,n,x\n2024-01-01 10:00,1,5\n2024-01-01 10:01,2,9\n",
                Delimiter::Byte(b','),
            ),
            ("n,throughput\n", Delimiter::Byte(b',')),
            ("throughput\n5\n7\n", Delimiter::Byte(b',')),
            ("", Delimiter::Byte(b',')),
        ] {
            assert_eq!(detected(text).delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn a_comma_is_decimal_only_where_it_cannot_be_anything_else() {
        for (text, mark) in [
            ("n;x\n1;955,16\n", b','),
            ("n;x\n1;1,652\n", b','),
            ("n\tx\n1\t955,16\n", b','),
            ("n\tx\n1\t1,652\n", b'.'), // 1652 or 1.652: the cell error asks
            ("n;x\n1;955.16\n", b'.'),
            ("n;x\n1;1,234,567\n", b'.'),
            ("n;x\n1;1,234.5\n", b'.'),
            ("n,x\n1,955\n", b'.'),
        ] {
            assert_eq!(detected(text).mark, mark, "{text}");
        }
        for (cell, is) in [
            ("1,652", true),
            ("1.234.567", true),
            ("-12,345.67", true),
            ("1 234", true),
            ("1,65", false),
            ("0,652", false),
            ("1652", false),
            ("1,6523", false),
            ("", false),
        ] {
            assert_eq!(has_thousands(cell.as_bytes()), is, "{cell}");
        }
    }

    #[test]
    fn commas_group_thousands_only_beside_a_decimal_point() {
        for (text, grouped) in [
            ("n|x|ms\n1|12,345|0.08\n2|23,456|0.09\n", true),
            ("n|x\n1|12,345\n2|23,456\n", false),
            ("n|x|ms\n1|12,345|0.08\n2|23,45|0.09\n3|4|5\n", false),
            ("n|x|y\n1|12,345|1.234\n", false),
            ("n,x\n1,345\n2,0.5\n", false),
        ] {
            assert_eq!(detected(text).grouped, grouped, "{text}");
        }
    }

    #[test]
    fn encodings_and_packed_files_are_named() {
        let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
            let text = "n,x\n1,955\n2,1878\n".encode_utf16().flat_map(bytes);
            mark.iter().copied().chain(text).collect::<Vec<u8>>()
        };
        for (head, name) in [
            (
                utf16(&[0xff, 0xfe], u16::to_le_bytes),
                "UTF-16 (little endian)",
            ),
            (
                utf16(&[0xfe, 0xff], u16::to_be_bytes),
                "UTF-16 (big endian)",
            ),
            (
                utf16(&[], u16::to_le_bytes),
                "UTF-16 (little endian) without",
            ),
            (utf16(&[], u16::to_be_bytes), "UTF-16 (big endian) without"),
            (vec![0x1f, 0x8b, 8, 0], "gzip"),
            (b"PK\x03\x04xx".to_vec(), "workbook"),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec(), "binary"),
        ] {
            let error = check_encoding(&head).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        assert_eq!(check_encoding(b"\xef\xbb\xbfn,x"), Ok(3));
        // One stray NUL is a broken cell, for which there is a better message.
        assert_eq!(check_encoding(b"n,x\n1,9\x0055\n2,1878\n3,2000\n"), Ok(0));
        assert_eq!(check_encoding(b""), Ok(0));
    }
}
