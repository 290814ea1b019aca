//! One server, Poisson arrivals, every service the same length: M/D/1.

use super::load::Load;
use super::mg1::Mg1;
use super::performance::Performance;
use crate::domain;
use crate::error::Error;
use crate::numeric::root::{bracket, root};

/// One server whose services all take S: half the mean wait of M/M/1, Wq = ρS/(2(1−ρ)).
///
/// Percentiles come from sums of positive terms over the number present (Franx), and
/// beyond 64 services from the exponential tail, which there is exact to the last digit.
/// Erlang's own sum, P(Wq ≤ t) = (1−ρ) Σₖ (−λ(t−kS))ᵏ/k!·e^(λ(t−kS)), alternates and
/// loses every digit near ρ = 0.99.
///
/// # References
/// A. K. Erlang (1909); G. J. Franx, Operations Research Letters 29 (2001).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Md1};
/// let queue = Md1::new(Load { arrival_rate: 0.8, mean_service: 1.0 })?;
/// assert!((queue.wait_quantile(0.99)? - 10.355_886_791_994_953).abs() < 1e-12);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Md1 {
    mean: Mg1,
    rho: f64,
    mean_service: f64,
    /// Decay of the tail per service time: the y > 0 with ρ(eʸ − 1) = y.
    decay: f64,
    /// P(Wq > t) → scale·e^(−y·t/S).
    scale: f64,
    /// P(more than n present), n = 0, 1, … `LEVELS`.
    more_than: Vec<f64>,
}

/// States kept; from here on the exponential tail stands for them.
const LEVELS: usize = 160;
/// Waits, in services, from which the exponential tail is used alone.
const FAR: f64 = 64.0;

impl Md1 {
    /// A queue in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a load outside its range, [`Error::Saturated`] for λS ≥ 1.
    pub fn new(load: Load) -> Result<Self, Error> {
        let mean = Mg1::new(load, 0.0)?;
        let (rho, spare) = (load.offered(), load.spare(1.0)?);
        let decay = tail_decay(rho, spare);
        Ok(Self {
            mean,
            rho,
            mean_service: load.mean_service,
            decay,
            scale: spare / (decay - spare),
            more_than: present(rho, spare, decay),
        })
    }

    /// The steady-state means.
    pub fn performance(&self) -> Performance {
        self.mean.performance()
    }

    /// P(Wq > t), the share of arrivals that wait longer than `time` ≥ 0 seconds.
    pub fn wait_survival(&self, time: f64) -> f64 {
        let services = time / self.mean_service;
        if self.rho == 0.0 {
            return 0.0;
        }
        if services >= FAR {
            return self.scale * (-self.decay * services).exp();
        }
        // Counted from the end of the service under way at t: the arrival waits longer iff
        // j customers came in the fraction of a service that is cut off and more than
        // k − j were present, or k or more came.
        let whole = services.floor() + 1.0;
        let mean = self.rho * (whole - services);
        let (mut arrivals, mut probability, mut sum) = (0.0, (-mean).exp(), 0.0);
        for more in self.more_than.iter().skip(1).take(index(whole)).rev() {
            sum += probability * more;
            arrivals += 1.0;
            probability *= mean / arrivals;
        }
        while probability > f64::EPSILON * f64::EPSILON * sum {
            sum += probability;
            arrivals += 1.0;
            probability *= mean / arrivals;
        }
        sum
    }

    /// P(W > t), the share of arrivals whose response takes longer than `time` ≥ 0 seconds.
    pub fn response_survival(&self, time: f64) -> f64 {
        if time < self.mean_service {
            1.0
        } else {
            self.wait_survival(time - self.mean_service)
        }
    }

