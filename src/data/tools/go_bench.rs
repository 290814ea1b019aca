//! What `go test -bench … -cpu 1,2,4` prints, as text and with `-json`.
//!
//! N is GOMAXPROCS: the digits after the last `-` of a name, which Go leaves out at 1.
//! X = 1e9 / (ns/op), because the b.N operations are shared by all goroutines. Format:
//! `benchmarkName` and `BenchmarkResult.String` in Go's `testing`, and
//! golang.org/design/14313-benchmark-format.

use super::emitter::Emitter;
use super::json::Json;
use super::text::{Lines, number};
use crate::advice::{Advice, Setting};
use crate::data::Row;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(in crate::data) const MARKS: &[&str] = &["Benchmark", "ns/op"];
pub(in crate::data) const JSON_MARKS: &[&str] = &["\"Action\":\"", "Benchmark"];

/// Results are kept to the end, because only the whole file tells N from a name that ends
/// in digits. More than these are folded by nobody.
const MOST_RESULTS: usize = 4_000_000;
/// A benchmark whose throughput stays this close to that at N = 1 may not be parallel.
const FLAT: f64 = 0.10;

#[derive(Default)]
struct Results {
    /// Full names, with the package that ran them.
    names: Vec<(String, String)>,
    index: HashMap<(String, String), usize>,
    /// Index of the name, throughput, line.
    rows: Vec<(usize, f64, u64)>,
    package: String,
}

