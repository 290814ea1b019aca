//! How evenly and how busily workers work, from their metrics.
//!
//! | metric | formula | good | bad |
//! | --- | --- | --- | --- |
//! | utilization spread | population standard deviation / mean of worker utilization | < 0.1 | > 0.3 |
//! | coordination overhead | Σ lock wait / Σ work time | < 0.05 | > 0.20 |
//! | queue depth ratio | max / mean of queue depth | < 2 | > 10 |
//! | real against ideal speedup | throughput / (single-worker throughput × N) | > 0.8 | < 0.5 |

use crate::domain;
use crate::error::Error;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What one worker reports, any of it absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WorkerSample {
    /// Share of time busy, in any unit that is the same for all workers.
    pub utilization: Option<f64>,
    /// Time spent waiting for locks and others, in the unit of `work`.
    pub lock_wait: Option<f64>,
    /// Time spent on work itself, without the waiting.
    pub work: Option<f64>,
    /// Items waiting in its queue.
    pub queue_depth: Option<f64>,
    /// Completed work per second.
    pub throughput: Option<f64>,
}

/// Number of fields of a [`WorkerSample`].
const FIELDS: usize = 5;

impl WorkerSample {
    fn fields(&self) -> [Option<f64>; FIELDS] {
        [
            self.utilization,
            self.lock_wait,
            self.work,
            self.queue_depth,
            self.throughput,
        ]
    }
}

/// Workers and the means of their samples: memory grows with workers, not with samples, and
/// a name is kept once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workers {
    /// The names, one after the other.
    names: String,
    /// Where each name ends.
    ends: Vec<usize>,
    /// Place of each name by its hash; a name whose place is taken has the next free one.
    places: HashMap<u64, u32>,
    /// Mean of each field so far.
    means: Vec<[f64; FIELDS]>,
    /// Samples behind each mean.
    counts: Vec<[u32; FIELDS]>,
}

impl Workers {
    /// Adds a sample to the worker of this name.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a value that is negative or not finite, and for more than
    /// four thousand million workers.
    pub fn add(&mut self, name: &str, sample: &WorkerSample) -> Result<(), Error> {
        const NAMES: [&str; FIELDS] = [
            "utilization",
            "lock wait",
            "work",
            "queue depth",
            "throughput",
        ];
        for (name, value) in NAMES.into_iter().zip(sample.fields()) {
            if let Some(value) = value {
                domain::non_negative(name, value)?;
            }
        }
        let at = self.place(name)?;
        let sums = self.means[at].iter_mut().zip(&mut self.counts[at]);
        for ((mean, count), value) in sums.zip(sample.fields()) {
            if let Some(value) = value {
                *count = count.saturating_add(1);
                *mean += (value - *mean) / f64::from(*count);
            }
        }
        Ok(())
    }

    /// The place of a worker, a new one for a new name.
    fn place(&mut self, name: &str) -> Result<usize, Error> {
        let mut key = hash(name);
        while let Some(&at) = self.places.get(&key) {
            if self.name(at as usize) == name {
                return Ok(at as usize);
            }
            key = key.wrapping_add(1);
        }
        let at = self.ends.len();
        let place = u32::try_from(at).map_err(|_| Error::OutOfRange {
            name: "number of workers",
            value: at as f64,
            allowed: "below 4,294,967,296",
        })?;
        self.places.insert(key, place);
        self.names.push_str(name);
        self.ends.push(self.names.len());
        self.means.push([0.0; FIELDS]);
        self.counts.push([0; FIELDS]);
        Ok(at)
    }

    fn name(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.names[start..self.ends[at]]
    }

    /// Number of workers.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The workers in order of appearance, each with the means of its samples.
    pub fn iter(&self) -> impl Iterator<Item = (&str, WorkerSample)> {
        (0..self.len()).map(|at| {
            let mean = |field: usize| (self.counts[at][field] > 0).then(|| self.means[at][field]);
            let sample = WorkerSample {
                utilization: mean(0),
                lock_wait: mean(1),
                work: mean(2),
                queue_depth: mean(3),
                throughput: mean(4),
            };
            (self.name(at), sample)
        })
    }
}

/// The same for the same name, on every machine.
fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Metric {
    /// Population standard deviation / mean of worker utilization.
    UtilizationSpread,
    /// Σ lock wait / Σ work time.
    CoordinationOverhead,
    /// Largest / mean queue depth.
    QueueDepthRatio,
    /// Throughput / (single-worker throughput × N).
    RealSpeedup,
}

impl Metric {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [
        Self::UtilizationSpread,
        Self::CoordinationOverhead,
        Self::QueueDepthRatio,
        Self::RealSpeedup,
    ];

