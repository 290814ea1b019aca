//! Backlog and answers over time, with their spread over the runs; percentiles of the
//! response where nothing happens over time.

use super::{Axis, Drawn, Marker, Panel, Point, RestsOn, Scene, Series, Spacing, Spread};
use crate::report::Quantity;

/// One course of events over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Course {
    /// Its name.
    pub label: String,
    /// Seconds from the beginning.
    pub time: Vec<f64>,
    /// Backlog that half of the runs stay within.
    pub middle: Vec<f64>,
    /// Backlog that 5 % of the runs stay within.
    pub low: Vec<f64>,
    /// Backlog that 95 % of the runs stay within.
    pub high: Vec<f64>,
    /// Answers in time a second since the step before, mean over the runs.
    pub answered: Vec<f64>,
}

/// What happens when, and what would be enough.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Events {
    /// Seconds and a few words.
    pub at: Vec<(f64, String)>,
    /// Seconds and the requests that come a second from then on; empty where they do not.
    pub arrivals: Vec<[f64; 2]>,
}

/// The picture of courses over time; `None` where none has two points.
pub(crate) fn scene(title: &str, courses: &[Course], events: &Events) -> Option<Scene> {
    let end = courses
        .iter()
        .filter_map(|course| course.time.last())
        .fold(0.0, |most: f64, time| most.max(*time));
    let drawn: Vec<&Course> = courses.iter().filter(|c| c.time.len() > 1).collect();
    if drawn.is_empty() || end <= 0.0 {
        return None;
    }
    let x = Axis::numbers("time", Quantity::Seconds, Spacing::Linear, 0.0, end);
    let upright = events.at.iter().map(|(at, label)| Marker::Upright {
        x: *at,
        label: label.clone(),
    });
    let mut panels = vec![backlog(&drawn, &x, upright.collect())];
    panels.extend(answers(&drawn, &x, events));
    Some(Scene {
        title: title.to_owned(),
        description: format!(
            "Backlog (waiting, in service or pausing before a retry) and answers in time a second against time: {}. The band holds 9 of 10 simulated runs.",
            drawn
                .iter()
                .map(|course| course.label.as_str())
                .collect::<Vec<_>>()
                .join("; ")
        ),
        panels,
        remarks: Vec::new(),
        adjustable: None,
    })
}

fn top(values: impl Iterator<Item = f64>) -> f64 {
    let top = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
    if top > 0.0 { 1.1 * top } else { 1.0 }
}

fn places(time: &[f64], values: &[f64]) -> Vec<[f64; 2]> {
    time.iter().zip(values).map(|(x, y)| [*x, *y]).collect()
}

fn backlog(courses: &[&Course], x: &Axis, markers: Vec<Marker>) -> Panel {
    let mut series = Vec::new();
    for (tone, course) in courses.iter().enumerate() {
        let of = |label: String, shape| Series {
            label,
            tone,
            basis: RestsOn::Measured,
            shape,
        };
        // One band is read at a glance, several lie on each other.
        if tone == 0 {
            let ends = course.low.iter().zip(&course.high);
            let band = course.time.iter().zip(ends);
            let band = band.map(|(x, (low, high))| Spread {
                x: *x,
                low: *low,
                high: *high,
            });
            series.push(of("9 of 10 runs".to_owned(), Drawn::Band(band.collect())));
        }
        let line = Drawn::Line(places(&course.time, &course.middle));
        let label = match courses {
            [_] => "median of the runs",
            _ => course.label.as_str(),
        };
        series.push(of(label.to_owned(), line));
    }
    let values = courses.iter().enumerate().flat_map(|(tone, course)| {
        if tone == 0 {
            &course.high
        } else {
            &course.middle
        }
    });
    Panel {
        heading: String::new(),
        x: x.clone(),
        y: Axis::numbers(
            "backlog",
            Quantity::Number,
            Spacing::Linear,
            0.0,
            top(values.copied()),
        ),
        zones: Vec::new(),
        series,
        markers,
    }
}

/// A line that stays on a value until the next one.
fn steps(values: &[[f64; 2]], end: f64) -> Vec<[f64; 2]> {
    let mut line: Vec<[f64; 2]> = Vec::new();
    for [from, value] in values.iter().filter(|[from, _]| *from < end) {
        line.extend(line.last().map(|[_, before]| [*from, *before]));
        line.push([*from, *value]);
    }
    line.extend(line.last().map(|[_, last]| [end, *last]));
    line
}

