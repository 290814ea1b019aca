//! SVG: plain elements, text as text, its own background, no style sheet and no script.

use super::picture::{Anchor, Drawing, Form, Ink, Mark, Shape, Words, lay_out};
use super::printable;
use crate::report::scene::Scene;
use std::fmt::Write;

pub(super) const FONT: &str =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Helvetica, Arial, sans-serif";

/// A whole file.
pub(super) fn render(scene: &Scene) -> String {
    let mut out = element(scene, &lay_out(scene), "scene");
    out.push('\n');
    out
}

/// The `svg` element; `id` tells it apart from others on the same page.
pub(super) fn element(scene: &Scene, drawing: &Drawing, id: &str) -> String {
    let (width, height) = (drawing.width, drawing.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FONT}\">\n"
    );
    let _ = writeln!(
        out,
        "<title id=\"{id}-title\">{}</title>",
        escape(&scene.title)
    );
    let _ = writeln!(
        out,
        "<desc id=\"{id}-desc\">{}</desc>",
        escape(&scene.description)
    );
    push_all(&mut out, &drawing.shapes);
    out.push_str("</svg>");
    out
}

/// Text for XML: markup escaped, control characters replaced.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Not characters of XML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A coordinate: one decimal.
fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

fn colour(ink: Ink) -> String {
    let [r, g, b] = ink.rgb();
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Shapes in their order. Neighbours of one look say it once: strokes become one path, marks a
/// group, so that hundreds of sizes stay a small file.
fn push_all(out: &mut String, shapes: &[Shape]) {
    for alike in shapes.chunk_by(are_alike) {
        match alike {
            [Shape::Path { .. }, _, ..] => {
                let outlines = alike.iter().map(|shape| match shape {
                    Shape::Path { points, .. } => outline(points),
                    _ => String::new(),
                });
                stroke(out, &alike[0], &outlines.collect::<String>());
            }
            [Shape::Mark(first), _, ..] => {
                let _ = writeln!(out, "<g{}>", looks(first));
                for shape in alike {
                    if let Shape::Mark(shape) = shape {
                        mark(out, shape, false);
                    }
                }
                out.push_str("</g>\n");
            }
            _ => alike.iter().for_each(|shape| push(out, shape)),
        }
    }
}

/// Whether two shapes can share what is said about their looks.
fn are_alike(a: &Shape, b: &Shape) -> bool {
    match (a, b) {
        (Shape::Mark(a), Shape::Mark(b)) => {
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
            a.ink == b.ink
                && a.form == b.form
                && same(a.opacity, b.opacity)
                && same(a.radius, b.radius)
        }
        (
            Shape::Path {
                ink: a,
                width: wide,
                dash: dashed,
                ..
            },
            Shape::Path {
                ink: b,
                width,
                dash,
                ..
            },
        ) => a == b && wide.to_bits() == width.to_bits() && dashed == dash,
        _ => false,
    }
}

/// How a mark looks: a white edge keeps it apart from what is behind it; a faint one has none.
fn looks(mark: &Mark) -> String {
    let (class, fill) = (mark.ink.class(), colour(mark.ink));
    if is_dot(mark) {
        return dotted(mark.ink, mark.radius, mark.opacity);
    }
    if mark.opacity < 1.0 {
        return format!(" class=\"{class}\" fill=\"{fill}\"{}", opaque(mark.opacity));
    }
    format!(" class=\"{class} halo\" fill=\"{fill}\" stroke=\"#fff\" stroke-width=\"1.2\"")
}

/// Whether a mark is one of many that are drawn as round strokes.
fn is_dot(mark: &Mark) -> bool {
    mark.form == Form::Circle && mark.opacity < 1.0
}

/// The looks of strokes without length and with round ends: the shortest way to write many dots.
fn dotted(ink: Ink, radius: f64, opacity: f64) -> String {
    format!(
        " class=\"{}-line\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"{opacity}\" stroke-linecap=\"round\"",
        ink.class(),
        colour(ink),
        at(2.0 * radius)
    )
}

/// A line along an outline, with the looks of a path.
fn stroke(out: &mut String, looks: &Shape, outline: &str) {
    let Shape::Path {
        ink, width, dash, ..
    } = looks
    else {
        return;
    };
    let dash = match dash {
        [] => String::new(),
        dash => format!(
            " stroke-dasharray=\"{}\"",
            dash.iter().map(|d| at(*d)).collect::<Vec<_>>().join(" ")
        ),
    };
    let _ = writeln!(
        out,
        "<path d=\"{outline}\" class=\"{}-line\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}/>",
        ink.class(),
        colour(*ink),
        at(*width),
    );
}

fn push(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Group { attributes, shapes } => {
            if shapes.is_empty() {
                return;
            }
            out.push_str("<g");
            for (name, value) in attributes {
                let _ = write!(out, " {name}=\"{}\"", escape(value));
            }
            out.push_str(">\n");
            push_all(out, shapes);
            out.push_str("</g>\n");
        }
        Shape::Box {
            at: [x, y, w, h],
            ink,
            opacity,
        } => {
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\" fill=\"{}\"{}/>",
                at(*x),
                at(*y),
                at(*w),
                at(*h),
                ink.class(),
                colour(*ink),
                opaque(*opacity)
            );
        }
        Shape::Path { points, .. } => stroke(out, shape, &outline(points)),
        Shape::Area {
            points,
            ink,
            opacity,
        } => {
            let _ = writeln!(
                out,
                "<path d=\"{}Z\" class=\"{}\" fill=\"{}\"{}/>",
                outline_at(points, if points.len() < COARSE { 10.0 } else { 1.0 }),
                ink.class(),
                colour(*ink),
                opaque(*opacity)
            );
        }
        Shape::Dots {
            points,
            radius,
            ink,
            opacity,
        } => dots(out, points, *radius, *ink, *opacity),
        Shape::Mark(shape) => mark(out, shape, true),
        Shape::Text(words) => text(out, words),
    }
}

