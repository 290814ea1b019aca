//! A plan: how many units, at what price, and which way to grow.

pub(crate) mod autoscale;
mod document;
mod tables;
mod words;

pub(crate) use document::{
    PlanCell, PlanCells, PlanChance, PlanCurrent, PlanDemand, PlanDocument, PlanLaw, PlanMachine,
    PlanRow, PlanShortfall, PlanSize,
};

use super::{Report, Section, scene};
use crate::advice::{Setting, Spelling};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::note::{Note, NoteCode};
use crate::plan::cells::{self, Cells};
use crate::plan::chance::{Cases, Range};
use crate::plan::cost::{Cost, per_million};
use crate::plan::curve::{Backing, CountOn, Curve, carries};
use crate::plan::machines::{self, Machine, Offer};
use crate::plan::size::{Demand, Shortfall, Size, size};

/// What a plan is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The demand, growth included.
    pub demand: Demand,
    /// The load as a range, where it is one; the demand has its middle.
    pub range: Option<Range>,
    /// Present load in 1/s and its growth, where the target comes from them.
    pub grown: Option<(f64, f64)>,
    /// Price of a unit per hour.
    pub price: Option<f64>,
    /// Present number of units.
    pub current: Option<f64>,
    /// Further sizes to show.
    pub at: Vec<f64>,
    /// Overhead of a cell in units, where cells are asked for.
    pub cell_overhead: Option<f64>,
    /// Machines on offer.
    pub machines: Vec<Machine>,
    /// How the answer spells settings.
    pub spelling: Spelling,
}

/// What the cells of a plan go on sharing.
const STILL_SHARED: [&str; 3] = [
    "what routes requests to cells",
    "data that more than one cell needs",
    "keys too hot for one cell",
];

/// Answers the question with a curve; also says whether anything asked for is reachable.
///
/// `notes` are those of the fit and its reading.
///
/// # Errors
/// [`Error::OutOfRange`] for an overhead, speed or price out of range.
pub(crate) fn report(
    curve: &dyn Curve,
    law: PlanLaw,
    question: &Question,
    mut notes: Vec<Note>,
) -> Result<(Report, bool), Error> {
    let demand = &question.demand;
    let cases = (question.range.as_ref())
        .map(|range| Cases::draw(range, demand))
        .transpose()?;
    let chances = match &cases {
        Some(cases) => chances(curve, demand, cases),
        None => Vec::new(),
    };
    let often = chances
        .iter()
        .rev()
        .find(|chance| chance.carrying.is_some())
        .copied();
    let answer = match often.map(|chance| chance.carrying) {
        // A range is answered by the size that carries it oftenest.
        Some(Some(carrying)) => Ok(Size {
            carrying,
            units: demand.with_spares(carrying),
            carries_with_all: carries(
                curve.counted(demand.with_spares(carrying), demand.basis),
                curve.counted(carrying, demand.basis),
            ),
        }),
        _ if question.range.is_some() => {
            match size(curve, &above_all(demand, question.range.as_ref())) {
                Err(short) => Err(short),
                Ok(_) => Err(none_often(demand, curve)),
            }
        }
        _ => size(curve, demand),
    };
    let cells = match question.cell_overhead {
        Some(overhead) => cells::plan(curve, demand, overhead)?,
        None => None,
    };
    let offers = machines::cheapest_first(curve, demand, &question.machines)?;
    let reachable =
        answer.is_ok() || cells.is_some() || offers.iter().any(|offer| offer.size.is_some());
    notes.extend(doubts(curve, question, answer.as_ref().ok(), law.n_max));
    let price = |cells: &Cells| planned_cell(cells, question.price);
    let body = PlanDocument {
        demand: planned_demand(question),
        reachable,
        chances,
        size: (answer.as_ref().ok()).map(|size| planned_size(curve, question, size)),
        shortfall: (answer.as_ref().err())
            .map(|short| planned_shortfall(curve, short, question.spelling)),
        current: match (question.current, &answer) {
            (Some(units), Ok(size)) => Some(PlanCurrent {
                units,
                suffices: units >= size.units
                    && match (&cases, often) {
                        (Some(cases), Some(often)) => cases.share(curve, units) >= often.asked,
                        _ => carries(curve.counted(units, demand.basis), demand.required()),
                    },
                change: size.units - units,
                over_provisioned: units / size.units - 1.0,
                utilization: utilization(curve, demand, units),
            }),
            _ => None,
        },
        rows: (shown_sizes(curve, question, &answer).into_iter())
            .map(|n| row(curve, question, cases.as_ref(), n))
            .collect(),
        cells: cells.as_ref().map(|plan| PlanCells {
            overhead_units: plan.overhead,
            size_real: plan.n_real,
            cheapest: price(&plan.cheapest),
            fewest: price(&plan.fewest),
            rows: plan.curve.iter().map(price).collect(),
            still_shared: STILL_SHARED.to_vec(),
        }),
        machines: (offers.iter())
            .map(|offer| planned_machine(offer, &law.n_unit))
            .collect(),
        notes,
        law,
    };
    Ok((shown(curve, question, body), reachable))
}

