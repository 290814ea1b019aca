//! A scene on a sheet: title, legend, panels, remarks from top to bottom.

use super::labels::Labels;
use super::text::{shorten, width, wrap};
use super::ticks::{Ticks, ticks};
use super::{Anchor, Drawing, Frame, Ink, Shape, Words, legend, panel};
use crate::report::scene::{Axis, Panel, Scene};

const WIDTH: f64 = 860.0;
const EDGE: f64 = 20.0;
const TITLE: f64 = 17.0;
/// Heavy letters are wider.
const STRONG: f64 = 1.13;
const TITLE_LINE: f64 = 23.0;
const MAIN: f64 = 350.0;
const BELOW: f64 = 150.0;
pub(super) const TICK: f64 = 12.0;
const LABEL: f64 = 12.5;
const REMARK: f64 = 11.5;

/// Lays a scene out as documents take it.
pub(in crate::render) fn lay_out(scene: &Scene) -> Drawing {
    lay_out_at(scene, WIDTH)
}

/// Lays a scene out at a width in pixels.
pub(in crate::render) fn lay_out_at(scene: &Scene, sheet: f64) -> Drawing {
    let mut shapes = Vec::new();
    let mut y = 14.0;
    let title = scene.title.as_str();
    let lines = wrap(title, STRONG * TITLE, sheet - 2.0 * EDGE);
    for line in lines.iter().filter(|line| !line.is_empty()).take(4) {
        y += TITLE_LINE;
        shapes.push(words([EDGE, y - 5.0], TITLE, true, Ink::Text, line.clone()));
    }
    y += 4.0;
    let (legend, height) = legend::legend(scene, EDGE, sheet - EDGE, y);
    shapes.extend(legend);
    y += height;
    let left = EDGE + scene.panels.iter().map(left_margin).fold(24.0, f64::max);
    let mut frames = Vec::new();
    for (index, panel) in scene.panels.iter().enumerate() {
        let height = if index == 0 { MAIN } else { BELOW };
        y += 30.0;
        let frame = Frame {
            left,
            top: y,
            width: sheet - EDGE - left,
            height,
            x: panel.x.clone(),
            y: panel.y.clone(),
        };
        let marks = (
            x_ticks(&panel.x, frame.width),
            ticks(&panel.y, most_y(height)),
        );
        shapes.push(heading(panel, &marks.1, y - 11.0, sheet));
        shapes.push(panel::panel(panel, &frame, &marks, &mut Labels::default()));
        y += height + 2.0 * TICK + LABEL + 8.0;
        frames.push(frame);
    }
    for remark in &scene.remarks {
        for line in wrap(remark, REMARK, sheet - 2.0 * EDGE) {
            y += REMARK + 5.0;
            shapes.push(words([EDGE, y], REMARK, false, Ink::Muted, line));
        }
    }
    let height = (y + 14.0).ceil();
    let paper = Shape::Box {
        at: [0.0, 0.0, sheet, height],
        ink: Ink::Paper,
        opacity: 1.0,
    };
    shapes.insert(0, paper);
    Drawing {
        width: sheet,
        height,
        shapes,
        frames,
    }
}

fn words(at: [f64; 2], size: f64, strong: bool, ink: Ink, text: String) -> Shape {
    Shape::Text(Words {
        at,
        anchor: Anchor::Start,
        size,
        strong,
        ink,
        text,
    })
}

/// The y axis says above itself what it counts: no head is turned.
fn heading(panel: &Panel, marks: &Ticks, y: f64, sheet: f64) -> Shape {
    let text = match panel.heading.as_str() {
        "" => marks.label.clone(),
        heading if marks.label.is_empty() => heading.to_owned(),
        heading => format!("{heading}: {}", marks.label),
    };
    words(
        [EDGE, y],
        LABEL,
        false,
        Ink::Muted,
        shorten(&text, LABEL, sheet - 2.0 * EDGE),
    )
}

fn most_y(height: f64) -> usize {
    if height > 200.0 { 6 } else { 4 }
}

/// Room for the widest number beside the y axis.
fn left_margin(panel: &Panel) -> f64 {
    let marks = ticks(&panel.y, 6).marks;
    let widest = marks
        .iter()
        .map(|(_, text)| width(text, TICK))
        .fold(0.0, f64::max);
    (widest + 8.0).min(220.0)
}

/// As many marks as fit side by side.
fn x_ticks(axis: &Axis, pixels: f64) -> Ticks {
    let mut most = 14;
    loop {
        let ticks = ticks(axis, most);
        let place = |value: f64| axis.place(value).map_or(0.0, |place| place * pixels);
        let fits = ticks.marks.windows(2).all(|pair| {
            let [(a, left), (b, right)] = pair else {
                return true;
            };
            let half = 0.5 * (width(left, TICK) + width(right, TICK));
            place(*b) - place(*a) >= half + 10.0
        });
        if fits || most <= 1 {
            return ticks;
        }
        most -= 1;
    }
}
