//! Workers on a shared store, and stations with few places.

use super::{Beside, Case, MOST, Repeats, Unit, count, steady};
use crate::error::Error;
use crate::risk::SharedStore;
use crate::risk::concurrency::Admission;
use crate::sim::law::TimeLaw;
use crate::sim::results::Measure;
use crate::sim::scenario::{Arrivals, Scenario};

/// A store with each of these numbers of workers; half, all and twice of what it carries
/// where there are none.
///
/// # Errors
/// As [`SharedStore::with`]; [`Error::OutOfRange`] for counts that are not whole.
pub(crate) fn ceiling(
    store: &SharedStore,
    workers: &[f64],
    runs: Repeats,
) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let star = store.saturation();
    let usual = [0.5, 1.0, 2.0].map(|part| (part * star).round().max(1.0));
    let sizes = if workers.is_empty() {
        &usual[..]
    } else {
        workers
    };
    for &size in sizes {
        let said = store.with(size)?.0;
        let requests = (100.0 * size).max(20_000.0);
        if requests * f64::from(runs.runs) > MOST {
            beside
                .left_out
                .push("the larger numbers of workers (too long)".to_owned());
            continue;
        }
        let scenario = Scenario::serving(
            count("servers", store.servers)?,
            Arrivals::Closed {
                clients: count("workers", size)?,
                think: if store.think_time > 0.0 {
                    TimeLaw::Exponential(store.think_time)
                } else {
                    TimeLaw::Constant(0.0)
                },
                service: TimeLaw::Exponential(store.mean_service),
            },
        );
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 4·10⁷"
        )]
        let plan = beside.plan(requests as u64);
        beside.scenario(
            Case::exact("workers:").at(size, Unit::Number),
            &scenario,
            &plan,
            &[
                (
                    Measure::Throughput,
                    "throughput",
                    Unit::Rate,
                    Some(said.throughput),
                ),
                (
                    Measure::Response,
                    "response",
                    Unit::Seconds,
                    Some(said.mean_response),
                ),
            ],
        )?;
    }
    Ok(beside)
}

/// A station without a queue, with the places that keep a deadline in seconds, and with each of
/// these numbers of places in all.
///
/// # Errors
/// As [`Admission::with`]; [`Error::OutOfRange`] for counts that are not whole.
pub(crate) fn concurrency(
    station: &Admission,
    deadline: f64,
    places: &[f64],
    runs: Repeats,
) -> Result<Beside, Error> {
    let mut beside = Beside::new(runs);
    let servers = count("servers", station.servers)?;
    let mut sizes: Vec<f64> = places.to_vec();
    sizes.extend([station.servers, station.by_deadline(deadline)?]);
    sizes.extend(station.largest_capacity(deadline)?);
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    for size in sizes {
        let said = station.with(size, None)?;
        let mut scenario = Scenario::mmc(
            station.load.arrival_rate,
            station.load.mean_service,
            servers,
        )?;
        scenario.places = Some(count("places", size)?);
        let plan = beside.plan(steady(0.9));
        beside.scenario(
            Case::exact("places in all:").at(size, Unit::Number),
            &scenario,
            &plan,
            &[
                (Measure::Lost, "refused", Unit::Share, Some(said.loss)),
                (Measure::Wait, "wait", Unit::Seconds, Some(said.mean_wait)),
            ],
        )?;
    }
    Ok(beside)
}