fn answers(courses: &[&Course], x: &Axis, events: &Events) -> Option<Panel> {
    let all = courses.iter().flat_map(|course| &course.answered).copied();
    let highest = top(all.chain(events.arrivals.iter().map(|[_, rate]| *rate)));
    let mut series: Vec<Series> = courses
        .iter()
        .enumerate()
        .filter(|(_, course)| !course.answered.is_empty())
        .map(|(tone, course)| Series {
            label: match courses {
                [_] => String::new(),
                _ => course.label.clone(),
            },
            tone,
            basis: RestsOn::Measured,
            shape: Drawn::Line(places(&course.time, &course.answered)),
        })
        .collect();
    if !series.is_empty() && !events.arrivals.is_empty() {
        series.push(Series {
            label: "requests that come".to_owned(),
            tone: 3,
            basis: RestsOn::Reference,
            shape: Drawn::Line(steps(&events.arrivals, x.to)),
        });
    }
    (!series.is_empty()).then(|| Panel {
        heading: String::new(),
        x: x.clone(),
        y: Axis::numbers(
            "answered in time",
            Quantity::Rate,
            Spacing::Linear,
            0.0,
            highest,
        ),
        zones: Vec::new(),
        series,
        markers: Vec::new(),
    })
}

/// Percentiles of a time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Percentiles {
    /// What they are of and by: `simulated`, `theory`.
    pub label: String,
    /// What the values rest on.
    pub basis: RestsOn,
    /// Value and ends of its interval for each name, in seconds.
    pub values: Vec<Option<Ends>>,
}

/// A value, and the ends of its interval.
pub(crate) type Ends = (f64, Option<(f64, f64)>);

/// The picture of percentiles by name; `None` where there is no value.
pub(crate) fn percentiles(title: &str, names: &[&str], all: &[Percentiles]) -> Option<Scene> {
    let mut series = Vec::new();
    let mut highest: Vec<f64> = Vec::new();
    for (tone, one) in all.iter().enumerate() {
        let places = one.values.iter().enumerate();
        let points: Vec<Point> = places
            .filter_map(|(place, value)| {
                let (y, ends) = (*value)?;
                highest.push(match ends {
                    Some((_, high)) if high.is_finite() => high,
                    // Room for the arrow of an open end.
                    Some(_) => 1.25 * y,
                    None => y,
                });
                Some(Point {
                    ends,
                    ..Point::new(place as f64, y)
                })
            })
            .collect();
        if !points.is_empty() {
            series.push(Series {
                label: one.label.clone(),
                tone,
                basis: one.basis,
                shape: Drawn::Points(points),
            });
        }
    }
    (!series.is_empty()).then(|| Scene {
        title: title.to_owned(),
        description: format!(
            "Percentiles of the response, {}: {}.",
            names.join(", "),
            all.iter()
                .map(|one| one.label.as_str())
                .collect::<Vec<_>>()
                .join("; ")
        ),
        panels: vec![Panel {
            heading: String::new(),
            x: Axis::names(
                "percentile",
                names.iter().map(|name| (*name).to_owned()).collect(),
            ),
            y: Axis::numbers(
                "response",
                Quantity::Seconds,
                Spacing::Linear,
                0.0,
                top(highest.into_iter()),
            ),
            zones: Vec::new(),
            series,
            markers: Vec::new(),
        }],
        remarks: Vec::new(),
        adjustable: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_without_points_has_no_picture() {
        let still = Course::default();
        assert_eq!(scene("t", &[still], &Events::default()), None);
        assert_eq!(percentiles("t", &["p50"], &[]), None);
    }

    #[test]
    fn the_band_is_of_the_first_course_and_everything_is_inside_the_axes() {
        let course = |high: f64| Course {
            label: "as given".to_owned(),
            time: vec![1.0, 2.0],
            middle: vec![3.0, 4.0],
            low: vec![2.0, 3.0],
            high: vec![5.0, high],
            answered: vec![7.0, 8.0],
        };
        let events = Events {
            at: vec![(1.5, "outage".to_owned())],
            arrivals: vec![[0.0, 10.0], [1.5, 20.0]],
        };
        let scene = scene("t", &[course(9.0), course(100.0)], &events).unwrap();
        let [backlog, answers] = scene.panels.as_slice() else {
            panic!("{scene:?}");
        };
        assert!(backlog.y.to > 9.0 && backlog.y.to < 100.0);
        assert!(answers.y.to > 20.0 && backlog.markers.len() == 1);
        assert!(answers.series.iter().any(|series| {
            let stepped = vec![[0.0, 10.0], [1.5, 10.0], [1.5, 20.0], [2.0, 20.0]];
            series.shape == Drawn::Line(stepped)
        }));
        let bands = backlog.series.iter();
        let bands = bands.filter(|series| matches!(series.shape, Drawn::Band(_)));
        assert_eq!(bands.count(), 1);
    }
}
