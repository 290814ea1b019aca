//! How many units carry a load, with headroom, spares and a zone to lose.

use super::curve::{CountOn, Curve, Top, carries};
use crate::domain;
use crate::error::Error;
use crate::estimate::Estimate;
use crate::law::{Usl, UslParams};
use crate::sweep::levels::Level;

/// What the system must do.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Demand {
    /// Load to carry, 1/s.
    pub target: f64,
    /// Share of capacity kept free at the target, 0 up to but not 1.
    pub headroom: f64,
    /// Units (or cells) on top of those that carry the load.
    pub spare: f64,
    /// Zones that units are spread over evenly, of which one may be lost; `None` for one.
    pub zones: Option<f64>,
    /// Highest mean latency allowed with all carrying units busy, seconds.
    pub latency: Option<f64>,
    /// Which end of an interval counts.
    pub basis: CountOn,
}

impl Demand {
    /// A load alone: no headroom, no spare, the low end of the interval.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] unless `target` is finite and above 0.
    pub fn new(target: f64) -> Result<Self, Error> {
        Self {
            target,
            headroom: 0.0,
            spare: 0.0,
            zones: None,
            latency: None,
            basis: CountOn::default(),
        }
        .checked()
    }

    /// With a share of capacity kept free at the target.
    #[must_use]
    pub fn with_headroom(self, headroom: f64) -> Self {
        Self { headroom, ..self }
    }

    /// The same demand, if every part is in range.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a target or latency not above 0, a headroom outside 0 to
    /// below 1, a spare that is not whole, and fewer than 2 zones.
    pub fn checked(self) -> Result<Self, Error> {
        domain::positive("target", self.target)?;
        if !(0.0..1.0).contains(&self.headroom) {
            return Err(Error::OutOfRange {
                name: "headroom",
                value: self.headroom,
                allowed: "0 or more and below 1",
            });
        }
        if self.spare != 0.0 {
            domain::count("spare", self.spare)?;
        }
        if let Some(zones) = self.zones {
            domain::count("zones", zones)?;
            if zones < 2.0 {
                return Err(Error::OutOfRange {
                    name: "zones",
                    value: zones,
                    allowed: "at least 2, so that one can be lost",
                });
            }
        }
        if let Some(latency) = self.latency {
            domain::positive("latency", latency)?;
        }
        Ok(self)
    }

    /// Throughput needed: target/(1 − headroom), 1/s.
    pub fn required(&self) -> f64 {
        self.target / (1.0 - self.headroom)
    }

    /// `n` carrying units with spares and zones on top: ⌈(n + spare)·z/(z − 1)⌉.
    ///
    /// Of N units spread evenly over z zones, N − ⌈N/z⌉ are left when the fullest is lost.
    pub fn with_spares(&self, n: f64) -> f64 {
        let n = n + self.spare;
        match self.zones {
            // The same as ⌈n·z/(z − 1)⌉, with one rounding less.
            Some(zones) => n + (n / (zones - 1.0)).ceil(),
            None => n,
        }
    }
}

/// A number of units that does it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Units that carry the load with its headroom.
    pub carrying: f64,
    /// All units, with spares and the zone that may be lost.
    pub units: f64,
    /// Whether all units running at once still carry it: past the peak they may not, and
    /// then the spares have to stand by idle.
    pub carries_with_all: bool,
}

/// Why no number of units does it, and what would.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortfall {
    /// The highest throughput that may be counted on; `None` where only latency is short.
    pub top: Option<Top>,
    /// Units that carry the load, too slowly; `None` where throughput is short.
    pub too_slow: Option<f64>,
    /// Units that carry it at the best guess, where the low end does not.
    pub at_best_guess: Option<f64>,
    /// The smallest size that carried it when it was measured, on the mean of its runs.
    pub measured: Option<f64>,
    /// Contention α at most this, β unchanged; `None` where no α is small enough.
    pub alpha: Option<f64>,
    /// Coherency β at most this, α unchanged; `None` where no β is small enough.
    pub beta: Option<f64>,
    /// Each unit at least this many times as fast, with α and β unchanged.
    pub speed: f64,
}

impl std::fmt::Display for Size {
    /// `8 units`, or `10 units, 8 of them carrying`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            carrying, units, ..
        } = self;
        write!(f, "{units} units")?;
        if units > carrying {
            write!(f, ", {carrying} of them carrying")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Shortfall {
    /// What is short, and the most that may be counted on.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.too_slow, self.top) {
            (Some(n), _) => write!(f, "{n} units carry it, too slowly"),
            (None, Some(top)) => {
                write!(f, "at most {}/s", Estimate::exact(top.throughput))?;
                top.n.map_or(Ok(()), |n| write!(f, ", with {n} units"))
            }
            (None, None) => f.write_str("no number of units carries it"),
        }
    }
}

/// The smallest number of units that meets the demand.
///
/// Carrying units are the smallest N with X(N) ≥ target/(1 − headroom); spares come on top.
///
/// # Errors
/// The [`Shortfall`] where no N does.
pub fn size(curve: &dyn Curve, demand: &Demand) -> Result<Size, Shortfall> {
    let required = demand.required();
    let Some(carrying) = curve.first_carrying(required, demand.basis) else {
        return Err(shortfall(curve, demand));
    };
    if let Some(limit) = demand.latency {
        let latency = carrying / curve.counted(carrying, demand.basis);
        if !carries(limit, latency) {
            return Err(Shortfall {
                top: None,
                too_slow: Some(carrying),
                at_best_guess: None,
                measured: None,
                alpha: None,
                beta: None,
                // R = N/X: at the same N a faster unit shortens it in proportion.
                speed: latency / limit,
            });
        }
    }
    let units = demand.with_spares(carrying);
    Ok(Size {
        carrying,
        units,
        carries_with_all: carries(curve.counted(units, demand.basis), required),
    })
}

