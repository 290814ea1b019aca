//! Measurements in, law and verdict out.
//!
//! [`fit`] takes [`crate::sweep::levels::Levels`] and returns a [`Fit`]: the law at its bounded optimum,
//! intervals for its parameters and for anything derived from them, how well it describes
//! the data, and its doubts.

mod ceiling;
mod condense;
mod contour;
pub(crate) mod design;
mod dispersion;
mod estimate;
pub(crate) mod forecast;
pub(crate) mod influence;
mod inside;
mod intervals;
mod least_squares;
mod nist;
mod noise;
pub(crate) mod notes;
mod options;
mod peak;
mod plane;
mod problem;
mod profile;
mod quality;
mod quantity;
pub(crate) mod select;
mod shape;
mod shown;
mod solution;
mod start;
pub mod thresholds;

pub use ceiling::FittedCeiling;
pub use design::{NextMeasurement, Target};
pub use dispersion::Dispersion;
pub use forecast::{BANDS, Band, Forecast, RECORD, Record, Trust, record_at};
pub use influence::{Influence, Without};
pub use options::{Anchor, FitOptions, ForecastKind, IntervalKind, LawChoice, NoiseChoice};
pub use peak::FittedPeak;
pub use problem::Noise;
pub use quality::{Grade, Quality};
pub use select::{Candidate, LackOfFit, NestedTest, Scaling};
pub use shape::Shape;
pub use solution::FittedLaw;

use crate::domain;
use crate::error::Error;
use crate::estimate::{Basis, Estimate};
use crate::law::{ScalingLaw, Usl, UslParams};
use crate::stats::distribution::t_quantile;
use crate::sweep::Sweep;
use crate::sweep::levels::Levels;
use quantity::Quantity;
use solution::Solution;
use std::sync::OnceLock;

/// A law fitted to measurements, with everything that can be asked of it.
///
/// # Examples
/// ```
/// use scalecalc::fit::{self, FitOptions, NoiseChoice};
/// use scalecalc::sweep::Levels;
/// // SPEC SDM91: simulated users and scripts per hour.
/// let levels = Levels::from_pairs([
///     (1.0, 64.9), (18.0, 995.9), (36.0, 1652.4), (72.0, 1853.2),
///     (108.0, 1828.9), (144.0, 1775.0), (216.0, 1702.2),
/// ])?;
/// let options = FitOptions::default().with_noise(NoiseChoice::Constant);
/// let fit = fit::fit(&levels, &options)?;
/// assert_eq!(fit.peak().n, Some(97.0));
/// # Ok::<(), scalecalc::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Fit {
    levels: Levels,
    /// What is fitted: the levels, or fewer that stand for very many.
    nodes: Levels,
    options: FitOptions,
    solution: Solution,
    law: Usl,
    /// The law with a ceiling, where that is the law of the fit; `solution` is beside it.
    full: Option<Box<ceiling::Chosen>>,
    worth: dispersion::Worth,
    /// Scatter of a run, scaled; `None` without degrees of freedom.
    scatter: Option<Dispersion>,
    /// Two-sided t quantile of the confidence; `None` without degrees of freedom.
    t: Option<f64>,
    asked: Asked,
}

/// Answers that several questions need, computed at the first.
#[derive(Debug, Clone, Default)]
struct Asked {
    alpha: OnceLock<Estimate>,
    beta: OnceLock<Estimate>,
    gamma: OnceLock<Estimate>,
    peak: OnceLock<FittedPeak>,
    beside: OnceLock<select::Beside>,
    noise_advantage: OnceLock<Option<f64>>,
    ceiling: OnceLock<Option<FittedCeiling>>,
    inside: OnceLock<inside::Inside>,
    quality: OnceLock<Quality>,
    ride: OnceLock<Option<Box<forecast::Ride>>>,
    at_last: OnceLock<(estimate::Reading, Basis)>,
    /// The same fit under constant noise, where nothing tells which of the two it is.
    constant: OnceLock<Option<Box<Fit>>>,
}

