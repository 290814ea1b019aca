//! Which failure mode is nearest: one number each against its limit, the worst first.

use super::balance::balancing;
use super::fan_out::any_slow;
use super::herd::ceil_ratio;
use super::retry::whole_retries;
use crate::domain;
use crate::error::Error;
use crate::queueing::Load;

/// What can break first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hazard {
    /// More arrives than is served, or nearly.
    Concurrency,
    /// Retries hold the station down after a blip.
    Retry,
    /// Clients come back at once after an outage.
    Herd,
    /// Long jobs block short ones.
    HeadOfLine,
    /// Work is pinned while others idle.
    Affinity,
    /// Low priorities wait without end.
    Starvation,
    /// One slow call of many makes the answer slow.
    FanOut,
    /// A shared part carries no more.
    Ceiling,
    /// Locks wait for each other.
    Deadlock,
    /// Units spend their time keeping in step.
    Coherency,
}

impl Hazard {
    /// Its name on the command line and in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Concurrency => "concurrency",
            Self::Retry => "retry",
            Self::Herd => "herd",
            Self::HeadOfLine => "head-of-line",
            Self::Affinity => "affinity",
            Self::Starvation => "starvation",
            Self::FanOut => "fan-out",
            Self::Ceiling => "ceiling",
            Self::Deadlock => "deadlock",
            Self::Coherency => "coherency",
        }
    }
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A share, 0 to 1 or above.
    Share,
    /// A factor or count.
    Factor,
}

/// One failure mode and the number that decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Danger {
    /// Which.
    pub subject: Hazard,
    /// The number; `None` where it has grown without end.
    pub number: Option<f64>,
    /// Where trouble begins.
    pub limit: f64,
    /// What the number is.
    pub kind: Kind,
    /// The number in words, such as "utilization".
    pub words: &'static str,
}

impl Danger {
    /// Number over limit: 1 and above is trouble; infinite where there is no steady state.
    pub fn severity(&self) -> f64 {
        self.number
            .map_or(f64::INFINITY, |number| number / self.limit)
    }
}

/// A station as it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Arrivals and mean service.
    pub load: Load,
    /// Servers.
    pub servers: f64,
    /// Coefficient of variation of the services.
    pub cv_service: f64,
    /// Retries of clients after the first attempt.
    pub retries: f64,
    /// Seconds of an outage after which its clients come back at once.
    pub outage: f64,
    /// Calls of this station that an answer needs.
    pub calls: f64,
}

/// Sorts dangers, the worst first; equal ones keep their order.
pub fn worst_first(dangers: &mut [Danger]) {
    dangers.sort_by(|a, b| b.severity().total_cmp(&a.severity()));
}

