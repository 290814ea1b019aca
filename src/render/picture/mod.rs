//! A [`Scene`](crate::report::scene::Scene) laid out in pixels: the same shapes for SVG, PNG
//! and HTML.

pub(in crate::render) mod clip;
mod frame;
mod labels;
mod layout;
mod legend;
mod panel;
pub(in crate::render) mod text;
pub(in crate::render) mod ticks;

pub(in crate::render) use frame::Frame;
pub(in crate::render) use layout::{lay_out, lay_out_at};

/// A picture in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) struct Drawing {
    /// Width in pixels.
    pub(in crate::render) width: f64,
    /// Height in pixels.
    pub(in crate::render) height: f64,
    /// Shapes from back to front.
    pub(in crate::render) shapes: Vec<Shape>,
    /// Where the panels are, for whoever reads values off the picture.
    pub(in crate::render) frames: Vec<Frame>,
}

/// A number as a count: whole, at least 0, no more than a million.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped before"
)]
pub(in crate::render) fn whole(value: f64) -> usize {
    value.clamp(0.0, 1e6) as usize
}

/// What a shape is coloured with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Ink {
    /// The paper.
    Paper,
    /// Words.
    Text,
    /// Words of less weight, axes.
    Muted,
    /// Grid lines.
    Grid,
    /// The background of what was not measured.
    Zone,
    /// One of the four colours of systems.
    Tone(usize),
}

impl Ink {
    /// The colour on white. The tones are Okabe and Ito's, the four that keep a contrast of
    /// 3:1 on white and on a dark page.
    pub(in crate::render) fn rgb(self) -> [u8; 3] {
        match self {
            Self::Paper => [0xff, 0xff, 0xff],
            Self::Text => [0x1f, 0x23, 0x28],
            Self::Muted => [0x57, 0x60, 0x6a],
            Self::Grid => [0xd8, 0xde, 0xe4],
            Self::Zone => [0xf0, 0xf2, 0xf5],
            Self::Tone(tone) => match tone % TONES {
                0 => [0x00, 0x72, 0xb2],
                1 => [0xd5, 0x5e, 0x00],
                2 => [0x00, 0x9e, 0x73],
                _ => [0xcc, 0x79, 0xa7],
            },
        }
    }

    /// A short name, for style sheets.
    pub(in crate::render) fn class(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Text => "ink",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Zone => "zone",
            Self::Tone(tone) => ["t0", "t1", "t2", "t3"][tone % TONES],
        }
    }
}

/// How many systems have a colour of their own; the form of a mark tells the next ones apart.
pub(in crate::render) const TONES: usize = 4;

/// The form of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Form {
    /// ●
    Circle,
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ◆
    Diamond,
}

impl Form {
    /// The form of a tone; from the fifth on colours come again, in other forms.
    pub(in crate::render) fn of(tone: usize) -> Self {
        match (tone + tone / TONES) % TONES {
            0 => Self::Circle,
            1 => Self::Square,
            2 => Self::Triangle,
            _ => Self::Diamond,
        }
    }

    /// Corners around the origin for a mark of this radius; none for a circle.
    fn corners(self, r: f64) -> Vec<[f64; 2]> {
        match self {
            Self::Circle => Vec::new(),
            Self::Square => {
                let s = 0.88 * r;
                vec![[-s, -s], [s, -s], [s, s], [-s, s]]
            }
            Self::Triangle => vec![[0.0, -1.15 * r], [1.1 * r, 0.85 * r], [-1.1 * r, 0.85 * r]],
            Self::Diamond => vec![
                [0.0, -1.2 * r],
                [1.2 * r, 0.0],
                [0.0, 1.2 * r],
                [-1.2 * r, 0.0],
            ],
        }
    }
}

/// Which end of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) enum Shape {
    /// Shapes that belong together, with attributes for whoever reads the file.
    Group {
        /// Names and values.
        attributes: Vec<(&'static str, String)>,
        /// What belongs together.
        shapes: Vec<Shape>,
    },
    /// A filled rectangle.
    Box {
        /// Left, top, width, height.
        at: [f64; 4],
        /// Its colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
    },
    /// A line.
    Path {
        /// Its places.
        points: Vec<[f64; 2]>,
        /// Its colour.
        ink: Ink,
        /// Its width.
        width: f64,
        /// Lengths of strokes and gaps; none for a solid line.
        dash: &'static [f64],
    },
    /// A filled area.
    Area {
        /// Its outline.
        points: Vec<[f64; 2]>,
        /// Its colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
    },
    /// A mark at a place.
    Mark(Mark),
    /// Many small round marks.
    Dots {
        /// Their middles.
        points: Vec<[f64; 2]>,
        /// Their radius.
        radius: f64,
        /// Their colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
    },
    /// Words.
    Text(Words),
}

/// A mark at a place.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) struct Mark {
    /// Its middle.
    pub(in crate::render) at: [f64; 2],
    /// Its form.
    pub(in crate::render) form: Form,
    /// Its radius.
    pub(in crate::render) radius: f64,
    /// Its colour.
    pub(in crate::render) ink: Ink,
    /// 0 to 1.
    pub(in crate::render) opacity: f64,
    /// The values it stands for, and words about it.
    pub(in crate::render) value: Option<([f64; 2], String)>,
}

impl Mark {
    /// Its outline; nothing for a circle.
    pub(in crate::render) fn outline(&self) -> Vec<[f64; 2]> {
        let [x, y] = self.at;
        let corners = self.form.corners(self.radius);
        corners.iter().map(|[a, b]| [x + a, y + b]).collect()
    }
}

/// Words at a place.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) struct Words {
    /// Where they begin, end or have their middle, at the foot of the letters.
    pub(in crate::render) at: [f64; 2],
    /// Which of the three.
    pub(in crate::render) anchor: Anchor,
    /// Height of the letters.
    pub(in crate::render) size: f64,
    /// Heavy letters.
    pub(in crate::render) strong: bool,
    /// Their colour.
    pub(in crate::render) ink: Ink,
    /// The words.
    pub(in crate::render) text: String,
}
