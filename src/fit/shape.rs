//! What a person sees in the measured levels, whatever any law says: climbing, levelling,
//! flat, falling.

use super::Fit;
use super::thresholds::{ALIKE_BY_EYE, ALIKE_WITHIN, SEEN_BY_EYE, WANDERING};
use crate::stats::distribution::t_quantile;
use crate::sweep::levels::{Level, Levels};

/// The shape of a sweep, from its measured level means and their noise.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// One size only, or nothing above 0: no shape.
    Single,
    /// Still rising at the largest N.
    Climbing {
        /// Largest measured N.
        to: f64,
        /// d ln X/d ln N over the last part: 1 is in proportion to N.
        slope: f64,
    },
    /// Rising ever less: little is gained at the largest N.
    Levelling {
        /// Largest measured N.
        to: f64,
        /// d ln X/d ln N over the last part.
        slope: f64,
    },
    /// The same throughput, as far as noise lets one see, up to the largest N.
    Flat {
        /// First N of the flat part.
        from: f64,
        /// Largest measured N.
        to: f64,
        /// Mean throughput over the flat part, 1/s.
        throughput: f64,
        /// Lowest level mean in the flat part, 1/s.
        lowest: f64,
        /// Highest level mean in the flat part, 1/s.
        highest: f64,
    },
    /// Highest inside, lower at the largest N.
    Falling {
        /// N with the highest mean.
        peak: f64,
        /// Mean throughput from `from` to `until`, 1/s.
        throughput: f64,
        /// First N that a person would call as good as the highest.
        from: f64,
        /// Last such N, before the fall.
        until: f64,
        /// Largest measured N.
        to: f64,
        /// Highest mean over the mean at the largest N; infinite where that is 0 is left
        /// out as `None`.
        factor: Option<f64>,
    },
}

impl Shape {
    /// The word for it, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Climbing { .. } => "climbing",
            Self::Levelling { .. } => "levelling",
            Self::Flat { .. } => "flat",
            Self::Falling { .. } => "falling",
        }
    }

    /// The same with every N replaced.
    fn at_measured(self, near: impl Fn(f64) -> f64) -> Self {
        match self {
            Self::Single => Self::Single,
            Self::Climbing { to, slope } => Self::Climbing {
                to: near(to),
                slope,
            },
            Self::Levelling { to, slope } => Self::Levelling {
                to: near(to),
                slope,
            },
            Self::Flat {
                from,
                to,
                throughput,
                lowest,
                highest,
            } => Self::Flat {
                from: near(from),
                to: near(to),
                throughput,
                lowest,
                highest,
            },
            Self::Falling {
                peak,
                throughput,
                from,
                until,
                to,
                factor,
            } => Self::Falling {
                peak: near(peak),
                throughput,
                from: near(from),
                until: near(until),
                to: near(to),
                factor,
            },
        }
    }

    /// The shape of levels whose means have a relative standard error of about `noise`.
    pub(super) fn of(levels: &Levels, noise: f64) -> Self {
        let all = levels.as_slice();
        let (Some(last), Some(best)) = (all.last(), highest(all)) else {
            return Self::Single;
        };
        let top = all[best].mean;
        if all.len() < 2 || top <= 0.0 {
            return Self::Single;
        }
        let floor = top * (1.0 - tolerance(noise));
        let (from, until) = plateau(all, best, floor);
        if falls(&all[until + 1..], top, floor) {
            let (from, until) = plateau(all, best, floor.max(top * (1.0 - ALIKE_BY_EYE)));
            return Self::Falling {
                peak: all[best].n,
                throughput: mean(&all[from..=until]),
                from: all[from].n,
                until: all[until].n,
                to: last.n,
                factor: (last.mean > 0.0).then(|| top / last.mean),
            };
        }
        // A dip in between does not end what the last level shows to be flat; a rise that
        // runs through all of it does.
        let from = from + rising(&all[from..], (top - floor).min(top * SEEN_BY_EYE));
        if last.n >= FLAT_OVER * all[from].n {
            return Self::flat(&all[from..], last.n);
        }
        if wanders(all, top - floor) {
            return Self::flat(all, last.n);
        }
        // Where an earlier size did as well, nothing climbs at the end.
        let slope = if best + 1 < all.len() {
            end_slope(all).min(0.0)
        } else {
            end_slope(all)
        };
        if slope >= CLIMBING {
            Self::Climbing { to: last.n, slope }
        } else {
            Self::Levelling { to: last.n, slope }
        }
    }

    fn flat(part: &[Level], to: f64) -> Self {
        let means = || part.iter().map(|level| level.mean);
        Self::Flat {
            from: part.first().map_or(to, |level| level.n),
            to,
            throughput: mean(part),
            lowest: means().fold(f64::INFINITY, f64::min),
            highest: means().fold(0.0, f64::max),
        }
    }
}

