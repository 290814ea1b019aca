//! Starvation under priorities: how much the high classes may take before the low ones wait
//! too long. The waits themselves are those of [`Priority`].

use crate::domain;
use crate::error::Error;
use crate::numeric::root::last_that_holds;
use crate::queueing::{Load, Mg1, Priority, PriorityClass};

/// The most arrivals of the first class, in 1/s, with which the last class waits at most
/// `longest` seconds on average; the other classes stay as they are.
///
/// For two classes this solves (1 − σ₁)(1 − σ₂) = R/T. `None` where the last class waits
/// longer even without any of the first.
///
/// # Errors
/// As [`Priority::new`]; [`Error::OutOfRange`] for a target that is not above 0, and
/// [`Error::NoSolution`] for fewer than two classes.
pub fn largest_high_load(classes: &[PriorityClass], longest: f64) -> Result<Option<f64>, Error> {
    domain::positive("longest mean wait", longest)?;
    let [first, others @ ..] = classes else {
        return Err(too_few());
    };
    if others.is_empty() {
        return Err(too_few());
    }
    Priority::new(classes)?;
    let keeps = |rate: f64| {
        let mut tried = classes.to_vec();
        tried[0].load.arrival_rate = rate;
        let last = Priority::new(&tried).ok();
        last.and_then(|queue| queue.classes().last().and_then(|class| class.mean_wait))
            .is_some_and(|wait| wait <= longest)
    };
    if !keeps(0.0) {
        return Ok(None);
    }
    Ok(Some(last_that_holds(
        0.0,
        1.0 / first.load.mean_service,
        keeps,
    )))
}

/// The same classes without priorities, first come first served: one mean wait in seconds for
/// all, R/(1 − ρ); `None` where they offer more than one server.
///
/// # Errors
/// As [`Priority::new`].
pub fn without_priorities(classes: &[PriorityClass]) -> Result<Option<f64>, Error> {
    Priority::new(classes)?;
    let arrivals: f64 = classes.iter().map(|class| class.load.arrival_rate).sum();
    let offered: f64 = classes.iter().map(|class| class.load.offered()).sum();
    if offered >= 1.0 {
        return Ok(None);
    }
    if arrivals == 0.0 {
        return Ok(Some(0.0));
    }
    let second: f64 = (classes.iter())
        .map(|class| {
            let s = class.load.mean_service;
            class.load.arrival_rate * s * s * (1.0 + class.service_variability)
        })
        .sum();
    Ok(Some(second / 2.0 / (1.0 - offered)))
}

/// The last class on a share of the server of its own, each service 1/share times as long:
/// its mean wait in seconds, and those of the classes above on the rest. `None` for a class
/// that has no steady state there.
///
/// # Errors
/// As [`Priority::new`]; [`Error::OutOfRange`] unless 0 < share < 1.
pub fn with_share(classes: &[PriorityClass], share: f64) -> Result<Vec<Option<f64>>, Error> {
    domain::open_fraction("share of the server", share)?;
    let Some((last, above)) = classes.split_last().filter(|(_, above)| !above.is_empty()) else {
        return Err(too_few());
    };
    let slowed = |class: &PriorityClass, part: f64| PriorityClass {
        load: Load {
            mean_service: class.load.mean_service / part,
            ..class.load
        },
        ..*class
    };
    let above: Vec<_> = above
        .iter()
        .map(|class| slowed(class, 1.0 - share))
        .collect();
    let last = slowed(last, share);
    let mut waits: Vec<Option<f64>> = Priority::new(&above)?
        .classes()
        .iter()
        .map(|class| class.mean_wait)
        .collect();
    let own = match Mg1::new(last.load, last.service_variability) {
        Ok(queue) => Some(queue.performance().mean_wait),
        Err(Error::Saturated { .. }) => None,
        Err(error) => return Err(error),
    };
    waits.push(own);
    Ok(waits)
}

/// The smallest share of the server for the last class with which it waits at most `longest`
/// seconds; `None` where none below 1 does.
///
/// # Errors
/// As [`with_share`].
pub fn smallest_share(classes: &[PriorityClass], longest: f64) -> Result<Option<f64>, Error> {
    const NEARLY_ALL: f64 = 1e-9;
    domain::positive("longest mean wait", longest)?;
    with_share(classes, 0.5)?;
    // The share that is left over falls; the last float that keeps the promise is sought.
    let keeps = |left: f64| {
        with_share(classes, 1.0 - left)
            .ok()
            .and_then(|waits| waits.last().copied().flatten())
            .is_some_and(|wait| wait <= longest)
    };
    if !keeps(NEARLY_ALL) {
        return Ok(None);
    }
    Ok(Some(
        1.0 - last_that_holds(NEARLY_ALL, 1.0 - NEARLY_ALL, keeps),
    ))
}

fn too_few() -> Error {
    Error::NoSolution {
        reason: "one class alone starves nobody".to_owned(),
        hint: "give at least two classes, the highest first".into(),
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    fn class(rate: f64, service: f64) -> PriorityClass {
        PriorityClass {
            load: Load {
                arrival_rate: rate,
                mean_service: service,
            },
            service_variability: 1.0,
        }
    }

    #[test]
    fn the_largest_high_load_solves_its_equation() {
        let classes = [class(0.4, 1.0), class(0.4, 1.0)];
        // At 0.4 and 0.4 the low class waits 20/3 s, so that target gives 0.4 back.
        let got = largest_high_load(&classes, 20.0 / 3.0).unwrap().unwrap();
        assert!((got - 0.4).abs() < 1e-12, "{got}");
        // alone with 0.4 the low class waits 0.4/0.6 s
        assert_eq!(largest_high_load(&classes, 0.6).unwrap(), None);
        assert!(largest_high_load(&classes[..1], 1.0).is_err());
    }

    #[test]
    fn work_is_conserved_without_priorities() {
        // Kleinrock's conservation law: Σ ρᵢWᵢ is the same in any order.
        let classes = [class(0.3, 1.0), class(0.1, 4.0)];
        let queue = Priority::new(&classes).unwrap();
        let with: f64 = (queue.classes().iter())
            .map(|class| class.offered * class.mean_wait.unwrap())
            .sum();
        let without = 0.7 * without_priorities(&classes).unwrap().unwrap();
        assert!((with - without).abs() < 1e-12);
        assert_eq!(
            without_priorities(&[class(1.0, 1.0), class(0.1, 1.0)]).unwrap(),
            None
        );
    }

    #[test]
    fn the_smallest_share_keeps_its_promise_and_no_less_does() {
        let classes = [class(0.4, 1.0), class(0.2, 1.0)];
        let share = smallest_share(&classes, 5.0).unwrap().unwrap();
        let wait = |share| with_share(&classes, share).unwrap()[1].unwrap();
        assert!(wait(share) <= 5.0 && wait(share - 1e-6) > 5.0);
        // M/M/1 with S = 1/share: ρS/(1 − ρ)
        let rho = 0.2 / share;
        assert!((wait(share) - rho / share / (1.0 - rho)).abs() < 1e-12);
        assert_eq!(smallest_share(&classes, 0.2).unwrap(), None);
    }
}
