//! Head-of-line blocking: what the few long jobs do to the many short ones.

use crate::domain;
use crate::error::Error;
use crate::queueing::Load;

/// One kind of job in a mixture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobKind {
    /// Share of the arrivals, above 0.
    pub fraction: f64,
    /// Mean service in seconds, above 0.
    pub mean_service: f64,
    /// cv² of its services: 0 all the same, 1 exponential.
    pub variability: f64,
}

impl JobKind {
    /// E\[S²\] in s².
    fn second_moment(&self) -> f64 {
        self.mean_service * self.mean_service * (1.0 + self.variability)
    }
}

/// One server, Poisson arrivals, first come first served, services from a mixture.
///
/// Pollaczek–Khinchine: Wq = λE\[S²\]/(2(1 − λE\[S\])). The kind with the shortest mean is the
/// small one; everything else together is what it is blocked by.
///
/// # References
/// F. Pollaczek (1930), A. Y. Khinchine (1932); A. Cobham, Operations Research 2 (1954).
///
/// # Examples
/// ```
/// use scalecalc::risk::{JobKind, Mixture};
/// let kind = |fraction, mean_service| JobKind { fraction, mean_service, variability: 0.0 };
/// let mixture = Mixture::new(300.0, &[kind(0.99, 0.001), kind(0.01, 0.1)])?;
/// let blocked = mixture.first_come().ok_or(scalecalc::Error::NoSolution {
///     reason: String::new(), hint: "".into() })?;
/// assert!((blocked.slowdown_small - 38.589).abs() < 1e-3);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    arrival_rate: f64,
    kinds: Vec<JobKind>,
    small: usize,
}

/// First come, first served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blocked {
    /// Mean wait in seconds, the same for every kind.
    pub mean_wait: f64,
    /// Response of the small over its service: 1 + Wq/S.
    pub slowdown_small: f64,
    /// Mean number of small jobs that wait and would not in a queue of their own.
    pub wasted_small: f64,
}

/// One remedy: mean waits in seconds before (and interruptions of) service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relief {
    /// Mean response of the small less its service; `None` without a steady state.
    pub wait_small: Option<f64>,
    /// The same of all other kinds together.
    pub wait_large: Option<f64>,
}

impl Mixture {
    /// λ arrivals a second of these kinds.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range; [`Error::NoSolution`] without
    /// kinds, or where the shares do not add up to 1 (within 10⁻⁹).
    pub fn new(arrival_rate: f64, kinds: &[JobKind]) -> Result<Self, Error> {
        domain::non_negative("arrival rate", arrival_rate)?;
        for kind in kinds {
            domain::positive("share of a kind", kind.fraction)?;
            domain::positive("mean service time", kind.mean_service)?;
            domain::non_negative("squared variation of service", kind.variability)?;
            domain::finite("second moment of service", kind.second_moment())?;
        }
        let total: f64 = kinds.iter().map(|kind| kind.fraction).sum();
        if (total - 1.0).abs() > 1e-9 {
            return Err(Error::NoSolution {
                reason: format!("the shares of the kinds add up to {total}, not to 1"),
                hint: "give every kind its share of arrivals, such as 99% and 1%".into(),
            });
        }
        let by_service = |a: &(usize, &JobKind), b: &(usize, &JobKind)| {
            a.1.mean_service.total_cmp(&b.1.mean_service)
        };
        let small = kinds.iter().enumerate().min_by(by_service);
        let mixture = Self {
            arrival_rate,
            kinds: kinds.to_vec(),
            small: small.map_or(0, |(at, _)| at),
        };
        domain::non_negative("offered load", mixture.utilization())?;
        domain::finite("residual service", mixture.residual())?;
        Ok(mixture)
    }

    /// The kinds as given.
    pub fn kinds(&self) -> &[JobKind] {
        &self.kinds
    }

    /// Index of the kind with the shortest mean.
    pub fn small(&self) -> usize {
        self.small
    }

    /// Arrivals a second.
    pub fn arrival_rate(&self) -> f64 {
        self.arrival_rate
    }

    /// E\[S\] in seconds.
    pub fn mean_service(&self) -> f64 {
        self.kinds.iter().map(|k| k.fraction * k.mean_service).sum()
    }

    fn second_moment(&self) -> f64 {
        let part = |kind: &JobKind| kind.fraction * kind.second_moment();
        self.kinds.iter().map(part).sum()
    }

