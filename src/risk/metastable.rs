//! Metastable failure: a blip ends, its retries do not.
//!
//! A fluid model, deterministic: what arrives queues in order, whoever waits longer than the
//! timeout is tried again while the old attempt still takes its turn. Chance is left out:
//! it makes a system that is close to the edge tip over sooner.

use super::retry::whole_retries;
use crate::domain;
use crate::error::Error;

/// Steps in one timeout.
const STEPS: usize = 100;
/// Timeouts that are looked at after the blip before the answer is left open.
const HORIZON: usize = 400;

/// A station whose clients give up after a timeout and try again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimedRetries {
    /// First attempts a second, above 0.
    pub arrival_rate: f64,
    /// Attempts a second that the station completes, above 0.
    pub capacity: f64,
    /// Seconds after which a client gives up, above 0.
    pub timeout: f64,
    /// R: retries after the first attempt, whole, at most 10⁶.
    pub retries: f64,
    /// Retries as a share of first attempts that clients may add; `None` without a budget.
    pub budget: Option<f64>,
    /// Whether the station drops attempts that have waited longer than the timeout.
    pub drops_stale: bool,
}

/// For a while the station completes less, or more arrives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blip {
    /// Its length in seconds, 0 or above.
    pub duration: f64,
    /// Share of the capacity that is left meanwhile, 0 to 1.
    pub capacity_left: f64,
    /// What arrivals are multiplied by meanwhile, 1 or so.
    pub load_factor: f64,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Aftermath {
    /// Seconds after the end of the blip until the queue is empty; `None` where it never is.
    pub recovery: Option<f64>,
    /// Largest number of attempts that waited.
    pub peak_queue: f64,
    /// First attempts whose every try came too late, until it recovered or was given up on.
    pub failed: f64,
}

impl TimedRetries {
    /// Whether retries alone can hold it down: λ(1 + R) above the capacity, R replaced by the
    /// budget where that is smaller. A station that drops what nobody waits for is not.
    pub fn is_vulnerable(&self) -> bool {
        !self.drops_stale && self.arrival_rate * (1.0 + self.effective_retries()) > self.capacity
    }

    /// The load above which retries alone can hold it down: capacity/(1 + R), in 1/s.
    pub fn safe_load(&self) -> f64 {
        self.capacity / (1.0 + self.effective_retries())
    }

    /// The largest retry budget with which every blip ends by itself, capacity/λ − 1; `None`
    /// where the load alone is above the capacity.
    pub fn safe_budget(&self) -> Option<f64> {
        let spare = self.capacity / self.arrival_rate - 1.0;
        (spare > 0.0).then_some(spare)
    }

    fn effective_retries(&self) -> f64 {
        self.budget
            .map_or(self.retries, |budget| budget.min(self.retries))
    }

    fn checked(&self, blip: Blip) -> Result<(), Error> {
        domain::positive("arrival rate", self.arrival_rate)?;
        domain::positive("capacity", self.capacity)?;
        domain::positive("timeout", self.timeout)?;
        domain::finite("load of one timeout", self.arrival_rate * self.timeout)?;
        whole_retries(self.retries)?;
        if let Some(budget) = self.budget {
            domain::non_negative("retry budget", budget)?;
        }
        domain::non_negative("length of the blip", blip.duration)?;
        domain::fraction("capacity left", blip.capacity_left)?;
        domain::positive("load factor", blip.load_factor)?;
        if self.arrival_rate >= self.capacity {
            return Err(Error::Saturated {
                arrival_rate: self.arrival_rate,
                offered: self.arrival_rate / self.capacity,
                servers: 1.0,
            });
        }
        Ok(())
    }

    /// Plays the blip through.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a field outside its range, a blip longer than 1,000 timeouts
    /// included; [`Error::Saturated`] where the load alone is at or above the capacity.
    pub fn after(&self, blip: Blip) -> Result<Aftermath, Error> {
        self.checked(blip)?;
        if blip.duration > 1000.0 * self.timeout {
            return Err(Error::OutOfRange {
                name: "length of the blip",
                value: blip.duration,
                allowed: "at most 1,000 timeouts",
            });
        }
        Ok(Fluid::new(self).play(blip))
    }