/// N has to grow by this factor at one throughput before that is called flat.
const FLAT_OVER: f64 = 1.6;
/// d ln X/d ln N from which a sweep still climbs: doubling N brings a quarter more.
const CLIMBING: f64 = 0.3;
/// The end of a sweep: its levels within this factor of the largest N.
const END: f64 = 1.8;

/// Throughputs closer than this to the highest count as the same: three standard errors, at
/// least 5 %.
fn tolerance(noise: f64) -> f64 {
    (ALIKE_WITHIN * noise).clamp(0.05, 0.5)
}

/// Most that levels without repeats are thought to scatter by: what is rougher is a corner
/// where there are few of them, and noise where there are many.
fn roughest(levels: usize) -> f64 {
    if levels < MANY { 0.04 } else { 0.15 }
}

/// Levels from which their roughness is known well enough to be taken for noise.
const MANY: usize = 8;

fn mean(part: &[Level]) -> f64 {
    part.iter().map(|level| level.mean).sum::<f64>() / part.len() as f64
}

/// Whether the levels after the highest ones are lower: the last of them, or, where it is
/// clearly less than the highest, all of them in the mean.
fn falls(after: &[Level], top: f64, floor: f64) -> bool {
    after.last().is_some_and(|last| {
        last.mean < floor || (last.mean < top * (1.0 - SEEN_BY_EYE) && mean(after) < floor)
    })
}

/// Levels that go up and down with no trend, by more than their noise, yet stay alike.
fn wanders(all: &[Level], least: f64) -> bool {
    let means = || all.iter().map(|level| level.mean);
    let (low, high) = (
        means().fold(f64::INFINITY, f64::min),
        means().fold(0.0, f64::max),
    );
    all.len() > 3 && high <= WANDERING * low && !rises(all, least)
}

/// The level with the highest mean; the smaller N of two.
fn highest(all: &[Level]) -> Option<usize> {
    (0..all.len()).max_by(|i, j| all[*i].mean.total_cmp(&all[*j].mean).then(j.cmp(i)))
}

/// The levels around the highest that stay above a floor.
fn plateau(all: &[Level], best: usize, floor: f64) -> (usize, usize) {
    let from = (0..best).rev().take_while(|i| all[*i].mean >= floor).last();
    let until = (best + 1..all.len())
        .take_while(|i| all[*i].mean >= floor)
        .last();
    (from.unwrap_or(best), until.unwrap_or(best))
}

/// How many levels to leave out in front until the rest no longer rises: a straight line of
/// ln X against ln N whose slope is above 0 at the 5 % level (t test), and which gains more
/// than `least` in throughput. Two or three levels show no trend by a test; they rise where
/// each is higher than the one before and the whole gain is one that a person sees.
fn rising(part: &[Level], least: f64) -> usize {
    (0..part.len())
        .find(|skipped| {
            let rest = &part[*skipped..];
            match rest {
                [first, .., last] if rest.len() < 4 => {
                    last.mean - first.mean <= SEEN_BY_EYE * last.mean
                        || rest.windows(2).any(|two| two[1].mean <= two[0].mean)
                }
                _ => !rises(rest, least),
            }
        })
        .unwrap_or(0)
}

fn rises(part: &[Level], least: f64) -> bool {
    let count = part.len() as f64;
    let middle = |of: fn(&Level) -> f64| part.iter().map(of).sum::<f64>() / count;
    let (n, x) = (middle(|l| l.n.ln()), middle(|l| l.mean.ln()));
    let (mut square, mut product, mut scatter) = (0.0, 0.0, 0.0);
    for level in part {
        let (dn, dx) = (level.n.ln() - n, level.mean.ln() - x);
        square += dn * dn;
        product += dn * dx;
        scatter += dx * dx;
    }
    let slope = product / square;
    let residual = (scatter - slope * product).max(0.0) / (count - 2.0);
    let gain = match part {
        [first, .., last] => slope * (last.n / first.n).ln() * x.exp(),
        _ => return false,
    };
    let Ok(t) = t_quantile(0.975, count - 2.0) else {
        return false;
    };
    gain > least && slope > t * (residual / square).sqrt()
}

/// d ln X/d ln N between the last level and the nearest that is clearly smaller.
fn end_slope(all: &[Level]) -> f64 {
    let Some((last, before)) = all.split_last() else {
        return 0.0;
    };
    let start = before
        .iter()
        .rev()
        .filter(|l| l.mean > 0.0)
        .find(|l| l.n * END <= last.n)
        .or_else(|| before.iter().find(|l| l.mean > 0.0));
    start.map_or(1.0, |start| {
        (last.mean / start.mean).ln() / (last.n / start.n).ln()
    })
}

