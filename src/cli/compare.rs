//! `scalecalc compare`: two or more sweeps side by side.

use super::failure::Failure;
use super::fit_flags::FitArgs;
use super::input::InputArgs;
use super::value::{self, Sizes};
use super::{Outcome, Terminal, slo};
use crate::cli::spelling;
use crate::fit::Fit;
use crate::judge::compare::{Compared, Condition};
use crate::note::{Note, NoteCode};
use crate::report::compare::{self, Side};
use crate::report::usl::document::{embedded, warnings};
use crate::units;
use clap::Args;

const HELP: &str = "\
Every sweep is compared with the first: compare before=old.csv after=new.csv. Two values differ where
the interval of their difference leaves out 0. --fail-if holds a share of the first sweep against a
limit and ends with exit code 1 only where the whole interval is past it: throughput@8<95%, peak<90%,
latency@8>110%, efficiency@8<95%, alpha>120%, beta>120%, gamma<95%.";

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct CompareArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
    /// Sizes to compare throughput at [default: doubling sizes that all were measured at]
    #[arg(long, value_name = "LIST", value_parser = value::sizes)]
    at: Option<Sizes>,
    /// Conditions on the later sweeps that fail the job, such as 'throughput@8<95%'
    #[arg(long, value_name = "CONDITION", value_delimiter = ',', value_parser = condition)]
    fail_if: Vec<Condition>,
}

fn condition(text: &str) -> Result<Condition, String> {
    Condition::parse(text).map_err(|error| spelling::told(&error))
}

/// Inputs of one label.
struct Labelled {
    label: String,
    inputs: Vec<String>,
}

/// Splits `before=old.csv`; `8=c8.json` is a size, not a label.
fn labelled(text: &str) -> Option<(&str, &str)> {
    text.split_once('=')
        .filter(|(label, _)| !label.is_empty() && units::quantity(label).is_err())
}

fn stem(path: &str) -> &str {
    std::path::Path::new(path)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or(path)
}

/// The inputs by label. A file alone is its own: by its name, or by its path where another has
/// that name too (`before/sweep.csv after/sweep.csv`).
fn grouped(args: &InputArgs) -> Vec<Labelled> {
    let texts: Vec<&String> = args.csv.iter().chain(&args.input).collect();
    let own_name = |path: &str| {
        let alone = texts.iter().filter(|text| labelled(text).is_none());
        let namesakes = alone.filter(|text| stem(text) == stem(path)).count();
        let name = if namesakes > 1 { path } else { stem(path) };
        name.to_owned()
    };
    let mut groups: Vec<Labelled> = Vec::new();
    for text in &texts {
        let (label, path) = match labelled(text) {
            Some((label, path)) => (label.to_owned(), path),
            None => (own_name(text), text.as_str()),
        };
        match groups.iter_mut().find(|group| group.label == label) {
            Some(group) => group.inputs.push(path.to_owned()),
            None => groups.push(Labelled {
                label,
                inputs: vec![path.to_owned()],
            }),
        }
    }
    groups
}

/// What a load generator keeps busy, by the words of the tools: each has one request under way.
const CALLERS: &[&str] = &[
    "callers",
    "clients",
    "connections",
    "streams",
    "users",
    "virtual users",
    "vus",
    "workers",
];
/// The word where nobody said what N counts.
const UNSAID: &str = "units";

/// Holds what the sweeps count together, with a note where the words differ and mean the same.
fn one_unit(all: &mut String, unit: &str, label: &str) -> Result<Option<Note>, Failure> {
    let caller = |word: &str| CALLERS.contains(&word.to_lowercase().as_str());
    let note = if all.is_empty() || all == UNSAID {
        unit.clone_into(all);
        None
    } else if unit == UNSAID || unit.eq_ignore_ascii_case(all) {
        None
    } else if caller(all) && caller(unit) {
        Some(Note::new(
            NoteCode::UnitAssumed,
            format!(
                "{label} counts {unit} and the sweeps before it {all}: both are taken as requests \
                 under way at most; --n-unit names them alike"
            ),
        ))
    } else {
        return Err(Failure::input(
            format!("the sweeps count {all} and {unit}: N does not mean the same"),
            format!("where it does: --n-unit {}", all.replace(' ', "-")),
        ));
    };
    Ok(note)
}

/// Reads, fits and compares.
pub(super) fn run(args: &CompareArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let groups = grouped(&args.input);
    let mut sides: Vec<Side> = Vec::new();
    let mut notes = Vec::new();
    let mut unit = String::new();
    for group in &groups {
        let input = InputArgs {
            input: group.inputs.clone(),
            csv: Vec::new(),
            ..args.input.clone()
        };
        let sweeps = input.sweeps(terminal)?;
        let of_latency = |c: &&Condition| matches!(c.measure, Compared::Latency(_));
        if let Some(condition) = args.fail_if.iter().find(of_latency) {
            slo::refuse_of_job(sweeps.fixed_job, &format!("--fail-if {}", condition.text))?;
        }
        notes.extend(one_unit(&mut unit, &sweeps.n_unit, &group.label)?);
        for sweep in &sweeps.sweeps {
            let label = match (sweep.name.as_str(), groups.len()) {
                ("", _) => group.label.clone(),
                (name, 1) => name.to_owned(),
                (name, _) => format!("{}/{name}", group.label),
            };
            let told = |failure: Failure| failure.about(&sweeps.sources);
            let fit = args.fit.fit(sweep).map_err(told)?;
            sides.push(Side {
                label,
                result: embedded(&sweeps, &sweep.name, &fit, spelling::flags()),
                fit,
            });
        }
        notes.extend(sweeps.notes);
    }
    for side in &sides {
        notes.extend(warnings(&side.result, &side.label));
    }
    if let Some(twice) = (sides.iter().enumerate())
        .find(|(i, side)| sides[..*i].iter().any(|other| other.label == side.label))
    {
        return Err(Failure::usage(
            format!("two sweeps are labelled \"{}\"", twice.1.label),
            "write a label in front of each file: before=old.csv after=new.csv",
        ));
    }
    if sides.len() < 2 {
        return Err(Failure::usage(
            "compare needs at least two sweeps",
            "scalecalc compare before=old.csv after=new.csv",
        ));
    }
    let sizes = match &args.at {
        Some(sizes) => sizes.0.clone(),
        None => common_sizes(sides.iter().map(|side| &side.fit)),
    };
    let reference = sides.remove(0);
    let (report, code) = compare::report(reference, sides, &sizes, &args.fail_if, &unit, notes);
    Ok(Outcome { report, code })
}

/// The largest N that all were measured at, and its halves down to the smallest.
fn common_sizes<'a>(fits: impl Iterator<Item = &'a Fit>) -> Vec<f64> {
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    for fit in fits {
        low = low.max(fit.levels().as_slice().first().map_or(1.0, |level| level.n));
        high = high.min(fit.levels().n_max());
    }
    let mut sizes = Vec::new();
    let mut n = 1.0;
    while n < high && sizes.len() < 24 {
        if n >= low {
            sizes.push(n);
        }
        n *= 2.0;
    }
    if high >= low && high.is_finite() {
        sizes.push(high);
    }
    sizes
}
