//! Coordination paths against N, a line a topology, both axes by ratios.

use super::{Axis, Drawn, Panel, Point, RestsOn, Scene, Series, Spacing};
use crate::law::paths::{Paths, Topology};
use crate::report::Quantity;

/// The picture of the paths of these topologies at these sizes; `None` where there are none.
pub(crate) fn scene(title: &str, sizes: &[f64], topologies: &[Topology]) -> Option<Scene> {
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    let count = |topology: Topology, n: f64| {
        let paths = Paths::new(topology, n).ok()?.count();
        (paths > 0.0 && paths.is_finite()).then_some([n, paths])
    };
    let from = sizes.iter().copied().fold(f64::INFINITY, f64::min).min(2.0);
    let x = Axis::numbers(
        "N",
        Quantity::Count,
        Spacing::Decades,
        from.max(1.0),
        largest.max(10.0) * 1.1,
    );
    let mut series = Vec::new();
    let mut top = 1.0f64;
    for (tone, topology) in topologies.iter().enumerate() {
        let at = x.spread(60).into_iter().map(f64::round);
        let line: Vec<[f64; 2]> = at.filter_map(|n| count(*topology, n)).collect();
        let marks = sizes.iter().filter_map(|n| count(*topology, *n));
        let marks: Vec<Point> = marks.map(|[n, y]| Point::new(n, y)).collect();
        top = line.iter().map(|[_, y]| *y).fold(top, f64::max);
        let of = |label: &str, shape| Series {
            label: label.to_owned(),
            tone,
            basis: RestsOn::Law,
            shape,
        };
        series.push(of("", Drawn::Line(line)));
        series.push(of(topology.name(), Drawn::Points(marks)));
    }
    (!topologies.is_empty() && largest > 1.0).then(|| Scene {
        title: title.to_owned(),
        description: format!(
            "Coordination paths against N on axes of ratios, for {}.",
            topologies
                .iter()
                .map(|t| t.name())
                .collect::<Vec<_>>()
                .join(", ")
        ),
        panels: vec![Panel {
            heading: String::new(),
            x,
            y: Axis::numbers("paths", Quantity::Count, Spacing::Decades, 1.0, 2.0 * top),
            zones: Vec::new(),
            series,
            markers: Vec::new(),
        }],
        remarks: Vec::new(),
        adjustable: None,
    })
}
