//! Below a picture in characters: the axis with its numbers, and what each mark means.

use super::canvas::{self, Canvas, Paint};
use super::{clip, is_family, mark, peak_marks, spelled};
use crate::render::picture::ticks::{Ticks, ticks};
use crate::report::scene::{Drawn, Marker, Panel, RestsOn};

/// The axis, its numbers, and what it counts.
pub(super) fn foot(panel: &Panel, gutter: usize, wide: usize, only_ascii: bool) -> String {
    let marks = fitting(panel, wide, only_ascii);
    let canvas = Canvas::new(wide, 1, only_ascii);
    let caution = |column: usize| {
        let inside = |from: f64, to: f64| {
            let start = canvas.column_of(&panel.x, from).unwrap_or(0);
            column >= start
                && canvas
                    .column_of(&panel.x, to)
                    .is_none_or(|end| column <= end)
        };
        panel.zones.iter().any(|zone| inside(zone.from, zone.to))
    };
    let mut axis: Vec<char> = (0..wide)
        .map(|column| match (caution(column), only_ascii) {
            (false, false) => '─',
            (true, false) => '╌',
            (false, true) => '-',
            (true, true) => '.',
        })
        .collect();
    let mut numbers = vec![' '; wide + 6];
    for (value, text) in &marks.marks {
        let Some(column) = canvas.column_of(&panel.x, *value) else {
            continue;
        };
        axis[column] = if only_ascii { '+' } else { '┴' };
        let text: Vec<char> = spelled(text, only_ascii).chars().collect();
        let from = column
            .saturating_sub(text.len() / 2)
            .min(wide.saturating_sub(text.len()));
        for (offset, c) in text.into_iter().enumerate() {
            if let Some(slot) = numbers.get_mut(from + offset) {
                *slot = c;
            }
        }
    }
    let corner = if only_ascii { '+' } else { '└' };
    let axis: String = axis.into_iter().collect();
    let numbers: String = numbers.into_iter().collect();
    let label = clip(&spelled(&marks.label, only_ascii), wide);
    let pad = " ".repeat(gutter + 1);
    format!(
        "{pad}{corner}{axis}\n{pad} {}\n{pad} {label:>wide$}\n",
        numbers.trim_end()
    )
}

/// As many marks as fit side by side.
fn fitting(panel: &Panel, wide: usize, only_ascii: bool) -> Ticks {
    let canvas = Canvas::new(wide, 1, only_ascii);
    for most in (1..=(wide / 6).clamp(2, 14)).rev() {
        let marks = ticks(&panel.x, most);
        let ends = |(value, text): &(f64, String)| {
            let long = spelled(text, only_ascii).chars().count();
            let column = canvas.column_of(&panel.x, *value).unwrap_or(0);
            let from = column
                .saturating_sub(long / 2)
                .min(wide.saturating_sub(long));
            (from, from + long)
        };
        let places: Vec<(usize, usize)> = marks.marks.iter().map(ends).collect();
        if most == 1 || places.windows(2).all(|pair| pair[0].1 + 2 <= pair[1].0) {
            return marks;
        }
    }
    ticks(&panel.x, 1)
}

/// What each mark means, in as few lines as it takes.
pub(super) fn legend(panel: &Panel, columns: usize, only_ascii: bool, color: bool) -> String {
    let has_marks = !is_family(panel);
    let pick =
        |unicode: &'static str, plain: &'static str| if only_ascii { plain } else { unicode };
    let mut entries: Vec<(String, String, Paint)> = Vec::new();
    for series in panel
        .series
        .iter()
        .filter(|series| !series.label.is_empty())
    {
        let sign = match (&series.shape, series.basis) {
            (Drawn::Points(_), _) => mark(series.tone, only_ascii).to_string(),
            (Drawn::Line(_), RestsOn::Reference) => pick("⠁⠈", ".").to_owned(),
            (Drawn::Line(_), _) if !has_marks => mark(series.tone, only_ascii).to_string(),
            (Drawn::Line(_), RestsOn::Doubted) => pick("⠐⠄", "'").to_owned(),
            (Drawn::Line(_), RestsOn::Forecast) => pick("⠂⠐", ". .").to_owned(),
            (Drawn::Line(_), _) => pick("⠒⠒", "..").to_owned(),
            (Drawn::Bars(_), _) => pick("█", "#").to_owned(),
            (Drawn::Band(_) | Drawn::Dots(_), _) => continue,
        };
        let paint = match series.basis {
            RestsOn::Reference => Paint::Faint,
            _ => Paint::Tone(series.tone),
        };
        entries.push((sign, spelled(&series.label, only_ascii), paint));
    }
    for marker in &panel.markers {
        if let Marker::Peak {
            label,
            established,
            tone,
            ..
        } = marker
        {
            let [left, bar, _, right] = peak_marks(*established, only_ascii);
            entries.push((
                format!("{left}{bar}{right}"),
                spelled(label, only_ascii),
                Paint::Tone(*tone),
            ));
        }
    }
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (sign, label, paint) in entries {
        let label = clip(&label, columns.saturating_sub(sign.chars().count() + 2));
        let long = sign.chars().count() + 1 + label.chars().count();
        let entry = format!("{} {label}", canvas::painted(&sign, paint, color));
        match lines.last_mut() {
            Some((used, line)) if *used + 2 + long <= columns => {
                line.push_str(&format!("  {entry}"));
                *used += 2 + long;
            }
            _ => lines.push((long, entry)),
        }
    }
    let mut out = String::new();
    for (_, line) in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out
}
