//! A line a run on standard error, on a terminal.

use crate::report::Quantity;
use crate::report::measure::time;
use crate::report::number::{DIGITS, alone};
use crate::schedule::Place;
use crate::units::plain;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is shown while a sweep is taken.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// The last value with its N.
    last: String,
    /// The answer so far.
    answer: String,
}

impl Progress {
    /// Shown on a terminal only.
    pub(super) fn new(shown: bool) -> Self {
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            last: String::new(),
            answer: String::new(),
        }
    }

    /// A run begins: `done` runs are made, `left` seconds are left as far as can be told.
    pub(super) fn begins(&self, place: Place, done: usize, left: Option<f64>) {
        let Place {
            n,
            round,
            order,
            of,
        } = place;
        let left = left.map_or(String::new(), |left| format!(" · {} left", time(left)));
        self.show(&format!(
            "run {} · round {round}, {order} of {of} · N = {} …{left}{}",
            done + 1,
            plain(n),
            self.last
        ));
    }

    /// A run ended with this throughput, the level with this spread.
    pub(super) fn ended(&mut self, n: f64, throughput: Option<f64>, cv: Option<f64>) {
        let value = match throughput {
            Some(x) => alone(Quantity::Rate, x, DIGITS),
            None => "failed".to_owned(),
        };
        let spread = cv.map_or(String::new(), |cv| {
            format!(" ± {}", alone(Quantity::Ratio, cv, 2))
        });
        self.last = format!(" · last: {value}{spread} at {}", plain(n));
    }

    /// The answer so far.
    pub(super) fn says(&mut self, answer: &str) {
        answer.clone_into(&mut self.answer);
    }

    fn show(&self, line: &str) {
        let text = if self.answer.is_empty() {
            line.to_owned()
        } else {
            format!("{line}\n{}", self.answer)
        };
        self.bar.set_message(text);
        self.bar.tick();
    }

    /// Whether anyone sees it.
    pub(super) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Takes it away, for the answer to stand in its place.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
