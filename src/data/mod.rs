//! Bytes from any `Read` to measurements; opens no file.