fn opaque(opacity: f64) -> String {
    if opacity < 1.0 {
        format!(" fill-opacity=\"{opacity}\"")
    } else {
        String::new()
    }
}

/// Places from which on a line is written as steps from one to the next: half as many letters.
const STEPS: usize = 6;

/// Corners from which on an area has them at whole pixels: nobody sees the difference.
const COARSE: usize = 100;

fn rounded(value: f64, per_pixel: f64) -> f64 {
    (per_pixel * value).round() / per_pixel
}

/// The step from one rounded place to the next; a minus sign parts numbers as a blank does.
fn step(before: [f64; 2], place: [f64; 2]) -> String {
    let (across, down) = (at(place[0] - before[0]), at(place[1] - before[1]));
    let between = if down.starts_with('-') { "" } else { " " };
    format!("{across}{between}{down}")
}

fn outline(points: &[[f64; 2]]) -> String {
    outline_at(points, 10.0)
}

/// An outline with places rounded to so many parts of a pixel.
fn outline_at(points: &[[f64; 2]], per_pixel: f64) -> String {
    let mut out = String::with_capacity(10 * points.len());
    let stepped = points.len() >= STEPS;
    let mut before = [0.0, 0.0];
    for (index, place) in points.iter().enumerate() {
        // Steps between rounded places: their sum is a rounded place, however many there are.
        let [x, y] = place.map(|value| rounded(value, per_pixel));
        if index == 0 || !stepped {
            out.push(if index == 0 { 'M' } else { 'L' });
            let _ = write!(out, "{} {}", at(x), at(y));
        } else {
            let step = step(before, [x, y]);
            let parted = index > 1 && !step.starts_with('-');
            out.push_str(if index == 1 { "l" } else { "" });
            out.push_str(if parted { " " } else { "" });
            out.push_str(&step);
        }
        before = [x, y];
    }
    out
}

/// Many dots that stand for nothing one by one.
fn dots(out: &mut String, points: &[[f64; 2]], radius: f64, ink: Ink, opacity: f64) {
    if points.is_empty() {
        return;
    }
    let _ = write!(out, "<path{} d=\"", dotted(ink, radius, opacity));
    let mut before: Option<[f64; 2]> = None;
    for place in points {
        let [x, y] = place.map(|value| rounded(value, 10.0));
        let _ = match before {
            None => write!(out, "M{} {}h0", at(x), at(y)),
            Some(before) => write!(out, "m{}h0", step(before, [x, y])),
        };
        before = Some([x, y]);
    }
    out.push_str("\"/>\n");
}

/// A mark, with its looks where they are not those of its group.
fn mark(out: &mut String, mark: &Mark, own: bool) {
    let [x, y] = mark.at;
    let (name, place) = match mark.outline().as_slice() {
        _ if is_dot(mark) => ("path", format!("d=\"M{} {}h0\"", at(x), at(y))),
        [] => (
            "circle",
            format!(
                "cx=\"{}\" cy=\"{}\" r=\"{}\"",
                at(x),
                at(y),
                at(mark.radius)
            ),
        ),
        corners => ("path", format!("d=\"{}Z\"", outline(corners))),
    };
    let looks = if own { looks(mark) } else { String::new() };
    let _ = write!(out, "<{name} {place}{looks}");
    match &mark.value {
        Some(([a, b], said)) => {
            let _ = writeln!(
                out,
                " data-x=\"{a}\" data-y=\"{b}\"><title>{}</title></{name}>",
                escape(said)
            );
        }
        None => out.push_str("/>\n"),
    }
}

fn text(out: &mut String, words: &Words) {
    let [x, y] = words.at;
    let anchor = match words.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = if words.strong {
        " font-weight=\"600\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" class=\"{}\" fill=\"{}\"{anchor}{weight}>{}</text>",
        at(x),
        at(y),
        at(words.size),
        words.ink.class(),
        colour(words.ink),
        escape(&words.text)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_in_steps_ends_where_its_places_do() {
        let places: Vec<[f64; 2]> = (0..500)
            .map(|i| {
                let i = f64::from(i);
                [0.37 * i + 0.049, 200.0 + 90.0 * (0.7 * i).sin()]
            })
            .collect();
        let text = outline(&places).replace('-', " -");
        let numbers: Vec<f64> = text
            .split(['M', 'l', ' '])
            .filter_map(|word| word.parse().ok())
            .collect();
        assert_eq!(numbers.len(), 2 * places.len());
        let mut at = [0.0, 0.0];
        for (step, place) in numbers.chunks(2).zip(&places) {
            at = [at[0] + step[0], at[1] + step[1]];
            assert!((at[0] - place[0]).abs() < 0.0501 && (at[1] - place[1]).abs() < 0.0501);
        }
        assert_eq!(outline(&places[..2]).matches('L').count(), 1);
    }

    #[test]
    fn markup_and_control_characters_in_labels_are_only_text() {
        assert_eq!(escape("<b>&\"'\u{7}"), "&lt;b&gt;&amp;&quot;&#39;\u{fffd}");
    }
}
