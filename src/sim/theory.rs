//! Closed forms beside the simulated values, where there are any.

mod order;
mod routing;
mod special;

use super::law::TimeLaw;
use super::replicate::{PERCENTILES, is_overloaded};
use super::results::Measure;
use super::scenario::{Arrivals, Change, Class, Discipline, Routing, Scenario};
use crate::error::Error;
use crate::queueing::{
    Closed, ClosedParams, Ggc, Load, Mg1, Mmc, Mmck, Performance, Priority, PriorityClass,
    Variability,
};
use order::{by_size, sharing};
use routing::separate;

/// What a formula says of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Theory {
    /// Which formula, such as `M/M/10`.
    pub model: String,
    /// Whether it is exact for this scenario; otherwise an approximation.
    pub exact: bool,
    means: Vec<(Measure, f64)>,
    /// Percentiles of the wait, at `PERCENTILES`.
    pub wait_quantiles: [Option<f64>; 4],
    /// Percentiles of the response, at `PERCENTILES`.
    pub response_quantiles: [Option<f64>; 4],
    /// Mean wait and response in seconds by class, highest priority first; empty without
    /// classes, `None` for a class that starves.
    pub classes: Vec<(Option<f64>, Option<f64>)>,
}

impl Theory {
    fn new(model: impl Into<String>, exact: bool) -> Self {
        Self {
            model: model.into(),
            exact,
            means: Vec::new(),
            wait_quantiles: [None; 4],
            response_quantiles: [None; 4],
            classes: Vec::new(),
        }
    }

    /// What it says of a measure.
    pub fn mean(&self, measure: Measure) -> Option<f64> {
        self.means
            .iter()
            .find(|(known, _)| *known == measure)
            .map(|(_, value)| *value)
    }

    fn with(mut self, measure: Measure, value: f64) -> Self {
        if value.is_finite() {
            self.means.push((measure, value));
        }
        self
    }

    fn with_all(mut self, means: &Performance) -> Self {
        for (measure, value) in [
            (Measure::Wait, means.mean_wait),
            (Measure::Response, means.mean_response),
            (Measure::Waiting, means.mean_queue),
            (Measure::Present, means.mean_in_system),
            (Measure::Utilization, means.utilization),
            (Measure::Throughput, means.throughput),
            (Measure::Goodput, means.throughput),
            (Measure::Lost, means.p_block),
        ] {
            self = self.with(measure, value);
        }
        self
    }

    fn with_quantiles(
        mut self,
        wait: impl Fn(f64) -> Result<f64, Error>,
        response: impl Fn(f64) -> Result<f64, Error>,
    ) -> Self {
        self.wait_quantiles = PERCENTILES.map(|p| wait(p).ok());
        self.response_quantiles = PERCENTILES.map(|p| response(p).ok());
        self
    }

    /// The formula for a scenario, if there is one.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        if let Arrivals::Burst { service } = &scenario.arrivals {
            return herd(scenario, service);
        }
        if !scenario.triggers.is_empty() || scenario.autoscale.is_some() {
            return None;
        }
        match &scenario.arrivals {
            Arrivals::Burst { .. } => None,
            Arrivals::Closed {
                clients,
                think,
                service,
            } => closed(scenario, *clients, think.mean(), service),
            Arrivals::Open { classes, batch } => match classes.as_slice() {
                [class] => open(scenario, class, *batch),
                classes => by_class(scenario, classes, *batch),
            },
        }
    }
}

/// Everybody at once, without end of patience: (N − P)s/P + `s·H_P` for exponential services,
/// ⌈N/P⌉·s for constant ones.
fn herd(scenario: &Scenario, service: &TimeLaw) -> Option<Theory> {
    let [trigger] = scenario.triggers.as_slice() else {
        return None;
    };
    let Change::Burst(many) = trigger.change else {
        return None;
    };
    let simple = is_plain(scenario)
        && scenario.places.is_none()
        && trigger.at == 0.0
        && many >= scenario.servers
        && scenario.routing == Routing::Shared;
    if !simple {
        return None;
    }
    let (n, p) = (f64::from(many), f64::from(scenario.servers));
    let harmonic: f64 = (1..=scenario.servers).map(|k| 1.0 / f64::from(k)).sum();
    let drain = match service {
        TimeLaw::Exponential(mean) => (n - p) * mean / p + mean * harmonic,
        TimeLaw::Constant(time) => (n / p).ceil() * time,
        _ => return None,
    };
    Some(Theory::new("a herd at an unlimited queue", true).with(Measure::Duration, drain))
}

