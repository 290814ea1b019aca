//! Doubts are data: they travel with the result they qualify.

use crate::advice::{Advice, Spelling};
use serde::{Deserialize, Serialize};

/// How much a note should worry the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the answer stands.
    Note,
    /// The answer may mislead without this.
    Warning,
}

/// Builds [`NoteCode`] from its table: variant, stable word, usual severity, a few words for
/// a list, and what `explain` says of it.
macro_rules! note_codes {
    ($($variant:ident $code:literal $severity:ident $words:literal $explanation:literal;)*) => {
        /// Every doubt there is, by a stable word. A new one is one entry of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum NoteCode {
            $(#[doc = $explanation] #[serde(rename = $code)] $variant,)*
        }

        impl NoteCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Stable word for machines, such as `peak-not-established`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// How much it matters, where nothing says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// A few words for a list.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// What it means and what to do about it.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)* }
            }
        }
    };
}

note_codes! {
    FewLevels "few-levels" Note
        "few sizes"
        "Fewer than 6 distinct N. The intervals are honest but wide; measure more N rather than more repeats.";
    Condensed "sizes-condensed" Note
        "neighbouring sizes are fitted together"
        "Very many distinct N: the law is fitted to the means of neighbouring ones, at most 4,096, with all their runs and scatter. What was measured at an N is still answered from that N alone.";
    OneRun "one-run" Note
        "one run per size"
        "One run per N, so noise and misfit cannot be told apart. Repeat each N at least three times.";
    PeakNotEstablished "peak-not-established" Warning
        "no peak shown"
        "β = 0 fits these data too, so there may be no peak at all, or one further out. Measure the N that the headline names.";
    AlphaNotEstablished "alpha-not-established" Note
        "no contention shown"
        "α = 0 fits these data too; contention is not shown by them.";
    AtBound "at-bound" Note
        "a coefficient is at its bound"
        "The best value of α or β within its meaning is 0, and the unbounded fit would be negative. The interval is one-sided.";
    EdgePeak "edge-peak" Note
        "the peak is at the edge of the data"
        "The fitted peak is close to or beyond the largest measured N; measure past it to see throughput fall.";
    Superlinear "superlinear" Warning
        "grows faster than N"
        "Throughput grows faster than N in part of the data (α < 0 without bounds), often a cache that starts to fit. Allow a negative α to see it.";
    LackOfFit "lack-of-fit" Warning
        "the law misses the measurements"
        "The curve misses the level means by more than repeats scatter: the system does something the law does not describe (a knee, a limit, two regimes). Look at the residuals; fit only up to the bend.";
    RunsCorrelated "runs-correlated" Warning
        "repeats are not independent"
        "Repeats at one size agree better with each other than sizes do with the curve, as where they were taken together and shared the state of the machine. Intervals rest on the scatter of the sizes instead. Take the rounds in random order.";
    Outlier "outlier" Warning
        "a size is off the curve"
        "One level lies far off the curve that the others give. Measure it again; leaving it out shows what it changes.";
    Bend "bend" Note
        "the data bend where the law does not"
        "Residuals change sign in long runs: the curve bends where the law does not, as past the number of cores. Fit only up to the bend: where the note names an N, that is the N of the bend.";
    RelativeNoise "relative-noise" Note
        "scatter grows with throughput"
        "The scatter grows with throughput, so intervals that assume constant noise are too narrow. Assume relative noise, or let the data decide.";
    Extrapolated "extrapolated" Note
        "beyond the data"
        "Beyond the largest measured N. Up to twice that N the forecast is marked extrapolated, further out untrusted (Schwartz 2015). Measure there before you rely on it.";
    Untrusted "untrusted" Warning
        "far beyond the data"
        "So far beyond the largest measured N that no law is to be trusted there. Measure there before you rely on it.";
    CoherencyShown "coherency-shown" Warning
        "the USL describes these better"
        "The USL describes the same measurements significantly better than Amdahl's law, so throughput will peak and fall, which Amdahl's law cannot say. Use scalecalc usl.";
    SerialGrows "serial-grows" Note
        "the implied serial share grows"
        "The serial share that the speedups imply grows with N, so something costs more the more units there are. Amdahl's law does not have that; the USL's β does.";
    PastPeak "past-peak" Warning
        "past the peak"
        "The present size lies past the throughput peak: fewer units carry as much or more.";
    NoInterval "no-interval" Warning
        "no interval"
        "The measurements leave no degrees of freedom, so the count rests on a curve of unknown certainty. Measure more sizes.";
    OneWorker "one-worker" Note
        "one worker"
        "With a single worker there is nothing to compare; spread and imbalance mean nothing.";
    InfiniteVariance "infinite-variance" Warning
        "times without a variance"
        "A law of times has infinite variance (Pareto with a shape of 2 or less): a mean wait behind it may be infinite, and no number of runs gives it an interval. Read the percentiles, or bound the law.";
    NotSteady "not-steady" Warning
        "no steady part found"
        "Pilot runs were still moving in their second half, so the means may depend on how long the runs are. Simulate more requests a run.";
    PrecisionNotReached "precision-not-reached" Warning
        "the precision was not reached"
        "The interval of the mean response is still wider than was asked for. Near saturation the length grows with 1/(1 − ρ)²: ask for less, or for a percentile.";
    DoesNotRecover "does-not-recover" Warning
        "does not come back by itself"
        "After its trigger the backlog was not worked off in some of the runs: retries and late answers can keep a station down that could carry its load (a metastable failure). Bound the retries by a budget, spread them by jitter, or take given-up work back.";
    Saturated "saturated" Warning
        "saturated"
        "The offered load is at or above what the servers can carry: there is no steady state and the backlog grows without end.";
    Approximation "approximation" Warning
        "approximate"
        "No exact formula is known for these distributions; the value comes from an approximation whose typical error is stated beside it.";
    LittleMismatch "little-mismatch" Note
        "throughput × latency is not N"
        "By Little's law throughput × latency is the number in flight, which should be N. Where it is not, the reported latency leaves out client time, clients pause between requests, or N is not what it seems.";
    RateCapped "rate-capped" Warning
        "the load generator set the rate"
        "The load generator sent at a fixed rate, so throughput shows the offered load and not what the system can carry. Run without a rate limit.";
    FlatSeries "flat-series" Warning
        "N does not change the work"
        "Every N gives the same time per operation, as where N is a parameter that the benchmark does not use as load.";
    UnitAssumed "unit-assumed" Note
        "a unit was assumed"
        "The input does not say its unit, or says it in a way that allows two readings; the one that was taken is named. Say it to be sure.";
    MayBeTime "may-be-time" Warning
        "this may be a time"
        "Throughput falls like 1/N from the first size on. Systems that lose so much are rare, run times that fall so are the rule: say what the column holds.";
    CutOff "cut-off" Note
        "the input may be cut off"
        "The last line has no end, as where a file was cut in the middle of a number: 2037843 becomes 2. Look whether the last value is whole, or write the file again; a strict run stops here.";
    Skipped "skipped" Note
        "a part of the input was left out"
        "A file of a folder, or a series of a file, is no measurement that can be read, and was left out. Name the file alone to see why.";
    DemandLimited "demand-limited" Warning
        "the load, and not the capacity"
        "A running system does what it is asked for. Its throughput at an N is the demand at that time; only where latency or a queue rises along with N is it what the system can do. To know the capacity, load it until it gives no more.";
    ErrorsCounted "errors-counted" Warning
        "failed operations"
        "Some operations failed; throughput may count them as work done. Look at the errors before the curve.";
    ZeroDropped "zero-dropped" Note
        "rows without throughput left out"
        "Rows with a throughput of 0 or at N = 0 say nothing about scaling and were left out.";
    ZeroThroughput "zero-throughput" Warning
        "throughput of 0"
        "A size was measured with a throughput of 0: the system did no work there. Check that run.";
    HeaderGuessed "header-guessed" Note
        "columns were guessed"
        "No header names the columns for certain; which column was taken for what is named. Choose the columns to be sure.";
    SeriesApart "series-apart" Note
        "several series"
        "The inputs are not of one system for certain (other names, other tools, other benchmarks), so each is a series of its own. Name the parameter that tells them apart, or say that they are one sweep.";
    RowsSkipped "rows-skipped" Warning
        "rows left out"
        "Rows that could not be read were left out, as asked; the first of them is named.";
    DecimalComma "decimal-comma" Note
        "decimal comma"
        "Numbers were read with a comma as decimal mark.";
    Drift "drift" Warning
        "throughput drifted during the sweep"
        "Throughput at the same N changed from the first run to the last (p < 0.01), so the machine was not in a steady state. Random order keeps it from posing as scaling, but it widens every interval: warm up first, or wait for a quiet machine.";
    RisingOrder "rising-order" Note
        "measured in rising order"
        "N was measured in rising order, so whatever drifts over time (heat, caches, growing files) looks like scaling. Take the rounds in random order.";
    TwoModes "two-modes" Warning
        "runs fall into two groups"
        "Runs at one N fall into two groups rather than around one value, as where a placement or a plan is chosen anew each run. The mean describes neither; find what differs between the runs.";
    AboveCores "above-cores" Note
        "more than the cores"
        "Sizes above the number of cores: what computes has to share them, so throughput cannot grow for that reason alone. For clients that mostly wait this is no matter.";
    BusyMachine "busy-machine" Warning
        "others are at work on the machine"
        "The load average before the first run was above a fifth of the cores: other work takes a part of the machine, and not the same part all the time. Measure on a quiet machine.";
    CpuGovernor "cpu-governor" Note
        "cores change their speed"
        "The CPU frequency governor is not \"performance\", so cores change their speed while a run lasts, and later runs may find them faster.";
    Turbo "turbo" Note
        "turbo is on"
        "Few busy cores run faster than many, which lowers throughput per unit as N grows and looks like contention. Turn turbo off to see the software alone.";
    RunnerCost "runner-cost" Note
        "starting a run takes a part of it"
        "Starting and reading an empty command takes more than 1 % of a run. Where wall time is the measure, make runs longer.";
    RunsFailed "runs-failed" Warning
        "runs failed and were left out"
        "Some runs failed and were left out, as asked. If failures come with load, what is left shows the system better than it is.";
    GoalNotReached "goal-not-reached" Warning
        "not known as closely as asked"
        "The runs or the time were used up before the interval was as narrow as asked. Go on with the file, or ask for less.";
    Interrupted "interrupted" Warning
        "the sweep was interrupted"
        "The sweep was ended before it was complete; the answer comes from the runs up to there.";
    NotInCommand "n-not-in-command" Warning
        "the command does not name N"
        "The command has no {n}, so every size runs the same words. Only a program that finds N in its environment can tell the sizes apart.";
    NoGroups "no-process-groups" Note
        "children of the command may live on"
        "This system has no process groups: a time-out ends the command itself, and what it started may live on.";
}

