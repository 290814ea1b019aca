//! The USL as a least-squares problem on levels, in the space where its bounds are plain.
//!
//! With N/X = a + b(N−1) + cN(N−1), that is a = 1/γ, b = α/γ, c = β/γ, the bounds α, β ≥ 0
//! are b, c ≥ 0, and every question an interval asks ("β = v", "N* = v", "X(N) = v") is a
//! linear equation in (a, b, c). X is counted in its largest value and N in its own, so
//! that data of 1e±300 and N of 10⁹ lose nothing. Both noises share one code: the residual
//! is X̄ − μ (constant) or the mean of ln X minus ln μ (relative).

use super::least_squares::{Local, Matrix, Until, minimise};
use super::plane::Plane;
use super::start::best_on;
use crate::sweep::levels::{Level, Levels};

/// How the scatter of throughput behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Noise {
    /// X = μ(N) + ε: the same scatter at every N.
    Constant,
    /// ln X = ln μ(N) + ε: scatter in proportion to throughput.
    Relative,
}

impl Noise {
    /// The word for it, as in `--noise`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Relative => "relative",
        }
    }
}

/// (a, b, c) in scaled units.
pub(crate) type Theta = [f64; 3];

/// One level in scaled units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// N over the largest N.
    pub(super) n: f64,
    /// d = θ·u, so that μ = n/d.
    pub(super) u: Theta,
    /// Mean throughput, or mean of its logarithm.
    pub(super) y: f64,
    /// Throughput that y stands for.
    pub(super) x: f64,
    /// Number of runs.
    pub(super) weight: f64,
}

/// How the squared residual of a level changes along d = θ·u.
struct Along {
    residual: f64,
    slope: f64,
    gauss_newton: f64,
    hessian: f64,
}

/// One level in scaled units, for a law outside the family of the USL.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// N over the largest N.
    pub(crate) n: f64,
    /// N(N − 1) in the same unit squared.
    pub(crate) pairs: f64,
    /// Mean throughput, or mean of its logarithm.
    pub(crate) y: f64,
    /// Number of runs.
    pub(crate) weight: f64,
}

/// Which of a, b, c are held at 0, as a sum of the three bits below.
pub(crate) type Face = u8;
/// γ runs off to infinity.
pub(crate) const A_ZERO: Face = 1;
/// α = 0.
pub(crate) const B_ZERO: Face = 2;
/// β = 0.
pub(crate) const C_ZERO: Face = 4;

/// A linear equation q·θ = r that a fit has to keep.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constraint {
    pub(crate) q: Theta,
    pub(crate) r: f64,
}

/// A constrained or free optimum.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Optimum {
    pub(crate) theta: Theta,
    /// Sum of squares of the level means around the law, in scaled units (without the
    /// scatter inside levels).
    pub(crate) misfit: f64,
    /// Parameters held at 0.
    pub(crate) face: Face,
}

/// Levels and noise, ready to be fitted.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(super) points: Vec<Point>,
    pub(crate) noise: Noise,
    /// Scatter inside levels: Σ M2, scaled.
    pub(crate) pure: f64,
    /// Runs over all levels.
    pub(crate) runs: f64,
    /// Largest N: the unit of N.
    pub(crate) n_unit: f64,
    /// Largest mean throughput: the unit of X.
    pub(crate) x_unit: f64,
    /// Sum of squares of the data about 0, scaled: the yardstick for exact fits.
    pub(crate) square_sum: f64,
    /// α and β may be negative.
    pub(crate) superlinear: bool,
    /// Scaled a, where γ is fixed.
    pub(crate) anchor: Option<f64>,
    /// What the law itself holds at 0: nothing for the USL, c for Amdahl's law.
    pub(crate) lowest_face: Face,
}

/// A fit this much below the data's own square sum is exact.
const EXACT: f64 = 1e-24;