    /// Wait in seconds that a share `p` stays within.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - domain::open_fraction("percentile", p)?;
        if self.rho <= beyond {
            return Ok(0.0);
        }
        let far = (self.scale / beyond).ln() / self.decay;
        if far >= FAR {
            return Ok(self.mean_service * far);
        }
        let log_beyond = beyond.ln();
        let high = bracket(self.mean_service, |time| self.wait_survival(time) > beyond);
        Ok(root(
            |time| self.wait_survival(time).ln() - log_beyond,
            0.0,
            high,
        ))
    }

    /// Response time in seconds that a share `p` stays within: the wait's and S.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        Ok(self.wait_quantile(p)? + self.mean_service)
    }
}

/// The y > 0 with ρ(eʸ − 1) = y, as ρ·(eʸ − 1 − y)/y = 1 − ρ, which keeps its digits
/// near ρ = 1.
fn tail_decay(rho: f64, spare: f64) -> f64 {
    if rho == 0.0 {
        return f64::INFINITY;
    }
    let excess = |y: f64| rho * curvature(y) - spare;
    let high = bracket(spare, |y| excess(y) < 0.0);
    root(excess, 0.0, high)
}

/// (eʸ − 1 − y)/y.
fn curvature(y: f64) -> f64 {
    if y > 0.5 {
        return (y.exp_m1() - y) / y;
    }
    let (mut term, mut sum, mut n) = (y / 2.0, 0.0, 2.0);
    while term > f64::EPSILON / 8.0 * sum {
        sum += term;
        n += 1.0;
        term *= y / n;
    }
    sum
}

/// P(more than n present) for n = 0 … `LEVELS`, seen by an arrival.
///
/// Between n and n + 1 present as many services end going down as going up:
/// pₙ₊₁·e^(−ρ) = p₀·P(A > n) + Σₖ₌₁..n pₖ·P(A > n + 1 − k), A Poisson(ρ): positive terms only.
fn present(rho: f64, spare: f64, decay: f64) -> Vec<f64> {
    let more_arrivals = poisson_tails(rho);
    let tail = |n: usize| more_arrivals.get(n).copied().unwrap_or(0.0);
    let mut exactly = vec![spare];
    for n in 0..LEVELS {
        let up: f64 = exactly
            .iter()
            .enumerate()
            .map(|(k, p)| p * tail(if k == 0 { n } else { n + 1 - k }))
            .sum();
        exactly.push(up * rho.exp());
    }
    let mut more = exactly.last().copied().unwrap_or(0.0) / decay.exp_m1();
    let mut more_than = Vec::with_capacity(exactly.len());
    for p in exactly.iter().rev() {
        more_than.push(more);
        more += p;
    }
    more_than.reverse();
    more_than
}

/// P(A > n) for A Poisson(ρ), ρ < 1, n = 0, 1, …, as far as it is above 1e-60.
fn poisson_tails(rho: f64) -> Vec<f64> {
    const TERMS: u32 = 48;
    let mut probability = (-rho).exp();
    let mut exactly = Vec::new();
    for n in 1..=TERMS {
        probability *= rho / f64::from(n);
        exactly.push(probability);
    }
    // exactly[n] = P(A = n + 1); summed from the small end
    let mut tail = 0.0;
    for value in exactly.iter_mut().rev() {
        tail += *value;
        *value = tail;
    }
    exactly
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number between 0 and FAR + 1"
)]
fn index(value: f64) -> usize {
    value as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(rho: f64) -> Md1 {
        Md1::new(Load {
            arrival_rate: rho,
            mean_service: 1.0,
        })
        .unwrap()
    }

    #[test]
    fn near_and_far_agree_where_they_meet() {
        for rho in [0.05, 0.3, 0.8, 0.99, 0.9999] {
            let queue = queue(rho);
            let near = queue.wait_survival(FAR - 1e-9);
            let far = queue.wait_survival(FAR + 1e-9);
            assert!((near / far - 1.0).abs() < 1e-7, "{rho}: {near} {far}");
        }
    }

    #[test]
    fn nobody_waiting_is_the_idle_share() {
        for rho in [1e-9, 0.2, 0.7, 0.999_999] {
            let got = queue(rho).wait_survival(0.0);
            assert!((got / rho - 1.0).abs() < 1e-13, "{rho}: {got}");
        }
    }
}
