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

/// More seconds than a month has are no test.
const MOST_SECONDS: usize = 3_000_000;

/// Counts single operations by the second they ended in.
#[derive(Debug, Default)]
pub(crate) struct Seconds(BTreeMap<i64, Sums>);

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
        if self.0.len() >= MOST_SECONDS {
            return Err(Error::data("more than 3 million seconds in one run", ""));
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        Ok(self.0.entry(time.floor() as i64).or_default())
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

    /// Hands on the steady seconds. The first and the last are not whole.
    ///
    /// # Errors
    /// As [`Emitter::emit`].
    pub(crate) fn emit(self, rows: &mut Emitter<'_, '_>) -> Result<(), Error> {
        let all: f64 = self.0.values().map(|sums| sums.count).sum();
        let failed: f64 = self.0.values().map(|sums| sums.failed).sum();
        rows.failed_share(all, failed);
        let mut n = None;
        let mut seconds = Vec::new();
        for sums in self.0.values() {
            n = sums.n.or(n);
            let Some(n) = n else { continue };
            seconds.push(Second {
                n,
                throughput: (sums.count - sums.failed).max(0.0),
                latency: (sums.timed > 0.0).then(|| sums.waited / sums.timed),
                line: 0,
            });
        }
        let whole = match seconds.as_slice() {
            [_, whole @ .., _] if !whole.is_empty() => whole,
            few => few,
        };
        emit_steady(whole, 1, rows)
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
