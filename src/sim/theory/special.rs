//! Scenarios with one feature that has a formula of its own.

use super::{Theory, is_plain};
use crate::queueing::Load;
use crate::risk::{concurrency, deadlock::SelfFeedingQueue, fan_out};
use crate::sim::law::TimeLaw;
use crate::sim::results::Measure;
use crate::sim::scenario::{Backoff, Budget, Class, Discipline, Routing, Scenario};

/// Batches of k on one server: Wq = S(ρ(1 + cv²)/2 + (k − 1)/2)/(1 − ρ), R = Wq + S.
pub(super) fn batches(
    scenario: &Scenario,
    load: Load,
    batch: u32,
    poisson: bool,
) -> Option<Theory> {
    let simple = is_plain(scenario)
        && poisson
        && scenario.servers == 1
        && scenario.places.is_none()
        && scenario.discipline == Discipline::Fifo;
    if !simple {
        return None;
    }
    let cv2 = scenario.services().first()?.cv2()?;
    let rho = load.offered();
    let own = f64::from(batch - 1) / 2.0;
    let wait = load.mean_service * (rho * (1.0 + cv2) / 2.0 + own) / (1.0 - rho);
    Some(
        Theory::new(format!("M[{batch}]/G/1"), true)
            .with(Measure::Wait, wait)
            .with(Measure::Response, wait + load.mean_service)
            .with(Measure::Utilization, rho),
    )
}

/// Scenarios with one feature that has a formula of its own.
pub(super) fn special(scenario: &Scenario, class: &Class, load: Load) -> Option<Theory> {
    let TimeLaw::Exponential(mean) = class.service else {
        return None;
    };
    let TimeLaw::Exponential(_) = class.gap else {
        return None;
    };
    let client = scenario.client;
    let rho = load.offered();
    let fifo = scenario.discipline == Discipline::Fifo;
    let one = scenario.servers == 1 && fifo && scenario.rejoin == 0.0;
    if let Some(TimeLaw::Constant(patience)) = &scenario.patience
        && one
        && scenario.setup.is_none()
        && !scenario.has_policy()
        && scenario.places.is_none()
    {
        let lost = concurrency::impatient_loss(load, *patience).ok()?;
        let goodput = load.arrival_rate * (1.0 - lost);
        return Some(
            Theory::new("M/M/1 with impatience", true)
                .with(Measure::Lost, lost)
                .with(Measure::Goodput, goodput)
                .with(Measure::Utilization, goodput * mean),
        );
    }
    if let Some(setup) = &scenario.setup
        && one
        && !scenario.has_policy()
        && scenario.places.is_none()
        && scenario.patience.is_none()
    {
        let TimeLaw::Exponential(setup) = setup else {
            return None;
        };
        let response = mean / (1.0 - rho) + setup;
        return Some(
            Theory::new("M/M/1 with cold starts (Welch)", true)
                .with(Measure::Response, response)
                .with(Measure::Wait, response - mean)
                .with(Measure::Present, response * load.arrival_rate),
        );
    }
    if scenario.rejoin > 0.0 {
        return blocks_itself(scenario, load);
    }
    if scenario.patience.is_some() || scenario.setup.is_some() {
        return None;
    }
    if let Backoff::Memoryless(pause) = client.backoff
        && client.retries.is_none()
        && client.timeout.is_none()
        && client.copies == 1
        && client.budget == Budget::None
        && scenario.places == Some(1)
    {
        let theta = mean / pause;
        return Some(
            Theory::new("M/M/1/1 with retries without end", true)
                .with(
                    Measure::Pausing,
                    rho * rho * (1.0 + theta) / ((1.0 - rho) * theta),
                )
                .with(Measure::Lost, 0.0)
                .with(Measure::Utilization, rho),
        );
    }
    copies(scenario, mean, load)
}

/// Copies of every request.
fn copies(scenario: &Scenario, mean: f64, load: Load) -> Option<Theory> {
    let client = scenario.client;
    let alone = client.timeout.is_none()
        && client.retries == Some(0)
        && client.budget == Budget::None
        && client.hedge == 0.0
        && client.copies > 1
        && scenario.places.is_none()
        && scenario.discipline == Discipline::Fifo
        && scenario.is_separate();
    if !alone {
        return None;
    }
    let (servers, copies) = (f64::from(scenario.servers), f64::from(client.copies));
    if client.need == client.copies && client.copies == scenario.servers {
        let rho = load.offered();
        let response = fan_out::fork_join(rho, servers).ok()? * mean;
        let model = format!("fork and join on {servers}");
        return Some(
            Theory::new(model, scenario.servers == 2)
                .with(Measure::Response, response)
                .with(Measure::Utilization, rho),
        );
    }
    if client.need == 1 && client.cancel && scenario.routing == Routing::Random {
        let each = load.offered() / servers;
        let response = fan_out::redundancy(servers, copies, each).ok()? * mean;
        let model = format!("{copies} copies, the first counts (Gardner)");
        return Some(Theory::new(model, true).with(Measure::Response, response));
    }
    None
}

/// One server whose jobs join its bounded queue again: mean time until it stands still.
fn blocks_itself(scenario: &Scenario, load: Load) -> Option<Theory> {
    let alone = scenario.servers == 1
        && scenario.discipline == Discipline::Fifo
        && scenario.patience.is_none()
        && scenario.setup.is_none()
        && !scenario.has_policy();
    let queue = SelfFeedingQueue {
        arrival_rate: load.arrival_rate,
        mean_service: load.mean_service,
        back: scenario.rejoin,
        places: f64::from(scenario.places.filter(|_| alone)? - 1),
    };
    let seconds = queue.mean_time_to_deadlock().ok()??;
    let theory = Theory::new("absorbing chain (Palmer)", true);
    Some(theory.with(Measure::Duration, seconds))
}
