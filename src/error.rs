//! What can go wrong in the library, with the numbers a caller needs.

use crate::advice::{Advice, Setting};

/// Every failure of the library.
///
/// Messages are lower case, without a full stop, and name the value and what is
/// allowed. [`Error::hint`] says what to type instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value lies outside the range that its meaning allows.
    #[error("{name} = {value} is out of range: must be {allowed}")]
    OutOfRange {
        /// The argument, by its name in the documentation.
        name: &'static str,
        /// The value that was given.
        value: f64,
        /// The allowed range in words.
        allowed: &'static str,
    },
    /// A text is not a number, duration, rate, ratio or list.
    #[error("cannot read \"{text}\" as {what}")]
    Parse {
        /// What was to be read, with its article: "a duration".
        what: &'static str,
        /// The text that was given.
        text: String,
        /// What to write instead.
        hint: Advice,
    },
    /// The offered load reaches or exceeds what the servers can carry: no steady state.
    #[error(
        "saturated: the load needs {offered} busy servers and there are {servers}; the backlog grows by {growth}/s without end",
        growth = six_digits(.arrival_rate * (1.0 - .servers / .offered).max(0.0)),
        offered = six_digits(*.offered)
    )]
    Saturated {
        /// Arrivals a second λ.
        arrival_rate: f64,
        /// Offered load a = λS, in busy servers.
        offered: f64,
        /// Number of servers c.
        servers: f64,
    },
    /// Fewer distinct N than the law has parameters.
    #[error("{levels} distinct N cannot carry the {parameters} parameters of the {law} law")]
    TooFewLevels {
        /// The law that was asked for.
        law: &'static str,
        /// Distinct N in the data.
        levels: usize,
        /// Free parameters of the law.
        parameters: usize,
    },
    /// The question has no answer; the reason is part of the message.
    #[error("no solution: {reason}")]
    NoSolution {
        /// Why there is none.
        reason: String,
        /// What to do instead.
        hint: Advice,
    },
    /// Input that cannot be read, with its place.
    #[error("{0}")]
    Data(Box<DataError>),
}

/// Where in the input something is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataError {
    /// The file as the user named it; `-` for standard input.
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Column in the line (field number or byte), counted from 1.
    pub column: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub hint: Advice,
}

impl std::fmt::Display for DataError {
    /// `file:line:column: message`, leaving out what is not known.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
            for place in [self.line, self.column] {
                match place {
                    Some(at) => write!(f, "{at}:")?,
                    None => break,
                }
            }
            f.write_str(" ")?;
        } else if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl Error {
    /// An input error without a place; the caller adds what it knows.
    pub fn data(message: impl Into<String>, hint: impl Into<Advice>) -> Self {
        Self::Data(Box::new(DataError {
            message: message.into(),
            hint: hint.into(),
            ..DataError::default()
        }))
    }

    /// The same error with a line and a column (both from 1), where none is known yet.
    #[must_use]
    pub fn at(mut self, line: u64, column: Option<u64>) -> Self {
        if let Self::Data(data) = &mut self
            && data.line.is_none()
        {
            data.line = Some(line);
            data.column = column;
        }
        self
    }

    /// The same error with the file it came from, where none is known yet.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        if let Self::Data(data) = &mut self
            && data.file.is_none()
        {
            data.file = Some(file.to_owned());
        }
        self
    }

    /// Stable word for machines, one a variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "out-of-range",
            Self::Parse { .. } => "parse",
            Self::Saturated { .. } => "saturated",
            Self::TooFewLevels { .. } => "too-few-levels",
            Self::NoSolution { .. } => "no-solution",
            Self::Data(_) => "data",
        }
    }

    /// What to do or measure instead; empty where the message says it all.
    pub fn hint(&self) -> Advice {
        match self {
            Self::OutOfRange { .. } => Advice::default(),
            Self::Parse { hint, .. } | Self::NoSolution { hint, .. } => hint.clone(),
            Self::Saturated { offered, .. } => format!(
                "at least {} servers keep up; or lower the arrival rate or the service time",
                offered.floor() + 1.0
            )
            .into(),
            Self::TooFewLevels {
                levels, parameters, ..
            } => match levels {
                2 => Advice::from("measure a third N (a fourth gives an interval), or use ")
                    .set(Setting::Law, "amdahl")
                    .words(" or ")
                    .set(Setting::Law, "linear"),
                _ => format!("measure at {parameters} or more different N").into(),
            },
            Self::Data(data) => data.hint.clone(),
        }
    }
}

/// The value to six digits, without the dust of its arithmetic.
fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saturated_queue_is_told_without_arithmetic_dust() {
        let error = Error::Saturated {
            arrival_rate: 100.0,
            offered: 100.0 * 0.05,
            servers: 4.0,
        };
        assert!(error.to_string().contains("grows by 20/s"), "{error}");
    }

    #[test]
    fn place_is_added_once_and_printed_in_front() {
        let error = Error::data("empty cell", "")
            .at(14, Some(2))
            .at(9, None)
            .in_file("a.csv")
            .in_file("b.csv");
        assert_eq!(error.to_string(), "a.csv:14:2: empty cell");
        assert_eq!(Error::data("x", "").at(3, None).to_string(), "line 3: x");
    }
}
