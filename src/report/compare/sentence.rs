//! Who is ahead where, in a sentence.
//!
//! A sentence calls a sweep slower or faster only at sizes where the table does so too.

use super::{Crossing, Side, ThroughputAt, runs, slip_of};
use crate::judge::compare::{Compared, Standing};
use crate::report::Quantity;
use crate::report::number::{about_rate, alone};
use crate::report::units::of;

/// Sizes named one by one at most.
const MOST_NAMED: usize = 3;

/// Who is ahead where.
pub(super) fn sentence(
    reference: &Side,
    other: &Side,
    crossings: &[Crossing],
    throughputs: &[ThroughputAt],
    unit: &str,
) -> String {
    let (a, b) = (&reference.label, &other.label);
    if let Some(slip) = slip_of(reference, other) {
        let (high, low, factor) = if slip.factor >= 1.0 {
            (b, a, slip.factor)
        } else {
            (a, b, 1.0 / slip.factor)
        };
        return format!(
            "{high} has about {} times the throughput of {low} at every size, as between {}: probably another unit, so nothing is decided.",
            alone(Quantity::Count, factor, 3),
            slip.between
        );
    }
    let last = (reference.fit.levels().n_max()).min(other.fit.levels().n_max());
    let compared: Vec<&ThroughputAt> = (throughputs.iter())
        .filter(|at| at.label == *b && at.n <= last)
        .collect();
    let crossed = crossed(reference, other, crossings, unit);
    crossed
        .or_else(|| by_sizes(a, b, &compared, unit))
        .unwrap_or_else(|| at_one(reference, other, last, unit))
}

/// Both curves cross once, and who is behind before that is so beyond doubt.
fn crossed(reference: &Side, other: &Side, crossings: &[Crossing], unit: &str) -> Option<String> {
    let (a, b) = (&reference.label, &other.label);
    let levels = [reference, other].map(|side| side.fit.levels());
    let reach = 2.0 * levels[0].n_max().max(levels[1].n_max());
    let mut near = crossings
        .iter()
        .filter(|crossing| crossing.label == *b && crossing.n <= reach && crossing.n > 1.0);
    let (Some(crossing), None) = (near.next(), near.next()) else {
        return None;
    };
    let is_other = crossing.ahead_beyond == *b;
    let (slow, fast) = if is_other { (b, a) } else { (a, b) };
    let first = levels.map(|levels| levels.as_slice().first().map_or(1.0, |level| level.n));
    let start = Standing::of(&runs::change(first[0].max(first[1]), reference, other));
    let behind = if is_other {
        Standing::Lower
    } else {
        Standing::Higher
    };
    let sure = match crossing {
        Crossing {
            established: true, ..
        } => "",
        Crossing {
            within_data: false, ..
        } if start == behind => ", beyond what both were measured at",
        _ => return None,
    };
    let at = alone(Quantity::Count, crossing.n.round(), 3);
    Some(format!(
        "{slow} is slower to start than {fast} and scales further: they cross at {at} {unit}{sure}."
    ))
}

