//! Independent cells: k groups of m units that share nothing, X = k·X(m).

use super::curve::Curve;
use super::size::Demand;
use crate::domain;
use crate::error::Error;
use crate::law::{Usl, UslParams};

/// k cells of m units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cells {
    /// Units of a cell, m.
    pub size: f64,
    /// Number of cells, spare ones included, k.
    pub count: f64,
    /// Throughput of a cell that the plan counts on, 1/s.
    pub throughput: f64,
    /// Units of all cells with their overhead, k(m + o).
    pub units: f64,
    /// Units with overhead for each 1/s of a cell: what the cheapest size minimises.
    pub units_per_throughput: f64,
}

/// Cells for a demand: the cheapest size, and the exact fewest units for this one target.
#[derive(Debug, Clone, PartialEq)]
pub struct CellPlan {
    /// Units of overhead a cell, o.
    pub overhead: f64,
    /// The size, a real number, that is cheapest whatever the target; `None` where cells
    /// only cost (no contention and no coherency, but an overhead).
    pub n_real: Option<f64>,
    /// The cheapest whole size, with as many cells as the demand needs.
    pub cheapest: Cells,
    /// The size whose whole number of cells has the fewest units for exactly this target:
    /// rounding up the number of cells can favour a neighbour of the cheapest size.
    pub fewest: Cells,
    /// Sizes around the cheapest, by rising size.
    pub curve: Vec<Cells>,
}

/// Sizes looked at, at most, for the fewest units.
const MOST_SIZES: f64 = 2000.0;

