//! One panel: zones, grid, series, markers.

use super::labels::Labels;
use super::ticks::Ticks;
use super::{Anchor, Form, Frame, Ink, Mark, Shape, TONES, Words, clip};
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};
use crate::report::scene::{Drawn, Panel, Point, RestsOn, Series, Spread, Zone};

pub(super) const RADIUS: f64 = 4.6;
pub(super) const DOT: f64 = 1.9;
pub(super) const DOT_OPACITY: f64 = 0.6;
pub(super) const BAR_OPACITY: f64 = 0.85;
const LABEL: f64 = 12.0;
/// Marks that are drawn smaller, so that they do not hide each other.
const MANY: usize = 60;

/// How strong they are then.
const FAINT: f64 = 0.55;

/// A panel in its frame.
pub(super) fn panel(
    panel: &Panel,
    frame: &Frame,
    marks: &(Ticks, Ticks),
    labels: &mut Labels,
) -> Shape {
    let mut shapes = Vec::new();
    zones(&panel.zones, frame, &mut shapes);
    grid(frame, marks, &mut shapes);
    let mut series: Vec<&Series> = panel.series.iter().collect();
    if series.iter().any(|series| is_dense(&series.shape)) {
        // So many marks would hide the lines: those are drawn above them.
        series.sort_by_key(|series| match &series.shape {
            Drawn::Band(_) => 0,
            Drawn::Dots(_) => 1,
            shape if is_dense(shape) => 2,
            _ => 3,
        });
    }
    for series in series {
        shapes.push(drawn(series, panel, frame, labels));
    }
    for marker in &panel.markers {
        shapes.push(super::labels::marker(marker, frame, labels));
    }
    // Last, so that no line runs through their words.
    zone_labels(&panel.zones, frame, labels, &mut shapes);
    Shape::Group {
        attributes: attributes(frame),
        shapes,
    }
}

/// Whether there are so many marks that they lie on each other.
fn is_dense(shape: &Drawn) -> bool {
    matches!(shape, Drawn::Points(points) if points.len() > MANY)
}

/// What turns pixels back into values, for whoever reads the file.
fn attributes(frame: &Frame) -> Vec<(&'static str, String)> {
    let number = |value: f64| format!("{value}");
    vec![
        ("data-panel", frame.y.label.clone()),
        (
            "data-frame",
            format!(
                "{:.1} {:.1} {:.1} {:.1}",
                frame.left, frame.top, frame.width, frame.height
            ),
        ),
        ("data-x-from", number(frame.x.from)),
        ("data-x-to", number(frame.x.to)),
        ("data-x-spacing", spacing(&frame.x).to_owned()),
        ("data-y-from", number(frame.y.from)),
        ("data-y-to", number(frame.y.to)),
        ("data-y-spacing", spacing(&frame.y).to_owned()),
    ]
}

fn spacing(axis: &crate::report::scene::Axis) -> &'static str {
    match axis.spacing {
        crate::report::scene::Spacing::Linear => "linear",
        _ => "ratio",
    }
}

/// The colour of a series.
pub(super) fn ink(series: &Series) -> Ink {
    match series.basis {
        RestsOn::Reference => Ink::Muted,
        _ => Ink::Tone(series.tone),
    }
}

/// The dash of a line: the basis first, the tone among laws.
pub(super) fn dash(series: &Series) -> &'static [f64] {
    match (series.basis, series.tone % TONES) {
        (RestsOn::Forecast, _) => &[2.0, 4.5],
        (RestsOn::Between, _) => &[7.0, 4.0],
        (RestsOn::Doubted, _) => &[9.0, 3.0, 2.0, 3.0],
        (RestsOn::Reference, _) => &[3.0, 3.0],
        (RestsOn::Law, 2) => &[12.0, 3.0],
        (RestsOn::Law, 3) => &[12.0, 3.0, 3.0, 3.0],
        _ => &[],
    }
}

pub(super) fn line_width(basis: RestsOn) -> f64 {
    match basis {
        RestsOn::Reference => 1.2,
        RestsOn::Doubted => 1.5,
        _ => 2.2,
    }
}

pub(super) fn band_opacity(basis: RestsOn) -> f64 {
    match basis {
        RestsOn::Forecast => 0.12,
        _ => 0.2,
    }
}

/// Where a zone is seen, from left to right.
fn extent(zone: &Zone, frame: &Frame) -> Option<(f64, f64)> {
    let from = frame.x(zone.from)?.max(frame.left);
    let to = frame.x(zone.to)?.min(frame.right());
    (to > from).then_some((from, to))
}

fn zones(zones: &[Zone], frame: &Frame, shapes: &mut Vec<Shape>) {
    for zone in zones {
        let ink = if zone.untrusted { Ink::Grid } else { Ink::Zone };
        if let Some((from, to)) = extent(zone, frame) {
            shapes.push(Shape::Box {
                at: [from, frame.top, to - from, frame.height],
                ink,
                opacity: 1.0,
            });
        }
    }
}

