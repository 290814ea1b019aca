//! Lines of `key=value` words, as small programs print them: `threads=4 ops_per_s=351487.5`.
//!
//! The names mean what they mean as columns of a table; any line with an N and a throughput is
//! a run.

use super::emitter::Emitter;
use super::text::{Lines, leading_number};
use crate::data::Row;
use crate::data::columns::{Role, understand};
use crate::error::Error;
use crate::units;
use std::collections::HashMap;

pub(in crate::data) const MARKS: &[&str] = &[
    "threads=|clients=|connections=|workers=|concurrency=|cores=|nodes=|users=|n=",
    "per_s=|per_sec=|throughput=|ops=|tps=|qps=|rps=|rate=|ops/s=",
];

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let mut known: HashMap<String, crate::data::columns::Meaning> = HashMap::new();
    while let Some((at, line)) = lines.next()? {
        let mut row = Row {
            line: at,
            ..Row::run(None, f64::NAN)
        };
        for word in line.split([' ', '\t', ',', ';']) {
            let Some((key, text)) = word.split_once('=') else {
                continue;
            };
            let Some((value, _)) = leading_number(text) else {
                continue;
            };
            if known.len() > 1000 {
                known.clear();
            }
            let meaning = known
                .entry(key.to_owned())
                .or_insert_with(|| understand(key));
            match meaning.role {
                Role::Size if row.n.is_none() => {
                    row.n = Some(value);
                    if let Some(unit) = &meaning.counted {
                        rows.unit(unit);
                    }
                }
                Role::Throughput { per_second }
                    if row.throughput.is_nan() && meaning.certain && meaning.member.is_none() =>
                {
                    row.throughput = value * per_second;
                }
                Role::Latency => {
                    row.latency = units::seconds(value, meaning.time_unit.unwrap_or("s"));
                }
                _ => {}
            }
        }
        if row.n.is_some() && row.throughput.is_finite() {
            rows.emit("", row)?;
        }
    }
    Ok(())
}
