//! JSON documents within bounded memory, and errors that name the field.

use super::text::unreadable;
use crate::error::Error;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::io::Read;

/// Larger documents are refused; the streaming formats have no such limit.
const LARGEST: u64 = 256 << 20;
/// Memory that the parsed documents may take, in bytes.
const MOST_MEMORY: usize = 512 << 20;

/// One JSON value. Objects keep the order of their keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// `null`, `true` and `false`: no tool writes a measurement as one.
    Nothing,
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value at a path of keys: `summary.average`, `[].benchmark` (the first element).
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |value, key| match value {
            Self::Object(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            Self::List(items) if key == "[]" => items.first(),
            _ => None,
        })
    }

    /// A finite number, also one that was written as a string.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => super::text::number(text),
            _ => None,
        }
    }

    /// A string.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array; none of anything else.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of an object; none of anything else.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Object(entries) => entries,
            _ => &[],
        }
    }

    /// The number at a path, where there is one.
    pub(crate) fn number_at(&self, path: &str) -> Option<f64> {
        self.at(path)?.number()
    }

    /// The string at a path, where there is one.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.text()
    }

    /// The number at a path.
    ///
    /// # Errors
    /// [`Error::Data`] that names the path.
    pub(crate) fn need(&self, path: &str) -> Result<f64, Error> {
        self.number_at(path).ok_or_else(|| match self.at(path) {
            None => Error::data(
                format!("no field \"{path}\""),
                "check that the run came to its end",
            ),
            Some(_) => Error::data(format!("field \"{path}\" is not a number"), ""),
        })
    }

    /// Parses a single document, such as one line of a stream.
    ///
    /// # Errors
    /// [`Error::Data`] with the place.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let budget = Budget::default();
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Value(&budget)
            .deserialize(&mut reader)
            .map_err(|error| malformed(&error, 0))?;
        reader.end().map_err(|error| malformed(&error, 0))?;
        Ok(value)
    }
}

/// Whether a JSON document begins with this text; `[ 1s ] thds: 4` is not one.
pub(crate) fn begins(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some(next)) => matches!(next, '"' | '}'),
        (Some('['), Some(next)) => matches!(next, '{' | '[' | ']'),
        _ => false,
    }
}

/// Where the first line starts that may begin a document.
pub(crate) fn start(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{feff}']).len();
        if begins(&text[at + indent..]) {
            return Some(at + indent);
        }
        at += line.len();
    }
    None
}

/// All documents of an input, one after the other; text in front and behind is noted.
///
/// # Errors
/// [`Error::Data`] with the place where it is no JSON, too deep, or too large.
pub(crate) fn documents(
    source: &mut dyn Read,
    remarks: &mut Vec<String>,
) -> Result<Vec<Json>, Error> {
    let mut bytes = Vec::new();
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::data(
            "a JSON document of more than 256 MiB",
            "leave out the details of single requests, or cut the run into files",
        ));
    }
    let text = String::from_utf8_lossy(&bytes);
    let begin = start(&text).unwrap_or(0);
    let before = &text[..begin];
    if !before
        .trim_matches(['\u{feff}', ' ', '\n', '\r', '\t'])
        .is_empty()
    {
        remarks.push(
            "text before the JSON document skipped (it may hold errors of the run)".to_owned(),
        );
    }
    let lines_before = before.matches('\n').count() as u64;
    let budget = Budget::default();
    let mut reader = serde_json::Deserializer::from_str(&text[begin..]);
    let mut documents = Vec::new();
    loop {
        match Value(&budget).deserialize(&mut reader) {
            Ok(document) => documents.push(document),
            Err(error) if documents.is_empty() || !error.is_syntax() || budget.spent() => {
                return Err(malformed(&error, lines_before));
            }
            Err(_) => {
                remarks.push("text after the JSON document skipped".to_owned());
                return Ok(documents);
            }
        }
        if reader.end().is_ok() {
            return Ok(documents);
        }
    }
}

fn malformed(error: &serde_json::Error, lines_before: u64) -> Error {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let why = error.to_string().replace(&place, "");
    let hint = if error.is_eof() {
        "the file is cut off; run the tool again and let it finish"
    } else {
        ""
    };
    Error::data(format!("not valid JSON: {why}"), hint).at(
        error.line() as u64 + lines_before,
        Some(error.column() as u64),
    )
}

/// Counts the memory that values take, so that a small hostile file cannot fill it.
#[derive(Default)]
struct Budget(Cell<usize>);

impl Budget {
    fn spend<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        self.0.set(self.0.get().saturating_add(bytes));
        if self.spent() {
            return Err(E::custom("more values than fit into the memory set aside"));
        }
        Ok(())
    }

    fn spent(&self) -> bool {
        self.0.get() > MOST_MEMORY
    }
}

#[derive(Clone, Copy)]
struct Value<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Json, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Json, E> {
        Ok(Json::Nothing)
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Nothing)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Ok(if value.is_finite() {
            Json::Number(value)
        } else {
            Json::Nothing
        })
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Json, E> {
        self.0.spend(value.len())?;
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(self)? {
            // Twice its size, because a growing vector doubles.
            self.0.spend::<A::Error>(2 * size_of::<Json>())?;
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Json, A::Error> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        while let Some(key) = from.next_key::<String>()? {
            // The smallest vector has room for four.
            let room = if entries.is_empty() { 4 } else { 2 };
            self.0
                .spend::<A::Error>(key.len() + room * size_of::<(String, Json)>())?;
            entries.push((key, from.next_value_seed(self)?));
        }
        if entries.len() > 1_000_000 {
            return Err(A::Error::custom("an object with more than a million keys"));
        }
        Ok(Json::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Vec<Json>, Vec<String>), Error> {
        let mut remarks = Vec::new();
        documents(&mut text.as_bytes(), &mut remarks).map(|documents| (documents, remarks))
    }

    #[test]
    fn text_around_documents_is_skipped_with_a_note() {
        let (found, remarks) = read(
            "fio: bad [0-9] {x}\n[ 1s ] thds: 2\n{\"a\": {\"b\": \"1.5\"}}\n{\"c\":[2]}\nbye\n",
        )
        .unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].number_at("a.b"), Some(1.5));
        assert_eq!(found[1].number_at("c.[]"), Some(2.0));
        assert_eq!(remarks.len(), 2);
        assert!(
            found[0]
                .need("a.x")
                .unwrap_err()
                .to_string()
                .contains("a.x")
        );
    }

    #[test]
    fn numbers_read_to_the_last_digit() {
        // Published as hard cases for readers that round twice.
        for text in [
            "9007199254740993.0",
            "2.2250738585072011e-308",
            "878100.88099729666",
        ] {
            let value = Json::parse(text).unwrap().number().unwrap();
            assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits());
        }
    }

    #[test]
    fn hostile_documents_end_in_an_error() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"{\"a\":".repeat(100_000)).is_err());
        let error = read("{\"a\": 1,\n \"b\"").unwrap_err();
        assert!(error.hint().contains("cut off"), "{error}");
        assert!(error.to_string().starts_with("line 2: "), "{error}");
        assert!(read("{\"a\": 1e999}").is_err());
        assert!(read("").is_err());
    }
}