fn zone_labels(zones: &[Zone], frame: &Frame, labels: &mut Labels, shapes: &mut Vec<Shape>) {
    for zone in zones {
        let Some((from, to)) = extent(zone, frame) else {
            continue;
        };
        // Where the whole label has no room, its last word may.
        let last = zone.label.rsplit(' ').next().unwrap_or_default();
        let fits = |label: &&str| super::text::width(label, LABEL) <= to - from - 8.0;
        if let Some(label) = [zone.label.as_str(), last].into_iter().find(fits) {
            let places = [
                ([from + 6.0, frame.top + 16.0], Anchor::Start),
                ([to - 6.0, frame.top + 16.0], Anchor::End),
                ([from + 6.0, frame.bottom() - 8.0], Anchor::Start),
                ([to - 6.0, frame.bottom() - 8.0], Anchor::End),
            ];
            let edges = [from, frame.top, to, frame.bottom()];
            shapes.extend(labels.put(label, LABEL, Ink::Muted, edges, &places));
        }
    }
}

fn grid(frame: &Frame, (x, y): &(Ticks, Ticks), shapes: &mut Vec<Shape>) {
    let line = |points, ink| Shape::Path {
        points,
        ink,
        width: 1.0,
        dash: &[],
    };
    let text = |at, anchor, text: &str| {
        Shape::Text(Words {
            at,
            anchor,
            size: super::layout::TICK,
            strong: false,
            ink: Ink::Muted,
            text: text.to_owned(),
        })
    };
    for (value, label) in &y.marks {
        let Some(at) = frame.y(*value).filter(|at| frame.holds([frame.left, *at])) else {
            continue;
        };
        shapes.push(line(vec![[frame.left, at], [frame.right(), at]], Ink::Grid));
        shapes.push(text(
            [frame.left - 8.0, at + 4.0],
            Anchor::End,
            &super::text::shorten(label, 12.0, 210.0),
        ));
    }
    let bottom = frame.bottom();
    shapes.push(line(
        vec![[frame.left, bottom], [frame.right(), bottom]],
        Ink::Muted,
    ));
    for (value, label) in &x.marks {
        let Some(at) = frame.x(*value).filter(|at| frame.holds([*at, bottom])) else {
            continue;
        };
        shapes.push(line(vec![[at, bottom], [at, bottom + 5.0]], Ink::Muted));
        shapes.push(text([at, bottom + 18.0], Anchor::Middle, label));
    }
    shapes.push(text([frame.right(), bottom + 36.0], Anchor::End, &x.label));
}

/// One series as a group that names itself.
fn drawn(series: &Series, panel: &Panel, frame: &Frame, labels: &mut Labels) -> Shape {
    let mut shapes = Vec::new();
    match &series.shape {
        Drawn::Points(points) => marks(series, points, panel, frame, labels, &mut shapes),
        Drawn::Dots(places) => shapes.push(Shape::Dots {
            points: places
                .iter()
                .filter_map(|[x, y]| frame.at(*x, *y))
                .filter(|at| frame.holds(*at))
                .collect(),
            radius: DOT,
            ink: ink(series),
            opacity: DOT_OPACITY,
        }),
        Drawn::Line(places) => line(series, places, frame, labels, &mut shapes),
        Drawn::Band(spread) => band(series, spread, frame, &mut shapes),
        Drawn::Bars(points) => bars(series, points, frame, labels, &mut shapes),
    }
    Shape::Group {
        attributes: vec![
            ("data-series", series.label.clone()),
            ("data-basis", series.basis.name().to_owned()),
        ],
        shapes,
    }
}

fn edges(frame: &Frame) -> [f64; 4] {
    [frame.left, frame.top, frame.right(), frame.bottom()]
}

fn line(
    series: &Series,
    places: &[[f64; 2]],
    frame: &Frame,
    labels: &mut Labels,
    shapes: &mut Vec<Shape>,
) {
    // From one mark to the next of very many: thin, so that the marks are still seen.
    let width = match series.basis {
        RestsOn::Between if places.len() > 2 * MANY => 1.2,
        basis => line_width(basis),
    };
    // A value that the axis cannot show interrupts the line.
    for run in places.split(|[x, y]| frame.at(*x, *y).is_none()) {
        let pixels: Vec<[f64; 2]> = run.iter().filter_map(|[x, y]| frame.at(*x, *y)).collect();
        for points in clip::line(&pixels, edges(frame)) {
            labels.keep_clear_of_line(&points);
            shapes.push(Shape::Path {
                points,
                ink: ink(series),
                width,
                dash: dash(series),
            });
        }
    }
}

