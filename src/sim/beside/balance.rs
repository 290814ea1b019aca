//! Work that is pinned, stolen or sent to the shorter of two queues.

use super::{Beside, Case, Repeats, Unit, count, steady};
use crate::error::Error;
use crate::queueing::Load;
use crate::risk::balance::balancing;
use crate::sim::results::Measure;
use crate::sim::scenario::{Routing, Scenario};

/// The same load handed out in four ways.
///
/// # Errors
/// As [`balancing`], without a load above the capacity, which is left out.
pub(crate) fn balance(load: Load, servers: f64, runs: Repeats) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let said = match balancing(load, servers) {
        Ok(said) => said,
        Err(Error::Saturated { .. }) => {
            beside
                .left_out
                .push("the load (more than all workers do: no steady state)".to_owned());
            return Ok(beside);
        }
        Err(error) => return Err(error),
    };
    let many = count("workers", servers)?;
    let mut cases = vec![
        (
            Case::exact("pinned, but evenly"),
            Routing::Random,
            said.separate,
        ),
        (
            Case::exact("one queue for all"),
            Routing::Shared,
            said.pooled,
        ),
    ];
    if many > 1 {
        cases.insert(
            1,
            (
                Case::approximate("idle workers steal"),
                Routing::Stealing(1),
                said.stealing,
            ),
        );
        cases.insert(
            2,
            (
                Case::approximate("the shorter of two queues"),
                Routing::LeastOf(2),
                said.two_choices,
            ),
        );
    }
    let utilization = load.offered() / servers;
    // Each of many queues needs its share of the requests.
    let requests = steady(utilization)
        .max(400 * u64::from(many))
        .min(1_000_000);
    for (case, routing, response) in cases {
        let scenario = Scenario {
            routing,
            ..Scenario::mmc(load.arrival_rate, load.mean_service, many)?
        };
        let plan = beside.plan(requests);
        beside.scenario(
            case,
            &scenario,
            &plan,
            &[(Measure::Response, "response", Unit::Seconds, Some(response))],
        )?;
    }
    Ok(beside)
}
