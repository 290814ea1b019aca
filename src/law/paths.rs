//! Coordination paths: who has to talk to whom, by topology, and what that costs.

use super::cells::{CellSplit, pairs};
use super::replies::Replies;
use crate::domain;
use crate::error::Error;

/// How N workers are connected.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Topology {
    /// Every pair: N(N−1)/2 paths.
    Mesh,
    /// A hub among them: N−1 paths.
    Star,
    /// A circle: N paths from N = 3 on; a pair has 1, a single worker none.
    Ring,
    /// A complete tree over the workers themselves: N−1 paths.
    Tree {
        /// Children of a node, a whole number of at least 2.
        fanout: f64,
    },
    /// Each worker tells a few others a round: N·fanout paths, at most every ordered pair.
    Gossip {
        /// Whom a worker tells each round, a whole number of at least 1.
        fanout: f64,
    },
    /// A client asks all N replicas and waits for enough replies: N paths.
    Quorum {
        /// Replies to wait for, at most N; a majority ⌊N/2⌋ + 1 where `None`.
        needed: Option<f64>,
    },
    /// Two levels: a mesh inside each cell and a mesh between the cells.
    Cells {
        /// Most workers in a cell; the size with the fewest paths where `None`.
        size: Option<f64>,
    },
}

impl Topology {
    /// Its name on the command line and in documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mesh => "mesh",
            Self::Star => "star",
            Self::Ring => "ring",
            Self::Tree { .. } => "tree",
            Self::Gossip { .. } => "gossip",
            Self::Quorum { .. } => "quorum",
            Self::Cells { .. } => "cells",
        }
    }
}

/// What a path and a worker's own work cost, in the same unit; 1 each by default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathCost {
    /// Cost c of one path, ≥ 0.
    pub path: f64,
    /// Work w of one worker, > 0.
    pub work: f64,
}

impl Default for PathCost {
    fn default() -> Self {
        Self {
            path: 1.0,
            work: 1.0,
        }
    }
}

impl PathCost {
    /// The same cost, with its ranges checked.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless c is finite and at least 0 and w finite and above 0.
    pub fn checked(self) -> Result<Self, Error> {
        domain::non_negative("path cost", self.path)?;
        domain::positive("work", self.work)?;
        Ok(self)
    }
}

/// N workers in a topology: its paths and what they cost.
///
/// # Examples
/// ```
/// use scalecalc::law::{PathCost, Paths, Topology};
/// let mesh = Paths::new(Topology::Mesh, 10.0)?;
/// assert_eq!(mesh.count(), 45.0);
/// assert!((mesh.share(PathCost::default()) - 0.818).abs() < 5e-4);
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paths {
    topology: Topology,
    n: f64,
}

impl Paths {
    /// N workers in a topology.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless N, a fan-out, a cell size and the replies needed are
    /// whole numbers of at least 1, the fan-out of a tree is at least 2, and no more replies
    /// are needed than there are replicas.
    pub fn new(topology: Topology, n: f64) -> Result<Self, Error> {
        domain::count("N", n)?;
        match topology {
            Topology::Tree { fanout } => {
                domain::count("fan-out", fanout)?;
                refuse_if(
                    fanout < 2.0,
                    "fan-out of a tree",
                    fanout,
                    "2 children or more",
                )?;
            }
            Topology::Gossip { fanout } => {
                domain::count("fan-out", fanout)?;
            }
            Topology::Quorum {
                needed: Some(needed),
            } => {
                domain::count("quorum", needed)?;
                refuse_if(needed > n, "quorum", needed, "at most N replies")?;
            }
            Topology::Cells { size: Some(size) } => {
                domain::count("cell size", size)?;
            }
            Topology::Mesh
            | Topology::Star
            | Topology::Ring
            | Topology::Quorum { needed: None }
            | Topology::Cells { size: None } => {}
        }
        Ok(Self { topology, n })
    }

    /// The topology.
    pub fn topology(&self) -> Topology {
        self.topology
    }

    /// Number of workers N.
    pub fn n(&self) -> f64 {
        self.n
    }

    /// The split into cells, for [`Topology::Cells`] alone.
    pub fn cells(&self) -> Option<CellSplit> {
        let Topology::Cells { size } = self.topology else {
            return None;
        };
        match size {
            Some(size) => Some(CellSplit::split(self.n, (self.n / size).ceil())),
            None => CellSplit::best(self.n).ok(),
        }
    }

