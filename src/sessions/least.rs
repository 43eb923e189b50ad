//! How long kept credentials must still be good to be given out.

use std::time::Duration;

/// The time, and whether somebody has asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Least {
    /// How long.
    pub time: Duration,
    /// Whether the user has said it, and it is to be kept where new credentials would keep it.
    pub said: bool,
}

/// What new credentials may be short of what is wanted: AWS's hour has begun when its answer comes, and a run that waited
/// for another takes what that has just got.
const SLACK: Duration = Duration::from_mins(1);

impl Least {
    /// A time that nobody has asked for.
    #[must_use]
    pub const fn usual(time: Duration) -> Self {
        Self { time, said: false }
    }

    /// Whether credentials that last so long can keep it when they are new.
    #[must_use]
    pub fn can_be_kept_by(self, life: Duration) -> bool {
        life + SLACK >= self.time
    }

    /// What is left at least of credentials that are given out and lasted `life` when they were new. Never more than half of
    /// it, so that not every run gets new ones; but what was asked for and can be had is given.
    #[must_use]
    pub fn of(self, life: Duration) -> Duration {
        if self.said && self.can_be_kept_by(life) {
            self.time.min(life.saturating_sub(SLACK))
        } else {
            self.time.min(life / 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_kept_where_new_credentials_would_keep_it() {
        let hours = |hours| Duration::from_hours(hours);
        let said = |time| Least { time, said: true };
        let rows = [
            (Least::usual(Duration::from_mins(5)), hours(1), 300),
            (Least::usual(hours(1)), hours(1), 1800),
            (said(hours(1)), hours(12), 3600),
            (said(hours(1)), hours(1), 3540),
            // AWS's hour has begun when its answer comes.
            (said(hours(1)), Duration::from_secs(3599), 3539),
            (said(hours(2)), hours(1), 1800),
        ];
        for (least, life, expected) in rows {
            assert_eq!(least.of(life).as_secs(), expected, "{least:?} of {life:?}");
        }
    }
}
