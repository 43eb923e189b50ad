//! The store on Linux: the user's persistent keyring in the kernel.
//!
//! Its keys are in no file, belong to the user across logins, and end by themselves. A process reaches it by linking it
//! to its own keyring. A kernel without it, a container that forbids it, a full quota: all of these are "no cache".
//! Source: <https://man7.org/linux/man-pages/man7/persistent-keyring.7.html>
//!
//! Other programs keep keys there too, and ours must be found among them without a look at theirs. So ours are called
//! by number, `aws-auth:00` to `aws-auth:ff`: whoever tries all of these has seen all that we keep. An entry's name
//! decides where it is looked for, and stands at its head.

use super::put::Put;
use crate::os::environment;
use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier};
use std::time::Duration;

/// How many entries an entry's name lets it be. A user's quota holds about ten in all, so that one is always free; but
/// root's holds thousands.
const WAYS: u8 = 16;

/// How many bytes of the quota are left to others. A process needs some before it reaches the keyring at all, and has
/// ended for a moment before the kernel has them back.
const ROOM: [u8; 512] = [0; 512];

/// How long that moment is waited for.
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(1), Duration::from_millis(5), Duration::from_millis(20)];

/// The user's persistent keyring.
#[derive(Debug)]
pub struct Keyring {
    ring: KeyRing,
    /// What is before the numbers of our keys.
    ours: String,
}

/// Where an entry is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u8);

impl Place {
    /// The places that an entry of this name can have, the likeliest first. A name is of hexadecimal digits.
    fn of(name: &str) -> impl Iterator<Item = Self> {
        let first = name.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or_default();
        (0..WAYS).map(move |way| Self(first.wrapping_add(way)))
    }
}

impl Keyring {
    /// Opens it, if there is one and it lets itself be searched.
    pub fn open() -> Option<Self> {
        for pause in PAUSES {
            std::thread::sleep(pause);
            match KeyRing::get_persistent(KeyRingIdentifier::Process) {
                Ok(ring) => return Some(Self::in_ring(ring)),
                Err(KeyError::QuotaExceeded) => {}
                Err(_) => return None,
            }
        }
        None
    }

    fn in_ring(ring: KeyRing) -> Self {
        // The tests' homes are all of one user, and `logout` of one would forget what the others keep.
        let apart = if cfg!(debug_assertions) { environment::os("AWS_AUTH_TEST_PLACES") } else { None };
        let ours = apart.map_or_else(|| "aws-auth:".to_owned(), |apart| format!("aws-auth:{}:", apart.display()));
        Self { ring, ours }
    }

    fn description(&self, place: Place) -> String {
        format!("{}{:02x}", self.ours, place.0)
    }

