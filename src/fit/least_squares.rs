//! The solver: minimises a function of a few parameters from its value, gradient and
//! curvature. Damped Newton where the curvature is positive, Levenberg–Marquardt elsewhere.
//!
//! It knows nothing of scaling laws; [`crate::fit::problem`] gives it the USL.
//!
//! # References
//! Levenberg 1944; Marquardt 1963; Moré, "The Levenberg–Marquardt algorithm", 1978, for the
//! scaling by the largest column norm met so far.

/// A square matrix.
pub(crate) type Matrix<const P: usize> = [[f64; P]; P];

/// Value and derivatives of half the sum of squares at one point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Local<const P: usize> {
    /// Half the sum of squares.
    pub(crate) value: f64,
    /// Its gradient.
    pub(crate) gradient: [f64; P],
    /// `JᵀJ`, never negative.
    pub(crate) gauss_newton: Matrix<P>,
    /// The full second derivative; equal to `gauss_newton` where it is not known.
    pub(crate) hessian: Matrix<P>,
}

impl<const P: usize> Local<P> {
    /// All zero: what sums start from.
    pub(crate) fn zero() -> Self {
        Self {
            value: 0.0,
            gradient: [0.0; P],
            gauss_newton: [[0.0; P]; P],
            hessian: [[0.0; P]; P],
        }
    }
}

/// Where the search ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Minimum<const P: usize> {
    /// The parameters.
    pub(crate) at: [f64; P],
    /// Value and derivatives there.
    pub(crate) local: Local<P>,
}

/// Solves a symmetric positive definite system by Cholesky; `None` where it is not.
pub(crate) fn solve<const P: usize>(matrix: &Matrix<P>, right: &[f64; P]) -> Option<[f64; P]> {
    let x = substituted(&cholesky(matrix)?, right);
    x.iter().all(|value| value.is_finite()).then_some(x)
}

/// A symmetric positive definite matrix as what solves for it, after scaling its diagonal to 1;
/// `None` where it is singular or not positive.
pub(crate) fn factored<const P: usize>(
    matrix: &Matrix<P>,
) -> Option<impl Fn(&[f64; P]) -> [f64; P]> {
    let scale: [f64; P] = std::array::from_fn(|i| matrix[i][i].sqrt().recip());
    if scale.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let scaled: Matrix<P> =
        std::array::from_fn(|i| std::array::from_fn(|j| matrix[i][j] * scale[i] * scale[j]));
    let lower = cholesky(&scaled)?;
    Some(move |right: &[f64; P]| {
        let right: [f64; P] = std::array::from_fn(|i| right[i] * scale[i]);
        let x = substituted(&lower, &right);
        std::array::from_fn(|i| x[i] * scale[i])
    })
}

/// The solution of a system whose Cholesky factor this is.
fn substituted<const P: usize>(lower: &Matrix<P>, right: &[f64; P]) -> [f64; P] {
    let mut x = *right;
    for i in 0..P {
        for j in 0..i {
            x[i] -= lower[i][j] * x[j];
        }
        x[i] /= lower[i][i];
    }
    for i in (0..P).rev() {
        for j in i + 1..P {
            x[i] -= lower[j][i] * x[j];
        }
        x[i] /= lower[i][i];
    }
    x
}

fn cholesky<const P: usize>(matrix: &Matrix<P>) -> Option<Matrix<P>> {
    let mut lower = [[0.0; P]; P];
    for i in 0..P {
        for j in 0..=i {
            let mut sum = matrix[i][j];
            for k in 0..j {
                sum -= lower[i][k] * lower[j][k];
            }
            if i == j {
                // A pivot that is only rounding is none.
                if sum <= matrix[i][i] * 1e-15 || !sum.is_finite() {
                    return None;
                }
                lower[i][i] = sum.sqrt();
            } else {
                lower[i][j] = sum / lower[j][j];
            }
        }
    }
    Some(lower)
}

/// Inverse of a symmetric positive definite matrix, by columns, after scaling its diagonal
/// to 1; `None` where it is singular.
pub(crate) fn inverse<const P: usize>(matrix: &Matrix<P>) -> Option<Matrix<P>> {
    let mut scale = [0.0; P];
    for i in 0..P {
        scale[i] = matrix[i][i].sqrt().recip();
        if !scale[i].is_finite() {
            return None;
        }
    }
    let mut scaled = *matrix;
    for i in 0..P {
        for j in 0..P {
            scaled[i][j] *= scale[i] * scale[j];
        }
    }
    let mut result = [[0.0; P]; P];
    for column in 0..P {
        let mut unit = [0.0; P];
        unit[column] = 1.0;
        let x = solve(&scaled, &unit)?;
        for row in 0..P {
            result[row][column] = x[row] * scale[row] * scale[column];
        }
    }
    Some(result)
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The last digit of the parameters.
    LastDigit,
    /// Enough that the value has all its digits: the next step would gain less than
    /// rounding hides.
    ValueSettled,
}

