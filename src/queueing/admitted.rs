//! How long those wait who find a place in a room of limited size (M/M/c/K).

use super::geometric::Powers;
use crate::domain;
use crate::error::Error;
use crate::numeric::root::{bracket, root};

/// What an admitted arrival finds: fewer than c others, or c + j of them, 0 ≤ j < m.
///
/// The weights wⱼ of the waiting states are geometric with ratio ρ. Times follow by
/// uniformization: service completions of c busy servers are a Poisson stream of rate
/// cμ; an arrival that finds c + j others starts after j + 1 of its events, and once
/// started it is done at each further event with probability 1/c. All terms are
/// positive, so ρ near or above 1 − 1/c needs no case of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Admitted {
    /// c.
    pub(super) servers: f64,
    /// m = K − c, places to wait.
    pub(super) places: f64,
    /// a/c.
    pub(super) rho: f64,
    /// S in seconds.
    pub(super) mean_service: f64,
    /// P(fewer than c others).
    pub(super) p_no_wait: f64,
    /// P(at least c others) = Σ wⱼ.
    pub(super) p_wait: f64,
    /// w₀.
    pub(super) first: f64,
    /// w₍ₘ₋₁₎.
    pub(super) last: f64,
}

impl Admitted {
    /// Wait in seconds that a share `p` of the admitted stays within.
    pub(super) fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - domain::open_fraction("percentile", p)?;
        if self.p_wait <= beyond {
            return Ok(0.0);
        }
        Ok(self.quantile(beyond, |time| self.wait_survival(time)))
    }

    /// Response time in seconds that a share `p` of the admitted stays within.
    pub(super) fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - domain::open_fraction("percentile", p)?;
        Ok(self.quantile(beyond, |time| self.response_survival(time)))
    }

    fn quantile(&self, beyond: f64, survival: impl Fn(f64) -> f64) -> f64 {
        let high = bracket(self.mean_service, |time| survival(time) > beyond);
        let log_beyond = beyond.ln();
        root(|time| survival(time).ln() - log_beyond, 0.0, high)
    }

    /// P(Wq > t) = Σᵢ P(i events by t)·Σⱼ≥ᵢ wⱼ.
    pub(super) fn wait_survival(&self, time: f64) -> f64 {
        let events = Poisson::new(self.servers * time / self.mean_service);
        self.still_waiting(&events)
    }

    /// P(W > t): still waiting, or in service.
    pub(super) fn response_survival(&self, time: f64) -> f64 {
        let events = Poisson::new(self.servers * time / self.mean_service);
        self.still_waiting(&events) + self.in_service(&events)
    }

    fn still_waiting(&self, events: &Poisson) -> f64 {
        if events.first >= self.places {
            return 0.0;
        }
        // From the last event count that leaves anyone waiting, so that tails only grow.
        let start = events.last().min(self.places - 1.0);
        let remaining = self.places - 1.0 - start;
        let mut tail = if self.rho <= 1.0 {
            self.weight(start + 1.0) * Powers::new(self.rho, remaining).sum
        } else {
            self.last * Powers::new(1.0 / self.rho, remaining).sum
        };
        let mut count = events.last();
        let mut sum = 0.0;
        for weight in events.weights.iter().rev() {
            if count <= start {
                tail += self.weight(count);
                sum += weight * tail;
            }
            count -= 1.0;
        }
        sum
    }

    /// Σᵢ P(i events)·hᵢ with hᵢ₊₁ = g·hᵢ + wᵢ, h₀ = P(no wait), g = 1 − 1/c.
    fn in_service(&self, events: &Poisson) -> f64 {
        let stays = (self.servers - 1.0) / self.servers;
        let mut in_service = self.in_service_after(events.first, stays);
        let mut count = events.first;
        let mut sum = 0.0;
        for weight in &events.weights {
            sum += weight * in_service;
            in_service *= stays;
            if count < self.places {
                in_service += self.weight(count);
            }
            count += 1.0;
        }
        sum
    }

    /// h after `count` events, in closed form.
    fn in_service_after(&self, count: f64, stays: f64) -> f64 {
        let started = count.min(self.places);
        let from_the_queue = if started < 1.0 {
            0.0
        } else if self.rho >= stays {
            self.weight(started - 1.0) * Powers::new(stays / self.rho, started).sum
        } else {
            self.first * stays.powf(started - 1.0) * Powers::new(self.rho / stays, started).sum
        };
        self.p_no_wait * stays.powf(count) + from_the_queue * stays.powf(count - started)
    }

    /// wⱼ, counted from its heavier end.
    fn weight(&self, j: f64) -> f64 {
        if self.rho <= 1.0 {
            self.first * self.rho.powf(j)
        } else {
            self.last * self.rho.powf(j + 1.0 - self.places)
        }
    }
}

/// The bulk of a Poisson distribution, normalised: all but about 1e-20 of it.
struct Poisson {
    first: f64,
    weights: Vec<f64>,
}

impl Poisson {
    fn new(mean: f64) -> Self {
        let reach = 10.0_f64.mul_add(mean.sqrt(), 40.0);
        let first = (mean - reach).max(0.0).floor();
        let (mode, last) = (mean.floor(), (mean + reach).ceil());
        // Outward from the mode, so that nothing underflows: down, reversed, then up.
        let mut weights = Vec::new();
        let (mut count, mut weight) = (mode, 1.0);
        while count > first {
            weight *= count / mean;
            weights.push(weight);
            count -= 1.0;
        }
        weights.reverse();
        (count, weight) = (mode, 1.0);
        while count <= last {
            weights.push(weight);
            count += 1.0;
            weight *= mean / count;
        }
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= total;
        }
        Self { first, weights }
    }

    fn last(&self) -> f64 {
        self.first + self.weights.len() as f64 - 1.0
    }
}