    /// cv² of all services together: E\[S²\]/E\[S\]² − 1.
    pub fn variability(&self) -> f64 {
        let mean = self.mean_service();
        // Σ f(S²cv² + (S − mean)²), which does not cancel.
        let spread = |kind: &JobKind| {
            let s = kind.mean_service;
            kind.fraction * (kind.variability * s * s + (s - mean) * (s - mean))
        };
        self.kinds.iter().map(spread).sum::<f64>() / (mean * mean)
    }

    /// ρ = λE\[S\].
    pub fn utilization(&self) -> f64 {
        self.arrival_rate * self.mean_service()
    }

    /// λE\[S²\]/2: the mean remaining service that an arrival finds under way.
    fn residual(&self) -> f64 {
        self.arrival_rate * self.second_moment() / 2.0
    }

    /// Share of the remaining service found under way that is not of the small kind.
    pub fn blame_large(&self) -> f64 {
        let small = &self.kinds[self.small];
        let others = self.second_moment() - small.fraction * small.second_moment();
        (others / self.second_moment()).max(0.0)
    }

    /// 1 − ρ of the small alone, and of all; `None` where nothing is left.
    fn spare(&self, all: bool) -> Option<f64> {
        let small = &self.kinds[self.small];
        let load = if all {
            self.utilization()
        } else {
            self.arrival_rate * small.fraction * small.mean_service
        };
        Some(1.0 - load).filter(|spare| *spare > 4.0 * f64::EPSILON)
    }

    /// First come, first served; `None` where λE\[S\] ≥ 1.
    pub fn first_come(&self) -> Option<Blocked> {
        let small = &self.kinds[self.small];
        let mean_wait = self.residual() / self.spare(true)?;
        let alone = self.isolated().wait_small?;
        Some(Blocked {
            mean_wait,
            slowdown_small: 1.0 + mean_wait / small.mean_service,
            wasted_small: self.arrival_rate * small.fraction * (mean_wait - alone),
        })
    }

    /// The small on the server alone, the others on a second one like it.
    pub fn isolated(&self) -> Relief {
        let small = &self.kinds[self.small];
        let of_small = self.arrival_rate * small.fraction * small.second_moment() / 2.0;
        let large_load =
            self.utilization() - self.arrival_rate * small.fraction * small.mean_service;
        let large_spare = Some(1.0 - large_load).filter(|spare| *spare > 4.0 * f64::EPSILON);
        Relief {
            wait_small: self.spare(false).map(|spare| of_small / spare),
            wait_large: large_spare.map(|spare| self.residual() * self.blame_large() / spare),
        }
    }

    /// The small first, a service that has begun is finished (Cobham): R/(1 − ρₛ) and
    /// R/((1 − ρₛ)(1 − ρ)).
    pub fn small_first(&self) -> Relief {
        // A large class that starves keeps the server busy all the time that is left.
        let wait_small = match (self.spare(false), self.spare(true)) {
            (Some(small), Some(_)) => Some(self.residual() / small),
            (Some(small), None) => {
                Some((self.small_residual() + small * self.large_residual()) / small)
            }
            _ => None,
        };
        Relief {
            wait_small,
            wait_large: (self.spare(false).zip(self.spare(true)))
                .map(|(small, all)| self.residual() / (small * all)),
        }
    }

    /// The small interrupt the others, which resume: the small see nobody else; the others
    /// wait R/((1 − ρₛ)(1 − ρ)) and are interrupted for S·ρₛ/(1 − ρₛ).
    pub fn small_interrupts(&self) -> Relief {
        let wait_small = self.spare(false).map(|spare| self.small_residual() / spare);
        let wait_large = (self.spare(false).zip(self.spare(true))).map(|(small, all)| {
            self.residual() / (small * all) + self.large_mean() * (1.0 - small) / small
        });
        Relief {
            wait_small,
            wait_large,
        }
    }

    /// Everyone at once, each with an equal share of the server (processor sharing): the
    /// response of a job of size S is S/(1 − ρ), whatever the distribution.
    pub fn shared(&self) -> Relief {
        let delay = self.spare(true).map(|spare| (1.0 - spare) / spare);
        Relief {
            wait_small: delay.map(|delay| delay * self.kinds[self.small].mean_service),
            wait_large: delay.map(|delay| delay * self.large_mean()),
        }
    }

