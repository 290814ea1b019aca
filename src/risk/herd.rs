//! A thundering herd: N clients return at the same moment to a pool of P places.
//!
//! m = ⌈N/P⌉ rounds are needed at best. Cases 1 to 3 (a queue, a fixed interval, exponential
//! backoff without jitter) count cohorts and are exact; full jitter is a fluid limit.

mod jitter;

use crate::domain;
use crate::error::Error;
use crate::queueing::Load;

/// Most clients or places that are accepted: counts stay exact as floats.
pub const MOST_CLIENTS: f64 = 1e12;

/// N clients at t = 0, P places, each held for S.
///
/// # Examples
/// ```
/// use scalecalc::risk::Herd;
/// let herd = Herd { clients: 2000.0, places: 100.0, mean_service: 0.05 }.checked()?;
/// assert_eq!(herd.queue().drain, 1.0);
/// assert_eq!(herd.fixed_interval(0.02)?.attempts, 59_000.0);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Herd {
    /// N, a whole number from 1 to 10¹².
    pub clients: f64,
    /// P, a whole number from 1 to 10¹².
    pub places: f64,
    /// S in seconds, above 0.
    pub mean_service: f64,
}

/// The herd behind one unlimited queue, services of equal length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QueuedHerd {
    /// m = ⌈N/P⌉.
    pub rounds: f64,
    /// Seconds until the last is served, m·S.
    pub drain: f64,
    /// Mean wait in seconds.
    pub mean_wait: f64,
    /// Longest wait in seconds, (m − 1)·S.
    pub max_wait: f64,
}

/// A herd that is turned away and returns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReturningHerd {
    /// m = ⌈N/P⌉.
    pub rounds: f64,
    /// Attempts of all clients together.
    pub attempts: f64,
    /// Attempts that were turned away.
    pub rejected: f64,
    /// Attempts a client.
    pub amplification: f64,
    /// Seconds until the last is served.
    pub drain: f64,
}

/// A herd spread by jitter: means of a fluid limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JitteredHerd {
    /// Attempts a client.
    pub amplification: f64,
    /// Seconds until the last is served; a lower bound, 0.76 to 0.99 of simulation.
    pub drain: f64,
}

impl Herd {
    /// The same herd with its fields checked.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range.
    pub fn checked(self) -> Result<Self, Error> {
        count("clients", self.clients)?;
        count("places", self.places)?;
        domain::positive("mean service time", self.mean_service)?;
        domain::finite("time to serve all", self.rounds() * self.mean_service)?;
        Ok(self)
    }

    /// m = ⌈N/P⌉: rounds of P that serve everyone.
    pub fn rounds(&self) -> f64 {
        ceil_ratio(self.clients, self.places)
    }

    /// N·S/P in seconds: the shortest drain that any order can reach on average.
    pub fn ideal_drain(&self) -> f64 {
        self.clients * self.mean_service / self.places
    }

    /// One unlimited queue, services of equal length: drain m·S, longest wait (m − 1)·S, mean
    /// wait S·Σₖ k·min(P, N − kP)/N. Exact.
    pub fn queue(&self) -> QueuedHerd {
        let rounds = self.rounds();
        let full = (self.clients / self.places).floor();
        let rest = self.clients - full * self.places;
        let waited = self.places * (full * (full - 1.0) / 2.0) + full * rest;
        QueuedHerd {
            rounds,
            drain: rounds * self.mean_service,
            mean_wait: self.mean_service * (waited / self.clients),
            max_wait: (rounds - 1.0) * self.mean_service,
        }
    }

    /// Mean drain of one unlimited queue with exponential services, in seconds:
    /// (N − P)S/P + S·Hₚ (a harmonic number); fewer clients than places leave S·Hₙ. Exact.
    pub fn exponential_queue_drain(&self) -> f64 {
        let busy_until_none_waits = (self.clients - self.places).max(0.0) / self.places;
        let last = self.clients.min(self.places);
        self.mean_service * (busy_until_none_waits + harmonic(last))
    }

    /// Turned away and back after a fixed interval r, all in phase: with q = ⌈S/r⌉, attempts
    /// N + q·Σₖ₌₁^{m−1}(N − kP), drain (m − 1)·q·r + S. Exact for services of equal length.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless the interval is above 0, or where its counts overflow.
    pub fn fixed_interval(&self, interval: f64) -> Result<ReturningHerd, Error> {
        domain::positive("retry interval", interval)?;
        let tries = ceil_ratio(self.mean_service, interval);
        let rejected = tries * self.turned_away_each_round();
        let rounds = self.rounds();
        self.returning(
            rejected,
            (rounds - 1.0) * tries * interval + self.mean_service,
        )
    }

