//! Where an axis is marked: 1-2-5 steps, powers of two or ten, and how numbers stand there.

use crate::report::Quantity;
use crate::report::number::{self, Scale};
use crate::report::scene::{Axis, Spacing};

/// The marks of one axis.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::render) struct Ticks {
    /// Value and text of each mark, rising.
    pub(in crate::render) marks: Vec<(f64, String)>,
    /// Label of the axis with the unit of the marks.
    pub(in crate::render) label: String,
}

/// At most about `most` marks for an axis.
pub(in crate::render) fn ticks(axis: &Axis, most: usize) -> Ticks {
    if !axis.names.is_empty() {
        let every = axis.names.len().div_ceil(most.max(1));
        let marks = (axis.names.iter().enumerate())
            .step_by(every.max(1))
            .map(|(index, name)| (index as f64, name.clone()))
            .collect();
        return Ticks {
            marks,
            label: axis.label.clone(),
        };
    }
    let scale = number::scale(axis.quantity, [axis.from, axis.to].into_iter());
    // Times pick the unit of the upper end: the lower one is only where the axis begins.
    let scale = match axis.quantity {
        Quantity::Seconds => number::scale(axis.quantity, std::iter::once(axis.to)),
        _ => scale,
    };
    let values = match axis.spacing {
        Spacing::Linear => {
            // A single mark says where, not how far: finer steps until there are two.
            let mut finer = (most..=4 * most.max(1)).map(|most| linear(axis, scale, most));
            let enough = |values: &Vec<f64>| values.len() > 1;
            finer.find(enough).unwrap_or_default()
        }
        Spacing::Doubling => powers(axis, 2.0, most),
        Spacing::Decades => powers(axis, 10.0, most),
    };
    let step = match (axis.spacing, values.as_slice()) {
        (Spacing::Linear, [first, second, ..]) => (second - first) * scale.factor,
        _ => 0.0,
    };
    let marks = values
        .into_iter()
        .map(|value| (value, text(axis.quantity, value * scale.factor, step)))
        .collect();
    Ticks {
        marks,
        label: labelled(axis, scale),
    }
}

fn labelled(axis: &Axis, scale: Scale) -> String {
    match scale.unit {
        "" => axis.label.clone(),
        "%" if axis.label.is_empty() => "%".to_owned(),
        "%" => format!("{} in %", axis.label),
        unit if unit.starts_with('/') => format!("{}{unit}", axis.label),
        unit => format!("{} in {unit}", axis.label),
    }
}

/// Multiples of 1, 2 or 5 × 10ᵏ; of whole numbers only where things are counted.
fn linear(axis: &Axis, scale: Scale, most: usize) -> Vec<f64> {
    let (from, to) = (axis.from * scale.factor, axis.to * scale.factor);
    let rough = (to - from) / most.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let mut step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    // Sizes are marked where machines come: 8, 16, 24.
    if axis.quantity == Quantity::Count {
        step = match step {
            step if step < 1.0 => 1.0,
            step if (step - 5.0).abs() < 0.1 => 4.0,
            step if (step - 10.0).abs() < 0.1 => 8.0,
            step if (step - 20.0).abs() < 0.1 => 16.0,
            step => step,
        };
        // Rounded down a little: one doubling makes up for it.
        if (to - from) / step > 1.3 * most as f64 {
            step *= 2.0;
        }
    }
    if !(step.is_finite() && step > 0.0) {
        return vec![axis.from, axis.to];
    }
    let first = (from / step - 1e-9).ceil();
    let last = (to / step + 1e-9).floor();
    let count = super::whole((last - first).clamp(0.0, 64.0));
    (0..=count)
        .map(|index| (first + index as f64) * step / scale.factor)
        .collect()
}

