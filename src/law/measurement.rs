//! One observation of a system: any two of concurrency, throughput and latency.

use crate::domain;
use crate::error::Error;

/// Concurrency N, throughput X and mean latency R of a closed system, with N = XR.
///
/// Made from any two; Little's law gives the third.
///
/// # Errors
/// Each constructor refuses a value that is not finite and above 0 with
/// [`Error::OutOfRange`], and a third that overflows likewise.
///
/// # References
/// J. Little, "A proof for the queuing formula L = λW", Operations Research 9(3), 1961.
///
/// # Examples
/// ```
/// use scalecalc::law::Measurement;
/// let busy = Measurement::throughput_and_latency(1000.0, 0.1)?;
/// assert_eq!(busy.concurrency(), 100.0);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    concurrency: f64,
    throughput: f64,
    latency: f64,
}

impl Measurement {
    /// From N and X in 1/s: R = N/X.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], see [`Measurement`].
    pub fn concurrency_and_throughput(concurrency: f64, throughput: f64) -> Result<Self, Error> {
        Self::checked(concurrency, throughput, concurrency / throughput)
    }

    /// From N and R in seconds: X = N/R.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], see [`Measurement`].
    pub fn concurrency_and_latency(concurrency: f64, latency: f64) -> Result<Self, Error> {
        Self::checked(concurrency, concurrency / latency, latency)
    }

    /// From X in 1/s and R in seconds: N = XR.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], see [`Measurement`].
    pub fn throughput_and_latency(throughput: f64, latency: f64) -> Result<Self, Error> {
        Self::checked(throughput * latency, throughput, latency)
    }

    /// Mean number in the system N.
    pub fn concurrency(&self) -> f64 {
        self.concurrency
    }

    /// Completions a second X, 1/s.
    pub fn throughput(&self) -> f64 {
        self.throughput
    }

    /// Mean time in the system R, seconds.
    pub fn latency(&self) -> f64 {
        self.latency
    }

    fn checked(concurrency: f64, throughput: f64, latency: f64) -> Result<Self, Error> {
        Ok(Self {
            concurrency: domain::positive("concurrency", concurrency)?,
            throughput: domain::positive("throughput", throughput)?,
            latency: domain::positive("latency", latency)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_two_give_the_third() {
        let ways = [
            Measurement::concurrency_and_throughput(8.0, 400.0),
            Measurement::concurrency_and_latency(8.0, 0.02),
            Measurement::throughput_and_latency(400.0, 0.02),
        ];
        for way in ways {
            let way = way.unwrap();
            assert!((way.concurrency() - 8.0).abs() < 1e-12);
            assert!((way.throughput() - 400.0).abs() < 1e-9);
            assert!((way.latency() - 0.02).abs() < 1e-15);
        }
    }

    #[test]
    fn zero_and_overflow_are_refused() {
        assert!(Measurement::concurrency_and_throughput(0.0, 1.0).is_err());
        assert!(Measurement::concurrency_and_throughput(1.0, 0.0).is_err());
        assert!(Measurement::throughput_and_latency(1e300, 1e300).is_err());
        assert!(Measurement::concurrency_and_latency(f64::NAN, 1.0).is_err());
    }
}
