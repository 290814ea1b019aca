//! Titles above the header, as spreadsheets save them: a line with a single cell that is not empty.

use super::dialect::{self, is_skipped};
use super::fields::{Delimiter, Field, split};
use super::lines::Lines;
use crate::data::columns::{Role, understand};
use crate::data::{HeaderRow, ReadOptions};

/// Most lines of a title.
const MOST: usize = 5;

/// Takes the title off the front of the input and returns how many lines it has: only where a
/// line with names that are known comes right after it.
pub(super) fn take(lines: &mut Lines<'_>, options: &ReadOptions) -> usize {
    if options.header == HeaderRow::No {
        return 0;
    }
    let head = lines.rest();
    let (mut at, mut count, mut titles) = (0, 0, 0);
    while titles <= MOST && at < head.len() {
        let rest = &head[at..];
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = &rest[..length];
        if !is_skipped(line) && !line.iter().all(|byte| b",;\t ".contains(byte)) {
            let delimiter = dialect::detect(rest, options).delimiter;
            let mut fields: Vec<Field> = Vec::new();
            if !matches!(delimiter, Delimiter::Byte(_)) || !split(line, delimiter, &mut fields) {
                return 0;
            }
            let cells = fields.iter().map(|field| field.text(line).into_owned());
            let cells: Vec<String> = cells.filter(|cell| !cell.trim().is_empty()).collect();
            if is_header(&cells) {
                if titles > 0 {
                    lines.take(at, count);
                }
                return titles;
            }
            let [title] = cells.as_slice() else {
                return 0;
            };
            if !title.contains(char::is_alphabetic) {
                return 0;
            }
            titles += 1;
        }
        let is_crlf = rest[length..].starts_with(b"\r\n");
        at += length + if is_crlf { 2 } else { 1 };
        count += 1;
    }
    0
}

/// Whether two names or more are known, and one is N or throughput.
fn is_header(cells: &[String]) -> bool {
    let roles: Vec<Role> = cells.iter().map(|name| understand(name).role).collect();
    let known = roles.iter().filter(|role| **role != Role::Unknown).count();
    let measured = |role: &Role| matches!(role, Role::Size | Role::Throughput { .. });
    known > 1 && roles.iter().any(measured)
}

/// Says what was passed over.
pub(super) fn remark(titles: usize) -> Option<String> {
    match titles {
        0 => None,
        1 => Some("a title above the header is passed over".to_owned()),
        lines => Some(format!(
            "a title of {lines} lines above the header is passed over"
        )),
    }
}
