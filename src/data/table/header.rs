//! The names of the columns, and how they are found.

use super::dialect::Dialect;
use super::fields;
use super::number;
use super::records::Records;
use crate::data::columns::{Role, understand};
use crate::data::{HeaderRow, ReadOptions};
use crate::error::Error;

/// The names of the columns.
#[derive(Debug)]
pub(super) struct Header {
    /// Names as they stand; the numbers of the columns where there is no header.
    pub(super) names: Vec<String>,
    pub(super) is_given: bool,
    /// Line of the header, or of the first row.
    pub(super) line: u64,
}

/// Finds the header and looks at the first row, which stays to be read. `None` without rows.
pub(super) fn header(
    records: &mut Records<'_>,
    dialect: Dialect,
    options: &ReadOptions,
) -> Result<Option<(Header, Vec<String>)>, Error> {
    let Some(record) = records.peek()? else {
        return Ok(None);
    };
    let texts = records.texts(record);
    let line = records.lines.number();
    let is_header = match options.header {
        HeaderRow::Yes => true,
        HeaderRow::No => false,
        HeaderRow::Auto => !texts.iter().any(|text| looks_numeric(text, dialect)),
    };
    if is_header {
        records.take(record);
        let header = Header {
            names: texts,
            is_given: true,
            line,
        };
        let Some(record) = records.peek()? else {
            return Ok(None);
        };
        return Ok(Some((header, records.texts(record))));
    }
    let header = records
        .comment_as_header(texts.len(), dialect, options)
        .unwrap_or_else(|| Header {
            names: (1..=texts.len()).map(|number| number.to_string()).collect(),
            is_given: false,
            line,
        });
    Ok(Some((header, texts)))
}

fn looks_numeric(text: &str, dialect: Dialect) -> bool {
    number::decimal(text.as_bytes(), dialect.mark).is_some()
        || number::decimal(text.as_bytes(), b'.').is_some()
        || ["nan", "inf", "-inf"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

impl Records<'_> {
    /// The comment just before the rows, where it names as many columns and one is N.
    fn comment_as_header(
        &self,
        width: usize,
        dialect: Dialect,
        options: &ReadOptions,
    ) -> Option<Header> {
        let (line, comment) = self
            .comment
            .as_ref()
            .filter(|_| options.header == HeaderRow::Auto)?;
        let text = comment.trim_start_matches('#').trim();
        let mut fields = Vec::new();
        fields::split(text.as_bytes(), self.delimiter, &mut fields);
        let names: Vec<String> = fields
            .iter()
            .map(|field| field.text(text.as_bytes()).trim().to_owned())
            .collect();
        let is_names = names.len() == width
            && width > 1
            && !names.iter().any(|name| looks_numeric(name, dialect));
        let knows = |role: fn(Role) -> bool| names.iter().any(|name| role(understand(name).role));
        let is_known = knows(|role| role == Role::Size || matches!(role, Role::Throughput { .. }));
        (is_names && is_known).then_some(Header {
            names,
            is_given: true,
            line: *line,
        })
    }
}
