//! How much time has passed, whatever somebody does to the clock.

use super::system;
use rustix::time::clock_gettime;
use std::time::{Duration, SystemTime};

/// A moment, by two clocks, in whole seconds.
///
/// The clock of the day may be set, by a person or by the network; the time since the machine was started may not, but
/// stands still while a virtual machine is paused. What one of them misses the other one shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970.
    pub of_day: Duration,
    /// Since the machine was started, its sleep included.
    pub of_machine: Duration,
}

impl Moment {
    /// This one.
    #[must_use]
    pub fn now() -> Self {
        let day = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let machine = clock_gettime(system::MACHINE);
        Self {
            of_day: Duration::from_secs(day.as_secs()),
            of_machine: Duration::from_secs(u64::try_from(machine.tv_sec).unwrap_or_default()),
        }
    }

    /// How long ago `earlier` was, by the clock that shows more; none where it is a moment of another machine's, or of
    /// this one's before it was started anew.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Duration> {
        let by_machine = self.of_machine.checked_sub(earlier.of_machine)?;
        Some(by_machine.max(self.of_day.saturating_sub(earlier.of_day)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(of_day: u64, of_machine: u64) -> Moment {
        Moment { of_day: Duration::from_secs(of_day), of_machine: Duration::from_secs(of_machine) }
    }

    #[test]
    fn r89_a_clock_that_is_set_hides_no_time() {
        let rows = [
            ("nothing was set", at(1100, 200), Some(100)),
            ("set back", at(10, 200), Some(100)),
            ("set forward", at(9000, 200), Some(8000)),
            ("the machine was paused", at(1500, 110), Some(500)),
            ("started anew", at(1500, 99), None),
        ];
        for (what, now, expected) in rows {
            assert_eq!(now.since(at(1000, 100)), expected.map(Duration::from_secs), "{what}");
        }
        let now = Moment::now();
        assert_eq!(now.since(now), Some(Duration::ZERO));
    }
}
