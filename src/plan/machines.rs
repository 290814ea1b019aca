//! Up or out: which size of machine carries a load at the lowest price.

use super::curve::{CountOn, Curve, Top};
use super::size::{Demand, Shortfall, Size, size};
use crate::domain;
use crate::error::Error;

/// A size of machine on offer.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// Speed relative to the machine that the law is of: γ is multiplied by it.
    pub speed: f64,
    /// Price of one, per hour.
    pub price: f64,
}

/// What a demand takes with one size of machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The machine.
    pub machine: Machine,
    /// How many; `None` where no number carries the demand.
    pub size: Option<Size>,
    /// Why no number does, in the throughput and latency of this machine; `None` where one
    /// does.
    pub short: Option<Shortfall>,
    /// Price of all of them per hour; `None` where there is no number.
    pub per_hour: Option<f64>,
    /// Throughput that the plan counts on with the carrying machines, 1/s.
    pub throughput: Option<f64>,
    /// Share of the machines' own speed that is lost to working together, 1 − E(N).
    pub lost: Option<f64>,
}

/// What each size of machine needs for the demand, the cheapest first.
///
/// Every machine scales by the same α and β, with γ × speed; those that cannot carry the
/// demand come last.
///
/// # Errors
/// [`Error::OutOfRange`] for a speed not above 0 and a price below 0.
pub fn cheapest_first(
    curve: &dyn Curve,
    demand: &Demand,
    machines: &[Machine],
) -> Result<Vec<Offer>, Error> {
    let mut offers = machines
        .iter()
        .map(|machine| offer(curve, demand, machine))
        .collect::<Result<Vec<_>, _>>()?;
    let cost = |offer: &Offer| offer.per_hour.unwrap_or(f64::INFINITY);
    offers.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    Ok(offers)
}

fn offer(curve: &dyn Curve, demand: &Demand, machine: &Machine) -> Result<Offer, Error> {
    let speed = domain::positive("speed", machine.speed)?;
    domain::non_negative("price", machine.price)?;
    // X = speed·X₁ and R = R₁/speed: the demand is scaled instead of the curve.
    let scaled = Demand {
        target: demand.target / speed,
        latency: demand.latency.map(|latency| latency * speed),
        ..*demand
    };
    let (size, short) = match size(curve, &scaled) {
        Ok(size) => (Some(size), None),
        Err(short) => (None, Some(of_machine(short, speed))),
    };
    let counted = |n: f64| curve.counted(n, demand.basis);
    let alone = curve.per_unit();
    let efficiency = |n: f64| curve.counted(n, CountOn::BestGuess) / (n * alone);
    Ok(Offer {
        machine: machine.clone(),
        size,
        short,
        per_hour: size.map(|size| size.units * machine.price),
        throughput: size.map(|size| speed * counted(size.carrying)),
        lost: size.map(|size| 1.0 - efficiency(size.carrying)),
    })
}

/// A shortfall of the scaled demand as one of the machine.
fn of_machine(short: Shortfall, speed: f64) -> Shortfall {
    Shortfall {
        top: short.top.map(|top| Top {
            throughput: top.throughput * speed,
            ..top
        }),
        ..short
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{Usl, UslParams};

    fn machine(name: &str, speed: f64, price: f64) -> Machine {
        Machine {
            name: name.to_owned(),
            speed,
            price,
        }
    }

    #[test]
    fn four_bigger_machines_are_cheaper() {
        let law = Usl::new(UslParams {
            alpha: 0.05,
            beta: 0.001,
            gamma: 100.0,
        })
        .unwrap();
        let demand = Demand::new(800.0).unwrap();
        let machines = [
            machine("small", 1.0, 0.10),
            machine("large", 2.5, 0.25),
            machine("tiny", 0.5, 0.05),
        ];
        let offers = cheapest_first(&law, &demand, &machines).unwrap();
        let brief: Vec<_> = offers
            .iter()
            .map(|offer| {
                (
                    offer.machine.name.as_str(),
                    offer.size.map(|size| size.units),
                )
            })
            .collect();
        // X(15) = 785 and X(16) = 804; of the large one X(3) = 678 and X(4) = 861; the tiny
        // one peaks at 452.
        assert_eq!(
            brief,
            [("large", Some(4.0)), ("small", Some(16.0)), ("tiny", None)]
        );
        // E(4) = 1/(1 + 0.05·3 + 0.001·12).
        assert!((offers[0].lost.unwrap() - (1.0 - 1.0 / 1.162)).abs() < 1e-12);
    }

    #[test]
    fn machines_out_of_range_are_refused() {
        let law = Usl::new(UslParams {
            alpha: 0.0,
            beta: 0.0,
            gamma: 1.0,
        })
        .unwrap();
        let demand = Demand::new(1.0).unwrap();
        assert!(cheapest_first(&law, &demand, &[machine("a", 0.0, 1.0)]).is_err());
        assert!(cheapest_first(&law, &demand, &[machine("a", 1.0, -1.0)]).is_err());
    }
}
