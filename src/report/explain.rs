//! What a word means: a term of the field, a note code or a column.

use super::{Report, Section};
use serde::Serialize;

/// Body of a document of kind `explain`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExplainDocument {
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
        &["blend"],
        "Beyond the data, tables show the mean of the USL and of Amdahl's law, each riding on from the last measured level: on real sweeps this misses by less than either law alone.",
    ),
    term(
        "extrapolated",
        &["trust", "untrusted"],
        "Beyond the largest measured N. Up to twice that N the forecast is marked extrapolated, further out untrusted (Schwartz 2015). Measure there before you rely on it.",
    ),
    term(
        "peak-not-established",
        &[],
        "Note: β = 0 fits these data too, so there may be no peak at all, or one further out. Measure the N that the headline names.",
    ),
    term(
        "alpha-not-established",
        &[],
        "Note: α = 0 fits these data too; contention is not shown by them.",
    ),
    term(
        "at-bound",
        &[],
        "Note: the best value of α or β within its meaning is 0, and the unbounded fit would be negative. The interval is one-sided.",
    ),
    term(
        "coherency-shown",
        &["coherency note"],
        "Note coherency of amdahl: the USL describes the same measurements significantly better, so throughput will peak and fall, which Amdahl's law cannot say. Use scalecalc usl.",
    ),
    term(
        "superlinear",
        &[],
        "Note: throughput grows faster than N in part of the data (α < 0 without bounds), often a cache that starts to fit. See --allow-superlinear.",
    ),
    term(
        "few-levels",
        &[],
        "Note: fewer than 6 distinct N. The intervals are honest but wide; measure more N rather than more repeats.",
    ),
    term(
        "one-run",
        &[],
        "Note: one run per N, so noise and misfit cannot be told apart. Repeat each N at least three times.",
    ),
    term(
        "relative-noise",
        &[],
        "Note: the scatter grows with throughput, so intervals under --noise constant are too narrow. Use --noise relative or auto.",
    ),
    term(
        "lack-of-fit",
        &[],
        "Note: the curve misses the level means by more than repeats scatter: the system does something the law does not describe (a knee, a limit, two regimes). Look at the residuals; try --fit-up-to.",
    ),
    term(
        "outlier",
        &[],
        "Note: one level lies far off the curve that the others give. Measure it again; --exclude shows what it changes.",
    ),
    term(
        "bend",
        &[],
        "Note: residuals change sign in long runs: the curve bends where the law does not, as past the number of cores. Try --fit-up-to with the N of the bend.",
    ),
    term(
        "edge-peak",
        &[],
        "Note: the fitted peak is close to or beyond the largest measured N; measure past it to see throughput fall.",
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
        "serial-grows",
        &[],
        "Note: the serial share that the speedups imply grows with N, so something costs more the more units there are. Amdahl's law does not have that; the USL's β does.",
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

/// Words that have an explanation.
pub fn terms() -> Vec<&'static str> {
    TERMS.iter().map(|term| term.name).collect()
}

/// Explains a word; `None` where it is not known.
pub fn report(word: &str) -> Option<Report> {
    let wanted = word.to_lowercase();
    let term = TERMS.iter().find(|term| {
        term.name == wanted || term.also.iter().any(|also| also.to_lowercase() == wanted)
    })?;
    let body = ExplainDocument {
        term: term.name,
        also: term.also.to_vec(),
        text: term.text,
    };
    let headline = if term.also.is_empty() {
        term.name.to_owned()
    } else {
        format!("{} (also: {})", term.name, term.also.join(", "))
    };
    Some(Report {
        kind: "explain",
        headline: vec![headline],
        sections: vec![Section::Text(term.text.to_owned())],
        notes: Vec::new(),
        document: super::document("explain", body),
    })
}
