//! Measurements from a running Prometheus: two range queries, for N and for throughput.
//!
//! API: prometheus.io/docs/prometheus/latest/querying/api, "Range queries". A server answers at
//! most 11,000 points a query, so that a long range is asked for in parts.

use crate::cli::failure::Failure;
use crate::error::Error;
use crate::note::{Note, NoteCode};
use crate::sweep::live::{Bin, binned};
use crate::units::plain;
use clap::Args;
use serde_json::Value;
use std::collections::HashMap;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

/// Most points that Prometheus answers a query.
const MOST_POINTS: u64 = 11_000;
/// More points than this in all are a step that is too small.
const MOST_IN_ALL: u64 = 2_000_000;
/// A larger answer is none to a query for one series.
const LARGEST: u64 = 64 << 20;
/// Seconds that a server may take for a query.
const PATIENCE: u64 = 60;
/// A peak cannot be told where the largest N is not at least so many times the smallest.
const LEAST_SPAN: f64 = 2.0;

/// Where a running system is asked, and what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Prometheus")]
pub(crate) struct PrometheusArgs {
    /// Address of a Prometheus server to ask instead of reading files
    #[arg(long, help = "Address of a Prometheus server to ask: http://localhost:9090", value_name = "URL", requires_all = ["n_query", "x_query"], conflicts_with_all = ["input", "csv"])]
    pub prometheus: Option<String>,
    /// Query whose one result is N
    #[arg(
        long,
        help = "Query whose one result is N: 'sum(up{job=\"api\"})'",
        value_name = "PROMQL",
        requires = "prometheus"
    )]
    pub n_query: Option<String>,
    /// Query whose one result is throughput
    #[arg(
        long,
        help = "Query whose one result is throughput: 'sum(rate(http_requests_total[5m]))'",
        value_name = "PROMQL",
        requires = "prometheus"
    )]
    pub x_query: Option<String>,
    /// How far back to look: 6h, 7d, 2w [default: 7d]
    #[arg(long, value_name = "SPAN", value_parser = span, requires = "prometheus")]
    pub range: Option<u64>,
    /// Time between two samples: 30s, 1m [default: 1m]
    #[arg(long, value_name = "SPAN", value_parser = span, requires = "prometheus")]
    pub step: Option<u64>,
}

/// Whole seconds of `30s`, `1m`, `6h`, `7d` or `2w`, as Prometheus writes them.
fn span(text: &str) -> Result<u64, String> {
    let how = || format!("\"{text}\" is no span of time: write 30s, 1m, 6h, 7d or 2w");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return Err(how()),
    };
    let count: u64 = digits.parse().map_err(|_| how())?;
    (count.checked_mul(seconds))
        .filter(|span| (1..=3_200_000_000).contains(span))
        .ok_or_else(how)
}

/// What a server is asked.
struct Question<'a> {
    url: &'a str,
    from: u64,
    to: u64,
    step: u64,
}

