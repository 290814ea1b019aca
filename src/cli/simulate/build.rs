//! From settings to a scenario and a plan.

use super::grammar::{self, LawName};
use super::settings::Given;
use crate::cli::failure::Failure;
use crate::domain;
use crate::error::Error;
use crate::sim::{
    Arrivals, Backoff, Budget, Change, Class, Client, Discipline, Family, Plan, Routing, Scenario,
    TimeLaw,
};
use crate::units;
use std::path::Path;

/// The text of a file.
///
/// # Errors
/// An input failure with the path.
pub(super) fn read(path: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::input(
            format!("{path}: {error}"),
            "name a file that exists and may be read",
        )
    })
}

/// The scenario and the plan that the settings say.
///
/// # Errors
/// What the grammar or the scenario refuses, with the flag or the place in the file.
pub(super) fn scenario(given: &Given, folder: Option<&Path>) -> Result<(Scenario, Plan), Failure> {
    let arrivals = arrivals(given, folder)?;
    let servers = given.read("servers", grammar::count)?.unwrap_or(1);
    let mut scenario = Scenario::serving(servers, arrivals);
    scenario.routing = given
        .read("routing", grammar::routing)?
        .unwrap_or(Routing::Shared);
    let discipline = given.read("discipline", grammar::discipline)?;
    let ageing = given.read("ageing", positive_time)?;
    scenario.discipline = match (given.has("priority"), discipline, ageing) {
        (true, None, ageing) => Discipline::Priority { ageing },
        (true, Some(_), Some(_)) | (false, _, Some(_)) => {
            return Err(Failure::usage(
                "ageing is for priority classes",
                "--priority 40/s:10ms,70/s:10ms --ageing 1s",
            ));
        }
        (_, discipline, None) => discipline.unwrap_or(Discipline::Fifo),
    };
    scenario.places = given.read("places", grammar::count)?;
    scenario.patience = given
        .read("patience", positive_time)?
        .map(TimeLaw::Constant);
    scenario.client = client(given)?;
    scenario.setup = given
        .read("setup", positive_time)?
        .map(TimeLaw::Exponential);
    scenario.rejoin = given.read("rejoin", units::ratio)?.unwrap_or(0.0);
    scenario.triggers = given
        .read("trigger", grammar::triggers)?
        .unwrap_or_default();
    scenario.autoscale = given.read("autoscale", grammar::autoscale)?;
    let scenario = scenario
        .checked()
        .map_err(|error| given.blame_all(&error))?;
    let plan = plan(given, &scenario)?;
    Ok((scenario, plan))
}

fn positive_time(text: &str) -> Result<f64, Error> {
    domain::positive("time", units::duration(text)?)
}

fn arrivals(given: &Given, folder: Option<&Path>) -> Result<Arrivals, Failure> {
    refuse_clashes(given)?;
    let at_least_one = |text: &str| {
        domain::positive("batch", f64::from(grammar::count(text)?))?;
        grammar::count(text)
    };
    let batch = given.read("batch", at_least_one)?.unwrap_or(1);
    if let Some(list) = given.read("priority", |text| {
        let classes = grammar::classes(text)?;
        classes
            .into_iter()
            .map(|class| one_class(class, batch))
            .collect::<Result<Vec<_>, Error>>()
    })? {
        return Ok(Arrivals::Open {
            classes: list,
            batch,
        });
    }
    let service = law(
        given,
        folder,
        ["service", "cv-service", "service-law"],
        units::duration,
    )?;
    let Some(service) = service else {
        return Err(Failure::usage(
            "simulate needs a service time",
            "scalecalc simulate --arrivals 9/s --service 1s --servers 10",
        ));
    };
    if let Some(clients) = given.read("clients", grammar::count)? {
        let think = match given.read("think", units::duration)? {
            Some(think) if think > 0.0 => TimeLaw::Exponential(think),
            _ => TimeLaw::Constant(0.0),
        };
        return Ok(Arrivals::Closed {
            clients,
            think,
            service,
        });
    }
    let each = |text: &str| {
        let rate = domain::positive("arrival rate", units::rate(text)?)?;
        Ok(f64::from(batch) / rate)
    };
    match law(
        given,
        folder,
        ["arrivals", "cv-arrivals", "arrival-law"],
        each,
    )? {
        Some(gap) => Ok(Arrivals::Open {
            classes: vec![Class { gap, service }],
            batch,
        }),
        None if given.has("trigger") => Ok(Arrivals::Burst { service }),
        None => Err(Failure::usage(
            "simulate needs arrivals, clients or a burst",
            "--arrivals 9/s, --clients 100 or --trigger burst=10k@0s",
        )),
    }
}

