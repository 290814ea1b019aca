//! How long a simulation takes, said before it runs.

use super::confidence::requests_needed;
use super::replicate::{Plan, by_recursion, is_overloaded};
use super::scenario::{Arrivals, Change, Scenario};

/// Requests a CPU second, one by one and through the heap of events, on a machine of 2020.
const RECURSION: f64 = 15e6;
const HEAP: f64 = 3e6;

/// What a simulation costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Requests, all runs together.
    pub requests: f64,
    /// Seconds of one CPU, roughly.
    pub seconds: f64,
}

/// What a plan costs.
pub fn effort(scenario: &Scenario, plan: &Plan) -> Effort {
    let runs = f64::from(plan.runs);
    let bursts: f64 = scenario
        .triggers
        .iter()
        .map(|trigger| match trigger.change {
            Change::Burst(many) => f64::from(many),
            _ => 0.0,
        })
        .sum();
    let each = match (&scenario.arrivals, plan.horizon) {
        (Arrivals::Burst { .. }, _) => bursts,
        (Arrivals::Open { .. }, Some(horizon)) => bursts + horizon * scenario.arrival_rate(),
        (
            Arrivals::Closed {
                clients,
                think,
                service,
            },
            Some(horizon),
        ) => {
            let most = f64::from(scenario.servers) / service.mean();
            horizon * most.min(f64::from(*clients) / (think.mean() + service.mean()))
        }
        (_, None) => plan.requests as f64,
    };
    let each = each + plan.warm_up.unwrap_or(0) as f64;
    let recursion = by_recursion(scenario).is_some() && plan.horizon.is_none();
    let speed = if recursion { RECURSION } else { HEAP };
    Effort {
        requests: runs * each,
        seconds: runs * each / speed,
    }
}

/// Requests, all runs together, until the half-width of the mean response is about
/// `precision` of it; `None` where no steady state says how long that takes.
pub fn requests_for(scenario: &Scenario, precision: f64, level: f64) -> Option<f64> {
    let Arrivals::Open { classes, batch } = &scenario.arrivals else {
        return None;
    };
    if is_overloaded(scenario) || !scenario.is_unlimited() {
        return None;
    }
    let most = |of: fn(&super::scenario::Class) -> Option<f64>| {
        let all: Option<Vec<f64>> = classes.iter().map(of).collect();
        all.map(|all| all.into_iter().fold(0.0, f64::max))
    };
    let arrivals = most(|class| class.gap.cv2())? * f64::from(*batch);
    let service = most(|class| class.service.cv2())?;
    let rho = scenario.offered() / f64::from(scenario.servers);
    requests_needed(rho, arrivals + service, precision, level).ok()
}
