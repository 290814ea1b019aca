//! Labels that do not lie on each other.

use super::text::width;
use super::{Anchor, Frame, Ink, Shape, Words};
use crate::report::scene::Marker;

/// Places taken so far.
#[derive(Debug, Default)]
pub(super) struct Labels {
    taken: Vec<[f64; 4]>,
}

impl Labels {
    /// Keeps labels away from a rectangle: left, top, right, bottom.
    pub(super) fn keep_clear(&mut self, edges: [f64; 4]) {
        self.taken.push(edges);
    }

    /// Keeps labels away from a line.
    pub(super) fn keep_clear_of_line(&mut self, points: &[[f64; 2]]) {
        for pair in points.windows(2) {
            let &[a, b] = pair else { continue };
            // A long slanting segment is a row of small boxes, not one large one.
            let steps = ((b[0] - a[0]).abs().max((b[1] - a[1]).abs()) / 12.0)
                .ceil()
                .clamp(1.0, 200.0);
            for index in 0..super::whole(steps) {
                let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
                let (p, q) = (at(index as f64 / steps), at((index + 1) as f64 / steps));
                self.taken.push([
                    p[0].min(q[0]) - 1.0,
                    p[1].min(q[1]) - 1.0,
                    p[0].max(q[0]) + 1.0,
                    p[1].max(q[1]) + 1.0,
                ]);
            }
        }
    }

    /// Puts a label at the first of its places that is free and inside `edges`; at the least
    /// crowded one where none is.
    pub(super) fn put(
        &mut self,
        text: &str,
        size: f64,
        ink: Ink,
        edges: [f64; 4],
        places: &[([f64; 2], Anchor)],
    ) -> Option<Shape> {
        let wide = width(text, size);
        let boxes = places.iter().map(|(at, anchor)| {
            let left = match anchor {
                Anchor::Start => at[0],
                Anchor::Middle => at[0] - 0.5 * wide,
                Anchor::End => at[0] - wide,
            };
            // Pushed back inside sideways: a label at the edge is still beside its thing.
            let pushed = left.clamp(edges[0] + 2.0, (edges[2] - 2.0 - wide).max(edges[0] + 2.0));
            [pushed, at[1] - size, pushed + wide, at[1] + 0.25 * size]
        });
        let crowd = |b: &[f64; 4]| -> f64 {
            let outside = if b[1] < edges[1] || b[3] > edges[3] {
                1e6
            } else {
                0.0
            };
            let over = |t: &[f64; 4]| {
                (b[2].min(t[2]) - b[0].max(t[0])).max(0.0)
                    * (b[3].min(t[3]) - b[1].max(t[1])).max(0.0)
            };
            outside + self.taken.iter().map(over).sum::<f64>()
        };
        let mut best: Option<([f64; 4], f64)> = None;
        for rectangle in boxes {
            let cost = crowd(&rectangle);
            if best.as_ref().is_none_or(|(_, least)| cost < *least - 1e-9) {
                best = Some((rectangle, cost));
            }
        }
        let (rectangle, _) = best?;
        self.taken.push(rectangle);
        Some(Shape::Text(Words {
            at: [rectangle[0], rectangle[3] - 0.25 * size],
            anchor: Anchor::Start,
            size,
            strong: false,
            ink,
            text: text.to_owned(),
        }))
    }
}

const SIZE: f64 = 12.0;

