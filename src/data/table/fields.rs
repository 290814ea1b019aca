//! A record split into fields, with the place of each for error messages.

use std::borrow::Cow;

/// What separates fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data) enum Delimiter {
    /// One byte.
    Byte(u8),
    /// Any run of blanks and tabs.
    Blanks,
    /// Two blanks or more, or a tab: columns set out for people, with blanks inside their names.
    Gaps,
}

/// One field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::data) struct Field {
    /// First byte of the content in the record, after blanks and a quote.
    pub(super) start: usize,
    /// Byte after the content.
    pub(super) end: usize,
    /// Whether the content was quoted, so that `""` in it means one quote.
    pub(super) quoted: bool,
}

impl Field {
    pub(super) fn bytes<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        record.get(self.start..self.end).unwrap_or_default()
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD.
    pub(in crate::data) fn text<'a>(&self, record: &'a [u8]) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(self.bytes(record));
        if self.quoted && text.contains("\"\"") {
            Cow::Owned(text.replace("\"\"", "\""))
        } else {
            text
        }
    }
}

/// Splits a record. Returns `false` where a quote is still open at its end, so that the
/// record goes on in the next line.
pub(in crate::data) fn split(record: &[u8], delimiter: Delimiter, fields: &mut Vec<Field>) -> bool {
    fields.clear();
    match delimiter {
        Delimiter::Byte(byte) => split_at_byte(record, byte, fields),
        Delimiter::Blanks => split_at_blanks(record, fields),
        Delimiter::Gaps => {
            split_at_gaps(record, fields);
            true
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn split_at_byte(record: &[u8], delimiter: u8, fields: &mut Vec<Field>) -> bool {
    let mut at = 0;
    loop {
        let blank = |byte: &&u8| is_blank(**byte) && **byte != delimiter;
        let start = at + record[at..].iter().take_while(blank).count();
        if record.get(start) == Some(&b'"') {
            let Some(end) = closing_quote(record, start + 1) else {
                return false;
            };
            let rest = &record[end + 1..];
            let after = memchr::memchr(delimiter, rest).unwrap_or(rest.len());
            let is_clean = rest[..after].iter().all(|byte| is_blank(*byte));
            fields.push(Field {
                start: if is_clean { start + 1 } else { start },
                end: if is_clean { end } else { end + 1 + after },
                quoted: is_clean,
            });
            at = end + 1 + after;
        } else {
            let length = memchr::memchr(delimiter, &record[start..]);
            at = length.map_or(record.len(), |length| start + length);
            let trailing = record[start..at].iter().rev().take_while(blank).count();
            fields.push(Field {
                start,
                end: at - trailing,
                quoted: false,
            });
        }
        if at >= record.len() {
            return true;
        }
        at += 1; // the delimiter
    }
}

fn split_at_blanks(record: &[u8], fields: &mut Vec<Field>) -> bool {
    let mut at = 0;
    loop {
        at += record[at..].iter().take_while(|b| is_blank(**b)).count();
        if at >= record.len() {
            return true;
        }
        if record[at] == b'"' {
            let Some(end) = closing_quote(record, at + 1) else {
                return false;
            };
            fields.push(Field {
                start: at + 1,
                end,
                quoted: true,
            });
            at = end + 1;
        } else {
            let length = record[at..].iter().take_while(|b| !is_blank(**b)).count();
            fields.push(Field {
                start: at,
                end: at + length,
                quoted: false,
            });
            at += length;
        }
    }
}

fn split_at_gaps(record: &[u8], fields: &mut Vec<Field>) {
    let is_gap = |at: usize| match record[at..] {
        [b'\t', ..] | [b' '] => true,
        [b' ', next, ..] => is_blank(next),
        _ => false,
    };
    let mut at = 0;
    loop {
        at += record[at..].iter().take_while(|b| is_blank(**b)).count();
        if at >= record.len() {
            return;
        }
        let end = (at..record.len()).find(|end| is_gap(*end));
        let end = end.unwrap_or(record.len());
        fields.push(Field {
            start: at,
            end,
            quoted: false,
        });
        at = end;
    }
}

/// The quote that closes a field whose content starts at `from`; two in a row are content.
fn closing_quote(record: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'"', record.get(at..)?)?;
        if record.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(record: &str, delimiter: Delimiter) -> Option<Vec<String>> {
        let mut fields = Vec::new();
        let complete = split(record.as_bytes(), delimiter, &mut fields);
        let text = |field: &Field| field.text(record.as_bytes()).into_owned();
        complete.then(|| fields.iter().map(text).collect())
    }

    #[test]
    fn blanks_quotes_and_empty_fields() {
        let comma = |record| texts(record, Delimiter::Byte(b','));
        assert_eq!(comma(" 1 ,\t2").unwrap(), ["1", "2"]);
        assert_eq!(comma("a,,").unwrap(), ["a", "", ""]);
        assert_eq!(comma("").unwrap(), [""]);
        assert_eq!(comma(r#" "a, ""b""" ,2"#).unwrap(), [r#"a, "b""#, "2"]);
        assert_eq!(
            comma(r#"5" disk,"a"b,1"#).unwrap(),
            [r#"5" disk"#, r#""a"b"#, "1"]
        );
        assert_eq!(comma("\"open,1"), None);
        let blanks = |record| texts(record, Delimiter::Blanks);
        assert_eq!(blanks("  1\t \t2  ").unwrap(), ["1", "2"]);
        assert_eq!(blanks(r#""a b" 2"#).unwrap(), ["a b", "2"]);
        assert_eq!(blanks(" ").unwrap(), Vec::<String>::new());
        let gaps = |record| texts(record, Delimiter::Gaps);
        assert_eq!(
            gaps(" Threads  Rate (ops/sec)\tLatency  ").unwrap(),
            ["Threads", "Rate (ops/sec)", "Latency"]
        );
        assert_eq!(gaps("a b ").unwrap(), ["a b"]);
        assert_eq!(gaps("  ").unwrap(), Vec::<String>::new());
        assert_eq!(
            texts("1\t\t3", Delimiter::Byte(b'\t')).unwrap(),
            ["1", "", "3"]
        );
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_split_as_it_was(
            cells in proptest::collection::vec("[a-c \",;\\n\t]{0,6}", 1..6),
            delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        ) {
            // Blanks around unquoted cells are ours to trim; a tab may be the delimiter.
            let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let mut record = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            record.pop();
            prop_assert_eq!(texts(&record, Delimiter::Byte(delimiter)).unwrap(), cells);
        }

        #[test]
        fn any_bytes_can_be_split(record in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut fields = Vec::new();
            for delimiter in [Delimiter::Byte(b','), Delimiter::Byte(b'\t'), Delimiter::Blanks, Delimiter::Gaps] {
                split(&record, delimiter, &mut fields);
                for field in &fields {
                    prop_assert!(field.start <= field.end && field.end <= record.len());
                }
            }
        }
    }
}