/// Fits a law to levels.
///
/// # Errors
/// [`Error::TooFewLevels`] with fewer distinct N than the law has parameters;
/// [`Error::NoSolution`] where no finite law fits best, N = 1 is missing for the anchor, or
/// a throughput of 0 meets relative noise; [`Error::OutOfRange`] for a confidence outside
/// 0 to 1.
///
/// # References
/// N. Gunther, *Guerrilla Capacity Planning*, 2007; B. Schwartz, *Practical Scalability
/// Analysis with the Universal Scalability Law*, 2015.
pub fn fit(levels: &Levels, options: &FitOptions) -> Result<Fit, Error> {
    let nodes = condense::nodes(levels);
    fit_nodes(levels, nodes, options)
}

/// Fits a law to what stands for levels.
fn fit_nodes(levels: &Levels, nodes: Levels, options: &FitOptions) -> Result<Fit, Error> {
    domain::open_fraction("confidence", options.confidence)?;
    let under = |noise| attempt(&nodes, options, noise);
    let solution = match options.noise {
        NoiseChoice::Relative => under(Noise::Relative)?,
        NoiseChoice::Constant => under(Noise::Constant)?,
        NoiseChoice::Auto => match noise::by_repeats(levels) {
            // A run that brought nothing has no logarithm.
            Noise::Relative => under(Noise::Relative).or_else(|_| under(Noise::Constant))?,
            Noise::Constant => under(Noise::Constant)?,
        },
    };
    let [alpha, beta, gamma] = solution.problem.parameters(&solution.optimum.theta);
    let params = UslParams { alpha, beta, gamma };
    let law = if options.allow_superlinear {
        Usl::superlinear(params)?
    } else {
        Usl::new(params)?
    };
    let full = ceiling::chosen(&nodes, options, &solution)?.map(Box::new);
    let worth = full
        .as_ref()
        .map_or_else(|| (&solution).into(), |full| full.worth);
    let scatter = dispersion::of(
        &worth,
        &solution.problem,
        options.noise == NoiseChoice::Constant,
    );
    let t = match scatter {
        Some(scatter) => Some(t_quantile(0.5 + 0.5 * options.confidence, scatter.degrees)?),
        None => None,
    };
    Ok(Fit {
        levels: levels.clone(),
        nodes,
        options: *options,
        solution,
        law,
        full,
        worth,
        scatter,
        t,
        asked: Asked::default(),
    })
}

/// The chosen law under one noise.
fn attempt(levels: &Levels, options: &FitOptions, noise: Noise) -> Result<Solution, Error> {
    let find = |law| {
        Solution::find(
            levels,
            law,
            noise,
            options.anchor,
            options.allow_superlinear,
        )
    };
    if let Some(law) = FittedLaw::chosen(options.law) {
        return find(law);
    }
    let mut found: Vec<Solution> = [FittedLaw::Linear, FittedLaw::Amdahl, FittedLaw::Usl]
        .into_iter()
        .filter_map(|law| find(law).ok())
        .collect();
    let best = if select::too_few_for_aicc(levels, &found) {
        select::best_by_left_out(levels, &found)
    } else {
        select::best_by_aicc(levels, &found)
    };
    match best {
        Some(index) => Ok(found.swap_remove(index)),
        None => find(FittedLaw::Linear),
    }
}

impl Fit {
    /// Fits a law to a sweep.
    ///
    /// # Errors
    /// As [`fit`].
    ///
    /// # Examples
    /// ```
    /// use scalecalc::data::ReadOptions;
    /// use scalecalc::fit::{Fit, FitOptions};
    /// use scalecalc::sweep::Sweep;
    /// let table = "threads,throughput\n1,955\n2,1878\n4,3548\n8,6531\n16,9922\n24,11775\n";
    /// let sweep = Sweep::read(table.as_bytes(), &ReadOptions::default())?;
    /// let fit = Fit::new(&sweep, &FitOptions::default())?;
    /// assert!(fit.peak().n.is_some());
    /// # Ok::<(), scalecalc::Error>(())
    /// ```
    pub fn new(sweep: &Sweep, options: &FitOptions) -> Result<Self, Error> {
        fit(&sweep.levels, options)
    }

