//! What to say: a typed result to a `Report`.
