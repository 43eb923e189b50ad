//! The time of day as a clock on this machine's wall shows it.

use super::{environment, file};
use std::path::Path;
use std::time::{Duration, SystemTime};
use tz::{DateTime, TimeZone, TimeZoneSettings};

/// The largest file of a time zone that is read, in bytes; those of the time zone database have under 4 KiB.
const LARGEST: usize = 64 * 1024;
/// How a time zone is found: what `TZ` names, else the machine's own, as the C library does.
/// Source: <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_03>
const ZONES: TimeZoneSettings<'_> = TimeZoneSettings::new(TimeZoneSettings::DEFAULT_DIRECTORIES, |path| {
    file::read(Path::new(path), LARGEST).map_err(Into::into)
});
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A moment, in seconds since 1970, as a time of today with its zone, `12:08 CET`; of another day, with that before it.
#[must_use]
pub fn time_of_day(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    shown(&local(), seconds, i64::try_from(now).unwrap_or_default())
}

fn local() -> TimeZone {
    let named = environment::os("TZ").and_then(|name| name.into_string().ok());
    let found = named.map_or_else(|| ZONES.parse_local(), |name| ZONES.parse_posix_tz(&name));
    found.unwrap_or_else(|_| TimeZone::utc())
}

fn shown(zone: &TimeZone, seconds: i64, now: i64) -> String {
    let at = |seconds| DateTime::from_timespec(seconds, 0, zone.as_ref());
    let (Ok(then), Ok(now)) = (at(seconds), at(now)) else { return "a time that cannot be shown".to_owned() };
    let day = |time: &DateTime| (time.year(), time.year_day());
    let name = then.local_time_type().time_zone_designation();
    // Zones without a name of their own are called by what they are ahead.
    let name = if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name.to_owned() };
    let name = if name.is_empty() { "UTC".to_owned() } else { name };
    let time = format!("{:02}:{:02} {name}", then.hour(), then.minute());
    if day(&then) == day(&now) { time } else { format!("{} {time}", DAYS[usize::from(then.week_day() % 7)]) }
}

/// An age in whole days, in words.
#[must_use]
pub fn days(count: u64) -> String {
    match count {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

/// A time that lasts, in words: `59 min`, `11 h 59 min`, `2 h`, `40 s`.
#[must_use]
pub fn lasting(time: Duration) -> String {
    let (seconds, minutes, hours) = (time.as_secs(), time.as_secs() / 60, time.as_secs() / 3600);
    match (hours, minutes % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_as_a_clock_on_the_wall_shows_it() {
        // 2026-11-28 11:08:00 UTC, a Saturday.
        let noon = 1_795_864_080;
        let rows = [
            ("CET-1CEST,M3.5.0,M10.5.0/3", noon, "12:08 CET"),
            ("CET-1CEST,M3.5.0,M10.5.0/3", noon + 13 * 3600, "Sun 01:08 CET"),
            // In summer.
            ("CET-1CEST,M3.5.0,M10.5.0/3", noon - 150 * 86_400, "Wed 13:08 CEST"),
            ("<-03>3", noon, "08:08 UTC-03"),
            ("UTC0", noon, "11:08 UTC"),
        ];
        for (zone, at, expected) in rows {
            assert_eq!(shown(&ZONES.parse_posix_tz(zone).unwrap(), at, noon), expected, "{zone}");
        }
        assert!(ZONES.parse_posix_tz("/dev/zero").is_err() && ZONES.parse_posix_tz(":/etc").is_err());
    }

    #[test]
    fn what_lasts_is_told_in_two_units_at_most() {
        for (seconds, expected) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (43_199, "11 h 59 min")]
        {
            assert_eq!(lasting(Duration::from_secs(seconds)), expected);
        }
    }
}