/// Where some of the sizes differ and others do not, or one is ahead here and the other there.
fn by_sizes(a: &str, b: &str, compared: &[&ThroughputAt], unit: &str) -> Option<String> {
    let standing = |at: &ThroughputAt| at.standing.unwrap_or(Standing::CannotTell);
    let of_kind = |kind: Standing| -> Vec<usize> {
        let all = compared.iter().enumerate();
        all.filter(|(_, at)| standing(at) == kind)
            .map(|(index, _)| index)
            .collect()
    };
    let differing = [
        (of_kind(Standing::Lower), "slower"),
        (of_kind(Standing::Higher), "faster"),
    ];
    let alike = of_kind(Standing::CannotTell);
    let kinds = differing.iter().filter(|(at, _)| !at.is_empty()).count();
    if kinds == 0 || (kinds == 1 && alike.is_empty()) {
        return None;
    }
    let mut told = false;
    let mut parts = Vec::new();
    for (places, word) in differing.iter().filter(|(places, _)| !places.is_empty()) {
        let than = if told {
            String::new()
        } else {
            format!(" than {a}")
        };
        let unit = if told { "" } else { unit };
        parts.push(format!(
            "{} {word}{than} {}",
            how_much(compared, places),
            sizes(compared, places, unit)
        ));
        told = true;
    }
    let rest = match (alike.first(), alike.last()) {
        (Some(first), Some(last)) if alike.len() == last - first + 1 => {
            let n = |index: usize| alone(Quantity::Count, compared[index].n, 3);
            let where_ = if *first == 0 && *last > 0 {
                format!("up to {}", n(*last))
            } else if *last + 1 == compared.len() && last > first {
                format!("from {} on", n(*first))
            } else if first == last {
                format!("at {}", n(*first))
            } else {
                format!("from {} to {}", n(*first), n(*last))
            };
            format!("; {where_} they cannot be told apart")
        }
        (Some(_), _) => "; elsewhere they cannot be told apart".to_owned(),
        _ => String::new(),
    };
    Some(format!("{b} is {}{rest}.", parts.join(" and ")))
}

/// `14.9 %`, or `3 % to 15 %` where sizes differ by more than rounding.
fn how_much(compared: &[&ThroughputAt], places: &[usize]) -> String {
    let changes = places.iter().filter_map(|&index| compared[index].change);
    let changes = changes.filter_map(|change| change.value).map(f64::abs);
    let (low, high) = changes.fold((f64::INFINITY, 0.0_f64), |(low, high), change| {
        (low.min(change), high.max(change))
    });
    let share = |value: f64| alone(Quantity::Ratio, value, 2);
    if share(low) == share(high) {
        share(high)
    } else {
        format!("{} to {}", share(low), share(high))
    }
}

/// `at 16 and 32 threads`, `from 16 to 256 threads`, `at 5 of 9 sizes`.
fn sizes(compared: &[&ThroughputAt], places: &[usize], unit: &str) -> String {
    let n = |index: &usize| alone(Quantity::Count, compared[*index].n, 3);
    let named: Vec<String> = places.iter().map(n).collect();
    let text = match named.as_slice() {
        [only] => return format!("at {only}{}", after(of(compared[places[0]].n, unit))),
        [first, last] => format!("at {first} and {last}"),
        [inner @ .., last] if named.len() <= MOST_NAMED => {
            format!("at {} and {last}", inner.join(", "))
        }
        [first, .., last] if places[places.len() - 1] - places[0] + 1 == places.len() => {
            format!("from {first} to {last}")
        }
        _ => return format!("at {} of {} sizes", places.len(), compared.len()),
    };
    format!("{text}{}", after(unit))
}

/// A word with a blank before it, where there is one.
fn after(word: impl AsRef<str>) -> String {
    match word.as_ref() {
        "" => String::new(),
        word => format!(" {word}"),
    }
}

/// The difference at the largest size that both reach.
fn at_one(reference: &Side, other: &Side, n: f64, unit: &str) -> String {
    let (a, b) = (&reference.label, &other.label);
    let change = runs::change(n, reference, other);
    let at = format!("at {} {}", alone(Quantity::Count, n, 3), of(n, unit));
    let size = change.value.map_or(String::new(), |change| {
        alone(Quantity::Ratio, change.abs(), 3)
    });
    match Standing::of(&change) {
        Standing::Higher => format!("{b} is {size} faster than {a} {at}."),
        Standing::Lower => format!("{b} is {size} slower than {a} {at}."),
        Standing::CannotTell => {
            let throughput = Compared::Throughput(n).of(&other.fit).value;
            let rate =
                throughput.map_or(String::new(), |x| format!(" (about {})", about_rate(x, 3)));
            format!("{b} and {a} cannot be told apart {at}{rate}.")
        }
    }
}
