//! Room in a store that is full: what ends soonest makes it.

use super::entry::Entry;
use super::store::Put;
use crate::os::moment::Moment;
use std::time::Duration;

/// How many entries may make room for one. The kernel's quota for a user holds about ten.
/// Source: <https://man7.org/linux/man-pages/man7/keyrings.7.html>
const MOST_DROPPED: usize = 64;

/// How long what was dropped is waited for: the kernel frees most of it at once, and the rest in its own time.
const FREEING: [Duration; 3] = [Duration::from_millis(1), Duration::from_millis(5), Duration::from_millis(20)];

/// Puts something in, and drops what ends soonest as long as there is no room for it. `drop_soonest` says whether there was
/// anything to drop, and `wait` lets a time pass.
pub fn put_in(mut put: impl FnMut() -> Put, mut drop_soonest: impl FnMut() -> bool, wait: impl Fn(Duration)) -> Put {
    let mut done = put();
    for _ in 0..MOST_DROPPED {
        if done != Put::Full || !drop_soonest() {
            break;
        }
        done = put();
        for pause in FREEING {
            if done == Put::Full {
                wait(pause);
                done = put();
            }
        }
    }
    done
}

/// The place of what ends soonest; what has ended is first.
pub fn soonest<P>(entries: impl Iterator<Item = (P, Entry)>, now: Moment) -> Option<P> {
    entries.min_by_key(|(_, entry)| entry.left(now)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::TemporaryCredentials;
    use std::cell::{Cell, RefCell};

    /// What becomes of an entry that a store takes after `room` entries were dropped and it was asked `asked` times, of
    /// `held` that it holds; how many were dropped, and the pauses in milliseconds.
    fn put(room: usize, asked: usize, held: usize, says: &Put) -> (Put, usize, Vec<u128>) {
        let (times, dropped, pauses) = (Cell::new(0), Cell::new(0), RefCell::new(Vec::new()));
        let put = || {
            times.set(times.get() + 1);
            if dropped.get() >= room && times.get() >= asked { says.clone() } else { Put::Full }
        };
        let drop_soonest = || {
            let has_one = dropped.get() < held;
            dropped.set(dropped.get() + usize::from(has_one));
            has_one
        };
        let done = put_in(put, drop_soonest, |pause| pauses.borrow_mut().push(pause.as_millis()));
        (done, dropped.get(), pauses.into_inner())
    }

    #[test]
    fn no_more_makes_room_than_has_to() {
        let kept = Put::Kept;
        assert_eq!(put(0, 1, 9, &kept), (Put::Kept, 0, vec![]), "there is room");
        assert_eq!(put(1, 1, 9, &kept), (Put::Kept, 1, vec![]), "one is enough, at once");
        assert_eq!(put(1, 3, 9, &kept), (Put::Kept, 1, vec![1]), "its room is free a little later");
        assert_eq!(put(1, 5, 9, &kept), (Put::Kept, 1, vec![1, 5, 20]));
        assert_eq!(put(2, 1, 9, &kept), (Put::Kept, 2, vec![1, 5, 20]), "one is not enough");
    }

    #[test]
    fn what_can_never_be_kept_costs_nothing_or_comes_to_an_end() {
        let refused = Put::Refused("it is too large".into());
        assert_eq!(put(0, 1, 9, &refused), (refused.clone(), 0, vec![]));
        assert_eq!(put(9, 1, 0, &Put::Kept), (Put::Full, 0, vec![]), "there is nothing to drop");
        let (done, dropped, _) = put(usize::MAX, 1, usize::MAX, &Put::Kept);
        assert_eq!((done, dropped), (Put::Full, MOST_DROPPED));
    }

    #[test]
    fn what_has_ended_goes_first_and_then_what_ends_soonest() {
        let at = |seconds| Moment { of_day: Duration::from_secs(seconds), of_machine: Duration::from_secs(seconds) };
        let entry = |hours| {
            let left = Duration::from_hours(hours);
            let end = Some("2038-01-19T03:14:08Z".into());
            let credentials =
                TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", &"t".repeat(40), &"u".repeat(200), end, left);
            let entry = Entry::new(&credentials.unwrap(), "AKIAIOSFODNN7EXAMPLE", None, "pass \"work\"".into());
            Entry { got: at(1000), ..entry }
        };
        let entries = || [("a day", entry(24)), ("an hour", entry(1)), ("a shift", entry(8))].into_iter();
        assert_eq!(soonest(entries(), at(1000)), Some("an hour"));
        assert_eq!(soonest(entries().filter(|(name, _)| *name != "an hour"), at(1000)), Some("a shift"));
        let ended = [("good", entry(2)), ("ended", entry(1))].into_iter();
        assert_eq!(soonest(ended, at(1000 + 3700)), Some("ended"));
        assert_eq!(soonest(std::iter::empty::<(&str, Entry)>(), at(0)), None);
    }
}