    /// Turned away and back after b, 2b, 4b, … at most `cap`, all in phase (no jitter).
    ///
    /// For b ≥ S everyone is turned away once a round, and the drain is
    /// Σₖ₌₀^{m−2} min(cap, b·2ᵏ) + S. Exact for services of equal length, any b and cap.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless base and cap are above 0; [`Error::NoSolution`] where the
    /// last client would wait longer than a float can say.
    pub fn exponential_backoff(&self, base: f64, cap: f64) -> Result<ReturningHerd, Error> {
        domain::positive("backoff base", base)?;
        domain::positive("backoff cap", cap)?;
        let mut left = (self.clients - self.places).max(0.0);
        let (mut now, mut free_at, mut interval) = (0.0, self.mean_service, base.min(cap));
        let (mut rejected, mut served_at) = (left, 0.0);
        // While the interval still grows: at most a thousand doublings.
        while left > 0.0 && interval < cap {
            now += interval;
            interval = (2.0 * interval).min(cap);
            if at_least(now, free_at) {
                left = (left - self.places).max(0.0);
                (free_at, served_at) = (now + self.mean_service, now);
            }
            rejected += left;
        }
        if left > 0.0 {
            // From here on every interval is the cap: first attempt with free places, then
            // one admission every q attempts.
            let first = ceil_ratio(free_at - now, cap).max(1.0);
            let each = ceil_ratio(self.mean_service, cap);
            let rounds = ceil_ratio(left, self.places);
            rejected += (first - 1.0) * left;
            // What is left after the k-th of these rounds tries `each` times until the next.
            rejected += each * (rounds - 1.0) * (left - self.places * (rounds / 2.0));
            served_at = now + first * cap + (rounds - 1.0) * each * cap;
        }
        let drain = served_at + self.mean_service;
        if !drain.is_finite() {
            return Err(Error::NoSolution {
                reason: "doubling without a cap, the last client returns after longer than can be counted"
                    .to_owned(),
                hint: "give the backoff a cap".into(),
            });
        }
        self.returning(rejected, drain)
    }

    /// Σₖ₌₁^{m−1} (N − kP): clients turned away, added up over the rounds.
    fn turned_away_each_round(&self) -> f64 {
        let rounds = self.rounds();
        (rounds - 1.0) * (self.clients - self.places * (rounds / 2.0))
    }

    fn returning(&self, rejected: f64, drain: f64) -> Result<ReturningHerd, Error> {
        let attempts = self.clients + rejected;
        Ok(ReturningHerd {
            rounds: self.rounds(),
            attempts: domain::finite("attempts", attempts)?,
            rejected,
            amplification: attempts / self.clients,
            drain: domain::finite("drain", drain)?,
        })
    }
}

/// Herds that recur: batches of k clients arrive at one server as a Poisson stream, each
/// client with an exponential service. Mean response (1 + k)/2 · S/(1 − ρ) in seconds, where
/// `load` counts clients.
///
/// # Errors
/// [`Error::OutOfRange`] for an argument outside its range; [`Error::Saturated`] for ρ ≥ 1.
///
/// # References
/// L. Kleinrock, Queueing Systems, volume 1 (1975), bulk arrivals.
pub fn recurring_herd(load: Load, batch: f64) -> Result<f64, Error> {
    let response = crate::queueing::Mm1::new(load)?.performance().mean_response;
    domain::finite(
        "mean response",
        f64::midpoint(1.0, count("clients a herd", batch)?) * response,
    )
}

pub(super) fn count(name: &'static str, value: f64) -> Result<f64, Error> {
    let value = domain::count(name, value)?;
    if value <= MOST_CLIENTS {
        Ok(value)
    } else {
        Err(Error::OutOfRange {
            name,
            value,
            allowed: "a whole number from 1 to 1e12",
        })
    }
}

/// ⌈a/b⌉ for numbers that stand for decimals: a quotient within rounding of a whole number is
/// that number, so that 1.1 s at 0.1 s is 11 and not 12.
pub(super) fn ceil_ratio(a: f64, b: f64) -> f64 {
    let ratio = a / b;
    let whole = ratio.round();
    if (ratio - whole).abs() <= 4.0 * f64::EPSILON * ratio {
        whole
    } else {
        ratio.ceil()
    }
}

/// a ≥ b, up to the rounding of sums of decimals.
fn at_least(a: f64, b: f64) -> bool {
    a >= b - 1e-12 * b.abs()
}

