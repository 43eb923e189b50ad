//! The time that requests are signed with: this machine's, corrected by what AWS says where the two differ too much. And
//! AWS's own time, which every answer tells: by it credentials end.

use aws_smithy_async::time::TimeSource;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// A smaller difference is left alone: signatures are good for 5 minutes at most services, 15 at STS.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
const TOLERATED: i64 = 240;
/// Until when a signature can be dated, in seconds since 1970: the year 9999 is the last that has four digits.
const LAST: i64 = 253_402_214_400;

/// This machine's clock, and what AWS's last answer told of its own. Copies are one clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// How many seconds AWS is ahead, however few.
    ahead: Arc<AtomicI64>,
    /// The correction that was told of.
    told: Arc<AtomicI64>,
}

impl Clock {
    /// The time to sign with: AWS's where this machine's is too far from it.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        later(self.correction())
    }

    /// AWS's time, as its last answer told.
    #[must_use]
    pub fn of_aws(&self) -> SystemTime {
        later(self.ahead())
    }

    /// Takes the time of an answer's `Date` header; one that tells none changes nothing.
    pub fn hear(&self, date: Option<&str>) {
        if let Some(ahead) = date.and_then(difference) {
            self.ahead.store(ahead, Ordering::Relaxed);
        }
    }

    /// Whether the correction is another than this one, so that a signature would have another time.
    #[must_use]
    pub fn has_moved(&self, from: i64) -> bool {
        (self.correction() - from).abs() > TOLERATED
    }

    /// How many seconds AWS is ahead, as its last answer told.
    #[must_use]
    pub fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::Relaxed)
    }

    /// How far this machine's clock is off, in words, where AWS has told.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.ahead() {
            0 => "this machine's clock differs from AWS's".into(),
            ahead => describe(ahead),
        }
    }

    /// Warns that this machine's time is corrected, once: not when it is learned, for a manager or a person may have the
    /// terminal then.
    pub fn tell(&self) {
        let correction = self.correction();
        let told = self.told.swap(correction, Ordering::Relaxed);
        if correction != 0 && (told - correction).abs() > TOLERATED {
            crate::os::stdio::warn(&format!("aws-auth: warning: {}; signing with AWS's time", describe(correction)));
        }
    }

    /// Seconds to add to this machine's time to sign; none where AWS says that it is good enough.
    #[must_use]
    pub fn correction(&self) -> i64 {
        let ahead = self.ahead();
        if ahead.abs() > TOLERATED { ahead } else { 0 }
    }
}

/// This machine's time, so many seconds later.
fn later(seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}

/// How many seconds the server is ahead of this machine.
fn difference(date: &str) -> Option<i64> {
    let theirs = DateTime::from_str(date, Format::HttpDate).ok()?.secs();
    // What no clock shows is no time: the signer could not write it down.
    (0..LAST).contains(&theirs).then(|| theirs - DateTime::from(SystemTime::now()).secs())
}

/// A difference in words: `this machine's clock is 10 minutes behind AWS's (here …, AWS …)`.
fn describe(difference: i64) -> String {
    let side = if difference > 0 { "behind" } else { "ahead of" };
    let ours = DateTime::from(SystemTime::now()).secs();
    let show = |secs| DateTime::from_secs(secs).fmt(Format::DateTime).unwrap_or_default();
    let amount = match difference.unsigned_abs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3600),
    };
    format!("this machine's clock is {amount} {side} AWS's (here {}, AWS {})", show(ours), show(ours + difference))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r72_a_time_that_no_clock_shows_is_not_learned() {
        let clock = Clock::default();
        for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"]
        {
            clock.hear(Some(date));
            assert!(!clock.has_moved(0), "{date}");
        }
        clock.hear(Some("Thu, 30 Dec 9999 00:00:00 GMT"));
        assert!(clock.has_moved(0));
        assert!(DateTime::from(clock.now()).fmt(Format::DateTime).is_ok_and(|text| text.starts_with("9999-12-30")));
    }

    #[test]
    fn r72_the_correction_holds_until_an_answer_says_otherwise() {
        let clock = Clock::default();
        let date = |ahead: i64| {
            let then = DateTime::from_secs(DateTime::from(SystemTime::now()).secs() + ahead);
            then.fmt(Format::HttpDate).unwrap()
        };
        for (ahead, expected) in [(600, true), (-43_200, true), (100, false), (-1000, true), (0, false)] {
            clock.hear(Some(&date(ahead)));
            assert_eq!(clock.has_moved(0), expected, "{ahead}");
            clock.hear(None);
            clock.hear(Some("yesterday"));
            assert_eq!(clock.has_moved(0), expected, "an answer that tells no time");
        }
    }
}
