//! Answers that need many calls at once, each of which may be sent again.

use super::histogram::Histogram;
use super::streams::{Purpose, Stream};
use crate::risk::fan_out::Latency;

/// Calls that are independent of each other and of their second copies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answers {
    /// Calls that an answer needs, all of them.
    pub calls: u32,
    /// What one takes.
    pub latency: Latency,
    /// Seconds without answer after which a call is sent a second time; `None` for never.
    pub hedge: Option<f64>,
}

/// What one run found.
#[derive(Debug, Clone)]
pub struct AnswersRun {
    /// Times of the calls.
    pub calls: Histogram,
    /// Times of the answers.
    pub answers: Histogram,
    /// Share of the calls that were sent twice.
    pub twice: f64,
}

fn draw(latency: &Latency, stream: &mut Stream) -> f64 {
    match *latency {
        Latency::Exponential { mean } => mean * stream.exponential(),
        Latency::LogNormal { median, sigma } => median * (sigma * stream.normal()).exp(),
    }
}

impl Answers {
    /// One run of so many answers.
    pub fn run(&self, seed: u64, run: u64, answers: u32) -> AnswersRun {
        let mut first = Stream::new(seed, run, Purpose::Service);
        let mut second = Stream::new(seed, run, Purpose::Copies);
        let unit = match self.latency {
            Latency::Exponential { mean } => mean,
            Latency::LogNormal { median, .. } => median,
        };
        let mut found = AnswersRun {
            calls: Histogram::new(unit),
            answers: Histogram::new(unit),
            twice: 0.0,
        };
        let mut twice = 0_u64;
        for _ in 0..answers {
            let mut slowest = 0.0_f64;
            for _ in 0..self.calls {
                let mut time = draw(&self.latency, &mut first);
                // Drawn in any case, so that a change of the delay shuffles nothing.
                let again = draw(&self.latency, &mut second);
                if let Some(delay) = self.hedge
                    && time > delay
                {
                    twice += 1;
                    time = time.min(delay + again);
                }
                found.calls.add(time);
                slowest = slowest.max(time);
            }
            found.answers.add(slowest);
        }
        let all = f64::from(answers) * f64::from(self.calls);
        found.twice = if all > 0.0 { twice as f64 / all } else { 0.0 };
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::fan_out::any_slow;
    use crate::sim::confidence::Sample;

    /// Group 8 of the values to be met: 1 % of the calls beyond their p99 make 9.56 %, 63.4 %
    /// and 86.6 % of the answers slow that need 10, 100 and 200; 0.01 % and 2,000 make 18.1 %.
    #[test]
    fn a_few_slow_calls_make_many_slow_answers() {
        for (calls, slow, published, answers) in [
            (10, 0.01, 0.0956, 4_000),
            (100, 0.01, 0.634, 500),
            (200, 0.01, 0.866, 300),
            (2000, 0.0001, 0.181, 100),
        ] {
            let latency = Latency::Exponential { mean: 1.0 };
            let late = latency.exceeded_by(slow).unwrap();
            let all = Answers {
                calls,
                latency,
                hedge: None,
            };
            let shares: Vec<f64> = (0..10)
                .map(|run| 1.0 - all.run(8, run, answers).answers.share_within(late))
                .collect();
            let found = Sample::of(&shares).unwrap();
            assert!(found.error < 0.1 * published, "{calls}: {found:?}");
            let exact = 1.0 - f64::powf(1.0 - slow, f64::from(calls));
            assert!((exact - published).abs() < 5e-4, "{exact}");
            assert!(
                (found.mean - exact).abs() < 4.0 * found.error,
                "{calls}: {found:?} {exact}"
            );
            let formula = any_slow(slow, f64::from(calls)).unwrap();
            assert!((formula - exact).abs() < 1e-12, "{formula}");
        }
    }

    /// Sent again after the 95th percentile: 5 % more calls, and the chance to take longer than
    /// t is that of the call times that of its copy.
    #[test]
    fn a_second_call_cuts_the_tail() {
        let hedged = Answers {
            calls: 1,
            latency: Latency::Exponential { mean: 1.0 },
            hedge: Some(20.0_f64.ln()),
        };
        let runs: Vec<AnswersRun> = (0..10).map(|run| hedged.run(9, run, 40_000)).collect();
        let of = |values: Vec<f64>| Sample::of(&values).unwrap();
        let twice = of(runs.iter().map(|run| run.twice).collect());
        assert!((twice.mean - 0.05).abs() < 4.0 * twice.error, "{twice:?}");
        // e^(−2t + ln 20) at t = 4: 20·e⁻⁸.
        let beyond = of((runs.iter())
            .map(|run| 1.0 - run.answers.share_within(4.0))
            .collect());
        let exact = 20.0 * (-8.0_f64).exp();
        assert!(
            beyond.error < 0.03 * exact && (beyond.mean - exact).abs() < 4.0 * beyond.error,
            "{beyond:?} {exact}"
        );
    }
}
