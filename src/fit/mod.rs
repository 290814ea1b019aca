//! Measurements in, law and verdict out.
