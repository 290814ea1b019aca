//! Coordination paths, by topology.
