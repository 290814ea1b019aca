//! PNG: the shapes of the SVG, two pixels for each of its own, with letters from an embedded
//! font. A letter that it does not hold is drawn as a sign for that, and the picture says so.

mod letters;

use super::picture::{Anchor, Drawing, Ink, Mark, Shape, Words, lay_out};
use super::printable;
use crate::report::scene::Scene;
use std::collections::BTreeSet;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

/// Pixels of the file for one of the drawing.
const DENSITY: f32 = 2.0;

/// A whole file; empty where the picture is too large for memory.
pub(super) fn render(scene: &Scene) -> Vec<u8> {
    let mut drawing = lay_out(scene);
    let mut lacking = BTreeSet::new();
    lacks(&drawing.shapes, &mut lacking);
    if !lacking.is_empty() {
        let mut said = scene.clone();
        said.remarks.push(remark(&lacking));
        drawing = lay_out(&said);
    }
    pixels(&drawing)
        .and_then(|sheet| sheet.encode_png().ok())
        .unwrap_or_default()
}

/// Collects the letters of shapes that the font does not hold.
fn lacks(shapes: &[Shape], lacking: &mut BTreeSet<char>) {
    for shape in shapes {
        match shape {
            Shape::Group { shapes, .. } => lacks(shapes, lacking),
            Shape::Text(words) => {
                let text = printable(&words.text);
                lacking.extend(text.chars().filter(|letter| !letters::holds(*letter)));
            }
            _ => {}
        }
    }
}

/// Letters that are named at most.
const NAMED: usize = 6;

/// What stands for letters that the font does not hold, in words.
fn remark(lacking: &BTreeSet<char>) -> String {
    let named: Vec<String> = (lacking.iter().take(NAMED))
        .map(|letter| format!("U+{:04X}", u32::from(*letter)))
        .collect();
    let more = match lacking.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let letters = if lacking.len() == 1 {
        "a letter"
    } else {
        "letters"
    };
    format!(
        "\u{fffd} stands for {letters} that the font of this picture lacks: {}{more}. The same picture as SVG or HTML shows them.",
        named.join(", ")
    )
}

fn pixels(drawing: &Drawing) -> Option<Pixmap> {
    let side = |length: f64| u32::try_from(super::picture::whole(length)).ok();
    let double = f64::from(DENSITY);
    let mut sheet = Pixmap::new(
        side(drawing.width * double)?,
        side(drawing.height * double)?,
    )?;
    sheet.fill(Color::WHITE);
    for shape in &drawing.shapes {
        draw(&mut sheet, shape);
    }
    Some(sheet)
}

fn to_sheet() -> Transform {
    Transform::from_scale(DENSITY, DENSITY)
}

/// Coordinates of the drawing as the rasteriser takes them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "pixels need no more digits"
)]
fn f(value: f64) -> f32 {
    value as f32
}

fn paint(ink: Ink, opacity: f64) -> Paint<'static> {
    let [r, g, b] = ink.rgb();
    let mut paint = Paint {
        anti_alias: true,
        ..Paint::default()
    };
    let alpha = super::picture::whole((255.0 * opacity).round()).min(255);
    paint.set_color_rgba8(r, g, b, u8::try_from(alpha).unwrap_or(u8::MAX));
    paint
}

fn path(points: &[[f64; 2]], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (index, [x, y]) in points.iter().enumerate() {
        if index == 0 {
            builder.move_to(f(*x), f(*y));
        } else {
            builder.line_to(f(*x), f(*y));
        }
    }
    if closed {
        builder.close();
    }
    builder.finish()
}

fn fill(sheet: &mut Pixmap, path: Option<Path>, ink: Ink, opacity: f64) {
    if let Some(path) = path {
        sheet.fill_path(
            &path,
            &paint(ink, opacity),
            FillRule::Winding,
            to_sheet(),
            None,
        );
    }
}

fn stroke(sheet: &mut Pixmap, path: Option<Path>, ink: Ink, opacity: f64, how: &Stroke) {
    if let Some(path) = path {
        sheet.stroke_path(&path, &paint(ink, opacity), how, to_sheet(), None);
    }
}

fn draw(sheet: &mut Pixmap, shape: &Shape) {
    match shape {
        Shape::Group { shapes, .. } => {
            for shape in shapes {
                draw(sheet, shape);
            }
        }
        Shape::Box {
            at: [x, y, w, h],
            ink,
            opacity,
        } => {
            let area = Rect::from_xywh(f(*x), f(*y), f(*w), f(*h));
            fill(sheet, area.map(PathBuilder::from_rect), *ink, *opacity);
        }
        Shape::Path {
            points,
            ink,
            width,
            dash,
        } => {
            let how = Stroke {
                width: f(*width),
                line_join: LineJoin::Round,
                dash: StrokeDash::new(dash.iter().map(|d| f(*d)).collect(), 0.0),
                ..Stroke::default()
            };
            stroke(sheet, path(points, false), *ink, 1.0, &how);
        }
        Shape::Area {
            points,
            ink,
            opacity,
        } => fill(sheet, path(points, true), *ink, *opacity),
        Shape::Dots {
            points,
            radius,
            ink,
            opacity,
        } => {
            for [x, y] in points {
                let dot = PathBuilder::from_circle(f(*x), f(*y), f(*radius));
                fill(sheet, dot, *ink, *opacity);
            }
        }
        Shape::Mark(shape) => mark(sheet, shape),
        Shape::Text(words) => text(sheet, words),
    }
}

fn mark(sheet: &mut Pixmap, mark: &Mark) {
    let [x, y] = mark.at;
    let outline = match mark.outline().as_slice() {
        [] => PathBuilder::from_circle(f(x), f(y), f(mark.radius)),
        corners => path(corners, true),
    };
    fill(sheet, outline.clone(), mark.ink, mark.opacity);
    if mark.opacity < 1.0 {
        return;
    }
    let halo = Stroke {
        width: 1.2,
        ..Stroke::default()
    };
    stroke(sheet, outline, Ink::Paper, 1.0, &halo);
}

fn text(sheet: &mut Pixmap, words: &Words) {
    let text = letters::in_order(&printable(&words.text)).into_owned();
    let scale = f(words.size) / letters::EM;
    let wide = letters::width(&text) * scale;
    let [x, y] = words.at;
    let left = match words.anchor {
        Anchor::Start => f(x),
        Anchor::Middle => f(x) - 0.5 * wide,
        Anchor::End => f(x) - wide,
    };
    let Some(outline) = letters::outline(&text) else {
        return;
    };
    let place = Transform::from_row(scale, 0.0, 0.0, -scale, left, f(y)).post_concat(to_sheet());
    let paint = paint(words.ink, 1.0);
    sheet.fill_path(&outline, &paint, FillRule::Winding, place, None);
    if words.strong {
        // Heavier letters: the same ones with a stroke around them.
        let heavy = Stroke {
            width: 0.05 * letters::EM,
            line_join: LineJoin::Miter,
            line_cap: LineCap::Butt,
            ..Stroke::default()
        };
        sheet.stroke_path(&outline, &paint, &heavy, place, None);
    }
}