impl Problem {
    /// `None` where relative noise meets a level without logarithms, or nothing is above 0.
    pub(crate) fn new(levels: &Levels, noise: Noise, superlinear: bool) -> Option<Self> {
        let n_unit = levels.n_max();
        let x_unit = levels.as_slice().iter().map(|l| l.mean).fold(0.0, f64::max);
        if x_unit <= 0.0 {
            return None;
        }
        let mut pure = 0.0;
        let mut square_sum = 0.0;
        let mut points = Vec::with_capacity(levels.len());
        for level in levels.as_slice() {
            let share = level.mean / x_unit;
            let weight = level.runs as f64;
            square_sum += weight * share * share;
            let (y, m2) = match noise {
                Noise::Constant => (share, level.relative_m2 * share * share),
                Noise::Relative => {
                    let (mean, m2) = level.log_moments?;
                    (mean - x_unit.ln(), m2)
                }
            };
            pure += m2;
            points.push(Point {
                n: level.n / n_unit,
                u: [
                    1.0,
                    (level.n - 1.0) / n_unit,
                    (level.n - 1.0) / n_unit * (level.n / n_unit),
                ],
                y,
                x: match noise {
                    Noise::Constant => y,
                    Noise::Relative => y.exp(),
                },
                weight,
            });
        }
        if noise == Noise::Relative {
            square_sum = levels.runs() as f64;
        }
        Some(Self {
            points,
            noise,
            pure,
            runs: levels.runs() as f64,
            n_unit,
            x_unit,
            square_sum,
            superlinear,
            anchor: None,
            lowest_face: 0,
        })
    }

    /// The scaled u of any N: N/X in scaled units is θ·u.
    pub(crate) fn u(&self, n: f64) -> Theta {
        [
            1.0,
            (n - 1.0) / self.n_unit,
            (n - 1.0) / self.n_unit * (n / self.n_unit),
        ]
    }

    /// Throughput of the law at N, in real units.
    pub(crate) fn throughput(&self, theta: &Theta, n: f64) -> f64 {
        n / self.n_unit / dot(theta, &self.u(n)) * self.x_unit
    }

    /// (α, β, γ) of scaled (a, b, c).
    pub(crate) fn parameters(&self, theta: &Theta) -> [f64; 3] {
        let a = theta[0] * self.n_unit;
        [theta[1] / a, theta[2] / a / self.n_unit, self.x_unit / a]
    }

    /// Scaled (a, b, c) of (α, β, γ).
    pub(crate) fn theta_of(&self, [alpha, beta, gamma]: [f64; 3]) -> Theta {
        let a = self.a_of(gamma);
        let b = alpha * a * self.n_unit;
        [a, b, beta * a * self.n_unit * self.n_unit]
    }

    /// Scaled a of a throughput of one unit γ.
    pub(crate) fn a_of(&self, gamma: f64) -> f64 {
        self.x_unit / gamma / self.n_unit
    }

    /// Half the misfit and its derivatives; `None` where the law has a pole at the data.
    pub(crate) fn local(&self, theta: &Theta) -> Option<Local<3>> {
        match self.noise {
            Noise::Constant => self.summed(theta, |point, d| {
                let fitted = point.n / d;
                let residual = point.y - fitted;
                let steep = fitted / d;
                Along {
                    residual,
                    slope: residual * steep,
                    gauss_newton: steep * steep,
                    hessian: steep * (fitted - 2.0 * residual) / d,
                }
            }),
            Noise::Relative => self.summed(theta, |point, d| {
                let residual = point.y - (point.n / d).ln();
                let inverse = 1.0 / d;
                let square = inverse * inverse;
                Along {
                    residual,
                    slope: residual * inverse,
                    gauss_newton: square,
                    hessian: (1.0 - residual) * square,
                }
            }),
        }
    }

