//! Commands about the program itself: schemas, completions, manual pages.

use super::Outcome;
use super::failure::{ErrorDocument, Failure};
use super::simulate::Settings;
use crate::report::{
    Document, amdahl, capacity, check, compare, explain, health, import, little, measure, paths,
    plan, queue, risk, simulate, usl,
};
use crate::spelling::nearest;
use clap::Args;
use schemars::Schema;
use std::io::Write;
use std::path::PathBuf;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Kind of document
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(KINDS.iter().map(|(kind, _)| *kind)))]
    kind: String,
}

use crate::report::risk::RiskDocument as Risk;

type Kind = (&'static str, fn() -> Schema);

/// Every kind of document and what makes its schema.
const KINDS: &[Kind] = &[
    ("amdahl", schema_of::<amdahl::AmdahlDocument>),
    ("check", schema_of::<check::CheckDocument>),
    ("compare", schema_of::<compare::CompareDocument>),
    ("error", schema_of::<ErrorDocument>),
    ("usl", schema_of::<usl::document::UslDocument>),
    ("usl-series", schema_of::<usl::series::SeriesDocument>),
    ("usl-summary", schema_of::<usl::series::Line>),
    ("usl-law", schema_of::<usl::given::LawDocument>),
    ("explain", schema_of::<explain::ExplainDocument>),
    ("import", schema_of::<import::ImportDocument>),
    ("import-fold", schema_of::<import::FoldDocument>),
    ("health", schema_of::<health::HealthDocument>),
    ("measure", schema_of::<measure::MeasureDocument>),
    ("measure-runs", schema_of::<measure::RunsDocument>),
    ("little", schema_of::<little::LittleDocument>),
    ("paths", schema_of::<paths::PathsDocument>),
    ("plan", schema_of::<plan::PlanDocument>),
    ("report", schema_of::<capacity::CapacityDocument>),
    ("queue", schema_of::<queue::QueueDocument>),
    ("scenario", || schemars::schema_for!(Settings)),
    ("simulate", schema_of::<simulate::SimulateDocument>),
    ("queue-bound", schema_of::<queue::BoundDocument>),
    ("queue-drain", schema_of::<queue::DrainDocument>),
    ("risk-all", schema_of::<Risk<risk::ranking::RankingNumbers>>),
    (
        "risk-affinity",
        schema_of::<Risk<risk::affinity::AffinityNumbers>>,
    ),
    ("risk-batch", schema_of::<Risk<risk::batch::BatchNumbers>>),
    (
        "risk-ceiling",
        schema_of::<Risk<risk::ceiling::CeilingNumbers>>,
    ),
    (
        "risk-concurrency",
        schema_of::<Risk<risk::concurrency::ConcurrencyNumbers>>,
    ),
    (
        "risk-deadlock",
        schema_of::<Risk<risk::deadlock::DeadlockNumbers>>,
    ),
    (
        "risk-fan-out",
        schema_of::<Risk<risk::fan_out::FanOutNumbers>>,
    ),
    (
        "risk-head-of-line",
        schema_of::<Risk<risk::head_of_line::HeadOfLineNumbers>>,
    ),
    ("risk-herd", schema_of::<Risk<risk::herd::HerdNumbers>>),
    ("risk-retry", schema_of::<Risk<risk::retry::RetryNumbers>>),
    (
        "risk-starvation",
        schema_of::<Risk<risk::starvation::StarvationNumbers>>,
    ),
];

fn schema_of<T: schemars::JsonSchema>() -> Schema {
    schemars::schema_for!(Document<T>)
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A term such as alpha or peak, or a note code
    #[arg(required = true, num_args = 1..)]
    term: Vec<String>,
}

/// Explains a term.
pub(super) fn explain(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let term = args.term.join(" ");
    explain::report(&term).map(Outcome::done).ok_or_else(|| {
        Failure::usage(
            format!("no explanation of \"{term}\""),
            match nearest(&term, explain::terms()) {
                Some(word) => format!("scalecalc explain {word}"),
                None => explain::terms().join(", "),
            },
        )
    })
}

/// Prints the JSON Schema of a kind.
pub(super) fn schema(args: &SchemaArgs, out: &mut dyn Write) -> Result<u8, Failure> {
    for (kind, make) in KINDS {
        if *kind == args.kind {
            let text = serde_json::to_string_pretty(&make()).map_err(anyhow::Error::from)?;
            writeln!(out, "{text}")?;
        }
    }
    Ok(0)
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints a completion script: one that asks the program, or a fixed one for shells that cannot.
pub(super) fn completions(
    args: &CompletionsArgs,
    mut command: clap::Command,
    out: &mut dyn Write,
) -> Result<u8, Failure> {
    let mut script = Vec::new();
    if !super::complete::script(args.shell, &mut script)? {
        clap_complete::generate(args.shell, &mut command, "scalecalc", &mut script);
    }
    out.write_all(&script)?;
    Ok(0)
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Directory to write into
    dir: PathBuf,
}

/// Writes one manual page a command.
pub(super) fn man(args: &ManArgs, command: clap::Command) -> Result<u8, Failure> {
    clap_mangen::generate_to(command, &args.dir).map_err(|error| {
        Failure::input(
            format!("cannot write into {}: {error}", args.dir.display()),
            "name an existing directory",
        )
    })?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Terminal, run};
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    /// What a line of this command's prints, read as its type and written again.
    fn again<T: Serialize + DeserializeOwned + 'static>(line: &str) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = line.split(' ').map(|word| word.replace('~', " "));
        let code = run(args, &Terminal::default(), &mut out, &mut err);
        assert!(
            code == 0 || code == 5,
            "{line}: {}",
            String::from_utf8_lossy(&err)
        );
        let document: Document<T> =
            serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut back = serde_json::to_vec_pretty(&document).unwrap();
        back.push(b'\n');
        assert!(out == back, "{line}: {}", String::from_utf8_lossy(&back));
    }

    #[test]
    fn every_saved_document_reads_back_to_the_same_bytes() {
        let usl = again::<usl::document::UslDocument>;
        usl("scalecalc usl data/gate/baseline.csv --json");
        usl(
            "scalecalc usl data/published/cisco_mysql.csv --law usl --slo mean<=5ms --what-if alpha=-50% --next 3 --at 1..64:x2 --json",
        );
        usl("scalecalc usl data/published/cisco_mysql.csv --law ceiling --noise relative --json");
        again::<usl::series::SeriesDocument>(
            "scalecalc usl data/gate/baseline.csv data/published/cisco_mysql.csv --json",
        );
        again::<amdahl::AmdahlDocument>("scalecalc amdahl data/gate/baseline.csv --json");
        again::<amdahl::AmdahlDocument>("scalecalc amdahl --serial 5% --at 1..64:x2 --json");
        again::<amdahl::AmdahlDocument>("scalecalc amdahl --speedup 6.5@8,10@16 --json");
        again::<check::CheckDocument>(
            "scalecalc check data/gate/baseline.csv --baseline data/gate/baseline.csv --min-throughput 1/s@8 --json",
        );
        again::<compare::CompareDocument>(
            "scalecalc compare a=data/gate/baseline.csv b=data/published/cisco_mysql.csv --fail-if throughput@8<1% --json",
        );
        again::<import::ImportDocument>("scalecalc import data/gate/baseline.csv --json");
        again::<import::FoldDocument>("scalecalc import --fold data/gate/baseline.csv --json");
        let runs = std::env::temp_dir().join(format!("scalecalc-{}.csv", std::process::id()));
        again::<measure::MeasureDocument>(&format!(
            "scalecalc measure --n 1,2,4,8 --runs 2 --json -o {} -- echo {{n}}",
            runs.display().to_string().replace(' ', "~")
        ));
        let _ = std::fs::remove_file(runs);
    }
}
