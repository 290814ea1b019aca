//! `risk --all`: everything that applies to a station or a saved document, the worst first.

use super::RiskArgs;
use crate::cli::next_command::{self, Fleet};
use crate::cli::{Failure, input};
use crate::error::Error;
use crate::judge::workers::Metric;
use crate::report::Report;
use crate::report::number::round_to;
use crate::report::risk::ranking::{Ranked, report};
use crate::risk::ranking::{Danger, Hazard, Kind, Station, rank, rank_law};
use crate::units::plain;
use serde_json::Value;

/// Ranks what the flags or the document say.
pub(super) fn run(args: &RiskArgs) -> Result<Report, Failure> {
    match (&args.document, args.arrivals, args.service, args.servers) {
        (Some(path), None, None, None) => document(path),
        (None, Some(arrivals), Some(service), Some(servers)) => {
            let station = Station {
                load: super::load(arrivals, service),
                servers,
                cv_service: args.cv_service,
                retries: args.retries,
                outage: args.outage,
                calls: args.calls,
            };
            let ranked = (rank(&station)?.into_iter())
                .map(|danger| Ranked {
                    look_closer: for_station(&danger, &station),
                    danger,
                })
                .collect();
            let assumptions = vec![format!(
                "Takes clients that retry {} times and come back at once after {} s down; limits are conventions (explained by scalecalc risk --help).",
                plain(args.retries),
                plain(args.outage)
            )];
            Ok(report("station", ranked, assumptions))
        }
        _ => Err(Failure::usage(
            "risk --all needs a station or a saved document",
            "scalecalc risk --all --arrivals 200/s --service 50ms --servers 15\nscalecalc risk --all usl.json",
        )),
    }
}

/// The command that looks closer at one danger of a station, with the numbers of the station.
fn for_station(danger: &Danger, station: &Station) -> String {
    let Station { load, servers, .. } = station;
    let (arrivals, service) = (plain(load.arrival_rate), plain(load.mean_service));
    let each = load.arrival_rate / servers;
    let flow = format!("--arrivals {arrivals}/s --service {service}s");
    let arguments = match danger.subject {
        Hazard::Concurrency => format!("{flow} --servers {servers} --deadline {service}s"),
        Hazard::Retry => format!(
            "{flow} --servers {servers} --retries {}",
            plain(station.retries)
        ),
        Hazard::Herd => format!(
            "--clients {} --places {servers} --service {service}s",
            plain((load.arrival_rate * station.outage).max(1.0).ceil())
        ),
        Hazard::Affinity => format!("--workers {servers} {flow}"),
        Hazard::FanOut => format!("--calls {} --mean {service}s", plain(station.calls)),
        Hazard::HeadOfLine => format!(
            "--arrivals {}/s --jobs {}",
            short(each),
            two_kinds(load.mean_service, station.cv_service)
        ),
        Hazard::Starvation => {
            let half = short(each / 2.0);
            format!("--priority {half}/s:{service}s,{half}/s:{service}s")
        }
        Hazard::Ceiling | Hazard::Deadlock | Hazard::Coherency => String::new(),
    };
    format!("scalecalc risk {} {arguments}", danger.subject.name())
}

/// A number with four digits.
fn short(value: f64) -> String {
    plain(round_to(value, 4))
}

/// Short and long jobs, each always the same, with this mean and coefficient of variation
/// together: as jobs of `risk head-of-line`.
fn two_kinds(mean: f64, cv: f64) -> String {
    let long = 0.01_f64.min(0.5 / cv.mul_add(cv, 1.0));
    let odds = (long / (1.0 - long)).sqrt();
    format!(
        "{}%:{}s:0,{}%:{}s:0",
        plain(100.0 - short(100.0 * long).parse().unwrap_or(1.0)),
        short(mean * (1.0 - cv * odds)),
        short(100.0 * long),
        short(mean * (1.0 + cv / odds)),
    )
}

