//! Writers that contend for one row with optimistic locks.

use super::events::{Events, Kind};
use super::scenario::Backoff;
use super::streams::{Purpose, Stream};
use crate::domain;
use crate::error::Error;

/// Clients that each read a row, write it back if nobody wrote in between, and otherwise
/// pause and begin again. Every message takes |N(mean, deviation)| seconds.
///
/// # References
/// M. Brooker, Exponential backoff and jitter, AWS Architecture Blog (2015).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contention {
    /// Clients, 1 to 100,000.
    pub clients: u32,
    /// Mean one-way delay of a message in seconds.
    pub delay: f64,
    /// Its standard deviation.
    pub deviation: f64,
    /// Pause after a failed write.
    pub backoff: Backoff,
}

/// What it took until every client had written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contended {
    /// Writes, failed ones included.
    pub calls: u64,
    /// Seconds until the last client knew that it had written.
    pub seconds: f64,
}

#[derive(Debug, Clone, Copy)]
struct Writer {
    version: u64,
    failures: u32,
    pause: f64,
}

impl Contention {
    /// One run.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a number of clients or a delay that cannot be.
    pub fn run(&self, seed: u64, run: u64) -> Result<Contended, Error> {
        domain::positive("clients", f64::from(self.clients.min(100_001)))?;
        domain::positive("delay", self.delay)?;
        domain::non_negative("deviation of the delay", self.deviation)?;
        if self.clients > 100_000 {
            return Err(Error::OutOfRange {
                name: "clients",
                value: f64::from(self.clients),
                allowed: "from 1 to 100,000",
            });
        }
        let mut network = Stream::new(seed, run, Purpose::Service);
        let mut jitter = Stream::new(seed, run, Purpose::Jitter);
        let mut delay = || (self.delay + self.deviation * network.normal()).abs();
        let mut events = Events::default();
        let mut version = 0_u64;
        let mut writers = vec![
            Writer {
                version: 0,
                failures: 0,
                pause: 0.0,
            };
            self.clients as usize
        ];
        // A read reaches the row (Arrival); a write reaches it (Done) after the answer to the
        // read and the message back; the answer reaches the client at once in `seconds`.
        for client in 0..self.clients {
            events.plan(delay(), Kind::Arrival, client, 0);
        }
        let (mut calls, mut seconds) = (0, 0.0_f64);
        while let Some(event) = events.next() {
            let now = event.time();
            let Some(writer) = writers.get_mut(event.about as usize) else {
                continue;
            };
            if event.kind == Kind::Arrival {
                writer.version = version;
                events.plan(now + delay() + delay(), Kind::Done, event.about, 0);
                continue;
            }
            calls += 1;
            let answered = now + delay();
            if writer.version == version {
                version += 1;
                seconds = seconds.max(answered);
                continue;
            }
            writer.failures += 1;
            writer.pause = self
                .backoff
                .pause(writer.failures, writer.pause, &mut jitter);
            let again = answered + writer.pause + delay();
            events.plan(again, Kind::Arrival, event.about, 0);
        }
        Ok(Contended { calls, seconds })
    }
}
