//! Discrete-event simulation of queues and their clients: seeded, replicated, with intervals.
//!
//! A [`Scenario`] says what is simulated, a [`Plan`] how much; [`simulate`] runs it, in
//! parallel and the same to the bit on any number of threads. A single queue, first come
//! first served, is computed customer by customer (Kiefer and Wolfowitz); anything else goes
//! through a heap of events in the order (time, sequence).
//!
//! Runs are independent and their means carry t intervals. They begin in the steady state
//! where that is known, and elsewhere leave out what MSER-5 finds in pilot runs. Arrivals,
//! services, choices and pauses have streams of their own, so that two scenarios that differ
//! in one of them see the same numbers in the others.

mod answers;
mod batches;
pub(crate) mod beside;
pub mod confidence;
mod contention;
mod effort;
mod engine;
mod events;
mod gather;
pub(crate) mod histogram;
pub(crate) mod law;
mod line;
mod pool;
mod recursion;
pub(crate) mod remedies;
mod replicate;
mod results;
pub(crate) mod scenario;
mod stationary;
pub(crate) mod streams;
mod tally;
mod theory;

pub use answers::{Answers, AnswersRun};
pub use batches::{BatchRun, Batches};
pub use contention::{Contended, Contention};
pub use effort::{Effort, effort, requests_for};
pub use law::{Family, TimeLaw};
pub use pool::{Pool, PoolRun};
pub use remedies::{Remedy, Tried, remedies};
pub use replicate::{PERCENTILES, Plan, Simulation, is_overloaded, simulate};
pub use results::{ClassResult, Measure, Results, Start};
pub use scenario::{
    Arrivals, Autoscale, Backoff, Budget, Change, Class, Client, Discipline, Routing, Scenario,
    Trigger, Window,
};
pub use theory::Theory;
