//! Answers a question with a curve: how many units, at what price, in cells.

pub mod cells;
pub(crate) mod chance;
pub(crate) mod cost;
pub(crate) mod curve;
pub(crate) mod machines;
pub(crate) mod measured;
pub(crate) mod size;

pub use chance::{BETWEEN, Cases, Chance, Range};
pub use cost::{Cost, per_million};
pub use curve::{Backing, CountOn, Curve, Top, carries};
pub use machines::{Machine, Offer, cheapest_first};
pub use size::{Demand, Shortfall, Size, alpha_for, beta_for, size};
