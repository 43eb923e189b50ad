//! What runs of one user share: sessions that are kept, locks, the codes that are spent, rotations that are under way.
//!
//! Only what STS gave is kept, never a permanent key, and never in a file. Whatever goes wrong here is a miss: no run fails
//! for the sake of what is kept.

mod cache;
mod entry;
mod key;
mod least;
mod record;
mod room;
mod state;
mod store;

pub use cache::{Cache, forget, forget_all, forget_key, labels};
pub use entry::Entry;
pub use key::{Asked, Key};
pub use least::Least;
pub use record::Record;
pub use state::{Lock, State, warn_alone};
pub use store::agent::protocol;
pub use store::{Memory, Put, Store, VERB as AGENT, run as run_agent};
