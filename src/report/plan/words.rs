//! The answer of a plan in words.

use super::document::{PlanCells, PlanDocument, PlanMachine, PlanShortfall, PlanSize};
use crate::plan::curve::Top;
use crate::plan::size::Shortfall;
use crate::report::Quantity;
use crate::report::number::{alone, significant};
use crate::report::units::of;

pub(super) fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

fn rate(value: f64) -> String {
    alone(Quantity::Rate, value, 3)
}

fn money(value: f64) -> String {
    alone(Quantity::Money, value, 3)
}

/// `20 %`, not `20.0 %`.
pub(super) fn percent(value: f64) -> String {
    alone(Quantity::Ratio, value, 3).replace(".0 %", " %")
}

/// The first lines: whether the present size suffices, the size or why there is none, then
/// cells and machines where asked for.
pub(super) fn headline(body: &PlanDocument) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(present(body));
    if let Some(range) = in_cases(body) {
        lines.push(range);
    } else if let Some(size) = &body.size {
        lines.push(sized(body, size));
    }
    if let (Some(size), false) = (&body.size, body.chances.is_empty()) {
        lines.extend(on_top(body, size).map(|text| format!("{text}.")));
    }
    if let Some(current) = body.current.as_ref().filter(|current| !current.suffices) {
        let (have, unit) = (count(current.units), of(current.units, &body.law.n_unit));
        lines.push(if current.change > 0.0 {
            format!(
                "Add {} to the present {have} {unit}.",
                count(current.change)
            )
        } else {
            format!(
                "The present {have} {unit} are past the most that helps: {} fewer carry it.",
                count(-current.change)
            )
        });
    }
    if let Some(shortfall) = &body.shortfall {
        lines.extend(short(body, shortfall));
    }
    if let Some(cells) = &body.cells {
        lines.extend(in_cells(cells));
    }
    lines.extend(cheapest_machine(&body.machines));
    lines
}

/// The present size, where it suffices.
fn present(body: &PlanDocument) -> Option<String> {
    let current = body.current.as_ref().filter(|current| current.suffices)?;
    let unit = of(current.units, &body.law.n_unit);
    let verb = if current.units > 1.0 {
        "suffice"
    } else {
        "suffices"
    };
    let mut text = format!("The present {} {unit} {verb}", count(current.units));
    if current.change < 0.0 {
        text.push_str(&format!(": {} can go", count(-current.change)));
    }
    text.push('.');
    Some(text)
}

/// `22 threads carry 8,000/s to 12,000/s in 80 % of cases, 25 in 95 %.`
fn in_cases(body: &PlanDocument) -> Option<String> {
    let (low, high) = (
        body.demand.target_low_per_s?,
        body.demand.target_high_per_s?,
    );
    let unit = &body.law.n_unit;
    let mut load = format!("{} to {}", rate(low), rate(high));
    if body.demand.headroom > 0.0 {
        load.push_str(&format!(" with {} headroom", percent(body.demand.headroom)));
    }
    let mut text = String::new();
    for chance in &body.chances {
        let share = percent(chance.asked);
        match chance.carrying {
            Some(n) if text.is_empty() => text.push_str(&format!(
                "{} {} {load} in {share} of cases",
                count(n),
                carry(n, unit)
            )),
            Some(n) => text.push_str(&format!(", {} in {share}", count(n))),
            None if text.is_empty() => {
                return Some(format!(
                    "No number of {unit} carries {load} in {share} of cases; the best does in {}.",
                    percent(chance.share)
                ));
            }
            None => text.push_str(&format!("; none does in {share}")),
        }
    }
    text.push('.');
    Some(text)
}

/// `thread carries` or `threads carry`.
fn carry(n: f64, unit: &str) -> String {
    let verb = if n > 1.0 { "carry" } else { "carries" };
    format!("{} {verb}", of(n, unit))
}

/// `20,000/s with 30 % headroom (28,571/s needed)`.
fn load(body: &PlanDocument) -> String {
    let demand = &body.demand;
    let mut text = rate(demand.target_per_s);
    if demand.headroom > 0.0 {
        text.push_str(&format!(
            " with {} headroom ({} needed)",
            percent(demand.headroom),
            rate(demand.required_per_s)
        ));
    }
    text
}

fn sized(body: &PlanDocument, size: &PlanSize) -> String {
    let mut text = format!(
        "{} {} {}",
        count(size.carrying),
        carry(size.carrying, &body.law.n_unit),
        load(body)
    );
    if size.throughput.low.is_some() {
        text.push_str(match body.demand.basis {
            "low-end" => ", counting on the low end of the interval",
            _ => ", at the best guess",
        });
    }
    if let Some(more) = on_top(body, size) {
        text.push_str(&format!("; {more}"));
    } else if let Some(price) = size.price_per_h {
        text.push_str(&format!(", at {} an hour", money(price)));
    }
    text.push('.');
    text
}