    /// Long jobs cut into pieces of at most `piece` seconds that queue again, small first:
    /// a small job waits for one piece at most. Bound: (λₛE\[Sₛ²\]/2 + ρₗ·piece)/(1 − ρₛ).
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless the piece is above 0.
    pub fn cut(&self, piece: f64) -> Result<Option<f64>, Error> {
        domain::positive("piece", piece)?;
        let large = self.utilization() - (1.0 - self.spare(false).unwrap_or(1.0));
        Ok(self
            .spare(false)
            .map(|spare| (self.small_residual() + large.min(spare) * piece) / spare))
    }

    fn small_residual(&self) -> f64 {
        let small = &self.kinds[self.small];
        self.arrival_rate * small.fraction * small.second_moment() / 2.0
    }

    /// Mean remaining service of the others while one of them is served.
    fn large_residual(&self) -> f64 {
        let mean = self.large_mean();
        let share = 1.0 - self.kinds[self.small].fraction;
        if mean > 0.0 && share > 0.0 {
            let second = self.second_moment() * self.blame_large() / share;
            second / mean / 2.0
        } else {
            0.0
        }
    }

    /// Mean service of all kinds but the small; 0 where there is no other.
    pub fn large_mean(&self) -> f64 {
        let others = self
            .kinds
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != self.small);
        let (share, sum) = others.fold((0.0, 0.0), |(share, sum), (_, kind)| {
            (
                share + kind.fraction,
                sum + kind.fraction * kind.mean_service,
            )
        });
        if share > 0.0 { sum / share } else { 0.0 }
    }

    /// The load with the mean service of the mixture.
    pub fn load(&self) -> Load {
        Load {
            arrival_rate: self.arrival_rate,
            mean_service: self.mean_service(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;
    use crate::queueing::{Mg1, Priority, PriorityClass};

    fn kind(fraction: f64, mean_service: f64, variability: f64) -> JobKind {
        JobKind {
            fraction,
            mean_service,
            variability,
        }
    }

    #[test]
    fn the_formulas_agree_with_the_queues_they_stand_for() {
        let kinds = [
            kind(0.1, 0.04, 1.0),
            kind(0.7, 0.002, 0.5),
            kind(0.2, 0.01, 0.0),
        ];
        let mixture = Mixture::new(100.0, &kinds).unwrap();
        assert_eq!(mixture.small(), 1);
        let pk = Mg1::new(mixture.load(), mixture.variability()).unwrap();
        let got = mixture.first_come().unwrap().mean_wait;
        assert!((got / pk.performance().mean_wait - 1.0).abs() < 1e-12);
        // Cobham with the others as one class
        let others = kind(
            0.3,
            mixture.large_mean(),
            (0.1 * 0.04f64.powi(2) * 2.0 + 0.2 * 1e-4) / 0.3 / mixture.large_mean().powi(2) - 1.0,
        );
        let class = |kind: &JobKind| PriorityClass {
            load: Load {
                arrival_rate: 100.0 * kind.fraction,
                mean_service: kind.mean_service,
            },
            service_variability: kind.variability,
        };
        let cobham = Priority::new(&[class(&kinds[1]), class(&others)]).unwrap();
        let first = mixture.small_first();
        for (got, class) in [first.wait_small, first.wait_large]
            .iter()
            .zip(cobham.classes())
        {
            assert!((got.unwrap() / class.mean_wait.unwrap() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_starved_large_class_still_delays_the_small() {
        let kinds = [kind(0.5, 1.0, 1.0), kind(0.5, 2.0, 1.0)];
        let mixture = Mixture::new(1.0, &kinds).unwrap();
        assert!(mixture.first_come().is_none());
        let class = |service| PriorityClass {
            load: Load {
                arrival_rate: 0.5,
                mean_service: service,
            },
            service_variability: 1.0,
        };
        let cobham = Priority::new(&[class(1.0), class(2.0)]).unwrap();
        let got = mixture.small_first();
        let expected = cobham.classes()[0].mean_wait.unwrap();
        assert!((got.wait_small.unwrap() - expected).abs() < 1e-12);
        assert_eq!(got.wait_large, None);
    }

    #[test]
    fn interrupting_large_jobs_hides_them() {
        let mixture = Mixture::new(300.0, &[kind(0.99, 0.001, 0.0), kind(0.01, 0.1, 0.0)]).unwrap();
        let isolated = mixture.isolated().wait_small.unwrap();
        let interrupts = mixture.small_interrupts().wait_small.unwrap();
        assert!((isolated - interrupts).abs() < 1e-18);
        assert!(mixture.cut(0.001).unwrap().unwrap() < mixture.small_first().wait_small.unwrap());
        assert!(Mixture::new(1.0, &[kind(0.5, 1.0, 0.0)]).is_err());
    }
}
