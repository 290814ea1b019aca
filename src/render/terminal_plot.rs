//! A picture in characters: curves in Braille dots, measured sizes as marks in front of them.

mod canvas;
mod foot;

use super::picture::ticks::ticks;
use super::picture::whole;
use super::{ascii, printable};
use crate::report::scene::{Drawn, Marker, Panel, RestsOn, Scene, Series};
use canvas::{Canvas, Paint};

/// How large, and with which characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plot {
    /// Columns of the whole picture.
    pub columns: usize,
    /// Rows of the main panel, without its axis and legend.
    pub rows: usize,
}

impl Plot {
    /// A picture for a terminal of this width, as high as looks well.
    pub fn of_width(columns: usize) -> Self {
        let columns = columns.clamp(30, 400);
        Self {
            columns,
            rows: (columns / 5 + 2).clamp(10, 20),
        }
    }
}

const MARKS: [char; 8] = ['●', '■', '▲', '◆', '○', '□', '△', '◇'];
const ASCII_MARKS: [char; 8] = ['o', '#', '^', 'x', '*', '+', '@', '%'];

/// Draws the panels of a scene, one below the other, each with its axes and legend.
pub(super) fn render(scene: &Scene, plot: Plot, only_ascii: bool, color: bool) -> String {
    let mut out = String::new();
    for (index, panel) in scene.panels.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let rows = if index == 0 {
            plot.rows
        } else {
            (plot.rows / 2).max(5)
        };
        out.push_str(&draw(panel, plot.columns, rows, only_ascii, color));
    }
    for remark in &scene.remarks {
        out.push_str(&format!("{}\n", spelled(remark, only_ascii)));
    }
    out
}

fn spelled(text: &str, only_ascii: bool) -> String {
    let text = printable(text);
    if only_ascii { ascii(&text) } else { text }
}

/// The mark of a tone.
fn mark(tone: usize, only_ascii: bool) -> char {
    let marks = if only_ascii { ASCII_MARKS } else { MARKS };
    marks[tone % marks.len()]
}

fn draw(panel: &Panel, columns: usize, rows: usize, only_ascii: bool, color: bool) -> String {
    let y = ticks(&panel.y, (rows / 3).clamp(2, 7));
    let spell = |text: &str| spelled(text, only_ascii);
    let gutter = y
        .marks
        .iter()
        .map(|(_, text)| spell(text).chars().count())
        .max()
        .unwrap_or(0);
    let gutter = gutter.min(columns / 3);
    let wide = columns.saturating_sub(gutter + 2).max(10);
    let mut canvas = Canvas::new(wide, rows, only_ascii);
    paint(panel, &mut canvas, only_ascii);
    let mut out = String::new();
    let title = match panel.heading.as_str() {
        "" => y.label.clone(),
        heading if y.label.is_empty() => heading.to_owned(),
        heading => format!("{heading}: {}", y.label),
    };
    out.push_str(&format!("{}\n", clip(&spell(&title), columns)));
    for row in 0..rows {
        let label = y
            .marks
            .iter()
            .find(|(value, _)| canvas.row_of(&panel.y, *value) == Some(row));
        let text = label.map_or(String::new(), |(_, text)| clip(&spell(text), gutter));
        let bar = match (label.is_some(), only_ascii) {
            (true, false) => '┤',
            (false, false) => '│',
            (true, true) => '+',
            (false, true) => '|',
        };
        let line = format!("{text:>gutter$} {bar}{}", canvas.row(row, color));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push_str(&foot::foot(panel, gutter, wide, only_ascii));
    out.push_str(&foot::legend(panel, columns, only_ascii, color));
    out
}

/// At most `most` characters.
fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars()
        .take(most.saturating_sub(1))
        .chain(['~'])
        .collect()
}

/// Whether lines of several names need marks to be told apart.
fn is_family(panel: &Panel) -> bool {
    let lines = panel.series.iter().filter(|series| {
        let is_line = matches!(series.shape, Drawn::Line(_));
        is_line && series.basis == RestsOn::Law && !series.label.is_empty()
    });
    lines.count() > 1
}

