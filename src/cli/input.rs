//! The only place that opens files and standard input.
