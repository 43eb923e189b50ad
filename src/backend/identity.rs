//! Where permanent keys come from, in a form that can be compared and tells nothing.

use crate::digest::Digest;

/// Where the permanent keys come from, as a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity([u8; 32]);

impl Identity {
    /// Keys that a manager holds: found by these texts, which are the manifest, the item, the parameters and the
    /// variables that say which store is meant.
    pub fn of_item<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self(texts.into_iter().fold(Digest::new("item"), Digest::part).end())
    }

    /// Keys that are known already, by their access key id.
    #[must_use]
    pub fn of_key(id: &str) -> Self {
        Self(Digest::new("key").part(id.as_bytes()).end())
    }

    /// The digest itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
