//! The store where there is none: nothing is kept, because a plain file would be the only place.

use std::time::Duration;

/// A store that cannot be opened.
#[derive(Debug)]
pub enum Store {}

/// Where an entry would be in it.
#[derive(Clone, Copy, Debug)]
pub enum Place {}

impl Store {
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
