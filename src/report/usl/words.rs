//! A fit in sentences: what a person sees in the sizes first, then what the law adds.

use super::document::{PeakPart, UslDocument};
use crate::estimate::Estimate;
use crate::fit::thresholds::{
    ABOVE_LAW, ALIKE_WITHIN, BEFORE_BEST, EDGE, NOISY, ONE_NUMBER, PROPORTIONAL, RISING,
};
use crate::fit::{Fit, FittedLaw, Grade, Shape};
use crate::report::number::{DIGITS, about_rate, alone, significant};
use crate::report::{Quantity, laws};

/// Standard errors on each side that hold 95 % of normal noise.
const TWO_SIDED: f64 = 1.96;

/// The words of a sentence about one fit.
pub(super) struct Words<'a> {
    fit: &'a Fit,
    /// `threads`.
    pub(super) many: &'a str,
    /// `thread`.
    pub(super) one: String,
}

impl<'a> Words<'a> {
    pub(super) fn new(fit: &'a Fit, many: &'a str) -> Self {
        Self {
            fit,
            many,
            one: singular(many),
        }
    }

    /// N with its word: `1 thread`, `16 threads`.
    fn units(&self, n: f64) -> String {
        let word = if count(n) == "1" {
            &self.one
        } else {
            self.many
        };
        format!("{} {word}", count(n))
    }

    /// What the sizes show, what the law adds, and what it rests on.
    pub(super) fn headline(&self, body: &UslDocument) -> Vec<String> {
        let shape = self.fit.shape();
        let poor = self.fit.quality().grade == Grade::Poor;
        let mut first = self.seen(&shape, &body.derived.peak);
        if self.fit.degrees_of_freedom() < 1.0 {
            first.push_str(&format!(
                " {} sizes fix the curve exactly, so nothing tells how sure it is; measure more sizes.",
                body.input.levels
            ));
        } else if !poor {
            first.push_str(&self.about_peak(&shape, body));
        }
        vec![
            first,
            if poor {
                self.poor(body)
            } else {
                self.best(body)
            },
        ]
    }

    /// The shape of the measured sizes, as one sentence.
    fn seen(&self, shape: &Shape, peak: &PeakPart) -> String {
        let many = self.many;
        match *shape {
            Shape::Single => {
                let level = self.fit.levels().as_slice().first();
                level.map_or(String::new(), |level| {
                    format!(
                        "One size measured: {} at {}.",
                        rate(level.mean),
                        self.units(level.n)
                    )
                })
            }
            Shape::Climbing { to, slope } if slope >= PROPORTIONAL => format!(
                "Still climbing at {}, nearly in proportion.",
                self.units(to)
            ),
            Shape::Climbing { to, slope } => format!(
                "Still climbing at {}: the last doubling brought {} more.",
                self.units(to),
                percent(slope.exp2() - 1.0)
            ),
            Shape::Levelling { to, slope } if slope > RISING => format!(
                "Levelling off at {}: the last doubling brought {} more.",
                self.units(to),
                percent(slope.exp2() - 1.0)
            ),
            Shape::Levelling { to, .. } => {
                let noise = self.fit.noise_of_levels();
                let how_sure = if noise > NOISY {
                    format!("within noise (±{} a size) ", percent(TWO_SIDED * noise))
                } else {
                    String::new()
                };
                format!(
                    "Levelling off at {}: {how_sure}the last {many} brought nothing more.",
                    self.units(to)
                )
            }
            Shape::Flat { .. } => self.flat(shape),
            Shape::Falling { .. } => self.falling(shape, peak),
        }
    }

