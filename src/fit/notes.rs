//! The doubts about a fit, with stable codes.

use super::problem::Noise;
use super::thresholds::{CLEARER_NOISE, EDGE, RARE, SIGNIFICANT, TRUSTED_REACH};
use super::{Fit, Grade, IntervalKind, Shape};
use crate::advice::{Advice, Setting};
use crate::law::ScalingLaw;
use crate::note::{Note, NoteCode, Severity};
use crate::stats::runs_test::{at_most_runs, count_runs};
use crate::units::plain;

impl Fit {
    /// Everything that qualifies the answer, the weightiest first.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        self.note_amount(&mut notes);
        self.note_peak(&mut notes);
        self.note_bounds(&mut notes);
        self.note_adequacy(&mut notes);
        self.note_noise(&mut notes);
        self.note_condensed(&mut notes);
        notes.sort_by_key(|note| note.severity != Severity::Warning);
        notes
    }

    fn note_amount(&self, notes: &mut Vec<Note>) {
        let levels = self.levels();
        if self.degrees_of_freedom() < 1.0 {
            notes.push(Note::warning(
                NoteCode::FewLevels,
                format!(
                    "{} runs determine {} parameters exactly: no degrees of freedom, no interval; measure more N",
                    levels.runs(),
                    self.fitted_law().parameters()
                ),
            ));
        } else if levels.len() < 6 {
            notes.push(Note::new(
                NoteCode::FewLevels,
                format!(
                    "only {} sizes; 6 or more make the intervals useful",
                    levels.len()
                ),
            ));
        }
        if levels.runs() == levels.len() as u64 && self.degrees_of_freedom() >= 1.0 {
            notes.push(Note::new(
                NoteCode::OneRun,
                "one run per size; intervals come from the scatter around the curve",
            ));
        }
    }

    fn note_peak(&self, notes: &mut Vec<Note>) {
        let poor = self.quality().grade == Grade::Poor;
        if self.fitted_law() != super::FittedLaw::Usl || self.degrees_of_freedom() < 1.0 || poor {
            return;
        }
        let peak = self.peak();
        let n_max = self.levels().n_max();
        let far = self
            .law()
            .peak()
            .is_some_and(|peak| peak.n > TRUSTED_REACH * n_max);
        if !peak.established && !self.is_exact() {
            let why = if far && self.beta().low.is_some_and(|low| low > 0.0) {
                format!(
                    "it would lie beyond twice the largest measured N ({})",
                    plain(n_max)
                )
            } else {
                "a curve without one fits as well".to_owned()
            };
            notes.push(Note::new(
                NoteCode::PeakNotEstablished,
                format!("no peak shown: {why}; measure larger N"),
            ));
        } else if let Some(n) = peak.n
            && n > EDGE * n_max
        {
            notes.push(Note::new(
                NoteCode::EdgePeak,
                format!(
                    "the peak at {} is at or beyond the largest measured N ({}); measure past it to see throughput fall",
                    plain(n),
                    plain(n_max)
                ),
            ));
        }
        if self.alpha().low == Some(0.0) && self.at_bound().is_empty() {
            notes.push(Note::new(
                NoteCode::AlphaNotEstablished,
                "α = 0 fits these data too: contention is not shown",
            ));
        }
    }

    fn note_bounds(&self, notes: &mut Vec<Note>) {
        if self.full.is_some() {
            return;
        }
        let bounds = self.at_bound();
        if !bounds.is_empty() && !self.is_exact() {
            notes.push(Note::new(
                NoteCode::AtBound,
                format!(
                    "no {} detected: its best value is 0",
                    bounds
                        .join(" or ")
                        .replace("alpha", "contention")
                        .replace("beta", "coherency cost")
                ),
            ));
        }
        let params = self.law().params();
        let grows = params.alpha < 0.0 || self.unbounded_alpha_is_negative();
        if grows {
            notes.push(Note::new(
                NoteCode::Superlinear,
                Advice::from(
                    "throughput grows faster than N in part of the data (α < 0 fits better); see ",
                )
                .name(Setting::AllowSuperlinear),
            ));
        }
    }

    /// Whether the data significantly prefer α < 0.
    fn unbounded_alpha_is_negative(&self) -> bool {
        if self.options.allow_superlinear || self.is_exact() || !self.at_bound().contains(&"alpha")
        {
            return false;
        }
        let options = super::FitOptions {
            allow_superlinear: true,
            interval: IntervalKind::Wald,
            ..self.options
        };
        super::fit(self.nodes(), &options)
            .is_ok_and(|free| free.alpha().high.is_some_and(|high| high < 0.0) || free.is_exact())
    }

    fn note_adequacy(&self, notes: &mut Vec<Note>) {
        let poor = self.quality().grade == Grade::Poor;
        if let Some(test) = self.lack_of_fit()
            && test.p < SIGNIFICANT
        {
            let p = if test.p < 0.0001 {
                "< 0.0001".to_owned()
            } else {
                format!("= {:.4}", test.p)
            };
            if self.quality().grade == Grade::Good {
                notes.push(Note::new(
                    NoteCode::RunsCorrelated,
                    format!(
                        "repeats at one size agree better with each other than sizes do with the curve (p {p}); intervals allow for it; take the rounds in random order"
                    ),
                ));
            } else {
                notes.push(Note::new(
                    NoteCode::LackOfFit,
                    format!(
                        "the curve misses the sizes by more than repeats scatter (F = {:.1}, p {p}): the system does something this law does not describe",
                        test.f
                    ),
                ));
            }
        }
        let outliers = if poor {
            Vec::from_iter(self.culprit())
        } else {
            self.outliers()
        };
        let outliers: Vec<String> = outliers.into_iter().map(plain).collect();
        if let Some((last, others)) = outliers.split_last() {
            let (list, are) = if others.is_empty() {
                (last.clone(), "is")
            } else {
                (format!("{} and {last}", others.join(", ")), "are")
            };
            notes.push(Note::new(
                NoteCode::Outlier,
                Advice::from(format!(
                    "N = {list} {are} off the curve fitted to the rest; measure again, or see what changes with "
                ))
                .set(Setting::Exclude, outliers.join(",")),
            ));
        }
        let levels_first = self.levels.as_slice().first().map_or(0.0, |level| level.n);
        let (positive, negative, runs) = count_runs(self.residuals());
        if positive + negative >= 8
            && !self.is_exact()
            && at_most_runs(positive, negative, runs) < RARE
        {
            notes.push(Note::new(
                NoteCode::Bend,
                match self.shape() {
                    Shape::Flat { from, .. } | Shape::Falling { from, .. }
                        if from > levels_first =>
                    {
                        Advice::from("the data bend where the law does not; refit up to the bend: ")
                            .set(Setting::FitUpTo, plain(from))
                    }
                    _ => "the data bend where the law does not".into(),
                },
            ));
        }
    }

    fn note_condensed(&self, notes: &mut Vec<Note>) {
        if let Some(nodes) = self.condensed() {
            notes.push(Note::new(
                NoteCode::Condensed,
                format!(
                    "{} sizes are fitted as {nodes} means of neighbouring ones",
                    self.levels().len()
                ),
            ));
        }
    }

    fn note_noise(&self, notes: &mut Vec<Note>) {
        if self.noise() == Noise::Constant
            && self
                .noise_advantage()
                .is_some_and(|gain| gain > CLEARER_NOISE)
        {
            notes.push(Note::new(
                NoteCode::RelativeNoise,
                Advice::from(
                    "the scatter grows with throughput, so these intervals are too narrow; use ",
                )
                .set(Setting::Noise, "relative"),
            ));
        }
    }
}
