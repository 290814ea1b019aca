//! Measurements a second while the load goes up in steps.

use super::emitter::Emitter;
use crate::data::Row;
use crate::error::Error;
use std::collections::BTreeMap;

/// What happened in one second.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Second {
    /// N in this second.
    pub(crate) n: f64,
    /// Operations that ended in this second, less those that failed.
    pub(crate) throughput: f64,
    /// Their mean latency in seconds.
    pub(crate) latency: Option<f64>,
    /// Line of the input, 0 where it means nothing.
    pub(crate) line: u64,
}

/// Hands on the seconds of every step, without its first `settle` ones. Where N never stays,
/// every second counts, with a remark.
///
/// # Errors
/// As [`Emitter::emit`].
pub(crate) fn emit_steady(
    seconds: &[Second],
    settle: usize,
    rows: &mut Emitter<'_, '_>,
) -> Result<(), Error> {
    let mut since = 0;
    let mut steady = vec![false; seconds.len()];
    for at in 0..seconds.len() {
        if at > 0 && seconds[at].n.to_bits() != seconds[at - 1].n.to_bits() {
            since = at;
        }
        steady[at] = at - since >= settle;
    }
    let any = steady.contains(&true);
    rows.remark(if any {
        format!("one run a second; the first {settle} s of every N left out")
    } else {
        "one run a second; N never stays, so the ramp is included".to_owned()
    });
    for (second, steady) in seconds.iter().zip(steady) {
        if any && !steady {
            rows.skip();
            continue;
        }
        rows.emit(
            "",
            Row {
                latency: second.latency,
                line: second.line,
                ..Row::run(Some(second.n), second.throughput)
            },
        )?;
    }
    Ok(())
}

/// More tenths of a second than a month has are no test.
const MOST_TENTHS: usize = 30_000_000;
/// A run of up to so many tenths of a second is counted from its first operation on, because a
/// second of the clock begins anywhere in it.
const SHORT: i64 = 55;

/// Counts single operations by the tenth of a second they ended in.
#[derive(Debug, Default)]
pub(crate) struct Seconds {
    tenths: BTreeMap<i64, Sums>,
    /// A time was not a whole second, so that tenths mean something.
    fine: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: Option<f64>,
    count: f64,
    failed: f64,
    waited: f64,
    timed: f64,
}

impl Seconds {
    fn at(&mut self, time: f64) -> Result<&mut Sums, Error> {
        // The year 3000 in seconds, so that the cast is exact.
        if !(0.0..3.25e10).contains(&time) {
            return Err(Error::data(
                format!("{time} is no time in seconds since 1970"),
                "",
            ));
        }
        if self.tenths.len() >= MOST_TENTHS {
            return Err(Error::data("more than 3 million seconds in one run", ""));
        }
        self.fine |= time.fract() > 0.0;
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        Ok(self.tenths.entry((time * 10.0).floor() as i64).or_default())
    }

    /// N was this at a time.
    pub(crate) fn size(&mut self, time: f64, n: f64) -> Result<(), Error> {
        self.at(time)?.n = Some(n);
        Ok(())
    }

    /// So many operations ended.
    pub(crate) fn count(&mut self, time: f64, operations: f64) -> Result<(), Error> {
        self.at(time)?.count += operations;
        Ok(())
    }

    /// So many of them failed.
    pub(crate) fn failed(&mut self, time: f64, operations: f64) -> Result<(), Error> {
        self.at(time)?.failed += operations;
        Ok(())
    }

    /// One of them took so many seconds.
    pub(crate) fn latency(&mut self, time: f64, latency: f64) -> Result<(), Error> {
        let sums = self.at(time)?;
        sums.waited += latency;
        sums.timed += 1.0;
        Ok(())
    }

