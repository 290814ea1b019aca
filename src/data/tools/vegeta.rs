//! The JSON of `vegeta report -type=json`.
//!
//! It does not hold N. X is the throughput, which counts successes alone; `rate` is what was
//! sent. Latencies are in ns. Format: `lib/metrics.go` of tsenart/vegeta.

use super::emitter::Emitter;
use super::json::Json;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["latencies.mean", "rate", "success"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(None, "throughput", Some("latencies.mean"));
    for document in documents {
        let sent = document.need("rate")?;
        let success = document.need("success")?;
        // Before v12 there was no throughput.
        let throughput = document.number_at("throughput").unwrap_or(sent * success);
        rows.failed_share(1.0, 1.0 - success);
        rows.requested_rate(sent, throughput);
        rows.emit(
            "",
            Row {
                latency: document.number_at("latencies.mean").map(|ns| ns / 1e9),
                ..Row::run(None, throughput)
            },
        )?;
    }
    Ok(())
}
