//! A law with a ceiling fitted to levels: what describes a sweep with a corner.
//!
//! With N/X = (a^p + (kN)^p)^(1/p) + bN(N−1), that is a = 1/γ, k = 1/K, b = β/γ, every
//! sharpness p is a smooth least-squares problem in ln a, ln k and b. The sharp corner is
//! solved in closed form first (which levels lie before it?) and is where the others start.

use super::Fit;
use super::dispersion::Worth;
use super::inside::{LeftOut, inner, law_miss, miss_at};
use super::least_squares::{Local, Until, inverse, minimise};
use super::options::{Anchor, FitOptions, LawChoice};
use super::problem::{Noise, Problem, Row, Theta, form};
use super::select::{aicc_of, sum_of_logs};
use super::solution::Solution;
use super::thresholds::{CEILING_BETTER, CEILING_MISFIT, CLEARLY_LESS};
use crate::error::Error;
use crate::estimate::Estimate;
use crate::law::ceiling::smooth_maximum;
use crate::law::{Ceiling, CeilingParams, ScalingLaw};
use crate::sweep::levels::{Level, Levels};

/// Sharpness of the corners that are tried.
const SHARPNESS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, f64::INFINITY];

/// Levels that the search looks at, evenly taken: a corner needs no more.
const MOST_ROWS: usize = 128;

/// A fitted law with a ceiling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedCeiling {
    /// The law.
    pub law: Ceiling,
    /// Parameters that the data determine: γ, K and p, and β where it is not 0.
    pub parameters: usize,
    /// Residual sum of squares on the fitted scale.
    pub rss: f64,
    /// AICc on the scale of X; `None` with too few runs or an exact fit.
    pub aicc: Option<f64>,
    /// Root mean square of ln(measured mean/law) over levels.
    pub misfit: f64,
}

impl Fit {
    /// The best law with a ceiling on the same data and scale; `None` with fewer than four
    /// sizes.
    pub fn ceiling(&self) -> Option<&FittedCeiling> {
        let compute = || fitted(&self.solution().problem, self.nodes());
        self.asked.ceiling.get_or_init(compute).as_ref()
    }

    /// Whether the law with a ceiling describes sizes that the fitted law does not: a third of
    /// its misfit or less.
    pub fn ceiling_holds(&self) -> bool {
        let ours = self.inside().root_mean_square();
        self.ceiling().is_some_and(|ceiling| {
            ceiling.misfit <= ours / CEILING_BETTER && ceiling.misfit < CEILING_MISFIT
        })
    }

    /// Mean |ln miss| of the law with a ceiling at inner sizes left out in turn.
    pub fn left_out_miss_of_ceiling(&self) -> Option<f64> {
        let levels = self.nodes().as_slice();
        let left = left_out(&self.solution().problem, levels, self.ceiling()?);
        let sum: f64 = left.iter().map(|left| left.law.abs()).sum();
        (!left.is_empty()).then(|| sum / left.len() as f64)
    }
}

/// A law with a ceiling as the law of a fit, with the shape at every sharpness.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) fitted: FittedCeiling,
    pub(super) worth: Worth,
    best: Shape,
    /// Shapes with what their sum of squares exceeds the least by, and the covariance of
    /// (ln a, ln k, b) for a variance of 1.
    shapes: Vec<(Shape, f64, [Theta; 3])>,
}

/// The law with a ceiling where it is asked for, or where AICc prefers it to a solution.
///
/// # Errors
/// [`Error::TooFewLevels`] with fewer than four distinct N, [`Error::NoSolution`] where no
/// ceiling is found, or where γ is tied to N = 1 or coefficients may be negative.
pub(super) fn chosen(
    levels: &Levels,
    options: &FitOptions,
    beside: &Solution,
) -> Result<Option<Chosen>, Error> {
    let asked = options.law == LawChoice::Ceiling;
    if !asked && options.law != LawChoice::Auto {
        return Ok(None);
    }
    let tied = options.anchor != Anchor::Fit || options.allow_superlinear;
    if asked && tied {
        return Err(Error::NoSolution {
            reason: "a law with a ceiling has its slope fitted and no negative coefficients"
                .to_owned(),
            hint: "leave γ to be fitted and β at 0 or above, or fit the USL".into(),
        });
    }
    if asked && levels.len() < 4 {
        return Err(Error::TooFewLevels {
            law: "ceiling",
            levels: levels.len(),
            parameters: 4,
        });
    }
    let found = if tied {
        None
    } else {
        fitted(&beside.problem, levels)
    };
    let better = |found: &FittedCeiling| {
        asked
            || match (found.aicc, beside.aicc(sum_of_logs(levels))) {
                (Some(with), Some(without)) => with < without,
                _ => !beside.exact && misses_clearly_less(found, beside, levels),
            }
    };
    match found.filter(better) {
        Some(found) => Ok(Chosen::of(&beside.problem, found)),
        None => Ok(None),
    }
    .and_then(|chosen| {
        if asked && chosen.is_none() {
            Err(Error::NoSolution {
                reason: "no law with a ceiling fits these data".to_owned(),
                hint: "fit the USL".into(),
            })
        } else {
            Ok(chosen)
        }
    })
}

