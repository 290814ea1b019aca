//! `scalecalc plan`: how many units for a load, at what price: out, up, or in cells.

use super::fit::FitArgs;
use super::input::{self, InputArgs};
use super::value::{self, Sizes};
use super::{Failure, Outcome, Terminal, slo};
use crate::data::records::Records;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::law::{Usl, UslParams};
use crate::note::Note;
use crate::plan::sizes::Machine;
use crate::plan::{Basis, Curve, Demand};
use crate::report::plan::{self, PlanLaw, Question};
use crate::units;
use clap::Args;

/// Exit code where nothing asked for meets the demand; the document is complete.
const UNREACHABLE: u8 = 6;

const HELP: &str = "\
Units are counted on the low end of the throughput's interval. Capacity is target / (1 − headroom);
spares come on top, and with --zones what is left after losing the fullest zone still carries it.
Prices are in any currency; /day, /month (730 h) and /year are understood too.

  scalecalc plan bench.csv --target 20k/s --headroom 30% --spare 1 --price 0.34/h
  scalecalc plan --alpha 0.03 --beta 0.0002 --gamma 1000 --target 100k/s --cells --cell-overhead 1
  scalecalc plan bench.csv --load 9k/s --growth 50% --sizes machines.csv   (name, speed, price)";

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct PlanArgs {
    /// Load to carry
    #[arg(long, value_name = "RATE", value_parser = value::rate, required_unless_present = "load", conflicts_with = "load")]
    target: Option<f64>,
    /// Present load, to grow by --growth
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    load: Option<f64>,
    /// Growth of the present load
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, requires = "load")]
    growth: Option<f64>,
    /// Share of capacity to keep free
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "0")]
    headroom: f64,
    /// Units on top of those that carry the load (cells, with --cells)
    #[arg(long, value_name = "NUM", value_parser = value::quantity, default_value = "0")]
    spare: f64,
    /// Zones that units are spread over; one may be lost
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    zones: Option<f64>,
    /// Promise for the mean latency with all units busy, such as mean<=5ms
    #[arg(long, value_name = "SLO", value_parser = slo::promise)]
    slo: Option<slo::Promise>,
    /// Price of a unit, such as 0.34/h
    #[arg(long, value_name = "MONEY/h", value_parser = price)]
    price: Option<f64>,
    /// Present number of units: says what to add or take away
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    current: Option<f64>,
    /// Further sizes to show
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    at: Option<Sizes>,
    /// Count on the best guess instead of the low end of its interval
    #[arg(long)]
    at_best_guess: bool,
    /// Split into independent cells of the cheapest size
    #[arg(long)]
    cells: bool,
    /// What a cell costs besides its units: in units such as 1, or in money such as 0.05/h
    #[arg(long, value_name = "NUM|MONEY/h", value_parser = overhead, requires = "cells")]
    cell_overhead: Option<Overhead>,
    /// Machines on offer: a table with the columns name, speed, price
    #[arg(long, value_name = "FILE")]
    sizes: Option<String>,
    /// Contention α of a given law
    #[arg(long, visible_alias = "sigma", value_name = "NUM", value_parser = value::number, requires = "beta")]
    alpha: Option<f64>,
    /// Coherency β of a given law
    #[arg(long, visible_alias = "kappa", value_name = "NUM", value_parser = value::number, requires = "gamma")]
    beta: Option<f64>,
    /// Throughput of one unit γ of a given law
    #[arg(long, value_name = "RATE", value_parser = value::rate, requires = "alpha")]
    gamma: Option<f64>,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
}

/// What a cell costs besides its units.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Overhead {
    /// As many units.
    Units(f64),
    /// So much per hour.
    Money(f64),
}

pub(super) fn price(text: &str) -> Result<f64, String> {
    units::price(text).map_err(|error| format!("{error}: {}", error.hint()))
}

fn overhead(text: &str) -> Result<Overhead, String> {
    if text.contains('/') {
        price(text).map(Overhead::Money)
    } else {
        value::quantity(text).map(Overhead::Units)
    }
}

/// Answers the capacity question.
pub(super) fn run(args: &PlanArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let question = args.question(terminal)?;
    let (Some(alpha), Some(beta), Some(gamma)) = (args.alpha, args.beta, args.gamma) else {
        return args.measured(&question, terminal);
    };
    if args.input.is_given() {
        return Err(Failure::usage(
            "measurements and a given law at once",
            "leave out the file, or leave out --alpha, --beta and --gamma",
        ));
    }
    let law = Usl::new(UslParams { alpha, beta, gamma })?;
    answer(&law, given(&law, &args.input), &question, Vec::new())
}

/// A law that was given, for the document.
fn given(law: &Usl, input: &InputArgs) -> PlanLaw {
    let UslParams { alpha, beta, gamma } = law.params();
    PlanLaw {
        from: "given",
        paths: Vec::new(),
        n_unit: input.n_unit.clone().unwrap_or_else(|| "units".to_owned()),
        alpha: Estimate::exact(alpha),
        beta: Estimate::exact(beta),
        gamma: Estimate::exact(gamma),
        n_max: None,
    }
}

