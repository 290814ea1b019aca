//! Advice that names a command: it can be pasted and runs.

use crate::judge::workers::Metric;
use crate::report::number::round_to;
use crate::units::plain;

/// What is known of workers whose metrics were judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fleet {
    /// How many there are.
    pub(super) workers: f64,
    /// Throughput of one that works alone, 1/s.
    pub(super) single: Option<f64>,
    /// Throughput of all over that of as many that work alone.
    pub(super) speedup: Option<f64>,
}

/// The command that looks closer at the risk behind a metric. Numbers that the metrics do not
/// show are examples.
pub(super) fn look_closer(metric: Metric, fleet: Fleet) -> String {
    let workers = plain(fleet.workers);
    let arguments = match metric {
        Metric::UtilizationSpread => format!(
            "affinity --workers {workers} --arrivals {}/s --service 1s",
            plain(round_to(0.7 * fleet.workers, 3))
        ),
        Metric::CoordinationOverhead => {
            "deadlock --objects 1M --locks 10 --lock-time 10ms --rate 100/s".to_owned()
        }
        Metric::QueueDepthRatio => {
            "head-of-line --arrivals 300/s --jobs 99%:1ms:0,1%:100ms:0".to_owned()
        }
        Metric::RealSpeedup => match (fleet.single, fleet.speedup) {
            (Some(single), Some(speedup)) if fleet.workers > 1.0 => format!(
                "ceiling --measured 1={},{workers}={}",
                plain(round_to(single, 4)),
                plain(round_to(single * speedup * fleet.workers, 4))
            ),
            _ => format!("ceiling --think 10ms --service 20us --workers {workers}"),
        },
    };
    format!("scalecalc risk {arguments}")
}