/// Minimises from `start`. `evaluate` returns `None` outside the domain; the search never
/// leaves it. `None` where the start is outside.
pub(crate) fn minimise<const P: usize>(
    start: [f64; P],
    until: Until,
    mut evaluate: impl FnMut(&[f64; P]) -> Option<Local<P>>,
) -> Option<Minimum<P>> {
    const MOST_STEPS: usize = 500;
    let mut at = start;
    let mut local = evaluate(&at)?;
    let mut damping = 0.0_f64;
    let mut scale = [0.0_f64; P];
    let mut stalls = 0;
    let mut last_length = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        for (i, scale) in scale.iter_mut().enumerate() {
            *scale = scale.max(local.gauss_newton[i][i]);
        }
        let Some((step, predicted)) = step(&local, &scale, damping) else {
            if damping > 1e30 {
                break;
            }
            damping = (damping * 10.0).max(1e-4);
            continue;
        };
        let mut next = at;
        for (value, step) in next.iter_mut().zip(step) {
            *value += step;
        }
        let found = evaluate(&next).filter(|found| found.value.is_finite());
        let unchanged = next
            .iter()
            .zip(&at)
            .all(|(a, b)| a.to_bits() == b.to_bits());
        if unchanged {
            break;
        }
        match found {
            Some(found)
                if found.value <= local.value * (1.0 + 4.0 * f64::EPSILON)
                    || (found.value <= local.value * (1.0 + 1e-12)
                        && steepness(&found) < 0.5 * steepness(&local)) =>
            {
                let gained = local.value - found.value;
                // The value no longer tells; steps that still shrink do.
                let length = length(&step, &scale);
                let stalled =
                    gained <= local.value * 4.0 * f64::EPSILON && length > 0.9 * last_length;
                stalls = if stalled { stalls + 1 } else { 0 };
                last_length = length;
                if gained > 0.25 * predicted {
                    damping = if damping > 1e-10 { damping / 10.0 } else { 0.0 };
                }
                // Newton's next step gains about (gain/value)² of this one.
                let settled = until == Until::ValueSettled
                    && damping <= 1e-6
                    && predicted <= 1e-9 * found.value;
                let small = next
                    .iter()
                    .zip(step)
                    .all(|(value, step)| step.abs() <= 2.0 * f64::EPSILON * value.abs());
                at = next;
                local = found;
                if small || settled || stalls >= 3 {
                    break;
                }
            }
            _ if damping > 1e30 => break,
            _ => damping = (damping * 10.0).max(1e-4),
        }
    }
    Some(Minimum { at, local })
}

/// Length of the gradient in units of the columns: what tells points apart where rounding
/// hides the difference of their values.
fn steepness<const P: usize>(local: &Local<P>) -> f64 {
    (0..P)
        .filter(|i| local.gauss_newton[*i][*i] > 0.0)
        .map(|i| local.gradient[i] * local.gradient[i] / local.gauss_newton[i][i])
        .sum()
}

/// Length of a step in units of the columns.
fn length<const P: usize>(step: &[f64; P], scale: &[f64; P]) -> f64 {
    step.iter()
        .zip(scale)
        .map(|(step, scale)| step * step * scale)
        .sum()
}

/// One step and the gain that it predicts: Newton where the curvature allows, else
/// Gauss–Newton, both damped along the scaled diagonal.
fn step<const P: usize>(
    local: &Local<P>,
    scale: &[f64; P],
    damping: f64,
) -> Option<([f64; P], f64)> {
    let mut down = local.gradient;
    for value in &mut down {
        *value = -*value;
    }
    for curvature in [&local.hessian, &local.gauss_newton] {
        let mut matrix = *curvature;
        for i in 0..P {
            matrix[i][i] += damping * scale[i];
        }
        // Unit diagonal: the columns may differ by many orders of magnitude.
        let mut unit = [0.0; P];
        for i in 0..P {
            unit[i] = matrix[i][i].sqrt().recip();
        }
        if unit.iter().any(|value| !value.is_finite()) {
            continue;
        }
        let mut right = down;
        for i in 0..P {
            right[i] *= unit[i];
            for j in 0..P {
                matrix[i][j] *= unit[i] * unit[j];
            }
        }
        let Some(mut step) = solve(&matrix, &right) else {
            continue;
        };
        for (value, unit) in step.iter_mut().zip(unit) {
            *value *= unit;
        }
        let mut predicted = 0.0;
        for i in 0..P {
            let mut bent = 0.0;
            for j in 0..P {
                bent += curvature[i][j] * step[j];
            }
            predicted -= step[i] * (local.gradient[i] + 0.5 * bent);
        }
        if predicted >= 0.0 {
            return Some((step, predicted));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::nist;

    #[test]
    fn inverse_of_badly_scaled_matrix() {
        let matrix = [[4e200, 1e100], [1e100, 1.0]];
        let inverse = inverse(&matrix).unwrap();
        for i in 0..2 {
            for j in 0..2 {
                let product: f64 = (0..2).map(|k| matrix[i][k] * inverse[k][j]).sum();
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((product - expected).abs() * if i < j { 1e-100 } else { 1.0 } < 1e-12);
            }
        }
    }

    #[test]
    fn nist_reference_sets_to_eight_digits() {
        let digits = nist::all();
        assert_eq!(digits.len(), 11);
        for (name, digits) in digits {
            // Seven parameters are more than the normal equations carry to eight digits.
            let wanted = if name == "Thurber" { 7.0 } else { 8.0 };
            assert!(digits >= wanted, "{name}: {digits:.1} digits");
        }
    }
}
