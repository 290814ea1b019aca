//! `scalecalc amdahl`: speed-up from a serial fraction, or the fraction from speed-ups.

use super::fit_flags::FitArgs;
use super::input::{InputArgs, Meaning};
use super::value::{self, Sizes};
use super::{Failure, Outcome, Terminal};
use crate::fit::{FitOptions, LawChoice};
use crate::report::amdahl::{self, Fitted, Measured, SerialFrom};
use crate::units;
use clap::Args;

const HELP: &str = "\
Speedup(N) = 1 / (s + (1−s)/N), never above 1/s. A speedup ψ measured on N units implies
s = (1/ψ − 1/N) / (1 − 1/N) (Karp–Flatt); where that grows with N, use `scalecalc usl`.
Gustafson's N − s(N−1) takes s as a share of the time on N units, for work that grows with N.";

/// Arguments of `amdahl`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct AmdahlArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
    /// Serial share of the work: 10% or 0.1
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, conflicts_with = "speedup")]
    serial: Option<f64>,
    /// Speedup measured on N units: 5@8 (several: 1.9@2,3.4@4,5@8)
    #[arg(long, value_name = "S@N", value_delimiter = ',', value_parser = measured)]
    speedup: Vec<Measured>,
    /// Numbers of units to evaluate at; the limit always follows
    #[arg(long, value_name = "LIST", value_parser = value::sizes, default_value = "10,100,1000")]
    at: Sizes,
    /// Gustafson's law for work that grows with N beside it
    #[arg(long)]
    gustafson: bool,
}

fn measured(text: &str) -> Result<Measured, String> {
    let told = |error: crate::Error| format!("{error}: write it as speedup@N, such as 5@8");
    let (speedup, n) = text
        .split_once('@')
        .ok_or("write it as speedup@N, such as 5@8")?;
    let measured = Measured {
        speedup: units::number(speedup).map_err(told)?,
        n: units::quantity(n).map_err(told)?,
    };
    crate::law::karp_flatt(measured.speedup, measured.n).map_err(told)?;
    Ok(measured)
}

/// Evaluates the law.
pub(super) fn run(args: &AmdahlArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    if args.input.is_given() {
        return fitted(args, terminal);
    }
    args.input.refuse_columns()?;
    let basis = match args.serial {
        Some(serial) => SerialFrom::Serial(serial),
        None if !args.speedup.is_empty() => SerialFrom::Speedups(args.speedup.clone()),
        None => {
            return Err(Failure::usage(
                "amdahl needs a serial share, a measured speedup, or a file with measurements",
                "scalecalc amdahl --serial 10%\nscalecalc amdahl --speedup 5@8\nscalecalc amdahl bench.csv",
            ));
        }
    };
    Ok(Outcome::done(amdahl::report(
        &basis,
        &args.at.0,
        args.gustafson,
    )?))
}

/// Fits the law to measurements, and the USL for comparison.
fn fitted(args: &AmdahlArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    if args.serial.is_some() || !args.speedup.is_empty() {
        return Err(Failure::usage(
            "measurements and a given share at once",
            "leave out the file, or leave out --serial and --speedup",
        ));
    }
    // The law is about the run time of fixed work, so a time that may mean more is that.
    let input = InputArgs {
        time_is: Some(Meaning::Time),
        ..args.input.clone()
    };
    let sweeps = input.sweeps(terminal)?;
    let [sweep] = sweeps.sweeps.as_slice() else {
        let names: Vec<&str> = sweeps.sweeps.iter().map(|s| s.name.as_str()).collect();
        return Err(Failure::input(
            format!(
                "{} series, and amdahl fits one: {}",
                names.len(),
                names.join(", ")
            ),
            "--select NAME",
        ));
    };
    let of = |law| {
        let options = FitOptions {
            law,
            ..args.fit.options(sweep.fitted.as_ref())
        };
        args.fit.fit_with(sweep, options)
    };
    let amdahl = of(LawChoice::Amdahl).map_err(|failure| failure.about(&sweeps.sources))?;
    let basis = SerialFrom::Fitted(Box::new(Fitted::new(
        &amdahl,
        of(LawChoice::Usl).ok().as_ref(),
    )));
    Ok(Outcome::done(amdahl::report(
        &basis,
        &args.at.0,
        args.gustafson,
    )?))
}
