//! The store on Linux: the user's persistent keyring in the kernel.
//!
//! Its keys are in no file, belong to the user across logins, and end by themselves. A process reaches it by linking it
//! to its own keyring. A kernel without it, a container that forbids it, a full quota: all of these are "no cache".
//! Source: <https://man7.org/linux/man-pages/man7/persistent-keyring.7.html>

use super::Put;
use linux_keyutils::{Key, KeyError, KeyRing, KeyRingIdentifier};
use std::time::Duration;

/// What the names of our keys begin with.
const PREFIX: &str = "aws-auth:";
/// The room for the keyring's links. linux-keyutils 0.2 takes this for bytes when it asks the kernel and for links when it
/// reads the answer, so that a fourth of them is all that is seen; more than the whole would be read past the end.
const LINKS: usize = 1 << 16;

/// The user's persistent keyring.
#[derive(Debug)]
pub struct Store(KeyRing);

impl Store {
    /// Opens it, if there is one and it lets itself be searched.
    pub fn open() -> Option<Self> {
        KeyRing::get_persistent(KeyRingIdentifier::Process).ok().map(Self)
    }

    /// The bytes under `name`.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.0.search(name).ok()?.read_to_vec().ok()
    }

    /// Keeps `bytes` under `name` for so long.
    pub fn put(&self, name: &str, bytes: &[u8], left: Duration) -> Put {
        let key = match self.0.add_key(name, bytes) {
            Ok(key) => key,
            Err(KeyError::QuotaExceeded) => return Put::Full,
            Err(_) => return Put::Refused,
        };
        let seconds = usize::try_from(left.as_secs().max(1)).unwrap_or(usize::MAX);
        // Without a limit in time the entry must not stay.
        if key.set_timeout(seconds).is_err() {
            let _ = key.invalidate();
            return Put::Refused;
        }
        Put::Kept
    }

    /// Forgets the entry now.
    pub fn remove(&self, name: &str) {
        if let Ok(key) = self.0.search(name) {
            // The kernel takes some milliseconds to free what an invalid key held; what a small one holds is little.
            let _ = key.update(&[0_u8]);
            let _ = key.invalidate();
        }
    }

    /// The names of our entries.
    pub fn names(&self) -> Vec<String> {
        let links = self
            .0
            .get_links(LINKS)
            .map(|links| links.iter().filter_map(linux_keyutils::LinkNode::as_key).collect::<Vec<Key>>());
        let named = links
            .unwrap_or_default()
            .into_iter()
            .filter_map(|key| Some(key.metadata().ok()?.get_description().to_owned()));
        named.filter(|name| name.starts_with(PREFIX)).collect()
    }
}
