//! The store of one process: for a server, where the system has none or must not be used.

use super::put::Put;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Entries by name, wiped when they go.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>);

impl Memory {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Zeroizing<Vec<u8>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes under `name`.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.entries().get(name).map(|bytes| bytes.to_vec())
    }

    /// Keeps `bytes` under `name`. Those that have ended stay until they are replaced: a server has a few names only.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Put {
        self.entries().insert(name.to_owned(), Zeroizing::new(bytes.to_vec()));
        Put::Kept
    }

    /// Shows every entry.
    pub fn each(&self, mut show: impl FnMut(&str, &[u8])) {
        self.entries().iter().for_each(|(name, bytes)| show(name, bytes));
    }

    /// Forgets the entry.
    pub fn remove(&self, name: &str) {
        self.entries().remove(name);
    }

    /// All names and bytes.
    pub fn all(&self) -> Vec<(String, Vec<u8>)> {
        self.entries().iter().map(|(name, bytes)| (name.clone(), bytes.to_vec())).collect()
    }
}
