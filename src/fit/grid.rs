//! Where a search starts besides the linearised fit: a coarse grid of shapes.

use super::problem::{B_ZERO, C_ZERO, Face, Noise, Problem, Theta, dot};

impl Problem {
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