fn paint(panel: &Panel, canvas: &mut Canvas, only_ascii: bool) {
    let edge = if only_ascii { ':' } else { '┊' };
    for zone in &panel.zones {
        if let Some(column) = canvas.column_of(&panel.x, zone.from) {
            (0..canvas.rows).for_each(|row| canvas.put(row, column, edge, Paint::Faint));
            let room = canvas.columns.saturating_sub(column + 2);
            let label = spelled(&zone.label, only_ascii);
            if label.chars().count() <= room {
                canvas.write(0, column + 1, &label, Paint::Faint);
            }
        }
    }
    for marker in &panel.markers {
        if let Marker::Across { y, label, wanted } = marker
            && let Some(row) = canvas.row_of(&panel.y, *y)
        {
            let dash = if only_ascii { '-' } else { '┄' };
            let paint = if *wanted {
                Paint::Tone(3)
            } else {
                Paint::Faint
            };
            (0..canvas.columns).for_each(|column| canvas.put(row, column, dash, paint));
            let label = format!(" {} ", spelled(label, only_ascii));
            let from = canvas.columns.saturating_sub(label.chars().count() + 1);
            canvas.write(row, from, &label, paint);
        }
    }
    let has_marks = !is_family(panel);
    for series in &panel.series {
        canvas_series(series, panel, canvas, has_marks, only_ascii);
    }
    for marker in &panel.markers {
        upright_or_peak(marker, panel, canvas, only_ascii);
    }
    // What was measured lies in front of everything.
    for series in &panel.series {
        if let Drawn::Points(points) = &series.shape {
            for point in points {
                if let (Some(row), Some(column)) = (
                    canvas.row_of(&panel.y, point.y),
                    canvas.column_of(&panel.x, point.x),
                ) {
                    canvas.put(
                        row,
                        column,
                        mark(series.tone, only_ascii),
                        Paint::Tone(series.tone),
                    );
                }
            }
        }
    }
}

fn canvas_series(
    series: &Series,
    panel: &Panel,
    canvas: &mut Canvas,
    has_marks: bool,
    only_ascii: bool,
) {
    let (paint, every) = match series.basis {
        RestsOn::Reference => (Paint::Faint, 4),
        RestsOn::Doubted => (Paint::Tone(series.tone), 5),
        RestsOn::Forecast => (Paint::Tone(series.tone), 3),
        RestsOn::Between => (Paint::Tone(series.tone), 2),
        _ => (Paint::Tone(series.tone), 1),
    };
    match &series.shape {
        Drawn::Line(places) => {
            let column = |x: &f64| canvas.column_of(&panel.x, *x);
            let ends = places.iter().filter(|[x, _]| column(x).is_some()).count();
            canvas.line(panel, places, every, paint);
            if !has_marks && ends > 0 && series.basis != RestsOn::Reference {
                for share in [0.35, 0.7, 1.0] {
                    let index = whole((ends - 1) as f64 * share);
                    if let Some([x, y]) = places.get(index)
                        && let (Some(row), Some(column)) =
                            (canvas.row_of(&panel.y, *y), canvas.column_of(&panel.x, *x))
                    {
                        canvas.put(row, column, mark(series.tone, only_ascii), paint);
                    }
                }
            }
        }
        Drawn::Band(spread) if canvas.columns >= 60 && series.basis == RestsOn::Forecast => {
            let low: Vec<[f64; 2]> = spread.iter().map(|s| [s.x, s.low]).collect();
            let high: Vec<[f64; 2]> = spread.iter().map(|s| [s.x, s.high]).collect();
            canvas.line(panel, &low, 6, Paint::Faint);
            canvas.line(panel, &high, 6, Paint::Faint);
        }
        Drawn::Bars(points) => {
            for point in points {
                canvas.bar(panel, point.x, point.y, paint);
            }
        }
        Drawn::Band(_) | Drawn::Points(_) | Drawn::Dots(_) => {}
    }
}

fn upright_or_peak(marker: &Marker, panel: &Panel, canvas: &mut Canvas, only_ascii: bool) {
    match marker {
        Marker::Upright { x, label } => {
            if let Some(column) = canvas.column_of(&panel.x, *x) {
                let edge = if only_ascii { '!' } else { '╎' };
                (0..canvas.rows).for_each(|row| canvas.put(row, column, edge, Paint::Faint));
                let label = spelled(label, only_ascii);
                let long = label.chars().count();
                let from = if column + 1 + long <= canvas.columns {
                    column + 1
                } else {
                    column.saturating_sub(long)
                };
                canvas.write(canvas.rows - 1, from, &label, Paint::Faint);
            }
        }
        Marker::Peak {
            at,
            low,
            high,
            y,
            established,
            tone,
            ..
        } => {
            let Some(row) = canvas.row_of(&panel.y, *y) else {
                return;
            };
            let [left, bar, middle, right] = peak_marks(*established, only_ascii);
            let last = canvas.columns - 1;
            let place = |n: f64| canvas.column_of(&panel.x, n);
            let (from, to) = (low.and_then(place), high.and_then(place));
            let paint = Paint::Tone(*tone);
            for column in from.unwrap_or(0)..=to.unwrap_or(last) {
                canvas.put(row, column, bar, paint);
            }
            if let Some(column) = from {
                canvas.put(row, column, left, paint);
            }
            if let Some(column) = to {
                canvas.put(row, column, right, paint);
            }
            if let Some(column) = at.and_then(|at| canvas.column_of(&panel.x, at)) {
                canvas.put(row, column, middle, paint);
            }
        }
        Marker::Across { .. } => {}
    }
}

/// Left end, bar, best value, right end.
fn peak_marks(established: bool, only_ascii: bool) -> [char; 4] {
    match (established, only_ascii) {
        (true, false) => ['├', '─', '┼', '┤'],
        (false, false) => ['├', '╌', '┼', '┤'],
        (true, true) => ['|', '=', 'P', '|'],
        (false, true) => ['|', '~', 'P', '|'],
    }
}