/// Relative standard deviation of a level mean, from how the distances of inner levels to
/// the line between their neighbours in (ln N, ln X) change from one level to the next: the
/// lower median, which neither a smooth bend nor a corner moves. 0 with fewer than four.
pub(super) fn roughness(levels: &Levels) -> f64 {
    let off: Vec<f64> = levels
        .as_slice()
        .windows(3)
        .map(|three| {
            let [a, b, c] = three else { return f64::NAN };
            let share = (b.n / a.n).ln() / (c.n / a.n).ln();
            b.mean.ln() - a.mean.ln() * (1.0 - share) - c.mean.ln() * share
        })
        .collect();
    let mut changes: Vec<f64> = off
        .windows(2)
        .map(|two| (two[1] - two[0]).abs())
        .filter(|change| change.is_finite())
        .collect();
    changes.sort_by(f64::total_cmp);
    // 1.48: from the median of |·| to a standard deviation; √5: ½, 3/2, 3/2 and ½ squared.
    changes
        .get(changes.len().saturating_sub(1) / 2)
        .map_or(0.0, |median| 1.48 * median / 5.0_f64.sqrt())
}

impl Fit {
    /// What the measured levels show, whatever the law says.
    pub fn shape(&self) -> Shape {
        let seen = Shape::of(self.nodes(), self.noise_of_levels());
        match self.condensed() {
            Some(_) => seen.at_measured(|n| self.nearest_measured(n)),
            None => seen,
        }
    }

    /// Whether what was measured shows the peak of the law: throughput falls behind it, and the
    /// highest levels allow it there.
    pub fn shows_peak(&self) -> bool {
        let peak = self.peak();
        peak.established
            && matches!(self.shape(), Shape::Falling { .. })
            && peak.n.is_some_and(|n| self.peak_is_seen(n))
    }

    /// Whether the measured levels allow a peak at `n`: `n` lies between the levels around
    /// the highest that noise cannot tell from it, and the highest is not off the law.
    pub fn peak_is_seen(&self, n: f64) -> bool {
        let all = self.nodes().as_slice();
        let Some(best) = highest(all) else {
            return false;
        };
        let noise = self.noise_of_levels();
        let (from, until) = plateau(all, best, all[best].mean * (1.0 - tolerance(noise)));
        let ends = (from.saturating_sub(1), (until + 1).min(all.len() - 1));
        let law = self.law_value(all[best].n);
        let off = (all[best].mean / law).ln().abs();
        (all[ends.0].n..=all[ends.1].n).contains(&n) && off <= (2.0 * noise).max(SEEN_BY_EYE)
    }

    /// The measured N nearest to that of a node; the ends of the nodes are those of the data.
    fn nearest_measured(&self, n: f64) -> f64 {
        let (nodes, levels) = (self.nodes().as_slice(), self.levels().as_slice());
        let is_end =
            |node: Option<&Level>| node.is_some_and(|node| node.n.to_bits() == n.to_bits());
        let after = if is_end(nodes.last()) {
            levels.len()
        } else if is_end(nodes.first()) {
            0
        } else {
            levels.partition_point(|level| level.n < n)
        };
        let at = |index: Option<usize>| Some(levels.get(index?)?.n);
        match (at(after.checked_sub(1)), at(Some(after))) {
            (Some(low), Some(high)) if n - low < high - n => low,
            (_, Some(high)) => high,
            (Some(low), None) => low,
            (None, None) => n,
        }
    }

