//! What to do about a doubt or an error, in words that name settings without spelling them.
//!
//! The library does not know how its user sets things: the program spells [`Setting::Exclude`] as
//! `--exclude 8`, a Rust program writes a field of the options. So a text holds the setting itself,
//! and whoever shows the text passes a [`Spelling`].

use serde::{Deserialize, Serialize};

/// Builds [`Setting`] from its table: variant, the word for it, what it is.
macro_rules! settings {
    ($($variant:ident $word:literal $meaning:literal;)*) => {
        /// Something the user can set, and a text may advise to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Setting {
            $(#[doc = $meaning] $variant,)*
        }

        impl Setting {
            /// Every setting.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its word, such as `exclude`; words of several parts have `-` between them.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

settings! {
    AllowSuperlinear "allow-superlinear" "Contention below 0 is allowed.";
    Anchor "anchor" "Where γ comes from: fitted, or measured at N = 1.";
    By "by" "The column that tells series apart.";
    Cells "cells" "The load is split into cells that share nothing.";
    Deadline "deadline" "The longest wait that is still of use.";
    Decimal "decimal" "The decimal mark.";
    Delimiter "delimiter" "What stands between two fields.";
    Exclude "exclude" "Sizes that are left out.";
    FitUpTo "fit-up-to" "The largest N that is fitted.";
    Format "from" "The format of the input.";
    Latency "latency" "The column of the mean latency.";
    Law "law" "The law that is fitted.";
    N "n" "The column, key or input of N.";
    NFrom "n-from" "The pattern that finds N in a name.";
    Noise "noise" "How scatter depends on throughput.";
    Pool "pool" "Several inputs are one sweep.";
    Select "select" "The series that are kept.";
    SingleWorker "single-worker" "The throughput of one worker alone.";
    Sizes "sizes" "The machine sizes there are.";
    SkipBad "skip-bad" "Rows that cannot be read are left out.";
    ValueIs "y-is" "What the measured value is.";
    X "x" "The column, key or input of throughput.";
    XIs "x-is" "Whether throughput is that of the whole system or of one unit of N.";
}

impl Setting {
    /// Advice that begins with this setting, set to a value.
    pub fn to(self, value: impl Into<String>) -> Advice {
        Advice::default().set(self, value)
    }

    /// Advice that begins with this setting.
    pub fn alone(self) -> Advice {
        Advice::default().name(self)
    }
}

/// How settings are spelled for whoever reads a text. The default is the bare word, and
/// `word = value`.
#[derive(Debug, Clone, Copy)]
pub struct Spelling(fn(Setting, Option<&str>) -> String);

impl Spelling {
    /// Spells with this function: a setting, and the value it is to have where there is one.
    pub fn new(spell: fn(Setting, Option<&str>) -> String) -> Self {
        Self(spell)
    }

    /// A setting as its reader types it.
    pub fn of(self, setting: Setting, value: Option<&str>) -> String {
        self.0(setting, value)
    }
}

impl Default for Spelling {
    fn default() -> Self {
        Self(|setting, value| match value {
            Some(value) => format!("{} = {value}", setting.word()),
            None => setting.word().to_owned(),
        })
    }
}

/// Words that may name settings. Shown as they are, each setting is its bare word.
///
/// # Examples
/// ```
/// use scalecalc::advice::{Advice, Setting, Spelling};
///
/// let advice = Advice::from("see what changes with ").set(Setting::Exclude, "8");
/// assert_eq!(advice.to_string(), "see what changes with exclude = 8");
/// let flags = Spelling::new(|setting, value| format!("--{} {}", setting.word(), value.unwrap_or("")));
/// assert_eq!(advice.spelled(flags).to_string(), "see what changes with --exclude 8");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Set(Setting, Option<String>),
}

impl Advice {
    /// The same with words after it.
    #[must_use]
    pub fn words(mut self, words: &str) -> Self {
        match self.parts.last_mut() {
            Some(Part::Words(last)) => last.push_str(words),
            _ if words.is_empty() => {}
            _ => self.parts.push(Part::Words(words.to_owned())),
        }
        self
    }

    /// The same with a setting and its value after it.
    #[must_use]
    pub fn set(mut self, setting: Setting, value: impl Into<String>) -> Self {
        self.parts.push(Part::Set(setting, Some(value.into())));
        self
    }

    /// The same with the name of a setting after it.
    #[must_use]
    pub fn name(mut self, setting: Setting) -> Self {
        self.parts.push(Part::Set(setting, None));
        self
    }

    /// The same with other advice after it.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        more.parts.into_iter().fold(self, |all, part| match part {
            Part::Words(words) => all.words(&words),
            Part::Set(setting, Some(value)) => all.set(setting, value),
            Part::Set(setting, None) => all.name(setting),
        })
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether its text, each setting as its bare word, has these words.
    pub fn contains(&self, words: &str) -> bool {
        self.to_string().contains(words)
    }

    /// The settings that are named, in order, with the values they are to have.
    pub fn settings(&self) -> impl Iterator<Item = (Setting, Option<&str>)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Words(_) => None,
            Part::Set(setting, value) => Some((*setting, value.as_deref())),
        })
    }

    /// The same as plain words, its settings spelled.
    #[must_use]
    pub fn spelled(&self, spelling: Spelling) -> Self {
        let words = self.parts.iter().map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Set(setting, value) => spelling.of(*setting, value.as_deref()),
        });
        words.collect::<String>().into()
    }
}

impl From<String> for Advice {
    fn from(words: String) -> Self {
        Self::default().words(&words)
    }
}

impl From<&str> for Advice {
    fn from(words: &str) -> Self {
        Self::default().words(words)
    }
}

impl std::fmt::Display for Advice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Words(words) => f.write_str(words),
            Part::Set(setting, value) => {
                f.write_str(&Spelling::default().of(*setting, value.as_deref()))
            }
        })
    }
}

impl Serialize for Advice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Advice {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Advice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beside_words_are_one_part() {
        let advice = Advice::from("a").words(" b").and(Advice::from(" c"));
        assert_eq!(advice, Advice::from("a b c"));
        assert!(Advice::from("").is_empty());
    }

    #[test]
    fn a_document_holds_the_words() {
        let advice = Setting::N.to("COL").words(" says which column is N");
        let text = serde_json::to_string(&advice).unwrap();
        assert_eq!(text, "\"n = COL says which column is N\"");
        let read: Advice = serde_json::from_str(&text).unwrap();
        assert_eq!(read.to_string(), advice.to_string());
        assert_eq!(advice.settings().next(), Some((Setting::N, Some("COL"))));
    }
}