    /// The longest blip of this kind in seconds that ends by itself, by bisection to 1 %;
    /// `None` where any does (up to 1,000 timeouts).
    ///
    /// # Errors
    /// As [`TimedRetries::after`].
    pub fn longest_blip(&self, kind: Blip) -> Result<Option<f64>, Error> {
        let ends = |duration: f64| -> Result<bool, Error> {
            Ok(self.after(Blip { duration, ..kind })?.recovery.is_some())
        };
        self.checked(kind)?;
        if !self.is_vulnerable() {
            return Ok(None);
        }
        let (mut low, mut high) = (0.0, self.timeout / 8.0);
        while ends(high)? {
            if high > 499.0 * self.timeout {
                return Ok(None);
            }
            (low, high) = (high, 2.0 * high);
        }
        while high - low > 0.01 * high {
            let middle = f64::midpoint(low, high);
            if ends(middle)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(Some(low))
    }

    /// The largest load in 1/s at which a blip of this length ends by itself, by bisection to
    /// 0.5 % of the capacity.
    ///
    /// # Errors
    /// As [`TimedRetries::after`].
    pub fn largest_load(&self, blip: Blip) -> Result<f64, Error> {
        self.checked(blip)?;
        let (mut low, mut high) = (self.safe_load().min(self.capacity), self.capacity);
        while high - low > 0.005 * self.capacity {
            let middle = f64::midpoint(low, high);
            let station = Self {
                arrival_rate: middle,
                ..*self
            };
            if station.after(blip)?.recovery.is_some() {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// What arrived in one step: by how often it had been tried before.
struct Slot {
    /// Attempts that wait, all tries together.
    left: f64,
    /// Attempts that arrived.
    arrived: f64,
    /// Of them: first attempts, first retries, … The last entry has no try left.
    by_try: Vec<f64>,
}

/// The queue as slots in order of arrival.
struct Fluid<'a> {
    station: &'a TimedRetries,
    step: f64,
    slots: Vec<Slot>,
    /// First slot that still has something waiting.
    head: usize,
    queue: f64,
    failed: f64,
}

impl<'a> Fluid<'a> {
    /// Tries that are told apart; with more retries than this the last class repeats itself.
    const CLASSES: usize = 64;

    fn new(station: &'a TimedRetries) -> Self {
        Self {
            station,
            step: station.timeout / STEPS as f64,
            slots: Vec::new(),
            head: 0,
            queue: 0.0,
            failed: 0.0,
        }
    }

    fn play(mut self, blip: Blip) -> Aftermath {
        let steps_of_blip = (blip.duration / self.step).ceil();
        let mut at = 0.0;
        let mut peak: f64 = 0.0;
        let last = steps_of_blip + (HORIZON * STEPS) as f64;
        while at < last {
            // A step at the end of the blip belongs to it in part.
            let inside = (blip.duration / self.step - at).clamp(0.0, 1.0);
            let capacity =
                self.station.capacity * self.step * (inside * blip.capacity_left + (1.0 - inside));
            let fresh = self.station.arrival_rate
                * self.step
                * (inside * blip.load_factor + (1.0 - inside));
            self.arrive(fresh);
            self.serve(capacity);
            peak = peak.max(self.queue);
            at += 1.0;
            if at >= steps_of_blip && self.queue <= 1e-9 * self.station.capacity * self.step {
                return self.end(Some((at * self.step - blip.duration).max(0.0)), peak);
            }
            if at > steps_of_blip && self.is_stuck() {
                return self.end(None, peak);
            }
        }
        // Still draining at the horizon: what it takes at the rate that is left.
        let growth = self.station.arrival_rate * (1.0 + self.station.effective_retries())
            - self.station.capacity;
        let rest =
            (growth < 0.0).then(|| HORIZON as f64 * self.station.timeout + self.queue / -growth);
        self.end(rest, peak)
    }

    fn end(&self, recovery: Option<f64>, peak_queue: f64) -> Aftermath {
        Aftermath {
            recovery,
            peak_queue,
            failed: self.failed,
        }
    }

    /// Everything is served too late, and what is tried again exceeds the capacity.
    fn is_stuck(&self) -> bool {
        let late = self.queue > 2.0 * self.station.capacity * self.station.timeout;
        let enough = STEPS * (Self::CLASSES.min(self.classes()) + 1);
        late && self.station.is_vulnerable() && {
            let recent = self.slots.iter().rev().take(STEPS);
            let rate: f64 = recent.map(|slot| slot.arrived).sum::<f64>() / self.station.timeout;
            rate > self.station.capacity && self.slots.len() > enough
        }
    }

    fn classes(&self) -> usize {
        // 0 ≤ retries ≤ 10⁶
        let tries = self.station.retries.min(Self::CLASSES as f64 - 1.0);
        (0..Self::CLASSES)
            .find(|class| *class as f64 >= tries)
            .unwrap_or(Self::CLASSES - 1)
            + 1
    }

    fn arrive(&mut self, fresh: f64) {
        let classes = self.classes();
        let mut by_try = vec![0.0; classes];
        by_try[0] = fresh;
        // Whoever came one timeout ago and still waits gives up on that attempt.
        let ago = self.slots.len().checked_sub(STEPS);
        if let Some(old) = ago.and_then(|at| self.slots.get_mut(at))
            && old.left > 0.0
            && old.arrived > 0.0
        {
            let late = old.left / old.arrived;
            if self.station.drops_stale {
                self.queue = (self.queue - old.left).max(0.0);
                old.left = 0.0;
            }
            for (class, number) in old.by_try.iter().enumerate() {
                match by_try.get_mut(class + 1) {
                    Some(next) => *next += number * late,
                    None if self.station.retries >= Self::CLASSES as f64 => {
                        by_try[class] += number * late;
                    }
                    None => self.failed += number * late,
                }
            }
        }
        let again: f64 = by_try[1..].iter().sum();
        if let Some(budget) = self.station.budget
            && again > budget * fresh
        {
            let kept = budget * fresh / again;
            self.failed += again * (1.0 - kept);
            for number in &mut by_try[1..] {
                *number *= kept;
            }
        }
        let arrived = by_try.iter().sum();
        self.queue += arrived;
        self.slots.push(Slot {
            left: arrived,
            arrived,
            by_try,
        });
    }

    fn serve(&mut self, mut capacity: f64) {
        while capacity > 0.0
            && let Some(slot) = self.slots.get_mut(self.head)
        {
            let served = slot.left.min(capacity);
            slot.left -= served;
            self.queue -= served;
            capacity -= served;
            if slot.left > 0.0 {
                break;
            }
            self.head += 1;
        }
        if self.head == self.slots.len() {
            self.queue = 0.0;
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    /// Bronson et al., Hot Topics in Operating Systems 2021: 300/s, one retry: above 150/s a blip may not end.
    fn bronson(arrival_rate: f64) -> TimedRetries {
        TimedRetries {
            arrival_rate,
            capacity: 300.0,
            timeout: 1.0,
            retries: 1.0,
            budget: None,
            drops_stale: false,
        }
    }

    const OUTAGE: Blip = Blip {
        duration: 10.0,
        capacity_left: 0.0,
        load_factor: 1.0,
    };

    #[test]
    fn below_half_the_capacity_a_blip_ends_and_above_it_does_not() {
        assert_eq!(bronson(200.0).safe_load(), 150.0);
        assert!(!bronson(149.0).is_vulnerable() && bronson(151.0).is_vulnerable());
        let back = bronson(140.0).after(OUTAGE).unwrap().recovery.unwrap();
        // 2·140·10 attempts wait at the end, drained by 300 − 280 at first and faster later.
        assert!(back > 1.0 && back < 150.0, "{back}");
        for load in [160.0, 200.0, 280.0] {
            assert_eq!(
                bronson(load).after(OUTAGE).unwrap().recovery,
                None,
                "{load}"
            );
        }
    }

    #[test]
    fn a_blip_within_the_timeout_ends() {
        let station = bronson(200.0);
        // A tenth of a second leaves 20 waiting, gone after 20/100 s.
        let short = Blip {
            duration: 0.1,
            ..OUTAGE
        };
        let back = station.after(short).unwrap().recovery.unwrap();
        assert!((back - 0.2).abs() < 0.03, "{back}");
        let longest = station.longest_blip(OUTAGE).unwrap().unwrap();
        assert!(longest > 0.5 && longest < 2.0, "{longest}");
        assert_eq!(bronson(100.0).longest_blip(OUTAGE).unwrap(), None);
    }

    #[test]
    fn a_budget_below_the_spare_capacity_makes_it_end() {
        let station = bronson(200.0);
        assert_eq!(station.safe_budget(), Some(0.5));
        for (budget, ends) in [(0.1, true), (0.45, true), (0.6, false), (5.0, false)] {
            let limited = TimedRetries {
                budget: Some(budget),
                ..station
            };
            let recovery = limited.after(OUTAGE).unwrap().recovery;
            assert_eq!(recovery.is_some(), ends, "{budget}: {recovery:?}");
        }
        let load = station.largest_load(OUTAGE).unwrap();
        assert!((150.0..156.0).contains(&load), "{load}");
    }

    #[test]
    fn dropping_what_nobody_waits_for_makes_it_end() {
        let station = TimedRetries {
            drops_stale: true,
            ..bronson(280.0)
        };
        let got = station.after(OUTAGE).unwrap();
        // At most one timeout of attempts waits, first ones and retries.
        assert!(got.peak_queue <= 2.0 * 280.0 * 1.02, "{got:?}");
        assert!(got.recovery.is_some_and(|back| back < 60.0), "{got:?}");
    }

    #[test]
    fn what_is_full_already_is_refused() {
        assert!(bronson(300.0).after(OUTAGE).is_err());
        assert!(bronson(0.0).after(OUTAGE).is_err());
    }
}
