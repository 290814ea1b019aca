//! Servers that all jobs share: each gets an equal part, in a virtual time of its own.

use super::Engine;
use super::store::{NOBODY, Place};
use crate::sim::events::Kind;
use crate::sim::line::JobId;

impl Engine<'_> {
    /// A job joins those that share the servers of a queue.
    pub(super) fn share(&mut self, queue: usize, id: JobId) {
        self.settle_shares(queue);
        if let Some(job) = self.jobs.items.get_mut(id.at as usize) {
            job.place = Place::Sharing;
            job.begun = Some(self.now);
            let left = job.left;
            self.queue(queue, |queue| {
                queue.line.push(id, queue.virtual_time + left);
            });
        }
        self.plan_shared(queue);
    }

    /// Service that each sharing job gets a second.
    fn share_rate(&self, present: u32) -> f64 {
        let servers = if self.scenario.is_separate() {
            1
        } else {
            self.scenario.servers
        };
        self.speed * (f64::from(servers) / f64::from(present.max(1))).min(1.0)
    }

    /// Brings the virtual time of a queue up to now; call before its number changes.
    pub(super) fn settle_shares(&mut self, queue: usize) {
        let now = self.now;
        let Some(present) = self.queues.get(queue).map(|queue| queue.present) else {
            return;
        };
        // A job that has just come has been counted already and has no service yet.
        let newcomer = u32::from(self.sharing_count(queue) < present);
        let rate = self.share_rate(present - newcomer);
        self.queue(queue, |queue| {
            queue.virtual_time += rate * (now - queue.virtual_since);
            queue.virtual_since = now;
        });
    }

    fn sharing_count(&self, queue: usize) -> u32 {
        self.queues.get(queue).map_or(0, |queue| queue.waiting)
    }

    /// Plans the next completion among those that share.
    pub(super) fn plan_shared(&mut self, queue: usize) {
        let before = self.sharing_count(queue);
        let present = self.queues.get(queue).map_or(0, |queue| queue.present);
        // For a sharing queue `waiting` holds how many share; none of them waits.
        self.queue(queue, |queue| queue.waiting = present);
        let servers = if self.scenario.is_separate() {
            1
        } else {
            self.scenario.servers
        };
        self.levels.busy -= before.min(servers);
        self.levels.busy += present.min(servers);
        loop {
            let Some(line) = self.queues.get_mut(queue) else {
                return;
            };
            let Some((due, id)) = line.line.peek() else {
                return;
            };
            let alive = self
                .jobs
                .items
                .get(id.at as usize)
                .is_some_and(|job| job.generation == id.generation);
            if !alive {
                line.line.pop();
                continue;
            }
            line.generation = line.generation.wrapping_add(1);
            let (left, check) = ((due - line.virtual_time).max(0.0), line.generation);
            let rate = self.share_rate(present);
            if rate > 0.0 {
                let about = u32::try_from(queue).unwrap_or(NOBODY);
                self.events
                    .plan(self.now + left / rate, Kind::Shared, about, check);
            }
            return;
        }
    }

    /// The first of those that share is done.
    pub(super) fn shared_done(&mut self, queue: u32, check: u32) {
        let at = queue as usize;
        if self
            .queues
            .get(at)
            .is_none_or(|queue| queue.generation != check)
        {
            return;
        }
        self.settle_shares(at);
        let id = self.queues.get_mut(at).and_then(|queue| queue.line.pop());
        if let Some(id) = id
            && let Some(job) = self.job(id)
        {
            self.tally.done += 1;
            self.leave(id.at, &job);
            self.plan_shared(at);
            self.answer(&job);
        }
    }
}