    /// Alike at every size, or wandering: then between what and what, and whether that is noise.
    fn flat(&self, shape: &Shape) -> String {
        let Shape::Flat {
            from,
            to,
            throughput,
            lowest,
            highest,
        } = *shape
        else {
            return String::new();
        };
        let stretch = format!("rom {} to {}", count(from), self.units(to));
        let all = self.fit.levels().as_slice().first().map(|level| level.n) == Some(from);
        let alike = highest <= ONE_NUMBER * lowest;
        let what = match (all, alike) {
            (true, true) => format!("More {} do not help: flat f{stretch}", self.many),
            (false, true) => format!("Flat f{stretch}"),
            (_, false) => format!("F{stretch} throughput stays"),
        };
        if alike {
            return format!("{what} at about {}.", rate(throughput));
        }
        let noise = self.fit.noise_of_levels();
        let why = if noise > NOISY && lowest >= highest * (1.0 - ALIKE_WITHIN * noise) {
            format!("within noise (±{} a size)", percent(TWO_SIDED * noise))
        } else {
            "without a trend".to_owned()
        };
        format!(
            "{what} between {} and {}, {why}.",
            rate(lowest),
            rate(highest)
        )
    }

    fn falling(&self, shape: &Shape, fitted: &PeakPart) -> String {
        let Shape::Falling {
            peak,
            throughput,
            from,
            until,
            to,
            factor,
        } = *shape
        else {
            return String::new();
        };
        let many = self.many;
        let levels = self.fit.levels().as_slice();
        if let (true, Some(n), Some(x)) = (fitted.established, fitted.n, fitted.throughput.value)
            && self.fit.peak_is_seen(n)
            && n > 1.0
        {
            return format!(
                "Throughput peaks near {} ({}) at about {}; more {many} then make it slower{}.",
                self.units(n),
                interval_words(&fitted.n_real, self.fit.options().confidence),
                rate(x),
                fall(factor, to)
            );
        }
        let first = levels.first().map_or(0.0, |level| level.n);
        if until <= first {
            return format!(
                "Throughput is highest at {}, about {}; more {many} make it slower{}.",
                self.units(peak),
                rate(throughput),
                fall(factor, to)
            );
        }
        let place = if until > from {
            format!("from {} to {}", count(from), self.units(until))
        } else {
            format!("at {}", self.units(peak))
        };
        format!(
            "Throughput is highest {place}, about {}, then falls{}.",
            rate(throughput),
            fall(factor, to)
        )
    }

    /// What the fit says of a peak that the sizes do not show, and what would tell.
    fn about_peak(&self, shape: &Shape, body: &UslDocument) -> String {
        let peak = &body.derived.peak;
        if matches!(shape, Shape::Falling { .. } | Shape::Single) {
            return String::new();
        }
        // Where nothing stands out of the noise, no peak does.
        if matches!(shape, Shape::Flat { .. }) && self.fit.noise_of_levels() > NOISY {
            return String::new();
        }
        if let Some(ceiling) = (body.derived.ceiling.as_ref()).filter(|_| self.fit.full().is_some())
        {
            return if ceiling.corner_n <= self.fit.levels().n_max() {
                format!(
                    " A ceiling near {}, reached at {}.",
                    rate(ceiling.throughput),
                    self.units(ceiling.corner_n.round().max(1.0))
                )
            } else {
                " No ceiling shown: it would lie beyond your largest size.".to_owned()
            };
        }
        if self.fit.fitted_law() != FittedLaw::Usl {
            return match body.derived.limit.throughput {
                Some(limit) if limit > 0.0 => {
                    format!(" By {} it stays below {}.", self.law_name(), rate(limit))
                }
                _ => String::new(),
            };
        }
        if self.fit.is_exact() {
            return match peak.n {
                Some(n) => format!(
                    " The sizes lie exactly on a curve that peaks at {}.",
                    count(n)
                ),
                None => " The sizes lie exactly on a curve without a peak.".to_owned(),
            };
        }
        let n_max = self.fit.levels().n_max();
        let best_n = body.derived.best_measured.n;
        let next = body.next_measurement.first().map(|next| count(next.n));
        let range = interval_words(&peak.n_real, self.fit.options().confidence);
        match peak.n {
            Some(n) if peak.established && n <= EDGE * n_max && n < BEFORE_BEST * best_n => {
                // The sizes go on where the fit would turn.
                String::new()
            }
            Some(n) if peak.established && n <= EDGE * n_max => {
                if self.fall_would_show(n) {
                    // The law falls where the sizes do not.
                    return String::new();
                }
                format!(" The fit puts the peak at {} ({range}).", count(n))
            }
            Some(_) if peak.established => format!(
                " The fit puts a peak at {range}, at or beyond your largest size; unconfirmed (the forecast \
                 also weighs a curve without one){}.",
                next.map_or(String::new(), |n| format!(": measure {n}"))
            ),
            _ => {
                let measure = next.map_or(String::new(), |n| {
                    format!(" Measure {n} next: it would tell most about one.")
                });
                format!(" No peak shown: a curve without one fits as well.{measure}")
            }
        }
    }

