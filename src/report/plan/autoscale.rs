//! A plan as the configuration of an autoscaler: a target for each unit, and a maximum that
//! more units do not help beyond, with comments that say why.
//!
//! An autoscaler adds units while each does more than its target. The target is therefore
//! what a unit does at the maximum, where it does least: with any fewer it does more, and
//! the target is reached before the maximum is.

use super::PlanLaw;
use super::words::{count, percent};
use crate::fit::{Fit, Grade};
use crate::law::{ScalingLaw, Usl};
use crate::plan::curve::{CountOn, Curve, carries};
use crate::plan::size::Demand;
use crate::report::Quantity;
use crate::report::number::alone;
use crate::report::units::of;

/// The autoscaler that a configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Autoscaler {
    /// A `HorizontalPodAutoscaler` of Kubernetes, `autoscaling/v2`.
    Hpa,
    /// A `ScaledObject` of KEDA, `keda.sh/v1alpha1`.
    Keda,
}

/// The most units that an autoscaler may start, and why no more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Most {
    /// Units.
    pub units: f64,
    /// One sentence.
    pub why: String,
}

impl Most {
    /// Of a law that was given: its peak; `None` for one without a peak.
    pub(crate) fn of_law(law: &Usl, unit: &str) -> Option<Self> {
        let peak = law.peak()?.n_integer;
        Some(Self {
            units: peak,
            why: format!("the law peaks at {} {}", count(peak), of(peak, unit)),
        })
    }

    /// Of a fit: the low end of the peak's interval, but no more than was measured, and
    /// the best measured size where the law does not describe the data.
    pub(crate) fn of_fit(fit: &Fit, unit: &str) -> Self {
        let measured = fit.levels().n_max().floor().max(1.0);
        if fit.quality().grade == Grade::Poor {
            let best = fit
                .top(CountOn::LowEnd)
                .and_then(|top| top.n)
                .unwrap_or(measured);
            return Self {
                units: best,
                why: format!(
                    "no law describes the measurements; {} {} did the most of those measured",
                    count(best),
                    of(best, unit)
                ),
            };
        }
        match fit.peak().n_real.low.map(|low| low.floor().max(1.0)) {
            Some(low) if low <= measured => Self {
                units: low,
                why: format!(
                    "the low end of the interval of the throughput peak is {} {}",
                    count(low),
                    of(low, unit)
                ),
            },
            _ => Self {
                units: measured,
                why: format!(
                    "no more than {} {} were measured, and no peak is shown below that",
                    count(measured),
                    of(measured, unit)
                ),
            },
        }
    }
}

/// What the configuration is made of.
#[derive(Debug)]
pub(crate) struct Configuration<'a> {
    /// The autoscaler.
    pub autoscaler: Autoscaler,
    /// Name of the deployment.
    pub name: &'a str,
    /// What is counted on.
    pub curve: &'a dyn Curve,
    /// What N counts.
    pub law: &'a PlanLaw,
    /// The demand.
    pub demand: &'a Demand,
    /// The maximum.
    pub most: Most,
}

