//! Promises as they are typed: `p99<=50ms`, `mean<=1s`, `waiting<=20%`, `blocked<=0.1%`.

use super::failure::Failure;
use crate::cli::spelling;
use crate::queueing::sizing::{Promise, Promised};
use crate::units;

/// What a promise is about, before it is known whether of the wait or the response.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Statistic {
    Mean,
    Quantile(f64),
    Waiting,
    Blocked,
    Utilization,
}

/// A promise: at most this much.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ServiceLevel {
    /// As it was typed, without blanks.
    pub text: String,
    statistic: Statistic,
    limit: f64,
}

const HOW: &str = "write p99<=50ms, mean<=20ms, waiting<=20%, blocked<=0.1% or utilization<=70%";

/// Reads a [`ServiceLevel`].
///
/// # Errors
/// The message that clap shows.
pub(super) fn promise(text: &str) -> Result<ServiceLevel, String> {
    let text: String = text.split_whitespace().collect();
    let (left, right) = text
        .split_once("<=")
        .or_else(|| text.split_once(['<', '≤']))
        .ok_or_else(|| format!("cannot read \"{text}\" as a promise: {HOW}"))?;
    let told = |error: crate::Error| spelling::told(&error);
    let statistic = match left {
        "mean" => Statistic::Mean,
        "waiting" => Statistic::Waiting,
        "blocked" => Statistic::Blocked,
        "utilization" | "utilisation" => Statistic::Utilization,
        other => {
            Statistic::Quantile(other.strip_prefix('p').and_then(quantile).ok_or_else(|| {
                format!(
                    "cannot read \"{other}\" as a statistic (p50, p95, p99, p99.9, p999): {HOW}"
                )
            })?)
        }
    };
    let limit = match statistic {
        Statistic::Mean | Statistic::Quantile(_) => units::duration(right),
        Statistic::Waiting | Statistic::Blocked | Statistic::Utilization => units::ratio(right),
    }
    .map_err(told)?;
    Ok(ServiceLevel {
        text,
        statistic,
        limit,
    })
}

/// `50`, `99`, `99.9` and `999` as 0.5, 0.99, 0.999 and 0.999: two digits and decimals behind a
/// point, or nines alone. `100`, `101` and `500` are nothing of the kind.
fn quantile(digits: &str) -> Option<f64> {
    let plain = digits.replace('.', "");
    let placed = digits.find('.').unwrap_or(2) == 2 && !digits.ends_with('.');
    let numeric = plain.len() >= 2 && plain.bytes().all(|b| b.is_ascii_digit());
    // "0.999" is read whole, so that p99 is 0.99 to the last bit.
    let p: f64 = format!("0.{plain}").parse().ok()?;
    let clear = digits.contains('.') || plain.len() == 2 || plain.bytes().all(|b| b == b'9');
    (placed && numeric && clear && plain.len() <= 6 && p > 0.0).then_some(p)
}

impl ServiceLevel {
    /// The limit in seconds, where the promise is about the mean.
    pub(super) fn mean_limit(&self) -> Option<f64> {
        (self.statistic == Statistic::Mean).then_some(self.limit)
    }

    /// The highest utilization, where the promise is about it.
    pub(super) fn utilization_limit(&self) -> Option<f64> {
        (self.statistic == Statistic::Utilization).then_some(self.limit)
    }

    /// The goal, for the response or for the wait alone; `None` for a utilization, which is no
    /// statistic of a job.
    pub(super) fn goal(&self, of_wait: bool) -> Option<Promise> {
        let measure = match (self.statistic, of_wait) {
            (Statistic::Mean, true) => Promised::MeanWait,
            (Statistic::Mean, false) => Promised::MeanResponse,
            (Statistic::Quantile(p), true) => Promised::WaitQuantile(p),
            (Statistic::Quantile(p), false) => Promised::ResponseQuantile(p),
            (Statistic::Waiting, _) => Promised::WaitProbability,
            (Statistic::Blocked, _) => Promised::BlockingProbability,
            (Statistic::Utilization, _) => return None,
        };
        Some(Promise {
            measure,
            limit: self.limit,
        })
    }
}

/// Refuses a question about latency where the run time of a fixed amount of work was read: that
/// is 1/X, and `what` was asked by N/X.
pub(super) fn refuse_of_job(fixed_job: bool, what: &str) -> Result<(), Failure> {
    if fixed_job {
        return Err(Failure::usage(
            format!(
                "{what}: these are run times of a fixed amount of work, which takes 1/throughput: \
                 there is no latency N/throughput"
            ),
            "scalecalc usl FILE --slo 'mean<=300s' judges the run time; where each N has an operation of its own under way: --y-is latency",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_in_every_spelling() {
        for (text, p) in [
            ("p50", 0.5),
            ("p99", 0.99),
            ("p999", 0.999),
            ("p99.9", 0.999),
            ("p9999", 0.9999),
        ] {
            let promise = promise(&format!("{text} < 50ms")).unwrap();
            assert_eq!(
                promise.goal(true).unwrap().measure,
                Promised::WaitQuantile(p),
                "{text}"
            );
        }
        for bad in [
            "p99<=50",
            "p9<=1s",
            "p00<=1s",
            "p9.99<=1s",
            "p100<=1s",
            "p101<=1s",
            "p500<=1s",
            "p1000<=1s",
            "p99.<=1s",
            "max<=1s",
            "blocked<=5",
        ] {
            assert!(promise(bad).is_err(), "{bad}");
        }
    }
}
