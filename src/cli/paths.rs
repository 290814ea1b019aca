//! `scalecalc paths`: coordination paths and their cost, by topology.

use super::value::{self, Sizes};
use super::{Failure, Outcome};
use crate::law::paths::{PathCost, Topology};
use crate::report;
use clap::{Args, ValueEnum};

const HELP: &str = "\
Share of effort is c·P / (c·P + w·N): P paths of cost c beside N workers with work w each. Hops are
paths one after another until a round is complete (quorum: mean wait for the last reply needed, with
exponential reply times; gossip: at least). β is that of a USL in which every piece of work waits for
each path once; for a mesh c/(2w).";

/// Arguments of `paths`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct PathsArgs {
    /// Numbers of workers
    #[arg(long, value_name = "LIST", value_parser = value::sizes, default_value = "10,100,1000")]
    at: Sizes,
    /// Topologies to set side by side
    #[arg(long, value_enum, value_delimiter = ',', default_value = "mesh")]
    topology: Vec<TopologyName>,
    /// Time that one path costs
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "work")]
    path_cost: Option<f64>,
    /// Time of each worker's own work
    #[arg(long, value_name = "TIME", value_parser = value::duration, requires = "path_cost")]
    work: Option<f64>,
    /// Children of a node (tree), peers told a round (gossip); 2 unless given
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    fanout: Option<f64>,
    /// Replies a quorum waits for; a majority unless given
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    quorum: Option<f64>,
    /// Workers in a cell; the size with the fewest paths unless given
    #[arg(long, value_name = "NUM", value_parser = value::quantity)]
    cell_size: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TopologyName {
    /// Every pair
    Mesh,
    /// A hub and the others
    Star,
    /// A circle
    Ring,
    /// A tree over the workers
    Tree,
    /// Each worker tells a few others
    Gossip,
    /// A client and N replicas
    Quorum,
    /// A mesh in each cell and one between cells
    Cells,
}

impl PathsArgs {
    fn topologies(&self) -> Result<Vec<Topology>, Failure> {
        self.refuse_flags_without_use()?;
        let fanout = self.fanout.unwrap_or(2.0);
        Ok(self
            .topology
            .iter()
            .map(|name| match name {
                TopologyName::Mesh => Topology::Mesh,
                TopologyName::Star => Topology::Star,
                TopologyName::Ring => Topology::Ring,
                TopologyName::Tree => Topology::Tree { fanout },
                TopologyName::Gossip => Topology::Gossip { fanout },
                TopologyName::Quorum => Topology::Quorum {
                    needed: self.quorum,
                },
                TopologyName::Cells => Topology::Cells {
                    size: self.cell_size,
                },
            })
            .collect())
    }

    fn refuse_flags_without_use(&self) -> Result<(), Failure> {
        use TopologyName::{Cells, Gossip, Quorum, Tree};
        for (flag, given, used_by) in [
            ("--fanout", self.fanout, [Tree, Gossip].as_slice()),
            ("--quorum", self.quorum, &[Quorum]),
            ("--cell-size", self.cell_size, &[Cells]),
        ] {
            if given.is_some() && !used_by.iter().any(|name| self.topology.contains(name)) {
                let names: Vec<String> = used_by
                    .iter()
                    .filter_map(|name| Some(name.to_possible_value()?.get_name().to_owned()))
                    .collect();
                return Err(Failure::usage(
                    format!(
                        "{flag} has no use without the topology {}",
                        names.join(" or ")
                    ),
                    format!("--topology {}", names.join(",")),
                ));
            }
        }
        Ok(())
    }
}

/// Counts the paths and prices them.
pub(super) fn run(args: &PathsArgs) -> Result<Outcome, Failure> {
    let cost = match (args.path_cost, args.work) {
        (Some(path), Some(work)) => Some(PathCost { path, work }.checked()?),
        _ => None,
    };
    let report = report::paths::report(&args.at.0, &args.topologies()?, cost)?;
    Ok(Outcome::done(report))
}
