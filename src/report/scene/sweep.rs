//! Throughput over size: what was measured, the fitted law, and what lies beyond.

mod measured;
mod words;

use super::{Adjustable, Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spread, Zone};
use crate::estimate;
use crate::fit::thresholds::TRUSTED_REACH;
use crate::fit::{Fit, Grade};
use crate::law::UslParams;
use crate::report::number::{DIGITS, alone};
use crate::report::{Quantity, laws};
use crate::sweep::levels::RUNS_KEPT;
pub(crate) use measured::marks;
use measured::{points, runs, thinned};
use words::{description, markers};

/// Series in one picture at most: more cannot be told apart.
pub(crate) const SERIES: usize = 8;
/// Places of a curve.
const PLACES: usize = 120;
/// Places of a band: every one costs two intervals.
const BAND: usize = 32;

/// What a picture of a fit is about, beside the fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About<'a> {
    /// The answer in words.
    pub title: &'a str,
    /// What N counts.
    pub n_unit: &'a str,
    /// Sizes that were asked about, which the picture should reach.
    pub asked: &'a [f64],
    /// A throughput that is wanted, 1/s, and its name.
    pub target: Option<f64>,
}

/// A panel of throughput over N, its axis as high as what it shows.
fn throughput(series: Vec<Series>, markers: Vec<Marker>, x: Axis) -> Panel {
    let rate = Axis::numbers(
        "throughput",
        Quantity::Rate,
        super::Spacing::Linear,
        0.0,
        1.0,
    );
    let mut panel = Panel {
        heading: String::new(),
        zones: Vec::new(),
        series,
        markers,
        x,
        y: rate,
    };
    panel.y = rate_axis(&panel);
    panel
}

/// The picture of one fit.
pub(crate) fn scene(fit: &Fit, about: &About<'_>) -> Scene {
    let x = size_axis(&[fit], about);
    let mut panel = throughput(curves(fit, &x), markers(fit, about), x);
    let unit = format!(" {}", about.n_unit);
    panel.zones = Zone::beyond(fit.levels().n_max(), panel.x.to, &unit);
    let UslParams { alpha, beta, gamma } = fit.law().params();
    let mut panels = vec![panel];
    if let Some(below) = residuals(fit, &panels[0].x) {
        panels.push(below);
    }
    Scene {
        title: about.title.to_owned(),
        description: description(fit, about),
        panels,
        remarks: thinned(fit),
        adjustable: (fit.quality().grade != Grade::Poor && fit.full().is_none()).then(|| {
            Adjustable {
                alpha,
                beta,
                gamma,
                n: fit.levels().n_max(),
                n_unit: about.n_unit.to_owned(),
            }
        }),
    }
}

/// Several series on the same axes, without bands; `of` is how many there are.
pub(crate) fn several(fits: &[(&str, &Fit)], of: usize, about: &About<'_>) -> Scene {
    let all: Vec<&Fit> = fits.iter().map(|(_, fit)| *fit).collect();
    let x = size_axis(&all, about);
    let mut series = Vec::new();
    for (tone, (name, fit)) in fits.iter().enumerate() {
        series.extend(overlaid(fit, &x, tone, name));
    }
    let panel = throughput(series, Vec::new(), x);
    let names: Vec<&str> = fits.iter().map(|(name, _)| *name).collect();
    Scene {
        title: about.title.to_owned(),
        description: format!(
            "Throughput against {} of {}: marks are measured, lines are the law fitted to each, dotted beyond its largest measured size.",
            about.n_unit,
            names.join(", ")
        ),
        panels: vec![panel],
        remarks: (of > fits.len())
            .then(|| format!("The first {} of {of} series are drawn.", fits.len()))
            .into_iter()
            .collect(),
        adjustable: None,
    }
}

