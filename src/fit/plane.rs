//! The planes in (a, b, c) that a bounded or constrained fit moves on.

use super::problem::{Constraint, Theta, dot};

/// The points that keep what a face holds and at most one linear constraint: coordinates
/// are eliminated rather than rotated, so that zeros stay exact.
#[derive(Debug)]
pub(super) struct Plane {
    pub(super) origin: Theta,
    pub(super) basis: [Theta; 3],
    /// Which coordinate each direction is.
    pub(super) free: [usize; 3],
    pub(super) dimensions: usize,
    /// A constraint ties coordinates together; otherwise each direction is one of them.
    pub(super) is_tilted: bool,
}

impl Plane {
    /// `None` where the constraint cannot be kept.
    pub(super) fn new(held: [Option<f64>; 3], constraint: Option<&Constraint>) -> Option<Self> {
        let mut origin = held.map(|value| value.unwrap_or(0.0));
        let mut pivot = None;
        if let Some(Constraint { q, r }) = constraint {
            let left = r - dot(q, &origin);
            let largest = (0..3)
                .filter(|k| held[*k].is_none())
                .max_by(|i, j| q[*i].abs().total_cmp(&q[*j].abs()))
                .filter(|k| q[*k] != 0.0);
            match largest {
                Some(k) => {
                    origin[k] = left / q[k];
                    pivot = Some((k, *q));
                }
                None if left == 0.0 => {}
                None => return None,
            }
        }
        let mut plane = Self {
            origin,
            basis: [[0.0; 3]; 3],
            free: [0; 3],
            dimensions: 0,
            is_tilted: pivot.is_some(),
        };
        for k in 0..3 {
            if held[k].is_some() || pivot.is_some_and(|(pivot, _)| pivot == k) {
                continue;
            }
            let along = &mut plane.basis[plane.dimensions];
            along[k] = 1.0;
            if let Some((pivot, q)) = pivot {
                along[pivot] = -q[k] / q[pivot];
            }
            plane.free[plane.dimensions] = k;
            plane.dimensions += 1;
        }
        Some(plane)
    }

    pub(super) fn point(&self, phi: &[f64]) -> Theta {
        let mut theta = self.origin;
        for (along, phi) in self.basis.iter().zip(phi) {
            for k in 0..3 {
                theta[k] += phi * along[k];
            }
        }
        theta
    }
}
