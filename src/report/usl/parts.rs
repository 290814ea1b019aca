//! What goes into the document of a fit: its parts, computed.

use super::document::{
    BestMeasured, CandidatePart, CeilingPart, Derived, FitPart, Input, KneePart, LackOfFitPart,
    LevelPart, LevelParts, LimitPart, NestedPart, NextPart, OptionsPart, PeakPart, Prediction,
    QualityPart, Questions, RecordPart, ShapePart, SloPart, StandardErrors, UslDocument,
    WhatIfPart, WithoutPart,
};
use crate::estimate::Estimate;
use crate::fit::influence::Influence;
use crate::fit::thresholds::TRUSTED_REACH;
use crate::fit::{Anchor, Fit, FittedLaw, ForecastKind, Grade, IntervalKind, Shape, forecast};
use crate::law::{ScalingLaw, Usl};
use crate::note::{Note, NoteCode};
use crate::sweep::Sweeps;
use crate::sweep::levels::Level;
use serde::{Serialize, Serializer};

/// Share of the peak that the knee reaches.
pub(super) const KNEE: f64 = 0.9;

impl UslDocument {
    /// Everything about a fit of one series.
    pub(crate) fn new(sweeps: &Sweeps, series: &str, fit: &Fit, questions: &Questions) -> Self {
        let levels = fit.levels();
        let law = fit.law();
        let mut notes = sweeps.notes.clone();
        notes.extend(super::document::doubts(fit, questions.spelling));
        let at = if questions.at.is_empty() {
            super::spread::default_sizes(fit)
        } else {
            questions.at.clone()
        };
        let predictions: Vec<Prediction> = (at.iter())
            .map(|n| prediction(fit, *n, sweeps.fixed_job))
            .collect();
        notes.extend(forecast_notes(fit, &predictions, &sweeps.n_unit));
        Self {
            input: Input {
                sources: sweeps.sources.clone(),
                series: series.to_owned(),
                n_unit: sweeps.n_unit.clone(),
                n_column: sweeps.n_column.clone(),
                throughput_column: sweeps.throughput_column.clone(),
                latency_column: sweeps.latency_column.clone(),
                fixed_job: sweeps.fixed_job,
                levels: levels.len(),
                runs: levels.runs(),
                n_min: levels.as_slice().first().map_or(0.0, |level| level.n),
                n_max: levels.n_max(),
            },
            fit: fit_part(fit),
            derived: derived(fit),
            levels: LevelParts::Fitted(Box::new(fit.clone())),
            predictions,
            forecast_record: forecast::RECORD
                .iter()
                .map(|row| RecordPart {
                    up_to_distance: row.up_to,
                    sweeps: row.sweeps,
                    forecasts: row.forecasts,
                    median_miss: row.median_miss,
                    p90_miss: row.p90_miss,
                })
                .collect(),
            slo: questions
                .slo
                .as_ref()
                .map(|(text, limit)| slo(fit, text, *limit, sweeps.fixed_job)),
            what_if: questions
                .what_if
                .as_ref()
                .filter(|_| !poor(fit) && fit.full().is_none())
                .map(|(text, params)| {
                    let after = Usl::superlinear(*params).unwrap_or(law);
                    what_if(fit, text, &after)
                }),
            next_measurement: fit
                .next_measurements(questions.next)
                .into_iter()
                .map(|next| NextPart {
                    n: next.n,
                    shrinks: next.shrinks.into(),
                    to: next.to,
                })
                .collect(),
            notes,
            options: OptionsPart {
                confidence: fit.options().confidence,
                interval: match fit.options().interval {
                    IntervalKind::Profile => "profile".into(),
                    IntervalKind::Wald => "wald".into(),
                },
                allow_superlinear: fit.options().allow_superlinear,
            },
        }
    }
}

/// Whether the law says nothing about these data.
pub(super) fn poor(fit: &Fit) -> bool {
    fit.quality().grade == Grade::Poor
}

