//! The time that requests are signed with: this machine's, corrected by what AWS says where the two differ too much. And
//! AWS's own time, which every answer tells: by it credentials end.

use aws_sdk_sts::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
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

/// This machine's clock and the correction learned from AWS.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Seconds to add.
    correction: Arc<AtomicI64>,
    /// What was told of it.
    told: Arc<AtomicI64>,
    /// How many seconds AWS was ahead in its last answer, however few.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The corrected time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        later(self.correction.load(Ordering::Relaxed))
    }

    /// AWS's time, as its last answer told.
    #[must_use]
    pub fn of_aws(&self) -> SystemTime {
        later(self.ahead.load(Ordering::Relaxed))
    }

    /// Takes the time of an answer's `Date` header. Whether that corrects this machine's.
    #[must_use]
    pub fn learn(&self, date: Option<&str>) -> bool {
        let Some(difference) = self.hear(date).filter(|seconds| seconds.abs() > TOLERATED) else { return false };
        self.correction.store(difference, Ordering::Relaxed);
        true
    }

    /// Says that this machine's time is corrected, once: not when it is learned, for a manager or a person may have the
    /// terminal then.
    pub fn tell(&self) {
        let correction = self.correction.load(Ordering::Relaxed);
        if (self.told.swap(correction, Ordering::Relaxed) - correction).abs() > TOLERATED {
            crate::os::stdio::note(&format!("aws-auth: {}; signing with AWS's time", describe(correction)));
        }
    }

    /// Notes AWS's time. How far it is ahead.
    fn hear(&self, date: Option<&str>) -> Option<i64> {
        let ahead = date.and_then(difference)?;
        self.ahead.store(ahead, Ordering::Relaxed);
        Some(ahead)
    }
}

/// This machine's time, so many seconds later.
fn later(seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
}

/// Hears the time that each answer tells.
impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "Clock"
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.hear(context.response().headers().get("date"));
        Ok(())
    }
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
        seconds => format!("{} minutes", seconds / 60),
    };
    format!("this machine's clock is {amount} {side} AWS's (here {}, AWS {})", show(ours), show(ours + difference))
}

/// The difference that a `Date` header tells, in words.
pub fn describe_date(date: Option<&str>) -> String {
    date.and_then(difference).map_or_else(|| "this machine's clock differs from AWS's".into(), describe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r72_a_time_that_no_clock_shows_is_not_learned() {
        let clock = Clock::default();
        for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 0000 00:00:00 GMT", "Wed, 31 Dec 1969 23:59:59 GMT"]
        {
            assert!(!clock.learn(Some(date)), "{date}");
        }
        assert!(clock.learn(Some("Thu, 30 Dec 9999 00:00:00 GMT")));
        assert!(DateTime::from(clock.now()).fmt(Format::DateTime).is_ok_and(|text| text.starts_with("9999-12-30")));
    }
}
