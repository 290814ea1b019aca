//! Scaling laws: closed forms, pure arithmetic.
//!
//! Every law is N/X(N) = h(N)/γ: the latency of one unit, 1/γ, times a latency ratio h
//! that says how much the other N − 1 units slow each piece of work down. The trait
//! [`ScalingLaw`] derives everything else from h and the inverses of the law.
//!
//! | law | h(N) | source |
//! | --- | --- | --- |
//! | [`linear::Linear`] | 1 | |
//! | [`amdahl::Amdahl`] | 1 + s(N−1) | Amdahl, 1967 |
//! | [`gustafson::Gustafson`] | N / (s + (1−s)N) | Gustafson, 1988 |
//! | [`usl::Usl`] | 1 + α(N−1) + βN(N−1) | Gunther, 1993, 2007 |
//! | [`ceiling::Ceiling`] | ((1 + (γN/K)^p)^(1/p) + βN(N−1)) / h(1) | Denning & Buzen, 1978 |
//!
//! Units: N is a number (fractions count), throughput is in operations per second,
//! latency in seconds; any other unit of throughput gives latency in its inverse.

mod amdahl;
pub(crate) mod ceiling;
pub(crate) mod cells;
mod gustafson;
mod linear;
mod measurement;
pub(crate) mod paths;
mod replies;
mod usl;

pub use amdahl::{Amdahl, AmdahlParams, karp_flatt};
pub use ceiling::{Ceiling, CeilingParams};
pub use cells::CellSplit;
pub use gustafson::{Gustafson, GustafsonParams};
pub use linear::Linear;
pub use measurement::Measurement;
pub use paths::{PathCost, Paths, Topology};
pub use replies::Replies;
pub use usl::{Overhead, Usl, UslParams};

/// The size with the highest throughput.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// N* where throughput is highest among all real N ≥ 1.
    pub n: f64,
    /// The whole N ≥ 1 with the highest throughput: the better of ⌊N*⌋ and ⌈N*⌉.
    pub n_integer: f64,
    /// Throughput at [`Peak::n`], 1/s.
    pub throughput: f64,
    /// Throughput at [`Peak::n_integer`], 1/s.
    pub throughput_integer: f64,
}

/// The sizes at which a law reaches a throughput.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inverse {
    /// The smallest such N: on the way up, or, where a law falls from the start, the only one.
    pub up: f64,
    /// The N past the peak that gives the same throughput; `None` without a peak.
    pub retrograde: Option<f64>,
}

/// The latencies at which a law reaches a throughput, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latencies {
    /// Latency at the smaller N.
    pub lower: f64,
    /// Latency at the N past the peak; `None` without a peak.
    pub retrograde: Option<f64>,
}

/// How throughput X depends on the size N of a system, or on the load on it.
///
/// Arguments `n` are finite and above 0; whole numbers are not required. What a law does
/// not have is `None`: a linear law has no peak, a throughput above the peak no N.
pub trait ScalingLaw {
    /// Throughput of one unit γ = X(1), 1/s.
    fn gamma(&self) -> f64;

    /// Latency at N relative to that of a single unit: h(N) = γN/X(N), and h(1) = 1.
    fn latency_ratio(&self, n: f64) -> f64;

    /// What one more unit adds: X(N+1) − X(N), 1/s, without the cancellation of a difference.
    fn marginal(&self, n: f64) -> f64;

    /// Throughput that no N exceeds, as N grows without end; `None` where there is no limit.
    fn limit(&self) -> Option<f64>;

    /// N for a throughput `x`, 1/s: the inverse of [`ScalingLaw::throughput`].
    ///
    /// `None` where `x` is not above 0 or the law never reaches it.
    fn concurrency_at_throughput(&self, x: f64) -> Option<Inverse>;

    /// N for a mean latency `r`, seconds: the inverse of [`ScalingLaw::latency`].
    ///
    /// `None` where no N > 0 has this latency, and where every N has the same.
    fn concurrency_at_latency(&self, r: f64) -> Option<f64>;

    /// Where throughput is highest; `None` while it never falls.
    fn peak(&self) -> Option<Peak> {
        None
    }

    /// Throughput X(N), 1/s.
    fn throughput(&self, n: f64) -> f64 {
        self.gamma() * self.speedup(n)
    }

    /// Speed-up X(N)/γ over a single unit, also called relative capacity C(N).
    #[doc(alias = "relative_capacity")]
    fn speedup(&self, n: f64) -> f64 {
        n / self.latency_ratio(n)
    }

    /// Efficiency: speed-up a unit, C(N)/N; 1 is linear scaling.
    fn efficiency(&self, n: f64) -> f64 {
        self.latency_ratio(n).recip()
    }

    /// Mean latency R = N/X(N) in seconds, by Little's law: closed loop, no think time.
    fn latency(&self, n: f64) -> f64 {
        self.latency_ratio(n) / self.gamma()
    }

    /// Throughput at a mean latency `r` in seconds: X with X·r = N(r), 1/s.
    ///
    /// `None` as [`ScalingLaw::concurrency_at_latency`].
    fn throughput_at_latency(&self, r: f64) -> Option<f64> {
        self.concurrency_at_latency(r).map(|n| n / r)
    }

    /// Mean latency at a throughput `x` in 1/s, on the way up and past the peak, seconds.
    ///
    /// `None` as [`ScalingLaw::concurrency_at_throughput`].
    fn latency_at_throughput(&self, x: f64) -> Option<Latencies> {
        self.concurrency_at_throughput(x).map(|n| Latencies {
            lower: self.latency(n.up),
            retrograde: n.retrograde.map(|n| self.latency(n)),
        })
    }

    /// The knee: the smallest N ≥ 1 that reaches `share` (above 0, up to 1) of the
    /// throughput at the peak, or of X(`n_max`) where there is no peak.
    ///
    /// It never lies past the peak, nor past `n_max` where there is no peak. `None` for a
    /// share or an `n_max` out of range.
    fn knee(&self, share: f64, n_max: f64) -> Option<f64> {
        let share = (share > 0.0 && share <= 1.0).then_some(share)?;
        let (top, best) = match self.peak() {
            Some(peak) => (peak.n, peak.throughput),
            None if n_max > 0.0 && n_max.is_finite() => (n_max, self.throughput(n_max)),
            None => return None,
        };
        let least = top.min(1.0);
        if self.throughput(least) >= share * best {
            return Some(least);
        }
        let n = self.concurrency_at_throughput(share * best)?.up;
        Some(n.clamp(least, top))
    }
}

/// `x` as an argument of an inverse: finite and above 0.
fn positive(x: f64) -> Option<f64> {
    (x > 0.0 && x.is_finite()).then_some(x)
}