    /// The measurements it was fitted to.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// What stands for the measurements in every sum over them: the levels themselves up to
    /// 8,192 of them, else at most 4,096 means of neighbouring ones.
    pub(crate) fn nodes(&self) -> &Levels {
        &self.nodes
    }

    /// How many means of neighbouring sizes stand for the sizes; `None` where each stands for
    /// itself.
    pub fn condensed(&self) -> Option<usize> {
        (self.nodes.len() < self.levels.len()).then_some(self.nodes.len())
    }

    /// How it was fitted.
    pub fn options(&self) -> &FitOptions {
        &self.options
    }

    /// The law at its best values; where [`Fit::fitted_law`] has a ceiling, the law fitted beside
    /// it, which [`Fit::throughput`] and everything after it do not use.
    pub fn law(&self) -> Usl {
        self.law
    }

    /// Which law it is.
    pub fn fitted_law(&self) -> FittedLaw {
        if self.full.is_some() {
            FittedLaw::Ceiling
        } else {
            self.solution.law
        }
    }

    /// The noise it assumes.
    pub fn noise(&self) -> Noise {
        self.solution.problem.noise
    }

    /// Contention α; no value for a law with a ceiling, which has none.
    pub fn alpha(&self) -> Estimate {
        if self.full.is_some() {
            return Estimate::exact(f64::NAN);
        }
        let per_n = 1.0 / self.solution.problem.n_unit;
        let value = self.law.params().alpha;
        let compute = || {
            let own = self.parameter(Quantity::Alpha, value, |v| v * per_n, 0);
            self.whatever_the_noise(own, Self::alpha)
        };
        *self.asked.alpha.get_or_init(compute)
    }

    /// Coherency β.
    pub fn beta(&self) -> Estimate {
        if let Some(full) = &self.full {
            return full.beta(self);
        }
        let per_n = 1.0 / self.solution.problem.n_unit;
        let value = self.law.params().beta;
        let compute = || {
            let own = self.parameter(Quantity::Beta, value, |v| v * per_n * per_n, 1);
            self.whatever_the_noise(own, Self::beta)
        };
        *self.asked.beta.get_or_init(compute)
    }

    /// Throughput of one unit γ, 1/s.
    pub fn gamma(&self) -> Estimate {
        if let Some(full) = &self.full {
            return full.gamma(self);
        }
        let scale = self.solution.problem.x_unit / self.solution.problem.n_unit;
        let value = self.law.params().gamma;
        let compute = || {
            let own = self.parameter(Quantity::A, value, |a| scale / a, 2);
            self.whatever_the_noise(own, Self::gamma)
        };
        *self.asked.gamma.get_or_init(compute)
    }

    /// Standard errors of α, β and γ; `None` for a parameter that is held, and where there
    /// are no degrees of freedom or the fit is exact.
    pub fn standard_errors(&self) -> [Option<f64>; 3] {
        let none = [None; 3];
        if self.full.is_some() {
            return none;
        }
        let Some(covariance) = self.parameter_covariance() else {
            return none;
        };
        let free = [1, 2, 0].map(|k| self.solution.is_free(k));
        std::array::from_fn(|k| {
            free[k]
                .then(|| covariance[k][k].sqrt())
                .filter(|se| se.is_finite())
        })
    }

    /// Throughput of the law at N with the interval of its mean, 1/s.
    pub fn throughput(&self, n: f64) -> Estimate {
        if let Some(full) = &self.full {
            return full.throughput(self, n);
        }
        let scale = n / self.solution.problem.n_unit * self.solution.problem.x_unit;
        let value = self.law.throughput(n);
        let own = self.derived(
            Quantity::PerThroughput(n),
            value,
            |d| scale / d,
            &self.throughput_slope(n),
        );
        self.whatever_the_noise(own, |other| other.throughput(n))
    }