/// Marks and law of one of several sweeps, in its own tone.
pub(crate) fn overlaid(fit: &Fit, x: &Axis, tone: usize, name: &str) -> Vec<Series> {
    let n_max = fit.levels().n_max();
    let series = |label: &str, basis, shape| Series {
        label: label.to_owned(),
        tone,
        basis,
        shape,
    };
    let (inside, beyond) = answers(fit, x);
    let basis = inner_basis(fit);
    let mut out = vec![series("", basis, Drawn::Line(inside))];
    if x.to > n_max {
        out.push(series("", RestsOn::Forecast, Drawn::Line(beyond)));
    }
    out.push(series(name, RestsOn::Measured, Drawn::Points(points(fit))));
    out
}

/// The axis of sizes: everything measured, asked about and, where it is shown, the peak.
pub(crate) fn size_axis(fits: &[&Fit], about: &About<'_>) -> Axis {
    let levels = || fits.iter().flat_map(|fit| fit.levels().as_slice());
    let smallest = levels().map(|level| level.n).fold(f64::INFINITY, f64::min);
    let largest = levels().map(|level| level.n).fold(0.0, f64::max);
    let asked = about.asked.iter().copied();
    let peaks = fits.iter().filter_map(|fit| {
        let peak = fit.peak();
        if fit.quality().grade == Grade::Poor {
            None
        } else if peak.established {
            peak.n_real.high
        } else {
            Some(TRUSTED_REACH * largest)
        }
    });
    let reach = asked.chain(peaks).fold(1.5 * largest, f64::max);
    Axis::sizes(about.n_unit, smallest, reach.min(4.0 * largest))
}

/// From 0 to a little above everything that must be seen.
pub(crate) fn rate_axis(panel: &Panel) -> Axis {
    let mut seen = 0.0f64;
    let mut wished = 0.0f64;
    for series in panel
        .series
        .iter()
        .filter(|series| !matches!(series.basis, RestsOn::Reference | RestsOn::Doubted))
    {
        match &series.shape {
            Drawn::Points(points) | Drawn::Bars(points) => {
                for point in points {
                    seen = seen.max(
                        point
                            .ends
                            .map_or(point.y, |(_, high)| high.min(1.5 * point.y)),
                    );
                }
            }
            Drawn::Line(places) | Drawn::Dots(places) => {
                seen = places.iter().map(|[_, y]| *y).fold(seen, f64::max);
            }
            Drawn::Band(spread) => {
                wished = spread.iter().map(|s| s.high).fold(wished, f64::max);
            }
        }
    }
    for marker in &panel.markers {
        match marker {
            Marker::Across {
                y, wanted: true, ..
            } => seen = seen.max(*y),
            Marker::Across { y, .. } | Marker::Peak { y, .. } => wished = wished.max(*y),
            Marker::Upright { .. } => {}
        }
    }
    let top = 1.1 * seen.max(wished.min(1.3 * seen));
    Axis::numbers(
        "throughput",
        Quantity::Rate,
        super::Spacing::Linear,
        0.0,
        top,
    )
}

/// Evenly spread places of the axis inside and beyond what was measured; both meet there.
/// Where the answer goes from one measured size to the next, those are among them.
fn places(x: &Axis, fit: &Fit, count: usize) -> (Vec<f64>, Vec<f64>) {
    let levels = fit.levels().as_slice();
    let (first, last) = (
        levels.first().map_or(1.0, |level| level.n),
        fit.levels().n_max(),
    );
    let all = x.spread(count);
    let mut inside: Vec<f64> = vec![first];
    inside.extend(all.iter().copied().filter(|n| *n > first && *n < last));
    if !law_holds(fit) && levels.len() <= MOST_CORNERS {
        inside.extend(levels.iter().map(|level| level.n));
    }
    inside.push(last);
    inside.sort_by(f64::total_cmp);
    inside.dedup();
    let mut beyond = vec![last];
    beyond.extend(all.into_iter().filter(|n| *n > last));
    (inside, beyond)
}

fn law(fit: &Fit, at: &[f64]) -> Vec<[f64; 2]> {
    line(at, |n| fit.law_value(n))
}