    /// The bytes under `name`.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        Place::of(name).find_map(|place| self.at(place, name))
    }

    /// Keeps `bytes` under `name` for so long.
    pub fn put(&self, name: &str, bytes: &[u8], left: Duration) -> Put {
        let content = [name.as_bytes(), b"\n", bytes].concat();
        let mut places: Vec<Place> = Place::of(name).collect();
        // Its own place, then those that are free; another entry gives way only where there is neither.
        places.sort_by_cached_key(|place| match self.read(*place) {
            Some(kept) if strip(&kept, name).is_some() => 0,
            None => 1,
            Some(_) => 2,
        });
        for place in places {
            match self.write(place, &content, left) {
                Put::Full => return Put::Full,
                // Another process may have taken the same place at the same moment.
                Put::Kept if self.at(place, name).is_some() => return Put::Kept,
                Put::Kept | Put::Refused(_) => {}
            }
        }
        refused()
    }

    fn write(&self, place: Place, content: &[u8], left: Duration) -> Put {
        let room = match room() {
            Ok(room) => room,
            Err(KeyError::QuotaExceeded) => return Put::Full,
            Err(_) => return refused(),
        };
        let put = self.write_all(place, content, left);
        // That much is free again at once; the rest of it ends with this thread.
        let _ = room.update(&[0_u8]);
        put
    }

    fn write_all(&self, place: Place, content: &[u8], left: Duration) -> Put {
        let key = match self.ring.add_key(&self.description(place), content) {
            Ok(key) => key,
            Err(KeyError::QuotaExceeded) => return Put::Full,
            Err(_) => return refused(),
        };
        let seconds = usize::try_from(left.as_secs().max(1)).unwrap_or(usize::MAX);
        // Without a limit in time the entry must not stay.
        if key.set_timeout(seconds).is_err() {
            let _ = key.invalidate();
            return refused();
        }
        Put::Kept
    }

    /// Forgets the entry under `name` now.
    pub fn forget(&self, name: &str) {
        for place in Place::of(name).filter(|place| self.at(*place, name).is_some()) {
            self.clear(place);
        }
    }

    /// Forgets whatever is there.
    pub fn clear(&self, place: Place) {
        if let Some(key) = self.key(place) {
            // The kernel takes some milliseconds to free what an invalid key held; what a small one holds is little.
            let _ = key.update(&[0_u8]);
            let _ = key.invalidate();
        }
    }

    /// Everything that is kept: where, and the bytes, if they can be read.
    pub fn all(&self) -> Vec<(Place, Option<Vec<u8>>)> {
        let places = (0..=u8::MAX).map(Place).filter(|place| self.key(*place).is_some());
        places.map(|place| (place, self.read(place).as_deref().and_then(without_name))).collect()
    }

    fn key(&self, place: Place) -> Option<Key> {
        self.ring.search(&self.description(place)).ok()
    }

    fn read(&self, place: Place) -> Option<Vec<u8>> {
        self.key(place)?.read_to_vec().ok()
    }

    fn at(&self, place: Place, name: &str) -> Option<Vec<u8>> {
        strip(&self.read(place)?, name).map(<[u8]>::to_vec)
    }
}

/// Takes what is to stay free, for this thread.
fn room() -> Result<Key, KeyError> {
    KeyRing::from_special_id(KeyRingIdentifier::Thread, true)?.add_key("aws-auth:room", &ROOM)
}

fn refused() -> Put {
    Put::Refused("the kernel refuses".into())
}

fn strip<'a>(content: &'a [u8], name: &str) -> Option<&'a [u8]> {
    content.strip_prefix(name.as_bytes())?.strip_prefix(b"\n")
}

fn without_name(content: &[u8]) -> Option<Vec<u8>> {
    let end = content.iter().position(|byte| *byte == b'\n')?;
    Some(content[end + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name that begins like all others of this test, so that they want the same places.
    fn name(number: u32) -> String {
        format!("fa{number:062x}")
    }

    #[test]
    fn entries_that_want_one_place_are_kept_beside_each_other_and_never_mixed_up() {
        // A keyring of this thread: nobody else sees it, and it ends with it.
        let Ok(ring) = KeyRing::from_special_id(KeyRingIdentifier::Thread, true) else {
            return crate::os::stdio::note("NOT RUN: the kernel gives no keyring");
        };
        let store = Keyring::in_ring(ring);
        let put = |number: u32| store.put(&name(number), &number.to_be_bytes(), Duration::from_mins(1));
        let got = |number: u32| store.get(&name(number)).map(|bytes| bytes == number.to_be_bytes());
        for number in 0..u32::from(WAYS) {
            assert_eq!(put(number), Put::Kept);
        }
        assert!((0..u32::from(WAYS)).all(|number| got(number) == Some(true)));
        // One that is kept again takes no second place; one too many takes the place of one other.
        assert_eq!((put(3), store.all().len()), (Put::Kept, 16));
        assert_eq!((put(99), got(99), store.all().len()), (Put::Kept, Some(true), 16));
        assert_eq!((0..u32::from(WAYS)).filter(|number| got(*number) == Some(true)).count(), 15);
        store.forget(&name(99));
        assert_eq!((got(99), store.all().len()), (None, 15));
        for (place, bytes) in store.all() {
            assert_eq!(bytes.map(|bytes| bytes.len()), Some(4));
            store.clear(place);
        }
        assert!(store.all().is_empty());
    }
}
