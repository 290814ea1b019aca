//! N clients that think, ask and wait for the answer: the closed loop.

use super::load::count;
use super::performance::Performance;
use crate::domain;
use crate::error::Error;

/// A closed loop: N clients, each thinking for Z between an answer and its next request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClosedParams {
    /// N, a whole number from 1.
    pub clients: f64,
    /// Mean think time Z ≥ 0 in seconds.
    pub think_time: f64,
    /// Mean service time S > 0 in seconds.
    pub mean_service: f64,
    /// c, a whole number from 1.
    pub servers: f64,
}

/// Exact steady state of a closed loop with one station of c exponential servers (the
/// machine repairman).
///
/// With n at the station, (N − n)/Z requests a second arrive and min(n, c)/S leave. The
/// chain is summed outward from its mode, exact to about 1e-15; mean value analysis with
/// load-dependent servers is not (N = 500, Z = 1 s, S = 10 ms, c = 4 gives −263/s there).
///
/// # References
/// M. Reiser, S. S. Lavenberg, Journal of the ACM 27 (1980); E. D. Lazowska et al.,
/// Quantitative System Performance (1984).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Closed, ClosedParams};
/// let loop_ = Closed::new(ClosedParams {
///     clients: 2.0, think_time: 1.0, mean_service: 1.0, servers: 1.0,
/// })?;
/// assert!((loop_.performance().throughput - 0.8).abs() < 1e-15);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closed {
    params: ClosedParams,
    busy: f64,
    mean_queue: f64,
}

impl Closed {
    /// The steady state, which a closed loop always has.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range; counts are at most 10¹⁰.
    pub fn new(params: ClosedParams) -> Result<Self, Error> {
        let ClosedParams {
            clients,
            think_time,
            mean_service,
            servers,
        } = params;
        count("clients", clients)?;
        count("servers", servers)?;
        domain::non_negative("think time", think_time)?;
        domain::positive("mean service time", mean_service)?;
        domain::finite("think time in services", think_time / mean_service)?;
        let (busy, mean_queue) = if think_time == 0.0 {
            (clients.min(servers), (clients - servers).max(0.0))
        } else {
            Chain {
                clients,
                servers,
                service_per_think: mean_service / think_time,
            }
            .means()
        };
        Ok(Self {
            params,
            busy,
            mean_queue,
        })
    }

    /// The steady-state means; P(wait) is not given.
    pub fn performance(&self) -> Performance {
        let ClosedParams {
            mean_service,
            servers,
            ..
        } = self.params;
        let throughput = self.busy / mean_service;
        let mean_wait = if self.busy > 0.0 {
            self.mean_queue / self.busy * mean_service
        } else {
            0.0
        };
        Performance {
            utilization: self.busy / servers,
            throughput,
            p_block: 0.0,
            p_wait: None,
            mean_queue: self.mean_queue,
            mean_in_system: self.mean_queue + self.busy,
            mean_wait,
            mean_response: mean_wait + mean_service,
        }
    }

    /// What no loop with these numbers can exceed, whatever the distributions.
    pub fn bounds(&self) -> AsymptoticBounds {
        let ClosedParams {
            clients,
            think_time,
            mean_service,
            servers,
        } = self.params;
        AsymptoticBounds::of(clients, think_time, mean_service, mean_service / servers)
    }
}

struct Chain {
    clients: f64,
    servers: f64,
    service_per_think: f64,
}

impl Chain {
    /// The probability of n + 1 over that of n; falls with n.
    fn ratio(&self, n: f64) -> f64 {
        (self.clients - n) * self.service_per_think / (n + 1.0).min(self.servers)
    }

    /// The n with the largest probability.
    fn mode(&self) -> f64 {
        let (mut low, mut high) = (0.0, self.clients);
        while low < high {
            let middle = f64::midpoint(low, high).floor();
            if self.ratio(middle) >= 1.0 {
                low = middle + 1.0;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Mean number of busy servers, and of waiting requests.
    fn means(&self) -> (f64, f64) {
        const NEGLIGIBLE: f64 = 1e-22;
        let mode = self.mode();
        let (mut total, mut busy, mut queue) = (0.0, 0.0, 0.0);
        let mut add = |n: f64, weight: f64| {
            let waiting = weight * (n - self.servers).max(0.0);
            total += weight;
            busy += weight * n.min(self.servers);
            queue += waiting;
            waiting < NEGLIGIBLE * queue
        };
        add(mode, 1.0);
        // Upwards until the queue gains nothing, so that a rare queue keeps its digits too.
        let (mut n, mut weight) = (mode, 1.0);
        while n < self.clients && weight > 0.0 {
            weight *= self.ratio(n);
            n += 1.0;
            if add(n, weight) {
                break;
            }
        }
        let (mut n, mut weight) = (mode, 1.0);
        while n > 0.0 && weight >= NEGLIGIBLE {
            n -= 1.0;
            weight /= self.ratio(n);
            add(n, weight);
        }
        (busy / total, queue / total)
    }
}

/// Operational bounds of a closed loop: they hold for any distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AsymptoticBounds {
    /// Most completions a second: min(N/(D + Z), 1/Dₘₐₓ).
    pub max_throughput: f64,
    /// Least mean response in seconds: max(D, N·Dₘₐₓ − Z).
    pub min_response: f64,
    /// N* = (D + Z)/Dₘₐₓ: from this many clients on somebody must wait.
    pub saturation_clients: f64,
}

impl AsymptoticBounds {
    /// The bounds for N clients with think time Z and a service demand a request at
    /// each station, in seconds.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for clients that are not a whole number, Z < 0, a demand that
    /// is not above 0; [`Error::NoSolution`] without demands.
    ///
    /// # References
    /// P. J. Denning, J. P. Buzen, Computing Surveys 10 (1978).
    pub fn new(clients: f64, think_time: f64, demands: &[f64]) -> Result<Self, Error> {
        count("clients", clients)?;
        domain::non_negative("think time", think_time)?;
        for demand in demands {
            domain::positive("service demand", *demand)?;
        }
        let Some(largest) = demands.iter().copied().reduce(f64::max) else {
            return Err(Error::NoSolution {
                reason: "no service demands were given".to_owned(),
                hint: "give the service time a request needs at each station".into(),
            });
        };
        let bounds = Self::of(clients, think_time, demands.iter().sum(), largest);
        domain::finite("saturation point", bounds.saturation_clients)?;
        domain::finite("least response", bounds.min_response)?;
        Ok(bounds)
    }

    fn of(clients: f64, think_time: f64, demand: f64, bottleneck: f64) -> Self {
        Self {
            max_throughput: (clients / (demand + think_time)).min(1.0 / bottleneck),
            min_response: demand.max(clients.mul_add(bottleneck, -think_time)),
            saturation_clients: (demand + think_time) / bottleneck,
        }
    }
}