fn fit_part(fit: &Fit) -> FitPart {
    let [alpha, beta, gamma] = fit.standard_errors();
    FitPart {
        law: fit.fitted_law().name().into(),
        noise: fit.noise().name().into(),
        anchor: match fit.options().anchor {
            Anchor::Fit => "fit".into(),
            Anchor::N1 => "n1".into(),
        },
        converged: true,
        exact: fit.is_exact(),
        at_bound: fit.at_bound().into_iter().map(Into::into).collect(),
        alpha: fit.alpha(),
        beta: fit.beta(),
        gamma: fit.gamma(),
        ceiling: fit.full().map(|(ceiling, _)| ceiling),
        corner_n: fit.full().map(|(_, corner)| corner),
        standard_errors: StandardErrors { alpha, beta, gamma },
        rss: fit.rss(),
        residual_standard_error: fit.residual_standard_error(),
        relative_error: fit.relative_error(),
        degrees_of_freedom: fit.degrees_of_freedom(),
        r_squared: fit.r_squared(),
        quality: quality(fit),
        candidates: candidates(fit),
        nested_tests: fit
            .nested_tests()
            .iter()
            .map(|test| NestedPart {
                simpler: test.simpler.name().into(),
                general: test.general.name().into(),
                f: test.f,
                p: test.p,
            })
            .collect(),
        lack_of_fit: fit.lack_of_fit().map(|test| LackOfFitPart {
            f: test.f,
            df_misfit: test.df_misfit,
            df_repeats: test.df_repeats,
            p: test.p,
        }),
        relative_noise_advantage: fit.noise_advantage(),
        verdict: fit.verdict().name().into(),
    }
}

fn quality(fit: &Fit) -> QualityPart {
    let quality = fit.quality();
    QualityPart {
        grade: quality.grade.name().into(),
        misfit: quality.misfit,
        noise: quality.noise,
        p: quality.p,
    }
}

fn candidates(fit: &Fit) -> Vec<CandidatePart> {
    let mut candidates: Vec<CandidatePart> = fit
        .candidates()
        .iter()
        .map(|candidate| CandidatePart {
            law: candidate.law.name().into(),
            parameters: candidate.parameters,
            rss: candidate.rss,
            aicc: candidate.aicc,
            left_out_miss: fit.left_out_miss_of(candidate.law),
        })
        .collect();
    candidates.extend(fit.ceiling().map(|ceiling| CandidatePart {
        law: "ceiling".into(),
        parameters: ceiling.parameters,
        rss: Some(ceiling.rss).filter(|rss| rss.is_finite()),
        aicc: ceiling.aicc,
        left_out_miss: fit.left_out_miss_of_ceiling(),
    }));
    candidates
}

fn derived(fit: &Fit) -> Derived {
    let peak = fit.peak();
    let levels = fit.levels();
    let best = levels
        .as_slice()
        .iter()
        .max_by(|a, b| a.mean.total_cmp(&b.mean).then(b.n.total_cmp(&a.n)));
    // A law that does not describe the data has no peak, knee or limit to tell.
    let withheld = poor(fit);
    let nothing = Estimate {
        value: None,
        low: None,
        high: None,
        level: None,
    };
    Derived {
        peak: PeakPart {
            established: peak.established && !withheld,
            n: peak.n.filter(|_| !withheld),
            n_real: if withheld { nothing } else { peak.n_real },
            throughput: if withheld { nothing } else { peak.throughput },
        },
        best_measured: BestMeasured {
            n: best.map_or(0.0, |level| level.n),
            throughput: best.map_or(0.0, |level| level.mean),
        },
        limit: LimitPart {
            throughput: fit.limit().filter(|_| !withheld),
        },
        knee: KneePart {
            share: KNEE,
            n: fit.knee(KNEE).filter(|_| !withheld),
        },
        ceiling: ceiling(fit),
        shape: shape(fit),
        trusted_up_to_n: TRUSTED_REACH * levels.n_max(),
    }
}

/// The ceiling, where it holds and the corner lies inside the data.
fn ceiling(fit: &Fit) -> Option<CeilingPart> {
    let chosen = fit.fitted_law() == FittedLaw::Ceiling;
    let law = fit.ceiling().filter(|_| chosen || fit.ceiling_holds())?.law;
    let params = law.params();
    (chosen || law.corner() <= fit.levels().n_max()).then(|| CeilingPart {
        throughput: params.ceiling,
        corner_n: law.corner(),
        sharpness: Some(params.sharpness).filter(|p| p.is_finite()),
        beta: params.beta,
    })
}

fn shape(fit: &Fit) -> ShapePart {
    let shape = fit.shape();
    let (from, until, factor, slope) = match shape {
        Shape::Single => (None, None, None, None),
        Shape::Climbing { to, slope } | Shape::Levelling { to, slope } => {
            (None, Some(to), None, Some(slope))
        }
        Shape::Flat { from, to, .. } => (Some(from), Some(to), None, None),
        Shape::Falling {
            from,
            until,
            factor,
            ..
        } => (Some(from), Some(until), factor, None),
    };
    ShapePart {
        kind: shape.name().into(),
        from,
        until,
        factor,
        slope: slope.filter(|slope| slope.is_finite()),
    }
}

impl Serialize for LevelParts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fit = match self {
            Self::Fitted(fit) => fit,
            Self::Saved(levels) => return levels.serialize(serializer),
        };
        let gamma = fit.per_unit();
        let levels = fit.levels().as_slice().iter().zip(fit.influence());
        serializer.collect_seq(levels.map(|(level, influence)| level_part(level, influence, gamma)))
    }
}

