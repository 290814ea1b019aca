//! A picture as plain data: what every renderer draws, in base units.
//!
//! The terminal, SVG, PNG and HTML draw the same [`Scene`], so they cannot disagree. Nothing
//! here knows pixels, colours or characters.

pub(crate) mod amdahl;
pub(crate) mod backlog;
pub(crate) mod compare;
pub(crate) mod health;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod queue;
pub(crate) mod risk;
pub(crate) mod sweep;

use super::Quantity;
use super::number::{DIGITS, alone};
use crate::fit::thresholds::TRUSTED_REACH;

/// A picture: its answer, and panels from top to bottom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// The answer, one or two sentences.
    pub(crate) title: String,
    /// What a reader who cannot see the picture needs to know.
    pub(crate) description: String,
    /// The panels, the main one first.
    pub(crate) panels: Vec<Panel>,
    /// What the picture leaves out, a sentence each.
    pub(crate) remarks: Vec<String>,
    /// The law whose coefficients a reader may move.
    pub(crate) adjustable: Option<Adjustable>,
}

/// A USL for sliders, and the size a reader starts from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Adjustable {
    /// Contention α.
    pub alpha: f64,
    /// Coherency β.
    pub beta: f64,
    /// Throughput of one unit γ, 1/s.
    pub gamma: f64,
    /// The size to start from: the largest measured one.
    pub n: f64,
    /// What N counts, such as `threads`.
    pub n_unit: String,
}

/// One pair of axes and what is drawn between them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panel {
    /// Heading; empty where the title of the scene says it.
    pub heading: String,
    /// The axis from left to right.
    pub x: Axis,
    /// The axis from bottom to top.
    pub y: Axis,
    /// Zones behind everything.
    pub zones: Vec<Zone>,
    /// Series from back to front.
    pub series: Vec<Series>,
    /// Markers in front of them.
    pub markers: Vec<Marker>,
}

/// What an axis counts, and from where to where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// What it counts, such as `threads` or `throughput`.
    pub label: String,
    /// Decides unit and digits.
    pub quantity: Quantity,
    /// How values are spaced.
    pub spacing: Spacing,
    /// Its lower end.
    pub from: f64,
    /// Its upper end, above the lower one.
    pub to: f64,
    /// Names instead of numbers, for places 0, 1, 2 …; empty for an axis of numbers.
    pub names: Vec<String>,
}

/// How values are spaced along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are doublings: ticks at powers of two.
    Doubling,
    /// Equal steps are equal ratios: ticks at powers of ten.
    Decades,
}

impl Axis {
    /// An axis of numbers.
    pub(crate) fn numbers(
        label: &str,
        quantity: Quantity,
        spacing: Spacing,
        from: f64,
        to: f64,
    ) -> Self {
        let (from, to) = match spacing {
            _ if !(from.is_finite() && to.is_finite()) => (0.0, 1.0),
            Spacing::Linear if to > from => (from, to),
            Spacing::Linear => (from - 0.5, from + 0.5),
            _ if from > 0.0 && to > from => (from, to),
            _ if from > 0.0 => (from / 2.0, from * 2.0),
            _ => (1.0, 10.0),
        };
        Self {
            label: label.to_owned(),
            quantity,
            spacing,
            from,
            to,
            names: Vec::new(),
        }
    }

    /// An axis of sizes N: by doublings where the largest is at least 32 times the smallest.
    pub(crate) fn sizes(label: &str, smallest: f64, largest: f64) -> Self {
        if smallest > 0.0 && largest / smallest >= 32.0 {
            Self::numbers(
                label,
                Quantity::Count,
                Spacing::Doubling,
                smallest / 1.12,
                largest,
            )
        } else {
            Self::numbers(label, Quantity::Count, Spacing::Linear, 0.0, largest)
        }
    }

    /// An axis of names, a place each.
    pub(crate) fn names(label: &str, names: Vec<String>) -> Self {
        let to = names.len().max(1) as f64 - 0.5;
        Self {
            names,
            ..Self::numbers(label, Quantity::Text, Spacing::Linear, -0.5, to)
        }
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper one; `None` for a value that
    /// the axis cannot show (at or below 0 among ratios).
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let place = match self.spacing {
            Spacing::Linear => (value - self.from) / (self.to - self.from),
            _ if value <= 0.0 => return None,
            _ => (value / self.from).ln() / (self.to / self.from).ln(),
        };
        place.is_finite().then_some(place)
    }

    /// The value at a place, the inverse of [`Axis::place`].
    pub(crate) fn value(&self, place: f64) -> f64 {
        match self.spacing {
            Spacing::Linear => self.from + place * (self.to - self.from),
            _ => self.from * (self.to / self.from).powf(place),
        }
    }

    /// `count` values spread evenly over what is seen.
    pub(crate) fn spread(&self, count: usize) -> Vec<f64> {
        let last = count.max(2) - 1;
        (0..=last)
            .map(|index| self.value(index as f64 / last as f64))
            .collect()
    }
}