fn line(at: &[f64], value: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
    at.iter()
        .map(|n| [*n, value(*n)])
        .filter(|[_, x]| x.is_finite())
        .collect()
}

/// Measured sizes at most that a curve has a corner at; of more, evenly spread ones do.
const MOST_CORNERS: usize = 400;

/// Whether the law describes what lies between measured sizes.
fn law_holds(fit: &Fit) -> bool {
    let levels = fit.levels().as_slice();
    let inner = levels.get(levels.len() / 2);
    inner.is_none_or(|level| fit.estimate(level.n).basis == estimate::Basis::Law)
}

/// What a value between measured sizes rests on.
fn inner_basis(fit: &Fit) -> RestsOn {
    if law_holds(fit) {
        RestsOn::Law
    } else {
        RestsOn::Between
    }
}

/// What is between and beyond measured sizes: the law where it describes them, otherwise the
/// way from one to the next; then the forecast.
fn answers(fit: &Fit, x: &Axis) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let (inside, beyond) = places(x, fit, PLACES);
    let mut beyond = line(&beyond, |n| fit.estimate_value(n));
    let inside = if law_holds(fit) {
        law(fit, &inside)
    } else {
        let answers = inside.iter().map(|n| fit.estimate(*n));
        answers
            .filter(|answer| answer.basis != estimate::Basis::Law && answer.value.is_finite())
            .map(|answer| [answer.n, answer.value])
            .collect()
    };
    // The forecast goes on from what is drawn inside.
    if let (Some(first), Some(last)) = (beyond.first_mut(), inside.last()) {
        *first = *last;
    }
    (inside, beyond)
}

/// `forecast, 90 % band`: its band has a level of its own.
fn forecast_name(fit: &Fit, n: f64) -> String {
    match fit.estimate(n).level {
        Some(level) if (level - fit.options().confidence).abs() > 1e-9 => {
            let level = alone(Quantity::Ratio, level, DIGITS).replace(".0 %", " %");
            format!("forecast, {level} band")
        }
        _ => "forecast".to_owned(),
    }
}

/// `95 % interval`; without a law it says what it rests on.
fn interval_name(fit: &Fit, percent: &str) -> String {
    let repeated = fit.levels().runs() > fit.levels().len() as u64;
    match (law_holds(fit), repeated) {
        (true, _) => format!("{percent} interval"),
        (false, true) => format!("{percent} interval, from repeats and neighbouring sizes"),
        (false, false) => format!("{percent} interval, from neighbouring sizes (single runs)"),
    }
}

/// A series of a picture of one fit.
fn series(label: &str, tone: usize, basis: RestsOn, shape: Drawn) -> Series {
    Series {
        label: label.to_owned(),
        tone,
        basis,
        shape,
    }
}