    /// Number of paths P(N); whole, and exact below 2⁵³.
    pub fn count(&self) -> f64 {
        let n = self.n;
        match self.topology {
            Topology::Mesh => pairs(n),
            Topology::Star | Topology::Tree { .. } => n - 1.0,
            Topology::Ring if n < 3.0 => n - 1.0,
            Topology::Ring | Topology::Quorum { .. } => n,
            Topology::Gossip { fanout } => n * fanout.min(n - 1.0),
            Topology::Cells { .. } => self.cells().map_or(0.0, |cells| cells.paths()),
        }
    }

    /// Time or effort that goes into the paths: c·P(N), in the unit of the cost.
    pub fn coordination(&self, cost: PathCost) -> f64 {
        cost.path * self.count()
    }

    /// Share of all effort that is coordination: cP / (cP + wN), 0 to 1.
    ///
    /// For a mesh with c = w it is (N−1)/(N+1).
    pub fn share(&self, cost: PathCost) -> f64 {
        let coordination = self.coordination(cost);
        coordination / (coordination + cost.work * self.n)
    }

    /// The coherency β of a Universal Scalability Law with the same cost at this N, where
    /// every piece of work waits for each path once: β = (c/w)·P / (N(N−1)).
    ///
    /// A mesh has β = c/(2w) at every N. The paths of a star, a tree or a ring grow like N,
    /// so their β falls like 1/N: to a USL they are contention, α ≈ c/w. `None` at N = 1.
    ///
    /// # References
    /// N. Gunther, *Guerrilla Capacity Planning*, 2007: β counts pairwise exchanges.
    pub fn beta(&self, cost: PathCost) -> Option<f64> {
        (self.n > 1.0).then(|| cost.path / cost.work * (self.count() / (self.n * (self.n - 1.0))))
    }

    /// Paths one after another until one round is complete, in units of one path's time.
    ///
    /// Mesh and star (from its hub) 1, ring N−1, tree its depth
    /// `⌈log_k((k−1)N + 1)⌉ − 1`, gossip at least `⌈log_{k+1} N⌉` rounds, cells one hop
    /// between and one inside. Quorum: the mean time of the last reply that is waited for,
    /// see [`Replies::mean_wait`]. 0 for one worker alone, except that a client still asks it.
    pub fn hops(&self) -> f64 {
        let n = self.n;
        match self.topology {
            Topology::Mesh | Topology::Star => (n - 1.0).min(1.0),
            Topology::Ring => n - 1.0,
            Topology::Tree { fanout } => levels(n, |reached, newest| {
                (reached + newest * fanout, newest * fanout)
            }),
            Topology::Gossip { fanout } => levels(n, |reached, _| (reached * (fanout + 1.0), 0.0)),
            Topology::Quorum { needed } => Replies {
                asked: n,
                needed: needed.unwrap_or((n / 2.0).floor() + 1.0),
            }
            .mean_wait(),
            Topology::Cells { .. } => self.cells().map_or(0.0, |cells| {
                (cells.size - 1.0).min(1.0) + (cells.count - 1.0).min(1.0)
            }),
        }
    }
}

/// Steps until the number reached is at least `n`, starting from one.
fn levels(n: f64, step: impl Fn(f64, f64) -> (f64, f64)) -> f64 {
    let (mut reached, mut newest, mut count) = (1.0, 1.0, 0.0);
    while reached < n {
        (reached, newest) = step(reached, newest);
        count += 1.0;
    }
    count
}

