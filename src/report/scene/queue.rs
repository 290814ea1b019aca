//! Waiting against utilization or servers, on an axis of ratios.

use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing};
use crate::report::Quantity;

/// One line of waits.
#[derive(Debug, Clone)]
pub(crate) struct Waits {
    /// Its name.
    pub label: String,
    /// Utilization or servers, and seconds; what is 0 cannot be shown.
    pub line: Vec<[f64; 2]>,
    /// The rows of the table among them.
    pub asked: Vec<[f64; 2]>,
}

/// What the x axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Utilization, 0 to 1.
    Utilization,
    /// Number of servers.
    Servers,
}

/// A limit to keep.
#[derive(Debug, Clone)]
pub(crate) struct Promised {
    /// As it was written, such as `p99<=50ms`.
    pub text: String,
    /// Seconds, or a share.
    pub limit: f64,
    /// What is limited: seconds or a ratio.
    pub quantity: Quantity,
}

/// The picture of waits, or of the shares of a promise.
pub(crate) fn scene(
    title: &str,
    over: Over,
    waits: &[Waits],
    promised: Option<&Promised>,
) -> Option<Scene> {
    let promise = promised.map(|promised| promised.limit);
    let quantity = promised.map_or(Quantity::Seconds, |promised| promised.quantity);
    let counted = match quantity {
        Quantity::Ratio => "share",
        _ => "time",
    };
    let all = || waits.iter().flat_map(|w| w.line.iter().chain(&w.asked));
    let shown = || all().filter(|[_, y]| *y > 0.0 && y.is_finite());
    let least = shown().map(|[x, _]| *x).fold(f64::INFINITY, f64::min);
    let most = shown().map(|[x, _]| *x).fold(0.0, f64::max);
    let top = shown().map(|[_, y]| *y).chain(promise).fold(0.0, f64::max);
    let bottom = shown()
        .map(|[_, y]| *y)
        .chain(promise)
        .fold(f64::INFINITY, f64::min);
    if !(least.is_finite() && most > 0.0 && top > 0.0) {
        return None;
    }
    let x = axis(over, least, most);
    let y = Axis::numbers(
        counted,
        quantity,
        Spacing::Decades,
        bottom.max(top * 1e-7) / 1.5,
        top * 2.0,
    );
    let mut series = Vec::new();
    for (tone, Waits { label, line, asked }) in waits.iter().enumerate() {
        let of = |label: &str, basis, shape| Series {
            label: label.to_owned(),
            tone,
            basis,
            shape,
        };
        let points = asked.iter().map(|[x, y]| Point::new(*x, *y)).collect();
        series.push(of("", RestsOn::Law, Drawn::Line(line.clone())));
        series.push(of(label, RestsOn::Law, Drawn::Points(points)));
    }
    let left_out = waits
        .iter()
        .flat_map(|w| &w.asked)
        .filter(|[_, y]| *y <= 0.0 || *y < y_least(top))
        .count();
    Some(Scene {
        title: title.to_owned(),
        description: description(counted, over, waits, promised),
        panels: vec![Panel {
            heading: String::new(),
            x,
            y,
            zones: Vec::new(),
            series,
            markers: promised
                .map(|promised| Marker::Across {
                    y: promised.limit,
                    label: format!("promised: {}", promised.text),
                    wanted: true,
                })
                .into_iter()
                .collect(),
        }],
        remarks: (left_out > 0)
            .then(|| "Values of next to 0 lie below the picture.".to_owned())
            .into_iter()
            .collect(),
        adjustable: None,
    })
}

/// The picture in words.
fn description(counted: &str, over: Over, waits: &[Waits], promised: Option<&Promised>) -> String {
    format!(
        "{} on an axis of ratios against {}: {}.{} By formula, not measured.",
        match counted {
            "share" => "Share",
            _ => "Time",
        },
        match over {
            Over::Utilization => "utilization",
            Over::Servers => "the number of servers",
        },
        waits
            .iter()
            .map(|w| w.label.as_str())
            .collect::<Vec<_>>()
            .join("; "),
        promised.map_or(String::new(), |promised| format!(
            " A line across marks what is promised, {}.",
            promised.text
        )),
    )
}

/// The axis of what is varied.
fn axis(over: Over, least: f64, most: f64) -> Axis {
    match over {
        Over::Utilization => {
            let from = (least - 0.05).max(0.0);
            Axis::numbers("utilization", Quantity::Ratio, Spacing::Linear, from, 1.0)
        }
        Over::Servers => Axis::numbers(
            "servers",
            Quantity::Count,
            Spacing::Linear,
            (least - 1.0).max(0.0),
            most + 1.0,
        ),
    }
}

/// The least time that is worth a decade of the picture.
fn y_least(top: f64) -> f64 {
    top * 1e-7
}
