//! `Report` to bytes, one file a format.
