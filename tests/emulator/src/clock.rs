//! The server's clock and the three ways AWS writes a time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime, Time};

/// The machine's clock plus an offset in seconds, which a test may move.
#[derive(Debug, Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    /// Seconds since 1970-01-01 UTC, as the server sees them.
    pub(crate) fn now(&self) -> i64 {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is after 1970");
        i64::try_from(machine.as_secs()).expect("seconds fit") + self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn set_offset(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

fn calendar(unix: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(unix).expect("a time within the years -9999 to 9999")
}

/// `2026-11-22T19:05:00Z`, as in `Expiration`.
pub(crate) fn iso8601(unix: i64) -> String {
    let at = calendar(unix);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
}

/// `20261122T190500Z`, as in `X-Amz-Date` and in the clock errors.
pub(crate) fn amz_date(unix: i64) -> String {
    iso8601(unix).replace(['-', ':'], "")
}

/// `Sun, 22 Nov 2026 19:05:00 GMT`, as in the `Date` header (RFC 9110 section 5.6.7).
pub(crate) fn http_date(unix: i64) -> String {
    let at = calendar(unix);
    let (weekday, month) = (at.weekday().to_string(), at.month().to_string());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} GMT", &weekday[..3], at.day(), &month[..3], at.year())
}

/// Reads `20261122T190500Z`; `None` for any other shape.
pub(crate) fn parse_amz_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
    if bytes.len() != 16 || !digits(0..8) || bytes[8] != b'T' || !digits(9..15) || bytes[15] != b'Z' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u8>().ok();
    let month = Month::try_from(number(4..6)?).ok()?;
    let date = Date::from_calendar_date(text[0..4].parse().ok()?, month, number(6..8)?).ok()?;
    let time = Time::from_hms(number(9..11)?, number(11..13)?, number(13..15)?).ok()?;
    Some(OffsetDateTime::new_utc(date, time).unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_in_three_forms() {
        assert_eq!(iso8601(1_795_374_300), "2026-11-22T19:05:00Z");
        assert_eq!(amz_date(1_795_374_300), "20261122T190500Z");
        assert_eq!(http_date(1_795_374_300), "Sun, 22 Nov 2026 19:05:00 GMT");
        assert_eq!(parse_amz_date("20261122T190500Z"), Some(1_795_374_300));
    }

    #[test]
    fn other_shapes_are_no_date() {
        for text in [
            "",
            "20261122T190500",
            "2026-11-22T19:05:00Z",
            "20261322T190500Z",
            "20261122T250000Z",
            "+0261122T190500Z",
            "2026112éT19050Z",
        ] {
            assert_eq!(parse_amz_date(text), None, "{text}");
        }
    }
}
