//! Where a search starts: the linearised fit, and a coarse grid of shapes.

use super::least_squares::solve;
use super::plane::Plane;
use super::problem::{B_ZERO, C_ZERO, Face, Noise, Problem, Theta, dot};

impl Problem {
    /// The weighted linear fit of N/X on a plane: a start, never the answer. The weights
    /// make its first-order error that of the real residual.
    pub(super) fn linearised(&self, plane: &Plane) -> Option<Theta> {
        let mut normal = [[0.0; 3]; 3];
        let mut right = [0.0; 3];
        for point in &self.points {
            let y = point.x;
            if y <= 0.0 {
                continue; // a run that brought nothing has no N/X
            }
            let d = point.n / y;
            let along = match self.noise {
                Noise::Constant => y / d,
                Noise::Relative => 1.0 / d,
            };
            let weight = point.weight * along * along;
            let left = d - dot(&plane.origin, &point.u);
            for i in 0..plane.dimensions {
                let slope = dot(&plane.basis[i], &point.u);
                right[i] += weight * slope * left;
                for j in 0..plane.dimensions {
                    normal[i][j] += weight * slope * dot(&plane.basis[j], &point.u);
                }
            }
        }
        let phi = match plane.dimensions {
            1 => [right[0] / normal[0][0], 0.0, 0.0],
            2 => {
                let matrix = [[normal[0][0], normal[0][1]], [normal[1][0], normal[1][1]]];
                let [first, second] = solve(&matrix, &[right[0], right[1]])?;
                [first, second, 0.0]
            }
            3 => solve(&normal, &right)?,
            _ => return None,
        };
        phi.iter()
            .all(|value| value.is_finite())
            .then(|| plane.point(&phi[..plane.dimensions]))
    }

    /// The best of a coarse grid of shapes, each with its best height: finds the right
    /// valley where the linearised start leads into another.
    pub(super) fn best_of_grid(&self, face: Face) -> Option<Theta> {
        best_on(&self.grid(face), face)
    }

    /// A coarse grid of shapes on a face, each with its best height and the misfit there.
    pub(crate) fn grid(&self, face: Face) -> Vec<(Theta, f64)> {
        const ALPHAS: [f64; 8] = [0.0, 0.001, 0.01, 0.04, 0.15, 0.5, 1.0, 4.0];
        const PEAKS: [f64; 7] = [f64::INFINITY, 4.0, 1.5, 0.7, 0.3, 0.1, 0.02];
        let shapes = ALPHAS.iter().flat_map(|alpha| {
            let b = alpha * self.n_unit;
            PEAKS.iter().map(move |peak| [1.0, b, 1.0 / (peak * peak)])
        });
        shapes
            .filter(|shape| is_on(shape, face))
            .filter_map(|shape| {
                let (height, misfit) = self.best_height(&shape)?;
                Some((shape.map(|part| height * part), misfit))
            })
            .collect()
    }

    /// The height of a shape that fits best (the anchor's, where there is one) and the
    /// misfit there, in closed form. The misfit is a difference of sums: enough to choose a
    /// start by, no more.
    fn best_height(&self, shape: &Theta) -> Option<(f64, f64)> {
        // Sums of w f², w f y and w y², with f the shape's throughput; for relative noise
        // of w, w r and w r², with r = ln f − y.
        let (mut form, mut mixed, mut data) = (0.0, 0.0, 0.0);
        for point in &self.points {
            let d = dot(shape, &point.u);
            if d <= 0.0 {
                return None;
            }
            let fitted = point.n / d;
            let w = point.weight;
            match self.noise {
                Noise::Constant => {
                    form += w * fitted * fitted;
                    mixed += w * fitted * point.y;
                    data += w * point.y * point.y;
                }
                Noise::Relative => {
                    let above = fitted.ln() - point.y;
                    form += w;
                    mixed += w * above;
                    data += w * above * above;
                }
            }
        }
        let (height, misfit) = match self.noise {
            Noise::Constant => {
                let height = self.anchor.unwrap_or(form / mixed);
                (height, data - 2.0 * mixed / height + form / height / height)
            }
            Noise::Relative => {
                let height = self.anchor.unwrap_or((mixed / form).exp());
                let log = height.ln();
                (height, data - 2.0 * mixed * log + form * log * log)
            }
        };
        (height > 0.0 && height.is_finite() && misfit.is_finite()).then_some((height, misfit))
    }
}

/// Whether a shape keeps at 0 what a face holds there (γ apart).
fn is_on(theta: &Theta, face: Face) -> bool {
    (face & B_ZERO == 0 || theta[1] == 0.0) && (face & C_ZERO == 0 || theta[2] == 0.0)
}

/// The best of a grid that lies on a face.
pub(super) fn best_on(grid: &[(Theta, f64)], face: Face) -> Option<Theta> {
    let on_face = grid.iter().filter(|(theta, _)| is_on(theta, face));
    on_face
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(theta, _)| *theta)
}