fn band(series: &Series, spread: &[Spread], frame: &Frame, shapes: &mut Vec<Shape>) {
    let end = |spread: &Spread, value: f64| {
        let y = frame.y(value).unwrap_or(frame.bottom());
        Some([frame.x(spread.x)?, y.clamp(frame.top, frame.bottom())])
    };
    let mut outline: Vec<[f64; 2]> = spread.iter().filter_map(|s| end(s, s.high)).collect();
    outline.extend(spread.iter().rev().filter_map(|s| end(s, s.low)));
    for [x, _] in &mut outline {
        *x = x.clamp(frame.left, frame.right());
    }
    if outline.len() >= 4 {
        shapes.push(Shape::Area {
            points: outline,
            ink: ink(series),
            opacity: band_opacity(series.basis),
        });
    }
}

fn marks(
    series: &Series,
    points: &[Point],
    panel: &Panel,
    frame: &Frame,
    labels: &mut Labels,
    shapes: &mut Vec<Shape>,
) {
    let many = points.len() > MANY;
    if many && series.label.is_empty() {
        // Such as residuals: what each of so many says is in the panel above.
        shapes.push(Shape::Dots {
            points: points
                .iter()
                .filter_map(|point| frame.at(point.x, point.y))
                .filter(|at| frame.holds(*at))
                .collect(),
            radius: DOT,
            ink: ink(series),
            opacity: 1.0,
        });
        return;
    }
    let once = many && points.iter().all(|point| point.runs <= 1);
    let (radius, opacity) = if many { (2.6, FAINT) } else { (RADIUS, 1.0) };
    for point in points {
        let Some(at) = frame.at(point.x, point.y).filter(|at| frame.holds(*at)) else {
            continue;
        };
        if let Some(ends) = point.ends {
            interval(ends, at[0], ink(series), frame, shapes);
        }
        labels.keep_clear([at[0] - 6.0, at[1] - 6.0, at[0] + 6.0, at[1] + 6.0]);
        shapes.push(Shape::Mark(Mark {
            at,
            form: Form::of(series.tone),
            radius,
            ink: ink(series),
            opacity,
            value: Some(([point.x, point.y], said(point, panel, once))),
        }));
    }
}

/// An upright bar from one end of an interval to the other; an open upper end is an arrow to
/// the edge.
fn interval((low, high): (f64, f64), x: f64, ink: Ink, frame: &Frame, shapes: &mut Vec<Shape>) {
    let clamp = |y: f64| y.clamp(frame.top, frame.bottom());
    let low = clamp(frame.y(low).unwrap_or(frame.bottom()));
    let mut stroke = |points| {
        shapes.push(Shape::Path {
            points,
            ink,
            width: 1.3,
            dash: &[],
        });
    };
    if high == f64::INFINITY {
        let top = frame.top + 2.0;
        stroke(vec![[x, low], [x, top]]);
        stroke(vec![[x - 4.5, top + 7.0], [x, top], [x + 4.5, top + 7.0]]);
    } else if let Some(high) = frame.y(high) {
        stroke(vec![[x, low], [x, clamp(high)]]);
    }
}

/// A point in words: `8 threads: 6,475/s, 3 runs`; without the runs where every size had one.
fn said(point: &Point, panel: &Panel, once: bool) -> String {
    let place = match panel.x.names.get(super::whole(point.x)) {
        Some(name) if panel.x.quantity == Quantity::Text => name.clone(),
        _ if panel.x.quantity == Quantity::Count => {
            let label = panel.x.label.as_str();
            let label = match label.strip_suffix('s') {
                Some(one) if (point.x - 1.0).abs() < 1e-9 => one,
                _ => label,
            };
            format!("{} {label}", alone(Quantity::Count, point.x, DIGITS))
        }
        _ => format!(
            "{} {}",
            panel.x.label,
            alone(panel.x.quantity, point.x, DIGITS)
        ),
    };
    let runs = match point.runs {
        _ if once => String::new(),
        0 => String::new(),
        1 => ", 1 run".to_owned(),
        runs => format!(", {} runs", alone(Quantity::Count, runs as f64, DIGITS)),
    };
    format!(
        "{place}: {}{runs}",
        alone(panel.y.quantity, point.y, DIGITS)
    )
}

fn bars(
    series: &Series,
    points: &[Point],
    frame: &Frame,
    labels: &mut Labels,
    shapes: &mut Vec<Shape>,
) {
    let step = points
        .windows(2)
        .filter_map(|pair| Some((frame.x(pair.get(1)?.x)? - frame.x(pair.first()?.x)?).abs()))
        .fold(f64::INFINITY, f64::min);
    let share = if points.len() > 40 { 1.0 } else { 0.72 };
    let wide = (share * step).clamp(0.6, 40.0);
    let zero = frame
        .y(0.0)
        .unwrap_or(frame.bottom())
        .clamp(frame.top, frame.bottom());
    for point in points {
        let Some([x, y]) = frame.at(point.x, point.y) else {
            continue;
        };
        let y = y.clamp(frame.top, frame.bottom());
        let at = [x - 0.5 * wide, y.min(zero), wide, (y - zero).abs()];
        labels.keep_clear([at[0], at[1], at[0] + wide, at[1] + at[3]]);
        shapes.push(Shape::Box {
            at,
            ink: ink(series),
            opacity: BAR_OPACITY,
        });
    }
}