/// A marker with its words.
pub(super) fn marker(marker: &Marker, frame: &Frame, labels: &mut Labels) -> Shape {
    let edges = [frame.left, frame.top, frame.right(), frame.bottom()];
    let mut shapes = Vec::new();
    let name = match marker {
        Marker::Peak {
            at,
            low,
            high,
            y,
            established,
            label,
            tone,
        } => {
            let ends = [*low, *at, *high];
            peak(
                ends,
                *y,
                *established,
                Ink::Tone(*tone),
                label,
                frame,
                labels,
                &mut shapes,
            );
            "peak"
        }
        Marker::Across { y, label, wanted } => {
            let Some(y) = frame.y(*y).filter(|y| frame.holds([frame.left, *y])) else {
                return Shape::Group {
                    attributes: Vec::new(),
                    shapes,
                };
            };
            let ink = if *wanted { Ink::Tone(3) } else { Ink::Muted };
            let points = vec![[frame.left, y], [frame.right(), y]];
            labels.keep_clear_of_line(&points);
            shapes.push(Shape::Path {
                points,
                ink,
                width: 1.6,
                dash: if *wanted { &[10.0, 3.0] } else { &[5.0, 4.0] },
            });
            let places = [
                ([frame.right() - 6.0, y - 6.0], Anchor::End),
                ([frame.left + 8.0, y - 6.0], Anchor::Start),
                ([frame.right() - 6.0, y + 16.0], Anchor::End),
                ([frame.left + 8.0, y + 16.0], Anchor::Start),
            ];
            shapes.extend(labels.put(label, SIZE, Ink::Text, edges, &places));
            if *wanted { "target" } else { "ceiling" }
        }
        Marker::Upright { x, label } => {
            if let Some(x) = frame.x(*x).filter(|x| frame.holds([*x, frame.top])) {
                let points = vec![[x, frame.top], [x, frame.bottom()]];
                labels.keep_clear_of_line(&points);
                shapes.push(Shape::Path {
                    points,
                    ink: Ink::Muted,
                    width: 1.4,
                    dash: &[4.0, 3.0],
                });
                let places = [
                    ([x + 6.0, frame.bottom() - 8.0], Anchor::Start),
                    ([x - 6.0, frame.bottom() - 8.0], Anchor::End),
                    ([x + 6.0, frame.top + 14.0], Anchor::Start),
                    ([x - 6.0, frame.top + 14.0], Anchor::End),
                ];
                shapes.extend(labels.put(label, SIZE, Ink::Text, edges, &places));
            }
            "upright"
        }
    };
    Shape::Group {
        attributes: vec![("data-marker", name.to_owned())],
        shapes,
    }
}

/// The interval of a peak as a bar; an open end runs to the edge and has no cap.
#[expect(clippy::too_many_arguments, reason = "each is drawn")]
fn peak(
    [low, at, high]: [Option<f64>; 3],
    y: f64,
    established: bool,
    ink: Ink,
    label: &str,
    frame: &Frame,
    labels: &mut Labels,
    shapes: &mut Vec<Shape>,
) {
    let Some(y) = frame.y(y).map(|y| y.clamp(frame.top + 4.0, frame.bottom())) else {
        return;
    };
    let inside = |value: f64| frame.x(value).map(|x| x.clamp(frame.left, frame.right()));
    let place = |value: Option<f64>| value.and_then(inside);
    let from = place(low.or(at)).unwrap_or(frame.left);
    let to = if high.is_none() && low.is_some() {
        frame.right()
    } else {
        place(high.or(at)).unwrap_or(frame.right())
    };
    let dash: &'static [f64] = if established { &[] } else { &[4.0, 3.0] };
    let stroke = |points, width, dash| Shape::Path {
        points,
        ink,
        width,
        dash,
    };
    let bar = vec![[from, y], [to, y]];
    labels.keep_clear_of_line(&bar);
    shapes.push(stroke(bar, 3.0, dash));
    let is_in = |value: Option<f64>| {
        value
            .and_then(|value| frame.x(value))
            .is_some_and(|x| frame.holds([x, y]))
    };
    for (end, x) in [(low, from), (high, to)] {
        if is_in(end) {
            shapes.push(stroke(vec![[x, y - 7.0], [x, y + 7.0]], 2.2, &[]));
        }
    }
    let tip = at.and_then(|at| frame.at(at, 0.0).or(frame.x(at).map(|x| [x, y])));
    if let Some([x, _]) = tip
        && frame.holds([x, y])
    {
        shapes.push(stroke(vec![[x, y], [x, frame.bottom()]], 1.2, &[2.0, 3.0]));
    }
    let middle = 0.5 * (from + to);
    let places = [
        ([middle, y - 10.0], Anchor::Middle),
        ([middle, y + 20.0], Anchor::Middle),
        ([to + 8.0, y + 4.0], Anchor::Start),
        ([from - 8.0, y + 4.0], Anchor::End),
        ([middle, y - 26.0], Anchor::Middle),
        ([middle, y + 38.0], Anchor::Middle),
        ([middle, y + 60.0], Anchor::Middle),
    ];
    let edges = [frame.left, frame.top - 14.0, frame.right(), frame.bottom()];
    shapes.extend(labels.put(label, SIZE, Ink::Text, edges, &places));
}
