//! What a scenario may be: every field within its range, every part with the others.

use super::{Arrivals, Backoff, Budget, Change, Client, Discipline, MOST, Routing, Scenario};
use crate::domain;
use crate::error::Error;

impl Scenario {
    /// The scenario with every field checked.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a number that no scenario can have, [`Error::NoSolution`] for
    /// parts that do not go together, with what to do instead.
    pub fn checked(self) -> Result<Self, Error> {
        count("servers", self.servers)?;
        match &self.arrivals {
            Arrivals::Open { classes, batch } => {
                count("batch", *batch)?;
                if classes.is_empty() || classes.len() > 100 {
                    return Err(refuse(
                        "a scenario has 1 to 100 classes",
                        "give each class once",
                    ));
                }
            }
            Arrivals::Closed { clients, .. } => count("clients", *clients)?,
            Arrivals::Burst { .. } => {}
        }
        if let Some(places) = self.places {
            count("places", places)?;
            if !self.is_separate() && places < self.servers {
                return Err(Error::OutOfRange {
                    name: "places",
                    value: f64::from(places),
                    allowed: "at least as many as servers: those in service take a place too",
                });
            }
        }
        if !(0.0..1.0).contains(&self.rejoin) {
            return Err(Error::OutOfRange {
                name: "share that joins again",
                value: self.rejoin,
                allowed: "from 0 to below 1",
            });
        }
        self.check_routing()?;
        self.check_client()?;
        self.check_changes()?;
        self.check_together()?;
        Ok(self)
    }

