//! Little's law, L = λW: any two of rate, time and number in flight give the third.
//!
//! It holds for every stable system, whatever the distributions and the order of
//! service. With a think time Z in a closed loop, N = X(R + Z).
//!
//! # References
//! J. D. C. Little, Operations Research 9 (1961).

use crate::domain;
use crate::error::Error;

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
            .to_owned(),
    })
}

fn cycle(latency: f64, think_time: f64) -> Result<f64, Error> {
    domain::non_negative("latency", latency)?;
    domain::non_negative("think time", think_time)?;
    domain::finite("latency plus think time", latency + think_time)
}

#[cfg(test)]
mod tests {
    use super::*;

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
