//! Retries in the steady state and after a blip.

use super::{Beside, Case, MOST, Repeats, Shown, Unit, count};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::risk::{Blip, Retries, SteadyRetries, TimedRetries};
use crate::sim::replicate::{Plan, simulate};
use crate::sim::results::Measure;
use crate::sim::scenario::{Backoff, Budget, Change, Client, Scenario, Trigger};

/// Services that a retry waits on average, so that what refused it is long gone.
const PAUSE: f64 = 100.0;
/// Requests of one run after a blip at most, and from its beginning on.
const REQUESTS: f64 = 400_000.0;
const REQUESTS_IN_ALL: f64 = 2e6;
/// Requests of a run in the steady state at least, and in a pause at once at most.
const LEAST: f64 = 20_000.0;
const PAUSING: f64 = 1e6;
/// Tokens that a budget saves at most.
const DEPTH: f64 = 10.0;

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
            Case::approximate("budget of requests:").at(share, Unit::Share),
            retries.retries,
            retries.with_budget(share)?,
            Budget::Requests {
                share,
                depth: DEPTH,
            },
        ));
    }
    for (case, tries, said, budget) in cases {
        let again = retries.load.offered() * PAUSE * (said.amplification - 1.0);
        let attempts = said.amplification * f64::from(beside.runs.runs);
        if again > PAUSING || LEAST * attempts > MOST {
            beside
                .left_out
                .push("retries in the steady state (too many attempts)".to_owned());
            continue;
        }
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
        let plan = beside.plan((50.0 * pausing).min(MOST / attempts).clamp(LEAST, 1e6) as u64);
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
    let during = begin + blip.duration * blip.load_factor.max(1.0);
    if timed.arrival_rate * during > REQUESTS_IN_ALL {
        beside
            .left_out
            .push("the blip (too many requests)".to_owned());
        return Ok(());
    }
    let play = Play {
        retries,
        blip,
        begin,
        horizon,
    };
    for ((case, timed), recovery) in cases.into_iter().zip(said) {
        let budget = timed.budget.map(|share| Budget::Requests {
            share,
            depth: DEPTH,
        });
        let said = recovery.map_or(Said::Never, Said::After);
        play.run(case, &timed, budget, said, beside)?;
        if let Some(share) = timed.budget {
            let case = Case::approximate("budget of answers:").at(share, Unit::Share);
            let budget = Budget::Tokens {
                share,
                depth: DEPTH,
            };
            play.run(case, &timed, Some(budget), Said::Nothing, beside)?;
        }
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
                Case::approximate("budget of requests:").at(half, Unit::Share),
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

/// What theory says of when a station is back after a blip.
#[derive(Debug, Clone, Copy)]
enum Said {
    Nothing,
    Never,
    After(f64),
}

/// A blip to be played through.
struct Play<'a> {
    retries: &'a Retries,
    blip: Blip,
    begin: f64,
    horizon: f64,
}

impl Play<'_> {
    /// Runs one case.
    fn run(
        &self,
        case: Case,
        timed: &TimedRetries,
        budget: Option<Budget>,
        said: Said,
        beside: &mut Beside,
    ) -> Result<(), Error> {
        let scenario = self.scenario(timed, budget.unwrap_or(Budget::None))?;
        let plan = Plan {
            horizon: Some(self.horizon),
            points: 60,
            ..beside.plan(1)
        };
        let results = simulate(&scenario, &plan, &|| {})?;
        let lost = results.not_recovered().unwrap_or(Estimate::exact(0.0));
        let within = (self.horizon - self.begin - self.blip.duration).max(0.0);
        let (theory, recovery) = match said {
            Said::Nothing => (None, None),
            Said::Never => (Some(1.0), None),
            Said::After(back) => (Some(f64::from(u8::from(back > within))), Some(back)),
        };
        let what = ("not back in the end", Unit::Share);
        beside.row(case, what, theory, lost, plan.runs);
        let back: Vec<f64> = results.recovered.iter().copied().flatten().collect();
        if back.len() == results.recovered.len() {
            let what = ("back after", Unit::Seconds);
            beside.values(case, what, recovery, &back)?;
        }
        // Four lines in a picture can be told apart, and this one lies on that without retries.
        if !matches!(said, Said::Nothing) {
            beside.shown.push(Shown {
                case: case.name,
                setting: case.setting,
                results,
            });
        }
        Ok(())
    }

    fn scenario(&self, timed: &TimedRetries, budget: Budget) -> Result<Scenario, Error> {
        let load = self.retries.load;
        let servers = count("servers", self.retries.servers)?;
        let mut scenario = Scenario::mmc(load.arrival_rate, load.mean_service, servers)?;
        scenario.client = Client {
            timeout: Some(timed.timeout),
            retries: Some(count("retries", timed.retries)?),
            cancel: timed.drops_stale,
            budget,
            ..Client::default()
        };
        let trigger = |change| Trigger {
            at: self.begin,
            lasts: Some(self.blip.duration),
            change,
        };
        (scenario.triggers).push(trigger(Change::Capacity(self.blip.capacity_left)));
        if (self.blip.load_factor - 1.0).abs() > 0.0 {
            (scenario.triggers).push(trigger(Change::Load(self.blip.load_factor)));
        }
        Ok(scenario)
    }
}
