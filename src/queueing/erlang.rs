//! Erlang's two formulas at any size: the probability of being blocked, and of waiting.

use super::load::{Load, count};
use crate::error::Error;

/// Erlang B: the probability that all `servers` are busy when nobody waits (M/M/c/c).
///
/// B = (aᶜ/c!) / Σₖ₌₀..c aᵏ/k!. Overload (a > c) is allowed. Accurate to 1e-13 at
/// c = 10⁷ in O(√c) steps; a probability below about 1e-308 is 0.
///
/// # Errors
/// [`Error::OutOfRange`] for a load outside its range, or c that is not a whole number from 1 to 10¹⁰.
///
/// # References
/// A. K. Erlang (1917); D. L. Jagerman, Bell System Technical Journal 53 (1974).
///
/// # Examples
/// ```
/// use scalecalc::queueing::{Load, erlang};
/// let load = Load { arrival_rate: 2.0, mean_service: 1.0 };
/// assert_eq!(erlang::blocking(load, 1.0)?, 2.0 / 3.0);
/// # Ok::<(), scalecalc::Error>(())
/// ```
pub fn blocking(load: Load, servers: f64) -> Result<f64, Error> {
    let offered = load.checked()?.offered();
    Ok(1.0 / (1.0 + passing_odds(offered, count("servers", servers)?)))
}

/// Erlang C: the probability that an arrival has to wait (M/M/c).
///
/// C = cB/(c − a(1 − B)), from B without its cancellation.
///
/// # Errors
/// [`Error::OutOfRange`] as [`blocking`]; [`Error::Saturated`] for a ≥ c.
///
/// # References
/// A. K. Erlang (1917).
pub fn waiting(load: Load, servers: f64) -> Result<f64, Error> {
    let load = load.checked()?;
    let servers = count("servers", servers)?;
    let spare = load.spare(servers)?;
    Ok(servers / (servers + passing_odds(load.offered(), servers) * spare))
}

/// (1 − B)/B = Σₖ₌₁..c Πⱼ₌₀..k−1 (c − j)/a; infinite for a = 0 and where B underflows.
///
/// Every term is positive, so nothing cancels; the terms rise while c − j > a and then
/// fall fast, so the sum needs about (c − a) + 9√c of them and never all c.
pub(super) fn passing_odds(offered: f64, servers: f64) -> f64 {
    const NEGLIGIBLE: f64 = 1e-17;
    if offered == 0.0 {
        return f64::INFINITY;
    }
    let (mut left, mut term, mut sum) = (servers, 1.0, 0.0);
    while left > 0.0 {
        term *= left / offered;
        sum += term;
        if sum.is_infinite() || (left < offered && term < NEGLIGIBLE * sum) {
            break;
        }
        left -= 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(offered: f64) -> Load {
        Load {
            arrival_rate: offered,
            mean_service: 1.0,
        }
    }

    #[test]
    fn published_digits() {
        // 50 digits, mpmath
        for (offered, servers, expected) in [
            (9.0, 10.0, 0.668_731_524_107_697),
            (900.0, 1000.0, 5.926_699_663_787_812e-4),
        ] {
            let got = waiting(load(offered), servers).unwrap();
            assert!((got / expected - 1.0).abs() < 1e-14, "{got}");
        }
    }

    #[test]
    fn agrees_with_the_full_recursion() {
        // B(c) = aB(c−1)/(c + aB(c−1)), Erlang's own recursion
        for offered in [0.3, 9.0, 120.0, 700.0, 750.0, 800.0] {
            let mut b = 1.0;
            for servers in 1..=900 {
                let c = f64::from(servers);
                b = offered * b / (c + offered * b);
                if b < 1e-290 {
                    break; // the sum overflows: 0 from here on
                }
                let got = blocking(load(offered), c).unwrap();
                assert!((got - b).abs() <= 1e-12 * b, "a = {offered}, c = {c}");
            }
        }
    }

    #[test]
    fn edges() {
        assert!(blocking(load(0.0), 3.0).unwrap().abs() < f64::MIN_POSITIVE);
        assert!(waiting(load(0.0), 1.0).unwrap().abs() < f64::MIN_POSITIVE);
        assert!(waiting(load(3.0), 3.0).is_err());
        assert!(blocking(load(1e300), 1.0).unwrap() <= 1.0);
        assert!(blocking(load(1e-320), 1e7).unwrap() >= 0.0);
        assert!(blocking(load(1.0), 1.5).is_err() && blocking(load(1.0), 0.0).is_err());
    }
}
