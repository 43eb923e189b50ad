//! Temporary credentials kept between runs, so that a code is asked once a day and not once a command.
//!
//! Only what STS gave is kept, never a permanent key, and never in a file: on Linux in the kernel's keyring of the user,
//! which forgets each entry when it ends. Elsewhere nothing is kept. Whatever goes wrong here is a miss: no run fails
//! for the sake of its cache.

use super::entry::Entry;
use super::key::Key;
use super::store::{Memory, Place, Put, Store};
use crate::os::moment::Moment;
use std::sync::Arc;
use std::time::Duration;

/// How many entries may make room for one. The kernel's quota for a user holds about ten.
/// Source: <https://man7.org/linux/man-pages/man7/keyrings.7.html>
const MOST_DROPPED: usize = 64;

/// The cache of this run: switched off, or the user's.
#[derive(Debug)]
pub struct Cache {
    store: Option<Store>,
    /// Stands in for the store within one process.
    memory: Option<Arc<Memory>>,
    min_ttl: Duration,
}

impl Cache {
    /// Opens the user's cache. Entries that end within `min_ttl` are not given out.
    #[must_use]
    pub fn open(enabled: bool, min_ttl: Duration) -> Self {
        Self { store: if enabled { Store::open() } else { None }, memory: None, min_ttl }
    }

    /// The same, where there is no store for the user with one for this process.
    #[must_use]
    pub fn or_in(mut self, memory: Option<&Arc<Memory>>) -> Self {
        self.memory = memory.filter(|_| self.store.is_none()).cloned();
        self
    }

    /// Whether anything can be kept.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.store.is_some() || self.memory.is_some()
    }

    /// The entry under `key`, if it is there, whole, and good for long enough.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Entry> {
        let bytes = match &self.store {
            Some(store) => store.get(key.as_str()),
            None => self.memory.as_ref()?.get(key.as_str()),
        }?;
        Entry::decode(&bytes)?.fresh(Moment::now(), self.min_ttl)
    }

    /// Keeps `entry` under `key` until it ends. What does not fit in makes room by dropping what ends soonest. What became
    /// of it; none where there is no store for it.
    #[must_use]
    pub fn put(&self, key: &Key, entry: &Entry) -> Option<Put> {
        if let Some(memory) = &self.memory {
            memory.put(key.as_str(), &entry.encode());
        }
        let store = self.store.as_ref()?;
        let left = entry.left(Moment::now())?;
        let bytes = entry.encode();
        for _ in 0..MOST_DROPPED {
            let put = store.put(key.as_str(), &bytes, left);
            if put != Put::Full {
                return Some(put);
            }
            let Some((place, _)) = decoded(store).min_by_key(|(_, entry)| entry.left(Moment::now())) else { break };
            store.clear(place);
        }
        Some(Put::Full)
    }

    /// All entries that can be read.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.store.iter().flat_map(decoded).map(|(_, entry)| entry).collect()
    }

    /// Drops the entry under `key`.
    pub fn drop(&self, key: &Key) {
        if let Some(store) = &self.store {
            store.forget(key.as_str());
        }
        if let Some(memory) = &self.memory {
            memory.remove(key.as_str());
        }
    }

    /// Drops what came from the source called `label`, and all else that the same permanent keys have led to. How many
    /// entries there were.
    #[must_use]
    pub fn forget(&self, label: &str) -> usize {
        let Some(store) = &self.store else { return 0 };
        let entries: Vec<_> = decoded(store).collect();
        let keys: Vec<_> =
            entries.iter().filter(|(_, entry)| entry.label == label).map(|(_, entry)| &entry.source).collect();
        let dropped: Vec<_> = entries.iter().filter(|(_, entry)| keys.contains(&&entry.source)).collect();
        for (place, _) in &dropped {
            store.clear(*place);
        }
        dropped.len()
    }

    /// Drops all that the permanent key `id` has led to. How many entries there were.
    #[must_use]
    pub fn forget_key(&self, id: &str) -> usize {
        let Some(store) = &self.store else { return 0 };
        let dropped: Vec<_> = decoded(store).filter(|(_, entry)| entry.source == id).collect();
        for (place, _) in &dropped {
            store.clear(*place);
        }
        dropped.len()
    }

    /// Drops everything, also what cannot be read. How many there were.
    #[must_use]
    pub fn clear(&self) -> usize {
        let Some(store) = &self.store else { return 0 };
        let all = store.all();
        for (place, _) in &all {
            store.clear(*place);
        }
        all.len()
    }
}

/// The entries of a store that can be read, each with its place there.
fn decoded(store: &Store) -> impl Iterator<Item = (Place, Entry)> {
    store.all().into_iter().filter_map(|(place, bytes)| Some((place, Entry::decode(&bytes?)?)))
}
