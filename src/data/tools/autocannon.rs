//! The JSON of `autocannon -j`.
//!
//! N is the number of connections, X the mean of the requests per second, R the mean latency
//! in ms. Format: `lib/run.js` of mcollina/autocannon.

use super::emitter::Emitter;
use super::json::Json;
use super::quantity::shifted;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &["connections", "requests.average", "latency.average"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.unit("connections");
    rows.columns(
        Some("connections"),
        "requests.average",
        Some("latency.average"),
    );
    for document in documents {
        let rate = document.need("requests.average")?;
        let count = |path: &str| document.number_at(path).unwrap_or(0.0);
        let (answered, refused) = (count("requests.total"), count("non2xx"));
        let lost = count("errors");
        rows.failed_share(answered + lost, refused + lost);
        let refused_share = if answered > 0.0 {
            refused / answered
        } else {
            0.0
        };
        if count("pipelining") > 1.0 {
            rows.remark("N is the number of connections; each had several requests in flight");
        }
        rows.emit(
            document.text_at("url").unwrap_or(""),
            Row {
                latency: document
                    .number_at("latency.average")
                    .map(|ms| shifted(ms, -3)),
                ..Row::run(
                    document.number_at("connections"),
                    rate * (1.0 - refused_share.min(1.0)),
                )
            },
        )?;
    }
    Ok(())
}
