//! Servers: who is served, interrupted, moved or blocked.

use super::store::{Job, NOBODY, Place};
use super::{Engine, State};
use crate::sim::events::Kind;
use crate::sim::line::JobId;
use crate::sim::scenario::{Discipline, Routing};

impl Engine<'_> {
    /// Puts one copy of a request into a queue; says whether there was a place.
    pub(super) fn place(&mut self, request: u32, queue: usize, copy: u32) -> bool {
        let scenario = self.scenario;
        let (Some(line), Some(wanted)) = (
            self.queues.get(queue),
            self.requests.items.get(request as usize).copied(),
        ) else {
            return false;
        };
        if scenario.places.is_some_and(|places| line.present >= places) {
            self.tally.refused += 1;
            return false;
        }
        let size = if copy == 0 {
            wanted.size
        } else {
            self.service_law(wanted.class).draw(&mut self.copies)
        };
        let job = Job {
            generation: 0,
            request,
            attempt: wanted.generation,
            line: u32::try_from(queue).unwrap_or(NOBODY),
            server: NOBODY,
            class: wanted.class,
            place: Place::Waiting,
            arrived: self.now,
            size,
            left: size,
            begun: None,
        };
        let at = self
            .jobs
            .put(job, |new, old| new.generation = old.generation);
        let id = self.id(at);
        if let Some(wanted) = self.requests.items.get_mut(request as usize) {
            wanted.live += 1;
        }
        if self.tracked {
            self.track(request, id);
        }
        self.queue(queue, |queue| queue.present += 1);
        self.levels.present += 1;
        if scenario.discipline == Discipline::Sharing {
            self.share(queue, id);
        } else if let Some(server) = self.idle_server(queue) {
            self.start(server, at);
        } else if !self.interrupt(queue, id) {
            self.wait(queue, id);
            if let Some(patience) = &scenario.patience {
                let until = self.now + patience.draw(&mut self.jitter);
                self.events
                    .plan(until, Kind::Patience, id.at, id.generation);
            }
            self.warm_one_up();
        }
        true
    }

    pub(super) fn id(&self, at: u32) -> JobId {
        let generation = self
            .jobs
            .items
            .get(at as usize)
            .map_or(0, |job| job.generation);
        JobId { at, generation }
    }

    pub(super) fn queue(&mut self, queue: usize, change: impl FnOnce(&mut super::Queue)) {
        if let Some(queue) = self.queues.get_mut(queue) {
            change(queue);
        }
    }

    /// The job, if it is still the one that was meant.
    pub(super) fn job(&self, id: JobId) -> Option<Job> {
        self.jobs
            .items
            .get(id.at as usize)
            .copied()
            .filter(|job| job.generation == id.generation)
    }

    /// Adds a job to the waiting line.
    fn wait(&mut self, queue: usize, id: JobId) {
        let Some(job) = self.job(id) else { return };
        let key = self.key(&job);
        self.queue(queue, |queue| {
            queue.line.push(id, key);
            queue.waiting += 1;
        });
        self.levels.waiting += 1;
    }

    /// An idle server of a queue.
    fn idle_server(&mut self, queue: usize) -> Option<u32> {
        if !self.scenario.is_separate() {
            return self.idle.pop();
        }
        let free = self
            .servers
            .get(queue)
            .is_some_and(|server| server.job == NOBODY);
        free.then(|| u32::try_from(queue).unwrap_or(NOBODY))
    }

    /// Starts or goes on with a job on a free server.
    pub(super) fn start(&mut self, server: u32, at: u32) {
        let (Some(found), Some(job)) = (
            self.servers.get_mut(server as usize),
            self.jobs.items.get_mut(at as usize),
        ) else {
            return;
        };
        found.job = at;
        found.started = self.now;
        found.generation = found.generation.wrapping_add(1);
        job.server = server;
        job.place = Place::Serving;
        job.begun = job.begun.or(Some(self.now));
        self.levels.busy += 1;
        if self.speed > 0.0 {
            let done = self.now + job.left / self.speed;
            self.events.plan(done, Kind::Done, server, found.generation);
        }
    }

    /// Interrupts the longest remaining service for a shorter one; says whether it did.
    fn interrupt(&mut self, queue: usize, id: JobId) -> bool {
        if self.scenario.discipline != Discipline::ShortestRemaining {
            return false;
        }
        let Some(job) = self.job(id) else {
            return false;
        };
        let own = queue..queue + 1;
        let servers = if self.scenario.is_separate() {
            own
        } else {
            0..self.servers.len()
        };
        let mut longest: Option<(usize, f64)> = None;
        for server in servers {
            let left = self.left_on(server);
            if longest.is_none_or(|(_, most)| left > most) {
                longest = Some((server, left));
            }
        }
        let Some((server, left)) = longest.filter(|(_, left)| *left > job.left) else {
            return false;
        };
        let server = u32::try_from(server).unwrap_or(NOBODY);
        let Some(old) = self.stop(server) else {
            return false;
        };
        if let Some(job) = self.jobs.items.get_mut(old as usize) {
            job.left = left;
            job.place = Place::Waiting;
        }
        let old = self.id(old);
        self.wait(queue, old);
        self.start(server, id.at);
        true
    }

    /// Service left on a server, at full speed.
    fn left_on(&self, server: usize) -> f64 {
        let Some(server) = self.servers.get(server) else {
            return 0.0;
        };
        let left = self
            .jobs
            .items
            .get(server.job as usize)
            .map_or(0.0, |job| job.left);
        left - (self.now - server.started) * self.speed
    }

    /// Takes the job off a server, which stays free for the caller to fill.
    fn stop(&mut self, server: u32) -> Option<u32> {
        let server = self.servers.get_mut(server as usize)?;
        let job = std::mem::replace(&mut server.job, NOBODY);
        server.generation = server.generation.wrapping_add(1);
        if job == NOBODY {
            return None;
        }
        self.levels.busy -= 1;
        Some(job)
    }

    /// A service ends.
    pub(super) fn done(&mut self, server: u32, check: u32) {
        let current = self.servers.get(server as usize);
        if current.is_none_or(|server| server.generation != check) {
            return;
        }
        let rejoin = self.scenario.rejoin;
        if rejoin > 0.0 && self.choice.uniform() < rejoin {
            self.join_again(server);
            return;
        }
        let Some(at) = self.stop(server) else { return };
        self.complete(at);
        self.next_for(server);
    }

    /// A job that was served joins its queue again, or blocks its server.
    fn join_again(&mut self, server: u32) {
        let full = self.scenario.places.is_some_and(|places| {
            let waiting = self.queues.first().map_or(0, |queue| queue.waiting);
            waiting + self.scenario.servers >= places
        });
        if full {
            self.blocked.push_back(server);
            if self.blocked.len() == self.servers.len() {
                self.watch.deadlock = self.origin.map(|origin| self.now - origin);
            }
            return;
        }
        self.back_to_the_end(server);
        self.next_for(server);
    }

    fn back_to_the_end(&mut self, server: u32) {
        let Some(at) = self.stop(server) else { return };
        let class = self.jobs.items.get(at as usize).map_or(0, |job| job.class);
        let size = self.service_law(class).draw(&mut self.service);
        if let Some(job) = self.jobs.items.get_mut(at as usize) {
            job.place = Place::Waiting;
            job.size = size;
            job.left = size;
        }
        self.tally.done += 1;
        let id = self.id(at);
        self.wait(0, id);
    }

    /// Gives a free server its next job, or lets it rest.
    pub(super) fn next_for(&mut self, server: u32) {
        let leaving = self.servers.get(server as usize).map(|server| server.state);
        if leaving == Some(State::Leaving) {
            self.gone(server);
            return;
        }
        let own = if self.scenario.is_separate() {
            server as usize
        } else {
            0
        };
        if let Some(id) = self.pull(own) {
            self.start(server, id.at);
            self.unblock();
        } else if !self.steal(server) {
            self.rest(server);
        }
    }

    /// The next waiting job of a queue, out of its line.
    fn pull(&mut self, queue: usize) -> Option<JobId> {
        loop {
            let id = self.queues.get_mut(queue)?.line.pop()?;
            if self.job(id).is_some() {
                self.queue(queue, |queue| queue.waiting -= 1);
                self.levels.waiting -= 1;
                return Some(id);
            }
        }
    }

    /// A place has become free: the first blocked server gets rid of its job.
    fn unblock(&mut self) {
        if let Some(server) = self.blocked.pop_front() {
            self.back_to_the_end(server);
            self.next_for(server);
        }
    }

    /// An idle server takes work from another one.
    fn steal(&mut self, server: u32) -> bool {
        let Routing::Stealing(tries) = self.scenario.routing else {
            return false;
        };
        let many = u32::try_from(self.servers.len()).unwrap_or(NOBODY);
        for _ in 0..tries {
            let mut victim = self.choice.below(many.saturating_sub(1));
            victim += u32::from(victim >= server);
            let from = victim as usize;
            if self.queues.get(from).is_some_and(|queue| queue.waiting > 0)
                && let Some(id) = self.pull(from)
            {
                self.queue(from, |queue| queue.present -= 1);
                self.queue(server as usize, |queue| queue.present += 1);
                if let Some(job) = self.jobs.items.get_mut(id.at as usize) {
                    job.line = server;
                }
                self.start(server, id.at);
                return true;
            }
        }
        false
    }

    /// A server has nothing to do.
    fn rest(&mut self, server: u32) {
        if self.scenario.is_separate() {
            return;
        }
        if self.scenario.setup.is_some() {
            if let Some(server) = self.servers.get_mut(server as usize) {
                server.state = State::Off;
            }
            self.off.push(server);
        } else {
            self.idle.push(server);
        }
    }

    /// A service is complete: whoever still waits gets the answer.
    fn complete(&mut self, at: u32) {
        let Some(job) = self.jobs.items.get(at as usize).copied() else {
            return;
        };
        self.tally.done += 1;
        self.leave(at, &job);
        self.answer(&job);
    }

    /// A job leaves the station and its place is free.
    pub(super) fn leave(&mut self, at: u32, job: &Job) {
        if let Some(job) = self.jobs.items.get_mut(at as usize) {
            job.generation = job.generation.wrapping_add(1);
        }
        self.jobs.free(at);
        self.queue(job.line as usize, |queue| queue.present -= 1);
        self.levels.present -= 1;
    }

    /// Takes a job back, wherever it is.
    pub(super) fn withdraw(&mut self, id: JobId) {
        let Some(job) = self.job(id) else { return };
        match job.place {
            Place::Waiting => {
                self.queue(job.line as usize, |queue| queue.waiting -= 1);
                self.levels.waiting -= 1;
                self.leave(id.at, &job);
                self.unblock();
            }
            Place::Serving => {
                self.stop(job.server);
                self.leave(id.at, &job);
                self.next_for(job.server);
            }
            Place::Sharing => {
                self.settle_shares(job.line as usize);
                self.leave(id.at, &job);
                self.plan_shared(job.line as usize);
            }
        }
    }

    /// A waiting job runs out of patience and its request is lost.
    pub(super) fn impatient(&mut self, at: u32, check: u32) {
        let id = JobId {
            at,
            generation: check,
        };
        let waits = self.job(id).filter(|job| job.place == Place::Waiting);
        let Some(job) = waits else { return };
        self.withdraw(id);
        if self.is_awaited(&job) {
            self.give_up(job.request);
        }
    }
}
