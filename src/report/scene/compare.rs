//! Sweeps side by side: overlaid, and how much the others differ from the first.

use super::sweep::{About, overlaid, rate_axis, size_axis};
use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing, Spread};
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::judge::baseline::SizeChange;
use crate::judge::compare::{Compared, ratio};
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};

/// Places of a difference: each costs four intervals.
const PLACES: usize = 24;

/// The picture of a comparison; the first sweep is what the others are compared with.
pub(crate) fn scene(sweeps: &[(&str, &Fit)], crossings: &[f64], about: &About<'_>) -> Scene {
    let fits: Vec<&Fit> = sweeps.iter().map(|(_, fit)| *fit).collect();
    let x = size_axis(&fits, about);
    let drawn = sweeps.len().min(super::sweep::SERIES);
    let mut series = Vec::new();
    for (tone, (name, fit)) in sweeps.iter().take(drawn).enumerate() {
        series.extend(overlaid(fit, &x, tone, name));
    }
    let markers = crossings
        .iter()
        .filter(|n| {
            x.place(**n)
                .is_some_and(|place| (0.0..=1.0).contains(&place))
        })
        .map(|n| Marker::Upright {
            x: *n,
            label: format!("cross at {}", alone(Quantity::Number, *n, 2)),
        })
        .collect();
    let mut panel = Panel {
        heading: String::new(),
        y: Axis::numbers("throughput", Quantity::Rate, Spacing::Linear, 0.0, 1.0),
        zones: Vec::new(),
        series,
        markers,
        x: x.clone(),
    };
    panel.y = rate_axis(&panel);
    let mut panels = vec![panel];
    panels.extend(differences(&sweeps[..drawn], &x));
    Scene {
        title: about.title.to_owned(),
        description: format!(
            "Throughput against {}: marks are measured, lines fitted to each sweep; below, the change against {}, with its interval.",
            about.n_unit,
            sweeps.first().map_or("the first", |(name, _)| name),
        ),
        panels,
        remarks: (sweeps.len() > drawn)
            .then(|| format!("The first {drawn} of {} sweeps are drawn.", sweeps.len()))
            .into_iter()
            .collect(),
        adjustable: None,
    }
}

/// X/X₀ − 1 of every other sweep, where both were measured.
fn differences(sweeps: &[(&str, &Fit)], x: &Axis) -> Option<Panel> {
    let ((first, reference), others) = sweeps.split_first()?;
    let mut series = vec![zero(x)];
    let mut ends: Vec<f64> = Vec::new();
    for (tone, (_, fit)) in others.iter().enumerate() {
        let least = smallest(reference).max(smallest(fit));
        let most = reference.levels().n_max().min(fit.levels().n_max());
        let inner = x
            .spread(PLACES)
            .into_iter()
            .filter(|n| *n > least && *n < most);
        let places = std::iter::once(least).chain(inner).chain([most]);
        let changes: Vec<(f64, Estimate)> = places
            .map(|n| {
                let at = |fit| Compared::Throughput(n).of(fit);
                let share = ratio(&at(reference), &at(fit));
                (n, share.map_monotone(|share| share - 1.0))
            })
            .collect();
        let band: Vec<Spread> = changes
            .iter()
            .filter_map(|(n, change)| {
                Some(Spread {
                    x: *n,
                    low: change.low?,
                    high: change.high?,
                })
            })
            .collect();
        let line: Vec<[f64; 2]> = changes
            .iter()
            .filter_map(|(n, change)| Some([*n, change.value?]))
            .collect();
        ends.extend(line.iter().map(|[_, y]| *y));
        ends.extend(band.iter().flat_map(|s| [s.low, s.high]));
        series.push(of(tone + 1, RestsOn::Law, "", Drawn::Band(band)));
        series.push(of(tone + 1, RestsOn::Law, "", Drawn::Line(line)));
    }
    (!others.is_empty()).then(|| Panel {
        heading: format!("change against {first}"),
        x: x.clone(),
        y: change_axis(&ends),
        zones: Vec::new(),
        series,
        markers: Vec::new(),
    })
}

