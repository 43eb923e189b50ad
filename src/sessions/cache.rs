//! Temporary credentials kept between runs, so that a code is asked once a day and not once a command.
//!
//! Only what STS gave is kept, never a permanent key, and never in a file. Whichever store it is, what is given out, until
//! when, and what makes room for what is decided here. Whatever goes wrong here is a miss: no run fails for the sake of its
//! cache.

use super::entry::Entry;
use super::key::Key;
use super::least::Least;
use super::room;
use super::store::{self, Choice, Memory, Place, Put, Store};
use crate::error::{Class, Error};
use crate::os::moment::Moment;
use crate::os::stdio;
use crate::os::zone::lasting;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// How long a session must still be good that only signs the next call.
const SIGNING: Duration = Duration::from_mins(1);

/// Why nothing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// This run is not to.
    Off,
    /// The user wants no store.
    Unwanted,
    /// There is none of the wanted kind.
    Missed(Choice),
}

/// The cache of this run: switched off, or the user's.
#[derive(Debug)]
pub struct Cache {
    store: Option<Rc<Store>>,
    /// Why there is none, if there is none.
    closed: Option<Closed>,
    least: Least,
}

impl Cache {
    /// Opens the user's cache. Entries that end within `min_ttl` are not given out.
    pub fn open(enabled: bool, min_ttl: Duration) -> Result<Self, Error> {
        let choice = Choice::of_environment()?;
        let store = if enabled { Store::open(choice).map(Rc::new) } else { None };
        let closed = match (enabled, choice) {
            _ if store.is_some() => None,
            (false, _) => Some(Closed::Off),
            (true, Choice::Nothing) => Some(Closed::Unwanted),
            (true, choice) => Some(Closed::Missed(choice)),
        };
        Ok(Self { store, closed, least: Least::usual(min_ttl) })
    }

    /// The same store for another look into it. One that gives no answer is asked once, so that many looks take no longer.
    #[must_use]
    pub fn again(&self, enabled: bool, min_ttl: Duration) -> Self {
        let store = self.store.clone().filter(|_| enabled);
        let closed = if enabled { self.closed } else { Some(Closed::Off) };
        Self { store, closed, least: Least::usual(min_ttl) }
    }

    /// The same, where the user has `said` that time.
    #[must_use]
    pub const fn insisting(mut self, said: bool) -> Self {
        self.least.said = said;
        self
    }

    /// The same, where there is no store for the user with one for this process.
    #[must_use]
    pub fn or_in(mut self, memory: Option<&Arc<Memory>>) -> Self {
        self.store = self.store.or_else(|| memory.cloned().map(|memory| Rc::new(Store::Memory(memory))));
        self
    }

