//! What changes during a run: triggers, cold starts, servers that come and go.

use super::store::NOBODY;
use super::{Engine, Server, State};
use crate::sim::events::Kind;
use crate::sim::scenario::{Change, Discipline};

impl Engine<'_> {
    /// A trigger begins or ends.
    pub(super) fn trigger(&mut self, index: u32, begins: bool) {
        let Some(trigger) = self.scenario.triggers.get(index as usize) else {
            return;
        };
        match trigger.change {
            Change::Capacity(_) => self.set_speed(),
            Change::Load(_) => self.set_load(),
            Change::Burst(many) if begins => {
                for _ in 0..many {
                    self.send_new(0);
                }
            }
            Change::Burst(_) => {}
            Change::Servers(many) => {
                if (many > 0) == begins {
                    self.add_servers(many.unsigned_abs());
                } else {
                    self.remove_servers(many.unsigned_abs());
                }
            }
        }
    }

    /// The product of what all triggers that are on now do.
    fn factor(&self, of: impl Fn(Change) -> Option<f64>) -> f64 {
        let origin = self.origin.unwrap_or(0.0);
        (self.scenario.triggers.iter())
            .filter(|trigger| {
                let from = origin + trigger.at;
                let until = trigger.lasts.map_or(f64::INFINITY, |lasts| from + lasts);
                from <= self.now && self.now < until
            })
            .filter_map(|trigger| of(trigger.change))
            .product()
    }

    /// Every service goes on at the new speed.
    fn set_speed(&mut self) {
        let speed = self.factor(|change| match change {
            Change::Capacity(factor) => Some(factor),
            _ => None,
        });
        if self.scenario.discipline == Discipline::Sharing {
            let queues = self.queues.len();
            for queue in 0..queues {
                self.settle_shares(queue);
            }
            self.speed = speed;
            for queue in 0..queues {
                self.plan_shared(queue);
            }
            return;
        }
        let old = std::mem::replace(&mut self.speed, speed);
        for (at, server) in self.servers.iter_mut().enumerate() {
            let blocked = self.blocked.iter().any(|blocked| *blocked as usize == at);
            let Some(job) = self.jobs.items.get_mut(server.job as usize) else {
                continue;
            };
            if blocked {
                continue;
            }
            job.left = (job.left - (self.now - server.started) * old).max(0.0);
            server.started = self.now;
            server.generation = server.generation.wrapping_add(1);
            if speed > 0.0 {
                let about = u32::try_from(at).unwrap_or(NOBODY);
                let done = self.now + job.left / speed;
                self.events.plan(done, Kind::Done, about, server.generation);
            }
        }
    }

    /// What is left of the times to the next arrivals passes at the new rate.
    fn set_load(&mut self) {
        let load = self.factor(|change| match change {
            Change::Load(factor) => Some(factor),
            _ => None,
        });
        let old = std::mem::replace(&mut self.load, load);
        for (class, source) in self.sources.iter_mut().enumerate() {
            source.next = self.now + (source.next - self.now) * old / load;
            source.generation += 1;
            let about = u32::try_from(class).unwrap_or(0);
            self.events
                .plan(source.next, Kind::Arrival, about, source.generation);
        }
    }

    fn add_servers(&mut self, many: u32) {
        for _ in 0..many {
            let server = Server {
                job: NOBODY,
                generation: 0,
                started: self.now,
                state: State::On,
            };
            let at = self
                .servers
                .iter()
                .position(|server| server.state == State::Gone);
            let at = if let Some(at) = at {
                if let Some(gone) = self.servers.get_mut(at) {
                    gone.state = State::On;
                }
                at
            } else {
                self.servers.push(server);
                self.servers.len() - 1
            };
            self.levels.servers += 1;
            self.next_for(u32::try_from(at).unwrap_or(NOBODY));
        }
    }

    /// Idle servers go at once, busy ones when their job is done.
    fn remove_servers(&mut self, many: u32) {
        for _ in 0..many {
            if let Some(server) = self.idle.pop() {
                self.gone(server);
                continue;
            }
            let busy = |server: &&mut Server| server.state == State::On && server.job != NOBODY;
            if let Some(server) = self.servers.iter_mut().rev().find(busy) {
                server.state = State::Leaving;
            }
        }
    }

    pub(super) fn gone(&mut self, server: u32) {
        if let Some(server) = self.servers.get_mut(server as usize) {
            server.state = State::Gone;
            self.levels.servers = self.levels.servers.saturating_sub(1);
        }
    }

    /// Somebody waits: one server that is off begins to warm up, if fewer warm up than wait.
    pub(super) fn warm_one_up(&mut self) {
        let Some(setup) = &self.scenario.setup else {
            return;
        };
        if self.warming >= self.levels.waiting {
            return;
        }
        if let Some(at) = self.off.pop()
            && let Some(server) = self.servers.get_mut(at as usize)
        {
            server.state = State::Warming;
            server.generation = server.generation.wrapping_add(1);
            self.warming += 1;
            let ready = self.now + setup.draw(&mut self.jitter);
            self.events.plan(ready, Kind::Ready, at, server.generation);
        }
    }

    /// A server has warmed up.
    pub(super) fn warmed(&mut self, at: u32, check: u32) {
        let Some(server) = self.servers.get_mut(at as usize) else {
            return;
        };
        if server.generation == check && server.state == State::Warming {
            server.state = State::On;
            self.warming -= 1;
            self.next_for(at);
        }
    }

    /// The autoscaler looks at the last interval.
    pub(super) fn decide(&mut self) {
        let Some(scale) = self.scenario.autoscale else {
            return;
        };
        self.events.plan(self.now + scale.every, Kind::Decide, 0, 0);
        let (area, since) = self.last_area;
        let passed = self.now - since;
        let busy = self.tally.areas.busy - area;
        self.last_area = (self.tally.areas.busy, self.now);
        if passed <= 0.0 || self.origin.is_none() {
            return;
        }
        let servers = f64::from(self.levels.servers);
        let utilization = busy / passed / servers;
        // As Kubernetes does: within a tenth of the target nothing changes.
        if (utilization / scale.target - 1.0).abs() <= 0.1 {
            return;
        }
        // What is a whole number but for rounding is not rounded up.
        let wanted = (busy / passed / scale.target - 1e-9).ceil();
        let wanted = wanted.clamp(f64::from(scale.least), f64::from(scale.most));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between the fewest and the most servers"
        )]
        let wanted = wanted as u32;
        let coming = self.levels.servers + self.ordered;
        if wanted > coming {
            let more = wanted - coming;
            self.ordered += more;
            self.events
                .plan(self.now + scale.lag, Kind::Arrive, more, 0);
        } else if wanted < self.levels.servers && self.ordered == 0 {
            self.remove_servers(self.levels.servers - wanted);
        }
    }

    /// Ordered servers begin to work.
    pub(super) fn ordered_arrive(&mut self, many: u32) {
        self.ordered = self.ordered.saturating_sub(many);
        self.add_servers(many);
    }
}
