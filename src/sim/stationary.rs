//! Steady states that are known, so that runs can begin in them and need no warm-up.

use super::law::TimeLaw;
use super::scenario::{Arrivals, Discipline, Routing, Scenario};
use super::streams::Stream;

/// Where the tail of the law is cut: what is beyond has this probability.
const NEGLIGIBLE: f64 = 1e-12;
/// Most states that are kept.
const MOST: usize = 4_000_000;

/// The law of the number of requests at a queue, waiting or in service, in steady state.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stationary {
    /// P(number ≤ n).
    cumulated: Vec<f64>,
}

impl Stationary {
    /// The law of one queue of a scenario; `None` where it is not known: that takes Poisson
    /// arrivals, exponential services, and an order that does not look at service times.
    pub(super) fn of(scenario: &Scenario) -> Option<Self> {
        let Arrivals::Open { classes, batch: 1 } = &scenario.arrivals else {
            return None;
        };
        let [class] = classes.as_slice() else {
            return None;
        };
        let (TimeLaw::Exponential(gap), TimeLaw::Exponential(service)) =
            (&class.gap, &class.service)
        else {
            return None;
        };
        let blind = matches!(
            scenario.discipline,
            Discipline::Fifo | Discipline::Lifo | Discipline::Sharing
        );
        let ever = scenario
            .client
            .timeout
            .is_none_or(|_| !scenario.triggers.is_empty());
        let plain = scenario.patience.is_none()
            && scenario.setup.is_none()
            && scenario.rejoin == 0.0
            && scenario.client.copies == 1
            && ever;
        let servers = match scenario.routing {
            Routing::Shared => scenario.servers,
            Routing::Random => 1,
            _ => return None,
        };
        if !blind || !plain || (scenario.places.is_some() && scenario.client.retries != Some(0)) {
            return None;
        }
        let queues = f64::from(scenario.servers / servers);
        birth_death(service / gap / queues, f64::from(servers), scenario.places)
    }

    /// Draws a number.
    pub(super) fn draw(&self, stream: &mut Stream) -> u32 {
        let share = stream.uniform();
        let at = self.cumulated.partition_point(|sum| *sum < share);
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// pₙ ∝ Π a/min(i, c), outward from the largest, so that nothing overflows.
fn birth_death(offered: f64, servers: f64, places: Option<u32>) -> Option<Stationary> {
    if places.is_none() && offered >= servers {
        return None;
    }
    let last = places.map_or(MOST, |places| places as usize);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the places or servers, which are counts"
    )]
    let mode = (offered.min(servers).floor() as usize).min(last);
    let mode = if offered >= servers { last } else { mode };
    let mut down = vec![1.0];
    for n in (1..=mode).rev() {
        let next = down.last().copied().unwrap_or(0.0) * (n as f64).min(servers) / offered;
        if next < NEGLIGIBLE * 1e-6 {
            break;
        }
        down.push(next);
    }
    let skipped = mode + 1 - down.len();
    let mut weights = vec![0.0; skipped];
    weights.extend(down.iter().rev());
    let mut term = 1.0;
    for n in mode + 1..=last {
        term *= offered / (n as f64).min(servers);
        if term < NEGLIGIBLE * 1e-6 {
            break;
        }
        if weights.len() >= MOST {
            return None;
        }
        weights.push(term);
    }
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let cumulated = weights
        .iter()
        .map(|weight| {
            sum += weight / total;
            sum
        })
        .collect();
    Some(Stationary { cumulated })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queueing::{Load, Mmc, Mmck};

    fn mean(law: &Stationary) -> f64 {
        law.cumulated.iter().map(|sum| 1.0 - sum).sum()
    }

    #[test]
    fn means_are_those_of_the_closed_forms() {
        for (offered, servers) in [(0.5, 1.0), (9.0, 10.0), (990.0, 1000.0)] {
            let load = Load {
                arrival_rate: offered,
                mean_service: 1.0,
            };
            let law = birth_death(offered, servers, None).unwrap();
            let exact = Mmc::new(load, servers)
                .unwrap()
                .performance()
                .mean_in_system;
            assert!((mean(&law) / exact - 1.0).abs() < 1e-6, "{servers}");
            let law = birth_death(2.0 * offered, servers, Some(2000)).unwrap();
            let load = Load {
                arrival_rate: 2.0 * offered,
                mean_service: 1.0,
            };
            let exact = Mmck::new(load, servers, 2000.0)
                .unwrap()
                .performance()
                .mean_in_system;
            assert!((mean(&law) / exact - 1.0).abs() < 1e-6, "{servers}");
        }
        assert_eq!(birth_death(1.0, 1.0, None), None);
    }
}