/// The words, tables and picture of a plan.
fn shown(curve: &dyn Curve, question: &Question, body: PlanDocument) -> Report {
    let mut sections = Vec::new();
    // What was asked for on top comes first where it is the only answer.
    let asked = tables::cells(&body)
        .into_iter()
        .chain(tables::machines(&body))
        .chain(tables::rejected(&body));
    let around = tables::around(&body);
    if body.size.is_some() {
        sections.push(Section::Table(around));
        sections.extend(asked);
    } else {
        sections.extend(asked);
        sections.push(Section::Table(around));
    }
    let headline = words::headline(&body);
    let scene = scene::plan::scene(
        curve,
        &scene::plan::Planned {
            title: headline.first().map_or("", String::as_str),
            n_unit: &body.law.n_unit,
            target: question.demand.target,
            required: question.demand.required(),
            units: body.size.as_ref().map(|size| size.units),
            n_max: body.law.n_max,
            price: question.price,
            current: question.current,
        },
    );
    Report {
        scene: Some(scene),
        kind: "plan",
        headline,
        sections,
        notes: body.notes.clone(),
        document: super::document("plan", body),
    }
}

/// Shares of cases that a range is answered for; the last one is the answer.
const ASKED: [f64; 2] = [0.8, 0.95];

/// The sizes that carry a range of load often enough.
fn chances(curve: &dyn Curve, demand: &Demand, cases: &Cases) -> Vec<PlanChance> {
    let top = curve.top(demand.basis).and_then(|top| top.n);
    // Past the top more units carry less; without one, as far as any forecast is shown.
    let most = match (top, curve.measurements()) {
        (Some(top), _) => top,
        (None, Some(levels)) => 4.0 * levels.n_max(),
        (None, None) => f64::MAX.sqrt(),
    };
    ASKED
        .into_iter()
        .map(|asked| {
            let found = cases.smallest(curve, asked, most);
            PlanChance {
                asked,
                carrying: found.map(|chance| chance.n),
                units: found.map(|chance| demand.with_spares(chance.n)),
                share: found.map_or_else(
                    || cases.share(curve, top.unwrap_or(most)),
                    |chance| chance.share,
                ),
            }
        })
        .collect()
}

/// The demand at the high end of its range: what to fall short of where no size does it.
fn above_all(demand: &Demand, range: Option<&Range>) -> Demand {
    Demand {
        target: range.map_or(demand.target, |range| range.ends().1),
        ..*demand
    }
}

/// A range that no size carries often enough, though one carries its high end.
fn none_often(demand: &Demand, curve: &dyn Curve) -> Shortfall {
    Shortfall {
        top: curve.top(demand.basis),
        too_slow: None,
        at_best_guess: None,
        measured: None,
        alpha: None,
        beta: None,
        speed: f64::NAN,
    }
}

/// Name of a basis for machines.
fn basis_name(basis: CountOn) -> &'static str {
    match basis {
        CountOn::LowEnd => "low-end",
        CountOn::BestGuess => "best-guess",
    }
}

fn planned_demand(question: &Question) -> PlanDemand {
    let demand = &question.demand;
    PlanDemand {
        target_per_s: demand.target,
        target_low_per_s: question.range.map(|range| range.ends().0),
        target_high_per_s: question.range.map(|range| range.ends().1),
        load_per_s: question.grown.map(|(load, _)| load),
        growth: question.grown.map(|(_, growth)| growth),
        headroom: demand.headroom,
        required_per_s: demand.required(),
        spare: demand.spare,
        zones: demand.zones,
        latency_mean_limit_s: demand.latency,
        basis: basis_name(demand.basis),
        price_per_h: question.price,
    }
}

fn planned_size(curve: &dyn Curve, question: &Question, size: &Size) -> PlanSize {
    let per_hour = question.price.map(|price| price * size.units);
    PlanSize {
        carrying: size.carrying,
        units: size.units,
        carries_with_all: size.carries_with_all,
        throughput: curve.expected(size.carrying),
        trust: curve.backing(size.carrying).name(),
        utilization: utilization(curve, &question.demand, size.carrying),
        price_per_h: per_hour,
        price_per_million_at_target: per_hour
            .and_then(|price| per_million(price, question.demand.target)),
    }
}

fn planned_shortfall(
    curve: &dyn Curve,
    shortfall: &Shortfall,
    spelling: Spelling,
) -> PlanShortfall {
    let law_top = curve.law_top();
    let latency = shortfall.too_slow.is_some();
    PlanShortfall {
        short_of: if latency { "latency" } else { "throughput" },
        peak_n: shortfall.top.and_then(|top| top.n),
        peak_per_s: shortfall.top.map(|top| top.throughput),
        law_peak_n: law_top.and_then(|peak| peak.n),
        law_peak_per_s: law_top.map(|peak| peak.throughput),
        too_slow_n: shortfall.too_slow,
        best_guess_n: shortfall.at_best_guess,
        measured_n: shortfall.measured,
        alpha_at_most: shortfall.alpha,
        beta_at_most: shortfall.beta,
        speed_at_least: shortfall.speed.is_finite().then_some(shortfall.speed),
        ways_out: [Setting::Cells, Setting::Sizes]
            .map(|setting| spelling.of(setting, None))
            .to_vec(),
    }
}