/// A stretch of the x axis that asks for caution.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Zone {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Beyond twice what was measured: nothing here should be relied on.
    pub untrusted: bool,
    /// A few words for people.
    pub label: String,
}

impl Zone {
    /// Where nothing was measured, beyond `n_max`, and where nothing should be relied on. `unit`
    /// is what N counts, with a blank before it, or nothing.
    pub(crate) fn beyond(n_max: f64, to: f64, unit: &str) -> Vec<Self> {
        let mut zones = Vec::new();
        let trusted = TRUSTED_REACH * n_max;
        if to > n_max {
            let last = alone(Quantity::Count, n_max, DIGITS);
            zones.push(Self {
                from: n_max,
                to: to.min(trusted),
                untrusted: false,
                label: format!("beyond {last}{unit}: forecast"),
            });
        }
        if to > trusted {
            zones.push(Self {
                from: trusted,
                to,
                untrusted: true,
                label: "not to be relied on: untrusted".to_owned(),
            });
        }
        zones
    }
}

/// What a drawn value rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RestsOn {
    /// Something that was measured.
    Measured,
    /// Between measured sizes, where no law describes them.
    Between,
    /// A law that was fitted or given.
    Law,
    /// Beyond what was measured.
    Forecast,
    /// A law that does not describe what was measured.
    Doubted,
    /// A line to compare with, such as linear scaling.
    Reference,
}

impl RestsOn {
    /// The word for it in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Between => "between",
            Self::Law => "law",
            Self::Forecast => "forecast",
            Self::Doubted => "doubted",
            Self::Reference => "reference",
        }
    }
}

/// Things of one kind that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// Name in the legend; empty for none.
    pub label: String,
    /// Colour, form and dash: one for each system, or for each kind of thing where there is one system.
    pub tone: usize,
    /// What it rests on.
    pub basis: RestsOn,
    /// What is drawn.
    pub shape: Drawn,
}

/// What a series is drawn as.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Drawn {
    /// Single values that stand out, such as the mean of each size.
    Points(Vec<Point>),
    /// Many small values behind them, such as every run.
    Dots(Vec<[f64; 2]>),
    /// A line through places.
    Line(Vec<[f64; 2]>),
    /// An area between two lines.
    Band(Vec<Spread>),
    /// Bars from 0.
    Bars(Vec<Point>),
}

/// One value, and how far it is uncertain or spreads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Place on the x axis.
    pub x: f64,
    /// Place on the y axis.
    pub y: f64,
    /// Lower and upper end of its interval or spread; an open upper end is infinite.
    pub ends: Option<(f64, f64)>,
    /// Runs behind it; 0 where that does not apply.
    pub runs: u64,
}

impl Point {
    /// A value alone.
    pub(crate) fn new(x: f64, y: f64) -> Self {
        Self {
            x,
            y,
            ends: None,
            runs: 0,
        }
    }
}

/// The lower and upper line at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// Place on the x axis.
    pub x: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Something pointed out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Marker {
    /// A peak: its interval as a horizontal bar. An open end runs to the edge.
    Peak {
        /// The best value; `None` where only the interval is known.
        at: Option<f64>,
        /// Lower end of the interval.
        low: Option<f64>,
        /// Upper end of the interval.
        high: Option<f64>,
        /// Its height.
        y: f64,
        /// The data show it; otherwise it is drawn as a guess.
        established: bool,
        /// A few words.
        label: String,
        /// Its colour, as of a series.
        tone: usize,
    },
    /// A line across: a ceiling, a target, a threshold.
    Across {
        /// Its height.
        y: f64,
        /// A few words.
        label: String,
        /// It is wanted or promised, not computed.
        wanted: bool,
    },
    /// An upright line: a crossing, a size that was asked about.
    Upright {
        /// Its place.
        x: f64,
        /// A few words.
        label: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_and_its_place_are_inverses_on_every_axis() {
        for spacing in [Spacing::Linear, Spacing::Doubling, Spacing::Decades] {
            let axis = Axis::numbers("n", Quantity::Count, spacing, 0.5, 64.0);
            for value in [0.5, 1.0, 7.25, 64.0] {
                let place = axis.place(value).unwrap();
                assert!((axis.value(place) - value).abs() < 1e-12 * value);
            }
        }
    }

    #[test]
    fn what_an_axis_of_ratios_cannot_show_has_no_place() {
        let axis = Axis::numbers("x", Quantity::Rate, Spacing::Decades, 1.0, 1000.0);
        assert_eq!(axis.place(0.0), None);
        assert_eq!(axis.place(-3.0), None);
        assert_eq!(axis.place(f64::INFINITY), None);
    }

    #[test]
    fn sizes_double_from_a_ratio_of_32_on() {
        assert_eq!(Axis::sizes("n", 1.0, 31.0).spacing, Spacing::Linear);
        assert_eq!(Axis::sizes("n", 1.0, 32.0).spacing, Spacing::Doubling);
        let one = Axis::sizes("n", 1.0, 1.0);
        assert!(one.to > one.from);
    }
}
