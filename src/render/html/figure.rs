//! The picture of a page: for wide and for narrow screens, as a table, and with sliders.

use super::Style;
use super::tables::rows_of;
use crate::render::picture::lay_out_at;
use crate::render::svg::{element, escape};
use crate::report::Quantity;
use crate::report::number::{in_column, scale};
use crate::report::scene::{Adjustable, Axis, Drawn, Panel, Scene};
use std::fmt::Write;

/// Rows of a table of drawn values at most.
const ROWS: usize = 300;

/// The picture, the values under the pointer, the sliders and the table.
pub(super) fn push(out: &mut String, scene: &Scene, style: Style) {
    let bare = Scene {
        // The page says it above.
        title: String::new(),
        ..scene.clone()
    };
    out.push_str(
        "<div class=\"figure\" data-figure=\"0\" tabindex=\"0\" role=\"group\" \
         aria-label=\"Picture; the arrow keys read its values one by one\">\n",
    );
    for (class, width) in [("wide", 860.0), ("narrow", 380.0)] {
        let drawing = lay_out_at(&bare, width);
        let named = Scene {
            title: scene.title.clone(),
            ..bare.clone()
        };
        let _ = writeln!(
            out,
            "<div class=\"{class}\">{}</div>",
            element(&named, &drawing, class)
        );
    }
    out.push_str("</div>\n<p class=\"readout\" aria-live=\"polite\"></p>\n");
    if let Some(law) = &scene.adjustable {
        sliders(out, law);
    }
    out.push_str("<details><summary>The values of the picture as a table</summary>\n");
    let _ = writeln!(out, "<p>{}</p>", escape(&scene.description));
    for panel in &scene.panels {
        values(out, panel, style);
    }
    out.push_str("</details>\n");
}

fn sliders(out: &mut String, law: &Adjustable) {
    let unit = escape(&law.n_unit);
    let _ = write!(
        out,
        "<section class=\"whatif\"><h2>What if</h2>\n\
         <p>Other coefficients, and what they would bring. The dashed curve in the picture is yours.</p>\n\
         <form class=\"sliders-form\" data-alpha=\"{}\" data-beta=\"{}\" data-gamma=\"{}\" data-n=\"{}\" data-unit=\"{unit}\">\n<div class=\"sliders\">\n",
        law.alpha, law.beta, law.gamma, law.n
    );
    for (name, label) in [
        ("alpha", "α contention"),
        ("beta", "β coherency"),
        ("gamma", "γ throughput of one"),
        ("n", unit.as_str()),
    ] {
        let _ = writeln!(
            out,
            "<label>{label} <output data-of=\"{name}\"></output>\
             <input type=\"range\" name=\"{name}\" min=\"0\" max=\"1\" step=\"0.005\"/></label>"
        );
    }
    out.push_str(
        "</div>\n<p class=\"said\" aria-live=\"polite\"></p>\n\
         <button type=\"button\">Back to the fit</button>\n</form></section>\n",
    );
}

/// The values of one panel: every mark and bar, and of lines a dozen places.
fn values(out: &mut String, panel: &Panel, style: Style) {
    let mut rows = Vec::new();
    let (of_x, of_y) = (shown(&panel.x, style), shown(&panel.y, style));
    for series in &panel.series {
        let name = match series.label.as_str() {
            "" => series.basis.name().to_owned(),
            label => label.to_owned(),
        };
        let mut push = |x: f64, y: String, ends: String| {
            rows.push(vec![name.clone(), of_x(x), y, ends]);
        };
        match &series.shape {
            Drawn::Points(points) | Drawn::Bars(points) => {
                for point in points {
                    let ends = point.ends.map_or(String::new(), |(low, high)| {
                        if high.is_finite() {
                            format!("{} to {}", of_y(low), of_y(high))
                        } else {
                            format!("{} or more", of_y(low))
                        }
                    });
                    push(point.x, of_y(point.y), ends);
                }
            }
            Drawn::Line(places) => {
                let every = places.len().div_ceil(12).max(1);
                for (index, [x, y]) in places.iter().enumerate() {
                    if index % every == 0 || index + 1 == places.len() {
                        push(*x, of_y(*y), String::new());
                    }
                }
            }
            Drawn::Band(spread) => {
                let every = spread.len().div_ceil(12).max(1);
                for s in spread.iter().step_by(every) {
                    push(
                        s.x,
                        String::new(),
                        format!("{} to {}", of_y(s.low), of_y(s.high)),
                    );
                }
            }
            Drawn::Dots(_) => {}
        }
    }
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let unit = |axis: &Axis| crate::render::picture::ticks::ticks(axis, 4).label;
    let titles = ["what", &unit(&panel.x), &unit(&panel.y), "from … to"].map(str::to_owned);
    rows_of(
        out,
        &panel.heading,
        &titles,
        &[false, true, true, false],
        &rows,
    );
    if left_out > 0 {
        let _ = writeln!(out, "<p>{left_out} more rows are left out.</p>");
    }
}

/// How the values of an axis stand in a table: in the unit of the axis.
fn shown(axis: &Axis, style: Style) -> impl Fn(f64) -> String + use<'_> {
    let unit = match axis.quantity {
        Quantity::Seconds => scale(axis.quantity, std::iter::once(axis.to)),
        quantity => scale(quantity, [axis.from, axis.to].into_iter()),
    };
    move |value| {
        let place = crate::render::picture::whole(value);
        match axis.names.get(place) {
            Some(name) if axis.quantity == Quantity::Text => name.clone(),
            _ => in_column(axis.quantity, unit, value, style.digits),
        }
    }
}