fn planned_cell(cells: &Cells, price: Option<f64>) -> PlanCell {
    PlanCell {
        size: cells.size,
        cells: cells.count,
        cell_throughput_per_s: cells.throughput,
        units: cells.units,
        units_per_1000: cells.units_per_throughput * 1000.0,
        price_per_h: price.map(|price| price * cells.units),
    }
}

fn planned_machine(offer: &Offer, unit: &str) -> PlanMachine {
    PlanMachine {
        name: offer.machine.name.clone(),
        speed: offer.machine.speed,
        price_each_per_h: offer.machine.price,
        carrying: offer.size.map(|size| size.carrying),
        units: offer.size.map(|size| size.units),
        reason: offer.short.map(|short| words::why_not(&short, unit)),
        throughput_per_s: offer.throughput,
        coordination_share: offer.lost,
        price_per_h: offer.per_hour,
    }
}

fn row(curve: &dyn Curve, question: &Question, cases: Option<&Cases>, n: f64) -> PlanRow {
    let throughput = curve.expected(n);
    let best = throughput.value.unwrap_or(f64::NAN);
    let cost = (question.price).map(|price| Cost::of(n, price, best, curve.next_adds(n)));
    let demand = &question.demand;
    PlanRow {
        n,
        throughput,
        trust: curve.backing(n).name(),
        utilization: utilization(curve, demand, n),
        efficiency: Some(best / (n * curve.per_unit())).filter(|share| share.is_finite()),
        latency_mean_s: throughput.value.map(|x| n / x),
        carries: carries(demand.basis.of(throughput), demand.required()),
        chance: cases.map(|cases| cases.share(curve, n)),
        price_per_h: cost.map(|cost| cost.per_hour),
        price_next_1000_per_h: cost.and_then(|cost| cost.next_thousand),
        price_per_million: cost.and_then(|cost| cost.per_million),
    }
}

/// Target over throughput: the low end of one is the high end of the other.
fn utilization(curve: &dyn Curve, demand: &Demand, n: f64) -> Estimate {
    curve.expected(n).map_monotone(|x| demand.target / x)
}

/// Sizes around the answer: the neighbours, all with spares, the present one, the peak.
fn shown_sizes(
    curve: &dyn Curve,
    question: &Question,
    answer: &Result<Size, Shortfall>,
) -> Vec<f64> {
    let mut sizes = question.at.clone();
    sizes.extend(question.current);
    match answer {
        Ok(size) => {
            sizes.extend((-2..=2).map(|step| size.carrying + f64::from(step)));
            sizes.push(size.units);
        }
        Err(shortfall) => {
            let middle = shortfall.top.and_then(|top| top.n).or(shortfall.too_slow);
            let middle = middle.unwrap_or_else(|| question.demand.required() / curve.per_unit());
            let part = |share: f64| (share * middle).round();
            sizes.extend([0.25, 0.5, 0.75, 1.0, 1.5].map(part));
        }
    }
    sizes.retain(|n| *n > 0.0 && n.is_finite());
    // Beyond data that no law describes there is nothing to show.
    if let Some(levels) = curve.measurements().filter(|_| curve.ends_with_the_data()) {
        sizes.retain(|n| *n <= levels.n_max());
        sizes.extend(levels.as_slice().iter().rev().take(3).map(|level| level.n));
    }
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    sizes
}

/// What the reader has to know before believing the number.
fn doubts(
    curve: &dyn Curve,
    question: &Question,
    size: Option<&Size>,
    n_max: Option<f64>,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let Some(size) = size else {
        return notes;
    };
    if !size.carries_with_all {
        notes.push(Note::new(
            NoteCode::PastPeak,
            format!(
                "with all {} running, throughput is lower than with {}: let the spare ones stand by idle",
                words::count(size.units),
                words::count(size.carrying)
            ),
        ));
    }
    let n_max = words::count(n_max.unwrap_or(f64::NAN));
    let n = words::count(size.carrying);
    match curve.backing(size.carrying) {
        Backing::Given | Backing::Trusted => {}
        Backing::Extrapolated => notes.push(Note::new(
            NoteCode::Extrapolated,
            format!("{n} lies beyond the largest measured size {n_max}: the count rests on a forecast; measure there before relying on it"),
        )),
        Backing::Untrusted => notes.push(Note::new(
            NoteCode::Untrusted,
            format!("{n} is more than twice the largest measured size {n_max}: measure nearer to it before buying"),
        )),
    }
    if question.demand.basis == CountOn::LowEnd
        && curve.backing(size.carrying) != Backing::Given
        && curve.expected(size.carrying).low.is_none()
    {
        notes.push(Note::new(
            NoteCode::NoInterval,
            "too few measurements for an interval: the count rests on the best guess alone",
        ));
    }
    notes
}
