//! A latency question: how many clients keep the mean below 50 ms? `cargo run --example latency`.
#![expect(clippy::print_stdout, reason = "an example shows its results")]

use scalecalc::law::{ScalingLaw, Usl, UslParams};

fn main() -> Result<(), scalecalc::Error> {
    let law = Usl::new(UslParams {
        alpha: 0.02,
        beta: 0.0005,
        gamma: 100.0,
    })?;
    match law.concurrency_at_latency(0.050) {
        Some(n) => println!(
            "up to {n:.1} clients, at {:.0}/s",
            law.throughput_at_latency(0.050).unwrap_or_default()
        ),
        None => println!("not even one: it takes {:.0} ms", 1e3 * law.latency(1.0)),
    }
    Ok(())
}
