//! What was measured, as marks and dots.

use super::Point;
use crate::fit::Fit;
use crate::report::Quantity;
use crate::report::number::{DIGITS, alone};
use crate::sweep::levels::{Level, RUNS_KEPT};

/// Marks of measured sizes at most; more are thinned evenly.
const MARKS: usize = 240;
/// Single runs at most.
const DOTS: usize = 900;

/// Every measured size as a mark.
pub(super) fn points(fit: &Fit) -> Vec<Point> {
    marks(fit.levels().as_slice())
}

/// Levels as marks, thinned where there are too many.
pub(crate) fn marks(levels: &[Level]) -> Vec<Point> {
    let every = levels.len().div_ceil(MARKS).max(1);
    let last = levels.len().saturating_sub(1);
    let shown = levels.iter().enumerate();
    shown
        .filter(|(index, _)| index % every == 0 || *index == last)
        .map(|(_, level)| point(level))
        .collect()
}

/// Single runs of sizes that were measured more than once, thinned where there are too many.
pub(super) fn runs(fit: &Fit) -> Vec<[f64; 2]> {
    let levels = fit.levels();
    let repeats = |n: f64| levels.at(n).is_some_and(|level| level.runs > 1);
    let all: Vec<[f64; 2]> = (levels.kept_runs().iter())
        .filter(|[n, _]| repeats(*n))
        .copied()
        .collect();
    let every = all.len().div_ceil(DOTS).max(1);
    all.into_iter().step_by(every).collect()
}

pub(super) fn point(level: &Level) -> Point {
    Point {
        x: level.n,
        y: level.mean,
        ends: level
            .stddev()
            .map(|spread| ((level.mean - spread).max(0.0), level.mean + spread)),
        runs: level.runs,
    }
}

/// What the picture leaves out.
pub(super) fn thinned(fit: &Fit) -> Vec<String> {
    let levels = fit.levels();
    let every = levels.len().div_ceil(MARKS);
    let count = |value: f64| alone(Quantity::Count, value, DIGITS);
    let sizes = (every > 1).then(|| {
        let of = count(levels.len() as f64);
        format!("One in {every} of {of} measured sizes is drawn.")
    });
    let most = levels.as_slice().iter().map(|level| level.runs).max();
    let runs = most
        .filter(|most| *most > RUNS_KEPT && !runs(fit).is_empty())
        .map(|most| {
            format!(
                "Of up to {} runs at one size the first {RUNS_KEPT} are drawn.",
                count(most as f64)
            )
        });
    sizes.into_iter().chain(runs).collect()
}
