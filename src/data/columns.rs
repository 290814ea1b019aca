//! Header names to roles, units in headers, positions for errors.
