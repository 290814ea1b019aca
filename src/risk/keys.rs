//! The hottest of many keys in bounded memory: exact while they fit, then Space-Saving.

use std::collections::HashMap;

/// A key and how often it was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyCount {
    /// The key.
    pub key: String,
    /// At most this often.
    pub count: f64,
    /// At least `count − error`; 0 where counted exactly.
    pub error: f64,
}

/// Counts keys; beyond `most` distinct ones it keeps the hottest only.
///
/// Space-Saving: a new key takes the place of the coldest kept one and inherits its count as
/// an error. Every key seen more often than total/most is kept; a count is never too low and
/// at most total/most too high. Up to `most` distinct keys all counts are exact.
///
/// # References
/// A. Metwally, D. Agrawal, A. El Abbadi, ICDT (2005).
#[derive(Debug, Clone)]
pub struct KeyCounts {
    most: usize,
    places: HashMap<String, usize>,
    kept: Vec<Kept>,
    /// Indices into `kept` as a binary heap, the coldest first.
    heap: Vec<usize>,
    total: f64,
    replaced: bool,
}

#[derive(Debug, Clone)]
struct Kept {
    key: String,
    count: f64,
    error: f64,
    /// Where in the heap it stands.
    at: usize,
}

impl KeyCounts {
    /// A counter for at most this many keys at a time (1 at least).
    pub fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            places: HashMap::new(),
            kept: Vec::new(),
            heap: Vec::new(),
            total: 0.0,
            replaced: false,
        }
    }

    /// Adds `times` (above 0) sightings of a key.
    pub fn add(&mut self, key: &str, times: f64) {
        self.total += times;
        if let Some(&place) = self.places.get(key) {
            self.kept[place].count += times;
            self.sink(self.kept[place].at);
            return;
        }
        if self.kept.len() < self.most {
            let place = self.kept.len();
            self.kept.push(Kept {
                key: key.to_owned(),
                count: times,
                error: 0.0,
                at: place,
            });
            self.heap.push(place);
            self.places.insert(key.to_owned(), place);
            self.rise(place);
            return;
        }
        self.replaced = true;
        let place = self.heap[0];
        let coldest = &mut self.kept[place];
        let old = std::mem::replace(&mut coldest.key, key.to_owned());
        coldest.error = coldest.count;
        coldest.count += times;
        self.places.remove(&old);
        self.places.insert(key.to_owned(), place);
        self.sink(0);
    }

    /// All sightings.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Keys that are kept: all distinct ones, or the hottest where there were more.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// Whether every count is exact.
    pub fn is_exact(&self) -> bool {
        !self.replaced
    }

    /// The most by which any count may be too high: 0, or the count of the coldest kept key,
    /// which is at most total/most.
    pub fn largest_error(&self) -> f64 {
        match self.heap.first() {
            Some(&place) if self.replaced => self.kept[place].count,
            _ => 0.0,
        }
    }

    /// The n hottest keys, the hottest first; equal ones in order of their names.
    pub fn hottest(&self, n: usize) -> Vec<KeyCount> {
        let mut all: Vec<&Kept> = self.kept.iter().collect();
        all.sort_unstable_by(|a, b| b.count.total_cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        all.into_iter()
            .take(n)
            .map(|kept| KeyCount {
                key: kept.key.clone(),
                count: kept.count,
                error: kept.error,
            })
            .collect()
    }

    /// All counts, in no particular order.
    pub fn counts(&self) -> impl Iterator<Item = f64> {
        self.kept.iter().map(|kept| kept.count)
    }

    fn colder(&self, a: usize, b: usize) -> bool {
        self.kept[self.heap[a]].count < self.kept[self.heap[b]].count
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.kept[self.heap[a]].at = a;
        self.kept[self.heap[b]].at = b;
    }

    fn rise(&mut self, mut at: usize) {
        while at > 0 && self.colder(at, (at - 1) / 2) {
            self.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn sink(&mut self, mut at: usize) {
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.heap.len() && self.colder(child, least) {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.swap(at, least);
            at = least;
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "counts and short decimals are exact")]
mod tests {
    use super::*;

    /// Keys by a fixed rule, rank k about 1/k as often: no chance involved.
    fn stream() -> Vec<String> {
        let mut keys = Vec::new();
        for round in 1..=2000u32 {
            for rank in 1..=2000u32 {
                if round % rank == 0 {
                    keys.push(format!("k{rank}"));
                }
            }
        }
        keys
    }

    #[test]
    fn exact_while_they_fit() {
        let mut counts = KeyCounts::new(5000);
        for key in stream() {
            counts.add(&key, 1.0);
        }
        assert!(counts.is_exact() && counts.kept() == 2000);
        let top = counts.hottest(2);
        assert_eq!((top[0].key.as_str(), top[0].count), ("k1", 2000.0));
        assert_eq!((top[1].key.as_str(), top[1].count), ("k2", 1000.0));
    }

    #[test]
    fn beyond_it_no_hot_key_is_missed_and_no_count_is_too_low() {
        let mut counts = KeyCounts::new(100);
        for key in stream() {
            counts.add(&key, 1.0);
        }
        assert!(!counts.is_exact() && counts.kept() == 100);
        let bound = counts.total() / 100.0;
        assert!(counts.largest_error() <= bound);
        let kept = counts.hottest(100);
        for rank in 1..=2000u32 {
            let truth = f64::from(2000 / rank);
            let found = kept.iter().find(|count| count.key == format!("k{rank}"));
            match found {
                Some(count) => {
                    assert!(count.count >= truth && count.count - count.error <= truth);
                }
                None => assert!(truth <= bound, "k{rank}"),
            }
        }
    }
}