impl Results {
    fn line(&mut self, line: &str, at: u64, metric: Option<&str>) -> Result<(), Error> {
        if let Some(package) = line.strip_prefix("pkg:") {
            package.trim().clone_into(&mut self.package);
            return Ok(());
        }
        if !line.starts_with("Benchmark") {
            return Ok(());
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [name, iterations, values @ ..] = fields.as_slice() else {
            return Ok(());
        };
        if iterations.parse::<u64>().is_err() || values.len() < 2 {
            return Ok(());
        }
        let metrics: Vec<(f64, &str)> = values
            .chunks_exact(2)
            .filter_map(|pair| Some((number(pair[0])?, pair[1])))
            .collect();
        let throughput = throughput(&metrics, metric).map_err(|error| error.at(at, None))?;
        let Some(throughput) = throughput else {
            return Ok(());
        };
        let key = (self.package.clone(), (*name).to_owned());
        let next = self.names.len();
        let index = *self.index.entry(key.clone()).or_insert(next);
        if index == next {
            self.names.push(key);
        }
        if self.rows.len() >= MOST_RESULTS {
            return Err(Error::data(
                "more than 4 million results in one input",
                "cut it into files",
            ));
        }
        self.rows.push((index, throughput, at));
        Ok(())
    }

    /// Splits every name into benchmark and N.
    fn split(&self) -> Vec<(String, f64)> {
        let known: HashSet<(&str, &str)> = self
            .names
            .iter()
            .filter_map(|(package, name)| Some((package.as_str(), suffix(name)?.0)))
            .collect();
        let several = self
            .names
            .iter()
            .any(|(package, _)| *package != self.names[0].0);
        self.names
            .iter()
            .map(|(package, name)| {
                // A name that others extend by -2, -4 is their row at GOMAXPROCS = 1.
                let stem = known.contains(&(package.as_str(), name.as_str()));
                let (bare, n) = suffix(name).filter(|_| !stem).unwrap_or((name, 1.0));
                if several {
                    (format!("{package}.{bare}"), n)
                } else {
                    (bare.to_owned(), n)
                }
            })
            .collect()
    }

    fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let split = self.split();
        let mut sums: BTreeMap<&str, BTreeMap<u64, (f64, f64)>> = BTreeMap::new();
        let mut repeats: HashMap<usize, u64> = HashMap::new();
        for (index, throughput, line) in &self.rows {
            let (series, n) = &split[*index];
            let replicate = repeats.entry(*index).or_default();
            *replicate += 1;
            rows.emit(
                series,
                Row {
                    replicate: Some(*replicate),
                    line: *line,
                    ..Row::run(Some(*n), *throughput)
                },
            )?;
            let sum = sums
                .entry(series)
                .or_default()
                .entry(n.to_bits())
                .or_default();
            sum.0 += throughput;
            sum.1 += 1.0;
        }
        for (series, levels) in sums {
            let means: Vec<f64> = levels.values().map(|(sum, count)| sum / count).collect();
            let flat = |mean: &f64| (mean / means[0] - 1.0).abs() <= FLAT;
            if levels.contains_key(&1_f64.to_bits()) && means.len() > 1 && means.iter().all(flat) {
                rows.note(Note::new(
                    NoteCode::FlatSeries,
                    format!(
                        "{series} is as fast at every N: without b.RunParallel, -cpu only sets \
                         GOMAXPROCS and the benchmark stays serial"
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// A name without its last `-N`, and that N.
fn suffix(name: &str) -> Option<(&str, f64)> {
    let (stem, digits) = name.rsplit_once('-')?;
    let plain = !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && !digits.starts_with('0')
        && digits != "1";
    let n = digits.parse().ok().filter(|_| plain)?;
    Some((stem, n))
}

/// Operations per second of one line; `None` where it has nothing to say about speed.
fn throughput(metrics: &[(f64, &str)], metric: Option<&str>) -> Result<Option<f64>, Error> {
    let find = |unit: &str| {
        metrics
            .iter()
            .find(|(_, found)| *found == unit)
            .map(|(x, _)| *x)
    };
    let units = || {
        metrics
            .iter()
            .map(|(_, unit)| *unit)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match metric {
        Some("ns/op") | None => {}
        Some(unit) => {
            let value = find(unit).ok_or_else(|| {
                Error::data(
                    format!("no metric \"{unit}\" here"),
                    format!("there are {}", units()),
                )
            })?;
            return match unit.strip_prefix("ns/") {
                Some(_) => Ok(Some(1e9 / value).filter(|x| x.is_finite())),
                None if unit.ends_with("/s") || unit.ends_with("/sec") => Ok(Some(value)),
                None => Err(Error::data(
                    format!("\"{unit}\" is no rate"),
                    "name a metric that ends in /s, or ns/op",
                )),
            };
        }
    }
    if let Some(time) = find("ns/op") {
        return Ok((time > 0.0).then(|| 1e9 / time));
    }
    let mut rates = metrics.iter().filter(|(_, unit)| unit.ends_with("/s"));
    match (rates.next(), rates.next()) {
        (Some((rate, _)), None) => Ok(Some(*rate)),
        (None, _) => Ok(None),
        _ => Err(Error::data(
            format!("no ns/op, and several rates: {}", units()),
            Advice::from("choose one with ").name(Setting::X),
        )),
    }
}

fn columns(rows: &mut Emitter<'_, '_>) -> Option<String> {
    let metric = rows.options().x.first().cloned();
    rows.unit("GOMAXPROCS");
    let throughput = metric.as_deref().filter(|unit| *unit != "ns/op");
    rows.columns(
        Some("suffix of the name"),
        throughput.unwrap_or("1e9 / (ns/op)"),
        None,
    );
    metric
}

pub(in crate::data) fn read(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let metric = columns(rows);
    let mut results = Results::default();
    while let Some((at, line)) = lines.next()? {
        results.line(line, at, metric.as_deref())?;
    }
    results.emit(rows)
}

pub(in crate::data) fn read_json(
    lines: &mut Lines<'_>,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let metric = columns(rows);
    let mut results = Results::default();
    // A name and its numbers come in separate events: a line is complete at its end.
    let mut open: HashMap<String, String> = HashMap::new();
    while let Some((at, line)) = lines.next()? {
        // Output of the build may stand between the events.
        if !line.trim_start().starts_with('{') {
            continue;
        }
        let event = Json::parse(line)?;
        if event.text_at("Action") != Some("output") {
            continue;
        }
        let package = event.text_at("Package").unwrap_or_default();
        let text = open.entry(package.to_owned()).or_default();
        text.push_str(event.text_at("Output").unwrap_or_default());
        if text.len() > 1 << 20 {
            return Err(Error::data(
                "a benchmark prints a line of more than 1 MiB",
                "",
            ));
        }
        while let Some(end) = text.find('\n') {
            let rest = text.split_off(end + 1);
            let line = std::mem::replace(text, rest);
            package.clone_into(&mut results.package);
            results.line(line.trim_end(), at, metric.as_deref())?;
        }
    }
    results.emit(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(names: &[&str]) -> Vec<(String, f64)> {
        let mut results = Results::default();
        for name in names {
            results
                .line(&format!("{name} 10 5 ns/op"), 1, None)
                .unwrap();
        }
        results.split()
    }

    #[test]
    fn a_name_that_ends_in_digits_is_told_from_n() {
        let expected = |pairs: &[(&str, f64)]| {
            pairs
                .iter()
                .map(|(name, n)| ((*name).to_owned(), *n))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            split(&["BenchmarkS/a-4", "BenchmarkS/a-4-2", "BenchmarkS/a-4-4"]),
            expected(&[
                ("BenchmarkS/a-4", 1.0),
                ("BenchmarkS/a-4", 2.0),
                ("BenchmarkS/a-4", 4.0)
            ])
        );
        assert_eq!(
            split(&["BenchmarkM", "BenchmarkM-16", "BenchmarkK-8"]),
            expected(&[
                ("BenchmarkM", 1.0),
                ("BenchmarkM", 16.0),
                ("BenchmarkK", 8.0)
            ])
        );
        assert_eq!(split(&["BenchmarkM-1"]), expected(&[("BenchmarkM-1", 1.0)]));
    }

    #[test]
    fn metrics_are_found_by_unit() {
        let metrics = [(133.9, "ns/op"), (123_456.0, "req/s"), (0.0, "B/op")];
        assert_eq!(
            throughput(&metrics, Some("req/s")).unwrap(),
            Some(123_456.0)
        );
        assert_eq!(throughput(&metrics, None).unwrap(), Some(1e9 / 133.9));
        assert!(throughput(&metrics, Some("B/op")).is_err());
        assert!(throughput(&metrics, Some("x/s")).is_err());
        assert_eq!(throughput(&metrics[2..], None).unwrap(), None);
    }
}
