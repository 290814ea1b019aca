//! The picture of a gate: the sweep with what is asked of it, or its change against the
//! baseline; of several series, each.

use super::{CheckedSeries, Gate, Subject};
use crate::report::scene::sweep::{self, About};
use crate::report::scene::{self, Drawn, Point, RestsOn, Scene};

/// Series against a baseline in one picture at most: each takes two panels.
const MOST: usize = 4;

/// The series against its baseline, or by itself with what is asked of it; several one below
/// the other or on the same axes.
pub(super) fn picture(gate: &Gate, title: &str) -> Option<Scene> {
    let about = About {
        title,
        n_unit: &gate.n_unit,
        asked: &[],
        target: None,
    };
    if gate.series.iter().any(|series| series.changes.is_some())
        && let Some(baseline) = &gate.baseline
    {
        return against(gate, baseline.tolerance, &about);
    }
    let mut scene = match gate.series.as_slice() {
        [] => return None,
        [series] => sweep::scene(&series.fit, &about),
        all => {
            let fits: Vec<_> = all.iter().map(|s| (s.name.as_str(), &s.fit)).collect();
            sweep::several(&fits[..fits.len().min(sweep::SERIES)], fits.len(), &about)
        }
    };
    let several = gate.series.len() > 1;
    for (tone, series) in gate.series.iter().take(sweep::SERIES).enumerate() {
        let wanted = asked(series);
        if let (Some(panel), false) = (scene.panels.first_mut(), wanted.is_empty()) {
            panel.series.push(scene::Series {
                // Grey, in the form of the series it is asked of.
                label: if several {
                    "asked of the series of this form".to_owned()
                } else {
                    "asked for".to_owned()
                },
                tone: if several { tone } else { 3 },
                basis: if several {
                    RestsOn::Reference
                } else {
                    RestsOn::Law
                },
                shape: Drawn::Points(wanted),
            });
            let axis = sweep::rate_axis(panel);
            panel.y.to = panel.y.to.max(axis.to);
        }
    }
    Some(scene)
}

/// Every series against its baseline, one below the other.
fn against(gate: &Gate, tolerance: f64, about: &About<'_>) -> Option<Scene> {
    let of = |series: &CheckedSeries| {
        let changes = series.changes.as_ref()?;
        let scene = scene::compare::baseline(&changes.sizes, tolerance, about)?;
        Some((series.name.clone(), scene))
    };
    let mut scenes: Vec<(String, Scene)> = gate.series.iter().filter_map(of).collect();
    let all = scenes.len();
    scenes.truncate(MOST);
    let mut drawn = scenes.into_iter();
    let (first, mut whole) = drawn.next()?;
    if all > 1 {
        named(&mut whole, &first);
        for (name, mut scene) in drawn {
            named(&mut scene, &name);
            whole.panels.append(&mut scene.panels);
        }
        whole
            .description
            .push_str(" Each series has its own pair of panels.");
    }
    if all > MOST {
        let left = format!("The first {MOST} of {all} series are drawn.");
        whole.remarks.push(left);
    }
    Some(whole)
}

/// Puts the name of its series above every panel.
fn named(scene: &mut Scene, name: &str) {
    for panel in &mut scene.panels {
        panel.heading = match panel.heading.as_str() {
            "" => name.to_owned(),
            heading => format!("{name}, {heading}"),
        };
    }
}

/// What the rules ask for, as throughput at a size.
fn asked(series: &CheckedSeries) -> Vec<Point> {
    let gamma = series.fit.law().params().gamma;
    let wanted = series.findings.iter().filter_map(|(rule, _)| {
        let limit = rule.limit.value();
        match rule.subject {
            Subject::Throughput(n) => Some((n, limit)),
            Subject::Efficiency(n) => Some((n, limit * gamma * n)),
            Subject::Speedup(n) => Some((n, limit * gamma)),
            Subject::Latency(n) => Some((n, n / limit)),
            _ => None,
        }
    });
    wanted.map(|(n, x)| Point::new(n, x)).collect()
}
