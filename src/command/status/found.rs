//! What the status is told of.

use super::held::Held;
use crate::error::Error;
use crate::sessions::{Cache, Entry};
use serde_json::Value;

/// All that there is to tell.
pub struct Found {
    /// The keys in our environment.
    pub held: Option<Held>,
    /// The server that the environment leads to.
    pub server: Option<Server>,
    /// Where things are kept, or why that cannot be told.
    pub cache: Result<Cache, Error>,
    /// What is kept, each set of credentials once.
    pub kept: Vec<Entry>,
}

/// A server of this shell.
pub enum Server {
    /// The variables lead to it, and it is not there any more.
    Gone,
    /// What it says of itself.
    There(Value),
}
