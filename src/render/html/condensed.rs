//! The document inside a page: whole, or with its long lists thinned as a picture thins its
//! marks, so that a page of a hundred thousand sizes can still be sent to someone.

use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};

/// Bytes up to which a page holds its document whole.
const WHOLE: usize = 500_000;
/// Entries of a long list that are kept, at most, and what follows where that is not enough.
const KEPT: [usize; 3] = [240, 60, 12];

/// A JSON document, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condensed {
    /// The JSON text.
    pub text: String,
    /// Bytes of the whole document.
    whole: usize,
    /// Name, entries kept and entries there are of each thinned list, once a name.
    lists: Vec<List>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    name: String,
    every: usize,
    of: usize,
}

impl Condensed {
    /// A document as its page holds it.
    pub(super) fn of(text: String) -> Self {
        let whole = text.len();
        if whole <= WHOLE {
            return Self {
                text,
                whole,
                lists: Vec::new(),
            };
        }
        let mut shorter = thinned(&text, KEPT[0]);
        for most in &KEPT[1..] {
            if shorter.text.len() <= WHOLE {
                break;
            }
            shorter = thinned(&text, *most);
        }
        shorter
    }

    /// What the page lacks, in a sentence or two; nothing where it has everything.
    pub(super) fn left_out(&self) -> String {
        if self.lists.is_empty() {
            return String::new();
        }
        let count = |value: usize| alone(Quantity::Count, value as f64, DIGITS);
        let lists = self.lists.iter().map(|list| {
            format!(
                "one in {} of {} {}",
                count(list.every),
                count(list.of),
                list.name.replace('_', " ")
            )
        });
        format!(
            "This page holds part of the numbers, evenly taken: {}. The whole document has {} bytes.",
            lists.collect::<Vec<_>>().join(", "),
            count(self.whole)
        )
    }
}

/// The document with lists of more than `most` entries thinned evenly, their last entry kept.
fn thinned(text: &str, most: usize) -> Condensed {
    let mut thinner = Thinner {
        text,
        most,
        out: String::new(),
        lists: Vec::new(),
    };
    let end = thinner.value(0, "");
    thinner.out.push_str(text.get(end..).unwrap_or_default());
    Condensed {
        text: thinner.out,
        whole: text.len(),
        lists: thinner.lists,
    }
}

/// A walk over JSON that is known to be well-formed: the program wrote it.
struct Thinner<'a> {
    text: &'a str,
    most: usize,
    out: String,
    lists: Vec<List>,
}

