//! What a word means: a term of the field, a note code or a column.

use super::{Report, Section};
use crate::note::NoteCode;
use serde::Serialize;

/// Body of a document of kind `explain`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ExplainDocument {
    /// The term.
    pub term: &'static str,
    /// Other words for it.
    pub also: Vec<&'static str>,
    /// What it means and what to do about it.
    pub text: &'static str,
}

struct Term {
    name: &'static str,
    also: &'static [&'static str],
    text: &'static str,
}

const fn term(name: &'static str, also: &'static [&'static str], text: &'static str) -> Term {
    Term { name, also, text }
}

const TERMS: &[Term] = &[
    term(
        "alpha",
        &["α", "contention", "sigma", "serial fraction"],
        "Contention α: the share of each unit's work that queues for something shared (a lock, a disk, a serial step). Throughput can never exceed γ/α. Lower it by sharing less: shorter critical sections, partitioned data, more instances of the shared thing.",
    ),
    term(
        "beta",
        &["β", "coherency", "crosstalk", "kappa"],
        "Coherency β: the cost of each pair of units keeping in step (cache lines, consensus, all-to-all chatter). It grows with N², so it is what makes a system slower with more units: the peak is at N* = √((1−α)/β). Lower it by having fewer units talk to each other: cells, sharding, batching.",
    ),
    term(
        "gamma",
        &["γ", "lambda"],
        "Throughput of one unit γ: what the law gives at N = 1, in operations per second.",
    ),
    term(
        "usl",
        &["universal scalability law"],
        "Universal Scalability Law (Gunther 2007): X(N) = γN / (1 + α(N−1) + βN(N−1)). Linear growth, minus contention, minus coherency.",
    ),
    term(
        "amdahl",
        &["amdahl's law"],
        "Amdahl's law (1967): speedup(N) = 1 / (s + (1−s)/N) with serial fraction s; never above 1/s. It is the USL with α = s and β = 0.",
    ),
    term(
        "peak",
        &["N*", "n star"],
        "The N with the highest throughput, N* = √((1−α)/β) for the USL. It exists only where β > 0 and α < 1; the data establish it only where β's whole interval is above 0.",
    ),
    term(
        "knee",
        &[],
        "The smallest N that reaches 90 % of the peak (or of the largest measured N, where there is no peak): usually the economical place to run.",
    ),
    term(
        "efficiency",
        &["E(N)"],
        "Speedup divided by N: the share of each unit's capacity that is still useful work.",
    ),
    term(
        "speedup",
        &["S(N)", "relative capacity", "C(N)"],
        "X(N)/γ: how many times the throughput of one unit.",
    ),
    term(
        "latency",
        &["R(N)", "response time", "residence time"],
        "Mean time one operation spends inside. In a closed loop without think time it is N/X (Little's law).",
    ),
    term(
        "utilization",
        &["ρ", "rho"],
        "Share of the servers' capacity in use: arrival rate × service time / servers. An open queue needs it below 1.",
    ),
    term(
        "little",
        &["little's law"],
        "Little's law (1961): the mean number inside equals arrival rate × mean time inside, L = λW. It holds whatever the distributions.",
    ),
    term(
        "profile interval",
        &["interval", "profile likelihood"],
        "The values a parameter can take while the fit, with everything else re-fitted, stays within what the noise allows. Unlike estimate ± error it respects α, β ≥ 0 and may be open on one side.",
    ),
    term(
        "forecast",
        &["blend", "extrapolated", "untrusted"],
        "Beyond the data, tables show a quarter of the USL and three quarters of Amdahl's law, each riding on from the last measured level: on real sweeps this misses by less than either law alone. A row is `extrapolated` up to twice the largest measured N, and `untrusted` past that: no law is to be relied on there.",
    ),
    term(
        "trusted",
        &["trust"],
        "How far a row is backed by measurements: `trusted` up to the largest measured N, `extrapolated` up to twice that, `untrusted` beyond.",
    ),
    term(
        "measured",
        &["best measured"],
        "What runs gave, not a curve. In a table's last column: the law misses these sizes, so the estimate there is the mean of the runs, and between sizes the law corrected by its neighbours' misses.",
    ),
    term(
        "law",
        &["model"],
        "The curve that is fitted to throughput over N: the USL, or where it describes the sizes as well a simpler one (Amdahl's without coherency, linear without either), or one with a ceiling. In a table's last column: the estimate is the law's own value.",
    ),
    term(
        "basis",
        &["last column"],
        "What an estimate rests on: `law` is the fitted curve, `measured` the runs where the curve misses them, `between` the curve corrected by the misses of the sizes around, `extrapolated` and `untrusted` a forecast beyond the largest measured N.",
    ),
    term(
        "fit error",
        &["residual standard error"],
        "How far single runs lie from the fitted curve, as a standard deviation: in percent where scatter grows with throughput (relative noise). A large one means noise, or a law that does not describe the system.",
    ),
    term(
        "aicc",
        &["aic", "akaike"],
        "Akaike's information criterion for few data (Hurvich & Tsai 1989): how well a law fits, less a charge for each parameter. Lower is better; a difference of 4 or more is clear.",
    ),
    term(
        "levelling off",
        &["flat", "climbing"],
        "What twice the N would bring at the end of the measured sizes: still climbing where that is much, levelling off where it is clearly less than in proportion, flat where throughput no longer rises.",
    ),
    term(
        "inconclusive",
        &["cannot tell", "undecided"],
        "The interval holds values on both sides of the limit (of 0, for a difference), so the data decide neither way. It is no pass: more runs, in random order, narrow the interval.",
    ),
    term(
        "headroom",
        &["spare capacity"],
        "Capacity kept free on purpose, as a share of capacity: with 30 % a plan has capacity of load / (1 − 0.3), 1.43 times the load, so that bursts and forecasts that fall short do not fill it.",
    ),
    term(
        "gustafson",
        &["gustafson's law", "scaled speedup"],
        "Gustafson's law (1988): speedup(N) = N − s(N−1), for work that grows with the machine. Its s is a share of the time on N units, Amdahl's one of the time on a single unit.",
    ),
    term(
        "karp-flatt",
        &["karp-flatt metric"],
        "The serial share that a measured speedup on N units implies: (1/speedup − 1/N) / (1 − 1/N). Where it grows with N, the cost is not serial work but coherency: fit the USL.",
    ),
    term(
        "coordination path",
        &["path", "paths"],
        "Two workers that have to talk to each other. A mesh of N has N(N−1)/2, a star or a tree N−1; cells of near (2N)^(1/3) workers have the fewest of the two-level layouts.",
    ),
    term(
        "herd",
        &["thundering herd"],
        "Many clients released at once: the last waits ⌈N/P⌉−1 service times. Spread them in time.",
    ),
];

/// Words that have an explanation: terms of the field, then the codes of notes.
pub(crate) fn terms() -> Vec<&'static str> {
    let terms = TERMS.iter().map(|term| term.name);
    terms
        .chain(NoteCode::ALL.iter().map(|code| code.name()))
        .collect()
}

/// The term or note code of this name.
fn find(word: &str) -> Option<ExplainDocument> {
    let wanted = word.to_lowercase();
    let is_wanted = |also: &&str| also.to_lowercase() == wanted;
    let term = TERMS
        .iter()
        .find(|term| term.name == wanted || term.also.iter().any(is_wanted))
        .map(|term| ExplainDocument {
            term: term.name,
            also: term.also.to_vec(),
            text: term.text,
        });
    term.or_else(|| {
        let code = NoteCode::ALL.iter().find(|code| code.name() == wanted)?;
        Some(ExplainDocument {
            term: code.name(),
            also: vec![code.words()],
            text: code.explanation(),
        })
    })
}

/// Explains a word; `None` where it is not known.
pub(crate) fn report(word: &str) -> Option<Report> {
    let body = find(word)?;
    let headline = if body.also.is_empty() {
        body.term.to_owned()
    } else {
        format!("{} (also: {})", body.term, body.also.join(", "))
    };
    Some(Report {
        scene: None,
        kind: "explain",
        headline: vec![headline],
        sections: vec![Section::Text(body.text.to_owned())],
        notes: Vec::new(),
        document: super::document("explain", body),
    })
}
