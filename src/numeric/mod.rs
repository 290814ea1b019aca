//! What several rooms solve with: roots of monotone functions.

pub(crate) mod root;
