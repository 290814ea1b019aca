//! Workers side by side, the busiest first.

use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing};
use crate::judge::workers::{WorkerSample, Workers};
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};

/// Bars at most; of more workers every k-th is drawn.
const BARS: usize = 100;

/// Name, unit and value of what is drawn of a worker.
type Figure = (&'static str, Quantity, fn(&WorkerSample) -> Option<f64>);

const DRAWN: [Figure; 3] = [
    ("utilization", Quantity::Ratio, |sample| sample.utilization),
    (
        "share of time spent waiting for others",
        Quantity::Ratio,
        waiting,
    ),
    ("queue depth", Quantity::Number, |sample| sample.queue_depth),
];

/// Waiting for locks over waiting and work.
fn waiting(sample: &WorkerSample) -> Option<f64> {
    let (wait, work) = (sample.lock_wait?, sample.work?);
    Some(wait / (wait + work)).filter(|share| share.is_finite())
}

/// The picture; `None` where no worker has a value that is drawn.
pub(crate) fn scene(title: &str, workers: &Workers) -> Option<Scene> {
    let panels: Vec<Panel> = DRAWN
        .iter()
        .filter_map(|drawn| panel(drawn, workers))
        .collect();
    let every = workers.len().div_ceil(BARS);
    (!panels.is_empty()).then(|| Scene {
        title: title.to_owned(),
        description: format!(
            "{} workers, a bar each, sorted from the highest value; a line at their mean. {}",
            workers.len(),
            panels
                .iter()
                .map(|panel| panel.y.label.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ),
        panels,
        remarks: (every > 1)
            .then(|| format!("One in {every} of {} workers is drawn.", workers.len()))
            .into_iter()
            .collect(),
        adjustable: None,
    })
}

fn panel((name, quantity, value): &Figure, workers: &Workers) -> Option<Panel> {
    let mut values: Vec<f64> = workers
        .iter()
        .filter_map(|(_, mean)| value(&mean))
        .collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let top = *values.first()?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let every = values.len().div_ceil(BARS).max(1);
    let bars = values.iter().enumerate().step_by(every);
    let bars: Vec<Point> = bars
        .map(|(rank, y)| Point::new(rank as f64 + 1.0, *y))
        .collect();
    Some(Panel {
        heading: String::new(),
        x: Axis::numbers(
            "workers, sorted",
            Quantity::Count,
            Spacing::Linear,
            0.0,
            values.len() as f64 + 1.0,
        ),
        y: Axis::numbers(
            name,
            *quantity,
            Spacing::Linear,
            0.0,
            if top > 0.0 { 1.1 * top } else { 1.0 },
        ),
        zones: Vec::new(),
        series: vec![Series {
            label: "a worker".to_owned(),
            tone: 0,
            basis: RestsOn::Measured,
            shape: Drawn::Bars(bars),
        }],
        markers: vec![Marker::Across {
            y: mean,
            label: format!("mean {}", alone(*quantity, mean, DIGITS)),
            wanted: false,
        }],
    })
}
