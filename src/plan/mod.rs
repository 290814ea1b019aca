//! Answers a question with a law: size, cost, cells, gate, health.

pub mod baseline;
pub mod cells;
pub mod compare;
pub mod cost;
pub mod curve;
pub mod gate;
pub mod health;
pub mod measured;
pub mod size;
pub mod sizes;

pub use curve::{Basis, Curve, Trust};
pub use size::{Demand, Shortfall, Size};
