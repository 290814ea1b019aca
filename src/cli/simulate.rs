//! `scalecalc simulate`: a station or a scenario, event by event.

mod build;
mod grammar;
mod progress;
mod settings;

pub(super) use settings::Settings;

use super::value::Precision;
use super::{Failure, Outcome, Terminal};
use crate::error::Error;
use crate::report::simulate::{self, Simulated};
use crate::sim::{self, Plan, Results, Scenario, Simulation, Tried};
use clap::Args;
use progress::Progress;
use settings::Given;
use std::collections::BTreeMap;
use std::io::Write;

const HELP: &str = "\
Open loop with --arrivals, closed loop with --clients, or a burst alone. Services and gaps are
exponential unless --cv-… or --…-law says otherwise. A scenario file holds the same names:
arrivals = \"280/s\", trigger = [\"capacity=0@60s+10s\"]; flags win over it.

Examples:
  scalecalc simulate --arrivals 9/s --service 1s --servers 10
  scalecalc simulate --arrivals 9/s --service 1s --servers 10 --routing least-of-2 --precision 1%
  scalecalc simulate --arrivals 90/s --service 10ms --cv-service 3 --versus discipline=srpt
  scalecalc simulate --scenario outage.toml --versus budget=10%";

/// Arguments of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct SimulateArgs {
    /// A file of settings in TOML; flags win over it
    #[arg(long, value_name = "FILE.toml")]
    scenario: Option<String>,
    /// Run it with this change as well, on the same random numbers (repeatable: one change)
    #[arg(long, value_name = "NAME=VALUE")]
    versus: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Most requests that a precision may take, all runs together.
const MOST_REQUESTS: f64 = 2e10;

/// Runs the scenario and says what came of it.
pub(super) fn run(
    args: &SimulateArgs,
    precision: Precision,
    quiet: bool,
    terminal: &Terminal,
    err: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let file = match &args.scenario {
        Some(path) => Some((path.as_str(), build::read(path)?)),
        None => None,
    };
    let given = Given::new(&args.settings, file)?;
    let folder = args
        .scenario
        .as_deref()
        .and_then(|path| std::path::Path::new(path).parent());
    let (scenario, mut plan) = build::scenario(&given, folder)?;
    let precision = precision.share();
    if let Some(precision) = precision {
        if plan.horizon.is_some() {
            return Err(Failure::usage(
                "a precision is reached by more requests, and here the time of a run is fixed",
                "leave out the horizon and the triggers, or say the number of runs",
            ));
        }
        plan = sized(&given, &scenario, plan, precision);
    }
    affordable(&given, &scenario, &plan)?;
    let progress = Progress::new(terminal, quiet);
    announce(&scenario, &plan, precision, quiet, err);
    let results = answer(&given, &scenario, &plan, precision, &progress)?;
    plan.runs = u32::try_from(results.recovered.len()).unwrap_or(plan.runs);
    let versus = versus(args, &given, folder, &plan, &progress)?;
    let remedies = remedies(&scenario, &plan, &results, &progress)?;
    progress.finish();
    Ok(Outcome::done(simulate::report(&Simulated {
        scenario: &scenario,
        plan: &plan,
        results: &results,
        settings: given.echo(),
        precision,
        remedies,
        versus,
    })))
}

/// Runs until the plan is done or the precision is reached.
fn answer(
    given: &Given,
    scenario: &Scenario,
    plan: &Plan,
    precision: Option<f64>,
    progress: &Progress,
) -> Result<Results, Failure> {
    let tick = || progress.tick();
    let mut simulation =
        Simulation::new(scenario, plan).map_err(|error| given.blame_all(&error))?;
    progress.expect(plan.runs);
    simulation.run(plan.runs, &tick);
    let mut results = simulation.results()?;
    let steady = scenario.has_means() && !sim::is_overloaded(scenario);
    let Some(precision) = precision.filter(|_| steady) else {
        return Ok(results);
    };
    while let Some(more) = results.runs_missing(precision) {
        let after = (results.recovered.len() as f64 + f64::from(more)) * plan.requests as f64;
        if after > MOST_REQUESTS {
            break;
        }
        progress.expect(more);
        simulation.run(more, &tick);
        results = simulation.results()?;
    }
    Ok(results)
}

