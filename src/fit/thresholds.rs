//! Where a fit changes what it says: each number stands here once, with its reason.

/// How many times the largest measured N a forecast is still worth reading; beyond it no law is
/// trusted (Schwartz 2015).
pub const TRUSTED_REACH: f64 = 2.0;

/// What chance brings about less often than this is taken for real: lack of fit, outliers, and
/// whether the USL describes the sizes better than Amdahl's law.
pub const SIGNIFICANT: f64 = 0.05;

/// Share of the fitted throughput by which a level misses the curve of the others before anyone
/// need care: a smaller miss may be significant, and changes nothing.
pub const VISIBLE: f64 = 0.01;

/// What chance hardly ever brings about: residuals in long runs of one sign.
pub const RARE: f64 = 0.01;

/// A peak beyond this share of the largest measured N has not been passed.
pub const EDGE: f64 = 0.95;

/// Efficiency at the largest measured N that scaling has at least where it is called linear.
pub const LINEAR_EFFICIENCY: f64 = 0.85;

/// Most that single runs are thought to scatter by: what is rougher is a corner, not noise.
pub const ROUGHEST: f64 = 0.1;

/// Misfit from which a significant lack of fit is no longer harmless.
pub const FAIR: f64 = 0.03;

/// Misfit from which the law no longer describes the data.
pub const POOR: f64 = 0.08;

/// AICc difference from which one noise is clearly the better description.
pub const CLEARER_NOISE: f64 = 4.0;

/// A law with a ceiling describes what the fitted law does not where its misfit is so many times
/// smaller …
pub const CEILING_BETTER: f64 = 3.0;

/// … and below this itself.
pub const CEILING_MISFIT: f64 = 0.1;

/// A law that misses sizes left out by less than this share of another's miss is clearly better,
/// where runs are too few for a criterion.
pub const CLEARLY_LESS: f64 = 0.5;

/// A peak below this share of the N with the highest measured mean is not what the sizes show.
pub const BEFORE_BEST: f64 = 0.9;

/// d ln X/d ln N up to which throughput no longer rises: doubling N brings 1.4 %.
pub const RISING: f64 = 0.02;

/// Standard errors within which two throughputs count as the same.
pub const ALIKE_WITHIN: f64 = 3.0;

/// A person calls levels alike that differ by less than this share, however wide the noise.
pub const ALIKE_BY_EYE: f64 = 0.15;

/// Growth over a stretch that a person sees where it runs through all of its levels.
pub const SEEN_BY_EYE: f64 = 0.07;

/// Highest over lowest of levels that may be called without a trend.
pub const WANDERING: f64 = 1.5;

/// Highest over lowest of levels that one number describes.
pub const ONE_NUMBER: f64 = 1.12;

/// d ln X/d ln N from which throughput grows nearly in proportion.
pub const PROPORTIONAL: f64 = 0.9;

/// Relative standard error of a level from which a flat stretch is only what noise hides.
pub const NOISY: f64 = 0.04;

/// The last level over the law there, from which a share of the law's throughput is none of
/// what was measured.
pub const ABOVE_LAW: f64 = 1.05;