    /// Whether the law falls from its peak to the largest size by what a person would see.
    fn fall_would_show(&self, peak: f64) -> bool {
        let law = |n: f64| self.fit.law_value(n);
        law(self.fit.levels().n_max()) * ONE_NUMBER < law(peak)
    }

    /// The second line where the law may speak.
    fn best(&self, body: &UslDocument) -> String {
        let best = &body.derived.best_measured;
        let n_max = self.fit.levels().n_max();
        let peak = &body.derived.peak;
        let confirmed = peak.established && peak.n.is_some_and(|n| n <= EDGE * n_max);
        let flat = matches!(self.fit.shape(), Shape::Flat { .. });
        let beyond_law = (self.fit.levels().as_slice().last())
            .is_some_and(|last| last.mean > ABOVE_LAW * self.fit.law_value(last.n));
        let knee = match body.derived.knee.n.map(f64::ceil) {
            Some(n) if n < 2.0 || n >= best.n => String::new(),
            Some(n) if confirmed && !(flat && self.fall_would_show(peak.n.unwrap_or(n_max))) => {
                format!(" {} give 90 % of the peak.", self.units(n))
            }
            // Neither what is flat nor what is better than the law there.
            Some(n) if peak.n.is_none() && !flat && !beyond_law => format!(
                " {} give 90 % of the throughput at {}.",
                self.units(n),
                count(n_max)
            ),
            _ => String::new(),
        };
        format!(
            "Best measured: {} at {}.{knee}",
            alone(Quantity::Rate, best.throughput, DIGITS),
            self.units(best.n)
        )
    }

    /// The second line where the law does not describe the data.
    fn poor(&self, body: &UslDocument) -> String {
        let best = &body.derived.best_measured;
        let other = body
            .derived
            .ceiling
            .as_ref()
            .filter(|_| {
                self.fit.full().is_none()
                    && matches!(
                        self.fit.shape(),
                        Shape::Flat { .. } | Shape::Levelling { .. }
                    )
            })
            .map_or(String::new(), |ceiling| {
                format!(
                    " A ceiling near {}, reached at {}, does.",
                    rate(ceiling.throughput),
                    self.units(ceiling.corner_n.round().max(1.0))
                )
            });
        format!(
            "Best measured: {} at {}. {} misses these sizes by {}, so it says nothing of a peak or limit.{other}",
            alone(Quantity::Rate, best.throughput, DIGITS),
            self.units(best.n),
            capital(self.law_name()),
            percent(self.fit.quality().misfit)
        )
    }

