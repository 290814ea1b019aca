//! How work distribution fails, in closed form: what breaks first and which setting holds.
//!
//! | question | here |
//! | --- | --- |
//! | N clients return at once | [`Herd`], [`jittered_backoff`], [`recurring_herd`] |
//! | retries add load; does a blip end | [`Retries`], [`TimedRetries`] |
//! | who starves under priorities | [`starvation`], with [`crate::queueing::Priority`] |
//! | long jobs block short ones | [`Mixture`] |
//! | a hot key, sticky sessions | [`Shares`], [`Zipf`], [`KeyCounts`], [`balance`] |
//! | how often locks deadlock, pools, queues | [`deadlock`] |
//! | how many workers a store carries | [`SharedStore`] |
//! | which batch size | [`Batching`] |
//! | how many at once, how long a queue | [`concurrency`] |
//! | the tail of fan-out, hedging | [`fan_out`] |
//! | all of them, the worst first | [`ranking`] |
//!
//! Times in seconds, rates per second. What is approximate says how far it was from simulation.

mod affinity;
mod backoff;
pub mod balance;
mod batch;
mod ceiling;
pub mod concurrency;
pub mod deadlock;
pub mod fan_out;
mod head_of_line;
mod herd;
mod keys;
mod metastable;
pub mod ranking;
pub(crate) mod retry;
pub mod starvation;

pub use affinity::{KeySkew, Shares, Zipf, response};
pub use backoff::jittered_backoff;
pub use batch::{BatchSize, Batching};
pub use ceiling::SharedStore;
pub use head_of_line::{Blocked, JobKind, Mixture, Relief};
pub use herd::{Herd, JitteredHerd, MOST_CLIENTS, QueuedHerd, ReturningHerd, recurring_herd};
pub use keys::{KeyCount, KeyCounts};
pub use metastable::{Aftermath, Blip, TimedRetries};
pub use retry::{
    MOST_RETRIES, Retries, SteadyRetries, client_throttle, tries_made, worst_amplification,
};