    /// Whether anything can be kept.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.store.is_some()
    }

    /// Whether something was to be kept between runs, and there is no place for it.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self.closed, Some(Closed::Missed(_)))
    }

    /// Why nothing is kept, in words, if nothing is.
    #[must_use]
    pub const fn why_closed(&self) -> Option<&'static str> {
        match self.closed {
            None => None,
            Some(Closed::Off) => Some("--no-cache, or AWS_AUTH_NO_CACHE"),
            Some(Closed::Unwanted) => Some("AWS_AUTH_STORE=none"),
            Some(Closed::Missed(Choice::Agent)) => Some("no agent can be had here"),
            Some(Closed::Missed(Choice::Keyring)) => Some("no kernel keyring here"),
            Some(Closed::Missed(Choice::Best | Choice::Nothing)) => Some("no kernel keyring here, and no agent"),
        }
    }

    /// Where it is kept.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.store.as_deref()
    }

    /// Why nothing is known of what is kept, if that is so.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.store()?.trouble()
    }

    /// The entry under `key`, if it is there, whole, and good for long enough.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Entry> {
        self.fresh(key, self.least)
    }

    /// The same of a session that is not given out, but signs the call that gives what is: one that ends soon gives a role
    /// for as long as any other.
    #[must_use]
    pub fn signing(&self, key: &Key) -> Option<Entry> {
        self.fresh(key, Least::usual(SIGNING))
    }

    fn fresh(&self, key: &Key, least: Least) -> Option<Entry> {
        let bytes = self.store()?.get(key.as_str())?;
        let entry = Entry::decode(&bytes)?;
        let left = entry.left(Moment::now());
        let wanted = lasting(least.of(entry.credentials.left));
        let fresh = entry.fresh(Moment::now(), least);
        if fresh.is_none() {
            let left = left.map_or_else(|| "it has ended".to_owned(), |left| format!("it ends in {}", lasting(left)));
            stdio::detail(format_args!("not taken from the cache: {left}, and {wanted} is wanted"));
        }
        fresh
    }

    /// Keeps `entry` under `key` until it ends. What does not fit in makes room by dropping what ends soonest. What became
    /// of it; none where there is no store for it.
    #[must_use]
    pub fn put(&self, key: &Key, entry: &Entry) -> Option<Put> {
        let store = self.store()?;
        let left = entry.left(Moment::now())?;
        let bytes = entry.encode();
        let put = || store.put(key.as_str(), &bytes, left);
        let drop_soonest = || {
            let place = room::soonest(decoded(store), Moment::now());
            place.inspect(|place| store.clear(place)).is_some()
        };
        Some(room::put_in(put, drop_soonest, std::thread::sleep))
    }

    /// All entries that can be read.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.store().into_iter().flat_map(decoded).map(|(_, entry)| entry).collect()
    }

    /// Drops the entry under `key`.
    pub fn drop(&self, key: &Key) {
        if let Some(store) = &self.store {
            store.forget(key.as_str());
        }
    }
}

/// Drops what came from the source called `label`, and all else that the same permanent keys have led to, in every store.
/// How many sets of credentials there were.
pub fn forget(label: &str) -> Result<usize, Error> {
    // Their entries only they can read: so none of those stays.
    let others = store::end_agents(false).map_err(stays)?;
    let mut gone = BTreeSet::new();
    for store in store::every() {
        let entries: Vec<_> = decoded(&store).collect();
        let keys: Vec<_> =
            entries.iter().filter(|(_, entry)| entry.label == label).map(|(_, entry)| &entry.source).collect();
        for (place, entry) in entries.iter().filter(|(_, entry)| keys.contains(&&entry.source)) {
            store.clear(place);
            gone.insert(entry.credentials.access_key_id.as_str().to_owned());
        }
    }
    Ok(others + gone.len())
}

/// The sources of what is kept in any store, each once.
#[must_use]
pub fn labels() -> BTreeSet<String> {
    store::every().iter().flat_map(decoded).map(|(_, entry)| entry.label).collect()
}

/// Drops all that the permanent key `id` has led to, in every store. How many sets of credentials there were.
pub fn forget_key(id: &str) -> Result<usize, Error> {
    let others = store::end_agents(false).map_err(stays)?;
    let mut gone = 0;
    for store in store::every() {
        for (place, _) in decoded(&store).filter(|(_, entry)| entry.source == id) {
            store.clear(&place);
            gone += 1;
        }
    }
    Ok(others + gone)
}

/// Drops everything in every store, also what cannot be read. How many sets of credentials there were.
pub fn forget_all() -> Result<usize, Error> {
    let (mut gone, mut unread) = (BTreeSet::new(), 0);
    for store in store::every() {
        for (place, bytes) in store.all() {
            store.clear(&place);
            // A session that is all that was wanted is kept as the session and as the result.
            match bytes.as_deref().and_then(Entry::decode) {
                Some(entry) => drop(gone.insert(entry.credentials.access_key_id.as_str().to_owned())),
                None => unread += 1,
            }
        }
    }
    Ok(gone.len() + unread + store::end_agents(true).map_err(stays)?)
}

fn stays(why: String) -> Error {
    Error::new(Class::Internal, "what an agent keeps cannot be forgotten")
        .because(why)
        .hint("end that process yourself, with kill -9, and run this again")
}

/// The entries of a store that can be read, each with its place there.
fn decoded(store: &Store) -> impl Iterator<Item = (Place, Entry)> {
    store.all().into_iter().filter_map(|(place, bytes)| Some((place, Entry::decode(&bytes?)?)))
}
