//! The square-root rule: the load, plus a multiple of its square root.

use super::delay::Delay;
use super::load::Load;
use super::sizing::{Promise, Promised};
use crate::error::Error;
use crate::numeric::root::root;
use statrs::function::erf::erfc;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// What the rule of thumb c ≈ a + q√a says for a promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SquareRoot {
    /// q: how many square roots of the load are held in reserve.
    pub factor: f64,
    /// a + q√a, rounded up.
    pub servers: f64,
}

/// The square-root rule for a promise, an approximation that gets better with the load.
///
/// Halfin and Whitt's limit stands for Erlang C: P(wait) ≈ 1/(1 + qΦ(q)/φ(q)), with
/// q√a servers to spare; for a loss system P(blocked) ≈ φ(q)/(Φ(q)√a). `None` without
/// load, and where no q between about 0 (−8 for a loss system) and 40 keeps the promise.
///
/// # Errors
/// [`Error::OutOfRange`] for a load outside its range.
///
/// # References
/// S. Halfin, W. Whitt, Operations Research 29 (1981).
pub fn square_root_rule(load: Load, goal: Promise) -> Result<Option<SquareRoot>, Error> {
    const MOST: f64 = 40.0;
    let load = load.checked()?;
    let (offered, sqrt) = (load.offered(), load.offered().sqrt());
    if offered == 0.0 {
        return Ok(None);
    }
    let least = match goal.measure {
        Promised::BlockingProbability => (-sqrt).max(-8.0),
        _ => 1e-9,
    };
    let excess = |q: f64| value(q, sqrt, load.mean_service, goal) - goal.limit;
    let factor = if excess(least) <= 0.0 {
        least
    } else if excess(MOST) > 0.0 {
        return Ok(None);
    } else {
        root(excess, least, MOST)
    };
    Ok(Some(SquareRoot {
        factor,
        servers: factor.mul_add(sqrt, offered).ceil().max(1.0),
    }))
}

/// The measure of the goal in the limit, with q√a servers to spare.
fn value(q: f64, sqrt: f64, mean_service: f64, goal: Promise) -> f64 {
    let density = (-q * q / 2.0).exp() / (2.0 * PI).sqrt();
    let below = erfc(-q * FRAC_1_SQRT_2) / 2.0;
    let delay = Delay {
        p_wait: density / (density + q * below),
        spare: q * sqrt,
        mean_service,
    };
    let mean_wait = delay.p_wait * mean_service / delay.spare;
    match goal.measure {
        Promised::BlockingProbability => density / (below * sqrt),
        Promised::WaitProbability => delay.p_wait,
        Promised::MeanWait => mean_wait,
        Promised::MeanResponse => mean_wait + mean_service,
        Promised::WaitQuantile(p) => delay.wait_quantile(p).unwrap_or(f64::INFINITY),
        Promised::ResponseQuantile(p) => delay.response_quantile(p).unwrap_or(f64::INFINITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queueing::sizing::servers;

    #[test]
    fn comes_within_a_server_or_two_of_the_exact_answer() {
        let load = Load {
            arrival_rate: 1000.0,
            mean_service: 1.0,
        };
        for (measure, limit) in [
            (Promised::WaitProbability, 0.2),
            (Promised::MeanWait, 0.001),
            (Promised::WaitQuantile(0.99), 0.01),
            (Promised::ResponseQuantile(0.99), 4.62),
            (Promised::BlockingProbability, 0.001),
        ] {
            let goal = Promise { measure, limit };
            let exact = servers(load, goal).unwrap();
            let rule = square_root_rule(load, goal).unwrap().unwrap();
            assert!(
                (rule.servers - exact).abs() <= 2.0,
                "{measure:?} {exact} {rule:?}"
            );
        }
    }
}
