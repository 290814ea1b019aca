//! The shape that M/M/1 and M/M/c share: a wait that is zero or exponential, then service.

use crate::domain;
use crate::error::Error;
use crate::numeric::root::root;

/// Wait 0 with probability 1 − C, otherwise exponential with rate θ; then an exponential
/// service with rate μ = 1/S, independent of the wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Delay {
    /// C, the probability of waiting.
    pub(super) p_wait: f64,
    /// θ/μ: c − a for c servers. Above 0.
    pub(super) spare: f64,
    /// S in seconds.
    pub(super) mean_service: f64,
}

impl Delay {
    /// P(Wq > t).
    pub(super) fn wait_survival(&self, time: f64) -> f64 {
        self.p_wait * (-self.spare * time / self.mean_service).exp()
    }

    /// P(W > t), in the forms that survive θ = μ (c = 10, a = 9) and θ near it.
    pub(super) fn response_survival(&self, time: f64) -> f64 {
        let Self { p_wait, spare, .. } = *self;
        let x = time / self.mean_service;
        if spare >= 1.0 {
            (-x).exp() * p_wait.mul_add(saturating(spare - 1.0, x), 1.0)
        } else {
            let waited = (-spare * x).exp() * spare.mul_add(saturating(1.0 - spare, x), 1.0);
            (1.0 - p_wait) * (-x).exp() + p_wait * waited
        }
    }

    /// The wait that a share `p` of arrivals stays within, in seconds; 0 where that share
    /// does not wait at all.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub(super) fn wait_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - domain::open_fraction("percentile", p)?;
        Ok(if self.p_wait <= beyond {
            0.0
        } else {
            self.mean_service * (self.p_wait / beyond).ln() / self.spare
        })
    }

    /// The response time that a share `p` stays within, in seconds.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless 0 < p < 1.
    pub(super) fn response_quantile(&self, p: f64) -> Result<f64, Error> {
        let beyond = 1.0 - domain::open_fraction("percentile", p)?;
        // The service alone is a lower bound; half the share to each part an upper one.
        let low = -self.mean_service * beyond.ln();
        let half = beyond / 2.0;
        let wait = (self.p_wait / half).ln().max(0.0) / self.spare;
        let high = self.mean_service * (wait - half.ln());
        let log_beyond = beyond.ln();
        Ok(root(
            |time| self.response_survival(time).ln() - log_beyond,
            low,
            high,
        ))
    }
}

/// (1 − e^(−dx))/d, which is x at d = 0.
fn saturating(d: f64, x: f64) -> f64 {
    if d == 0.0 { x } else { -(-d * x).exp_m1() / d }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_meet_where_the_rates_are_equal() {
        let at = |spare| {
            Delay {
                p_wait: 0.5,
                spare,
                mean_service: 1.0,
            }
            .response_survival(2.0)
        };
        // (1 − C)e^(−t) + Ce^(−t)(1 + t) at t = 2, C = 1/2
        let exact = 2.0 * (-2.0_f64).exp();
        for spare in [1.0 - 1e-15, 1.0, 1.0 + 1e-15] {
            assert!((at(spare) / exact - 1.0).abs() < 1e-14, "{spare}");
        }
    }
}
