//! `scalecalc plan`: how many units for a load, at what price: out, up, or in cells.

use super::fit_flags::FitArgs;
use super::input::{self, InputArgs};
use super::value::{self, Sizes};
use super::{Failure, Outcome, Terminal, slo};
use crate::cli::spelling;
use crate::data::named_table::NamedTable;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::law::{Usl, UslParams};
use crate::note::Note;
use crate::plan::chance::Range;
use crate::plan::machines::Machine;
use crate::plan::{CountOn, Curve, Demand};
use crate::report::Section;
use crate::report::plan::autoscale::{Autoscaler, Configuration, Most};
use crate::report::plan::{self, PlanLaw, Question};
use crate::units;
use clap::{Args, ValueEnum};

/// Exit code where nothing asked for meets the demand; the document is complete.
const UNREACHABLE: u8 = 6;

const HELP: &str = "\
Units are counted on the low end of the throughput's interval. Capacity is target / (1 − headroom);
spares come on top, and with --zones what is left after losing the fullest zone still carries it.
Prices are in any currency; /day, /month (730 h) and /year are understood too.

  scalecalc plan bench.csv --target 20k/s --headroom 30% --spare 1 --price 0.34/h
  scalecalc plan --alpha 0.03 --beta 0.0002 --gamma 1000 --target 100k/s --cells --cell-overhead 1
  scalecalc plan bench.csv --load 9k/s --growth 50% --sizes machines.csv   (name, speed, price)
  scalecalc plan bench.csv --target 8k..12k/s          how many in 80 % and in 95 % of cases
  scalecalc plan bench.csv --target 12k/s --as hpa > hpa.yaml";

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct PlanArgs {
    /// Load to carry; a range is low..high or low..middle..high, one case in ten outside each end
    #[arg(long, value_name = "RATE", value_parser = load, conflicts_with = "load")]
    target: Option<Load>,
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
    slo: Option<slo::ServiceLevel>,
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
    /// Write the configuration of an autoscaler instead of the plan
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    autoscaler: Option<AutoscalerName>,
    /// Name of the deployment in that configuration
    #[arg(
        long,
        value_name = "NAME",
        default_value = "app",
        requires = "autoscaler"
    )]
    name: String,
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AutoscalerName {
    /// Kubernetes: the horizontal autoscaler of autoscaling/v2
    Hpa,
    /// KEDA: a scaled object of keda.sh/v1alpha1
    Keda,
}

/// A load, or a range of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Load {
    /// One load, 1/s.
    One(f64),
    /// Somewhere in a range.
    Between(Range),
}

/// Reads `10k/s`, `8k..12k/s` or `8k..10k..12k/s`; a unit at the end is that of all.
fn load(text: &str) -> Result<Load, String> {
    let parts: Vec<&str> = text.split("..").collect();
    let per = text.split_once('/').map_or("", |(_, per)| per);
    let rate = |part: &str| {
        if per.is_empty() || part.contains('/') {
            value::rate(part)
        } else {
            value::rate(&format!("{part}/{per}"))
        }
    };
    let range = |low: &str, middle: Option<&str>, high: &str| {
        let middle = middle.map(rate).transpose()?;
        Range::new(rate(low)?, middle, rate(high)?)
            .map(Load::Between)
            .map_err(|error| format!("{error}: write low..high or low..middle..high, rising"))
    };
    match parts.as_slice() {
        [one] => value::rate(one).map(Load::One),
        [low, high] => range(low, None, high),
        [low, middle, high] => range(low, Some(middle), high),
        _ => Err("write one load, low..high or low..middle..high".to_owned()),
    }
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
    units::price(text).map_err(|error| spelling::told(&error))
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
    args.input.refuse_columns()?;
    let law = Usl::new(UslParams { alpha, beta, gamma })?;
    let plan_law = given(&law, &args.input);
    let most = Most::of_law(&law, &plan_law.n_unit);
    args.answer(&law, plan_law, &question, Vec::new(), most)
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
        quality: None,
    }
}

