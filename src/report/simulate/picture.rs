//! The picture of a simulation: backlog over time, or percentiles of the response.

use super::document::SeriesPart;
use super::{Simulated, parts};
use crate::estimate::Estimate;
use crate::report::Quantity;
use crate::report::number::alone;
use crate::report::scene::backlog::{Course, Ends, Events, Percentiles, percentiles, scene};
use crate::report::scene::{RestsOn, Scene};
use crate::sim::{Change, Scenario, Theory, Trigger};
use crate::units::plain;

pub(super) fn picture(
    title: &str,
    simulated: &Simulated<'_>,
    series: &SeriesPart,
    theory: Option<&Theory>,
) -> Option<Scene> {
    let mut courses = vec![course("as given", series)];
    if let Some((change, results)) = &simulated.versus {
        let change: Vec<String> = change
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        courses.push(course(
            &format!("with {}", change.join(", ")),
            &parts::series(results),
        ));
    }
    let events = Events {
        at: simulated.scenario.triggers.iter().flat_map(marks).collect(),
        arrivals: arrivals(simulated.scenario),
    };
    scene(title, &courses, &events).or_else(|| by_percentile(title, simulated, theory))
}

pub(in crate::report) fn course(label: &str, series: &SeriesPart) -> Course {
    Course {
        label: label.to_owned(),
        time: series.time_s.clone(),
        middle: series.backlog_p50.clone(),
        low: series.backlog_p05.clone(),
        high: series.backlog_p95.clone(),
        answered: series.goodput_mean_per_s.clone(),
    }
}

/// Requests that come a second from when on.
fn arrivals(scenario: &Scenario) -> Vec<[f64; 2]> {
    let rate = scenario.arrival_rate();
    if rate <= 0.0 {
        return Vec::new();
    }
    let loads: Vec<(f64, f64, f64)> = scenario
        .triggers
        .iter()
        .filter_map(|trigger| match trigger.change {
            Change::Load(factor) => {
                let until = trigger
                    .lasts
                    .map_or(f64::INFINITY, |lasts| trigger.at + lasts);
                Some((trigger.at, until, factor))
            }
            _ => None,
        })
        .collect();
    let mut at: Vec<f64> = loads
        .iter()
        .flat_map(|(from, until, _)| [*from, *until])
        .collect();
    at.retain(|time| time.is_finite() && *time > 0.0);
    at.push(0.0);
    at.sort_by(f64::total_cmp);
    at.dedup();
    let on = |time: f64| {
        let now = loads
            .iter()
            .filter(|(from, until, _)| *from <= time && time < *until);
        rate * now.map(|(_, _, factor)| factor).product::<f64>()
    };
    at.into_iter().map(|time| [time, on(time)]).collect()
}

/// When a trigger begins and ends, in words.
fn marks(trigger: &Trigger) -> Vec<(f64, String)> {
    let text = match trigger.change {
        Change::Capacity(0.0) => "outage".to_owned(),
        Change::Capacity(share) => format!("capacity {}", alone(Quantity::Ratio, share, 2)),
        Change::Load(factor) => format!("load x{}", plain(factor)),
        Change::Burst(many) => format!("{} at once", alone(Quantity::Count, f64::from(many), 3)),
        Change::Servers(many) => format!("{many:+} servers"),
    };
    let ends = trigger
        .lasts
        .filter(|_| !matches!(trigger.change, Change::Burst(_)));
    let end = ends.map(|lasts| (trigger.at + lasts, "over".to_owned()));
    let begin = (trigger.at > 0.0).then_some((trigger.at, text));
    begin.into_iter().chain(end).collect()
}

fn by_percentile(title: &str, simulated: &Simulated<'_>, theory: Option<&Theory>) -> Option<Scene> {
    if crate::sim::is_overloaded(simulated.scenario) || simulated.scenario.rejoin > 0.0 {
        return None;
    }
    let ends = |found: &Estimate| -> Option<Ends> {
        let upper = found.high.unwrap_or(f64::INFINITY);
        Some((found.value?, found.low.map(|low| (low, upper))))
    };
    let simulated = Percentiles {
        label: "simulated".to_owned(),
        basis: RestsOn::Measured,
        values: simulated
            .results
            .response_quantiles
            .iter()
            .map(ends)
            .collect(),
    };
    let theory = theory.map(|theory| Percentiles {
        label: theory.model.clone(),
        basis: RestsOn::Law,
        values: (theory.response_quantiles.iter())
            .map(|value| value.map(|value| (value, None)))
            .collect(),
    });
    let all: Vec<Percentiles> = [Some(simulated), theory].into_iter().flatten().collect();
    percentiles(title, &["p50", "p95", "p99", "p99.9"], &all)
}
