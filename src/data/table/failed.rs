//! The sizes at which a table counts failures.

use crate::note::{Note, NoteCode};
use crate::units::plain;

/// Most sizes that the note names.
const NAMED: usize = 8;

/// The sizes at which something failed, the first of them by value.
#[derive(Debug, Default)]
pub(super) struct Failed {
    sizes: Vec<f64>,
    /// There are more than are kept.
    more: bool,
}

impl Failed {
    /// Counts failures at a size.
    pub(super) fn add(&mut self, n: f64) {
        if self.sizes.iter().any(|known| known.total_cmp(&n).is_eq()) {
            return;
        }
        if self.sizes.len() < NAMED {
            self.sizes.push(n);
        } else {
            self.more = true;
        }
    }

    /// What there is to say about them.
    pub(super) fn note(&self) -> Option<Note> {
        let sizes: Vec<String> = self.sizes.iter().map(|n| plain(*n)).collect();
        (!sizes.is_empty()).then(|| {
            Note::new(
                NoteCode::ErrorsCounted,
                format!(
                    "the table counts errors at N = {}{}: throughput may count them as work done, look at them before trusting the curve",
                    sizes.join(", "),
                    if self.more { " and more" } else { "" }
                ),
            )
        })
    }
}
