//! A queue that is growing or shrinking: how fast, and until when.

use crate::domain;
use crate::error::Error;

/// Work that piled up, what clears it and what still comes in.
///
/// # Examples
/// ```
/// use scalecalc::queueing::Backlog;
/// let backlog = Backlog { jobs: 10_000.0, capacity: 200.0, arrival_rate: 50.0 };
/// assert!((backlog.drain_time()?.unwrap_or(f64::INFINITY) - 66.666_666_666_666_67).abs() < 1e-12);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backlog {
    /// Jobs waiting now.
    pub jobs: f64,
    /// Jobs a second that all servers together complete.
    pub capacity: f64,
    /// Jobs a second that keep arriving.
    pub arrival_rate: f64,
}

impl Backlog {
    /// Jobs a second by which the backlog grows; negative while it shrinks.
    pub fn growth(&self) -> f64 {
        self.arrival_rate - self.capacity
    }

    /// Seconds until it is gone, jobs/(capacity − λ): the fluid limit, which ignores chance.
    /// `None` where it never is: arrivals are at least the capacity. An empty backlog takes 0.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field that is negative or not finite.
    pub fn drain_time(&self) -> Result<Option<f64>, Error> {
        domain::non_negative("backlog", self.jobs)?;
        domain::non_negative("capacity", self.capacity)?;
        domain::non_negative("arrival rate", self.arrival_rate)?;
        if self.jobs == 0.0 {
            return Ok(Some(0.0));
        }
        let time = self.jobs / -self.growth();
        Ok((self.growth() < 0.0 && time.is_finite()).then_some(time))
    }
}
