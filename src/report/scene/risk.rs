//! What one setting does to a failure mode: curves by formula, with the rows of the table on them.

use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing};
use crate::report::Quantity;

/// Places of a curve at most.
const PLACES: usize = 64;

/// One curve.
#[derive(Debug, Clone, Default)]
pub(crate) struct Curve {
    /// Its name.
    pub label: String,
    /// Places of the formula.
    pub line: Vec<[f64; 2]>,
    /// The rows of the table among them.
    pub asked: Vec<[f64; 2]>,
}

/// What the curves are of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    /// Its name on the axis.
    pub label: &'static str,
    /// Unit and digits.
    pub quantity: Quantity,
    /// Values of very different sizes: an axis of ratios.
    pub ratios: bool,
}

/// Whole settings from `least` to `most`, closer where they are small; `also` are among them.
pub(crate) fn settings(least: f64, most: f64, also: impl Iterator<Item = f64>) -> Vec<f64> {
    let least = least.max(1.0);
    let most = most.max(least + 1.0);
    let mut all: Vec<f64> = (0..PLACES)
        .map(|place| least * (most / least).powf(place as f64 / (PLACES - 1) as f64))
        .map(f64::round)
        .chain(also.filter(|setting| (least..=most).contains(setting)))
        .collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// One panel of curves over a setting; `None` where nothing can be shown.
pub(crate) fn panel(
    setting: &str,
    value: Value,
    curves: Vec<Curve>,
    markers: Vec<Marker>,
) -> Option<Panel> {
    let seen = |[x, y]: &[f64; 2]| x.is_finite() && y.is_finite() && (*y > 0.0 || !value.ratios);
    let all: Vec<[f64; 2]> = (curves.iter())
        .flat_map(|curve| curve.line.iter().chain(&curve.asked))
        .filter(|place| seen(place))
        .copied()
        .collect();
    let ends = |of: fn(&[f64; 2]) -> f64| {
        let values = || all.iter().map(of);
        (
            values().fold(f64::INFINITY, f64::min),
            values().fold(0.0, f64::max),
        )
    };
    let ((least, most), (bottom, top)) = (ends(|[x, _]| *x), ends(|[_, y]| *y));
    if all.is_empty() || top <= 0.0 {
        return None;
    }
    let y = if value.ratios {
        let bottom = bottom.max(top * LEAST) / 1.5;
        Axis::numbers(
            value.label,
            value.quantity,
            Spacing::Decades,
            bottom,
            top * 2.0,
        )
    } else {
        let top = match value.quantity {
            Quantity::Ratio => (1.1 * top).min(1.0),
            _ => 1.1 * top,
        };
        Axis::numbers(value.label, value.quantity, Spacing::Linear, 0.0, top)
    };
    let mut series = Vec::new();
    for (tone, Curve { label, line, asked }) in curves.into_iter().enumerate() {
        let of = |label: &str, shape| Series {
            label: label.to_owned(),
            tone,
            basis: RestsOn::Law,
            shape,
        };
        let line: Vec<[f64; 2]> = line.into_iter().filter(seen).collect();
        let points: Vec<Point> = (asked.iter().filter(|place| seen(place)))
            .map(|[x, y]| Point::new(*x, *y))
            .collect();
        // A curve with marks is named by its mark.
        series.push(of(
            if points.is_empty() { &label } else { "" },
            Drawn::Line(line),
        ));
        if !points.is_empty() {
            series.push(of(&label, Drawn::Points(points)));
        }
    }
    Some(Panel {
        heading: String::new(),
        x: Axis::sizes(setting, least, 1.02 * most),
        y,
        zones: Vec::new(),
        series,
        markers,
    })
}

/// What is less than this share of the highest lies below an axis of ratios.
const LEAST: f64 = 1e-7;

/// The picture; its title is the answer, which the report puts in.
pub(crate) fn scene(description: &str, panels: Vec<Panel>) -> Option<Scene> {
    (!panels.is_empty()).then(|| Scene {
        title: String::new(),
        description: format!("{description} By formula, not measured."),
        panels,
        remarks: Vec::new(),
        adjustable: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Value = Value {
        label: "latency",
        quantity: Quantity::Seconds,
        ratios: true,
    };

    #[test]
    fn settings_are_whole_grow_and_hold_what_was_asked() {
        let all = settings(1.0, 1000.0, [7.0, 500.0, 5000.0].into_iter());
        assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(all.iter().all(|setting| setting.fract() == 0.0));
        assert!(all.contains(&7.0) && all.contains(&500.0) && !all.contains(&5000.0));
    }

    #[test]
    fn what_an_axis_of_ratios_cannot_show_is_left_out() {
        assert_eq!(panel("n", TIME, Vec::new(), Vec::new()), None);
        let curve = Curve {
            label: "c".to_owned(),
            line: vec![[1.0, 0.0], [2.0, 3.0], [4.0, f64::INFINITY]],
            asked: vec![[1.0, 0.0]],
        };
        let panel = panel("n", TIME, vec![curve], Vec::new()).unwrap();
        assert_eq!(panel.series.len(), 1);
        assert_eq!(panel.series[0].shape, Drawn::Line(vec![[2.0, 3.0]]));
        assert!(panel.y.from < 3.0 && panel.y.to > 3.0);
    }
}