/// Where AICc does not exist, for too few runs: whether a law with a ceiling misses sizes left
/// out by less than half of what another law does.
fn misses_clearly_less(found: &FittedCeiling, beside: &Solution, levels: &Levels) -> bool {
    let levels = levels.as_slice();
    let left = left_out(&beside.problem, levels, found);
    let with = left.iter().map(|left| left.law.abs()).sum::<f64>() / left.len() as f64;
    law_miss(&beside.problem, &beside.optimum.theta, levels)
        .is_some_and(|without| !left.is_empty() && with < CLEARLY_LESS * without)
}

impl Chosen {
    fn of(problem: &Problem, fitted: FittedCeiling) -> Option<Self> {
        let rows: Vec<Row> = problem.rows().collect();
        let curved = fitted.law.params().beta > 0.0;
        let shapes: Vec<Shape> = SHARPNESS
            .iter()
            .filter_map(|p| best_shape(&rows, problem.noise, &[*p], curved))
            .collect();
        let sharpness = fitted.law.params().sharpness;
        let best = *shapes
            .iter()
            .find(|shape| shape.sharpness.to_bits() == sharpness.to_bits())?;
        let squares = |shape: &Shape| 2.0 * half_squares(&rows, problem.noise, shape);
        let misfit = squares(&best);
        let sum_of_squares = misfit + problem.pure;
        Some(Self {
            fitted,
            worth: Worth {
                free: fitted.parameters,
                sum_of_squares,
                misfit,
                exact: problem.is_exact(sum_of_squares),
            },
            best,
            shapes: shapes
                .iter()
                .filter_map(|shape| {
                    let above = (squares(shape) - misfit).max(0.0);
                    Some((*shape, above, covariance(&rows, problem.noise, shape)?))
                })
                .collect(),
        })
    }

    /// A quantity with its interval: over every sharpness that the data allow, what the other
    /// parameters may make of it within what that sharpness leaves of the allowance (profile
    /// likelihood over p, quadratic in the others).
    fn estimate(
        &self,
        fit: &Fit,
        of: impl Fn(&Shape) -> (f64, Theta),
        scale: impl Fn(f64) -> f64,
    ) -> Estimate {
        let value = scale(of(&self.best).0);
        let Some(allowance) = fit.allowance() else {
            return Estimate::exact(value);
        };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (shape, above, covariance) in &self.shapes {
            let left = allowance - above;
            if left < 0.0 {
                continue;
            }
            let (middle, slope) = of(shape);
            let half = (left * form(&slope, covariance, &slope).max(0.0)).sqrt();
            low = low.min(middle - half);
            high = high.max(middle + half);
        }
        Estimate::between(value, scale(low), scale(high), fit.options().confidence)
    }

    pub(super) fn throughput(&self, fit: &Fit, n: f64) -> Estimate {
        let problem = &fit.solution().problem;
        let at = n / problem.n_unit;
        self.estimate(
            fit,
            |shape| {
                let (d, by_d) = slope(shape, at, pairs(n, problem));
                ((at / d).ln(), by_d.map(|by| -by / d))
            },
            |x| x.exp() * problem.x_unit,
        )
    }

    pub(super) fn speedup(&self, fit: &Fit, n: f64) -> Estimate {
        let problem = &fit.solution().problem;
        self.estimate(
            fit,
            |shape| {
                let (d, by_d) = slope(shape, n / problem.n_unit, pairs(n, problem));
                let (one, by_one) = slope(shape, 1.0 / problem.n_unit, 0.0);
                let by = std::array::from_fn(|i| by_one[i] / one - by_d[i] / d);
                ((n * one / d).ln(), by)
            },
            f64::exp,
        )
    }

