//! A bar on standard error while runs go on, on a terminal alone.

use crate::cli::Terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Counts runs.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar, or nothing where standard error is no terminal or notes are left out.
    pub(super) fn new(terminal: &Terminal, quiet: bool) -> Self {
        let shown = terminal.stderr && !terminal.dumb && !quiet;
        let target = if shown {
            ProgressDrawTarget::stderr_with_hz(5)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} runs, {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many more runs are to come.
    pub(super) fn expect(&self, runs: u32) {
        self.0.inc_length(u64::from(runs));
    }

    /// One run is done.
    pub(super) fn tick(&self) {
        self.0.inc(1);
    }

    /// Leaves no trace.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