fn refuse_if(
    wrong: bool,
    name: &'static str,
    value: f64,
    allowed: &'static str,
) -> Result<(), Error> {
    if wrong {
        return Err(Error::OutOfRange {
            name,
            value,
            allowed,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Topology; 7] = [
        Topology::Mesh,
        Topology::Star,
        Topology::Ring,
        Topology::Tree { fanout: 2.0 },
        Topology::Gossip { fanout: 3.0 },
        Topology::Quorum { needed: None },
        Topology::Cells { size: None },
    ];

    fn at(topology: Topology, n: f64) -> Paths {
        Paths::new(topology, n).unwrap()
    }

    fn close(got: f64, expected: f64, relative: f64) {
        assert!(
            (got - expected).abs() <= relative * expected.abs(),
            "{got} is not {expected}"
        );
    }

    /// Edges of a graph drawn node by node.
    fn drawn(n: usize, joined: impl Fn(usize, usize) -> bool) -> f64 {
        let mut edges = 0.0;
        for a in 0..n {
            for b in a + 1..n {
                edges += f64::from(u8::from(joined(a, b)));
            }
        }
        edges
    }

    #[test]
    fn paths_are_the_edges_of_the_drawn_graph() {
        for n in 1..40_usize {
            let size = n as f64;
            close(at(Topology::Mesh, size).count(), drawn(n, |_, _| true), 0.0);
            close(
                at(Topology::Star, size).count(),
                drawn(n, |a, _| a == 0),
                0.0,
            );
            let ring = drawn(n, |a, b| b == a + 1 || (a == 0 && b + 1 == n));
            close(at(Topology::Ring, size).count(), ring, 0.0);
            for fanout in 2..5 {
                let tree = at(
                    Topology::Tree {
                        fanout: fanout as f64,
                    },
                    size,
                );
                close(tree.count(), drawn(n, |a, b| (b - 1) / fanout == a), 0.0);
                let depth = std::iter::successors(Some(n - 1), |&node| {
                    (node > 0).then(|| (node - 1) / fanout)
                })
                .count();
                close(tree.hops() + 1.0, depth as f64, 0.0);
            }
            for cell in 1..=n {
                let split = at(
                    Topology::Cells {
                        size: Some(cell as f64),
                    },
                    size,
                );
                // Dealt out like cards, the workers of a cell differ by a multiple of its count.
                let count = n.div_ceil(cell);
                let inside = drawn(n, |a, b| a % count == b % count);
                close(split.count(), inside + drawn(count, |_, _| true), 0.0);
                assert!(split.cells().unwrap().size <= cell as f64);
            }
        }
    }

    #[test]
    fn one_worker_alone_has_nobody_to_talk_to() {
        for topology in ALL {
            let alone = at(topology, 1.0);
            assert_eq!(alone.beta(PathCost::default()), None);
            // The client of a quorum is not one of the workers: it still asks one replica.
            let asked = f64::from(u8::from(topology.name() == "quorum"));
            close(alone.count(), asked, 0.0);
            close(alone.hops(), asked, 0.0);
        }
        close(at(Topology::Gossip { fanout: 3.0 }, 2.0).count(), 2.0, 0.0);
    }

    #[test]
    fn a_mesh_is_the_beta_of_half_a_path_and_a_star_is_contention() {
        let cost = PathCost {
            path: 0.001,
            work: 0.02,
        };
        for n in [2.0, 10.0, 1000.0, 1e9] {
            close(at(Topology::Mesh, n).beta(cost).unwrap(), 0.025, 1e-15);
            let star = at(Topology::Star, n).beta(cost).unwrap();
            close(star * n, 0.05, 1e-15);
        }
        close(at(Topology::Mesh, 10.0).share(cost), 45.0 / 245.0, 1e-15);
        close(at(Topology::Mesh, 10.0).coordination(cost), 0.045, 1e-15);
    }

    #[test]
    fn gossip_needs_at_least_the_rounds_that_doubling_takes() {
        close(
            at(Topology::Gossip { fanout: 1.0 }, 1024.0).hops(),
            10.0,
            0.0,
        );
        close(
            at(Topology::Gossip { fanout: 1.0 }, 1025.0).hops(),
            11.0,
            0.0,
        );
        close(
            at(Topology::Gossip { fanout: 3.0 }, 1000.0).hops(),
            5.0,
            0.0,
        );
    }

    #[test]
    fn parameters_out_of_range_are_refused() {
        for (topology, n) in [
            (Topology::Mesh, 0.0),
            (Topology::Mesh, 2.5),
            (Topology::Tree { fanout: 1.0 }, 8.0),
            (Topology::Gossip { fanout: 0.5 }, 8.0),
            (Topology::Quorum { needed: Some(9.0) }, 8.0),
            (Topology::Cells { size: Some(0.0) }, 8.0),
        ] {
            assert!(Paths::new(topology, n).is_err(), "{topology:?} {n}");
        }
        let cost = PathCost {
            path: 1.0,
            work: 0.0,
        };
        assert!(cost.checked().is_err());
    }
}
