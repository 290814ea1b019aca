//! Queues: closed forms, pure arithmetic.
