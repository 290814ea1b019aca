//! What each line and mark means, in rows under the title.

use super::text::{shorten, width};
use super::{Anchor, Form, Ink, Mark, Shape, Words, panel};
use crate::report::scene::{Drawn, RestsOn, Scene, Series};

const SIZE: f64 = 12.5;
const ROW: f64 = 20.0;
const SWATCH: f64 = 26.0;
const GAP: f64 = 18.0;
/// Entries at most: more push the picture off the screen.
const MOST: usize = 9;

/// The legend of a scene from `left` to `right`, its first row below `top`, and the height it
/// takes. A label that two panels share is said once.
pub(super) fn legend(scene: &Scene, left: f64, right: f64, top: f64) -> (Vec<Shape>, f64) {
    let mut entries: Vec<&Series> = Vec::new();
    for series in scene.panels.iter().flat_map(|panel| &panel.series) {
        let is_new = !entries.iter().any(|seen| seen.label == series.label);
        if !series.label.is_empty() && is_new {
            entries.push(series);
        }
    }
    // What was measured comes first, whatever lies in front.
    entries.sort_by_key(|series| match (&series.shape, series.basis) {
        (Drawn::Points(_), _) => 0,
        (_, RestsOn::Reference) => 3,
        (Drawn::Band(_), _) => 2,
        _ => 1,
    });
    let left_out = entries.len().saturating_sub(MOST);
    entries.truncate(MOST);
    // Of many entries several share a row.
    let share = if entries.len() > 4 { 0.5 } else { 1.0 };
    let mut shapes = Vec::new();
    let (mut x, mut y) = (left, top + 14.0);
    for series in entries {
        let label = shorten(
            &series.label,
            SIZE,
            share * (right - left) - SWATCH - 8.0 - GAP * (1.0 - share),
        );
        let wide = SWATCH + 6.0 + width(&label, SIZE);
        if x > left && x + wide > right {
            (x, y) = (left, y + ROW);
        }
        swatch(series, x, y - 4.0, &mut shapes);
        shapes.push(Shape::Text(Words {
            at: [x + SWATCH + 6.0, y],
            anchor: Anchor::Start,
            size: SIZE,
            strong: false,
            ink: Ink::Text,
            text: label,
        }));
        x += wide + GAP;
    }
    if left_out > 0 {
        let more = format!("and {left_out} more");
        if x + width(&more, SIZE) > right {
            (x, y) = (left, y + ROW);
        }
        shapes.push(Shape::Text(Words {
            at: [x, y],
            anchor: Anchor::Start,
            size: SIZE,
            strong: false,
            ink: Ink::Muted,
            text: more,
        }));
    }
    let height = if shapes.is_empty() {
        0.0
    } else {
        y - top + 8.0
    };
    (shapes, height)
}

fn swatch(series: &Series, x: f64, y: f64, shapes: &mut Vec<Shape>) {
    let middle = [x + 0.5 * SWATCH, y];
    let ink = panel::ink(series);
    match &series.shape {
        Drawn::Points(_) => shapes.push(Shape::Mark(Mark {
            at: middle,
            form: Form::of(series.tone),
            radius: panel::RADIUS,
            ink,
            opacity: 1.0,
            value: None,
        })),
        Drawn::Dots(_) => shapes.push(Shape::Dots {
            points: vec![
                [middle[0] - 7.0, y + 2.0],
                [middle[0], y - 3.0],
                [middle[0] + 7.0, y + 1.0],
            ],
            radius: panel::DOT,
            ink,
            opacity: panel::DOT_OPACITY,
        }),
        Drawn::Line(_) => shapes.push(Shape::Path {
            points: vec![[x, y], [x + SWATCH, y]],
            ink,
            width: panel::line_width(series.basis),
            dash: panel::dash(series),
        }),
        Drawn::Band(_) => shapes.push(Shape::Box {
            at: [x, y - 5.0, SWATCH, 11.0],
            ink,
            opacity: panel::band_opacity(series.basis),
        }),
        Drawn::Bars(_) => shapes.push(Shape::Box {
            at: [x + 6.0, y - 6.0, 14.0, 12.0],
            ink,
            opacity: panel::BAR_OPACITY,
        }),
    }
}