impl PrometheusArgs {
    /// The samples of the server as a table of N and throughput, and what it is called.
    ///
    /// # Errors
    /// An input failure for a server that cannot be reached or refuses a query, a model failure
    /// where N moved too little.
    pub(crate) fn table(&self) -> Result<Option<(String, Vec<u8>)>, Failure> {
        let (Some(url), Some(n_query), Some(x_query)) =
            (&self.prometheus, &self.n_query, &self.x_query)
        else {
            return Ok(None);
        };
        let (range, step) = (self.range.unwrap_or(604_800), self.step.unwrap_or(60));
        if range / step < 2 || range / step > MOST_IN_ALL {
            return Err(Failure::usage(
                format!(
                    "--step {step}s takes {} samples of --range {range}s",
                    range / step
                ),
                "a step such that there are some hundred samples or more, up to 2 million",
            ));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        // Both queries are asked for the same moments.
        let to = now - now % step;
        let question = Question {
            url: url.trim_end_matches('/'),
            from: to.saturating_sub(range),
            to,
            step,
        };
        let sizes = question.samples("--n-query", n_query)?;
        let rates = question.samples("--x-query", x_query)?;
        let pairs: Vec<(f64, f64)> = (rates.iter())
            .filter_map(|(time, x)| Some((*sizes.get(time)?, *x)))
            .collect();
        let bins = binned(&pairs);
        check_span(&bins, pairs.len())?;
        let mut table = String::from("n,throughput\n");
        for Bin { n, throughput, .. } in bins {
            table.push_str(&format!("{},{}\n", plain(n), plain(throughput)));
        }
        Ok(Some((question.url.to_owned(), table.into_bytes())))
    }

    /// What has to be said of every answer.
    pub(crate) fn note(&self) -> Option<Note> {
        let asked = self.prometheus.as_ref();
        asked.map(|_| Note::new(NoteCode::DemandLimited, "these are medians of what a running system was asked for: the load, and not what it can do; a bend is a limit only where latency or a queue rises with it"))
    }
}

/// Refuses what no scaling can be told from.
fn check_span(bins: &[Bin], pairs: usize) -> Result<(), Failure> {
    let (Some(least), Some(most)) = (bins.first(), bins.last()) else {
        return Err(Failure::input(
            format!("no moment at which both queries have a value above 0, of {pairs}"),
            "try the queries in the graph of the server, over the same range",
        ));
    };
    if most.n < LEAST_SPAN * least.n {
        return Err(Error::NoSolution {
            reason: format!(
                "N went only from {} to {}, and a peak or limit shows over a factor of 2 or more",
                plain(least.n),
                plain(most.n)
            ),
            hint: "a longer --range with more kinds of load; or measure, with scalecalc measure"
                .into(),
        }
        .into());
    }
    Ok(())
}

impl Question<'_> {
    /// The samples of the one series that a query has, by their time.
    fn samples(&self, flag: &str, query: &str) -> Result<HashMap<u64, f64>, Failure> {
        let mut samples = HashMap::new();
        let mut series: Option<Value> = None;
        let mut from = self.from;
        while from <= self.to {
            let to = self.to.min(from + (MOST_POINTS - 1) * self.step);
            for result in self.part(flag, query, from, to)? {
                let labels = result.get("metric").cloned().unwrap_or_default();
                if series.as_ref().is_some_and(|known| *known != labels) {
                    return Err(Failure::input(
                        format!("{flag} {query}: several results, and one is needed"),
                        format!("{flag} 'sum({query})', or choose one by its labels"),
                    ));
                }
                series = Some(labels);
                let values = result.get("values").and_then(Value::as_array);
                samples.extend(values.into_iter().flatten().filter_map(sample));
            }
            from = to + self.step;
        }
        if samples.is_empty() {
            return Err(Failure::input(
                format!("{flag} {query}: no result in this range"),
                "try the query in the graph of the server, over the same range",
            ));
        }
        Ok(samples)
    }

    /// The results of one query over at most 11,000 points.
    fn part(&self, flag: &str, query: &str, from: u64, to: u64) -> Result<Vec<Value>, Failure> {
        let url = format!(
            "{}/api/v1/query_range?query={}&start={from}&end={to}&step={}",
            self.url,
            encoded(query),
            self.step
        );
        let unreachable = |error: minreq::Error| {
            let hint = if matches!(error, minreq::Error::HttpsFeatureNotEnabled) {
                "https is not built in: take the address inside the network, or a tunnel to it, such as kubectl port-forward svc/prometheus 9090"
            } else {
                "--prometheus http://localhost:9090, where a server answers"
            };
            Failure::input(format!("cannot ask {}: {error}", self.url), hint)
        };
        let response = minreq::get(&url)
            .with_timeout(PATIENCE)
            .with_max_redirects(0)
            .send_lazy()
            .map_err(unreachable)?;
        let status = response.status_code;
        let mut body = Vec::new();
        Read::take(response, LARGEST)
            .read_to_end(&mut body)
            .map_err(|error| Failure::input(format!("cannot ask {}: {error}", self.url), ""))?;
        let answer: Value = serde_json::from_slice(&body).map_err(|_| {
            Failure::input(
                format!("{} answered {status}, and not as Prometheus does", self.url),
                "the address of the server without /graph, such as http://localhost:9090",
            )
        })?;
        if answer.get("status").and_then(Value::as_str) != Some("success") {
            let said = answer.get("error").and_then(Value::as_str);
            return Err(Failure::input(
                format!(
                    "{flag} {query}: {}",
                    said.unwrap_or("the server refused it")
                ),
                "",
            ));
        }
        let results = answer.pointer("/data/result").and_then(Value::as_array);
        Ok(results.cloned().unwrap_or_default())
    }
}

/// Time in seconds and value of `[1700000000, "12.5"]`.
fn sample(pair: &Value) -> Option<(u64, f64)> {
    let [time, value] = pair.as_array()?.as_slice() else {
        return None;
    };
    let value: f64 = value.as_str()?.parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds since 1970, asked for as whole ones"
    )]
    let time = time.as_f64().filter(|time| *time >= 0.0)?.round() as u64;
    value.is_finite().then_some((time, value))
}

/// A text as a query of an address holds it (RFC 3986, section 2.1).
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_prometheus_writes_them() {
        for (text, seconds) in [("30s", 30), ("1m", 60), ("6h", 21_600), ("7d", 604_800)] {
            assert_eq!(span(text), Ok(seconds));
        }
        for bad in ["", "7", "d", "1.5h", "-1h", "0s", "1y", "9999999999w"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(
            encoded("sum(up{a=\"b c\"})"),
            "sum%28up%7Ba%3D%22b%20c%22%7D%29"
        );
    }
}
