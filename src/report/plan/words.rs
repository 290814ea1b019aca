//! The answer of a plan in words.

use super::document::{PlanCells, PlanDocument, PlanMachine, PlanShortfall, PlanSize};
use crate::report::Quantity;
use crate::report::number::{alone, significant};

pub(super) fn count(value: f64) -> String {
    alone(Quantity::Count, value, 3)
}

fn rate(value: f64) -> String {
    alone(Quantity::Rate, value, 3)
}

fn money(value: f64) -> String {
    alone(Quantity::Money, value, 3)
}

fn share(value: f64) -> String {
    alone(Quantity::Ratio, value, 3)
}

/// The first lines: the size or why there is none, then cells and machines where asked for.
pub(super) fn headline(body: &PlanDocument) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(size) = &body.size {
        lines.push(sized(body, size));
        lines.extend(body.current.as_ref().map(|current| {
            let (have, unit) = (count(current.units), &body.law.n_unit);
            if current.change > 0.0 {
                format!(
                    "Add {} to the present {have} {unit}.",
                    count(current.change)
                )
            } else if current.change < 0.0 {
                format!(
                    "The present {have} {unit} are {} over-provisioned: {} can go.",
                    share(current.over_provisioned),
                    count(-current.change)
                )
            } else {
                format!("The present {have} {unit} are just right.")
            }
        }));
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

/// `20,000/s with 30 % headroom (28,571/s needed)`.
fn load(body: &PlanDocument) -> String {
    let demand = &body.demand;
    let mut text = rate(demand.target_per_s);
    if demand.headroom > 0.0 {
        text.push_str(&format!(
            " with {} headroom ({} needed)",
            share(demand.headroom),
            rate(demand.required_per_s)
        ));
    }
    text
}

fn sized(body: &PlanDocument, size: &PlanSize) -> String {
    let demand = &body.demand;
    let mut text = format!(
        "{} {} carry {}",
        count(size.carrying),
        body.law.n_unit,
        load(body)
    );
    if size.throughput.low.is_some() {
        text.push_str(match demand.basis {
            "low-end" => ", counting on the low end of the interval",
            _ => ", at the best guess",
        });
    }
    let mut on_top = Vec::new();
    if demand.spare > 0.0 {
        on_top.push(format!("{} spare", count(demand.spare)));
    }
    if let Some(zones) = demand.zones {
        on_top.push(format!("one of {} zones to lose", count(zones)));
    }
    if !on_top.is_empty() {
        text.push_str(&format!(
            "; with {} that is {}",
            on_top.join(" and "),
            count(size.units)
        ));
    }
    if let Some(price) = size.price_per_h {
        text.push_str(&format!(", at {} an hour", money(price)));
    }
    text.push('.');
    text
}

fn short(body: &PlanDocument, shortfall: &PlanShortfall) -> Vec<String> {
    let unit = &body.law.n_unit;
    let load = load(body);
    let mut lines = Vec::new();
    if let (Some(n), Some(limit)) = (shortfall.too_slow_n, body.demand.latency_mean_limit_s) {
        lines.push(format!(
            "No number of {unit} carries {load} at a mean latency of {}: {} carry it, more slowly.",
            alone(Quantity::Seconds, limit, 3),
            count(n),
        ));
    } else {
        let top = top(body, shortfall);
        lines.push(format!("No number of {unit} carries {load}: {top}."));
    }
    if let Some(n) = shortfall.best_guess_n {
        lines.push(format!(
            "At the best guess {} would; the interval is too wide to count on it: measure more.",
            count(n)
        ));
    }
    let mut needs = Vec::new();
    if let (Some(alpha), Some(now)) = (shortfall.alpha_at_most, body.law.alpha.value) {
        needs.push(format!("α at most {} (now {})", floor(alpha), number(now)));
    }
    if let (Some(beta), Some(now)) = (shortfall.beta_at_most, body.law.beta.value) {
        needs.push(format!("β at most {} (now {})", floor(beta), number(now)));
    }
    if let Some(speed) = shortfall.speed_at_least {
        needs.push(format!("{unit} at least {} times as fast", ceil(speed)));
    }
    if shortfall.short_of == "throughput"
        && shortfall.alpha_at_most.is_none()
        && shortfall.beta_at_most.is_none()
    {
        lines.push("Neither α nor β alone could be made small enough.".to_owned());
    }
    if !needs.is_empty() {
        lines.push(format!("It would take {}.", needs.join(", or ")));
    }
    if body.cells.is_none() && body.machines.is_empty() && shortfall.short_of == "throughput" {
        lines.push(
            "Two ways out: cells that share nothing (--cells), or bigger machines (--sizes FILE)."
                .to_owned(),
        );
    }
    lines
}

/// The highest throughput there is, and of it what can be counted on.
fn top(body: &PlanDocument, shortfall: &PlanShortfall) -> String {
    let counted = match (shortfall.peak_n, shortfall.peak_per_s) {
        (Some(n), Some(x)) => format!("{} with {}", rate(x), count(n)),
        (None, Some(x)) => rate(x),
        _ => return "throughput falls short".to_owned(),
    };
    let law = shortfall.law_peak_per_s.zip(shortfall.law_peak_n);
    match (body.law.n_max, law, shortfall.peak_n) {
        (Some(_), Some((x, n)), _) => format!(
            "the fitted law peaks at {} with {}, and at most {counted} can be counted on",
            rate(x),
            count(n)
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
            "For exactly this load, {} cells of {} need {} units: whole cells round in their favour.",
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
