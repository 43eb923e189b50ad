//! Where temporary credentials are kept, and nothing else: in the kernel's keyring, by an agent, or, for one process, in
//! its memory. All show one face; what is kept for how long is decided above it, in one place for all.

pub mod agent;
mod choice;
#[cfg_attr(all(target_os = "linux", not(aws_auth_portable)), path = "keyring.rs")]
#[cfg_attr(not(all(target_os = "linux", not(aws_auth_portable))), path = "nothing.rs")]
mod keyring;
mod memory;
mod put;

pub use agent::{VERB, directory, run};
pub use choice::Choice;
pub use memory::Memory;
pub use put::Put;

use agent::Agent;
use keyring::Keyring;
use std::sync::Arc;
use std::time::Duration;

/// A store.
#[derive(Debug)]
pub enum Store {
    /// The kernel's keyring of the user.
    Keyring(Keyring),
    /// A process of the user's, which is there or can be started.
    Agent(Agent),
    /// This process.
    Memory(Arc<Memory>),
}

/// Where an entry is in its store.
#[derive(Clone, Debug)]
pub enum Place {
    /// Its number in the keyring.
    Numbered(keyring::Place),
    /// Its name.
    Named(String),
}

impl Store {
    /// The user's store, as `choice` says: none where there is none.
    #[must_use]
    pub fn open(choice: Choice) -> Option<Self> {
        let keyring = || Keyring::open().map(Self::Keyring);
        let agent = || Some(Agent::new()).filter(Agent::is_possible).map(Self::Agent);
        match choice {
            Choice::Best => keyring().or_else(agent),
            Choice::Keyring => keyring(),
            Choice::Agent => agent(),
            Choice::Nothing => None,
        }
    }

    /// What it is called, where a program asks.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Keyring(_) => "keyring",
            Self::Agent(_) => "agent",
            Self::Memory(_) => "memory",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Keyring(_) => "in the kernel's keyring".to_owned(),
            Self::Agent(agent) => match agent.process() {
                Some(process) => format!("by the agent (process {process})"),
                None => "by an agent".to_owned(),
            },
            Self::Memory(_) => "in this process".to_owned(),
        }
    }

    /// Why nothing is known of what it keeps, if that is so.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        match self {
            Self::Agent(agent) => agent.trouble(),
            Self::Keyring(_) | Self::Memory(_) => None,
        }
    }

    /// The bytes under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        match self {
            Self::Keyring(keyring) => keyring.get(name),
            Self::Agent(agent) => agent.get(name),
            Self::Memory(memory) => memory.get(name),
        }
    }

    /// Keeps `bytes` under `name` for so long.
    #[must_use]
    pub fn put(&self, name: &str, bytes: &[u8], left: Duration) -> Put {
        match self {
            Self::Keyring(keyring) => keyring.put(name, bytes, left),
            Self::Agent(agent) => agent.put(name, bytes, left),
            Self::Memory(memory) => memory.put(name, bytes),
        }
    }

    /// Forgets the entry under `name` now.
    pub fn forget(&self, name: &str) {
        match self {
            Self::Keyring(keyring) => keyring.forget(name),
            Self::Agent(agent) => agent.forget(name),
            Self::Memory(memory) => memory.remove(name),
        }
    }

    /// Forgets whatever is there.
    pub fn clear(&self, place: &Place) {
        match (self, place) {
            (Self::Keyring(keyring), Place::Numbered(place)) => keyring.clear(*place),
            (_, Place::Named(name)) => self.forget(name),
            (_, Place::Numbered(_)) => {}
        }
    }

    /// Everything that is kept: where, and the bytes, if they can be read.
    #[must_use]
    pub fn all(&self) -> Vec<(Place, Option<Vec<u8>>)> {
        let named = |(name, bytes)| (Place::Named(name), Some(bytes));
        match self {
            Self::Keyring(keyring) => {
                keyring.all().into_iter().map(|(place, bytes)| (Place::Numbered(place), bytes)).collect()
            }
            Self::Agent(agent) => agent.all().into_iter().map(named).collect(),
            Self::Memory(memory) => memory.all().into_iter().map(named).collect(),
        }
    }
}

/// Every store in which this user may have something, whichever is in use now.
#[must_use]
pub fn every() -> Vec<Store> {
    [Keyring::open().map(Store::Keyring), Some(Store::Agent(Agent::new()))].into_iter().flatten().collect()
}

/// Ends the agents whose entries this version cannot read, or with `all` every one; how many entries they had.
pub fn end_agents(all: bool) -> Result<usize, String> {
    let agents = Agent::new();
    if all { agents.stop() } else { agents.stop_others() }
}
