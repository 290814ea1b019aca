//! Who is next on one server: shared by all, or the shortest first.

use super::Theory;
use crate::queueing::Load;
use crate::sim::results::Measure;
use crate::sim::scenario::Discipline;

/// M/G/1 shared by all: 1/(1 − ρ) times the service, whatever its law (L. Kleinrock 1976).
pub(super) fn sharing(load: Load) -> Theory {
    let rho = load.offered();
    let response = load.mean_service / (1.0 - rho);
    Theory::new("M/G/1 shared by all", true)
        .with(Measure::Response, response)
        .with(Measure::Wait, response - load.mean_service)
        .with(Measure::Present, rho / (1.0 - rho))
        .with(Measure::Utilization, rho)
}

/// M/M/1 with the shortest first: Wq(x) = λE\[S²\]/2/(1 − ρ(x))² without interruption, and
/// Schrage and Miller's two integrals for SRPT, by Simpson's rule over x.
pub(super) fn by_size(discipline: Discipline, load: Load) -> Theory {
    const STEPS: u32 = 20_000;
    const FAR: f64 = 60.0;
    let rho = load.offered();
    // In service times: λ = ρ. ρ(x) = ρ(1 − (1 + x)e⁻ˣ) counts services of at most x.
    let busy = |x: f64| rho * (1.0 - (1.0 + x) * (-x).exp());
    let step = FAR / f64::from(STEPS);
    let (mut mean, mut residence) = (0.0, 0.0);
    for k in 0..=STEPS {
        let x = step * f64::from(k);
        let weight = match k {
            0 | STEPS => 1.0,
            k if k % 2 == 1 => 4.0,
            _ => 2.0,
        } * step
            / 3.0;
        let density = (-x).exp();
        let left = 1.0 - busy(x);
        mean += weight
            * density
            * if discipline == Discipline::ShortestRemaining {
                // ∫₀ˣ t² dF + x²(1 − F(x)) = 2 − 2(1 + x)e⁻ˣ
                rho * (2.0 - 2.0 * (1.0 + x) * density) / (2.0 * left * left)
            } else {
                rho / (left * left)
            };
        // ∫ dF(x) ∫₀ˣ dt/(1 − ρ(t)) = ∫ e⁻ᵗ/(1 − ρ(t)) dt
        residence += weight * density / left;
    }
    let response = if discipline == Discipline::ShortestRemaining {
        mean + residence
    } else {
        mean + 1.0
    } * load.mean_service;
    Theory::new("M/M/1, the shortest first (Schrage, Miller)", true)
        .with(Measure::Response, response)
        .with(Measure::Wait, response - load.mean_service)
        .with(Measure::Present, response * load.arrival_rate)
        .with(Measure::Utilization, rho)
}
