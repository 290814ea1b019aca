//! One run in a report for people: what such a report says, whatever its tool.

use super::emitter::Emitter;
use super::text::cut_off;
use crate::data::Row;
use crate::error::Error;

/// What was found of a run so far.
#[derive(Default)]
pub(crate) struct Run {
    /// Clients or connections.
    pub(crate) n: Option<f64>,
    /// Operations per second; without it there is no run.
    pub(crate) rate: Option<f64>,
    /// Mean latency in seconds.
    pub(crate) latency: Option<f64>,
    /// Its last part was seen.
    pub(crate) ended: bool,
    /// Line of the rate.
    pub(crate) line: u64,
}

impl Run {
    /// The rate of a run of this tool; `None` where none was found.
    ///
    /// # Errors
    /// [`Error::Data`] where the report ends before its last part.
    pub(crate) fn whole(&self, tool: &str, last: &str) -> Result<Option<f64>, Error> {
        if self.rate.is_some() && !self.ended {
            return Err(cut_off(tool, last).at(self.line, None));
        }
        Ok(self.rate)
    }

    /// Hands it on with this throughput, in operations per second.
    ///
    /// # Errors
    /// As the emitter.
    pub(crate) fn emit(
        &self,
        series: &str,
        throughput: f64,
        rows: &mut Emitter<'_, '_>,
    ) -> Result<(), Error> {
        rows.emit(
            series,
            Row {
                latency: self.latency,
                line: self.line,
                ..Row::run(self.n, throughput)
            },
        )
    }
}