    /// Hands on the steady seconds. The first and the last second of the clock are not whole; a
    /// run of a few seconds is counted from its first operation on.
    ///
    /// # Errors
    /// As [`Emitter::emit`].
    pub(crate) fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let all: f64 = self.tenths.values().map(|sums| sums.count).sum();
        let failed: f64 = self.tenths.values().map(|sums| sums.failed).sum();
        rows.failed_share(all, failed);
        let busy = |(tenth, sums): (&i64, &Sums)| (sums.count > 0.0).then_some(*tenth);
        let first = self.tenths.iter().find_map(busy);
        let last = self.tenths.iter().rev().find_map(busy);
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(());
        };
        if self.fine && last - first < SHORT {
            return self.emit_short(first, last + 1 - first, rows);
        }
        let mut by_clock: BTreeMap<i64, Sums> = BTreeMap::new();
        for (tenth, sums) in &self.tenths {
            by_clock.entry(tenth.div_euclid(10)).or_default().add(sums);
        }
        if by_clock.len() == 2 && !self.fine {
            // A run of about a second, whose clock ticked once.
            let mut both = Sums::default();
            for sums in by_clock.values() {
                both.add(sums);
            }
            return rows.emit("", both.row(None));
        }
        let mut n = None;
        let mut seconds = Vec::new();
        for sums in by_clock.values() {
            n = sums.n.or(n);
            let Some(n) = n else { continue };
            let row = sums.row(Some(n));
            seconds.push(Second {
                n,
                throughput: row.throughput,
                latency: row.latency,
                line: 0,
            });
        }
        let whole = match seconds.as_slice() {
            [_, whole @ .., _] if !whole.is_empty() => whole,
            few => few,
        };
        emit_steady(whole, 1, rows)
    }

    /// The whole seconds of a short run; what is left behind the last one belongs to it where
    /// it is no more than a tenth.
    fn emit_short(self, first: i64, length: i64, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let whole = if length % 10 == 9 {
            length / 10 + 1
        } else {
            (length / 10).max(1)
        };
        let tail = length - 10 * whole;
        let known = self.tenths.values().find_map(|sums| sums.n);
        let mut seconds = vec![Sums::default(); usize::try_from(whole).unwrap_or(1)];
        for (tenth, sums) in &self.tenths {
            let mut at = (tenth - first).div_euclid(10).max(0);
            if at >= whole && tail <= 1 {
                at = whole - 1;
            }
            if let Some(second) = usize::try_from(at).ok().and_then(|at| seconds.get_mut(at)) {
                second.add(sums);
            }
        }
        rows.remark("one run a second, counted from the first operation on");
        // Shorter than a second: over the time there was.
        let part = if length < 9 {
            length as f64 / 10.0
        } else {
            1.0
        };
        let mut n = known;
        for sums in &seconds {
            n = sums.n.or(n);
            let row = sums.row(n);
            rows.emit(
                "",
                Row {
                    throughput: row.throughput / part,
                    ..row
                },
            )?;
        }
        Ok(())
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.n = other.n.or(self.n);
        self.count += other.count;
        self.failed += other.failed;
        self.waited += other.waited;
        self.timed += other.timed;
    }

    /// What happened in a second, at the N that is known or else this one.
    fn row(&self, n: Option<f64>) -> Row {
        Row {
            latency: (self.timed > 0.0).then(|| self.waited / self.timed),
            ..Row::run(self.n.or(n), (self.count - self.failed).max(0.0))
        }
    }
}

/// Seconds since 1970 of `2024-05-01T12:00:00.25+02:00`, or of a plain number.
pub(crate) fn instant(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(seconds) = super::text::number(text) {
        return Some(seconds);
    }
    let (date, clock) = text.split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    if !(1970..3000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let zone_at = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone_at);
    let offset = match zone.get(1..).and_then(|zone| zone.split_once(':')) {
        Some((hours, minutes)) => {
            let seconds = hours.parse::<f64>().ok()? * 3600.0 + minutes.parse::<f64>().ok()? * 60.0;
            if zone.starts_with('-') {
                -seconds
            } else {
                seconds
            }
        }
        None => 0.0,
    };
    let mut clock = clock.splitn(3, ':').map(super::text::number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days since 1970, counting years from March so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (since_march * 306 + 5) / 10 + day
        - 719_469;
    Some(days as f64 * 86_400.0 + hour * 3600.0 + minute * 60.0 + second - offset)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn instants_agree_with_the_date_command() {
        // date -u -d … +%s
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2000-02-29T12:00:00.5Z", 951_825_600.5),
            ("2026-11-24T06:03:25Z", 1_795_500_205.0),
            ("2026-11-24T06:03:25+02:00", 1_795_493_005.0),
            ("1795500205", 1_795_500_205.0),
        ] {
            let found = instant(text).unwrap();
            assert!((found - seconds).abs() < 1e-6, "{text}: {found}");
        }
        for bad in [
            "",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-01-01",
            "T",
            "--T::",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
