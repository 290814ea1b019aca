//! Scaling laws: closed forms, pure arithmetic.
