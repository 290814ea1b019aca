//! Little's law, L = λW: any two of rate, time and number in flight give the third.
//!
//! It holds for every stable system, whatever the distributions and the order of
//! service. With a think time Z in a closed loop, N = X(R + Z).
//!
//! # References
//! J. D. C. Little, Operations Research 9 (1961).

use crate::domain;
use crate::error::Error;
use crate::note::{Note, NoteCode};

/// Mean number in flight: rate × (latency + think time).
///
/// # Errors
/// [`Error::OutOfRange`] for a value that is negative or not finite.
///
/// # Examples
/// ```
/// assert_eq!(scalecalc::queueing::little::in_flight(1000.0, 0.1, 0.0)?, 100.0);
/// # Ok::<(), scalecalc::Error>(())
/// ```
pub fn in_flight(rate: f64, latency: f64, think_time: f64) -> Result<f64, Error> {
    domain::non_negative("rate", rate)?;
    let cycle = cycle(latency, think_time)?;
    domain::finite("number in flight", rate * cycle)
}

/// Rate a second: number in flight / (latency + think time).
///
/// # Errors
/// [`Error::OutOfRange`] for a value that is negative or not finite, and for a cycle of length 0.
pub fn rate(in_flight: f64, latency: f64, think_time: f64) -> Result<f64, Error> {
    domain::non_negative("number in flight", in_flight)?;
    let cycle = domain::positive("latency plus think time", cycle(latency, think_time)?)?;
    domain::finite("rate", in_flight / cycle)
}

/// Mean latency in seconds: number in flight / rate − think time.
///
/// # Errors
/// [`Error::OutOfRange`] for a value that is negative or not finite, and for a rate of 0;
/// [`Error::NoSolution`] where the think time alone is longer than a cycle.
pub fn latency(in_flight: f64, rate: f64, think_time: f64) -> Result<f64, Error> {
    domain::non_negative("number in flight", in_flight)?;
    domain::positive("rate", rate)?;
    domain::non_negative("think time", think_time)?;
    let cycle = domain::finite("latency", in_flight / rate)?;
    // A latency of 0 may come out a rounding below it.
    let latency = cycle - think_time;
    if latency >= -4.0 * f64::EPSILON * cycle {
        return Ok(latency.max(0.0));
    }
    Err(Error::NoSolution {
        reason: format!(
            "{in_flight} in flight at {rate}/s come round every {cycle} s, less than the think time of {think_time} s"
        ),
        hint: "check the think time and the rate: the rate can be at most in-flight / think time"
            .into(),
    })
}

fn cycle(latency: f64, think_time: f64) -> Result<f64, Error> {
    domain::non_negative("latency", latency)?;
    domain::non_negative("think time", think_time)?;
    domain::finite("latency plus think time", latency + think_time)
}

/// How far N may be from X·(R + Z), as a factor either way: what load generators count as the
/// latency differs by less.
pub const AGREEMENT: f64 = 1.25;

/// Whether the three belong together: N = X·(R + Z) within [`AGREEMENT`].
pub fn agrees(in_flight: f64, rate: f64, latency: f64, think_time: f64) -> bool {
    let implied = rate * (latency + think_time);
    (in_flight / AGREEMENT..=in_flight * AGREEMENT).contains(&implied)
}

/// Measurements that give N, X and R, and how many of them contradict Little's law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    compared: u64,
    off: u64,
    first_off: u64,
}

impl Agreement {
    /// Takes in one measurement; `line` is where it stands, 0 where lines mean nothing.
    pub fn add(&mut self, agrees: bool, line: u64) {
        self.compared += 1;
        if !agrees {
            self.off += 1;
            if self.off == 1 {
                self.first_off = line;
            }
        }
    }

    /// The doubt, where more than half of the measurements contradict the law.
    pub fn doubt(&self) -> Option<Note> {
        let Self {
            compared,
            off,
            first_off,
        } = *self;
        let place = match (compared, first_off) {
            (1, _) => String::new(),
            (_, 0) => format!(" in {off} of {compared} rows"),
            (_, line) => format!(" in {off} of {compared} rows (first: line {line})"),
        };
        (2 * off > compared).then(|| {
            Note::new(
                NoteCode::LittleMismatch,
                format!(
                    "N is not throughput × latency{place}: the latency leaves out client time, or clients pause between requests (say their think time)"
                ),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_rows_must_be_off_by_more_than_a_quarter() {
        // By hand: 100/s of 100 ms are 10 in flight.
        for (n, expected) in [(10.0, true), (12.4, true), (12.6, false), (7.9, false)] {
            assert_eq!(agrees(n, 100.0, 0.1, 0.0), expected, "{n}");
        }
        assert!(agrees(20.0, 100.0, 0.1, 0.1));
        let mut agreement = Agreement::default();
        agreement.add(true, 2);
        agreement.add(false, 3);
        assert_eq!(agreement.doubt(), None);
        agreement.add(false, 4);
        assert!(
            agreement
                .doubt()
                .unwrap()
                .text
                .contains("2 of 3 rows (first: line 3)")
        );
    }

    #[test]
    fn a_think_time_longer_than_the_cycle_is_refused() {
        assert!(latency(100.0, 100.0, 1.0).unwrap().abs() < 1e-15);
        assert!(matches!(
            latency(100.0, 100.0, 1.1),
            Err(Error::NoSolution { .. })
        ));
        assert!(latency(1.0, 0.0, 0.0).is_err() && rate(1.0, 0.0, 0.0).is_err());
    }
}
