//! What the agent holds: entries in memory pages of their own, until they end.
//!
//! The pages are locked, so that they are never written to a disk, as far as the limit on locked memory lets us; where
//! it does not (rootless containers), they are as safe as the memory of any other program. They are wiped when they go.

use super::protocol::MOST;
use crate::os::moment::Moment;
use memmap2::MmapMut;
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};
use zeroize::Zeroize;

/// A piece of memory for secrets.
#[derive(Debug)]
struct Page(MmapMut);

impl Page {
    fn of(bytes: &[u8]) -> io::Result<Self> {
        let mut page = MmapMut::map_anon(bytes.len())?;
        // Before anything is in it. What the system refuses, it refuses.
        let _ = page.lock();
        page.copy_from_slice(bytes);
        Ok(Self(page))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// One entry. It ends by the clock that shows most: one stands still while the machine sleeps, another may be set.
#[derive(Debug)]
struct Kept {
    page: Page,
    came: Moment,
    left: Duration,
    end: Option<Instant>,
}

impl Kept {
    fn has_ended(&self, now: Moment, instant: Instant) -> bool {
        // In whole seconds, so that it may show one that has not passed.
        let by_clocks = now.since(self.came).is_none_or(|age| age > self.left);
        by_clocks || self.end.is_none_or(|end| instant >= end)
    }
}

/// All entries, by name.
#[derive(Debug, Default)]
pub struct Shelf {
    kept: BTreeMap<String, Kept>,
    /// Whether there has ever been one.
    pub was_used: bool,
}

impl Shelf {
    /// The bytes under `name`.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.kept.get(name).map(|kept| &*kept.page.0)
    }

    /// Keeps `bytes` under `name` for so long; whether there was room.
    pub fn put(&mut self, name: &str, bytes: &[u8], left: Duration) -> bool {
        if self.kept.len() >= MOST && !self.kept.contains_key(name) {
            return false;
        }
        let Ok(page) = Page::of(bytes) else { return false };
        let kept = Kept { page, came: Moment::now(), left, end: Instant::now().checked_add(left) };
        self.kept.insert(name.to_owned(), kept);
        self.was_used = true;
        true
    }

    /// Forgets the entry; whether there was one.
    pub fn forget(&mut self, name: &str) -> bool {
        self.kept.remove(name).is_some()
    }

    /// Forgets all; how many there were.
    pub fn clear(&mut self) -> usize {
        let count = self.kept.len();
        self.kept.clear();
        self.was_used = true;
        count
    }

    /// All names and bytes.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.kept.iter().map(|(name, kept)| (name.as_str(), &*kept.page.0))
    }

    /// Forgets what has ended.
    pub fn forget_ended(&mut self) {
        let (now, instant) = (Moment::now(), Instant::now());
        self.kept.retain(|_, kept| !kept.has_ended(now, instant));
    }

    /// Whether there is nothing any more.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How long the entry that ends first has left.
    pub fn next_end(&self) -> Option<Duration> {
        let now = Instant::now();
        self.kept.values().filter_map(|kept| kept.end).min().map(|end| end.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(of_day: u64, of_machine: u64) -> Moment {
        Moment { of_day: Duration::from_secs(of_day), of_machine: Duration::from_secs(of_machine) }
    }

    #[test]
    fn r89_an_entry_ends_by_whichever_clock_says_so() {
        let begin = Instant::now();
        let rows = [
            ("its time has come", at(4600, 3700), 3600, true),
            ("not yet", at(4599, 3699), 3599, false),
            ("the machine has slept, and one clock stood still", at(5000, 200), 100, true),
            ("nothing but the clock without sleep has gone on", at(1000, 100), 3600, true),
            ("the clock was set back", at(10, 3701), 100, true),
            ("the clock was set forward", at(99_999, 200), 100, true),
            ("another start of the machine", at(1001, 99), 1, true),
        ];
        for (what, now, seconds, ended) in rows {
            let left = Duration::from_hours(1);
            let kept = Kept { page: Page::of(b"x").unwrap(), came: at(1000, 100), left, end: Some(begin + left) };
            assert_eq!(kept.has_ended(now, begin + Duration::from_secs(seconds)), ended, "{what}");
        }
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let mut shelf = Shelf::default();
        for number in 0..MOST {
            assert!(shelf.put(&format!("{number:x}"), b"entry", Duration::from_mins(1)));
        }
        assert!(!shelf.put("ff", b"entry", Duration::from_mins(1)));
        assert!(shelf.put("0", b"other", Duration::from_mins(1)), "one that is kept already has its room");
        assert_eq!((shelf.get("0"), shelf.get("ff")), (Some(&b"other"[..]), None));
        assert!(shelf.forget("0") && !shelf.forget("0"));
        assert!(shelf.put("ff", b"entry", Duration::from_millis(1)));
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(shelf.next_end(), Some(Duration::ZERO));
        shelf.forget_ended();
        assert_eq!(shelf.get("ff"), None);
        assert_eq!((shelf.clear(), shelf.is_empty()), (MOST - 1, true));
    }
}
