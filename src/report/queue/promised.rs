//! The picture of a promise: what it limits, over servers or utilization, and where it breaks.

use super::PromiseAnswer;
use super::solve::{Question, Slo, Unknown};
use crate::queueing::Load;
use crate::queueing::sizing;
use crate::report::Quantity;
use crate::report::scene::Scene;
use crate::report::scene::queue::{Over, Promised, Waits, scene};

/// Places of the curve.
const PLACES: u32 = 40;

/// What the promise limits around the answer, which is marked; none without an answer.
pub(super) fn picture(
    question: Question,
    slo: &Slo,
    solution: &PromiseAnswer,
    title: &str,
) -> Option<Scene> {
    let (answer, found) = (solution.servers?, solution.arrival_rate_per_s?);
    let value = |load: Load, servers: f64| slo.goal.value(load, servers).ok().flatten();
    let at = |arrival_rate: f64| Load {
        arrival_rate,
        mean_service: question.mean_service,
    };
    let blocking = slo.goal.measure == sizing::Promised::BlockingProbability;
    let (over, line, asked) = if question.unknown == Unknown::Servers {
        let load = at(question.arrival_rate);
        let of = |servers: f64| Some([servers, value(load, servers)?]);
        let least = if blocking {
            1.0
        } else {
            load.offered().floor() + 1.0
        };
        let most = answer + (0.5 * (answer - least)).ceil().max(3.0);
        let step = ((most - least) / f64::from(PLACES)).ceil().max(1.0);
        let places = (0..=PLACES).map(|index| least + step * f64::from(index));
        let line: Vec<[f64; 2]> = places.take_while(|n| *n <= most).filter_map(of).collect();
        let asked = [answer - 1.0, answer].into_iter().filter(|n| *n >= 1.0);
        (Over::Servers, line, asked.filter_map(of).collect())
    } else {
        let of = |arrivals: f64| {
            let load = at(arrivals);
            let value = value(load, answer)?;
            let carried = if blocking { 1.0 - value } else { 1.0 };
            Some([load.offered() * carried / answer, value])
        };
        let full = answer / question.mean_service;
        let most = if blocking {
            (2.0 * found).max(full)
        } else {
            0.99 * full
        };
        let places = (1..=PLACES).map(|index| most * f64::from(index) / f64::from(PLACES));
        let line = places.filter_map(of).collect();
        (Over::Utilization, line, of(found).into_iter().collect())
    };
    let waits = [Waits {
        label: limited(slo, solution.of),
        line,
        asked,
    }];
    let quantity = match slo.goal.measure {
        sizing::Promised::WaitProbability | sizing::Promised::BlockingProbability => {
            Quantity::Ratio
        }
        _ => Quantity::Seconds,
    };
    let promised = Promised {
        text: slo.text.clone(),
        limit: slo.goal.limit,
        quantity,
    };
    scene(title, over, &waits, Some(&promised))
}

/// What is limited, in words: `p99 response`.
fn limited(slo: &Slo, of: &str) -> String {
    let name = slo.text.split(['<', '=']).next().unwrap_or_default().trim();
    match slo.goal.measure {
        sizing::Promised::WaitProbability => "share that must wait".to_owned(),
        sizing::Promised::BlockingProbability => "share that is turned away".to_owned(),
        _ => format!("{name} {of}"),
    }
}