fn of(tone: usize, basis: RestsOn, label: &str, shape: Drawn) -> Series {
    Series {
        label: label.to_owned(),
        tone,
        basis,
        shape,
    }
}

fn smallest(fit: &Fit) -> f64 {
    fit.levels().as_slice().first().map_or(1.0, |level| level.n)
}

fn zero(x: &Axis) -> Series {
    let line = Drawn::Line(vec![[x.value(0.0), 0.0], [x.value(1.0), 0.0]]);
    of(0, RestsOn::Reference, "", line)
}

/// Symmetric about 0, so that gain and loss look alike; at most a loss of everything.
fn change_axis(values: &[f64]) -> Axis {
    let most = values.iter().map(|value| value.abs()).fold(0.02, f64::max);
    let most = 1.15 * most.min(2.0);
    Axis::numbers("", Quantity::Ratio, Spacing::Linear, -most.min(1.0), most)
}

/// Sizes that a picture of a baseline shows at most: no more can be told apart.
const MOST_SIZES: usize = 2000;

/// A sweep against its baseline: both measured, and the change of each size with the loss
/// that is tolerated.
pub(crate) fn baseline(sizes: &[SizeChange], tolerance: f64, about: &About<'_>) -> Option<Scene> {
    let (first, last) = (sizes.first()?, sizes.last()?);
    let x = Axis::sizes(about.n_unit, first.n.min(1.0), 1.1 * last.n);
    // Of very many sizes evenly taken ones, and the last.
    let step = sizes.len().div_ceil(MOST_SIZES).max(1);
    let mut shown: Vec<SizeChange> = sizes.iter().step_by(step).copied().collect();
    if !(sizes.len() - 1).is_multiple_of(step) {
        shown.push(*last);
    }
    let sizes = shown.as_slice();
    let points = |value: fn(&SizeChange) -> f64| -> Drawn {
        Drawn::Points(
            sizes
                .iter()
                .map(|size| Point::new(size.n, value(size)))
                .collect(),
        )
    };
    let line = |value: fn(&SizeChange) -> f64| -> Drawn {
        Drawn::Line(sizes.iter().map(|size| [size.n, value(size)]).collect())
    };
    let mut main = Panel {
        heading: String::new(),
        y: Axis::numbers("throughput", Quantity::Rate, Spacing::Linear, 0.0, 1.0),
        zones: Vec::new(),
        series: vec![
            of(0, RestsOn::Between, "", line(|size| size.before)),
            of(1, RestsOn::Between, "", line(|size| size.now)),
            of(0, RestsOn::Measured, "baseline", points(|size| size.before)),
            of(1, RestsOn::Measured, "now", points(|size| size.now)),
        ],
        markers: Vec::new(),
        x: x.clone(),
    };
    main.y = rate_axis(&main);
    let changes: Vec<Point> = sizes
        .iter()
        .filter_map(|size| {
            Some(Point {
                ends: size.change.low.zip(size.change.high),
                ..Point::new(size.n, size.change.value?)
            })
        })
        .collect();
    let mut ends: Vec<f64> = changes
        .iter()
        .flat_map(|p| p.ends.map_or([p.y, p.y], |(a, b)| [a, b]))
        .collect();
    ends.push(tolerance);
    let below = Panel {
        heading: "change of each size".to_owned(),
        y: change_axis(&ends),
        zones: Vec::new(),
        series: vec![
            zero(&x),
            of(1, RestsOn::Measured, "", Drawn::Points(changes)),
        ],
        markers: vec![Marker::Across {
            y: -tolerance,
            label: format!("tolerated: −{}", alone(Quantity::Ratio, tolerance, DIGITS)),
            wanted: true,
        }],
        x,
    };
    Some(Scene {
        title: about.title.to_owned(),
        description: format!(
            "Measured throughput against {}, baseline and now; below, the change of each size with its interval and the tolerated loss.",
            about.n_unit
        ),
        panels: vec![main, below],
        remarks: Vec::new(),
        adjustable: None,
    })
}
