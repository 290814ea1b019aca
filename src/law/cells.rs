//! Workers in cells: few paths inside each, few between them.

use crate::domain;
use crate::error::Error;

/// Workers split as evenly as possible into cells: sizes differ by at most one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CellSplit {
    /// Number of cells.
    pub count: f64,
    /// Workers in the largest cell, ⌈N/count⌉.
    pub size: f64,
    /// Paths inside the cells.
    pub inside: f64,
    /// Paths between the cells, a mesh of cells.
    pub between: f64,
}

impl CellSplit {
    /// N workers in the given number of cells, both whole and the number at most N.
    pub(super) fn split(n: f64, count: f64) -> Self {
        let small = (n / count).floor();
        let larger = n - small * count;
        Self {
            count,
            size: if larger > 0.0 { small + 1.0 } else { small },
            inside: (count - larger) * pairs(small) + larger * pairs(small + 1.0),
            between: pairs(count),
        }
    }

    /// The split of N workers with the fewest paths, which has near (2N)^⅓ workers a cell.
    ///
    /// Of equally good splits the one with fewer cells. N = 1 is one cell.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless N is a whole number of at least 1.
    ///
    /// # Examples
    /// ```
    /// let cells = scalecalc::law::CellSplit::best(1000.0)?;
    /// assert_eq!((cells.count, cells.size, cells.paths()), (78.0, 13.0, 8919.0));
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    pub fn best(n: f64) -> Result<Self, Error> {
        domain::count("N", n)?;
        // Paths of the even split are convex in the number of cells k: inside they are
        // k·g(N/k) with g convex and linear between whole sizes, between them k(k−1)/2.
        let (mut low, mut high) = (1.0, n);
        while low < high {
            let middle = f64::midpoint(low, high).floor();
            if Self::split(n, middle + 1.0).paths() < Self::split(n, middle).paths() {
                low = middle + 1.0;
            } else {
                high = middle;
            }
        }
        Ok(Self::split(n, low))
    }

    /// All paths, inside and between.
    pub fn paths(&self) -> f64 {
        self.inside + self.between
    }
}

/// Pairs among n: n(n−1)/2.
pub(super) fn pairs(n: f64) -> f64 {
    n * (n - 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_number_of_cells_has_fewer_paths() {
        for n in (1..400).chain([1000, 1009, 2048]) {
            let n = f64::from(n);
            let best = CellSplit::best(n).unwrap();
            let mut count = 1.0;
            while count <= n {
                let other = CellSplit::split(n, count).paths();
                assert!(best.paths() < other || (best.paths() <= other && best.count <= count));
                count += 1.0;
            }
        }
        let large = CellSplit::best(1e9).unwrap();
        assert!((large.size / 2e9_f64.cbrt() - 1.0).abs() < 0.01);
    }
}