/// Powers of a base, thinned to at most `most`; of ten with 2 and 5 where there is room.
fn powers(axis: &Axis, base: f64, most: usize) -> Vec<f64> {
    let exponent = |value: f64| value.ln() / base.ln();
    let first = (exponent(axis.from) - 1e-9).ceil();
    let last = (exponent(axis.to) + 1e-9).floor();
    let count = (last - first).max(0.0) + 1.0;
    let every = (count / most.max(1) as f64).ceil().max(1.0);
    let between: &[f64] = match base {
        10.0 if count <= 1.0 && most >= 5 => &[1.0, 2.0, 3.0, 5.0, 7.0],
        10.0 if 3.0 * count <= most as f64 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let mut values = Vec::new();
    let mut power = if between.len() > 1 {
        first - 1.0
    } else {
        first
    };
    while power <= last + 1e-9 && values.len() < 64 {
        for factor in between {
            let value = factor * base.powf(power);
            if value >= axis.from * (1.0 - 1e-9) && value <= axis.to * (1.0 + 1e-9) {
                values.push(value);
            }
        }
        power += every;
    }
    if values.is_empty() {
        values = vec![axis.from, axis.to];
    }
    values
}

/// One mark: as many decimals as the step needs, thousands marks, whole where whole.
fn text(quantity: Quantity, value: f64, step: f64) -> String {
    if value == 0.0 || (step > 0.0 && value.abs() < step * 1e-6) {
        return "0".to_owned();
    }
    if !(1e-4..1e9).contains(&value.abs()) {
        let text = format!("{value:.1e}").replace(".0e", "e");
        return text.replace('-', "−");
    }
    let decimals = if step > 0.0 {
        (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 8.0)
    } else {
        (1.0 - value.abs().log10().floor()).clamp(0.0, 6.0)
    };
    let mut whole = format!("{value:.0$}", super::whole(decimals));
    if step == 0.0 && whole.contains('.') {
        whole = whole.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let signed = match quantity {
        Quantity::RateChange if value > 0.0 => "+",
        _ => "",
    };
    format!("{signed}{}", number::group(&whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(axis: &Axis, most: usize) -> Vec<String> {
        let marks = ticks(axis, most).marks;
        marks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn steps_are_round_and_powers_of_two_stay() {
        let axis = |quantity, spacing, from, to| Axis::numbers("a", quantity, spacing, from, to);
        let rate = axis(Quantity::Rate, Spacing::Linear, 0.0, 13_400.0);
        assert_eq!(texts(&rate, 4), ["0", "5,000", "10,000"]);
        let sizes = axis(Quantity::Count, Spacing::Linear, 0.0, 64.0);
        assert_eq!(texts(&sizes, 8)[..3], ["0", "8", "16"]);
        let doubling = axis(Quantity::Count, Spacing::Doubling, 1.0, 64.0);
        assert_eq!(texts(&doubling, 8), ["1", "2", "4", "8", "16", "32", "64"]);
        assert_eq!(texts(&doubling, 4), ["1", "4", "16", "64"]);
        let few = axis(Quantity::Count, Spacing::Linear, 0.0, 3.0);
        assert_eq!(texts(&few, 10), ["0", "1", "2", "3"]);
        let small = axis(Quantity::Number, Spacing::Linear, 0.0, 0.05);
        assert_eq!(
            texts(&small, 5),
            ["0", "0.01", "0.02", "0.03", "0.04", "0.05"]
        );
    }

    #[test]
    fn percentages_and_times_stand_in_the_unit_of_the_axis() {
        let ratio = Axis::numbers("busy", Quantity::Ratio, Spacing::Linear, 0.0, 1.0);
        let ticks = ticks(&ratio, 5);
        assert_eq!(ticks.label, "busy in %");
        assert_eq!(ticks.marks.last().map(|(_, t)| t.as_str()), Some("100"));
        let time = Axis::numbers("wait", Quantity::Seconds, Spacing::Decades, 1e-3, 10.0);
        assert_eq!(super::ticks(&time, 5).label, "wait in s");
    }

    #[test]
    fn never_more_marks_than_there_is_room_for() {
        for to in [1e-300, 0.3, 7.0, 999.0, 1e12, 1e300] {
            for most in [2, 5, 9] {
                for quantity in [Quantity::Rate, Quantity::Count, Quantity::Seconds] {
                    let axis = Axis::numbers("a", quantity, Spacing::Linear, 0.0, to);
                    assert!(
                        texts(&axis, most).len() <= most + most / 2 + 2,
                        "{to} {most}"
                    );
                }
            }
        }
    }
}
