//! What is watched over time: the series, and when the backlog is back.

use super::Engine;

/// What is watched over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    pub(super) step: f64,
    pub(super) backlog: Vec<f64>,
    pub(super) goodput: Vec<f64>,
    pub(super) points: usize,
    pub(super) answered: u64,
    /// Backlog before the first trigger: area, and the level to come back to.
    pub(super) first: f64,
    pub(super) last: f64,
    pub(super) before: Option<f64>,
    pub(super) recovered: Option<f64>,
    pub(super) deadlock: Option<f64>,
    pub(super) start: f64,
}

impl Engine<'_> {
    /// Notes the series, the level before the triggers, and when it is reached again.
    #[inline]
    pub(super) fn watch_until(&mut self, origin: f64, to: f64) {
        let backlog = f64::from(self.levels.present + self.levels.pausing);
        let watch = &mut self.watch;
        while watch.backlog.len() < watch.points {
            let next = origin + watch.step * (watch.backlog.len() + 1) as f64;
            if next > to {
                break;
            }
            watch.backlog.push(backlog);
            watch.goodput.push(watch.answered as f64 / watch.step);
            watch.answered = 0;
        }
        if to < watch.first {
            return;
        }
        if watch.before.is_none() {
            let areas = &self.tally.areas;
            let passed = watch.first - origin;
            let rest = (watch.first - self.now).max(0.0);
            let area = areas.present + areas.pausing + rest * backlog;
            watch.before = Some(if passed > 0.0 {
                (area / passed).ceil().max(1.0)
            } else {
                f64::from(self.levels.servers)
            });
        }
        if watch.recovered.is_none()
            && to > watch.last
            && watch.before.is_some_and(|before| backlog <= before)
        {
            watch.recovered = Some((self.now - watch.last).max(0.0));
        }
    }
}
