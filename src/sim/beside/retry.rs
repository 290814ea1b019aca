//! Retries in the steady state and after a blip.

use super::{Beside, Case, Repeats, Shown, Unit, count};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::risk::{Blip, Retries, SteadyRetries, TimedRetries};
use crate::sim::confidence::Sample;
use crate::sim::replicate::{Plan, simulate};
use crate::sim::results::Measure;
use crate::sim::scenario::{Backoff, Budget, Change, Client, Scenario, Trigger};

/// Services that a retry waits on average, so that what refused it is long gone.
const PAUSE: f64 = 100.0;
/// Requests of one run after a blip at most.
const REQUESTS: f64 = 400_000.0;

/// Retries of a station, in the steady state and, where one is asked about, after a blip.
///
/// # Errors
/// As [`Retries::steady`] and [`TimedRetries::after`]; [`Error::OutOfRange`] for counts that
/// are not whole.
pub(crate) fn retry(
    retries: &Retries,
    budget: Option<f64>,
    blip: Option<(Blip, f64)>,
    runs: Repeats,
) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    steady_retries(retries, budget, &mut beside)?;
    if let Some(blip) = blip {
        after_blip(retries, blip, budget, &mut beside)?;
    }
    Ok(beside)
}

/// Servers without a queue and clients that come back long after they were refused.
///
/// # Errors
/// As [`Retries::steady`]; [`Error::OutOfRange`] for servers that are no whole number.
fn steady_retries(
    retries: &Retries,
    budget: Option<f64>,
    beside: &mut Beside,
) -> Result<(), Error> {
    let servers = count("servers", retries.servers)?;
    let none = Retries {
        retries: 0.0,
        ..*retries
    };
    let mut cases: Vec<(Case, f64, SteadyRetries, Budget)> =
        vec![(Case::exact("no retry"), 0.0, none.steady()?, Budget::None)];
    if retries.retries > 0.0 {
        cases.push((
            Case::approximate("retries:").at(retries.retries, Unit::Number),
            retries.retries,
            retries.steady()?,
            Budget::None,
        ));
    }
    if let Some(share) = budget.filter(|_| retries.retries > 0.0) {
        cases.push((
            Case::approximate("token budget of").at(share, Unit::Share),
            retries.retries,
            retries.with_budget(share)?,
            Budget::Tokens { share, depth: 10.0 },
        ));
    }
    for (case, tries, said, budget) in cases {
        let mut scenario = Scenario::mmc(
            retries.load.arrival_rate,
            retries.load.mean_service,
            servers,
        )?;
        scenario.places = Some(servers);
        scenario.client = Client {
            retries: Some(count("retries", tries)?),
            backoff: Backoff::Memoryless(PAUSE * retries.load.mean_service),
            budget,
            ..Client::default()
        };
        // Long enough for those that pause to come back many times.
        let pausing = retries.load.offered() * PAUSE * tries.max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 20,000 and a million"
        )]
        let plan = beside.plan((50.0 * pausing).clamp(20_000.0, 1e6) as u64);
        beside.scenario(
            case,
            &scenario,
            &plan,
            &[
                (
                    Measure::Attempts,
                    "attempts each",
                    Unit::Number,
                    Some(said.amplification),
                ),
                (
                    Measure::Lost,
                    "fail for good",
                    Unit::Share,
                    Some(said.p_fail),
                ),
            ],
        )?;
    }
    Ok(())
}

/// A queue in which everybody waits, clients that give up and ask again at once, and a blip.
///
/// # Errors
/// As [`TimedRetries::after`]; [`Error::OutOfRange`] for counts that are not whole.
fn after_blip(
    retries: &Retries,
    (blip, timeout): (Blip, f64),
    budget: Option<f64>,
    beside: &mut Beside,
) -> Result<(), Error> {
    let timed = TimedRetries {
        arrival_rate: retries.load.arrival_rate,
        capacity: retries.servers / retries.load.mean_service,
        timeout,
        retries: retries.retries,
        budget,
        drops_stale: false,
    };
    let cases = remedies(timed);
    let begin = 0.25 * blip.duration.max(2.0 * timeout);
    let said: Vec<Option<f64>> = (cases.iter())
        .map(|(_, timed)| timed.after(blip).map(|after| after.recovery))
        .collect::<Result<_, _>>()?;
    let longest = said.iter().flatten().copied().fold(0.0, f64::max);
    let horizon =
        begin + blip.duration + (2.0 * longest).max(3.0 * blip.duration).max(10.0 * timeout);
    let horizon = horizon.min(begin + blip.duration + REQUESTS / timed.arrival_rate);
    for ((case, timed), recovery) in cases.into_iter().zip(said) {
        let scenario = blipped(retries, &timed, blip, begin)?;
        let plan = Plan {
            horizon: Some(horizon),
            points: 60,
            ..beside.plan(1)
        };
        let results = simulate(&scenario, &plan, &|| {})?;
        let lost = results.not_recovered().unwrap_or(Estimate::exact(0.0));
        let within = (horizon - begin - blip.duration).max(0.0);
        let theory = f64::from(u8::from(recovery.is_none_or(|back| back > within)));
        beside.row(
            case,
            ("not back in the end", Unit::Share),
            Some(theory),
            lost,
            plan.runs,
        );
        let back: Vec<f64> = results.recovered.iter().copied().flatten().collect();
        if back.len() == results.recovered.len()
            && let Some(sample) = Sample::of(&back)
        {
            let found = sample.interval(beside.runs.level)?;
            beside.row(
                case,
                ("back after", Unit::Seconds),
                recovery,
                found,
                plan.runs,
            );
        }
        beside.shown.push(Shown {
            case: case.name,
            setting: case.setting,
            results,
        });
    }
    beside.events = vec![(begin, "blip"), (begin + blip.duration, "over")];
    Ok(())
}

/// The blip as it is, and under each remedy.
fn remedies(timed: TimedRetries) -> Vec<(Case, TimedRetries)> {
    let mut cases = vec![(Case::approximate("blip, as it is"), timed)];
    if timed.retries > 0.0 {
        if let Some(safe) = timed.safe_budget() {
            let half = 0.5 * safe;
            cases.push((
                Case::approximate("token budget of").at(half, Unit::Share),
                TimedRetries {
                    budget: Some(half),
                    ..timed
                },
            ));
        }
        cases.push((
            Case::approximate("without retries"),
            TimedRetries {
                retries: 0.0,
                budget: None,
                ..timed
            },
        ));
    }
    cases.push((
        Case::approximate("given-up work dropped"),
        TimedRetries {
            drops_stale: true,
            ..timed
        },
    ));
    cases
}

fn blipped(
    retries: &Retries,
    timed: &TimedRetries,
    blip: Blip,
    begin: f64,
) -> Result<Scenario, Error> {
    let mut scenario = Scenario::mmc(
        retries.load.arrival_rate,
        retries.load.mean_service,
        count("servers", retries.servers)?,
    )?;
    scenario.client = Client {
        timeout: Some(timed.timeout),
        retries: Some(count("retries", timed.retries)?),
        cancel: timed.drops_stale,
        budget: timed
            .budget
            .map_or(Budget::None, |share| Budget::Tokens { share, depth: 10.0 }),
        ..Client::default()
    };
    let trigger = |change| Trigger {
        at: begin,
        lasts: Some(blip.duration),
        change,
    };
    scenario
        .triggers
        .push(trigger(Change::Capacity(blip.capacity_left)));
    if (blip.load_factor - 1.0).abs() > 0.0 {
        scenario
            .triggers
            .push(trigger(Change::Load(blip.load_factor)));
    }
    Ok(scenario)
}
