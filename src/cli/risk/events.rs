//! `--simulate`: the same question event by event, beside the formula.

use crate::error::Error;
use crate::sim::beside::{Beside, Repeats};
use clap::Args;

/// Whether and how much is simulated.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Simulation")]
pub(super) struct Events {
    /// Run it event by event too: theory beside simulated, with intervals
    #[arg(long)]
    simulate: bool,
    /// Seed: the same one gives the same bytes
    #[arg(long, value_name = "NUM", requires = "simulate", default_value = "1")]
    seed: u64,
    /// Independent runs of each case, 2 to 1000
    #[arg(long, value_name = "NUM", value_parser = clap::value_parser!(u32).range(2..=1000), requires = "simulate", default_value = "20")]
    runs: u32,
}

impl Events {
    /// Whether it was asked for.
    pub(super) fn asked(&self) -> bool {
        self.simulate
    }

    /// Runs what was asked for.
    ///
    /// # Errors
    /// What the runs refuse.
    pub(super) fn beside(
        &self,
        run: impl FnOnce(Repeats) -> Result<Beside, Error>,
    ) -> Result<Option<Beside>, Error> {
        let runs = Repeats {
            seed: self.seed,
            runs: self.runs,
            level: 0.95,
        };
        self.simulate.then(|| run(runs)).transpose()
    }
}