fn curves(fit: &Fit, x: &Axis) -> Vec<Series> {
    let percent = alone(Quantity::Ratio, fit.options().confidence, DIGITS).replace(".0 %", " %");
    let n_max = fit.levels().n_max();
    let (inside, beyond) = places(x, fit, BAND);
    let band = |at: &[f64], of: &dyn Fn(f64) -> crate::Estimate| -> Vec<Spread> {
        at.iter()
            .filter_map(|n| {
                let estimate = of(*n);
                Some(Spread {
                    x: *n,
                    low: estimate.low?,
                    high: estimate.high?,
                })
            })
            .collect()
    };
    let mut out = Vec::new();
    let gamma = fit.gamma().value.unwrap_or(f64::NAN);
    let start = x.from.max(0.0);
    out.push(series(
        "linear scaling",
        0,
        RestsOn::Reference,
        Drawn::Line(
            x.spread(PLACES)
                .into_iter()
                .filter(|n| *n >= start)
                .map(|n| [n, gamma * n])
                .collect(),
        ),
    ));
    let inner = band(&inside, &|n| fit.estimate(n).throughput());
    if inner.len() > 1 {
        out.push(series(
            &interval_name(fit, &percent),
            1,
            inner_basis(fit),
            Drawn::Band(inner),
        ));
    }
    if x.to > n_max {
        let outer = band(&beyond, &|n| fit.estimate(n).throughput());
        if outer.len() > 1 {
            out.push(series("", 1, RestsOn::Forecast, Drawn::Band(outer)));
        }
    }
    let (inside, beyond) = answers(fit, x);
    let name = laws::in_a_legend(fit.fitted_law());
    if law_holds(fit) {
        out.push(series(name, 1, RestsOn::Law, Drawn::Line(inside)));
    } else {
        let (from, to) = (fit.levels().as_slice().first(), fit.levels().n_max());
        let from = from.map_or(1.0, |level| level.n);
        let inner = x.spread(PLACES).into_iter();
        let inner = inner.filter(|n| *n > from && *n < to);
        let at: Vec<f64> = std::iter::once(from).chain(inner).chain([to]).collect();
        let name = if fit.quality().grade == Grade::Poor {
            format!("{name}: does not describe these data")
        } else {
            name.to_owned()
        };
        out.push(series(
            &name,
            1,
            RestsOn::Doubted,
            Drawn::Line(law(fit, &at)),
        ));
        out.push(series(
            "between measured sizes",
            0,
            RestsOn::Between,
            Drawn::Line(inside),
        ));
    }
    if x.to > n_max {
        let name = forecast_name(fit, x.to);
        out.push(series(&name, 1, RestsOn::Forecast, Drawn::Line(beyond)));
    }
    out.extend(measured_series(fit));
    out
}

/// The means that were measured, and single runs where they can be seen.
fn measured_series(fit: &Fit) -> Vec<Series> {
    let mut out = Vec::new();
    let dots = runs(fit);
    let mut marks = points(fit);
    let repeated = fit.levels().runs() > fit.levels().len() as u64;
    if !dots.is_empty() {
        // Where every run is seen, a bar for their spread says nothing more.
        for mark in &mut marks {
            mark.ends = mark.ends.filter(|_| mark.runs > RUNS_KEPT);
        }
        out.push(series(
            "single runs",
            0,
            RestsOn::Measured,
            Drawn::Dots(dots),
        ));
    }
    let label = match (repeated, marks.iter().any(|mark| mark.ends.is_some())) {
        (true, true) => "measured: mean, bar for one standard deviation",
        (true, false) => "measured: mean of the runs",
        (false, _) => "measured",
    };
    out.push(series(label, 0, RestsOn::Measured, Drawn::Points(marks)));
    out
}

/// Measured over fitted, where the law leaves the data visibly.
fn residuals(fit: &Fit, x: &Axis) -> Option<Panel> {
    if fit.quality().grade == Grade::Good || fit.is_exact() {
        return None;
    }
    let points: Vec<Point> = points(fit)
        .into_iter()
        .map(|point| Point::new(point.x, point.y / fit.law_value(point.x) - 1.0))
        .filter(|point| point.y.is_finite())
        .collect();
    let most = points
        .iter()
        .map(|point| point.y.abs())
        .fold(0.01, f64::max)
        * 1.2;
    Some(Panel {
        heading: "measured against the law".to_owned(),
        x: x.clone(),
        y: Axis::numbers("", Quantity::Ratio, super::Spacing::Linear, -most, most),
        zones: Vec::new(),
        series: vec![
            Series {
                label: String::new(),
                tone: 1,
                basis: if law_holds(fit) {
                    RestsOn::Law
                } else {
                    RestsOn::Doubted
                },
                shape: Drawn::Line(vec![[x.from.max(f64::MIN_POSITIVE), 0.0], [x.to, 0.0]]),
            },
            Series {
                label: String::new(),
                tone: 0,
                basis: RestsOn::Measured,
                shape: Drawn::Points(points),
            },
        ],
        markers: Vec::new(),
    })
}
