//! Classes with priorities on one server, without pre-emption: who waits, who starves.

use super::load::Load;
use crate::domain;
use crate::error::Error;

/// One class of arrivals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriorityClass {
    /// Its arrivals and mean service.
    pub load: Load,
    /// cv² of its service times: variance over mean squared; 1 is exponential.
    pub service_variability: f64,
}

/// What becomes of one class. Times are `None` for a class that starves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassPerformance {
    /// Its offered load λS.
    pub offered: f64,
    /// Completions a second: λ, or what the classes above leave over.
    pub throughput: f64,
    /// Mean wait before service in seconds.
    pub mean_wait: Option<f64>,
    /// Mean response in seconds.
    pub mean_response: Option<f64>,
    /// Mean number waiting.
    pub mean_queue: Option<f64>,
    /// Mean number waiting or in service.
    pub mean_in_system: Option<f64>,
}

/// M/G/1 with non-preemptive priorities, the first class highest.
///
/// Cobham: Wqₖ = R/((1 − σₖ₋₁)(1 − σₖ)), σₖ = Σᵢ≤k λᵢSᵢ, R = Σᵢ λᵢSᵢ²(1 + cv²ᵢ)/2 over
/// all classes. A class with σₖ ≥ 1 starves: its queue grows without end. The first such
/// class still fills what is left of the server, so it adds (1 − σₖ₋₁)·S(1 + cv²)/2 to R
/// and completes (1 − σₖ₋₁)/S; the classes below it get nothing and add nothing.
///
/// # References
/// A. Cobham, Operations Research 2 (1954).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, Priority, PriorityClass};
/// let class = PriorityClass {
///     load: Load { arrival_rate: 0.4, mean_service: 1.0 },
///     service_variability: 1.0,
/// };
/// let queue = Priority::new(&[class, class])?;
/// let low = queue.classes()[1].mean_wait.unwrap_or(f64::INFINITY);
/// assert!((low - 20.0 / 3.0).abs() < 1e-13);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Priority {
    classes: Vec<ClassPerformance>,
}

impl Priority {
    /// The classes, highest priority first.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for an argument outside its range; [`Error::NoSolution`] without classes.
    pub fn new(classes: &[PriorityClass]) -> Result<Self, Error> {
        if classes.is_empty() {
            return Err(Error::NoSolution {
                reason: "no classes were given".to_owned(),
                hint: "give at least one class as RATE:SERVICE".into(),
            });
        }
        for class in classes {
            class.load.checked()?;
            domain::non_negative("squared variation of service", class.service_variability)?;
        }
        let residual = domain::finite("mean residual service", residual(classes))?;
        let mut left = 1.0;
        let classes = classes
            .iter()
            .map(|class| {
                let before = left;
                left = after(before, class);
                performance(class, residual, before, left)
            })
            .collect();
        Ok(Self { classes })
    }

    /// One record a class, in the order given.
    pub fn classes(&self) -> &[ClassPerformance] {
        &self.classes
    }

    /// Index of the first class that starves; those after it starve too.
    pub fn first_starved(&self) -> Option<usize> {
        self.classes
            .iter()
            .position(|class| class.mean_wait.is_none())
    }
}

/// 1 − σ after a class, 0 once nothing is left.
fn after(left: f64, class: &PriorityClass) -> f64 {
    let rest = (-class.load.arrival_rate).mul_add(class.load.mean_service, left);
    if rest > 4.0 * f64::EPSILON { rest } else { 0.0 }
}

/// R: the mean remaining service that an arrival finds under way.
fn residual(classes: &[PriorityClass]) -> f64 {
    let (mut left, mut sum) = (1.0, 0.0);
    for class in classes {
        let rest = after(left, class);
        let busy = if rest > 0.0 {
            class.load.offered()
        } else {
            left
        };
        sum += busy * class.load.mean_service * (1.0 + class.service_variability) / 2.0;
        left = rest;
    }
    sum
}

fn performance(class: &PriorityClass, residual: f64, before: f64, left: f64) -> ClassPerformance {
    let Load {
        arrival_rate,
        mean_service,
    } = class.load;
    let mean_wait = (left > 0.0)
        .then(|| residual / (before * left))
        .filter(|wait| wait.is_finite());
    let offered = class.load.offered();
    ClassPerformance {
        offered,
        throughput: if mean_wait.is_some() {
            arrival_rate
        } else {
            before / mean_service
        },
        mean_wait,
        mean_response: mean_wait.map(|wait| wait + mean_service),
        mean_queue: mean_wait.map(|wait| arrival_rate * wait),
        mean_in_system: mean_wait.map(|wait| arrival_rate * wait + offered),
    }
}