fn shortfall(curve: &dyn Curve, demand: &Demand) -> Shortfall {
    let required = demand.required();
    let top = curve.top(demand.basis);
    // Coefficients of a law that does not describe the data are no way out.
    let law = curve.law_behind().filter(|_| !curve.ends_with_the_data());
    let measured = curve.measurements().and_then(|levels| {
        let carried = |level: &&Level| carries(level.mean, required);
        levels.as_slice().iter().find(carried).map(|level| level.n)
    });
    Shortfall {
        top,
        too_slow: None,
        at_best_guess: curve.first_carrying(required, CountOn::BestGuess),
        measured,
        alpha: law.and_then(|law| alpha_for(&law, required)),
        beta: law.and_then(|law| beta_for(&law, required)),
        speed: top.map_or(f64::NAN, |top| required / top.throughput),
    }
}

/// The largest contention α with which a law reaches `x` in 1/s, its β and γ unchanged.
///
/// The peak of the USL is γ/X* = 1 − (√(1−α) − √β)², so α ≤ 1 − (√β + √(1 − γ/x))². N may be
/// any real number. `None` where α would have to be negative.
pub fn alpha_for(law: &Usl, x: f64) -> Option<f64> {
    let UslParams { beta, gamma, .. } = law.params();
    let rest = (1.0 - gamma / x).max(0.0).sqrt();
    let alpha = 1.0 - (beta.max(0.0).sqrt() + rest).powi(2);
    (alpha >= 0.0).then_some(alpha)
}

/// The largest coherency β with which a law reaches `x` in 1/s, its α and γ unchanged:
/// β ≤ (√(1−α) − √(1 − γ/x))², as [`alpha_for`].
///
/// `None` where the contention alone keeps the law below `x`: γ/α ≤ x.
pub fn beta_for(law: &Usl, x: f64) -> Option<f64> {
    let UslParams { alpha, gamma, .. } = law.params();
    let share = gamma / x;
    (alpha < share && share <= 1.0).then(|| ((1.0 - alpha).sqrt() - (1.0 - share).sqrt()).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::ScalingLaw;

    fn law(alpha: f64, beta: f64) -> Usl {
        Usl::new(UslParams {
            alpha,
            beta,
            gamma: 1000.0,
        })
        .unwrap()
    }

    fn demand(target: f64) -> Demand {
        Demand::new(target).unwrap()
    }

    #[test]
    fn a_size_is_told_with_what_carries() {
        let size = |carrying, units| Size {
            carrying,
            units,
            carries_with_all: true,
        };
        assert_eq!(size(8.0, 8.0).to_string(), "8 units");
        assert_eq!(size(8.0, 10.0).to_string(), "10 units, 8 of them carrying");
    }

    #[test]
    fn a_lost_zone_leaves_enough_and_one_unit_fewer_would_not() {
        for zones in 2..7 {
            let zones = f64::from(zones);
            for n in 1..200 {
                let n = f64::from(n);
                let units = Demand {
                    zones: Some(zones),
                    ..demand(1.0)
                }
                .with_spares(n);
                let left = |units: f64| units - (units / zones).ceil();
                assert!(left(units) >= n && left(units - 1.0) < n, "{n} in {zones}");
            }
        }
    }

    #[test]
    fn the_needed_coefficients_put_the_peak_at_the_demand() {
        let law = law(0.03, 2e-4);
        let x = 20_000.0;
        let with = |alpha, beta| {
            let changed = Usl::new(UslParams {
                alpha,
                beta,
                gamma: 1000.0,
            });
            changed.unwrap().peak().unwrap().throughput
        };
        let alpha = alpha_for(&law, x).unwrap();
        let beta = beta_for(&law, x).unwrap();
        assert!((with(alpha, 2e-4) / x - 1.0).abs() < 1e-12);
        assert!((with(0.03, beta) / x - 1.0).abs() < 1e-12);
        assert_eq!(beta_for(&law, 40_000.0), None);
        assert_eq!(alpha_for(&law, 1e6), None);
    }

    #[test]
    fn latency_can_be_what_is_short() {
        // X(10) = 10,000/1.45: R = 1.45 ms with the ten units that 6,500/s needs.
        let law = law(0.05, 0.0);
        let slow = Demand {
            latency: Some(1.4e-3),
            ..demand(6500.0)
        };
        assert_eq!(size(&law, &slow).unwrap_err().too_slow, Some(10.0));
        let fine = Demand {
            latency: Some(1.5e-3),
            ..demand(6500.0)
        };
        assert_eq!(size(&law, &fine).map(|size| size.carrying), Ok(10.0));
    }

    #[test]
    fn spares_past_the_peak_are_told() {
        let law = law(0.03, 2e-4);
        let top = law.peak().unwrap().throughput_integer;
        let spare = Demand {
            spare: 20.0,
            ..demand(top)
        };
        let found = size(&law, &spare).unwrap();
        assert_eq!((found.carrying, found.units), (70.0, 90.0));
        assert!(!found.carries_with_all);
    }

    #[test]
    fn demands_out_of_range_are_refused() {
        for wrong in [
            Demand {
                target: 0.0,
                ..demand(1.0)
            },
            Demand {
                headroom: 1.0,
                ..demand(1.0)
            },
            Demand {
                spare: 0.5,
                ..demand(1.0)
            },
            Demand {
                zones: Some(1.0),
                ..demand(1.0)
            },
        ] {
            assert!(wrong.checked().is_err());
        }
    }
}
