//! What a store says of an entry that it was given.

use std::borrow::Cow;

/// What became of an entry that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Kept,
    /// There is no room for it.
    Full,
    /// The store does not take it at all, and why.
    Refused(Cow<'static, str>),
}
