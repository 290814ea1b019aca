//! Input that gzip or zstd packed, and kinds of file that hold measurements in a way that is
//! not read here.

use crate::error::Error;
use std::io::Read;

/// What the first bytes of an input say about how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// As it is.
    Plain,
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// Tells how an input is stored by its first bytes.
///
/// # Errors
/// [`Error::Data`] for a kind of file that is not text inside, with the way to make it so.
pub(super) fn storage(head: &[u8]) -> Result<Storage, Error> {
    let begins = |mark: &[u8]| head.starts_with(mark);
    if begins(b"\x1f\x8b\x08") {
        return Ok(Storage::Gzip);
    }
    if begins(b"\x28\xb5\x2f\xfd") {
        return Ok(Storage::Zstd);
    }
    let foreign = [
        (
            &b"PAR1"[..],
            "a Parquet file",
            "write it as CSV, such as duckdb -c \"copy (from 'x.parquet') to 'x.csv'\"",
        ),
        (
            b"\xfd7zXZ\0",
            "packed by xz",
            "unpack it first: xz -dc FILE | scalecalc usl -",
        ),
        (
            b"BZh",
            "packed by bzip2",
            "unpack it first: bzip2 -dc FILE | scalecalc usl -",
        ),
        (
            b"PK\x03\x04",
            "a ZIP archive, such as a spreadsheet",
            "unpack it; a spreadsheet saves a sheet as CSV",
        ),
        (
            b"SQLite format 3\0",
            "an SQLite database",
            "ask it for rows: sqlite3 -csv -header FILE 'select …'",
        ),
    ];
    match foreign.iter().find(|(mark, _, _)| begins(mark)) {
        Some((_, what, hint)) => Err(Error::data(
            format!("this is {what}, which is not read"),
            *hint,
        )),
        None => Ok(Storage::Plain),
    }
}

/// The bytes inside a packed input.
///
/// # Errors
/// [`Error::Data`] where it cannot be unpacked, or this program was built without doing so.
#[cfg(feature = "packed")]
pub(super) fn unpacked<'a>(
    storage: Storage,
    input: Box<dyn Read + 'a>,
) -> Result<Box<dyn Read + 'a>, Error> {
    match storage {
        Storage::Plain => Ok(input),
        Storage::Gzip => Ok(Box::new(flate2::read::MultiGzDecoder::new(input))),
        Storage::Zstd => match ruzstd::decoding::StreamingDecoder::new(input) {
            Ok(decoder) => Ok(Box::new(decoder)),
            Err(error) => Err(Error::data(format!("not valid zstd: {error}"), "")),
        },
    }
}

/// The bytes inside a packed input.
///
/// # Errors
/// [`Error::Data`]: this program was built without unpacking.
#[cfg(not(feature = "packed"))]
pub(super) fn unpacked<'a>(
    storage: Storage,
    input: Box<dyn Read + 'a>,
) -> Result<Box<dyn Read + 'a>, Error> {
    match storage {
        Storage::Plain => Ok(input),
        Storage::Gzip | Storage::Zstd => Err(Error::data(
            "the input is packed, and this build does not unpack",
            "unpack it first, or build with the feature \"packed\"",
        )),
    }
}

/// The error for a packed input that cannot be unpacked to its end.
pub(super) fn damaged(storage: Storage, why: &std::io::Error) -> Error {
    let (name, test) = match storage {
        Storage::Zstd => ("zstd", "zstd -dc"),
        Storage::Plain | Storage::Gzip => ("gzip", "gzip -dc"),
    };
    Error::data(
        format!("the {name} data is damaged or cut off: {why}"),
        format!("get the file again; {test} FILE shows how much of it is whole"),
    )
}

/// Remembers the last byte that was read, which tells whether the last line has its end.
pub(super) struct Tail<'a> {
    inner: &'a mut dyn Read,
    pub(super) last: Option<u8>,
}

impl<'a> Tail<'a> {
    pub(super) fn new(inner: &'a mut dyn Read) -> Self {
        Self { inner, last: None }
    }
}

impl Read for Tail<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(last) = buffer[..count].last() {
            self.last = Some(*last);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_file_are_told_by_their_first_bytes() {
        assert_eq!(storage(b"n,x\n1,2\n"), Ok(Storage::Plain));
        assert_eq!(storage(b"\x1f\x8b\x08\0"), Ok(Storage::Gzip));
        assert_eq!(storage(b""), Ok(Storage::Plain));
        let error = storage(b"PAR1\x15\0").unwrap_err();
        assert!(error.hint().contains("duckdb"), "{error}");
    }
}