fn answer(
    curve: &dyn Curve,
    law: PlanLaw,
    question: &Question,
    notes: Vec<Note>,
) -> Result<Outcome, Failure> {
    let (report, reachable) = plan::report(curve, law, question, notes)?;
    Ok(Outcome {
        report,
        code: if reachable { 0 } else { UNREACHABLE },
    })
}

impl PlanArgs {
    /// Fits the measurements and answers from them.
    fn measured(&self, question: &Question, terminal: &Terminal) -> Result<Outcome, Failure> {
        let sweeps = self.input.sweeps(terminal)?;
        let [sweep] = sweeps.sweeps.as_slice() else {
            let names = sweeps.sweeps.iter().map(|sweep| sweep.name.as_str());
            return Err(several(&names.collect::<Vec<_>>()));
        };
        let fit = self
            .fit
            .fit(sweep)
            .map_err(|failure| failure.about(&sweeps.sources))?;
        let law = PlanLaw {
            from: match sweep.fitted {
                Some(_) => "document",
                None => "measurements",
            },
            paths: (sweeps.sources.iter())
                .map(|source| source.path.clone())
                .collect(),
            n_unit: sweeps.n_unit,
            alpha: fit.alpha(),
            beta: fit.beta(),
            gamma: fit.gamma(),
            n_max: Some(fit.levels().n_max()),
        };
        let mut notes = sweeps.notes;
        notes.extend(fit.notes());
        answer(&fit, law, question, notes)
    }

    fn question(&self, terminal: &Terminal) -> Result<Question, Failure> {
        let grown = self.load.map(|load| (load, self.growth.unwrap_or(0.0)));
        let target = match (self.target, grown) {
            (Some(target), _) => target,
            (None, Some((load, growth))) => load * (1.0 + growth),
            (None, None) => return Err(Failure::usage("plan needs a load", "--target 20k/s")),
        };
        let latency = self.slo.as_ref().map(mean_latency).transpose()?;
        let demand = Demand {
            target,
            headroom: self.headroom,
            spare: self.spare,
            zones: self.zones,
            latency,
            basis: if self.at_best_guess {
                Basis::BestGuess
            } else {
                Basis::LowEnd
            },
        }
        .checked()?;
        if let Some(current) = self.current {
            crate::domain::positive("current", current)?;
        }
        Ok(Question {
            demand,
            grown,
            price: self.price,
            current: self.current,
            at: self.at.clone().map(|sizes| sizes.0).unwrap_or_default(),
            cell_overhead: self.cells.then(|| self.overhead_units()).transpose()?,
            machines: match &self.sizes {
                Some(path) => machines(path, terminal)?,
                None => Vec::new(),
            },
        })
    }

    fn overhead_units(&self) -> Result<f64, Failure> {
        match (self.cell_overhead, self.price) {
            (None, _) => Ok(0.0),
            (Some(Overhead::Units(units)), _) => Ok(units),
            (Some(Overhead::Money(money)), Some(price)) if price > 0.0 => Ok(money / price),
            (Some(Overhead::Money(_)), _) => Err(Failure::usage(
                "an overhead in money needs the price of a unit",
                "--price 0.34/h",
            )),
        }
    }
}

/// More series than one.
pub(super) fn several(names: &[&str]) -> Failure {
    Failure::input(
        format!(
            "{} series, and a plan is for one: {}",
            names.len(),
            names.join(", ")
        ),
        "choose one with --select or --x, or pass a file with one alone",
    )
}

/// The limit of a promise about the mean latency: all that a law can keep or break.
fn mean_latency(promise: &slo::Promise) -> Result<f64, Failure> {
    promise.mean_limit().ok_or_else(|| {
        Failure::usage(
            format!(
                "--slo {}: a scaling law knows only the mean latency",
                promise.text
            ),
            "--slo 'mean<=50ms' here, or scalecalc queue --slo for percentiles",
        )
    })
}

/// Reads the machines on offer.
fn machines(path: &str, terminal: &Terminal) -> Result<Vec<Machine>, Failure> {
    let told = |error: Error| Failure::from(error.in_file(path));
    let mut records = Records::new(input::bytes(path, terminal)?).map_err(told)?;
    let column = |names: &[&str]| {
        records.column(names).ok_or_else(|| {
            let found: Vec<&str> = records.names().collect();
            told(Error::data(
                format!("no column \"{}\" among {}", names[0], found.join(", ")),
                "name the columns name,speed,price",
            ))
        })
    };
    let name = column(&["name", "machine", "size", "type", "instance"])?;
    let speed = column(&["speed", "relative_speed", "factor"])?;
    let price = column(&["price", "cost"])?;
    let mut machines = Vec::new();
    while records.advance().map_err(told)? {
        let number = |column, what: &str| {
            let value = records.number(column).map_err(told)?;
            value.ok_or_else(|| {
                told(
                    Error::data(format!("no {what}"), "give every machine one")
                        .at(records.line(), None),
                )
            })
        };
        machines.push(Machine {
            name: records.text(name).to_owned(),
            speed: number(speed, "speed")?,
            price: number(price, "price")?,
        });
    }
    if machines.is_empty() {
        return Err(told(Error::data(
            "no machines",
            "give each a row: name,speed,price",
        )));
    }
    Ok(machines)
}
