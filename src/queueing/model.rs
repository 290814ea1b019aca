//! Which model answers a station, and what it answers with.

use super::{Ggc, Load, Md1, Mg1, Mm1, MmInfinite, Mmc, Mmck, Performance, Variability};
use crate::error::Error;

/// A queueing model, in Kendall's notation: arrivals, service, servers, places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Model {
    /// M/M/1: Poisson arrivals, exponential service, one server.
    Mm1,
    /// M/M/c: the same with several servers.
    Mmc,
    /// M/M/c/K: the same with room for K.
    Mmck,
    /// M/M/∞: a server for everyone.
    MmInfinite,
    /// M/D/1: services of equal length.
    Md1,
    /// M/G/1: services of any length, one server (Pollaczek–Khinchine).
    Mg1,
    /// G/G/c: anything else, approximately (Allen–Cunneen).
    Ggc,
}

impl Model {
    /// Its name, such as `M/M/c`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mm1 => "M/M/1",
            Self::Mmc => "M/M/c",
            Self::Mmck => "M/M/c/K",
            Self::MmInfinite => "M/M/∞",
            Self::Md1 => "M/D/1",
            Self::Mg1 => "M/G/1",
            Self::Ggc => "G/G/c",
        }
    }

    /// Whether its mean wait is exact for what it assumes, whatever the load.
    pub fn is_exact(self) -> bool {
        self != Self::Ggc
    }
}

/// What an open queue is made of, its load and servers aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    /// Places, those in service included, at least the servers; `None` is unlimited.
    pub capacity: Option<f64>,
    /// Coefficient of variation of the times between arrivals, 0 or above; 1 is Poisson.
    pub cv_arrivals: f64,
    /// Coefficient of variation of the service times, 0 or above; 1 is exponential.
    pub cv_service: f64,
}

/// Percentiles of wait and response in seconds, where the model knows them: 50, 95 and 99 %.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Waits {
    /// Wait before service.
    pub wait: [Option<f64>; 3],
    /// Wait and service.
    pub response: [Option<f64>; 3],
}

/// What a model says of an open queue in steady state.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The model.
    pub model: Model,
    /// Whether the mean wait is exact for the assumptions.
    pub exact: bool,
    /// The means.
    pub performance: Performance,
    /// Percentiles.
    pub waits: Waits,
    /// The band around an approximate mean wait, in seconds.
    pub band: Option<(f64, f64)>,
}

type Quantile<'a> = &'a dyn Fn(f64) -> Result<f64, Error>;

impl Waits {
    fn of(wait: Quantile<'_>, response: Quantile<'_>) -> Self {
        const PERCENTILES: [f64; 3] = [0.5, 0.95, 0.99];
        Self {
            wait: PERCENTILES.map(|p| wait(p).ok()),
            response: PERCENTILES.map(|p| response(p).ok()),
        }
    }
}

impl Open {
    /// The simplest model that holds for so many servers (∞ for one each).
    pub fn model(&self, servers: f64) -> Model {
        let is = |value: f64, target: f64| (value - target).abs() < f64::EPSILON;
        let (poisson, one) = (is(self.cv_arrivals, 1.0), is(servers, 1.0));
        let exponential = is(self.cv_service, 1.0);
        match self.capacity {
            _ if servers.is_infinite() => Model::MmInfinite,
            Some(_) => Model::Mmck,
            None if poisson && exponential && one => Model::Mm1,
            None if poisson && exponential => Model::Mmc,
            None if poisson && one && self.cv_service == 0.0 => Model::Md1,
            None if poisson && one => Model::Mg1,
            None => Model::Ggc,
        }
    }

    /// The queue in steady state.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for arguments outside their ranges; [`Error::Saturated`] without
    /// a steady state.
    ///
    /// # Examples
    /// ```
    /// use scalecalc::queueing::{Load, Model, Open};
    /// let open = Open { capacity: None, cv_arrivals: 1.0, cv_service: 0.5 };
    /// let load = Load { arrival_rate: 8.0, mean_service: 0.1 };
    /// let answer = open.steady(load, 1.0)?;
    /// assert_eq!(answer.model, Model::Mg1);
    /// // Pollaczek–Khinchine by hand: ρS(1 + cv²) / (2(1 − ρ)).
    /// assert!((answer.performance.mean_wait - 0.8 * 0.1 * 1.25 / 0.4).abs() < 1e-12);
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    pub fn steady(&self, load: Load, servers: f64) -> Result<Answer, Error> {
        let model = self.model(servers);
        let answer = |performance, waits| Answer {
            model,
            exact: model.is_exact(),
            performance,
            waits,
            band: None,
        };
        macro_rules! with_quantiles {
            ($queue:expr) => {{
                let queue = $queue;
                let waits = Waits::of(&|p| queue.wait_quantile(p), &|p| queue.response_quantile(p));
                answer(queue.performance(), waits)
            }};
        }
        let squared = |cv: f64| cv * cv;
        Ok(match model {
            Model::MmInfinite => answer(MmInfinite::new(load)?.performance(), Waits::default()),
            Model::Mmck => {
                with_quantiles!(Mmck::new(load, servers, self.capacity.unwrap_or(servers))?)
            }
            Model::Mm1 => with_quantiles!(Mm1::new(load)?),
            Model::Mmc => with_quantiles!(Mmc::new(load, servers)?),
            Model::Md1 => with_quantiles!(Md1::new(load)?),
            Model::Mg1 => {
                let queue = Mg1::new(load, squared(self.cv_service))?;
                answer(queue.performance(), Waits::default())
            }
            Model::Ggc => {
                let variability = Variability {
                    arrivals: squared(self.cv_arrivals),
                    service: squared(self.cv_service),
                };
                let queue = Ggc::new(load, servers, variability)?;
                Answer {
                    exact: queue.is_exact(),
                    band: Some(queue.wait_band()),
                    ..answer(queue.performance(), Waits::default())
                }
            }
        })
    }
}