/// No policy of clients, cold start or joining again.
fn is_plain(scenario: &Scenario) -> bool {
    !scenario.has_policy()
        && scenario.patience.is_none()
        && scenario.setup.is_none()
        && scenario.rejoin == 0.0
}

fn closed(scenario: &Scenario, clients: u32, think: f64, service: &TimeLaw) -> Option<Theory> {
    let blind = matches!(scenario.discipline, Discipline::Fifo | Discipline::Lifo);
    let simple = is_plain(scenario)
        && blind
        && scenario.places.is_none()
        && scenario.routing == Routing::Shared;
    let TimeLaw::Exponential(mean) = service else {
        return None;
    };
    if !simple {
        return None;
    }
    let params = ClosedParams {
        clients: f64::from(clients),
        think_time: think,
        mean_service: *mean,
        servers: f64::from(scenario.servers),
    };
    let means = Closed::new(params).ok()?.performance();
    let model = format!("closed loop, {clients} clients");
    Some(Theory::new(model, true).with_all(&means))
}

/// Priorities on one server (Cobham), or several classes in one line.
fn by_class(scenario: &Scenario, classes: &[Class], batch: u32) -> Option<Theory> {
    let poisson = (classes.iter()).all(|class| matches!(class.gap, TimeLaw::Exponential(_)));
    let simple = is_plain(scenario)
        && scenario.places.is_none()
        && scenario.servers == 1
        && batch == 1
        && poisson;
    if !simple || scenario.discipline != (Discipline::Priority { ageing: None }) {
        return None;
    }
    let classes: Option<Vec<PriorityClass>> = classes
        .iter()
        .map(|class| {
            Some(PriorityClass {
                load: Load {
                    arrival_rate: 1.0 / class.gap.mean(),
                    mean_service: class.service.mean(),
                },
                service_variability: class.service.cv2()?,
            })
        })
        .collect();
    let priority = Priority::new(&classes?).ok()?;
    let mut theory = Theory::new("M/G/1 with priorities (Cobham)", true);
    theory.classes = priority
        .classes()
        .iter()
        .map(|class| (class.mean_wait, class.mean_response))
        .collect();
    let throughput = priority
        .classes()
        .iter()
        .map(|class| class.throughput)
        .sum();
    Some(theory.with(Measure::Goodput, throughput))
}

/// One class of an open loop.
fn open(scenario: &Scenario, class: &Class, batch: u32) -> Option<Theory> {
    let rate = scenario.arrival_rate();
    let load = Load {
        arrival_rate: rate,
        mean_service: class.service.mean(),
    };
    if is_overloaded(scenario) && is_plain(scenario) {
        let capacity = f64::from(scenario.servers) / load.mean_service;
        return Some(
            Theory::new("more work than the servers can do", true)
                .with(Measure::Utilization, 1.0)
                .with(Measure::Throughput, capacity)
                .with(Measure::Growth, rate - capacity),
        );
    }
    let poisson = matches!(class.gap, TimeLaw::Exponential(_));
    if batch > 1 {
        return special::batches(scenario, load, batch, poisson);
    }
    if !is_plain(scenario) {
        return special::special(scenario, class, load);
    }
    match scenario.routing {
        Routing::Shared => shared(scenario, class, load),
        _ if !poisson || scenario.places.is_some() => None,
        _ => separate(scenario, class, load),
    }
}

