//! Measurements in, law and verdict out.

pub mod levels;
