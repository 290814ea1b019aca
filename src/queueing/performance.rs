//! The means every queue answers with.

/// Steady-state means of a queue: rates per second, times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Performance {
    /// Share of time a server is busy, ρ = XS/c; 0 with infinitely many servers.
    pub utilization: f64,
    /// Completions a second, X.
    pub throughput: f64,
    /// Probability that an arrival is turned away.
    pub p_block: f64,
    /// Probability that an admitted arrival has to wait; `None` where the model does not say.
    pub p_wait: Option<f64>,
    /// Mean number waiting, Lq.
    pub mean_queue: f64,
    /// Mean number waiting or in service, L.
    pub mean_in_system: f64,
    /// Mean wait before service, Wq, in seconds.
    pub mean_wait: f64,
    /// Mean response time, W = Wq + S, in seconds.
    pub mean_response: f64,
}
