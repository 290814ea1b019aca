//! What each number of units carries, against what is needed, and what it costs.

use super::sweep::rate_axis;
use super::{Axis, Drawn, Marker, Panel, RestsOn, Scene, Series, Spacing, Spread, Zone};
use crate::plan::curve::Curve;
use crate::report::Quantity;
use crate::report::number::{DIGITS, about_rate, alone};

/// Places of the curve: each costs an interval.
const PLACES: usize = 40;

/// What a plan is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned<'a> {
    /// The answer in words.
    pub title: &'a str,
    /// What units are called.
    pub n_unit: &'a str,
    /// Throughput that is asked for, 1/s.
    pub target: f64,
    /// The same with its headroom, 1/s.
    pub required: f64,
    /// Units that carry it; `None` where no number does.
    pub units: Option<f64>,
    /// Largest measured number of units; `None` for a given law.
    pub n_max: Option<f64>,
    /// Price of a unit an hour.
    pub price: Option<f64>,
    /// Units that run today.
    pub current: Option<f64>,
}

/// The picture of a plan.
pub(crate) fn scene(curve: &dyn Curve, planned: &Planned<'_>) -> Scene {
    let reach = [
        planned.units.map(|n| 1.6 * n),
        planned.n_max,
        planned.current.map(|n| 1.1 * n),
    ];
    let peak = curve
        .law_top()
        .and_then(|peak| peak.n)
        .filter(|_| planned.units.is_none());
    let reach = reach
        .into_iter()
        .flatten()
        .chain(peak.map(|n| 1.5 * n))
        .fold(4.0, f64::max);
    let x = Axis::sizes(planned.n_unit, 1.0, reach.min(1e7));
    let series = curves(curve, planned, &x);
    let mut panel = Panel {
        heading: String::new(),
        y: Axis::numbers("throughput", Quantity::Rate, Spacing::Linear, 0.0, 1.0),
        zones: zones(&x, planned),
        series,
        markers: markers(planned),
        x: x.clone(),
    };
    panel.y = rate_axis(&panel);
    let mut panels = vec![panel];
    panels.extend(planned.price.map(|price| prices(price, &x, planned)));
    Scene {
        title: planned.title.to_owned(),
        description: format!(
            "Throughput at the low, best and high guess against {}, with the needed {} as a line.",
            planned.n_unit,
            about_rate(planned.required, DIGITS)
        ),
        panels,
        remarks: Vec::new(),
        adjustable: None,
    }
}

/// What the plan counts on, and what was measured.
fn curves(curve: &dyn Curve, planned: &Planned<'_>, x: &Axis) -> Vec<Series> {
    let mut at: Vec<f64> = x.spread(PLACES).into_iter().filter(|n| *n >= 1.0).collect();
    at.extend(planned.n_max.filter(|n| *n < x.to));
    at.sort_by(f64::total_cmp);
    let (mut inside, mut beyond) = (Vec::new(), Vec::new());
    let mut band = Vec::new();
    for n in at {
        let estimate = curve.expected(n);
        let Some(value) = estimate.value else {
            continue;
        };
        if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
            band.push(Spread { x: n, low, high });
        }
        match planned.n_max {
            Some(n_max) if n >= n_max => beyond.push([n, value]),
            _ => inside.push([n, value]),
        }
    }
    if let (Some(last), Some(_)) = (inside.last(), beyond.first()) {
        beyond.insert(0, *last);
    }
    let of = |label: &str, basis, shape| Series {
        label: label.to_owned(),
        tone: 1,
        basis,
        shape,
    };
    let mut series = Vec::new();
    if band.len() > 1 {
        series.push(of("low to high", RestsOn::Law, Drawn::Band(band)));
    }
    series.push(of("best guess", RestsOn::Law, Drawn::Line(inside)));
    if beyond.len() > 1 {
        series.push(of("forecast", RestsOn::Forecast, Drawn::Line(beyond)));
    }
    let measured = curve.measured();
    if !measured.is_empty() {
        series.push(Series {
            label: "measured".to_owned(),
            tone: 0,
            basis: RestsOn::Measured,
            shape: Drawn::Points(super::sweep::marks(measured)),
        });
    }
    series
}

fn zones(x: &Axis, planned: &Planned<'_>) -> Vec<Zone> {
    let beyond = |n_max| Zone::beyond(n_max, x.to, "");
    planned.n_max.map(beyond).unwrap_or_default()
}

fn markers(planned: &Planned<'_>) -> Vec<Marker> {
    let mut out = vec![Marker::Across {
        y: planned.target,
        label: format!("target {}", about_rate(planned.target, DIGITS)),
        wanted: true,
    }];
    if planned.required > planned.target * (1.0 + 1e-9) {
        out.push(Marker::Across {
            y: planned.required,
            label: format!("with headroom {}", about_rate(planned.required, DIGITS)),
            wanted: true,
        });
    }
    let count = |n: f64| alone(Quantity::Count, n, DIGITS);
    out.extend(planned.units.map(|n| Marker::Upright {
        x: n,
        label: format!("{} carry it", count(n)),
    }));
    out.extend(planned.current.map(|n| Marker::Upright {
        x: n,
        label: format!("{} today", count(n)),
    }));
    out
}

fn prices(price: f64, x: &Axis, planned: &Planned<'_>) -> Panel {
    let line = x
        .spread(40)
        .into_iter()
        .filter(|n| *n >= 1.0)
        .map(|n| [n, price * n])
        .collect();
    Panel {
        heading: String::new(),
        x: x.clone(),
        y: Axis::numbers(
            "price an hour",
            Quantity::Money,
            Spacing::Linear,
            0.0,
            1.1 * price * x.to,
        ),
        zones: Vec::new(),
        series: vec![Series {
            label: "price".to_owned(),
            tone: 2,
            basis: RestsOn::Law,
            shape: Drawn::Line(line),
        }],
        markers: planned
            .units
            .map(|n| Marker::Upright {
                x: n,
                label: format!("{} an hour", alone(Quantity::Money, price * n, DIGITS)),
            })
            .into_iter()
            .collect(),
    }
}