/// Refuses arrivals that are said in two ways.
fn refuse_clashes(given: &Given) -> Result<(), Failure> {
    let (open, closed, classes) = (
        given.has("arrivals"),
        given.has("clients"),
        given.has("priority"),
    );
    let clashes = [
        (
            closed && (open || classes),
            "clients of a closed loop and arrivals of an open one are two scenarios",
            "--clients 100 --think 1s, or --arrivals 90/s",
        ),
        (
            classes && (open || given.has("service")),
            "priority classes have rates and services of their own",
            "--priority 40/s:10ms,70/s:10ms:2 (the third is the cv)",
        ),
        (
            given.has("think") && !closed,
            "a think time is for the clients of a closed loop",
            "--clients 100 --think 1s",
        ),
        (
            !open
                && (given.has("arrival-law")
                    || given.has("cv-arrivals")
                    || (given.has("batch") && !classes)),
            "the law of the gaps and batches are for arrivals",
            "--arrivals 90/s --cv-arrivals 2",
        ),
    ];
    if let Some((_, message, hint)) = clashes.into_iter().find(|(clash, ..)| *clash) {
        return Err(Failure::usage(message, hint));
    }
    Ok(())
}

fn one_class((rate, service, cv): (f64, f64, f64), batch: u32) -> Result<Class, Error> {
    let rate = domain::positive("arrival rate", rate)?;
    Ok(Class {
        gap: TimeLaw::Exponential(f64::from(batch) / rate),
        service: TimeLaw::new(Family::Auto, service, cv)?,
    })
}

/// A law from its mean, its coefficient of variation and its name, or from a file of times.
fn law(
    given: &Given,
    folder: Option<&Path>,
    [mean, cv, name]: [&'static str; 3],
    parse: impl Fn(&str) -> Result<f64, Error>,
) -> Result<Option<TimeLaw>, Failure> {
    let found = given.read(name, grammar::law)?;
    if let Some(LawName::File(path)) = &found {
        if given.has(mean) || given.has(cv) {
            return Err(Failure::usage(
                format!("the file of {name} gives mean and variation"),
                format!("leave out --{mean} and --{cv}"),
            ));
        }
        let path = folder.map_or_else(|| path.into(), |folder| folder.join(path));
        let path = path.to_string_lossy();
        let times = grammar::times(&read(&path)?).map_err(|error| error.in_file(&path))?;
        return Ok(Some(TimeLaw::empirical(&times).map_err(|error| {
            Error::data(error.to_string(), error.hint()).in_file(&path)
        })?));
    }
    let family = match found {
        Some(LawName::Family(family)) => family,
        _ => Family::Auto,
    };
    let Some(mean_value) = given.read(mean, |text| domain::positive("mean", parse(text)?))? else {
        return Ok(None);
    };
    if let Family::Pareto(_) = family
        && given.has(cv)
    {
        return Err(Failure::usage(
            "the shape of a Pareto law says how it varies",
            format!("leave out --{cv}, or take --{name} bounded-pareto"),
        ));
    }
    let variation = given
        .read(cv, |text| {
            domain::non_negative("coefficient of variation", units::number(text)?)
        })?
        .unwrap_or(1.0);
    TimeLaw::new(family, mean_value, variation)
        .map(Some)
        .map_err(|error| given.blame(if given.has(name) { name } else { cv }, &error))
}

fn client(given: &Given) -> Result<Client, Failure> {
    let timeout = given.read("timeout", positive_time)?;
    let copies = given.read("copies", grammar::count)?;
    let hedge = given.read("hedge", positive_time)?;
    let budget = given.read("budget", units::ratio)?;
    let throttle = given.read("throttle", units::number)?;
    let retries = given.read("retries", grammar::retries)?;
    if hedge.is_some() && copies == Some(1) {
        return Err(Failure::usage(
            "a hedge sends a second copy",
            "leave out --copies, or give at least 2",
        ));
    }
    let budget = match (budget, throttle) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                "a budget and a throttle are two ways to hold retries back",
                "leave one out",
            ));
        }
        (Some(share), None) => Budget::Tokens { share, depth: 10.0 },
        (None, Some(k)) => Budget::Throttle { k },
        (None, None) => Budget::None,
    };
    if retries.is_none() && (given.has("backoff") || given.has("budget")) {
        return Err(Failure::usage(
            "a backoff and a budget are for retries",
            "--retries 3 --backoff full:50ms..20s",
        ));
    }
    Ok(Client {
        timeout,
        cancel: given.read("cancel", grammar::switch)?.unwrap_or(false),
        retries: retries.unwrap_or(Some(0)),
        backoff: given
            .read("backoff", grammar::backoff)?
            .unwrap_or(Backoff::None),
        budget,
        copies: copies.unwrap_or(if hedge.is_some() { 2 } else { 1 }),
        need: given.read("need", grammar::count)?.unwrap_or(1),
        hedge: hedge.unwrap_or(0.0),
    })
}