    /// Speedup of the law at N over one unit.
    pub fn speedup(&self, n: f64) -> Estimate {
        if let Some(full) = &self.full {
            return full.speedup(self, n);
        }
        let slope = self.numeric_slope(|law| law.speedup(n));
        let own = self.derived(
            Quantity::Ratio(n, 1.0),
            self.law.speedup(n),
            |ratio| n / ratio,
            &slope,
        );
        self.whatever_the_noise(own, |other| other.speedup(n))
    }

    /// Efficiency of the law at N: speedup over N.
    pub fn efficiency(&self, n: f64) -> Estimate {
        self.speedup(n).scaled(1.0 / n)
    }

    /// Mean latency N/X of the law at N in a closed loop without think time, in seconds.
    pub fn latency(&self, n: f64) -> Estimate {
        self.throughput(n).map_monotone(|x| n / x)
    }

    /// Where one future run at N would fall: the law's interval and the run's own noise.
    pub fn single_run(&self, n: f64) -> Estimate {
        self.with_own_noise(self.throughput(n))
    }

    /// The interval of a mean, widened by the noise of one run.
    fn with_own_noise(&self, mean: Estimate) -> Estimate {
        let (Some(value), Some(t), Some(scatter)) = (mean.value, self.t, self.scatter) else {
            return mean;
        };
        let noise = t * scatter.variance.sqrt();
        let widen = |end: Option<f64>, sign: f64| {
            end.map(|end| match self.noise() {
                Noise::Constant => {
                    value + sign * (end - value).hypot(noise * self.solution.problem.x_unit)
                }
                Noise::Relative => value * (sign * (end / value).ln().hypot(noise)).exp(),
            })
        };
        Estimate {
            value: mean.value,
            low: widen(mean.low, -1.0),
            high: widen(mean.high, 1.0),
            level: mean.level,
        }
    }

    /// The largest N whose mean latency stays at or below `latency` seconds, by the law.
    pub fn n_at_latency(&self, latency: f64) -> Estimate {
        if let Some(full) = &self.full {
            let n = full.fitted.law.concurrency_at_latency(latency);
            return Estimate::exact(n.unwrap_or(f64::NAN));
        }
        let problem = &self.solution.problem;
        let scaled = latency * (problem.x_unit / problem.n_unit);
        match self.law.concurrency_at_latency(latency) {
            Some(n) => {
                let slope = self
                    .numeric_slope(|law| law.concurrency_at_latency(latency).unwrap_or(f64::NAN));
                self.derived(Quantity::NAtLatency(scaled), n, |n| n, &slope)
            }
            None => Estimate {
                value: None,
                low: None,
                high: None,
                level: None,
            },
        }
    }

    /// Residual standard error: 1/s for constant noise, a share for relative noise. `None`
    /// without degrees of freedom.
    pub fn residual_standard_error(&self) -> Option<f64> {
        let scaled = self.variance()?.sqrt();
        Some(match self.noise() {
            Noise::Constant => scaled * self.solution.problem.x_unit,
            Noise::Relative => scaled,
        })
    }

    /// Residual standard error as a share of throughput: of the mean measured one for
    /// constant noise.
    pub fn relative_error(&self) -> Option<f64> {
        let scaled = self.variance()?.sqrt();
        Some(match self.noise() {
            Noise::Constant => {
                let sum: f64 = self
                    .nodes
                    .as_slice()
                    .iter()
                    .map(|l| l.runs as f64 * (l.mean / self.solution.problem.x_unit))
                    .sum();
                scaled / (sum / self.solution.problem.runs)
            }
            Noise::Relative => scaled,
        })
    }

    /// M − p: runs less the parameters that the data determine.
    pub fn degrees_of_freedom(&self) -> f64 {
        self.solution.problem.runs - self.worth.free as f64
    }

    /// Residual variance, scaled; `None` without degrees of freedom.
    fn variance(&self) -> Option<f64> {
        let degrees = self.degrees_of_freedom();
        (degrees >= 1.0).then(|| self.worth.sum_of_squares / degrees)
    }

