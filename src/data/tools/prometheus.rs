//! The answer of Prometheus to a range query (`/api/v1/query_range`).
//!
//! N comes from a second query, joined by time stamp (the first document holds N, the second
//! throughput), or from a label. The samples of one N are folded into one row: a month of
//! them differ by noise. Format: prometheus.io/docs/prometheus/latest/querying/api.

use super::emitter::Emitter;
use super::json::Json;
use super::text::number;
use crate::advice::{Advice, Setting};
use crate::data::Row;
use crate::data::columns::{Role, understand};
use crate::error::Error;
use std::collections::{BTreeMap, HashMap};

pub(in crate::data) const MARKS: &[&str] = &["data.resultType", "data.result"];

/// More distinct N than this are an average of a moving gauge: they are binned.
const MOST_LEVELS: usize = 64;

/// Count, mean and M2 of N and of throughput at one level.
#[derive(Default, Clone, Copy)]
struct Bin {
    count: u64,
    n: f64,
    throughput: f64,
    m2: f64,
    log: f64,
    log_m2: f64,
}

impl Bin {
    /// Welford's update.
    fn add(&mut self, n: f64, throughput: f64) {
        self.count += 1;
        let count = self.count as f64;
        self.n += (n - self.n) / count;
        let off = throughput - self.throughput;
        self.throughput += off / count;
        self.m2 += off * (throughput - self.throughput);
        let log = throughput.ln();
        let off = log - self.log;
        self.log += off / count;
        self.log_m2 += off * (log - self.log);
    }
}

/// One answer for N, one for throughput.
fn two_queries() -> Advice {
    Setting::N.to("n.json").words(" ").set(Setting::X, "x.json")
}

pub(in crate::data) fn read(documents: &[Json], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let (sizes, rates) = match documents {
        [sizes, rates] => (Some(sizes), rates),
        [rates] => (None, rates),
        _ => {
            return Err(Error::data(
                format!("{} documents of Prometheus", documents.len()),
                Advice::from("give two, for N and for throughput: ").and(two_queries()),
            ));
        }
    };
    for document in documents {
        let kind = document.text_at("data.resultType").unwrap_or_default();
        if kind != "matrix" {
            return Err(Error::data(
                format!("the answer of Prometheus is a \"{kind}\", not a range"),
                "ask /api/v1/query_range with start, end and step",
            ));
        }
    }
    rows.columns(Some("value"), "value", None);
    let by_time = sizes.map(sizes_by_time).transpose()?;
    let mut bins: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for result in rates.at("data.result").map_or(&[][..], Json::list) {
        let labels = result.at("metric").map_or(&[][..], Json::entries);
        let (n_label, n) = match &by_time {
            Some(_) => (None, None),
            None => size_label(labels, rows.options().n.as_deref())?,
        };
        let series: Vec<String> = labels
            .iter()
            .filter(|(key, _)| key != "__name__" && Some(key.as_str()) != n_label)
            .map(|(key, value)| format!("{key}={}", value.text().unwrap_or("")))
            .collect();
        let pairs = bins.entry(series.join(",")).or_default();
        for (time, value) in samples(result) {
            match n.or_else(|| by_time.as_ref()?.get(&time.to_bits()).copied()) {
                Some(n) if n > 0.0 => pairs.push((n, value)),
                _ => rows.skip(),
            }
        }
    }
    for (series, pairs) in bins {
        emit(&series, &pairs, rows)?;
    }
    Ok(())
}

/// The finite samples of a result with their times.
fn samples(result: &Json) -> impl Iterator<Item = (f64, f64)> + '_ {
    let values = result.at("values").map_or(&[][..], Json::list);
    values.iter().filter_map(|sample| match sample.list() {
        [time, value] => Some((time.number()?, value.number()?)),
        _ => None,
    })
}

fn sizes_by_time(document: &Json) -> Result<HashMap<u64, f64>, Error> {
    match document.at("data.result").map_or(&[][..], Json::list) {
        [only] => Ok(samples(only).map(|(time, n)| (time.to_bits(), n)).collect()),
        several => Err(Error::data(
            format!("the query for N has {} results, not one", several.len()),
            "sum them in the query, such as sum(up)",
        )),
    }
}

/// The label that holds N, and its value.
fn size_label<'j>(
    labels: &'j [(String, Json)],
    asked: Option<&str>,
) -> Result<(Option<&'j str>, Option<f64>), Error> {
    let found = labels.iter().find(|(key, _)| match asked {
        Some(asked) => key == asked,
        None => understand(key).role == Role::Size,
    });
    let n = found.and_then(|(key, value)| Some((key.as_str(), number(value.text()?)?)));
    n.map(|(key, n)| (Some(key), Some(n))).ok_or_else(|| {
        Error::data(
            "no label of the result holds N",
            Advice::from("give a second query for N: ")
                .and(two_queries())
                .words("\nor name the label with ")
                .name(Setting::N),
        )
    })
}

/// Folds samples by N; where N takes very many values, by N to two digits.
fn emit(series: &str, pairs: &[(f64, f64)], rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
    let fold = |level: fn(f64) -> f64| {
        let mut bins: BTreeMap<u64, Bin> = BTreeMap::new();
        for (n, throughput) in pairs {
            // Positive numbers sort like their bits.
            bins.entry(level(*n).to_bits())
                .or_default()
                .add(*n, *throughput);
        }
        bins
    };
    let mut bins = fold(|n| n);
    if bins.len() > MOST_LEVELS {
        rows.remark("N takes many values: samples were put together by N to two digits");
        bins = fold(|n| {
            let step = 10_f64.powf(n.log10().floor() - 1.0);
            (n / step).round() * step
        });
    }
    for bin in bins.values() {
        rows.emit(
            series,
            Row {
                runs: bin.count,
                m2: bin.m2,
                log_moments: bin.log.is_finite().then_some((bin.log, bin.log_m2)),
                ..Row::run(Some(bin.n), bin.throughput)
            },
        )?;
    }
    Ok(())
}
