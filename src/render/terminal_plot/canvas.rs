//! Cells of characters: eight Braille dots each, or one sign in front of them.

use crate::render::picture::whole;
use crate::report::scene::{Axis, Panel};

/// What a cell is coloured with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// As words are.
    Faint,
    /// The colour of a system.
    Tone(usize),
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    dots: u8,
    sign: Option<char>,
    paint: Paint,
}

/// Rows and columns of cells.
#[derive(Debug)]
pub(super) struct Canvas {
    /// Columns.
    pub(super) columns: usize,
    /// Rows.
    pub(super) rows: usize,
    only_ascii: bool,
    cells: Vec<Cell>,
}

impl Canvas {
    /// Nothing drawn yet.
    pub(super) fn new(columns: usize, rows: usize, only_ascii: bool) -> Self {
        let blank = Cell {
            dots: 0,
            sign: None,
            paint: Paint::Faint,
        };
        Self {
            columns,
            rows,
            only_ascii,
            cells: vec![blank; columns * rows],
        }
    }

    /// The column of a value; `None` outside the axis.
    pub(super) fn column_of(&self, axis: &Axis, value: f64) -> Option<usize> {
        within(axis.place(value)?, self.columns)
    }

    /// The row of a value, from the top; `None` outside the axis.
    pub(super) fn row_of(&self, axis: &Axis, value: f64) -> Option<usize> {
        within(1.0 - axis.place(value)?, self.rows)
    }

    /// A sign in front of the dots.
    pub(super) fn put(&mut self, row: usize, column: usize, sign: char, paint: Paint) {
        if row < self.rows && column < self.columns {
            let cell = &mut self.cells[row * self.columns + column];
            cell.sign = Some(sign);
            cell.paint = paint;
        }
    }

    /// Words from a column on.
    pub(super) fn write(&mut self, row: usize, column: usize, text: &str, paint: Paint) {
        for (offset, c) in text.chars().enumerate() {
            self.put(row, column + offset, c, paint);
        }
    }

    /// A line through places, every `every`-th dot of it.
    pub(super) fn line(&mut self, panel: &Panel, places: &[[f64; 2]], every: usize, paint: Paint) {
        let (wide, high) = (2 * self.columns, 4 * self.rows);
        let at = |[x, y]: [f64; 2]| {
            let x = panel.x.place(x)? * (wide - 1) as f64;
            let y = (1.0 - panel.y.place(y)?) * (high - 1) as f64;
            Some([x, y.clamp(-1e6, 1e6)])
        };
        let edges = [0.0, 0.0, (wide - 1) as f64, (high - 1) as f64];
        let mut walked = 0;
        for run in places.split(|place| at(*place).is_none()) {
            let pixels: Vec<[f64; 2]> = run.iter().filter_map(|place| at(*place)).collect();
            for piece in crate::render::picture::clip::line(&pixels, edges) {
                for pair in piece.windows(2) {
                    let &[a, b] = pair else { continue };
                    let steps = (b[0] - a[0]).abs().max((b[1] - a[1]).abs()).ceil().max(1.0);
                    for step in 0..whole(steps) {
                        let t = step as f64 / steps;
                        if walked % every == 0 {
                            self.dot(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), paint);
                        }
                        walked += 1;
                    }
                }
            }
        }
    }

    fn dot(&mut self, x: f64, y: f64, paint: Paint) {
        let (x, y) = (whole(x.round()), whole(y.round()));
        let (column, row) = (x / 2, y / 4);
        if column >= self.columns || row >= self.rows {
            return;
        }
        let bit = match (x % 2, y % 4) {
            (0, 3) => 0x40,
            (1, 3) => 0x80,
            (0, part) => 1 << part,
            (_, part) => 8 << part,
        };
        let cell = &mut self.cells[row * self.columns + column];
        cell.dots |= bit;
        if cell.sign.is_none() {
            cell.paint = paint;
        }
    }

    /// A bar from 0 to a value, a column wide.
    pub(super) fn bar(&mut self, panel: &Panel, x: f64, y: f64, paint: Paint) {
        let Some(column) = self.column_of(&panel.x, x) else {
            return;
        };
        let zero = self.row_of(&panel.y, 0.0).unwrap_or(self.rows - 1);
        let Some(place) = panel.y.place(y) else {
            return;
        };
        let top = within((1.0 - place).clamp(0.0, 1.0), self.rows).unwrap_or(0);
        let fill = if self.only_ascii { '#' } else { '█' };
        for row in top.min(zero)..=top.max(zero) {
            self.put(row, column, fill, paint);
        }
    }

    /// One row as text.
    pub(super) fn row(&self, row: usize, color: bool) -> String {
        let cells = self.cells.get(row * self.columns..(row + 1) * self.columns);
        let mut out = String::new();
        for cell in cells.unwrap_or_default() {
            let c = match (cell.sign, cell.dots) {
                (Some(sign), _) => sign,
                (None, 0) => ' ',
                (None, dots) if self.only_ascii => ascii_dots(dots),
                (None, dots) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
            };
            if c == ' ' {
                out.push(c);
            } else {
                out.push_str(&painted(&c.to_string(), cell.paint, color));
            }
        }
        out
    }
}

/// Where the dots are within their cell, as well as ASCII can say it.
fn ascii_dots(dots: u8) -> char {
    let upper = dots & 0b0001_1011;
    let lower = dots & 0b1110_0100;
    match (upper, lower) {
        (_, 0) => '\'',
        (0, _) => '.',
        _ => ':',
    }
}

/// A text in a colour.
pub(super) fn painted(text: &str, paint: Paint, color: bool) -> String {
    let code = match paint {
        _ if !color => return text.to_owned(),
        Paint::Faint => "2",
        Paint::Tone(tone) => ["34", "33", "32", "35"][tone % 4],
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// The cell that a place from 0 to 1 falls into.
fn within(place: f64, count: usize) -> Option<usize> {
    let slack = 0.5 / count.max(1) as f64;
    if !(-slack..=1.0 + slack).contains(&place) {
        return None;
    }
    Some(whole((place * (count - 1) as f64).round()).min(count - 1))
}
