//! The table of the gate's rates in `examples/guide/check.md`: `cargo bench --bench gate`.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a program that prints a table; the tests use the rest"
)]

#[path = "../suite/gate_simulation.rs"]
mod gate_simulation;

fn main() {
    let pairs = std::env::args()
        .filter_map(|word| word.parse().ok())
        .next_back()
        .unwrap_or(10_000);
    for line in gate_simulation::table(pairs) {
        println!("{line}");
    }
}
