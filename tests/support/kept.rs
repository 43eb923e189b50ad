//! The cache as a test sees it: the user's persistent keyring in the kernel, reached as the program reaches it.
//!
//! All tests of one user share that keyring. A test knows its own entries by the sessions that its own STS issued, and
//! takes them away when it ends; no other test can meet them, because the home and the endpoint are parts of an entry's
//! name. A user who is not root has room for about twenty entries, so that there one test at a time uses it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use linux_keyutils::{KeyRing, KeyRingIdentifier};

use super::{Home, tools};

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Where an entry is: the key it is in, and the name at its head.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub key: String,
    pub name: String,
}

/// The cache of a home, switched on until this is dropped.
pub struct Kept<'h> {
    home: &'h Home,
    ring: KeyRing,
    /// Entries whose content a test has replaced: they no longer say whose they are.
    replaced: Mutex<BTreeSet<Place>>,
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
    Some(Kept { home, ring, replaced: Mutex::default(), _alone: alone })
}

impl Kept<'_> {
    /// The entries that hold a session of this home's STS: where they are, and their content.
    pub fn entries(&self) -> Vec<(Place, Vec<u8>)> {
        let ids: Vec<String> = self.home.sts().emulator().issued().into_iter().map(|it| it.access_key_id).collect();
        let holds = |bytes: &[u8]| ids.iter().any(|id| super::pty::find(bytes, id.as_bytes()).is_some());
        self.all().into_iter().filter(|(_, bytes)| holds(bytes)).collect()
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
        self.replaced.lock().expect("the places").insert(place.clone());
        let whole = [place.name.as_bytes(), b"\n", content].concat();
        self.ring.add_key(&place.key, &whole).unwrap_or_else(|error| panic!("{place:?} can be replaced: {error:?}"));
    }

    /// The key in which an entry is.
    #[cfg_attr(aws_auth_portable, expect(dead_code, reason = "used by tests of the keyring alone"))]
    pub fn key(&self, place: &Place) -> linux_keyutils::Key {
        self.ring.search(&place.key).unwrap_or_else(|error| panic!("{place:?} is there: {error:?}"))
    }

    /// Everybody's entries: each is a line with its name, then its content.
    fn all(&self) -> Vec<(Place, Vec<u8>)> {
        let read = |number: u8| {
            let key = format!("aws-auth:{number:02x}");
            let whole = self.ring.search(&key).ok()?.read_to_vec().ok()?;
            let end = whole.iter().position(|byte| *byte == b'\n')?;
            let name = String::from_utf8(whole[..end].to_vec()).ok()?;
            Some((Place { key, name }, whole[end + 1..].to_vec()))
        };
        (0..=u8::MAX).filter_map(read).collect()
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let replaced = std::mem::take(&mut *self.replaced.lock().unwrap_or_else(PoisonError::into_inner));
        let own: BTreeSet<Place> = self.entries().into_iter().map(|(place, _)| place).collect();
        // Another test's may be there by now.
        let there =
            self.all().into_iter().map(|(place, _)| place).filter(|it| replaced.contains(it) || own.contains(it));
        for place in there {
            if let Ok(key) = self.ring.search(&place.key) {
                let _ = key.invalidate();
            }
        }
    }
}