    /// Name for machines and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::UtilizationSpread => "utilization-spread",
            Self::CoordinationOverhead => "coordination-overhead",
            Self::QueueDepthRatio => "queue-depth-ratio",
            Self::RealSpeedup => "real-speedup",
        }
    }

    /// The article's thresholds.
    pub fn thresholds(self) -> Thresholds {
        let (good, bad) = match self {
            Self::UtilizationSpread => (0.1, 0.3),
            Self::CoordinationOverhead => (0.05, 0.20),
            Self::QueueDepthRatio => (2.0, 10.0),
            Self::RealSpeedup => (0.8, 0.5),
        };
        Thresholds { good, bad }
    }

    /// Whether more of it is better; the others are better the lower they are.
    pub fn higher_is_better(self) -> bool {
        self == Self::RealSpeedup
    }
}

/// Where good ends and bad begins; in between lies what is neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Good is strictly on the better side of this.
    pub good: f64,
    /// Bad is strictly on the worse side of this.
    pub bad: f64,
}

/// How a metric stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthGrade {
    /// On the better side of the good threshold.
    Good,
    /// Neither.
    Between,
    /// On the worse side of the bad threshold.
    Bad,
}

impl Thresholds {
    /// How a value of `metric` stands.
    pub fn grade(&self, metric: Metric, value: f64) -> HealthGrade {
        let (good, bad) = if metric.higher_is_better() {
            (value > self.good, value < self.bad)
        } else {
            (value < self.good, value > self.bad)
        };
        match (good, bad) {
            (true, _) => HealthGrade::Good,
            (false, true) => HealthGrade::Bad,
            (false, false) => HealthGrade::Between,
        }
    }
}

/// A worker that stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct Offender {
    /// Its name.
    pub name: String,
    /// What it stands out by: utilization, lock wait / work, queue depth, throughput.
    pub value: f64,
}

/// A metric of all workers.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkerHealth {
    /// The metric.
    pub metric: Metric,
    /// Its value.
    pub value: f64,
    /// Workers that report what it needs.
    pub workers: usize,
    /// How many of them do no effective work because of it; the costs of several metrics
    /// overlap and do not add up.
    ///
    /// Utilization: N(1 − mean/max), what is idle when the busiest is full. Coordination:
    /// N·wait/(wait + work). Queues: N(1 − mean/max), what is idle while the fullest queue
    /// drains. Speedup: N − throughput/single.
    pub lost_workers: f64,
    /// The workers that contribute most, the worst first; only those on the wrong side of
    /// the mean.
    pub worst: Vec<Offender>,
}

/// Reads a metric from the workers; `None` where no worker reports what it needs, or where
/// its denominator is 0 (nothing works at all) or too small for a finite value.
///
/// `single` is the throughput of a worker that works alone, 1/s; the real speedup needs it.
pub fn worker_health(
    metric: Metric,
    workers: &Workers,
    single: Option<f64>,
    worst: usize,
) -> Option<WorkerHealth> {
    taken(metric, workers, single, worst)
        .filter(|reading| reading.value.is_finite() && reading.lost_workers.is_finite())
}

fn taken(
    metric: Metric,
    workers: &Workers,
    single: Option<f64>,
    worst: usize,
) -> Option<WorkerHealth> {
    match metric {
        Metric::UtilizationSpread => {
            let values = values(workers, |sample| sample.utilization);
            let (mean, max) = mean_and_max(&values)?;
            let n = values.len() as f64;
            let square: f64 = values.iter().map(|(_, u)| (u - mean) * (u - mean)).sum();
            Some(WorkerHealth {
                metric,
                value: (square / n).sqrt() / mean,
                workers: values.len(),
                lost_workers: n * (1.0 - mean / max),
                worst: offenders(&values, worst, |u| (u - mean).abs()),
            })
        }
        Metric::CoordinationOverhead => {
            let both: Vec<(&str, f64, f64)> = workers
                .iter()
                .filter_map(|(name, mean)| Some((name, mean.lock_wait?, mean.work?)))
                .collect();
            let wait: f64 = both.iter().map(|(_, wait, _)| wait).sum();
            let work: f64 = both.iter().map(|(_, _, work)| work).sum();
            if work <= 0.0 {
                return None;
            }
            let shares: Vec<(&str, f64)> = (both.iter())
                .filter(|(_, _, work)| *work > 0.0)
                .map(|(name, wait, work)| (*name, wait / work))
                .collect();
            let value = wait / work;
            Some(WorkerHealth {
                metric,
                value,
                workers: both.len(),
                lost_workers: both.len() as f64 * (wait / (wait + work)),
                worst: offenders(&shares, worst, |share| share - value),
            })
        }
        Metric::QueueDepthRatio => {
            let values = values(workers, |sample| sample.queue_depth);
            let (mean, max) = mean_and_max(&values)?;
            Some(WorkerHealth {
                metric,
                value: max / mean,
                workers: values.len(),
                lost_workers: values.len() as f64 * (1.0 - mean / max),
                worst: offenders(&values, worst, |depth| depth - mean),
            })
        }
        Metric::RealSpeedup => {
            let single = single.filter(|single| *single > 0.0)?;
            let values = values(workers, |sample| sample.throughput);
            if values.is_empty() {
                return None;
            }
            let n = values.len() as f64;
            let total: f64 = values.iter().map(|(_, x)| x).sum();
            Some(WorkerHealth {
                metric,
                value: total / (single * n),
                workers: values.len(),
                lost_workers: n - total / single,
                worst: offenders(&values, worst, |x| total / n - x),
            })
        }
    }
}