/// Hₙ = 1 + 1/2 + … + 1/n; from 1000 on by its asymptotic series, exact to the last bits.
pub(super) fn harmonic(n: f64) -> f64 {
    const SUMMED: f64 = 1000.0;
    const EULER: f64 = 0.577_215_664_901_532_9;
    if n > SUMMED {
        let square = n * n;
        return n.ln() + EULER + 0.5 / n - 1.0 / (12.0 * square) + 1.0 / (120.0 * square * square);
    }
    // The small terms first.
    let (mut sum, mut k) = (0.0, n);
    while k >= 1.0 {
        sum += 1.0 / k;
        k -= 1.0;
    }
    sum
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    fn herd(clients: f64, places: f64, mean_service: f64) -> Herd {
        Herd {
            clients,
            places,
            mean_service,
        }
        .checked()
        .unwrap()
    }

    /// Everyone in phase: at each attempt time, free places are filled and the rest is
    /// turned away. Client counts one by one, as an event simulation would.
    fn counted(herd: &Herd, mut interval_of: impl FnMut(usize) -> f64) -> (f64, f64) {
        let (mut now, mut left, mut attempts) = (0.0, herd.clients, 0.0);
        let mut in_service: Vec<(f64, f64)> = Vec::new();
        let mut tries = 0;
        loop {
            in_service.retain(|(ends, _)| *ends > now + 1e-9);
            let busy: f64 = in_service.iter().map(|(_, number)| number).sum();
            let admitted = left.min(herd.places - busy);
            attempts += left;
            left -= admitted;
            if admitted > 0.0 {
                in_service.push((now + herd.mean_service, admitted));
            }
            if left <= 0.0 {
                return (attempts, now + herd.mean_service);
            }
            now += interval_of(tries);
            tries += 1;
        }
    }

    #[test]
    fn in_phase_retries_are_what_counting_gives() {
        for (n, p, s) in [
            (2000.0, 100.0, 0.05),
            (1050.0, 100.0, 0.2),
            (7.0, 3.0, 1.0),
            (100.0, 100.0, 0.3),
            (3.0, 9.0, 1.1),
        ] {
            let herd = herd(n, p, s);
            for r in [0.02, 0.05, 0.1, 0.25, 0.07, 3.0] {
                let (attempts, drain) = counted(&herd, |_| r);
                let got = herd.fixed_interval(r).unwrap();
                assert_eq!(got.attempts, attempts, "{n} {p} {s} {r}");
                assert!((got.drain - drain).abs() < 1e-9, "{n} {p} {s} {r}");
            }
            for (base, cap) in [
                (0.05, 3.2),
                (0.01, 0.03),
                (0.5, 10.0),
                (0.001, 1e9),
                (4.0, 0.02),
            ] {
                let interval = |k: usize| (base * 2f64.powi(i32::try_from(k).unwrap())).min(cap);
                let (attempts, drain) = counted(&herd, interval);
                let got = herd.exponential_backoff(base, cap).unwrap();
                assert_eq!(got.attempts, attempts, "{n} {p} {s} {base} {cap}");
                assert!((got.drain - drain).abs() < 1e-9, "{n} {p} {s} {base} {cap}");
            }
        }
    }

    #[test]
    fn a_decimal_quotient_is_not_pushed_up_by_rounding() {
        assert_eq!(ceil_ratio(1.1, 0.1), 11.0);
        assert_eq!(ceil_ratio(0.3, 0.1), 3.0);
        assert_eq!(ceil_ratio(0.05, 0.02), 3.0);
    }

    #[test]
    fn harmonic_numbers_meet_where_the_series_takes_over() {
        let recursion = harmonic(1000.0) + 1.0 / 1001.0;
        assert!((harmonic(1001.0) - recursion).abs() < 1e-14);
        assert_eq!(harmonic(1.0), 1.0);
    }

    #[test]
    fn a_huge_herd_counts_without_looping() {
        let herd = herd(1e12, 3.0, 0.001);
        assert!(herd.queue().drain > 3.3e8);
        assert!(herd.fixed_interval(1e-4).unwrap().attempts > 1e24);
        assert!(herd.exponential_backoff(0.001, 60.0).unwrap().drain > 1e13);
        assert!(herd.exponential_backoff(1.0, f64::MAX / 8.0).is_err());
        assert!(herd.full_jitter(1.0).unwrap().amplification > 1e8);
    }

    #[test]
    fn the_smallest_window_meets_its_limit() {
        let herd = herd(10_000.0, 100.0, 0.05);
        for limit in [2.0, 2.5, 6.0, 30.0] {
            let window = herd.smallest_window(limit).unwrap();
            let got = herd.full_jitter(window).unwrap().amplification;
            assert!((got - limit).abs() < 1e-9, "{limit}: {got}");
        }
        assert!((herd.smallest_window(2.0).unwrap() - 10.0).abs() < 1e-9);
        assert!(herd.smallest_window(1.9).is_err());
        let spread = herd.smallest_spread(1.05).unwrap();
        assert!(spread > 5.0 && spread < 7.0, "{spread}");
        assert!(herd.spread_start(4.9).unwrap().is_none());
    }

    #[test]
    fn batches_of_a_kind_published() {
        // W = (1 + k)/2/(1 − ρ): k = 10, ρ = .5 and k = 100, ρ = .8 (M^[k]/M/1)
        for (rho, k, expected) in [(0.5, 10.0, 11.0), (0.8, 100.0, 252.5), (0.5, 1.0, 2.0)] {
            let load = Load {
                arrival_rate: rho,
                mean_service: 1.0,
            };
            assert!((recurring_herd(load, k).unwrap() - expected).abs() < 1e-10);
        }
    }
}
