//! One panel's rectangle, and the way from values to pixels.

use crate::report::scene::Axis;

/// The rectangle between the axes of a panel.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) struct Frame {
    /// Left edge in pixels.
    pub(in crate::render) left: f64,
    /// Upper edge.
    pub(in crate::render) top: f64,
    /// Width.
    pub(in crate::render) width: f64,
    /// Height.
    pub(in crate::render) height: f64,
    /// The axis from left to right.
    pub(in crate::render) x: Axis,
    /// The axis from bottom to top.
    pub(in crate::render) y: Axis,
}

impl Frame {
    /// Right edge.
    pub(in crate::render) fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Lower edge.
    pub(in crate::render) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Pixels from the left for a value; `None` for one that the axis cannot show.
    pub(in crate::render) fn x(&self, value: f64) -> Option<f64> {
        self.x
            .place(value)
            .map(|place| self.left + place.clamp(-8.0, 9.0) * self.width)
    }

    /// Pixels from the top for a value; `None` for one that the axis cannot show.
    pub(in crate::render) fn y(&self, value: f64) -> Option<f64> {
        self.y
            .place(value)
            .map(|place| self.bottom() - place.clamp(-8.0, 9.0) * self.height)
    }

    /// Both.
    pub(in crate::render) fn at(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        Some([self.x(x)?, self.y(y)?])
    }

    /// Whether a place is inside, or on the edge.
    pub(in crate::render) fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let slack = 0.5;
        x >= self.left - slack
            && x <= self.right() + slack
            && y >= self.top - slack
            && y <= self.bottom() + slack
    }
}