    fn law_name(&self) -> &'static str {
        laws::in_a_sentence(self.fit.fitted_law())
    }

    /// Sentences for a promised latency, changed coefficients and several next sizes.
    pub(super) fn answers(&self, body: &UslDocument) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(slo) = &body.slo {
            lines.push(match slo.n {
                Some(n) if body.input.fixed_job => format!(
                    "{} holds from {} on.",
                    slo.expression,
                    self.units(n)
                ),
                None if body.input.fixed_job => format!(
                    "{} cannot be shown: neither the {many} measured nor up to twice as many take so little time.",
                    slo.expression,
                    many = self.many,
                ),
                Some(n) => format!(
                    "{} holds up to {} ({}).",
                    slo.expression,
                    self.units(n),
                    rate(slo.throughput.unwrap_or(f64::NAN))
                ),
                None => format!(
                    "{} cannot be kept: one {} already takes longer.",
                    slo.expression, self.one
                ),
            });
        }
        if let Some(change) = &body.what_if {
            let peak = match (change.peak_n_before, change.peak_n_after) {
                (before, Some(after)) => format!(
                    "; the peak moves from {} to {} ({})",
                    before.map_or("none".to_owned(), count),
                    self.units(after),
                    rate(change.peak_throughput_after.unwrap_or(f64::NAN))
                ),
                (Some(_), None) => "; the peak disappears".to_owned(),
                (None, None) => String::new(),
            };
            lines.push(format!(
                "With {}: {} instead of {} at {} ({}{}){peak}.",
                change.expression,
                rate(change.throughput_after),
                rate(change.throughput_before),
                self.units(change.n),
                if change.gain >= 0.0 { "+" } else { "−" },
                alone(Quantity::Ratio, change.gain.abs(), DIGITS)
            ));
        }
        if body.next_measurement.len() > 1 {
            let list: Vec<String> = body
                .next_measurement
                .iter()
                .map(|next| count(next.n))
                .collect();
            lines.push(format!("Measure next, in this order: {}.", list.join(", ")));
        }
        lines
    }
}

/// `, 13 times less by 16`, `, by 40 % at 64`, `, to 0 at 16`.
fn fall(factor: Option<f64>, to: f64) -> String {
    match factor {
        None => format!(", to 0 at {}", count(to)),
        Some(factor) if factor >= 1.95 => {
            format!(", {}-fold by {}", significant(factor, 2), count(to))
        }
        Some(factor) => format!(", by {} at {}", percent(1.0 - 1.0 / factor), count(to)),
    }
}

/// A share as whole percent, with one digit below 2.
fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value.abs() < 1.95 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// `32–40`, or `26 and up`, with the confidence where it is not 95 %.
pub(super) fn interval_words(estimate: &Estimate, confidence: f64) -> String {
    let level = if (confidence - 0.95).abs() < 1e-9 {
        String::new()
    } else {
        format!(" at {}", percent(confidence))
    };
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            let ends = (near(low, high), near(high, low));
            if ends.0 == ends.1 {
                format!("{}{level}", ends.0)
            } else {
                format!("{}–{}{level}", ends.0, ends.1)
            }
        }
        (Some(low), None) => format!("{} and up{level}", near(low, f64::INFINITY)),
        _ => "of unknown certainty".to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A rate for a sentence.
fn rate(value: f64) -> String {
    about_rate(value, DIGITS)
}

/// A number of units for a sentence.
fn count(value: f64) -> String {
    alone(Quantity::Count, value, DIGITS)
}

/// An end of an interval of N: whole from ten on.
fn near(value: f64, other: f64) -> String {
    if value >= 10.0 && (value - other).abs() >= 2.0 {
        alone(Quantity::Count, value.round(), DIGITS)
    } else {
        significant(value, if value < 10.0 { 2 } else { 3 })
    }
}

/// `threads` → `thread`; words that are no plural stay.
fn singular(many: &str) -> String {
    match many {
        "processes" => "process".to_owned(),
        "replicas" => "replica".to_owned(),
        many if many.ends_with("ss") => many.to_owned(),
        many => many.strip_suffix('s').unwrap_or(many).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_prints_as_one_number_is_one_number() {
        let words = |low, high| {
            let ends = Estimate {
                low: Some(low),
                high: Some(high),
                ..Estimate::exact(low)
            };
            interval_words(&ends, 0.95)
        };
        assert_eq!(words(98.99, 99.01), "99.0");
        assert_eq!(words(31.2, 36.4), "31–36");
    }
}
