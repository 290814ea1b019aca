//! What makes a station come back after a trigger: settings side by side, on the same random
//! numbers.

use super::confidence::proportion;
use super::replicate::{Plan, simulate};
use super::scenario::{Backoff, Budget, Change, Client, Scenario, Window};
use crate::error::Error;
use crate::estimate::Estimate;

/// Runs that are looked at together before a setting is given up.
const FIRST_LOOK: u32 = 4;

/// One setting that differs from the scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Remedy {
    /// The scenario as it is.
    AsGiven,
    /// A retry takes a token, and an answer adds this share of one.
    Budget(f64),
    /// Uniform pauses between 0 and min(cap, base·2ᵏ).
    FullJitter(Window),
    /// An attempt that was given up is taken back.
    Cancel,
    /// No retries at all.
    NoRetries,
}

/// How a setting does.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The setting.
    pub remedy: Remedy,
    /// Whether it was found by search, as the mildest of its kind that always came back.
    pub searched: bool,
    /// Probability of not coming back, with its interval.
    pub not_recovered: Estimate,
    /// Runs that were looked at.
    pub runs: u32,
}

/// Whether the question makes sense: a trigger that ends, and retries that feed on it.
pub(crate) fn apply_to(scenario: &Scenario) -> bool {
    all_end(scenario) && scenario.client.retries != Some(0)
}

/// Whether there are triggers and all of them end, so that there is something to come back to.
pub(crate) fn all_end(scenario: &Scenario) -> bool {
    let ends = scenario
        .triggers
        .iter()
        .all(|trigger| trigger.lasts.is_some() || matches!(trigger.change, Change::Burst(_)));
    ends && !scenario.triggers.is_empty()
}

/// Tries the remedies on the seeds of the plan: taking back, the largest budget and the
/// shortest jitter window with which every run comes back, and no retries.
///
/// # Errors
/// What [`simulate`] refuses.
pub fn remedies(
    scenario: &Scenario,
    plan: &Plan,
    as_given: Estimate,
    tick: &(dyn Fn() + Sync),
) -> Result<Vec<Tried>, Error> {
    let plan = Plan {
        points: 1,
        ..plan.clone()
    };
    let try_one = |remedy| tried(scenario, &plan, remedy, tick);
    let mut all = vec![Tried {
        remedy: Remedy::AsGiven,
        searched: false,
        not_recovered: as_given,
        runs: plan.runs,
    }];
    if scenario.client.timeout.is_some() && !scenario.client.cancel {
        all.push(try_one(Remedy::Cancel)?);
    }
    let budgets = [1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01].map(Remedy::Budget);
    let first = scenario
        .client
        .timeout
        .unwrap_or_else(|| scenario.mean_service());
    // Whoever pauses longer than the rest of the run cannot be back in it.
    let left = plan.horizon.map_or(f64::INFINITY, |horizon| {
        horizon - last_end(scenario).min(horizon)
    });
    let windows = (0..12)
        .map(|k| first * f64::from(k).exp2())
        .filter(|cap| *cap <= left.max(first))
        .map(|cap| {
            Remedy::FullJitter(Window {
                base: first.min(cap),
                cap,
            })
        });
    let windows: Vec<Remedy> = windows.collect();
    for kind in [budgets.as_slice(), windows.as_slice()] {
        let mut last = None;
        for &remedy in kind {
            let mut tried = try_one(remedy)?;
            let comes_back = tried.not_recovered.value == Some(0.0);
            tried.searched = comes_back;
            last = Some(tried);
            if comes_back {
                break;
            }
        }
        all.extend(last);
    }
    all.push(try_one(Remedy::NoRetries)?);
    Ok(all)
}

/// When the last trigger is over, in seconds.
fn last_end(scenario: &Scenario) -> f64 {
    let ends = scenario.triggers.iter();
    ends.map(|trigger| trigger.at + trigger.lasts.unwrap_or(0.0))
        .fold(0.0, f64::max)
}

/// The scenario with a remedy.
pub(crate) fn with(scenario: &Scenario, remedy: Remedy) -> Scenario {
    let mut changed = scenario.clone();
    let Client { retries, .. } = changed.client;
    match remedy {
        Remedy::AsGiven => {}
        Remedy::Budget(share) => {
            changed.client.budget = Budget::Tokens { share, depth: 10.0 };
        }
        Remedy::FullJitter(window) => {
            changed.client.backoff = Backoff::FullJitter(window);
            changed.client.retries = retries;
        }
        Remedy::Cancel => changed.client.cancel = true,
        Remedy::NoRetries => changed.client.retries = Some(0),
    }
    changed
}

/// A first look at a few runs; the rest only where all of them came back.
fn tried(
    scenario: &Scenario,
    plan: &Plan,
    remedy: Remedy,
    tick: &(dyn Fn() + Sync),
) -> Result<Tried, Error> {
    let changed = with(scenario, remedy);
    let mut plan = plan.clone();
    let all = plan.runs;
    plan.runs = FIRST_LOOK.min(all);
    let mut results = simulate(&changed, &plan, tick)?;
    if results.recovered.iter().all(Option::is_some) && all > plan.runs {
        plan.runs = all;
        results = simulate(&changed, &plan, tick)?;
    }
    let lost = results.recovered.iter().filter(|run| run.is_none()).count();
    Ok(Tried {
        remedy,
        searched: false,
        not_recovered: proportion(lost as u64, u64::from(plan.runs), plan.level)?,
        runs: plan.runs,
    })
}
