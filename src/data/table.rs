//! Delimited text: the streaming reader.