fn plan(given: &Given, scenario: &Scenario) -> Result<Plan, Failure> {
    let standard = Plan::default();
    let triggered = !scenario.triggers.is_empty();
    let burst = matches!(scenario.arrivals, Arrivals::Burst { .. });
    let many = triggered || scenario.rejoin > 0.0;
    let confidence = given.read("confidence", |text| {
        domain::open_fraction("confidence level", units::ratio(text)?)
    })?;
    let horizon = given.read("horizon", positive_time)?;
    let needs_end = triggered && !burst;
    if horizon.is_some() && given.has("requests") {
        return Err(Failure::usage(
            "a horizon and a number of requests both say how long a run is",
            "leave one out",
        ));
    }
    let runs = given.read("runs", |text| {
        let runs = grammar::count(text)?;
        domain::positive("runs", f64::from(runs)).map(|_| runs)
    })?;
    let horizon = horizon.or_else(|| needs_end.then(|| default_horizon(scenario)));
    if let Some(horizon) = horizon
        && let Some(late) = (scenario.triggers.iter()).find(|trigger| trigger.at >= horizon)
    {
        return Err(Failure::usage(
            format!(
                "a trigger begins at {} s and the run ends at {} s",
                units::plain(late.at),
                units::plain(horizon)
            ),
            "--horizon with a longer time",
        ));
    }
    Ok(Plan {
        seed: given.read("seed", grammar::whole)?.unwrap_or(standard.seed),
        runs: runs.unwrap_or(if many { 100 } else { standard.runs }),
        requests: given
            .read("requests", grammar::whole)?
            .unwrap_or(standard.requests),
        horizon,
        warm_up: given.read("warm-up", grammar::whole)?,
        level: confidence.unwrap_or(standard.level),
        points: standard.points,
    })
}

/// Three times as long as until the last trigger ends, and at least a thousand services or
/// thirty timeouts after it.
fn default_horizon(scenario: &Scenario) -> f64 {
    let last = scenario
        .triggers
        .iter()
        .map(|trigger| match trigger.change {
            Change::Burst(many) => {
                trigger.at + f64::from(many) * scenario.mean_service() / f64::from(scenario.servers)
            }
            _ => trigger.at + trigger.lasts.unwrap_or(0.0),
        })
        .fold(0.0, f64::max);
    let after = (2.0 * last)
        .max(30.0 * scenario.client.timeout.unwrap_or(0.0))
        .max(1000.0 * scenario.mean_service());
    crate::report::number::round_to(last + after, 2)
}