    /// Residual sum of squares on the fitted scale; `None` where it overflows.
    pub fn rss(&self) -> Option<f64> {
        let unit = match self.noise() {
            Noise::Constant => self.solution.problem.x_unit,
            Noise::Relative => 1.0,
        };
        Some(self.worth.sum_of_squares * unit * unit).filter(|rss| rss.is_finite())
    }

    /// Whether the law passes through every run.
    pub fn is_exact(&self) -> bool {
        self.worth.exact
    }

    /// Parameters whose best value lies on its bound: `alpha`, `beta`.
    pub fn at_bound(&self) -> Vec<&'static str> {
        if self.full.is_some() {
            return Vec::new();
        }
        let held_by_law = self.solution.problem.lowest_face;
        [(problem::B_ZERO, "alpha"), (problem::C_ZERO, "beta")]
            .into_iter()
            .filter(|(bit, _)| self.solution.optimum.face & bit != 0 && held_by_law & bit == 0)
            .map(|(_, name)| name)
            .collect()
    }

    /// Linear, Amdahl and USL on the same data and scale.
    pub fn candidates(&self) -> &[Candidate] {
        &self.beside().candidates
    }

    /// F tests of each law against the next simpler one.
    pub fn nested_tests(&self) -> &[NestedTest] {
        &self.beside().nested
    }

    /// By how much relative noise is the better description (AICc difference on the scale
    /// of X; above 0 relative wins). `None` where they cannot be compared.
    pub fn noise_advantage(&self) -> Option<f64> {
        *self.asked.noise_advantage.get_or_init(|| {
            let ours = &self.solution;
            let other = match self.noise() {
                Noise::Constant => Noise::Relative,
                Noise::Relative => Noise::Constant,
            };
            let theirs = attempt(&self.nodes, &self.options, other).ok()?;
            match other {
                Noise::Relative => select::noise_advantage(&self.nodes, ours, &theirs),
                Noise::Constant => select::noise_advantage(&self.nodes, &theirs, ours),
            }
        })
    }

    /// Scatter of one run about the law, on the fitted scale; `None` without degrees of
    /// freedom or where it overflows.
    pub fn dispersion(&self) -> Option<Dispersion> {
        let unit = match self.noise() {
            Noise::Constant => self.solution.problem.x_unit,
            Noise::Relative => 1.0,
        };
        let scatter = self.scatter?;
        Some(Dispersion {
            variance: scatter.variance * unit * unit,
            ..scatter
        })
        .filter(|dispersion| dispersion.variance.is_finite())
    }

    /// The law at N, 1/s.
    pub(crate) fn law_value(&self, n: f64) -> f64 {
        match &self.full {
            Some(full) => full.fitted.law.throughput(n),
            None => self.law.throughput(n),
        }
    }

    /// Throughput for N → ∞ by the fitted law, 1/s; `None` where it grows without end.
    pub fn limit(&self) -> Option<f64> {
        match &self.full {
            Some(full) => full.fitted.law.limit(),
            None => self.law.limit(),
        }
    }

    /// The knee of the fitted law: the smallest N that reaches a share of the throughput at its
    /// peak, or of that at the largest measured N where it has none.
    pub fn knee(&self, share: f64) -> Option<f64> {
        let n_max = self.levels.n_max();
        match &self.full {
            Some(full) => full.fitted.law.knee(share, n_max),
            None => self.law.knee(share, n_max),
        }
    }

    pub(crate) fn solution(&self) -> &Solution {
        &self.solution
    }

    /// The bounded Amdahl fit to the same data, where the data carry it: half of the forecast.
    pub(crate) fn amdahl(&self) -> Option<&Solution> {
        self.beside().amdahl.as_ref()
    }

    /// The other laws on the same data.
    fn beside(&self) -> &select::Beside {
        let compute = || select::Beside::of(&self.nodes, &self.options, &self.solution);
        self.asked.beside.get_or_init(compute)
    }
}
