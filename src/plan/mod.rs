//! Answers a question with a law: size, cost, cells, gate, health.

pub mod baseline;
pub mod compare;
pub mod gate;
