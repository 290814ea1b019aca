//! A herd spread by chance: jitter after a refusal, and a spread of the first attempt.

use super::{Herd, JitteredHerd};
use crate::domain;
use crate::error::Error;
use crate::queueing::{Load, erlang};

impl Herd {
    /// Full jitter in a constant window W: whoever is turned away returns after a time
    /// uniform in 0..W. With n* = min(N, P·W/(2S)):
    /// amplification 1 + (N² − n*²)S/(P·W·N) + n*/N, drain (N − n*)S/P + W.
    ///
    /// A fluid limit: attempts were within 7 % of simulation, the drain is a lower bound.
    /// A herd that fits into the pool needs one attempt each and S.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless the window is above 0 and the answer is finite.
    pub fn full_jitter(&self, window: f64) -> Result<JitteredHerd, Error> {
        domain::positive("jitter window", window)?;
        if self.clients <= self.places {
            return Ok(JitteredHerd {
                amplification: 1.0,
                drain: self.mean_service,
            });
        }
        let calm = self
            .clients
            .min(self.places * window / (2.0 * self.mean_service));
        let share = calm / self.clients;
        // (N² − n*²)S/(PWN), in shares of N so that nothing overflows.
        let storm = (1.0 - share) * (1.0 + share) * self.ideal_drain() / window;
        Ok(JitteredHerd {
            amplification: domain::finite("attempts a client", 1.0 + storm + share)?,
            drain: domain::finite("drain", (1.0 - share) * self.ideal_drain() + window)?,
        })
    }

    /// W = 2NS/P in seconds: the smallest window in which the returning attempts, 2N/W a
    /// second at first, never exceed what the pool serves, P/S.
    pub fn calm_window(&self) -> f64 {
        2.0 * self.ideal_drain()
    }

    /// The smallest jitter window in seconds with at most `limit` attempts a client.
    ///
    /// Solved from [`Herd::full_jitter`], whose attempts fall with the window down to 2 at
    /// [`Herd::calm_window`].
    ///
    /// # Errors
    /// [`Error::NoSolution`] for a limit below 2, which no window after the first attempt
    /// reaches; [`Error::OutOfRange`] for a limit that is not finite.
    pub fn smallest_window(&self, limit: f64) -> Result<f64, Error> {
        domain::positive("attempts a client", limit)?;
        if self.clients <= self.places {
            return Ok(0.0);
        }
        if limit < 2.0 {
            return Err(Error::NoSolution {
                reason: format!(
                    "everyone tries at once, so jitter afterwards costs 2 attempts a client at least, more than {limit}"
                ),
                hint: "allow 2 or more, or spread the first attempt too".into(),
            });
        }
        // With n* = N·W/calm =: N·y: limit = 1 + (1 − y²)/(2y) + y, so y² − 2(limit − 1)y + 1 = 0.
        let half = limit - 1.0;
        let y = 1.0 / (half + ((half - 1.0) * (half + 1.0)).max(0.0).sqrt());
        Ok(y * self.calm_window())
    }

    /// The first attempts spread evenly over `window`, none at t = 0: attempts a client,
    /// 1/(1 − B) with Erlang's B for the load N·S/W on P places.
    ///
    /// Approximate: stationary, retries independent of what rejected them. `None` where the
    /// window is shorter than the work takes.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless the window is above 0.
    pub fn spread_start(&self, window: f64) -> Result<Option<f64>, Error> {
        domain::positive("window", window)?;
        // Retries join: the load x solves x(1 − B(x)) = NS/W; one attempt in 1/(1 − B) succeeds.
        let carried = self.ideal_drain() / window * self.places;
        if carried >= self.places {
            return Ok(None);
        }
        let Some(offered) = offered_for(carried, self.places)? else {
            return Ok(None);
        };
        Ok(Some(if carried > 0.0 {
            offered / carried
        } else {
            1.0
        }))
    }

    /// The smallest window in seconds over which to spread the first attempts so that each
    /// client needs at most `limit` attempts, by bisection on [`Herd::spread_start`].
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless `limit` is above 1.
    pub fn smallest_spread(&self, limit: f64) -> Result<f64, Error> {
        if !(limit > 1.0 && limit.is_finite()) {
            return Err(Error::OutOfRange {
                name: "attempts a client",
                value: limit,
                allowed: "a finite number above 1",
            });
        }
        let (mut low, mut high) = (self.ideal_drain(), 2.0 * self.ideal_drain());
        let kept = |window| -> Result<bool, Error> {
            Ok(self
                .spread_start(window)?
                .is_some_and(|attempts| attempts <= limit))
        };
        while !kept(high)? {
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 1e-6 * high {
            let middle = f64::midpoint(low, high);
            if kept(middle)? {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(high)
    }
}

/// Offered load x at which c servers carry `carried`: x(1 − B(c, x)) = carried. `None` where
/// they cannot.
fn offered_for(carried: f64, servers: f64) -> Result<Option<f64>, Error> {
    let gap = |offered: f64| -> Result<f64, Error> {
        let load = Load {
            arrival_rate: offered,
            mean_service: 1.0,
        };
        Ok(offered * (1.0 - erlang::blocking(load, servers)?) - carried)
    };
    let (mut low, mut high) = (carried, carried.max(servers));
    while gap(high)? < 0.0 {
        if high > 1e15 * servers {
            return Ok(None);
        }
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1e-13 * high {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if gap(middle)? < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(Some(high))
}
