//! Who waits, in the order in which they are served.

use super::scenario::Discipline;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// A job by its place in the store, and which use of that place it is: places are used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct JobId {
    pub(super) at: u32,
    pub(super) generation: u32,
}

/// Jobs that wait. Jobs that left are skipped by the caller when they come up.
#[derive(Debug)]
pub(super) enum Line {
    First(VecDeque<JobId>),
    Last(Vec<JobId>),
    /// By a key, ties in the order of arrival.
    Keyed {
        heap: BinaryHeap<Reverse<(u64, u64, JobId)>>,
        sequence: u64,
    },
}

impl Line {
    pub(super) fn new(discipline: Discipline) -> Self {
        match discipline {
            Discipline::Fifo => Self::First(VecDeque::new()),
            Discipline::Lifo => Self::Last(Vec::new()),
            _ => Self::Keyed {
                heap: BinaryHeap::new(),
                sequence: 0,
            },
        }
    }

    /// Adds a job; the smallest key, a number of at least 0, is served first.
    pub(super) fn push(&mut self, job: JobId, key: f64) {
        match self {
            Self::First(line) => line.push_back(job),
            Self::Last(line) => line.push(job),
            Self::Keyed { heap, sequence } => {
                // Bits of numbers from 0 up are in the order of the numbers.
                heap.push(Reverse((key.max(0.0).to_bits(), *sequence, job)));
                *sequence += 1;
            }
        }
    }

    /// Takes the next one out.
    pub(super) fn pop(&mut self) -> Option<JobId> {
        match self {
            Self::First(line) => line.pop_front(),
            Self::Last(line) => line.pop(),
            Self::Keyed { heap, .. } => heap.pop().map(|Reverse((_, _, job))| job),
        }
    }

    /// The key and the job that come next, of a line by keys.
    pub(super) fn peek(&self) -> Option<(f64, JobId)> {
        match self {
            Self::Keyed { heap, .. } => heap
                .peek()
                .map(|Reverse((bits, _, job))| (f64::from_bits(*bits), *job)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_discipline_has_its_order() {
        let job = |at| JobId { at, generation: 0 };
        for (discipline, order) in [
            (Discipline::Fifo, [0, 1, 2, 3]),
            (Discipline::Lifo, [3, 2, 1, 0]),
            (Discipline::ShortestFirst, [1, 0, 3, 2]),
        ] {
            let mut line = Line::new(discipline);
            for (at, key) in [(0, 2.0), (1, 0.5), (2, 9.0), (3, 2.0)] {
                line.push(job(at), key);
            }
            let seen: Vec<u32> = std::iter::from_fn(|| line.pop())
                .map(|job| job.at)
                .collect();
            assert_eq!(seen, order, "{discipline:?}");
        }
    }
}
