//! Answers a question with a law: size, cost, cells, gate, health.
