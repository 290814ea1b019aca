//! `scalecalc usl`: fit the Universal Scalability Law, or evaluate a given one.

use super::fit_flags::FitArgs;
use super::input::InputArgs;
use super::slo::{self, ServiceLevel};
use super::value::{self, Sizes};
use super::{Failure, Outcome, Terminal};
use crate::cli::spelling;
use crate::fit::{Fit, FittedLaw};
use crate::law::{ScalingLaw, Usl, UslParams};
use crate::report::usl::document::Questions;
use crate::report::usl::{self, given, series};
use crate::sweep::Sweep;
use clap::Args;

const HELP: &str = "\
Examples:
  scalecalc usl --csv bench.csv                     where it peaks, with its certainty
  scalecalc usl --csv bench.csv --at 8,16,1..64:x2  what to expect at these N
  scalecalc usl --csv bench.csv --slo 'mean<=5ms'   the largest N that keeps a latency
  scalecalc usl --csv bench.csv --what-if beta=/2   what halving coherency would bring
  scalecalc usl --alpha 0.05 --beta 0.001 --at 10,32,50
                                                    a given law, without measurements";

/// Arguments of `usl`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct UslArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
    /// Evaluate at these N: 8,16 or 1..64:x2
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    at: Option<Sizes>,
    /// The largest N that keeps a mean latency: 'mean<=1.5ms'
    #[arg(long, value_name = "SLO", value_parser = slo::promise)]
    slo: Option<ServiceLevel>,
    /// What other coefficients would bring: alpha=/2,beta=0
    #[arg(long, value_name = "CHANGES")]
    what_if: Option<String>,
    /// Propose this many N to measure next
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=20))]
    next: u8,
    /// Contention of a given law (no measurements)
    #[arg(long, alias = "sigma", value_name = "A", value_parser = value::number, allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// Coherency of a given law (no measurements)
    #[arg(long, alias = "kappa", value_name = "B", value_parser = value::number, allow_negative_numbers = true)]
    beta: Option<f64>,
    /// Throughput of one unit of a given law; 1 unless said
    #[arg(long, value_name = "G", value_parser = value::rate)]
    gamma: Option<f64>,
}

/// Fits or evaluates.
pub(super) fn run(args: &UslArgs, verbose: bool, terminal: &Terminal) -> Result<Outcome, Failure> {
    if args.alpha.is_some() || args.beta.is_some() || args.gamma.is_some() {
        return evaluate(args);
    }
    let slo = match &args.slo {
        Some(promise) => Some((
            promise.text.clone(),
            promise.mean_limit().ok_or_else(|| {
                Failure::usage(
                    format!(
                        "--slo {}: a scaling law knows only the mean latency",
                        promise.text
                    ),
                    "--slo 'mean<=50ms' here, or scalecalc queue --slo for percentiles",
                )
            })?,
        )),
        None => None,
    };
    let sweeps = args.input.sweeps(terminal)?;
    let mut questions = Questions {
        at: args.at.as_ref().map_or(Vec::new(), |Sizes(at)| at.clone()),
        slo,
        what_if: None,
        next: usize::from(args.next),
        all_laws: verbose,
        spelling: spelling::flags(),
    };
    if let [only] = sweeps.sweeps.as_slice() {
        let fit = args
            .fit
            .fit(only)
            .map_err(|failure| failure.about(&sweeps.sources))?;
        questions.what_if = args.changed(&fit)?;
        return Ok(Outcome::done(usl::report(
            &sweeps, &only.name, &fit, &questions,
        )));
    }
    let flags = args.fit.clone();
    let fitted = move |sweep: &Sweep| flags.fit(sweep).map_err(|failure| failure.message());
    let last = sweeps.sweeps.last().cloned();
    let (report, fits) = series::report(sweeps, fitted, questions);
    match last {
        Some(last) if fits == 0 => Err(args
            .fit
            .fit(&last)
            .err()
            .unwrap_or_else(|| Failure::bug("no series has a fit, and the last one has"))),
        _ => Ok(Outcome::done(report)),
    }
}

/// A given law.
fn evaluate(args: &UslArgs) -> Result<Outcome, Failure> {
    if args.input.is_given() {
        return Err(Failure::usage(
            "measurements and a given law at once",
            "leave out the file, or leave out --alpha, --beta and --gamma",
        ));
    }
    args.input.refuse_columns()?;
    let (Some(alpha), Some(beta)) = (args.alpha, args.beta) else {
        return Err(Failure::usage(
            "a given law needs --alpha and --beta",
            "scalecalc usl --alpha 0.05 --beta 0.001 --at 10,32,50,100,200",
        ));
    };
    let law = Usl::new(UslParams {
        alpha,
        beta,
        gamma: args.gamma.unwrap_or(1.0),
    })?;
    let at = args.at.as_ref().map_or_else(
        || vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0],
        |Sizes(at)| at.clone(),
    );
    Ok(Outcome::done(given::report(
        &law,
        args.gamma.is_some(),
        &at,
    )))
}

impl UslArgs {
    /// `alpha=/2,beta=0,gamma=*1.5` applied to a fit.
    fn changed(&self, fit: &Fit) -> Result<Option<(String, UslParams)>, Failure> {
        let Some(text) = &self.what_if else {
            return Ok(None);
        };
        if fit.fitted_law() == FittedLaw::Ceiling {
            return Err(Failure::usage(
                "the law with a ceiling has no α to change",
                format!("--law usl --what-if {text}, or read the ceiling as it is"),
            ));
        }
        let mut params = fit.law().params();
        for part in text.split(',') {
            let refuse = || {
                Failure::usage(
                    format!("cannot read \"{part}\" as a change"),
                    "--what-if alpha=/2,beta=0 (a value, /2, *1.5 or -50%; of alpha, beta or gamma)",
                )
            };
            let (name, change) = part.split_once('=').ok_or_else(refuse)?;
            let slot = match name.trim() {
                "alpha" | "α" | "sigma" => &mut params.alpha,
                "beta" | "β" | "kappa" => &mut params.beta,
                "gamma" | "γ" => &mut params.gamma,
                _ => return Err(refuse()),
            };
            let change = change.trim();
            let number = |text: &str| value::number(text).map_err(|_| refuse());
            *slot = if let Some(by) = change.strip_prefix('/') {
                *slot / number(by)?
            } else if let Some(by) = change.strip_prefix('*') {
                *slot * number(by)?
            } else if let (true, Some(percent)) =
                (change.starts_with(['-', '+']), change.strip_suffix('%'))
            {
                *slot * (1.0 + number(percent.trim_start_matches('+'))? / 100.0)
            } else {
                number(change)?
            };
        }
        if fit.options().allow_superlinear {
            Usl::superlinear(params)?;
        } else {
            Usl::new(params)?;
        }
        let law = Usl::superlinear(params)?;
        let n = fit.levels().n_max();
        if !(law.throughput(n) > 0.0 && law.throughput(n).is_finite()) {
            return Err(Failure::usage(
                format!("with {text} there is no throughput at N = {n}"),
                "--what-if alpha=/2,beta=0 (coefficients of 0 or above)",
            ));
        }
        Ok(Some((text.clone(), params)))
    }
}