    /// Sums over the levels of what the squared residual does along d = θ·u, spread over u,
    /// whose first part is 1.
    fn summed(&self, theta: &Theta, along: impl Fn(&Point, f64) -> Along) -> Option<Local<3>> {
        let mut value = 0.0;
        let mut gradient = [0.0; 3];
        // By (a, a), (b, a), (b, b), (c, a), (c, b), (c, c).
        let (mut first, mut second) = ([0.0; 6], [0.0; 6]);
        for point in &self.points {
            let d = dot(theta, &point.u);
            if d <= 0.0 {
                return None;
            }
            let of = along(point, d);
            let w = point.weight;
            let [_, by_b, by_c] = point.u;
            value += 0.5 * w * of.residual * of.residual;
            let slope = w * of.slope;
            gradient[0] += slope;
            gradient[1] += slope * by_b;
            gradient[2] += slope * by_c;
            for (sums, curvature) in [
                (&mut first, w * of.gauss_newton),
                (&mut second, w * of.hessian),
            ] {
                let (b, c) = (curvature * by_b, curvature * by_c);
                sums[0] += curvature;
                sums[1] += b;
                sums[2] += b * by_b;
                sums[3] += c;
                sums[4] += c * by_b;
                sums[5] += c * by_c;
            }
        }
        let whole = |[aa, ba, bb, ca, cb, cc]: [f64; 6]| [[aa, ba, ca], [ba, bb, cb], [ca, cb, cc]];
        f64::is_finite(value).then(|| Local {
            value,
            gradient,
            gauss_newton: whole(first),
            hessian: whole(second),
        })
    }

    /// Half the misfit alone; infinite where the law has a pole at the data.
    fn half_misfit(&self, theta: &Theta) -> f64 {
        let mut value = 0.0;
        for point in &self.points {
            let d = dot(theta, &point.u);
            if d <= 0.0 {
                return f64::INFINITY;
            }
            let fitted = point.n / d;
            let residual = match self.noise {
                Noise::Constant => point.y - fitted,
                Noise::Relative => point.y - fitted.ln(),
            };
            value += 0.5 * point.weight * residual * residual;
        }
        if value.is_nan() { f64::INFINITY } else { value }
    }

    /// Sum of squares (level means and scatter inside levels) of an optimum.
    pub(crate) fn sum_of_squares(&self, optimum: &Optimum) -> f64 {
        optimum.misfit + self.pure
    }

    /// Whether a sum of squares is nothing but rounding.
    pub(crate) fn is_exact(&self, sum_of_squares: f64) -> bool {
        sum_of_squares <= EXACT * self.square_sum
    }

    /// Residual of a level, scaled; `None` where relative noise meets one without logarithms.
    pub(crate) fn residual(&self, theta: &Theta, level: &Level) -> Option<f64> {
        let fitted = level.n / self.n_unit / dot(theta, &self.u(level.n));
        Some(match self.noise {
            Noise::Constant => level.mean / self.x_unit - fitted,
            Noise::Relative => level.log_mean()? - self.x_unit.ln() - fitted.ln(),
        })
    }

