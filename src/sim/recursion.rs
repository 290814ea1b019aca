//! One queue, first come first served, nobody lost: customer by customer, without events.

use super::engine::{Length, OneRun};
use super::law::TimeLaw;
use super::streams::{Purpose, Stream};
use super::tally::Tally;

/// What the recursion needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) servers: u32,
    pub(super) gap: &'a TimeLaw,
    pub(super) service: &'a TimeLaw,
    pub(super) batch: u32,
}

/// When each server is free, the earliest in front: a heap whose front is replaced.
#[derive(Debug)]
struct Free(Vec<f64>);

impl Free {
    /// The earliest time a server is free.
    #[inline]
    fn earliest(&self) -> f64 {
        self.0.first().copied().unwrap_or(0.0)
    }

    /// That server is now busy until `until`.
    #[inline]
    fn busy(&mut self, until: f64) {
        let times = self.0.as_mut_slice();
        let many = times.len();
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            if left >= many {
                break;
            }
            let right = left + 1;
            let child = if right < many && times[right] < times[left] {
                right
            } else {
                left
            };
            if times[child] >= until {
                break;
            }
            times[at] = times[child];
            at = child;
        }
        if let Some(place) = times.get_mut(at) {
            *place = until;
        }
    }
}

/// One run: Wₖ = max(0, first free server − arrival), J. Kiefer and J. Wolfowitz (1955).
/// `present` requests are there at the beginning.
pub(super) fn run(
    line: &Line<'_>,
    seed: u64,
    run: u64,
    length: &Length,
    present: impl Fn(&mut Stream) -> u32,
) -> OneRun {
    let mut arrivals = Stream::new(seed, run, Purpose::Arrivals);
    let mut service = Stream::new(seed, run, Purpose::Service);
    let mut free = Free(vec![0.0; line.servers as usize]);
    let before = present(&mut arrivals);
    for _ in 0..before {
        let start = free.earliest();
        free.busy(start + line.service.draw(&mut service));
    }
    let mut now = 0.0;
    let mut in_batch = 0;
    let mut next = |free: &mut Free| {
        if in_batch == 0 {
            now += line.gap.draw(&mut arrivals);
            in_batch = line.batch;
        }
        in_batch -= 1;
        let time = line.service.draw(&mut service);
        let wait = (free.earliest() - now).max(0.0);
        free.busy(now + wait + time);
        (now, wait, time)
    };
    let mut from = 0.0;
    for _ in 0..length.warm {
        from = next(&mut free).0;
    }
    let mut tally = Tally::new(1, line.service.mean(), from);
    tally.areas.servers = 0.0;
    let (mut last, mut settled) = (from, 0);
    while settled < length.requests {
        let (at, wait, time) = next(&mut free);
        if at - from > length.horizon {
            last = from + length.horizon;
            break;
        }
        last = at;
        settled += 1;
        tally.areas.busy += time;
        tally.answered(0, wait, wait + time);
    }
    // By Little's law the area under a number of requests is the sum of their times.
    if let Some(class) = tally.classes.first_mut() {
        class.sent = settled;
        tally.areas.waiting = class.wait;
        tally.areas.present = class.response;
    }
    tally.areas.servers = f64::from(line.servers) * (last - from);
    tally.until = last;
    tally.done = settled;
    tally.attempts = settled;
    let at_end = free.0.iter().filter(|until| **until > last).count();
    OneRun {
        tally,
        backlog: Vec::new(),
        goodput: Vec::new(),
        recovered: None,
        deadlock: None,
        stopped: false,
        ends: (f64::from(before), at_end as f64),
        open: 0,
        events: 0,
        trace: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the definition: the customer takes the server that is free first, found by
    /// looking at all of them.
    #[test]
    fn the_heap_is_the_sorted_vector_of_the_definition() {
        let mut stream = Stream::new(5, 0, Purpose::Service);
        let mut heap = Free(vec![0.0; 7]);
        let mut all = [0.0_f64; 7];
        for k in 0..2_000 {
            all.sort_by(f64::total_cmp);
            assert!((heap.earliest() - all[0]).abs() < f64::EPSILON);
            let until = f64::from(k).max(all[0]) + 6.0 * stream.exponential();
            heap.busy(until);
            all[0] = until;
        }
    }
}
