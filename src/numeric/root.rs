//! Root finding for monotone functions.

/// Where `f` changes sign between `low` and `high`, to the last few bits.
///
/// Chandrupatla's method: inverse quadratic steps where they are safe, halving
/// elsewhere. Without a sign change the end nearer to zero is returned.
///
/// # References
/// T. R. Chandrupatla, Advances in Engineering Software 28 (1997).
pub(crate) fn root(f: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    const MOST_STEPS: usize = 300;
    let (mut a, mut b) = (high, low);
    let (mut fa, mut fb) = (f(a), f(b));
    if (fa > 0.0) == (fb > 0.0) {
        return if fa.abs() < fb.abs() { a } else { b };
    }
    let mut step = 0.5;
    for _ in 0..MOST_STEPS {
        let x = a + step * (b - a);
        let fx = f(x);
        let (c, fc);
        if (fx > 0.0) == (fa > 0.0) {
            (c, fc) = (a, fa);
        } else {
            (c, fc) = (b, fb);
            (b, fb) = (a, fa);
        }
        (a, fa) = (x, fx);
        let best = if fa.abs() < fb.abs() { a } else { b };
        let (width, resolution) = ((b - a).abs(), 2.0 * f64::EPSILON * best.abs());
        if fa == 0.0 || width <= 2.0 * resolution {
            return best;
        }
        let smallest_step = resolution / width;
        let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb));
        step = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            fa / (fb - fa) * (fc / (fb - fc))
                + (c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb))
        } else {
            0.5
        };
        step = step.clamp(smallest_step, 1.0 - smallest_step);
    }
    a
}

/// The first power-of-two multiple of `start` at which `above` no longer holds.
pub(crate) fn bracket(start: f64, above: impl Fn(f64) -> bool) -> f64 {
    let mut high = start;
    while above(high) && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    high
}

/// The last float between `low` and `high` that keeps `holds`, which must hold at `low`
/// and stop holding once on the way.
pub(crate) fn last_that_holds(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return low;
        }
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_roots() {
        for (got, expected) in [
            (root(|x| x * x - 2.0, 0.0, 2.0), std::f64::consts::SQRT_2),
            (root(|x| 1.0 - x.exp(), -3.0, 40.0), 0.0),
            (root(|x| x.powi(9), -1.0, 3.0), 0.0),
        ] {
            assert!((got - expected).abs() < 1e-15, "{got}");
        }
    }

    #[test]
    fn an_infinite_value_does_not_derail_it() {
        let f = |x: f64| if x > 5.0 { f64::NEG_INFINITY } else { 3.0 - x };
        assert!((root(f, 0.0, 100.0) - 3.0).abs() < 1e-14);
    }
}
