//! How often 95 % intervals hold simulated truths, 2,000 sweeps a cell: `cargo bench --bench
//! coverage`. The suite runs the same cells with few sweeps.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that prints a table"
)]

#[path = "../suite/cells.rs"]
mod cells;
#[path = "../suite/random.rs"]
mod random;

use cells::{CELLS, simulate};

fn main() {
    let sweeps = std::env::args()
        .filter_map(|word| word.parse().ok())
        .next_back()
        .unwrap_or(2000);
    println!("design              scatter         alpha   beta   peak  inside   cost");
    for (design, scatter) in CELLS {
        let outcome = simulate(design, scatter, sweeps);
        println!(
            "{:18}  {:13}  {:6.3} {:6.3} {:6.3}  {:6.3} {:6.3}",
            design.name,
            format!("{scatter:?}"),
            outcome.alpha,
            outcome.beta,
            outcome.peak,
            outcome.inside,
            outcome.cost
        );
    }
}
