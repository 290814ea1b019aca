//! What one run counts, in memory that does not grow with the run.

use super::histogram::Histogram;

/// Counts and sums of one class of requests.
#[derive(Debug, Clone)]
pub(super) struct ClassTally {
    pub(super) sent: u64,
    pub(super) answered: u64,
    pub(super) lost: u64,
    pub(super) wait: f64,
    pub(super) response: f64,
    pub(super) waits: Histogram,
    pub(super) responses: Histogram,
}

/// Numbers that are averaged over time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Levels {
    /// Waiting for service.
    pub(super) waiting: u32,
    /// Waiting or in service.
    pub(super) present: u32,
    /// Servers at work.
    pub(super) busy: u32,
    /// Requests in a pause before a retry.
    pub(super) pausing: u32,
    /// Servers that could work.
    pub(super) servers: u32,
}

/// The same as areas: level times seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Areas {
    pub(super) waiting: f64,
    pub(super) present: f64,
    pub(super) busy: f64,
    pub(super) pausing: f64,
    pub(super) servers: f64,
}

/// Everything that one run counts.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub(super) classes: Vec<ClassTally>,
    pub(super) from: f64,
    pub(super) until: f64,
    pub(super) areas: Areas,
    /// Services completed, in time or not.
    pub(super) done: u64,
    /// Services completed for a client that no longer waited.
    pub(super) wasted: u64,
    /// Attempts sent, retries included, hedges and copies not.
    pub(super) attempts: u64,
    /// Copies sent after the first.
    pub(super) copies: u64,
    /// Copies that found every place taken.
    pub(super) refused: u64,
}

impl Tally {
    pub(super) fn new(classes: usize, unit: f64, from: f64) -> Self {
        let class = ClassTally {
            sent: 0,
            answered: 0,
            lost: 0,
            wait: 0.0,
            response: 0.0,
            waits: Histogram::new(unit),
            responses: Histogram::new(unit),
        };
        Self {
            classes: vec![class; classes],
            from,
            until: from,
            areas: Areas::default(),
            done: 0,
            wasted: 0,
            attempts: 0,
            copies: 0,
            refused: 0,
        }
    }

    /// Lets time pass at these levels.
    #[inline]
    pub(super) fn pass(&mut self, seconds: f64, levels: &Levels) {
        self.areas.waiting += seconds * f64::from(levels.waiting);
        self.areas.present += seconds * f64::from(levels.present);
        self.areas.busy += seconds * f64::from(levels.busy);
        self.areas.pausing += seconds * f64::from(levels.pausing);
        self.areas.servers += seconds * f64::from(levels.servers);
    }

    /// Notes an answer in time.
    #[inline]
    pub(super) fn answered(&mut self, class: usize, wait: f64, response: f64) {
        if let Some(class) = self.classes.get_mut(class) {
            class.answered += 1;
            class.wait += wait;
            class.response += response;
            class.waits.add(wait);
            class.responses.add(response);
        }
    }

    /// Requests answered or lost so far.
    pub(super) fn settled(&self) -> u64 {
        self.classes.iter().map(|c| c.answered + c.lost).sum()
    }
}
