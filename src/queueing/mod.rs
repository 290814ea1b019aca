//! Queues: closed forms for waiting, loss and closed loops. Pure arithmetic.
//!
//! | symbol | meaning | unit |
//! | --- | --- | --- |
//! | λ | arrival rate | 1/s |
//! | S, μ = 1/S | mean service time, service rate of one server | s, 1/s |
//! | a = λS | offered load: servers busy on average if nobody is lost | – |
//! | c, K, N | servers, places in the system, clients of a closed loop | – |
//! | ρ = a/c | utilization | – |
//! | Wq, W | wait before service, response = wait + service | s |
//! | Lq, L | waiting, in the system (waiting or in service) | – |
//!
//! Which model: [`Mm1`] and [`Mmc`] for Poisson arrivals and exponential service, one or
//! many servers on one queue; [`Mmck`] where a full system turns arrivals away;
//! [`Mg1`] and [`Md1`] for one server with other service times; [`Ggc`] for anything else
//! with a known coefficient of variation, approximately; [`Priority`] for classes;
//! [`Closed`] for N clients that wait for their answer before they ask again.
//! [`sizing`] turns [`Mmc`] around.

mod admitted;
mod backlog;
mod closed;
mod delay;
pub mod erlang;
mod geometric;
mod ggc;
mod infinite;
pub mod little;
mod load;
mod md1;
mod mg1;
mod mm1;
mod mmc;
mod mmck;
mod model;
mod performance;
mod priority;
pub mod sizing;
mod staffing;

pub use backlog::Backlog;
pub use closed::{AsymptoticBounds, Closed, ClosedParams};
pub use ggc::{Ggc, Variability};
pub use infinite::MmInfinite;
pub use load::{Load, MOST_SERVERS};
pub use md1::Md1;
pub use mg1::Mg1;
pub use mm1::Mm1;
pub use mmc::Mmc;
pub use mmck::{Mmck, deadline_capacity};
pub use model::{Answer, Model, Open, Waits};
pub use performance::Performance;
pub use priority::{ClassPerformance, Priority, PriorityClass};
pub use staffing::{SquareRoot, square_root_rule};
