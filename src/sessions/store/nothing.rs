//! The kernel's keyring where the kernel has none.

use std::time::Duration;

/// A keyring that cannot be opened.
#[derive(Debug)]
pub enum Keyring {}

/// Where an entry would be in it.
#[derive(Clone, Copy, Debug)]
pub enum Place {}

impl Keyring {
    /// There is none.
    pub const fn open() -> Option<Self> {
        None
    }

    /// Never called: there is no store.
    pub const fn get(&self, _name: &str) -> Option<Vec<u8>> {
        match *self {}
    }

    /// Never called: there is no store.
    pub const fn put(&self, _name: &str, _bytes: &[u8], _left: Duration) -> super::put::Put {
        match *self {}
    }

    /// Never called: there is no store.
    pub const fn forget(&self, _name: &str) {
        match *self {}
    }

    /// Never called: there is no store.
    pub const fn clear(&self, _place: Place) {
        match *self {}
    }

    /// Never called: there is no store.
    pub const fn all(&self) -> Vec<(Place, Option<Vec<u8>>)> {
        match *self {}
    }
}
