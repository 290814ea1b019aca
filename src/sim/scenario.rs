//! What is simulated: a station, who comes, what they do when they are not served, and what
//! goes wrong at what time.

mod check;
mod client;

use super::law::TimeLaw;
use crate::domain;
use crate::error::Error;
pub use client::{Backoff, Budget, Client, Window};

/// Most servers, clients or places a scenario may have: each takes some memory.
pub(crate) const MOST: u32 = 10_000_000;

/// A station with its clients. All times in seconds, all rates per second.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Servers c at the start.
    pub servers: u32,
    /// Who comes.
    pub arrivals: Arrivals,
    /// How requests find a server.
    pub routing: Routing,
    /// Who is next.
    pub discipline: Discipline,
    /// Places of one queue, those in service included; who finds them taken is turned away.
    /// With one queue a server, places of each server.
    pub places: Option<u32>,
    /// How long a request waits before it leaves the queue unserved; `None` for ever.
    pub patience: Option<TimeLaw>,
    /// What clients do about time and failure.
    pub client: Client,
    /// Cold start: a server that falls idle turns off, and takes this long to come back.
    pub setup: Option<TimeLaw>,
    /// Share of those served that join the same queue again at once, before they let go of the
    /// server: where the queue is full the server is blocked.
    pub rejoin: f64,
    /// What happens at what time.
    pub triggers: Vec<Trigger>,
    /// Servers that come and go with the load.
    pub autoscale: Option<Autoscale>,
}

/// Who comes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Arrivals {
    /// Requests come whether or not earlier ones are answered: an open loop.
    Open {
        /// Classes, highest priority first; one unless there are priorities.
        classes: Vec<Class>,
        /// Requests that come together each time.
        batch: u32,
    },
    /// Each client waits for its answer, thinks, and asks again: a closed loop, which hides
    /// overload.
    Closed {
        /// Clients N.
        clients: u32,
        /// Pause between an answer and the next request.
        think: TimeLaw,
        /// Service time of a request.
        service: TimeLaw,
    },
    /// Nobody but those that a trigger sends: [`Change::Burst`].
    Burst {
        /// Service time of a request.
        service: TimeLaw,
    },
}

/// One class of an open loop.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Times between arrivals.
    pub gap: TimeLaw,
    /// Service times on one server.
    pub service: TimeLaw,
}

/// How requests find a server.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Routing {
    /// One queue for all servers.
    Shared,
    /// One queue a server, chosen at random.
    Random,
    /// One queue a server, in turn.
    RoundRobin,
    /// One queue a server, by the key of the request: Zipf over `keys`, key k at server
    /// k modulo c.
    Sticky {
        /// How many keys there are.
        keys: u32,
        /// Exponent θ of Zipf's law, 0 for equal shares.
        skew: f64,
    },
    /// One queue a server, the shortest of d that are drawn at random, without putting back.
    LeastOf(u32),
    /// One queue a server, chosen at random; a server that falls idle tries so many others,
    /// drawn at random, and takes the next request of the first that has one waiting.
    Stealing(u32),
}

/// Who is served next.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Discipline {
    /// First come, first served.
    Fifo,
    /// Last come, first served, without interrupting a service.
    Lifo,
    /// Higher class first, without interrupting a service; within a class first come first
    /// served.
    Priority {
        /// Each so many seconds of waiting make up for one class; `None` for never.
        ageing: Option<f64>,
    },
    /// The shortest service first, without interrupting one.
    ShortestFirst,
    /// Shortest remaining service first, interrupting a longer one (SRPT).
    ShortestRemaining,
    /// All at once, each at an equal share of the servers (PS).
    Sharing,
}

/// What happens at what time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trigger {
    /// When it begins, in seconds.
    pub at: f64,
    /// How long it lasts; `None` to the end.
    pub lasts: Option<f64>,
    /// What it is.
    pub change: Change,
}

/// What a trigger changes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Every server works at this share of its speed; 0 is an outage.
    Capacity(f64),
    /// So many times the arrivals.
    Load(f64),
    /// So many requests at once, of the first class.
    Burst(u32),
    /// Servers that are added, or with a minus taken away.
    Servers(i32),
}

