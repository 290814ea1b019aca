//! Fits the USL from Rust code: `cargo run --example fit`.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use scalecalc::fit::{self, FitOptions};
use scalecalc::sweep::Levels;

fn main() -> Result<(), scalecalc::Error> {
    // SPEC SDM91: simulated users and scripts per hour.
    let levels = Levels::from_pairs([
        (1.0, 64.9),
        (18.0, 995.9),
        (36.0, 1652.4),
        (72.0, 1853.2),
        (108.0, 1828.9),
        (144.0, 1775.0),
        (216.0, 1702.2),
    ])?;
    let fit = fit::fit(&levels, &FitOptions::default())?;
    println!("{fit}");
    println!("48 users: {}", fit.estimate(48.0).throughput());
    Ok(())
}