    /// The levels in scaled units.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.points.iter().map(|point| Row {
            n: point.n,
            pairs: point.u[2],
            y: point.y,
            weight: point.weight,
        })
    }

    /// Number of levels.
    pub(crate) fn levels(&self) -> usize {
        self.points.len()
    }

    /// Weight of each level: its runs.
    pub(crate) fn weights(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().map(|point| point.weight)
    }

    /// Mean of each level on the fitted scale.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().map(|point| point.y)
    }

    /// Derivatives of the fitted value at N by scaled (a, b, c).
    pub(crate) fn slope_at(&self, theta: &Theta, n: f64) -> Theta {
        let u = self.u(n);
        let d = dot(theta, &u);
        let along = match self.noise {
            Noise::Constant => -(n / self.n_unit) / d / d,
            Noise::Relative => -1.0 / d,
        };
        u.map(|value| value * along)
    }

    /// The optimum on each of several faces, from the best of several starts; those where
    /// every search ends at a pole are left out. Where `enough` says so of one, faces that hold
    /// more than it are not searched: they fit no better.
    pub(crate) fn on_faces(
        &self,
        faces: &[Face],
        grid: &[(Theta, f64)],
        until: Until,
        enough: impl Fn(&Optimum) -> bool,
    ) -> Vec<Optimum> {
        let mut found: Vec<Optimum> = Vec::with_capacity(faces.len());
        for face in faces {
            let holds_more = |other: &Optimum| other.face & face == other.face && enough(other);
            if !found.iter().any(holds_more) {
                found.extend(self.on_face(*face, grid, until));
            }
        }
        found
    }

    fn on_face(&self, face: Face, grid: &[(Theta, f64)], until: Until) -> Option<Optimum> {
        let plane = Plane::new(self.held(face), None)?;
        let linear = self.linearised(&plane).into_iter();
        let mut best: Option<Optimum> = None;
        for start in linear.chain(best_on(grid, face)) {
            let Some(first) = best else {
                best = self.on_plane(&plane, &start, face, until);
                continue;
            };
            // Another start matters where it leads into another valley.
            best = self
                .on_plane(&plane, &start, face, Until::ValueSettled)
                .filter(|found| found.misfit < first.misfit * (1.0 - 1e-9))
                .and_then(|found| self.on_plane(&plane, &found.theta, face, until))
                .or(best);
        }
        best
    }

    /// The optimum on one face, searched from a point near by alone.
    pub(crate) fn on_face_near(&self, face: Face, near: &Theta) -> Option<Optimum> {
        let plane = Plane::new(self.held(face), None)?;
        self.on_plane(&plane, near, face, Until::LastDigit)
    }

    /// The best shape of the law on these levels, from its linearised start and a point near
    /// by: enough for a forecast or for leaving a level out, without the searches that make
    /// [`Problem::on_face`] sure. γ may run off to infinity, the shape is still one.
    pub(crate) fn shape(&self, near: Option<&Theta>) -> Option<Optimum> {
        if let Some(inside) = self
            .shape_on(self.lowest_face, near)
            .filter(|found| self.keeps_bounds(&found.theta))
        {
            return Some(inside);
        }
        let faces: &[Face] = if self.superlinear {
            &[A_ZERO]
        } else {
            &[A_ZERO, B_ZERO, C_ZERO, 3, 5, 6]
        };
        let mut best: Option<Optimum> = None;
        let mut kept: Vec<Face> = Vec::with_capacity(faces.len());
        for face in faces.iter().map(|face| face | self.lowest_face) {
            // What holds more than a face whose best keeps the bounds fits no better.
            let is_settled = kept.iter().any(|other| other & face == *other);
            if face == self.lowest_face || face == 7 || is_settled {
                continue;
            }
            let found = self.shape_on(face, near);
            if let Some(found) = found.filter(|found| self.keeps_bounds(&found.theta)) {
                kept.push(face);
                if best.is_none_or(|best| found.misfit < best.misfit) {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// The optimum on one face from the better of two starts.
    fn shape_on(&self, face: Face, near: Option<&Theta>) -> Option<Optimum> {
        let plane = Plane::new(self.held(face), None)?;
        let linear = self.linearised(&plane);
        let worth = |theta: &Theta| self.half_misfit(theta);
        let start = match (linear, near) {
            (Some(linear), Some(near)) if worth(near) < worth(&linear) => *near,
            (Some(linear), _) => linear,
            (None, near) => *near?,
        };
        self.on_plane(&plane, &start, face, Until::ValueSettled)
    }

    /// The same problem on its first levels alone, in the same units.
    pub(crate) fn first(&self, levels: usize) -> Self {
        Self {
            points: self.points[..levels.min(self.points.len())].to_vec(),
            ..self.clone_without_points()
        }
    }

    /// The same problem without one level, in the same units.
    pub(crate) fn without(&self, index: usize) -> Self {
        let mut points = self.points.clone();
        if index < points.len() {
            points.remove(index);
        }
        Self {
            points,
            ..self.clone_without_points()
        }
    }

    fn clone_without_points(&self) -> Self {
        Self {
            points: Vec::new(),
            ..*self
        }
    }

    /// Whether a point of the coarse grid fits better than an optimum: it then lies in the
    /// wrong valley.
    pub(crate) fn grid_beats(&self, optimum: &Optimum) -> bool {
        self.best_of_grid(self.lowest_face)
            .is_some_and(|theta| 2.0 * self.half_misfit(&theta) < optimum.misfit)
    }

    /// The best of all points that keep the bounds and a constraint, searched from a point
    /// near by.
    pub(crate) fn bounded(&self, constraint: &Constraint, near: &Theta) -> Option<Optimum> {
        let on = |face: Face| -> Option<Optimum> {
            let plane = Plane::new(self.held(face), Some(constraint))?;
            self.on_plane(&plane, near, face, Until::ValueSettled)
                .or_else(|| {
                    self.on_plane(&plane, &self.linearised(&plane)?, face, Until::ValueSettled)
                })
                .filter(|found| self.keeps_bounds(&found.theta))
        };
        if let Some(inside) = on(self.lowest_face) {
            return Some(inside);
        }
        let faces: &[Face] = if self.superlinear {
            &[A_ZERO]
        } else {
            &[A_ZERO, B_ZERO, C_ZERO, 3, 5, 6]
        };
        faces
            .iter()
            .map(|face| face | self.lowest_face)
            .filter(|face| *face != self.lowest_face)
            .filter_map(on)
            .min_by(|a, b| a.misfit.total_cmp(&b.misfit))
    }

    /// Whether a point is one of the law: γ above 0 and, unless lifted, α, β ≥ 0.
    pub(crate) fn keeps_bounds(&self, theta: &Theta) -> bool {
        theta[0] >= 0.0 && (self.superlinear || (theta[1] >= 0.0 && theta[2] >= 0.0))
    }

    /// What a face holds, the anchor included.
    fn held(&self, face: Face) -> [Option<f64>; 3] {
        let at_zero = |bit: Face| (face & bit != 0).then_some(0.0);
        [
            self.anchor.or(at_zero(A_ZERO)),
            at_zero(B_ZERO),
            at_zero(C_ZERO),
        ]
    }

    fn on_plane(&self, plane: &Plane, near: &Theta, face: Face, until: Until) -> Option<Optimum> {
        let (theta, value) = match plane.dimensions {
            0 => (plane.origin, self.local(&plane.origin)?.value),
            1 => self.on_basis::<1>(plane, near, until)?,
            2 => self.on_basis::<2>(plane, near, until)?,
            _ => self.on_basis::<3>(plane, near, until)?,
        };
        theta.iter().all(|v| v.is_finite()).then_some(Optimum {
            theta,
            misfit: 2.0 * value,
            face,
        })
    }

    fn on_basis<const P: usize>(
        &self,
        plane: &Plane,
        near: &Theta,
        until: Until,
    ) -> Option<(Theta, f64)> {
        let basis: [Theta; P] = std::array::from_fn(|k| plane.basis[k]);
        let start = std::array::from_fn(|k| near[plane.free[k]]);
        let found = minimise(start, until, |phi: &[f64; P]| {
            let whole = self.local(&plane.point(phi))?;
            let mut local = Local::zero();
            local.value = whole.value;
            if !plane.is_tilted {
                for (i, along) in plane.free.iter().enumerate().take(P) {
                    local.gradient[i] = whole.gradient[*along];
                    for (j, other) in plane.free.iter().enumerate().take(P) {
                        local.gauss_newton[i][j] = whole.gauss_newton[*along][*other];
                        local.hessian[i][j] = whole.hessian[*along][*other];
                    }
                }
                return Some(local);
            }
            for i in 0..P {
                local.gradient[i] = dot(&basis[i], &whole.gradient);
                for j in 0..P {
                    local.gauss_newton[i][j] = form(&basis[i], &whole.gauss_newton, &basis[j]);
                    local.hessian[i][j] = form(&basis[i], &whole.hessian, &basis[j]);
                }
            }
            Some(local)
        })?;
        Some((plane.point(&found.at), found.local.value))
    }
}

/// Scalar product.
pub(crate) fn dot(a: &Theta, b: &Theta) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// aᵀMb.
pub(crate) fn form(a: &Theta, matrix: &Matrix<3>, b: &Theta) -> f64 {
    (0..3).map(|i| a[i] * dot(&matrix[i], b)).sum()
}
