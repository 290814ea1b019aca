//! Clients: when they send, give up, try again, and who counts as answered.

use super::Engine;
use super::store::{Job, NOBODY, Request};
use crate::sim::events::Kind;
use crate::sim::line::JobId;
use crate::sim::scenario::{Arrivals, Budget, Client, Discipline, Routing};

/// Time constant of the counters of adaptive throttling, in seconds.
const THROTTLE_MEMORY: f64 = 120.0;

impl Engine<'_> {
    /// A new request of a class, not yet sent.
    pub(super) fn new_request(&mut self, class: u16, sent: f64) -> u32 {
        let size = self.service_law(class).draw(&mut self.service);
        let key = if let Routing::Sticky { .. } = self.scenario.routing {
            let share = self.choice.uniform();
            u32::try_from(self.keys.partition_point(|sum| *sum < share)).unwrap_or(0)
        } else {
            0
        };
        let request = Request {
            generation: 0,
            class,
            sent,
            size,
            key,
            attempts: 0,
            answered: 0,
            live: 0,
            pause: 0.0,
        };
        self.requests
            .put(request, |new, old| new.generation = old.generation)
    }

    /// A client sends a new request.
    pub(super) fn send_new(&mut self, class: u16) {
        if let Some(class) = self.tally.classes.get_mut(usize::from(class)) {
            class.sent += 1;
        }
        if let Budget::Requests { share, depth } = self.scenario.client.budget {
            self.tokens = (self.tokens + share).min(depth);
        }
        let request = self.new_request(class, self.now);
        self.send(request);
    }

    /// Sends one attempt of a request.
    fn send(&mut self, at: u32) {
        let Client {
            timeout,
            copies,
            need,
            hedge,
            budget,
            ..
        } = self.scenario.client;
        let Some(request) = self.requests.items.get_mut(at as usize) else {
            return;
        };
        request.attempts += 1;
        request.answered = 0;
        request.live = 0;
        let generation = request.generation;
        if let Budget::Throttle { k } = budget
            && self.is_throttled(k)
        {
            self.fail(at);
            return;
        }
        self.tally.attempts += 1;
        let now = if hedge > 0.0 { need } else { copies };
        if let Some(timeout) = timeout {
            self.events
                .plan(self.now + timeout, Kind::Timeout, at, generation);
        }
        if hedge > 0.0 && copies > need {
            self.events
                .plan(self.now + hedge, Kind::Hedge, at, generation);
        }
        let placed = if now == 1 {
            let queue = self.route(at);
            u32::from(self.place(at, queue, 0))
        } else {
            self.place_copies(at, 0, now)
        };
        if placed < need {
            self.fail(at);
        }
    }

    /// Sends copies `from` … `to` − 1 to different servers; says how many found a place.
    fn place_copies(&mut self, at: u32, from: u32, to: u32) -> u32 {
        self.tally.copies += u64::from(to - from.max(1));
        let mut placed = 0;
        if !self.scenario.is_separate() {
            for copy in from..to {
                placed += u32::from(self.place(at, 0, copy));
            }
            return placed;
        }
        let many = self.queues.len();
        let everywhere = to as usize >= many && from == 0;
        let mut taken: Vec<usize> = Vec::with_capacity(to as usize);
        // Copies sent earlier keep their servers to themselves.
        if from > 0 {
            let out = self.out.get(at as usize).map_or(&[][..], Vec::as_slice);
            taken.extend(
                out.iter()
                    .filter_map(|id| self.job(*id))
                    .map(|job| job.line as usize),
            );
        }
        for copy in from..to {
            let queue = if everywhere {
                copy as usize
            } else {
                let mut queue = self.route(at);
                while taken.contains(&queue) {
                    queue = self.choice.below(u32::try_from(many).unwrap_or(NOBODY)) as usize;
                }
                queue
            };
            taken.push(queue);
            placed += u32::from(self.place(at, queue, copy));
        }
        placed
    }

    /// The queue a request goes to.
    fn route(&mut self, at: u32) -> usize {
        let many = u32::try_from(self.queues.len()).unwrap_or(NOBODY);
        match self.scenario.routing {
            Routing::Shared => 0,
            Routing::Random | Routing::Stealing(_) => self.choice.below(many) as usize,
            Routing::RoundRobin => {
                let here = self.turn;
                self.turn = if here + 1 >= many { 0 } else { here + 1 };
                here as usize
            }
            Routing::Sticky { .. } => {
                let key = self
                    .requests
                    .items
                    .get(at as usize)
                    .map_or(0, |request| request.key);
                (key % many) as usize
            }
            Routing::LeastOf(d) => self.shortest_of(d, many),
        }
    }

    /// The shortest of d queues drawn without putting back; the first drawn among equals, so
    /// that ties fall at random.
    fn shortest_of(&mut self, d: u32, many: u32) -> usize {
        let length = |engine: &Self, at: u32| {
            engine
                .queues
                .get(at as usize)
                .map_or(u32::MAX, |queue| queue.present)
        };
        let mut best = self.choice.below(many);
        if d >= many {
            // All of them, from a random place on.
            let start = best;
            for step in 1..many {
                let at = (start + step) % many;
                if length(self, at) < length(self, best) {
                    best = at;
                }
            }
            return best as usize;
        }
        let mut drawn = [NOBODY; 16];
        let mut more: Vec<u32> = Vec::new();
        if let Some(first) = drawn.first_mut() {
            *first = best;
        }
        for count in 1..d as usize {
            let at = loop {
                let at = self.choice.below(many);
                if !drawn.contains(&at) && !more.contains(&at) {
                    break at;
                }
            };
            match drawn.get_mut(count) {
                Some(slot) => *slot = at,
                None => more.push(at),
            }
            if length(self, at) < length(self, best) {
                best = at;
            }
        }
        best as usize
    }

    /// Whether a client still waits for this copy.
    pub(super) fn is_awaited(&self, job: &Job) -> bool {
        self.requests
            .items
            .get(job.request as usize)
            .is_some_and(|request| request.generation == job.attempt)
    }

    /// A copy is done: its client takes the answer if it still waits.
    pub(super) fn answer(&mut self, job: &Job) {
        if !self.is_awaited(job) {
            self.tally.wasted += 1;
            return;
        }
        let Some(request) = self.requests.items.get_mut(job.request as usize) else {
            return;
        };
        request.answered += 1;
        request.live = request.live.saturating_sub(1);
        let request = *request;
        if request.answered < self.scenario.client.need {
            return;
        }
        let response = self.now - request.sent;
        let wait = match (self.scenario.discipline, job.begun) {
            // Interrupted or shared: what it was held up altogether.
            (Discipline::Sharing | Discipline::ShortestRemaining, _) | (_, None) => {
                (self.now - job.arrived - job.size).max(0.0)
            }
            (_, Some(begun)) => begun - job.arrived,
        };
        self.tally
            .answered(usize::from(request.class), wait, response);
        self.watch.answered += 1;
        if let Some(trace) = &mut self.trace {
            trace.push(response);
        }
        match self.scenario.client.budget {
            Budget::Tokens { share, depth } => self.tokens = (self.tokens + share).min(depth),
            Budget::Throttle { .. } => {
                self.fade_throttle();
                self.throttle.1 += 1.0;
            }
            Budget::None | Budget::Requests { .. } => {}
        }
        self.settle(job.request);
    }

    /// The request is over: the client goes on.
    fn settle(&mut self, at: u32) {
        self.new_attempt(at);
        self.requests.free(at);
        if let Arrivals::Closed { think, .. } = &self.scenario.arrivals {
            let pause = think.draw(&mut self.jitter);
            self.events.plan(self.now + pause, Kind::Client, 0, 0);
        }
    }

    /// Nobody waits for the copies that are out any more.
    fn new_attempt(&mut self, at: u32) {
        let Some(request) = self.requests.items.get_mut(at as usize) else {
            return;
        };
        request.generation = request.generation.wrapping_add(1);
        if !self.tracked {
            return;
        }
        let mut out = self
            .out
            .get_mut(at as usize)
            .map(std::mem::take)
            .unwrap_or_default();
        if self.scenario.client.cancel {
            for id in &out {
                self.withdraw(*id);
            }
        }
        out.clear();
        if let Some(empty) = self.out.get_mut(at as usize) {
            *empty = out;
        }
    }

    /// Remembers a copy of a request that is at the station.
    pub(super) fn track(&mut self, at: u32, copy: JobId) {
        let at = at as usize;
        if self.out.len() <= at {
            self.out.resize_with(at + 1, Vec::new);
        }
        if let Some(out) = self.out.get_mut(at) {
            out.push(copy);
        }
    }

    /// The client of a request leaves for good.
    pub(super) fn give_up(&mut self, at: u32) {
        let class = self
            .requests
            .items
            .get(at as usize)
            .map_or(0, |request| request.class);
        if let Some(class) = self.tally.classes.get_mut(usize::from(class)) {
            class.lost += 1;
        }
        self.settle(at);
    }

    pub(super) fn timeout(&mut self, at: u32, check: u32) {
        if self.is_current(at, check) {
            self.fail(at);
        }
    }

    fn is_current(&self, at: u32, check: u32) -> bool {
        self.requests
            .items
            .get(at as usize)
            .is_some_and(|request| request.generation == check)
    }

    /// An attempt has failed: pause and try again, or give up.
    fn fail(&mut self, at: u32) {
        let Client {
            retries, budget, ..
        } = self.scenario.client;
        let Some(request) = self.requests.items.get(at as usize).copied() else {
            return;
        };
        let spent = retries.is_some_and(|most| request.attempts > most);
        if spent {
            self.give_up(at);
            return;
        }
        if let Budget::Tokens { .. } | Budget::Requests { .. } = budget {
            if self.tokens < 1.0 {
                self.give_up(at);
                return;
            }
            self.tokens -= 1.0;
        }
        self.new_attempt(at);
        let backoff = self.scenario.client.backoff;
        let pause = backoff.pause(request.attempts - 1, request.pause, &mut self.jitter);
        let Some(request) = self.requests.items.get_mut(at as usize) else {
            return;
        };
        request.pause = pause;
        let generation = request.generation;
        self.levels.pausing += 1;
        self.events
            .plan(self.now + pause, Kind::Retry, at, generation);
    }

    pub(super) fn retry(&mut self, at: u32, check: u32) {
        if self.is_current(at, check) {
            self.levels.pausing -= 1;
            self.send(at);
        }
    }

    /// No answer yet: the other copies go out.
    pub(super) fn hedge(&mut self, at: u32, check: u32) {
        if self.is_current(at, check) {
            let Client { copies, need, .. } = self.scenario.client;
            self.place_copies(at, need, copies);
        }
    }

    /// Lets the counters of adaptive throttling fade.
    fn fade_throttle(&mut self) {
        let (requests, accepted, since) = self.throttle;
        let left = (-(self.now - since) / THROTTLE_MEMORY).exp();
        self.throttle = (requests * left, accepted * left, self.now);
    }

    /// Whether adaptive throttling holds this attempt back. It counts as a request either way,
    /// from the moment it is tried.
    fn is_throttled(&mut self, k: f64) -> bool {
        self.fade_throttle();
        let (requests, accepted, _) = self.throttle;
        let rejected = ((requests - k * accepted) / (requests + 1.0)).max(0.0);
        self.throttle.0 += 1.0;
        self.jitter.uniform() < rejected
    }
}