/// Servers that follow the load: every so often the wanted number is what brings the
/// utilization of the last interval to the target; new servers work only after a lag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autoscale {
    /// Utilization to aim at, above 0 and up to 1.
    pub target: f64,
    /// Time between decisions.
    pub every: f64,
    /// Time until an ordered server works.
    pub lag: f64,
    /// Fewest servers.
    pub least: u32,
    /// Most servers.
    pub most: u32,
}

impl Scenario {
    /// A single queue with `servers` servers, first come first served, nobody lost.
    pub fn station(servers: u32, gap: TimeLaw, service: TimeLaw) -> Self {
        Self::serving(
            servers,
            Arrivals::Open {
                classes: vec![Class { gap, service }],
                batch: 1,
            },
        )
    }

    /// Any arrivals at a single queue with `servers` servers, first come first served.
    pub fn serving(servers: u32, arrivals: Arrivals) -> Self {
        Self {
            servers,
            arrivals,
            routing: Routing::Shared,
            discipline: Discipline::Fifo,
            places: None,
            patience: None,
            client: Client::default(),
            setup: None,
            rejoin: 0.0,
            triggers: Vec::new(),
            autoscale: None,
        }
    }

    /// Poisson arrivals, exponential service: M/M/c with arrival rate and mean service.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a rate or a time that is not above 0.
    pub fn mmc(arrival_rate: f64, mean_service: f64, servers: u32) -> Result<Self, Error> {
        let rate = domain::positive("arrival rate", arrival_rate)?;
        let mean = domain::positive("mean service time", mean_service)?;
        Ok(Self::station(
            servers,
            TimeLaw::Exponential(1.0 / rate),
            TimeLaw::Exponential(mean),
        ))
    }

    /// Service laws by class; one for a closed loop.
    pub fn services(&self) -> Vec<&TimeLaw> {
        match &self.arrivals {
            Arrivals::Open { classes, .. } => classes.iter().map(|class| &class.service).collect(),
            Arrivals::Closed { service, .. } | Arrivals::Burst { service } => vec![service],
        }
    }

    /// Requests a second of an open loop, all classes together; 0 for others.
    pub fn arrival_rate(&self) -> f64 {
        match &self.arrivals {
            Arrivals::Open { classes, batch } => {
                let rate: f64 = classes.iter().map(|class| 1.0 / class.gap.mean()).sum();
                rate * f64::from(*batch)
            }
            _ => 0.0,
        }
    }

    /// Mean service time of a request in seconds, over all classes.
    pub fn mean_service(&self) -> f64 {
        match &self.arrivals {
            Arrivals::Open { classes, .. } => {
                let (mut work, mut rate) = (0.0, 0.0);
                for class in classes {
                    work += class.service.mean() / class.gap.mean();
                    rate += 1.0 / class.gap.mean();
                }
                work / rate
            }
            Arrivals::Closed { service, .. } | Arrivals::Burst { service } => service.mean(),
        }
    }

    /// Servers kept busy on average if every request is served once and none is lost; 0 for a
    /// closed loop. Copies that are all worked off count.
    pub fn offered(&self) -> f64 {
        let copies = if self.client.need == 1 && self.client.cancel {
            1.0
        } else if self.client.hedge > 0.0 {
            f64::from(self.client.need)
        } else {
            f64::from(self.client.copies)
        };
        self.arrival_rate() * self.mean_service() * copies / (1.0 - self.rejoin)
    }

    /// Whether nothing limits the work that waits: no places, patience, or closed loop.
    pub fn is_unlimited(&self) -> bool {
        matches!(self.arrivals, Arrivals::Open { .. })
            && self.places.is_none()
            && self.patience.is_none()
            && self.autoscale.is_none()
            && !(self.client.timeout.is_some() && self.client.cancel)
    }

    /// Whether every server has a queue of its own.
    pub fn is_separate(&self) -> bool {
        self.routing != Routing::Shared
    }

    /// Whether requests can fail and come back, or be sent in copies.
    pub fn has_policy(&self) -> bool {
        let Client {
            timeout,
            retries,
            copies,
            ..
        } = self.client;
        timeout.is_some() || copies > 1 || retries != Some(0) || self.client.budget != Budget::None
    }

    /// Whether means of waits exist that an interval could be about: not where one request
    /// waits for another whose service has no variance.
    pub fn has_means(&self) -> bool {
        let finite = self.services().iter().all(|law| law.cv2().is_some());
        finite || self.discipline == Discipline::Sharing
    }
}
