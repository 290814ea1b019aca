//! The JSON of `memtier_benchmark --json-out-file`.
//!
//! N is clients × threads (× pipeline: requests in flight), X the operations per second of the
//! totals, R their mean latency in ms. With `-x` there are several results. Format:
//! `run_stats.cpp` and `memtier_benchmark.cpp` of `RedisLabs/memtier_benchmark`.

use super::emitter::Emitter;
use super::json::Json;
use crate::data::Row;
use crate::error::Error;

pub(in crate::data) const MARKS: &[&str] = &[
    "configuration.clients",
    "configuration.threads",
    "ALL STATS|BEST RUN RESULTS|RUN #1 RESULTS",
];

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    rows.columns(
        Some("configuration.clients × threads"),
        "Totals.Ops/sec",
        Some("Totals.Average Latency"),
    );
    for document in documents {
        let pipeline = document.number_at("configuration.pipeline").unwrap_or(1.0);
        let n = document.need("configuration.clients")?
            * document.need("configuration.threads")?
            * pipeline.max(1.0);
        let named = |prefix: &str| -> Vec<&Json> {
            let entries = document.entries().iter();
            entries
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(_, value)| value)
                .collect()
        };
        // The single runs say more than their best and their mean.
        let results = ["ALL STATS", "RUN #", "AGGREGATED AVERAGE", "BEST RUN"]
            .iter()
            .map(|prefix| named(prefix))
            .find(|found| !found.is_empty())
            .unwrap_or_default();
        for result in results {
            let latency = result
                .number_at("Totals.Average Latency")
                .or_else(|| result.number_at("Totals.Latency"));
            rows.emit(
                "",
                Row {
                    latency: latency.map(|ms| ms / 1e3),
                    ..Row::run(Some(n), result.need("Totals.Ops/sec")?)
                },
            )?;
        }
    }
    Ok(())
}
