//! What a store says of an entry that it was given.

/// What became of an entry that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Kept,
    /// There is no room for it.
    Full,
    /// The store does not take it at all.
    Refused,
}
