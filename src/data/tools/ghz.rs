//! The JSON of `ghz`, the load tool for gRPC (`-O json`).
//!
//! N is `options.concurrency`, X `rps` less what failed, R `average` in ns. Format:
//! `runner/reporter.go` and `options.go` of bojand/ghz.

use super::emitter::Emitter;
use super::json::Json;
use super::responses::Responses;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["rps", "average", "options|statusCodeDistribution"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(Some("options.concurrency"), "rps", Some("average"));
    for document in documents {
        let schedule = document.text_at("options.concurrency-schedule");
        if let Some(kind) = schedule.filter(|kind| !matches!(*kind, "" | "const")) {
            return Err(Error::data(
                format!("ghz changed the concurrency during the run (schedule \"{kind}\")"),
                "run ghz once for each -c, and name all the files",
            ));
        }
        let rate = document.need("rps")?;
        let mut responses = Responses::default();
        responses.statuses(document.at("statusCodeDistribution"));
        let failed = rows.failed_share(responses.all, responses.failed);
        rows.requested_rate(document.number_at("options.rps").unwrap_or(0.0), rate);
        rows.emit(
            document
                .text_at("options.call")
                .or_else(|| document.text_at("name"))
                .unwrap_or(""),
            Row {
                latency: document.number_at("average").map(|ns| ns / 1e9),
                ..Row::run(
                    document.number_at("options.concurrency"),
                    rate * (1.0 - failed),
                )
            },
        )?;
    }
    Ok(())
}