impl PlanArgs {
    /// The plan, or the configuration that follows from it.
    fn answer(
        &self,
        curve: &dyn Curve,
        law: PlanLaw,
        question: &Question,
        notes: Vec<Note>,
        most: Option<Most>,
    ) -> Result<Outcome, Failure> {
        let configuration = match self.autoscaler {
            Some(name) => Some(self.configuration(name, curve, &law, question, most)?),
            None => None,
        };
        let (mut report, reachable) = plan::report(curve, law, question, notes)?;
        if let Some((comments, object)) = configuration {
            report.headline = comments;
            report.sections = vec![Section::Text(object)];
        }
        Ok(Outcome {
            report,
            code: if reachable { 0 } else { UNREACHABLE },
        })
    }

    fn configuration(
        &self,
        name: AutoscalerName,
        curve: &dyn Curve,
        law: &PlanLaw,
        question: &Question,
        most: Option<Most>,
    ) -> Result<(Vec<String>, String), Failure> {
        let most = most.ok_or_else(|| {
            Failure::usage(
                "--as: the law has no peak, so nothing says how many units are too many",
                "give measurements, or a law with --beta above 0",
            )
        })?;
        Configuration {
            autoscaler: match name {
                AutoscalerName::Hpa => Autoscaler::Hpa,
                AutoscalerName::Keda => Autoscaler::Keda,
            },
            name: &self.name,
            curve,
            law,
            demand: &question.demand,
            most,
        }
        .yaml()
        .ok_or_else(|| {
            Failure::usage(
                "--as: not even one unit keeps the promise for the mean latency",
                "--slo 'mean<=…' with a longer time",
            )
        })
    }

    /// Fits the measurements and answers from them.
    fn measured(&self, question: &Question, terminal: &Terminal) -> Result<Outcome, Failure> {
        let sweeps = self.input.sweeps(terminal)?;
        if let Some(promise) = &self.slo {
            slo::refuse_of_job(sweeps.fixed_job, &format!("--slo {}", promise.text))?;
        }
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
            quality: Some(fit.quality().grade.name()),
        };
        let most = Most::of_fit(&fit, &law.n_unit);
        let mut notes = sweeps.notes;
        notes.extend(super::input::spelled(fit.notes()));
        self.answer(&fit, law, question, notes, Some(most))
    }

    fn question(&self, terminal: &Terminal) -> Result<Question, Failure> {
        let grown = self.load.map(|load| (load, self.growth.unwrap_or(0.0)));
        // A load on the command line stands against a target from a file of defaults.
        let target = self.target.filter(|_| grown.is_none());
        let range = match target {
            Some(Load::Between(range)) => Some(range),
            _ => None,
        };
        let target = match (target, grown) {
            (Some(Load::One(target)), _) => target,
            (Some(Load::Between(range)), _) => range.middle(),
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
                CountOn::BestGuess
            } else {
                CountOn::LowEnd
            },
        }
        .checked()?;
        if range.is_some() && latency.is_some() {
            return Err(Failure::usage(
                "--slo with a range of load: the mean latency is that of one load",
                "--target 12k/s --slo 'mean<=5ms'",
            ));
        }
        if let Some(current) = self.current {
            crate::domain::positive("current", current)?;
        }
        Ok(Question {
            demand,
            range,
            grown,
            price: self.price,
            current: self.current,
            at: self.at.clone().map(|sizes| sizes.0).unwrap_or_default(),
            cell_overhead: self.cells.then(|| self.overhead_units()).transpose()?,
            machines: match &self.sizes {
                Some(path) => machines(path, terminal)?,
                None => Vec::new(),
            },
            spelling: spelling::flags(),
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
fn mean_latency(promise: &slo::ServiceLevel) -> Result<f64, Failure> {
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
    let mut bytes = input::bytes(path, terminal)?;
    let mut records = NamedTable::new(&mut bytes).map_err(told)?;
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
            name: records.text(name).into_owned(),
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
