//! The table of the gate's rates in `examples/guide/check.md`: `cargo bench --bench gate`.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that prints a table; the tests use the rest of the simulation"
)]

#[path = "../suite/gate_simulation.rs"]
mod gate_simulation;

use gate_simulation::{DESIGNS, Noise, rates};

fn main() {
    let pairs = std::env::args()
        .filter_map(|word| word.parse().ok())
        .next_back()
        .unwrap_or(10_000);
    for line in table(pairs) {
        println!("{line}");
    }
}

/// The table of rates in Markdown, each cell from so many pairs.
fn table(pairs: u32) -> Vec<String> {
    let mut lines = vec![
        "| sizes × runs, noise | unchanged fails | at the tolerance fails | 15 % slower fails | 20 % slower at one size, named |".to_owned(),
        "| --- | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    for (design, of_design) in &DESIGNS {
        for (noise, of_noise) in Noise::ALL {
            if noise == Noise::Unequal && design.runs == 1 {
                continue;
            }
            let one = design.sizes.len() / 2;
            let rate =
                |seed, factor: &dyn Fn(usize) -> f64| rates(pairs, seed, design, noise, factor);
            let at_one = |index: usize| if index == one { 0.8 } else { 1.0 };
            lines.push(format!(
                "| {of_design}, {of_noise} | {:.1} % | {:.1} % | {:.0} % | {:.0} % |",
                100.0 * rate(1, &|_| 1.0).failed,
                100.0 * rate(2, &|_| 0.95).failed,
                100.0 * rate(3, &|_| 0.85).failed,
                100.0 * rate(4, &at_one).named,
            ));
        }
    }
    lines
}
