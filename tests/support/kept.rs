//! The cache as a test sees it: the user's persistent keyring in the kernel, reached as the program reaches it.
//!
//! All tests of one user share that keyring. A test knows its own entries by the sessions that its own STS issued, and
//! takes them away when it ends; no other test can meet them, because the home and the endpoint are parts of an entry's
//! name. A user who is not root has room for about twenty entries, so that there one test at a time uses it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use linux_keyutils::{KeyRing, KeyRingIdentifier, LinkNode};

use super::{Home, tools};

/// More than any test leaves behind.
const LINKS: usize = 16_384;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The cache of a home, switched on until this is dropped.
pub struct Kept<'h> {
    home: &'h Home,
    ring: KeyRing,
    /// Entries whose content a test has replaced: they no longer say whose they are.
    replaced: Mutex<BTreeSet<String>>,
    _alone: Option<MutexGuard<'static, ()>>,
}

/// Switches the cache on for this home; `None` (and a word about it) where the kernel has no such keyring.
pub fn on(home: &Home) -> Option<Kept<'_>> {
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
    /// The entries that hold a session of this home's STS: name and content.
    pub fn entries(&self) -> Vec<(String, Vec<u8>)> {
        let ids: Vec<String> = self.home.sts().emulator().issued().into_iter().map(|it| it.access_key_id).collect();
        let holds = |bytes: &[u8]| ids.iter().any(|id| super::pty::find(bytes, id.as_bytes()).is_some());
        self.all().into_iter().filter(|(_, bytes)| holds(bytes)).collect()
    }

    /// The only entry of this home.
    #[track_caller]
    pub fn entry(&self) -> (String, Vec<u8>) {
        let mut entries = self.entries();
        assert_eq!(entries.len(), 1, "entries of this home");
        entries.remove(0)
    }

    /// Puts other content under the name of an entry.
    pub fn replace(&self, name: &str, content: &[u8]) {
        self.replaced.lock().expect("the names").insert(name.to_owned());
        self.ring.add_key(name, content).unwrap_or_else(|error| panic!("{name} can be replaced: {error:?}"));
    }

    /// The key under a name.
    pub fn key(&self, name: &str) -> linux_keyutils::Key {
        self.ring.search(name).unwrap_or_else(|error| panic!("{name} is there: {error:?}"))
    }

    fn all(&self) -> Vec<(String, Vec<u8>)> {
        let Ok(links) = self.ring.get_links(LINKS) else { return Vec::new() };
        let read = |link: &LinkNode| {
            let key = link.as_key()?;
            let name = key.metadata().ok()?.get_description().to_owned();
            let ours = name.starts_with("aws-auth:");
            Some((name, if ours { key.read_to_vec().ok()? } else { return None }))
        };
        links.iter().filter_map(read).collect()
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let own = self.entries().into_iter().map(|(name, _)| name);
        let replaced = std::mem::take(&mut *self.replaced.lock().unwrap_or_else(PoisonError::into_inner));
        for name in own.chain(replaced) {
            if let Ok(key) = self.ring.search(&name) {
                let _ = key.invalidate();
            }
        }
    }
}
