//! What goes into the document of a fit: its parts, computed.

use super::document::{
    BestMeasured, CandidatePart, Derived, FitPart, Input, KneePart, LackOfFitPart, LevelPart,
    LimitPart, NestedPart, NextPart, OptionsPart, PeakPart, Prediction, Questions, RecordPart,
    SloPart, StandardErrors, UslDocument, WhatIfPart, WithoutPart,
};
use crate::fit::{Anchor, Fit, FittedLaw, ForecastKind, IntervalKind, forecast};
use crate::law::{ScalingLaw, Usl};
use crate::note::{Note, NoteCode};
use crate::sweep::Sweeps;

/// Share of the peak that the knee reaches.
pub(super) const KNEE: f64 = 0.9;

impl UslDocument {
    /// Everything about a fit of one series.
    pub fn new(sweeps: &Sweeps, series: &str, fit: &Fit, questions: &Questions) -> Self {
        let levels = fit.levels();
        let law = fit.law();
        let mut notes = sweeps.notes.clone();
        notes.extend(fit.notes());
        let at = if questions.at.is_empty() {
            super::spread::default_sizes(fit)
        } else {
            questions.at.clone()
        };
        let predictions: Vec<Prediction> = at.iter().map(|n| prediction(fit, *n)).collect();
        notes.extend(forecast_notes(fit, &predictions, &sweeps.n_unit));
        Self {
            input: Input {
                sources: sweeps.sources.clone(),
                series: series.to_owned(),
                n_unit: sweeps.n_unit.clone(),
                n_column: sweeps.n_column.clone(),
                throughput_column: sweeps.throughput_column.clone(),
                latency_column: sweeps.latency_column.clone(),
                levels: levels.len(),
                runs: levels.runs(),
                n_min: levels.as_slice().first().map_or(0.0, |level| level.n),
                n_max: levels.n_max(),
            },
            fit: fit_part(fit),
            derived: derived(fit),
            levels: level_parts(fit),
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
                .map(|(text, limit)| slo(fit, text, *limit)),
            what_if: questions.what_if.as_ref().map(|(text, params)| {
                let after = Usl::superlinear(*params).unwrap_or(law);
                what_if(fit, text, &after)
            }),
            next_measurement: fit
                .next_measurements(questions.next)
                .into_iter()
                .map(|next| NextPart {
                    n: next.n,
                    shrinks: next.shrinks,
                    to: next.to,
                })
                .collect(),
            notes,
            options: OptionsPart {
                confidence: fit.options().confidence,
                interval: match fit.options().interval {
                    IntervalKind::Profile => "profile",
                    IntervalKind::Wald => "wald",
                },
                allow_superlinear: fit.options().allow_superlinear,
            },
        }
    }
}

fn fit_part(fit: &Fit) -> FitPart {
    let [alpha, beta, gamma] = fit.standard_errors();
    FitPart {
        law: fit.fitted_law().name(),
        noise: fit.noise().name(),
        anchor: match fit.options().anchor {
            Anchor::Fit => "fit",
            Anchor::N1 => "n1",
        },
        converged: true,
        exact: fit.is_exact(),
        at_bound: fit.at_bound(),
        alpha: fit.alpha(),
        beta: fit.beta(),
        gamma: fit.gamma(),
        standard_errors: StandardErrors { alpha, beta, gamma },
        rss: fit.rss(),
        residual_standard_error: fit.residual_standard_error(),
        relative_error: fit.relative_error(),
        degrees_of_freedom: fit.degrees_of_freedom(),
        r_squared: fit.r_squared(),
        candidates: fit
            .candidates()
            .iter()
            .map(|candidate| CandidatePart {
                law: candidate.law.name(),
                parameters: candidate.parameters,
                rss: candidate.rss,
                aicc: candidate.aicc,
            })
            .collect(),
        nested_tests: fit
            .nested_tests()
            .iter()
            .map(|test| NestedPart {
                simpler: test.simpler.name(),
                general: test.general.name(),
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
        verdict: fit.verdict().name(),
    }
}

fn derived(fit: &Fit) -> Derived {
    let peak = fit.peak();
    let levels = fit.levels();
    let best = levels
        .as_slice()
        .iter()
        .max_by(|a, b| a.mean.total_cmp(&b.mean).then(b.n.total_cmp(&a.n)));
    Derived {
        peak: PeakPart {
            established: peak.established,
            n: peak.n,
            n_real: peak.n_real,
            throughput: peak.throughput,
        },
        best_measured: BestMeasured {
            n: best.map_or(0.0, |level| level.n),
            throughput: best.map_or(0.0, |level| level.mean),
        },
        limit: LimitPart {
            throughput: fit.law().limit(),
        },
        knee: KneePart {
            share: KNEE,
            n: fit.law().knee(KNEE, levels.n_max()),
        },
        trusted_up_to_n: 2.0 * levels.n_max(),
    }
}

fn level_parts(fit: &Fit) -> Vec<LevelPart> {
    let gamma = fit.law().gamma();
    fit.levels()
        .as_slice()
        .iter()
        .zip(fit.influence())
        .map(|(level, influence)| LevelPart {
            n: level.n,
            runs: level.runs,
            throughput_mean: level.mean,
            throughput_stddev: level.stddev(),
            log_throughput_mean: level.log_mean(),
            log_throughput_stddev: level.log_stddev(),
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
        })
        .collect()
}

fn prediction(fit: &Fit, n: f64) -> Prediction {
    let forecast = fit.forecast(n);
    let value = forecast.throughput.value.unwrap_or(f64::NAN);
    let inside = forecast.distance <= 1.0;
    let marginal = if inside {
        fit.law().marginal(n)
    } else {
        fit.forecast_value(n + 1.0) - value
    };
    let speedup = value / fit.law().gamma();
    Prediction {
        n,
        law_throughput: forecast.law,
        forecast_throughput: forecast.throughput,
        amdahl_throughput: forecast.amdahl,
        single_run: forecast.single_run,
        efficiency: speedup / n,
        speedup,
        latency_mean_s: n / value,
        marginal,
        trust: forecast.trust.name(),
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
        && fit.options().forecast == ForecastKind::Blend
    {
        notes.push(Note::new(
            NoteCode::Extrapolated,
            format!(
                "forecasts this far past the data missed by {:.0} % in the median, {:.0} % at worst decile, on {} real sweeps",
                100.0 * record.median_miss,
                100.0 * record.p90_miss,
                record.sweeps
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
                2.0 * fit.levels().n_max()
            ),
        ));
    }
    notes
}

fn slo(fit: &Fit, text: &str, limit: f64) -> SloPart {
    let n_real = fit.n_at_latency(limit);
    let n = n_real.value.map(f64::floor).filter(|n| *n >= 1.0);
    SloPart {
        expression: text.to_owned(),
        latency_mean_s: limit,
        n,
        n_real,
        throughput: n.map(|n| fit.law().throughput(n)),
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