    pub(super) fn gamma(&self, fit: &Fit) -> Estimate {
        let problem = &fit.solution().problem;
        let unit = problem.x_unit / problem.n_unit;
        let of = |shape: &Shape| (-shape.a.ln(), [-1.0, 0.0, 0.0]);
        self.estimate(fit, of, |x| x.exp() * unit)
    }

    fn ceiling(&self, fit: &Fit) -> Estimate {
        let unit = fit.solution().problem.x_unit;
        let of = |shape: &Shape| (-shape.k.ln(), [0.0, -1.0, 0.0]);
        self.estimate(fit, of, |x| x.exp() * unit)
    }

    fn corner(&self, fit: &Fit) -> Estimate {
        let unit = fit.solution().problem.n_unit;
        let of = |shape: &Shape| ((shape.a / shape.k).ln(), [1.0, -1.0, 0.0]);
        self.estimate(fit, of, |x| x.exp() * unit)
    }

    pub(super) fn beta(&self, fit: &Fit) -> Estimate {
        let unit = fit.solution().problem.n_unit.powi(-2);
        let of = |shape: &Shape| {
            let beta = shape.b / shape.a;
            (beta, [-beta, 0.0, 1.0 / shape.a])
        };
        self.estimate(fit, of, |x| x.max(0.0) * unit)
    }
}

impl Fit {
    /// K, 1/s, and the corner K/γ of a law with a ceiling; `None` where the fitted law is
    /// another.
    pub fn full(&self) -> Option<(Estimate, Estimate)> {
        let full = self.full.as_ref()?;
        Some((full.ceiling(self), full.corner(self)))
    }

    /// Whether the fitted law has a ceiling that is reached inside the data.
    pub(super) fn corner_is_inside(&self) -> bool {
        let n_max = self.levels().n_max();
        (self.full.as_ref()).is_some_and(|full| full.fitted.law.corner() <= n_max)
    }
}

/// N(N−1) in scaled units.
fn pairs(n: f64, problem: &Problem) -> f64 {
    n * (n - 1.0) / problem.n_unit / problem.n_unit
}

/// N/X with its derivatives by ln a, ln k and b.
fn slope(shape: &Shape, n: f64, pairs: f64) -> (f64, Theta) {
    let z = shape.k * n / shape.a;
    let larger = smooth_maximum(z, shape.sharpness);
    // Share of the ceiling in the smooth maximum: z^p/(1 + z^p).
    let full = if shape.sharpness.is_infinite() {
        f64::from(u8::from(z > 1.0))
    } else {
        (z / larger).powf(shape.sharpness)
    };
    let by = [
        shape.a * larger * (1.0 - full),
        shape.a * larger * full,
        pairs,
    ];
    (shape.a * larger + shape.b * pairs, by)
}

/// Inverse of `JᵀJ` by (ln a, ln k, b), b held where the data cannot tell it from k.
fn covariance(rows: &[Row], noise: Noise, shape: &Shape) -> Option<[Theta; 3]> {
    let mut information = [[0.0; 3]; 3];
    for row in rows {
        let (d, by_d) = slope(shape, row.n, row.pairs);
        let along = match noise {
            Noise::Constant => row.n / d / d,
            Noise::Relative => 1.0 / d,
        };
        for i in 0..3 {
            for j in 0..3 {
                information[i][j] += row.weight * along * along * by_d[i] * by_d[j];
            }
        }
    }
    inverse(&information).or_else(|| {
        for k in 0..2 {
            information[k][2] = 0.0;
            information[2][k] = 0.0;
        }
        information[2][2] = 1.0;
        let mut held = inverse(&information)?;
        held[2] = [0.0; 3];
        Some(held)
    })
}

/// a, k and b in scaled units with their half sum of squares.
#[derive(Debug, Clone, Copy)]
struct Shape {
    a: f64,
    k: f64,
    b: f64,
    sharpness: f64,
    value: f64,
}