/// One queue for all servers.
fn shared(scenario: &Scenario, class: &Class, load: Load) -> Option<Theory> {
    let servers = f64::from(scenario.servers);
    let memoryless = matches!(class.gap, TimeLaw::Exponential(_))
        && matches!(class.service, TimeLaw::Exponential(_));
    let name = scenario.servers;
    if let Some(places) = scenario.places {
        if !memoryless || !matches!(scenario.discipline, Discipline::Fifo | Discipline::Lifo) {
            return None;
        }
        let queue = Mmck::new(load, servers, f64::from(places)).ok()?;
        let theory =
            Theory::new(format!("M/M/{name}/{places}"), true).with_all(&queue.performance());
        return Some(if scenario.discipline == Discipline::Fifo {
            theory.with_quantiles(|p| queue.wait_quantile(p), |p| queue.response_quantile(p))
        } else {
            theory
        });
    }
    match scenario.discipline {
        Discipline::Fifo if memoryless => {
            let queue = Mmc::new(load, servers).ok()?;
            let theory = Theory::new(format!("M/M/{name}"), true).with_all(&queue.performance());
            Some(theory.with_quantiles(|p| queue.wait_quantile(p), |p| queue.response_quantile(p)))
        }
        Discipline::Lifo | Discipline::Sharing if memoryless => {
            let queue = Mmc::new(load, servers).ok()?;
            let mut means = queue.performance();
            if scenario.discipline == Discipline::Sharing {
                means.mean_queue = f64::NAN;
            }
            Some(Theory::new(format!("M/M/{name}"), true).with_all(&means))
        }
        Discipline::Sharing if scenario.servers == 1 => {
            matches!(class.gap, TimeLaw::Exponential(_)).then(|| sharing(load))
        }
        Discipline::Fifo => {
            let service = class.service.cv2()?;
            let arrivals = class.gap.cv2()?;
            let queue = Ggc::new(load, servers, Variability { arrivals, service }).ok()?;
            let model = if scenario.servers == 1 && queue.is_exact() {
                "M/G/1 (Pollaczek–Khinchine)".to_owned()
            } else {
                format!("G/G/{name} (Allen–Cunneen)")
            };
            Some(Theory::new(model, queue.is_exact()).with_all(&queue.performance()))
        }
        Discipline::Lifo if scenario.servers == 1 => {
            let poisson = matches!(class.gap, TimeLaw::Exponential(_));
            let queue = Mg1::new(load, class.service.cv2()?).ok()?;
            poisson.then(|| Theory::new("M/G/1", true).with_all(&queue.performance()))
        }
        Discipline::ShortestFirst | Discipline::ShortestRemaining
            if memoryless && scenario.servers == 1 =>
        {
            Some(by_size(scenario.discipline, load))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mm1(rho: f64) -> Scenario {
        Scenario::station(
            1,
            TimeLaw::Exponential(1.0 / rho),
            TimeLaw::Exponential(1.0),
        )
    }

    fn response(scenario: &Scenario) -> f64 {
        Theory::of(scenario)
            .unwrap()
            .mean(Measure::Response)
            .unwrap()
    }

    /// Values integrated with 30 digits elsewhere.
    #[test]
    fn the_shortest_first() {
        for (discipline, rho, value) in [
            (Discipline::ShortestFirst, 0.5, 1.712_686_3),
            (Discipline::ShortestFirst, 0.9, 4.196_912_6),
            (Discipline::ShortestRemaining, 0.5, 1.425_372_7),
            (Discipline::ShortestRemaining, 0.9, 3.552_125_1),
            (Discipline::ShortestRemaining, 0.99, 17.626_930),
        ] {
            let scenario = Scenario {
                discipline,
                ..mm1(rho)
            };
            assert!(
                (response(&scenario) / value - 1.0).abs() < 1e-6,
                "{discipline:?} {rho}"
            );
        }
    }

    #[test]
    fn batches_and_cold_starts() {
        for (batch, rho, value) in [(10, 0.5, 11.0), (100, 0.8, 252.5)] {
            let mut scenario = mm1(rho / f64::from(batch));
            if let Arrivals::Open { batch: size, .. } = &mut scenario.arrivals {
                *size = batch;
            }
            assert!((response(&scenario) - value).abs() < 1e-9);
        }
        let cold = Scenario {
            setup: Some(TimeLaw::Exponential(10.0)),
            ..mm1(0.8)
        };
        assert!((response(&cold) - 15.0).abs() < 1e-9);
    }

    /// Simulated elsewhere for c = 50: 1.27, 2.72, 5.33.
    #[test]
    fn in_turn() {
        for (rho, value) in [(0.5, 1.27), (0.8, 2.72), (0.9, 5.33)] {
            let scenario = Scenario {
                routing: Routing::RoundRobin,
                ..Scenario::mmc(50.0 * rho, 1.0, 50).unwrap()
            };
            assert!((response(&scenario) / value - 1.0).abs() < 0.02, "{rho}");
        }
    }
}