fn values(workers: &Workers, field: impl Fn(&WorkerSample) -> Option<f64>) -> Vec<(&str, f64)> {
    workers
        .iter()
        .filter_map(|(name, mean)| Some((name, field(&mean)?)))
        .collect()
}

/// Mean and largest value; `None` without values and where all are 0.
fn mean_and_max(values: &[(&str, f64)]) -> Option<(f64, f64)> {
    let max = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let mean = values.iter().map(|(_, value)| *value).sum::<f64>() / values.len() as f64;
    (max > 0.0).then_some((mean, max))
}

/// Names the workers with the largest excess above 0; equal ones in order of appearance.
fn offenders(values: &[(&str, f64)], most: usize, excess: impl Fn(f64) -> f64) -> Vec<Offender> {
    let mut values: Vec<_> = values
        .iter()
        .filter(|(_, value)| excess(*value) > 0.0)
        .collect();
    values.sort_by(|(_, a), (_, b)| excess(*b).total_cmp(&excess(*a)));
    values
        .into_iter()
        .take(most)
        .map(|(name, value)| Offender {
            name: (*name).to_owned(),
            value: *value,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workers(samples: &[(&str, WorkerSample)]) -> Workers {
        let mut workers = Workers::default();
        for (name, sample) in samples {
            workers.add(name, sample).unwrap();
        }
        workers
    }

    fn busy(utilization: f64) -> WorkerSample {
        WorkerSample {
            utilization: Some(utilization),
            ..WorkerSample::default()
        }
    }

    #[test]
    fn samples_are_averaged_over_time_before_workers_are_compared() {
        // Each alternates between 0 and 1: evenly busy over time, uneven in every instant.
        let even = workers(&[
            ("a", busy(0.0)),
            ("b", busy(1.0)),
            ("a", busy(1.0)),
            ("b", busy(0.0)),
        ]);
        let reading = worker_health(Metric::UtilizationSpread, &even, None, 3).unwrap();
        assert_eq!((reading.value, reading.workers), (0.0, 2));
        assert!(reading.worst.is_empty());
    }

    #[test]
    fn spread_is_of_the_population() {
        // 2, 4, 4, 4, 5, 5, 7, 9 have mean 5 and population standard deviation 2.
        let samples = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let samples: Vec<_> = names.into_iter().zip(samples.map(busy)).collect();
        let reading =
            worker_health(Metric::UtilizationSpread, &workers(&samples), None, 1).unwrap();
        assert!((reading.value - 0.4).abs() < 1e-15);
        assert!((reading.lost_workers - 8.0 * (1.0 - 5.0 / 9.0)).abs() < 1e-12);
        assert_eq!(reading.worst[0].name, "h");
    }

    #[test]
    fn what_is_absent_or_all_zero_gives_no_metric() {
        let idle = workers(&[("a", busy(0.0))]);
        for metric in Metric::ALL {
            assert_eq!(worker_health(metric, &idle, Some(1.0), 3), None);
            assert_eq!(
                worker_health(metric, &Workers::default(), Some(1.0), 3),
                None
            );
        }
    }

    #[test]
    fn thresholds_belong_to_what_is_between() {
        for metric in Metric::ALL {
            let limits = metric.thresholds();
            assert_eq!(limits.grade(metric, limits.good), HealthGrade::Between);
            assert_eq!(limits.grade(metric, limits.bad), HealthGrade::Between);
            let step = (limits.good - limits.bad) * 1e-9;
            assert_eq!(limits.grade(metric, limits.good + step), HealthGrade::Good);
            assert_eq!(limits.grade(metric, limits.bad - step), HealthGrade::Bad);
        }
    }

    #[test]
    fn a_negative_value_is_refused() {
        assert!(Workers::default().add("a", &busy(-0.1)).is_err());
        assert!(Workers::default().add("a", &busy(f64::NAN)).is_err());
    }
}
