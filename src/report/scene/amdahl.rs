//! Speed-up against units for a serial share, half of it and twice it, with their ceilings.

use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing, Spread};
use crate::law::{Amdahl, AmdahlParams, ScalingLaw};
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};

/// The picture; `ends` is the interval of a fitted share, `points` are given or asked sizes
/// with their speed-up, `measured` where they were measured.
pub(crate) fn scene(
    title: &str,
    serial: f64,
    ends: Option<(f64, f64)>,
    points: &[[f64; 2]],
    measured: bool,
) -> Option<Scene> {
    let law = |serial: f64| Amdahl::new(AmdahlParams { serial, gamma: 1.0 }).ok();
    let main = law(serial)?;
    let last = points.iter().map(|[n, _]| *n).fold(8.0, f64::max);
    let x = Axis::sizes("units", 1.0, last.min(1e9) * 1.05);
    let ceiling = (serial > 0.0).then(|| serial.recip());
    let y = speedups(main.speedup(x.to), points, ceiling);
    let line = |law: &dyn Fn(f64) -> f64| -> Drawn {
        let places = x.spread(120).into_iter().filter(|n| *n >= 1.0);
        Drawn::Line(places.map(|n| [n, law(n)]).collect())
    };
    let of = |label: &str, tone, basis, shape| Series {
        label: label.to_owned(),
        tone,
        basis,
        shape,
    };
    let mut series = vec![of("linear", 0, RestsOn::Reference, line(&|n| n))];
    if let Some((low, high)) = ends
        && let (Some(fast), Some(slow)) = (law(low.clamp(0.0, 1.0)), law(high.clamp(0.0, 1.0)))
    {
        let band = x.spread(60).into_iter().filter(|n| *n >= 1.0);
        let spread = band.map(|n| Spread {
            x: n,
            low: slow.speedup(n),
            high: fast.speedup(n),
        });
        series.push(of(
            "interval",
            0,
            RestsOn::Law,
            Drawn::Band(spread.collect()),
        ));
    } else {
        for (tone, other) in [(2, 0.5 * serial), (3, 2.0 * serial)] {
            if let Some(law) = law(other).filter(|_| serial > 0.0 && other < 1.0) {
                let name = format!("{} serial", share(other));
                series.push(of(&name, tone, RestsOn::Law, line(&|n| law.speedup(n))));
            }
        }
    }
    let name = format!("{} serial", share(serial));
    series.push(of(&name, 0, RestsOn::Law, line(&|n| main.speedup(n))));
    let marks = points.iter().map(|[n, s]| Point::new(*n, *s)).collect();
    let (label, basis) = if measured {
        ("measured", RestsOn::Measured)
    } else {
        ("", RestsOn::Law)
    };
    series.push(of(
        label,
        usize::from(measured),
        basis,
        Drawn::Points(marks),
    ));
    Some(Scene {
        title: title.to_owned(),
        description: description(serial, ceiling),
        panels: vec![Panel {
            heading: String::new(),
            x,
            y,
            zones: Vec::new(),
            series,
            markers: ceiling
                .map(|ceiling| Marker::Across {
                    y: ceiling,
                    label: format!("ceiling {}", alone(Quantity::Number, ceiling, DIGITS)),
                    wanted: false,
                })
                .into_iter()
                .collect(),
        }],
        remarks: Vec::new(),
        adjustable: None,
    })
}

/// The axis of speed-ups, with room for the ceiling where it is near.
fn speedups(at_end: f64, points: &[[f64; 2]], ceiling: Option<f64>) -> Axis {
    let highest = points.iter().map(|[_, s]| *s).fold(at_end, f64::max);
    let top = ceiling
        .map_or(highest, |ceiling| ceiling.min(2.0 * highest))
        .max(highest);
    Axis::numbers(
        "speed-up",
        Quantity::Number,
        Spacing::Linear,
        0.0,
        1.12 * top,
    )
}

fn share(s: f64) -> String {
    alone(Quantity::Ratio, s, DIGITS)
}

/// The picture in words.
fn description(serial: f64, ceiling: Option<f64>) -> String {
    format!(
        "Speed-up against units by Amdahl's law with a serial share of {}{}.",
        share(serial),
        ceiling.map_or(String::new(), |c| format!(
            ", which no number of units raises above {}",
            alone(Quantity::Number, c, DIGITS)
        ))
    )
}
