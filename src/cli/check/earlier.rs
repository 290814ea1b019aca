//! The baseline of a check: read, matched, and refused where it is not one.

use super::{CheckArgs, Demands};
use crate::cli::Terminal;
use crate::cli::failure::Failure;
use crate::cli::input::InputArgs;
use crate::fit::Fit;
use crate::judge::baseline::{Changes, Scatter, Terms, changes};
use crate::sweep::Sweep;
use crate::sweep::levels::Levels;
use crate::units;

/// One series of the baseline.
pub(super) struct Earlier {
    pub(super) name: String,
    n_unit: String,
    fit: Fit,
}

/// The baseline, read and fitted like the input: measurements or a saved document of them.
pub(super) fn earlier(
    path: &str,
    args: &CheckArgs,
    terminal: &Terminal,
) -> Result<Vec<Earlier>, Failure> {
    let input = InputArgs {
        input: vec![path.to_owned()],
        csv: Vec::new(),
        ..args.input.clone()
    };
    let sweeps = input.sweeps(terminal)?;
    sweeps
        .sweeps
        .iter()
        .map(|sweep| {
            let told = |failure: Failure| failure.about(&sweeps.sources);
            Ok(Earlier {
                name: sweep.name.clone(),
                n_unit: sweeps.n_unit.clone(),
                fit: args.fit.fit(sweep).map_err(told)?,
            })
        })
        .collect()
}

fn around(fit: &Fit) -> Option<Scatter> {
    let error = fit.residual_standard_error()?;
    Some(Scatter {
        noise: fit.noise(),
        variance: error * error,
        degrees: fit.degrees_of_freedom(),
    })
}

/// The series of the baseline with the same name.
pub(super) fn counterpart<'a>(
    earlier: &'a [Earlier],
    sweep: &Sweep,
    path: &str,
) -> Result<&'a Earlier, Failure> {
    earlier
        .iter()
        .find(|before| before.name == sweep.name)
        .ok_or_else(|| {
            let known: Vec<&str> = earlier.iter().map(|before| before.name.as_str()).collect();
            let ours = match sweep.name.as_str() {
                "" => "this input has one series without a name".to_owned(),
                name => format!("none named \"{name}\""),
            };
            let theirs = match known.as_slice() {
                [""] => "has one series without a name".to_owned(),
                known => format!("has the series {}", known.join(", ")),
            };
            Failure::input(
                format!("the baseline {path} {theirs}, and {ours}"),
                "measure what the baseline has, name series alike with --by, or save a new baseline: scalecalc usl INPUT -o json=baseline.json",
            )
        })
}

/// Two sweeps that count different things, or of which one does not say what, are not
/// compared.
pub(super) fn same_unit(before: &Earlier, now: &str, path: &str) -> Result<(), Failure> {
    let then = before.n_unit.as_str();
    if then == now {
        return Ok(());
    }
    let (message, word) = match (then, now) {
        (UNNAMED, now) => (
            format!(
                "the baseline {path} does not say what its sizes count, and this input counts {now}"
            ),
            now,
        ),
        (then, UNNAMED) => (
            format!(
                "the baseline {path} counts {then}, and this input does not say what its sizes count"
            ),
            then,
        ),
        (then, now) => (
            format!("the baseline {path} counts {then}, and this input {now}"),
            now,
        ),
    };
    Err(Failure::input(
        message,
        format!(
            "if both count the same, say so: --n-unit {word}; --allow-mismatch compares them all the same"
        ),
    ))
}

/// What N counts where nothing says it.
const UNNAMED: &str = "units";

/// Why two fits are not of the same kind; the levels are compared, whatever noise the fits
/// assume.
pub(super) fn other_law(before: &Earlier, fit: &Fit) -> Option<String> {
    let (then, now) = (before.fit.fitted_law().name(), fit.fitted_law().name());
    (then != now).then(|| {
        format!("the baseline was fitted with the law {then}, this input with {now}; --allow-mismatch compares them all the same")
    })
}

impl CheckArgs {
    pub(super) fn compared(
        &self,
        before: &Earlier,
        fit: &Fit,
        demands: &Demands,
        n_unit: &str,
    ) -> Result<Changes, Failure> {
        let around_fits = match (around(&before.fit), around(fit)) {
            (Some(then), Some(now)) => then.pooled(now),
            _ => None,
        };
        let terms = Terms::new(demands.tolerance)
            .with_confidence(fit.options().confidence)
            .with_scatter(around_fits);
        let mut found = changes(before.fit.levels(), fit.levels(), &terms)?;
        if found.sizes.is_empty() {
            let list = |levels: &Levels| sizes_in_words(levels.as_slice().iter().map(|l| l.n));
            return Err(Failure::input(
                format!(
                    "no size was measured in both: the baseline has {} {n_unit}, this input {}",
                    list(before.fit.levels()),
                    list(fit.levels())
                ),
                "measure at the sizes of the baseline, or save a new one: scalecalc usl INPUT -o json=baseline.json",
            ));
        }
        if self.allow_missing_sizes {
            found.missing.clear();
            found.added.clear();
        }
        if self.allow_mismatch {
            found.slip = None;
        }
        Ok(found)
    }
}

/// `1, 2, 4 and 9 more`.
fn sizes_in_words(sizes: impl ExactSizeIterator<Item = f64>) -> String {
    const MOST: usize = 8;
    let more = sizes.len().saturating_sub(MOST);
    let shown: Vec<String> = sizes.take(MOST).map(units::plain).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