fn document(path: &str) -> Result<Report, Failure> {
    let told = |message: String| {
        Failure::from(
            Error::data(
                message,
                "save one with: scalecalc usl bench.csv -o json=usl.json\nor with: scalecalc health workers.csv -o json=health.json",
            )
            .in_file(path),
        )
    };
    let text = input::text(path)?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|error| told(format!("the saved document cannot be read: {error}")))?;
    let ranked = match document["kind"].as_str().unwrap_or_default() {
        "usl" => usl(path, &document),
        "health" => health(path, &document),
        kind => {
            return Err(told(format!(
                "a document of kind \"{kind}\" shows no risks"
            )));
        }
    };
    let ranked = ranked.ok_or_else(|| told("the document lacks its numbers".to_owned()))??;
    let assumptions =
        vec!["Limits are conventions; a document shows only what was measured.".to_owned()];
    Ok(report(path, ranked, assumptions))
}

/// Contention and coherency at the largest measured size.
fn usl(path: &str, document: &Value) -> Option<Result<Vec<Ranked>, Failure>> {
    let value = |name: &str| document["fit"][name]["value"].as_f64();
    let levels = document["levels"].as_array()?;
    let points: Vec<(f64, f64)> = (levels.iter())
        .filter_map(|level| Some((level["n"].as_f64()?, level["throughput_mean"].as_f64()?)))
        .filter(|(n, _)| n.fract() == 0.0)
        .collect();
    let n = levels
        .iter()
        .filter_map(|level| level["n"].as_f64())
        .fold(1.0, f64::max);
    let picked = [0, points.len() / 2, points.len().checked_sub(1)?];
    let measured: Vec<String> = (picked.iter())
        .filter_map(|at| points.get(*at))
        .map(|(n, rate)| format!("{}={}", plain(*n), plain(rate.round().max(1.0))))
        .collect();
    let dangers = match rank_law(n, value("alpha")?.max(0.0), value("beta")?.max(0.0)) {
        Ok(dangers) => dangers,
        Err(error) => return Some(Err(error.into())),
    };
    Some(Ok(dangers
        .into_iter()
        .map(|danger| Ranked {
            look_closer: match danger.subject {
                Hazard::Ceiling => {
                    format!("scalecalc risk ceiling --measured {}", measured.join(","))
                }
                _ => format!("scalecalc usl {path} --plot"),
            },
            danger,
        })
        .collect()))
}

/// The metrics of workers against their bad thresholds.
fn health(path: &str, document: &Value) -> Option<Result<Vec<Ranked>, Failure>> {
    let metrics = document["metrics"].as_array()?;
    let workers = Fleet {
        workers: document["workers"].as_f64().unwrap_or(1.0),
        single: document["single_worker_per_s"].as_f64(),
        speedup: (metrics.iter())
            .find(|metric| metric["name"] == Metric::RealSpeedup.name())
            .and_then(|metric| metric["value"].as_f64()),
    };
    let ranked = metrics.iter().filter_map(|metric| {
        let name = metric["name"].as_str()?;
        let metric_known = Metric::ALL.into_iter().find(|known| known.name() == name)?;
        let (value, bad) = (metric["value"].as_f64()?, metric["bad"].as_f64()?);
        let (subject, words) = match metric_known {
            Metric::UtilizationSpread => (Hazard::Affinity, "spread of utilization"),
            Metric::CoordinationOverhead => (Hazard::Deadlock, "lock wait over work"),
            Metric::QueueDepthRatio => (Hazard::HeadOfLine, "deepest over mean queue"),
            Metric::RealSpeedup => (Hazard::Ceiling, "ideal over real speed-up"),
        };
        let turned = metric_known.higher_is_better();
        Some(Ranked {
            danger: Danger {
                subject,
                number: Some(if turned { 1.0 / value } else { value })
                    .filter(|number| number.is_finite()),
                limit: if turned { 1.0 / bad } else { bad },
                kind: Kind::Factor,
                words,
            },
            look_closer: next_command::look_closer(metric_known, workers),
        })
    });
    let ranked: Vec<Ranked> = ranked.collect();
    if ranked.is_empty() {
        return Some(Err(Failure::input(
            format!("{path}: no metric of the workers has a value"),
            "scalecalc health workers.csv -o json=health.json",
        )));
    }
    Some(Ok(ranked))
}