    /// Relative standard error of a level mean: from repeats, else from the roughness of the
    /// levels, or their scatter about the law where that is less (a bend is rough too). What
    /// differs by less than three of them is the same to [`Fit::shape`].
    pub fn noise_of_levels(&self) -> f64 {
        self.noise_of_means().unwrap_or_else(|| {
            let rough = roughness(self.nodes()).min(roughest(self.nodes().len()));
            self.scatter_about_law()
                .map_or(rough, |scatter| rough.min(scatter))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(pairs: &[(f64, f64)]) -> Shape {
        let levels = Levels::from_pairs(pairs.iter().copied()).unwrap();
        Shape::of(&levels, roughness(&levels).min(roughest(levels.len())))
    }

    #[test]
    fn a_knee_is_flat_from_the_corner_on() {
        let knee = [
            (1.0, 4501.0),
            (2.0, 8896.0),
            (4.0, 9016.0),
            (8.0, 9016.0),
            (16.0, 8994.0),
        ];
        let Shape::Flat { from, to, .. } = shape(&knee) else {
            panic!("{:?}", shape(&knee));
        };
        assert_eq!((from, to), (2.0, 16.0));
    }

    #[test]
    fn a_fall_is_told_by_its_factor_also_to_zero() {
        let fall = [(1.0, 2.0), (2.0, 4.0), (4.0, 1.4), (8.0, 1.1), (16.0, 0.25)];
        let Shape::Falling { peak, factor, .. } = shape(&fall) else {
            panic!();
        };
        assert_eq!((peak, factor), (2.0, Some(16.0)));
        let none = shape(&[(1.0, 2.0), (2.0, 4.0), (4.0, 0.0)]);
        assert!(matches!(none, Shape::Falling { factor: None, .. }));
    }

    #[test]
    fn noise_does_not_hide_a_rise_that_runs_through_every_size() {
        let sizes = [1.0_f64, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
        let rough = [1.1, 0.9, 1.12, 0.9, 1.08, 0.91, 1.1, 0.93];
        let pairs: Vec<(f64, f64)> = (sizes.iter().zip(rough))
            .map(|(n, noise)| (*n, 1e4 * n.powf(0.12) * noise))
            .collect();
        let levels = Levels::from_pairs(pairs).unwrap();
        let Shape::Flat { from, .. } = Shape::of(&levels, 0.15) else {
            panic!("{:?}", Shape::of(&levels, 0.15));
        };
        assert!(from > 1.0, "{from}");
        let flat = sizes.iter().zip(rough).map(|(n, noise)| (*n, 1e4 * noise));
        let levels = Levels::from_pairs(flat.collect::<Vec<_>>()).unwrap();
        assert!(matches!(
            Shape::of(&levels, 0.15),
            Shape::Flat { from: 1.0, .. }
        ));
    }

    #[test]
    fn a_plateau_holds_only_what_a_person_calls_alike() {
        // mysql on a disk array (Callaghan 2010): 480, 535, 690, 836, then a crash.
        let levels = Levels::from_pairs([
            (8.0, 480.0),
            (16.0, 535.0),
            (32.0, 690.0),
            (64.0, 836.0),
            (128.0, 130.0),
            (256.0, 34.0),
        ])
        .unwrap();
        let Shape::Falling { from, until, .. } = Shape::of(&levels, 0.15) else {
            panic!("{:?}", Shape::of(&levels, 0.15));
        };
        assert_eq!((from, until), (64.0, 64.0));
    }

    #[test]
    fn a_valley_that_ends_a_little_higher_is_still_a_fall() {
        let levels = Levels::from_pairs([
            (8.0, 24.5),
            (16.0, 27.9),
            (32.0, 28.4),
            (96.0, 16.4),
            (128.0, 17.5),
            (192.0, 21.1),
        ])
        .unwrap();
        assert_eq!(Shape::of(&levels, 0.09).name(), "falling");
    }

    #[test]
    fn what_wanders_by_more_than_its_noise_is_flat_between_two_throughputs() {
        let levels = Levels::from_pairs([
            (1.0, 5.2),
            (2.0, 4.3),
            (4.0, 4.25),
            (8.0, 5.4),
            (16.0, 4.7),
            (32.0, 5.8),
        ])
        .unwrap();
        let Shape::Flat {
            from,
            lowest,
            highest,
            ..
        } = Shape::of(&levels, 0.02)
        else {
            panic!("{:?}", Shape::of(&levels, 0.02));
        };
        assert_eq!((from, lowest, highest), (1.0, 4.25, 5.8));
    }

    #[test]
    fn two_last_levels_that_a_person_sees_rise_are_not_flat() {
        let rise = |last| {
            let pairs = [(64.0, 1.0), (128.0, 1.5), (256.0, 2.0), (512.0, last)];
            Shape::of(&Levels::from_pairs(pairs).unwrap(), 0.05).name()
        };
        assert_eq!((rise(2.2), rise(2.02)), ("levelling", "flat"));
    }

    #[test]
    fn what_rises_climbs_or_levels_whatever_the_units() {
        for (x, n) in [(1.0, 1.0), (1e300, 1e-3), (1e-300, 1e6)] {
            let scaled = |pairs: &[(f64, f64)]| -> Vec<(f64, f64)> {
                pairs.iter().map(|(a, b)| (a * n, b * x)).collect()
            };
            let up = scaled(&[(1.0, 1.0), (2.0, 1.9), (4.0, 3.5), (8.0, 6.0)]);
            assert_eq!(shape(&up).name(), "climbing");
            let level = scaled(&[(1.0, 1.0), (2.0, 1.6), (4.0, 2.1), (8.0, 2.35)]);
            assert_eq!(shape(&level).name(), "levelling");
        }
    }
}
