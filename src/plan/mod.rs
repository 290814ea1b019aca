//! Answers a question with a curve: how many units, at what price, in cells.

pub mod cells;
pub mod chance;
pub mod cost;
pub mod curve;
pub mod machines;
pub mod measured;
pub mod size;

pub use curve::{Backing, Basis, Curve};
pub use size::{Demand, Shortfall, Size};