impl Configuration<'_> {
    /// The YAML text: comments that say why, and the object. `None` where no number of
    /// units up to the maximum keeps the promise for the latency.
    pub(crate) fn yaml(&self) -> Option<(Vec<String>, String)> {
        let (most, limited) = self.within_promise()?;
        let each = rounded_down(self.counted(most) / most * (1.0 - self.demand.headroom));
        let least = (1.0 + self.demand.spare)
            .max(self.demand.zones.unwrap_or(1.0))
            .min(most);
        let comments = self.comments(most, limited, each, least);
        let object = match self.autoscaler {
            Autoscaler::Hpa => hpa(self.name, least, most, each),
            Autoscaler::Keda => keda(self.name, least, most, each),
        };
        Some((comments, object))
    }

    fn counted(&self, n: f64) -> f64 {
        self.curve.counted(n, self.demand.basis)
    }

    /// The most units whose mean latency keeps the promise, and whether that is fewer.
    fn within_promise(&self) -> Option<(f64, bool)> {
        let most = self.most.units;
        let Some(limit) = self.demand.latency else {
            return Some((most, false));
        };
        let keeps = |n: f64| carries(limit, n / self.counted(n));
        if keeps(most) {
            return Some((most, false));
        }
        if !keeps(1.0) {
            return None;
        }
        let (mut good, mut bad) = (1.0, most);
        while bad - good > 1.0 {
            let middle = f64::midpoint(good, bad).floor();
            if keeps(middle) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Some((good, true))
    }

    fn comments(&self, most: f64, limited: bool, each: f64, least: f64) -> Vec<String> {
        let unit = &self.law.n_unit;
        let rate = |x: f64| alone(Quantity::Rate, x, 3);
        let why = match (limited, self.demand.latency) {
            (true, Some(limit)) => format!(
                "with more, the mean latency leaves {}",
                alone(Quantity::Seconds, limit, 3)
            ),
            _ => self.most.why.clone(),
        };
        let required = self.demand.required();
        let enough = self.counted(most);
        let reach = if carries(enough, required) {
            format!(
                "the load of {} fits below the maximum",
                rate(self.demand.target)
            )
        } else {
            format!(
                "the load of {} does NOT fit: {} at the maximum; plan cells or faster machines",
                rate(self.demand.target),
                rate(enough)
            )
        };
        let free = if self.demand.headroom > 0.0 {
            format!(", less {} headroom", percent(self.demand.headroom))
        } else {
            String::new()
        };
        let first = if least > 1.0 {
            "so that spares and zones are there from the start"
        } else {
            "one is always there"
        };
        [
            format!("maximum {}: {why}", count(most)),
            format!(
                "target {} each: what a {} does at the maximum (low end of the interval{free})",
                rate(each),
                of(1.0, unit)
            ),
            format!("minimum {}: {first}", count(least)),
            reach,
        ]
        .into_iter()
        .map(|line| format!("# {line}"))
        .collect()
    }
}

/// Whole, or from thousandths below ten, so that what is configured is what is said.
fn rounded_down(each: f64) -> f64 {
    if each >= 10.0 {
        each.floor()
    } else {
        ((each * 1000.0).floor() / 1000.0).max(0.001)
    }
}

/// A rate as a Kubernetes quantity: milli-units below ten.
fn quantity(each: f64) -> String {
    if each >= 10.0 {
        format!("{each:.0}")
    } else {
        format!("{:.0}m", each * 1000.0)
    }
}

/// A name as YAML: letters, digits, dashes and dots, as Kubernetes wants it.
fn label(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect()
}

fn hpa(name: &str, least: f64, most: f64, each: f64) -> String {
    let (name, each) = (label(name), quantity(each));
    format!(
        "apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: \"{name}\"
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: \"{name}\"
  minReplicas: {least:.0}
  maxReplicas: {most:.0}
  metrics:
    - type: Pods
      pods:
        metric:
          name: requests_per_second  # the name under which your metrics adapter serves it
        target:
          type: AverageValue
          averageValue: \"{each}\""
    )
}

fn keda(name: &str, least: f64, most: f64, each: f64) -> String {
    let name = label(name);
    let each = if each >= 10.0 {
        format!("{each:.0}")
    } else {
        format!("{each:.3}")
    };
    format!(
        "apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: \"{name}\"
spec:
  scaleTargetRef:
    name: \"{name}\"
  minReplicaCount: {least:.0}
  maxReplicaCount: {most:.0}
  triggers:
    - type: prometheus
      metricType: AverageValue
      metadata:
        serverAddress: http://prometheus:9090  # yours
        query: sum(rate(http_requests_total{{app=\"{name}\"}}[1m]))  # yours, in all
        threshold: \"{each}\""
    )
}
