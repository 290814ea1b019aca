//! What a number of units costs, in any currency.

/// Seconds in an hour.
const HOUR: f64 = 3600.0;

/// Costs of n units at one size of machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Price of all units, per hour.
    pub per_hour: f64,
    /// Price of the next 1,000/s at this size, per hour: price·1000/(X(n+1) − X(n)). `None`
    /// where one more unit adds nothing.
    pub next_thousand: Option<f64>,
    /// Price of a million operations with the units fully loaded.
    pub per_million: Option<f64>,
}

impl Cost {
    /// Costs of `n` units at `price` per unit and hour that do `throughput` in 1/s, where
    /// one more would add `marginal` in 1/s.
    pub fn of(n: f64, price: f64, throughput: f64, marginal: f64) -> Self {
        let per_hour = n * price;
        Self {
            per_hour,
            next_thousand: (marginal > 0.0).then(|| price * (1000.0 / marginal)),
            per_million: per_million(per_hour, throughput),
        }
    }
}

/// Price of a million operations where `per_hour` buys `throughput` in 1/s; `None` at 0/s.
pub fn per_million(per_hour: f64, throughput: f64) -> Option<f64> {
    (throughput > 0.0).then(|| per_hour / (throughput * HOUR) * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_operations_at_a_thousand_a_second_take_a_thousand_seconds() {
        // 10 units at 0.36 an hour are 0.001 a second.
        let cost = Cost::of(10.0, 0.36, 1000.0, 50.0);
        assert!((cost.per_hour - 3.6).abs() < 1e-12);
        assert!((cost.per_million.unwrap() - 1.0).abs() < 1e-12);
        // 20 more units would bring the next 1,000/s.
        assert!((cost.next_thousand.unwrap() - 7.2).abs() < 1e-12);
        assert_eq!(Cost::of(10.0, 0.36, 0.0, -1.0).next_thousand, None);
        assert_eq!(per_million(1.0, 0.0), None);
    }
}
