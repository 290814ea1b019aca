//! The means every queue answers with.

use crate::estimate::Estimate;

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

impl std::fmt::Display for Performance {
    /// `utilization 0.8, mean wait 0.0205 s, mean response 0.12 s, 9.64 in the system`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = Estimate::exact;
        write!(
            f,
            "utilization {}, mean wait {} s, mean response {} s, {} in the system",
            shown(self.utilization),
            shown(self.mean_wait),
            shown(self.mean_response),
            shown(self.mean_in_system),
        )?;
        if self.p_block > 0.0 {
            write!(f, ", {} turned away", shown(self.p_block))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::queueing::{Load, Mmc};

    #[test]
    fn a_queue_is_told_in_a_line() {
        // Erlang C tables: ten servers at 80 % make 40.9 % wait, and S/(c − a) of it is 20.5 ms.
        let load = Load {
            arrival_rate: 80.0,
            mean_service: 0.1,
        };
        let told = Mmc::new(load, 10.0).unwrap().performance().to_string();
        assert!(
            told.starts_with("utilization 0.800, mean wait 0.0205 s"),
            "{told}"
        );
    }
}
