//! What happens next: events in the order of time, equal times in the order they were planned.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request of class `about` arrives; `check` is the arrival process's generation.
    Arrival,
    /// A client of the closed loop has thought.
    Client,
    /// Server `about` finishes, if its generation is still `check`.
    Done,
    /// The first of those that share queue `about` finishes, if the generation is `check`.
    Shared,
    /// The client of request `about` gives the attempt up.
    Timeout,
    /// Request `about` is sent again.
    Retry,
    /// Request `about` sends its other copies.
    Hedge,
    /// Job `about` runs out of patience.
    Patience,
    /// Server `about` has warmed up.
    Ready,
    /// Trigger `about` begins or, with `check` 1, ends.
    Trigger,
    /// The autoscaler decides.
    Decide,
    /// `about` ordered servers begin to work.
    Arrive,
}

/// One event: 32 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    time: u64,
    sequence: u64,
    pub(super) kind: Kind,
    pub(super) about: u32,
    pub(super) check: u32,
}

impl Event {
    pub(super) fn time(&self) -> f64 {
        f64::from_bits(self.time)
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.sequence == other.sequence
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    /// The earliest is the greatest, so that the heap hands it out first.
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        (other.time, other.sequence).cmp(&(self.time, self.sequence))
    }
}

/// The events to come.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: BinaryHeap<Event>,
    planned: u64,
}

impl Events {
    /// Plans an event; times are 0 or above, whose bits are in the order of the numbers.
    #[inline]
    pub(super) fn plan(&mut self, time: f64, kind: Kind, about: u32, check: u32) {
        self.heap.push(Event {
            time: time.max(0.0).to_bits(),
            sequence: self.planned,
            kind,
            about,
            check,
        });
        self.planned += 1;
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<Event> {
        self.heap.pop()
    }

    /// How many were planned.
    pub(super) fn planned(&self) -> u64 {
        self.planned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_keep_the_order_they_were_planned_in() {
        let mut events = Events::default();
        for (time, about) in [(2.0, 0), (1.0, 1), (2.0, 2), (0.0, 3), (1.0, 4)] {
            events.plan(time, Kind::Done, about, 0);
        }
        let order: Vec<u32> = std::iter::from_fn(|| events.next())
            .map(|event| event.about)
            .collect();
        assert_eq!(order, [3, 1, 4, 0, 2]);
    }
}
