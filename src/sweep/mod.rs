//! What a sweep is: throughput measured at several N, folded to one level a size.

pub mod levels;
