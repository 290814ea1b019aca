//! The time of day, as files and tables write it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970, UTC.
pub(super) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

/// `2026-11-24T13:47:50.123Z`.
pub(super) fn iso(seconds: f64) -> String {
    let (year, month, day, of_day) = civil(seconds);
    let whole = of_day.floor();
    let millis = ((of_day - whole) * 1000.0).floor();
    let (hour, minute, second) = (whole / 3600.0, whole / 60.0 % 60.0, whole % 60.0);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02.0}:{:02.0}:{second:02.0}.{millis:03.0}Z",
        hour.floor(),
        minute.floor()
    )
}

/// `2026-11-24-134750`, for the name of a file.
pub(super) fn stamp(seconds: f64) -> String {
    let iso = iso(seconds);
    format!("{}-{}", &iso[..10], iso[11..19].replace(':', ""))
}

/// Year, month, day, and seconds of the day.
///
/// # References
/// H. Hinnant, "chrono-compatible low-level date algorithms", 2013, `civil_from_days`.
fn civil(seconds: f64) -> (i64, i64, i64, f64) {
    let days = (seconds / 86_400.0).floor();
    let of_day = seconds - days * 86_400.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and far below 2⁵³")]
    let shifted = days as i64 + 719_468; // from March 1st of the year 0
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day, of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values from GNU date -u -d @SECONDS.
    #[test]
    fn dates_as_the_calendar_has_them() {
        for (seconds, expected) in [
            (0.0, "1970-01-01T00:00:00.000Z"),
            (951_782_400.0, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199.5, "2024-02-29T23:59:59.500Z"),
            (4_102_444_800.0, "2100-01-01T00:00:00.000Z"),
            (1_795_527_870.0, "2026-11-24T13:44:30.000Z"),
        ] {
            assert_eq!(iso(seconds), expected);
        }
        assert_eq!(stamp(1_795_527_870.0), "2026-11-24-134430");
    }
}