impl Thinner<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'}')
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.out
            .push_str(self.text.get(from..to).unwrap_or_default());
    }

    /// The first place from `at` on that is not white.
    fn solid(&self, mut at: usize) -> usize {
        while self.byte(at).is_ascii_whitespace() {
            at += 1;
        }
        at
    }

    /// The end of the text that begins with the quotation mark at `at`.
    fn after_text(&self, mut at: usize) -> usize {
        at += 1;
        while at < self.text.len() && self.byte(at) != b'"' {
            at += if self.byte(at) == b'\\' { 2 } else { 1 };
        }
        at + 1
    }

    /// The end of the value that begins at or after `at`.
    fn after(&self, at: usize) -> usize {
        let mut at = self.solid(at);
        let mut depth = 0usize;
        while at < self.text.len() {
            match self.byte(at) {
                b'"' => at = self.after_text(at),
                b'[' | b'{' => (depth, at) = (depth + 1, at + 1),
                b']' | b'}' | b',' if depth == 0 => return at,
                b']' | b'}' => (depth, at) = (depth - 1, at + 1),
                byte if depth == 0 && byte.is_ascii_whitespace() => return at,
                _ => at += 1,
            }
            if depth == 0 && matches!(self.byte(at - 1), b'"' | b']' | b'}') {
                return at;
            }
        }
        at
    }

    /// Writes the value at or after `at`, which is called `name`, and returns where it ends.
    fn value(&mut self, at: usize, name: &str) -> usize {
        let start = self.solid(at);
        self.copy(at, start);
        match self.byte(start) {
            b'{' => self.object(start),
            b'[' => self.list(start, name),
            _ => {
                let end = self.after(start);
                self.copy(start, end);
                end
            }
        }
    }

    fn object(&mut self, start: usize) -> usize {
        let mut at = start;
        // Each member begins behind a brace or a comma.
        loop {
            let key = self.solid(at + 1);
            if self.byte(key) != b'"' {
                self.copy(at, key + 1);
                return key + 1;
            }
            let end = self.after_text(key);
            let name = self
                .text
                .get(key + 1..end - 1)
                .unwrap_or_default()
                .to_owned();
            let colon = self.solid(end) + 1;
            self.copy(at, colon);
            at = self.value(colon, &name);
            let next = self.solid(at);
            if self.byte(next) != b',' {
                self.copy(at, next + 1);
                return next + 1;
            }
            at = next;
        }
    }

    fn list(&mut self, start: usize, name: &str) -> usize {
        let mut entries = Vec::new();
        let mut at = start + 1;
        while !matches!(self.byte(self.solid(at)), b']' | b'}') {
            entries.push(at);
            at = self.after(at);
            at = self.solid(at);
            if self.byte(at) == b',' {
                at += 1;
            }
        }
        let end = self.solid(at) + 1;
        let of = entries.len();
        let every = of.div_ceil(self.most).max(1);
        if every > 1 && !self.lists.iter().any(|list| list.name == name) {
            let name = name.to_owned();
            self.lists.push(List { name, every, of });
        }
        self.out.push('[');
        for (index, entry) in entries.iter().enumerate() {
            if index % every == 0 || index + 1 == of {
                if index > 0 {
                    self.out.push(',');
                }
                at = self.value(*entry, name);
            }
        }
        // The white space before the bracket is that of the whole list.
        self.copy(if of == 0 { start + 1 } else { at }, end);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn thin(value: &Value, most: usize) -> Value {
        match value {
            Value::Array(all) => {
                let every = all.len().div_ceil(most).max(1);
                let kept = all.iter().enumerate();
                let kept = kept.filter(|(at, _)| at % every == 0 || at + 1 == all.len());
                kept.map(|(_, value)| thin(value, most)).collect()
            }
            Value::Object(all) => (all.iter())
                .map(|(key, value)| (key.clone(), thin(value, most)))
                .collect(),
            other => other.clone(),
        }
    }

    #[test]
    fn lists_are_thinned_as_their_values_are_and_the_rest_stays() {
        let levels: Vec<Value> = (0..100)
            .map(|n| json!({"n": n, "text": "a \"]},\\\\\" [{", "runs": [], "more": (0..n).collect::<Vec<_>>()}))
            .collect();
        let document =
            json!({"kind": "usl", "levels": levels, "none": {}, "x": -1.5e-9, "y": [null, true]});
        for text in [
            serde_json::to_string_pretty(&document).unwrap(),
            document.to_string(),
        ] {
            for most in [3, 12, 60, 240] {
                let condensed = thinned(&text, most);
                let found: Value = serde_json::from_str(&condensed.text).unwrap();
                assert_eq!(found, thin(&document, most), "{most}");
            }
            assert_eq!(thinned(&text, 240).text, text);
        }
    }

    #[test]
    fn what_is_left_out_is_said_and_small_documents_are_whole() {
        let small = Condensed::of("{\"levels\": [1, 2]}".to_owned());
        assert_eq!(small.left_out(), "");
        let levels: Vec<u32> = (0..100_000).collect();
        let large = Condensed::of(json!({ "levels": levels }).to_string());
        assert!(large.text.len() < WHOLE);
        let said = large.left_out();
        assert!(said.contains("one in 417 of 100,000 levels"), "{said}");
    }
}
