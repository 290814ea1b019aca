//! Clients that come back at once.

use super::{Beside, Case, MOST, Repeats, Shown, Unit, count};
use crate::error::Error;
use crate::risk::{Herd, jittered_backoff};
use crate::sim::law::TimeLaw;
use crate::sim::replicate::Plan;
use crate::sim::results::Measure;
use crate::sim::scenario::{Arrivals, Backoff, Change, Client, Scenario, Trigger, Window};

/// What clients of a herd may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Herds {
    /// The herd.
    pub herd: Herd,
    /// Interval of a retry without backoff in seconds.
    pub interval: f64,
    /// First step of a backoff in seconds.
    pub base: f64,
    /// Its longest step in seconds.
    pub cap: f64,
    /// A jitter window to look at in seconds, where one was asked for.
    pub window: Option<f64>,
    /// Attempts a client that are acceptable.
    pub attempts: f64,
}

/// What the theory says of one thing that they may do.
struct Said {
    case: Case,
    backoff: Option<Backoff>,
    service: TimeLaw,
    attempts: f64,
    drain: f64,
    /// Every run is the same.
    fixed: bool,
}

/// The herd, one case for each thing that its clients may do.
///
/// # Errors
/// As the methods of [`Herd`]; [`Error::OutOfRange`] for more than 10⁷ clients.
pub(crate) fn herd(herds: &Herds, runs: Repeats) -> Result<Beside, Error> {
    let herd = herds.herd.checked()?;
    let clients = count("clients", herd.clients)?;
    let places = count("places", herd.places)?;
    let mut beside = Beside::new(runs);
    for said in cases(herds)? {
        let attempts = said.attempts * herd.clients;
        if attempts > MOST {
            beside.left_out.push(format!(
                "{} (too many attempts)",
                said.case.name.trim_end_matches(", up to")
            ));
            continue;
        }
        let mut scenario = Scenario::serving(
            places,
            Arrivals::Burst {
                service: said.service,
            },
        );
        scenario.triggers.push(Trigger {
            at: 0.0,
            lasts: None,
            change: Change::Burst(clients),
        });
        if let Some(backoff) = said.backoff {
            scenario.places = Some(places);
            scenario.client = Client {
                retries: None,
                backoff,
                ..Client::default()
            };
        }
        let few = (MOST / attempts).clamp(2.0, f64::from(runs.runs));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 2 and the runs, which are a count"
        )]
        let few = if said.fixed { 1 } else { few as u32 };
        let plan = Plan {
            runs: few.min(runs.runs),
            points: 60,
            ..beside.plan(1)
        };
        let results = beside.scenario(
            said.case,
            &scenario,
            &plan,
            &[
                (
                    Measure::Attempts,
                    "attempts each",
                    Unit::Number,
                    Some(said.attempts),
                ),
                (
                    Measure::Duration,
                    "done after",
                    Unit::Seconds,
                    Some(said.drain),
                ),
            ],
        )?;
        // A drain that is long against the others would make them a line at the edge, and a
        // constant queue lies on an exponential one.
        if said.drain < 20.0 * herd.ideal_drain() && said.case.name != QUEUE {
            beside.shown.push(Shown {
                case: said.case.name,
                setting: said.case.setting,
                results,
            });
        }
    }
    // The band belongs to the first: one that differs from run to run.
    let first = beside.shown.iter().rposition(|shown| shown.case == JITTER);
    if let Some(first) = first {
        beside.shown.swap(0, first);
    }
    beside
        .left_out
        .push("a first attempt that is spread too".to_owned());
    Ok(beside)
}

const JITTER: &str = "jitter within";
const QUEUE: &str = "wait in one queue";

fn cases(herds: &Herds) -> Result<Vec<Said>, Error> {
    let Herds {
        herd,
        interval,
        base,
        cap,
        ..
    } = *herds;
    let constant = || TimeLaw::Constant(herd.mean_service);
    let window = Window { base, cap };
    let fixed = herd.fixed_interval(interval)?;
    let stepped = herd.exponential_backoff(base, cap)?;
    let jittered = jittered_backoff(&herd, base, cap)?;
    let mut all = vec![
        Said {
            case: Case::exact(QUEUE),
            backoff: None,
            service: constant(),
            attempts: 1.0,
            drain: herd.queue().drain,
            fixed: true,
        },
        Said {
            case: Case::exact("a queue, uneven service"),
            backoff: None,
            service: TimeLaw::Exponential(herd.mean_service),
            attempts: 1.0,
            drain: herd.exponential_queue_drain(),
            fixed: false,
        },
        Said {
            case: Case::exact("retry every").at(interval, Unit::Seconds),
            backoff: Some(Backoff::Fixed(interval)),
            service: constant(),
            attempts: fixed.amplification,
            drain: fixed.drain,
            fixed: true,
        },
        Said {
            case: Case::exact("no jitter, up to").at(cap, Unit::Seconds),
            backoff: Some(Backoff::Exponential(window)),
            service: constant(),
            attempts: stepped.amplification,
            drain: stepped.drain,
            fixed: true,
        },
        Said {
            case: Case::approximate("jitter, up to").at(cap, Unit::Seconds),
            backoff: Some(Backoff::FullJitter(window)),
            service: constant(),
            attempts: jittered.amplification,
            drain: jittered.drain,
            fixed: false,
        },
    ];
    let safe = herd.smallest_window(herds.attempts)?;
    for width in [herds.window, Some(safe).filter(|width| *width > 0.0)] {
        let Some(width) = width else { continue };
        let got = herd.full_jitter(width)?;
        all.push(Said {
            case: Case::approximate(JITTER).at(width, Unit::Seconds),
            backoff: Some(Backoff::FullJitter(Window {
                base: width,
                cap: width,
            })),
            service: constant(),
            attempts: got.amplification,
            drain: got.drain,
            fixed: false,
        });
    }
    Ok(all)
}