/// The best law with a ceiling on levels; `None` with fewer than four or where none has a
/// finite corner.
pub(super) fn fitted(problem: &Problem, levels: &Levels) -> Option<FittedCeiling> {
    let rows: Vec<Row> = problem.rows().collect();
    if rows.len() < 4 {
        return None;
    }
    let flat = best_shape(&rows, problem.noise, &SHARPNESS, false)?;
    let bent = best_shape(&rows, problem.noise, &SHARPNESS, true)?;
    let all = |shape: &Shape| 2.0 * half_squares(&rows, problem.noise, shape) + problem.pure;
    let logs = sum_of_logs(levels);
    // β costs a parameter: it stays 0 unless AICc wants it, or nothing else is exact.
    let pays = aicc_of(problem, 3, all(&flat), logs)
        .zip(aicc_of(problem, 4, all(&bent), logs))
        .is_some_and(|(without, with)| with < without);
    let only = problem.is_exact(all(&bent)) && !problem.is_exact(all(&flat));
    let best = if pays || only { bent } else { flat };
    let law = law_of(&best, problem)?;
    let (mut squares, mut count) = (0.0, 0.0);
    for level in levels.as_slice().iter().filter(|level| level.mean > 0.0) {
        squares += (level.mean / law.throughput(level.n)).ln().powi(2);
        count += 1.0;
    }
    let parameters = 3 + usize::from(best.b > 0.0);
    let sum_of_squares = 2.0 * half_squares(&rows, problem.noise, &best) + problem.pure;
    let unit = match problem.noise {
        Noise::Constant => problem.x_unit,
        Noise::Relative => 1.0,
    };
    Some(FittedCeiling {
        law,
        parameters,
        rss: sum_of_squares * unit * unit,
        aicc: aicc_of(problem, parameters, sum_of_squares, sum_of_logs(levels)),
        misfit: (squares / f64::max(count, 1.0)).sqrt(),
    })
}

/// The misses at inner levels left out in turn, p as fitted to all; where those are few, p anew.
pub(super) fn left_out(problem: &Problem, levels: &[Level], whole: &FittedCeiling) -> Vec<LeftOut> {
    const FEW: usize = 6;
    let fixed = [whole.law.params().sharpness];
    let sharpness: &[f64] = if levels.len() <= FEW {
        &SHARPNESS
    } else {
        &fixed
    };
    let curved = whole.law.params().beta > 0.0;
    inner(levels.len())
        .filter_map(|index| {
            let rest = problem.without(index);
            let rows: Vec<Row> = rest.rows().collect();
            let law = law_of(
                &best_shape(&rows, problem.noise, sharpness, curved)?,
                problem,
            )?;
            miss_at(levels, index, |n| law.throughput(n))
        })
        .collect()
}

fn law_of(shape: &Shape, problem: &Problem) -> Option<Ceiling> {
    Ceiling::new(CeilingParams {
        gamma: problem.x_unit / (shape.a * problem.n_unit),
        ceiling: problem.x_unit / shape.k,
        sharpness: shape.sharpness,
        beta: shape.b / (shape.a * problem.n_unit * problem.n_unit),
    })
    .ok()
}

/// The best over sharpnesses; with β where `curved` allows and it gains.
fn best_shape(rows: &[Row], noise: Noise, sharpness: &[f64], curved: bool) -> Option<Shape> {
    let step = rows.len().div_ceil(MOST_ROWS).max(1);
    let thinned: Vec<Row> = rows.iter().step_by(step).copied().collect();
    let rows = thinned.as_slice();
    let sharp = sharp_corner(rows, noise)?;
    let mut best: Option<Shape> = None;
    let mut keep = |found: Shape| {
        if best.is_none_or(|best| found.value < best.value * (1.0 - 1e-9)) {
            best = Some(found);
        }
    };
    for &p in sharpness {
        let start = Shape {
            sharpness: p,
            ..sharp
        };
        let flat = if p.is_infinite() {
            Some(sharp)
        } else {
            search::<2>(rows, noise, &start)
        };
        if let Some(flat) = flat {
            keep(flat);
            if curved
                && let Some(bent) = search::<3>(rows, noise, &flat)
                && bent.b > 0.0
            {
                keep(bent);
            }
        }
    }
    best
}

/// The sharp corner without coherency: for every split the levels before it give a, those
/// after it k, each in closed form.
fn sharp_corner(rows: &[Row], noise: Noise) -> Option<Shape> {
    let mut best: Option<Shape> = None;
    for split in 1..rows.len() {
        let (before, after) = rows.split_at(split);
        let (Some(a), Some(k)) = (
            height(before, noise, |r| r.n),
            height(after, noise, |_| 1.0),
        ) else {
            continue;
        };
        // X = n/a before and 1/k after.
        let (a, k) = (1.0 / a, 1.0 / k);
        let shape = Shape {
            a,
            k,
            b: 0.0,
            sharpness: f64::INFINITY,
            value: 0.0,
        };
        let value = half_squares(rows, noise, &shape);
        if value.is_finite() && best.is_none_or(|best| value < best.value) {
            best = Some(Shape { value, ..shape });
        }
    }
    best
}