fn level_part(level: &Level, influence: Influence, gamma: f64) -> LevelPart {
    LevelPart {
        n: level.n,
        runs: level.runs,
        throughput_mean: level.mean,
        throughput_stddev: level.stddev(),
        log_throughput_mean: level.log_mean(),
        log_throughput_stddev: level.log_stddev(),
        throughput_step_stddev: level.step_stddev(),
        fitted: influence.fitted,
        residual: influence.residual,
        standardized_residual: influence.standardized,
        leverage: influence.leverage,
        outlier_p: influence.outlier_p,
        outlier: influence.is_outlier(),
        efficiency: level.mean / gamma / level.n,
        latency_mean_s: level.latency,
        without: influence.without.map(|without| WithoutPart {
            alpha: without.alpha,
            beta: without.beta,
            peak_n: without.peak_n,
        }),
    }
}

fn prediction(fit: &Fit, n: f64, fixed_job: bool) -> Prediction {
    let forecast = fit.forecast(n);
    let value = forecast.throughput.value.unwrap_or(f64::NAN);
    let gained = fit.gain(n);
    // What is left of a flat answer is rounding.
    let marginal = if gained.abs() < 1e-9 * value {
        0.0
    } else {
        gained
    };
    let speedup = value / fit.per_unit();
    Prediction {
        n,
        law_throughput: forecast.law,
        forecast_throughput: forecast.throughput,
        basis: forecast.basis.name().into(),
        measured_throughput: fit.levels().at(n).map(|level| level.mean),
        amdahl_throughput: forecast.amdahl,
        single_run: forecast.single_run,
        efficiency: speedup / n,
        speedup,
        latency_mean_s: if fixed_job { 1.0 } else { n } / value,
        marginal,
        trust: forecast.trust.name().into(),
        distance: forecast.distance,
    }
}

/// One note for all forecasts of a kind, with their measured record.
fn forecast_notes(fit: &Fit, predictions: &[Prediction], unit: &str) -> Vec<Note> {
    let far = |trust: &str| {
        predictions
            .iter()
            .filter(|prediction| prediction.trust == trust)
            .map(|prediction| prediction.distance)
            .fold(0.0, f64::max)
    };
    let mut notes = Vec::new();
    if let Some(record) = forecast::record_at(far("extrapolated"))
        && record.forecasts > 0
        && fit.fitted_law() == FittedLaw::Usl
        && fit.options().forecast == ForecastKind::Ride
    {
        notes.push(Note::new(
            NoteCode::Extrapolated,
            format!(
                "on {} real sweeps, forecasts this far out are typically off by {:.0} %; 1 in 10 by {:.0} % or more; the interval is the 90 % band",
                record.sweeps,
                100.0 * record.median_miss,
                100.0 * record.p90_miss
            ),
        ));
    } else if far("extrapolated") > 0.0 {
        notes.push(Note::new(
            NoteCode::Extrapolated,
            format!(
                "beyond {} {unit} nothing was measured",
                fit.levels().n_max()
            ),
        ));
    }
    if far("untrusted") > 0.0 {
        notes.push(Note::new(
            NoteCode::Untrusted,
            format!(
                "beyond {} {unit}, twice the largest measured, do not rely on any of these laws",
                TRUSTED_REACH * fit.levels().n_max()
            ),
        ));
    }
    notes
}

fn slo(fit: &Fit, text: &str, limit: f64, fixed_job: bool) -> SloPart {
    let (n_real, n) = if fixed_job {
        let n_real = fit.n_for_time(limit);
        (n_real, n_real.value.map(f64::ceil))
    } else {
        let n_real = fit.n_within_latency(limit);
        (n_real, n_real.value.map(f64::floor).filter(|n| *n >= 1.0))
    };
    SloPart {
        expression: text.to_owned(),
        latency_mean_s: limit,
        n,
        n_real,
        throughput: n.map(|n| fit.estimate_value(n)),
    }
}

fn what_if(fit: &Fit, text: &str, after: &Usl) -> WhatIfPart {
    let n = fit.levels().n_max();
    let before = fit.law().throughput(n);
    let params = after.params();
    WhatIfPart {
        expression: text.to_owned(),
        alpha: params.alpha,
        beta: params.beta,
        gamma: params.gamma,
        n,
        throughput_before: before,
        throughput_after: after.throughput(n),
        gain: after.throughput(n) / before - 1.0,
        peak_n_before: fit.law().peak().map(|peak| peak.n_integer),
        peak_n_after: after.peak().map(|peak| peak.n_integer),
        peak_throughput_after: after.peak().map(|peak| peak.throughput_integer),
    }
}