/// A plan of about as many requests as a precision takes by Whitt's formula.
fn sized(given: &Given, scenario: &Scenario, plan: Plan, precision: f64) -> Plan {
    let Some(needed) = sim::requests_for(scenario, precision, plan.level) else {
        return plan;
    };
    let mut plan = plan;
    if !given.has("requests") {
        let each = needed.min(MOST_REQUESTS / 2.0) / f64::from(plan.runs);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 10,000 and 10¹⁰"
        )]
        let each = each.max(10_000.0).ceil() as u64;
        plan.requests = each;
    }
    plan
}

/// Refuses what no machine finishes, with the setting that asks for it and what it may be.
fn affordable(given: &Given, scenario: &Scenario, plan: &Plan) -> Result<(), Failure> {
    let effort = sim::effort(scenario, plan);
    if effort.requests <= MOST_REQUESTS {
        return Ok(());
    }
    let count = |value: f64| crate::report::number::alone(crate::report::Quantity::Count, value, 2);
    let left_out = plan.warm_up.unwrap_or(0);
    let name = if plan.horizon.is_some() {
        ["horizon", "trigger", "arrivals"]
            .into_iter()
            .find(|name| given.has(name))
            .unwrap_or("runs")
    } else if left_out > plan.requests {
        "warm-up"
    } else if given.has("requests") {
        "requests"
    } else {
        "runs"
    };
    let error = Error::NoSolution {
        reason: format!(
            "{} requests in all would take about {} days of one CPU",
            count(effort.requests),
            count((effort.seconds / 86_400.0).ceil())
        ),
        hint: format!(
            "at most {} in all are simulated: ask for less, or for fewer runs",
            count(MOST_REQUESTS)
        )
        .into(),
    };
    Err(given.blame(name, &error))
}

/// Says before running how long it takes, where somebody asked for a precision or it is long.
fn announce(
    scenario: &Scenario,
    plan: &Plan,
    precision: Option<f64>,
    quiet: bool,
    err: &mut dyn Write,
) {
    let effort = sim::effort(scenario, plan);
    if quiet || (precision.is_none() && effort.seconds < 5.0) {
        return;
    }
    let about = |value: f64| crate::report::number::round_to(value, 2);
    let requests =
        crate::report::number::alone(crate::report::Quantity::Count, about(effort.requests), 2);
    let time = crate::report::number::alone(
        crate::report::Quantity::Seconds,
        about(effort.seconds.max(0.1)),
        2,
    );
    let _ = writeln!(
        err,
        "simulating about {requests} requests: some {time} of one CPU"
    );
}

type Versus = Option<(BTreeMap<String, String>, Results)>;

fn versus(
    args: &SimulateArgs,
    given: &Given,
    folder: Option<&std::path::Path>,
    plan: &Plan,
    progress: &Progress,
) -> Result<Versus, Failure> {
    if args.versus.is_empty() {
        return Ok(None);
    }
    let mut changed = given.clone();
    let mut changes = BTreeMap::new();
    for change in &args.versus {
        let (next, name, value) = changed.with(change)?;
        changed = next;
        changes.insert(name.to_owned(), value);
    }
    let (scenario, own) = build::scenario(&changed, folder)?;
    // Everything about the plan is shared, unless it is the change.
    let plan = Plan {
        horizon: if changes.contains_key("horizon") {
            own.horizon
        } else {
            plan.horizon
        },
        ..plan.clone()
    };
    progress.expect(plan.runs);
    let results = sim::simulate(&scenario, &plan, &|| progress.tick())
        .map_err(|error| changed.blame_all(&error))?;
    Ok(Some((changes, results)))
}

fn remedies(
    scenario: &Scenario,
    plan: &Plan,
    results: &Results,
    progress: &Progress,
) -> Result<Vec<Tried>, Failure> {
    let Some(as_given) = results.not_recovered() else {
        return Ok(Vec::new());
    };
    if !sim::remedies::apply_to(scenario) || as_given.value == Some(0.0) {
        return Ok(Vec::new());
    }
    Ok(sim::remedies(scenario, plan, as_given, &|| {
        progress.tick();
    })?)
}