/// c of the best fit y ≈ c·f(n), on the fitted scale.
fn height(rows: &[Row], noise: Noise, form: impl Fn(&Row) -> f64) -> Option<f64> {
    let (mut top, mut bottom) = (0.0, 0.0);
    for row in rows {
        let f = form(row);
        match noise {
            Noise::Constant => {
                top += row.weight * f * row.y;
                bottom += row.weight * f * f;
            }
            Noise::Relative => {
                top += row.weight * (row.y - f.ln());
                bottom += row.weight;
            }
        }
    }
    let mean = top / bottom;
    let height = match noise {
        Noise::Constant => mean,
        Noise::Relative => mean.exp(),
    };
    (height > 0.0 && height.is_finite()).then_some(height)
}

fn half_squares(rows: &[Row], noise: Noise, shape: &Shape) -> f64 {
    let residual = |row: &Row| {
        let d = shape.a * smooth_maximum(shape.k * row.n / shape.a, shape.sharpness)
            + shape.b * row.pairs;
        match noise {
            Noise::Constant => row.y - row.n / d,
            Noise::Relative => row.y - (row.n / d).ln(),
        }
    };
    rows.iter()
        .map(|row| 0.5 * row.weight * residual(row).powi(2))
        .sum()
}

/// Least squares in (ln a, ln k) or (ln a, ln k, b) from a start.
fn search<const P: usize>(rows: &[Row], noise: Noise, start: &Shape) -> Option<Shape> {
    let at = |theta: &[f64; P]| Shape {
        a: theta[0].exp(),
        k: theta[1].exp(),
        b: theta.get(2).copied().unwrap_or(0.0),
        ..*start
    };
    let mut first = [0.0; P];
    first[0] = start.a.ln();
    first[1] = start.k.ln();
    let found = minimise(first, Until::ValueSettled, |theta: &[f64; P]| {
        let shape = at(theta);
        let mut local = Local::zero();
        for row in rows {
            let (d, by_d) = slope(&shape, row.n, row.pairs);
            if d <= 0.0 || d.is_nan() {
                return None;
            }
            let fitted = row.n / d;
            // The residual grows by this for each unit of d.
            let (residual, along) = match noise {
                Noise::Constant => (row.y - fitted, fitted / d),
                Noise::Relative => (row.y - fitted.ln(), 1.0 / d),
            };
            local.value += 0.5 * row.weight * residual * residual;
            for i in 0..P {
                local.gradient[i] += row.weight * residual * along * by_d[i];
                for j in 0..P {
                    let both = row.weight * along * along * by_d[i] * by_d[j];
                    local.gauss_newton[i][j] += both;
                    local.hessian[i][j] += both;
                }
            }
        }
        local.value.is_finite().then_some(local)
    })?;
    let shape = Shape {
        value: found.local.value,
        ..at(&found.at)
    };
    let sound = shape.a > 0.0 && shape.k > 0.0 && shape.a.is_finite() && shape.k.is_finite();
    (sound && shape.b >= 0.0).then_some(shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{FitOptions, fit};

    #[test]
    fn a_corner_is_found_and_named_and_a_made_up_one_returns() {
        let knee = [
            (1.0, 4501.0),
            (2.0, 8896.0),
            (4.0, 9016.0),
            (8.0, 9016.0),
            (16.0, 8994.0),
        ];
        let fit_of = |pairs: &[(f64, f64)]| {
            let levels = Levels::from_pairs(pairs.iter().copied()).unwrap();
            let fit = fit(&levels, &FitOptions::default()).unwrap();
            *fit.ceiling().unwrap()
        };
        let found = fit_of(&knee);
        let corner = found.law.corner();
        assert!((corner - 2.0).abs() < 0.05, "{found:?}");
        assert!(found.misfit < 0.02);
        let made = Ceiling::new(CeilingParams {
            gamma: 10.0,
            ceiling: 80.0,
            sharpness: 4.0,
            beta: 0.001,
        })
        .unwrap();
        let pairs: Vec<_> = [1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0]
            .map(|n| (n, made.throughput(n)))
            .into();
        let found = fit_of(&pairs).law.params();
        assert!((found.ceiling / 80.0 - 1.0).abs() < 1e-6, "{found:?}");
        assert!((found.beta / 0.001 - 1.0).abs() < 1e-4, "{found:?}");
        assert!((found.sharpness - 4.0).abs() < 1e-12);
    }
}