impl std::fmt::Display for NoteCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// One doubt about a result: a stable code, and one sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// Stable word for machines, such as `peak-not-established`.
    pub code: NoteCode,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence for people, which says what to do.
    pub text: Advice,
}

impl Note {
    /// A note as loud as its code usually is.
    pub fn new(code: NoteCode, text: impl Into<Advice>) -> Self {
        Self {
            code,
            severity: code.severity(),
            text: text.into(),
        }
    }

    /// A warning, where the code is usually quieter.
    pub fn warning(code: NoteCode, text: impl Into<Advice>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(code, text)
        }
    }

    /// The same note with its settings spelled.
    #[must_use]
    pub fn spelled(self, spelling: Spelling) -> Self {
        let text = self.text.spelled(spelling);
        Self { text, ..self }
    }

    /// The same note about one of several things.
    #[must_use]
    pub fn about(self, name: &str) -> Self {
        let text = Advice::from(format!("{name}: ")).and(self.text);
        Self { text, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_words_and_each_is_explained() {
        for (index, code) in NoteCode::ALL.iter().enumerate() {
            let name = code.name();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
            assert!(
                NoteCode::ALL[..index]
                    .iter()
                    .all(|other| other.name() != name),
                "{name}"
            );
            assert!(
                code.explanation().len() > 40 && !code.words().is_empty(),
                "{name}"
            );
            assert_eq!(serde_json::to_value(code).unwrap(), name);
        }
    }
}