/// Every failure mode that a station shows, the worst first.
///
/// | subject | number | limit |
/// | --- | --- | --- |
/// | concurrency | utilization ρ | 80 % |
/// | retry | first attempts and all retries over the capacity, ρ(1 + R) | 1 |
/// | herd | attempts a client after an outage, in phase, (⌈λT/c⌉ + 1)/2 | 10 |
/// | head-of-line | wait over that of equal services, 1 + cv² | 5 |
/// | affinity | response of pinned queues over one for all | 5 |
/// | starvation | wait of the low over the high class, 1/(1 − ρ) | 10 |
/// | fan-out | answers with a call beyond its p99 | 50 % |
///
/// The limits are conventions: above them the cost is several times that of a calm system.
///
/// # Errors
/// [`Error::OutOfRange`] for a field outside its range.
pub fn rank(station: &Station) -> Result<Vec<Danger>, Error> {
    let load = station.load.checked()?;
    let servers = domain::count("servers", station.servers)?;
    let cv = domain::non_negative("cv of service", station.cv_service)?;
    let retries = whole_retries(station.retries)?;
    domain::non_negative("outage", station.outage)?;
    let busy = load.offered() / servers;
    let steady = busy < 1.0;
    let factor = |subject, number, limit, words| Danger {
        subject,
        number,
        limit,
        kind: Kind::Factor,
        words,
    };
    let share = |subject, number, limit, words| Danger {
        kind: Kind::Share,
        ..factor(subject, number, limit, words)
    };
    let returning = (load.arrival_rate * station.outage).max(1.0).ceil();
    let balanced = match balancing(load, servers) {
        Ok(balanced) => Some(balanced.separate / balanced.pooled),
        Err(Error::Saturated { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut dangers = vec![
        share(
            Hazard::Concurrency,
            Some(busy),
            0.8,
            "of the servers are busy",
        ),
        factor(
            Hazard::Retry,
            Some(busy * (1.0 + retries)),
            1.0,
            "times the capacity if all retry",
        ),
        factor(
            Hazard::Herd,
            Some(f64::midpoint(ceil_ratio(returning, servers), 1.0)),
            10.0,
            "attempts a client after an outage",
        ),
        factor(
            Hazard::HeadOfLine,
            Some(cv.mul_add(cv, 1.0)),
            5.0,
            "times the wait of equal services",
        ),
        factor(
            Hazard::Affinity,
            balanced,
            5.0,
            "times the response if pinned",
        ),
        factor(
            Hazard::Starvation,
            steady.then(|| 1.0 / (1.0 - busy)),
            10.0,
            "times the wait for low priority",
        ),
    ];
    if station.calls > 1.0 {
        dangers.push(share(
            Hazard::FanOut,
            Some(any_slow(0.01, station.calls)?),
            0.5,
            "of answers have a call beyond its p99",
        ));
    }
    worst_first(&mut dangers);
    Ok(dangers)
}

/// What a fitted law shows at N units: the share of the ceiling γ/α that is used, and N over
/// the peak.
///
/// # Errors
/// [`Error::OutOfRange`] for a coefficient below 0 or N below 1.
pub fn rank_law(n: f64, alpha: f64, beta: f64) -> Result<Vec<Danger>, Error> {
    domain::non_negative("alpha", alpha)?;
    domain::non_negative("beta", beta)?;
    if !(n >= 1.0 && n.is_finite()) {
        return Err(Error::OutOfRange {
            name: "N",
            value: n,
            allowed: "a finite number, 1 or above",
        });
    }
    // X(N)·α/γ
    let relative = n / (1.0 + alpha * (n - 1.0) + beta * n * (n - 1.0));
    let peak = if beta > 0.0 && alpha < 1.0 {
        ((1.0 - alpha) / beta).sqrt()
    } else {
        f64::INFINITY
    };
    let mut dangers = vec![
        Danger {
            subject: Hazard::Ceiling,
            number: Some(relative * alpha),
            limit: 0.8,
            kind: Kind::Share,
            words: "of what the shared part carries",
        },
        Danger {
            subject: Hazard::Coherency,
            number: Some(n / peak),
            limit: 1.0,
            kind: Kind::Factor,
            words: "times the peak size",
        },
    ];
    worst_first(&mut dangers);
    Ok(dangers)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    fn station(arrival_rate: f64) -> Station {
        Station {
            load: Load {
                arrival_rate,
                mean_service: 1.0,
            },
            servers: 10.0,
            cv_service: 1.0,
            retries: 3.0,
            outage: 60.0,
            calls: 100.0,
        }
    }

    #[test]
    fn the_worst_comes_first_and_overload_is_worse_than_anything() {
        let calm = rank(&station(0.5)).unwrap();
        let numbers: Vec<f64> = calm.iter().map(Danger::severity).collect();
        assert!(numbers.is_sorted_by(|a, b| a >= b));
        // 63 % of 100 calls beyond their p99
        assert_eq!(calm[0].subject, Hazard::FanOut);
        let full = rank(&station(11.0)).unwrap();
        assert!(full[0].number.is_none() && full[1].number.is_none());
        assert!(
            rank(&Station {
                retries: 0.5,
                ..station(1.0)
            })
            .is_err()
        );
    }

    #[test]
    fn a_law_past_its_peak_is_in_trouble() {
        // α = 0.03, β = 0.0002: peak 69.6
        let past = rank_law(100.0, 0.03, 0.0002).unwrap();
        assert_eq!(past[0].subject, Hazard::Coherency);
        assert!((past[0].severity() - 100.0 / 69.64).abs() < 1e-3);
        let linear = rank_law(100.0, 0.0, 0.0).unwrap();
        assert!(linear.iter().all(|danger| danger.severity() == 0.0));
    }
}