/// `with 1 spare that is 23, at 7.82 an hour`.
fn on_top(body: &PlanDocument, size: &PlanSize) -> Option<String> {
    let demand = &body.demand;
    let mut parts = Vec::new();
    if demand.spare > 0.0 {
        parts.push(format!("{} spare", count(demand.spare)));
    }
    if let Some(zones) = demand.zones {
        parts.push(format!("one of {} zones to lose", count(zones)));
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = format!("with {} that is {}", parts.join(" and "), count(size.units));
    if let Some(price) = size.price_per_h {
        text.push_str(&format!(", at {} an hour", money(price)));
    }
    Some(text)
}

/// How many times what can be counted on is no longer a matter of tuning.
const OUT_OF_REACH: f64 = 100.0;

fn short(body: &PlanDocument, shortfall: &PlanShortfall) -> Vec<String> {
    let unit = &body.law.n_unit;
    let load = load(body);
    let mut lines = Vec::new();
    if let (Some(n), Some(limit)) = (shortfall.too_slow_n, body.demand.latency_mean_limit_s) {
        lines.push(format!(
            "No number of {unit} carries {load} at a mean latency of {}: {} {} it, more slowly.",
            alone(Quantity::Seconds, limit, 3),
            count(n),
            if n > 1.0 { "carry" } else { "carries" },
        ));
    } else if let Some(n) = shortfall.measured_n {
        let low = (body.rows.iter().find(|row| row.n.total_cmp(&n).is_eq()))
            .and_then(|row| row.throughput.low);
        let low = low.map_or(String::new(), |low| {
            format!(" (it reaches down to {})", rate(low))
        });
        lines.push(format!(
            "{} {unit_n} carried {load} when measured, but the interval is too wide to count on it{low}: add runs to decide.",
            count(n),
            unit_n = of(n, unit),
        ));
    } else if let (Some(n), true) = (shortfall.best_guess_n, body.chances.is_empty()) {
        lines.push(format!(
            "No number of {unit} can be counted on to carry {load}; at the best guess {} would.",
            count(n)
        ));
        lines.extend(counted_on(shortfall).map(|counted| {
            format!("The low end of the interval reaches at most {counted}: measure nearer to that size.")
        }));
    } else if body.chances.is_empty() {
        let top = top(body, shortfall);
        lines.push(format!("No number of {unit} carries {load}: {top}."));
    }
    if body.law.quality == Some("poor") && shortfall.measured_n.is_none() {
        lines.push(format!(
            "The law does not describe these measurements, so nothing is planned beyond {}.",
            body.law.n_max.map_or("them".to_owned(), |n| format!(
                "{} {}",
                count(n),
                of(n, unit)
            ))
        ));
    }
    let speed = shortfall.speed_at_least;
    if shortfall.best_guess_n.is_some() {
        // Sizes may do it: what is short is certainty, not speed.
    } else if speed.is_some_and(|speed| speed > OUT_OF_REACH) {
        lines.push(format!(
            "That is {} times as much as can be counted on.",
            speed.map_or(String::new(), ceil)
        ));
    } else {
        lines.extend(needs(body, shortfall));
    }
    if body.cells.is_none()
        && body.machines.is_empty()
        && shortfall.short_of == "throughput"
        && let [cells, sizes] = shortfall.ways_out.as_slice()
    {
        lines.push(format!(
            "Two ways out: cells that share nothing ({cells}), or bigger machines ({sizes} FILE)."
        ));
    }
    lines
}

/// What would have to change for one system to carry the load.
fn needs(body: &PlanDocument, shortfall: &PlanShortfall) -> Option<String> {
    let unit = of(1.0, &body.law.n_unit);
    let mut needs = Vec::new();
    if let (Some(alpha), Some(now)) = (shortfall.alpha_at_most, body.law.alpha.value)
        && alpha < now
    {
        needs.push(format!("α at most {} (now {})", floor(alpha), number(now)));
    }
    if let (Some(beta), Some(now)) = (shortfall.beta_at_most, body.law.beta.value)
        && beta < now
    {
        needs.push(format!("β at most {} (now {})", floor(beta), number(now)));
    }
    let faster = (shortfall.speed_at_least)
        .map(|speed| format!("each {unit} must be at least {} times as fast", ceil(speed)));
    match (needs.is_empty(), faster) {
        (true, None) => None,
        (true, Some(faster)) => Some(format!("{}.", capital(&faster))),
        (false, None) => Some(format!("It would take {}.", needs.join(", or "))),
        (false, Some(faster)) => Some(format!(
            "It would take {}; else {faster}.",
            needs.join(", or ")
        )),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Why no number of machines of one size does it.
pub(super) fn why_not(short: &Shortfall, unit: &str) -> String {
    match (short.too_slow, short.top) {
        (Some(n), _) => format!(
            "{} {} it, too slowly",
            count(n),
            if n > 1.0 { "carry" } else { "carries" }
        ),
        (
            None,
            Some(Top {
                n: Some(n),
                throughput,
            }),
        ) => {
            format!(
                "at most {} with {} {}",
                rate(throughput),
                count(n),
                of(n, unit)
            )
        }
        (
            None,
            Some(Top {
                n: None,
                throughput,
            }),
        ) => format!("never above {}", rate(throughput)),
        (None, None) => "does no work".to_owned(),
    }
}

/// The most that can be counted on: `10,825/s with 26`.
fn counted_on(shortfall: &PlanShortfall) -> Option<String> {
    let x = rate(shortfall.peak_per_s?);
    Some(
        shortfall
            .peak_n
            .map_or(x.clone(), |n| format!("{x} with {}", count(n))),
    )
}

/// The highest throughput there is, and of it what can be counted on.
fn top(body: &PlanDocument, shortfall: &PlanShortfall) -> String {
    let Some(counted) = counted_on(shortfall) else {
        return "throughput falls short".to_owned();
    };
    // A peak beyond the data is a hint, and no reason.
    let inside = |n: f64| body.law.n_max.is_some_and(|max| n <= max);
    let law = (shortfall.law_peak_per_s)
        .filter(|_| body.law.quality != Some("poor"))
        .filter(|x| match shortfall.law_peak_n {
            Some(n) => inside(n),
            None => *x <= body.demand.required_per_s,
        });
    match (body.law.n_max, law, shortfall.peak_n) {
        (Some(_), Some(x), _) => format!(
            "the fitted law {}, and at most {counted} can be counted on",
            shortfall.law_peak_n.map_or_else(
                || format!("stays below {}", rate(x)),
                |n| format!("peaks at {} with {}", rate(x), count(n))
            )
        ),
        (Some(_), None, _) => format!("at most {counted} can be counted on"),
        (None, _, Some(_)) => format!("throughput peaks at {counted}"),
        (None, _, None) => format!("throughput never exceeds {counted}"),
    }
}

fn in_cells(cells: &PlanCells) -> Vec<String> {
    let best = &cells.cheapest;
    let unit = if best.cells > 1.0 { "cells" } else { "cell" };
    let mut text = format!(
        "In cells, the cheapest size is {}: {} {unit}, {} units",
        count(best.size),
        count(best.cells),
        count(best.units),
    );
    if cells.overhead_units > 0.0 {
        text.push_str(&format!(
            " with {} of overhead each",
            count(cells.overhead_units)
        ));
    }
    if let Some(price) = best.price_per_h {
        text.push_str(&format!(", at {} an hour", money(price)));
    }
    text.push('.');
    let mut lines = vec![text];
    let fewest = &cells.fewest;
    if fewest.units < best.units {
        lines.push(format!(
            "For exactly this load, {} cells of {} need {} units: rounding to whole cells favours them.",
            count(fewest.cells),
            count(fewest.size),
            count(fewest.units)
        ));
    }
    lines.push(format!(
        "Cells go on sharing {}.",
        cells.still_shared.join(", ")
    ));
    lines
}

fn cheapest_machine(machines: &[PlanMachine]) -> Option<String> {
    let first = machines.first()?;
    let (Some(units), Some(price)) = (first.units, first.price_per_h) else {
        return Some("None of these machines carries the load in one system.".to_owned());
    };
    let mut text = format!(
        "Cheapest: {} × {} at {} an hour",
        count(units),
        first.name,
        money(price)
    );
    if let Some(next) = machines.get(1)
        && let (Some(units), Some(price)) = (next.units, next.price_per_h)
    {
        text.push_str(&format!(
            "; next {} × {} at {}",
            count(units),
            next.name,
            money(price)
        ));
    }
    text.push('.');
    Some(text)
}

fn number(value: f64) -> String {
    significant(value, 3)
}

/// Three digits, never above the value: what must be at most so much.
fn floor(value: f64) -> String {
    toward(value, -1.0)
}

/// Three digits, never below the value: what must be at least so much.
fn ceil(value: f64) -> String {
    toward(value, 1.0)
}

/// Rounds to three digits in the direction of `sign`.
fn toward(value: f64, sign: f64) -> String {
    let rounded = crate::report::number::round_to(value, 3);
    if (rounded - value) * sign >= 0.0 {
        return significant(rounded, 3);
    }
    let step = 10_f64.powf(value.abs().log10().floor() - 2.0);
    significant(rounded + sign * step, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_never_rounded_to_its_wrong_side() {
        assert_eq!(floor(0.012_37), "0.0123");
        assert_eq!(floor(0.012_30), "0.0123");
        assert_eq!(ceil(1.153_1), "1.16");
        assert_eq!(ceil(2.0), "2.00");
    }
}
