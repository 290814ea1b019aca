//! The JSON document of a fit: kind `usl`.

use crate::advice::Spelling;
use crate::estimate::Estimate;
use crate::fit::Fit;
use crate::law::UslParams;
use crate::note::{Note, Severity};
use crate::report::Word;
use crate::sweep::{Source, Sweeps};
use serde::{Deserialize, Serialize};

/// Body of a document of kind `usl`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct UslDocument {
    /// What was read.
    pub input: Input,
    /// The fitted law.
    pub fit: FitPart,
    /// What follows from it.
    pub derived: Derived,
    /// Every measured N, rising.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<LevelPart>"))]
    pub levels: LevelParts,
    /// The N that were asked for.
    pub predictions: Vec<Prediction>,
    /// How far forecasts of this kind missed on real sweeps, by distance.
    pub forecast_record: Vec<RecordPart>,
    /// The largest N that keeps a promised mean latency.
    pub slo: Option<SloPart>,
    /// What other coefficients would bring.
    pub what_if: Option<WhatIfPart>,
    /// Which N to measure next.
    pub next_measurement: Vec<NextPart>,
    /// Doubts.
    pub notes: Vec<Note>,
    /// How it was computed.
    pub options: OptionsPart,
}

/// Every measured N.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Vec<LevelPart>")]
pub(crate) enum LevelParts {
    /// Worked out while it is written.
    Fitted(Box<Fit>),
    /// As a saved document holds it.
    Saved(Vec<LevelPart>),
}

impl From<Vec<LevelPart>> for LevelParts {
    fn from(levels: Vec<LevelPart>) -> Self {
        Self::Saved(levels)
    }
}

