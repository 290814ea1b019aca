//! `scalecalc report`: the one-page capacity report.

use super::fit_flags::FitArgs;
use super::input::InputArgs;
use super::value::{self, Sizes};
use super::{Failure, Outcome, Terminal};
use crate::cli::spelling;
use crate::fit::Fit;
use crate::plan::{CountOn, Demand};
use crate::report::capacity::{self, Planned};
use crate::report::plan::{self, PlanLaw, Question};
use crate::report::usl::document::Questions;
use crate::sweep::Sweeps;
use clap::Args;

const HELP: &str = "\
The page holds the answer, the picture, what limits, what each target needs, how close to the limit
to run, what was measured, the doubts, the command line and the numbers as JSON. It needs no network.

  scalecalc report bench.csv -o report.html
  scalecalc report bench.csv --target 20k/s --headroom 30% --price 0.34/h -o report.html -o report.md";

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
    /// Load to carry (repeatable)
    #[arg(long, value_name = "RATE", value_parser = value::rate)]
    target: Vec<f64>,
    /// Share of capacity to keep free
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, default_value = "0")]
    headroom: f64,
    /// Price of a unit, such as 0.34/h
    #[arg(long, value_name = "MONEY/h", value_parser = super::plan::price)]
    price: Option<f64>,
    /// Sizes to show besides the measured ones
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    at: Option<Sizes>,
}

/// Makes the report.
pub(super) fn run(args: &ReportArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let sweeps = args.input.sweeps(terminal)?;
    let [sweep] = sweeps.sweeps.as_slice() else {
        let names = sweeps.sweeps.iter().map(|sweep| sweep.name.as_str());
        return Err(super::plan::several(&names.collect::<Vec<_>>()));
    };
    let fit = args
        .fit
        .fit(sweep)
        .map_err(|failure| failure.about(&sweeps.sources))?;
    let questions = Questions {
        at: args.at.as_ref().map_or(Vec::new(), |Sizes(at)| at.clone()),
        next: 1,
        spelling: spelling::flags(),
        ..Questions::default()
    };
    let plans = args
        .target
        .iter()
        .map(|target| args.planned(*target, &fit, &sweeps))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Outcome::done(capacity::report(
        &sweeps,
        &sweep.name,
        &fit,
        &questions,
        plans,
    )?))
}

impl ReportArgs {
    /// What one target needs.
    fn planned(&self, target: f64, fit: &Fit, sweeps: &Sweeps) -> Result<Planned, Failure> {
        let law = PlanLaw {
            from: "measurements",
            paths: sweeps
                .sources
                .iter()
                .map(|source| source.path.clone())
                .collect(),
            n_unit: sweeps.n_unit.clone(),
            alpha: fit.alpha(),
            beta: fit.beta(),
            gamma: fit.gamma(),
            n_max: Some(fit.levels().n_max()),
            quality: Some(fit.quality().grade.name()),
        };
        let question = Question {
            demand: Demand {
                target,
                headroom: self.headroom,
                spare: 0.0,
                zones: None,
                latency: None,
                basis: CountOn::LowEnd,
            }
            .checked()?,
            range: None,
            grown: None,
            price: self.price,
            current: None,
            at: Vec::new(),
            cell_overhead: None,
            machines: Vec::new(),
            spelling: spelling::flags(),
        };
        let (report, _) = plan::report(fit, law, &question, Vec::new())?;
        Ok(Planned { target, report })
    }
}
