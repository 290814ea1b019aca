//! Answers a question with a curve: how many units, at what price, in cells.

pub mod cells;
pub mod chance;
pub mod cost;
pub mod curve;
pub mod measured;
pub mod size;
pub mod sizes;

pub use curve::{Basis, Curve, Trust};
pub use size::{Demand, Shortfall, Size};
