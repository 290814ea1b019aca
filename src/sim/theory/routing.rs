//! One queue a server: at random, in turn, to the shortest of some, or stolen.

use super::Theory;
use super::order::sharing;
use crate::queueing::{Load, Mg1, Mmc};
use crate::risk::balance;
use crate::sim::law::TimeLaw;
use crate::sim::results::Measure;
use crate::sim::scenario::{Class, Discipline, Routing, Scenario};

/// One queue a server, Poisson arrivals.
pub(super) fn separate(scenario: &Scenario, class: &Class, load: Load) -> Option<Theory> {
    let servers = f64::from(scenario.servers);
    let each = Load {
        arrival_rate: load.arrival_rate / servers,
        ..load
    };
    let utilization = each.offered();
    let exponential = matches!(class.service, TimeLaw::Exponential(_));
    let fifo = scenario.discipline == Discipline::Fifo;
    let response = match scenario.routing {
        Routing::Random if scenario.discipline == Discipline::Sharing => {
            return Some(whole(sharing(each), servers));
        }
        Routing::Random if exponential && fifo => {
            let queue = Mmc::new(each, 1.0).ok()?;
            let theory = Theory::new("M/M/1 each", true).with_all(&queue.performance());
            let theory =
                theory.with_quantiles(|p| queue.wait_quantile(p), |p| queue.response_quantile(p));
            return Some(whole(theory, servers));
        }
        Routing::Random if fifo => {
            let queue = Mg1::new(each, class.service.cv2()?).ok()?;
            return Some(whole(
                Theory::new("M/G/1 each", true).with_all(&queue.performance()),
                servers,
            ));
        }
        Routing::RoundRobin if exponential && fifo => {
            return Some(round_robin(each, scenario.servers));
        }
        Routing::LeastOf(d) if exponential && fifo && d > 1 => {
            balance::power_of_choices(utilization, f64::from(d)).ok()
        }
        Routing::Stealing(1) if exponential && fifo => balance::stealing(utilization).ok(),
        _ => None,
    }? * load.mean_service;
    let name = match scenario.routing {
        Routing::LeastOf(d) => format!("least of {d}, very many servers (Mitzenmacher)"),
        _ => "stealing, very many servers (Mitzenmacher)".to_owned(),
    };
    Some(
        Theory::new(name, false)
            .with(Measure::Response, response)
            .with(Measure::Wait, response - load.mean_service)
            .with(Measure::Utilization, utilization),
    )
}

/// Numbers and rates of all queues together.
fn whole(mut each: Theory, servers: f64) -> Theory {
    for (measure, value) in &mut each.means {
        if matches!(
            measure,
            Measure::Waiting | Measure::Present | Measure::Throughput | Measure::Goodput
        ) {
            *value *= servers;
        }
    }
    each
}

/// In turn: each queue is `E_c/M/1`, σ = (cρ/(cρ + 1 − σ))^c, W = S/(1 − σ).
fn round_robin(each: Load, servers: u32) -> Theory {
    let (c, rho) = (f64::from(servers), each.offered());
    let rate = c * rho;
    let mut sigma = 0.0;
    for _ in 0..100_000 {
        let next = (c * (rate / (rate + 1.0 - sigma)).ln()).exp();
        if (next - sigma).abs() < 1e-15 {
            break;
        }
        sigma = next;
    }
    let response = each.mean_service / (1.0 - sigma);
    Theory::new(format!("E{servers}/M/1 each"), true)
        .with(Measure::Response, response)
        .with(Measure::Wait, response - each.mean_service)
        .with(Measure::Present, response * each.arrival_rate * c)
        .with(Measure::Utilization, rho)
}
