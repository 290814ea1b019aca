//! The JSON of `iperf3 --json`, and its events of `--json-stream`.
//!
//! N is the number of parallel streams, X the bits per second that arrived, in both directions
//! where the test has two. Format: `iperf_json_finish` in `src/iperf_api.c` of esnet/iperf.

use super::emitter::Emitter;
use super::json::Json;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "start.test_start|start.version",
    "end.streams|error|end.sum",
];
pub(in crate::data) const EVENT_MARKS: &[&str] = &["event", "data.test_start|data.version"];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.unit("streams");
    rows.columns(Some("num_streams"), "bits_per_second", None);
    rows.remark("throughput in bits per second, as they arrived");
    let mut start = None;
    for document in documents {
        match document.text_at("event") {
            None => {
                refuse_failure(document)?;
                let [Some(start), Some(end)] = [document.at("start"), document.at("end")] else {
                    return Err(Error::data("no \"start\" or no \"end\"", ""));
                };
                emit(start, end, rows)?;
            }
            Some("start") => start = document.at("data"),
            Some("end") => {
                let [Some(start), Some(end)] = [start.take(), document.at("data")] else {
                    return Err(Error::data("an event \"end\" without its \"start\"", ""));
                };
                emit(start, end, rows)?;
            }
            Some("error") => {
                let told = document.text_at("data").unwrap_or("no reason given");
                return Err(failure(told));
            }
            Some(_) => {}
        }
    }
    if start.is_some() {
        return Err(super::text::cut_off("iperf3", "end"));
    }
    Ok(())
}

fn refuse_failure(document: &Json) -> Result<(), Error> {
    document
        .text_at("error")
        .map_or(Ok(()), |told| Err(failure(told)))
}

fn failure(told: &str) -> Error {
    Error::data(
        format!("iperf3 failed: {told}"),
        "run it again; a failed test says nothing of the network",
    )
}

fn emit(start: &Json, end: &Json, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let bits = |sum: &str| end.number_at(&format!("{sum}.bits_per_second"));
    // A sum of UDP counts what was sent, and the share that was lost on the way.
    let datagrams = || {
        let lost = end.number_at("sum.lost_percent");
        Some(bits("sum")? * (1.0 - lost.unwrap_or(0.0) / 100.0))
    };
    let arrived = bits("sum_received")
        .filter(|bits| *bits > 0.0)
        .or_else(datagrams)
        .or_else(|| bits("sum_sent"))
        .ok_or_else(|| {
            Error::data(
                "no field \"end.sum_received.bits_per_second\"",
                "check that the run came to its end",
            )
        })?;
    let back = bits("sum_received_bidir_reverse")
        .or_else(|| bits("sum_bidir_reverse"))
        .unwrap_or(0.0);
    let streams = start
        .number_at("test_start.num_streams")
        .or_else(|| Some(end.at("streams")?.list().len() as f64).filter(|count| *count > 0.0));
    let asked = start
        .number_at("test_start.target_bitrate")
        .or_else(|| start.number_at("target_bitrate"))
        .unwrap_or(0.0);
    rows.requested_rate(asked * streams.unwrap_or(1.0), arrived);
    let protocol = start.text_at("test_start.protocol").unwrap_or("TCP");
    rows.emit(protocol, Row::run(streams, arrived + back))
}
