//! `scalecalc check`: pass, fail or inconclusive, for CI.

use super::failure::Failure;
use super::fit_flags::FitArgs;
use super::input::{self, InputArgs};
use super::policy::Policy;
use super::{Outcome, Terminal, slo, value};
use crate::cli::spelling;
use crate::judge::gate::{Rule, RuleKind};
use crate::report::check::{self, Baseline, CheckedSeries, Gate, OnInconclusive};
use crate::report::usl::document::{embedded, warnings};
use crate::sweep::Sweeps;
use clap::{Args, ValueEnum};

mod earlier;

use earlier::{counterpart, earlier, other_law, same_unit};

const HELP: &str = "\
A rule passes or fails only where the whole interval is on one side of its limit; otherwise it is
inconclusive. Exit code 0: no rule failed; 1: a rule failed; 5: inconclusive, with --on-inconclusive
fail. Nothing to judge is never a pass: no rules 2; no data, no baseline, no size in common, another
unit or a change by the factor between two units 3. Sizes that only one side has are inconclusive.
INPUT may be a document that `usl --json` or `check --json` wrote.";

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    fit: FitArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Policy file in TOML: [rules] for every series, [series.NAME] for one
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    policy: Option<String>,
    /// Earlier measurements, or a document that usl or check wrote: no size may be slower
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    baseline: Option<String>,
    /// Throughput that may be lost against the baseline [default: 5%]
    #[arg(long, value_name = "RATIO", value_parser = value::ratio, help_heading = "Rules")]
    tolerance: Option<f64>,
    /// Compare with a baseline of another unit or law all the same
    #[arg(long, help_heading = "Rules")]
    allow_mismatch: bool,
    /// Judge the sizes in common where the baseline has others too
    #[arg(long, help_heading = "Rules")]
    allow_missing_sizes: bool,
    /// What an inconclusive rule does [default: warn]
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "Rules")]
    on_inconclusive: Option<OnInconclusiveName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnInconclusiveName {
    /// Exit code 0 and a warning
    Warn,
    /// Exit code 5
    Fail,
    /// Exit code 0
    Pass,
}

impl From<OnInconclusiveName> for OnInconclusive {
    fn from(name: OnInconclusiveName) -> Self {
        match name {
            OnInconclusiveName::Warn => Self::Warn,
            OnInconclusiveName::Fail => Self::Fail,
            OnInconclusiveName::Pass => Self::Pass,
        }
    }
}

/// The rules as flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
struct RuleArgs {
    /// Least efficiency at N: 60%@8
    #[arg(long, value_name = "RATIO@N", value_delimiter = ',',
        value_parser = |text: &str| rule(RuleKind::MinEfficiency, text))]
    min_efficiency: Vec<Rule>,
    /// Least throughput at N: 5k/s@8
    #[arg(long, value_name = "RATE@N", value_delimiter = ',',
        value_parser = |text: &str| rule(RuleKind::MinThroughput, text))]
    min_throughput: Vec<Rule>,
    /// Least speedup at N: 4@8
    #[arg(long, value_name = "S@N", value_delimiter = ',',
        value_parser = |text: &str| rule(RuleKind::MinSpeedup, text))]
    min_speedup: Vec<Rule>,
    /// Longest mean latency at N: 2ms@8
    #[arg(long, value_name = "TIME@N", value_delimiter = ',',
        value_parser = |text: &str| rule(RuleKind::MaxLatency, text))]
    max_latency: Vec<Rule>,
    /// Smallest N where throughput may peak: 16
    #[arg(long, value_name = "N", value_parser = |text: &str| rule(RuleKind::MinPeak, text))]
    min_peak: Vec<Rule>,
    /// Most contention α: 0.05
    #[arg(long, value_name = "RATIO", value_parser = |text: &str| rule(RuleKind::MaxAlpha, text))]
    max_alpha: Vec<Rule>,
    /// Most coherency β: 0.001
    #[arg(long, value_name = "RATIO", value_parser = |text: &str| rule(RuleKind::MaxBeta, text))]
    max_beta: Vec<Rule>,
    /// Capacity that must stay free at a load: 30%@9k/s
    #[arg(long, value_name = "RATIO@RATE", value_delimiter = ',',
        value_parser = |text: &str| rule(RuleKind::Headroom, text))]
    headroom: Vec<Rule>,
}

fn rule(kind: RuleKind, text: &str) -> Result<Rule, String> {
    Rule::parse(kind, text).map_err(|error| match &error {
        crate::Error::Parse {
            what: "a rule",
            hint,
            ..
        } => format!("{error}: --{} {hint}", kind.word()),
        _ => spelling::told(&error),
    })
}

/// The rules there are as they are typed, for hints.
fn rule_words() -> String {
    RuleKind::ALL
        .map(|kind| format!("--{} {}", kind.word(), kind.example()))
        .join("\n")
}

impl RuleArgs {
    fn all(&self) -> Vec<Rule> {
        [
            &self.min_efficiency,
            &self.min_throughput,
            &self.min_speedup,
            &self.max_latency,
            &self.min_peak,
            &self.max_alpha,
            &self.max_beta,
            &self.headroom,
        ]
        .into_iter()
        .flatten()
        .copied()
        .collect()
    }
}

/// What is to be judged, and how strictly: flags over the policy file.
struct Demands {
    rules: Vec<Rule>,
    policy: Policy,
    baseline: Option<String>,
    tolerance: f64,
    on_inconclusive: OnInconclusive,
}