/// The cell size with the lowest price for its throughput under a USL, as a real number.
///
/// It maximises X(m)/(m + o): the positive root of 2βm³ + (α − β + βo)m² − o(1 − α) = 0. With
/// o = 0 it is 0 (the smallest cell is the cheapest), also for α ≥ 1. `None` where there is
/// no root: α = β = 0 and o > 0.
///
/// This is not the size with the highest throughput √((1−α)/β), which lies far above it.
pub fn cheapest_size(law: &Usl, overhead: f64) -> Option<f64> {
    let UslParams { alpha, beta, .. } = law.params();
    let gain = overhead * (1.0 - alpha);
    if gain <= 0.0 {
        return Some(0.0);
    }
    let square = alpha - beta + beta * overhead;
    if beta <= 0.0 {
        return (square > 0.0).then(|| (gain / square).sqrt());
    }
    // One change of sign: one positive root. Doubled until it is enclosed, then halved.
    let below = |m: f64| m * m * (2.0 * beta * m + square) < gain;
    let mut high = 1.0;
    while below(high) {
        high *= 2.0;
    }
    let mut low = 0.0;
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return Some(middle);
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Cells of one size that meet a demand; spares and zones of the demand are whole cells.
/// `None` where a cell of this size does no work.
pub fn of_size(curve: &dyn Curve, demand: &Demand, overhead: f64, size: f64) -> Option<Cells> {
    let throughput = curve.counted(size, demand.basis);
    if throughput.is_nan() || throughput <= 0.0 {
        return None;
    }
    // As for single clusters: the last bit of a float must not cost a cell.
    let carrying = (demand.required() / throughput * (1.0 - 1e-9))
        .ceil()
        .max(1.0);
    let count = demand.with_spares(carrying);
    Some(Cells {
        size,
        count,
        throughput,
        units: count * (size + overhead),
        units_per_throughput: (size + overhead) / throughput,
    })
}

/// The cheapest cells for a demand, and the curve around them.
///
/// `overhead` is in units a cell (a load balancer, a spare), 0 or more. `None` where no cell
/// does any work.
///
/// # Errors
/// [`Error::OutOfRange`] unless the overhead is finite and at least 0.
pub fn plan(curve: &dyn Curve, demand: &Demand, overhead: f64) -> Result<Option<CellPlan>, Error> {
    domain::non_negative("cell-overhead", overhead)?;
    let n_real = (curve.law_behind()).and_then(|law| cheapest_size(&law, overhead));
    let at = |size: f64| of_size(curve, demand, overhead, size);
    let price = |cells: &Cells| cells.units_per_throughput;
    // A cell larger than what carries everything is never needed.
    let whole = curve.first_carrying(demand.required(), demand.basis);
    let most = whole.unwrap_or(f64::INFINITY);
    let start = n_real.unwrap_or(most).clamp(1.0, most.max(1.0)).floor();
    let Some(mut cheapest) = at(start) else {
        return Ok(None);
    };
    // The law's optimum is next to the start; the low end of an interval has its own.
    for step in [1.0, -1.0] {
        while let Some(next) = Some(cheapest.size + step)
            .filter(|size| *size >= 1.0 && *size <= most)
            .and_then(at)
            .filter(|next| price(next) < price(&cheapest))
        {
            cheapest = next;
        }
    }
    let last = (2.0 * cheapest.size + 8.0).min(most).min(MOST_SIZES);
    let fewest = whole_numbers(1.0, last)
        .filter_map(at)
        .chain([cheapest])
        .reduce(|best, next| if next.units < best.units { next } else { best })
        .unwrap_or(cheapest);
    let top = curve.top(demand.basis).and_then(|top| top.n);
    let mut sizes: Vec<f64> = whole_numbers((cheapest.size - 3.0).max(1.0), cheapest.size + 3.0)
        .chain([1.0, fewest.size, (2.0 * cheapest.size).min(most)])
        .chain(top.filter(|top| *top <= most))
        .filter(|size| *size <= most.max(cheapest.size))
        .collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    Ok(Some(CellPlan {
        overhead,
        n_real,
        cheapest,
        fewest,
        curve: sizes.into_iter().filter_map(at).collect(),
    }))
}

fn whole_numbers(from: f64, to: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(from), |n| Some(n + 1.0)).take_while(move |n| *n <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(alpha: f64, beta: f64, gamma: f64) -> Usl {
        Usl::new(UslParams { alpha, beta, gamma }).unwrap()
    }

    fn planned(law: &Usl, target: f64, overhead: f64) -> CellPlan {
        let demand = Demand::new(target).unwrap();
        plan(law, &demand, overhead).unwrap().unwrap()
    }

    #[test]
    fn without_overhead_a_thousand_single_units() {
        let plan = planned(&law(0.03, 2e-4, 100.0), 100_000.0, 0.0);
        let Cells {
            size, count, units, ..
        } = plan.cheapest;
        assert_eq!((size, count, units), (1.0, 1000.0, 1000.0));
    }

    #[test]
    fn the_two_closed_forms_at_the_bounds() {
        // β = 0: √(o(1−α)/α); α = 0 and β small: (o/(2β))^⅓ nearly.
        let amdahl = cheapest_size(&law(0.05, 0.0, 1.0), 2.0).unwrap();
        assert!((amdahl - (2.0 * 0.95 / 0.05_f64).sqrt()).abs() < 1e-12);
        let coherent = cheapest_size(&law(0.0, 1e-9, 1.0), 1.0).unwrap();
        assert!((coherent / (1.0_f64 / 2e-9).cbrt() - 1.0).abs() < 1e-3);
        assert_eq!(cheapest_size(&law(0.0, 0.0, 1.0), 1.0), None);
        assert_eq!(cheapest_size(&law(1.5, 0.1, 1.0), 1.0), Some(0.0));
    }

    #[test]
    fn linear_scaling_with_overhead_is_one_cell() {
        let plan = planned(&law(0.0, 0.0, 1000.0), 100_000.0, 1.0);
        let Cells {
            size, count, units, ..
        } = plan.cheapest;
        assert_eq!((size, count, units), (100.0, 1.0, 101.0));
    }

    #[test]
    fn no_other_size_beats_either_answer() {
        for overhead in [0.5, 1.0, 2.0, 5.0] {
            let law = law(0.03, 2e-4, 1000.0);
            let demand = Demand::new(100_000.0).unwrap();
            let plan = planned(&law, 100_000.0, overhead);
            for size in (1..400).map(f64::from) {
                let other = of_size(&law, &demand, overhead, size).unwrap();
                assert!(other.units_per_throughput >= plan.cheapest.units_per_throughput);
                assert!(other.units >= plan.fewest.units);
            }
        }
    }

    #[test]
    fn spares_and_zones_are_whole_cells() {
        let law = law(0.03, 2e-4, 1000.0);
        let demand = Demand {
            spare: 1.0,
            zones: Some(3.0),
            ..Demand::new(100_000.0).unwrap()
        };
        // 20 carrying cells and one spare: 32 in three zones leave 21 when 11 are lost.
        let count = of_size(&law, &demand, 1.0, 6.0).map(|cells| cells.count);
        assert_eq!(count, Some(32.0));
    }
}