macro_rules! parts {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub(crate) struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

parts! {
    /// What was read.
    Input {
        /// The files.
        sources: Vec<Source>,
        /// Name of the series; empty where there is only one.
        series: String,
        /// What N counts.
        n_unit: String,
        /// Column that N was read from.
        n_column: Option<String>,
        /// Column that throughput was read from.
        throughput_column: Option<String>,
        /// Column that latency was read from.
        latency_column: Option<String>,
        /// Throughput came from run times of a fixed amount of work: a job takes 1/X, not N/X.
        #[serde(default)]
        fixed_job: bool,
        /// Distinct N used.
        levels: usize,
        /// Runs used.
        runs: u64,
        /// Smallest N used.
        n_min: f64,
        /// Largest N used.
        n_max: f64,
    }
    /// The fitted law.
    FitPart {
        /// `linear`, `amdahl`, `usl` or `ceiling`.
        law: Word,
        /// `constant` or `relative`.
        noise: Word,
        /// `fit` or `n1`.
        anchor: Word,
        /// Always true: a fit that does not converge is an error.
        converged: bool,
        /// The law passes through every run.
        exact: bool,
        /// Coefficients whose best value is their bound 0.
        at_bound: Vec<Word>,
        /// Contention; no value for a law with a ceiling.
        alpha: Estimate,
        /// Coherency.
        beta: Estimate,
        /// Throughput of one unit, 1/s; of a law with a ceiling, its slope.
        gamma: Estimate,
        /// The ceiling K, 1/s; null unless the law is `ceiling`.
        ceiling: Option<Estimate>,
        /// N at which it is reached at full efficiency, K/γ; null unless the law is `ceiling`.
        corner_n: Option<Estimate>,
        /// Standard errors; null for a coefficient that is held.
        standard_errors: StandardErrors,
        /// Residual sum of squares on the fitted scale (X, or ln X for relative noise).
        rss: Option<f64>,
        /// √(rss/df): 1/s, or a share for relative noise.
        residual_standard_error: Option<f64>,
        /// The same as a share of throughput.
        relative_error: Option<f64>,
        /// Runs less coefficients that the data determine.
        degrees_of_freedom: f64,
        /// Not a measure of a nonlinear fit's worth.
        r_squared: Option<f64>,
        /// How well it describes the sweep.
        quality: QualityPart,
        /// The laws on the same data and scale.
        candidates: Vec<CandidatePart>,
        /// F tests of each law against the next simpler one.
        nested_tests: Vec<NestedPart>,
        /// F test of the misfit against the scatter of repeats.
        lack_of_fit: Option<LackOfFitPart>,
        /// AICc of constant less that of relative noise; above 0 relative noise describes better.
        relative_noise_advantage: Option<f64>,
        /// `linear`, `contention-limited`, `coherency-limited`, `ceiling-limited` or `not-enough-evidence`.
        verdict: Word,
    }
    /// Standard errors of the coefficients.
    StandardErrors {
        /// Of α.
        alpha: Option<f64>,
        /// Of β.
        beta: Option<f64>,
        /// Of γ, 1/s.
        gamma: Option<f64>,
    }
    /// One law of the comparison.
    CandidatePart {
        /// Its name.
        law: Word,
        /// Coefficients that the data determine.
        parameters: usize,
        /// Residual sum of squares.
        rss: Option<f64>,
        /// Akaike's criterion, corrected, on the scale of X.
        aicc: Option<f64>,
        /// Mean |ln miss| at inner sizes left out in turn; null where the rest has no such law.
        left_out_miss: Option<f64>,
    }
    /// How well the law describes the sweep.
    QualityPart {
        /// `good`, `fair` or `poor`; a poor law's peak, limit and coefficients say nothing.
        grade: Word,
        /// Root mean square of ln(measured mean/law) beyond noise.
        misfit: f64,
        /// Standard deviation of ln X of one run, from repeats; null where nothing repeats.
        noise: Option<f64>,
        /// Probability of such a misfit if the law is true; null where nothing repeats.
        p: Option<f64>,
    }
    /// What the measured sizes show, whatever the law.
    ShapePart {
        /// `single`, `climbing`, `levelling`, `flat` or `falling`.
        kind: Word,
        /// First N of the flat part or of the highest; null where it climbs or levels.
        from: Option<f64>,
        /// Last N of the highest before a fall, else the largest measured N.
        until: Option<f64>,
        /// Highest mean over the mean at the largest N, where it falls and that is above 0.
        factor: Option<f64>,
        /// d ln X/d ln N at the end, where it climbs or levels.
        slope: Option<f64>,
    }
    /// A ceiling: of the fitted law, or one that describes sizes which that does not.
    CeilingPart {
        /// The ceiling K, 1/s.
        throughput: f64,
        /// N at which it is reached at full efficiency, K/γ.
        corner_n: f64,
        /// Sharpness p of the corner; null where it is sharp.
        sharpness: Option<f64>,
        /// Coherency.
        beta: f64,
    }
    /// One F test between laws.
    NestedPart {
        /// The simpler law.
        simpler: Word,
        /// The more general law.
        general: Word,
        /// F with 1 and M − p degrees of freedom.
        f: f64,
        /// Its p-value.
        p: f64,
    }
    /// Lack-of-fit test.
    LackOfFitPart {
        /// F.
        f: f64,
        /// Degrees of freedom of the misfit.
        df_misfit: f64,
        /// Degrees of freedom of the repeats.
        df_repeats: f64,
        /// Its p-value.
        p: f64,
    }
    /// What follows from the law.
    Derived {
        /// Where throughput is highest.
        peak: PeakPart,
        /// The highest measured mean.
        best_measured: BestMeasured,
        /// Throughput for N → ∞; null where there is no limit.
        limit: LimitPart,
        /// The smallest N that reaches a share of the peak.
        knee: KneePart,
        /// A ceiling, where the fitted law has one or where one describes what that does not.
        ceiling: Option<CeilingPart>,
        /// What the measured sizes show.
        shape: ShapePart,
        /// Twice the largest measured N.
        trusted_up_to_n: f64,
    }
    /// Where throughput is highest.
    PeakPart {
        /// The data show a peak, no further out than twice the largest measured N.
        established: bool,
        /// The best whole N; null without a peak.
        n: Option<f64>,
        /// N*; an upper end of null means that none is known.
        n_real: Estimate,
        /// Throughput there, 1/s.
        throughput: Estimate,
    }
    /// The highest measured mean.
    BestMeasured {
        /// Its N.
        n: f64,
        /// Its mean throughput, 1/s.
        throughput: f64,
    }
    /// Throughput for N → ∞.
    LimitPart {
        /// 1/s; 0 where throughput falls without end, null where it grows without end.
        throughput: Option<f64>,
    }
    /// The economical place.
    KneePart {
        /// Share of the peak, or of the largest measured N where there is no peak.
        share: f64,
        /// The smallest N that reaches it.
        n: Option<f64>,
    }
    /// One measured N.
    LevelPart {
        /// N.
        n: f64,
        /// Runs at it.
        runs: u64,
        /// Mean throughput, 1/s.
        throughput_mean: f64,
        /// Sample standard deviation of it; null for one run.
        throughput_stddev: Option<f64>,
        /// Mean of the natural logarithm of throughput; null where a throughput was 0.
        log_throughput_mean: Option<f64>,
        /// Sample standard deviation of the logarithm; null for one run or a throughput of 0.
        log_throughput_stddev: Option<f64>,
        /// Standard deviation of throughput from the differences of each run to the next; null
        /// for one run and where their order is not known.
        throughput_step_stddev: Option<f64>,
        /// The law there, 1/s.
        fitted: f64,
        /// Measured less fitted, 1/s.
        residual: f64,
        /// Residual over its standard error.
        standardized_residual: Option<f64>,
        /// Share of its own weight in its fitted value.
        leverage: Option<f64>,
        /// p-value as an outlier, Bonferroni-adjusted.
        outlier_p: Option<f64>,
        /// p < 0.05.
        outlier: bool,
        /// Measured speedup over N.
        efficiency: f64,
        /// Mean measured latency, seconds.
        latency_mean_s: Option<f64>,
        /// The fit without this N.
        without: Option<WithoutPart>,
    }
    /// The fit without one N.
    WithoutPart {
        /// Contention.
        alpha: f64,
        /// Coherency.
        beta: f64,
        /// N*; null without a peak.
        peak_n: Option<f64>,
    }
    /// What to expect at one N.
    Prediction {
        /// N.
        n: f64,
        /// The fitted law, 1/s.
        law_throughput: Estimate,
        /// What to expect, 1/s: see `basis`. Beyond the data `level` is that of the band, 0.9.
        forecast_throughput: Estimate,
        /// What that rests on: `law`, `measured`, `between` or `forecast`.
        basis: Word,
        /// Mean measured at exactly this N, 1/s; null where nothing was.
        measured_throughput: Option<f64>,
        /// Amdahl's law on the same data, 1/s.
        amdahl_throughput: Option<f64>,
        /// Where one future run would fall, by the law, 1/s.
        single_run: Estimate,
        /// Speedup over N.
        efficiency: f64,
        /// Over one unit.
        speedup: f64,
        /// N/X, seconds; for the run time of a fixed amount of work 1/X.
        latency_mean_s: f64,
        /// Throughput that one more unit adds, 1/s.
        marginal: f64,
        /// `trusted`, `extrapolated` or `untrusted`.
        trust: Word,
        /// N over the largest measured N.
        distance: f64,
    }
    /// How far forecasts missed, up to one distance.
    RecordPart {
        /// Farthest N over largest measured N of this row.
        up_to_distance: f64,
        /// Real sweeps that were forecast.
        sweeps: u32,
        /// Forecasts scored.
        forecasts: u32,
        /// Median of |forecast/measured − 1|.
        median_miss: f64,
        /// Its 90th percentile.
        p90_miss: f64,
    }
    /// The N that keeps a promised mean latency, or mean time of a fixed amount of work.
    SloPart {
        /// The promise as typed.
        expression: String,
        /// Its limit, seconds.
        latency_mean_s: f64,
        /// The largest whole N, for the run time of a fixed amount of work the smallest; null
        /// where none keeps it.
        n: Option<f64>,
        /// The same before rounding, with its interval.
        n_real: Estimate,
        /// Throughput there, 1/s.
        throughput: Option<f64>,
    }
    /// What other coefficients would bring.
    WhatIfPart {
        /// The change as typed.
        expression: String,
        /// Contention after it.
        alpha: f64,
        /// Coherency after it.
        beta: f64,
        /// Throughput of one unit after it, 1/s.
        gamma: f64,
        /// The user's own N: the largest measured.
        n: f64,
        /// Throughput of the law there today, 1/s.
        throughput_before: f64,
        /// And after the change.
        throughput_after: f64,
        /// Gain at that N: after/before − 1.
        gain: f64,
        /// Peak today; null without one.
        peak_n_before: Option<f64>,
        /// Peak after the change; null without one.
        peak_n_after: Option<f64>,
        /// Throughput at that peak, 1/s.
        peak_throughput_after: Option<f64>,
    }
    /// Which N to measure next.
    NextPart {
        /// N.
        n: f64,
        /// `peak.n_real` or `beta`.
        shrinks: Word,
        /// Width of its interval afterwards as a share of today's.
        to: f64,
    }
    /// How it was computed.
    OptionsPart {
        /// Level of every interval.
        confidence: f64,
        /// `profile` or `wald`.
        interval: Word,
        /// α and β may be negative.
        allow_superlinear: bool,
    }
}

/// What a user asks beyond the fit itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Questions {
    /// N to predict; a sensible spread where empty.
    pub at: Vec<f64>,
    /// A promised mean latency: as typed, and in seconds.
    pub slo: Option<(String, f64)>,
    /// Other coefficients: as typed, and α, β, γ after the change.
    pub what_if: Option<(String, UslParams)>,
    /// How many N to propose.
    pub next: usize,
    /// Whether every law is shown side by side, whichever was fitted.
    pub all_laws: bool,
    /// How the doubts spell settings.
    pub spelling: Spelling,
}

/// The document of one fit inside another document, with its own doubts only: those about the
/// reading are with the whole.
pub(crate) fn embedded(
    sweeps: &Sweeps,
    series: &str,
    fit: &Fit,
    spelling: Spelling,
) -> UslDocument {
    let mut document = UslDocument::new(sweeps, series, fit, &Questions::default());
    document.notes = doubts(fit, spelling);
    document
}

/// The doubts of a fit, their settings spelled.
pub(super) fn doubts(fit: &Fit, spelling: Spelling) -> Vec<Note> {
    let notes = fit.notes().into_iter();
    notes.map(|note| note.spelled(spelling)).collect()
}

/// The warnings of an embedded document, for the document around it, which calls it `name`.
pub(crate) fn warnings<'a>(
    document: &'a UslDocument,
    name: &'a str,
) -> impl Iterator<Item = Note> + 'a {
    let doubts = document.notes.iter();
    doubts
        .filter(|note| note.severity == Severity::Warning)
        .map(move |note| match name {
            "" => note.clone(),
            name => note.clone().about(name),
        })
}