impl CheckArgs {
    fn demands(&self) -> Result<Demands, Failure> {
        let policy = match &self.policy {
            Some(path) => Policy::parse(path, &input::text(path)?)?,
            None => Policy::default(),
        };
        let mut rules = self.rules.all();
        rules.extend(&policy.rules);
        let baseline = self.baseline.clone().or_else(|| policy.baseline.clone());
        let none = rules.is_empty() && policy.series.values().all(Vec::is_empty);
        if none && baseline.is_none() {
            return Err(Failure::usage(
                "check has no rules: nothing could fail",
                rule_words() + "\n--baseline FILE --tolerance 5%",
            ));
        }
        let refuse = |key: &str, why: &str| {
            Failure::input(
                format!(
                    "{}: {key}: {why}",
                    self.policy.as_deref().unwrap_or_default()
                ),
                "",
            )
        };
        let tolerance = match (self.tolerance, &policy.tolerance) {
            (Some(tolerance), _) => tolerance,
            (None, Some(text)) => value::ratio(text).map_err(|why| refuse("tolerance", &why))?,
            (None, None) => 0.05,
        };
        if tolerance >= 1.0 {
            return Err(Failure::usage(
                "--tolerance is out of range: must be below 100 %",
                "--tolerance 5%",
            ));
        }
        if self.tolerance.is_some() && baseline.is_none() {
            return Err(Failure::usage(
                "--tolerance has no use without a baseline",
                "--baseline FILE --tolerance 5%",
            ));
        }
        for (given, flag) in [
            (self.allow_mismatch, "--allow-mismatch"),
            (self.allow_missing_sizes, "--allow-missing-sizes"),
        ] {
            if given && baseline.is_none() {
                return Err(Failure::usage(
                    format!("{flag} has no use without a baseline"),
                    format!("--baseline FILE {flag}"),
                ));
            }
        }
        let on_inconclusive = match (self.on_inconclusive, &policy.on_inconclusive) {
            (Some(name), _) => name.into(),
            (None, Some(word)) => OnInconclusiveName::from_str(word, false)
                .map_err(|_| refuse("on-inconclusive", "warn, fail or pass"))?
                .into(),
            (None, None) => OnInconclusive::Warn,
        };
        Ok(Demands {
            rules,
            policy,
            baseline,
            tolerance,
            on_inconclusive,
        })
    }
}

/// Judges every series.
pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let demands = args.demands()?;
    let sweeps = args.input.sweeps(terminal)?;
    refuse_unknown_series(&demands.policy, &sweeps)?;
    let rules = (demands.rules.iter()).chain(demands.policy.series.values().flatten());
    if rules
        .into_iter()
        .any(|rule| rule.kind == RuleKind::MaxLatency)
    {
        slo::refuse_of_job(sweeps.fixed_job, "--max-latency")?;
    }
    let earlier = match &demands.baseline {
        Some(path) => Some(earlier(path, args, terminal)?),
        None => None,
    };
    let mut series = Vec::new();
    let mut mismatches: Vec<String> = Vec::new();
    for sweep in &sweeps.sweeps {
        let told = |failure: Failure| failure.about(&sweeps.sources);
        let fit = args.fit.fit(sweep).map_err(told)?;
        let mut rules = demands.rules.clone();
        rules.extend(demands.policy.series.get(&sweep.name).into_iter().flatten());
        let changes = match (&earlier, &demands.baseline) {
            (Some(earlier), Some(path)) => {
                let before = counterpart(earlier, sweep, path)?;
                if !args.allow_mismatch {
                    same_unit(before, &sweeps.n_unit, path)?;
                    mismatches.extend(other_law(before, &fit));
                    mismatches.dedup();
                }
                Some(args.compared(before, &fit, &demands, &sweeps.n_unit)?)
            }
            _ => None,
        };
        if rules.is_empty() && changes.is_none() {
            continue;
        }
        series.push(CheckedSeries {
            name: sweep.name.clone(),
            findings: rules.iter().map(|r| (*r, r.judge(&fit))).collect(),
            changes,
            result: embedded(&sweeps, &sweep.name, &fit, spelling::flags()),
            fit,
        });
    }
    let mut notes = sweeps.notes;
    for series in &series {
        notes.extend(warnings(&series.result, &series.name));
    }
    let measured = |name: &String| sweeps.sweeps.iter().any(|sweep| sweep.name == *name);
    let mut lost: Vec<String> = (earlier.iter().flatten())
        .map(|before| before.name.clone())
        .filter(|name| !measured(name))
        .collect();
    if args.allow_missing_sizes {
        lost.clear();
    }
    let gate = Gate {
        series,
        lost,
        n_unit: sweeps.n_unit,
        baseline: demands.baseline.map(|path| Baseline {
            path,
            tolerance: demands.tolerance,
            mismatches,
        }),
        on_inconclusive: demands.on_inconclusive,
        notes,
    };
    let (report, code) = check::report(gate);
    Ok(Outcome { report, code })
}

/// A rule for a series that was not measured must not go unnoticed.
fn refuse_unknown_series(policy: &Policy, sweeps: &Sweeps) -> Result<(), Failure> {
    for name in policy.series.keys() {
        if !sweeps.sweeps.iter().any(|sweep| sweep.name == *name) {
            let known: Vec<&str> = sweeps.sweeps.iter().map(|s| s.name.as_str()).collect();
            return Err(Failure::input(
                format!("the policy has rules for the series \"{name}\", which was not measured"),
                match known.as_slice() {
                    [""] => "the input has one series without a name; put the rules under [rules], or name series with --by".to_owned(),
                    known => format!("measured were: {}", known.join(", ")),
                },
            ));
        }
    }
    Ok(())
}