    fn check_routing(&self) -> Result<(), Error> {
        match self.routing {
            Routing::Sticky { keys, skew } => {
                count("keys", keys)?;
                domain::non_negative("skew of keys", skew)?;
            }
            Routing::LeastOf(d) | Routing::Stealing(d) if d == 0 || d > self.servers => {
                return Err(Error::OutOfRange {
                    name: "servers to look at",
                    value: f64::from(d),
                    allowed: "from 1 to the number of servers",
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn check_client(&self) -> Result<(), Error> {
        let Client {
            timeout,
            retries,
            backoff,
            copies,
            need,
            hedge,
            budget,
            ..
        } = self.client;
        if let Some(timeout) = timeout {
            domain::positive("timeout", timeout)?;
        }
        domain::non_negative("hedge", hedge)?;
        if copies == 0 || copies > 1000 {
            return Err(Error::OutOfRange {
                name: "copies",
                value: f64::from(copies),
                allowed: "from 1 to 1000",
            });
        }
        if need == 0 || need > copies {
            return Err(Error::OutOfRange {
                name: "need",
                value: f64::from(need),
                allowed: "from 1 to the number of copies",
            });
        }
        if copies > 1 && self.is_separate() && copies > self.servers {
            return Err(refuse(
                "copies go to different servers, and there are fewer servers than copies",
                "give more servers or fewer copies",
            ));
        }
        if retries.is_none() && backoff == Backoff::None && timeout.is_none() {
            return Err(refuse(
                "retries without end, pause or timeout would repeat at one instant for ever",
                "give a backoff such as full:50ms..20s, or a number of retries",
            ));
        }
        match backoff {
            Backoff::None => {}
            Backoff::Fixed(pause) | Backoff::Memoryless(pause) => {
                domain::positive("backoff", pause)?;
            }
            Backoff::Exponential(window)
            | Backoff::FullJitter(window)
            | Backoff::EqualJitter(window)
            | Backoff::Decorrelated(window) => {
                domain::positive("backoff", window.base)?;
                if domain::positive("backoff", window.cap)? < window.base {
                    return Err(refuse(
                        "the longest pause of the backoff is shorter than the first",
                        "write the shorter one first: full:50ms..20s",
                    ));
                }
            }
        }
        match budget {
            Budget::None => {}
            Budget::Tokens { share, depth } | Budget::Requests { share, depth } => {
                domain::non_negative("budget", share)?;
                domain::non_negative("depth of the budget", depth)?;
            }
            Budget::Throttle { k } => {
                if domain::positive("throttle", k)? < 1.0 {
                    return Err(Error::OutOfRange {
                        name: "throttle",
                        value: k,
                        allowed: "at least 1; 2 as a rule",
                    });
                }
            }
        }
        Ok(())
    }

    fn check_changes(&self) -> Result<(), Error> {
        for trigger in &self.triggers {
            domain::non_negative("start of a trigger", trigger.at)?;
            if let Some(lasts) = trigger.lasts {
                domain::positive("length of a trigger", lasts)?;
            }
            match trigger.change {
                Change::Capacity(factor) => {
                    domain::non_negative("capacity of a trigger", factor)?;
                }
                Change::Load(factor) => {
                    domain::positive("load of a trigger", factor)?;
                }
                Change::Burst(many) => count("burst", many)?,
                Change::Servers(many) => {
                    count("servers of a trigger", many.unsigned_abs())?;
                    if many < 0 && many.unsigned_abs() >= self.servers {
                        return Err(refuse(
                            "a trigger takes away every server",
                            "for an outage set the capacity to 0 instead",
                        ));
                    }
                }
            }
        }
        if let Some(scale) = self.autoscale {
            domain::open_fraction("target utilization", scale.target.min(0.999_999))?;
            domain::positive("time between decisions", scale.every)?;
            domain::non_negative("lag", scale.lag)?;
            count("most servers", scale.most)?;
            if scale.least == 0 || scale.least > scale.most {
                return Err(Error::OutOfRange {
                    name: "fewest servers",
                    value: f64::from(scale.least),
                    allowed: "at least 1 and at most the most servers",
                });
            }
        }
        Ok(())
    }

    fn check_together(&self) -> Result<(), Error> {
        let fixed = self.autoscale.is_none()
            && !(self.triggers.iter()).any(|t| matches!(t.change, Change::Servers(_)));
        let sharing = self.discipline == Discipline::Sharing;
        let srpt = self.discipline == Discipline::ShortestRemaining;
        let bursts = self
            .triggers
            .iter()
            .any(|t| matches!(t.change, Change::Burst(_)));
        let clashes = [
            (
                !fixed && (self.is_separate() || sharing || srpt),
                "servers come and go only at one shared queue that never interrupts a service",
                "use the shared queue, first come first served",
            ),
            (
                self.setup.is_some() && (self.is_separate() || sharing || srpt || !fixed),
                "a cold start is simulated for one shared queue that never interrupts a service",
                "use the shared queue, first come first served",
            ),
            (
                self.rejoin > 0.0 && (self.is_separate() || sharing || srpt),
                "joining the queue again is simulated for one shared queue",
                "use the shared queue, first come first served",
            ),
            (
                matches!(self.routing, Routing::Stealing(_)) && (sharing || srpt),
                "stealing moves requests that wait, and here none does",
                "use first come first served",
            ),
            (
                !matches!(self.arrivals, Arrivals::Open { .. })
                    && (self.triggers.iter()).any(|t| matches!(t.change, Change::Load(_))),
                "a trigger changes the load, and here no arrivals have a rate",
                "give arrivals, or a burst instead",
            ),
            (
                matches!(self.arrivals, Arrivals::Burst { .. }) && !bursts,
                "nobody arrives",
                "give arrivals, clients, or a burst such as burst=10000@0s",
            ),
        ];
        match clashes.into_iter().find(|(clash, ..)| *clash) {
            Some((_, reason, hint)) => Err(refuse(reason, hint)),
            None => Ok(()),
        }
    }
}

fn refuse(reason: &str, hint: &str) -> Error {
    Error::NoSolution {
        reason: reason.to_owned(),
        hint: hint.into(),
    }
}

fn count(name: &'static str, value: u32) -> Result<(), Error> {
    if (1..=MOST).contains(&value) {
        Ok(())
    } else {
        Err(Error::OutOfRange {
            name,
            value: f64::from(value),
            allowed: "from 1 to 10,000,000",
        })
    }
}
