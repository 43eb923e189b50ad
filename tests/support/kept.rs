//! The cache as a test sees it: the user's persistent keyring in the kernel, reached as the program reaches it.
//!
//! All tests of one user share that keyring, but the entries of each home have names of their own: what one test forgets,
//! no other loses. They are taken away when the test ends. A user who is not root has room for about twenty entries, so
//! that there one test at a time uses it.

use std::ffi::OsStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use linux_keyutils::{KeyRing, KeyRingIdentifier};

use super::{Home, tools};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Where an entry is: the key it is in, and the name at its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub key: String,
    pub name: String,
}

/// The cache of a home, switched on until this is dropped.
pub struct Kept<'h> {
    home: &'h Home,
    ring: KeyRing,
    _alone: Option<MutexGuard<'static, ()>>,
}

/// Switches the cache on for this home; `None` (and a word about it) where the kernel has no such keyring.
pub fn on(home: &Home) -> Option<Kept<'_>> {
    if cfg!(aws_auth_portable) {
        tools::cannot_run("the portable build keeps nothing in the kernel's keyring");
        return None;
    }
    let Ok(ring) = KeyRing::get_persistent(KeyRingIdentifier::Process) else {
        tools::not_run("the kernel gives no persistent keyring");
        return None;
    };
    let alone =
        (!rustix::process::geteuid().is_root()).then(|| ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner));
    home.unset("AWS_AUTH_NO_CACHE");
    Some(Kept { home, ring, _alone: alone })
}

impl Kept<'_> {
    /// The entries of this home: where they are, and their content.
    pub fn entries(&self) -> Vec<(Place, Vec<u8>)> {
        let places = self.home.env()[OsStr::new("AWS_AUTH_TEST_PLACES")].clone();
        let read = |number: u8| {
            let key = format!("aws-auth:{}:{number:02x}", places.display());
            let whole = self.ring.search(&key).ok()?.read_to_vec().ok()?;
            let end = whole.iter().position(|byte| *byte == b'\n')?;
            let name = String::from_utf8(whole[..end].to_vec()).ok()?;
            Some((Place { key, name }, whole[end + 1..].to_vec()))
        };
        (0..=u8::MAX).filter_map(read).collect()
    }

    /// The only entry of this home.
    #[track_caller]
    pub fn entry(&self) -> (Place, Vec<u8>) {
        let mut entries = self.entries();
        assert_eq!(entries.len(), 1, "entries of this home");
        entries.remove(0)
    }

    /// Puts other content into an entry.
    pub fn replace(&self, place: &Place, content: &[u8]) {
        let whole = [place.name.as_bytes(), b"\n", content].concat();
        self.ring.add_key(&place.key, &whole).unwrap_or_else(|error| panic!("{place:?} can be replaced: {error:?}"));
    }

    /// The key in which an entry is.
    #[cfg_attr(aws_auth_portable, expect(dead_code, reason = "used by tests of the keyring alone"))]
    pub fn key(&self, place: &Place) -> linux_keyutils::Key {
        self.ring.search(&place.key).unwrap_or_else(|error| panic!("{place:?} is there: {error:?}"))
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        for (place, _) in self.entries() {
            if let Ok(key) = self.ring.search(&place.key) {
                let _ = key.invalidate();
            }
        }
    }
}
