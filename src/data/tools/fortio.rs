//! The JSON of `fortio load -json`.
//!
//! N is `NumThreads`, X `ActualQPS` less what failed, R the mean of the duration histogram in
//! seconds. Unless `RequestedQPS` is "max", the rate was limited. Format:
//! `periodic/periodic.go` and `fhttp/httprunner.go` of fortio/fortio.

use super::emitter::Emitter;
use super::json::Json;
use super::responses::Responses;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["ActualQPS", "NumThreads", "DurationHistogram"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.unit("threads");
    rows.columns(
        Some("NumThreads"),
        "ActualQPS",
        Some("DurationHistogram.Avg"),
    );
    for document in documents {
        let rate = document.need("ActualQPS")?;
        let mut responses = Responses::default();
        responses.statuses(document.at("RetCodes"));
        let failed = rows.failed_share(responses.all, responses.failed);
        // "max" is no number, and no limit.
        let requested = document.number_at("RequestedQPS").unwrap_or(0.0);
        rows.requested_rate(requested, rate);
        rows.emit(
            document
                .text_at("URL")
                .or_else(|| document.text_at("Destination"))
                .unwrap_or(""),
            Row {
                latency: document.number_at("DurationHistogram.Avg"),
                ..Row::run(Some(document.need("NumThreads")?), rate * (1.0 - failed))
            },
        )?;
    }
    Ok(())
}
